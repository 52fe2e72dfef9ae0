"""Cards and text blocks: each answer is the one cell beside its label, or stands behind it."""

from __future__ import annotations

from functools import partial

from xlsform.core.cells import LONGEST_TEXT, Cell, Grid, Spot, address, fits_in_cell
from xlsform.core.extract.harvest import NOWHERE, Sheet
from xlsform.core.extract.tables import add_items, report_alias, report_renamed, report_unit
from xlsform.core.findings import Level
from xlsform.core.labels import label_key
from xlsform.core.records import Fate, Value
from xlsform.core.regions.card import Answer, Places, answer_behind
from xlsform.core.regions.rows import read_value
from xlsform.core.regions.table import Column
from xlsform.core.spec import Prose

Found = tuple[int, int, Cell]


def read_card(sheet: Sheet, places: Places) -> None:
    """Reads every answer. The card's record also holds each text block whole, under the block's id."""
    sheet.claim(places.labels, Fate.LABEL)
    values: dict[str, Value] = {}
    blocks: list[tuple[Prose, list[Value]]] = []
    region = ""
    for answer in places.answers:
        question = answer.question
        cells = _cells_of(answer, sheet)
        column = partial(Column, question.field, "", question.path, question.names)
        if isinstance(question.region, Prose):
            read = [read_value(cell, column(col), row) for row, col, cell in cells]
            values[question.region.id] = _joined(read, answer.at)
            blocks.append((question.region, read))
        else:
            region = question.region.id
            row, col, cell = cells[0] if cells else (*answer.at, None)
            values[question.field.key] = read_value(cell, column(col), row)
            if question.field.kind == "money":
                report_unit(sheet, (answer.label.top, answer.label.left), question.field)
        sheet.claim(((row, col) for row, col, _ in cells), Fate.VALUE)
    _report_labels(sheet, places)
    if region:
        sheet.add(region, "", values)
    for key, value in values.items():
        sheet.report_broken(key, value)
    for prose, read in blocks:
        add_items(sheet, prose, "", read)


def _report_labels(sheet: Sheet, places: Places) -> None:
    """T05 for labels that are missing or stand twice, T06 and T07 for those taken by likeness."""
    form = sheet.aligned.layout.form.name
    for question in places.missing:
        sheet.find("T05", Level.ERROR, form=form, label=question.field.name, field=question.field.key)
    for question in places.twice:
        sheet.find("T05", Level.ERROR, NOWHERE, "twice", form=form, label=question.field.name, field=question.field.key)
    for question, row, col in places.renamed:
        report_renamed(sheet, (row, col), sheet.aligned.grid.text(row, col), question.field)
    for answer in places.answers:
        wanted, at = answer.question, (answer.label.top, answer.label.left)
        key = label_key(sheet.aligned.grid.text(*at)) if len(wanted.names) > 1 else ""
        if key in wanted.names and key != wanted.path[-1]:
            report_alias(sheet, at, wanted.field)


def _cells_of(answer: Answer, sheet: Sheet) -> list[Found]:
    """The one cell with the answer (of a text block: the cells of one column); where several could be meant, T05 and none of them.

    What lies under a merge is reported and left out.
    """
    grid, area = sheet.aligned.grid, answer.area
    if answer.inline:
        at = (answer.label.top, answer.label.left)
        text = answer_behind(grid.text(*at), answer.question.names)
        return [(*at, Cell(text, text))] if text else []
    cells = []
    for row in sorted(row for row in grid.rows if area.top <= row <= area.bottom):
        for col, cell in sorted(grid.rows[row].items()):
            if not area.holds(row, col):
                continue
            if _is_covered(grid, row, col):
                sheet.find_cell("T09", Level.WARNING, (row, col), cell.text)
            else:
                cells.append((row, col, cell))
    block = isinstance(answer.question.region, Prose)
    if len({col if block else (row, col) for row, col, _ in cells}) > 1:
        label = {"label": answer.question.field.name, "field": answer.question.field.key}
        named = "、".join(address(row, col) for row, col, _ in cells)
        sheet.find("T05", Level.ERROR, answer.at, "several", form=sheet.aligned.layout.form.name, cells=named, **label)
        return []
    return cells


def _is_covered(grid: Grid, row: int, col: int) -> bool:
    return any(area.holds(row, col) and (row, col) != (area.top, area.left) for area in grid.merges)


def _joined(blocks: list[Value], at: Spot) -> Value:
    """The text block as one value: as it stands in its cell, several cells joined by line breaks."""
    if len(blocks) == 1:
        return blocks[0]
    text = "\n".join(block.data for block in blocks if isinstance(block.data, str))
    first = (blocks[0].row, blocks[0].col) if blocks else at
    if not fits_in_cell(text):
        return Value(None, text[: LONGEST_TEXT // 2], *first, "broken")
    return Value(text or None, text, *first)
