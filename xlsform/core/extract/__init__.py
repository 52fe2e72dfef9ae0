"""From a workbook to records: every non-blank cell gets its one fate, and what cannot be read becomes a finding."""

from __future__ import annotations

from collections.abc import Iterable

from xlsform.core.cells import Book, Grid, Ref
from xlsform.core.extract.cards import read_card
from xlsform.core.extract.harvest import NOWHERE, Harvest, Sheet, quote
from xlsform.core.extract.other_unit import is_rounded, read_other_unit
from xlsform.core.extract.tables import read_table, report_header, where_title
from xlsform.core.findings import Finding, Level
from xlsform.core.identify import Sheets, identify
from xlsform.core.labels import is_note, without_space
from xlsform.core.layout import Aligned, Layouts, says_the_same
from xlsform.core.marks import read_list
from xlsform.core.records import Fate, Record, Sighting, Submission
from xlsform.core.results import read_results
from xlsform.core.spec import Card, FormSet, Matrix, Region, Table

__all__ = ["extract", "is_rounded"]


def extract(book: Book, formset: FormSet, layouts: Layouts) -> Submission:
    """Reads every form that the workbook holds. Nothing is raised for what a department did; see Submission.findings."""
    harvest = Harvest(book.file)
    sheets = identify(book, layouts)
    for aligned in sheets.aligned:
        _read_sheet(aligned, formset, harvest)
    _settle_other_sheets(sheets, harvest)
    if sheets.summary:
        _report_nobodys(harvest)
    if not (harvest.sightings or sheets.rivals):
        harvest.find("T04", Level.ERROR, Ref(book.file), variant="none")
    _settle_aids(sheets, harvest)
    results = _read_results(sheets.own, harvest)
    stamp = {} if sheets.summary else book.stamp
    issued_to = stamp.get("department", "")
    department = "" if sheets.summary else _department(harvest.records, formset) or issued_to
    return Submission(
        book.file,
        book.sha256,
        department,
        tuple(harvest.sightings),
        tuple(record if record.department else record.under(department) for record in harvest.records),
        tuple(harvest.totals),
        tuple(harvest.unmapped),
        tuple(harvest.findings),
        harvest.fates,
        tuple(harvest.reasons),
        issued_to,
        stamp.get("authority", ""),
        results,
    )


def _department(records: Iterable[Record], formset: FormSet) -> str:
    """What the file says of whose it is."""
    region, key = formset.identity
    names = [str(data) for r in records if r.region == region and (data := r.data(key)) is not None]
    return names[0].strip() if names else ""


def _report_nobodys(harvest: Harvest) -> None:
    """C01 for records of a summary that stand above every department's row: nobody can tell whose they are."""
    for record in harvest.records:
        if not record.department:
            first = next((value for value in record.values.values() if value.text), None)
            at = (first.row, first.col) if first is not None else NOWHERE
            where = Ref(record.file, record.sheet, *at)
            harvest.find("C01", Level.ERROR, where, record.form, "above", {"text": first.text if first else ""})


def _read_sheet(aligned: Aligned, formset: FormSet, harvest: Harvest) -> None:
    sheet = Sheet(aligned, harvest)
    form = aligned.layout.form
    before = len(harvest.records), len(harvest.totals)
    sheet.claim(((line.row, line.col) for line in (aligned.title, aligned.unit) if line is not None), Fate.LABEL)
    for index, (region, header, blank) in enumerate(aligned.tables):
        end = aligned.tables[index + 1][1].top if index + 1 < len(aligned.tables) else None
        report_header(sheet, header, blank)
        read_table(sheet, region, header, end, formset)
    for lost in aligned.lost:
        sheet.find("T05", Level.ERROR, form=form.name, label=_labels_of(lost))
    if aligned.card is not None:
        read_card(sheet, aligned.card)
    if not read_other_unit(sheet, *before):
        _report_unasked_unit(sheet)
    title, unit = where_title(sheet)
    harvest.sightings.append(
        Sighting(
            form.id,
            sheet.name,
            aligned.title.year if aligned.title is not None else None,
            title,
            aligned.unit.text if aligned.unit is not None else "",
            unit,
            aligned.layout.summary,
            tuple(lost.id for lost in aligned.lost),
        )
    )
    _settle(sheet)
    _report_hidden(sheet)


def _report_unasked_unit(sheet: Sheet) -> None:
    """A11 when somebody added a unit line to a form that prints none, and it is not the unit the amounts are held in."""
    unit, form = sheet.aligned.unit, sheet.aligned.layout.form
    if unit is None or form.unit:
        return
    asked = {field.unit for region in form.regions if isinstance(region, Card | Table) for field in region.fields}
    for wanted in sorted(asked - {"", unit.text}):
        said = {"u": unit.text, "got": unit.text, "expected": wanted}
        sheet.find("A11", Level.ERROR, (unit.row, unit.col), **said)


def _labels_of(region: Region) -> str:
    fields = region.shared if isinstance(region, Matrix) else region.fields
    return "、".join(field.name for field in fields)


