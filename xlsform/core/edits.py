"""What is to be changed in a workbook, as data. One writer (`writers.xlsx`) applies a plan to the bytes of a base package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple


class Formula(NamedTuple):
    """A formula (without "=") and the value stored with it."""

    text: str
    stored: Decimal


class Link(NamedTuple):
    """A text that leads to a place in the same workbook, e.g. target "'汇总表'!D7"."""

    text: str
    target: str


CellValue = str | Decimal | int | Formula | Link | None


class Put(NamedTuple):
    """One cell's new value; None empties it. Its style stays. A str is always written as a string, also when it begins with =."""

    sheet: str
    row: int
    col: int
    value: CellValue


class Line(NamedTuple):
    """One row to be written in the styles of the base's row `like`.

    cells: (column, value) in ascending columns; cells of `like` not named are written empty with their style (its constant texts
    are dropped). down: (column, rows) merges that begin here and span `rows` lines. Single-row merges of `like` are repeated.
    The height grows with wrapped text, never below that of `like`.
    """

    like: int
    cells: tuple[tuple[int, CellValue], ...]
    down: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Replaces rows first..last of a base sheet by `lines`, of which there are `count`; what stands below moves.

    With the rows move: merges, print area, print titles, auto filter, validations, conditional formats, defined names.
    `lines` is read once, as the sheet is written, so that memory stays flat. No lines at all leaves one empty row like `first`.
    """

    sheet: str
    first: int
    last: int
    count: int
    lines: Iterable[Line]


@dataclass(frozen=True, slots=True)
class CopySheet:
    """A new sheet `name`, a copy of the base's sheet `source` with `puts` (their `sheet` is ignored) applied, in the place of `source`."""

    source: str
    name: str
    puts: tuple[Put, ...] = ()


@dataclass(frozen=True, slots=True)
class DropSheet:
    """The base's sheet is left out, with its defined names (a sheet that CopySheet copies is dropped by this too)."""

    name: str


Edit = Put | Rows | CopySheet | DropSheet
Plan = tuple[Edit, ...]
