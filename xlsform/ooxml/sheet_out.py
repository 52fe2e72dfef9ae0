"""A sheet written from its base: cells put, rows replaced by streamed lines, everything that speaks of rows moved with them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from typing import NamedTuple

from xlsform.core.cells import LAST_COLUMN, LAST_ROW, Area, column_letters
from xlsform.core.edits import CellValue, Grow, Highlight, Line, Restyle, Rows, Validation, Widths
from xlsform.ooxml.columns_out import widened
from xlsform.ooxml.highlights_out import highlighted, protected, without_highlights
from xlsform.ooxml.markup import unescaped
from xlsform.ooxml.moves import (
    Block,
    Moves,
    RowMoves,
    pairs,
    parse_area,
    sheets_named,
    show_area,
    translate,
)  # fmt: skip
from xlsform.ooxml.restyles import Looks, by_row
from xlsform.ooxml.rows_out import MOST_LINKS, Form, Links, Slot, filled, form
from xlsform.ooxml.sheet_base import BaseCell, BaseRow, BaseSheet, Tail, inserted, row_start
from xlsform.ooxml.sheet_moves import Moved, moved_element
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.validations_out import validated
from xlsform.ooxml.whole_rows import is_whole, restyled_rows
from xlsform.ooxml.xmltext import Element, attributes, escape, escape_content, nodes, relation_id, with_attribute

CHUNK = 65_536
"""Characters given to the compressor at a time."""

Values = Mapping[int, CellValue]
"""By column."""


class SheetEdits(NamedTuple):
    """What changes on one sheet, in the rows of the base.

    puts: by row and column; rows: to be replaced, ascending; unmarked: formulas whose conditional formats are taken out. The others
    are as they stand in the plan.
    """

    puts: Mapping[int, Values] = {}
    rows: tuple[Rows, ...] = ()
    grows: tuple[Grow, ...] = ()
    restyles: tuple[Restyle, ...] = ()
    validations: tuple[Validation, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    widths: tuple[Widths, ...] = ()
    unmarked: frozenset[str] = frozenset()
    protect: bool = False

    @property
    def values(self) -> bool:
        """Whether cells get other values, or other places."""
        return bool(self.puts or self.rows or self.grows)


NO_EDITS = SheetEdits()


def row_moves(edits: SheetEdits) -> RowMoves:
    """Where the rows of a sheet go. Raises ValueError for rows that overlap or do not exist."""
    replaced = (Block(edit.first, edit.last, max(edit.count, 1)) for edit in edits.rows)
    grown = (Block(edit.row, edit.row, 1 + len(edit.lines), kept=True) for edit in edits.grows)
    return RowMoves(tuple(sorted((*replaced, *grown))))


# --- formulas in cells -------------------------------------------------------------------------------------------------


class _Master(NamedTuple):
    row: int
    col: int
    formula: str


@dataclass(frozen=True, slots=True)
class Formulas:
    """The formulas of a base sheet that stand for several cells: masters of shared ones by their si, areas of arrays and tables."""

    masters: Mapping[str, _Master]
    arrays: tuple[Area, ...]


def _pattern(prefix: str) -> re.Pattern[str]:
    name = re.escape(prefix + "f")
    return re.compile(rf"<{name}(?=[\s/>])([^>]*?)(?:/>|>(.*?)</{name}\s*>)", re.DOTALL)


def formulas(sheet: BaseSheet) -> Formulas:
    """Gather the formulas of the sheet that stand for several cells."""
    pattern, mark = _pattern(sheet.prefix), f"<{sheet.prefix}f"
    masters: dict[str, _Master] = {}
    arrays: list[Area] = []
    for row in sheet.rows:
        if mark not in row.content:
            continue
        for cell in sheet.cells(row):
            found = pattern.search(cell.content)
            if found is None:
                continue
            said = attributes(found[1])
            if said.get("t") == "shared" and found[2]:
                masters[said.get("si", "")] = _Master(row.number, cell.col, unescaped(found[2]))
            elif said.get("t") in {"array", "dataTable"} and "ref" in said:
                arrays.append(parse_area(said["ref"]))
    return Formulas(masters, tuple(arrays))


# --- one sheet being written -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is known while one sheet is written; `links`, `down` and `runs` fill as its rows go by."""

    base: BaseSheet
    edits: SheetEdits
    styles: Styles
    moved: Moved
    formulas: Formulas
    shared_apart: bool
    runs: dict[int, array[int]]
    looks: Mapping[int, Looks]
    links: Links = field(default_factory=list)
    down: array[int] = field(default_factory=lambda: array("I"))

    @property
    def rows(self) -> RowMoves:
        return self.moved.rows


