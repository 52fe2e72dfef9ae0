"""What Excel would repair or refuse in a package: each part held against the schema, and the parts against one another.

    problems(data) == []        # a sound workbook

Order of elements, required attributes and enumerations stand in `spreadsheetml.dtd`, written down from ECMA-376 and so independent of the
writer; what no grammar can say (indexes in range, targets that exist, notes and their boxes, names unique in their scope) is checked here.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

GRAMMAR = etree.DTD(str(Path(__file__).with_name("spreadsheetml.dtd")))
ROOTS = frozenset({"worksheet", "workbook", "styleSheet", "sst", "comments", "table", "Types", "Relationships"})
FOREIGN_ALLOWED = frozenset({"ext", "from", "to"})
"""Elements whose content is of other schemas."""
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
REL = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)
XML = "{http://www.w3.org/XML/1998/namespace}"
TYPES = "[content_types].xml"
COUNTED_OTHERWISE = frozenset({"sst"})
BUILTIN_FORMATS = 164
MOST_STYLES = 65_490
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LONGEST = {"errorTitle": 32, "promptTitle": 32, "error": 255, "prompt": 255}
"""UTF-16 units that Excel takes of a validation's texts."""
LONGEST_LIST, LONGEST_FORMULA, LONGEST_TEXT = 255, 8192, 32_767
CUSTOM = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
KINDS = {
    "drawing": {"drawing"},
    "legacyDrawing": {"vmlDrawing"},
    "legacyDrawingHF": {"vmlDrawing"},
    "tablePart": {"table"},
    "hyperlink": {"hyperlink"},
    "pageSetup": {"printerSettings"},
    "picture": {"image"},
    "control": {"ctrlProp", "control"},
    "controlPr": {"image"},
    "oleObject": {"oleObject", "package"},
    "objectPr": {"image"},
    "sheet": {"worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"},
    "externalReference": {"externalLink"},
    "pivotCache": {"pivotCacheDefinition"},
    "customPr": {"customProperty"},
}
"""What kind of relationship an element's r:id must be."""
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")


class Area(NamedTuple):
    """Rows top..bottom and columns left..right, 1-based."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: Area) -> bool:
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def holds(self, row: int, col: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= col <= self.right


class Relation(NamedTuple):
    """kind is the last word of its type; target a part name in lower case, None when external."""

    id: str
    kind: str
    target: str | None


@dataclass(frozen=True)
class Package:
    """The parts by lower-case name. `said` gathers the problems."""

    parts: Mapping[str, bytes]
    said: list[str] = field(default_factory=list)

    def say(self, part: str, what: str) -> None:
        self.said.append(f"{part}: {what}")

    @cached_property
    def trees(self) -> dict[str, etree._Element]:
        """Every part that is XML, parsed; those that are not well formed are reported."""
        found = {}
        for name, part in self.parts.items():
            if name.endswith((".xml", ".rels", ".vml")):
                try:
                    found[name] = etree.fromstring(part)
                except etree.XMLSyntaxError as error:
                    self.say(name, f"not well formed: {error}")
        return found

    def of_root(self, *names: str) -> Iterator[tuple[str, etree._Element]]:
        """The parts whose root element bears one of these local names."""
        return ((name, tree) for name, tree in self.trees.items() if local(tree) in names)

    def relations(self, owner: str) -> list[Relation]:
        tree = self.trees.get(relations_of(owner))
        return [] if tree is None else [_relation(owner, one) for one in tree.iterfind("{*}Relationship")]

    def related(self, owner: str, kind: str) -> list[str]:
        """The parts of this kind that a part leads to."""
        return [one.target for one in self.relations(owner) if one.kind == kind and one.target in self.parts]


def problems(data: bytes) -> list[str]:
    """Everything in the package that Excel might repair, refuse or silently drop, each as `part: what`; none for a sound one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            content = {name: archive.read(name) for name in names}
    except zipfile.BadZipFile as error:
        return [f"no package: {error}"]
    twice = [name for name, count in Counter(map(_normal, names)).items() if count > 1]
    package = Package({_normal(name): part for name, part in content.items()})
    package.said.extend(f"{name}: there twice" for name in twice)
    for check in CHECKS:
        check(package)
    return package.said


# --- names and addresses -----------------------------------------------------------------------------------------------


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def relations_of(owner: str) -> str:
    folder, leaf = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{leaf}.rels")


