"""The workbook part: which sheets there are and where, the date system, what the workbook says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from xlsform.core.aids import STAMP_KEYS
from xlsform.core.errors import Rejected
from xlsform.ooxml.markup import MAIN, local, tree
from xlsform.ooxml.package import Package, relations_of, resolve

STAMP: Final = "xlsform."
"""Defined names and custom properties that begin so are the workbook's stamp."""
_MEMO = 64 * 1024
_SELECTED = re.compile(rb"""\stabSelected\s*=\s*["'](?:1|true)["']""")
_VIEWS = 8 * 1024
"""Bytes of a sheet's part that hold its views."""
_TRUE: Final = ("1", "true")
_ID: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


class Relation(NamedTuple):
    """One relationship: kind is the last word of its type (worksheet, styles…), target a normal part name, "" when external."""

    id: str
    kind: str
    target: str


class SheetEntry(NamedTuple):
    """One sheet of the workbook part, in order. kind: worksheet, chartsheet, dialogsheet, xlMacrosheet…"""

    name: str
    hidden: bool
    part: str
    kind: str


class Workbook(NamedTuple):
    """The workbook part, resolved.

    strings, styles: part names, "" when there is none; stamp: string constants by key; active: the worksheet in front, "" when it is
    none, or the first only because nothing says otherwise.
    """

    part: str
    sheets: tuple[SheetEntry, ...]
    date_1904: bool
    recalculates: bool
    stamp: Mapping[str, str]
    strings: str
    styles: str
    active: str


def relations(package: Package, owner: str) -> tuple[Relation, ...]:
    """The relationships of a part (normal name), "" for the package's own; none when it has no such part. Raises Rejected."""
    name = relations_of(owner)
    if name not in package:
        return ()
    data = package.read(name)
    return _relations(name, owner, data) if len(data) <= _MEMO else _relations.__wrapped__(name, owner, data)


@lru_cache(maxsize=64)
def _relations(name: str, owner: str, data: bytes) -> tuple[Relation, ...]:
    found = []
    for element in tree(name, data).iterfind("{*}Relationship"):
        external = element.get("TargetMode", "").lower() == "external"
        target = "" if external else resolve(owner, element.get("Target", ""))
        found.append(Relation(element.get("Id", ""), element.get("Type", "").rpartition("/")[2], target))
    return tuple(found)


def related(package: Package, owner: str, *kinds: str) -> Iterator[Relation]:
    """The relationships of a part, of these kinds, whose targets are there."""
    return (one for one in relations(package, owner) if one.kind in kinds and one.target in package)


def main_part(package: Package) -> str:
    """The normal name of the part that the package is about, whatever kind of document that is."""
    return next((one.target for one in related(package, "", "officeDocument")), "xl/workbook.xml")


def workbook(package: Package, part: str, most_sheets: int) -> Workbook:
    """Read the workbook part. Raises Rejected: E-XML, E-DAMAGED when a sheet's part is missing, E-COMPLEX above `most_sheets`."""
    related = relations(package, part)
    data = package.read(part)
    book = _workbook(part, related, data) if len(data) <= _MEMO else _workbook.__wrapped__(part, related, data)
    if len(book.sheets) > most_sheets:
        raise Rejected("E-COMPLEX", what="工作表数量", limit=str(most_sheets))
    for sheet in book.sheets:
        if sheet.part not in package:
            raise Rejected("E-DAMAGED", what=f"缺少工作表“{sheet.name}”的内容")
    return book._replace(
        active=_front(package, book),
        strings=book.strings if book.strings in package else "",
        styles=book.styles if book.styles in package else "",
    )


def _front(package: Package, book: Workbook) -> str:
    """The worksheet in front; the first one only when it says so itself."""
    if not book.sheets or book.active != book.sheets[0].name:
        return book.active
    part = next(package.chunks(book.sheets[0].part), b"")
    return book.active if _SELECTED.search(part, 0, _VIEWS) is not None else ""


@lru_cache(maxsize=64)
def _workbook(part: str, related: tuple[Relation, ...], data: bytes) -> Workbook:
    root = tree(part, data)
    if etree.QName(root).namespace not in MAIN or local(root) != "workbook":
        raise Rejected("E-XML", part=part, what="不是工作簿部件")
    by_id = {relation.id: relation for relation in related}
    by_kind = {relation.kind: relation.target for relation in related}
    sheets = tuple(_sheet(element, by_id) for element in root.iterfind("{*}sheets/{*}sheet"))
    for what, seen in (
        ("工作表重名", [s.name.lower() for s in sheets]),
        ("两个工作表共用一个部件", [s.part for s in sheets]),
    ):
        if len(set(seen)) != len(seen):
            raise Rejected("E-XML", part=part, what=what)
    properties, calculation = root.find("{*}workbookPr"), root.find("{*}calcPr")
    return Workbook(
        part,
        sheets,
        properties is not None and properties.get("date1904", "0") in _TRUE,
        calculation is not None and calculation.get("fullCalcOnLoad", "0") in _TRUE,
        _stamp(root),
        by_kind.get("sharedStrings", ""),
        by_kind.get("styles", ""),
        _active(root, sheets),
    )


def _active(root: etree._Element, sheets: Sequence[SheetEntry]) -> str:
    """The sheet in front; a number that no sheet has means the first, as in Excel."""
    view = root.find("{*}bookViews/{*}workbookView")
    number = view.get("activeTab", "0") if view is not None else "0"
    at = int(number) if number.isdecimal() and int(number) < len(sheets) else 0
    return sheets[at].name if sheets and sheets[at].kind == "worksheet" else ""


def _sheet(element: etree._Element, by_id: Mapping[str, Relation]) -> SheetEntry:
    name = element.get("name", "")
    relation = by_id.get(next((element.get(key, "") for key in _ID if key in element.attrib), ""))
    if relation is None:
        raise Rejected("E-DAMAGED", what=f"缺少工作表“{name}”的内容")
    return SheetEntry(name, element.get("state", "visible") != "visible", relation.target, relation.kind)


def custom_stamp(package: Package, known: Mapping[str, str]) -> dict[str, str]:
    """Custom properties `xlsform.*` of the package, {} when the names say every key already. Raises Rejected: E-XML."""
    if all(key in known for key in STAMP_KEYS):
        return {}
    part = next((one.target for one in relations(package, "") if one.kind == "custom-properties"), "")
    if part not in package:
        return {}
    found = {}
    for element in tree(part, package.read(part)).iterfind("{*}property"):
        name = element.get("name", "")
        if name.lower().startswith(STAMP) and len(element):
            found[name[len(STAMP) :]] = element[0].text or ""
    return found


def _stamp(root: etree._Element) -> dict[str, str]:
    """Defined names `xlsform.*` of the whole workbook whose value is a string constant: ="2019" → 2019."""
    stamp = {}
    for element in root.iterfind("{*}definedNames/{*}definedName"):
        name, value = element.get("name", ""), (element.text or "").strip()
        is_text = len(value) >= 2 and value[0] == value[-1] == '"' and '"' not in value[1:-1].replace('""', "")
        if name.lower().startswith(STAMP) and "localSheetId" not in element.attrib and is_text:
            stamp[name[len(STAMP) :]] = value[1:-1].replace('""', '"')
    return stamp
