"""What a workbook must look like after rows were inserted below a row, worked out anew: by another XML library and another formula reader.

    after_growth(source, "汇总表", 10, 3) == trees_of(written, "汇总表", 10, 3)

Both sides are the parts in canonical XML, the new rows themselves left out. The rules are those of `Grow`: what covers the row covers the
new rows, what belongs to a cell stays with it, everything below goes down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator

from tests.ooxml.parts import unpacked
from tests.ooxml.schema_order import Package, local, related_by

_END = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)(\d*)")
_RULES = frozenset({"dataValidation", "conditionalFormatting"})
_FORMULAS = frozenset({"f", "formula", "formula1", "formula2", "calculatedColumnFormula", "definedName"})
_LINKED = ("fmlaLink", "fmlaRange", "fmlaGroup", "fmlaTxbx")


@dataclass(frozen=True)
class Growth:
    """`count` new rows below `row` of a sheet."""

    sheet: str
    row: int
    count: int

    def point(self, row: int) -> int:
        """Where a cell's row goes."""
        return row + self.count if row > self.row else row

    def end(self, row: int) -> int:
        """Where the last row of something that covers rows goes."""
        return row + self.count if row >= self.row else row

    def cell(self, address: str) -> str:
        return self._end(address, last=False)

    def area(self, ref: str) -> str:
        """An area that holds for rows: a validation's, a filter's."""
        first, _, last = ref.partition(":")
        start, end = self._end(first, last=False), self._end(last or first, last=True)
        return start if start == end else f"{start}:{end}"

    def _end(self, address: str, *, last: bool) -> str:
        one, letters, two, digits = _END.fullmatch(address).groups()  # type: ignore[union-attr]
        if not digits:
            return address
        row = int(digits)
        return f"{one}{letters}{two}{self.end(row) if last else self.point(row)}"

    def formula(self, formula: str, own: str) -> str:
        """A formula that stands on sheet `own` ("" for none)."""
        tokens = Tokenizer(f"={formula}")
        return "".join(
            self._reference(token.value, own)
            if (token.type, token.subtype) == (Token.OPERAND, Token.RANGE)
            else token.value
            for token in tokens.items
        )

    def _reference(self, text: str, own: str) -> str:
        sheet, mark, ref = text.rpartition("!")
        name = sheet.strip("'").replace("''", "'") if mark else own
        first, colon, last = ref.partition(":")
        addresses = [_END.fullmatch(part) for part in (first, last or first)]
        if name.casefold() != self.sheet.casefold() or not all(addresses):
            return text
        columns = [found[2] for found in addresses if found]
        rows = [found[4] for found in addresses if found]
        if not any(rows) or not (colon or all(columns)):
            return text
        across = colon and rows[0] == rows[1] and (columns[0] != columns[1] or not columns[0])
        if across or not colon:
            return sheet + mark + colon.join(self.cell(part) for part in ((first, last) if colon else (first,)))
        return f"{sheet}{mark}{self._end(first, last=False)}:{self._end(last, last=True)}"


def after_growth(data: bytes, sheet: str, row: int, count: int) -> dict[str, bytes]:
    """The source's parts as they must be."""
    growth = Growth(sheet, row, count)
    trees, sheets, own = _opened(data, sheet)
    package = Package({name.lower(): part for name, part in unpacked(data).items()})
    attached = {one.target for one in package.relations(own) if one.target}
    for name, tree in trees.items():
        _apart(tree)
        if name in sheets:
            _sheet(tree, sheets[name], growth)
        elif local(tree) == "workbook":
            for defined in tree.iterfind("{*}definedNames/{*}definedName"):
                defined.text = growth.formula(defined.text or "", "")
        elif local(tree) == "chartSpace":
            for formula in tree.iter("{*}f"):
                formula.text = growth.formula(formula.text or "", "")
        elif name in attached:
            _attached(tree, growth)
    return {name: _canonical(tree) for name, tree in trees.items()}


def parts_after(data: bytes, sheet: str, row: int, count: int) -> dict[str, bytes]:
    """The parts as they were written, without the new rows and the merges in them."""
    trees, _, own = _opened(data, sheet)
    for tree in trees.values():
        _apart(tree)
    tree = trees[own]
    new = range(row + 1, row + count + 1)
    for one in [*tree.iterfind("{*}sheetData/{*}row")]:
        if int(one.get("r", "0")) in new:
            one.getparent().remove(one)
    return {name: _canonical(tree) for name, tree in trees.items()}


def _opened(data: bytes, sheet: str) -> tuple[dict[str, etree._Element], dict[str, str], str]:
    """(the parts that are XML, the sheets' names by part, the part of this sheet); what may well differ is taken out."""
    package = Package({name.lower(): part for name, part in unpacked(data).items()})
    book = package.related("", "officeDocument")[0]
    targets = {one.id: one.target or "" for one in package.relations(book)}
    sheets = {
        targets[related_by(one)["id"]]: one.get("name", "")
        for one in package.trees[book].iterfind("{*}sheets/{*}sheet")
    }
    for calculation in package.trees[book].iterfind("{*}calcPr"):
        calculation.attrib.pop("fullCalcOnLoad", None)
    own = next(part for part, name in sheets.items() if name == sheet)
    for part in sheets:
        for dimension in package.trees[part].iterfind("{*}dimension"):
            dimension.getparent().remove(dimension)
    return package.trees, sheets, own


