"""One writer for every workbook this package makes: it applies a plan of edits to the bytes of a base package.

It patches: rows that change are written anew, what speaks of moved rows is moved, and every other part comes out with the very bytes it
came in with, in the same order. The same base and plan give the same bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, NamedTuple

from xlsform.core.edits import CellValue, CopySheet, DropSheet, Formula, Plan, Put, Rows
from xlsform.ooxml.attached import (
    moved_boxes,
    moved_chart,
    moved_control,
    moved_drawing,
    moved_notes,
    moved_source,
    moved_table,
    renamed_chart,
)  # fmt: skip
from xlsform.ooxml.markup import LAST_COLUMN, LAST_ROW, unescaped
from xlsform.ooxml.moves import Moves, fold, sheets_named
from xlsform.ooxml.package import OWN, Package, normal_name, open_package, relations_of, resolve
from xlsform.ooxml.sheet_base import BaseSheet, base_sheet
from xlsform.ooxml.sheet_moves import Moved
from xlsform.ooxml.sheet_out import NO_EDITS, Pattern, SheetEdits, copied, patched, pattern, row_moves
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.workbook import Relation, Workbook, main_part, relations, workbook
from xlsform.ooxml.workbook_out import (
    Placed,
    Relationship,
    check_names,
    content_types,
    patched_relations,
    patched_titles,
    patched_types,
    patched_workbook,
)  # fmt: skip
from xlsform.ooxml.xmltext import decode, escape, root

LEVEL = 3
"""Deflate level, measured on streamed sheets: 1 saves a third of the little time this takes, 6 takes three times as long."""

Content = Callable[[], Iterable[bytes]]
"""A part's bytes in pieces, made when they are written."""

_SHARED = frozenset({"image", "hyperlink", "theme", "externalLink", "person"})
_NOT_COPIED = frozenset({"table", "pivotTable", "queryTable", "slicer", "timeline", "tableSingleCells"})
_FORMULA = re.compile(r"<(?:\w+:)?(?:f|formula|formula1|formula2)(?:\s[^>]*)?(?<!/)>([^<]*)<")


def apply(base: bytes, plan: Plan, out: BinaryIO) -> None:
    """Write the workbook that `plan` makes of `base` to `out`.

    All rows in the plan are rows of the base, also where a Rows edit above moves them; formulas and link targets given are those of the
    finished workbook. Text is written as inline strings, so that the shared strings stay untouched.

    Raises ValueError for a plan that makes no sense (unknown sheet, overlapping rows, a cell put twice or under a merge, other lines
    than announced, a formula that would lose what it refers to), Rejected when the base is no sound package.
    """
    package = open_package(base, OWN)
    book = workbook(package, main_part(package), OWN.sheets)
    _write(package, _changes(package, book, _order(plan, book)), out)


# --- the plan ----------------------------------------------------------------------------------------------------------


class _Order(NamedTuple):
    """The plan by sheet."""

    edits: Mapping[str, SheetEdits]
    copies: Mapping[str, list[CopySheet]]
    dropped: frozenset[str]

    @property
    def moves(self) -> Moves:
        return {fold(name): row_moves(edits.rows) for name, edits in self.edits.items() if edits.rows}


def _order(plan: Plan, book: Workbook) -> _Order:
    """The plan by sheet, refused (ValueError) where it contradicts itself or the base."""
    known = [sheet.name for sheet in book.sheets if sheet.kind == "worksheet"]
    puts: dict[str, dict[int, dict[int, CellValue]]] = {}
    rows: dict[str, list[Rows]] = {}
    copies: dict[str, list[CopySheet]] = {}
    dropped: set[str] = set()
    for edit in plan:
        name = edit.source if isinstance(edit, CopySheet) else edit.name if isinstance(edit, DropSheet) else edit.sheet
        if name not in known and not (isinstance(edit, DropSheet) and name in {sheet.name for sheet in book.sheets}):
            raise ValueError(f"the base has no worksheet {name!r}")
        match edit:
            case Put():
                _add_put(puts.setdefault(name, {}), edit)
            case Rows():
                rows.setdefault(name, []).append(edit)
            case CopySheet():
                copies.setdefault(name, []).append(edit)
            case DropSheet():
                dropped.add(name)
    edits = {
        name: _sheet_edits(puts.get(name, {}), rows.get(name, [])) for name in known if name in puts or name in rows
    }
    for name in edits.keys() & dropped:
        raise ValueError(f"sheet {name!r} is both edited and dropped")
    for name in rows.keys() & copies.keys():
        raise ValueError(f"rows of sheet {name!r} are replaced and it is copied")
    return _Order(edits, copies, frozenset(dropped))


