"""Cards and text blocks: each answer is the one cell beside its label, or stands behind it."""

from __future__ import annotations

from xlsform.core.cells import Cell, Grid
from xlsform.core.extract.harvest import Sheet, Spot, quote
from xlsform.core.extract.tables import add_items
from xlsform.core.findings import Level
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
        cells = _cells_of(answer, sheet, places)
        column = Column(question.field, "", question.path, question.names, answer.at[1])
        if isinstance(question.region, Prose):
            read = [read_value(cell, column._replace(at=col), row) for row, col, cell in cells]
            values[question.region.id] = _joined(read, answer.at)
            blocks.append((question.region, read))
        else:
            region = question.region.id
            cells = _the_one(cells, answer.at)
            row, col, cell = cells[0] if cells else (*answer.at, None)
            values[question.field.key] = read_value(cell, column._replace(at=col), row)
        sheet.claim(((row, col) for row, col, _ in cells), Fate.VALUE)
    for question, text in places.renamed:
        sheet.find("T06", Level.HINT, raw=quote(text), label=question.field.name)
    for question in places.missing:
        sheet.find("T05", Level.ERROR, form=sheet.aligned.layout.form.name, label=question.field.name)
    if region:
        sheet.add(region, "", values)
    for key, value in values.items():
        sheet.report_broken(key, value)
    for prose, read in blocks:
        add_items(sheet, prose, "", read)


def _cells_of(answer: Answer, sheet: Sheet, places: Places) -> list[Found]:
    """The non-blank cells in which the answer may stand; what lies under a merge is reported and left out."""
    grid, area = sheet.aligned.grid, answer.area
    if answer.inline:
        at = (answer.label.top, answer.label.left)
        text = answer_behind(grid.text(*at), answer.question.names)
        return [(*at, Cell(text, text))] if text else []
    cells = []
    for row in sorted(row for row in grid.rows if area.top <= row <= area.bottom):
        for col, cell in sorted(grid.rows[row].items()):
            if not area.holds(row, col) or (row, col) in places.labels:
                continue
            if _is_covered(grid, row, col):
                sheet.find_cell("T09", Level.WARNING, (row, col), cell.text)
            else:
                cells.append((row, col, cell))
    return cells


def _is_covered(grid: Grid, row: int, col: int) -> bool:
    return any(area.holds(row, col) and (row, col) != (area.top, area.left) for area in grid.merges)


def _the_one(cells: list[Found], at: Spot) -> list[Found]:
    """The only cell, or the one just where the answer belongs; else none, and all of them are reported as unmapped."""
    return cells if len(cells) <= 1 else [found for found in cells if found[:2] == at]


def _joined(blocks: list[Value], at: Spot) -> Value:
    """The text block as one value: as it stands in its cell, several cells joined by line breaks."""
    if len(blocks) == 1:
        return blocks[0]
    text = "\n".join(block.data for block in blocks if isinstance(block.data, str))
    first = (blocks[0].row, blocks[0].col) if blocks else at
    return Value(text or None, text, *first)
