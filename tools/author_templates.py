"""Author the official blanks of 2019: a department's return and the district summary.

    python tools/author_templates.py [FOLDER]        (default: templates/2019)

The blanks are data at run time; this script is how they first came to be, and rerunning it gives the same bytes.
The 编报说明 is not typed here a second time: it is read from the second half of the official paper,
``samples/2019/原文.txt``. Column widths are in characters of the Normal font (宋体 11: 8 px each), row heights in
points.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Literal

# openpyxl writes different (equally valid) XML with and without lxml; the blanks must not depend on what is installed.
os.environ["OPENPYXL_LXML"] = "False"

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.borders import DEFAULT_BORDER
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "samples" / "2019" / "原文.txt"

YEAR = "2019"
PERIOD = "实施期（2019年-2021年）"
UNIT = "单位：万元"
STAMP = b"2019-01-01T00:00:00Z"

RETURN_NAME = "绩效目标申报.xlsx"
SUMMARY_NAME = "区级汇总.xlsx"

Area = tuple[int, int, int, int]
"""(first row, first column, last row, last column), 1-based, inclusive."""


# --------------------------------------------------------------------------------------------------------------- looks


@dataclass(frozen=True, slots=True)
class Look:
    """How one cell looks; every combination becomes one entry of the workbook's style table."""

    font: Font
    align: Alignment
    box: Border
    fill: PatternFill
    number_format: str = "General"


def _font(name: str, size: float, *, bold: bool = False) -> Font:
    # charset 134 = GB2312: without it an Excel in another language falls back to a Latin font for the digits
    return Font(name=name, size=size, bold=bold, charset=134, family=3, color="FF000000")


def _align(horizontal: str, vertical: str = "center", indent: int = 0) -> Alignment:
    return Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True, indent=indent)


def _line(horizontal: str, indent: int = 0) -> Alignment:
    """One line that never wraps: titles, the unit line, amounts."""
    return Alignment(horizontal=horizontal, vertical="center", indent=indent)


_THIN = Side(style="thin", color="FF000000")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_OPEN = DEFAULT_BORDER
_GREY = PatternFill("solid", fgColor="FFEDEDED")
_CLEAR = PatternFill()
_TEXT = "@"

_BODY = _font("宋体", 10.5)
_CARD = _font("宋体", 11)
_LIST = _font("宋体", 10)

TITLE = Look(_font("黑体", 20, bold=True), _line("center"), _OPEN, _CLEAR)
LIST_TITLE = Look(_font("黑体", 18, bold=True), _line("center"), _OPEN, _CLEAR)
UNIT_LINE = Look(_font("宋体", 11), _line("right"), _OPEN, _CLEAR)
FREE_LINE = Look(_BODY, _align("left"), _OPEN, _CLEAR)
HEAD = Look(_font("黑体", 11), _align("center"), _GRID, _CLEAR)
LIST_HEAD = Look(_font("黑体", 10), _align("center"), _GRID, _GREY)

# A name typed as 3-5 or 2019年1月 must not become a date: names, periods and indicators are text cells. The goals are
# not: older Excel shows ##### for a text-formatted cell with more than 255 characters.
SHORT = Look(_BODY, _align("center"), _GRID, _CLEAR, _TEXT)
INDICATOR = Look(_BODY, _align("left"), _GRID, _CLEAR, _TEXT)
LONG = Look(_BODY, _align("left", "top"), _GRID, _CLEAR)
# General shows the digits typed (8, 336.07, 1200.5), where a 0.00 format would print 8 as 8.00 and round a third place.
# It gives up digits only past eleven characters or in a narrow column: amount columns are 12 wide and more.
MONEY = Look(_BODY, _line("right", indent=1), _GRID, _CLEAR)

LIST_CENTRED = Look(_LIST, _align("center"), _GRID, _CLEAR)
LIST_TEXT = Look(_LIST, _align("left"), _GRID, _CLEAR)
LIST_CODE = Look(_LIST, _align("center"), _GRID, _CLEAR, _TEXT)

