"""One writer for every workbook this package makes: it applies a plan of edits to the bytes of a base package.

It patches: rows that change are written anew, what speaks of moved rows is moved, and every other part comes out with the very bytes it
came in with, in the same order. The same base and plan give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from xlsform.core.cells import Area, qualified
from xlsform.core.edits import AddSheet, DropSheet, Edit, Plan
from xlsform.ooxml.attached import (
    moved_boxes,
    moved_chart,
    moved_control,
    moved_drawing,
    moved_notes,
    moved_source,
    moved_table,
)  # fmt: skip
from xlsform.ooxml.container import Entry
from xlsform.ooxml.front_out import activated, selected
from xlsform.ooxml.highlights_out import formats_used, without_highlights
from xlsform.ooxml.markup import unescaped
from xlsform.ooxml.moves import NO_MOVES, Immovable, Moves, fold, sheets_named, show_fixed, spans
from xlsform.ooxml.names_out import defined, printed
from xlsform.ooxml.package import OWN, Package, open_package, relations_of
from xlsform.ooxml.parts_out import free_ids
from xlsform.ooxml.sheet_base import BaseSheet, base_sheet
from xlsform.ooxml.sheet_moves import Moved
from xlsform.ooxml.sheet_notes import threaded_cells as threads
from xlsform.ooxml.sheet_out import NO_EDITS, SheetEdits, formulas, patched
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.workbook import Workbook, main_part, related, relations, workbook
from xlsform.ooxml.workbook_out import Placed, check_names, last_sheet_id, patched_titles, patched_workbook
from xlsform.ooxml.xmltext import decode, nodes, root
from xlsform.writers.beforehand import prepared, with_styles
from xlsform.writers.changes import Changes, Content, ready, replace_text, selected_content
from xlsform.writers.copies import copy_sheets
from xlsform.writers.listings import calculation_chain, out_of_date, relist
from xlsform.writers.order import Order, ordered

LEVEL = 3
"""Deflate level, measured on streamed sheets: 1 saves a third of the little time this takes, 6 takes three times as long."""

_FORMULA = re.compile(r"<(?:\w+:)?(?:f|formula|formula1|formula2|definedName)(?:\s[^>]*)?(?<!/)>([^<]*)<")


def apply(base: bytes, plan: Plan, out: BinaryIO) -> None:
    """Write the workbook that `plan` makes of `base` to `out`.

    All rows in the plan are rows of the base, also where a Rows edit above moves them; formulas and link targets given are those of the
    finished workbook. Text is written as inline strings, so that the shared strings stay untouched.

    Raises ValueError for a plan that makes no sense (unknown sheet, overlapping rows, a cell put twice or under a merge, other lines
    than announced, a formula that would lose what it refers to), Rejected when the base is no sound package.
    """
    package, book = _opened(base)
    windows = package.read(book.part)
    package, book, plan = _without_replaced(package, book, plan)
    package, book = with_styles(package, book, plan)
    styles = Styles(package.read(book.styles) if book.styles else None)
    package, book = prepared(package, book, plan, styles)
    _write(package, _changes(package, book, ordered(plan, book)._replace(windows=windows), styles), out)


def applied(base: bytes, plan: Plan) -> bytes:
    """The workbook that `plan` makes of `base`, in memory. Raises as `apply` does."""
    out = io.BytesIO()
    apply(base, plan, out)
    return out.getvalue()


def threaded_cells(base: bytes) -> Mapping[str, frozenset[tuple[int, int]]]:
    """By sheet, the cells (row, column) with a thread of comments (Excel 365), on which `apply` puts no Note: Excel would not show it.

    Raises Rejected when the base is no sound package.
    """
    return threads(*_opened(base))


def array_areas(base: bytes) -> Mapping[str, tuple[Area, ...]]:
    """By sheet, the areas of several cells that one array formula or data table fills: `apply` puts nothing into a part of them.

    Raises Rejected when the base is no sound package.
    """
    package, book = _opened(base)
    found = {
        sheet.name: tuple(area for area in formulas(base_sheet(package.read(sheet.part))).arrays if area.cells > 1)
        for sheet in book.sheets
        if sheet.kind == "worksheet"
    }
    return {name: areas for name, areas in found.items() if areas}


def _opened(base: bytes) -> tuple[Package, Workbook]:
    package = open_package(base, OWN)
    return package, workbook(package, main_part(package), OWN.sheets)


def _without_replaced(package: Package, book: Workbook, plan: Plan) -> tuple[Package, Workbook, Plan]:
    """The package without the sheets whose names new sheets take over, and what is left of the plan."""
    taken = {edit.name for edit in plan if isinstance(edit, AddSheet)}
    gone = frozenset(edit.name for edit in plan if isinstance(edit, DropSheet) and edit.name in taken)
    if not gone:
        return package, book, plan
    drops = ordered(tuple(DropSheet(name) for name in sorted(gone)), book)._replace(replaced=gone)
    changes = _changes(package, book, drops, Styles(None))
    changed = {package.entries[part].name: b"".join(content()) for part, content in changes.replaced.items()}
    package = package.overlaid({**changed, **dict.fromkeys(changes.removed)})
    kept = [at for at, sheet in enumerate(book.sheets) if sheet.name not in gone]
    rest = (edit for edit in plan if not isinstance(edit, DropSheet) or edit.name not in gone)
    return (
        package,
        workbook(package, book.part, OWN.sheets),
        tuple(_renumbered(edit, kept, len(book.sheets)) for edit in rest),
    )


def _renumbered(edit: Edit, kept: Sequence[int], count: int) -> Edit:
    """A new sheet's place among the sheets of these numbers that are left of `count`."""
    if not isinstance(edit, AddSheet) or edit.at is None or not 0 <= edit.at <= count:
        return edit
    return replace(edit, at=sum(number < edit.at for number in kept))


