"""Base workbooks as other programs write them, with everything in them that hangs on rows."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

TABLE = "表 一"
"""Row 1 title, 2-3 header, 4 合计, 5 group, 6 data (the rows to be replaced), 8 note, 9 formulas, 12 picture, 15-18 table, 20 chart."""


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 13 * 4))
        + chunk(b"IEND", b"")
    )


def fill_table(book: xlsxwriter.Workbook, sheet: Worksheet, wrap: Format, bold: Format) -> None:
    plain = book.add_format({"border": 1, "num_format": "0.00"})
    sheet.set_column(0, 5, 12)
    sheet.merge_range("A1:F1", "标题", bold)
    sheet.merge_range("A2:A3", "序号", wrap)
    for col in range(1, 6):
        sheet.write(1, col, f"栏{col}", wrap)
        sheet.write(2, col, col, wrap)
    sheet.write_row(3, 0, ["", "合计", ""], wrap)
    sheet.write(3, 3, 5, plain)
    sheet.merge_range("A5:B5", "（部门）", wrap)
    sheet.write(4, 3, 5, plain)
    for col in range(6):
        sheet.write(5, col, "样本", plain if col == 3 else wrap)
    sheet.merge_range("A8:F8", "注：本表一式两份。")
    sheet.write_url("A8", "https://example.org/", string="注：本表一式两份。")
    sheet.write_url("B9", f"internal:'{TABLE}'!D9", string="去合计")
    sheet.write_formula("D9", "=SUM(D4:D6)", None, 10)
    sheet.write_formula("E9", "=D4*2", None, 10)
    sheet.write_array_formula("F9:F10", "{=D9:D10*2}", None, 20)


def hang_on_rows(book: xlsxwriter.Workbook, sheet: Worksheet, bold: Format) -> None:
    sheet.write_comment("G8", "底下的批注")
    sheet.write_comment("C4", "合计的批注")
    sheet.write_comment("C6", "样本的批注")
    sheet.data_validation("D6", {"validate": "decimal", "criteria": ">=", "value": 0})
    sheet.data_validation("D4:D6", {"validate": "custom", "value": "=ISNUMBER(D4)"})
    sheet.data_validation("E9:E20", {"validate": "list", "source": "=$B$9:$B$12"})
    sheet.conditional_format("A6:F6", {"type": "formula", "criteria": "=$D6>100", "format": bold})
    sheet.conditional_format("D4:D9", {"type": "3_color_scale"})
    sheet.conditional_format("D5:D6", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline("G9", {"range": f"'{TABLE}'!D4:D6"})
    sheet.autofilter("A3:F6")
    sheet.set_h_pagebreaks([6, 10])
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(1, 2)
    sheet.print_area("A1:F10")
    sheet.ignore_errors({"number_stored_as_text": "A4:F9"})
    sheet.insert_image("B12", "p.png", {"image_data": io.BytesIO(png())})
    sheet.insert_button("D12", {"caption": "钮"})
    sheet.add_table(
        "A15:C18",
        {"name": "小表", "columns": [{"header": "甲"}, {"header": "乙"}, {"header": "丙", "formula": "=[@甲]"}]},
    )
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{TABLE}'!$D$4:$D$9"})
    sheet.insert_chart("A20", chart)


def add_others(book: xlsxwriter.Workbook, wrap: Format, bold: Format) -> None:
    other = book.add_worksheet("引用")
    other.write_formula("A1", f"='{TABLE}'!D9+A2", None, 10)
    other.write_formula("A2", f"=SUM('{TABLE}'!D4:D6)", None, 10)
    other.data_validation("B1", {"validate": "list", "source": f"='{TABLE}'!$B$9:$B$12"})
    card = book.add_worksheet("卡")
    card.set_column(0, 1, 20)
    card.merge_range("A1:B1", "卡片", bold)
    card.write("A2", "名称", wrap)
    card.write("B2", "", wrap)
    card.merge_range("B3:B4", "", wrap)
    card.write_formula("B5", "='卡'!B2&\"x\"", None, "x")
    card.write_comment("B2", "填名称")
    card.insert_image("A8", "p.png", {"image_data": io.BytesIO(png())})
    card.print_area("A1:B5")


@pytest.fixture(scope="session")
def excel_like() -> bytes:
    """By XlsxWriter, whose files are byte for byte like Excel's: shared strings, drawing, VML, x14 extensions, table, chart."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.set_properties({"created": datetime(2019, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "border": 1})
    sheet = book.add_worksheet(TABLE)
    fill_table(book, sheet, wrap, bold)
    hang_on_rows(book, sheet, bold)
    add_others(book, wrap, bold)
    book.define_name("总额", f"='{TABLE}'!$D$4")
    book.define_name("底", f"='{TABLE}'!$D$9")
    book.define_name("常数", '="D9"')
    book.close()
    return out.getvalue()


@pytest.fixture(scope="session")
def openpyxl_like() -> bytes:
    """By openpyxl: inline order of its own, absolute targets, no shared formulas but one written by hand."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = datetime(2019, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    sheet = book.active
    sheet.title = TABLE
    sheet["A1"] = "标题"
    for row in range(2, 7):
        for col in range(1, 7):
            sheet.cell(row, col, f"{row}{col}").alignment = Alignment(wrap_text=True)
    sheet.row_dimensions[6].height = 30
    for area in ("A1:F1", "A2:A3", "A5:B5"):
        sheet.merge_cells(area)
    sheet["A8"] = "注"
    sheet["A8"].hyperlink = "https://example.org/"
    sheet["D9"] = "=SUM(D4:D6)"
    sheet["E9"] = "=D4*2"
    sheet["G8"].comment = Comment("批注", "某")
    rule = DataValidation("whole", operator="greaterThan", formula1="0")
    rule.add("D6")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add("D6", CellIsRule(operator="greaterThan", formula=["$D$9"], font=Font(bold=True)))
    sheet.row_breaks.append(Break(10))
    sheet.print_title_rows = "2:3"
    sheet.print_area = "A1:F10"
    sheet.auto_filter.ref = "A3:F6"
    other = book.create_sheet("引用")
    other["A1"] = f"='{TABLE}'!D9"
    book.create_sheet("卡")["A1"] = "卡片"
    book.defined_names["底"] = DefinedName("底", attr_text=f"'{TABLE}'!$D$9")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
