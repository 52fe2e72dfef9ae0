"""Notes of a package: the part that holds them, the drawing with their boxes, and what leads a sheet to the two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from xlsform.core.cells import Spot
from xlsform.core.edits import DropNotes, Note
from xlsform.ooxml.boxes_out import box, boxed, cells_boxed, grown, has_shapes, no_boxes, shrunk, unboxed
from xlsform.ooxml.moves import parse_cell
from xlsform.ooxml.notes_out import Unmarked, cells_noted, no_notes, noted, threaded, unmarked
from xlsform.ooxml.package import Package, relations_of
from xlsform.ooxml.parts_out import Part, attached, detached, dialect, free_part, prefix_of
from xlsform.ooxml.sheet_base import BaseSheet, Tail, base_sheet, inserted
from xlsform.ooxml.workbook import Workbook, related, relations
from xlsform.ooxml.xmltext import Element, decode, elements, nodes, relation_id

_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_BOXES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_THREAD_REF = re.compile(r"""<(?:\w+:)?threadedComment\s[^>]*?\bref\s*=\s*["']\$?([A-Z]+)\$?(\d+)["']""")


def threaded_cells(package: Package, book: Workbook) -> Mapping[str, frozenset[Spot]]:
    """By sheet, the cells with a thread of comments (Excel 365). Their note is made from the thread, so a Note leaves it alone."""
    found = {sheet.name: _threaded(package, sheet.part) for sheet in book.sheets}
    return {name: cells for name, cells in found.items() if cells}


def _threaded(package: Package, sheet: str) -> frozenset[Spot]:
    cells: set[Spot] = set()
    for relation in related(package, sheet, "threadedComment", "comments"):
        text = decode(package.read(relation.target))
        if relation.kind == "comments":
            cells |= threaded(text)
        else:
            cells.update(parse_cell(found[1] + found[2]) for found in _THREAD_REF.finditer(text))
    return frozenset(cells)


def with_notes(package: Package, book: Workbook, edits: Sequence[Note | DropNotes]) -> Package:
    """The package with notes dropped and put, in that order. Cells with a thread of comments stay as they are."""
    for number, sheet in enumerate(book.sheets, 1):
        own = [edit for edit in edits if edit.sheet == sheet.name]
        for edit in own:
            if isinstance(edit, DropNotes):
                package = _unnoted(package, sheet.part, edit.mark)
        notes = [edit for edit in own if isinstance(edit, Note)]
        if notes:
            package = _noted(package, sheet.part, number, notes)
    return package


def _part_of(package: Package, sheet: str) -> str:
    """The part of the sheet's notes, "" when it has none."""
    return next((one.target for one in related(package, sheet, "comments")), "")


def _drawing_of(package: Package, sheet: str, element: Element | None) -> str:
    """The part that the sheet's <legacyDrawing> names, "" when there is none."""
    if element is None:
        return ""
    key = relation_id(element)
    return next((one.target for one in relations(package, sheet) if one.id == key and one.target in package), "")


def _legacy_drawing(tail: str) -> Element | None:
    return next((element for element in elements(tail) if element.local == "legacyDrawing"), None)


# --- put ---------------------------------------------------------------------------------------------------------------


def _noted(package: Package, sheet: str, number: int, notes: Sequence[Note]) -> Package:
    base = base_sheet(package.read(sheet))
    threads = _threaded(package, sheet)
    notes = [note for note in _shown(notes, base) if (note.row, note.col) not in threads]
    if not notes:
        return package
    spoken = dialect(base.start)
    part = _part_of(package, sheet)
    before = decode(package.read(part)) if part else no_notes(spoken.main)
    there = cells_noted(before)
    after = noted(before, notes).encode()
    new: list[Part] = []
    if part:
        package = package.overlaid({part: after})
    else:
        name = free_part(package, "xl/comments", ".xml")
        new.append(Part(name, f"{spoken.relationships}/comments", _NOTES_TYPE, after))
    said: dict[Spot, str] = {}
    for note in notes:
        cell = (note.row, note.col)
        said[cell] = f"{said[cell]}\n{note.text}" if cell in said else note.text
    element = _legacy_drawing(base.tail)
    drawing = _drawing_of(package, sheet, element)
    boxes = decode(package.read(drawing)) if drawing else no_boxes(number)
    shown = cells_boxed(boxes)
    boxes = grown(boxes, base, {cell: said[cell] for cell in sorted(said.keys() & there & shown)})
    boxes = boxed(boxes, [box(base, cell, said[cell]) for cell in sorted(said.keys() - shown)])
    if drawing:
        return attached(package.overlaid({drawing: boxes.encode()}), sheet, *new)[0]
    name = free_part(package, "xl/drawings/vmlDrawing", ".vml")
    new.append(Part(name, f"{spoken.relationships}/vmlDrawing", _BOXES_TYPE, boxes.encode()))
    package, (*_, key) = attached(package, sheet, *new)
    return package.overlaid({sheet: _with_tail(base, _leading(base.tail, _reference(base.start, base.prefix, key)))})


def _shown(notes: Sequence[Note], base: BaseSheet) -> Iterator[Note]:
    """The notes where they can be seen: what is meant for a cell under a merge stands on the merge."""
    for note in notes:
        merge = next((area for area in base.merges if area.holds(note.row, note.col)), None)
        yield note if merge is None else note._replace(row=merge.top, col=merge.left)


def _reference(start: str, prefix: str, key: str) -> str:
    namespace = dialect(start).relationships
    bound = prefix_of(start, namespace)
    declared = "" if bound else f' xmlns:r="{namespace}"'
    return f'<{prefix}legacyDrawing{declared} {bound or "r:"}id="{key}"/>'


def _leading(tail: str, reference: str) -> Tail:
    """The elements behind sheetData with the reference to the drawing; one that led nowhere is replaced."""
    found = [node for node in nodes(tail) if not isinstance(node, Element) or node.local != "legacyDrawing"]
    return inserted(found, "legacyDrawing", reference)


def _with_tail(base: BaseSheet, tail: Tail) -> bytes:
    return "".join((base.start, base.head, base.data, *map(str, tail), base.end)).encode()


# --- dropped -----------------------------------------------------------------------------------------------------------


def _unnoted(package: Package, sheet: str, mark: str) -> Package:
    part = _part_of(package, sheet)
    if not part:
        return package
    cut = unmarked(decode(package.read(part)), mark)
    if not cut.gone and not cut.shorter:
        return package
    package = package.overlaid({part: cut.part.encode()}) if cut.part else detached(package, sheet, part)
    return _without_boxes(package, sheet, cut)


def _without_boxes(package: Package, sheet: str, cut: Unmarked) -> Package:
    """The drawing without the boxes of notes that are gone; without the drawing when it then shows nothing."""
    base = base_sheet(package.read(sheet))
    element = _legacy_drawing(base.tail)
    drawing = _drawing_of(package, sheet, element)
    if not drawing or element is None:
        return package
    boxes = unboxed(shrunk(decode(package.read(drawing)), cut.shorter), cut.gone)
    if cut.part or has_shapes(boxes) or relations_of(drawing) in package:
        return package.overlaid({drawing: boxes.encode()})
    package = detached(package, sheet, drawing)
    return package.overlaid({sheet: _with_tail(base, [node for node in nodes(base.tail) if node != element])})
