"""What was read from a return: values with their text and cell, records, and everything known of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import NamedTuple

from xlsform.core.cells import Ref
from xlsform.core.findings import Finding

Data = Decimal | str | int | None


class Value(NamedTuple):
    """One answer: data as the field's kind reads it (None: empty, or not readable, then `text` is not ""), text as shown, its cell.

    problem: "" when it was read as it stands; else a key of the kind ("text", "unit", "unreadable") that rules turn into findings.
    """

    data: Data
    text: str
    row: int
    col: int
    problem: str = ""


class Record(NamedTuple):
    """One row, card or list item. `region` is the id under which it stands in JSON; item counts from 0 within region and file."""

    form: str
    region: str
    item: int
    department: str
    file: str
    sheet: str
    values: Mapping[str, Value]

    def ref(self, key: str) -> Ref:
        """Where the field's value stands (its cell also when it is empty)."""
        value = self.values[key]
        return Ref(self.file, self.sheet, value.row, value.col)

    def data(self, key: str) -> Data:
        """The field's data, None when absent."""
        value = self.values.get(key)
        return value.data if value is not None else None

    def under(self, department: str) -> Record:
        """The record as one of this department."""
        form, region, item, _, file, sheet, values = self
        return Record(form, region, item, department, file, sheet, values)

    def __reduce__(self) -> tuple[Callable[..., Record], tuple[object, ...]]:
        """Pickled as plain tuples: between processes a record travels in a third of the time that its Values would take."""
        return _record, (self[:-1], tuple(self.values), tuple(map(tuple, self.values.values())))


new_value = partial(tuple.__new__, Value)
"""A Value from its five parts in order: half the time of Value(…), which counts where one is made for every cell."""


def _record(
    head: tuple[str, str, int, str, str, str], keys: tuple[str, ...], values: tuple[tuple[object, ...], ...]
) -> Record:
    return Record(*head, dict(zip(keys, map(new_value, values), strict=True)))


def by_region(records: Iterable[Record]) -> dict[str, list[Record]]:
    """The records by the id of their region, each region's in the order in which they come."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.region, []).append(record)
    return found


class Fate(Enum):
    """What became of a non-blank cell; every one has exactly one."""

    LABEL = "label"
    VALUE = "value"
    PREFILL = "prefill"
    TOTAL = "total"
    UNMAPPED = "unmapped"


class Total(NamedTuple):
    """A 合计 or 小计 that stands in the return itself: read for comparison, never summed. `items` are the records it covers."""

    form: str
    region: str
    field: str
    value: Value
    file: str
    sheet: str
    items: tuple[int, ...]


class Unmapped(NamedTuple):
    """A non-blank cell that nothing in the mapping claims."""

    ref: Ref
    text: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A form found in a file: its sheet, the year of its title (None: no year there) and unit line as printed.

    lost: ids of the regions of which neither header nor labels could be found (T05), so that nothing of them was read.
    """

    form: str
    sheet: str
    year: int | None
    title: Ref | None
    unit: str
    unit_at: Ref | None
    summary: bool = False
    lost: tuple[str, ...] = ()


class Reason(NamedTuple):
    """What a department wrote into 审核说明 of a 需修改 sheet: the finding it speaks of (`code` and where it was found), and its text.

    about: the cell the finding stands at now; row 0 when it has none, or when the cell is no more. at: where the reason itself stands;
    field: the finding's field, "" when it has none.
    """

    code: str
    about: Ref
    text: str
    at: Ref
    field: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """All that is known of one file. department "" means that the file does not say; findings are those of reading (T…, S…).

    issued_to: the department that the workbook was issued to, as its stamp says; authority: the 主管部门 filled in for it then.
    results: what a summary lists of findings that were explained or waived in it.
    """

    file: str
    sha256: str
    department: str
    sightings: tuple[Sighting, ...]
    records: tuple[Record, ...]
    totals: tuple[Total, ...]
    unmapped: tuple[Unmapped, ...]
    findings: tuple[Finding, ...]
    fates: Mapping[str, Mapping[tuple[int, int], Fate]]
    reasons: tuple[Reason, ...] = ()
    issued_to: str = ""
    authority: str = ""
    results: tuple[Finding, ...] = ()
