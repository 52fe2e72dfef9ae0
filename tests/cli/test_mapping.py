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
    assert [line.split("  ")[1] for line in lines[:5]] == ["汇总表", "支出方向表", "部门整体", "指标分解表", "编报说明"]
    assert "绩效目标申报.xlsx  支出方向表  16 个字段各有其格" in lines
    assert "区级汇总.xlsx  部门整体汇总  10 个字段各有其格" in lines


def test_a_wrong_mapping_is_refused_with_file_and_line(copy: Path, capsys):
    place = copy / "fund_summary.yaml"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("kind: money", "kind: mony", 1), encoding="utf-8")
    line = next(number for number, row in enumerate(place.read_text(encoding="utf-8").splitlines(), 1) if "mony" in row)
    assert run(["mapping", "check", str(copy)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"fund_summary.yaml:{line}: " in shown.err
    assert "money" in shown.err
    assert run(["check", str(copy), "--mapping", str(copy)]) == 2


def test_a_label_that_the_blank_lacks_is_found_out(copy: Path, capsys):
    place = copy / "fund_summary.yaml"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("label: 资金总额", "label: 资金总和", 1), encoding="utf-8")
    assert run(["mapping", "check", str(copy)]) == 2
    assert "错误 T05 绩效目标申报.xlsx!汇总表 " in capsys.readouterr().out


def test_a_picture_shows_which_cells_each_field_claims(checkout: Path, capsys):
    assert run(["mapping", "show", str(checkout / "mappings" / "2019" / "department_overall.yaml")]) == 0
    shown = capsys.readouterr().out
    assert "‹basic_expenditure›" in shown
    assert "‹fund_name›" not in shown
    assert run(["mapping", "show", str(checkout / "mappings" / "2019" / "formset.yaml")]) == 2


def test_the_picture_can_be_a_page(tmp_path: Path, capsys):
    page = tmp_path / "表样.html"
    assert run(["mapping", "show", "-o", str(page)]) == 0
    assert "<code>satisfaction</code>" in page.read_text(encoding="utf-8")
    assert run(["mapping", "show", "-o", str(page)]) == 2
    assert run(["mapping", "show", "-o", str(tmp_path / "a.pdf")]) == 2
    assert "--force" in capsys.readouterr().err
