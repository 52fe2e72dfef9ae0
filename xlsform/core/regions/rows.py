"""The rows below a header, one after the other: records, totals, groups, repeated headers, notes. Works on a stream of rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from xlsform.core.cells import Area, Cell, CellError, Row
from xlsform.core.kinds import KINDS, kind_named
from xlsform.core.labels import LONGEST_TOTAL, is_note, label_key, total_word
from xlsform.core.records import Data, Record, Value, new_value
from xlsform.core.regions.table import Column, Header, bands
from xlsform.core.spec import Field, Group, Matrix, Table

_OTHER_FILE = re.compile(r"(?<!\w)\[\d+\]|'[^']*\[")
"""A workbook's number or name in brackets; 表1[金额] is a table of the same file."""
NOTHING: Mapping[str, str] = MappingProxyType({})
ORDINALS = frozenset("甲乙丙丁") | {"栏次"}


class RowKind(Enum):
    RECORD = "record"
    TOTAL = "total"
    GROUP = "group"
    HEADER = "header"
    NOTE = "note"
    EMPTY = "empty"


class ReadRow(NamedTuple):
    """What one row is. `claimed` are the columns whose cells it accounts for, `covered` those with content under a merge.

    records: (band, values) pairs; totals: amounts of a total or group row by field key; name: the department of a group row.
    """

    row: int
    kind: RowKind
    claimed: tuple[int, ...]
    covered: tuple[int, ...] = ()
    records: tuple[tuple[str, Mapping[str, Value]], ...] = ()
    totals: Mapping[str, Value] = {}
    name: str = ""


def broken(cell: Cell) -> bool:
    """An error value, a formula without stored result, or one that looks into another file."""
    if cell.formula is None:
        return isinstance(cell.raw, CellError)
    return isinstance(cell.raw, CellError | None) or _OTHER_FILE.search(cell.formula) is not None


def read_value(cell: Cell | None, column: Column, row: int) -> Value:
    """The field's value in this cell; a broken cell has problem "broken" and no data, whatever is stored with it."""
    if cell is None:
        return Value(None, "", row, column.at)
    if cell.formula is not None and broken(cell):
        return Value(None, cell.text or f"={cell.formula}", row, column.at, "broken")
    if cell.raw.__class__ is CellError:
        return Value(None, cell.text, row, column.at, "broken")
    data, problem = kind_named(column.field.kind).parse(cell, column.field)
    return Value(data, cell.text, row, column.at, problem)


def read_rows(
    region: Table | Matrix,
    header: Header,
    rows: Iterable[tuple[int, Row]],
    merges: Iterable[Area],
    group: Group | None = None,
    prefilled: Mapping[str, str] = NOTHING,
) -> Iterator[ReadRow]:
    """Reads rows in ascending order. `group` is given for a district summary only: there a 小计 row opens a department.

    prefilled: what was filled in when the blank was issued, by field; a row that holds nothing else is empty. Of a field that issuing
    fills in, but nobody knows with what (the stamp is lost), the answer of the last record counts.
    """
    reader = _Reader(region, header, merges, group, prefilled)
    for row, cells in rows:
        if cells:
            yield reader.read(row, cells)


def sort_rows(
    region: Table | Matrix,
    header: Header,
    rows: Iterable[tuple[int, Row]],
    merges: Iterable[Area],
    group: Group | None = None,
) -> Iterator[Sorted]:
    """As `read_rows`, but records are not read nor their cells claimed: each row as it came, and the merges over it by column."""
    reader = _Reader(region, header, merges, group)
    for row, cells in rows:
        if cells:
            yield reader.sort(row, cells)


Sorted = tuple[ReadRow, Row, Mapping[int, Area]]
"""A row sorted out: what it is, its cells, the merges over it."""


class _Slot(NamedTuple):
    """One column as the rows are read: where, what, and how its cells become data; `verbatim`: a stored text is the data."""

    at: int
    key: str
    column: Column
    parse: Callable[[Cell, Field], tuple[Data, str]]
    carry: bool
    verbatim: bool


def _slot(column: Column) -> _Slot:
    field, parse = column.field, kind_named(column.field.kind).parse
    return _Slot(column.at, field.key, column, parse, field.carry, parse is KINDS["text"].parse)


