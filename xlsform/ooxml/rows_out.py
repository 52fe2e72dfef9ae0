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

# A text that is not written as it stands: markup, what XML cannot hold, blanks at an end, what looks like a formula.
_suspect = re.compile(
    "[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^[\\s=+\\-@'＝＋－＠{]|\\s\\Z"
).search


class Slot(NamedTuple):
    """One cell to be filled: what stands before it in the row, its address and style, how text runs in it (None: not wrapped)."""

    before: str
    col: int
    style: int
    fit: Fit | None
    covered: bool


class _Opened(NamedTuple):
    """A slot's texts up to the value, by kind of value, and the length up to which a text needs no closer look."""

    string: str
    number: str
    blank: str
    fit: Fit | None
    short: int
    slot: Slot


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
        slot.fit,
        min(surely_one_line(slot.fit), LONGEST // 2) if slot.fit is not None else LONGEST // 2,
        slot,
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
    close_string, close_number = f"</{prefix}t></{prefix}is></{prefix}c>", f"</{prefix}v></{prefix}c>"
    out: list[str] = []
    add = out.append
    needed = 0.0
    for (string, opened_number, blank, fit, short, slot), value in zip(form.slots, values, strict=True):
        kind = type(value)
        if value is None or value == "":
            add(blank)
            continue
        if slot.covered:
            raise ValueError(f"a value at {column_letters(slot.col)}{number} would lie hidden under a merge")
        if kind is str:
            if value.isalnum():  # type: ignore[union-attr]
                add(string + value + close_string)  # type: ignore[operator]
            else:
                add(_string(prefix, slot, string, value, styles) + close_string)  # type: ignore[arg-type]
            if len(value) > short or (fit is not None and "\n" in value):  # type: ignore[arg-type, operator]
                needed = max(needed, _checked_height(value, fit))  # type: ignore[arg-type]
        elif kind is Decimal or kind is int:
            add(f"{opened_number}{digits(value)}{close_number}")  # type: ignore[arg-type]
        else:
            add(_special(prefix, slot, string, value, styles))
            if isinstance(value, Link):
                needed = max(needed, _checked_height(value.text, fit))
                if len(links) < MOST_LINKS:
                    links.append((number, slot.col, value.target))
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


def _checked_height(text: str, fit: Fit | None) -> float:
    if len(text) > LONGEST // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
        raise ValueError(f"a text of {len(text)} characters; a cell holds {LONGEST}")
    return height(text, fit) if fit is not None else 0.0


def _string(prefix: str, slot: Slot, opened: str, text: str, styles: Styles) -> str:
    """The cell up to the end of its text, for a text that may need care."""
    if _suspect(text) is None:
        return opened + text
    if LOOKS_LIKE_FORMULA.match(text) is not None:
        opened = f'{_head(prefix, slot, styles.quoted(slot.style))} t="inlineStr"><{prefix}is><{prefix}t>'
    if text[0].isspace() or text[-1].isspace():
        opened = f'{opened[:-1]} xml:space="preserve">'
    return opened + escape_string(text)


def _special(prefix: str, slot: Slot, opened: str, value: CellValue, styles: Styles) -> str:
    if isinstance(value, Formula):
        head = _head(prefix, slot, slot.style)
        formula = escape_content(value.text)
        return f"{head}><{prefix}f>{formula}</{prefix}f><{prefix}v>{digits(value.stored)}</{prefix}v></{prefix}c>"
    if isinstance(value, Link):
        return f"{_string(prefix, slot, opened, value.text, styles)}</{prefix}t></{prefix}is></{prefix}c>"
    raise ValueError(f"{value!r} cannot be written into a cell")
