"""Units of measurement as a table, and how one is read at the begin of a text: 万元/人·月, 个工作日, ‰."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from xlsform.core.values.words import ENDS, any_of

DIMENSIONS = ("money", "share", "count", "length", "area", "volume", "weight", "duration", "score", "other")
"""What a unit measures; a unit with a denominator (元/人) is compound, whatever its parts are."""

ONE = Decimal(1)


class Unit(NamedTuple):
    """One line of the table. `scale` of the `base` unit are one of it (角: 0.1 元); `noun`: it may stand before the thing counted (3个村)."""

    name: str
    dimension: str
    base: str
    scale: Decimal = ONE
    noun: bool = False


class Measure(NamedTuple):
    """A unit as it was read, with what stands before and behind it: 万元/人 → unit 万元/人, money, base 元, scale 10000, per 人."""

    unit: str
    dimension: str
    base: str
    scale: Decimal
    per: str = ""
    noun: bool = False


_TURN = re.compile(r"(?P<turn>[/·*.]|每)\(?(?=[一-鿿A-Za-z°℃%‰])")
_THING = re.compile(rf"(?:(?!{any_of(sorted(ENDS))}|每)[一-鿿])+|[A-Za-z°]+[0-9]?")
_LONGEST_THING = 4


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Units:
    """The table: every spelling → its unit, the words that multiply (万), the words that contradict themselves → what is meant.

    A table equals itself only, so that it may be part of a cache's key.
    """

    spellings: Mapping[str, Unit]
    scales: Mapping[str, Decimal]
    contradictory: Mapping[str, str]
    longest: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "longest", max(map(len, self.spellings), default=0))

    @lru_cache(maxsize=4096)  # noqa: B019 - a process has one table; many numbers, few units
    def read(self, text: str) -> tuple[Measure, int] | None:
        """The unit at the begin of a folded text and how many characters it takes, None when none of the table stands there."""
        start = self._simple(text)
        if start is None:
            return None
        scale, unit, end = start
        prefix = text[: end - len(unit.spelling)] if unit is not None else text[:end]
        if unit is None:
            return Measure(prefix, "", "", scale), end
        name = prefix + unit.unit.name
        per: list[str] = []
        for turn, thing, stop in self._denominators(text, end):
            name += ("·" if turn in "·*." else "/") + thing
            per.append(thing)
            end = stop
        head = unit.unit
        return Measure(name, head.dimension, head.base, scale * head.scale, "·".join(per), head.noun and not per), end

    def _simple(self, text: str) -> tuple[Decimal, _Found | None, int] | None:
        """A unit with or without 万 before it; the longer reading counts, of equal ones the unit itself (千米, not 千 of 米)."""
        plain = self._known(text)
        best: tuple[Decimal, _Found | None, int] | None = (
            (ONE, plain, len(plain.spelling)) if plain is not None else None
        )
        for word, scale in self.scales.items():
            if text.startswith(word):
                behind = self._known(text[len(word) :])
                end = len(word) + (len(behind.spelling) if behind is not None else 0)
                if best is None or end > best[2]:
                    best = (scale, behind, end)
        return best

    def _known(self, text: str) -> _Found | None:
        for size in range(min(self.longest, len(text)), 0, -1):
            word = text[:size]
            unit = self.spellings.get(word)
            if unit is not None and not (_latin(word[-1]) and _latin(text[size : size + 1])):
                return _Found(word, unit)
        return None

    def _denominators(self, text: str, end: int) -> Iterator[tuple[str, str, int]]:
        """What stands behind / or ·: a unit of the table, or any short word (元/项目)."""
        while (turn := _TURN.match(text, end)) is not None:
            thing = _THING.match(text, turn.end())
            if thing is None or (turn["turn"] == "." and "/" not in text[:end]):
                return
            word = thing[0]
            known = self._known(text[turn.end() :])
            if known is not None and (known.spelling == word or len(word) - len(known.spelling) > 1):
                word, stop = known.unit.name, turn.end() + len(known.spelling)
            elif len(word) <= _LONGEST_THING:
                stop = thing.end()
            else:
                return
            if "(" in turn[0] or (text[stop : stop + 1] == ")" and "(" in text[:stop]):
                stop += text[stop : stop + 1] == ")"
            yield turn["turn"], word, stop
            end = stop

    def nearest(self, unit: str) -> str:
        """The first unit of the table that differs by one character (also missing, also too many); "" when none does."""
        near = (known.name for word, known in self.spellings.items() if len(word) > 1 and _one_off(unit, word))
        return next(near, "")


class _Found(NamedTuple):
    spelling: str
    unit: Unit


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _one_off(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or one == other:
        return False
    same = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]
