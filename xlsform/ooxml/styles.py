"""Styles of a workbook, as far as they change what a cell shows: the number format of every cell format."""

from __future__ import annotations

from functools import lru_cache

from xlsform.core.errors import Rejected
from xlsform.ooxml.markup import tree
from xlsform.ooxml.numfmt import BUILTIN, GENERAL, NumberFormat, compiled

_MEMO = 256 * 1024

Styles = tuple[NumberFormat, ...]
"""The number formats by the index that a cell's s= gives."""


def styles(part: str, data: bytes, date_1904: bool, most: int) -> Styles:
    """Parse a styles part; what recurs from file to file is parsed once. Raises Rejected: E-XML, E-COMPLEX above `most` formats."""
    read = _remembered if len(data) <= _MEMO else _read
    formats = read(part, data, date_1904)
    if len(formats) > most:
        raise Rejected("E-COMPLEX", what="单元格格式", limit=str(most))
    return formats


def _read(part: str, data: bytes, date_1904: bool) -> Styles:
    root = tree(part, data)
    codes = dict(BUILTIN)
    for fmt in root.iterfind("{*}numFmts/{*}numFmt"):
        number = fmt.get("numFmtId", "")
        if number.isdecimal():
            codes[int(number)] = fmt.get("formatCode", GENERAL)
    ids = [xf.get("numFmtId", "0") for xf in root.iterfind("{*}cellXfs/{*}xf")]
    return tuple(compiled(codes.get(int(number) if number.isdecimal() else 0, GENERAL), date_1904) for number in ids)


_remembered = lru_cache(maxsize=64)(_read)