def _opened(base: BaseSheet, edits: SheetEdits, styles: Styles, moved: Moved, runs: dict[int, array[int]]) -> _Sheet:
    found = formulas(base)
    masters = found.masters.values()
    apart = bool(moved.rows.blocks) or any(
        master.col in edits.puts.get(master.row, {}) or sheets_named(master.formula) & moved.moves.keys()
        for master in masters
    )
    looks = by_row((edit.area, edit.look) for edit in edits.restyles if not is_whole(edit.area))
    sheet = _Sheet(base, edits, styles, moved, found, apart, runs, looks)
    _refuse_broken_arrays(sheet)
    return sheet


def _refuse_broken_arrays(sheet: _Sheet) -> None:
    for area in sheet.formulas.arrays:
        put = any(area.holds(row, col) for row, values in sheet.edits.puts.items() for col in values)
        block = sheet.rows.place(area.top)[0]
        split = any(area.top <= edit.last and edit.first <= area.bottom for edit in sheet.edits.rows)
        split = split or any(area.top <= edit.row < area.bottom for edit in sheet.edits.grows)
        whole = block is not None and not block.kept and area.bottom <= block.last
        if (put and area.cells > 1) or (split and not whole):
            raise ValueError(f"the array formula over {area} of {sheet.moved.own!r} would be broken")


def _moved_cell(sheet: _Sheet, cell: BaseCell, old: int, new: int) -> str:
    """A cell of the base in its new row, with its formula moved."""
    tag = cell.tag
    if old != new or (" r=" not in tag):
        tag = with_attribute(tag, "r", f"{column_letters(cell.col)}{new}")
    if f"<{sheet.base.prefix}f" not in cell.content:
        return tag + cell.content + cell.end
    change = partial(_moved_formula, sheet=sheet, row=old, col=cell.col)
    return tag + _pattern(sheet.base.prefix).sub(change, cell.content) + cell.end


def _moved_formula(found: re.Match[str], sheet: _Sheet, row: int, col: int) -> str:
    said = attributes(found[1])
    if said.get("t") == "shared" and sheet.shared_apart:
        master = sheet.formulas.masters.get(said.get("si", ""))
        if master is None:
            raise ValueError(f"the shared formula at {column_letters(col)}{row} of {sheet.moved.own!r} has no master")
        text = sheet.moved.plain(translate(master.formula, row - master.row, col - master.col))
        return f"<{sheet.base.prefix}f>{escape_content(text)}</{sheet.base.prefix}f>"
    whole = found[0]
    end = whole.index(">") + 1
    tag, rest = whole[:end], whole[end:]
    if sheet.rows.blocks:
        if "ref" in said:
            tag = with_attribute(tag, "ref", sheet.moved.still.sqref(said["ref"]))
        for name in ("r1", "r2"):
            if name in said:
                tag = with_attribute(tag, name, sheet.moved.cell(said[name]))
    return tag + (sheet.moved.formula(found[2]) + rest[len(found[2]) :] if found[2] else rest)


def _moved_row(sheet: _Sheet, row: BaseRow, new: int) -> str:
    """A row without puts and new looks in its new place; the very same text when nothing in it moves."""
    if row.number == new and f"<{sheet.base.prefix}f" not in row.content:
        return row.text
    tag = with_attribute(row.tag, "r", str(new))
    content = "".join(_moved_cell(sheet, cell, row.number, new) for cell in sheet.base.cells(row))
    end = row.text[len(row.tag) + len(row.content) :]
    return tag + content + end


