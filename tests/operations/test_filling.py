"""Workbooks filled: names, years, what is in the way, and that nothing is left behind when something is wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from tests.blanks_rich import rich_blank
from xlsform import operations
from xlsform.core.errors import RecordsError, UsageError, VerificationError
from xlsform.operations import filling
from xlsform.operations.settings import Settings
from xlsform.specfiles.records import RecordSet, read_records, records_of

FUND = {"fund_name": "甲", "direction": "方向", "total_amount": Decimal("8.5")}


@pytest.fixture(scope="module")
def official(checkout: Path) -> Settings:
    return operations.load_settings([checkout])


def given(official: Settings, name: str = "", **regions: list[dict[str, object]]) -> RecordSet:
    found = records_of(regions or {"fund_summary": [FUND]}, official.formset)
    return found._replace(name=name)


def test_one_workbook_in_the_official_layout(official: Settings, tmp_path: Path):
    out = tmp_path / "填好.xlsx"
    done = operations.fill([given(official)], out, official, operations.blank_base(official))
    assert [(one.path, one.records) for one in done] == [(out, 1)]
    sheet = load_workbook(out)["汇总表"]
    assert [sheet.cell(4, col).value for col in (2, 3, 4)] == ["甲", "方向", 8.5]
    assert sheet["A1"].value == "2019年区级专项资金预算绩效目标汇总表"


def test_the_year_of_the_records_goes_into_the_titles_unless_another_is_asked_for(official: Settings, tmp_path: Path):
    one = given(official)._replace(year=2020)
    blank = operations.blank_base(official)
    operations.fill([one], tmp_path / "a.xlsx", official, blank)
    operations.fill([one], tmp_path / "b.xlsx", official, blank, year=2021)
    titles = [load_workbook(tmp_path / name)["部门整体"]["A1"].value for name in ("a.xlsx", "b.xlsx")]
    assert titles == ["2020年部门整体支出绩效申报表", "2021年部门整体支出绩效申报表"]
    operations.fill([one], tmp_path / "c.xlsx", official, operations.workbook_base(tmp_path / "b.xlsx"))
    assert (tmp_path / "c.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes(), (
        "into a workbook: nothing else changes"
    )


def test_several_workbooks_are_told_apart_by_their_names(official: Settings, tmp_path: Path):
    names = ["甲/区委办.xlsx", "乙\\区委办.xls", "../区委办.xlsx", "", "..", "教育局"]
    sets = [given(official, name) for name in names]
    done = operations.fill(sets, tmp_path / "填好", official, operations.blank_base(official))
    expected = ["区委办.xlsx", "区委办-2.xlsx", "区委办-3.xlsx", "4.xlsx", "5.xlsx", "教育局.xlsx"]
    assert [one.path.name for one in done] == expected
    assert sorted(path.name for path in (tmp_path / "填好").iterdir()) == sorted(expected)


def test_names_that_no_disk_takes_are_made_plain(official: Settings, tmp_path: Path):
    sets = [given(official, name) for name in ("a\0b.xlsx", "\ud83d.xlsx", 'x:"?.xlsx')]
    done = operations.fill(sets, tmp_path / "填好", official, operations.blank_base(official))
    assert [one.path.name for one in done] == ["a_b.xlsx", "_.xlsx", "x___.xlsx"]


def test_a_file_of_another_kind_is_not_taken_for_a_folder(official: Settings, tmp_path: Path):
    with pytest.raises(UsageError, match=r"不能写成 \.xls"):
        operations.fill([given(official)], tmp_path / "填好.xls", official, operations.blank_base(official))
    assert list(tmp_path.iterdir()) == []


def test_faults_of_all_workbooks_come_together_and_nothing_is_written(official: Settings, tmp_path: Path):
    text = (
        '{"records": {"fund_summary": [{"fund_name": "合计"}]}}\n'
        '{"records": {"fund_summary": [{"fund_name": "甲", "total_amount": "x"}], "department_overall": [{}, {}]}}\n'
    )
    sets = read_records(text.encode(), official.formset)
    with pytest.raises(RecordsError) as caught:
        operations.fill(sets, tmp_path / "填好", official, operations.blank_base(official))
    assert [str(fault).rpartition(": ")[0] for fault in caught.value.faults] == [
        "<stdin>:1: records.fund_summary[0]",
        "<stdin>:2: records.fund_summary[0].total_amount",
        "<stdin>:2: records.department_overall[1]",
    ]
    assert list(tmp_path.iterdir()) == []


def test_a_record_with_a_fault_is_not_judged_a_second_time(official: Settings, tmp_path: Path):
    (one,) = read_records(b'{"fund_summary": [{"total_amount": "x"}]}', official.formset)
    with pytest.raises(RecordsError) as caught:
        operations.fill([one], tmp_path / "a.xlsx", official, operations.blank_base(official))
    assert [fault.key for fault in caught.value.faults] == ["fund_summary[0].total_amount"]


def test_what_is_in_the_way_is_said_before_anything_is_written(official: Settings, tmp_path: Path):
    blank = operations.blank_base(official)
    sets = [given(official)]
    with pytest.raises(UsageError, match="-o 要用文件夹"):
        operations.fill(sets * 2, tmp_path / "a.xlsx", official, blank)
    (tmp_path / "a.xlsx").write_text("")
    with pytest.raises(UsageError, match="--force"):
        operations.fill(sets, tmp_path / "a.xlsx", official, blank)
    with pytest.raises(UsageError, match="--force"):
        operations.fill(sets * 2, tmp_path, official, blank)
    with pytest.raises(UsageError, match="不能填写"):
        operations.fill(sets, tmp_path / "b.xlsx", official, operations.workbook_base(tmp_path / "a.xlsx"))
    with pytest.raises(UsageError, match="找不到"):
        operations.workbook_base(tmp_path / "none.xlsx")
    assert operations.fill(sets, tmp_path / "c.xlsx", official, blank, dry_run=True)[0].path == tmp_path / "c.xlsx"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_summary_is_not_filled(official: Settings, checkout: Path, tmp_path: Path):
    summary = checkout / "templates" / "2019" / "区级汇总.xlsx"
    with pytest.raises(RecordsError, match="汇总表由 merge 生成"):
        operations.fill([given(official)], tmp_path / "a.xlsx", official, operations.workbook_base(summary))


def test_what_reads_back_otherwise_is_never_put_in_place(official: Settings, tmp_path: Path, monkeypatch):
    real = filling.apply
    monkeypatch.setattr(filling, "apply", lambda base, plan, out: real(base, plan[1:], out))
    with pytest.raises(VerificationError, match=r"fund_summary\[0\]"):
        operations.fill([given(official)], tmp_path / "a.xlsx", official, operations.blank_base(official))
    assert list(tmp_path.iterdir()) == []


def test_a_cell_of_an_array_formula_is_named_and_nothing_is_written(official: Settings, checkout: Path, tmp_path: Path):
    book = load_workbook(checkout / "templates" / "2019" / "绩效目标申报.xlsx")
    book["汇总表"]["D4"] = ArrayFormula("D4:D6", "=ROW(A1:A3)")
    book.save(tmp_path / "甲.xlsx")
    base = operations.workbook_base(tmp_path / "甲.xlsx")
    with pytest.raises(UsageError, match=r"甲\.xlsx 的 汇总表!D4 属于数组公式 D4:D6"):
        operations.fill([given(official)], tmp_path / "a.xlsx", official, base)
    assert [path.name for path in tmp_path.iterdir()] == ["甲.xlsx"]


def test_an_array_formula_elsewhere_is_no_hindrance(official: Settings, checkout: Path, tmp_path: Path):
    book = load_workbook(checkout / "templates" / "2019" / "绩效目标申报.xlsx")
    book["汇总表"]["K4"] = ArrayFormula("K4:K6", "=D4:D6*2")
    book.save(tmp_path / "甲.xlsx")
    operations.fill([given(official)], tmp_path / "a.xlsx", official, operations.workbook_base(tmp_path / "甲.xlsx"))
    assert load_workbook(tmp_path / "a.xlsx")["汇总表"]["K4"].value.ref == "K4:K6"


def test_a_formula_over_several_sheets_is_named_when_rows_must_grow(official: Settings, checkout: Path, tmp_path: Path):
    book = load_workbook(checkout / "templates" / "2019" / "绩效目标申报.xlsx")
    book["编报说明"]["K1"] = "=SUM(汇总表:支出方向表!D4)"
    book.save(tmp_path / "甲.xlsx")
    base = operations.workbook_base(tmp_path / "甲.xlsx")
    operations.fill([given(official)], tmp_path / "a.xlsx", official, base)
    many = given(official, fund_summary=[FUND | {"fund_name": f"甲{number}"} for number in range(30)])
    with pytest.raises(UsageError, match=r"公式 =SUM\(汇总表:支出方向表!D4\) 跨几张工作表"):
        operations.fill([many], tmp_path / "b.xlsx", official, base)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "甲.xlsx"]


def test_a_workbook_with_macros_keeps_its_suffix(official: Settings, tmp_path: Path):
    own = tmp_path / "甲.xlsm"
    own.write_bytes(rich_blank("macros"))
    base = operations.workbook_base(own)
    with pytest.raises(UsageError, match=r"-o 也要以 \.xlsm 结尾"):
        operations.fill([given(official)], tmp_path / "a.xlsx", official, base)
    operations.fill([given(official)], tmp_path / "a.xlsm", official, base)
    (done,) = operations.fill([given(official, "乙.xlsx")], tmp_path / "填好", official, base)
    assert done.path.name == "乙.xlsm"
    assert done.path.read_bytes() == (tmp_path / "a.xlsm").read_bytes()
