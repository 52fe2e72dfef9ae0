"""Conditional formats set on a sheet and taken out again, and the protection of a sheet."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from xlsform.core.cells import Area
from xlsform.core.edits import Highlight
from xlsform.ooxml.areas import anchored, corner, groups, show_areas
from xlsform.ooxml.markup import unescaped
from xlsform.ooxml.sheet_base import Tail, inserted
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.xmltext import Element, elements, escape_content, nodes

_PRIORITY = re.compile(r"""<(?:\w+:)?cfRule\s[^>]*?\bpriority\s*=\s*["'](-?\d+)["']""")
_HOLDERS = frozenset({"conditionalFormatting", "conditionalFormattings", "ext", "extLst"})
_TRUE = frozenset({"1", "true"})
_ALLOWED = ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "insertHyperlinks")
"""What may be done on a protected sheet all the same (0: not protected)."""


def highlighted(tail: Tail, prefix: str, styles: Styles, edits: Sequence[tuple[Sequence[Area], Highlight]]) -> Tail:
    """The tail of a sheet with conditional formats for areas (of the finished sheet) behind those that are there."""
    if not edits:
        return tail
    last = max((int(found) for node in tail for found in _PRIORITY.findall(str(node))), default=0)
    new: list[Element] = []
    for areas, edit in edits:
        for group in groups(areas, (edit.formula,)) if areas else ():
            last += 1
            formula = anchored(edit.formula, corner(areas), corner(group))
            name = f"{prefix}conditionalFormatting"
            rule = (
                f'<{prefix}cfRule type="expression" dxfId="{styles.dxf(edit.look)}" priority="{last}">'
                f"<{prefix}formula>{escape_content(formula)}</{prefix}formula></{prefix}cfRule>"
            )
            new.append(Element(name, f'<{name} sqref="{show_areas(group)}">', rule, f"</{name}>"))
    return inserted(tail, "conditionalFormatting", *new)


def without_highlights(tail: Tail, formulas: Collection[str]) -> Tail:
    """The tail of a sheet without the conditional formats with one of these formulas (of the base)."""
    wanted = frozenset(map(str.strip, formulas))
    return [left for node in tail if (left := _without(node, wanted)) != ""]


def _without(node: Element | str, wanted: frozenset[str]) -> Element | str:
    if not isinstance(node, Element):
        return node
    if node.local == "cfRule":
        return "" if wanted & {_formula(one) for one in node.children("formula", "f")} else node
    if node.local not in _HOLDERS or "cfRule" not in node.content:
        return node
    content = "".join(str(_without(child, wanted)) for child in nodes(node.content))
    if content == node.content:
        return node
    left = {child.local for child in elements(content)} - (
        {"sqref"} if node.local == "conditionalFormatting" else set()
    )
    return node.with_content(content) if left else ""


def _formula(element: Element) -> str:
    return unescaped(element.content).strip()


def formats_used(text: str) -> list[int]:
    """The numbers of the differential formats that a part uses, as often as it does."""
    return [int(number) for number in re.findall(r"""\s\w*[dD]xfId\s*=\s*["'](\d+)["']""", text)]


def protected(tail: Tail, prefix: str) -> Tail:
    """The tail of a sheet that is protected; a protection that is there stays as it is."""
    allowed = "".join(f' {name}="0"' for name in _ALLOWED)
    tag = f'<{prefix}sheetProtection sheet="1" objects="1" scenarios="1"{allowed}/>'
    element = Element(f"{prefix}sheetProtection", tag, "", "")
    for at, node in enumerate(tail):
        if isinstance(node, Element) and node.local == "sheetProtection":
            return tail if node.get("sheet") in _TRUE else [*tail[:at], element, *tail[at + 1 :]]
    return inserted(tail, "sheetProtection", element)
