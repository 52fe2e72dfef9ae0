"""Tables and matrices of a return or a summary: rows become records, totals are kept apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from xlsform.core.cells import Ref, Spot
from xlsform.core.extract.harvest import Sheet, quote
from xlsform.core.findings import Level
from xlsform.core.kinds import parse_items
from xlsform.core.labels import is_grand_total, label_unit
from xlsform.core.records import Fate, Total, Value, new_value
from xlsform.core.regions.rows import ReadRow, RowKind, read_rows
from xlsform.core.regions.table import Header, differences
from xlsform.core.spec import Field, FormSet, Matrix, Prose, Table

FATES = {
    RowKind.RECORD: Fate.VALUE,
    RowKind.EMPTY: Fate.PREFILL,
    RowKind.HEADER: Fate.LABEL,
    RowKind.TOTAL: Fate.LABEL,
    RowKind.GROUP: Fate.LABEL,
}
"""The fate of the cells that a row accounts for; the amounts of a total are TOTAL."""

Marks = Sequence[tuple[ReadRow, int]]
"""Total and group rows with the number of records read before them."""


def read_table(sheet: Sheet, region: Table | Matrix, header: Header, end: int | None, formset: FormSet) -> None:
    """Reads the rows below a header, down to row `end` (None: to the last)."""
    grid, layout = sheet.aligned.grid, sheet.aligned.layout
    group = layout.form.summary.group if layout.summary and layout.form.summary is not None else None
    rows = ((row, grid.rows[row]) for row in sorted(grid.rows) if row > header.bottom and (end is None or row < end))
    department = ""
    items: list[int] = []
    marks: list[tuple[ReadRow, int]] = []
    blocks = _blocks(sheet, region)
    sheet.claim(header.labels, Fate.LABEL)
    for read in read_rows(region, header, rows, grid.merges, group, sheet.aligned.prefilled):
        _claim(sheet, read)
        if read.kind is RowKind.RECORD:
            items += (_add_record(sheet, region, department, values, formset, blocks) for _, values in read.records)
        elif read.kind in (RowKind.GROUP, RowKind.TOTAL):
            marks.append((read, len(items)))
            department = read.name or department
    for (read, _), covered in zip(marks, _covers(sheet, marks, items), strict=True):
        for key, value in read.totals.items():
            sheet.harvest.totals.append(
                Total(sheet.form, region.id, key, value, sheet.harvest.file, sheet.name, covered)
            )
            sheet.report_broken(key, value)


def _claim(sheet: Sheet, read: ReadRow) -> None:
    fate = FATES.get(read.kind)
    if fate is not None:
        fates, row = sheet.fates, read.row
        for col in read.claimed:
            fates[row, col] = fate
    if read.totals:
        sheet.claim(((value.row, value.col) for value in read.totals.values()), Fate.TOTAL)
    for col in read.covered:
        sheet.find_cell("T09", Level.WARNING, (read.row, col), sheet.aligned.grid.text(read.row, col))


def _covers(sheet: Sheet, marks: Marks, items: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The records that each mark adds up: a 合计 all of the table, a group row of a summary those down to the next group row.

    A 小计 in a return adds up those since the mark above it, or, where the first one stands above all records, those down to the next;
    one directly below another mark says the whole.
    """
    whole = tuple(items)
    parts = [count for read, count in marks if not _is_grand(sheet, read)]
    groups = [count for read, count in marks if read.kind is RowKind.GROUP] + [len(items)]
    opened = above = 0
    for read, before in marks:
        if read.kind is RowKind.GROUP:
            opened += 1
            yield whole[before : groups[opened]]
        elif _is_grand(sheet, read):
            yield whole
        elif parts[0] == 0:
            after = bisect_right(parts, before)
            yield whole[before : parts[after] if after < len(parts) else len(items)]
        else:
            yield whole[above:before] or whole
        above = before


def _is_grand(sheet: Sheet, read: ReadRow) -> bool:
    return any(is_grand_total(sheet.aligned.grid.text(read.row, col)) for col in read.claimed)


def _blocks(sheet: Sheet, region: Table | Matrix) -> tuple[tuple[str, Prose], ...]:
    """The columns that hold a text block each (the summary shows a card as one row), with the block."""
    if isinstance(region, Matrix):
        return ()
    prose = {block.id: block for block in sheet.aligned.layout.form.regions if isinstance(block, Prose)}
    named = ((column.key, column.kind.partition(":")[2]) for column in region.fields)
    return tuple((key, prose[block]) for key, block in named if block)


