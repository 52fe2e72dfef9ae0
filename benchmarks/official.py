"""What both library scripts know of the official forms: where everything stands, and what pandera has to check.

Both read by fixed positions, so neither takes an inserted column, a moved label or a note below the table: that is the usual price.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pandas as pd
import pandera.pandas as pa

FUNDS, DIRECTIONS, CARD, MATRIX = "汇总表", "支出方向表", "部门整体", "指标分解表"
OVERALL = "部门整体汇总"


class Table(NamedTuple):
    """A sheet of the summary: its title, how many header rows, its columns, where a group row says what, and what is added up."""

    sheet: str
    title: str
    header: int
    fields: tuple[str, ...]
    amounts: tuple[str, ...]
    group_at: tuple[int, int] | None = None

    @property
    def first(self) -> int:
        """The first data row of a return: title, unit line when there is one, header."""
        return self.header + (2 if self.sheet == MATRIX else 3)

    def amount_columns(self) -> list[int]:
        """Columns that hold money, from 1."""
        return [self.fields.index(name) + 1 for name in self.amounts]


TABLES = {
    FUNDS: Table(
        FUNDS,
        "2019年区级专项资金预算绩效目标汇总表",
        1,
        ("seq", "fund_name", "direction", "total_amount", "period_goal", "annual_goal"),
        ("total_amount",),
        (2, 3),
    ),
    DIRECTIONS: Table(
        DIRECTIONS,
        "2019年区级专项资金支出方向绩效目标表",
        3,
        (
            *("authority", "direction", "fund_name", "period", "annual_amount", "period_goal", "annual_goal"),
            *("quantity", "quality", "timeliness", "cost"),
            *("economic", "social", "ecological", "sustainability", "satisfaction"),
        ),
        ("annual_amount",),
        (1, 2),
    ),
    OVERALL: Table(
        OVERALL,
        "2019年部门整体支出绩效目标汇总表",
        1,
        (
            *("seq", "department", "total_amount", "basic_expenditure", "project_expenditure", "overall_goal"),
            *("outputs", "benefits", "business_section_opinion", "performance_section_opinion"),
        ),
        ("total_amount", "basic_expenditure", "project_expenditure"),
    ),
    MATRIX: Table(
        MATRIX,
        "2019年区级专项资金绩效指标分解表",
        2,
        ("fund_name", "level1", "level2", "level3", "value", "annual_level2", "annual_level3", "annual_value"),
        (),
        (1, 1),
    ),
}
CARRIED = ("fund_name", "level1", "level2", "annual_level2")
"""Columns of the indicator table that are merged down."""
CARD_CELLS = {
    "department": (2, 2),
    "total_amount": (3, 3),
    "basic_expenditure": (5, 3),
    "project_expenditure": (6, 3),
    "overall_goal": (7, 2),
    "outputs": (8, 3),
    "benefits": (9, 3),
    "business_section_opinion": (10, 2),
    "performance_section_opinion": (11, 2),
}
OPINION_LABELS = {"business_section_opinion": "业务股室意见:", "performance_section_opinion": "绩效股意见："}
OUTPUTS = ["quantity", "quality", "timeliness", "cost"]
BENEFITS = ["economic", "social", "ecological", "sustainability", "satisfaction"]
LEVELS = ["产出指标", "效益指标"]


def _text(longest: int = 600, **kwargs: object) -> pa.Column:
    return pa.Column(str, pa.Check.str_length(1, longest), nullable=False, **kwargs)


def _money(least: float = 0.01) -> pa.Column:
    return pa.Column(
        float,
        [pa.Check.ge(least), pa.Check(lambda s: (s * 100 - (s * 100).round()).abs() < 1e-6, name="places")],
        coerce=True,
    )


def _any_of(columns: list[str]) -> pa.Check:
    return pa.Check(lambda frame: frame[columns].notna().any(axis=1), name="any of " + ", ".join(columns))


_OPTIONAL = {name: pa.Column(str, nullable=True) for name in (*OUTPUTS, *BENEFITS)}
SCHEMAS = {
    FUNDS: pa.DataFrameSchema(
        {
            "fund_name": _text(),
            "direction": _text(),
            "total_amount": _money(),
            "period_goal": _text(),
            "annual_goal": _text(),
        },
        unique=["sender", "fund_name", "direction"],
    ),
    DIRECTIONS: pa.DataFrameSchema(
        {
            "authority": _text(),
            "direction": _text(),
            "fund_name": _text(),
            "period": pa.Column(str, pa.Check.str_matches(r"^\d{4}年(-\d{4}年)?$")),
            "annual_amount": _money(),
            "period_goal": _text(),
            "annual_goal": _text(),
            **_OPTIONAL,
        },
        checks=[_any_of(OUTPUTS), _any_of(BENEFITS)],
        unique=["sender", "fund_name", "direction"],
    ),
    OVERALL: pa.DataFrameSchema(
        {
            "department": _text(),
            "total_amount": _money(0),
            "basic_expenditure": _money(0),
            "project_expenditure": _money(0),
            "overall_goal": _text(800),
            "outputs": _text(2000),
            "benefits": _text(2000),
        },
        checks=[
            pa.Check(
                lambda f: (f["total_amount"] - f["basic_expenditure"] - f["project_expenditure"]).abs() < 0.005,
                name="C03",
            )
        ],
    ),
    MATRIX: pa.DataFrameSchema(
        {
            "fund_name": _text(),
            "level1": pa.Column(str, pa.Check.isin(LEVELS)),
            "level2": _text(),
            "level3": _text(),
            "value": _text(),
            "annual_level3": _text(),
            "annual_value": _text(),
        },
        unique=["sender", "fund_name", "level1", "level2", "level3"],
    ),
}
"""One schema a form, declared once; `sender` is the department a row came from."""


def problems(name: str, frame: pd.DataFrame) -> list[str]:
    """What pandera finds, one line a failure."""
    try:
        SCHEMAS[name].validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return [f"{name} {check}: {case}" for check, case in zip(cases["check"], cases["failure_case"], strict=True)]
    return []


def across(frames: dict[str, pd.DataFrame]) -> list[str]:
    """X02 and X03: directions add up to their 专项, 专项 add up to 项目支出."""
    by = ["sender", "fund_name"]
    funds = frames[FUNDS].groupby(by)["total_amount"].sum()
    directions = frames[DIRECTIONS].groupby(by)["annual_amount"].sum()
    apart = funds.sub(directions, fill_value=0)
    found = [f"X02 {key}" for key in apart.index[apart.abs() > 0.005]]
    projects = frames[OVERALL].set_index("sender")["project_expenditure"]
    gap = funds.groupby(level="sender").sum().sub(projects, fill_value=0)
    return found + [f"X03 {sender}" for sender in gap.index[gap.abs() > 0.005]]


def numeral(number: int) -> str:
    """三百六十: up to 9999, enough for a script."""
    digits, text, gap = "零一二三四五六七八九", "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if gap else "") + ("" if place == 10 and digit == 1 and not text else digits[digit]) + unit
            gap = False
        elif text:
            gap = True
    return text


def cents(values: object) -> Decimal:
    """A sum of floats as the decimal it means."""
    return Decimal(str(round(float(values), 2))).normalize()  # type: ignore[arg-type]
