"""From records to a plan of cells: the inverse of extract, a second reading of the same geometry.

Two laws tie them together: extract(fill(records)) = records for all records that extract can give (put-get), and fill(extract(book))
changes nothing (get-put).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from xlsform.core.cells import Grid, address
from xlsform.core.edits import CellValue, Plan, Put
from xlsform.core.errors import UsageError
from xlsform.core.kinds import KINDS, Item, show_amount, show_items
from xlsform.core.layout import Aligned
from xlsform.core.records import Data, Record, Submission
from xlsform.core.regions.card import Answer, label_before
from xlsform.core.regions.rows import lines_of
from xlsform.core.regions.table import Column, Header
from xlsform.core.spec import Field, Matrix, Prose, Table

Rows = Mapping[str, Data]
"""One record: data by field key; a key that is absent is empty."""


def data_of(submission: Submission) -> dict[str, list[Rows]]:
    """The records of a file as plain data by region, as `fill` takes them."""
    out: dict[str, list[Rows]] = {}
    for record in submission.records:
        out.setdefault(record.region, []).append({key: value.data for key, value in record.values.items()})
    return out


def fill(sheets: Sequence[Aligned], current: Submission, wanted: Mapping[str, Sequence[Rows]]) -> Plan:
    """The edits after which the sheets say what is wanted; nothing is touched that says it already.

    `current` is what the sheets say now. Regions not in `wanted` stay as they are. Records beyond those that stand there go into the
    free rows below, records that are wanted no more are emptied. Raises UsageError for what the sheets have no place for: a region or
    field that is not there, a second card, an unknown band, two values for one merged cell.
    """
    edits: list[Put] = []
    placed: set[str] = set()
    for aligned in sheets:
        for region, header, _ in aligned.tables:
            if region.id in wanted:
                placed.add(region.id)
                edits += _fill_table(_Target(region, header, aligned.grid), current, wanted[region.id])
        for answer in aligned.card.answers if aligned.card is not None else ():
            if answer.question.region.id in wanted:
                placed.add(answer.question.region.id)
                edits += _fill_answer(answer, aligned.grid, current, wanted[answer.question.region.id])
    lost = [region for region, records in wanted.items() if records and region not in placed]
    if lost:
        raise UsageError(f"工作簿里没有填写 {'、'.join(lost)} 的地方")
    return tuple(edits)


@dataclass(frozen=True, slots=True)
class _Target:
    """A table that is filled; `asked` is what its cells shall say, once for every row that they speak for."""

    region: Table | Matrix
    header: Header
    grid: Grid
    asked: dict[tuple[int, int], list[tuple[Field, Data]]] = field(default_factory=dict)

    @property
    def across(self) -> str:
        return self.region.across if isinstance(self.region, Matrix) else ""

    def ask(self, row: int, column: Column, *said: Data) -> None:
        """Notes what the cell of a row shall say, nothing when the row is given up; a cell merged down speaks for all its rows."""
        at = (row, column.at)
        area = next((area for area in self.grid.merges if area.holds(*at)), None)
        if area is not None and at != (area.top, area.left):
            if column.field.carry and area.left == column.at and area.top > self.header.bottom:
                at = (area.top, area.left)
            elif any(data is not None for data in said):
                raise UsageError(f"{self.grid.sheet}!{address(*at)} 被合并单元格遮住，填不进去")
        self.asked.setdefault(at, []).extend((column.field, data) for data in said)

    def puts(self, before: Mapping[tuple[int, int], Data]) -> Iterator[Put]:
        """The cells that say something else so far."""
        for (row, col), told in self.asked.items():
            wanted = {data for _, data in told}
            if len(wanted) > 1:
                raise UsageError(
                    f"{self.grid.sheet}!{address(row, col)} 是合并单元格，不能既填“{wanted.pop()}”又填“{wanted.pop()}”"
                )
            if not told and self.grid.cell(row, col) is not None:
                yield Put(self.grid.sheet, row, col, None)
            elif told and told[0][1] != before.get((row, col)):
                yield Put(self.grid.sheet, row, col, _cell(*told[0]))


def _fill_table(target: _Target, current: Submission, wanted: Sequence[Rows]) -> Iterator[Put]:
    region, header = target.region, target.header
    records = [r for r in current.records if r.region == region.id and r.sheet == target.grid.sheet]
    if len(records) == len(wanted) and all(map(_says, records, wanted)):
        return
    _check(target, wanted)
    there = list(lines_of(region, records))
    lines = list(_wanted_lines(region, wanted))
    rows = [_row(line) for line in there]
    free = _free_rows(target, max(rows, default=header.bottom) + 1)
    rows += [next(free) for _ in lines[len(rows) :]]
    for row, line in zip(rows, lines, strict=False):
        by_band = {str(data.get(target.across)) if target.across else "": data for data in line}
        for column in header.found:
            data = next((data for band, data in by_band.items() if column.band in ("", band)), {})
            target.ask(row, column, data.get(column.field.key))
    for row in rows[len(lines) :]:
        for column in header.found:
            target.ask(row, column)
    values = [(key, value) for record in records for key, value in record.values.items() if key != target.across]
    yield from target.puts({(value.row, value.col): value.data for _, value in values})


def _says(record: Record, data: Rows) -> bool:
    """Whether the record says this; it may hold more keys than the data, which are empty then."""
    return all(record.data(key) == data.get(key) for key in {*record.values, *data})


def _check(target: _Target, wanted: Sequence[Rows]) -> None:
    """Raises UsageError for a field without column and for a record of no band."""
    known = {column.field.key for column in target.header.found} | {target.across}
    bands = {band.value for band in target.region.bands} if isinstance(target.region, Matrix) else set()
    for data in wanted:
        unknown = [key for key, value in data.items() if value is not None and key not in known]
        if unknown:
            raise UsageError(f"{target.grid.sheet} 里没有填写 {target.region.id}.{unknown[0]} 的栏目")
        if bands and data.get(target.across) not in bands:
            raise UsageError(
                f"{target.region.id}.{target.across} 应为 {'、'.join(sorted(bands))}，现为“{data.get(target.across)}”"
            )


def _row(line: Sequence[Record]) -> int:
    """The sheet's row of a line; a value merged down from above stands higher."""
    return max(value.row for record in line for value in record.values.values())


