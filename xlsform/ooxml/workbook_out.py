"""The parts that list sheets: workbook.xml, its relationships, the content types, and the titles in docProps/app.xml."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from xlsform.core.cells import qualified, unqualified
from xlsform.ooxml.markup import unescaped
from xlsform.ooxml.moves import Moves, fold, move_formula, rename_sheet, sheets_named
from xlsform.ooxml.package import normal_name
from xlsform.ooxml.xmltext import Element, attributes, decode, elements, escape, escape_content, nodes, rewritten, root

_FORBIDDEN = frozenset("[]:*?/\\")
_LONGEST_NAME = 31
_TITLES = "_xlnm.print_titles"
"""The rows that head every page are head rows, also when rows are added right below them."""
AFTER_NAMES = frozenset(
    {"calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr",
     "webPublishObjects", "extLst"}
)  # fmt: skip


NEW = -1
"""The base's sheet of one that is none of the base's."""


class Placed(NamedTuple):
    """A sheet of the finished workbook: its name, the base's sheet (by index) that it is or was copied from, and for a copy its ids.

    A sheet that is neither has base NEW, ids as a copy, and a state of its own.
    """

    name: str
    base: int
    relation: str = ""
    sheet_id: int = 0
    state: str = "visible"

    @property
    def copy(self) -> bool:
        return bool(self.relation)


def check_names(sheets: Sequence[Placed]) -> None:
    """Raises ValueError for a copy's name that Excel refuses or that another sheet has; what the base names its sheets is its own affair."""
    seen = {fold(sheet.name) for sheet in sheets if not sheet.copy}
    for name in (sheet.name for sheet in sheets if sheet.copy):
        units = len(name.encode("utf-16-le", "surrogatepass")) // 2
        bad = not _FORBIDDEN.isdisjoint(name) or any(ord(char) < 32 or 0xD7FF < ord(char) < 0xE000 for char in name)
        if not 1 <= units <= _LONGEST_NAME or bad or name[0] == "'" or name[-1] == "'" or fold(name) == "history":
            raise ValueError(f"{name!r} cannot be the name of a sheet")
        if fold(name) in seen:
            raise ValueError(f"two sheets named {name!r}")
        seen.add(fold(name))


def listed_sheets(book: Element) -> list[Element]:
    """The <sheet> elements of workbook.xml, in order."""
    return [sheet for listed in book.children("sheets") for sheet in listed.children("sheet")]


def last_sheet_id(book: Element) -> int:
    """The highest sheetId of workbook.xml."""
    return max(int(sheet.get("sheetId", "0")) for sheet in listed_sheets(book))


# --- workbook.xml ------------------------------------------------------------------------------------------------------


def patched_workbook(
    part: bytes, names: Sequence[str], sheets: Sequence[Placed], moves: Moves, *, recalculate: bool
) -> bytes:
    """workbook.xml with these sheets, its defined names moved, dropped and copied with their sheets.

    names: the base's sheets in order. recalculate: some stored value may be out of date, so Excel is told to calculate on opening.
    """
    before, book, behind = root(decode(part))
    kept = {placed.base: at for at, placed in enumerate(sheets) if not placed.copy}
    content = book.content
    if [placed.base for placed in sheets if not placed.copy] != list(range(len(names))) or len(kept) != len(sheets):
        first = {placed.base: at for at, placed in reversed(list(enumerate(sheets)))} | kept
        content = rewritten(
            content,
            {
                "sheets": lambda element: _sheets(element, sheets),
                "bookViews": lambda element: _views(element, first, len(names)),
            },
        )
    content = rewritten(content, {"definedNames": lambda element: _names(element, names, sheets, kept, moves)})
    if recalculate:
        content = _recalculating(content, book.prefix)
    return part if content == book.content else f"{before}{book.with_content(content)}{behind}".encode()


def _sheets(listed: Element, sheets: Sequence[Placed]) -> Element:
    originals = listed.children("sheet")
    return listed.with_content("".join(str(_sheet(originals[placed.base], placed)) for placed in sheets))


