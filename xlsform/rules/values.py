"""Checks of what indicator values say. Each value is understood once (`core.values`), whatever number of checks look at it.

A cell may hold several values (培训3次、编印资料500册): the first that is at fault is spoken of. What the parser makes nothing of is
never at fault for what it may mean: `has_number` and `has_time` look for any number and any time in the text before they speak.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from xlsform.core.kinds import show_amount, years_of
from xlsform.core.labels import label_key, without_space
from xlsform.core.records import Record
from xlsform.core.spec import Matrix, Prose
from xlsform.core.values import Indicator, Units, fold, is_money, is_number, is_share, is_time, parts, years
from xlsform.core.values.words import GROWTH
from xlsform.rules.asking import Asked, Probe, has_not, problem_column, series, speak, words
from xlsform.rules.verdict import ITEM, TOLERANCE, Said, called

if TYPE_CHECKING:
    from xlsform.rules.asking import Column, Frame

T = TypeVar("T")

Parts = tuple[Indicator, ...]
"""What one cell says: one value, or several; none where it says 无."""


class Seen(NamedTuple):
    """A value as a judge sees it: what stands in the cell, what the indicator is called ("" for a column), what the text means.

    flags: those of all parts.
    """

    text: str
    name: str
    parts: Parts
    units: Units
    flags: frozenset[str]


Judge = Callable[[Seen], Indicator | None]
"""The part of a value that is at fault, None when none is."""
Speak = Callable[[Indicator, Seen], Said]


@lru_cache(maxsize=16_384)
def understood(units: Units, text: str, name: str, year: int) -> Seen:
    """The value with what it means in that budget year; what says 无 has no parts."""
    said = parts(text, units, year=year, name=name)
    if len(said) == 1 and said[0].kind != "empty":
        return Seen(text, name, said, units, said[0].flags)
    some = tuple(one for one in said if one.kind != "empty")
    return Seen(text, name, some, units, frozenset[str]().union(*(one.flags for one in some)))


# ------------------------------------------------------------------------------------------------- one judge, many columns


def judged(asked: Asked, judge: Judge, say: Speak) -> Iterator[Probe]:
    """A probe for every field of the line. `name` in the line names the field that holds the indicators' names (in a text block they
    always stand beside the value); `by` the one that holds their 二级, of which only `classes` are judged.
    """
    units, year = asked.setting.formset.units, asked.setting.year
    name, by = _name_of(asked), asked.check.params.get("by")
    wanted = _classes(asked)

    def test(key: str, data: Column | Frame) -> Column:
        lines = _lines(asked, key, name, str(by or ""))
        some: Iterable[tuple[Line, Seen]] = lines.seen.items()
        if wanted is not None:
            levels = {level for level in {line[2] for line in lines.seen} if _class_of(asked, level) in wanted}
            some = (item for item in some if item[0][2] in levels)
        bad = {line for line, seen in some if judge(seen) is not None}
        return series(data, [line not in bad for line in lines.all] if bad else [True] * len(lines.all))

    def speak_of(key: str, row: int) -> Said:
        record = asked.records[row]
        label = str(record.data(name) or "") if name else ""
        seen = understood(units, str(asked.value(row, key).data), label, year)
        fault = judge(seen)
        said = say(fault, seen) if fault is not None else Said()
        usual = speak(asked, key, "", row).params
        item = item_of(record) if isinstance(asked.region, Prose) else {}
        return said._replace(
            got=said.got if said.got is not None else _quoted(fault, seen),
            params={**usual, "name": label or called(record), **item, **said.params},
        )

    for key in asked.check.fields:
        needed = (key, *([name] if name else ()), *([str(by)] if by else ()))
        yield Probe("" if len(needed) > 1 else key, needed, partial(test, key), partial(speak_of, key))


Line = tuple[object, object, object]
"""A value, the indicator's name, its 二级; None for what the line of the mapping does not name."""


