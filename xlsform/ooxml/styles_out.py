"""What the writer must know of styles.xml, and the one thing it adds: styles with quotePrefix, for text that looks like a formula."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from xlsform.ooxml.xmltext import Element, decode, rewritten, root

MOST_STYLES = 65_490
"""More cell styles than this make Excel repair the file."""

_TRUE = {"1", "true", "on"}
_WRAPPING = {"justify", "distributed"}

LOOKS_LIKE_FORMULA = re.compile(r"\s*[=+\-@'＝＋－＠]|\s*\{\s*=")
"""Text that Excel or WPS would take for a formula (or an escape) when somebody edits the cell."""


class TextStyle(NamedTuple):
    """How a cell style shows text: does it wrap within its column, and in which font size (points)."""

    wrap: bool
    size: float


PLAIN = TextStyle(wrap=False, size=11.0)


def _font_size(font: Element) -> float:
    return next((float(child.get("val", "11")) for child in font.children("sz")), PLAIN.size)


def _text_style(xf: Element, sizes: list[float]) -> TextStyle:
    font = int(xf.get("fontId", "0"))
    wrap = False
    for said in xf.children("alignment"):
        wraps = said.get("wrapText") in _TRUE or _WRAPPING & {said.get("horizontal"), said.get("vertical")}
        wrap = bool(wraps) and said.get("textRotation", "0") == "0"
    return TextStyle(wrap, sizes[font] if font < len(sizes) else PLAIN.size)


@lru_cache(maxsize=8)
def text_styles(part: bytes) -> tuple[tuple[TextStyle, bool], ...]:
    """For every cell style of styles.xml, by its index: (how it shows text, whether it has quotePrefix already)."""
    sheet = root(decode(part))[1]
    sizes = [_font_size(font) for fonts in sheet.children("fonts") for font in fonts.children("font")]
    return tuple(
        (_text_style(xf, sizes), xf.get("quotePrefix") in _TRUE)
        for xfs in sheet.children("cellXfs")
        for xf in xfs.children("xf")
    )


class Styles:
    """The cell styles of one package while it is being written: hands out quotePrefix styles and remembers them for styles.xml.

    `part` is None for a package without styles. Styles are numbered in the order they are asked for, which the plan decides.
    """

    def __init__(self, part: bytes | None) -> None:
        self._part = part
        self._known = text_styles(part) if part is not None else ()
        self._quoted: dict[int, int] = {}

    def text(self, style: int) -> TextStyle:
        """How the cell style shows text."""
        return self._known[style][0] if style < len(self._known) else PLAIN

    def quoted(self, style: int) -> int:
        """The style like `style` that marks its text as text. Raises ValueError when the package is full of styles."""
        if style >= len(self._known) or self._known[style][1]:
            return style
        number = self._quoted.get(style)
        if number is None:
            number = len(self._known) + len(self._quoted)
            if number >= MOST_STYLES:
                raise ValueError(f"more than {MOST_STYLES} cell styles")
            self._quoted[style] = number
        return number

    def part(self) -> bytes | None:
        """styles.xml with the styles handed out appended to its cellXfs; the very same bytes when there are none."""
        if self._part is None or not self._quoted:
            return self._part
        before, sheet, behind = root(decode(self._part))
        content = rewritten(sheet.content, {"cellXfs": self._with_quoted})
        return f"{before}{sheet.with_content(content)}{behind}".encode()

    def _with_quoted(self, xfs: Element) -> Element:
        originals = xfs.children("xf")
        added = "".join(str(originals[style].with_attribute("quotePrefix", "1")) for style in self._quoted)
        count = str(len(originals) + len(self._quoted))
        changed = xfs.with_content(xfs.content + added)
        return changed.with_attribute("count", count)
