"""The district summary in another unit than the amounts are held in: 亿元, 千元, 元, and 舍位平衡 over all its totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import islice
from typing import NamedTuple

from xlsform.core.cells import Area, Grid
from xlsform.core.edits import Edit, Look, Put, Restyle
from xlsform.core.kinds import plain
from xlsform.core.kinds.money import HELD_IN, UNITS
from xlsform.core.merge import Frame, Part, Reading, Section
from xlsform.core.records import Record, Value
from xlsform.core.rounding import add_up, balanced, rounded
from xlsform.core.spec import FormSet, Term

REST = "\x00rest"
"""Stands for what a total in a row has beyond its parts (nothing, where the form adds up)."""


class Shown(NamedTuple):
    """How a summary shows its amounts: the unit, and how many decimals."""

    unit: str
    digits: int = 2

    def of(self, amount: Decimal, held_in: str = HELD_IN) -> Decimal:
        """The amount in this unit, exactly."""
        return plain(amount * UNITS[held_in] / UNITS[self.unit])

    @property
    def note(self) -> str:
        """What a reader of the summary is told."""
        return (
            f"汇总表金额以{self.unit}为单位，保留 {self.digits} 位小数，按最大余数法舍位平衡：各项之和等于小计，小计之和等于合计；"
            "原文照录，各部门的卡片另存，仍以万元为单位。"
        )


Parts = Mapping[str, tuple[str, ...]]
"""Field of a region → the fields of the same record that it is the sum of."""


def row_sums(formset: FormSet, region: str) -> Parts:
    """The totals within a record, as the relations have them: 资金总额 = 基本支出 + 项目支出."""
    found: dict[str, tuple[str, ...]] = {}
    for relation in formset.relations:
        if relation.op != "=" or len(relation.left) != 1 or len(relation.right) < 2 or relation.by:
            continue
        if all(_is_plain(term, region) for term in relation.terms):
            found.setdefault(relation.left[0].field, tuple(term.field for term in relation.right))
    parts = {field for fields in found.values() for field in fields}
    return {field: fields for field, fields in found.items() if field not in parts}


def _is_plain(term: Term, region: str) -> bool:
    return term.form == region and not term.total and not term.last and term.sign == 1 and term.times == 1


def in_unit(part: Part, shown: Shown, formset: FormSet) -> Part:
    """The part as it is to be written: every amount in the unit, its totals balanced at each level.

    合计 is the exact total, rounded. Where a column is the sum of others in its row, those columns' totals are balanced to its own, and
    in every row below it is their sum. Below, 小计 are balanced to their column's 合计 and records to their 小计. A column without totals
    is rounded cell by cell.
    """
    fields = [column.field for column in part.frame.columns]
    money = {field.key: field.unit or HELD_IN for field in fields if field.kind == "money"}
    sums = row_sums(formset, part.frame.region.id)
    sums = {key: parts for key, parts in sums.items() if {key, *parts} <= set(part.frame.summary.totals) & money.keys()}
    plan = _Plan(shown, money, sums, tuple(key for key in part.frame.summary.totals if key in money))
    wanted = _sections(part, plan)
    sections = tuple(
        section._replace(totals={**section.totals, **plan.with_sums(mine)})
        for section, mine in zip(part.sections, wanted, strict=True)
    )
    return Part(part.frame, sections, partial(_records, part.records, part.sections, wanted, plan))


Amounts = dict[str, Decimal]


class _Plan(NamedTuple):
    """units: money fields and the unit each is held in; sums: totals within a row; totals: fields that have 小计 and 合计."""

    shown: Shown
    units: Mapping[str, str]
    sums: Parts
    totals: tuple[str, ...]

    def columns(self) -> tuple[str, ...]:
        """What is balanced column by column: totals that are no sums in their row, and the rest of those that are."""
        return (*(key for key in self.totals if key not in self.sums), *(f"{REST}{key}" for key in self.sums))

    def exact(self, amounts: Mapping[str, Decimal]) -> Amounts:
        """The amounts in the unit, with a rest for every sum in the row."""
        out = {key: self.shown.of(amounts[key], self.units[key]) for key in self.totals if key in amounts}
        for key, parts in self.sums.items():
            out[f"{REST}{key}"] = out.pop(key, Decimal(0)) - add_up(out.get(one, Decimal(0)) for one in parts)
        return out

    def with_sums(self, amounts: Mapping[str, Decimal]) -> Amounts:
        """Balanced amounts with the sums in the row put together again, the rests gone."""
        out = {key: amount for key, amount in amounts.items() if not key.startswith(REST)}
        for key, parts in self.sums.items():
            out[key] = add_up((*(amounts.get(one, Decimal(0)) for one in parts), amounts[f"{REST}{key}"]))
        return {key: plain(amount) for key, amount in out.items()}


def _sections(part: Part, plan: _Plan) -> tuple[Amounts, ...]:
    """Each section's 小计 of every column, balanced to the column's 合计."""
    digits = plan.shown.digits
    exact = [plan.exact(section.totals) for section in part.sections]
    totals = {key: add_up(one[key] for one in exact) for key in plan.columns()}
    grand = {key: rounded(total, digits) for key, total in totals.items()}
    for key, parts in plan.sums.items():
        columns = (*parts, f"{REST}{key}")
        grand |= dict(zip(columns, balanced([totals[one] for one in columns], digits), strict=True))
    shown = {key: balanced([one[key] for one in exact], digits, grand[key]) for key in plan.columns()}
    return tuple({key: shown[key][index] for key in plan.columns()} for index in range(len(exact)))


def _records(records: Reading, sections: Sequence[Section], wanted: Sequence[Amounts], plan: _Plan) -> Iterator[Record]:
    """The records with their amounts in the unit, section by section."""
    left = iter(records())
    for section, totals in zip(sections, wanted, strict=True):
        yield from _balanced_records(list(islice(left, section.records)), totals, plan)


def _balanced_records(records: Sequence[Record], totals: Amounts, plan: _Plan) -> Iterator[Record]:
    digits = plan.shown.digits
    exact = [plan.exact(_amounts(record, plan.totals)) for record in records]
    out: list[Amounts] = [{} for _ in records]
    for key in plan.columns():
        holders = [index for index, one in enumerate(exact) if key in one]
        amounts = balanced([exact[index][key] for index in holders], digits, totals[key])
        for index, amount in zip(holders, amounts, strict=True):
            out[index][key] = amount
    for record, amounts_ in zip(records, out, strict=True):
        own = plan.with_sums(amounts_)
        alone = {key: data for key, data in _amounts(record, plan.units).items() if key not in plan.totals}
        own |= {key: plain(rounded(plan.shown.of(data, plan.units[key]), digits)) for key, data in alone.items()}
        yield record._replace(values={key: _with(value, own.get(key)) for key, value in record.values.items()})


def _amounts(record: Record, keys: Iterable[str]) -> Amounts:
    return {key: data for key in keys if isinstance(data := record.data(key), Decimal)}


def _with(value: Value, amount: Decimal | None) -> Value:
    """A value that shows this amount; one that was never read as an amount stays, and so does its text."""
    return value if amount is None or not isinstance(value.data, Decimal) else value._replace(data=amount)


def unit_edits(frame: Frame, grid: Grid, shown: Shown) -> Iterator[Edit]:
    """The unit line that says the unit, and cells that print exactly its digits. Raises KeyError when the sheet has no unit line."""
    money = [column for column in frame.columns if column.field.kind == "money"]
    if not money:
        return
    line = frame.layout.unit
    if line is None:
        raise KeyError(frame.summary.sheet)
    yield Put(frame.summary.sheet, line.row, line.col, grid.text(line.row, line.col).replace(line.text, shown.unit))
    look = Look(number_format="#,##0" + ("." + "0" * shown.digits if shown.digits else ""))
    rows = (frame.rows.total, frame.rows.group, frame.rows.data)
    for column in money:
        yield from (Restyle(frame.summary.sheet, Area(row, column.at, row, column.at), look) for row in rows if row)