CARD_LABEL = Look(_font("黑体", 11), _align("center"), _GRID, _CLEAR)
CARD_MONEY_LABEL = Look(_CARD, _align("left", indent=1), _GRID, _CLEAR)
CARD_NAME = Look(_CARD, _align("left", indent=1), _GRID, _CLEAR, _TEXT)
CARD_TEXT = Look(_CARD, _align("left", "top", indent=1), _GRID, _CLEAR)
CARD_MONEY = Look(_CARD, _line("right", indent=1), _GRID, _CLEAR)

GUIDE_TITLE = Look(_font("黑体", 16, bold=True), _align("center"), _OPEN, _CLEAR)
GUIDE_HEADING = Look(_font("黑体", 12), _align("left"), _OPEN, _CLEAR)
GUIDE_TEXT = Look(_font("仿宋", 12), _align("left", "top"), _OPEN, _CLEAR)
GUIDE_CELL = Look(_font("宋体", 9), _align("center"), _GRID, _CLEAR)
GUIDE_HEAD = Look(_font("黑体", 9), _align("center"), _GRID, _CLEAR)


def _bold(look: Look, fill: PatternFill) -> Look:
    return replace(look, font=_font("宋体", 10.5, bold=True), fill=fill)


# ------------------------------------------------------------------------------------------------------------- drawing


def put(sheet: Worksheet, row: int, column: int, look: Look, text: str | None = None) -> None:
    """Give one cell its look and, if there is one, its text."""
    cell = sheet.cell(row, column)
    cell.font, cell.alignment, cell.border = look.font, look.align, look.box
    cell.fill, cell.number_format = look.fill, look.number_format
    if text is not None:
        cell.value = text


def merged(sheet: Worksheet, area: Area, look: Look, text: str | None = None) -> None:
    """Merge ``area`` and give all its cells ``look``: a border must stand on every covered cell to be printed."""
    top, left, bottom, right = area
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            put(sheet, row, column, look)
    sheet.cell(top, left).value = text
    if (top, left) != (bottom, right):
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def widths(sheet: Worksheet, columns: Sequence[float]) -> None:
    for number, width in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def heights(sheet: Worksheet, rows: Iterable[int], points: float) -> None:
    for row in rows:
        sheet.row_dimensions[row].height = points


def looks(sheet: Worksheet, rows: Iterable[int], columns: Sequence[Look]) -> None:
    for row in rows:
        for number, look in enumerate(columns, start=1):
            put(sheet, row, number, look)


@dataclass(frozen=True, slots=True)
class Page:
    """How a sheet prints. ``area`` without $; ``titles`` the rows printed on every page; margins in millimetres.

    ``freeze`` is the first cell below the frozen header and holds the cursor; a sheet without one has ``cursor``.
    """

    paper: Literal["A3", "A4"]
    orientation: Literal["landscape", "portrait"]
    area: str
    titles: str | None = None
    freeze: str | None = None
    cursor: str = "A1"
    margins: tuple[float, float, float, float] = (18, 18, 15, 15)  # top, bottom, left, right


def page(sheet: Worksheet, setup: Page) -> None:
    """Paper, one page wide and as many high as it takes, page numbers in the footer, view at 100 %."""
    sheet.page_setup.paperSize = {"A3": 8, "A4": 9}[setup.paper]
    sheet.page_setup.orientation = setup.orientation
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    top, bottom, left, right = (round(mm / 25.4, 4) for mm in setup.margins)
    sheet.page_margins.top, sheet.page_margins.bottom = top, bottom
    sheet.page_margins.left, sheet.page_margins.right = left, right
    sheet.page_margins.header = sheet.page_margins.footer = round(9 / 25.4, 4)
    sheet.print_options.horizontalCentered = True
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        center=_HeaderFooterPart(text="第 &P 页 共 &N 页", font="宋体,常规", size=9)
    )
    sheet.print_area = setup.area
    sheet.print_title_rows = setup.titles
    sheet.freeze_panes = setup.freeze
    sheet.sheet_view.selection[0].activeCell = setup.freeze or setup.cursor
    sheet.sheet_view.selection[0].sqref = setup.freeze or setup.cursor
    sheet.sheet_view.zoomScale = 100
    sheet.sheet_view.zoomScaleNormal = 100


# --------------------------------------------------------------------------------------------------------------- forms