def _canonical(tree: etree._Element) -> bytes:
    return etree.tostring(tree, method="c14n2", strip_text=False)


def _apart(tree: etree._Element) -> None:
    """Shared formulas written out: whether they are shared is nobody's business."""
    masters: dict[str, tuple[str, str]] = {}
    for cell in tree.iterfind("{*}sheetData/{*}row/{*}c"):
        formula = cell.find("{*}f")
        if formula is None or formula.get("t") != "shared":
            continue
        where, key = cell.get("r", ""), formula.get("si", "")
        if formula.text:
            masters[key] = (where, formula.text)
        origin, text = masters[key]
        formula.text = Translator(f"={text}", origin).translate_formula(where)[1:]
        formula.attrib.clear()


def _sheet(tree: etree._Element, name: str, growth: Growth) -> None:
    own = name == growth.sheet
    for element in tree.iter(etree.Element):
        if local(element) in _FORMULAS and element.text and len(element) == 0:
            element.text = growth.formula(element.text, name)
        if local(element) == "cfvo" and element.get("val"):
            element.set("val", growth.formula(element.get("val", ""), name))
        if local(element) == "hyperlink" and "!" in element.get("location", ""):
            element.set("location", growth.formula(element.get("location", ""), name))
        if own:
            _of_own_rows(element, growth)


def _of_own_rows(element: etree._Element, growth: Growth) -> None:
    place = _kept if local(element) in {"selection", "hyperlink"} else _covering
    for key in ("ref", "sqref"):
        if value := element.get(key):
            element.set(key, " ".join(place(ref, growth) for ref in value.split()))
    for key in ("activeCell", "topLeftCell", "r"):
        value = element.get(key, "")
        if value and (key != "r" or local(element) in {"c", "cellWatch"}):
            element.set(key, growth.cell(value))
    match local(element):
        case "sqref":
            place = _kept if local(element.getparent()) == "sparkline" else _covering
            element.text = " ".join(place(ref, growth) for ref in (element.text or "").split())
        case "row" if element.get("r"):
            element.set("r", str(growth.point(int(element.get("r", "0")))))
        case "brk" if local(element.getparent()) == "rowBreaks":
            element.set("id", str(growth.end(int(element.get("id", "0")))))
        case "from" | "to":
            for row in element.iterfind("{*}row"):
                row.text = str(growth.point(int(row.text or "0") + 1) - 1)


def _kept(ref: str, growth: Growth) -> str:
    """An area of cells that stays theirs."""
    return ":".join(growth.cell(end) for end in ref.split(":"))


def _covering(ref: str, growth: Growth) -> str:
    """An area that covers rows."""
    return growth.area(ref)


def _attached(tree: etree._Element, growth: Growth) -> None:
    """A drawing, notes and their boxes, a table, a control."""
    match local(tree):
        case "wsDr":
            for anchor in tree:
                _drawn(anchor, growth)
        case "comments" | "ThreadedComments":
            for note in tree.iter("{*}comment", "{*}threadedComment"):
                note.set("ref", growth.cell(note.get("ref", "")))
        case "xml":
            for shape in tree.iter("{*}shape"):
                _box(shape, growth)
        case "table":
            _table(tree, growth)
        case "formControlPr":
            for key in [key for key in _LINKED if tree.get(key)]:
                tree.set(key, growth.formula(tree.get(key, ""), growth.sheet))


def _table(tree: etree._Element, growth: Growth) -> None:
    for element in tree.iter(etree.Element):
        if element.get("ref"):
            element.set("ref", growth.area(element.get("ref", "")))
        if local(element) in _FORMULAS and element.text:
            element.text = growth.formula(element.text, growth.sheet)


def _drawn(anchor: etree._Element, growth: Growth) -> None:
    start, end = anchor.find("{*}from/{*}row"), anchor.find("{*}to/{*}row")
    if start is None or anchor.get("editAs") == "absolute":
        return
    row = int(start.text or "0")
    new = growth.point(row + 1) - 1
    start.text = str(new)
    if end is not None:
        last = int(end.text or "0")
        end.text = str(last + new - row if anchor.get("editAs") == "oneCell" else growth.point(last + 1) - 1)


def _box(shape: etree._Element, growth: Growth) -> None:
    for data in shape.iterfind("{*}ClientData"):
        anchor, row = data.find("{*}Anchor"), data.find("{*}Row")
        if anchor is None:
            continue
        words = [int(word) for word in (anchor.text or "").split(",")]
        old = int(row.text or "0") if row is not None else words[2]
        new = growth.point(old + 1) - 1
        if row is not None:
            row.text = str(new)
        if new != old:
            words[2] += new - old
            words[6] += new - old
            anchor.text = ", ".join(map(str, words))
        for formula in data.iterfind("{*}FmlaLink"):
            formula.text = growth.formula(formula.text or "", growth.sheet)
