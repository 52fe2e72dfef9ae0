"""The height a row needs for wrapped text: Excel does not fit rows with merged cells, so the writer must say it.

lines = Σ over paragraphs ceil(units ÷ units of the column), where an ideograph is 2 units and anything else 1, scaled by
font size ÷ 11, with 10 % to spare; height in points = lines × 1.3 × size + 4, at most 409 (Excel's limit).
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

HIGHEST = 409.0
_SAFETY = 1.1
_BASE_SIZE = 11.0


class Fit(NamedTuple):
    """How text runs in one cell (or merge). `units`: half-width characters per line; `size`: points; `share`: height of other merged rows."""

    units: float
    size: float
    share: float = 0.0


def fit(width: float, size: float, share: float = 0.0) -> Fit:
    """The `Fit` of a cell `width` characters wide (the sum over a merge) in a font of `size` points.

    share: points that the other rows of a merge over several rows add.
    """
    return Fit(max(width * _BASE_SIZE / size / _SAFETY, 1.0), size, share)


def surely_one_line(fit: Fit) -> int:
    """A text of at most so many characters, without line break, needs no measuring."""
    return int(fit.units / 2)


def units(text: str) -> float:
    """Half-width units: 2 for an ideograph, 1 for ASCII; by the length in UTF-8, which is many times faster than looking at each."""
    if text.isascii():
        return len(text)
    try:
        return (len(text.encode()) + len(text)) / 2
    except UnicodeEncodeError:  # a lone surrogate, written as _xHHHH_
        return 2 * len(text)


def lines(text: str, per_line: float) -> int:
    """Lines that `text` takes, `per_line` units each; at least 1 for every paragraph."""
    if "\n" in text:
        return sum(ceil(units(paragraph) / per_line) or 1 for paragraph in text.split("\n"))
    return ceil(units(text) / per_line) or 1


def height(text: str, fit: Fit) -> float:
    """Points that the row must have for `text`; 0 when one line, and so whatever the row has, is enough."""
    per_line, size, share = fit
    count = lines(text, per_line)
    if count <= 1:
        return 0.0
    return min(count * 1.3 * size + 4 - share, HIGHEST)