def _add_put(puts: dict[int, dict[int, CellValue]], put: Put) -> None:
    if not (1 <= put.row <= LAST_ROW and 1 <= put.col <= LAST_COLUMN):
        raise ValueError(f"{put.sheet!r} has no cell in row {put.row}, column {put.col}")
    row = puts.setdefault(put.row, {})
    if put.col in row:
        raise ValueError(f"row {put.row}, column {put.col} of {put.sheet!r} is put twice")
    row[put.col] = put.value


def _sheet_edits(puts: Mapping[int, Mapping[int, CellValue]], rows: list[Rows]) -> SheetEdits:
    edits = SheetEdits(puts, tuple(sorted(rows, key=lambda edit: edit.first)))
    for edit in rows:
        if any(edit.first <= row <= edit.last for row in puts):
            raise ValueError(f"cells are put into rows {edit.first}..{edit.last} of {edit.sheet!r}, which are replaced")
        if edit.count < 0:
            raise ValueError(f"{edit.count} lines for {edit.sheet!r}")
    return edits


# --- what becomes of the parts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Changes:
    """Parts to be written otherwise, left out, or added behind another, by normal name; `styles` is asked when all else is written."""

    styles_part: str
    styles: Styles
    replaced: dict[str, Content] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    added: dict[str, list[tuple[str, Content]]] = field(default_factory=dict)
    types: list[tuple[str, str]] = field(default_factory=list)


def _ready(part: bytes) -> Content:
    return lambda: (part,)


def _patched(base: BaseSheet, name: str, edits: SheetEdits, styles: Styles, moves: Moves) -> Iterator[bytes]:
    return (text.encode() for text in patched(base, name, edits, styles, moves))


def _changes(package: Package, book: Workbook, order: _Order) -> _Changes:
    changes = _Changes(book.styles, Styles(package.read(book.styles) if book.styles else None))
    names = [sheet.name for sheet in book.sheets]
    placed = _placed(package, book, order)
    check_names(placed)
    if (
        not any(sheet.kind == "worksheet" and sheet.name not in order.dropped for sheet in book.sheets)
        and not order.copies
    ):
        raise ValueError("no worksheet would be left")
    _drop(package, book, order, changes)
    _edit_sheets(package, book, order, changes)
    _move_elsewhere(package, book, order, changes)
    targets = _copy_sheets(package, book, order, placed, changes)
    chain = _calculation_chain(package, book, order)
    if chain is not None:
        changes.removed.add(chain.target)
    recalculate = _out_of_date(package, book, order)
    new = patched_workbook(package.read(book.part), names, placed, order.moves, recalculate=recalculate)
    changes.replaced[book.part] = _ready(new)
    _relist(package, book, order, chain, targets, changes)
    if order.copies or order.dropped:
        for relation in relations(package, ""):
            if relation.kind == "extended-properties" and relation.target in package:
                titles = patched_titles(package.read(relation.target), names, placed)
                changes.replaced[relation.target] = _ready(titles)
    return changes


def _placed(package: Package, book: Workbook, order: _Order) -> list[Placed]:
    """The sheets of the finished workbook in order: copies stand in the place of their original, or behind it when it stays."""
    ids = {relation.id for relation in relations(package, book.part)}
    listed = root(decode(package.read(book.part)))[1].children("sheets")[0].children("sheet")
    last_id = max(int(sheet.get("sheetId", "0")) for sheet in listed)
    fresh = (
        f"rId{number}"
        for number in range(1, len(ids) + sum(map(len, order.copies.values())) + 2)
        if f"rId{number}" not in ids
    )
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


def _drop(package: Package, book: Workbook, order: _Order, changes: _Changes) -> None:
    """Leave out the dropped sheets and what only they lead to."""
    if not order.dropped:
        return
    gone = [sheet.part for sheet in book.sheets if sheet.name in order.dropped]
    kept = {relation.target for relation in relations(package, book.part)} - set(gone)
    reached = {book.part, *kept}.union(*(_below(package, part) for part in kept))
    for part in gone:
        changes.removed.update({part}, {below for below in _below(package, part) if below not in reached})
    _refuse_orphans(package, book, order, changes)


