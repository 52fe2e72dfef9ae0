"""Sheets drawn as text: one line a row, cells between bars; ^ is merged with the cell above, < with the cell to the left, empty is blank.

A number without quotes is stored as a number; 'text in single quotes' keeps its blanks; \\n is a line break.
"""

from __future__ import annotations

from decimal import Decimal

from xlsform.core.cells import Area, Book, Cell, Grid


def draw(text: str, sheet: str = "表", first_row: int = 1) -> Grid:
    """The sheet in the picture; its first line is row `first_row`, a line that begins with a bar has a blank first cell."""
    lines = [[part.strip() for part in line.strip().split("|")] for line in text.strip("\n").splitlines()]
    rows: dict[int, dict[int, Cell]] = {}
    corners: dict[tuple[int, int], tuple[int, int]] = {}
    for row, line in enumerate(lines, first_row):
        for col, mark in enumerate(line, 1):
            if mark == "^":
                corners[row, col] = corners.get((row - 1, col), (row - 1, col))
            elif mark == "<":
                corners[row, col] = corners.get((row, col - 1), (row, col - 1))
            elif mark:
                rows.setdefault(row, {})[col] = _cell(mark)
    areas: dict[tuple[int, int], Area] = {}
    for (row, col), corner in corners.items():
        area = areas.get(corner, Area(*corner, *corner))
        areas[corner] = area._replace(bottom=max(area.bottom, row), right=max(area.right, col))
    return Grid(sheet, rows, tuple(areas[corner] for corner in sorted(areas)))


def _cell(mark: str) -> Cell:
    text = mark.strip("'").replace("\\n", "\n") if mark.startswith("'") else mark.replace("\\n", "\n")
    try:
        number = None if mark.startswith("'") else Decimal(text)
    except ArithmeticError:
        number = None
    return Cell(text if number is None else number, text)


def book(*grids: Grid, file: str = "某局.xlsx", **stamp: str) -> Book:
    """A workbook of these sheets."""
    return Book(file, "0" * 64, grids, stamp)