def _relation(owner: str, element: etree._Element) -> Relation:
    target = unquote(element.get("Target", "").replace("\\", "/"))
    external = element.get("TargetMode") == "External"
    full = target if target.startswith("/") else posixpath.join(posixpath.dirname(owner), target)
    kind = element.get("Type", "").rpartition("/")[2]
    return Relation(element.get("Id", ""), kind, None if external else _normal(posixpath.normpath(full)))


def related_by(element: etree._Element) -> dict[str, str]:
    """The relationship attributes of an element, by local name."""
    return {
        name[len(space) :]: value for name, value in element.attrib.items() for space in REL if name.startswith(space)
    }


def cell(address: str) -> tuple[int, int] | None:
    """(row, column) of A1, None when it is no address on a sheet."""
    found = _CELL.fullmatch(address)
    if found is None:
        return None
    col = 0
    for letter in found[1]:
        col = col * 26 + ord(letter) - 64
    row = int(found[2])
    return (row, col) if row <= LAST_ROW and col <= LAST_COLUMN else None


def area(ref: str) -> Area | None:
    """An area as it is written: A1, A1:B2, A:B, 1:2; None when it is none."""
    first, _, last = ref.partition(":")
    last = last or first
    if first.isalpha() and last.isalpha():
        first, last = f"{first}1", f"{last}{LAST_ROW}"
    elif first.isdecimal() and last.isdecimal():
        first, last = f"A{first}", f"XFD{last}"
    start, end = cell(first), cell(last)
    if start is None or end is None or start[0] > end[0] or start[1] > end[1]:
        return None
    return Area(*start, *end)


def units(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text.encode("utf-16-le")) // 2


def _number(text: str | None, default: int = 0) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d+", text) else default


def _overlaps(areas: Sequence[Area]) -> Iterator[tuple[Area, Area]]:
    """Pairs of areas that meet, by a sweep down the rows."""
    running: list[Area] = []
    for one in sorted(areas):
        running = [other for other in running if other.bottom >= one.top]
        yield from ((other, one) for other in running if other.meets(one))
        running.append(one)


# --- the grammar -------------------------------------------------------------------------------------------------------


def _grammar(package: Package) -> None:
    for name, tree in package.of_root(*ROOTS):
        _declared(package, name, tree)
        plain = _plain(package, name, tree, _ignorable(tree))
        if not GRAMMAR.validate(plain):
            for error in GRAMMAR.error_log.filter_from_errors():
                package.say(name, error.message)
        for element in plain.iter():
            count = element.get("count")
            if count is not None and element.tag not in COUNTED_OTHERWISE and _number(count, -1) != len(element):
                package.say(name, f"{element.tag} counts {count} of its {len(element)}")


def _ignorable(tree: etree._Element) -> set[str]:
    """The namespaces that a reader may skip."""
    return {
        element.nsmap[prefix]
        for element in tree.iter(etree.Element)
        for prefix in element.get(f"{MC}Ignorable", "").split()
        if prefix in element.nsmap
    }


def _declared(package: Package, name: str, tree: etree._Element) -> None:
    for element in tree.iter(etree.Element):
        for word in ("Ignorable", "MustUnderstand"):
            for prefix in element.get(f"{MC}{word}", "").split():
                if prefix not in element.nsmap:
                    package.say(name, f"mc:{word} names the undeclared prefix {prefix}")


def _plain(package: Package, name: str, tree: etree._Element, skipped: set[str]) -> etree._Element:
    """The element with local names only, without what is of other namespaces."""
    plain = etree.Element(local(tree))
    waiting = [(tree, plain)]
    while waiting:
        source, target = waiting.pop()
        target.text = source.text if len(source) == 0 else None
        for key, value in source.attrib.items():
            if "}" not in key:
                target.set(key, value)
        for key, value in related_by(source).items():
            target.set(f"r.{key}", value)
        for child in _chosen(source):
            space = etree.QName(child).namespace
            if space == etree.QName(tree).namespace:
                waiting.append((child, etree.SubElement(target, local(child))))
            elif target.tag not in FOREIGN_ALLOWED and space not in skipped:
                package.say(name, f"{child.tag} does not belong into {target.tag}")
    return plain


