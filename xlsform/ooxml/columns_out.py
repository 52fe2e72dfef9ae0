"""The columns of a sheet given other widths."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from xlsform.core.cells import LAST_COLUMN
from xlsform.core.edits import Widths
from xlsform.ooxml.sheet_base import BaseSheet, column_widths
from xlsform.ooxml.xmltext import Element, nodes

WIDEST = 255
"""Characters that a column can be wide."""


def widened(base: BaseSheet, edits: Iterable[Widths]) -> BaseSheet:
    """The sheet with other widths; hidden columns among them are shown. Raises ValueError for columns or widths that cannot be."""
    edits = list(edits)
    if not edits:
        return base
    head: list[Element | str] = list(nodes(base.head))
    at = next((at for at, node in enumerate(head) if isinstance(node, Element) and node.local == "cols"), len(head))
    name = f"{base.prefix}cols"
    cols = [col for listed in head[at : at + 1] if isinstance(listed, Element) for col in listed.children("col")]
    for edit in edits:
        if not (1 <= edit.first <= edit.last <= LAST_COLUMN and 0 < edit.width <= WIDEST):
            raise ValueError(f"columns {edit.first}..{edit.last} of {edit.sheet!r} cannot be {edit.width} wide")
        cols = _with_width(cols, base.prefix, edit)
    new = Element(name, f"<{name}>", "".join(map(str, cols)), f"</{name}>")
    text = "".join(map(str, [*head[:at], new, *head[at + 1 :]]))
    return replace(base, head=text, columns=column_widths(text, base.default_width))


def _with_width(cols: list[Element], prefix: str, edit: Widths) -> list[Element]:
    """The columns cut at both ends of the edit; where there were none, they come to be."""
    out: list[Element] = []
    free = edit.first  # the first column of the edit not yet seen
    for col in cols:
        first, last = int(col.get("min")), int(col.get("max"))
        if last < edit.first or first > edit.last:
            out.append(col)
            continue
        if free < first:
            out.append(_wide(Element(f"{prefix}col", f"<{prefix}col/>", "", ""), free, first - 1, edit))
        if first < edit.first:
            out.append(_spanning(col, first, edit.first - 1))
        out.append(_wide(col, max(first, edit.first), min(last, edit.last), edit))
        if last > edit.last:
            out.append(_spanning(col, edit.last + 1, last))
        free = last + 1
    if free <= edit.last:
        out.append(_wide(Element(f"{prefix}col", f"<{prefix}col/>", "", ""), free, edit.last, edit))
    return sorted(out, key=lambda col: int(col.get("min")))


def _spanning(col: Element, first: int, last: int) -> Element:
    return col.with_attribute("min", str(first)).with_attribute("max", str(last))


def _wide(col: Element, first: int, last: int, edit: Widths) -> Element:
    col = _spanning(col, first, last).with_attribute("width", f"{edit.width.normalize():f}")
    for name in ("hidden", "bestFit"):
        col = col.with_attribute(name, None)
    return col.with_attribute("customWidth", "1")
