"""The summary read back with the ordinary reader, row by row, and compared with what was merged, before anybody gets to see it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, islice, zip_longest
from pathlib import Path

from xlsform.core.cells import Grid, Row
from xlsform.core.errors import VerificationError
from xlsform.core.layout import align
from xlsform.core.merge import Frame, Part
from xlsform.core.records import Record, Value
from xlsform.core.regions.rows import ReadRow, RowKind, lines_of, read_rows
from xlsform.core.spec import Matrix
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
    if not aligned.tables:
        raise VerificationError(f"{sheet.name}: 表头读不出来")
    rest = chain([first] if first else [], rows)
    read = read_rows(frame.region, aligned.tables[0][1], rest, merges, frame.summary.group)
    told = (row for row in read if row.kind is not RowKind.EMPTY)
    for want, got in zip_longest(_expected(part), told):
        difference = _difference(frame, want, got)
        if difference:
            where = f"第 {got.row} 行" if got is not None else "表尾"
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


def _difference(frame: Frame, want: Expected | None, got: ReadRow | None) -> str:
    """What differs, "" when nothing does."""
    if want is None or got is None:
        return "行数不同"
    kind, department, totals, records = want
    if got.kind is not kind:
        return f"应为 {kind.value}，读成 {got.kind.value}"
    if kind is RowKind.GROUP and got.name != department:
        return f"部门应为“{department}”，读成“{got.name}”"
    for key, total in totals.items():
        read = got.totals.get(key)
        if (read.data if read is not None else Decimal(0)) != total:
            return f"{key} 合计应为 {total}"
    return _record_difference(frame, records, got)


def _record_difference(frame: Frame, records: tuple[Record, ...], got: ReadRow) -> str:
    """What differs between a line's records and those read back; a 序号 is new in the summary."""
    if got.covered or len(got.records) != len(records):
        return "记录数不同"
    across = frame.region.across if isinstance(frame.region, Matrix) else ""
    for record, (band, values) in zip(records, got.records, strict=True):
        if across and record.data(across) != band:
            return "期间不同"
        for key, value in values.items():
            want = record.values.get(key)
            if want is not None and want.data == value.data is not None:
                continue
            if key not in (frame.summary.renumber, across) and _said(want) != _said(value):
                return f"{key} 应为 {_said(want)!r}，读成 {_said(value)!r}"
    return ""


def _said(value: Value | None) -> object:
    """The data, or the text of what could not be read."""
    if value is None:
        return None
    return value.data if value.data is not None else (value.text or None)