def _chosen(element: etree._Element) -> Iterator[etree._Element]:
    """The child elements; of alternatives those of the first."""
    for child in element.iterchildren(etree.Element):
        if child.tag == f"{MC}AlternateContent":
            choice = next(child.iterchildren(f"{MC}Choice"), None)
            yield from _chosen(choice) if choice is not None else ()
        else:
            yield child


# --- the container -----------------------------------------------------------------------------------------------------


def _content_types(package: Package) -> None:
    tree = package.trees.get(TYPES)
    if tree is None:
        package.say(TYPES, "missing")
        return
    listed = [one.get("PartName", "") for one in tree.iterfind("{*}Override")]
    overrides = [_normal(name) for name in listed]
    defaults = [one.get("Extension", "").lower() for one in tree.iterfind("{*}Default")]
    for name, count in (Counter(overrides) + Counter(defaults)).items():
        if count > 1:
            package.say(TYPES, f"{name} there {count} times")
    for name in listed:
        if not name.startswith("/"):
            package.say(TYPES, f"{name} does not begin with a slash")
    _typed(package, overrides, defaults)


def _typed(package: Package, overrides: Collection[str], defaults: Collection[str]) -> None:
    """Every part has a type of its own or one by its extension, and no type is of a part that is not there."""
    for name in overrides:
        if name not in package.parts:
            package.say(TYPES, f"{name} is listed and not there")
    for name in package.parts.keys() - {TYPES}:
        if name not in overrides and name.rpartition(".")[2] not in defaults:
            package.say(TYPES, f"{name} has no content type")
        plain_xml = name.endswith(".xml") and name not in overrides and name in package.trees
        if plain_xml and local(package.trees[name]) in ROOTS:
            package.say(TYPES, f"{name} is known as nothing but XML")


def _reached(package: Package) -> set[str]:
    """The parts that can be reached from the package by relationships."""
    reached = {""}
    waiting = [""]
    while waiting:
        targets = {one.target for one in package.relations(waiting.pop()) if one.target is not None}
        waiting += targets - reached
        reached |= targets
    return reached


def _relationships(package: Package) -> None:
    reached = _reached(package)
    for name in package.parts:
        if name.endswith(".rels"):
            folder, leaf = posixpath.split(name)
            owner = posixpath.join(posixpath.dirname(folder), leaf.removesuffix(".rels"))
            if owner and owner not in package.parts:
                package.say(name, f"relationships of {owner}, which is not there")
            for one in package.relations(owner):
                if one.target is not None and one.target not in package.parts:
                    package.say(name, f"{one.id} leads to {one.target}, which is not there")
        elif name != TYPES and name not in reached:
            package.say(name, "no relationship leads there")
    for name, tree in package.of_root("worksheet", "workbook"):
        _references(package, name, tree)


def _references(package: Package, name: str, tree: etree._Element) -> None:
    """Every r:id of a part is a relationship of the right kind, and no drawing hangs on a sheet that does not name it."""
    relations = {one.id: one for one in package.relations(name)}
    used = Counter[str]()
    for element in tree.iter(etree.Element):
        for key, value in related_by(element).items():
            used[value] += 1
            if value not in relations:
                package.say(name, f"{local(element)} r:{key}={value} is no relationship")
            elif relations[value].kind not in KINDS.get(local(element), {relations[value].kind}):
                package.say(name, f"{local(element)} r:{key}={value} is a {relations[value].kind}")
    for one in relations.values():
        if one.kind in {"drawing", "vmlDrawing", "table", "worksheet", "externalLink"} and one.id not in used:
            package.say(name, f"{one.kind} {one.target} belongs to no element")
    for element in ("drawing", "legacyDrawing"):
        if sum(local(child) == element for child in tree) > 1:
            package.say(name, f"two of {element}")


# --- the workbook ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Book:
    """What sheets are checked against. sheets: names by part; formats: how many cell formats, dxfs: differential formats."""

    part: str
    tree: etree._Element
    names: list[str]
    sheets: Mapping[str, str]
    strings: int
    formats: int
    dxfs: int


