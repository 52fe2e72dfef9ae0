"""A written package beside the one it was made from, part by part: bytes, nothing normalised, and a list of what may differ.

    differences(source, written, may_differ(source, plan)) == []

`may_differ` is the list: for every kind of edit the parts it may touch, each with the reason. What may change inside a sheet part is said
by `elements_changed`, compared with ALLOWED.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cached_property

from lxml import etree

from tests.ooxml.schema_order import Package, local, related_by, relations_of
from xlsform.core import edits

Reasons = Mapping[str, str]
"""Why a part may differ, by pattern over part names in lower case. A pattern that begins with + is of new parts, with - of parts that go."""

SHEET_PARTS = ("drawing", "vmlDrawing", "comments", "threadedComment", "table", "ctrlProp", "pivotTable")
"""Kinds of parts that hang on a sheet and speak of its rows."""

ALLOWED: Mapping[type, frozenset[str]] = {
    edits.Put: frozenset({"sheetData", "dimension", "hyperlinks"}),
    edits.Restyle: frozenset({"sheetData", "dimension", "cols"}),
    edits.Validation: frozenset({"dataValidations", "extLst"}),
    edits.Highlight: frozenset({"conditionalFormatting"}),
    edits.DropHighlights: frozenset({"conditionalFormatting", "extLst"}),
    edits.Note: frozenset({"legacyDrawing"}),
    edits.DropNotes: frozenset({"legacyDrawing"}),
    edits.Widths: frozenset({"cols"}),
    edits.Protect: frozenset({"sheetProtection"}),
    edits.Activate: frozenset({"sheetViews"}),
    edits.AddSheet: frozenset({"sheetViews"}),
}
"""The elements of a sheet part that one kind of edit may change; Rows and Grow move whatever speaks of rows."""


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts in their order, by the names they have."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


def differences(source: bytes, written: bytes, allowed: Reasons) -> list[str]:
    """Every part that differs and may not: gone, new, of other bytes, or in another place of the package."""
    before, after = unpacked(source), unpacked(written)

    def may(name: str, sign: str = "") -> bool:
        return any(fnmatchcase(sign + name.lower(), pattern) for pattern in allowed)

    said = [f"{name} is gone" for name in before.keys() - after.keys() if not may(name, "-")]
    said += [f"{name} is new" for name in after.keys() - before.keys() if not may(name, "+")]
    kept = [name for name in before if name in after]
    said += [f"{name} has other bytes" for name in kept if before[name] != after[name] and not may(name)]
    if kept != [name for name in after if name in before]:
        said.append(f"the parts stand in another order: {list(after)}")
    return sorted(said)


def elements_changed(before: bytes, after: bytes) -> set[str]:
    """The local names of a part's outermost elements that are not the same in both, "" for the root's own tag."""
    one, other = (_outermost(part) for part in (before, after))
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def _outermost(part: bytes) -> dict[str, list[bytes]]:
    tree = etree.fromstring(part)
    found: dict[str, list[bytes]] = {}
    for child in tree.iterchildren(etree.Element):
        # The bytes of the parser's own writing: prefixes and the order of attributes count, white space between tags does not arise.
        found.setdefault(local(child), []).append(etree.tostring(child, with_tail=False))
    root = etree.Element(tree.tag, tree.attrib, nsmap=tree.nsmap)
    found[""] = [etree.tostring(root)]
    return found


# --- the list ----------------------------------------------------------------------------------------------------------


class _Source:
    """What the list needs to know of the source."""

    def __init__(self, data: bytes) -> None:
        self.package = Package({name.lower(): part for name, part in unpacked(data).items()})
        self.book = self.package.related("", "officeDocument")[0]

    @cached_property
    def sheets(self) -> dict[str, str]:
        targets = {one.id: one.target or "" for one in self.package.relations(self.book)}
        tree = self.package.trees[self.book]
        return {one.get("name", ""): targets[related_by(one)["id"]] for one in tree.iterfind("{*}sheets/{*}sheet")}

    def related(self, kind: str) -> str:
        """A part of the workbook, or where it would stand."""
        return next(iter(self.package.related(self.book, kind)), f"xl/{kind.lower()}.xml")

    @cached_property
    def has_formulas(self) -> bool:
        return any(re.search(rb"<(?:\w+:)?f[\s/>]", self.package.parts[part]) for part in self.sheets.values())

    def naming(self, sheet: str) -> list[str]:
        """The sheets whose formulas, links or rules speak of a sheet by name."""
        return [
            part
            for name, part in self.sheets.items()
            if name != sheet and sheet in self.package.parts[part].decode("utf-8", "replace")
        ]


def may_differ(data: bytes, plan: Iterable[edits.Edit]) -> dict[str, str]:
    """What a plan may touch in this package, part by part, with the reason."""
    source = _Source(data)
    allowed: dict[str, str] = {}
    for edit in plan:
        allowed |= _of_edit(source, edit)
    return allowed


def _of_edit(source: _Source, edit: edits.Edit) -> dict[str, str]:
    match edit:
        case edits.Put(sheet=sheet):
            return _of_values(source, sheet, edit.value)
        case edits.Rows(sheet=sheet) | edits.Grow(sheet=sheet):
            return _of_rows(source, sheet)
        case edits.Restyle(sheet=sheet) | edits.Highlight(sheet=sheet):
            return _sheet(source, sheet, "restyled") | {source.related("styles"): "a new style"}
        case edits.DropHighlights(sheet=sheet):
            return _sheet(source, sheet, "a format less") | {
                source.related("styles"): "styles of ours that nothing uses"
            }
        case edits.Validation(sheet=sheet) | edits.Protect(sheet=sheet) | edits.Widths(sheet=sheet):
            return _sheet(source, sheet, type(edit).__name__)
        case edits.Note(sheet=sheet) | edits.DropNotes(sheet=sheet):
            return _of_notes(source, sheet)
        case edits.AddSheet() | edits.CopySheet():
            return _of_sheets(source)
        case edits.DropSheet(name=name):
            return _of_sheets(source) | _below(source, name)
        case _:
            return _of_workbook(source, edit)


def _of_workbook(source: _Source, edit: edits.Edit) -> dict[str, str]:
    """Edits that speak of no sheet's content."""
    match edit:
        case edits.Activate():
            return {source.book: "the sheet in front"} | dict.fromkeys(
                source.sheets.values(), "its tab is selected no more"
            )
        case edits.Define() | edits.PrintArea():
            return {source.book: "the list of names"}
        case edits.Property():
            return {
                "docprops/custom.xml": "the property",
                "+docprops/custom.xml": "the first property",
                "-docprops/custom.xml": "the last property",
                "_rels/.rels": "leads to the properties",
                "[[]content_types].xml": "names their type",
            }
        case _:
            raise AssertionError(f"nobody said what {edit!r} may change")