class Lines(NamedTuple):
    """The lines of all records, and what each of them means, once; where no text stands there is nothing to judge."""

    all: Sequence[Line]
    seen: Mapping[Line, Seen]


def _lines(asked: Asked, *keys: str) -> Lines:
    """The data of these fields ("": None) in all records of the region, made and understood once for all checks."""
    units, year = asked.setting.formset.units, asked.setting.year

    def make() -> Lines:
        held = [record.values for record in asked.records]
        columns = [
            [value.data if (value := values.get(key)) is not None else None for values in held] if key else repeat(None)
            for key in keys
        ]
        lines = list(zip(*columns, strict=False))
        seen = {
            line: understood(units, line[0], str(line[1] or ""), year)
            for line in dict.fromkeys(lines)
            if isinstance(line[0], str)
        }
        return Lines(lines, seen)

    return once(asked, ("lines", *keys), make)


def once(asked: Asked, what: tuple[str, ...], make: Callable[[], T]) -> T:
    """What `make` gives, the same for all checks of the region in this run."""
    key = (*what, asked.region.id)
    if key not in asked.setting.memo:
        asked.setting.memo[key] = make()
    found: T = asked.setting.memo[key]
    return found


def item_of(record: Record) -> dict[str, str]:
    """The parameters that tell an item of a text block from the others: the number written before it, and its place."""
    return {"n": str(record.data("no") or "?"), ITEM: str(record.item)}


def _name_of(asked: Asked) -> str:
    named = asked.check.params.get("name")
    return str(named) if named else "name" if isinstance(asked.region, Prose) else ""


def _classes(asked: Asked) -> frozenset[str] | None:
    return frozenset(words(asked.check, "classes")) or None


def _class_of(asked: Asked, level: object) -> str:
    """What rules call the 二级 that stands there, "" when the indicator tree has no such label."""
    return asked.setting.formset.classes.get(label_key(str(level)), "") if level is not None else ""


def _quoted(fault: Indicator | None, seen: Seen) -> str:
    """The text of the cell, or of the part that is at fault where it has several."""
    return seen.text if fault is None or len(seen.parts) == 1 else fault.raw


def _plainly(_fault: Indicator, _seen: Seen) -> Said:
    return Said()


# --------------------------------------------------------------------------------------------- B13–B16, B18: what a class says


def has_number(asked: Asked) -> Iterator[Probe]:
    """A number stands in it; that its unit is missing is the business of `has_unit`."""
    return judged(asked, _without_number, _whole_cell)


def _without_number(seen: Seen) -> Indicator | None:
    if not seen.parts or any(is_number(one) for one in seen.parts):
        return None
    return None if _counts(seen.text, seen.units) else seen.parts[0]


_DIGITS = re.compile(
    r"(?<![0-9.第〔\[])[0-9]+(?:\.[0-9]+)?(?![0-9.])|(?<!第)[两二三四五六七八九十]+|(?<![第统唯同之万单逐])(?P<one>一)"
)
_ORDER = "年月日号时点届级期"
"""Behind a number these may name a time or an order."""


def _counts(text: str, units: Units) -> bool:
    """Whether some number in the text counts something: digits before a word or a unit (98%, 5km), words (三) before a unit."""
    folded = fold(text)
    for digits in _DIGITS.finditer(folded):
        behind = folded[digits.end() :].removeprefix("+")
        if behind[:1] in _ORDER:
            continue
        if digits[0][0].isdecimal() and "一" <= behind[:1] <= "鿿":
            return True
        unit = units.read(behind)
        if unit is not None and unit[0].base and (digits["one"] is None or _ends(behind, unit[1])):
            return True
    return False


def _ends(text: str, at: int) -> bool:
    """Whether a word ends there, so that 一 counts: 设备一批, 一个平台; not 一次性, 一村一品."""
    return text[at : at + 1] in "，,。；;、)" or text.startswith("个")


def has_time(asked: Asked) -> Iterator[Probe]:
    """A time, a deadline, a length of time or a rate stands in it."""
    return judged(asked, _without_time, _whole_cell)


