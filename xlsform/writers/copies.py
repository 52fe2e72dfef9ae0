"""Copies of sheets, with everything that belongs to the sheet alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from xlsform.core.cells import LAST_COLUMN, LAST_ROW
from xlsform.core.edits import CellValue, CopySheet
from xlsform.ooxml.attached import renamed_chart
from xlsform.ooxml.package import Package, normal_name, relations_of, resolve
from xlsform.ooxml.parts_out import CONTENT_TYPES
from xlsform.ooxml.sheet_base import base_sheet
from xlsform.ooxml.sheet_out import Pattern, copied, pattern
from xlsform.ooxml.workbook import Workbook
from xlsform.ooxml.workbook_out import Placed, content_types
from xlsform.ooxml.xmltext import decode, root
from xlsform.writers.changes import Changes, Content, ready, selected_content
from xlsform.writers.order import Order

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHARED = frozenset({"image", "hyperlink", "theme", "externalLink", "person"})
_NOT_COPIED = frozenset({"table", "pivotTable", "queryTable", "slicer", "timeline", "tableSingleCells"})


def copy_sheets(
    package: Package, book: Workbook, order: Order, placed: list[Placed], changes: Changes
) -> list[tuple[Placed, str]]:
    """Add the copies' parts behind their originals; each copy with the name of its part."""
    if not order.copies:
        return []
    types = content_types(package.read(CONTENT_TYPES))
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
        content: Content = partial(_copied, patterns[key], values)
        if copy.name == order.front:
            content = partial(selected_content, content, chosen=True)
        changes.added.setdefault(source.part, []).append((name, content))
        changes.types.append((name, types.get(source.part, _WORKSHEET)))
        _copy_attached(package, source.part, name, (source.name, copy.name), (types, names), changes)
    return targets


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


def _copy_attached(
    package: Package,
    part: str,
    name: str,
    sheet: tuple[str, str],
    naming: tuple[Mapping[str, str], _FreshNames],
    changes: Changes,
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
        changes.added.setdefault(part, []).append((fresh, ready(content)))
        if target in types:
            changes.types.append((fresh, types[target]))
        _copy_attached(package, target, fresh, sheet, naming, changes)
        out.append(str(relation.with_attribute("Target", f"/{fresh}")))
    folder, _, leaf = name.rpartition("/")
    text = f"{before}{listed.with_content(''.join(out))}{behind}"
    changes.added.setdefault(part, []).append((f"{folder}/_rels/{leaf}.rels", ready(text.encode())))


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


def _written(package: Package, target: str) -> str:
    return package.entries[target].name.replace("\\", "/") if target in package else target
