"""A worksheet part, in: its cells row by row without holding the sheet, its merges, what is hidden.

The text is in the plain dialect (see `markup`), so tags are found by pattern. Blank cells, most of any form, are passed over inside
the pattern and cost next to nothing. Everything the file claims about itself (dimension, spans, counts) is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Final

from xlsform.core.cells import LAST_COLUMN, LAST_ROW, Area, Cell, CellError, address, column_number
from xlsform.core.errors import Rejected
from xlsform.ooxml.markup import plain_part, unescaped, xstring
from xlsform.ooxml.numfmt import GENERAL, NumberFormat, compiled, general
from xlsform.ooxml.package import Limits, Package
from xlsform.ooxml.serials import serial_of
from xlsform.ooxml.strings import INVISIBLE, Strings, decoded, new_cell, rich_text, text_cell
from xlsform.ooxml.styles import Styles

_TOKEN = re.compile(
    r'<(?:row r="([^"]*+)"([^>]*+)>'
    r'|c r="([A-Z]*+)([^"]*+)"([^>]*+)(?<!/)>(?!</c>)'
    r'(?:<v>([^<]++)</v></c>|<is><t(?: xml:space="preserve")?>([^<]++)</t></is></c>|((?:[^<]++|<(?!/c\s*>))*+)</c\s*>))'
)
_BODY = re.compile(
    r"\s*(?:<f([^>]*?)(?:/>|>([^<]*+)</f\s*>))?\s*(<v[^>]*?(?:/>|>([^<]*+)</v\s*>))?"
    r"\s*(?:<is\s*/>|<is\s*>(.*?)</is\s*>)?\s*(?:<extLst.*)?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([A-Za-z0-9:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DATA = re.compile(r"<sheetData\s*(/?)>")
_COLUMN = re.compile(r"<col\s([^>]*)>")
_MERGE = re.compile(r"<mergeCell\s([^>]*)>")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_ONLY_REF = re.compile(r'ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"/')
"""A merge's attributes as all programs write them: its range and nothing else."""
_SHOWS_AS_STORED = re.compile(r"(?:0|-?[1-9][0-9]{0,7})(?:\.[0-9]?[1-9])?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LONGEST_NUMBER: Final = 400
_LONGEST_PIECE: Final = 32 * 1024 * 1024
_BOOLEANS: Final = {"1": True, "true": True, "0": False, "false": False}


_Kind = tuple[str, NumberFormat, bool]
"""What a cell's attributes say: its type, its number format, and whether that format does something to texts."""


@dataclass(slots=True)
class Notes:
    """What is seen in passing while a sheet is read; complete when its rows have run out. Cells are (row, col)."""

    hidden_cols: tuple[tuple[int, int], ...] = ()
    hidden_rows: list[int] = field(default_factory=list)
    merges: tuple[Area, ...] = ()
    cells: int = 0
    blanks: int = 0
    formulas: int = 0
    struck: list[tuple[int, int]] = field(default_factory=list)
    invisible: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet, not read yet, and what is needed to read it."""

    name: str
    hidden: bool
    part: str
    package: Package
    strings: Strings
    styles: Styles
    date_1904: bool
    limits: Limits

    def rows(self, notes: Notes | None = None) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Every row that has a non-blank cell, in order: its number and its cells by column. Holds one block of the part at a time.

        Raises Rejected: E-CELL for a value or address that cannot be, E-DUPCELL, E-XML, E-COMPLEX above the limits.
        """
        notes = notes if notes is not None else Notes()
        texts = plain_part(self.package, self.part)
        head, pending, is_empty = self._head(texts)
        notes.hidden_cols = _hidden_columns(head)
        scan = _Scan(self, notes)
        while not is_empty:
            end = pending.find("</sheetData")
            cut = end if end >= 0 else max(pending.rfind("<row "), 0)
            yield from scan.rows(pending[:cut])
            pending = pending[cut:]
            if end >= 0:
                break
            pending += self._more(texts, pending)
        notes.merges = self._merges(chain((pending,), texts))

    def merges(self) -> tuple[Area, ...]:
        """The merged areas of more than one cell; a pass of its own over the part, the cells unread. Raises Rejected."""
        texts = plain_part(self.package, self.part)
        _, pending, is_empty = self._head(texts)
        while not is_empty and "</sheetData" not in pending:
            pending = next(texts, "</sheetData>")
        return self._merges(chain((pending.rpartition("</sheetData")[2],), texts))

    def _head(self, texts: Iterator[str]) -> tuple[str, str, bool]:
        """What stands before the sheet's data, what follows in the same block, and whether the data element is empty."""
        head = ""
        while (match := _DATA.search(head)) is None:
            head += self._more(texts, head)
        return head[: match.start()], head[match.end() :], bool(match[1])

    def _more(self, texts: Iterator[str], pending: str) -> str:
        if len(pending) > _LONGEST_PIECE:
            raise Rejected("E-COMPLEX", what=f"工作表“{self.name}”单行内容", limit=f"{_LONGEST_PIECE >> 20} MB")
        more = next(texts, "")
        if not more:
            raise Rejected("E-XML", part=self.part, what="没有单元格数据")
        return more

    def _merges(self, texts: Iterator[str]) -> tuple[Area, ...]:
        areas: list[Area] = []
        for text in texts:
            if "<sheetData" in text:
                raise Rejected("E-XML", part=self.part, what="单元格数据出现两次")
            for attributes in _MERGE.findall(text):
                area = _area(attributes)
                if area is None:
                    raise Rejected("E-XML", part=self.part, what="合并区域的地址不合规范")
                if area[:2] != area[2:]:
                    areas.append(area)
            if len(areas) > self.limits.merges:
                raise Rejected("E-COMPLEX", what=f"工作表“{self.name}”的合并区域", limit=str(self.limits.merges))
        return tuple(areas)


class _Scan:
    """The scan of one sheet's data: remembers what each combination of cell attributes means and the last row's number."""

    __slots__ = ("_kinds", "_last", "_notes", "_sheet")

    def __init__(self, sheet: SheetPart, notes: Notes) -> None:
        self._sheet = sheet
        self._notes = notes
        self._kinds: dict[str, _Kind] = {}
        self._last = 0

    def rows(self, text: str) -> Iterator[tuple[int, dict[int, Cell]]]:  # noqa: C901, PLR0912 - one loop, a call per cell would cost more than the cell
        """The rows of a piece of text that holds whole rows only."""
        shared, struck, _ = self._sheet.strings
        kinds, notes = self._kinds, self._notes
        here, row, cells = "-", 0, dict[int, Cell]()
        found = _TOKEN.findall(text)
        known = decoded([token[6] for token in found]) if "&#" in text else {}
        rows, count = 0, len(shared)
        for row_number, row_attributes, letters, digits, attributes, value, inline, body in found:
            if row_number:
                if cells:
                    yield row, self._counted(cells)
                    cells = {}
                here, rows = row_number, rows + 1
                row = int(row_number) if row_number.isdecimal() and len(row_number) <= 9 else 0
                if not self._last < row <= LAST_ROW:
                    raise self._bad(f"第 {row_number} 行", "行号不合规范或没有按顺序")
                self._last = row
                if row_attributes and _is_hidden(row_attributes):
                    notes.hidden_rows.append(row)
                continue
            col = column_number(letters)
            if digits != here or not col:
                raise self._bad(letters + digits, "地址不合规范")
            type_, fmt, dresses = kinds.get(attributes) or self._kind(attributes, letters + digits)
            cell: Cell | None
            if type_ == "s" and value:
                index = int(value) if value.isdecimal() else count
                if index >= count:
                    raise self._bad(letters + digits, "引用的字符串不存在")
                cell = shared[index]
                if struck and index in struck:
                    notes.struck.append((row, col))
            elif value:
                cell = self._value(type_, fmt, value, (row, col), None)
            elif inline and type_ == "inlineStr":
                if "&" in inline or "_x" in inline or inline[:1] in INVISIBLE:
                    cell = text_cell(known[inline] if inline in known else unescaped(inline))
                else:
                    cell = new_cell((inline, inline, None, ""))
            else:
                cell = self._body(type_, fmt, body or f"<is><t>{inline}</t></is>", (row, col))
            if cell is None:
                continue
            if dresses and isinstance(cell.raw, str):
                cell = self._dressed(fmt, cell, (row, col))
            if col in cells:
                raise Rejected("E-DUPCELL", sheet=self._sheet.name, cell=letters + digits)
            cells[col] = cell
        notes.blanks += text.count("<c ") - len(found) + rows
        if cells:
            yield row, self._counted(cells)

    def _counted(self, cells: dict[int, Cell]) -> dict[int, Cell]:
        self._notes.cells += len(cells)
        if self._notes.cells > self._sheet.limits.cells:
            raise Rejected("E-COMPLEX", what=f"工作表“{self._sheet.name}”的单元格", limit=str(self._sheet.limits.cells))
        return cells

    def _bad(self, where: str, what: str) -> Rejected:
        return Rejected("E-CELL", sheet=self._sheet.name, cell=where, what=what)

    def _kind(self, attributes: str, where: str) -> _Kind:
        type_, style = _meaning(attributes)
        styles = self._sheet.styles
        if style >= len(styles) > 0:
            raise self._bad(where, "引用的格式不存在")
        fmt = styles[style] if styles else compiled(GENERAL)
        kind = self._kinds[attributes] = (type_, fmt, fmt.text is not None)
        return kind

    def _value(self, kind: str, fmt: NumberFormat, value: str, at: tuple[int, int], formula: str | None) -> Cell | None:
        """The cell of a non-empty stored value that is no shared string."""
        if kind == "n":
            return self._number(fmt, value, at, formula)
        if kind == "str":
            return text_cell(unescaped(value), formula)
        value = unescaped(value).strip()
        if kind == "b" and value in _BOOLEANS:
            return Cell(_BOOLEANS[value], str(_BOOLEANS[value]).upper(), formula)
        if kind == "e" and value:
            return Cell(CellError(value), value, formula)
        if kind == "d" and (serial := serial_of(value, self._sheet.date_1904)) is not None:
            return self._number(fmt, str(serial), at, formula)
        raise self._bad(address(*at), f"值“{value[:40]}”与类型 {kind[:20]} 不符")

    def _number(self, fmt: NumberFormat, value: str, at: tuple[int, int], formula: str | None) -> Cell:
        if fmt.is_general and _SHOWS_AS_STORED.fullmatch(value):
            return new_cell((Decimal(value), value, formula, ""))
        value = value.strip(" \t\n\r")
        number = Decimal(value) if len(value) <= _LONGEST_NUMBER and _NUMBER.fullmatch(value) else None
        if number is None or (number and not -324 <= number.adjusted() <= 308):
            raise self._bad(address(*at), f"“{value[:40]}”不是数字")
        text = fmt.number(number).strip()
        if not text:
            self._notes.invisible.append(at)
            text = general(number)
        return new_cell((number, text, formula, "" if fmt.is_general else fmt.code))

    def _dressed(self, fmt: NumberFormat, cell: Cell, at: tuple[int, int]) -> Cell:
        """A text under a format that adds to texts or hides them; a hidden one is shown all the same, and noted."""
        text = fmt.text(cell.text) if fmt.text is not None else cell.text
        if not text.strip(INVISIBLE):
            self._notes.invisible.append(at)
            text = cell.text
        return Cell(cell.raw, text, cell.formula, fmt.code)

    def _body(self, kind: str, fmt: NumberFormat, body: str, at: tuple[int, int]) -> Cell | None:
        """A cell with a formula, rich inline text or an empty value."""
        match = _BODY.fullmatch(body)
        if match is None:
            raise self._bad(address(*at), "结构不合规范")
        formula_attributes, formula_text, value_element, value, inline = match.groups()
        formula = None
        if formula_attributes is not None:
            formula = xstring(unescaped(formula_text or "")).strip().removeprefix("=")
            self._notes.formulas += 1
        if kind == "inlineStr":
            text, is_struck = rich_text(inline or "")
            if is_struck:
                self._notes.struck.append(at)
            return text_cell(unescaped(text), formula)
        if inline:
            raise self._bad(address(*at), "结构不合规范")
        if not (value or "").strip():
            # A formula that gave an empty text has been calculated; without any value it has not.
            is_calculated = formula is None or (kind == "str" and value_element is not None)
            return None if is_calculated else Cell(None, "", formula)
        if kind == "s":
            index = int(value) if value.isdecimal() and value.isascii() else -1
            if not 0 <= index < len(self._sheet.strings.cells):
                raise self._bad(address(*at), "引用的字符串不存在")
            shared = self._sheet.strings.cells[index]
            return shared and shared._replace(formula=formula)
        return self._value(kind, fmt, value, at, formula)


@lru_cache(maxsize=4096)
def _is_hidden(attributes: str) -> bool:
    """Whether a row's attributes hide it or give it no height."""
    given = _attributes(attributes)
    return given.get("hidden") in ("1", "true") or _is_zero(given.get("ht", ""))


@lru_cache(maxsize=4096)
def _meaning(attributes: str) -> tuple[str, int]:
    """A cell's t= and s=; a style that is no number is beyond every table."""
    given = _attributes(attributes)
    style = given.get("s", "0")
    return given.get("t", "n"), int(style) if style.isdecimal() and len(style) < 10 else 1 << 40


def _attributes(text: str) -> dict[str, str]:
    return {name: unescaped(double or single) for name, double, single in _ATTRIBUTE.findall(text)}


def _is_zero(height: str) -> bool:
    return re.fullmatch(r"0+(?:\.0*)?", height) is not None


@lru_cache(maxsize=64)
def _hidden_columns(head: str) -> tuple[tuple[int, int], ...]:
    """Ranges of columns that are hidden or have no width, from what stands before a sheet's data, the same in all returns of a form."""
    ranges = []
    for attributes in _COLUMN.findall(head):
        given = _attributes(attributes)
        if given.get("hidden") in ("1", "true") or _is_zero(given.get("width", "")):
            first, last = given.get("min", ""), given.get("max", "")
            if re.fullmatch("[0-9]{1,5}", first) and re.fullmatch("[0-9]{1,5}", last):
                ranges.append((int(first), min(int(last), LAST_COLUMN)))
    return tuple(ranges)


@lru_cache(maxsize=8192)
def _area(attributes: str) -> Area | None:
    """ref="A1:B2" → Area(1, 1, 2, 2), None when it is no area of a sheet. Merges are the same in all returns of a form."""
    match = _ONLY_REF.fullmatch(attributes) or _RANGE.fullmatch(_attributes(attributes).get("ref", ""))
    if match is None:
        return None
    left, top = column_number(match[1]), int(match[2])
    right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
    return Area(top, left, bottom, right) if 1 <= top <= bottom <= LAST_ROW and 1 <= left <= right else None