# --- what becomes of the parts -----------------------------------------------------------------------------------------


def _patched(base: BaseSheet, name: str, edits: SheetEdits, styles: Styles, moves: Moves) -> Iterator[bytes]:
    return (text.encode() for text in patched(base, name, edits, styles, moves))


def _changes(package: Package, book: Workbook, order: Order, styles: Styles) -> Changes:
    changes = Changes(book.styles, styles)
    names = [sheet.name for sheet in book.sheets]
    placed = _placed(package, book, order)
    check_names(placed)
    if (
        not any(sheet.kind == "worksheet" and sheet.name not in order.dropped for sheet in book.sheets)
        and not order.copies
        and not order.replaced
    ):
        raise ValueError("no worksheet would be left")
    _drop(package, book, order, changes)
    _refuse_spanning(package, book, order)
    _edit_sheets(package, book, order, changes)
    _release_formats(package, book, order, changes)
    _move_elsewhere(package, book, order, changes)
    _bring_to_front(package, book, order, changes)
    targets = copy_sheets(package, book, order, placed, changes)
    chain = calculation_chain(package, book, order)
    if chain is not None:
        changes.removed.add(chain.target)
    recalculate = out_of_date(package, book, order)
    new = patched_workbook(package.read(book.part), names, placed, order.moves, recalculate=recalculate)
    new = _with_print_areas(new, placed, order)
    new = defined(new, order.names)
    changes.replaced[book.part] = ready(activated(new, order.front, order.windows) if order.front else new)
    relist(package, book, order, chain, targets, changes)
    if order.copies or order.dropped:
        for one in related(package, "", "extended-properties"):
            changes.replaced[one.target] = ready(patched_titles(package.read(one.target), names, placed))
    return changes


def _with_print_areas(part: bytes, placed: Sequence[Placed], order: Order) -> bytes:
    """workbook.xml with the print areas of the plan, where the sheets have none."""
    for at, sheet in enumerate(placed):
        if sheet.name in order.printed and not sheet.copy:
            area = order.moves.get(fold(sheet.name), NO_MOVES).area(order.printed[sheet.name])
            part = printed(part, at, qualified(sheet.name) + show_fixed(area))
    return part


def _placed(package: Package, book: Workbook, order: Order) -> list[Placed]:
    """The sheets of the finished workbook in order: copies stand in the place of their original, or behind it when it stays."""
    fresh = iter(free_ids(package, book.part, sum(map(len, order.copies.values()))))
    last_id = last_sheet_id(root(decode(package.read(book.part)))[1])
    placed = []
    for base, sheet in enumerate(book.sheets):
        if sheet.name not in order.dropped:
            placed.append(Placed(sheet.name, base))
        for copy in order.copies.get(sheet.name, ()):
            last_id += 1
            placed.append(Placed(copy.name, base, next(fresh), last_id))
    return placed


