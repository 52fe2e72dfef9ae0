"""Indicator values: text to the letter, with a word on cells that a spreadsheet program has made a date or a percentage of."""

from __future__ import annotations

import re
from decimal import Decimal

from xlsform.core.cells import Cell
from xlsform.core.kinds.kind import Parsed, Shape
from xlsform.core.kinds.text import parse_text

_UNSAID = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_OF_DATES = re.compile("[ymdhs]|上午|AM/PM", re.IGNORECASE)


def parse_indicator(cell: Cell, field: Shape) -> Parsed:
    """The text that the cell shows. Problems: "date" and "percent" where a number is stored and shown as such: 3-5 becomes 3月5日."""
    parsed = parse_text(cell, field)
    if parsed[0] is None or not cell.shown_as or not isinstance(cell.raw, Decimal):
        return parsed
    code = _UNSAID.sub("", cell.shown_as)
    if "%" in code:
        return parsed[0], "percent"
    return parsed[0], "date" if _OF_DATES.search(code) else ""
