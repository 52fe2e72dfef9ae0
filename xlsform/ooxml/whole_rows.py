"""Rows given another look as a whole: the cells in them, those that come to be in them, and the rows themselves.

A program that asks whether a row may be deleted from a protected sheet looks at all its 16,384 cells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xlsform.core.cells import LAST_COLUMN, Area
from xlsform.core.edits import Look, Restyle
from xlsform.ooxml.restyles import combined
from xlsform.ooxml.sheet_base import BaseRow, BaseSheet
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.xmltext import with_attribute


def is_whole(area: Area) -> bool:
    """Whether the area reaches over all columns."""
    return area.left == 1 and area.right == LAST_COLUMN


def restyled_rows(base: BaseSheet, edits: Iterable[Restyle], styles: Styles) -> BaseSheet:
    """The sheet with its whole rows in their new looks; rows that were not there come to be, empty."""
    looks: dict[int, Look] = {}
    for edit in edits:
        if is_whole(edit.area):
            for row in range(edit.area.top, edit.area.bottom + 1):
                looks[row] = combined(looks[row], edit.look) if row in looks else edit.look
    if not looks:
        return base
    rows = dict(base.by_number)
    for number, look in looks.items():
        rows[number] = _restyled(base, number, look, styles)
    ordered = {number: rows[number] for number in sorted(rows)}
    return replace(base, rows=tuple(ordered.values()), by_number=ordered)


def _restyled(base: BaseSheet, number: int, look: Look, styles: Styles) -> BaseRow:
    row = base.by_number.get(number)
    name = f"{base.prefix}row"
    tag = row.tag.removesuffix(">").removesuffix("/").rstrip() + ">" if row is not None else f'<{name} r="{number}">'
    tag = with_attribute(tag, "s", str(styles.variant(base.style(row, LAST_COLUMN), look)))
    tag = with_attribute(tag, "customFormat", "1")
    cells = []
    for cell in base.cells(row) if row is not None else ():
        start = with_attribute(cell.tag, "s", str(styles.variant(cell.style, look)))
        cells.append(start + cell.content + cell.end)
    content = "".join(cells)
    return BaseRow(number, tag, content, f"{tag}{content}</{name}>")
