"""What clerks do to a workbook, as functions that change a `Workbook` in memory: rows, columns, merges, sheets, words.

Each moves everything that moves with it in a spreadsheet program: cells, styles, merges, widths, hidden columns.
"""

from __future__ import annotations

from collections.abc import Sequence

from samples.workbook import Box, Line, Sheet, Workbook


def insert_lines(sheet: Sheet, at: int, count: int = 1) -> None:
    """New blank rows before row `at`, in the style of the row above it (of the row itself at the top); merges that span it grow."""
    model = sheet.lines[min(max(at - 2, 0), len(sheet.lines) - 1)]
    sheet.lines[at - 1 : at - 1] = [Line(model.styles, {}, model.height) for _ in range(count)]
    sheet.merges = [
        Box(box.top + count * (box.top >= at), box.left, box.bottom + count * (box.bottom >= at), box.right)
        for box in sheet.merges
    ]


def delete_line(sheet: Sheet, row: int) -> None:
    """Deletes the row; a merge that begins there keeps its content (it moves down one row), as spreadsheet programs do not."""
    del sheet.lines[row - 1]
    kept = []
    for box in sheet.merges:
        moved = Box(box.top - (box.top > row), box.left, box.bottom - (box.bottom >= row), box.right)
        if moved.bottom >= moved.top and (moved.top, moved.left) != (moved.bottom, moved.right):
            kept.append(moved)
    sheet.merges = kept


def insert_column(sheet: Sheet, at: int, width: float = 10) -> None:
    """A new blank column before column `at`, in the style of the column to its left; merges that span it grow."""
    for line in sheet.lines:
        if len(line.styles) >= at - 1:
            style = line.styles[at - 2] if at > 1 and len(line.styles) >= at - 1 else 0
            line.styles = (*line.styles[: at - 1], style, *line.styles[at - 1 :])
        line.cells = {col + (col >= at): cell for col, cell in line.cells.items()}
    sheet.merges = [
        Box(box.top, box.left + (box.left >= at), box.bottom, box.right + (box.right >= at)) for box in sheet.merges
    ]
    sheet.widths.insert(at - 1, width)
    sheet.hidden_cols = {col + (col >= at) for col in sheet.hidden_cols}


def delete_column(sheet: Sheet, at: int) -> None:
    """Deletes the column with all that stands in it; merges that span it shrink."""
    for line in sheet.lines:
        line.styles = line.styles[: at - 1] + line.styles[at:]
        line.cells = {col - (col > at): cell for col, cell in line.cells.items() if col != at}
    kept = []
    for box in sheet.merges:
        moved = Box(box.top, box.left - (box.left > at), box.bottom, box.right - (box.right >= at))
        if moved.right >= moved.left and (moved.top, moved.left) != (moved.bottom, moved.right):
            kept.append(moved)
    sheet.merges = kept
    del sheet.widths[at - 1]
    sheet.hidden_cols = {col - (col > at) for col in sheet.hidden_cols if col != at}


def move_column(sheet: Sheet, source: int, target: int, top: int) -> None:
    """Moves column `source` to place `target`, from row `top` down (the title above stays); merges one column wide move along.

    Merges wider than one column must not lie below `top` within the columns moved.
    """
    low, high = min(source, target), max(source, target)
    order = [col for col in range(low, high + 1) if col != source]
    order.insert(target - low, source)
    goes = {old: low + place for place, old in enumerate(order)}
    for line in sheet.lines[top - 1 :]:
        line.cells = {goes.get(col, col): cell for col, cell in line.cells.items()}
        if len(line.styles) >= high:
            moved = tuple(line.styles[old - 1] for old in order)
            line.styles = line.styles[: low - 1] + moved + line.styles[high:]
    for place, box in enumerate(sheet.merges):
        if box.top >= top and low <= box.left <= high:
            if box.left != box.right:
                raise ValueError(f"{box} of {sheet.name} is wider than one column")
            sheet.merges[place] = box._replace(left=goes[box.left], right=goes[box.left])
    sheet.widths[low - 1 : high] = [sheet.widths[old - 1] for old in order]


def merge_down(sheet: Sheet, col: int, top: int, bottom: int) -> None:
    """Merges equal cells of one column; the first keeps the content and answers for all rows, as the others are emptied."""
    first = sheet.lines[top - 1].cells[col]
    holds = list(first.holds)
    for row in range(top + 1, bottom + 1):
        cell = sheet.lines[row - 1].cells.pop(col)
        if cell.value != first.value:
            raise ValueError(f"row {row} of {sheet.name} holds something else")
        holds += cell.holds
    sheet.lines[top - 1].cells[col] = first._replace(holds=tuple(holds))
    sheet.merges.append(Box(top, col, bottom, col))


def unmerge(sheet: Sheet, box: Box) -> None:
    """Takes a merge away; its content stays in the first cell."""
    sheet.merges.remove(box)


def write_out(sheet: Sheet, box: Box) -> None:
    """Takes a merge of data cells away and repeats its content on every row it spanned."""
    unmerge(sheet, box)
    cell = sheet.lines[box.top - 1].cells[box.left]
    own = own_rows(sheet)
    for row in range(box.top, box.bottom + 1):
        holds = tuple(key for key in cell.holds if own[key.region, key.item] == row)
        sheet.lines[row - 1].cells[box.left] = cell._replace(holds=holds)


def own_rows(sheet: Sheet) -> dict[tuple[str, int], int]:
    """(region, item) → the row its record stands on: the lowest of its cells, as merged cells answer from above."""
    own: dict[tuple[str, int], int] = {}
    for row, line in enumerate(sheet.lines, 1):
        for cell in line.cells.values():
            for key in cell.holds:
                own[key.region, key.item] = row
    return own


def reorder(book: Workbook, names: Sequence[str]) -> None:
    """Puts the sheets in the order of `names`; those not named follow."""
    place = {name: index for index, name in enumerate(names)}
    book.sheets.sort(key=lambda sheet: place.get(sheet.name, len(place)))


def relabel(sheet: Sheet, words: dict[str, str]) -> None:
    """Writes labels another way. Raises KeyError when a label is not there."""
    left = dict(words)
    for line in sheet.lines:
        for col, cell in line.cells.items():
            if not cell.holds and isinstance(cell.value, str) and cell.value in left:
                line.cells[col] = cell._replace(value=left.pop(cell.value))
    if left:
        raise KeyError(", ".join(left))


def keep_only(book: Workbook, names: Sequence[str]) -> None:
    """Drops all sheets but those named."""
    book.sheets = [sheet for sheet in book.sheets if sheet.name in names]