# --- looks -------------------------------------------------------------------------------------------------------------


def _restyled(sheet: _Sheet, number: int) -> list[BaseCell]:
    """The cells of a base row in their new looks, and those that are there for their new look alone."""
    base = sheet.base
    row = base.by_number.get(number)
    cells = base.cells(row) if row is not None else []
    looks = sheet.looks.get(number)
    if not looks:
        return cells
    found = {cell.col: cell for cell in cells}
    for col, look in looks.items():
        cell = found.get(col)
        old = cell.style if cell is not None else base.style(row, col)
        style = sheet.styles.variant(old, look)
        if style == old:
            continue
        if cell is None:
            tag = f'<{base.prefix}c r="{column_letters(col)}{number}" s="{style}"/>'
            found[col] = BaseCell(col, style, tag, "", "")
        else:
            found[col] = cell._replace(style=style, tag=with_attribute(cell.tag, "s", str(style)))
    return [found[col] for col in sorted(found)]


# --- forms -------------------------------------------------------------------------------------------------------------


def put_form(sheet: _Sheet, number: int, new: int, cols: Sequence[int]) -> Form:
    """The form of a base row with slots at `cols` (ascending); its other cells stand between them as they are, in row `new`."""
    base = sheet.base
    row = base.by_number.get(number)
    cells = _restyled(sheet, number)
    height = base.height(number)
    merges = base.merges_over(number)
    slots, at = [], 0
    for col in cols:
        before = []
        while at < len(cells) and cells[at].col < col:
            before.append(_moved_cell(sheet, cells[at], number, new))
            at += 1
        if at < len(cells) and cells[at].col == col:
            style = cells[at].style
            at += 1
        else:
            style = base.style(row, col)
        merge = next((area for area in merges if area.holds(number, col)), Area(number, col, number, col))
        covered = (merge.top, merge.left) != (number, col)
        share = sum(base.height(other) for other in range(number + 1, min(merge.bottom, number + 1000) + 1))
        fit = None if covered else base.fit(sheet.styles, style, merge, share)
        slots.append(Slot("".join(before), col, style, fit, covered))
    tail = "".join(_moved_cell(sheet, cell, number, new) for cell in cells[at:])
    start, said = row_start(row, anew=False)
    return form(base.prefix, start, (said, height), slots, tail)


def line_form(sheet: _Sheet, like: int, cols: Sequence[int], down: tuple[tuple[int, int], ...]) -> Form:
    """The form of lines like the base's row `like` with values at `cols` (ascending) and merges going down; other cells empty."""
    base = sheet.base
    row = base.by_number.get(like)
    look = {cell.col: cell.style for cell in _restyled(sheet, like)}
    height = base.height(like)
    across = {area.left: area.right for area in _across(base, like)}
    hidden = {col for left, right in across.items() for col in range(left + 1, right + 1)}
    spans = dict(down)
    if not spans.keys().isdisjoint(across.keys() | hidden):
        raise ValueError(f"a merge down row {like} meets a merge across it")
    slots, blanks, wanted = [], [], frozenset(cols)
    for col in sorted(look.keys() | wanted):
        style = look[col] if col in look else base.style(row, col)
        if col not in wanted:
            blanks.append(f'<{base.prefix}c r="{column_letters(col)}\0" s="{style}"/>' if style else "")
            continue
        area = Area(like, col, like, across.get(col, col))
        fit = None if col in hidden else base.fit(sheet.styles, style, area, (spans.get(col, 1) - 1) * height)
        slots.append(Slot("".join(blanks), col, style, fit, col in hidden))
        blanks = []
    start, said = row_start(row, anew=True)
    return form(base.prefix, start, (said, height), slots, "".join(blanks))


def _across(base: BaseSheet, like: int) -> list[Area]:
    return [area for area in base.merges if area.top == area.bottom == like and area.left < area.right]


