"""Rows written anew: the form of a row is compiled once from its prototype, then filled as often as there are lines.

This is the writer's hot loop: a summary may have a million cells, so what is known beforehand is text beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.cells import column_letters
from xlsform.core.edits import CellValue, Formula, Link
from xlsform.ooxml.heights import Fit, height, surely_one_line
from xlsform.ooxml.styles_out import LOOKS_LIKE_FORMULA, Styles
from xlsform.ooxml.xmltext import escape_content, escape_string

LONGEST = 32_767
"""Characters (UTF-16 units) that a cell can hold."""

# Where the row's number goes in the texts of a form; no text of a workbook can hold this character.
NUMBER = "\0"

# What a text may not hold, to be written as it stands; and what it may not begin with (blanks apart, which isspace finds).
_markup = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]").search
_BEGINNINGS = frozenset("=+-@'{＝＋－＠")

# Texts kept per column of a form with the cell they made: most columns of a table say the same few things again and again.
_MOST_KNOWN = 2_048
_LONGEST_KNOWN = 64


class Slot(NamedTuple):
    """One cell to be filled: what stands before it in the row, its address and style, how text runs in it (None: not wrapped)."""

    before: str
    col: int
    style: int
    fit: Fit | None
    covered: bool


class _Opened(NamedTuple):
    """A slot's texts up to the value, by kind of value; `short`: up to this length a text fits one line; `known`: cells made before."""

    string: str
    number: str
    blank: str
    short: int
    slot: Slot
    known: dict[str, tuple[str, float]]


class Form(NamedTuple):
    """A row ready to be filled. `start`: the start tag's attributes but r, ht and customHeight; `said`: those two as the base has them."""

    prefix: str
    start: str
    said: str
    height: float
    slots: tuple[_Opened, ...]
    tail: str


def form(prefix: str, start: str, height: tuple[str, float], slots: Sequence[Slot], tail: str) -> Form:
    """Compile a row. height: (the attributes ht and customHeight as they stand, the points they mean); tail: what follows the last slot."""
    return Form(prefix, start, height[0], height[1], tuple(_opened(prefix, slot) for slot in slots), tail)


def _head(prefix: str, slot: Slot, style: int) -> str:
    said = f' s="{style}"' if style else ""
    return f'{slot.before}<{prefix}c r="{column_letters(slot.col)}{NUMBER}"{said}'


def _opened(prefix: str, slot: Slot) -> _Opened:
    head = _head(prefix, slot, slot.style)
    return _Opened(
        f'{head} t="inlineStr"><{prefix}is><{prefix}t>',
        f"{head}><{prefix}v>",
        f"{head}/>" if slot.style else slot.before,
        min(surely_one_line(slot.fit), LONGEST // 2) if slot.fit is not None else LONGEST // 2,
        slot,
        {},
    )


Links = list[tuple[int, int, str]]
"""(row, column, target) of the cells that lead somewhere."""

MOST_LINKS = 65_530
"""More hyperlinks than this on one sheet make Excel repair the file; those beyond stay plain text."""


def filled(form: Form, number: int, values: Sequence[CellValue], styles: Styles, links: Links) -> str:
    """The row `number` with `values` in the form's slots, as XML; its height grows with wrapped text. Links are added to `links`.

    Raises ValueError for a value that no cell can hold (NaN, a bool, a text that is too long) or that a merge would hide.
    """
    prefix = form.prefix
    close_number = f"</{prefix}v></{prefix}c>"
    out: list[str] = []
    add = out.append
    needed = 0.0
    for opened, value in zip(form.slots, values, strict=True):
        if value is None or value == "":
            add(opened.blank)
            continue
        kind = type(value)
        if opened.slot.covered:
            raise ValueError(f"a value at {column_letters(opened.slot.col)}{number} would lie hidden under a merge")
        if kind is str:
            cell, tall = opened.known.get(value) or _text_cell(prefix, opened, value, styles)
        elif kind is Decimal or kind is int:
            add(f"{opened.number}{digits(value)}{close_number}")
            continue
        else:
            cell, tall = _special_cell(prefix, opened, value, styles)
            if isinstance(value, Link) and len(links) < MOST_LINKS:
                links.append((number, opened.slot.col, value.target))
        add(cell)
        if tall > needed:
            needed = tall
    if needed > form.height:
        start = f'<{prefix}row r="{number}"{form.start} ht="{points(needed)}" customHeight="1">'
    else:
        start = f'<{prefix}row r="{number}"{form.start}{form.said}>'
    return f"{start}{''.join(out)}{form.tail}</{prefix}row>".replace(NUMBER, str(number))


def points(height: float) -> str:
    """A height in points as it is written: at most two decimals."""
    return f"{height:.2f}".rstrip("0").rstrip(".")


def digits(number: Decimal | int) -> str:
    """A number with exactly its digits, never an exponent. Raises ValueError for NaN and infinity."""
    text = str(number)
    if text.lstrip("-").replace(".", "", 1).isdecimal():
        return text
    if isinstance(number, Decimal) and number.is_finite():
        return f"{number:f}"
    raise ValueError(f"{number!r} is no number that a cell can hold")


def _text_cell(prefix: str, opened: _Opened, text: str, styles: Styles) -> tuple[str, float]:
    """The cell that holds `text`, and the height it needs."""
    length, fit = len(text), opened.slot.fit
    if length > LONGEST // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
        raise ValueError(f"a text of {length} characters; a cell holds {LONGEST}")
    tall = height(text, fit) if fit is not None and (length > opened.short or "\n" in text) else 0.0
    begin = opened.string
    first = text[0]
    if first in _BEGINNINGS or first.isspace() or text[-1].isspace():
        if LOOKS_LIKE_FORMULA.match(text) is not None:
            style = styles.quoted(opened.slot.style)
            begin = f'{_head(prefix, opened.slot, style)} t="inlineStr"><{prefix}is><{prefix}t>'
        if first.isspace() or text[-1].isspace():
            begin = f'{begin[:-1]} xml:space="preserve">'
    escaped = text if _markup(text) is None and "_x" not in text else escape_string(text)
    made = f"{begin}{escaped}</{prefix}t></{prefix}is></{prefix}c>", tall
    if length <= _LONGEST_KNOWN and len(opened.known) < _MOST_KNOWN:
        opened.known[text] = made
    return made


def _special_cell(prefix: str, opened: _Opened, value: CellValue, styles: Styles) -> tuple[str, float]:
    if isinstance(value, Formula):
        formula = escape_content(value.text)
        head = _head(prefix, opened.slot, opened.slot.style)
        return f"{head}><{prefix}f>{formula}</{prefix}f><{prefix}v>{digits(value.stored)}</{prefix}v></{prefix}c>", 0.0
    if isinstance(value, Link):
        return _text_cell(prefix, opened, value.text, styles)
    raise ValueError(f"{value!r} cannot be written into a cell")
