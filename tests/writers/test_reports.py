"""The problem list, read back with openpyxl."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level
from xlsform.writers.reports import COLUMNS, LONGEST, write_problem_list

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
    Finding("T01", Level.ERROR, Ref("坏.xlsx"), got="E-EMPTY", params={"reason": "E-EMPTY"}),
)


def written(findings: tuple[Finding, ...] = FINDINGS, headline: str = "共 2 个文件") -> io.BytesIO:
    out = io.BytesIO()
    write_problem_list(findings, headline, out)
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
    )
    assert rows[3][:6] == ("错误", "T01", None, "坏.xlsx", None, None)
    assert len(rows) == 1 + len(FINDINGS)
    assert sheet["A2"].value == "共 2 个文件"
    assert sheet.auto_filter.ref == "A3:J6"
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
    finding = Finding("A04", Level.WARNING, Ref("a.xlsx"), got="长" * (LONGEST + 1))
    value = load_workbook(written((finding,)))["问题清单"]["H4"].value
    assert len(value) == LONGEST
    assert value.endswith("…（共 32768 字，此处截断）")


def test_no_findings_make_an_empty_list():
    sheet = load_workbook(written(()))["问题清单"]
    assert sheet.max_row == 3