# --- rows --------------------------------------------------------------------------------------------------------------


def _rows(sheet: _Sheet) -> Iterator[str]:
    """All rows of the sheet in order, as pieces of XML."""
    edits = sheet.edits
    blocks = {edit.first: edit for edit in edits.rows}
    grows = {edit.row: edit for edit in edits.grows}
    numbers = {row.number for row in sheet.base.rows} | edits.puts.keys() | blocks.keys() | grows.keys()
    for number in sorted(numbers | sheet.looks.keys()):
        if number in blocks:
            block = blocks[number]
            first = number + sheet.rows.place(number)[1]
            yield from _lines(sheet, first, block.count, block.lines if block.count else _one_empty(block), {})
            continue
        place, growth = sheet.rows.place(number)
        if place is not None and not place.kept:
            continue
        new = number + growth
        if new > LAST_ROW:
            raise ValueError(f"row {number} of {sheet.moved.own!r} would leave the sheet")
        yield _row(sheet, number, new)
        if number in grows:
            lines = grows[number].lines
            yield from _lines(sheet, new + 1, len(lines), lines, _running_over(sheet, number, new + len(lines)))


def _row(sheet: _Sheet, number: int, new: int) -> str:
    """A row of the base in its new place, with what is put into it; "" when there is none and none comes to be."""
    values = sheet.edits.puts.get(number)
    row = sheet.base.by_number.get(number)
    if values is None:
        if number not in sheet.looks or _restyled(sheet, number) == (sheet.base.cells(row) if row is not None else []):
            return _moved_row(sheet, row, new) if row is not None else ""
        values = {}
    cols = sorted(values)
    return filled(put_form(sheet, number, new, cols), new, [values[col] for col in cols], sheet.styles, sheet.links)


def _running_over(sheet: _Sheet, row: int, last: int) -> dict[int, int]:
    """The columns that a merge from above covers in new rows below the base's `row`, the last of which is `last`."""
    over = (area for area in sheet.base.merges if area.top <= row < area.bottom)
    return {col: last for area in over for col in range(area.left, area.right + 1)}


def _lines(sheet: _Sheet, first: int, count: int, lines: Iterable[Line], running: dict[int, int]) -> Iterator[str]:
    """The streamed rows from `first` on. running: up to which row a merge covers a column.

    Raises ValueError when there are not as many as were announced.
    """
    name, number = sheet.moved.own, first
    end = first + count
    forms: dict[tuple[int, tuple[int, ...], tuple[tuple[int, int], ...]], Form] = {}
    over = frozenset(running)
    lowest = max(running.values(), default=0)
    last_like = 0
    for line in islice(lines, count + 1) if count else lines:
        like, cells, down = line
        cols, values = zip(*cells) if cells else ((), ())  # noqa: B905, the hot loop: pairs are never uneven
        key = (like, cols, down)
        ready = forms.get(key)
        if ready is None:
            _refuse_crossed(sheet, like, over)
            ready = forms[key] = line_form(sheet, like, _ascending(cols), down)
        if lowest >= number:
            _refuse_covered(line, number, running)
        if down:
            lowest = max(lowest, _note_down(sheet, line, number, running))
        if like != last_like:
            _note_run(sheet.runs, last_like, number, like)
            last_like = like
        if number == end and count:
            raise ValueError(f"more than the {count} lines announced for {name!r} came")
        yield filled(ready, number, values, sheet.styles, sheet.links)
        number += 1
    _note_run(sheet.runs, last_like, number, 0)
    if number < end:
        raise ValueError(f"{count} lines were announced for {name!r}, {number - first} came")
    if lowest >= number:
        raise ValueError(f"a merge reaches down to row {lowest}, below the last line {number - 1}")


def _refuse_crossed(sheet: _Sheet, like: int, over: frozenset[int]) -> None:
    for area in _across(sheet.base, like) if over else ():
        if not over.isdisjoint(range(area.left, area.right + 1)):
            raise ValueError(f"the merge {area} would be repeated under a merge that is there")