def _sheet(original: Element, placed: Placed) -> Element:
    if not placed.copy:
        return original
    key = next(name for name in attributes(original.tag) if name.endswith(":id"))
    copy = original.with_attribute("name", placed.name).with_attribute("sheetId", str(placed.sheet_id))
    if placed.base == NEW:
        copy = copy.with_attribute("state", None if placed.state == "visible" else placed.state)
    return copy.with_attribute(key, placed.relation)


def _views(views: Element, first: Mapping[int, int], count: int) -> Element:
    """The sheet in front and the first tab shown stay what they were; for a dropped sheet it is its first copy, or what follows it."""

    def view(element: Element) -> Element:
        for name in ("activeTab", "firstSheet"):
            shown = int(element.get(name, "0"))
            now = next((first[base] for base in range(shown, count) if base in first), 0)
            if now != shown and (shown or name == "activeTab"):  # from the first tab on, whatever it is
                element = element.with_attribute(name, str(now) if now else None)
        return element

    return views.with_content(rewritten(views.content, {"workbookView": view}))


def _names(
    listed: Element, names: Sequence[str], sheets: Sequence[Placed], kept: Mapping[int, int], moves: Moves
) -> Element | str:
    copies: dict[int, list[tuple[int, str]]] = {}
    for at, placed in enumerate(sheets):
        if placed.copy and placed.base != NEW:
            copies.setdefault(placed.base, []).append((at, placed.name))
    dropped = {fold(name) for base, name in enumerate(names) if base not in kept}
    out = []
    for name in listed.children("definedName"):
        local = int(name.get("localSheetId", "-1"))
        formula = unescaped(name.content)
        if local in kept or (local < 0 and (not dropped or dropped.isdisjoint(sheets_named(formula)))):
            out.append(str(_name(name, formula, kept.get(local), moves)))
        if local in copies:
            # One text for all copies: where their names go stands what no name can be.
            general = escape_content(rename_sheet(move_formula(formula, names[local], moves), names[local], "\0"))
            for at, title in copies[local]:
                content = general.replace("\0", escape_content(title.replace("'", "''")))
                out.append(str(name.with_attribute("localSheetId", str(at)).with_content(content)))
    return listed.with_content("".join(out)) if out or not listed.content else ""


def _name(name: Element, formula: str, local: int | None, moves: Moves) -> Element:
    if local is not None:
        name = name.with_attribute("localSheetId", str(local))
    if name.get("name").casefold() == _TITLES:
        moves = {sheet: rows.still for sheet, rows in moves.items()}
    moved = move_formula(formula, "", moves)
    return name if moved == formula else name.with_content(escape_content(moved))


def _recalculating(content: str, prefix: str) -> str:
    out: list[str] = []
    done = False
    for node in nodes(content):
        if isinstance(node, Element) and not done and node.local in AFTER_NAMES:
            done = True
            if node.local == "calcPr":
                out.append(str(node.with_attribute("fullCalcOnLoad", "1")))
                continue
            out.append(f'<{prefix}calcPr fullCalcOnLoad="1"/>')
        out.append(str(node))
    return "".join(out) + ("" if done else f'<{prefix}calcPr fullCalcOnLoad="1"/>')


# --- relationships and content types -----------------------------------------------------------------------------------


class Relationship(NamedTuple):
    """One relationship as it is written."""

    id: str
    type: str
    target: str


def patched_relations(part: bytes, removed: Collection[str], added: Iterable[Relationship]) -> bytes:
    """A .rels part without the relationships of these ids, and with some more at its end."""
    before, listed, behind = root(decode(part))
    content = listed.content
    if removed:
        kept = (node for node in nodes(content) if not isinstance(node, Element) or node.get("Id") not in removed)
        content = "".join(map(str, kept))
    content += "".join(
        f'<{listed.prefix}Relationship Id="{escape(new.id)}" Type="{escape(new.type)}" Target="{escape(new.target)}"/>'
        for new in added
    )
    return f"{before}{listed.with_content(content)}{behind}".encode()


def content_types(part: bytes) -> dict[str, str]:
    """The content types that [Content_Types].xml gives to single parts, by normal name."""
    listed = root(decode(part))[1]
    return {normal_name(one.get("PartName")): one.get("ContentType") for one in listed.children("Override")}