_TIME = re.compile(
    r"(?:19|20)[0-9]{2}|[年月日周季旬][底末初内前中]|每[年月日周季半天旬]|季度|[0-9][前底]|半年|学期|(?:[0-9]|[一二两三四五六七八九十])个?(?:年|月|日|天|周|小时|分钟|工作日)|当[年月日天季]|%|率"
)
_RHYTHM = re.compile(
    "按[月季周日旬]|按年(?!度)|半个?[年月]|(?<![0-9])年[0-9两]|[春夏秋冬][季秋]|汛期|率|(?:法定|承诺)[时期]|合同工?期|工期内|[时期]限内"
)
"""How often, in which season, or within which limit: words that say when whatever else the value says (年2次, 按月发放)."""


def _without_time(seen: Seen) -> Indicator | None:
    if any(is_time(one) or is_share(one) for one in seen.parts) or _RHYTHM.search(fold(seen.text)):
        return None
    return _without(_TIME, seen)


def _without(sign: re.Pattern[str], seen: Seen) -> Indicator | None:
    """The first part of a cell in which nothing asked for was found; None where it says nothing, or where a text in it that the parser
    makes nothing of bears a sign of it.
    """
    if not seen.parts:
        return None
    unread = any(one.kind == "text" for one in seen.parts)
    return None if unread and sign.search(fold(seen.text)) else seen.parts[0]


def is_cost(asked: Asked) -> Iterator[Probe]:
    """An amount, an amount for each thing, or by what it is measured (不超过预算)."""
    return judged(asked, _without_cost, _whole_cell)


_AMOUNT = re.compile(r"[0-9](?:[十百千万亿]*元|/)")


def _without_cost(seen: Seen) -> Indicator | None:
    return None if any(is_money(one) or one.kind == "reference" for one in seen.parts) else _without(_AMOUNT, seen)


def _whole_cell(_fault: Indicator, seen: Seen) -> Said:
    return Said(got=seen.text)


def no_lower_bound(asked: Asked) -> Iterator[Probe]:
    """A cost is no less-than-nothing: it reads ≤, or an amount."""
    return judged(asked, _bounded_below, _speak_sign)


def _bounded_below(seen: Seen) -> Indicator | None:
    return next((one for one in seen.parts if is_money(one) and one.sign in {"≥", ">"}), None)


def _speak_sign(fault: Indicator, _seen: Seen) -> Said:
    return Said(params={"sign": fault.sign})


# ---------------------------------------------------------------------------------------------------- B20, B21, C08: percentages


def percentage(asked: Asked) -> Iterator[Probe]:
    """A percentage from `min` to `max`; words are told apart, a number without % is the business of `has_unit`."""
    least, most = _bounds(asked)

    def judge(seen: Seen) -> Indicator | None:
        outside = next((one for one in seen.parts if is_share(one) and not _within(one, least, most)), None)
        return outside or _no_percentage(seen)

    return judged(asked, judge, lambda fault, _: Said("" if is_share(fault) else "words"))


_PERCENT = re.compile("%")


def _no_percentage(seen: Seen) -> Indicator | None:
    plain = any(is_share(one) or (is_number(one) and one.measure is None) for one in seen.parts)
    return None if plain else _without(_PERCENT, seen)


def _within(value: Indicator, least: int, most: int) -> bool:
    return all(least <= number <= most for number in numbers(value))


def numbers(value: Indicator) -> tuple[Decimal, ...]:
    """The number of a value in its base unit, both of a range."""
    scale = value.measure.scale if value.measure is not None else Decimal(1)
    return tuple(number * scale for number in (value.number, value.to) if number is not None)


def _bounds(asked: Asked) -> tuple[int, int]:
    return asked.number("min") or 0, asked.number("max") or 0


