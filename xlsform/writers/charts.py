"""Charts as inline SVG: bars with their values as text, patterns beside colours, colours from the page's style sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple
from unicodedata import east_asian_width

from xlsform.writers.document import escaped

WIDTH = 560
"""Of a chart, in its own units."""
LINES = 20
"""Lines of text in one chart, which a printed page holds; more bars make another chart."""
_LABEL, _SIZE, _LINE, _GAP, _LEAST = 188, 13, 17, 8, Decimal(1)
_DIGIT = 8
"""Room for a sign of a value."""


class Bar(NamedTuple):
    """One bar: its label, value, the value as text, and the class that gives its colour and pattern."""

    label: str
    value: Decimal
    text: str
    kind: str


class Share(NamedTuple):
    """A part of a whole: its label, size, and class."""

    label: str
    size: int
    kind: str


PATTERNS = (
    '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground" width="6" height="6"/><rect class="stroke" width="3" height="6"/></pattern>'
    '<pattern id="crossed" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground" width="7" height="7"/><rect class="stroke" width="2.5" height="7"/>'
    '<rect class="stroke" width="7" height="2.5"/></pattern>'
    '<pattern id="dotted" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="6" height="6"/><circle class="stroke" cx="3" cy="3" r="1.7"/></pattern>'
    '<pattern id="lined" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="5" height="5"/><rect class="stroke" width="5" height="2"/></pattern>'
    '<pattern id="gridded" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="ground" width="6" height="6"/><rect class="stroke" width="2" height="6"/>'
    '<rect class="stroke" width="6" height="2"/></pattern>'
    "</defs></svg>"
)
"""The patterns, once a page, before any chart."""


def bar_charts(name: str, title: str, told: str, bars: Sequence[Bar]) -> Iterator[str]:
    """Horizontal bars of one scale, in as many charts as are needed. told: what the chart shows, for those who do not see it."""
    greatest = max((bar.value for bar in bars), default=Decimal(0))
    longest = max((len(bar.text) for bar in bars), default=0)
    room = WIDTH - _LABEL - 2 * _GAP - longest * _DIGIT
    yield '<div class="charts">'
    charts = list(_parted(bars))
    for number, part in enumerate(charts, 1):
        said = f"{title}（{number}/{len(charts)}）" if len(charts) > 1 else title
        yield from _bar_chart(f"{name}-{number}", (said, told), part, greatest, room)
    yield "</div>"


def _parted(bars: Iterable[Bar]) -> Iterator[list[tuple[Bar, list[str]]]]:
    """Bars with their labels in lines, in charts of about the same height and hardly more than LINES each."""
    labelled = [(bar, list(wrapped(bar.label, _LABEL // _SIZE))) for bar in bars]
    whole = sum(len(lines) for _, lines in labelled)
    most = -(-whole // -(-whole // LINES)) if whole else LINES
    part: list[tuple[Bar, list[str]]] = []
    used = 0
    for bar, lines in labelled:
        if used >= most:
            yield part
            part, used = [], 0
        part.append((bar, lines))
        used += len(lines)
    if part:
        yield part


def _bar_chart(
    name: str, said: tuple[str, str], bars: Sequence[tuple[Bar, list[str]]], greatest: Decimal, room: int
) -> Iterator[str]:
    rows: list[str] = []
    top = 0
    for bar, lines in bars:
        height = len(lines) * _LINE + _GAP
        rows += _bar(bar, lines, top, height, _length(bar.value, greatest, room))
        top += height
    yield f'<svg class="chart" viewBox="0 0 {WIDTH} {top}" role="img" aria-labelledby="{name}-title {name}-told">'
    yield f'<title id="{name}-title">{escaped(said[0])}</title><desc id="{name}-told">{escaped(said[1])}</desc>'
    yield from rows
    yield f'<path class="axis" d="M{_LABEL + _GAP} 0V{top}"/></svg>'


def _bar(bar: Bar, lines: Sequence[str], top: int, height: int, length: Decimal) -> Iterator[str]:
    middle = top + height // 2
    first = middle - (len(lines) - 1) * _LINE // 2 + 5
    spans = "".join(
        f'<tspan x="{_LABEL}" y="{first + number * _LINE}">{escaped(line)}</tspan>' for number, line in enumerate(lines)
    )
    left = _LABEL + _GAP
    yield f'<g><text class="label" text-anchor="end">{spans}</text>'
    if length:
        yield f'<rect class="bar {bar.kind}" x="{left}" y="{middle - 7}" width="{length}" height="14"/>'
    yield f'<text class="value" x="{left + length + 5}" y="{middle + 5}">{escaped(bar.text)}</text></g>'


def _length(value: Decimal, greatest: Decimal, room: int) -> Decimal:
    """Of a bar: nothing for nothing or less, and never so short that it is not seen."""
    if value <= 0 or greatest <= 0:
        return Decimal(0)
    return max((value / greatest * room).quantize(Decimal("0.1")), _LEAST)


def wrapped(text: str, room: int) -> Iterator[str]:
    """The text in lines of at most `room` wide characters; no line begins with a closing mark."""
    line, used = "", 0.0
    for sign in text:
        wide = _wide(sign)
        if line and used + wide > room and sign not in "，。、；：）》”":
            yield line
            line, used = "", 0.0
        line += sign
        used += wide
    yield line


def _wide(sign: str) -> float:
    return 1.0 if east_asian_width(sign) in "WF" else 0.58


def share_bar(name: str, title: str, told: str, shares: Sequence[Share]) -> Iterator[str]:
    """One bar of parts, each with its label and size where there is room; a legend is for the page to write."""
    whole = sum(share.size for share in shares)
    yield f'<svg class="shares" viewBox="0 0 1000 34" role="img" aria-labelledby="{name}-title {name}-told">'
    yield f'<title id="{name}-title">{escaped(title)}</title><desc id="{name}-told">{escaped(told)}</desc>'
    before = 0
    for share in shares:
        left, right = (Decimal(part * 998) / whole + 1 for part in (before, before + share.size))
        x, width, middle = (part.quantize(Decimal("0.1")) for part in (left, right - left, (left + right) / 2))
        text = f"{share.label} {share.size}"
        yield f'<g><rect class="bar {share.kind}" x="{x}" y="1" width="{width}" height="32"/>'
        if sum(map(_wide, text)) * 15 < width:
            yield f'<text class="on" text-anchor="middle" x="{middle}" y="22">{escaped(text)}</text>'
        yield "</g>"
        before += share.size
    yield "</svg>"


def swatch(kind: str) -> str:
    """The sign of a class in a legend."""
    return f'<svg class="swatch" viewBox="0 0 18 14" aria-hidden="true" focusable="false"><rect class="bar {kind}" x="1" y="1" width="16" height="12"/></svg>'
