"""Kinds of values: how each is read from a cell and written into one. A new kind is one parse/show pair and one line in KINDS."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from xlsform.core.kinds.indicator import parse_indicator
from xlsform.core.kinds.kind import PROBLEMS, Datum, Kind, Parsed, Shape
from xlsform.core.kinds.money import amount, parse_money, plain, show_amount, show_money
from xlsform.core.kinds.number import parse_integer, parse_percent, show_integer, show_percent
from xlsform.core.kinds.period import parse_period, show_period, years_of
from xlsform.core.kinds.prose import Item, parse_items, show_items
from xlsform.core.kinds.serial import number_of, numeral, parse_serial, show_serial
from xlsform.core.kinds.text import parse_text, show_text

KINDS: Mapping[str, Kind] = {
    "text": Kind(parse_text, show_text),
    "indicator": Kind(parse_indicator, show_text),
    "prose": Kind(parse_text, show_text),
    "money": Kind(parse_money, show_money),
    "percent": Kind(parse_percent, show_percent),
    "integer": Kind(parse_integer, show_integer),
    "serial": Kind(parse_serial, show_serial),
    "period": Kind(parse_period, show_period),
}
"""Every kind a mapping may name. Indicator values and text blocks are kept to the letter."""


@cache
def kind_named(name: str) -> Kind:
    """The kind that a field names; behind a colon stands of which text block it is (prose:outputs)."""
    return KINDS[name.partition(":")[0]]


NUMBERS = frozenset({"money", "integer"})
"""Kinds that are numbers outside too (JSON, frames); a value of any other kind is the text of its cell there."""

__all__ = [
    "KINDS",
    "NUMBERS",
    "PROBLEMS",
    "Datum",
    "Item",
    "Kind",
    "Parsed",
    "Shape",
    "amount",
    "kind_named",
    "number_of",
    "numeral",
    "parse_items",
    "plain",
    "show_amount",
    "show_items",
    "years_of",
]