FUND_COLUMNS = (
    ("序号", 6, SHORT),
    ("专项支出名称", 18, SHORT),
    ("支出方向", 18, SHORT),
    ("资金总额", 12, MONEY),
    ("实施期绩效目标", 34, LONG),
    ("年度绩效目标", 34, LONG),
)
DIRECTION_COLUMNS = (
    ("主管部门", 11, SHORT),
    ("支出方向", 12, SHORT),
    ("所属专项名称", 12, SHORT),
    ("专项实施期", 10, SHORT),
    ("支出方向年度金额", 12, MONEY),
    ("实施期绩效目标", 26, LONG),
    ("年度绩效目标", 26, LONG),
    ("数量指标", 11, INDICATOR),
    ("质量指标", 10, INDICATOR),
    ("时效指标", 10, SHORT),
    ("成本指标", 10, SHORT),
    ("经济效益指标", 8.5, INDICATOR),
    ("社会效益指标", 13, INDICATOR),
    ("生态效益指标", 8.5, INDICATOR),
    ("可持续影响指标", 14, INDICATOR),
    ("社会公益或服务对象满意度指标", 11, SHORT),
)
MATRIX_COLUMNS = (
    ("所属专项名称", 15, SHORT),
    ("一级指标", 10, SHORT),
    ("二级指标", 11, SHORT),
    ("三级指标", 24, INDICATOR),
    ("指标值", 14, SHORT),
    ("二级指标", 11, SHORT),
    ("三级指标", 24, INDICATOR),
    ("指标值", 14, SHORT),
)
OVERALL_COLUMNS = (
    ("序号", 6, SHORT),
    ("部门名称", 16, SHORT),
    ("资金总额", 12, MONEY),
    ("基本支出", 12, MONEY),
    ("项目支出", 12, MONEY),
    ("整体绩效目标", 28, LONG),
    ("产出指标", 30, LONG),
    ("效益指标", 34, LONG),
    ("业务股室意见", 14, LONG),
    ("绩效股意见", 14, LONG),
)

Columns = Sequence[tuple[str, float, Look]]


def _headed(sheet: Worksheet, title: str, columns: Columns) -> None:
    """Title row, unit row and column widths of a table over all ``columns``."""
    last = len(columns)
    merged(sheet, (1, 1, 1, last), TITLE, title)
    merged(sheet, (2, 1, 2, last), UNIT_LINE, UNIT)
    widths(sheet, [width for _, width, _ in columns])
    heights(sheet, [1], 40)
    heights(sheet, [2], 20)


def fund_head(sheet: Worksheet) -> None:
    """Rows 1-3 of 汇总表 (form 1)."""
    _headed(sheet, f"{YEAR}年区级专项资金预算绩效目标汇总表", FUND_COLUMNS)
    for number, (label, _, _) in enumerate(FUND_COLUMNS, start=1):
        put(sheet, 3, number, HEAD, label)
    heights(sheet, [3], 30)


def direction_head(sheet: Worksheet) -> None:
    """Rows 1-5 of 支出方向表 (form 2): seven labels over three rows, nine leaves under 绩效指标."""
    _headed(sheet, f"{YEAR}年区级专项资金支出方向绩效目标表", DIRECTION_COLUMNS)
    for number, (label, _, _) in enumerate(DIRECTION_COLUMNS, start=1):
        top = 3 if number <= 7 else 5
        merged(sheet, (top, number, 5, number), HEAD, label)
    merged(sheet, (3, 8, 3, 16), HEAD, "绩效指标")
    merged(sheet, (4, 8, 4, 11), HEAD, "产出指标")
    merged(sheet, (4, 12, 4, 16), HEAD, "效益指标")
    heights(sheet, [3, 4], 22)
    heights(sheet, [5], 50)


def matrix_head(sheet: Worksheet) -> None:
    """Rows 1-3 of 指标分解表 (the 编报说明's example table, 所属专项名称 in front)."""
    merged(sheet, (1, 1, 1, 8), TITLE, f"{YEAR}年区级专项资金绩效指标分解表")
    merged(sheet, (2, 1, 3, 1), HEAD, "所属专项名称")
    merged(sheet, (2, 2, 2, 5), HEAD, PERIOD)
    merged(sheet, (2, 6, 2, 8), HEAD, "本年度")
    for number, (label, _, _) in enumerate(MATRIX_COLUMNS[1:], start=2):
        put(sheet, 3, number, HEAD, label)
    widths(sheet, [width for _, width, _ in MATRIX_COLUMNS])
    heights(sheet, [1], 44)
    heights(sheet, [2, 3], 26)