class _Reader:
    """The columns of one header and, row by row, the merges that are open in each of them."""

    def __init__(
        self,
        region: Table | Matrix,
        header: Header,
        merges: Iterable[Area],
        group: Group | None,
        prefilled: Mapping[str, str] = NOTHING,
    ) -> None:
        self.header = header
        self.columns = header.found
        self.placed = tuple([(column.at, column) for column in self.columns])
        self.slots = tuple(map(_slot, self.columns))
        self.bands = _bands(region, self.columns)
        self.across = region.across if isinstance(region, Matrix) else ""
        self.group = group
        self.columns_of = {column.field.key: column.at for column in self.columns}
        self.sums = any(column.field.kind == "money" for column in header.columns)
        self.amounts = sum(column.field.kind == "money" for column in self.columns)
        self.serials = sum(column.field.kind == "serial" for column in self.columns)
        self.prefilled = {
            column.at: prefilled[column.field.key] for column in self.columns if column.field.key in prefilled
        }
        self.repeating = frozenset(
            column.at
            for column in self.columns
            if group is None and column.field.prefill and column.at not in self.prefilled
        )
        self.idle = self.serials + len(self.prefilled) + len(self.repeating)
        labels = (key for key in header.labels.values() if key)
        self.head_words = frozenset(labels).union(*(column.names for column in self.columns))
        self.areas = _by_column(merges, header)
        self.carried: dict[int, Value] = {}

    @cached_property
    def heads(self) -> tuple[Mapping[int, frozenset[str]], ...]:
        """What each row of the header says; asked for only where a row begins with one of its words."""
        return _header_rows(self.header)

    def read(self, row: int, cells: Row) -> ReadRow:
        """The row with its records."""
        own, covered, under = self._own(row, cells)
        other = self._other(row, own, covered, under)
        if other is not None:
            return other
        if self.repeating:
            self.prefilled |= {column.at: cell.text for column, cell in own if column.at in self.repeating}
        if covered:
            cells = {col: cell for col, cell in cells.items() if col not in covered}
        return ReadRow(row, RowKind.RECORD, _places(own), covered, self._records(row, cells, under))

    def sort(self, row: int, cells: Row) -> Sorted:
        """What the row is; a record's cells are not read."""
        own, covered, under = self._own(row, cells)
        other = self._other(row, own, covered, under)
        return other or ReadRow(row, RowKind.RECORD, (), covered), cells, under

    def _other(
        self, row: int, own: Sequence[tuple[Column, Cell]], covered: tuple[int, ...], under: Mapping[int, Area]
    ) -> ReadRow | None:
        """What the row is unless it holds records."""
        if len(own) <= self.idle and all(
            column.field.kind == "serial" or self.prefilled.get(column.at) == cell.text for column, cell in own
        ):
            numbered = all(
                column.at in self.prefilled or read_value(cell, column, row).data is not None for column, cell in own
            )
            return ReadRow(row, RowKind.EMPTY if numbered else RowKind.NOTE, _places(own) if numbered else (), covered)
        if self._repeats_header(own) or _numbers_columns(own):
            return ReadRow(row, RowKind.HEADER, _places(own), covered)
        if self.group is not None and (name := self._opens(own)):
            return ReadRow(row, RowKind.GROUP, _places(own), covered, (), self._amounts(row, own), name)
        if self.sums and (said := _total(own)):
            return ReadRow(row, RowKind.TOTAL, said, covered, (), self._amounts(row, own))
        if self._is_footnote(row, own, under):
            return ReadRow(row, RowKind.NOTE, (), covered)
        return None

    def _repeats_header(self, own: Sequence[tuple[Column, Cell]]) -> bool:
        """Whether the row says at least half of what a row of the header says, and nothing else."""
        if label_key(own[0][1].text) not in self.head_words:
            return False
        return any(
            2 * len(own) >= len(labels)
            and all(label_key(cell.text) in labels.get(column.at, ()) for column, cell in own)
            for labels in self.heads
        )

    def _is_footnote(self, row: int, own: Sequence[tuple[Column, Cell]], under: Mapping[int, Area]) -> bool:
        """A note or signature line: no amount, few cells, and it says so, or it is all there is in the first or in several columns."""
        if len(own) > 3 or any(column.field.kind == "money" and cell.raw.__class__ is not str for column, cell in own):
            return False
        if any(area.top < row for area in under.values()):
            return False
        column, first = own[0]
        if is_note(first.text):
            return True
        area = under.get(column.at)
        wide = area is not None and area.right > area.left
        return len(own) == 1 and (wide or (area is None and column is self.columns[0]))

    def _own(self, row: int, cells: Row) -> tuple[list[tuple[Column, Cell]], tuple[int, ...], dict[int, Area]]:
        """The row's own cells in found columns, columns with content hidden under a merge, and the merges over this row by column."""
        if not self.areas:
            return [(column, cells[at]) for at, column in self.placed if at in cells], (), {}
        own: list[tuple[Column, Cell]] = []
        covered = []
        under: dict[int, Area] = {}
        for at, column in self.placed:
            cell = cells.get(at)
            area = self._area(row, at) if at in self.areas else None
            if area is not None:
                under[at] = area
                if cell is not None and (row, at) != (area.top, area.left):
                    covered.append(at)
                    continue
            if cell is not None:
                own.append((column, cell))
        return own, tuple(covered), under

    def _area(self, row: int, col: int) -> Area | None:
        """The merge over this cell of a column that has any; merges that ended above are dropped as the rows go by."""
        areas = self.areas[col]
        while areas and areas[-1].bottom < row:
            areas.pop()
        if not areas:
            del self.areas[col]
            return None
        return areas[-1] if areas[-1].top <= row else None

    def _opens(self, own: Sequence[tuple[Column, Cell]]) -> str:
        """The department that a group row names, "" when the row is none."""
        group = self.group
        if group is None or len(own) - self.amounts > 2 or sum(column.field.kind != "money" for column, _ in own) > 2:
            return ""
        texts = {column.at: cell.text for column, cell in own}
        name = texts.get(self.columns_of.get(group.name, 0), "")
        if group.marker_field:
            marker = texts.get(self.columns_of.get(group.marker_field, 0), "")
            return name if label_key(marker) == label_key(group.marker) and len(own) > 1 else ""
        before, _, after = group.text.partition("{department}")
        fits = len(own) == 1 and name.startswith(before) and name.endswith(after) and before + after != ""
        return name[len(before) : len(name) - len(after)] if fits else ""

    def _amounts(self, row: int, own: Sequence[tuple[Column, Cell]]) -> dict[str, Value]:
        return {column.field.key: read_value(cell, column, row) for column, cell in own if column.field.kind == "money"}

    def _records(self, row: int, cells: Row, under: Mapping[int, Area]) -> tuple[tuple[str, Mapping[str, Value]], ...]:
        """The row's record, or one for each band that it answers. `cells` holds none that a merge covers."""
        if not self.across and not under:
            return (("", {slot.key: _slot_value(slot, cells.get(slot.at), row) for slot in self.slots}),)
        values = {
            slot.at: self._value(slot, cells.get(slot.at), row, under[slot.at])
            if slot.at in under
            else _slot_value(slot, cells.get(slot.at), row)
            for slot in self.slots
        }
        if not self.across:
            return (("", {slot.key: values[slot.at] for slot in self.slots}),)
        answered = [band for band in self.bands if not cells.keys().isdisjoint(band.own)] or self.bands[:1]
        records = []
        for band, fields, own in answered:
            record = {key: values[at] for key, at in fields}
            record[self.across] = Value(band, band, row, own[0] if own else fields[0][1])
            records.append((band, record))
        return tuple(records)

    def _value(self, slot: _Slot, cell: Cell | None, row: int, area: Area) -> Value:
        """The value under a merge, which may carry it down from above."""
        if (row, slot.at) == (area.top, area.left):
            self.carried[slot.at] = _slot_value(slot, cell, row)
            return self.carried[slot.at]
        above = self.carried.get(slot.at) if slot.at == area.left and slot.carry else None
        return above if above is not None and above.row == area.top else Value(None, "", row, slot.at)


