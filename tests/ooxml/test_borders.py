"""Which cells have a border: the official blank's rows for answers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Border, Font, Side

from xlsform.ooxml.borders import bordered_cells


def test_the_blanks_rows_for_answers_have_borders(checkout: Path):
    borders = bordered_cells((checkout / "templates" / "2019" / "绩效目标申报.xlsx").read_bytes())
    rows = {sheet: (min(found), max(found)) for sheet, found in borders.items() if found}
    assert rows["汇总表"] == (3, 23)
    assert rows["支出方向表"] == (3, 25)
    assert rows["指标分解表"] == (2, 43)
    assert borders["汇总表"][23] == frozenset(range(1, 7))


def test_one_side_is_enough_and_a_style_without_a_line_is_none():
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["B2"].border = Border(bottom=Side(style="hair"))
    sheet["C2"].border = Border(bottom=Side(style="none"))
    sheet["D2"].font = Font(bold=True)
    out = BytesIO()
    book.save(out)
    assert bordered_cells(out.getvalue()) == {"Sheet": {2: frozenset({2})}}
