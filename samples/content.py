"""What a return says, as data: the rows of its four forms, and the records that reading it has to give.

`Content` is written by hand (`samples.written`: content/*.yaml), parsed from the official paper (`samples.official`) or drawn at
random (`samples.generator`). All amounts are Decimal in 万元.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

INDICATORS = (
    "quantity",
    "quality",
    "timeliness",
    "cost",
    "economic",
    "social",
    "ecological",
    "sustainability",
    "satisfaction",
)
"""The nine leaves of form 2, in column order (H to P)."""

REGIONS = (
    "fund_summary",
    "direction_targets",
    "department_overall",
    "output_indicators",
    "benefit_indicators",
    "indicator_matrix",
)

Datum = str | int | Decimal | None
Truth = dict[str, list[dict[str, Datum]]]
"""Region id → its records in sheet order → field key → the value reading must give (seq as int, amounts as Decimal in 万元)."""


class Fund(NamedTuple):
    """One row of form 1, without its serial number."""

    fund_name: str
    direction: str
    total_amount: Decimal
    period_goal: str
    annual_goal: str


class Direction(NamedTuple):
    """One row of form 2; `indicators` holds the filled ones of INDICATORS."""

    authority: str
    direction: str
    fund_name: str
    period: str
    annual_amount: Decimal
    period_goal: str
    annual_goal: str
    indicators: Mapping[str, str]


class Item(NamedTuple):
    """One “指标N：名称：值”; `printed` is its line as it stands in the cell."""

    no: int
    name: str
    value: str | None
    printed: str


class Overall(NamedTuple):
    """Form 3, the card."""

    department: str
    total_amount: Decimal
    basic_expenditure: Decimal
    project_expenditure: Decimal
    overall_goal: str
    output: tuple[Item, ...]
    benefit: tuple[Item, ...]
    business_section_opinion: str | None = None
    performance_section_opinion: str | None = None


class Measure(NamedTuple):
    """One row of form 4: the period half (columns B to E) and the annual half (F to H)."""

    fund_name: str
    level1: str
    level2: str
    level3: str
    value: str
    annual_level2: str
    annual_level3: str
    annual_value: str


class Content(NamedTuple):
    """All that one department's return says."""

    funds: tuple[Fund, ...]
    directions: tuple[Direction, ...]
    overall: Overall
    measures: tuple[Measure, ...] = ()


def truth_of(content: Content) -> Truth:
    """The records that reading the return must give, field by field."""
    card = content.overall
    return {
        "fund_summary": [{"seq": number, **fund._asdict()} for number, fund in enumerate(content.funds, 1)],
        "direction_targets": [_direction_record(row) for row in content.directions],
        "department_overall": [
            {
                "department": card.department,
                "total_amount": card.total_amount,
                "basic_expenditure": card.basic_expenditure,
                "project_expenditure": card.project_expenditure,
                "overall_goal": card.overall_goal,
                "business_section_opinion": card.business_section_opinion,
                "performance_section_opinion": card.performance_section_opinion,
            }
        ],
        "output_indicators": [item_record(item) for item in card.output],
        "benefit_indicators": [item_record(item) for item in card.benefit],
        "indicator_matrix": [record for row in content.measures for record in _measure_records(row)],
    }


def _direction_record(row: Direction) -> dict[str, Datum]:
    shared: dict[str, Datum] = {key: value for key, value in row._asdict().items() if key != "indicators"}
    return shared | {key: row.indicators.get(key) for key in INDICATORS}


def item_record(item: Item) -> dict[str, Datum]:
    """The record of one list item."""
    return {"no": item.no, "name": item.name, "value": item.value}


def _measure_records(row: Measure) -> Iterator[dict[str, Datum]]:
    shared: dict[str, Datum] = {"fund_name": row.fund_name, "level1": row.level1}
    yield shared | {"level2": row.level2, "level3": row.level3, "value": row.value, "horizon": "period"}
    annual: dict[str, Datum] = {"level2": row.annual_level2, "level3": row.annual_level3, "value": row.annual_value}
    yield shared | annual | {"horizon": "annual"}


def money(text: object) -> Decimal:
    """“8.50” → Decimal 8.5: no trailing zeros, no exponent."""
    number = Decimal(str(text))
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
