"""The boxes of notes in a sheet's VML drawing: drawn beside their cells, made taller for what is added, and taken out again.

VML of other programs is not always well-formed XML and may hold form controls, so shapes are found by pattern and all else is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import ceil
from typing import NamedTuple

from xlsform.core.cells import LAST_COLUMN, LAST_ROW, Spot
from xlsform.ooxml.attached import VML_ROW, VML_SHAPE
from xlsform.ooxml.heights import lines
from xlsform.ooxml.notes_out import FONT_SIZE
from xlsform.ooxml.parts_out import prefix_of
from xlsform.ooxml.sheet_base import BaseSheet
from xlsform.ooxml.xmltext import TAG, attributes

_VML, _OFFICE, _EXCEL = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
)
_PREFIXES = (("v:", _VML), ("o:", _OFFICE), ("x:", _EXCEL))
_DECLARED = "".join(f' xmlns:{prefix[:-1]}="{uri}"' for prefix, uri in _PREFIXES)

_NOTE = re.compile(r"""ObjectType\s*=\s*["']Note["']""")
_COLUMN = re.compile(r"<(?:\w+:)?Column\s*>\s*(\d+)\s*</")
_TYPE_ID = re.compile(r"""\bid\s*=\s*["']_x0000_t202["']""")
_TYPE_USED = re.compile(r"""\btype\s*=\s*["']#_x0000_t202["']""")
_SHAPE_ID = re.compile(r"_x0000_s(\d+)")
_BLOCKS = re.compile(r"""(<(?:\w+:)?idmap\b[^>]*?\bdata\s*=\s*["'])([\d,\s]+)(["'])""")
_GROWN = re.compile(r"(<(?:\w+:)?Anchor\s*>)([^<]*)(</(?:\w+:)?Anchor\s*>)(?:<!--xlsform\+(\d+)-->)?")
"""An anchor, and behind it how many rows taller the box was made: a comment that no program looks at."""

_WIDTH = 347
"""Pixels of a new box: 260 points."""
_PIXELS = 96 / 72
_DIGIT = 7
"""Pixels of a digit of the default font; columns are measured in them."""
_PADDING = 12
"""Points above and below the text, and as many to its left and right."""
_SPARE = 1.1
_SHAPES_PER_BLOCK = 1024


def _shape_type(declared: str) -> str:
    return (
        f'<v:shapetype{declared} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    )


def no_boxes(block: int) -> str:
    """A drawing without shapes, whose ids come from the block of this number."""
    layout = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout>'
    return f"<xml{_DECLARED}>{layout}</xml>"


class Box(NamedTuple):
    """The box of the note at a cell. anchor: left column, pixels, top row, pixels, right column, pixels, bottom row, pixels (from 0)."""

    cell: Spot
    anchor: tuple[int, ...]


# --- where boxes stand -------------------------------------------------------------------------------------------------


def _column_pixels(base: BaseSheet, col: int) -> int:
    return round(base.column_width(col) * _DIGIT)


def _row_pixels(base: BaseSheet, row: int) -> int:
    found = base.by_number.get(row)
    if found is not None and attributes(found.tag).get("hidden") in {"1", "true"}:
        return 0
    return round(base.height(row) * _PIXELS)


def _walked(sizes: Iterator[int], start: int, offset: int, length: int) -> tuple[int, int]:
    """(cells passed from `start` on, pixels into the last) where a stretch of `length` pixels ends that begins `offset` into the first."""
    rest, at = offset + length, start
    for size in sizes:
        if rest < size:
            break
        rest -= size
        at += 1
    return at, rest


def _text_pixels(text: str, width: int) -> int:
    """The height of a text in a box so many pixels wide; half an em to every unit, and a tenth to spare."""
    per_line = max((width / _PIXELS - _PADDING) / (FONT_SIZE / 2) / _SPARE, 2.0)
    return ceil((lines(text, per_line) * FONT_SIZE * 1.3 + _PADDING) * _PIXELS)


def box(base: BaseSheet, cell: Spot, text: str) -> Box:
    """The box for a new note: to the right of its cell, one row up, and as tall as the text is long."""
    row, col = cell
    left = max((area.right for area in base.merges_over(row) if area.holds(row, col)), default=col) + 1
    while left < LAST_COLUMN and not _column_pixels(base, left):
        left += 1
    top, down = (row - 1, 10) if row > 1 else (1, 2)
    right, across = _walked((_column_pixels(base, at) for at in range(left, LAST_COLUMN)), left, 15, _WIDTH)
    height = _text_pixels(text, _WIDTH)
    bottom, under = _walked((_row_pixels(base, at) for at in range(top, LAST_ROW)), top, down, height)
    return Box(cell, (left - 1, 15, top - 1, down, right - 1, across, bottom - 1, under))


def _rows_for(base: BaseSheet, anchor: Sequence[int], text: str) -> int:
    """By how many rows a box must grow for so much more text."""
    width = sum(_column_pixels(base, at + 1) for at in range(anchor[0], anchor[4])) - anchor[1] + anchor[5]
    rest, rows = _text_pixels(text, max(width, 1)), 0
    while rest > 0 and anchor[6] + rows + 2 < LAST_ROW:
        rest -= _row_pixels(base, anchor[6] + rows + 1)
        rows += 1
    return rows


# --- shapes ------------------------------------------------------------------------------------------------------------


def _cell_of(shape: str) -> Spot | None:
    """The cell whose note a shape is the box of; None for any other shape."""
    row, col = VML_ROW.search(shape), _COLUMN.search(shape)
    return (int(row[2]) + 1, int(col[1]) + 1) if row and col and _NOTE.search(shape) else None


def cells_boxed(part: str) -> frozenset[Spot]:
    """The cells whose notes have a box."""
    return frozenset(cell for shape in VML_SHAPE.finditer(part) if (cell := _cell_of(shape[0])) is not None)


def has_shapes(part: str) -> bool:
    """Whether anything is drawn."""
    return (
        re.search(r"<(?:\w+:)?(?:shape|group|rect|oval|line|polyline|roundrect|image|arc|curve)[\s/>]", part)
        is not None
    )


def _root(part: str) -> re.Match[str]:
    return next(found for found in TAG.finditer(part) if found[2] is not None)


def boxed(part: str, boxes: Collection[Box]) -> str:
    """The drawing with more boxes, before its end."""
    if not boxes:
        return part
    start = _root(part)
    declared = "" if all(prefix_of(start[0], uri) == prefix for prefix, uri in _PREFIXES) else _DECLARED
    part, numbers = _numbered(part, len(boxes))
    begun = sum(1 for _ in VML_SHAPE.finditer(part))
    new = "" if _TYPE_ID.search(part) else _shape_type(declared)
    new += "".join(
        _shape(one, number, begun + at, declared)
        for at, (one, number) in enumerate(zip(boxes, numbers, strict=True), 1)
    )
    if start[4]:
        return f"{part[: start.end() - 2].rstrip()}>{new}</{start[2]}>{part[start.end() :]}"
    end = part.rindex("</")
    return part[:end] + new + part[end:]


def _shape(box: Box, number: int, order: int, declared: str) -> str:
    # Programs that know no anchor go by the style: its place is made up, its size is the box's.
    row, col = box.cell
    return (
        f'<v:shape{declared} id="_x0000_s{number}" type="#_x0000_t202" '
        f'style="position:absolute;margin-left:80pt;margin-top:5pt;width:260pt;height:120pt;z-index:{order};visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{", ".join(map(str, box.anchor))}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{col - 1}</x:Column></x:ClientData></v:shape>"
    )


def _numbered(part: str, count: int) -> tuple[str, list[int]]:
    """Ids for new shapes out of the blocks of 1024 that the drawing owns; it gets another block when those are full."""
    used = {int(found) for found in _SHAPE_ID.findall(part)}
    said = _BLOCKS.search(part)
    blocks = [int(block) for block in said[2].split(",") if block.strip()] if said is not None else []
    owned = len(blocks)
    blocks = blocks or [max(used, default=_SHAPES_PER_BLOCK) // _SHAPES_PER_BLOCK]
    numbers: list[int] = []
    at = 0
    while len(numbers) < count:
        if at == len(blocks):
            blocks.append(max(blocks) + 1)
        first = blocks[at] * _SHAPES_PER_BLOCK
        last = max((one for one in used if first <= one < first + _SHAPES_PER_BLOCK), default=first)
        numbers += range(last + 1, first + _SHAPES_PER_BLOCK)
        at += 1
    if said is not None and at > owned:
        part = f"{part[: said.start(2)]}{','.join(map(str, blocks))}{part[said.end(2) :]}"
    return part, numbers[:count]


def unboxed(part: str, cells: Collection[Spot]) -> str:
    """The drawing without the boxes of these cells' notes, and without the type of boxes that `boxed` brought when none is left."""
    part = VML_SHAPE.sub(lambda shape: "" if _cell_of(shape[0]) in cells else shape[0], part)
    if _TYPE_USED.search(part) is None:
        for declared in ("", _DECLARED):
            part = part.replace(_shape_type(declared), "")
    return part


def grown(part: str, base: BaseSheet, texts: Mapping[Spot, str]) -> str:
    """The drawing with the boxes of these cells tall enough for so much more text; boxes without anchor stay as they are."""

    def taller(anchor: re.Match[str], cell: Spot) -> str:
        numbers = _numbers(anchor[2])
        if numbers is None:
            return anchor[0]
        rows = _rows_for(base, numbers, texts[cell])
        return f"{anchor[1]}{_lowered(anchor[2], rows)}{anchor[3]}<!--xlsform+{rows + int(anchor[4] or 0)}-->"

    return _anchored(part, texts.keys(), taller)


def shrunk(part: str, cells: Collection[Spot]) -> str:
    """The drawing with the boxes of these cells as tall as they were before `grown`."""

    def shorter(anchor: re.Match[str], _: Spot) -> str:
        return f"{anchor[1]}{_lowered(anchor[2], -int(anchor[4]))}{anchor[3]}" if anchor[4] else anchor[0]

    return _anchored(part, cells, shorter)


def _anchored(part: str, cells: Collection[Spot], change: Callable[[re.Match[str], Spot], str]) -> str:
    def shape(found: re.Match[str]) -> str:
        cell = _cell_of(found[0])
        if cell is None or cell not in cells:
            return found[0]
        return _GROWN.sub(lambda anchor: change(anchor, cell), found[0], count=1)

    return VML_SHAPE.sub(shape, part) if cells else part


def _numbers(anchor: str) -> list[int] | None:
    pieces = [piece.strip() for piece in anchor.split(",")]
    return [int(piece) for piece in pieces] if len(pieces) == 8 and all(map(str.isdecimal, pieces)) else None


def _lowered(anchor: str, rows: int) -> str:
    """The anchor with its bottom so many rows lower; the numbers before and behind stay letter for letter."""
    pieces = anchor.split(",")
    digits = pieces[6].strip()
    pieces[6] = pieces[6].replace(digits, str(int(digits) + rows))
    return ",".join(pieces)
