"""Which cells of a workbook have a border: how the rows that a blank prepared for answers are told from the empty paper below."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlsform.ooxml.package import OWN, open_package
from xlsform.ooxml.sheet_base import base_sheet
from xlsform.ooxml.workbook import main_part, workbook
from xlsform.ooxml.xmltext import decode, root

_SIDES = ("left", "start", "right", "end", "top", "bottom")
_NO_LINE = frozenset({"", "none"})


def bordered_cells(base: bytes) -> Mapping[str, Mapping[int, frozenset[int]]]:
    """The cells with a border on any side, by sheet and row. Raises Rejected when `base` is no sound package."""
    package = open_package(base, OWN)
    book = workbook(package, main_part(package), OWN.sheets)
    styles = _bordered_styles(package.read(book.styles)) if book.styles else frozenset()
    out: dict[str, Mapping[int, frozenset[int]]] = {}
    for sheet in book.sheets:
        if sheet.kind == "worksheet":
            part = base_sheet(package.read(sheet.part))
            rows = (
                (row.number, frozenset(cell.col for cell in part.cells(row) if cell.style in styles))
                for row in part.rows
            )
            out[sheet.name] = {number: cols for number, cols in rows if cols}
    return out


def _bordered_styles(part: bytes) -> frozenset[int]:
    """The indices of the cell styles whose border draws a line."""
    sheet = root(decode(part))[1]
    drawn = [
        any(side.get("style") not in _NO_LINE for side in border.children(*_SIDES))
        for borders in sheet.children("borders")
        for border in borders.children("border")
    ]
    ids = [xf.get("borderId", "0") for xfs in sheet.children("cellXfs") for xf in xfs.children("xf")]
    return frozenset(
        index
        for index, border in enumerate(ids)
        if re.fullmatch(r"\d{1,6}", border) and int(border) < len(drawn) and drawn[int(border)]
    )
