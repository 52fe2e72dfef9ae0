"""What last year's return says that this year's blank may begin with, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xlsform.core.fill import Rows
from xlsform.core.kinds import years_of
from xlsform.core.labels import without_space
from xlsform.core.records import Data, Record, by_region
from xlsform.core.spec import FormSet, Matrix, Prose, Region, Table, fields_of


class Left(NamedTuple):
    """A record that was not carried: what it is called and the period that is over."""

    name: str
    period: str


class Carried(NamedTuple):
    """Records for this year's blank by region, and those left out."""

    records: Mapping[str, tuple[Rows, ...]]
    left: tuple[Left, ...]


def carry(formset: FormSet, records: Iterable[Record], year: int) -> Carried:
    """The fields that the mapping says carry over, of records whose period still runs in the new year.

    A record without a period of its own (汇总表, 指标分解表) goes with those that share the first field of its key (its 专项).
    """
    found = by_region(records)
    over, running, left = _periods(formset, found, year)
    carried: dict[str, tuple[Rows, ...]] = {}
    for region in (region for form in formset.forms for region in form.regions):
        fields = _carrying(region)
        if not fields or isinstance(region, Prose):
            continue
        head = region.key[0] if isinstance(region, Table | Matrix) and region.key else ""
        kept = [record for record in found.get(region.id, ()) if _goes_on(record, region, head, over, running, year)]
        rows = tuple(_renumbered(region, (_part(record, region, fields) for record in kept)))
        if any(value is not None for row in rows for value in row.values()):
            carried[region.id] = rows
    return Carried(carried, tuple(left))


def _carrying(region: Region) -> frozenset[str]:
    return frozenset(field.key for field in fields_of(region) if field.carries)


def _period_key(region: Region) -> str:
    return next((field.key for field in fields_of(region) if field.kind == "period" and field.carries), "")


def _periods(
    formset: FormSet, found: Mapping[str, Sequence[Record]], year: int
) -> tuple[set[str], set[str], list[Left]]:
    """The heads (专项) all of whose periods are over, those of which one runs, and the records that are over."""
    over: set[str] = set()
    running: set[str] = set()
    left: list[Left] = []
    for region in (region for form in formset.forms for region in form.regions):
        key = _period_key(region)
        if not key or not isinstance(region, Table | Matrix):
            continue
        for record in found.get(region.id, ()):
            head = without_space(str(record.data(region.key[0]) or "")) if region.key else ""
            if _runs(record.data(key), year):
                running.add(head)
            else:
                over.add(head)
                name = "/".join(str(record.data(one)) for one in region.key if record.data(one) is not None)
                left.append(Left(name, record.values[key].text))
    return over - running, running, left


def _runs(period: Data, year: int) -> bool:
    if not isinstance(period, str) or not period:
        return False
    first, last = years_of(period)
    return first <= year <= last


def _goes_on(record: Record, region: Region, head: str, over: set[str], running: set[str], year: int) -> bool:
    key = _period_key(region)
    if key:
        return _runs(record.data(key), year)
    name = without_space(str(record.data(head) or "")) if head else ""
    return not (over or running) or not name or name in running


def _part(record: Record, region: Region, fields: frozenset[str]) -> dict[str, Data]:
    """The carrying fields of a record; a matrix's record keeps its band."""
    kept = {key: value.data for key, value in record.values.items() if key in fields}
    return kept | ({region.across: record.data(region.across)} if isinstance(region, Matrix) else {})


def _renumbered(region: Region, rows: Iterable[dict[str, Data]]) -> Iterator[Rows]:
    serials = [field.key for field in fields_of(region) if field.kind == "serial"]
    for number, row in enumerate(rows, 1):
        yield row | dict.fromkeys(serials, number)