def _free_rows(target: _Target, first: int) -> Iterator[int]:
    """The rows from `first` on in which nothing stands in the table's columns, nor a merge over them."""
    columns = [column.at for column in target.header.found]
    for row in count(first):
        cells = target.grid.rows.get(row, {})
        if not any(at in cells or any(area.holds(row, at) for area in target.grid.merges) for at in columns):
            yield row


def _wanted_lines(region: Table | Matrix, wanted: Sequence[Rows]) -> Iterator[tuple[Rows, ...]]:
    """Records that share a line, in the order given: in a matrix one of each band, alike in the fields that the bands share."""
    if isinstance(region, Table):
        for data in wanted:
            yield (data,)
        return
    order = [band.value for band in region.bands]
    own = {band.value: [field.key for field in band.fields] for band in region.bands}
    shared = [field.key for field in region.shared]
    line: list[Rows] = []
    for data in wanted:
        if line and not (
            order.index(str(line[-1][region.across])) < order.index(str(data[region.across]))
            and any(line[-1].get(key) is not None for key in own[str(line[-1][region.across])])
            and all(line[-1].get(key) == data.get(key) for key in shared)
        ):
            yield tuple(line)
            line = []
        line.append(data)
    if line:
        yield tuple(line)


def _cell(asked: Field, data: Data) -> CellValue:
    return None if data is None else KINDS[asked.kind.partition(":")[0]].show(data, asked)


def _fill_answer(answer: Answer, grid: Grid, current: Submission, wanted: Sequence[Rows]) -> Iterator[Put]:
    region, asked = answer.question.region, answer.question.field
    mine = [record for record in current.records if record.sheet == grid.sheet]
    value: CellValue
    if isinstance(region, Prose):
        items = [_item(data) for data in wanted]
        if items == [_item({key: v.data for key, v in r.values.items()}) for r in mine if r.region == region.id]:
            return
        value = show_items(items, region.word) or None
    else:
        if len(wanted) > 1:
            raise UsageError(f"{grid.sheet} 只有一张卡片，填不下 {len(wanted)} 条 {region.id}")
        data = wanted[0].get(asked.key) if wanted else None
        if data == next((record.data(asked.key) for record in mine if record.region == region.id), None):
            return
        value = _cell(asked, data)
    if answer.inline:
        said = show_amount(value) if isinstance(value, Decimal) else str(value or "")
        yield Put(grid.sheet, *answer.at, f"{label_before(grid.text(*answer.at), answer.question.names)}{said}")
        return
    there = [(row, col) for row, col, _ in grid if answer.area.holds(row, col)] or [answer.at]
    yield Put(grid.sheet, *there[0], value)
    yield from (Put(grid.sheet, *at, None) for at in there[1:])


def _item(data: Rows) -> Item:
    no, value = data.get("no"), data.get("value")
    return Item(
        no if isinstance(no, int) else None, str(data.get("name") or ""), str(value) if value is not None else None
    )