def _add_record(
    sheet: Sheet,
    region: Table | Matrix,
    department: str,
    values: Mapping[str, Value],
    formset: FormSet,
    blocks: Iterable[tuple[str, Prose]],
) -> int:
    """A record, and those of the text blocks that stand in its cells."""
    if region.id == formset.identity[0]:
        identity = values.get(formset.identity[1])
        department = str(identity.data) if identity is not None and identity.data is not None else department
    item = sheet.add(region.id, department, values)
    for key, value in values.items():
        if value.problem:
            sheet.report_broken(key, value)
    for key, block in blocks:
        if key in values:
            add_items(sheet, block, department, [values[key]])
    return item


def add_items(sheet: Sheet, prose: Prose, department: str, blocks: Iterable[Value]) -> None:
    """The records of a text block, which may stand in several cells."""
    for block in blocks:
        if not isinstance(block.data, str):
            continue
        for entry in parse_items(block.data, prose.word):
            pairs = (("no", entry.no), ("name", entry.name), ("value", entry.value))
            at = (block.row, block.col, "")
            values = {key: new_value((data, "" if data is None else str(data), *at)) for key, data in pairs}
            sheet.add(prose.id, department, values)


def report_header(sheet: Sheet, header: Header, blank: Header) -> None:
    """T05 for labels that are missing or stand twice, T06 and T07 for those taken by likeness, T07 when the header differs otherwise."""
    money = {column.at: column.field for column in header.found if column.field.kind == "money"}
    for row, col in header.labels:
        if col in money:
            report_unit(sheet, (row, col), money[col])
    if header is blank:
        return
    at = (header.bottom, 0)
    form = sheet.aligned.layout.form.name
    for column in header.missing:
        sheet.find("T05", Level.ERROR, at, form=form, label=column.field.name, field=column.field.key)
    for column in header.twice:
        sheet.find("T05", Level.ERROR, at, "twice", form=form, label=column.field.name, field=column.field.key)
    for column, text, row in header.renamed:
        report_renamed(sheet, (row, column.at), text, column.field)
    _report_aliases(sheet, header, blank)
    detail = "；".join(differences(header, blank))
    if detail:
        sheet.find("T07", Level.WARNING, (header.top, 0), detail=detail)


def _report_aliases(sheet: Sheet, header: Header, blank: Header) -> None:
    """T06 for labels that are known as another spelling, unless the blank has them so."""
    printed = frozenset(blank.labels.values())
    for column in header.found:
        if len(column.names) > 1:
            spots = (at for at, key in header.labels.items() if at[1] == column.at and key in column.names)
            for at in spots:
                if header.labels[at] not in printed:
                    report_alias(sheet, at, column.field)


def report_alias(sheet: Sheet, at: Spot, wanted: Field) -> None:
    """A label that stands among the field's other spellings: T06."""
    raw = quote(sheet.aligned.grid.text(*at))
    sheet.find("T06", Level.HINT, at, raw=raw, label=wanted.name, field=wanted.key)


def report_renamed(sheet: Sheet, at: Spot, text: str, wanted: Field) -> None:
    """A label that was taken by likeness: T06, and because it may have been meant otherwise, T07 at its cell."""
    said = {"raw": quote(text), "label": wanted.name, "field": wanted.key}
    sheet.find("T06", Level.HINT, at, **said)
    sheet.find("T07", Level.WARNING, at, "renamed", **said)


def report_unit(sheet: Sheet, at: Spot, money: Field) -> None:
    """A11 when the label of an amount names another unit than the amount is held in."""
    unit = label_unit(sheet.aligned.grid.text(*at))
    wanted = money.unit or sheet.aligned.layout.form.unit
    if unit and wanted and unit != wanted:
        sheet.find("A11", Level.ERROR, at, u=unit, got=unit, expected=wanted, field=money.key)


def where_title(sheet: Sheet) -> tuple[Ref | None, Ref | None]:
    """The cells of title and unit line."""
    file, lines = sheet.harvest.file, (sheet.aligned.title, sheet.aligned.unit)
    title, unit = (Ref(file, sheet.name, line.row, line.col) if line is not None else None for line in lines)
    return title, unit
