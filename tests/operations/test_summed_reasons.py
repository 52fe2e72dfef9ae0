"""Summaries merged: reasons and waivers that stand in a part's 审核结果 stand in the whole's, and nobody's value inherits another's."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.ooxml.parts import unpacked
from xlsform.cli import run
from xlsform.core.edits import CellValue, Put
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.marks import REASON
from xlsform.core.results import Results, read_results
from xlsform.core.waivers import Waiver
from xlsform.operations import Settings, check, load_settings, merge, review
from xlsform.writers.xlsx import applied

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "2019"
FIRST = (SAMPLES / "returns" / "区委办本级.xlsx", SAMPLES / "faulty" / "区财政局-C06-指标编号跳号.xlsx")
SECOND = (SAMPLES / "faulty" / "区应急管理局-C03-合计不符.xlsx", SAMPLES / "returns" / "区教育局.xlsx")
REASONS = {
    ("B13", "H6"): "改革成员单位数随机构改革调整，年中核定",
    ("B13", "H7"): "核实无误",
    ("C06", "C8"): "指标3按市局要求单列",
}
WAIVER = Waiver("C03", "区应急管理局", "原按旧口径报送，区政府常务会议同意本年沿用")
FORMS = ("汇总表", "支出方向表", "部门整体汇总", "指标分解表")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([SAMPLES / "returns"])


@pytest.fixture(scope="module")
def home(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """甲/ and 乙/ hold the returns, 甲.xlsx and 乙.xlsx their summaries; 甲's departments gave reasons, 乙 waived an error."""
    home = tmp_path_factory.mktemp("市")
    for name, files in (("甲", FIRST), ("乙", SECOND)):
        (home / name).mkdir()
        for file in files:
            shutil.copy(file, home / name / f"{file.stem.partition('-')[0]}.xlsx")
    for path in (home / "甲").iterdir():
        (copy,) = review([path], home / "退回", settings, force=True).written
        listed = openpyxl.load_workbook(copy)["需修改"]
        said = [
            Put("需修改", row, REASON, REASONS[key])
            for row in range(5, listed.max_row + 1)
            if (key := (listed.cell(row, 3).value, listed.cell(row, 5).value)) in REASONS
        ]
        path.write_bytes(applied(copy.read_bytes(), said))
    merge([home / "甲"], home / "甲.xlsx", settings)
    merge([home / "乙"], home / "乙.xlsx", replace(settings, waivers=(WAIVER,)))
    return home


def spoken(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, str, str]]:
    return [
        (one.code, str(one.where), one.reason, one.standing.label, one.ruling)
        for one in findings
        if one.reason or one.standing is not Standing.OPEN
    ]


GIVEN = [
    ("C03", "区应急管理局.xlsx!部门整体!C3", "", "已豁免", f"{WAIVER.reason}（见 乙.xlsx）"),
    ("B13", "区委办本级.xlsx!支出方向表!H6", REASONS["B13", "H6"], "已说明", ""),
    ("B13", "区委办本级.xlsx!支出方向表!H7", REASONS["B13", "H7"], "说明未采纳", "hollow"),
    ("C06", "区财政局.xlsx!部门整体!C8", REASONS["C06", "C8"], "已说明", ""),
]


def results(path: Path) -> list[tuple[object, ...]]:
    """The lines of 审核结果 that say something under 审核说明."""
    rows = openpyxl.load_workbook(path)["审核结果"].iter_rows(min_row=4, values_only=True)
    return [row for row in rows if row[9]]


def form_sheets(path: Path) -> dict[str, bytes]:
    book = openpyxl.load_workbook(path)
    parts = unpacked(path.read_bytes())
    return {name: parts[f"xl/worksheets/sheet{book.sheetnames.index(name) + 1}.xml"] for name in FORMS}


def test_what_was_said_in_the_parts_is_said_in_the_whole(home: Path, settings: Settings, tmp_path: Path) -> None:
    report = merge([home / "甲.xlsx", home / "乙.xlsx"], tmp_path / "市.xlsx", settings)
    assert sorted(spoken(report.findings)) == sorted(GIVEN)
    assert [one for one in report.standing if one.level is Level.ERROR and one.code != "Z02"] == []
    again = merge([tmp_path / "市.xlsx"], tmp_path / "省.xlsx", settings)
    assert sorted(spoken(again.findings)) == sorted(GIVEN)
    assert results(tmp_path / "省.xlsx") == results(tmp_path / "市.xlsx")