def patched_types(part: bytes, removed: Collection[str], added: Iterable[tuple[str, str]]) -> bytes:
    """[Content_Types].xml without the parts of these normal names, and with some more (part name, content type) at its end."""
    before, listed, behind = root(decode(part))
    content = listed.content
    if removed:
        content = "".join(
            str(node)
            for node in nodes(content)
            if not isinstance(node, Element)
            or node.local != "Override"
            or normal_name(node.get("PartName")) not in removed
        )
    content += "".join(
        f'<{listed.prefix}Override PartName="/{escape(name)}" ContentType="{escape(kind)}"/>' for name, kind in added
    )
    return f"{before}{listed.with_content(content)}{behind}".encode()


# --- docProps/app.xml --------------------------------------------------------------------------------------------------


def patched_titles(part: bytes, names: Sequence[str], sheets: Sequence[Placed]) -> bytes:
    """app.xml with its list of sheet titles (and of named areas on sheets that are no more) made true.

    A list that is not understood is left out; Excel writes it anew.
    """
    before, properties, behind = root(decode(part))
    found = {element.local: element for element in properties.children("HeadingPairs", "TitlesOfParts")}
    if not found:
        return part
    new = _titles(found, names, sheets) if len(found) == 2 else None
    content = "".join(
        str(node)
        if not isinstance(node, Element) or node.local not in found
        else ("" if new is None else str(node.with_content(new[node.local])))
        for node in nodes(properties.content)
    )
    return f"{before}{properties.with_content(content)}{behind}".encode()


def _titles(found: Mapping[str, Element], names: Sequence[str], sheets: Sequence[Placed]) -> dict[str, str] | None:
    pairs = next(elements(found["HeadingPairs"].content), None)
    parts = next(elements(found["TitlesOfParts"].content), None)
    if pairs is None or parts is None:
        return None
    words = [unescaped(next(elements(variant.content)).content) for variant in pairs.children() if variant.content]
    titles = [unescaped(title.content) for title in parts.children()]
    groups, at, is_found = [], 0, False
    for heading, count in zip(words[::2], words[1::2], strict=False):
        if not count.isdecimal():
            return None
        group = titles[at : at + int(count)]
        at += int(count)
        if not is_found and group and group == [name for name in names if name in group]:
            group, is_found = _listed_sheets(frozenset(group), names, sheets), True
        else:
            group = [new for title in group for new in _named_areas(title, names, sheets)]
        groups.append((heading, group))
    if at != len(titles) or not is_found:
        return None
    vt = pairs.prefix
    headings = "".join(
        f"<{vt}variant><{vt}lpstr>{escape_content(heading)}</{vt}lpstr></{vt}variant><{vt}variant><{vt}i4>{len(group)}</{vt}i4></{vt}variant>"
        for heading, group in groups if group
    )  # fmt: skip
    listed = [title for _, group in groups for title in group]
    texts = "".join(f"<{vt}lpstr>{escape_content(title)}</{vt}lpstr>" for title in listed)
    size = 2 * sum(bool(group) for _, group in groups)
    return {
        "HeadingPairs": str(pairs.with_content(headings).with_attribute("size", str(size))),
        "TitlesOfParts": str(parts.with_content(texts).with_attribute("size", str(len(listed)))),
    }


def _listed_sheets(listed: frozenset[str], names: Sequence[str], sheets: Sequence[Placed]) -> list[str]:
    """The titles of sheets: Excel lists all but those that are very hidden."""
    return [
        placed.name
        for placed in sheets
        if (placed.state != "veryHidden" if placed.base == NEW else names[placed.base] in listed)
    ]


def _named_areas(title: str, names: Sequence[str], sheets: Sequence[Placed]) -> list[str]:
    """What becomes of the title of a named area (甲表!Print_Area, 'B 表'!Print_Titles): as often there as its sheet."""
    qualifier, mark, area = title.rpartition("!")
    if not mark:
        return [title]
    sheet = unqualified(qualifier + mark)
    return [
        qualified(placed.name) + area if placed.copy else title
        for placed in sheets
        if placed.base != NEW and names[placed.base] == sheet
    ]
