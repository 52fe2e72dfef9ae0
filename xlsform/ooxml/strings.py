"""Texts of cells: the shared string table and inline strings, rich text joined, phonetic guides left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, NamedTuple
from xml.parsers import expat

from xlsform.core.cells import Cell, Raw
from xlsform.core.errors import Rejected
from xlsform.ooxml.markup import cut_before, plain_part, unescaped, xstring
from xlsform.ooxml.package import Package

INVISIBLE: Final = "".join(
    map(chr, (*range(0x09, 0x0E), *range(0x1C, 0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x2010)))
) + ("\u2028\u2029\u202f\u205f\u2060\u3000\ufeff")
"""White space and zero-width characters: a text of nothing else is a blank cell."""

_ITEM = re.compile(
    r'<si\s*+(?:/>|>(?:<t(?: xml:space="preserve")?>([^<]*+)</t></si>|((?:[^<]++|<(?!/si\s*>))*+)</si\s*>))'
)
_PHONETIC = re.compile(r"<rPh(?=[\s>])(?:[^<]++|<(?!/rPh\s*>))*+</rPh\s*>|<rPh[^>]*+/>")
_TEXT = re.compile(r"<t(?:\s[^>]*+)?(?<!/)>([^<]*+)</t\s*>")
_STRUCK = re.compile(r"<strike(?![^>]*val\s*=\s*[\"'](?:0|false))[^>]*>")


new_cell: Final[Callable[[tuple[Raw, str, str | None, str]], Cell]] = partial(tuple.__new__, Cell)
"""Cell from its four fields in one call: half the time of Cell(…), and a district has a hundred thousand cells."""


class Strings(NamedTuple):
    """The shared strings as finished cells, None for a blank one.

    struck: indexes of those with struck-through runs; longest: characters of the longest as it is stored, or more.
    """

    cells: list[Cell | None]
    struck: frozenset[int]
    longest: int


def text_cell(raw: str, formula: str | None = None) -> Cell | None:
    """The cell of a stored text (entities resolved), None when it is blank. Text has every line end as a newline; raw keeps them."""
    if "_x" in raw:
        raw = xstring(raw)
    if raw[:1] in INVISIBLE and not raw.strip(INVISIBLE):  # "" is in every string
        return None
    text = raw.replace("\r\n", "\n").replace("\r", "\n") if "\r" in raw else raw
    return new_cell((raw, text, formula, ""))


def decoded(markups: Iterable[str]) -> dict[str, str]:
    """The texts among these that hold character references → what they stand for.

    openpyxl writes every Chinese character as a reference; resolving them all in one parse is seven times faster than one by one.
    """
    texts = [markup for markup in markups if "&#" in markup]
    if not texts:
        return {}
    pieces: list[list[str]] = [[]]
    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, 1 << 16
    parser.StartElementHandler = lambda _name, _attributes: pieces.append([])
    parser.CharacterDataHandler = lambda text: pieces[-1].append(text)  # noqa: PLW0108 - the last list changes
    parser.Parse(f"<a><b/>{'<b/>'.join(texts)}</a>", True)
    return dict(zip(texts, map("".join, pieces[2:]), strict=True))


def rich_text(markup: str) -> tuple[str, bool]:
    """The text of an `si` or `is` (markup without tags), and whether some of it is struck through."""
    if "<rPh" in markup:
        markup = _PHONETIC.sub("", markup)
    return "".join(_TEXT.findall(markup)), _STRUCK.search(markup) is not None


def shared_strings(package: Package, part: str) -> Strings:
    """The table of a workbook, "" for one that has none. Its `count` is not believed. Raises Rejected (E-XML)."""
    cells: list[Cell | None] = []
    struck: list[int] = []
    longest = 0
    if not part:
        return Strings(cells, frozenset(), 0)
    for piece in cut_before(plain_part(package, part), "<si"):
        items = _ITEM.findall(piece)
        if len(items) != piece.count("<si"):
            raise Rejected("E-XML", part=part, what="字符串表的结构不合规范")
        known = decoded(simple for simple, _ in items) if "&#" in piece else {}
        longest = max(longest, max((len(bare) + len(rich) for bare, rich in items), default=0))
        for bare, rich in items:
            simple, is_struck = rich_text(rich) if rich else (bare, False)
            if is_struck:
                struck.append(len(cells))
            if "&" in simple or "_x" in simple or simple[:1] in INVISIBLE:
                cells.append(text_cell(known[simple] if simple in known else unescaped(simple)))
            else:
                cells.append(new_cell((simple, simple, None, "")))
    return Strings(cells, frozenset(struck), longest)
