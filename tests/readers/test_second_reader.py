"""openpyxl as the second reader of every workbook of the samples and templates: the same cells, or a difference with its reason."""

from __future__ import annotations

import datetime as dt
import warnings
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from xlsform import readers
from xlsform.core.cells import Cell, CellError
from xlsform.core.errors import Rejected

BOOKS = sorted([*Path("samples/2019").rglob("*.xlsx"), *Path("templates").rglob("*.xlsx")])
STRICT = "响石岭街道办事处"
"""Saved as Strict OOXML: openpyxl drops every sheet of it with a warning; the one difference there is."""
FIFTEEN = Decimal("1e-15")


def same(cell: Cell, other: object) -> bool:
    """Whether the second reader's value is what our cell holds; numbers as the nearest binary float, which is all it keeps."""
    if isinstance(cell.raw, Decimal):
        if isinstance(other, dt.date | dt.time):
            return bool(cell.shown_as)
        return isinstance(other, int | float) and abs(Decimal(repr(other)) - cell.raw) <= abs(cell.raw) * FIFTEEN
    if isinstance(cell.raw, CellError):
        return other == cell.raw.code
    if isinstance(cell.raw, str):
        return isinstance(other, str) and other.replace("\r\n", "\n") == cell.raw.replace("\r\n", "\n")
    return other is cell.raw


def readable(path: Path) -> bool:
    try:
        readers.read(path.name, path.read_bytes())
    except Rejected:
        return False
    return True


@pytest.mark.parametrize("path", [p for p in BOOKS if readable(p) and p.stem != STRICT], ids=lambda path: path.stem)
def test_openpyxl_agrees(path: Path) -> None:
    ours = readers.read(path.name, path.read_bytes())
    theirs = openpyxl.load_workbook(path, data_only=True)
    assert [grid.sheet for grid in ours.grids] == theirs.sheetnames
    for grid in ours.grids:
        sheet = theirs[grid.sheet]
        merged = {str(area) for area in grid.merges}
        assert merged == {area.coord for area in sheet.merged_cells.ranges}
        seen = {(row, col) for row, col, _ in grid}
        for row, col, cell in grid:
            covered = any(area.holds(row, col) and (area.top, area.left) != (row, col) for area in grid.merges)
            assert covered or same(cell, sheet.cell(row, col).value), (
                f"{grid.sheet}!{cell} {sheet.cell(row, col).value!r}"
            )
        for line in sheet.iter_rows():
            for other in line:
                blank = other.value is None or (isinstance(other.value, str) and not other.value.strip())
                assert blank or (other.row, other.column) in seen, f"{grid.sheet}!{other.coordinate} only openpyxl sees"
        assert grid.hidden == (sheet.sheet_state != "visible")


def test_openpyxl_finds_nothing_in_a_strict_workbook_and_we_do() -> None:
    path = Path(f"samples/2019/returns/{STRICT}.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says of each sheet that it is dropped
        assert openpyxl.load_workbook(path).sheetnames == []
    assert sum(1 for grid in readers.read(path.name, path.read_bytes()).grids for _ in grid) > 100