def _one_empty(edit: Rows) -> Iterator[Line]:
    if next(iter(edit.lines), None) is not None:
        raise ValueError(f"lines for {edit.sheet!r} although none were announced")
    yield Line(edit.first, ())


def _ascending(cols: tuple[int, ...]) -> tuple[int, ...]:
    if list(cols) != sorted(set(cols)) or (cols and not 1 <= cols[0] <= cols[-1] <= LAST_COLUMN):
        raise ValueError(f"the cells of a line are not in ascending columns: {cols}")
    return cols


def _note_run(runs: dict[int, array[int]], ended: int, number: int, begun: int) -> None:
    if ended:
        runs[ended].append(number - 1)
    if begun:
        runs.setdefault(begun, array("I")).append(number)


def _note_down(sheet: _Sheet, line: Line, number: int, running: dict[int, int]) -> int:
    """Remember the merges that begin in a line; the last row that any of them reaches."""
    lowest = 0
    for col, rows in line.down:
        if rows < 1 or running.get(col, 0) >= number:
            raise ValueError(f"a merge of {rows} rows cannot begin at {column_letters(col)}{number}")
        if rows > 1:
            sheet.down.extend((col, number, number + rows - 1))
            running[col] = lowest_of = number + rows - 1
            lowest = max(lowest, lowest_of)
    return lowest


def _refuse_covered(line: Line, number: int, running: dict[int, int]) -> None:
    for col, value in line.cells:
        if value is not None and value != "" and running.get(col, 0) >= number:
            raise ValueError(f"a value at {column_letters(col)}{number} would lie hidden under a merge")


# --- what stands around the rows ---------------------------------------------------------------------------------------


def _merges(sheet: _Sheet) -> Iterator[Area]:
    """The merges of the finished sheet: those of the base moved, those across prototypes repeated, those down the lines."""
    edits = sheet.edits.rows
    for area in sheet.base.merges:
        if not any(edit.first <= area.top and area.bottom <= edit.last for edit in edits):
            yield sheet.rows.still.area(area)
    for like in sorted(sheet.runs):
        across = _across(sheet.base, like)
        for first, last in pairs(sheet.runs[like]) if across else ():
            for row in range(first, last + 1):
                yield from (Area(row, area.left, row, area.right) for area in across)
    for at in range(0, len(sheet.down), 3):
        col, top, bottom = sheet.down[at : at + 3]
        yield Area(top, col, bottom, col)


def _merge_pieces(sheet: _Sheet, old: Element | None) -> Iterator[str]:
    prefix = sheet.base.prefix
    count = sum(1 for _ in _merges(sheet))
    if not count:
        return
    yield (
        with_attribute(old.tag, "count", str(count))
        if old is not None and old.end
        else f'<{prefix}mergeCells count="{count}">'
    )
    yield from (f'<{prefix}mergeCell ref="{area}"/>' for area in _merges(sheet))
    yield f"</{prefix}mergeCells>"


def _hyperlinks(sheet: _Sheet, old: Element | None) -> str:
    """The hyperlinks of the base moved (those of replaced or newly linked cells are gone) and those newly written."""
    linked = {f"{column_letters(col)}{row}" for row, col, _ in sheet.links}
    kept = []
    for link in old.children("hyperlink") if old is not None else ():
        area = parse_area(link.get("ref"))
        inside = any(edit.first <= area.top and area.bottom <= edit.last for edit in sheet.edits.rows)
        ref = "" if inside else show_area(sheet.rows.still.area(area))
        if not inside and ref not in linked:
            kept.append(str(_moved_link(link.with_attribute("ref", ref), sheet)))
    prefix = sheet.base.prefix
    new = [
        f'<{prefix}hyperlink ref="{column_letters(col)}{row}" location="{escape(target)}"/>'
        for row, col, target in sheet.links[: MOST_LINKS - len(kept)]
    ]
    if not kept and not new:
        return ""
    tag = old.tag if old is not None and old.end else f"<{prefix}hyperlinks>"
    return f"{tag}{''.join(kept)}{''.join(new)}</{prefix}hyperlinks>"


