"""Text as the cell shows it, to the letter; only the line end is made one (CR LF → LF)."""

from __future__ import annotations

from xlsform.core.cells import Cell
from xlsform.core.kinds.kind import Datum, Parsed, Shape, lost


def parse_text(cell: Cell, _field: Shape) -> Parsed:
    """“100%” for a cell that shows 100%, whatever is stored; None when blank. Words such as 无 or / stay what they are."""
    text = cell.text
    if cell.raw.__class__ is not str:  # runs once per cell of every return: a stored text takes the short way
        problem = lost(cell)
        if problem:
            return None, problem
    if not text or text.isspace():
        return None, ""
    return (text.replace("\r\n", "\n") if "\r" in text else text), ""


def show_text(data: Datum, _field: Shape) -> Datum:
    """The text itself."""
    return data if data is None or isinstance(data, str) else str(data)
