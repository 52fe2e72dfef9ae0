"""The summary read back with the ordinary reader, row by row, and compared with what was merged, before anybody gets to see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice, zip_longest
from pathlib import Path

from xlsform.core.cells import Area, Cell, Grid, Row
from xlsform.core.errors import VerificationError
from xlsform.core.layout import align
from xlsform.core.merge import Frame, Part, by_band_of, shown
from xlsform.core.records import Record
from xlsform.core.regions.rows import RowKind, Sorted, lines_of, sort_rows
from xlsform.ooxml.package import OWN
from xlsform.ooxml.sheetxml import SheetPart
from xlsform.readers.xlsx import open_sheets


def verify_summary(path: Path, parts: tuple[Part, ...]) -> None:
    """Raises VerificationError when a record, a department or a total reads back otherwise than it was merged."""
    sheets = {sheet.name: sheet for sheet in open_sheets(path, OWN).sheets}
    for part in parts:
        sheet = sheets.get(part.frame.summary.sheet)
        if sheet is None:
            raise VerificationError(f"{path.name}: 缺少工作表“{part.frame.summary.sheet}”")
        _verify(sheet, part)


def _verify(sheet: SheetPart, part: Part) -> None:
    """Reads the sheet's header rows, aligns them as a return's would be, and compares the rows below one by one."""
    frame = part.frame
    rows = sheet.rows()
    head: dict[int, Row] = {}
    first: tuple[int, Row] | None = None
    for number, cells in rows:
        if number > frame.header.bottom:
            first = (number, cells)
            break
        head[number] = cells
    merges = sheet.merges()
    aligned = align(frame.layout, Grid(sheet.name, head, merges))
    if not aligned.tables or aligned.tables[0][1].columns != frame.header.columns:
        raise VerificationError(f"{sheet.name}: 表头读不出来")
    rest = chain([first] if first else [], rows)
    carried: dict[int, object] = {}
    told = (
        row
        for row in sort_rows(frame.region, aligned.tables[0][1], rest, merges, frame.summary.group)
        if row[0].kind is not RowKind.EMPTY
    )
    for want, got in zip_longest(_expected(part), told):
        difference = _difference(frame, want, got, carried)
        if difference:
            where = f"第 {got[0].row} 行" if got is not None else "表尾"
            raise VerificationError(f"{sheet.name} {where}: {difference}")


Expected = tuple[RowKind, str, dict[str, Decimal], tuple[Record, ...]]


def _expected(part: Part) -> Iterator[Expected]:
    """What each row must say: kind, department, totals, records."""
    frame = part.frame
    if frame.rows.total:
        yield RowKind.TOTAL, "", _grand_totals(part), ()
    records = iter(part.records())
    for section in part.sections:
        if frame.rows.group:
            yield RowKind.GROUP, section.department, dict(section.totals), ()
        for line in lines_of(frame.region, islice(records, section.records)):
            yield RowKind.RECORD, section.department, {}, line


def _grand_totals(part: Part) -> dict[str, Decimal]:
    return {key: sum((s.totals[key] for s in part.sections), Decimal(0)) for key in part.frame.summary.totals}


def _difference(frame: Frame, want: Expected | None, row: Sorted | None, carried: dict[int, object]) -> str:
    """What differs, "" when nothing does. `carried` holds what the merges that are open have in their first cell, by column."""
    if want is None or row is None:
        return "行数不同"
    kind, department, totals, line = want
    got, cells, under = row
    if got.kind is not kind:
        return f"应为 {kind.value}，读成 {got.kind.value}"
    if kind is RowKind.GROUP and got.name != department:
        return f"部门应为“{department}”，读成“{got.name}”"
    for key, total in totals.items():
        read = got.totals.get(key)
        if (read.data if read is not None else Decimal(0)) != total:
            return f"{key} 合计应为 {total}"
    if got.covered:
        return "合并单元格下有内容"
    if kind is not RowKind.RECORD:
        return ""
    by_band = by_band_of(frame, line)
    if by_band and {column.band for column in frame.columns if column.band and column.at in cells} != by_band.keys():
        return "期间不同"
    return _line_difference(frame, line, by_band, (got.row, cells, under), carried)


def _line_difference(
    frame: Frame,
    line: Sequence[Record],
    by_band: Mapping[str, Record],
    row: tuple[int, Mapping[int, Cell], Mapping[int, Area]],
    carried: dict[int, object],
) -> str:
    """What differs between a line's records and the cells that reading would make them of; a 序号 is new in the summary."""
    number, cells, under = row
    renumber = frame.summary.renumber
    shared = line[0].values
    for column in frame.columns:
        at, key = column.at, column.field.key
        if key == renumber:
            continue
        if not column.band:
            value = shared.get(key)
        else:
            value = by_band[column.band].values.get(key) if column.band in by_band else None
        cell = cells.get(at)
        got: object = None
        if cell is not None:  # a formula is never one of ours
            got = cell.raw if cell.formula is None else f"={cell.formula}"
        if at in under:
            area = under[at]
            if area.top < number:
                got = carried.get(at) if column.field.carry else None
            else:
                carried[at] = got
        if value is None or value.data != got:
            want = shown(column.field, value) if value is not None else None
            if want != got:
                return f"{key} 应为 {want!r}，读成 {got!r}"
    return ""