def card(sheet: Worksheet) -> None:
    """部门整体 (form 3): one card, filling one A4 page."""
    merged(sheet, (1, 1, 1, 3), TITLE, f"{YEAR}年部门整体支出绩效申报表")
    put(sheet, 2, 1, CARD_LABEL, "部门名称")
    merged(sheet, (2, 2, 2, 3), CARD_NAME)
    merged(sheet, (3, 1, 6, 1), CARD_LABEL, "年度预算申请")
    for row, label in enumerate(("资金总额：", "按支出性质分：", "其中：基本支出：", "项目支出："), start=3):
        put(sheet, row, 2, CARD_MONEY_LABEL, label)
        put(sheet, row, 3, CARD_MONEY)
    put(sheet, 7, 1, CARD_LABEL, "整体绩效目标")
    merged(sheet, (7, 2, 7, 3), CARD_TEXT)
    merged(sheet, (8, 1, 9, 1), CARD_LABEL, "部门整体支出年度绩效指标")
    for row, label in ((8, "产出指标"), (9, "效益指标")):
        put(sheet, row, 2, CARD_LABEL, label)
        put(sheet, row, 3, CARD_TEXT)
    merged(sheet, (10, 1, 11, 1), CARD_LABEL, "财政部门审核意见")
    merged(sheet, (10, 2, 10, 3), CARD_TEXT, "业务股室意见:")
    merged(sheet, (11, 2, 11, 3), CARD_TEXT, "绩效股意见：")
    widths(sheet, (12, 19, 49))
    for row, points in enumerate((46, 30, 26, 26, 26, 26, 92, 120, 200, 60, 60), start=1):
        heights(sheet, [row], points)
    page(sheet, Page("A4", "portrait", "A1:C11", cursor="B2", margins=(20, 18, 18, 18)))


FUND_PAGE = Page("A4", "landscape", "A1:F23", "2:3", "A4")
DIRECTION_PAGE = Page("A3", "landscape", "A1:P25", "2:5", "A6")
MATRIX_PAGE = Page("A4", "landscape", "A1:H43", "2:3", "A4")


# ------------------------------------------------------------------------------------------------------------ 编报说明


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    heading: bool


@dataclass(frozen=True, slots=True)
class Example:
    """An example table: rows of cells as the paper gives them; an empty cell is covered by the one above it."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The 编报说明 of one form."""

    titles: tuple[str, ...]
    blocks: tuple[Paragraph | Example, ...]


_GUIDE_TITLES = (
    ("2019年区级专项支出预算绩效目标汇总表", "编报说明"),
    ("2019年区级专项资金支出方向绩效目标表", "编报说明"),
    ("部门整体支出绩效目标表编报说明",),
)
# the paper's page ends inside this word
_PAGE_BREAK_IN_WORD = ("绩效目\n标填报", "绩效目标填报")


def guides(paper: str) -> tuple[Guide, ...]:
    """The three sets of instructions from the text of the paper; ``ValueError`` if a title is not there."""
    text = re.sub(r"\[bookmark: \w+\]", "", paper).replace(*_PAGE_BREAK_IN_WORD)
    starts = [text.index("\n".join(titles) + "\n") for titles in _GUIDE_TITLES]
    found = []
    for titles, start, end in zip(_GUIDE_TITLES, starts, [*starts[1:], len(text)], strict=True):
        lines = text[start:end].rstrip().split("\n")[len(titles) :]
        found.append(Guide(titles, tuple(_blocks(lines))))
    return tuple(found)


def _blocks(lines: Sequence[str]) -> Iterable[Paragraph | Example]:
    """Paragraphs and tables; a table's cells stand on a line each behind a tab, an empty line ends its row."""
    rows: list[tuple[str, ...]] = []
    row: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("\t"):
            row.append(line[1:].strip())
            continue
        if row:
            rows.append(tuple(row))
            row = []
        if line.strip():
            if rows:
                yield Example(tuple(rows))
                rows = []
            text = line.strip()
            yield Paragraph(text, heading=re.match(r"[一二三]、", text) is not None)