def _slot_value(slot: _Slot, cell: Cell | None, row: int) -> Value:
    """As `read_value`, the short way for the cells that nearly all are: blank, or stored as they stand."""
    if cell is None:
        return new_value((None, "", row, slot.at, ""))
    raw, text, formula, _ = cell
    if formula is not None or raw.__class__ is CellError:
        return read_value(cell, slot.column, row)
    if slot.verbatim and raw.__class__ is str and "\r" not in text and not text.isspace():
        return new_value((text, text, row, slot.at, ""))
    data, problem = slot.parse(cell, slot.column.field)
    return new_value((data, text, row, slot.at, problem))


def _places(own: Sequence[tuple[Column, Cell]]) -> tuple[int, ...]:
    return tuple([column.at for column, _ in own])


class _Band(NamedTuple):
    """A band of a matrix: (field key, sheet column) of all its columns in the order of the mapping; the columns that are its own."""

    value: str
    fields: tuple[tuple[str, int], ...]
    own: tuple[int, ...]


def _bands(region: Table | Matrix, columns: Sequence[Column]) -> tuple[_Band, ...]:
    out = []
    for band, _ in bands(region):
        fields = tuple((column.field.key, column.at) for column in columns if column.band in ("", band))
        out.append(_Band(band, fields, tuple(column.at for column in columns if column.band == band)))
    return tuple(out)


