"""An indicator value from its text: `parse` never raises, and what could mean two things stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from xlsform.core.values.fold import LONGEST, fold
from xlsform.core.values.indicator import Indicator, Kind
from xlsform.core.values.numbers import parse_number, parse_ratio, show_number
from xlsform.core.values.times import parse_time, show_time
from xlsform.core.values.units import Units
from xlsform.core.values.words import (
    BY_RULE,
    DIRECTIONS,
    DOING,
    EMPTY,
    EVENT,
    FOUGHT,
    GROWTH,
    LEVEL_PHRASE,
    LEVELS,
    LONGEST_VAGUE,
    MOVED,
    OBJECT,
    REFERENCE,
    REFERENCE_SIGN,
    REVERSE,
    VAGUE,
)

_NOTHING = re.compile(r"[-~/\\.*·_…()]*")
_LONGEST_LIFE = 100
"""年: a hundred years are the design life of a bridge, more are a slip."""
_ZERO = re.compile(r"零(?P<of>[一-鿿]{2,8})")


def parse(text: str, units: Units, *, year: int | None = None, name: str = "") -> Indicator:
    """What the text of a value means.

    year: the budget year, for times without a year. name: the indicator's name, for the flags that depend on it (V05, V06, V09).
    A text that is none of the kinds, or could be several, has kind text.
    """
    value = _meaning(text, units, year)
    return Indicator(text, *value[1:-1], flags=value.flags | _flags(value, name))  # half the time of _replace


@lru_cache(maxsize=8192)
def _meaning(text: str, units: Units, year: int | None) -> Indicator:
    """What the text means, whatever it is called: many indicators have the same value."""
    folded = fold(text)
    value = _parsed(folded, units, year)
    if value.kind in _CHECKED and not _stable(value, folded, units, year):
        return Indicator("", "text", text=folded, flags=frozenset({"ambiguous"}))
    return value


_CHECKED = frozenset({"number", "range", "ratio", "time", "deadline"})


def _stable(value: Indicator, text: str, units: Units, year: int | None) -> bool:
    """Whether the value, shown, is read the same: else a word that belongs to it would be a sign, a period or a year as well."""
    shown = show(value)
    return shown == text or _parsed(fold(shown), units, year) == value


def _parsed(text: str, units: Units, year: int | None) -> Indicator:
    if text in EMPTY or _NOTHING.fullmatch(text):
        return Indicator("", "empty")
    if len(text) > LONGEST:
        return Indicator("", "text", text=text)
    if text in LEVELS:
        return Indicator("", "level", text=text)
    zero = _ZERO.fullmatch(text)
    none = _none_of(zero["of"], units) if zero is not None else None
    return none or parse_time(text, year) or parse_ratio(text) or parse_number(text, units) or _words(text)


def show(value: Indicator) -> str:
    """The canonical text: parse(show(value)) is the value again, but for its raw text."""
    match value.kind:
        case "empty":
            return "无"
        case "time":
            return show_time(value)
        case "number" | "range" | "ratio" | "deadline":
            return show_number(value)
        case _:
            return value.text


def parts(text: str, units: Units, *, year: int | None = None, name: str = "") -> tuple[Indicator, ...]:
    """The values of a cell that may hold several: 培训3次、编印资料500册. One for a text that is a value whole."""
    whole = parse(text, units, year=year, name=name)
    if whole.kind != "text" or len(text) > _LONGEST_CELL:
        return (whole,)
    pieces = [piece for line in _LINES.split(text) for piece in _PIECES.split(_NUMBERED.sub("", line))]
    return tuple(parse(piece, units, year=year, name=name) for piece in pieces if piece.strip())


_LONGEST_CELL = 2000
_LINES = re.compile(r"[；;。\n]")
_PIECES = re.compile(r"[，、]|,(?![0-9]{3})")
_NUMBERED = re.compile(r"^\s*[(（]?[0-9０-９]{1,2}[、.．)）](?![0-9])\s*")


def _none_of(thing: str, units: Units) -> Indicator | None:
    """零投诉: none of what should not be; 零增长 is 增长0%. Other words begin with 零 too (零售额)."""
    nothing = Indicator("", "number", "=", Decimal(0), flags=frozenset({"implied"}))
    share = units.read("%")
    if thing in DIRECTIONS and share is not None:
        return nothing._replace(unit=share[0].unit, measure=share[0], direction=DIRECTIONS[thing])
    return nothing._replace(text=thing) if REVERSE.search(thing) and not MOVED.search(thing) else None


def _words(text: str) -> Indicator:
    """Level, reference, event, object or prose."""
    kind, sign = _kind_of(text)
    return Indicator("", kind, sign, text=text)


def _kind_of(text: str) -> tuple[Kind, str]:
    if LEVEL_PHRASE.fullmatch(text):
        return "level", ""
    plain = not re.search("[0-9]", text)
    reference = REFERENCE.fullmatch(text) if plain else None
    if reference is not None and not MOVED.match(text):
        return "reference", REFERENCE_SIGN.get(reference["sign"] or "", "")
    if plain and BY_RULE.fullmatch(text):
        return "reference", ""
    if plain and EVENT.fullmatch(text) and DOING.search(text) and not VAGUE.search(text):
        return "event", ""
    if plain and OBJECT.fullmatch(text):
        return "object", ""
    return "text", ""


def _flags(value: Indicator, name: str) -> frozenset[str]:
    """What the rules V01–V09, B13 and B18 look at."""
    flags: set[str] = set()
    about = name + value.text if value.kind != "text" else name
    if value.kind in {"number", "range", "deadline"}:
        flags.update(_number_flags(value, about))
    if value.sign == "≈" or (value.kind == "text" and _vague(value.text)):
        flags.add("V07")
    if value.kind == "object":
        flags.add("B13")
    if value.sign in {"≥", ">"} and REVERSE.search(about) and not FOUGHT.search(about):
        flags.add("V09")
    return frozenset(flags)


def _number_flags(value: Indicator, about: str) -> Iterator[str]:
    measure = value.measure
    most = max(number for number in (value.number, value.to) if number is not None)
    if value.unit == "年" and most > _LONGEST_LIFE:
        yield "V04"
    if value.number is not None and value.number < 0 and about and not value.direction and not GROWTH.search(about):
        yield "V06"
    if measure is None:
        # none of what has a name (零投诉, 差错率：0) needs no unit
        yield from ("V02",) if value.unit else () if most == 0 and about else ("V01",)
    elif not measure.dimension:
        yield "V03" if measure.base else "V01"
    elif measure.dimension == "money" and measure.per and value.sign in {"≥", ">"}:
        yield "B18"
    elif value.dimension == "share" and most * measure.scale > _WHOLE and not _may_exceed(value, about):
        yield "V05"


def _may_exceed(value: Indicator, about: str) -> bool:
    """Growth and differences know no 100%."""
    return bool(value.unit == "百分点" or value.direction or value.base or GROWTH.search(about))


_WHOLE = 100


def _vague(text: str) -> bool:
    if len(text) > LONGEST_VAGUE or re.search("[，,。；;、0-9]", text):
        return False
    return VAGUE.search(text) is not None or MOVED.fullmatch(text) is not None