def _moved_link(link: Element, sheet: _Sheet) -> Element:
    """A link into the workbook leads to where its target went."""
    location = link.get("location")
    if not location or relation_id(link):
        return link
    moved = sheet.moved.plain(location)
    return link if moved == location else link.with_attribute("location", moved)


def _head(sheet: _Sheet) -> str:
    out = []
    for node in nodes(sheet.base.head):
        if not isinstance(node, Element):
            out.append(node)
        elif node.local == "dimension":
            out.append(str(_dimension(node, sheet)))
        else:
            out.append(str(moved_element(node, sheet.moved)))
    return "".join(out)


def _dimension(element: Element, sheet: _Sheet) -> Element:
    """The declared size, grown; a program that believes it must find every row and column that was written."""
    try:
        said = parse_area(element.get("ref"))
    except ValueError:
        return element
    edits = sheet.edits
    if not (edits.puts or edits.grows or edits.rows or sheet.looks):
        return element
    rows = [row.number for row in sheet.base.rows if row.content] + [*edits.puts, *(edit.row for edit in edits.grows)]
    cols = [col for values in edits.puts.values() for col in values]
    cols += [col for edit in edits.grows for line in edit.lines for col, _ in line.cells]
    for number in sheet.looks:
        if styled := _restyled(sheet, number):
            rows.append(number)
            cols += (styled[0].col, styled[-1].col)
    area = Area(min([said.top, *rows]), min([said.left, *cols]), max([said.bottom, *rows]), max([said.right, *cols]))
    moved = sheet.rows.area(area)
    return element if moved == said else element.with_attribute("ref", show_area(moved))


def _tail(sheet: _Sheet) -> Iterator[str]:
    """The elements behind sheetData, each in the place the schema gives it."""
    tail = _amended(sheet, list(nodes(sheet.base.tail)))
    old = {node.local: node for node in tail if isinstance(node, Element) and node.local in _OWN}
    for name, needed in (("mergeCells", next(_merges(sheet), None) is not None), ("hyperlinks", bool(sheet.links))):
        if name not in old and needed:
            tail = inserted(tail, name, name)
    for node in tail:
        local = node.local if isinstance(node, Element) else node
        if local == "mergeCells" and (sheet.rows.blocks or not isinstance(node, Element)):
            yield from _merge_pieces(sheet, old.get(local))
        elif local == "hyperlinks" and (sheet.links or sheet.moved.moves or sheet.moved.alone):
            yield _hyperlinks(sheet, old.get(local))
        else:
            yield str(node)


_OWN = frozenset({"mergeCells", "hyperlinks"})
"""What is moved by functions of its own."""


def _amended(sheet: _Sheet, tail: Tail) -> Tail:
    """The nodes behind sheetData moved, with validations, conditional formats and protection as the edits want them."""
    edits, prefix = sheet.edits, sheet.base.prefix
    if edits.unmarked:
        tail = without_highlights(tail, edits.unmarked)
    moved: Tail = [
        node if isinstance(node, str) or node.local in _OWN else moved_element(node, sheet.moved) for node in tail
    ]
    if edits.protect:
        moved = protected(moved, prefix)
    validations = [(_went(sheet, edit.areas), edit) for edit in edits.validations]
    highlights = [(_went(sheet, edit.areas), edit) for edit in edits.highlights]
    return highlighted(validated(moved, prefix, validations), prefix, sheet.styles, highlights)


def _went(sheet: _Sheet, areas: Iterable[Area]) -> list[Area]:
    """Areas of the base, where they are now."""
    return [piece for area in areas for piece in sheet.rows.areas(area, sheet.runs)]


