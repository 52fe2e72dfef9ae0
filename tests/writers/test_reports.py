"""The problem list, read back with openpyxl."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from xlsform.core.cells import LONGEST_TEXT, Ref
from xlsform.core.errors import Mark
from xlsform.core.findings import Finding, Level, Standing, Unevaluated
from xlsform.core.waivers import Waiver
from xlsform.writers.listing import Listing, relative_links
from xlsform.writers.reports import COLUMNS, MOST_SHEETS, write_problem_list

FINDINGS = (
    Finding("A02", Level.ERROR, Ref("区委办.xlsx", "汇总表", 5, 3), "fund_summary", "区委办本级", "支出方向"),
    Finding(
        "A04",
        Level.WARNING,
        Ref("区委办.xlsx", "汇总表", 6, 4),
        "fund_summary",
        "区委办本级",
        "资金总额",
        got="=1+1",
        expected="2",
    ),
    Finding("T01", Level.ERROR, Ref("坏.xlsx"), params={"reason": "E-EMPTY"}, variant="E-EMPTY"),
)


def written(findings: tuple[Finding, ...] = FINDINGS, headline: str = "共 2 个文件") -> io.BytesIO:
    out = io.BytesIO()
    write_problem_list(Listing(headline, findings), out)
    return out


def test_one_row_a_finding_under_the_labels():
    sheet = load_workbook(written())["问题清单"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0] == tuple(label for label, *_ in COLUMNS)
    assert rows[1] == (
        "错误",
        "A02",
        "区委办本级",
        "区委办.xlsx",
        "汇总表",
        "C5",
        "第 5 行未填支出方向",
        None,
        None,
        None,
        None,
    )
    assert rows[3][:6] == ("错误", "T01", None, "坏.xlsx", None, None)
    assert len(rows) == 1 + len(FINDINGS)
    assert sheet["A2"].value == "共 2 个文件"
    assert sheet.auto_filter.ref == "A3:K6"
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"


def test_a_text_that_looks_like_a_formula_stays_text():
    cell = load_workbook(written())["问题清单"]["H5"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_equal_findings_make_equal_bytes():
    assert written().getvalue() == written().getvalue()


@pytest.mark.parametrize("got", ["a\x0bb", "\ud800", "坏\x00"])
def test_characters_that_xml_forbids_are_shown_not_lost(got: str):
    finding = Finding("A04", Level.WARNING, Ref("a.xlsx"), got=got)
    value = load_workbook(written((finding,)))["问题清单"]["H4"].value
    assert value == got.replace("\x0b", "\\u000b").replace("\ud800", "\\ud800").replace("\x00", "\\u0000")


def test_an_over_long_text_says_that_it_was_cut():
    finding = Finding("A04", Level.WARNING, Ref("a.xlsx"), got="长" * (LONGEST_TEXT + 1))
    value = load_workbook(written((finding,)))["问题清单"]["H4"].value
    assert len(value) == LONGEST_TEXT
    assert value.endswith("…（共 32768 字，此处截断）")


def test_no_findings_make_an_empty_list():
    sheet = load_workbook(written(()))["问题清单"]
    assert sheet.max_row == 3


WHOLE = Listing(
    "共 2 个文件",
    (
        *FINDINGS,
        Finding(
            "X03", Level.WARNING, Ref("区委办.xlsx", "部门 '整体", 6, 3), department="区委办本级", reason="含上级资金2万元",
            standing=Standing.EXPLAINED,
        ),
        Finding("T04", Level.ERROR, Ref("b.xlsx"), department="[区]教育局", standing=Standing.WAIVED, ruling="没有专项"),
    ),
    (Unevaluated("Z03", "区委办本级", "whole", "total", "no_roster", 2),),
    (Waiver("A05", "区教育局", "金额确为一亿元以上", mark=Mark("/home/x/waivers.yaml", 7)),),
    {"区委办.xlsx": "../收件/区委办%20.xlsx", "b.xlsx": "b.xlsx"},
    forms={"whole": "部门整体"},
    fields={("whole", "total"): "资金总额"},
)  # fmt: skip


def workbook(listing: Listing = WHOLE):
    out = io.BytesIO()
    write_problem_list(listing, out)
    return load_workbook(out)


def test_a_sheet_for_each_department_and_for_what_is_no_open_finding():
    book = workbook()
    assert book.sheetnames == ["问题清单", "未执行", "豁免与说明", "区委办本级", "_区_教育局"]
    mine = list(book["区委办本级"].iter_rows(min_row=4, values_only=True))
    assert {row[2] for row in mine} == {"区委办本级"}
    assert book["区委办本级"]["A1"].value == "问题清单（区委办本级）"
    skipped = list(book["未执行"].iter_rows(min_row=4, values_only=True))
    assert [(row[0], row[2:]) for row in skipped] == [
        ("Z03", ("区委办本级", "部门整体", "资金总额", "没有部门名册", "2"))
    ]
    assert book["未执行"]["A2"].value.startswith("未执行 1 项，不等于通过")
    passed = [(row[0], row[2], row[4], row[8]) for row in book["豁免与说明"].iter_rows(min_row=4, values_only=True)]
    assert passed == [
        ("已说明", "X03", "区委办.xlsx", None),
        ("已豁免", "T04", "b.xlsx", "没有专项"),
        ("没有用到", "A05", "waivers.yaml:7", "金额确为一亿元以上"),
    ]


def test_more_than_a_hundred_departments_are_left_to_the_filter():
    findings = tuple(Finding("A02", Level.ERROR, Ref("a.xlsx"), department=f"部门{n}") for n in range(MOST_SHEETS + 1))
    assert workbook(Listing("", findings)).sheetnames == ["问题清单", "未执行", "豁免与说明"]
    assert len(workbook(Listing("", findings[1:])).sheetnames) == MOST_SHEETS + 3


def test_links_lead_to_the_file_and_to_the_cell():
    sheet = workbook()["问题清单"]
    rows = {row[1].value: row for row in sheet.iter_rows(min_row=4)}
    assert rows["X03"][3].hyperlink.target == "../收件/区委办%20.xlsx"
    assert (rows["X03"][5].hyperlink.target, rows["X03"][5].hyperlink.location) == (
        "../收件/区委办%20.xlsx",
        "'部门 ''整体'!C6",
    )
    assert (rows["X03"][3].value, rows["X03"][5].value) == ("区委办.xlsx", "C6")
    assert rows["T04"][5].hyperlink is None
    assert rows["T01"][3].hyperlink is None, "no way to the file is known"


def test_links_are_relative_and_escaped(tmp_path):
    names = {
        "甲 1#.xlsx": tmp_path / "收件" / "甲 1#.xlsx",
        "b.xlsx": tmp_path / "b.xlsx",
        "\udce9.xlsx": tmp_path / "\udce9.xlsx",
    }
    assert relative_links(names, tmp_path / "汇总") == {
        "甲 1#.xlsx": "../收件/甲%201%23.xlsx",
        "b.xlsx": "../b.xlsx",
        "\udce9.xlsx": "../%E9.xlsx",
    }


def test_every_sheet_is_filtered_frozen_and_prints_its_head():
    for sheet in workbook():
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$3:$3"


def test_the_whole_list_in_equal_bytes():
    first, second = io.BytesIO(), io.BytesIO()
    write_problem_list(WHOLE, first)
    write_problem_list(WHOLE, second)
    assert first.getvalue() == second.getvalue()