def reachable(asked: Asked) -> Iterator[Probe]:
    """A percentage of at least `min` and below `max`."""
    least, most = _bounds(asked)

    def judge(seen: Seen) -> Indicator | None:
        shares = (one for one in seen.parts if is_share(one))
        return next((one for one in shares if min(numbers(one)) < least or max(numbers(one)) == most), None)

    return judged(asked, judge, _plainly)


def rate(asked: Asked) -> Iterator[Probe]:
    """A share from `min` to `max` percent, unless it says by how much something grows or falls."""
    least, most = _bounds(asked)

    def judge(seen: Seen) -> Indicator | None:
        shares = (one for one in seen.parts if is_share(one) and not _grows(one, seen.name))
        return next((one for one in shares if not _within(one, least, most)), None)

    return judged(asked, judge, _plainly)


def _grows(value: Indicator, name: str) -> bool:
    """Whether the value is a difference: growth knows no 100%."""
    return bool(value.direction or value.base or value.unit == "百分点" or GROWTH.search(name + value.text))


# ------------------------------------------------------------------------------------------------------------- V01–V07, V09


def has_unit(asked: Asked) -> Iterator[Probe]:
    """A number has a unit, or its name says it: 新增床位数（张）."""

    def judge(seen: Seen) -> Indicator | None:
        one = _flagged("V01", seen)
        if one is None or _names_unit(seen.name, seen.units) or _names_unit(one.text, seen.units):
            return None
        listed = len(seen.parts) > 1 and not one.text
        return None if listed else one  # 3、4号楼: the first number shares the unit of the second

    return judged(asked, judge, _plainly)


_BRACKET = re.compile(r"[（(](?:单位[:：])?([^（()）]{1,8})[)）]$")


def _names_unit(name: str, units: Units) -> bool:
    found = _BRACKET.search(without_space(name)) if name else None
    if found is None:
        return False
    unit = units.read(fold(found[1]))
    return unit is not None and unit[1] == len(fold(found[1]))


def _flagged(flag: str, seen: Seen) -> Indicator | None:
    if flag not in seen.flags:
        return None
    for one in seen.parts:
        if flag in one.flags:
            return one
    return None


def known_unit(asked: Asked) -> Iterator[Probe]:
    """The unit stands in the table; the nearest that does is suggested."""

    def say(fault: Indicator, seen: Seen) -> Said:
        best = seen.units.nearest(fault.unit)
        return Said("" if best else "unlike", expected=best, params={"u": fault.unit, "best": best})

    return judged(asked, partial(_flagged, "V02"), say)


def sound_unit(asked: Asked) -> Iterator[Probe]:
    """The unit does not contradict itself (元人次)."""
    return judged(asked, partial(_flagged, "V03"), _plainly)


def _above(flag: str, most: int, seen: Seen) -> Indicator | None:
    if flag not in seen.flags:
        return None
    flagged = (one for one in seen.parts if flag in one.flags)
    return next((one for one in flagged if max(numbers(one)) > most), None)


def sound_years(asked: Asked) -> Iterator[Probe]:
    """年 follows a year, or at most `max` years."""

    def judge(seen: Seen) -> Indicator | None:
        if "V04" not in seen.flags:
            return None
        flagged = (one for one in seen.parts if "V04" in one.flags and one.number is not None)
        return next((one for one in flagged if max(one.number or 0, one.to or 0) > (asked.number("max") or 0)), None)

    return judged(asked, judge, _plainly)


def within_whole(asked: Asked) -> Iterator[Probe]:
    """A share of at most `max` percent, unless it says by how much something grows."""
    return judged(asked, partial(_above, "V05", asked.number("max") or 0), _plainly)


def not_negative(asked: Asked) -> Iterator[Probe]:
    """No number below 0, unless the name says by how much something grows or falls."""

    def judge(seen: Seen) -> Indicator | None:
        for one in seen.parts:
            if one.number is not None and one.number < 0 and not _grows(one, seen.name):
                return one
        return None

    return judged(asked, judge, _plainly)