def _book(package: Package) -> Book | None:
    part = next(iter(package.related("", "officeDocument")), "")
    tree = package.trees.get(part)
    if tree is None:
        package.say(part or "package", "no workbook")
        return None
    targets = {one.id: one.target or "" for one in package.relations(part)}
    listed = list(tree.iterfind("{*}sheets/{*}sheet"))
    sheets = {targets.get(related_by(one).get("id", ""), ""): one.get("name", "") for one in listed}
    strings = next(iter(package.related(part, "sharedStrings")), "")
    styles = package.trees.get(next(iter(package.related(part, "styles")), ""))
    return Book(
        part,
        tree,
        [one.get("name", "") for one in listed],
        sheets,
        sum(1 for _ in package.trees[strings].iterfind("{*}si")) if strings in package.trees else 0,
        len(styles.findall("{*}cellXfs/{*}xf")) if styles is not None else 1,
        len(styles.findall("{*}dxfs/{*}dxf")) if styles is not None else 0,
    )


def _workbook(package: Package) -> None:
    book = _book(package)
    if book is None:
        return
    listed = list(book.tree.iterfind("{*}sheets/{*}sheet"))
    for what, keys in (
        ("name", [name.casefold() for name in book.names]),
        ("sheetId", [one.get("sheetId", "") for one in listed]),
        ("r:id", [related_by(one).get("id", "") for one in listed]),
    ):
        for key, count in Counter(keys).items():
            if count > 1:
                package.say(book.part, f"{count} sheets of {what} {key!r}")
    for name in book.names:
        if not 1 <= units(name) <= 31 or re.search(r"[\[\]:*?/\\]", name) or name[:1] == "'" or name[-1:] == "'":
            package.say(book.part, f"{name!r} cannot be a sheet's name")
    if all(one.get("state", "visible") != "visible" for one in listed):
        package.say(book.part, "no sheet to be seen")
    _selected(package, book, listed)
    _defined_names(package, book)
    for part, tree in package.of_root("worksheet"):
        _Sheet(package, book, part, tree).check()


def _selected(package: Package, book: Book, listed: list[etree._Element]) -> None:
    view = book.tree.find("{*}bookViews/{*}workbookView")
    active = _number(view.get("activeTab")) if view is not None else 0
    if not 0 <= active < len(listed):
        package.say(book.part, f"activeTab {active} of {len(listed)} sheets")
        return
    if listed[active].get("state", "visible") != "visible":
        package.say(book.part, f"the active sheet {book.names[active]} is hidden")
    for part, name in book.sheets.items():
        tree = package.trees.get(part)
        views = tree.findall("{*}sheetViews/{*}sheetView") if tree is not None else []
        selected = any(one.get("tabSelected") in {"1", "true"} for one in views)
        if selected and name != book.names[active]:
            package.say(part, f"{name} is selected, and {book.names[active]} is active")


def _defined_names(package: Package, book: Book) -> None:
    seen: set[tuple[str, str]] = set()
    for one in book.tree.iterfind("{*}definedNames/{*}definedName"):
        name, scope, formula = one.get("name", ""), one.get("localSheetId", ""), one.text or ""
        if (name.casefold(), scope) in seen:
            package.say(book.part, f"the name {name} is defined twice")
        seen.add((name.casefold(), scope))
        if scope and not 0 <= _number(scope, -1) < len(book.names):
            package.say(book.part, f"{name} belongs to sheet {scope} of {len(book.names)}")
        if not re.fullmatch(r"[^\W\d][\w.?\\]*|\\[\w.]*", name) or re.fullmatch(r"[A-Za-z]{1,3}\d+", name):
            package.say(book.part, f"{name!r} cannot be a name")
        if not formula or formula.startswith("=") or units(formula) > LONGEST_FORMULA:
            package.say(book.part, f"{name} is defined as {formula[:40]!r}")
        if "#REF!" in formula:
            package.say(book.part, f"{name} has lost what it refers to")
        for sheet in strange_sheets(formula, book.names):
            package.say(book.part, f"{name} refers to {sheet}, which is not there")


def strange_sheets(formula: str, names: Iterable[str]) -> set[str]:
    """The sheets that a formula refers to by name and that are not in the workbook (those of other workbooks apart)."""
    code = re.sub(r'"[^"]*"', '""', formula)
    found = re.findall(r"""'((?:[^']|'')+)'!|(?<![\w.'\]])([^\W\d][\w.]*)!""", code)
    known = {name.casefold() for name in names}
    called = {part.replace("''", "'") for quoted, bare in found for part in (quoted or bare).split(":")}
    return {name for name in called if name.casefold() not in known and "[" not in name}


# --- styles ------------------------------------------------------------------------------------------------------------


