"""A district summary written by hand, as a bureau keeps it without a program: the official blank of the summary with the departments' rows.

It is made from the same `Content` as the returns and knows nothing of how they are merged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from samples.content import Content, Datum, Item, truth_of
from samples.numerals import numeral
from samples.workbook import (
    DIRECTION_FIELDS,
    DIRECTIONS,
    FUND_FIELDS,
    FUNDS,
    MATRIX,
    Blank,
    Formula,
    Line,
    Sheet,
    Shown,
    Workbook,
)

SUMMARY_BLANK = Path(__file__).resolve().parents[1] / "templates" / "2019" / "区级汇总.xlsx"
LIST = "部门整体汇总"
"""The sheet that shows the departments' cards, one a row."""
CARD_FIELDS = ("total_amount", "basic_expenditure", "project_expenditure")


def district_summary(contents: Sequence[Content], blank: Blank) -> Workbook:
    """The four official sheets with these departments one below the other; totals are formulas with their results."""
    names = (FUNDS, DIRECTIONS, LIST, MATRIX)
    book = Workbook([sheet.copy() for sheet in blank.sheets if sheet.name in names], blank)
    truths = {content.overall.department: truth_of(content) for content in contents}
    funds = [(name, truth["fund_summary"]) for name, truth in truths.items()]
    _fill_sections(book.sheet(FUNDS), 4, ("fund_name", "direction"), FUND_FIELDS, "total_amount", _numbered(funds))
    targets = [(name, truth["direction_targets"]) for name, truth in truths.items()]
    heads = ("authority", "direction")
    _fill_sections(book.sheet(DIRECTIONS), 6, heads, DIRECTION_FIELDS, "annual_amount", targets)
    _fill_list(book.sheet(LIST), contents)
    _fill_matrix(book.sheet(MATRIX), contents)
    return book


Sections = Sequence[tuple[str, Sequence[Mapping[str, Datum]]]]


def _numbered(sections: Sections) -> Sections:
    """序号 run through the whole district."""
    places = iter(range(1, sum(len(records) for _, records in sections) + 1))
    return [(name, [{**record, "seq": next(places)} for record in records]) for name, records in sections]


def _fill_sections(
    sheet: Sheet, top: int, heads: tuple[str, str], fields: Sequence[str], amount: str, sections: Sections
) -> None:
    """合计 in row `top`, then each department's 小计 and its records."""
    name_at, mark_at, amount_at = (fields.index(key) + 1 for key in (*heads, amount))
    letter = chr(64 + amount_at)
    group, plain = sheet.lines[top], sheet.lines[top + 1]
    del sheet.lines[top:]
    whole = Decimal(0)
    for name, records in sections:
        part = sum((_amount(record[amount]) for record in records), Decimal(0))
        whole += part
        row = _below(sheet, group)
        sheet.put(row, name_at, name)
        sheet.put(row, mark_at, "小计")
        sheet.put(row, amount_at, Formula(f"SUM({letter}{row + 1}:{letter}{row + len(records)})", part))
        for record in records:
            row = _below(sheet, plain)
            for col, key in enumerate(fields, 1):
                _put(sheet, row, col, record[key])
    sheet.put(top, name_at, "合计")
    sheet.put(top, amount_at, Formula(f"SUM({letter}{top + 1}:{letter}{len(sheet.lines)})/2", whole))


def _fill_list(sheet: Sheet, contents: Sequence[Content]) -> None:
    plain = sheet.lines[4]
    del sheet.lines[4:]
    for number, content in enumerate(contents, 1):
        card = content.overall
        row = _below(sheet, plain)
        shown = (number, card.department, *(getattr(card, key) for key in CARD_FIELDS), card.overall_goal)
        said = (_items(card.output), _items(card.benefit), card.business_section_opinion)
        for col, value in enumerate((*shown, *said, card.performance_section_opinion), 1):
            _put(sheet, row, col, value)
    for col, key in enumerate(CARD_FIELDS, 3):
        stored = sum((getattr(content.overall, key) for content in contents), Decimal(0))
        sheet.put(4, col, Formula(f"SUM({chr(64 + col)}5:{chr(64 + col)}{len(sheet.lines)})", stored))


def _fill_matrix(sheet: Sheet, contents: Sequence[Content]) -> None:
    """Every row says everything: nothing is merged down."""
    group, plain = sheet.lines[3], sheet.lines[4]
    del sheet.lines[3:]
    sheet.merges = [box for box in sheet.merges if box.bottom < 4]
    for content in contents:
        sheet.put(_below(sheet, group), 1, f"部门：{content.overall.department}")
        for measure in content.measures:
            row = _below(sheet, plain)
            for col, value in enumerate(measure, 1):
                _put(sheet, row, col, value)


def _below(sheet: Sheet, model: Line) -> int:
    """Another row in the style of `model`; its number."""
    sheet.lines.append(Line(model.styles, {}, model.height))
    return len(sheet.lines)


def _items(items: Sequence[Item]) -> str:
    return "\n".join(item.printed for item in items)


def _amount(value: Datum) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(f"{value!r} is no amount")
    return value


def _put(sheet: Sheet, row: int, col: int, value: Datum) -> None:
    if value is not None:
        shown: Shown = numeral(value) if isinstance(value, int) else value
        sheet.put(row, col, shown)
