"""Kinds of values: how each is read from a cell and written into one. A new kind is one parse/show pair and one line in KINDS."""

from __future__ import annotations

from collections.abc import Mapping

from xlsform.core.kinds.kind import PROBLEMS, Datum, Kind, Parsed, Shape
from xlsform.core.kinds.money import amount, parse_money, plain, show_amount, show_money
from xlsform.core.kinds.number import parse_integer, parse_percent, show_integer, show_percent
from xlsform.core.kinds.period import parse_period, show_period, years_of
from xlsform.core.kinds.prose import Item, parse_items, show_items
from xlsform.core.kinds.serial import number_of, numeral, parse_serial, show_serial
from xlsform.core.kinds.text import parse_text, show_text

KINDS: Mapping[str, Kind] = {
    "text": Kind(parse_text, show_text),
    "indicator": Kind(parse_text, show_text),
    "prose": Kind(parse_text, show_text),
    "money": Kind(parse_money, show_money),
    "percent": Kind(parse_percent, show_percent),
    "integer": Kind(parse_integer, show_integer),
    "serial": Kind(parse_serial, show_serial),
    "period": Kind(parse_period, show_period),
}
"""Every kind a mapping may name. Indicator values and text blocks are kept to the letter."""

__all__ = [
    "KINDS",
    "PROBLEMS",
    "Datum",
    "Item",
    "Kind",
    "Parsed",
    "Shape",
    "amount",
    "number_of",
    "numeral",
    "parse_items",
    "plain",
    "show_amount",
    "show_items",
    "years_of",
]
