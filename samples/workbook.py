"""A return as a workbook in memory: the issued blank with a department's content in its cells, open to every change a clerk makes.

Cells remember which fields of which records they hold (`Cell.holds`), so that after any change the workbook itself says what
reading it has to give (`held`). `samples.package` turns it into bytes. Rows and columns count from 1.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from samples.content import INDICATORS, Content, Datum, Item, Measure, truth_of
from samples.numerals import numeral

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BLANK = Path(__file__).resolve().parents[1] / "templates" / "2019" / "绩效目标申报.xlsx"

FUNDS, DIRECTIONS, CARD, MATRIX, NOTES = "汇总表", "支出方向表", "部门整体", "指标分解表", "编报说明"
FIRST_ROW = {FUNDS: 4, DIRECTIONS: 6, MATRIX: 4}
"""The first data row of each growing sheet of the blank."""

FUND_FIELDS = ("seq", "fund_name", "direction", "total_amount", "period_goal", "annual_goal")
DIRECTION_FIELDS = (
    "authority",
    "direction",
    "fund_name",
    "period",
    "annual_amount",
    "period_goal",
    "annual_goal",
    *INDICATORS,
)
CARD_PLACES = {
    "department": (2, 2),
    "total_amount": (3, 3),
    "basic_expenditure": (5, 3),
    "project_expenditure": (6, 3),
    "overall_goal": (7, 2),
    "business_section_opinion": (10, 2),
    "performance_section_opinion": (11, 2),
}
PROSE_PLACES = {"output_indicators": (8, 3), "benefit_indicators": (9, 3)}


class Key(NamedTuple):
    """One field of one record: region id, item counted from 0, field key."""

    region: str
    item: int
    field: str


class Formula(NamedTuple):
    """A formula without "=" and its stored result; None: it was never calculated."""

    text: str
    stored: Decimal | str | None


class Rich(NamedTuple):
    """Text in runs of different fonts; `phonetic` is reading help that is no part of the text."""

    runs: tuple[str, ...]
    phonetic: str = ""


class Wrong(NamedTuple):
    """An error value such as #REF!."""

    code: str


Shown = str | Decimal | Formula | Rich | Wrong | None


class Cell(NamedTuple):
    """A cell with content; `holds` are the fields that reading finds here (a merged cell holds those of all rows it spans)."""

    value: Shown
    style: int
    holds: tuple[Key, ...] = ()


@dataclass(slots=True)
class Line:
    """One row: the styles of its columns (blank cells keep theirs), the cells with content, height in points (None: automatic)."""

    styles: tuple[int, ...]
    cells: dict[int, Cell] = field(default_factory=dict)
    height: float | None = None
    hidden: bool = False

    def copy(self) -> Line:
        """A line that can be changed without changing this one."""
        return Line(self.styles, dict(self.cells), self.height, self.hidden)


class Box(NamedTuple):
    """A merged range, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One sheet: lines from row 1 without a gap, merges, column widths, and the XML around them as the blank has it.

    form: the sheet of the blank that it was, whatever its name is now; "" for sheets that a clerk added.
    """

    name: str
    form: str
    lines: list[Line]
    merges: list[Box]
    widths: list[float]
    head: str
    tail: str
    print_rows: str = ""
    hidden: bool = False
    hidden_cols: set[int] = field(default_factory=set)
    static: bool = False

    def copy(self) -> Sheet:
        """A sheet that can be changed without changing this one; a static sheet's lines are shared, nobody changes them."""
        lines = self.lines if self.static else [line.copy() for line in self.lines]
        return replace(
            self, lines=lines, merges=list(self.merges), widths=list(self.widths), hidden_cols=set(self.hidden_cols)
        )

    def put(self, row: int, col: int, value: Shown, holds: tuple[Key, ...] = (), style: int | None = None) -> None:
        """Writes a cell; it keeps the style that the blank gives it."""
        line = self.lines[row - 1]
        styled = line.styles[col - 1] if style is None and col <= len(line.styles) else style or 0
        line.cells[col] = Cell(value, styled, holds)


@dataclass(slots=True)
class Workbook:
    """The sheets in order, and the parts that are the blank's own (styles, theme)."""

    sheets: list[Sheet]
    blank: Blank

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name. Raises KeyError."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)

    def copy(self) -> Workbook:
        """A workbook that can be changed without changing this one."""
        return Workbook([sheet.copy() for sheet in self.sheets], self.blank)


@dataclass(frozen=True, slots=True, eq=False)
class Blank:
    """The issued blank, read once: its sheets, its parts, and what variants of its styles stand for.

    `percent` maps a style to its copy with the number format 0%, `thousands` to the one with #,##0.00.
    """

    sheets: tuple[Sheet, ...]
    parts: dict[str, bytes]
    percent: dict[int, int]
    thousands: dict[int, int]