def patched(base: BaseSheet, name: str, edits: SheetEdits, styles: Styles, moves: Moves) -> Iterator[str]:
    """The sheet `name` with its edits, while rows move as `moves` says (here and on other sheets), in pieces of XML.

    Raises ValueError for edits that make no sense, some of them only as the lines go by.
    """
    runs: dict[int, array[int]] = {}
    base = restyled_rows(widened(base, edits.widths), edits.restyles, styles)
    if not (edits.values or edits.restyles or moves):
        sheet = _Sheet(base, edits, styles, Moved(name, moves, runs), Formulas({}, ()), False, runs, {})
        yield from _chunks((base.start, base.head, base.data, *_tail(sheet), base.end))
        return
    sheet = _opened(base, edits, styles, Moved(name, moves, runs), runs)
    yield from _chunks(chain((base.start + _head(sheet),), _data(sheet), _tail(sheet), (base.end,)))


def _data(sheet: _Sheet) -> Iterator[str]:
    """The element with the rows; one that was and stays empty is as it was."""
    tag, rows = sheet.base.data_tag, filter(None, _rows(sheet))
    first = next(rows, "")
    if not first and tag.endswith("/>"):
        yield tag
        return
    yield tag.replace("/>", ">") + first
    yield from rows
    yield f"</{sheet.base.prefix}sheetData>"


def _chunks(pieces: Iterable[str]) -> Iterator[str]:
    pending: list[str] = []
    size = 0
    for piece in pieces:
        pending.append(piece)
        size += len(piece)
        if size > CHUNK:
            yield "".join(pending)
            pending, size = [], 0
    yield "".join(pending)


# --- copies ------------------------------------------------------------------------------------------------------------


class Pattern(NamedTuple):
    """A sheet to be copied many times: constant texts, and before each but the last a row with slots follows it."""

    texts: tuple[str, ...]
    rows: tuple[tuple[int, Form, tuple[int, ...]], ...]
    tail: str
    sheet: _Sheet


def _unselected(node: Element | str) -> Element | str:
    """A copy is not selected together with its original (Excel would write into both), and is not the same for a macro."""
    if not isinstance(node, Element):
        return node
    if node.local == "sheetPr":
        return node.with_attribute("codeName", None)
    if node.local == "sheetViews":
        views = (
            view.with_attribute("tabSelected", None) if isinstance(view, Element) else view
            for view in nodes(node.content)
        )
        return node.with_content("".join(map(str, views)))
    return node


def pattern(base: BaseSheet, name: str, places: frozenset[tuple[int, int]], styles: Styles, moves: Moves) -> Pattern:
    """Prepare the sheet `name` for copies with values at `places` (row, column). References of the sheet to itself lose its name."""
    by_row: dict[int, dict[int, CellValue]] = {}
    for row, col in sorted(places):
        by_row.setdefault(row, {})[col] = None
    base = replace(base, head="".join(str(_unselected(node)) for node in nodes(base.head)))
    sheet = _opened(base, SheetEdits(by_row), styles, Moved(name, moves, {}, alone=True), {})
    texts, rows = [], []
    text = base.start + _head(sheet) + base.data_tag.replace("/>", ">")
    for number in sorted({row.number for row in base.rows} | by_row.keys()):
        cols = tuple(by_row.get(number, ()))
        if not cols:
            text += _moved_row(sheet, base.by_number[number], number)
            continue
        texts.append(text)
        rows.append((number, put_form(sheet, number, number, cols), cols))
        text = ""
    return Pattern((*texts, text + f"</{base.prefix}sheetData>"), tuple(rows), "".join(_tail(sheet)), sheet)


def copied(pattern: Pattern, values: Mapping[tuple[int, int], CellValue]) -> str:
    """One copy, its slots filled with `values` by (row, column). Raises ValueError as `filled` does."""
    links: Links = []
    out = []
    for text, (number, row, cols) in zip(pattern.texts, pattern.rows, strict=False):
        out.append(text)
        out.append(filled(row, number, [values[number, col] for col in cols], pattern.sheet.styles, links))
    out.append(pattern.texts[-1])
    out.append("".join(_tail(replace(pattern.sheet, links=links))) if links else pattern.tail)
    out.append(pattern.sheet.base.end)
    return "".join(out)
