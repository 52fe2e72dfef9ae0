"""Rows written anew: the form of a row is compiled once from its prototype, then filled as often as there are lines.

This is the writer's hot loop: a summary may have a million cells, so what is known beforehand is text beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.cells import LONGEST_TEXT, column_letters, fits_in_cell
from xlsform.core.edits import CellValue, Formula, Link
from xlsform.ooxml.heights import Fit, height, surely_one_line
from xlsform.ooxml.styles_out import LOOKS_LIKE_FORMULA, Styles
from xlsform.ooxml.xmltext import escape_content, escape_string

# Where the row's number goes in the texts of a form; no text of a workbook can hold this character.
NUMBER = "\0"

# A text that is written as it stands: nothing that XML escapes or cannot hold, no blank at an end, nothing like a formula. For long
# texts the same is found out faster piece by piece.
_plain = re.compile(
    "[^&<>_=+\\-@'{＝＋－＠\\s\x00-\x1f\ud800-\udfff\ufffe\uffff][^&<>_\x00-\x1f\ud800-\udfff\ufffe\uffff]*+(?<!\\s)"
).fullmatch
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
    """A slot ready to be filled: what follows its row number up to a text (or a number), and what follows the value's end.

    after: up to the next row number; short: ideographs that surely fit one line, and the cell.
    """

    string: str
    number: str
    after: str
    short: int
    slot: Slot


class Form(NamedTuple):
    """A row ready to be filled. As the row's number recurs in every cell, a row is the texts between its numbers, joined by them.

    start: the attributes of its start tag but r, ht and customHeight; said: those two as the base has them; height: what they mean, in
    points; first: what follows the start tag up to the first slot's number; blanks: whether NUMBER is left between the slots;
    known: per slot, the texts made before (by value, None and texts only) that ask for no more height than that; taller: those that ask
    for more, with how much.
    """

    prefix: str
    start: str
    said: str
    height: float
    first: str
    blanks: bool
    slots: tuple[_Opened, ...]
    known: tuple[dict[CellValue, str], ...]
    taller: tuple[dict[str, tuple[str, float]], ...]


def form(prefix: str, start: str, height: tuple[str, float], slots: Sequence[Slot], tail: str) -> Form:
    """Compile a row. height: (the attributes ht and customHeight as they stand, the points they mean); tail: what follows the last slot."""
    between = [f'{slot.before}<{prefix}c r="{column_letters(slot.col)}' for slot in slots] + [f"{tail}</{prefix}row>"]
    opened = tuple(_opened(prefix, slot, after) for slot, after in zip(slots, between[1:], strict=True))
    known: list[dict[CellValue, str]] = []
    for slot in opened:
        blank = f'"{_style(slot.slot.style)}/>{slot.after}'
        known.append({None: blank, "": blank})
    taller: list[dict[str, tuple[str, float]]] = [{} for _ in opened]
    return Form(prefix, start, *height, between[0], NUMBER in "".join(between), opened, tuple(known), tuple(taller))


def _style(style: int) -> str:
    return f' s="{style}"' if style else ""


def _opened(prefix: str, slot: Slot, after: str) -> _Opened:
    head = f'"{_style(slot.style)}'
    short = min(surely_one_line(slot.fit), LONGEST_TEXT // 2) if slot.fit is not None else LONGEST_TEXT // 2
    return _Opened(f'{head} t="inlineStr"><{prefix}is><{prefix}t>', f"{head}><{prefix}v>", after, short, slot)


Links = list[tuple[int, int, str]]
"""(row, column, target) of the cells that lead somewhere."""

MOST_LINKS = 65_530
"""More hyperlinks than this on one sheet make Excel repair the file; those beyond stay plain text."""


def filled(form: Form, number: int, values: Sequence[CellValue], styles: Styles, links: Links) -> str:
    """The row `number` with `values` in the form's slots, as XML; its height grows with wrapped text. Links are added to `links`.

    Raises ValueError for a value that no cell can hold (NaN, a bool, a text that is too long) or that a merge would hide.
    """
    texts: list[str | None] = list(map(dict.get, form.known, values))
    said = form.said
    if None in texts:
        needed = 0.0
        for at, text in enumerate(texts):
            if text is None:
                texts[at], tall = _cell(form, at, number, values[at], styles, links)
                if tall > needed:  # noqa: PLR1730, the hot loop: max() takes thrice the time
                    needed = tall
        if needed > form.height:
            said = f' ht="{points(needed)}" customHeight="1"'
    row_number = str(number)
    row = row_number.join([f'<{form.prefix}row r="', f'"{form.start}{said}>{form.first}', *texts])  # type: ignore[list-item]
    return row.replace(NUMBER, row_number) if form.blanks else row


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


def _cell(form: Form, at: int, number: int, value: CellValue, styles: Styles, links: Links) -> tuple[str, float]:
    """What follows the row number of a cell that was not made before, and the height it needs."""
    opened = form.slots[at]
    if type(value) is str:
        known, taller = form.known[at], form.taller[at]
        if taller and value in taller:
            return taller[value]
        text, tall = _text_cell(form.prefix, opened, number, value, styles)
        if len(value) <= _LONGEST_KNOWN and len(known) + len(taller) < _MOST_KNOWN:
            if tall <= form.height:
                known[value] = text
            else:
                taller[value] = (text, tall)
        return text, tall
    slot, prefix = opened.slot, form.prefix
    if slot.covered:
        raise ValueError(f"a value at {column_letters(slot.col)}{number} would lie hidden under a merge")
    if type(value) is Decimal or type(value) is int:
        return f"{opened.number}{digits(value)}</{prefix}v></{prefix}c>{opened.after}", 0.0
    if isinstance(value, Formula):
        return f"{_formula(prefix, slot.style, value)}{opened.after}", 0.0
    if isinstance(value, Link):
        if len(links) < MOST_LINKS:
            links.append((number, slot.col, value.target))
        return _text_cell(prefix, opened, number, value.text, styles)
    raise ValueError(f"{value!r} cannot be written into a cell")


def _formula(prefix: str, style: int, value: Formula) -> str:
    """What follows the row number of a cell with a formula, up to its end."""
    kind, stored = "", value.stored
    if isinstance(stored, str):
        if not fits_in_cell(stored):
            raise ValueError(f"a text of {len(stored)} characters; a cell holds {LONGEST_TEXT}")
        kind, stored = ' t="str"', escape_string(stored)
    else:
        stored = digits(stored)
    formula = escape_content(value.text)
    return f'"{_style(style)}{kind}><{prefix}f>{formula}</{prefix}f><{prefix}v>{stored}</{prefix}v></{prefix}c>'


def _printable(text: str) -> bool:
    """Whether XML can hold the text; sometimes no for one that it can."""
    return text.isprintable() or text.replace("\n", "").replace("\u3000", "").isprintable()


def _text_cell(prefix: str, opened: _Opened, number: int, text: str, styles: Styles) -> tuple[str, float]:
    """What follows the row number of the cell that holds `text`, and the height it needs."""
    begin, _, after, short, slot = opened
    length = len(text)
    if slot.covered:
        raise ValueError(f"a value at {column_letters(slot.col)}{number} would lie hidden under a merge")
    if (
        (length <= short or (length <= 2 * short and text.isascii()))
        and length <= _LONGEST_KNOWN
        and (text.isalnum() or _plain(text) is not None)
    ):
        return f"{begin}{text}</{prefix}t></{prefix}is></{prefix}c>{after}", 0.0
    tall = 0.0
    if length > short or (slot.fit is not None and "\n" in text):
        if length > LONGEST_TEXT // 2 and not fits_in_cell(text):
            raise ValueError(f"a text of {len(text)} characters; a cell holds {LONGEST_TEXT}")
        if slot.fit is not None:
            tall = height(text, slot.fit)
    if text[:1] in _BEGINNINGS or text.strip() != text:
        if LOOKS_LIKE_FORMULA.match(text) is not None:
            begin = f'"{_style(styles.quoted(slot.style))} t="inlineStr"><{prefix}is><{prefix}t>'
        if text.strip() != text:
            begin = f'{begin[:-1]} xml:space="preserve">'
    if "&" in text or "<" in text or ">" in text or "_x" in text or not _printable(text):
        text = escape_string(text)
    return f"{begin}{text}</{prefix}t></{prefix}is></{prefix}c>{after}", tall