def _styles(package: Package) -> None:
    for name, tree in package.of_root("styleSheet"):
        have = {
            "fontId": len(tree.findall("{*}fonts/{*}font")),
            "fillId": len(tree.findall("{*}fills/{*}fill")),
            "borderId": len(tree.findall("{*}borders/{*}border")),
            "xfId": len(tree.findall("{*}cellStyleXfs/{*}xf")),
        }
        formats = Counter(_number(one.get("numFmtId")) for one in tree.iterfind("{*}numFmts/{*}numFmt"))
        for number in (number for number, count in formats.items() if count > 1):
            package.say(name, f"number format {number} is there {formats[number]} times")
        cells = tree.findall("{*}cellXfs/{*}xf")
        if len(cells) > MOST_STYLES:
            package.say(name, f"{len(cells)} cell formats are too many")
        for one in (*cells, *tree.iterfind("{*}cellStyleXfs/{*}xf"), *tree.iterfind("{*}cellStyles/{*}cellStyle")):
            for key in (key for key in have if not 0 <= _number(one.get(key, "0"), -1) < max(have[key], 1)):
                package.say(name, f"{local(one)} {key}={one.get(key)} of {have[key]}")
            number = _number(one.get("numFmtId"))
            if number >= BUILTIN_FORMATS and number not in formats:
                package.say(name, f"{local(one)} numFmtId={number} is not defined")
        for one in tree.iter("{*}color", "{*}fgColor", "{*}bgColor"):
            if "rgb" in one.attrib and not re.fullmatch(r"[0-9A-Fa-f]{8}", one.get("rgb", "")):
                package.say(name, f"the colour {one.get('rgb')} is no ARRGGBB")


