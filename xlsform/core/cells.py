"""Workbooks as they were read: addresses, cells, sheets. Rows and columns count from 1 everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple

LAST_COLUMN = 16_384
LAST_ROW = 1_048_576
"""The size of a sheet."""

Spot = tuple[int, int]
"""(row, column) of a cell."""


@cache
def column_letters(col: int) -> str:
    """1 → A, 27 → AA. Raises ValueError below 1."""
    if col < 1:
        raise ValueError(f"column {col} does not exist")
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=32_768)
def column_number(letters: str) -> int:
    """A → 1, XFD → 16384; 0 when there is no such column."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number if letters.isalpha() and letters.isascii() and letters.isupper() and number <= LAST_COLUMN else 0


def address(row: int, col: int) -> str:
    """(4, 4) → D4."""
    return f"{column_letters(col)}{row}"


def qualified(sheet: str) -> str:
    """甲表 → '甲表'! as formulas and links name a sheet; always quoted, which Excel accepts for every name."""
    return "'" + sheet.replace("'", "''") + "'!"


def unqualified(qualifier: str) -> str:
    """'甲 表'! or 甲表! → the sheet's name."""
    name = qualifier[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


LONGEST_TEXT = 32_767
"""Characters that a cell can hold, as Excel counts them: UTF-16 units, two for a character beyond U+FFFF."""


def length(text: str) -> int:
    """How long a text is to Excel: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fits_in_cell(text: str) -> bool:
    """Whether a cell can hold the text."""
    return len(text) <= LONGEST_TEXT // 2 or length(text) <= LONGEST_TEXT


class Ref(NamedTuple):
    """Where something stands; `file` keeps the way in (return.zip/区委办.xlsx).

    sheet "" means the whole file, row 0 the whole sheet.
    """

    file: str
    sheet: str = ""
    row: int = 0
    col: int = 0

    @property
    def address(self) -> str:
        return address(self.row, self.col) if self.row and self.col else ""

    def __str__(self) -> str:
        return "!".join(part for part in (self.file, self.sheet, self.address) if part)


class CellError(NamedTuple):
    """An error value such as #DIV/0!; never a blank and never a number."""

    code: str


Raw = Decimal | str | bool | CellError | None


class Cell(NamedTuple):
    """A non-blank cell.

    raw: what is stored (numbers as the Decimal of the digits in the file, never a float; None only for a formula without
    stored value); text: what a person sees; formula: without the leading "=", None when there is none; shown_as: the number
    format's code when it is not General and not text.
    """

    raw: Raw
    text: str
    formula: str | None = None
    shown_as: str = ""


class Area(NamedTuple):
    """A rectangle of cells, both ends included; whole columns stay a range and are never expanded."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, col: int) -> bool:
        """Whether the cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= col <= self.right

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    def __str__(self) -> str:
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"


Row = Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its non-blank cells by row and column (sparse), merges as ranges, and what is hidden.

    `hidden_cols` are ranges (first, last); white space alone counts as blank.
    """

    sheet: str
    rows: Mapping[int, Row]
    merges: tuple[Area, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_cols: tuple[tuple[int, int], ...] = ()

    def cell(self, row: int, col: int) -> Cell | None:
        """The non-blank cell there, or None."""
        cells = self.rows.get(row)
        return cells.get(col) if cells is not None else None

    def text(self, row: int, col: int) -> str:
        """The text shown there, "" when blank."""
        cell = self.cell(row, col)
        return cell.text if cell is not None else ""

    def __iter__(self) -> Iterator[tuple[int, int, Cell]]:
        for row in sorted(self.rows):
            cells = self.rows[row]
            for col in sorted(cells):
                yield row, col, cells[col]


@dataclass(frozen=True, slots=True)
class Book:
    """One workbook. `stamp` holds what an issued or merged workbook says of itself (defined names `xlsform.*`): form_set, kind…

    `remarks` are (rejection-table key, parameters) pairs of things that were tolerated while reading, e.g. ("W-MACRO", {}).
    `active` is the worksheet that is in front when it is opened, "" when it is none, or the first only because nothing says otherwise.
    """

    file: str
    sha256: str
    grids: tuple[Grid, ...]
    stamp: Mapping[str, str]
    remarks: tuple[tuple[str, Mapping[str, str]], ...] = ()
    active: str = ""