def _settle(sheet: Sheet) -> None:
    """Every cell still without a fate: a text of the blank outside the answers is a label, anything else is unmapped and said."""
    aligned, harvest = sheet.aligned, sheet.harvest
    rows = aligned.grid.rows
    harvest.fates[sheet.name] = sheet.fates
    if not aligned.layout.form.regions and says_the_same(aligned.layout, aligned.grid):
        sheet.claim(((row, col) for row, cells in rows.items() for col in cells), Fate.LABEL)
        return
    left = [(row, col) for row, cells in rows.items() for col in cells if (row, col) not in sheet.fates]
    if not left:
        return
    head = min((header.top for _, header, _ in aligned.tables), default=0)
    said = {f.where[2:] for f in harvest.findings if f.code == "T09" and f.where.sheet == sheet.name}
    for row, col in left:
        text = rows[row][col].text
        if (not aligned.layout.tables or row < head) and _is_printed(aligned, row, col, text):
            sheet.fates[row, col] = Fate.LABEL
            continue
        harvest.lose(sheet.name, (row, col), text)
        if (row, col) not in said:
            sheet.find_cell("T07", Level.HINT if is_note(text) else Level.WARNING, (row, col), text, "unmapped")


def _is_printed(aligned: Aligned, row: int, col: int, text: str) -> bool:
    """Whether the text stands on the blank too, and not where an answer belongs."""
    if without_space(text) not in aligned.layout.texts:
        return False
    return aligned.card is None or not any(answer.area.holds(row, col) for answer in aligned.card.answers)


def _report_hidden(sheet: Sheet) -> None:
    """One warning for a hidden sheet, row or column that holds values, at its first value."""
    grid = sheet.aligned.grid
    if not (grid.hidden or grid.hidden_rows or grid.hidden_cols):
        return
    values = sorted(place for place, fate in sheet.fates.items() if fate is Fate.VALUE)
    if grid.hidden:
        spots = values[:1]
    else:
        rows = {row: (row, col) for row, col in reversed(values) if row in grid.hidden_rows}
        cols = {col: (row, col) for row, col in reversed(values) if any(a <= col <= b for a, b in grid.hidden_cols)}
        spots = sorted({*rows.values(), *cols.values()})
    for at in spots:
        sheet.find_cell("T09", Level.WARNING, at, grid.text(*at))


def _settle_other_sheets(sheets: Sheets, harvest: Harvest) -> None:
    """Sheets that were not read: those of no form, forms that stand twice, blank copies, and what a summary adds of its own."""
    rivals = tuple(grid for _, grids in sheets.rivals for grid in grids)
    for grid in (*sheets.unknown, *rivals):
        for row, col, cell in grid:
            harvest.lose(grid.sheet, (row, col), cell.text)
    for grid in (*sheets.copies, *sheets.own, *(card.grid for card in sheets.cards)):
        harvest.fates[grid.sheet] = {(row, col): Fate.LABEL for row, col, _ in grid}
    for grid in sheets.lists:
        _read_reasons(grid, harvest)
    for form, grids in sheets.rivals:
        names = "、".join(grid.sheet for grid in grids)
        where = Ref(harvest.file, grids[0].sheet)
        harvest.find("T04", Level.ERROR, where, form.id, "twice", {"form": form.name, "sheets": names})
    for grid in sheets.unknown:
        if grid.rows:
            _report_sheet(grid, Level.HINT, "sheet", harvest)
    for grid in sheets.copies:
        _report_sheet(grid, Level.WARNING, "copy", harvest)


def _settle_aids(sheets: Sheets, harvest: Harvest) -> None:
    """What issuing put in is known; anything else in its hidden sheets is nobody's."""
    for sheet, fates in sheets.aids.items():
        harvest.fates.setdefault(sheet, {}).update(fates)
    for ref, text in sheets.strays:
        where = ref._replace(file=harvest.file)
        harvest.lose(ref.sheet, ref[2:], text)
        harvest.find("T07", Level.HINT, where, "", "unmapped", {"cell": where.address, "text": quote(text)})


def _read_reasons(grid: Grid, harvest: Harvest) -> None:
    """What a review put in is known, what stands under 审核说明 are the department's reasons, anything else is nobody's."""
    listed = read_list(grid, harvest.file)
    fates = dict.fromkeys(listed.ours, Fate.LABEL) | {reason.at[2:]: Fate.VALUE for reason in listed.reasons}
    harvest.fates[grid.sheet] = fates
    harvest.reasons += listed.reasons
    for at in listed.strays:
        text = grid.text(*at)
        harvest.lose(grid.sheet, at, text)
        where = Ref(harvest.file, grid.sheet, *at)
        harvest.find(
            "T07", Level.HINT, where, "", "unmapped", {"cell": where.address, "text": quote(text), "got": text}
        )


def _read_results(own: Iterable[Grid], harvest: Harvest) -> tuple[Finding, ...]:
    """What a summary's 审核结果 says of reasons and waivers; what somebody has typed under its 审核说明 is nobody's."""
    found: list[Finding] = []
    for grid in own:
        results = read_results(grid, harvest.file)
        if results is None:
            continue
        found += results.findings
        for at in results.strays:
            harvest.lose(grid.sheet, at, grid.text(*at))
            where = Ref(harvest.file, grid.sheet, *at)
            said = {"cell": where.address, "text": quote(grid.text(*at))}
            harvest.find("T07", Level.HINT, where, "", "unmapped", said)
    return tuple(found)


def _report_sheet(grid: Grid, level: Level, variant: str, harvest: Harvest) -> None:
    harvest.find("T07", level, Ref(harvest.file, grid.sheet), "", variant, {"text": grid.sheet})
