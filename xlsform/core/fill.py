"""From records to a plan of cells: the inverse of extract, a second reading of the same geometry.

Two laws tie them together: extract(fill(records)) = records for all records that extract can give (put-get), and fill(extract(book))
changes nothing (get-put). Records that no sheet could say are refused, all of them at once, never bent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.cells import Area, Cell, Grid, address, fits_in_cell
from xlsform.core.edits import CellValue, Edit, Grow, Line, Plan, Put
from xlsform.core.errors import Fault, Mark, RecordsError
from xlsform.core.kinds import NUMBERS, Item, kind_named, parse_items, show_amount, show_items
from xlsform.core.layout import Aligned
from xlsform.core.records import Data, Fate, Record, Submission, Value
from xlsform.core.regions.card import Answer, label_before
from xlsform.core.regions.rows import RowKind, lines_of, read_rows
from xlsform.core.regions.table import Column, Header
from xlsform.core.spec import Field, Matrix, Prose, Table, kinds_of

Rows = Mapping[str, Data]
"""One record by field key: amounts and counts as numbers, everything else as the cell's text (or as data: a 序号 may be 1 or “一”).

A key that is absent, or None, is empty.
"""

Wanted = Mapping[str, Sequence[Rows]]
"""Records by region id."""

Borders = Mapping[str, Mapping[int, Collection[int]]]
"""The cells that have a border, by sheet and row: a table's bordered rows are those that were prepared for answers."""


def fill(sheets: Sequence[Aligned], current: Submission, wanted: Wanted, borders: Borders | None = None) -> Plan:
    """The edits after which the sheets say what is wanted; nothing is touched that says it already.

    `current` is what the sheets say now. Regions not in `wanted` stay as they are. Records that are wanted no more are emptied; those
    beyond what stands there go into the prepared rows below, and when these are full (or a total, a note, the next table follows) into
    new rows that grow there. Without any bordered row (`borders`) every free row below counts as prepared.

    Raises RecordsError, with all that is wrong, for what the sheets have no place for or could not be read back from them.
    The faults' keys are paths: fund_summary[0].total_amount.
    """
    edits: list[Edit] = []
    faults: list[Fault] = []
    placed: set[str] = set()
    for aligned in sheets:
        bordered = (borders or {}).get(aligned.grid.sheet, {})
        for index, (region, header, _) in enumerate(aligned.tables):
            if region.id not in wanted:
                continue
            placed.add(region.id)
            if aligned.layout.summary:
                faults.append(_fault(region.id, f"{aligned.grid.sheet} 是区级汇总表，汇总表由 merge 生成，不能填写"))
                continue
            below = aligned.tables[index + 1][1].top if index + 1 < len(aligned.tables) else None
            merges = tuple(area for area in aligned.grid.merges if area.bottom > header.bottom)
            target = _Target(region, header, aligned.grid, merges, bordered, below, faults)
            edits += _fill_table(target, current, wanted[region.id])
        placed.update(_fill_card(aligned, current, wanted, edits, faults))
    faults += (_fault(id_, "工作簿里没有填写它的地方") for id_, rows in wanted.items() if rows and id_ not in placed)
    if faults:
        raise RecordsError(tuple(faults))
    return tuple(edits)


def title_years(sheets: Sequence[Aligned], year: int) -> Iterator[Put]:
    """The year in every title that prints one."""
    for aligned in sheets:
        title = aligned.title
        if title is not None and title.year is not None and title.year != year:
            text = title.text.replace(str(title.year), str(year), 1)
            yield Put(aligned.grid.sheet, title.row, title.col, text)


