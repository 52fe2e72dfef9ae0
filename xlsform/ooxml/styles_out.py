"""What the writer must know of styles.xml, and what it adds: cell styles like another but for a `Look`, and conditional formats.

Nothing that is there changes its number; what says the same as something that is there gets its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlsform.core.edits import Look
from xlsform.ooxml import looks
from xlsform.ooxml.looks import Shape, element, shape
from xlsform.ooxml.numfmt import BUILTIN
from xlsform.ooxml.parts_out import DECLARATION
from xlsform.ooxml.xmltext import Element, decode, escape, nodes, root

MOST_STYLES = 65_490
"""More cell styles than this make Excel repair the file."""

_TRUE = {"1", "true", "on"}
_WRAPPING = {"justify", "distributed"}

LOOKS_LIKE_FORMULA = re.compile(r"\s*[=+\-@'＝＋－＠]|\s*\{\s*=")
"""Text that Excel or WPS would take for a formula (or an escape) when somebody edits the cell."""

_LISTS = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst",
)  # fmt: skip
"""The order that the schema (CT_Stylesheet) demands."""

# What a list that is missing (or empty) begins with: what its number 0 means without it. Excel reserves the first two fills.
_FIRST = {
    "fonts": ('<{0}font><{0}sz val="11"/><{0}name val="Calibri"/></{0}font>',),
    "fills": tuple(f'<{{0}}fill><{{0}}patternFill patternType="{kind}"/></{{0}}fill>' for kind in ("none", "gray125")),
    "borders": ("<{0}border><{0}left/><{0}right/><{0}top/><{0}bottom/><{0}diagonal/></{0}border>",),
    "cellXfs": ('<{0}xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
}
_FIRST_STYLE = '<cellStyle name="Normal" xfId="0" builtinId="0"/>'
_SAME_EVERYWHERE: dict[str, int] = {BUILTIN[number]: number for number in (*range(5), *range(9, 14), *range(45, 50))}
"""The built-in number formats that mean the same in every country."""
_FIRST_OWN_FORMAT = 164


def first_styles(namespace: str) -> bytes:
    """A styles.xml that says what its absence says."""
    lists = {name: "".join(items).format("") for name, items in _FIRST.items()}
    lists |= {"cellStyleXfs": lists["cellXfs"], "cellXfs": lists["cellXfs"].replace("/>", ' xfId="0"/>')}
    lists["cellStyles"] = _FIRST_STYLE
    content = "".join(f"<{name}>{lists[name]}</{name}>" for name in _LISTS if name in lists)
    return f'{DECLARATION}<styleSheet xmlns="{namespace}">{content}</styleSheet>'.encode()


class TextStyle(NamedTuple):
    """How a cell style shows text: does it wrap within its column, and in which font size (points)."""

    wrap: bool
    size: float


PLAIN = TextStyle(wrap=False, size=11.0)


def _font_size(font: Element) -> float:
    return next((float(child.get("val", "11")) for child in font.children("sz")), PLAIN.size)


def _text_style(xf: Element, size: Callable[[int], float]) -> TextStyle:
    wrap = False
    for said in xf.children("alignment"):
        wraps = said.get("wrapText") in _TRUE or _WRAPPING & {said.get("horizontal"), said.get("vertical")}
        wrap = bool(wraps) and said.get("textRotation", "0") == "0"
    return TextStyle(wrap, size(int(xf.get("fontId", "0"))))


@lru_cache(maxsize=8)
def text_styles(part: bytes) -> tuple[tuple[TextStyle, bool], ...]:
    """For every cell style of styles.xml, by its index: (how it shows text, whether it has quotePrefix already)."""
    sheet = root(decode(part))[1]
    sizes = [_font_size(font) for fonts in sheet.children("fonts") for font in fonts.children("font")]
    return tuple(
        (
            _text_style(xf, lambda font: sizes[font] if font < len(sizes) else PLAIN.size),
            xf.get("quotePrefix") in _TRUE,
        )
        for xfs in sheet.children("cellXfs")
        for xf in xfs.children("xf")
    )


@lru_cache(maxsize=8)
def _taken_apart(part: bytes) -> tuple[str, Element, str, tuple[Element, ...]]:
    """What stands before and behind the root, the root, and its children."""
    before, sheet, behind = root(decode(part))
    return before, sheet, behind, tuple(sheet.children())


@lru_cache(maxsize=48)
def _listed(part: bytes, name: str) -> tuple[tuple[Element, Shape], ...]:
    """The items of one list of styles.xml with what they say: many workbooks come with the very same styles."""
    lists = (listed for listed in _taken_apart(part)[3] if listed.local == name)
    return tuple((item, shape(item)) for listed in lists for item in listed.children())


class _List:
    """One list of styles.xml: its items, those added behind them, and their numbers by what they say."""

    def __init__(self, listed: Sequence[tuple[Element, Shape]], first: Iterable[Element]) -> None:
        self.items = [item for item, _ in listed]
        self.old = len(self.items)
        self.is_cut = False
        self._numbers: dict[Shape, int] = {}
        for number, (_, said) in enumerate(listed):
            self._numbers.setdefault(said, number)
        if not self.items:
            for item in first:
                self.add(item)

    @property
    def added(self) -> list[Element]:
        """What is new, in order."""
        return self.items[self.old :]

    def number(self, item: Element) -> int:
        """The number of an item, which is added when there is none that says the same."""
        number = self._numbers.get(shape(item))
        return self.add(item) if number is None else number

    def add(self, item: Element) -> int:
        """The number of an item added."""
        self._numbers.setdefault(shape(item), len(self.items))
        self.items.append(item)
        return len(self.items) - 1

    def cut(self, number: int) -> None:
        """Take out the items from this number on, all of them old."""
        self.items, self.old, self.is_cut = self.items[:number], number, True
        self._numbers = {said: at for said, at in self._numbers.items() if at < number}


class Styles:
    """The styles of one package while it is being written: hands out numbers and remembers what they mean for styles.xml.

    `part` is None for a package without styles. New styles are numbered in the order they are asked for, which the plan decides.
    """

    def __init__(self, part: bytes | None) -> None:
        self._part = part
        self._known = list(text_styles(part)) if part is not None else []
        self._lists: dict[str, _List] = {}
        self._quoted: dict[int, int] = {}
        self._variants: dict[tuple[int, Look], int] = {}
        self._dxfs: dict[Look, int] = {}
        self._released: set[int] = set()

    def text(self, style: int) -> TextStyle:
        """How the cell style shows text."""
        return self._known[style][0] if style < len(self._known) else PLAIN

    def quoted(self, style: int) -> int:
        """The style like `style` that marks its text as text. Raises ValueError when the package is full of styles."""
        number = self._quoted.get(style)
        if number is None:
            if style >= len(self._known) or self._known[style][1]:
                return style
            xf = self._list("cellXfs").items[style].with_attribute("quotePrefix", "1")
            number = self._quoted[style] = self._style(xf)
        return number

    def variant(self, base_style: int, look: Look) -> int:
        """The cell style like `base_style` with this look; `base_style` itself when it has that look already.

        Raises ValueError for a look that no style can have, when the package is full of styles, or has none at all.
        """
        key = (base_style, look)
        number = self._variants.get(key)
        if number is None:
            xfs = self._list("cellXfs")
            base = xfs.items[base_style if base_style < len(xfs.items) else 0]
            changed = self._changed(base, look)
            number = self._variants[key] = base_style if changed == base else self._style(changed)
        return number

    def dxf(self, look: Look) -> int:
        """The number of the differential format with this look. Raises ValueError for what a conditional format cannot change."""
        number = self._dxfs.get(look)
        if number is None:
            code = look.number_format
            wanted = looks.dxf(self._prefix, look, self._number_format(code) if code is not None else 0)
            number = self._dxfs[look] = self._list("dxfs").number(wanted)
            self._released.discard(number)
        return number

    def release(self, numbers: Iterable[int]) -> None:
        """Differential formats that nothing in the package uses any more, but for whoever asks `dxf` for them yet.

        Those of them that stand last are taken out; others keep their place, for the sake of the numbers behind them.
        """
        self._released.update(numbers)

    def part(self) -> bytes | None:
        """styles.xml with all that was handed out; the very same bytes when nothing came or went."""
        if self._part is None:
            return None
        if self._released:
            self._cut()
        if not any(one.added for one in self._lists.values()) and not self._released:
            return self._part
        before, sheet, behind, _ = _taken_apart(self._part)
        listed: list[Element | str] = list(nodes(sheet.content))
        for name in _LISTS:
            if name in self._lists:
                listed = self._relisted(listed, name, self._lists[name])
        return f"{before}{sheet.with_content(''.join(map(str, listed)))}{behind}".encode()

    # --- the lists

    @property
    def _prefix(self) -> str:
        if self._part is None:
            raise ValueError("a package without styles.xml")
        return _taken_apart(self._part)[1].prefix

    def _list(self, name: str) -> _List:
        if name not in self._lists:
            prefix = self._prefix
            items = _listed(self._part or b"", name)
            first = [element(text.format(prefix)) for text in _FIRST.get(name, ())]
            self._lists[name] = _List(items, first)
            if name == "cellXfs" and not items:
                self._known.append((PLAIN, False))
        return self._lists[name]

    def _style(self, xf: Element) -> int:
        """The number of a cell format, and how it shows text remembered."""
        xfs = self._list("cellXfs")
        number = xfs.number(xf)
        if number >= MOST_STYLES:
            raise ValueError(f"more than {MOST_STYLES} cell styles")
        if number == len(self._known):
            fonts = self._list("fonts").items
            shown = _text_style(xf, lambda font: _font_size(fonts[font]) if font < len(fonts) else PLAIN.size)
            self._known.append((shown, xf.get("quotePrefix") in _TRUE))
        return number

    def _changed(self, xf: Element, look: Look) -> Element:
        """A cell format with another look; what it says already stays as it is said."""
        xf = looks.aligned(xf, look)
        if any(said is not None for said in (look.font, look.size, look.bold, look.color, look.underline)):
            xf = self._referring(xf, "font", lambda font: looks.font(font, look))
        if look.fill is not None:
            color = look.fill
            xf = self._referring(xf, "fill", lambda fill: looks.fill(fill.prefix, color))
        if look.border is not None:
            frame = look.border
            xf = self._referring(xf, "border", lambda border: looks.border(border, frame))
        if look.number_format is not None:
            number = self._number_format(look.number_format)
            if number != int(xf.get("numFmtId", "0")):
                xf = xf.with_attribute("numFmtId", str(number)).with_attribute("applyNumberFormat", "1")
        return xf

    def _referring(self, xf: Element, kind: str, change: Callable[[Element], Element]) -> Element:
        """A cell format that refers to another font, fill or border."""
        one = self._list(f"{kind}s")
        old = int(xf.get(f"{kind}Id", "0"))
        item = one.items[old if old < len(one.items) else 0]
        changed = change(item)
        if changed == item or (number := one.number(changed)) == old:
            return xf
        return xf.with_attribute(f"{kind}Id", str(number)).with_attribute(f"apply{kind.capitalize()}", "1")

    def _number_format(self, code: str) -> int:
        """The id of a number format."""
        if code in _SAME_EVERYWHERE:
            return _SAME_EVERYWHERE[code]
        formats = self._list("numFmts")
        ids: dict[str, int] = {}
        for item in formats.items:
            ids.setdefault(item.get("formatCode"), int(item.get("numFmtId", "0")))
        if code not in ids:
            ids[code] = max([_FIRST_OWN_FORMAT - 1, *ids.values()]) + 1
            p = self._prefix
            formats.add(element(f'<{p}numFmt numFmtId="{ids[code]}" formatCode="{escape(code)}"/>'))
        return ids[code]

    def _cut(self) -> None:
        dxfs = self._list("dxfs")
        last = len(dxfs.items)
        while last and last - 1 in self._released:
            last -= 1
        if last == len(dxfs.items):
            self._released.clear()
        else:
            dxfs.cut(last)

    def _relisted(self, listed: list[Element | str], name: str, one: _List) -> list[Element | str]:
        """The children of the root with one list as it is now. A list that is made anew has no count: so it is gone when it is emptied."""
        behind = _LISTS[_LISTS.index(name) + 1 :]
        for at, node in enumerate(listed):
            if isinstance(node, Element) and node.local == name:
                kept = _first(node, one.old) if one.is_cut else node.content
                content = kept + "".join(map(str, one.added))
                return [*listed[:at], _counted(node, content, len(one.items)), *listed[at + 1 :]]
        if not one.items:
            return listed
        places = (at for at, node in enumerate(listed) if isinstance(node, Element) and node.local in behind)
        at, p = next(places, len(listed)), self._prefix
        return [*listed[:at], f"<{p}{name}>{''.join(map(str, one.items))}</{p}{name}>", *listed[at:]]


def _first(listed: Element, count: int) -> str:
    """The content of a list up to its item `count`; all of it, blanks included, when it has no more."""
    out = []
    for node in nodes(listed.content):
        if isinstance(node, Element):
            if not count:
                break
            count -= 1
        out.append(str(node))
    return "".join(out)


def _counted(listed: Element, content: str, count: int) -> str:
    said = listed.get("count")
    if content:
        changed = listed.with_content(content)
        return str(changed.with_attribute("count", str(count)) if said else changed)
    tag = listed.tag if not listed.end else listed.tag[:-1] + "/>"
    return str(Element(listed.name, tag, "", "").with_attribute("count", "0")) if said else ""
