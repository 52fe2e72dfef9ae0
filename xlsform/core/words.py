"""What changed inside a text, word by word: numbers with their units and Latin words whole, ideographs one by one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

Op = Literal["same", "removed", "added"]

_UNITS = "万元|亿元|千元|百元|万人次|人次|万人|平方米|平方公里|公里|公斤|个百分点|个工作日|个月|元|人|个|家|所|户|项|次|件|份|条|处|座|台|套|辆|亩|吨|年|月|日|天|米|场|期|篇|[%％‰]"
_NUMBER = rf"[0-9０-９]+(?:[.,．，][0-9０-９]+)*(?:{_UNITS})?"
_WORDS = re.compile(rf"{_NUMBER}|[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)*|\r?\n|[^\S\r\n]+|.", re.DOTALL)
_CLAUSES = re.compile(r"[^。；;！？!?，,、\n]*[。；;！？!?，,、\n]|[^。；;！？!?，,、\n]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
MOST_PAIRS = 200_000
"""Pairs of equal words that are looked at; beyond that a text is compared by clauses, by lines, and at last as one piece."""


class Span(NamedTuple):
    """A piece of two versions of a text: in both, only in the old one, or only in the new one."""

    op: Op
    text: str


def changed_words(old: str, new: str) -> tuple[Span, ...]:
    """The two texts as one: what is same or removed gives the old text, what is same or added the new."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    head, tail = _whole_words(old, new, head, tail)
    middle = _spans(old[head : len(old) - tail], new[head : len(new) - tail], (_WORDS, _CLAUSES, _LINES))
    whole = (Span("same", old[:head]), *middle, Span("same", old[len(old) - tail :]))
    return tuple(_joined(_without_islands(_joined(whole))))


def _common(one: str, other: str) -> int:
    """Characters that both begin with."""
    length = min(len(one), len(other))
    if one[:length] == other[:length]:
        return length
    low, high = 0, length
    while low + 1 < high:  # the first `low` are equal, the first `high` are not
        middle = (low + high) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle)
    return low


def _whole_words(old: str, new: str, head: int, tail: int) -> tuple[int, int]:
    """Head and tail drawn back to where a word ends in both texts: 20万元 and 25万元 differ as a whole."""
    ends = [{found.end() for found in _WORDS.finditer(text, max(0, head - 64))} | {0} for text in (old, new)]
    while head and not all(_is_edge(text, head, edges) for text, edges in zip((old, new), ends, strict=True)):
        head -= 1
    tail = min(tail, len(old) - head, len(new) - head)
    while tail and not (_is_edge(old, len(old) - tail, ends[0]) and _is_edge(new, len(new) - tail, ends[1])):
        tail -= 1
    return head, tail


def _is_edge(text: str, at: int, ends: set[int]) -> bool:
    return at in ends or at in {0, len(text)}


def _spans(old: str, new: str, grains: Sequence[re.Pattern[str]]) -> Iterator[Span]:
    """The middle of two texts, in the finest grain that is not too many to compare; what differs there is compared again more finely."""
    if not (old and new):
        yield from (Span("removed", old), Span("added", new))
        return
    for place, grain in enumerate(grains):
        one, other = grain.findall(old), grain.findall(new)
        counts = Counter(one)
        if sum(counts[word] for word in other) > MOST_PAIRS:
            continue
        for op, i, j, k, n in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            left, right = "".join(one[i:j]), "".join(other[k:n])
            if op == "equal":
                yield Span("same", left)
            elif place and (left, right) != (old, new):
                yield from _spans(left, right, grains[:place])
            else:
                yield from (Span("removed", left), Span("added", right))
        return
    yield from (Span("removed", old), Span("added", new))


def _without_islands(spans: Iterable[Span]) -> Iterator[Span]:
    """A single sign that happens to be the same amid what changed is shown as changed: readable, and still true of both texts."""
    whole = list(spans)
    for at, span in enumerate(whole):
        amid = 0 < at < len(whole) - 1
        if span.op == "same" and amid and len(span.text) == 1 and not span.text.isspace():
            yield from (Span("removed", span.text), Span("added", span.text))
        else:
            yield span


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours put together: between two pieces that stay the same stand one removed and one added piece at most."""
    out: list[Span] = []
    for same, group in groupby((span for span in spans if span.text), key=lambda span: span.op == "same"):
        pieces = list(group)
        if same:
            out.append(Span("same", "".join(piece.text for piece in pieces)))
            continue
        for op in ("removed", "added"):
            text = "".join(piece.text for piece in pieces if piece.op == op)
            out += [Span(op, text)] if text else []
    return out
