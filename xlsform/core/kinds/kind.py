"""What a kind of value is: a pair of functions between a cell and the data it stands for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple, Protocol

from xlsform.core.cells import Cell, CellError

Datum = Decimal | str | int | None
Parsed = tuple[Datum, str]

PROBLEMS = {
    "text": "read, but stored or written as text where a plain number (a plain numeral) belongs",
    "unit": "read and converted: another unit than the field's stood behind it",
    "format": "the number format shows something else than what is stored (a unit, a date, a percentage, nothing at all)",
    "date": "read as the cell shows it, but what is stored is a date (3-5 became 3月5日)",
    "percent": "read as the cell shows it, but what is stored is a number in percent format (90% is 0.9)",
    "unreadable": "not a value of this kind; data is None and never 0",
    "error": "an error value such as #DIV/0!",
    "uncalculated": "a formula without a stored result",
}
"""Every problem a kind may report; "" means read as it stands."""


class Shape(Protocol):
    """What a kind needs to know of a field (`spec.Field` is one)."""

    @property
    def unit(self) -> str:
        """The unit amounts are held in, "" for 万元."""
        ...


class Kind(NamedTuple):
    """parse: cell → (data, problem); show: data → what is written into a cell. parse(show(x)) = (x, "") for every x parse gives."""

    parse: Callable[[Cell, Shape], Parsed]
    show: Callable[[Datum, Shape], Datum]


def lost(cell: Cell) -> str:
    """The problem of a cell that holds no value at all (error value, formula never calculated), else ""."""
    raw = cell.raw
    if raw is None:
        return "uncalculated" if cell.formula is not None else ""
    return "error" if isinstance(raw, CellError) else ""
