"""`mapping check`: a form set proved against its official blanks."""

from __future__ import annotations

from collections.abc import Iterator

from xlsform.core.cells import Book, Grid, Ref, column_letters
from xlsform.core.findings import Finding, Level
from xlsform.core.layout import Layout
from xlsform.core.spec import FormSet
from xlsform.specfiles.claims import Claim, Sheet, claims, sheets


def check_mapping(formset: FormSet, blank: Book, summary_blank: Book) -> tuple[Finding, ...]:
    """What does not fit: sheets that are not there (T04), titles and labels not found exactly once or without cells (T05), columns
    that no field claims and cells that two fields claim (T07), another unit line (A11). Empty when the mapping is proved.
    """
    return tuple(finding for sheet in sheets(formset, blank, summary_blank) for finding in _sheet_findings(sheet))


def _sheet_findings(sheet: Sheet) -> Iterator[Finding]:
    form = sheet.form
    if sheet.grid is None or sheet.layout is None:
        said = f"空白表里没有工作表“{sheet.name}”（{form.mark}）"
        yield Finding("T04", Level.ERROR, Ref(sheet.book.file), form.id, params={"form": form.name, "message": said})
        return
    where = Ref(sheet.book.file, sheet.name)
    if sheet.layout.title is None:
        yield _not_found(where, form.id, "", form.title, form.name)
    yield from _label_findings(sheet, sheet.layout, where)
    yield from _cell_findings(sheet, claims(sheet.layout, sheet.grid), sheet.grid, where)
    for _, header in sheet.layout.tables:
        for col in header.extra:
            text = sheet.grid.text(max((row for row, at in header.labels if at == col), default=header.bottom), col)
            said = f"{column_letters(col)} 列“{' '.join(text.split())}”没有字段"
            at = where._replace(row=header.bottom, col=col)
            yield Finding("T07", Level.WARNING, at, form.id, params={"detail": said, "message": said})
    if form.unit and (sheet.layout.unit is None or sheet.layout.unit.text != form.unit):
        got = sheet.layout.unit.text if sheet.layout.unit is not None else ""
        said = f"空白表上的单位是“{got}”，映射文件写的是“{form.unit}”"
        params = {"u": got, "message": said}
        yield Finding("A11", Level.ERROR, where, form.id, got=got, expected=form.unit, params=params)


def _not_found(where: Ref, form: str, key: str, label: str, name: str, variant: str = "") -> Finding:
    return Finding("T05", Level.ERROR, where, form, field=key, params={"form": name, "label": label}, variant=variant)


def _label_findings(sheet: Sheet, layout: Layout, where: Ref) -> Iterator[Finding]:
    """Labels that are not there, and those that stand more than once."""
    twice = {column.field.key for _, header in layout.tables for column in header.twice}
    for key, label in layout.missing:
        variant = "twice" if key in twice else ""
        yield _not_found(where, sheet.form.id, key, label, sheet.form.name, variant)


def _cell_findings(sheet: Sheet, found: tuple[Claim, ...], grid: Grid, where: Ref) -> Iterator[Finding]:
    """Fields whose cell already holds something on the blank (usually the next label), and cells that two fields claim."""
    for number, claim in enumerate(found):
        form, key = sheet.form.id, claim.field.key
        at = where._replace(row=claim.cells.top, col=claim.cells.left)
        text = grid.text(claim.cells.top, claim.cells.left)
        if text and not claim.inline and not sheet.summary:
            said = f"栏目“{claim.field.name}”没有可填的单元格：{claim.place} 印着“{' '.join(text.split())}”"
            yield Finding("T05", Level.ERROR, at, form, field=key, params={"message": said})
        for other in found[:number]:
            if _overlap(claim, other):
                said = f"字段 {other.field.key} 和 {key} 占用相同的单元格 {claim.place}"
                yield Finding("T07", Level.ERROR, at, form, field=key, params={"detail": said, "message": said})


def _overlap(one: Claim, other: Claim) -> bool:
    a, b = one.cells, other.cells
    return a.top <= b.bottom and b.top <= a.bottom and a.left <= b.right and b.left <= a.right