def _refuse_orphans(package: Package, book: Workbook, order: _Order, changes: _Changes) -> None:
    dropped = {fold(name) for name in order.dropped}
    sheets = {
        sheet.part: sheet.name for sheet in book.sheets if sheet.name not in order.dropped or sheet.name in order.copies
    }
    charts = [
        name for name in package.entries if "/charts/" in name and name.endswith(".xml") and name not in changes.removed
    ]
    for part in (*sheets, *charts):
        own = {fold(sheets[part])} if part in sheets else set()
        text = decode(package.read(part))
        if not any(_mentions(text, name) for name in order.dropped):
            continue
        for found in _FORMULA.finditer(text):
            if sheets_named(unescaped(found[1])) & (dropped - own):
                raise ValueError(f"{sheets.get(part, part)!r} refers to a sheet that is dropped: {unescaped(found[1])}")


def _mentions(text: str, name: str) -> bool:
    return escape(name).casefold() in text.casefold()


def _edit_sheets(package: Package, book: Workbook, order: _Order, changes: _Changes) -> None:
    """The worksheets with edits of their own, and those whose formulas speak of rows that move."""
    moves = order.moves
    for sheet in book.sheets:
        edits = order.edits.get(sheet.name)
        if sheet.name in order.dropped or sheet.kind != "worksheet":
            continue
        part = package.read(sheet.part) if edits is not None or moves else b""
        if edits is None and not any(
            _mentions(decode(part), entry.name) for entry in book.sheets if fold(entry.name) in moves
        ):
            continue
        changes.replaced[sheet.part] = partial(
            _patched, base_sheet(part), sheet.name, edits or NO_EDITS, changes.styles, moves
        )
        if edits is not None and edits.rows:
            _move_attached(package, sheet.part, Moved(sheet.name, moves, {}), changes)


def _move_attached(package: Package, part: str, moved: Moved, changes: _Changes) -> None:
    change: dict[str, Callable[[str], str]] = {
        "drawing": lambda text: moved_drawing(text, moved.rows),
        "vmlDrawing": lambda text: moved_boxes(text, moved),
        "comments": lambda text: moved_notes(text, moved.rows),
        "threadedComment": lambda text: moved_notes(text, moved.rows),
        "table": lambda text: moved_table(text, moved),
        "pivotTable": lambda text: moved_table(text, moved),
        "ctrlProp": lambda text: moved_control(text, moved),
    }
    for relation in relations(package, part):
        if relation.kind in change and relation.target in package:
            _replace_text(package, relation.target, change[relation.kind], changes)


def _replace_text(package: Package, part: str, change: Callable[[str], str], changes: _Changes) -> None:
    text = decode(package.read(part))
    new = change(text)
    if new != text:
        changes.replaced[part] = _ready(new.encode())


def _move_elsewhere(package: Package, book: Workbook, order: _Order, changes: _Changes) -> None:
    """Charts and pivot caches on whatever sheet, when what they show moves."""
    moves = order.moves
    if not moves:
        return
    for part in package.entries:
        if "/charts/" in part and part.endswith(".xml") and part not in changes.removed:
            _replace_text(package, part, lambda text: moved_chart(text, moves), changes)
    for relation in relations(package, book.part):
        if relation.kind == "pivotCacheDefinition" and relation.target in package:
            _replace_text(package, relation.target, lambda text: moved_source(text, moves), changes)


# --- copies of sheets --------------------------------------------------------------------------------------------------