def test_the_whole_is_what_merging_at_once_gives(home: Path, settings: Settings, tmp_path: Path) -> None:
    """The forms byte for byte, and of what was said every line; a waiver that came with a part says which."""
    merge([home / "甲.xlsx", home / "乙.xlsx"], tmp_path / "市.xlsx", settings)
    merge([home / "甲", home / "乙"], tmp_path / "一次.xlsx", replace(settings, waivers=(WAIVER,)))
    assert form_sheets(tmp_path / "市.xlsx") == form_sheets(tmp_path / "一次.xlsx")
    in_parts = [(*row[:9], str(row[9]).removesuffix("（见 乙.xlsx）")) for row in results(tmp_path / "市.xlsx")]
    assert in_parts == results(tmp_path / "一次.xlsx")
    assert len(in_parts) == len(GIVEN)


def test_a_summary_is_checked_with_what_it_lists(home: Path, settings: Settings) -> None:
    assert sorted(spoken(check([home / "甲.xlsx"], settings).findings)) == sorted(GIVEN[1:])


def test_a_part_that_comes_twice_says_it_once(home: Path, settings: Settings, tmp_path: Path) -> None:
    shutil.copy(home / "甲.xlsx", tmp_path / "甲-副本.xlsx")
    findings = check([home / "甲.xlsx", tmp_path / "甲-副本.xlsx"], settings).findings
    assert sorted(spoken(findings)) == sorted(GIVEN[1:])


def altered(path: Path, out: Path, sheet: str, was: object, now: CellValue) -> Path:
    """The summary with one value typed over by hand, the first of those that are equal."""
    cells = (cell for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row)
    cell = next(cell for cell in cells if cell.value == was)
    out.write_bytes(applied(path.read_bytes(), [Put(sheet, cell.row, cell.column, now)]))
    return out


def test_an_altered_value_inherits_nothing(home: Path, settings: Settings, tmp_path: Path) -> None:
    (was,) = [one.got for one in check([home / "甲.xlsx"], settings).findings if one.code == "B13" and one.passed]
    changed = altered(home / "甲.xlsx", tmp_path / "甲.xlsx", "支出方向表", was, "区直机关各部门")
    findings = check([changed], settings).findings
    (one,) = [one for one in findings if one.got == "区直机关各部门"]
    assert (one.code, one.where.file, one.standing, one.reason) == ("B13", "甲.xlsx", Standing.OPEN, "")
    (old,) = [one for one in findings if one.got == was and one.passed]
    assert old.where.file == "区委办本级.xlsx", "what was said of the other value is still on record"


def test_an_altered_amount_is_waived_no_longer(home: Path, settings: Settings, tmp_path: Path) -> None:
    (waived,) = [one for one in check([home / "乙.xlsx"], settings).findings if one.code == "C03"]
    assert waived.passed
    amount = Decimal(waived.got)
    changed = altered(home / "乙.xlsx", tmp_path / "乙.xlsx", "部门整体汇总", float(amount), amount + 1)
    report = merge([changed], tmp_path / "市.xlsx", settings)
    standing = [one for one in report.standing if one.code == "C03"]
    assert [(one.got, one.level, one.where.file) for one in standing] == [(str(amount + 1), Level.ERROR, "乙.xlsx")]
    assert report.records == merge([home / "乙.xlsx"], tmp_path / "另.xlsx", settings).records - 1


def test_what_is_typed_into_the_list_is_no_reason(home: Path, settings: Settings, tmp_path: Path) -> None:
    """Whose it would be, nobody can tell: it is said, and nothing passes by it."""
    rows = openpyxl.load_workbook(home / "甲.xlsx")["审核结果"].iter_rows(min_row=4, values_only=True)
    row = next(number for number, line in enumerate(rows, 4) if line[1] == "B13" and not line[9])
    typed = Put("审核结果", row, 10, "成员单位数以三定方案为准")
    (tmp_path / "甲.xlsx").write_bytes(applied((home / "甲.xlsx").read_bytes(), [typed]))
    findings = check([tmp_path / "甲.xlsx"], settings).findings
    assert sorted(spoken(findings)) == sorted(GIVEN[1:])
    (said,) = [one for one in findings if one.code == "T07"]
    assert (said.level, said.where.sheet, said.where.address) == (Level.HINT, "审核结果", f"J{row}")


def test_the_official_blank_has_the_list_that_is_read(settings: Settings) -> None:
    (grid,) = (grid for grid in settings.summary_blank.grids if grid.sheet == "审核结果")
    assert read_results(grid, "区级汇总.xlsx") == Results()


@pytest.mark.parametrize("suffix", ["xlsx", "html", "json", "sarif"])
def test_problem_lists_of_a_summary_name_files_that_are_not_here(
    home: Path, tmp_path: Path, suffix: str, capsys
) -> None:
    out = tmp_path / f"清单.{suffix}"
    roster = SAMPLES / "departments.xlsx"
    assert run(["check", str(home / "甲.xlsx"), "-o", str(out), "--roster", str(roster)]) == 0
    assert f"［审核说明：{REASONS['C06', 'C8']}］" in capsys.readouterr().out
    if suffix != "xlsx":
        assert REASONS["C06", "C8"] in out.read_text(encoding="utf-8")
