"""Rows given a look as a whole: what Excel asks for before it deletes a row of a protected sheet."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl

from tests.ooxml.schema_order import problems
from xlsform.core.cells import Area
from xlsform.core.edits import Look, Protect, Put, Restyle
from xlsform.writers.xlsx import apply

UNLOCKED = Look(locked=False)


def written(*plan: object) -> tuple[openpyxl.Workbook, bytes]:
    book = openpyxl.Workbook()
    book.active.title = "表"
    book.active["A1"], book.active["B2"], book.active["A3"] = "题", "有", "末"
    book.active.row_dimensions[2].height = 33
    base, out = io.BytesIO(), io.BytesIO()
    book.save(base)
    apply(base.getvalue(), tuple(plan), out)
    assert problems(out.getvalue()) == []
    return openpyxl.load_workbook(io.BytesIO(out.getvalue())), out.getvalue()


def test_cells_that_are_there_that_come_and_the_rest_of_the_row():
    book, _ = written(
        Restyle("表", Area(2, 1, 5, 16_384), UNLOCKED),
        Put("表", 2, 3, "新"),
        Put("表", 5, 1, Decimal(8)),
        Protect("表"),
    )
    sheet = book["表"]
    assert [sheet[place].protection.locked for place in ("A1", "B2", "C2", "A3", "A5")] == [True, *[False] * 4]
    styles = {row: sheet.row_dimensions[row].s for row in range(1, 7)}
    assert styles[1] == styles[6] == 0
    assert all(styles[row] for row in (2, 3, 4, 5))
    assert sheet.row_dimensions[2].height == 33
    assert (sheet["B2"].value, sheet["C2"].value, sheet["A5"].value) == ("有", "新", 8)


def test_looks_of_single_cells_come_on_top():
    book, _ = written(
        Restyle("表", Area(2, 2, 2, 2), Look(number_format="@")), Restyle("表", Area(2, 1, 2, 16_384), UNLOCKED)
    )
    cell = book["表"]["B2"]
    assert (cell.number_format, cell.protection.locked) == ("@", False)


def test_a_sheet_of_whole_rows_stays_small():
    _, data = written(Restyle("表", Area(2, 1, 2_000, 16_384), UNLOCKED))
    assert len(data) < 40_000