def _copy_sheets(
    package: Package, book: Workbook, order: _Order, placed: list[Placed], changes: _Changes
) -> list[tuple[Placed, str]]:
    """Add the copies' parts behind their originals; each copy with the name of its part."""
    if not order.copies:
        return []
    types = content_types(package.read("[content_types].xml"))
    names = _FreshNames(package)
    waiting = {name: iter(copies) for name, copies in order.copies.items()}
    patterns: dict[tuple[str, frozenset[tuple[int, int]]], Pattern] = {}
    targets = []
    for sheet in placed:
        if not sheet.copy:
            continue
        source = book.sheets[sheet.base]
        copy = next(waiting[source.name])
        values = _values(copy)
        key = (source.name, frozenset(values))
        if key not in patterns:
            base = base_sheet(package.read(source.part))
            patterns[key] = pattern(base, source.name, key[1], changes.styles, order.moves)
        name = names.like(package.entries[source.part].name)
        targets.append((sheet, name))
        content = partial(_copied, patterns[key], values)
        changes.added.setdefault(source.part, []).append((name, content))
        changes.types.append((name, types.get(source.part, _WORKSHEET)))
        _copy_attached(package, source.part, name, (source.name, copy.name), (types, names), changes)
    return targets


_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def _copied(pattern: Pattern, values: Mapping[tuple[int, int], CellValue]) -> tuple[bytes]:
    return (copied(pattern, values).encode(),)


def _values(copy: CopySheet) -> dict[tuple[int, int], CellValue]:
    values = {(put.row, put.col): put.value for put in copy.puts}
    if len(values) != len(copy.puts):
        raise ValueError(f"a cell of the copy {copy.name!r} is put twice")
    for row, col in values:
        if not (1 <= row <= LAST_ROW and 1 <= col <= LAST_COLUMN):
            raise ValueError(f"{copy.name!r} has no cell in row {row}, column {col}")
    return values


class _FreshNames:
    """Names for new parts: the original's with the next number that no part has."""

    def __init__(self, package: Package) -> None:
        self._taken = set(package.entries)
        self._last: dict[tuple[str, str], int] = {}

    def like(self, name: str) -> str:
        stem, number, suffix = re.fullmatch(r"(.*?)(\d*)((?:\.\w+)?)", name).groups()  # type: ignore[union-attr]
        last = self._last.get((stem, suffix), int(number or 1))
        while normal_name(fresh := f"{stem}{last + 1}{suffix}") in self._taken:
            last += 1
        self._last[stem, suffix] = last + 1
        self._taken.add(normal_name(fresh))
        return fresh


def _copy_attached(
    package: Package,
    part: str,
    name: str,
    sheet: tuple[str, str],
    naming: tuple[Mapping[str, str], _FreshNames],
    changes: _Changes,
) -> None:
    """Give the copy `name` of a part copies of all that belongs to it alone; pictures are shared. sheet: (original, copy) name."""
    listed_in = relations_of(part)
    if listed_in not in package:
        return
    before, listed, behind = root(decode(package.read(listed_in)))
    types, names = naming
    out = []
    for relation in listed.children("Relationship"):
        kind = relation.get("Type").rpartition("/")[2]
        target = resolve(part, relation.get("Target"))
        if kind in _NOT_COPIED:
            raise ValueError(f"sheet {sheet[0]!r} has a {kind} and cannot be copied")
        if relation.get("TargetMode").lower() == "external" or kind in _SHARED or target not in package:
            out.append(
                str(
                    relation
                    if relation.get("TargetMode")
                    else relation.with_attribute("Target", f"/{_written(package, target)}")
                )
            )
            continue
        fresh = names.like(package.entries[target].name)
        content = package.read(target)
        if "/charts/" in target and target.endswith(".xml"):
            content = renamed_chart(decode(content), *sheet).encode()
        changes.added.setdefault(part, []).append((fresh, _ready(content)))
        if target in types:
            changes.types.append((fresh, types[target]))
        _copy_attached(package, target, fresh, sheet, naming, changes)
        out.append(str(relation.with_attribute("Target", f"/{fresh}")))
    folder, _, leaf = name.rpartition("/")
    text = f"{before}{listed.with_content(''.join(out))}{behind}"
    changes.added.setdefault(part, []).append((f"{folder}/_rels/{leaf}.rels", _ready(text.encode())))


def _written(package: Package, target: str) -> str:
    return package.entries[target].name.replace("\\", "/") if target in package else target


# --- what lists and dates the parts ------------------------------------------------------------------------------------


