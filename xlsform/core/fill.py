"""From records to a plan of cells: the inverse of extract, a second reading of the same geometry.

Two laws tie them together: extract(fill(records)) = records (put-get), and fill(extract(book)) changes nothing (get-put).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from xlsform.core.edits import CellValue, Plan, Put
from xlsform.core.kinds import KINDS, Item, parse_items, show_items
from xlsform.core.layout import Aligned
from xlsform.core.records import Data, Record, Submission
from xlsform.core.regions.card import Answer
from xlsform.core.regions.rows import lines_of
from xlsform.core.regions.table import Header
from xlsform.core.spec import Card, Field, Matrix, Prose, Table

Rows = Mapping[str, Data]
"""One record: data by field key."""


def data_of(submission: Submission) -> dict[str, list[Rows]]:
    """The records of a file as plain data by region, as `fill` takes them."""
    out: dict[str, list[Rows]] = {}
    for record in submission.records:
        out.setdefault(record.region, []).append({key: value.data for key, value in record.values.items()})
    return out


def fill(sheets: Sequence[Aligned], current: Submission, wanted: Mapping[str, Sequence[Rows]]) -> Plan:
    """The edits after which the sheets say what is wanted; nothing is touched that says it already.

    `current` is what the sheets say now. Regions not in `wanted` stay as they are. Records beyond those that stand there go into the rows
    below, records that are wanted no more are emptied.
    """
    edits: list[Put] = []
    for aligned in sheets:
        for region, header, _ in aligned.tables:
            if region.id in wanted:
                edits += _fill_table(region, header, aligned.grid.sheet, current, wanted[region.id])
        if aligned.card is not None:
            for answer in aligned.card.answers:
                edits += _fill_answer(answer, aligned, current, wanted)
    return tuple(edits)


def _fill_table(
    region: Table | Matrix, header: Header, sheet: str, current: Submission, wanted: Sequence[Rows]
) -> Iterator[Put]:
    records = [record for record in current.records if record.region == region.id and record.sheet == sheet]
    there = list(lines_of(region, records))
    below = max((_row(line) for line in there), default=header.bottom) + 1
    across = region.across if isinstance(region, Matrix) else ""
    for index, (old, new) in enumerate(zip_longest(there, _wanted_lines(region, wanted))):
        row = _row(old) if old is not None else below + index - len(there)
        olds = {str(record.data(across)) if across else "": record for record in old or ()}
        news = {str(data.get(across)) if across else "": data for data in new or ()}
        for column in header.found:
            before = next((r for band, r in olds.items() if column.band in ("", band)), None)
            after = next((d for band, d in news.items() if column.band in ("", band)), {})
            data = after.get(column.field.key)
            if data != (before.data(column.field.key) if before is not None else None):
                yield Put(sheet, row, column.at, _cell(column.field, data))


def _row(line: Sequence[Record]) -> int:
    """The sheet's row of a line; a value merged down from above stands higher."""
    return max(value.row for record in line for value in record.values.values())


def _wanted_lines(region: Table | Matrix, wanted: Sequence[Rows]) -> Iterator[tuple[Rows, ...]]:
    """Records that share a line, in the order given: in a matrix one of each band, alike in the fields that the bands share."""
    if isinstance(region, Table):
        for data in wanted:
            yield (data,)
        return
    shared = [field.key for field in region.shared]
    line: list[Rows] = []
    for data in wanted:
        fits = all(
            other[region.across] != data[region.across] and all(other.get(key) == data.get(key) for key in shared)
            for other in line
        )
        if not fits:
            yield tuple(line)
            line = []
        line.append(data)
    if line:
        yield tuple(line)


def _cell(field: Field, data: Data) -> CellValue:
    return None if data is None else KINDS[field.kind.partition(":")[0]].show(data, field)


def _fill_answer(
    answer: Answer, aligned: Aligned, current: Submission, wanted: Mapping[str, Sequence[Rows]]
) -> Iterator[Put]:
    region, sheet = answer.question.region, aligned.grid.sheet
    if region.id not in wanted:
        return
    value: CellValue
    if isinstance(region, Prose):
        items = [Item(data.get("no"), str(data["name"]), data.get("value")) for data in wanted[region.id]]  # type: ignore[arg-type]
        block = next((r.data(region.id) for r in current.records if region.id in r.values and r.sheet == sheet), None)
        if list(parse_items(str(block or ""), region.word)) == items:
            return
        value = show_items(items, region.word) or None
    elif isinstance(region, Card):
        field = answer.question.field
        record = next((r for r in current.records if r.region == region.id and r.sheet == sheet), None)
        data = wanted[region.id][0].get(field.key) if wanted[region.id] else None
        if data == (record.data(field.key) if record is not None else None):
            return
        value = _cell(field, data)
    if answer.inline:
        value = f"{_label(answer, aligned)}{value or ''}"
    yield Put(sheet, *answer.at, value)


def _label(answer: Answer, aligned: Aligned) -> str:
    """The label that stands before the answer in the same cell, as printed."""
    text = aligned.grid.text(*answer.at)
    for index, char in enumerate(text):
        if char in "：:":
            return text[: index + 1]
    return text