# --- one sheet ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sheet:
    """One worksheet being checked."""

    package: Package
    book: Book
    part: str
    tree: etree._Element

    def say(self, what: str) -> None:
        self.package.say(self.part, what)

    def check(self) -> None:
        texts = self._cells()
        self._merges()
        self._validations()
        self._formats()
        self._links()
        self._tables(texts)
        self._notes()
        self._columns()

    def _cells(self) -> dict[tuple[int, int], str]:
        """Rows and cells ascend, what they point to is there; the texts that stand inline or in formulas' results."""
        texts: dict[tuple[int, int], str] = {}
        last_row = 0
        for row in self.tree.iterfind("{*}sheetData/{*}row"):
            number = _number(row.get("r"), last_row + 1)
            if not last_row < number <= LAST_ROW:
                self.say(f"row {number} behind row {last_row}")
            last_row, last_col = number, 0
            self._index(row, "s", self.book.formats)
            height = row.get("ht")
            if height is not None and not 0 <= float(height) <= 409.5:
                self.say(f"row {number} is {height} points high")
            for one in row.iterfind("{*}c"):
                address = one.get("r")
                at = cell(address) if address else (number, last_col + 1)
                if at is None or at[0] != number or at[1] <= last_col:
                    self.say(f"cell {address} in row {number} behind column {last_col}")
                    continue
                last_col = at[1]
                self._index(one, "s", self.book.formats)
                texts[at] = self._content(one, f"{address or at}")
        return texts

    def _content(self, one: etree._Element, where: str) -> str:
        kind, value, formula = one.get("t", "n"), one.find("{*}v"), one.find("{*}f")
        text = "".join(part.text or "" for part in one.iterfind("{*}is//{*}t"))
        if (kind == "inlineStr") != (one.find("{*}is") is not None):
            self.say(f"{where} is of type {kind} and says otherwise")
        if kind == "s" and not 0 <= _number(value.text if value is not None else None, -1) < self.book.strings:
            self.say(f"{where} shows string {value.text if value is not None else None} of {self.book.strings}")
        if kind == "n" and value is not None and not re.fullmatch(r"\s*-?[\d.]+(?:[eE][-+]?\d+)?\s*", value.text or ""):
            self.say(f"{where} is no number: {value.text}")
        if units(text) > LONGEST_TEXT:
            self.say(f"{where} holds {units(text)} characters")
        for piece in one.iterfind("{*}is//{*}t"):
            said = piece.text or ""
            if said != said.strip(" \t\n") and piece.get(f"{XML}space") != "preserve":
                self.say(f"{where} would lose the blanks around {said[:20]!r}")
        if formula is not None and formula.text:
            self._formula(formula.text, where)
        return text

    def _formula(self, formula: str, where: str) -> None:
        if formula.startswith("=") or units(formula) > LONGEST_FORMULA:
            self.say(f"{where} has the formula {formula[:40]!r}")
        if "#REF!" in formula:
            self.say(f"{where} has lost what it refers to: {formula}")
        for sheet in strange_sheets(formula, self.book.names):
            self.say(f"{where} refers to {sheet}, which is not there")

    def _index(self, element: etree._Element, key: str, count: int) -> None:
        if key in element.attrib and not 0 <= _number(element.get(key), -1) < count:
            self.say(f"{local(element)} {element.get('r', '')} {key}={element.get(key)} of {count}")

    def _areas(self, element: etree._Element, sqref: str) -> list[Area]:
        found = [area(ref) for ref in sqref.split()]
        if not found or None in found:
            self.say(f"{local(element)} over {sqref!r}")
        return [one for one in found if one is not None]

    def _columns(self) -> None:
        end = 0
        for col in self.tree.iterfind("{*}cols/{*}col"):
            first, last = _number(col.get("min")), _number(col.get("max"))
            if not end < first <= last <= LAST_COLUMN:
                self.say(f"columns {first} to {last} behind column {end}")
            end = last
            self._index(col, "style", self.book.formats)
        for name in ("rowBreaks", "colBreaks"):
            breaks = [_number(one.get("id")) for one in self.tree.iterfind(f"{{*}}{name}/{{*}}brk")]
            if breaks != sorted(set(breaks)):
                self.say(f"{name} {breaks}")
        for one in self.tree.iterfind("{*}dimension"):
            self._areas(one, one.get("ref", ""))

    def _merges(self) -> None:
        merges = []
        for one in self.tree.iterfind("{*}mergeCells/{*}mergeCell"):
            merges += self._areas(one, one.get("ref", ""))
        for one, other in _overlaps(merges):
            self.say(f"the merges {one} and {other} meet")

    def _validations(self) -> None:
        covered: list[Area] = []
        own = list(self.tree.iterfind("{*}dataValidations/{*}dataValidation"))
        others = [one for one in self.tree.iter("{*}dataValidation") if one not in own]
        for one in (*own, *others):
            sqref = one.get("sqref") or "".join(inner.text or "" for inner in one.iterfind("{*}sqref"))
            covered += self._areas(one, sqref)
            for key, most in LONGEST.items():
                if units(one.get(key, "")) > most:
                    self.say(f"{key} of the validation of {sqref} has {units(one.get(key, ''))} characters")
            first = one.find("{*}formula1")
            formula = "".join(first.itertext()).strip() if first is not None else ""
            if one.get("type", "none") != "none" and not formula:
                self.say(f"the {one.get('type')} validation of {sqref} has no formula")
            if formula.startswith('"') and units(formula) - 2 > LONGEST_LIST:
                self.say(f"the list of {sqref} has {units(formula) - 2} characters")
            for each in one.iter("{*}formula1", "{*}formula2"):
                self._formula("".join(each.itertext()).strip(), f"the validation of {sqref}")
        for one, other in _overlaps(covered):
            self.say(f"two validations for {one} and {other}")

    def _formats(self) -> None:
        priorities = Counter[int]()
        for one in self.tree.iterfind("{*}conditionalFormatting"):
            sqref = one.get("sqref", "")
            self._areas(one, sqref)
            for rule in one.iterfind("{*}cfRule"):
                self._index(rule, "dxfId", self.book.dxfs)
                priorities[_number(rule.get("priority"))] += 1
                formulas = [each.text or "" for each in rule.iterfind("{*}formula")]
                if rule.get("type") in {"expression", "cellIs"} and not formulas:
                    self.say(f"the conditional format of {sqref} has no formula")
                for formula in formulas:
                    self._formula(formula, f"the conditional format of {sqref}")
        for priority, count in priorities.items():
            if priority < 1 or count > 1:
                self.say(f"{count} conditional formats of priority {priority}")
        for one in self.tree.iter("{*}filterColumn", "{*}sortCondition", "{*}colorFilter"):
            self._index(one, "dxfId", self.book.dxfs)

    def _links(self) -> None:
        seen: list[Area] = []
        names = {one.get("name", "").casefold() for one in self.book.tree.iter("{*}definedName")}
        for one in self.tree.iterfind("{*}hyperlinks/{*}hyperlink"):
            seen += self._areas(one, one.get("ref", ""))
            location = one.get("location", "")
            if not location and "id" not in related_by(one):
                self.say(f"the link at {one.get('ref')} leads nowhere")
            if location and "!" not in location and location.casefold() not in names and area(location) is None:
                self.say(f"the link at {one.get('ref')} leads to {location}")
            for sheet in strange_sheets(location, self.book.names) if not related_by(one) else ():
                self.say(f"the link at {one.get('ref')} leads to {sheet}, which is not there")
        for one, other in _overlaps(seen):
            self.say(f"two links at {one} and {other}")

    def _tables(self, texts: Mapping[tuple[int, int], str]) -> None:
        merges = [area(one.get("ref", "")) for one in self.tree.iterfind("{*}mergeCells/{*}mergeCell")]
        for part in self.package.related(self.part, "table"):
            table = self.package.trees[part]
            where = area(table.get("ref", ""))
            columns = [one.get("name", "") for one in table.iterfind("{*}tableColumns/{*}tableColumn")]
            if where is None or where.right - where.left + 1 != len(columns):
                self.package.say(part, f"{len(columns)} columns over {table.get('ref')}")
                continue
            if any(merge is not None and merge.meets(where) for merge in merges):
                self.package.say(part, "a merge meets the table")
            if table.get("headerRowCount", "1") != "0":
                for col, name in enumerate(columns, where.left):
                    text = texts.get((where.top, col))
                    if text and re.sub(r"\n", "_x000a_", text) != name:
                        self.package.say(part, f"the column {name} is headed {text}")
            chosen = table.find("{*}autoFilter")
            if chosen is not None and (kept := area(chosen.get("ref", ""))) is not None and not kept.meets(where):
                self.package.say(part, f"the filter {chosen.get('ref')} lies outside of {table.get('ref')}")

    def _notes(self) -> None:
        """As many boxes as notes, each at its cell."""
        refs = Counter[tuple[int, int] | None]()
        parts = self.package.related(self.part, "comments")
        if len(parts) > 1:
            self.say("two parts of comments")
        for part in parts:
            tree = self.package.trees[part]
            authors = len(tree.findall("{*}authors/{*}author"))
            for note in tree.iterfind("{*}commentList/{*}comment"):
                refs[cell(note.get("ref", ""))] += 1
                if not 0 <= _number(note.get("authorId"), -1) < authors:
                    self.package.say(part, f"{note.get('ref')} is by author {note.get('authorId')} of {authors}")
        for at, count in refs.items():
            if at is None or count > 1:
                self.say(f"{count} notes at {at}")
        named = [one.get(f"{space}id") for one in self.tree.iterfind("{*}legacyDrawing") for space in REL]
        drawings = [one.target for one in self.package.relations(self.part) if one.id in named]
        boxes = Counter[tuple[int, int] | None]()
        for part in drawings:
            boxes += _boxes(self.package, part or "")
        if boxes != refs:
            self.say(f"boxes at {sorted(map(str, boxes))}, notes at {sorted(map(str, refs))}")