def measurable(asked: Asked) -> Iterator[Probe]:
    """More than a vague word: 约300人, 进一步提升."""
    return judged(asked, partial(_flagged, "V07"), _plainly)


def sign_fits(asked: Asked) -> Iterator[Probe]:
    """What should be low has no lower bound."""

    def say(fault: Indicator, seen: Seen) -> Said:
        return Said(params={"sign": fault.sign, "name": seen.name or fault.text})

    return judged(asked, partial(_flagged, "V09"), say)


def as_typed(asked: Asked) -> Iterator[Probe]:
    """The cell holds a text, no date or percentage that the spreadsheet program has made of one."""

    def say(key: str, variant: str, row: int) -> Said:
        said = speak(asked, key, variant, row)
        return said._replace(params={**said.params, "shown": asked.value(row, key).text})

    for key in asked.check.fields:
        for problem, variant in (("date", ""), ("percent", "percent")):
            yield Probe(problem_column(key), (key,), partial(has_not, problem), partial(say, key, variant))


# ------------------------------------------------------------------------------------- B15, B17, B19: beside other fields of a row


def in_period(asked: Asked) -> Iterator[Probe]:
    """Every year that the value names lies in the period."""
    period = str(asked.check.params["period"])
    units, year = asked.setting.formset.units, asked.setting.year

    def outside(text: object, period_: object) -> Indicator | None:
        if not isinstance(text, str) or not isinstance(period_, str):
            return None
        first, last = years_of(period_)
        seen = understood(units, text, "", year)
        return next((one for one in seen.parts if any(not first <= named <= last for named in years(one))), None)

    def test(key: str, frame: Frame) -> Column:
        rows = list(zip(frame[key], frame[period], strict=True))
        bad = {row for row in set(rows) if outside(*row) is not None}
        return series(frame, [row not in bad for row in rows])

    def say(key: str, row: int) -> Said:
        text, when = asked.value(row, key).text, asked.value(row, period).text
        return Said("", text, params={"period": when})

    for key in asked.check.fields:
        yield Probe("", (key, period), partial(test, key), partial(say, key))


_ANNUAL = frozenset({"", "全年", "每年", "年均", "年内"})
"""Periods of a cost that compare with an annual amount; what adds up over years, or counts by month or head, does not."""
_YUAN = Decimal(10_000)


class Cost(NamedTuple):
    """A cost in the unit of the amounts (万元), and what one of it is for, "" for the whole."""

    amount: Decimal
    per: str


def _cost_of(one: Indicator, year: int) -> Cost | None:
    """The cost of a year, None where the value is none or says by how much a cost changes."""
    if not is_money(one) or one.base_unit != "元" or one.direction or one.base or one.measure is None:
        return None
    if one.period not in _ANNUAL and one.period != f"{year}年":
        return None
    return Cost(max(numbers(one)) / _YUAN, one.measure.per)


def _costs(asked: Asked, text: object) -> Iterator[Cost]:
    if isinstance(text, str):
        seen = understood(asked.setting.formset.units, text, "", asked.setting.year)
        yield from (cost for one in seen.parts if (cost := _cost_of(one, asked.setting.year)) is not None)


def cost_within(asked: Asked) -> Iterator[Probe]:
    """A cost, or that of one `per`, is not above the amount in the second field (万元), where that is more than nothing."""
    per = frozenset(("", *words(asked.check, "per")))

    def excess(text: object, amount: object) -> Cost | None:
        if not isinstance(amount, Decimal) or amount <= 0:
            return None
        return next((one for one in _costs(asked, text) if one.per in per and one.amount - amount > TOLERANCE), None)

    return _beside(asked, excess)


def cost_equals(asked: Asked) -> Iterator[Probe]:
    """The cost of one `per`, times the number of them that its own or the third field names (one where neither does), is the amount in
    the second field (万元).
    """
    per = frozenset(words(asked.check, "per"))

    def differing(text: object, amount: object, things: object = None) -> Cost | None:
        if not isinstance(amount, Decimal) or amount <= 0:
            return None
        return next(
            (
                one
                for one in _costs(asked, text)
                if one.per in per and abs(_in_all(asked, one, per, text, things) - amount) > TOLERANCE
            ),
            None,
        )

    return _beside(asked, differing)


