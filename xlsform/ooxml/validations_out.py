"""Data validations set on a sheet; those that were there make room, cell by cell, also those in the extension for other sheets' lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from xlsform.core.cells import Area, Spot, length
from xlsform.core.edits import LONGEST_MESSAGE, LONGEST_TITLE, Validation
from xlsform.ooxml.areas import anchored, corner, groups, meet, parse_areas, show_areas, without
from xlsform.ooxml.markup import unescaped
from xlsform.ooxml.sheet_base import Tail, inserted
from xlsform.ooxml.xmltext import Element, elements, escape, escape_content, escape_string, nodes

LONGEST_LIST = 255
"""Characters of the formula that is a list in quotation marks."""

_OPERATORS = frozenset(
    {"between", "notBetween", "equal", "notEqual", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"}
)
_COMPARING = frozenset({"whole", "decimal", "textLength"})
_FORMULA = re.compile(r"(<(?:\w+:)?(?:formula1|formula2|f)(?:\s[^<>]*)?>)([^<]*)(?=</)")


class _Rule(NamedTuple):
    """One validation: for which cells it holds now, and the cell that its formulas are written for."""

    element: Element
    areas: Sequence[Area]
    anchor: Spot


def checked(edit: Validation) -> None:
    """Raises ValueError for a validation that Excel would refuse."""
    for text, most in (
        (edit.error_title, LONGEST_TITLE), (edit.prompt_title, LONGEST_TITLE),
        (edit.error, LONGEST_MESSAGE), (edit.prompt, LONGEST_MESSAGE),
    ):  # fmt: skip
        if length(text) > most:
            raise ValueError(f"a validation's text of {length(text)} characters; Excel shows {most}: {text}")
    if not edit.areas:
        raise ValueError(f"a validation for no cell of {edit.sheet!r}")
    if edit.operator not in _OPERATORS:
        raise ValueError(f"{edit.operator!r} is no operator of a validation")
    two = edit.kind in _COMPARING and edit.operator in {"between", "notBetween"}
    if (edit.kind != "any") != bool(edit.formula) or two != bool(edit.to):
        raise ValueError(f"a validation of kind {edit.kind!r} with formulas {edit.formula!r} and {edit.to!r}")
    if edit.kind == "list" and edit.formula.startswith('"') and length(edit.formula) - 2 > LONGEST_LIST:
        raise ValueError(
            f"a list of {length(edit.formula) - 2} characters in one validation; at most {LONGEST_LIST} can be"
        )


def validated(tail: Tail, prefix: str, edits: Iterable[tuple[Sequence[Area], Validation]]) -> Tail:
    """The tail of a sheet with validations for areas (of the finished sheet); a later one takes the place of an earlier."""
    new: list[_Rule] = []
    holes: list[Area] = []
    for areas, edit in edits:
        new = _carved(new, areas)
        holes += areas
        if areas:
            new.append(_Rule(_element(prefix, edit), areas, corner(areas)))
    if not new:
        return tail
    tail = [node for node in (_making_room(node, holes) for node in tail) if node != ""]
    written = "".join(map(_written, new))
    for at, node in enumerate(tail):
        if isinstance(node, Element) and node.local == "dataValidations":
            return [*tail[:at], _counted(node, node.content + written), *tail[at + 1 :]]
    name = f"{prefix}dataValidations"
    return inserted(tail, "dataValidations", _counted(Element(name, f'<{name} count="0">', "", f"</{name}>"), written))


def _counted(listed: Element, content: str) -> Element:
    count = sum(1 for _ in elements(content))
    return listed.with_content(content).with_attribute("count", str(count))


def _element(prefix: str, edit: Validation) -> Element:
    said = {
        "type": edit.kind if edit.kind != "any" else "",
        "errorStyle": "" if edit.strict or edit.kind == "any" else "warning",
        "operator": edit.operator if edit.kind in _COMPARING and edit.operator != "between" else "",
        "allowBlank": "1",
        "showInputMessage": "1",
        "showErrorMessage": "1" if edit.kind != "any" else "",
        "errorTitle": edit.error_title,
        "error": edit.error,
        "promptTitle": edit.prompt_title,
        "prompt": edit.prompt,
    }
    tag = "".join(f' {name}="{_message(text)}"' for name, text in said.items() if text)
    formulas = (("formula1", edit.formula), ("formula2", edit.to))
    content = "".join(
        f"<{prefix}{name}>{escape_content(formula)}</{prefix}{name}>" for name, formula in formulas if formula
    )
    name = f"{prefix}dataValidation"
    return Element(name, f'<{name}{tag} sqref="">', content, f"</{name}>")


def _message(text: str) -> str:
    """A text of several lines as the value of an attribute."""
    text = escape_string(text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


# --- making room -------------------------------------------------------------------------------------------------------


def _making_room(node: Element | str, holes: Sequence[Area]) -> Element | str:
    """An element without validations for the cells of `holes`; "" when it was there for nothing else."""
    if not isinstance(node, Element):
        return node
    if node.local == "dataValidations":
        return _without(node, lambda rule: _rest(rule, holes), count=True)
    if node.local in {"extLst", "ext"} and "dataValidation" in node.content:
        return _without(node, lambda child: _making_room(child, holes), count=False)
    return node


def _without(parent: Element, change: Callable[[Element], Element | str], *, count: bool) -> Element | str:
    """An element whose children became what `change` makes of them: the very same when none changed, "" when none is left."""
    content = "".join(str(change(node)) if isinstance(node, Element) else node for node in nodes(parent.content))
    if content == parent.content:
        return parent
    if next(elements(content), None) is None:
        return ""
    return _counted(parent, content) if count and parent.get("count") else parent.with_content(content)


def _rest(element: Element, holes: Sequence[Area]) -> Element | str:
    areas = parse_areas(_sqref(element))
    if not any(meet(area, hole) for area in areas for hole in holes):
        return element
    left = without(areas, holes)
    return _written(_Rule(element, left, corner(areas))) if left else ""


def _sqref(rule: Element) -> str:
    inside = next(iter(rule.children("sqref")), None)
    return inside.content if inside is not None else rule.get("sqref")


def _carved(rules: Iterable[_Rule], holes: Sequence[Area]) -> list[_Rule]:
    left = []
    for rule in rules:
        if any(meet(area, hole) for area in rule.areas for hole in holes):
            rest = without(rule.areas, holes)
            left += [rule._replace(areas=rest)] if rest else []
        else:
            left.append(rule)
    return left


def _written(rule: _Rule) -> str:
    """The rule as XML, as several rules where one cannot say it."""
    formulas = [unescaped(found[2]) for found in _FORMULA.finditer(rule.element.content)]
    return "".join(str(_over(rule, areas)) for areas in groups(rule.areas, formulas))


def _over(rule: _Rule, areas: Sequence[Area]) -> Element:
    def formula(found: re.Match[str]) -> str:
        old = unescaped(found[2])
        new = anchored(old, rule.anchor, corner(areas))
        return found[0] if new == old else found[1] + escape_content(new)

    content = _FORMULA.sub(formula, rule.element.content)
    sqref = show_areas(areas)
    for inside in rule.element.children("sqref"):
        content = content.replace(str(inside), str(inside.with_content(sqref)))
        return rule.element.with_content(content)
    return rule.element.with_content(content).with_attribute("sqref", escape(sqref))