def _calculation_chain(package: Package, book: Workbook, order: _Order) -> Relation | None:
    """The calculation chain when it may name cells that hold no formula any more: Excel repairs such a file, and makes a new one itself."""
    chain = next(
        (one for one in relations(package, book.part) if one.kind == "calcChain" and one.target in package), None
    )
    puts = (
        (sheet, row, col)
        for sheet, edits in order.edits.items()
        for row, values in edits.puts.items()
        for col in values
    )
    if chain is None or order.moves or order.copies or order.dropped:
        return chain
    by_name = {sheet.name: sheet.part for sheet in book.sheets}
    bases = {name: base_sheet(package.read(by_name[name])) for name in order.edits}
    for name, number, col in puts:
        row = bases[name].by_number.get(number)
        before = next((cell for cell in bases[name].cells(row) if cell.col == col), None) if row is not None else None
        is_formula = before is not None and re.search(r"<(?:\w+:)?f[\s/>]", before.content) is not None
        if is_formula or isinstance(order.edits[name].puts[number][col], Formula):
            return chain
    return None


def _out_of_date(package: Package, book: Workbook, order: _Order) -> bool:
    """Whether a formula of the base is left whose stored value the edits may have changed."""
    if not (order.edits or order.copies or order.dropped):
        return False
    for sheet in book.sheets:
        if sheet.kind != "worksheet" or (sheet.name in order.dropped and sheet.name not in order.copies):
            continue
        part = package.read(sheet.part)
        if re.search(rb"<(?:\w+:)?f[\s/>]", part) is None and part[:1] == b"<":
            continue
        edits = order.edits.get(sheet.name, NO_EDITS)
        base = base_sheet(part)
        for row in base.rows:
            if any(edit.first <= row.number <= edit.last for edit in edits.rows):
                continue
            put = edits.puts.get(row.number, {})
            mark = f"<{base.prefix}f"
            if mark in row.content and any(mark in cell.content and cell.col not in put for cell in base.cells(row)):
                return True
    return False


def _relist(
    package: Package,
    book: Workbook,
    order: _Order,
    chain: Relation | None,
    targets: list[tuple[Placed, str]],
    changes: _Changes,
) -> None:
    """The workbook's relationships and the content types, when parts came or went."""
    if not (targets or order.dropped or chain is not None):
        return
    listed_in = relations_of(book.part)
    gone = {sheet.part for sheet in book.sheets if sheet.name in order.dropped}
    removed = {one.id for one in relations(package, book.part) if one.target in gone or one == chain}
    folder = book.part.rpartition("/")[0]
    kinds = {
        resolve(book.part, one.get("Target")): one.get("Type")
        for one in root(decode(package.read(listed_in)))[1].children("Relationship")
    }
    added = [
        Relationship(sheet.relation, kinds[book.sheets[sheet.base].part], _seen_from(folder, name))
        for sheet, name in targets
    ]
    changes.replaced[listed_in] = _ready(patched_relations(package.read(listed_in), removed, added))
    types = "[content_types].xml"
    changes.replaced[types] = _ready(patched_types(package.read(types), changes.removed, changes.types))


def _seen_from(folder: str, name: str) -> str:
    return name[len(folder) + 1 :] if name.lower().startswith(f"{folder}/") else f"/{name}"


# --- the container -----------------------------------------------------------------------------------------------------


def _write(package: Package, changes: _Changes, out: BinaryIO) -> None:
    """All parts, in the base's order; the styles are written last, when all cells are, but stand in their place in the directory."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for part, entry in package.entries.items():
            if part not in changes.removed and part != changes.styles_part:
                _write_part(archive, entry.name, changes.replaced.get(part, partial(package.chunks, part)))
            for name, content in changes.added.get(part, ()):
                _write_part(archive, name, content)
        written = archive.infolist()
        styles = changes.styles.part()
        if styles is not None:
            place = list(package.entries).index(changes.styles_part)
            after = {entry.name for entry in list(package.entries.values())[place:]}
            _write_part(archive, package.entries[changes.styles_part].name, _ready(styles))
            at = next((at for at, info in enumerate(written[:-1]) if info.filename in after), len(written) - 1)
            written.insert(at, written.pop())
        for info in written:
            info.create_system = 0  # the same on every system
            info.external_attr = 0


def _write_part(archive: zipfile.ZipFile, name: str, content: Content) -> None:
    # ZipFile.open gives a name without ZipInfo the date 1980-01-01: no clock gets into the bytes.
    with archive.open(name, "w") as stream:
        try:
            for piece in content():
                stream.write(piece)
        except RuntimeError as error:
            raise ValueError(f"{name} would be larger than Excel can open") from error