def _below(package: Package, part: str) -> set[str]:
    """The parts that can be reached from a part by relationships, and the parts that hold those; not the part itself."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        owner = waiting.pop()
        if relations_of(owner) in package:
            found.add(relations_of(owner))
        for relation in relations(package, owner):
            if relation.target in package and relation.target not in found and relation.target != part:
                found.add(relation.target)
                waiting.append(relation.target)
    return found


def _drop(package: Package, book: Workbook, order: Order, changes: Changes) -> None:
    """Leave out the dropped sheets and what only they lead to."""
    if not order.dropped:
        return
    gone = [sheet.part for sheet in book.sheets if sheet.name in order.dropped]
    kept = {relation.target for relation in relations(package, book.part)} - set(gone)
    reached = {book.part, *kept}.union(*(_below(package, part) for part in kept))
    for part in gone:
        changes.removed.update({part}, {below for below in _below(package, part) if below not in reached})
    _refuse_orphans(package, book, order, changes)


def _refuse_orphans(package: Package, book: Workbook, order: Order, changes: Changes) -> None:
    dropped = {fold(name) for name in order.dropped - order.replaced}
    sheets = {
        sheet.part: sheet.name for sheet in book.sheets if sheet.name not in order.dropped or sheet.name in order.copies
    }
    charts = [part for part in _charts(package) if part not in changes.removed]
    for part in (*sheets, *charts):
        own = {fold(sheets[part])} if part in sheets else set()
        text = decode(package.read(part))
        if not _mentions(text, order.dropped):
            continue
        for found in _FORMULA.finditer(text):
            if sheets_named(unescaped(found[1])) & (dropped - own):
                raise ValueError(f"{sheets.get(part, part)!r} refers to a sheet that is dropped: {unescaped(found[1])}")


def _charts(package: Package) -> list[str]:
    return [part for part in package.entries if "/charts/" in part and part.endswith(".xml")]


def _mentions(text: str, names: Iterable[str]) -> bool:
    """Whether a part may speak of one of these sheets, however its letters are escaped; in formulas an apostrophe is written twice."""
    said = fold(unescaped(text))
    return any(fold(name) in said or fold(name.replace("'", "''")) in said for name in names)


def _refuse_spanning(package: Package, book: Workbook, order: Order) -> None:
    """A reference over several sheets cannot follow rows that move in one of them, be it one that it does not name."""
    place = {fold(sheet.name): at for at, sheet in enumerate(book.sheets)}
    moving = [place[name] for name in order.moves]
    sheets = [sheet.part for sheet in book.sheets if sheet.kind == "worksheet" and sheet.name not in order.dropped]
    for part in (book.part, *sheets, *_charts(package)) if moving else ():
        for found in _FORMULA.finditer(decode(package.read(part))):
            formula = unescaped(found[1])
            for pair in spans(formula) if ":" in formula.partition("!")[0] or formula.count("!") > 1 else ():
                ends = sorted(place[name] for name in pair if name in place)
                if ends and any(ends[0] <= at <= ends[-1] for at in moving):
                    raise Immovable(formula)


def _edit_sheets(package: Package, book: Workbook, order: Order, changes: Changes) -> None:
    """The worksheets with edits of their own, and those whose formulas speak of rows that move."""
    moves = order.moves
    moving = [sheet.name for sheet in book.sheets if fold(sheet.name) in moves]
    for sheet in book.sheets:
        edits = order.edits.get(sheet.name)
        if sheet.name in order.dropped or sheet.kind != "worksheet":
            continue
        part = package.read(sheet.part) if edits is not None or moves else b""
        if edits is None and not _mentions(decode(part), moving):
            continue
        base = base_sheet(part)
        if edits is None or moves or not _unmarks_nothing(base, edits):
            changes.replaced[sheet.part] = partial(_patched, base, sheet.name, edits or NO_EDITS, changes.styles, moves)
        if edits is not None and (edits.rows or edits.grows):
            _move_attached(package, sheet.part, Moved(sheet.name, moves, {}), changes)


def _unmarks_nothing(base: BaseSheet, edits: SheetEdits) -> bool:
    """Whether all that is to be done is to take out conditional formats that are not there."""
    if edits._replace(unmarked=frozenset()) != NO_EDITS:
        return False
    tail = list(nodes(base.tail))
    return without_highlights(tail, edits.unmarked) == tail


def _release_formats(package: Package, book: Workbook, order: Order, changes: Changes) -> None:
    """The formats of conditional formats that are taken out, when nothing else in the package uses them."""
    gone: Counter[int] = Counter()
    for sheet in book.sheets:
        edits = order.edits.get(sheet.name, NO_EDITS)
        if edits.unmarked:
            tail = list(nodes(base_sheet(package.read(sheet.part)).tail))
            gone.update(formats_used("".join(map(str, tail))))
            gone.subtract(formats_used("".join(map(str, without_highlights(tail, edits.unmarked)))))
    if not +gone or order.copies:
        return
    for part in package.entries:
        if part.endswith(".xml") and part not in changes.removed:
            gone.subtract(formats_used(decode(package.read(part))))
    changes.styles.release(number for number, uses in gone.items() if uses == 0)


def _move_attached(package: Package, part: str, moved: Moved, changes: Changes) -> None:
    change: dict[str, Callable[[str], str]] = {
        "drawing": lambda text: moved_drawing(text, moved.rows),
        "vmlDrawing": lambda text: moved_boxes(text, moved),
        "comments": lambda text: moved_notes(text, moved.rows),
        "threadedComment": lambda text: moved_notes(text, moved.rows),
        "table": lambda text: moved_table(text, moved),
        "pivotTable": lambda text: moved_table(text, moved),
        "ctrlProp": lambda text: moved_control(text, moved),
    }
    for one in related(package, part, *change):
        replace_text(package, one.target, change[one.kind], changes)


def _bring_to_front(package: Package, book: Workbook, order: Order, changes: Changes) -> None:
    """One sheet selected and no other; copies never are but when they are the one."""
    for sheet in book.sheets if order.front else ():
        if sheet.name in order.dropped:
            continue
        chosen = sheet.name == order.front
        if sheet.part in changes.replaced:
            content = changes.replaced[sheet.part]
            changes.replaced[sheet.part] = partial(selected_content, content, chosen=chosen)
        else:
            replace_text(package, sheet.part, partial(selected, chosen=chosen), changes)


def _move_elsewhere(package: Package, book: Workbook, order: Order, changes: Changes) -> None:
    """Charts and pivot caches on whatever sheet, when what they show moves."""
    moves = order.moves
    if not moves:
        return
    for part in _charts(package):
        if part not in changes.removed:
            replace_text(package, part, lambda text: moved_chart(text, moves), changes)
    for one in related(package, book.part, "pivotCacheDefinition"):
        replace_text(package, one.target, lambda text: moved_source(text, moves), changes)


# --- the container -----------------------------------------------------------------------------------------------------


def _write(package: Package, changes: Changes, out: BinaryIO) -> None:
    """All parts, in the base's order; the styles are written last, when all cells are, but stand in their place in the directory."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for part, entry in package.entries.items():
            if part not in changes.removed and part != changes.styles_part:
                packed = package.packed(part) if part not in changes.replaced else None
                if packed is not None:
                    _copy_part(archive, entry, packed)
                else:
                    _write_part(archive, entry.name, changes.replaced.get(part, partial(package.chunks, part)))
            for name, content in changes.added.get(part, ()):
                _write_part(archive, name, content)
        written = archive.infolist()
        styles = changes.styles.part()
        if styles is not None:
            place = list(package.entries).index(changes.styles_part)
            after = {entry.name for entry in list(package.entries.values())[place:]}
            _write_part(archive, package.entries[changes.styles_part].name, ready(styles))
            at = next((at for at, info in enumerate(written[:-1]) if info.filename in after), len(written) - 1)
            written.insert(at, written.pop())
        for info in written:
            info.create_system = 0  # the same on every system
            info.external_attr = 0


def _copy_part(archive: zipfile.ZipFile, entry: Entry, packed: bytes) -> None:
    """A part that nothing changed, as it lies in the base: what was checked on opening need not be packed again."""
    info = zipfile.ZipInfo(entry.name)
    info.compress_type = zipfile.ZIP_DEFLATED if entry.deflated else zipfile.ZIP_STORED
    info.CRC, info.compress_size, info.file_size = entry.crc, len(packed), entry.size
    info.header_offset = archive.start_dir
    if archive.fp is None:
        raise ValueError("the archive is closed")
    archive.fp.write(info.FileHeader(zip64=False))
    archive.fp.write(packed)
    archive.start_dir = archive.fp.tell()
    archive.filelist.append(info)
    archive.NameToInfo[info.filename] = info


def _write_part(archive: zipfile.ZipFile, name: str, content: Content) -> None:
    # ZipFile.open gives a name without ZipInfo the date 1980-01-01: no clock gets into the bytes.
    with archive.open(name, "w") as stream:
        try:
            for piece in content():
                stream.write(piece)
        except RuntimeError as error:
            raise ValueError(f"{name} would be larger than Excel can open") from error
