"""A base sheet taken apart as text: rows, cells, columns, merges, ready to be put together again with some of them changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from xlsform.core.cells import LAST_ROW, Area
from xlsform.ooxml.heights import Fit, fit
from xlsform.ooxml.moves import parse_area, parse_cell
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.xmltext import TAG, Element, attributes, decode, elements, quiet, with_attribute

_TRUE = frozenset({"1", "true"})
_ROW_NUMBER = re.compile(r'<[^\s>]+ r="(\d+)"')
"""A row whose number is said first, as all programs do."""
_MERGES = re.compile(r"<(?:[\w.-]+:)?mergeCells[\s>].*?</(?:[\w.-]+:)?mergeCells\s*>", re.DOTALL)
_MEMO = 256 * 1024
"""Characters of a part that are kept to be compared with the next."""
_PADDING = 1.14
"""What a column of the default width has beyond its characters: `width` counts the margins too."""


class BaseRow(NamedTuple):
    """One <row>: its number, start tag, content, and all of it as it stands."""

    number: int
    tag: str
    content: str
    text: str


class BaseCell(NamedTuple):
    """One <c>: its column, style index, start tag, content and end tag."""

    col: int
    style: int
    tag: str
    content: str
    end: str

    @property
    def text(self) -> str:
        return self.tag + self.content + self.end


class Column(NamedTuple):
    """A <col>: columns first..last, their width in characters (0 when hidden) and style."""

    first: int
    last: int
    width: float
    style: int


@dataclass(frozen=True, slots=True)
class BaseSheet:
    """A worksheet part. `start` ends with the root's start tag; `head` and `tail` are the elements before and after sheetData, which
    `data` is as it stands.
    """

    prefix: str
    start: str
    head: str
    data_tag: str
    rows: tuple[BaseRow, ...]
    tail: str
    end: str
    merges: tuple[Area, ...]
    columns: tuple[Column, ...]
    default_width: float
    default_height: float
    by_number: dict[int, BaseRow] = field(repr=False)
    data: str = field(repr=False)

    def cells(self, row: BaseRow) -> list[BaseCell]:
        """The cells of a row. Raises ValueError when they are out of order."""
        return list(_cells(row, self.prefix))

    def column_width(self, col: int) -> float:
        """In characters; 0 when hidden."""
        return next((column.width for column in self.columns if column.first <= col <= column.last), self.default_width)

    def style(self, row: BaseRow | None, col: int) -> int:
        """The style of a cell that does not exist yet: that of its row, else that of its column."""
        said = attributes(row.tag) if row is not None else {}
        if said.get("customFormat") in _TRUE:
            return int(said.get("s", "0"))
        return next((column.style for column in self.columns if column.first <= col <= column.last), 0)

    def height(self, number: int) -> float:
        """Points."""
        row = self.by_number.get(number)
        return float(attributes(row.tag).get("ht", self.default_height)) if row is not None else self.default_height

    def fit(self, styles: Styles, style: int, area: Area, share: float) -> Fit | None:
        """How text wraps in a cell or merge `area`, whose other rows are `share` points high; None when it does not wrap."""
        shown = styles.text(style)
        width = sum(self.column_width(col) for col in range(area.left, area.right + 1)) if shown.wrap else 0
        return fit(width, shown.size, share) if width else None

    def merges_over(self, number: int) -> list[Area]:
        """The merges that a row is part of."""
        return [area for area in self.merges if area.top <= number <= area.bottom]


def _pattern(prefix: str, name: str) -> re.Pattern[str]:
    name = re.escape(prefix + name)
    return re.compile(rf"(<{name}(?=[\s/>])[^>]*?(?:(?<=/)>|(?<!/)>))(?:(?<=/>)|(.*?)(</{name}\s*>))", re.DOTALL)


def base_sheet(part: bytes) -> BaseSheet:
    """Take a worksheet part apart. Raises ValueError when it has no sheetData or its rows are out of order."""
    text = decode(part)
    root = data = None
    for found in TAG.finditer(text):
        if found[2] is None or found[1]:
            continue
        if root is None:
            root = found
        if found[2].rpartition(":")[2] == "sheetData":
            data = found
            break
    if root is None or data is None:
        raise ValueError("a sheet without sheetData")
    prefix = data[2].removesuffix("sheetData")
    close = f"</{prefix}sheetData"
    if data[4]:
        inside, behind = "", data.end()
    else:
        at = text.index(close, data.end())
        inside, behind = quiet(text[data.end() : at]), text.index(">", at) + 1
    end = text.rindex("</")
    head, tail = text[root.end() : data.start()], text[behind:end]
    rows = _some_rows(inside, prefix) if len(inside) <= _MEMO else tuple(_rows(inside, prefix))
    default_width, default_height = _defaults(head)
    return BaseSheet(
        prefix, text[: root.end()], head, data[0], rows, tail, text[end:],
        tuple(_merges(tail)), column_widths(head, default_width), default_width, default_height,
        {row.number: row for row in rows}, text[data.start() : behind],
    )  # fmt: skip


@lru_cache(maxsize=8)
def _some_rows(text: str, prefix: str) -> tuple[BaseRow, ...]:
    """The rows of a sheet that is taken apart again with another tail: notes change that, and marks do after them."""
    return tuple(_rows(text, prefix))


def _rows(text: str, prefix: str) -> Iterator[BaseRow]:
    number = at = 0
    name, close = f"<{prefix}row", f"</{prefix}row"
    while (start := text.find(name, at)) >= 0:
        opened = text.index(">", start) + 1
        tag = text[start:opened]
        if tag[len(name)] not in "> /\t\r\n":
            at = opened
            continue
        stop = opened if tag.endswith("/>") else text.index(close, opened)
        at = opened if stop == opened and tag.endswith("/>") else text.index(">", stop) + 1
        first = _ROW_NUMBER.match(tag)
        said = first[1] if first is not None else attributes(tag).get("r")
        above, number = number, int(said) if said else number + 1
        if not above < number <= LAST_ROW:
            raise ValueError(f"row {number} stands behind row {above}")
        yield BaseRow(number, tag, text[opened:stop], text[start:at])


def _cells(row: BaseRow, prefix: str) -> Iterator[BaseCell]:
    col = 0
    for found in _pattern(prefix, "c").finditer(row.content):
        said = attributes(found[1])
        left, col = col, parse_cell(said["r"])[1] if "r" in said else col + 1
        if col <= left:
            raise ValueError(f"the cells of row {row.number} are out of order")
        yield BaseCell(col, int(said.get("s", "0")), found[1], found[2] or "", found[3] or "")


def _merges(tail: str) -> Iterator[Area]:
    found = _MERGES.search(tail) if "<!" not in tail else None
    whole = [found[0]] if found is not None else [str(one) for one in elements(tail) if one.local == "mergeCells"]
    for listed in whole:
        yield from _merged(listed) if len(listed) <= _MEMO else _merged.__wrapped__(listed)


@lru_cache(maxsize=16)
def _merged(listed: str) -> tuple[Area, ...]:
    return tuple(parse_area(merge.get("ref")) for merge in next(elements(listed)).children("mergeCell"))


@lru_cache(maxsize=64)
def column_widths(head: str, default_width: float) -> tuple[Column, ...]:
    """The columns that the elements before sheetData speak of."""
    return tuple(_columns(head, default_width))


def _columns(head: str, default_width: float) -> Iterator[Column]:
    for element in elements(head):
        for col in element.children("col") if element.local == "cols" else ():
            said = attributes(col.tag)
            width = 0.0 if said.get("hidden") in _TRUE else float(said.get("width", default_width))
            yield Column(int(said["min"]), int(said["max"]), width, int(said.get("style", "0")))


@lru_cache(maxsize=64)
def _defaults(head: str) -> tuple[float, float]:
    for element in elements(head):
        if element.local == "sheetFormatPr":
            base = float(element.get("baseColWidth", "8")) + _PADDING
            return float(element.get("defaultColWidth", str(base))), float(element.get("defaultRowHeight", "15"))
    return 8 + _PADDING, 15.0


def row_start(row: BaseRow | None, *, anew: bool) -> tuple[str, str]:
    """(a row's attributes but r, ht, customHeight; those two as they stand), each with a leading blank or empty.

    anew: the row is to be written with other cells: its spans, and that it is hidden or collapsed, are not repeated.
    """
    if row is None:
        return "", ""
    said = attributes(row.tag)
    tag = row.tag
    for name in ("r", "ht", "customHeight", "spans", *(("hidden", "collapsed") if anew else ())):
        tag = with_attribute(tag, name, None)
    start = tag.removesuffix(">").removesuffix("/").rstrip().partition(" ")
    height = "".join(f' {name}="{said[name]}"' for name in ("ht", "customHeight") if name in said)
    return (f" {start[2].strip()}" if start[2].strip() else ""), height


TAIL = (
    "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions",
    "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors",
    "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""The order that the schema (CT_Worksheet) demands after sheetData; Excel "repairs" a sheet in any other."""

_PLACE = {name: place for place, name in enumerate(TAIL)} | {"AlternateContent": TAIL.index("oleObjects")}


Tail = list[Element | str]
"""What stands behind sheetData: elements, and the text between them."""


def inserted(tail: Tail, name: str, *new: Element | str) -> Tail:
    """The nodes behind sheetData with more elements at the place of `name`."""
    place = _PLACE[name]
    for at, node in enumerate(tail):
        if isinstance(node, Element) and _PLACE.get(node.local, place) > place:
            return [*tail[:at], *new, *tail[at:]]
    return [*tail, *new]