def _boxes(package: Package, part: str) -> Counter[tuple[int, int] | None]:
    """The cells that the boxes of notes belong to."""
    found = Counter[tuple[int, int] | None]()
    tree = package.trees.get(part)
    if tree is None:
        return found
    ids = Counter(shape.get("id", "") for shape in tree.iter("{*}shape"))
    for key, count in ids.items():
        if not key or count > 1:
            package.say(part, f"{count} shapes of id {key!r}")
    kinds = {f"#{one.get('id')}" for one in tree.iter("{*}shapetype")}
    for shape in tree.iter("{*}shape"):
        if shape.get("type") not in {None, *kinds}:
            package.say(part, f"the shape {shape.get('id')} is of type {shape.get('type')}, which is not there")
        for data in shape.iterfind("{*}ClientData"):
            anchor = data.findtext("{*}Anchor", "0,0,0,0,1,0,1,0").split(",")  # without one its style places it
            numbers = [_number(word.strip(), -1) for word in anchor]
            if len(numbers) != 8 or min(numbers) < 0 or numbers[0] > numbers[4] or numbers[2] > numbers[6]:
                package.say(part, f"the shape {shape.get('id')} is anchored at {anchor}")
            if data.get("ObjectType") == "Note":
                row, col = data.findtext("{*}Row"), data.findtext("{*}Column")
                found[None if row is None or col is None else (int(row) + 1, int(col) + 1)] += 1
    return found


