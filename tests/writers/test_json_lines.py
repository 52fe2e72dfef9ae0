"""JSON that keeps what it was given: digits of amounts, text to the letter."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level
from xlsform.core.records import Record, Submission, Value
from xlsform.core.spec import Band, Card, Field, Form, FormSet, Matrix, Prose, Table
from xlsform.writers.json_lines import dumps, finding_object, submission_object

amounts = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | amounts | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.booleans())
def test_every_value_comes_back_the_same(value: object, ascii_only: bool):
    line = dumps(value, ascii_only=ascii_only)
    assert json.loads(line, parse_float=Decimal) == value
    assert "\n" not in line
    assert not ascii_only or line.isascii()


@pytest.mark.parametrize(
    ("number", "shown"),
    [("336.07", "336.07"), ("8", "8"), ("1E+2", "100"), ("0.10", "0.10"), ("-0.005", "-0.005"), ("12345678901234567.89", "12345678901234567.89")],
)  # fmt: skip
def test_amounts_keep_exactly_their_digits(number: str, shown: str):
    assert dumps({"total_amount": Decimal(number)}) == f'{{"total_amount": {shown}}}'


@pytest.mark.parametrize("stranger", [0.1, b"8", {"a": 1.5}, object()])
def test_a_float_is_refused(stranger: object):
    with pytest.raises(TypeError, match="has no place in JSON"):
        dumps([stranger])


FORMSET = FormSet(
    "2019",
    2019,
    (
        Form(
            "fund_summary",
            "{year}年汇总表",
            "汇总表",
            (
                Table(
                    "fund_summary",
                    (
                        Field("seq", ("序号",), "serial"),
                        Field("fund_name", ("专项支出名称",)),
                        Field("total_amount", ("资金总额",), "money"),
                        Field("rate", ("满意度",), "percent"),
                    ),
                ),
            ),
        ),
        Form(
            "overall",
            "{year}年整体表",
            "部门整体",
            (Card("overall", (Field("department", ("部门名称",)),)), Prose("output_indicators", ("产出指标",))),
        ),
        Form(
            "matrix",
            "{year}年分解表",
            "指标分解表",
            (
                Matrix(
                    "matrix",
                    "horizon",
                    (Field("level1", ("一级指标",)),),
                    (
                        Band("period", (Field("value", ("实施期", "指标值")),)),
                        Band("annual", (Field("value", ("本年度", "指标值")),)),
                    ),
                ),
            ),
        ),
    ),
    "return.xlsx",
    "summary.xlsx",
    ("overall", "department"),
)


def submission(*records: Record) -> Submission:
    return Submission("a.xlsx", "0" * 64, "区委办本级", (), records, (), (), (), {})


def test_numbers_are_numbers_and_text_stands_as_shown():
    values = {
        "seq": Value(1, "一", 4, 1),
        "fund_name": Value("深改小康经费", "深改小康经费", 4, 2),
        "total_amount": Value(Decimal("336.07"), "336.07000000000001", 4, 4),
        "rate": Value(Decimal(100), "100%", 4, 5),
    }
    got = submission_object(
        submission(Record("fund_summary", "fund_summary", 0, "", "a.xlsx", "汇总表", values)), FORMSET, "zh"
    )
    assert got["records"] == {
        "fund_summary": [
            {
                "seq": "一",
                "fund_name": "深改小康经费",
                "total_amount": Decimal("336.07"),
                "rate": "100%",
                "_sheet": "汇总表",
                "_cells": {"seq": "A4", "fund_name": "B4", "total_amount": "D4", "rate": "E4"},
            }
        ],
        "overall": [],
        "output_indicators": [],
        "matrix": [],
    }
    assert list(got) == ["schema_version", "file", "sha256", "department", "year", "records", "unmapped", "findings"]


def test_a_record_of_another_department_names_it():
    """A district summary holds many departments; the file has none."""
    record = Record(
        "overall",
        "overall",
        0,
        "区财政局",
        "a.xlsx",
        "部门整体汇总",
        {"department": Value("区财政局", "区财政局", 5, 2)},
    )
    got = submission_object(submission(record), FORMSET, "zh", provenance=False)
    assert got["records"]["overall"] == [{"department": "区财政局", "_department": "区财政局"}]
    own = submission_object(submission(record._replace(department="区委办本级")), FORMSET, "zh", provenance=False)
    assert own["records"]["overall"] == [{"department": "区财政局"}]


def test_absent_is_null_and_has_no_cell():
    values = {"seq": Value(None, "", 4, 1), "total_amount": Value(None, "约8万", 4, 4, "unreadable")}
    record = Record("fund_summary", "fund_summary", 0, "", "a.xlsx", "汇总表", values)
    got = submission_object(submission(record), FORMSET, "zh")
    assert got["records"]["fund_summary"] == [
        {
            "seq": None,
            "fund_name": None,
            "total_amount": None,
            "rate": None,
            "_sheet": "汇总表",
            "_cells": {"total_amount": "D4"},
        }
    ]
    bare = submission_object(submission(record), FORMSET, "zh", provenance=False)
    assert bare["records"]["fund_summary"] == [{"seq": None, "fund_name": None, "total_amount": None, "rate": None}]


def test_a_finding_names_its_cell_and_says_its_sentence():
    finding = Finding("A02", Level.ERROR, Ref("a.xlsx", "汇总表", 5, 3), "fund_summary", "区委办本级", "支出方向")
    assert finding_object(finding, "zh") == {
        "code": "A02",
        "level": "error",
        "form": "fund_summary",
        "department": "区委办本级",
        "file": "a.xlsx",
        "sheet": "汇总表",
        "cell": "C5",
        "field": "支出方向",
        "got": None,
        "expected": None,
        "message": "第 5 行未填支出方向",
        "reason": None,
        "standing": "open",
        "ruling": None,
    }
