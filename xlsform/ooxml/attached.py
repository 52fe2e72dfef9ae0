"""What is attached to a sheet in parts of its own and hangs on its rows: pictures, notes and their boxes, tables, charts."""

from __future__ import annotations

import re
from functools import partial

from xlsform.ooxml.markup import unescaped
from xlsform.ooxml.moves import Moves, RowMoves, fold, move_formula, parse_area, rename_sheet, show_area
from xlsform.ooxml.sheet_moves import Moved, anchor_row, moved_content
from xlsform.ooxml.xmltext import Element, escape_content, nodes, relation_id, rewritten, root

VML_SHAPE = re.compile(r"<(?:\w+:)?shape\b(?!type).*?</(?:\w+:)?shape>", re.DOTALL)
VML_ANCHOR = re.compile(r"(<(?:\w+:)?Anchor\s*>)([^<]*)(</)")
VML_ROW = re.compile(r"(<(?:\w+:)?Row\s*>)\s*(\d+)\s*(</)")
_VML_FORMULA = re.compile(r"(<(?:\w+:)?Fmla(?:Link|Range|Group|Txbx)\s*>)([^<]*)(</)")
_ROW = re.compile(r"(<(?:\w+:)?row>)(\d+)(</)")
_CHART_FORMULA = re.compile(r"(<(?:\w+:)?f>)([^<]*)(</)")


def moved_drawing(part: str, rows: RowMoves) -> str:
    """A drawing part whose anchors went with the rows; what is anchored absolutely stays, what does not stretch keeps its rows."""
    before, drawing, behind = root(part)
    move = partial(_moved_anchor, rows=rows)
    content = rewritten(drawing.content, {"twoCellAnchor": move, "oneCellAnchor": move})
    return f"{before}{drawing.with_content(content)}{behind}"


def _moved_anchor(anchor: Element, rows: RowMoves) -> Element:
    how = anchor.get("editAs", "twoCell")
    if how == "absolute":
        return anchor
    start = next(int(found[2]) for found in _ROW.finditer(anchor.content))
    growth = anchor_row(start, rows) - start

    def moved(end: Element | str) -> str:
        if not isinstance(end, Element) or end.local not in {"from", "to"}:
            return str(end)
        keeps = how == "oneCell" or end.local == "from"
        return _ROW.sub(
            lambda row: f"{row[1]}{int(row[2]) + growth if keeps else anchor_row(int(row[2]), rows)}{row[3]}", str(end)
        )

    return anchor.with_content("".join(map(moved, nodes(anchor.content))))


def moved_notes(part: str, rows: RowMoves) -> str:
    """A comments part (or that of threaded comments); notes at cells that are no more are gone."""
    before, notes, behind = root(part)

    def note(element: Element) -> Element | str:
        area = parse_area(element.get("ref"))
        row = rows.row(area.top)
        return element.with_attribute("ref", show_area(area._replace(top=row, bottom=row))) if row is not None else ""

    def listed(element: Element) -> Element:
        return element.with_content(rewritten(element.content, {"comment": note}))

    content = rewritten(notes.content, {"commentList": listed, "threadedComment": note})
    return f"{before}{notes.with_content(content)}{behind}"


def moved_boxes(part: str, moved: Moved) -> str:
    """A VML part: the box of a note goes with its cell (and is gone with it), a button with the row it begins in.

    VML need not be well formed; it is taken shape by shape.
    """
    rows = moved.rows

    def shape(found: re.Match[str]) -> str:
        text = _VML_FORMULA.sub(lambda found: found[1] + moved.formula(found[2]) + found[3], found[0])
        anchor = VML_ANCHOR.search(text)
        cell = VML_ROW.search(text)
        row = int(cell[2]) if cell is not None else (int(anchor[2].split(",")[2]) if anchor is not None else None)
        if row is None:
            return text
        new = rows.row(row + 1)
        if new is None and cell is not None:
            return ""
        growth = (new - 1 if new is not None else anchor_row(row, rows)) - row
        text = VML_ROW.sub(lambda found: f"{found[1]}{int(found[2]) + growth}{found[3]}", text)
        return VML_ANCHOR.sub(lambda found: f"{found[1]}{_shifted(found[2], growth)}{found[3]}", text)

    return VML_SHAPE.sub(shape, part)


def _shifted(anchor: str, growth: int) -> str:
    """left column, offset, top row, offset, right column, offset, bottom row, offset"""
    parts = anchor.split(",")
    if len(parts) != 8:
        return anchor
    for at in (2, 6):
        digits = parts[at].strip()
        parts[at] = parts[at].replace(digits, str(max(int(digits) + growth, 0)))
    return ",".join(parts)


def moved_table(part: str, moved: Moved) -> str:
    """A table part: its area, filter, sort state and column formulas."""
    before, table, behind = root(part)
    if table.get("totalsRowCount", "0") != "0":
        moved = moved.still  # nothing can follow the row of totals
    return before + moved_content(str(table), moved) + behind


def moved_chart(part: str, moves: Moves) -> str:
    """A chart part: where its series, categories and titles come from."""
    return _CHART_FORMULA.sub(lambda f: f"{f[1]}{escape_content(move_formula(unescaped(f[2]), '', moves))}{f[3]}", part)


def renamed_chart(part: str, old: str, new: str) -> str:
    """A chart of a copied sheet: what came from the original comes from the copy."""
    return _CHART_FORMULA.sub(lambda f: f"{f[1]}{escape_content(rename_sheet(unescaped(f[2]), old, new))}{f[3]}", part)


def moved_control(part: str, moved: Moved) -> str:
    """A form control's properties: the cells it is linked to."""
    before, control, behind = root(part)
    for name in ("fmlaLink", "fmlaRange", "fmlaTxbx", "fmlaGroup"):
        if formula := control.get(name):
            control = control.with_attribute(name, moved.plain(formula))
    return f"{before}{control}{behind}"


def moved_source(part: str, moves: Moves) -> str:
    """A pivot cache's definition: the area it was drawn from."""
    before, cache, behind = root(part)

    def source(element: Element) -> Element:
        rows = moves.get(fold(element.get("sheet")))
        ref = element.get("ref")
        if rows is None or not ref or relation_id(element):
            return element
        return element.with_attribute("ref", show_area(rows.area(parse_area(ref))))

    content = rewritten(
        cache.content,
        {"cacheSource": lambda element: element.with_content(rewritten(element.content, {"worksheetSource": source}))},
    )
    return f"{before}{cache.with_content(content)}{behind}"