def cost_slip(asked: Asked) -> Iterator[Probe]:
    """The amount in the second field is not exactly 10,000 times the cost, as one in 元 is; said at the amount."""
    per = frozenset(words(asked.check, "per"))
    amount_key = asked.check.fields[1]

    def slipped(text: object, amount: object, things: object = None) -> Cost | None:
        if not isinstance(amount, Decimal) or amount <= 0:
            return None
        mine = (one for one in _costs(asked, text) if one.per in per or not one.per)
        return next((one for one in mine if _in_all(asked, one, per, text, things) * _YUAN == amount), None)

    def say(row: int) -> Said:
        amount = Decimal(str(asked.value(row, amount_key).data))
        got, expected = show_amount(amount), show_amount(amount / _YUAN)
        return Said("", got, expected, {"a": got, "b": expected}, amount_key)

    for probe in _beside(asked, slipped):
        yield probe._replace(say=say)


def _in_all(asked: Asked, cost: Cost, per: frozenset[str], *texts: object) -> Decimal:
    """The cost, times the number of things that the first of the texts to do so names."""
    if cost.per not in per:
        return cost.amount
    counts = (count for text in texts if (count := _count(asked, text, per)) is not None)
    return cost.amount * next(counts, Decimal(1))


def _count(asked: Asked, text: object, per: frozenset[str]) -> Decimal | None:
    """How many of `per` a text names, None when it names none."""
    if not isinstance(text, str):
        return None
    seen = understood(asked.setting.formset.units, text, "", asked.setting.year)
    return next((one.number for one in seen.parts if one.unit in per and one.number), None)


def _beside(asked: Asked, fault: Callable[..., Cost | None]) -> Iterator[Probe]:
    """A probe on the first field of the line, judged together with the others."""
    keys = asked.check.fields

    def test(frame: Frame) -> Column:
        columns = (frame[key].tolist() for key in keys)
        return series(frame, [fault(*row) is None for row in zip(*columns, strict=True)])

    def say(row: int) -> Said:
        record = asked.records[row]
        cost, amount = fault(*(record.data(key) for key in keys)), record.data(keys[1])
        x = show_amount(cost.amount) if cost is not None else ""
        y = show_amount(amount) if isinstance(amount, Decimal) else ""
        return Said("", asked.value(row, keys[0]).text, y, {"x": x, "y": y})

    yield Probe("", keys, test, say)


# ------------------------------------------------------------------------------------------------------- M03–M06: across bands


class Pair(NamedTuple):
    """Two records of one row of a matrix: the first band's and another's, by their numbers."""

    first: int
    other: int


def _pairs(asked: Asked, key: str) -> Iterator[Pair]:
    """The records that stand in one row of a sheet, by the row of `key`; they follow each other, band after band."""
    if not isinstance(asked.region, Matrix):
        return
    across, head = asked.region.across, asked.region.bands[0].value
    line, sheet, file, own, first = 0, "", "", -1, -1
    for row, record in enumerate(asked.records):
        value = record.values.get(key)
        if value is None:
            continue
        if value.row != line or record.sheet != sheet or record.file != file or asked.owners[row] != own:
            line, sheet, file, own = value.row, record.sheet, record.file, asked.owners[row]
            first = row if record.values[across].data == head else -1
        elif first >= 0:
            yield Pair(first, row)


Unlike = Callable[[str, str, str, str], Said | None]
"""What is wrong with two records of a row: name and value of the first band and of the other; None when nothing is."""


