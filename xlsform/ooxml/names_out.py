"""Defined names put into workbook.xml and taken out of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlsform.core.edits import Define
from xlsform.ooxml.markup import unescaped
from xlsform.ooxml.parts_out import UNWRITABLE
from xlsform.ooxml.workbook_out import AFTER_NAMES
from xlsform.ooxml.xmltext import Element, decode, elements, escape, escape_content, nodes, rewritten, root

_NAME = re.compile(r"(?:[^\W\d]|\\)[\w.\\?]{0,254}\Z")
_LIKE_A_CELL = re.compile(r"(?:[A-Za-z]{1,3}[0-9]{1,7}|[Rr][0-9]*(?:[Cc][0-9]*)?|[Cc][0-9]*)\Z")
_PRINTED = "_xlnm.print_area"
_LONGEST = 8_192
"""Characters of a formula."""


def defined(part: bytes, edits: Sequence[Define]) -> bytes:
    """workbook.xml with these names of the whole workbook; the names of single sheets stay. The very same bytes when none changes.

    Raises ValueError for a name or a formula that Excel refuses.
    """
    before, book, behind = root(decode(part))
    content = book.content
    for edit in edits:
        content = _with_name(content, book.prefix, edit)
    return part if content == book.content else f"{before}{book.with_content(content)}{behind}".encode()


def with_local_name(part: bytes, name: str, formula: str, sheet: int) -> bytes:
    """workbook.xml with a new name of the sheet number `sheet` (from 0), which has none of that name yet."""
    before, book, behind = root(decode(part))
    p = book.prefix
    new = f'<{p}definedName name="{escape(name)}" localSheetId="{sheet}">{escape_content(formula)}</{p}definedName>'
    return f"{before}{book.with_content(_appended(book.content, p, new))}{behind}".encode()


def printed(part: bytes, sheet: int, area: str) -> bytes:
    """workbook.xml with a print area of the sheet number `sheet` (from 0), when it has none."""
    _, book, _ = root(decode(part))
    names = (name for listed in book.children("definedNames") for name in listed.children("definedName"))
    if any(name.get("name").casefold() == _PRINTED and name.get("localSheetId") == str(sheet) for name in names):
        return part
    return with_local_name(part, "_xlnm.Print_Area", area, sheet)


def _with_name(content: str, prefix: str, edit: Define) -> str:
    _check(edit)
    folded = edit.name.casefold()
    listed = next((element for element in elements(content) if element.local == "definedNames"), None)
    old = [
        name
        for name in (listed.children("definedName") if listed is not None else ())
        if name.get("name").casefold() == folded and not name.get("localSheetId")
    ]
    if edit.formula is None:
        return rewritten(content, {"definedNames": lambda names: _without(names, old)}) if old else content
    if not old:
        hidden = ' hidden="1"' if edit.hidden else ""
        name = f'<{prefix}definedName name="{escape(edit.name)}"{hidden}>{escape_content(edit.formula)}</{prefix}definedName>'
        return _appended(content, prefix, name)
    changed = old[0].with_attribute("hidden", "1" if edit.hidden else None)
    if unescaped(changed.content) != edit.formula:
        changed = changed.with_content(escape_content(edit.formula))
    return rewritten(
        content,
        {
            "definedNames": lambda names: names.with_content(
                "".join(str(changed) if node == old[0] else str(node) for node in nodes(names.content))
            )
        },
    )


def _check(edit: Define) -> None:
    if _NAME.match(edit.name) is None or _LIKE_A_CELL.match(edit.name) is not None:
        raise ValueError(f"{edit.name!r} cannot be the name of a formula")
    formula = edit.formula
    if formula is not None and (not formula or len(formula) > _LONGEST or UNWRITABLE.search(formula)):
        raise ValueError(f"the name {edit.name!r} cannot stand for {formula!r}")


def _without(names: Element, old: list[Element]) -> Element | str:
    kept = [node for node in nodes(names.content) if node not in old]
    return names.with_content("".join(map(str, kept))) if any(isinstance(node, Element) for node in kept) else ""


def _appended(content: str, prefix: str, name: str) -> str:
    """The content of workbook.xml with one more name behind those there are, or with the first."""
    listed = list(nodes(content))
    for at, node in enumerate(listed):
        if isinstance(node, Element) and node.local == "definedNames":
            listed[at] = str(node.with_content(node.content + name))
            return "".join(map(str, listed))
    followers = (at for at, node in enumerate(listed) if isinstance(node, Element) and node.local in AFTER_NAMES)
    listed.insert(next(followers, len(listed)), f"<{prefix}definedNames>{name}</{prefix}definedNames>")
    return "".join(map(str, listed))
