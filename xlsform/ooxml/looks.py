"""A `Look` as elements of styles.xml: what a font, a border, a cell format becomes, and the dxf of a conditional format.

Elements are changed, not made anew: what a look does not speak of (theme colours, strike-through, indents, extensions) stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from xlsform.core.edits import Look
from xlsform.ooxml.xmltext import Element, attributes, elements, escape, nodes

Shape = tuple[str, tuple[tuple[str, str], ...], "tuple[Shape, ...] | str"]
"""What an element says, however it is written: local name, attributes in order, children or text."""

_FONT = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color", "name", "family", "charset",
    "scheme",
)  # fmt: skip
_SIDES = ("left", "right", "top", "bottom")
_BORDER = ("start", "end", *_SIDES, "diagonal", "vertical", "horizontal")
_XF = ("alignment", "protection", "extLst")
_COLOR = re.compile(r"[0-9A-Fa-f]{6}\Z")
_HORIZONTAL = frozenset({"general", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed"})
_VERTICAL = frozenset({"top", "center", "bottom", "justify", "distributed"})
_NOT_CONDITIONAL = ("font", "size", "horizontal", "vertical", "wrap", "locked")
"""What a conditional format cannot change."""


@lru_cache(maxsize=1024)
def shape(element: Element) -> Shape:
    """What an element says, for comparing."""
    children = element.children() if element.content else []
    said = tuple(sorted(attributes(element.tag).items()))
    return element.local, said, tuple(map(shape, children)) if children else element.content.strip()


def element(text: str) -> Element:
    """The one element that `text` is."""
    return next(elements(text))


def with_child(parent: Element, name: str, child: str, order: Sequence[str]) -> Element:
    """The element with its child `name` replaced by `child` ("" takes it out), a new one in the place that `order` gives it."""
    kept = [node for node in nodes(parent.content) if not isinstance(node, Element) or node.local != name]
    if child:
        behind = order[order.index(name) + 1 :]
        places = (at for at, node in enumerate(kept) if isinstance(node, Element) and node.local in behind)
        kept.insert(next(places, len(kept)), child)
    return parent.with_content("".join(map(str, kept)))


def rgb(color: str) -> str:
    """The attribute that says a colour RRGGBB. Raises ValueError for anything else."""
    if _COLOR.match(color) is None:
        raise ValueError(f"{color!r} is no colour RRGGBB")
    return f'rgb="FF{color.upper()}"'


def _size(size: Decimal) -> str:
    if not 1 <= size <= 409:
        raise ValueError(f"{size} is no font size")
    return f"{size.normalize():f}"


@lru_cache(maxsize=256)
def font(base: Element, look: Look) -> Element:
    """The font with what the look says of fonts."""
    p = base.prefix
    if look.bold is not None:
        base = with_child(base, "b", f"<{p}b/>" if look.bold else "", _FONT)
    if look.underline is not None:
        base = with_child(base, "u", f"<{p}u/>" if look.underline else "", _FONT)
    if look.size is not None:
        base = with_child(base, "sz", f'<{p}sz val="{_size(look.size)}"/>', _FONT)
    if look.color is not None:
        base = with_child(base, "color", f"<{p}color {rgb(look.color)}/>", _FONT)
    if look.font is not None and look.font not in [name.get("val") for name in base.children("name")]:
        for name in ("scheme", "family", "charset"):  # they speak of the font that was
            base = with_child(base, name, "", _FONT)
        base = with_child(base, "name", f'<{p}name val="{escape(look.font)}"/>', _FONT)
    return base


def fill(prefix: str, color: str) -> Element:
    """A solid fill."""
    p = prefix
    return element(
        f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor {rgb(color)}/><{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
    )


@lru_cache(maxsize=64)
def border(base: Element, color: str) -> Element:
    """The border with a thin frame; diagonals stay."""
    for side in _SIDES:
        line = f'<{base.prefix}{side} style="thin"><{base.prefix}color {rgb(color)}/></{base.prefix}{side}>'
        base = with_child(base, side, line, _BORDER)
    return base


@lru_cache(maxsize=256)
def aligned(xf: Element, look: Look) -> Element:
    """The cell format with what the look says of alignment and protection."""
    if look.horizontal is not None and look.horizontal not in _HORIZONTAL:
        raise ValueError(f"{look.horizontal!r} is no horizontal alignment")
    if look.vertical is not None and look.vertical not in _VERTICAL:
        raise ValueError(f"{look.vertical!r} is no vertical alignment")
    said = {"horizontal": look.horizontal, "vertical": look.vertical}
    wanted = {name: value for name, value in said.items() if value is not None}
    if look.wrap is not None:
        wanted["wrapText"] = "1" if look.wrap else "0"
    xf = _with_settings(xf, "alignment", wanted, {"horizontal": "general", "vertical": "bottom", "wrapText": "0"})
    locked = {} if look.locked is None else {"locked": "1" if look.locked else "0"}
    return _with_settings(xf, "protection", locked, {"locked": "1"})


def _with_settings(xf: Element, name: str, wanted: dict[str, str], defaults: dict[str, str]) -> Element:
    """The cell format with attributes of its child `name`; untouched when it says all that already."""
    old = next(iter(xf.children(name)), None)
    said = attributes(old.tag) if old is not None else {}
    truths = {"true": "1", "false": "0"}
    now = {key: truths.get(value, value) for key, value in (defaults | said).items()}
    if all(now[key] == value for key, value in wanted.items()):
        return xf
    changed = old if old is not None else Element(xf.prefix + name, f"<{xf.prefix}{name}/>", "", "")
    for key, value in wanted.items():
        changed = changed.with_attribute(key, None if value == defaults[key] and key not in said else value)
    return with_child(xf, name, str(changed), _XF).with_attribute(f"apply{name.capitalize()}", "1")


def dxf(prefix: str, look: Look, number_format: int) -> Element:
    """The differential format of a conditional format. Raises ValueError for what a conditional format cannot change.

    number_format: the id that a new number format would have.
    """
    p = prefix
    if any(getattr(look, name) is not None for name in _NOT_CONDITIONAL):
        raise ValueError(f"a conditional format cannot change all of this: {look}")
    out = []
    if look.bold is not None or look.underline is not None or look.color is not None:
        empty = element(f"<{p}font/>")
        changed = font(empty, look)
        if look.bold is False:  # unlike a cell's font, here silence means: as it is
            changed = with_child(changed, "b", f'<{p}b val="0"/>', _FONT)
        if look.underline is False:
            changed = with_child(changed, "u", f'<{p}u val="none"/>', _FONT)
        out.append(str(changed))
    if look.number_format is not None:
        out.append(f'<{p}numFmt numFmtId="{number_format}" formatCode="{escape(look.number_format)}"/>')
    if look.fill is not None:
        out.append(f"<{p}fill><{p}patternFill><{p}bgColor {rgb(look.fill)}/></{p}patternFill></{p}fill>")
    if look.border is not None:
        out.append(str(border(element(f"<{p}border/>"), look.border)))
    if not out:
        raise ValueError("a conditional format that changes nothing")
    return element(f"<{p}dxf>{''.join(out)}</{p}dxf>")