def _across(asked: Asked, name: str, value: str, unlike: Unlike) -> Iterator[Probe]:
    """A probe that fails the later band's record of a row; rows that say the same are judged once."""
    judge = cache(unlike)
    said: dict[int, Said] = {}

    def test(frame: Frame) -> Column:
        names, values = ([data or "" for data in frame[key].tolist()] for key in (name, value))
        for first, other in once(asked, ("pairs", value), lambda: list(_pairs(asked, value))):
            wrong = judge(names[first], values[first], names[other], values[other])
            if wrong is not None:
                said[other] = wrong._replace(beside=first)
        return series(frame, [row not in said for row in range(len(frame))])

    yield Probe("", (asked.check.fields[0], *{name, value} - {asked.check.fields[0]}), test, said.__getitem__)


def same_name(asked: Asked) -> Iterator[Probe]:
    """The bands of one row name the same indicator; the row is that of the second field. An empty name is another check's business."""

    def unlike(one: str, _value: str, other: str, _other_value: str) -> Said | None:
        if not one or not other or without_space(one) == without_space(other):
            return None
        return Said("", other, one, {"a": one, "b": other})

    name, value = asked.check.fields
    return _across(asked, name, value, unlike)


class Both(NamedTuple):
    """What two bands say of one indicator."""

    first: Indicator
    other: Indicator


def _both(asked: Asked, names: tuple[str, str], texts: tuple[str, str]) -> Both | None:
    """None where two bands speak of two indicators, say the same, or one of them says nothing or several things."""
    if texts[0] == texts[1] or not names[0] or without_space(names[0]) != without_space(names[1]):
        return None
    units, year = asked.setting.formset.units, asked.setting.year
    one, two = (understood(units, text, name, year).parts for text, name in zip(texts, names, strict=True))
    return Both(one[0], two[0]) if len(one) == len(two) == 1 else None


def _kept(value: Indicator) -> tuple[str, str]:
    """Unit without its scale and its year: 万人次 and 人次 are the same, 次/年 and 次 of one year too."""
    if value.measure is None:
        return "", ""
    return value.base_unit, "·".join(thing for thing in value.measure.per.split("·") if thing != "年")


_MEASURED = frozenset({"number", "range", "deadline"})


def same_unit(asked: Asked) -> Iterator[Probe]:
    """The values of one indicator in several bands have the same unit; where one has none, or one that nobody knows, that is said of it."""

    def unlike(name: str, text: str, other: str, other_text: str) -> Said | None:
        both = _both(asked, (name, other), (text, other_text))
        if both is None or not all(_kept(one)[0] and one.kind in _MEASURED for one in both):
            return None
        if _kept(both.first) == _kept(both.other):
            return None
        u1, u2 = both.first.unit, both.other.unit
        return Said("", other_text, u1, {"name": name, "u1": u1, "u2": u2})

    return _across(asked, str(asked.check.params["name"]), asked.check.fields[0], unlike)


_ADDS_UP = frozenset({"count", "length", "area", "volume", "weight", "money"})
_LEVEL = re.compile("均|每|单|最|标准|价|时间|时长")
"""Names of what does not add up over the years."""


def within_total(asked: Asked) -> Iterator[Probe]:
    """What adds up over the years (no rate, no average, no cost of one thing) is in a later band not above that in the first."""

    def unlike(name: str, text: str, other: str, other_text: str) -> Said | None:
        both = _both(asked, (name, other), (text, other_text))
        if both is None or _kept(both.first) != _kept(both.other) or _LEVEL.search(name):
            return None
        if not all(map(_adds_up, both)) or min(numbers(both.other)) <= max(numbers(both.first)):
            return None
        return Said("", other_text, text, {"a": other_text, "b": text, "name": name})

    return _across(asked, str(asked.check.params["name"]), asked.check.fields[0], unlike)


def _adds_up(value: Indicator) -> bool:
    """Whether the value is a total, and not of a period or a change."""
    plain = is_number(value) and value.dimension in _ADDS_UP and not value.direction and not value.base
    return plain and not value.period.startswith(("每", "年均", "月均", "日均", "人均", "户均", "平均"))