def differences(current: Submission, wanted: Wanted, kinds: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The paths of the records that a file does not say as they are wanted; none when it says them all. kinds: region → key → kind.

    A card without any answer is a record to the reader, and as good as none.
    """
    for region, asked in wanted.items():
        rows = [row for row in asked if any(data is not None for data in row.values())]
        there = [r for r in current.records if r.region == region and any(value.text for value in r.values.values())]
        if len(there) != len(rows):
            yield f"{region}: {len(rows)} ≠ {len(there)}"
        for index, (record, data) in enumerate(zip(there, rows, strict=False)):
            for key in data.keys() & kinds[region].keys():
                if not same(record.values.get(key), data[key], kinds[region][key]):
                    yield f"{region}[{index}].{key}"


def same(value: Value | None, data: Data, kind: str) -> bool:
    """Whether a cell's value says this: by its data, or to the letter. An amount that cannot be read says None, in JSON as here."""
    if value is None:
        return data is None
    if data is None:
        return value.data is None and (kind in NUMBERS or not value.text)
    return data == value.data if kind in NUMBERS else data in (value.data, value.text)


def _fault(path: str, what: str) -> Fault:
    return Fault(Mark(""), path, what)


# --- tables and matrices -----------------------------------------------------------------------------------------------


class _Asked(NamedTuple):
    """What a cell shall say: which field, what, for which record (its path)."""

    field: Field
    data: Data
    path: str


@dataclass(frozen=True, slots=True)
class _Target:
    """A table that is filled; `asked` is what its cells shall say, once for every row that they speak for.

    merges: those that reach below the header; bordered: the sheet's cells with a border; below: the row where the sheet's next table begins.
    """

    region: Table | Matrix
    header: Header
    grid: Grid
    merges: tuple[Area, ...]
    bordered: Mapping[int, Collection[int]]
    below: int | None
    faults: list[Fault]
    asked: dict[tuple[int, int], list[_Asked]] = field(default_factory=dict)

    @property
    def across(self) -> str:
        return self.region.across if isinstance(self.region, Matrix) else ""

    def over(self, row: int, col: int) -> Area | None:
        """The merge over a cell below the header."""
        return next((area for area in self.merges if area.holds(row, col)), None)

    def ask(self, row: int, column: Column, asked: _Asked | None = None) -> None:
        """Notes what the cell of a row shall say, nothing when the row is given up; a cell merged down speaks for all its rows."""
        at = (row, column.at)
        area = self.over(*at)
        if area is not None and at != (area.top, area.left):
            if not (column.field.carry and area.left == column.at and area.top > self.header.bottom):
                if asked is not None and asked.data is not None:
                    self.faults.append(
                        _fault(asked.path, f"{self.grid.sheet}!{address(*at)} 被合并单元格遮住，填不进去")
                    )
                return
            at = (area.top, area.left)
        self.asked.setdefault(at, []).extend([asked] if asked is not None else [])

    def puts(self, before: Mapping[tuple[int, int], Value]) -> Iterator[Put]:
        """The cells that say something else so far."""
        for (row, col), told in self.asked.items():
            there = self.grid.cell(row, col)
            if not told:
                if there is not None:
                    yield Put(self.grid.sheet, row, col, None)
                continue
            first = told[0]
            value = _cell(first.field, first.data)
            for other in told[1:]:
                if _cell(other.field, other.data) != value:
                    where = f"{self.grid.sheet}!{address(row, col)}"
                    what = f"{where} 是合并单元格，不能既填“{_said(first.data)}”又填“{_said(other.data)}”"
                    self.faults.append(_fault(other.path, what))
            if (row, col) in before:
                stays = same(before[row, col], first.data, first.field.kind)
            else:
                stays = value == (there.raw if there is not None and there.formula is None else None)
                stays = stays and (value is not None or there is None)
            if not stays:
                yield Put(self.grid.sheet, row, col, value)


def _said(data: Data) -> str:
    return show_amount(data) if isinstance(data, Decimal) else str(data if data is not None else "")


def _fill_table(target: _Target, current: Submission, wanted: Sequence[Rows]) -> Iterator[Edit]:
    region, header = target.region, target.header
    records = [r for r in current.records if r.region == region.id and r.sheet == target.grid.sheet]
    kinds = kinds_of(region)
    if len(records) == len(wanted) and all(_says(r, data, kinds) for r, data in zip(records, wanted, strict=True)):
        return
    if any(_misfits(target, wanted)):
        return
    lines = list(_wanted_lines(region, wanted))
    misread = [_misread(target, line, wanted) for line in lines]
    if any(misread):
        return
    rows = [_row(line) for line in lines_of(region, records)]
    room = _room(target, rows, len(lines) - len(rows), current)
    rows += room.free
    for row, line in zip(rows, lines, strict=False):
        for column, asked in _answers(target, line, wanted):
            target.ask(row, column, asked)
    for row in rows[len(lines) :]:
        for column in header.found:
            target.ask(row, column)
    before = {
        (value.row, value.col): value
        for record in records
        for key, value in record.values.items()
        if key != target.across
    }
    yield from target.puts(before)
    if len(lines) > len(rows):
        yield from _grow(target, room, lines[len(rows) :], wanted)


def _says(record: Record, data: Rows, kinds: Mapping[str, str]) -> bool:
    """Whether the record says this; it may hold more keys than the data, which are empty then."""
    return all(
        same(record.values.get(key), data.get(key), kinds.get(key, "text")) for key in {*record.values, *data} - {""}
    )


def _misfits(target: _Target, wanted: Sequence[Rows]) -> list[Fault]:
    """Faults for fields without column and records of no band, which are noted too."""
    region = target.region
    places = {(column.band, column.field.key) for column in target.header.found}
    order = [band.value for band in region.bands] if isinstance(region, Matrix) else []
    found = []
    for index, data in enumerate(wanted):
        path = f"{region.id}[{index}]"
        own = data.get(target.across)
        known = {key for band, key in places if own not in order or band in ("", own)} | {target.across}
        for key, value in data.items():
            if value is not None and key not in known:
                found.append(_fault(f"{path}.{key}", f"{target.grid.sheet} 里没有填写它的栏目"))
        if order and own not in order:
            said = f"现为“{own}”" if own is not None else "现在没有写"
            found.append(_fault(f"{path}.{target.across}", f"应为 {'、'.join(order)}，{said}"))
    target.faults.extend(found)
    return found


Numbered = tuple[tuple[int, Rows], ...]
"""The records of one line, each with its place among those wanted."""


def _wanted_lines(region: Table | Matrix, wanted: Sequence[Rows]) -> Iterator[Numbered]:
    """Records that share a line, in the order given: in a matrix one of each band, alike in the fields that the bands share."""
    if isinstance(region, Table):
        for numbered in enumerate(wanted):
            yield (numbered,)
        return
    order = [band.value for band in region.bands]
    own = {band.value: [field.key for field in band.fields] for band in region.bands}
    shared = [field.key for field in region.shared]
    line: list[tuple[int, Rows]] = []
    for index, data in enumerate(wanted):
        last = line[-1][1] if line else {}
        if line and not (
            order.index(str(last[region.across])) < order.index(str(data[region.across]))
            and any(last.get(key) is not None for key in own[str(last[region.across])])
            and all(last.get(key) == data.get(key) for key in shared)
        ):
            yield tuple(line)
            line = []
        line.append((index, data))
    if line:
        yield tuple(line)


def _answers(target: _Target, line: Numbered, wanted: Sequence[Rows]) -> Iterator[tuple[Column, _Asked]]:
    """What every found column of a line's row shall say."""
    by_band = {str(data.get(target.across)) if target.across else "": (index, data) for index, data in line}
    nothing: tuple[int, Rows] = (line[0][0] if line else len(wanted), {})
    for column in target.header.found:
        index, data = next((one for band, one in by_band.items() if column.band in ("", band)), nothing)
        key = column.field.key
        yield column, _Asked(column.field, data.get(key), f"{target.region.id}[{index}].{key}")


def _misread(target: _Target, line: Numbered, wanted: Sequence[Rows]) -> bool:
    """Whether a row that says this would be read as something else: a total, a note, a header, a blank line. Then faults are noted."""
    row = target.header.bottom + 1
    cells: dict[int, Cell] = {}
    for column, asked in _answers(target, line, wanted):
        value = _cell(asked.field, asked.data)
        if isinstance(value, Decimal | int):
            cells[column.at] = Cell(Decimal(value), show_amount(Decimal(value)))
        elif isinstance(value, str) and not value.isspace():
            cells[column.at] = Cell(value, value)
    path = f"{target.region.id}[{line[0][0]}]"
    if not cells:
        target.faults.append(_fault(path, "没有内容，填不出一条记录"))
        return True
    read = next(iter(read_rows(target.region, target.header, [(row, cells)], ())))
    if read.kind is not RowKind.RECORD or len(read.records) != len(line):
        looks = {RowKind.TOTAL: "合计行", RowKind.NOTE: "表下的说明", RowKind.HEADER: "重复的表头"}
        as_what = looks.get(read.kind, "空行" if read.kind is RowKind.EMPTY else "另一组的记录")
        target.faults.append(_fault(path, f"填进表里会被看作{as_what}，不是一条记录"))
        return True
    wrong = False
    kinds = kinds_of(target.region)
    for (index, data), (_, values) in zip(line, read.records, strict=True):
        for key, back in values.items():
            if not same(back, data.get(key), kinds[key]):
                wrong = True
                what = f"“{_said(data.get(key))}”填进去会读成“{_said(back.data)}”"
                target.faults.append(_fault(f"{target.region.id}[{index}].{key}", what))
    return wrong


def _row(line: Sequence[Record]) -> int:
    """The sheet's row of a line; a value merged down from above stands higher."""
    return max(value.row for record in line for value in record.values.values())


ENDLESS = 1_000_000
"""A merge that reaches so far down is one over whole columns."""


class _Room(NamedTuple):
    """Where further records of a table go: its free prepared rows; then new rows below `grow_at`, in the styles of `like`.

    `stop` is the first row that is no longer the table's (a total, a note, the next table), None when nothing follows.
    """

    free: list[int]
    grow_at: int
    like: int
    stop: int | None


def _room(target: _Target, rows: Sequence[int], needed: int, current: Submission) -> _Room:
    grid, header = target.grid, target.header
    columns = [column.at for column in header.found]
    fates = current.fates.get(grid.sheet, {})
    taken = {
        row
        for row, cells in grid.rows.items()
        if row > header.bottom and any(at in cells and fates.get((row, at)) is not Fate.PREFILL for at in columns)
    }
    framed = sorted(
        row for row, cells in target.bordered.items() if row > header.bottom and all(at in cells for at in columns)
    )
    first = max(rows, default=header.bottom) + 1
    if not rows:  # a total or a remark may stand between the header and the rows for answers
        open_rows = (row for row in framed if row not in taken) if framed else iter((first,))
        first = next(open_rows, first)
    ends = [row for row in (*taken, target.below) if row is not None and row >= first]
    stop = min(ends, default=None)
    under = max((area.bottom for area in target.merges if area.bottom < ENDLESS), default=0)
    span: Iterable[int] = framed or range(first, stop or max(first, under) + needed + 1)
    free = [
        row
        for row in span
        if row >= first and (stop is None or row < stop) and not any(target.over(row, at) is not None for at in columns)
    ][: max(needed, 0)]
    last = max((*rows, *free), default=0)
    like = last or next(iter(framed), header.bottom + 1)
    return _Room(free, _below_merges(grid, last or header.bottom), like, stop)


def _below_merges(grid: Grid, row: int) -> int:
    """The first row from `row` on below which no merge is cut."""
    while over := [area.bottom for area in grid.merges if area.top <= row < area.bottom]:
        row = max(over)
    return row


def _grow(target: _Target, room: _Room, lines: Sequence[Numbered], wanted: Sequence[Rows]) -> Iterator[Grow]:
    """New rows for the lines that have no prepared row left."""
    if room.stop is not None and room.grow_at >= room.stop:
        what = f"{target.grid.sheet} 第 {room.stop} 行与上面的行合并在一起，中间加不进新的行"
        target.faults.append(_fault(f"{target.region.id}[{lines[0][0][0]}]", what))
        return
    grown = []
    for line in lines:
        values = ((column.at, _cell(asked.field, asked.data)) for column, asked in _answers(target, line, wanted))
        grown.append(Line(room.like, tuple(sorted((at, value) for at, value in values if value is not None))))
    yield Grow(target.grid.sheet, room.grow_at, tuple(grown))


def _cell(asked: Field, data: Data) -> CellValue:
    return None if data is None else kind_named(asked.kind).show(data, asked)


# --- cards and text blocks ---------------------------------------------------------------------------------------------


def _fill_card(
    aligned: Aligned, current: Submission, wanted: Wanted, edits: list[Edit], faults: list[Fault]
) -> Iterator[str]:
    """Fills the answers of a card; gives the regions that have a place on it. What is asked of it and not found is a fault."""
    answers = aligned.card.answers if aligned.card is not None else ()
    found: dict[str, set[str]] = {}
    for answer in answers:
        region = answer.question.region
        found.setdefault(region.id, set()).add(answer.question.field.key)
        if region.id in wanted:
            edits += _fill_answer(answer, aligned.grid, current, wanted[region.id], faults)
    blocks = {region.id for region in aligned.layout.form.regions if isinstance(region, Prose)}
    for region_id, keys in found.items():
        yield region_id
        rows = wanted.get(region_id, ())
        if region_id in blocks:
            continue
        if len(rows) > 1:
            faults.append(_fault(f"{region_id}[1]", f"{aligned.grid.sheet} 只有一张卡片，填不下 {len(rows)} 条"))
        for key, data in rows[0].items() if rows else ():
            if data is not None and key not in keys | blocks:
                faults.append(_fault(f"{region_id}[0].{key}", f"{aligned.grid.sheet} 里没有填写它的栏目"))


def _fill_answer(
    answer: Answer, grid: Grid, current: Submission, wanted: Sequence[Rows], faults: list[Fault]
) -> Iterator[Put]:
    region, asked = answer.question.region, answer.question.field
    mine = [record for record in current.records if record.sheet == grid.sheet and record.region == region.id]
    value: CellValue
    if isinstance(region, Prose):
        items = [_item(data) for data in wanted]
        if items == [_item({key: v.data for key, v in record.values.items()}) for record in mine]:
            return
        value = show_items(items, region.word) or None
        faults += _spoiled_items(region, items, str(value or ""))
    else:
        data = wanted[0].get(asked.key) if wanted else None
        if same(mine[0].values.get(asked.key) if mine else None, data, asked.kind):
            return
        value = _cell(asked, data)
    if not answer.inline:
        there = [(row, col) for row, col, _ in grid if answer.area.holds(row, col)] or [answer.at]
        yield Put(grid.sheet, *there[0], value)
        yield from (Put(grid.sheet, *at, None) for at in there[1:])
        return
    said = show_amount(value) if isinstance(value, Decimal) else str(value or "")
    whole = f"{label_before(grid.text(*answer.at), answer.question.names)}{said}"
    path = f"{region.id}[0].{asked.key}"
    if said != said.strip():
        faults.append(_fault(path, "与栏目名称写在同一格里，前后不能有空格或换行"))
    elif not fits_in_cell(whole):
        faults.append(_fault(path, "文字连同栏目名称超过一个单元格的容量（32,767 个字符）"))
    else:
        yield Put(grid.sheet, *answer.at, whole)


def _spoiled_items(region: Prose, items: Sequence[Item], text: str) -> Iterator[Fault]:
    """Faults when a text block would be taken apart into other items than those it is made of."""
    if not fits_in_cell(text):
        yield _fault(region.id, "各条合起来超过一个单元格的容量（32,767 个字符）")
    back = parse_items(text, region.word)
    if list(back) != list(items):
        alike = next((at for at, (one, other) in enumerate(zip(items, back, strict=False)) if one != other), len(back))
        shape = f"{region.word}N：名称：值"
        yield _fault(
            f"{region.id}[{min(alike, len(items) - 1)}]",
            f"写成“{shape}”后会读成别的条目，请改写它的名称或值（如其中的冒号、换行）",
        )


def _item(data: Rows) -> Item:
    no, value = data.get("no"), data.get("value")
    return Item(
        no if isinstance(no, int) else None, str(data.get("name") or ""), str(value) if value is not None else None
    )