def read_blank(path: Path = BLANK) -> Blank:
    """The issued blank at `path`. Raises OSError, zipfile.BadZipFile."""
    with zipfile.ZipFile(BytesIO(path.read_bytes())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    book = etree.fromstring(parts["xl/workbook.xml"])
    titles = {
        int(name.get("localSheetId", "-1")): name.text or ""
        for name in book.iter(f"{MAIN}definedName")
        if name.get("name") == "_xlnm.Print_Titles"
    }
    names = [sheet.get("name", "") for sheet in book.iter(f"{MAIN}sheet")]
    strings = [
        "".join(text.text or "" for text in item.iter(f"{MAIN}t"))
        for item in etree.fromstring(parts.get("xl/sharedStrings.xml", b"<x/>"))
    ]
    sheets = tuple(
        _read_sheet(name, parts[f"xl/worksheets/sheet{number}.xml"], titles.get(number - 1, ""), strings)
        for number, name in enumerate(names, 1)
    )
    styles, percent, thousands = _with_formats(parts["xl/styles.xml"])
    return Blank(sheets, {**parts, "xl/styles.xml": styles}, percent, thousands)


def _read_sheet(name: str, xml: bytes, titles: str, strings: Sequence[str]) -> Sheet:
    root = etree.fromstring(xml)
    lines: list[Line] = []
    for row in root.iter(f"{MAIN}row"):
        cells: dict[int, Cell] = {}
        styles: list[int] = []
        for cell in row:
            col = _column(cell.get("r", ""))
            styles += [0] * (col - len(styles))
            styles[col - 1] = int(cell.get("s", "0"))
            text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
            if cell.get("t") == "s":
                text = strings[int(cell.findtext(f"{MAIN}v") or 0)]
            if text:
                cells[col] = Cell(text, styles[col - 1])
        while len(lines) < int(row.get("r", "0")) - 1:
            lines.append(Line(()))
        height = row.get("ht")
        lines.append(Line(tuple(styles), cells, float(height) if height else None))
    merges = [_box(merge.get("ref", "")) for merge in root.iter(f"{MAIN}mergeCell")]
    widths = [float(col.get("width", "9")) for col in root.iter(f"{MAIN}col")]
    before: list[str] = []
    after: list[str] = []
    bucket = before
    for part in root:
        tag = etree.QName(part).localname
        if tag == "sheetData":
            bucket = after
        elif tag not in ("dimension", "cols", "mergeCells", "drawing", "legacyDrawing"):
            bucket.append(_bare(part))
    return Sheet(
        name,
        name,
        lines,
        merges,
        widths,
        "".join(before),
        "".join(after),
        titles.partition("!")[2],
        static=name == NOTES,
    )


def _bare(part: etree._Element) -> str:
    text = etree.tostring(part, encoding="unicode")
    return text.replace(' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', "").replace(
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"', ""
    )


def _column(reference: str) -> int:
    col = 0
    for sign in reference:
        if not sign.isalpha():
            break
        col = col * 26 + ord(sign) - 64
    return col


def _box(reference: str) -> Box:
    first, _, last = reference.partition(":")
    rows = [int("".join(filter(str.isdigit, corner))) for corner in (first, last or first)]
    return Box(rows[0], _column(first), rows[1], _column(last or first))


def _with_formats(styles: bytes) -> tuple[bytes, dict[int, int], dict[int, int]]:
    """Every cell format once more with 0% (built-in 9) and with #,##0.00 (built-in 4)."""
    root = etree.fromstring(styles)
    (formats,) = root.iter(f"{MAIN}cellXfs")
    known = list(formats)
    maps: list[dict[int, int]] = []
    for number_format in ("9", "4"):
        clones: dict[int, int] = {}
        for index, xf in enumerate(known):
            clone = etree.fromstring(etree.tostring(xf))
            clone.set("numFmtId", number_format)
            clone.set("applyNumberFormat", "1")
            clones[index] = len(formats)
            formats.append(clone)
        maps.append(clones)
    formats.set("count", str(len(formats)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), maps[0], maps[1]


def fill(content: Content, blank: Blank) -> Workbook:
    """The blank as a department returns it: everything at the addresses of the issued form, nothing else changed."""
    book = Workbook([sheet.copy() for sheet in blank.sheets], blank)
    truth = truth_of(content)
    _fill_table(book.sheet(FUNDS), "fund_summary", FUND_FIELDS, truth["fund_summary"])
    _fill_table(book.sheet(DIRECTIONS), "direction_targets", DIRECTION_FIELDS, truth["direction_targets"])
    _fill_card(book.sheet(CARD), content, truth["department_overall"][0])
    _fill_matrix(book.sheet(MATRIX), content.measures)
    return book


def room(sheet: Sheet, first: int, count: int) -> None:
    """Makes sure that `count` data rows from `first` exist: a clerk copies the last spare row down."""
    while len(sheet.lines) < first + count - 1:
        last = sheet.lines[-1]
        sheet.lines.append(Line(last.styles, {}, last.height))


def _fill_table(sheet: Sheet, region: str, fields: Sequence[str], records: Sequence[dict[str, Datum]]) -> None:
    first = FIRST_ROW[sheet.name]
    room(sheet, first, len(records))
    for item, record in enumerate(records):
        for col, key in enumerate(fields, 1):
            value = record[key]
            if value is not None:
                shown = numeral(value) if isinstance(value, int) else value
                sheet.put(first + item, col, shown, (Key(region, item, key),))
        fit(sheet, first + item)


def _fill_card(sheet: Sheet, content: Content, record: dict[str, Datum]) -> None:
    for key, (row, col) in CARD_PLACES.items():
        value = record[key]
        if value is None:
            continue
        holds = (Key("department_overall", 0, key),)
        label = sheet.lines[row - 1].cells.get(col)
        front = label.value if label is not None and isinstance(label.value, str) else ""
        sheet.put(row, col, f"{front}{value}" if front else value if isinstance(value, Decimal) else str(value), holds)
    for region, items in (
        ("output_indicators", content.overall.output),
        ("benefit_indicators", content.overall.benefit),
    ):
        put_items(sheet, region, items)


def put_items(sheet: Sheet, region: str, items: Sequence[Item]) -> None:
    """The text block of one prose region, one item a line."""
    row, col = PROSE_PLACES[region]
    holds = tuple(Key(region, item, key) for item in range(len(items)) for key in ("no", "name", "value"))
    sheet.put(row, col, "\n".join(item.printed for item in items), holds)


def _fill_matrix(sheet: Sheet, measures: Sequence[Measure]) -> None:
    """One row a measure; 所属专项名称, 一级 and both 二级指标 are merged down over equal neighbours, as in the paper."""
    first = FIRST_ROW[MATRIX]
    room(sheet, first, len(measures))
    merged = (
        (1, ("fund_name",), ("fund_name",)),
        (2, ("fund_name", "level1"), ("level1",)),
        (3, ("fund_name", "level1", "level2"), ("level2",)),
        (6, ("fund_name", "level1", "annual_level2"), ("annual_level2",)),
    )
    for col, group, (key,) in merged:
        for start, end in runs([tuple(getattr(row, name) for name in group) for row in measures]):
            holds = tuple(key for item in range(start, end) for key in matrix_keys(item, col))
            sheet.put(first + start, col, getattr(measures[start], key), holds)
            if end - start > 1:
                sheet.merges.append(Box(first + start, col, first + end - 1, col))
    for item, row in enumerate(measures):
        singles = ((4, row.level3), (5, row.value), (7, row.annual_level3), (8, row.annual_value))
        for col, value in singles:
            sheet.put(first + item, col, value, tuple(matrix_keys(item, col)))


def matrix_keys(item: int, col: int) -> Iterator[Key]:
    """The fields that column `col` of the matrix's data row `item` (from 0) holds; every row makes a period and an annual record."""
    name = ("fund_name", "level1", "level2", "level3", "value", "level2", "level3", "value")[col - 1]
    if col <= 5:
        yield Key("indicator_matrix", 2 * item, name)
    if col <= 2 or col >= 6:
        yield Key("indicator_matrix", 2 * item + 1, name)


def runs(groups: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of equal neighbours."""
    start = 0
    for index in range(1, len(groups) + 1):
        if index == len(groups) or groups[index] != groups[start]:
            yield start, index
            start = index


def fit(sheet: Sheet, row: int) -> None:
    """Sets the row's height to what its longest wrapped text needs (two units a Chinese character), at most Excel's 409 points."""
    line = sheet.lines[row - 1]
    most = 1
    for col, cell in line.cells.items():
        if isinstance(cell.value, str) and len(cell.value) > 6:
            units = max(sheet.widths[col - 1] - 1, 1) if col <= len(sheet.widths) else 9
            lines = sum(1 + int((len(part.encode()) * 2 // 3) / units) for part in cell.value.split("\n"))
            most = max(most, lines)
    line.height = max(line.height or 15, min(409, 14.0 * most + 6))