def _by_column(merges: Iterable[Area], header: Header) -> dict[int, list[Area]]:
    """Merges below the header by the found column they touch, the topmost last; whole-column merges stay ranges."""
    cols = sorted({column.at for column in header.found})
    by_col: dict[int, list[Area]] = {}
    for area in merges:
        if area.bottom > header.bottom:
            for col in cols:
                if area.left <= col <= area.right:
                    by_col.setdefault(col, []).append(area)
    for areas in by_col.values():
        areas.sort(reverse=True)
    return by_col


def _header_rows(header: Header) -> tuple[Mapping[int, frozenset[str]], ...]:
    """What each row of the header says, by column; and as one more row the columns' own labels, in any spelling."""
    rows: dict[int, dict[int, frozenset[str]]] = {}
    for (row, col), key in header.labels.items():
        if key:
            rows.setdefault(row, {})[col] = frozenset({key})
    return ({column.at: column.names for column in header.found}, *rows.values())


def _numbers_columns(own: Sequence[tuple[Column, Cell]]) -> bool:
    """Whether the row numbers the columns: 甲 | 乙 | 1 | 2 | 3."""
    if len(own[-1][1].text) > LONGEST_TOTAL:
        return False
    first = label_key(own[0][1].text)
    if not first.isdecimal() and first not in ORDINALS:  # as in nearly every row: one cell decides
        return False
    texts = [label_key(cell.text) for _, cell in sorted(own, key=lambda pair: pair[0].at)]
    numbers = [text for text in texts if text not in ORDINALS]
    return len(texts) > 2 and len(numbers) > 1 and numbers == [str(number + 1) for number in range(len(numbers))]


def _total(own: Sequence[tuple[Column, Cell]]) -> tuple[int, ...]:
    """The columns that a 合计 or 小计 row accounts for, () when the row is none.

    The word stands in a text column, with at most one other text (whose total it is), dashes not counted; a text behind it or in the
    column of serial numbers stays unclaimed.
    """
    word_at = other = 0
    claimed = []
    for column, cell in own:
        serial = column.field.kind == "serial"
        if column.field.kind == "money" or (serial and read_value(cell, column, 0).data is not None):
            claimed.append(column.at)
        elif total_word(cell.text):
            word_at = word_at or column.at
            claimed.append(column.at)
        elif not (cell.text[LONGEST_TOTAL:] or label_key(cell.text)):
            claimed.append(column.at)
        else:
            other += 1
            if other > 1:
                return ()
            if not (word_at or serial):
                claimed.append(column.at)
    return tuple(claimed) if word_at else ()


def lines_of(region: Table | Matrix, records: Iterable[Record]) -> Iterator[tuple[Record, ...]]:
    """Records that belong on one line: one in a table; in a matrix one a band, from the same row of the same sheet."""
    if isinstance(region, Table):
        for record in records:
            yield (record,)
        return
    across = region.across  # the band's own value: one carried down from above names another row
    for _, same in groupby(records, key=lambda record: (record.file, record.sheet, record.values[across].row)):
        yield tuple(same)