def _sheet(source: _Source, sheet: str, reason: str) -> dict[str, str]:
    """A sheet of the source; one that the plan adds is new anyway."""
    return {source.sheets[sheet]: reason} if sheet in source.sheets else {}


def _of_values(source: _Source, sheet: str, value: edits.CellValue) -> dict[str, str]:
    allowed = _sheet(source, sheet, "the cell")
    if isinstance(value, edits.Link) or (isinstance(value, str) and value.startswith(("=", "'"))):
        allowed[source.related("styles")] = "the look of a link, or the mark that a text stays a text"
    if source.has_formulas or isinstance(value, edits.Formula):
        allowed[source.book] = "Excel is told to calculate"
        allowed |= _of_chain(source)
    return allowed


def _of_chain(source: _Source) -> dict[str, str]:
    reason = "the chain of calculation is dropped, Excel makes a new one"
    chain = next(iter(source.package.related(source.book, "calcChain")), "")
    if not chain:
        return {}
    return {f"-{chain}": reason, relations_of(source.book): reason, "[[]content_types].xml": reason}


def _of_rows(source: _Source, sheet: str) -> dict[str, str]:
    """Rows that move take along what hangs on them, and what speaks of them anywhere."""
    part = source.sheets[sheet]
    allowed = {part: "its rows", source.book: "names, print areas; Excel is told to calculate", **_of_chain(source)}
    for kind in SHEET_PARTS:
        for attached in source.package.related(part, kind):
            allowed[attached] = f"a {kind} hangs on the rows"
    for other in source.naming(sheet):
        allowed[other] = "speaks of the rows"
    for name, content in source.package.parts.items():
        if posixpath.dirname(name) == "xl/charts" and sheet in content.decode("utf-8", "replace"):
            allowed[name] = "a chart of the rows"
    return allowed


def _of_notes(source: _Source, sheet: str) -> dict[str, str]:
    allowed = _sheet(source, sheet, "leads to the boxes") | {
        "[[]content_types].xml": "types of notes and boxes",
        "+xl/*comments*.xml": "the first note of the sheet",
        "+xl/drawings/*.vml": "its box",
    }
    if sheet in source.sheets:
        part = source.sheets[sheet]
        rels = relations_of(part)
        allowed |= {rels: "leads to the notes", f"+{rels}": "leads to the notes"}
        for kind in ("comments", "vmlDrawing"):
            for attached in source.package.related(part, kind):
                allowed |= {attached: f"the {kind}", f"-{attached}": f"the last of the {kind}"}
        allowed[f"-{rels}"] = "nothing but notes hung on the sheet"
    else:
        allowed["+xl/worksheets/_rels/*"] = "notes on a new sheet"
    return allowed


def _below(source: _Source, sheet: str) -> dict[str, str]:
    """A dropped sheet takes along what only it leads to."""
    gone = {source.sheets[sheet]} if sheet in source.sheets else set()
    waiting = [*gone]
    while waiting:
        owner = waiting.pop()
        gone.add(relations_of(owner))
        for one in source.package.relations(owner):
            if one.target is not None and one.target not in gone:
                gone.add(one.target)
                waiting.append(one.target)
    return {f"-{part}": "goes with its sheet" for part in gone}


def _of_sheets(source: _Source) -> dict[str, str]:
    return dict.fromkeys(source.sheets.values(), "its tab is selected no more") | {
        source.book: "the list of sheets",
        relations_of(source.book): "leads to the sheet",
        "[[]content_types].xml": "its type",
        source.related("styles"): "its styles",
        "docprops/app.xml": "the titles of the sheets",
        "+xl/worksheets/*": "the sheet",
        **{f"+xl/{folder}/*": "a copy of what hangs on the original" for folder in ("drawings", "charts", "ctrlProps")},
        "+xl/comments*.xml": "copies of notes",
        **_of_chain(source),
    }
