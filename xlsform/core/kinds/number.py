"""Whole numbers, and percentages as the number before the % sign."""

from __future__ import annotations

import re
from decimal import Decimal

from xlsform.core.cells import Cell
from xlsform.core.kinds.kind import Datum, Parsed, Shape, lost
from xlsform.core.kinds.money import FOLD, show_amount, tidy

INTEGER = re.compile(r"-?[0-9]{1,12}")
PERCENT = re.compile(r"(?P<number>[-+]?[0-9]{1,9}(?:\.[0-9]{1,10})?) *(?P<sign>[%％]?)")


def parse_integer(cell: Cell, _field: Shape) -> Parsed:
    """7 → 7; “７” → 7 with problem "text"; 7.5, 1e9 as text and words are "unreadable"."""
    raw = cell.raw
    if isinstance(raw, Decimal):
        whole = abs(raw) < 10**12 and raw == raw.to_integral_value() and not cell.shown_as.strip("0#?")
        return (int(raw), "") if whole else (None, "unreadable")
    if not isinstance(raw, str):
        return None, lost(cell) or ("unreadable" if raw is not None else "")
    text = raw.translate(FOLD).strip()
    if not text:
        return None, ""
    return (int(text), "text") if INTEGER.fullmatch(text) else (None, "unreadable")


def show_integer(data: Datum, _field: Shape) -> Datum:
    """The number itself."""
    return data


def parse_percent(cell: Cell, _field: Shape) -> Parsed:
    """“95%” and 0.95 shown as 95% → Decimal 95. A bare 95 is 95 with problem "unit"; a bare 0.95 or 1 could mean either: "format"."""
    raw = cell.raw
    if isinstance(raw, Decimal):
        number = tidy(raw)
        if number is None:
            return None, "unreadable"
        if "%" in cell.shown_as:
            return tidy(raw.scaleb(2)), ""
        return (number, "unit") if abs(number) > 1 and not cell.shown_as else (None, "format")
    if not isinstance(raw, str):
        return None, lost(cell) or ("unreadable" if raw is not None else "")
    text = raw.translate(FOLD).strip()
    if not text:
        return None, ""
    match = PERCENT.fullmatch(text)
    if match is None:
        return None, "unreadable"
    return tidy(Decimal(match["number"])), "" if match["sign"] else "unit"


def show_percent(data: Datum, _field: Shape) -> Datum:
    """Decimal 95 → “95%”."""
    return f"{show_amount(data)}%" if isinstance(data, Decimal) else data
