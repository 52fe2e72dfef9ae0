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
    """A sheet of the summary: title, header rows, columns (field and label), amounts, the columns of a group row's name and 小计."""

    sheet: str
    title: str
    header: int
    columns: tuple[tuple[str, str], ...]
    amounts: tuple[str, ...]
    group_at: tuple[int, int] | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns' fields."""
        return tuple(field for field, _ in self.columns)

    @property
    def first(self) -> int:
        """The first data row of a return: title, unit line when there is one, header."""
        return self.header + (2 if self.sheet == MATRIX else 3)

    def amount_columns(self) -> list[int]:
        """Columns that hold money, from 1."""
        return [self.fields.index(name) + 1 for name in self.amounts]


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    """`field label` pairs."""
    words = text.split()
    return tuple(zip(words[::2], words[1::2], strict=True))


TABLES = {
    FUNDS: Table(
        FUNDS,
        "2019年区级专项资金预算绩效目标汇总表",
        1,
        _columns(
            "seq 序号 fund_name 专项支出名称 direction 支出方向 total_amount 资金总额 period_goal 实施期绩效目标 annual_goal 年度绩效目标"
        ),
        ("total_amount",),
        (2, 3),
    ),
    DIRECTIONS: Table(
        DIRECTIONS,
        "2019年区级专项资金支出方向绩效目标表",
        3,
        _columns(
            """authority 主管部门 direction 支出方向 fund_name 所属专项名称 period 专项实施期 annual_amount 支出方向年度金额
            period_goal 实施期绩效目标 annual_goal 年度绩效目标 quantity 数量指标 quality 质量指标 timeliness 时效指标 cost 成本指标
            economic 经济效益指标 social 社会效益指标 ecological 生态效益指标 sustainability 可持续影响指标
            satisfaction 社会公益或服务对象满意度指标"""
        ),
        ("annual_amount",),
        (1, 2),
    ),
    OVERALL: Table(
        OVERALL,
        "2019年部门整体支出绩效目标汇总表",
        1,
        _columns(
            """seq 序号 department 部门名称 total_amount 资金总额 basic_expenditure 基本支出 project_expenditure 项目支出
            overall_goal 整体绩效目标 outputs 产出指标 benefits 效益指标 business_section_opinion 业务股室意见
            performance_section_opinion 绩效股意见"""
        ),
        ("total_amount", "basic_expenditure", "project_expenditure"),
    ),
    MATRIX: Table(
        MATRIX,
        "2019年区级专项资金绩效指标分解表",
        2,
        _columns(
            """fund_name 所属专项名称 level1 一级指标 level2 二级指标 level3 三级指标 value 指标值 annual_level2 二级指标
            annual_level3 三级指标 annual_value 指标值"""
        ),
        (),
        (1, 1),
    ),
}
MATRIX_HEADS = ((1, 4, "实施期（2019年-2021年）"), (5, 7, "本年度"))
"""First and last column, from 0, of what stands above the indicator table's leaves."""
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


RULES_CHECKED = frozenset([
    "T01", "T02", "T03", "T04", "T05", "T07", "T08", "T09", "T10",
    "A01", "A02", "A03", "A04", "A09", "A10", "A11",
    "B01", "B03", "B04", "B06", "B07", "B08",
    "C01", "C02", "C03", "C04", "C05", "C06",
    "M01", "M02", "X01", "X02", "X03", "X04", "S01", "S02", "Z01", "Z02",
])  # fmt: skip
"""The rules of our catalogue that (b) stands up to: the schemas above, and what `whole.py` adds to them."""


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
