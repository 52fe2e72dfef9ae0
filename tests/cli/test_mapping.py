"""`mapping check` and `mapping show` on the bundled mapping and on broken copies of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from xlsform.cli import run


@pytest.fixture
def copy(checkout: Path, tmp_path: Path) -> Path:
    """A copy of the mappings with the blanks beside them, to be broken."""
    for folder in ("mappings", "templates"):
        shutil.copytree(checkout / folder, tmp_path / folder)
    return tmp_path / "mappings" / "2019"


def test_the_bundled_mapping_fits_its_blanks(capsys):
    assert run(["mapping", "check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["汇总表", "支出方向表", "部门整体", "指标分解表", "编报说明"]
    assert lines[1].endswith("16 个字段各有其格")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kind: money", "kind: mony", "money"),
        ("label: 资金总额", "label: 资金总和", "资金总和"),
    ],
)
def test_a_wrong_mapping_is_refused_with_file_and_line(copy: Path, old: str, new: str, says: str, capsys):
    place = copy / "fund_summary.yaml"
    text = place.read_text(encoding="utf-8")
    assert old in text
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert run(["mapping", "check", str(copy)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "fund_summary.yaml:" in shown.err
    assert says in shown.err


def test_a_picture_shows_which_cells_each_field_claims(checkout: Path, capsys):
    assert run(["mapping", "show", str(checkout / "mappings" / "2019" / "department_overall.yaml")]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("部门整体  部门整体支出绩效申报表  (department_overall.yaml:")
    assert "  2  1.    [1]   <\n" in shown
    assert " 10  *     8.[8] <\n" in shown
    assert "department_overall.total_amount  年度预算申请 / 资金总额：  money  C3\n" in shown
    assert "指标分解表" not in shown


def test_every_field_of_every_form_is_in_the_pictures(capsys):
    assert run(["mapping", "show"]) == 0
    shown = capsys.readouterr().out
    assert "  4  fund_summary.total_amount  资金总额  money  D4…\n" in shown
    assert " 16  direction_targets.satisfaction  绩效指标 / 效益指标 / 社会公益或服务对象满意度指标  " in shown
    assert "indicator_matrix.value（annual）" in shown