# --- what else there is ------------------------------------------------------------------------------------------------


def _tables(package: Package) -> None:
    for key in ("id", "displayName"):
        for value, count in Counter(tree.get(key, "").casefold() for _, tree in package.of_root("table")).items():
            if count > 1:
                package.say("tables", f"{count} tables of {key} {value}")


def _custom_properties(package: Package) -> None:
    for part in package.related("", "custom-properties"):
        tree = package.trees[part]
        listed = list(tree)
        for key in ("pid", "name"):
            for value, count in Counter(one.get(key, "").casefold() for one in listed).items():
                if count > 1 or not value:
                    package.say(part, f"{count} properties of {key} {value!r}")
        for one in listed:
            if local(one) != "property" or _number(one.get("pid")) < 2 or one.get("fmtid", "").upper() != CUSTOM:
                package.say(part, f"the property {one.get('name')} is numbered {one.get('pid')}, {one.get('fmtid')}")
            if len(one) != 1:
                package.say(part, f"the property {one.get('name')} has {len(one)} values")


def _titles(package: Package) -> None:
    """The titles in app.xml: as many as their headings say, the sheets' among them."""
    book = _book(package)
    for part in package.related("", "extended-properties"):
        tree = package.trees[part]
        titles = [one.text or "" for one in tree.iterfind("{*}TitlesOfParts/{*}vector/{*}lpstr")]
        words = [one.text or "" for one in tree.iterfind("{*}HeadingPairs/{*}vector/{*}variant/*")]
        counts = [_number(word) for word in words[1::2]]
        if sum(counts) != len(titles):
            package.say(part, f"{len(titles)} titles, {counts} announced")
        elif titles and book is not None and all(titles[: len(names)] != names for names in _listed(book)):
            package.say(part, f"sheets {book.names} are called {titles[: len(book.names)]}")
        for vector in tree.iter("{*}vector"):
            if _number(vector.get("size"), -1) != len(vector):
                package.say(part, f"a vector of {len(vector)} says {vector.get('size')}")


def _listed(book: Book) -> Iterator[list[str]]:
    """What the titles may say: all sheets, or as Excel does all but the very hidden."""
    yield book.names
    sheets = book.tree.iterfind("{*}sheets/{*}sheet")
    yield [one.get("name", "") for one in sheets if one.get("state") != "veryHidden"]


def _calculation_chain(package: Package) -> None:
    book = _book(package)
    if book is None:
        return
    ids = {_number(one.get("sheetId")): one.get("name", "") for one in book.tree.iterfind("{*}sheets/{*}sheet")}
    parts = {name: part for part, name in book.sheets.items()}
    for part in package.related(book.part, "calcChain"):
        sheet = 0
        for one in package.trees[part].iterfind("{*}c"):
            sheet = _number(one.get("i"), sheet)
            where = package.trees.get(parts.get(ids.get(sheet, ""), ""))
            found = (
                where.find(f"{{*}}sheetData/{{*}}row/{{*}}c[@r='{one.get('r')}']/{{*}}f") if where is not None else None
            )
            if found is None:
                package.say(part, f"no formula at {one.get('r')} of sheet {sheet}")


def _drawings(package: Package) -> None:
    for name, tree in package.of_root("wsDr"):
        known = {one.id for one in package.relations(name)}
        for one in tree.iterchildren("{*}twoCellAnchor"):
            ends = [
                tuple(_number(one.findtext(f"{{*}}{end}/{{*}}{axis}"), -1) for axis in ("row", "col"))
                for end in ("from", "to")
            ]
            if min(*ends[0], *ends[1]) < 0 or ends[0][0] > ends[1][0] or ends[0][1] > ends[1][1]:
                package.say(name, f"an anchor from {ends[0]} to {ends[1]}")
        for element in tree.iter(etree.Element):
            for key, value in related_by(element).items():
                if value and value not in known:
                    package.say(name, f"{local(element)} r:{key}={value} is no relationship")


CHECKS: tuple[Callable[[Package], None], ...] = (
    _content_types,
    _grammar,
    _relationships,
    _workbook,
    _styles,
    _tables,
    _custom_properties,
    _titles,
    _calculation_chain,
    _drawings,
)