GUIDE_WIDTHS = (8.5, 8.5, 17, 11, 8.5, 17, 11)


def _units(text: str) -> int:
    """Width of ``text`` in half-width characters: a CJK character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def height_for(text: str, width: float, size: float) -> float:
    """Points that ``text`` needs in a cell ``width`` characters wide when printed at ``size`` points."""
    # 8 px a character of column width at 96 dpi = 6 pt; a half-width character is half as wide as the font is high.
    # One full-width character is kept back for the cell's own margins and for punctuation that may not begin a line.
    room = max(2, int(width * 6 / (size / 2)) - 2)
    lines = sum(max(1, ceil(_units(line) / room)) for line in text.split("\n"))
    return round(lines * size * 1.4 + 4, 1)


def _example(sheet: Worksheet, top: int, table: Example) -> int:
    """Draw one example table from row ``top``; give the first row below it."""
    merged(sheet, (top, 1, top, 4), GUIDE_HEAD, table.rows[0][0])
    merged(sheet, (top, 5, top, 7), GUIDE_HEAD, table.rows[0][1])
    for number, label in enumerate(table.rows[1], start=1):
        put(sheet, top + 1, number, GUIDE_HEAD, label)
    heights(sheet, [top, top + 1], 20)
    first, last = top + 2, top + len(table.rows) - 1
    for row, cells in enumerate(table.rows[2:], start=first):
        for number, text in enumerate(cells, start=1):
            put(sheet, row, number, GUIDE_CELL, text or None)
        needed = max(
            height_for(text, GUIDE_WIDTHS[number], 9) for number, text in enumerate(cells) if number in (2, 3, 5, 6)
        )
        heights(sheet, [row], max(22.0, needed))
    for number in (1, 2, 5):
        merged(sheet, (first, number, last, number), GUIDE_CELL, table.rows[2][number - 1])
    return last + 1


def guide_sheet(sheet: Worksheet, sets: Sequence[Guide]) -> None:
    """编报说明 (form 5): three sets of instructions, each on a page of its own."""
    widths(sheet, GUIDE_WIDTHS)
    row = 1
    for guide in sets:
        if row > 1:
            sheet.row_breaks.append(Break(id=row - 1))
        for title in guide.titles:
            merged(sheet, (row, 1, row, 7), GUIDE_TITLE, title)
            heights(sheet, [row], 30)
            row += 1
        for block in guide.blocks:
            if isinstance(block, Example):
                row = _example(sheet, row, block)
                heights(sheet, [row], 8)
                row += 1
                continue
            merged(sheet, (row, 1, row, 7), GUIDE_HEADING if block.heading else GUIDE_TEXT, block.text)
            heights(sheet, [row], 26 if block.heading else height_for(block.text, sum(GUIDE_WIDTHS), 12))
            row += 1
    page(sheet, Page("A4", "portrait", f"A1:G{row - 1}", margins=(20, 18, 16, 16)))
    sheet.sheet_view.showGridLines = False


# ----------------------------------------------------------------------------------------------------------- workbooks


def _workbook(kind: Literal["return", "summary"], title: str) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    normal = _font("宋体", 11)
    # no public way: the workbook's own first font, in which column widths are counted
    book._fonts = IndexedList([normal])  # type: ignore[attr-defined]  # noqa: SLF001
    book._named_styles["Normal"].font = normal  # type: ignore[attr-defined]  # noqa: SLF001
    # nothing to calculate in a blank; the flag would ask everyone who opens and closes it whether to save
    book.calculation.fullCalcOnLoad = False
    for name, value in (("form_set", YEAR), ("kind", kind), ("version", "1")):
        book.defined_names.add(DefinedName(f"xlsform.{name}", attr_text=f'"{value}"'))
    book.properties.creator = "xlsform"
    book.properties.title = title
    return book


def return_workbook(paper: str) -> Workbook:
    """绩效目标申报.xlsx, what a department gets: four blank forms and the 编报说明."""
    book = _workbook("return", f"{YEAR}年绩效目标申报")
    fund = book.create_sheet("汇总表")
    fund_head(fund)
    looks(fund, range(4, 24), [look for _, _, look in FUND_COLUMNS])
    heights(fund, range(4, 24), 36)
    page(fund, FUND_PAGE)

    direction = book.create_sheet("支出方向表")
    direction_head(direction)
    looks(direction, range(6, 26), [look for _, _, look in DIRECTION_COLUMNS])
    heights(direction, range(6, 26), 40)
    page(direction, DIRECTION_PAGE)

    card(book.create_sheet("部门整体"))

    matrix = book.create_sheet("指标分解表")
    matrix_head(matrix)
    looks(matrix, range(4, 44), [look for _, _, look in MATRIX_COLUMNS])
    heights(matrix, range(4, 44), 32)
    page(matrix, MATRIX_PAGE)

    guide_sheet(book.create_sheet("编报说明"), guides(paper))
    return book


def _total_row(sheet: Worksheet, row: int, columns: Columns, texts: dict[int, str], fill: PatternFill) -> None:
    """A 合计 or group row in bold; ``texts`` by column number."""
    for number, (_, _, look) in enumerate(columns, start=1):
        put(sheet, row, number, _bold(look, fill), texts.get(number))
    heights(sheet, [row], 30)


def _prototypes(
    sheet: Worksheet, top: int, columns: Columns, total: dict[int, str], group: dict[int, str] | None
) -> None:
    """The rows below a summary's header whose styles are copied: 合计, the department's row (if any), one data row."""
    _total_row(sheet, top, columns, total, _CLEAR)
    row = top + 1
    if group is not None:
        _total_row(sheet, row, columns, group, _GREY)
        row += 1
    looks(sheet, [row], [look for _, _, look in columns])
    heights(sheet, [row], 36)


Listing = Sequence[tuple[str, float, Look]]

STATUS_COLUMNS: Listing = (
    ("序号", 6, LIST_CENTRED),
    ("部门代码", 11, LIST_CODE),
    ("部门名称", 18, LIST_TEXT),
    ("状态", 9, LIST_CENTRED),
    ("文件", 24, LIST_TEXT),
    ("汇总表", 8, LIST_CENTRED),
    ("支出方向表", 11, LIST_CENTRED),
    ("部门整体", 9, LIST_CENTRED),
    ("指标分解表", 11, LIST_CENTRED),
    ("错误", 6, LIST_CENTRED),
    ("警告", 6, LIST_CENTRED),
    ("提示", 6, LIST_CENTRED),
    ("说明", 26, LIST_TEXT),
)
FINDING_COLUMNS: Listing = (
    ("级别", 7, LIST_CENTRED),
    ("代码", 7, LIST_CENTRED),
    ("部门", 15, LIST_TEXT),
    ("文件", 20, LIST_TEXT),
    ("工作表", 12, LIST_CENTRED),
    ("单元格", 8, LIST_CENTRED),
    ("问题", 38, LIST_TEXT),
    ("现值", 15, LIST_TEXT),
    ("应为", 15, LIST_TEXT),
    ("审核说明", 16, LIST_TEXT),
)
SOURCE_COLUMNS: Listing = (
    ("汇总工作表", 13, LIST_CENTRED),
    ("汇总单元格", 12, LIST_CENTRED),
    ("部门", 16, LIST_TEXT),
    ("栏目", 17, LIST_TEXT),
    ("文件", 24, LIST_TEXT),
    ("工作表", 12, LIST_CENTRED),
    ("单元格", 9, LIST_CENTRED),
    ("原文", 40, LIST_TEXT),
)


def list_sheet(sheet: Worksheet, title: str, columns: Listing) -> None:
    """A list behind the summary: title, a free line, header in row 3, one data row."""
    last = len(columns)
    merged(sheet, (1, 1, 1, last), LIST_TITLE, title)
    merged(sheet, (2, 1, 2, last), FREE_LINE)
    for number, (label, _, look) in enumerate(columns, start=1):
        put(sheet, 3, number, LIST_HEAD, label)
        put(sheet, 4, number, look)
    widths(sheet, [width for _, width, _ in columns])
    for row, points in enumerate((36, 24, 26), start=1):
        heights(sheet, [row], points)
    # the data row has no height of its own: a program that opens the list fits it to long file names and messages
    page(sheet, Page("A4", "landscape", f"A1:{get_column_letter(last)}4", "3:3", "A4"))


def summary_workbook() -> Workbook:
    """区级汇总.xlsx, what the district makes of the returns: headers and prototype rows."""
    book = _workbook("summary", f"{YEAR}年绩效目标区级汇总")
    fund = book.create_sheet("汇总表")
    fund_head(fund)
    _prototypes(fund, 4, FUND_COLUMNS, {2: "合计"}, {2: "（部门名称）", 3: "小计"})
    page(fund, Page("A4", "landscape", "A1:F6", "2:3", "A4"))

    direction = book.create_sheet("支出方向表")
    direction_head(direction)
    _prototypes(direction, 6, DIRECTION_COLUMNS, {1: "合计"}, {1: "（部门名称）", 2: "小计"})
    page(direction, Page("A3", "landscape", "A1:P8", "2:5", "A6"))

    overall = book.create_sheet("部门整体汇总")
    _headed(overall, f"{YEAR}年部门整体支出绩效目标汇总表", OVERALL_COLUMNS)
    for number, (label, _, _) in enumerate(OVERALL_COLUMNS, start=1):
        put(overall, 3, number, HEAD, label)
    heights(overall, [3], 30)
    _prototypes(overall, 4, OVERALL_COLUMNS, {2: "合计"}, None)
    # A3: three blocks of whole indicator lists stand side by side, on A4 they would shrink to 6 points
    page(overall, Page("A3", "landscape", "A1:J5", "2:3", "A4"))

    matrix = book.create_sheet("指标分解表")
    matrix_head(matrix)
    group = _bold(replace(INDICATOR, align=_align("left", indent=1)), _GREY)
    merged(matrix, (4, 1, 4, 8), group, "部门：（部门名称）")
    looks(matrix, [5], [look for _, _, look in MATRIX_COLUMNS])
    heights(matrix, [4], 26)
    heights(matrix, [5], 32)
    page(matrix, Page("A4", "landscape", "A1:H5", "2:3", "A4"))

    card(book.create_sheet("部门整体"))
    list_sheet(book.create_sheet("报送情况"), "报送情况", STATUS_COLUMNS)
    list_sheet(book.create_sheet("审核结果"), "审核结果", FINDING_COLUMNS)
    list_sheet(book.create_sheet("来源"), "数据来源", SOURCE_COLUMNS)
    return book


# --------------------------------------------------------------------------------------------------------------- bytes

_HEADER = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_APP = (
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Microsoft Excel</Application></Properties>"
)
# what openpyxl writes without saying anything by it
_IDLE = re.compile(rb' t="n"|<(?:odd|even|first)(?:Header|Footer) />|<workbookProtection />|<numFmts count="0" />')
_MERGES = re.compile(rb"(<mergeCells[^>]*>)(.*)(</mergeCells>)", re.DOTALL)


def _part(name: str, xml: bytes) -> bytes:
    """One part of the package, made independent of the time, of openpyxl's version and of the order in its sets."""
    if name == "docProps/app.xml":
        return _HEADER + _APP
    xml = re.sub(rb"^<\?xml[^>]*\?>\s*", b"", xml)
    if name == "docProps/core.xml":  # openpyxl has just put the present time there
        xml = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + STAMP, xml)
    return _HEADER + _MERGES.sub(_sorted_merges, _IDLE.sub(b"", xml))


def _sorted_merges(found: re.Match[bytes]) -> bytes:
    areas: list[bytes] = re.findall(rb'ref="([^"]+)"', found[2])
    areas.sort(key=lambda area: range_boundaries(area.decode())[1::-1])
    return found[1] + b"".join(b'<mergeCell ref="%s" />' % area for area in areas) + found[3]


def package(book: Workbook) -> bytes:
    """The workbook as .xlsx bytes that depend on nothing but its content: fixed dates, fixed order."""
    buffer = BytesIO()
    book.save(buffer)
    out = BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(out, "w") as target:
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name != "_rels/.rels", name)
        ):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, _part(name, source.read(name)), compresslevel=9)
    return out.getvalue()


def main(folder: Path) -> None:
    """Write both blanks into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    paper = SOURCE.read_text("utf-8")
    (folder / RETURN_NAME).write_bytes(package(return_workbook(paper)))
    (folder / SUMMARY_NAME).write_bytes(package(summary_workbook()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "templates" / YEAR)