def not_called(asked: Asked) -> Iterator[Probe]:
    """Indicators of `classes` have no name that ends in one of `ends`; said once where several bands have the same name."""
    (key,) = asked.check.fields
    by, wanted, ends = str(asked.check.params["by"]), _classes(asked) or frozenset(), words(asked.check, "ends")

    def test(frame: Frame) -> Column:
        rows = list(zip(frame[key], frame[by], strict=True))
        classes = {row: _class_of(asked, row[1]) for row in set(rows)}
        bad = {
            row for row, its in classes.items() if row[0] is not None and its in wanted and _bare(row[0]).endswith(ends)
        }
        told: set[tuple[object, ...]] = set()
        right = [True] * len(rows)
        for number, row in enumerate(rows if bad else ()):
            if row in bad:
                record = asked.records[number]
                twin = (asked.owners[number], record.file, record.values[key].row, without_space(row[0]), classes[row])
                right[number] = twin in told
                told.add(twin)
        return series(frame, right)

    def say(row: int) -> Said:
        record = asked.records[row]
        name = asked.value(row, key).text
        return Said("", name, params={"name": name, "l2": str(record.data(by) or "")})

    yield Probe("", (key, by), test, say)


_NOTE = re.compile(r"[（(][^（()）]*[)）]$")


def _bare(name: str) -> str:
    """The name without its unit or remark in brackets."""
    return _NOTE.sub("", without_space(name))


# ------------------------------------------------------------------------------------------------- C07, C10: items of a text block

_LEVEL_WORD = re.compile(
    r"(?:优秀?|良好?|合格|达标|及时|满意|全覆盖|完成|公开|到位|零[一-鿿]{2,4}|为零|只减不增|不增加|持平)[。；;]?$|"
    r"^(?:全年|年内|本年度?)?(?:无|不发生|未发生|杜绝)[^，。；]{0,12}(?:事故|投诉|案件|事件|差错|违[规纪法]|上访|舆情|发生|问题)[。；;]?$"
)


def valued(asked: Asked) -> Iterator[Probe]:
    """Every item of a text block has a value, or a name that ends in a level word (优, 合格, 全覆盖) or holds a value itself."""
    (key,) = asked.check.fields
    units, year = asked.setting.formset.units, asked.setting.year

    def says_something(name: object) -> bool:
        if not isinstance(name, str) or not name or _LEVEL_WORD.search(name) is not None or _counts(name, units):
            return True
        return any(one.kind not in {"text", "object"} for one in understood(units, name, "", year).parts)

    def test(frame: Frame) -> Column:
        bare = {name for name, value in zip(frame["name"], frame[key], strict=True) if value is None or value == ""}
        bad = {name for name in bare if not says_something(name)}
        rows = zip(frame["name"], frame[key], strict=True)
        return series(frame, [name not in bad or bool(value) for name, value in rows])

    def say(row: int) -> Said:
        record = asked.records[row]
        return Said("", "", params={**item_of(record), "name": called(record)})

    yield Probe("", (key, "name"), test, say)


def is_about(name: object, about: Sequence[str]) -> bool:
    """Whether a name holds all of these words."""
    plain = without_space(name) if isinstance(name, str) else ""
    return bool(plain) and all(word in plain for word in about)


_RISES = re.compile("增|变动|变化|涨|上升")
_FALLS = frozenset({"下降", "减少", "降低", "压减", "压缩", "缩短"})


def not_rising(asked: Asked) -> Iterator[Probe]:
    """What is `about` these words does not grow: a growth or change of 0 or below, or a fall."""
    about = words(asked.check, "about")

    def judge(seen: Seen) -> Indicator | None:
        return next(
            (one for one in seen.parts if is_about(seen.name + one.text, about) and _rises(one, seen.name)), None
        )

    return judged(asked, judge, _plainly)


def _rises(one: Indicator, name: str) -> bool:
    if not numbers(one) or max(numbers(one)) <= 0 or one.direction in _FALLS:
        return False
    return _RISES.search(name + one.text + one.direction) is not None
