"""Numbers with their signs and units: ≥90%, 85%-95%, 三年累计≥3000人次, 同比增长8%, 1:1.5, 15个工作日内.

In: folded text; out: a value without its raw text, or None where the text is no number or could be more than one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.values.indicator import Indicator
from xlsform.core.values.numerals import NUMERAL, count_of, number_of, show_small
from xlsform.core.values.numerals import SIGNS as NUMERAL_SIGNS
from xlsform.core.values.times import FIRST_YEAR, LAST_YEAR
from xlsform.core.values.units import Measure, Units
from xlsform.core.values.words import BASES, COMPARING, DIRECTIONS, ENDS, NO_UNITS, PERIODS, SIGNS, WITHIN, any_of

LONGEST_NUMBER = 30
LONGEST_SUBJECT = 40
LONGEST_TAIL = 16

_SHARE_WORDS = re.compile(r"(?P<of>[百千])分之(?P<number>[零〇一二两三四五六七八九十百点]+|[0-9]+(?:\.[0-9]+)?)")
_PRICE = re.compile(r"(?:人民币)?¥([0-9][0-9,.]*[十百千万亿]*)")
_PARTS = re.compile(rf"(?P<whole>[{NUMERAL_SIGNS}]+|[0-9]+)分之(?P<part>[{NUMERAL_SIGNS}]+|[0-9]+)")
_NUMBER = re.compile(
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?(?!,?[0-9]|\.[0-9])|\.[0-9]+(?![0-9.,])"
)
_BETWEEN = re.compile(r"(?:-{1,2}|~{1,2}|至|到)(?P<minus>-?)")
_ENDING = re.compile(any_of(ENDS))
_TOKENS: Mapping[str, tuple[str, str]] = {
    **{word: ("period", name) for word, name in PERIODS.items()},
    **{word: ("base", name) for word, name in BASES.items()},
    **{word: ("direction", name) for word, name in DIRECTIONS.items()},
    **{word: ("sign", name) for word, name in SIGNS.items()},
}


def _sizes(end: int) -> Mapping[str, Sequence[int]]:
    """By a first (0) or last (-1) character, how long the words of the tables with it are, the longest first."""
    found: dict[str, set[int]] = {}
    for word in _TOKENS:
        found.setdefault(word[end], set()).add(len(word))
    return {sign: sorted(sizes, reverse=True) for sign, sizes in found.items()}


_SIZES_BY_FIRST, _SIZES_BY_LAST = _sizes(0), _sizes(-1)
_YEAR_FIRST = re.compile(r"(?P<year>(?:19|20)[0-9]{2}年)(?:度|全年|内|年度)?")
_EACH_FIRST = re.compile(
    r"每(?P<count>[0-9]{1,2}|[两二三四五六七八九十]|十[一二])(?P<of>年|个月|个季度|季度|周|天|小时|个工作日)"
)
_YEARS_FIRST = re.compile(
    r"(?:近|前)?(?P<count>[0-9]{1,2}|[一二两三四五六七八九十])年(?:来|内|共)?(?:累计|合计|共计|总计|共(?=[0-9≥≤<>=]|不[少低超高]))"
)
_NOT_BEFORE = re.compile(
    r"(?:第|前|未|不|非|无|没有|勿|免|除|其余|倍|№|No\.?|N|〔|\(|\[|/|:|[A-Za-z]|每|再|约|几|(?<![人天次户件个台套项课期场张座所家间名本册篇条处点班辆株亩里量日周月位份批起例村岁头床校生业站车房总])数|多|上|负|零下|未来|今后"
    r"|(?:不允许|不可以|不许|不准|不会|不再|不致|从未|并未|严禁|禁止|杜绝|避免|防止|切勿|不一定|难以|未能|不得|不能|不应|不宜|不可|不要)(?:其|让|使|有|再|出现|发生)?)$"
)
_CLAUSES = re.compile(r"[。；;!?，,、\n<>≥≤=≈±+~\"“”]|->|→")
_ABOUT = re.compile("[余多来]")
_TAIL = re.compile(
    rf"(?!.*(?:{any_of(('以上', '以下', '以内', '左右', '之内', '不', '前', '后', '起', '每', '超', '低于', '高于', '或', '和', '及', '与', '±'))}))[一-鿿A-Za-z、()]{{1,{LONGEST_TAIL}}}"
)
_NOTE = re.compile(r"\((?!含(?:本数)?\))[^0-9()]{1,20}\)")
_BRACKETED = re.compile(r"\((?P<unit>[^()0-9]{1,8})\)")
_HALF = re.compile(r"半(?P<unit>年|个月|天|小时|日|个小时)")
_CJK = re.compile(r"[一-鿿]{1,4}")


_COMPARED = re.compile(f"(?!不满意|不到位)(?:{any_of(COMPARING)})")
_COUNTED = re.compile(rf"[{NUMERAL_SIGNS}]+(?:次|个|项|人|天|年|月|家|所|名|户|倍|成|分之)[内里]?$")
_OPEN = (_NOT_BEFORE, _CLAUSES, _COUNTED, _COMPARED)
"""What leaves a number's meaning open when it stands in the words before it: 第3名, 两年3次, 低于市场价10%."""


class Head(NamedTuple):
    """What stands before a number: signs in their order, what it is about, and over what it counts."""

    signs: tuple[str, ...]
    subject: str
    period: str
    base: str
    direction: str
    minus: bool


class Amount(NamedTuple):
    """A number or two with a unit, and where the text goes on."""

    number: Decimal
    to: Decimal | None
    unit: str
    measure: Measure | None
    about: bool
    end: int


def parse_number(text: str, units: Units) -> Indicator | None:
    """Number, range or deadline; None when the text is none or may mean several things."""
    if "¥" in text:
        text = _PRICE.sub(r"\1" if "元" in text else r"\1元", text)
    if "分之" in text:
        text = _SHARE_WORDS.sub(_percent, text)
    period, rest = _first_period(text)
    half = _HALF.search(rest)
    digit = re.search(r"\.?[0-9]", rest)
    if digit is not None:
        cut, body = digit.start(), rest[digit.start() :]
    elif half is not None and half.start() == _chinese_start(rest):
        cut, body = half.start(), f"0.5{rest[half.start() + 1 :]}"
    else:
        cut = _chinese_start(rest)
        body = _in_digits(rest[cut:], units)
        if not body:
            return None
    head = _head(rest[:cut], period)
    if head is None:
        return None
    amount = _amount(body, units, minus=head.minus)
    if amount is None:
        return None
    return _value(head, amount, body, chinese=digit is None)


def _percent(found: re.Match[str]) -> str:
    """百分之九十五 → 95%, 千分之5 → 5‰, 百分之百 → 100%."""
    word = found["number"]
    number = Decimal(100) if word == "百" else Decimal(word) if word.isascii() else number_of(word)
    return found[0] if number is None else f"{number}{'%' if found['of'] == '百' else '‰'}"


def _first_period(text: str) -> tuple[str, str]:
    """Periods that begin with digits, 2019年 and 三年累计, and what follows."""
    years = _YEARS_FIRST.match(text)
    if years is not None:
        number = count_of(years["count"])
        return f"{show_small(number)}年累计" if number else "", text[years.end() :] if number else text
    each = _EACH_FIRST.match(text)
    if each is not None and len(text) > each.end():
        number = count_of(each["count"])
        word = "两" if number == 2 else show_small(number)
        return (f"每{word}{each['of']}", text[each.end() :]) if number > 1 else ("", text)
    year = _YEAR_FIRST.match(text)
    if year is not None and FIRST_YEAR <= int(year["year"][:4]) <= LAST_YEAR and len(text) > year.end():
        return year["year"], text[year.end() :]
    return "", text


def _chinese_start(text: str) -> int:
    """Where a numeral may begin: behind the periods and signs that open the text."""
    at = 0
    while token := _first_token(text[at:]):
        at += len(token)
    return at


def _in_digits(text: str, units: Units) -> str:
    """三次 → 3次, 三百万元 → 300万元, 一至两次 → 1~2次; "" when no numeral with a unit of the table is the whole text."""
    one = NUMERAL.match(text)
    if one is None:
        return "0" + text[1:] if text[:1] == "零" else ""
    first, rest = _numeral(one[0], text[one.end() :])
    if first is None:
        return ""
    between = _BETWEEN.match(rest)
    front = str(first)
    if between is not None:
        two = NUMERAL.match(rest, between.end())
        second, rest = _numeral(two[0], rest[two.end() :]) if two is not None else (None, rest)
        if second is None:
            return ""
        front = f"{first}~{second}"
    about = rest[:1] if rest[:1] in {"余", "多"} else ""
    unit = units.read(rest[len(about) :])
    if unit is None or not unit[0].base:
        return ""
    behind = rest[len(about) + unit[1] :]
    ending = _ENDING.match(behind)
    if behind and (ending is None or ending.end() != len(behind)):
        return ""
    return front + rest


def _numeral(word: str, rest: str) -> tuple[Decimal | None, str]:
    """The number, with 万 or 亿 at its end left to the unit, as with digits: 三百|万元."""
    if word[0] in "百千万亿佰仟" or (word == "十" and rest.startswith("分") and not rest.startswith("分钟")):
        return None, rest  # 百人, 千人 and 十分 are words as often as numbers
    if word[-1] in "万亿" and len(word) > 1:
        return number_of(word[:-1]), word[-1] + rest
    return number_of(word), rest


def _head(text: str, period: str) -> Head | None:
    """The words before the number, taken apart from both ends; None when they change its meaning (第, 前, 未, ±)."""
    while text and (token := _first_token(text)) in PERIODS:
        period += PERIODS[token]
        text = text[len(token) :]
    minus = text.endswith(("-", "负"))
    text = text[:-1] if minus or text.endswith("+") else text
    if minus and text and not _last_token(text) and _CHANGE.search(text) is None:
        return None  # 参训率-90%: a dash or a minus?
    head = _peeled(text, period, minus=minus)
    about = head.subject
    if about and (len(about) > LONGEST_SUBJECT or any(open_.search(about) for open_ in _OPEN)):
        return None
    return head


_COUNTING = frozenset(NUMERAL_SIGNS)
_LINK = re.compile("(?:共计|合计|总计|共|为|是|了|:)$")
_CHANGE = re.compile("[增减降升变化].{0,4}$")


def _peeled(text: str, period: str, *, minus: bool) -> Head:
    """What the text is about, and the signs, directions, bases and periods behind it, in any order."""
    signs: list[str] = []
    after, base, direction = "", "", ""
    while text:
        token = _last_token(text)
        kind, name = _TOKENS.get(token, ("", ""))
        if kind == "sign":
            signs.append(name)
        elif kind == "direction" and not direction:
            direction = name
        elif kind == "base" and not base:
            base = name
        elif kind == "period":
            if name == "年内" and text[: -len(token)][-1:] in _COUNTING:
                break  # 三年内3次 is no 年内
            after = name + after
        elif not kind and (link := _LINK.search(text)) is not None:
            token = link[0]
        else:
            break
        text = text[: -len(token)]
    if text in _SHORT_MOVES and not direction:
        text, direction = "", _SHORT_MOVES[text]
    elif text == "年" and direction:
        text, after = "", f"每年{after}"
    return Head(tuple(signs), text, period + after, base, direction, minus)


def _last_token(text: str) -> str:
    """The longest word of the tables that ends the text, "" when none does."""
    if text.endswith(("扩大约", "增大约")):
        return "约"
    for size in _SIZES_BY_LAST.get(text[-1:], ()):
        if text[-size:] in _TOKENS:
            return text[-size:]
    return ""


def _first_token(text: str) -> str:
    """The longest word of the tables that begins the text, "" when none does."""
    for size in _SIZES_BY_FIRST.get(text[:1], ()):
        if text[:size] in _TOKENS:
            return text[:size]
    return ""


_SHORT_MOVES = {"减": "减少", "降": "下降", "增": "增长", "升": "上升"}


def _amount(text: str, units: Units, *, minus: bool) -> Amount | None:
    one = _NUMBER.match(text)
    if one is None or len(one[0]) > LONGEST_NUMBER:
        return None
    number = Decimal(one[0].replace(",", ""))
    at, about = _skip_about(text, one.end())
    measure, unit, at = _unit(text, at, units)
    if not about:
        at, about = _skip_about(text, at)
        if about and measure is not None and not measure.base:  # 3万余人
            rest = units.read(text[at:])
            if rest is not None:
                unit += rest[0].unit
                measure, at = rest[0]._replace(unit=unit, scale=measure.scale * rest[0].scale), at + rest[1]
    between = _BETWEEN.match(text, at)
    two = _NUMBER.match(text, between.end()) if between is not None else None
    if between is None or two is None:
        return Amount(number, None, unit, measure, about, at)
    if len(two[0]) > LONGEST_NUMBER or about or (minus and between[0] == "--"):
        return None  # -5--3 may go to 3 or to -3
    to = Decimal(two[0].replace(",", ""))
    to = -to if between["minus"] else to
    measure2, unit2, at = _unit(text, two.end(), units)
    if unit and unit2 not in {"", unit} and not (measure is not None and not measure.base and unit2.startswith(unit)):
        return None
    return Amount(number, to, unit2 or unit, measure2 if unit2 else measure, about, at)


def _skip_about(text: str, at: int) -> tuple[int, bool]:
    found = _ABOUT.match(text, at)
    return (found.end(), True) if found is not None else (at, False)


def _unit(text: str, at: int, units: Units) -> tuple[Measure | None, str, int]:
    """The unit that stands there: one of the table, else up to four characters that are no other word."""
    rest = text[at:]
    bracketed = _BRACKETED.match(rest)
    if bracketed is not None:
        inside = units.read(bracketed["unit"])
        if inside is not None and inside[1] == len(bracketed["unit"]):
            return inside[0], inside[0].unit, at + bracketed.end()
    known = units.read(rest)
    if known is not None:
        measure, size = known
        behind = rest[size:]
        # 100人刺 is a mistyped unit; 3个村 and 100人参加 are a unit and a word
        if len(behind) != 1 or not _CJK.fullmatch(behind) or measure.noun or behind in "内前后起整":
            return measure, measure.unit, at + size
    word = _CJK.match(rest)
    if word is None or _BETWEEN.match(rest):
        return None, "", at
    ending = next((end for end in range(len(word[0])) if _ENDING.match(rest, end)), len(word[0]))
    name = rest[:ending]
    behind = rest[ending:]
    if not name or (behind and _ENDING.fullmatch(behind) is None) or NO_UNITS.match(name) or NUMERAL.search(name):
        return None, "", at
    return None, name, at + ending


def _value(head: Head, amount: Amount, text: str, *, chinese: bool) -> Indicator | None:
    """The value of what was read, None when the words around the number leave its meaning open."""
    rest = text[amount.end :]
    ending = _ENDING.match(rest)
    word = ending[0] if ending is not None else ""
    tail = rest[len(word) :]
    if tail and not _may_follow(tail, rest, amount, chinese=chinese):
        return None
    measure, number, to = amount.measure, -amount.number if head.minus else amount.number, amount.to
    lasts = measure is not None and measure.dimension == "duration" and not measure.per
    if _is_date(amount, number, head) or (lasts and "近" in head.signs):
        return None  # 近三年 are the last three years, not about three
    deadline = lasts and word in WITHIN and not head.direction
    sign, clash = combined([*head.signs, ENDS.get(word, ""), "≈" if amount.about else ""])
    if clash or (to is not None and (number >= to or not (deadline or _range_sign(sign, head, word)))):
        return None
    if to is not None and not deadline:
        sign = "≈" if sign == "≈" else "=" if "=" in head.signs else ""
    found = _SINCE.fullmatch(head.subject)
    if found is not None and not deadline:
        return None  # 3天 behind 收到后 is no limit without 内
    # 每季度结束后15日内: the period belongs to the event
    since = head.period + found["event"] if found is not None else ""
    return Indicator(
        "",
        "deadline" if deadline else "number" if to is None else "range",
        sign or "=",
        number,
        to,
        amount.unit,
        measure,
        "" if since else head.period,
        head.base,
        head.direction,
        since=since,
        text=("" if since else head.subject) + tail,
        flags=frozenset() if sign else frozenset({"implied"}),
    )


def _may_follow(tail: str, rest: str, amount: Amount, *, chinese: bool) -> bool:
    """Whether the words behind the number only say what it is about: 100人参加, 8万元（含税）."""
    if chinese or NUMERAL.search(tail):
        return False
    if _NOTE.fullmatch(tail) is not None:
        return True
    return bool(amount.unit) and _TAIL.fullmatch(tail) is not None and NO_UNITS.match(rest) is None


def _is_date(amount: Amount, number: Decimal, head: Head) -> bool:
    """达到2019年, 2019财年, 每月：5日, 2季度 name a time and count nothing."""
    if not head.signs and (amount.unit == "季度" or (amount.unit == "日" and head.period.endswith("月"))):
        return True
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return False
    return amount.unit.startswith("年") or (amount.measure is None and bool(amount.unit) and not head.signs)


def _range_sign(sign: str, head: Head, word: str) -> bool:
    """控制在5-8%, 约3-5次 and 85%-95%之间 say a range; ≥3-5次 and 3-5次以上 say nothing clear."""
    return sign in {"", "=", "≈"} or (sign == "≤" and head.signs == ("控制在",) and word in {"", *WITHIN})


_SINCE = re.compile(r"(?:自|从|在|于)?(?P<event>[^0-9]{1,30}?)(?:之日起|以后|之后|后|之日|起)的?")

_WEAK = frozenset({"=", "控制在"})


def combined(signs: Sequence[str]) -> tuple[str, bool]:
    """One sign of several: 达到…以上 is ≥, 控制在…左右 ≈; two that contradict each other are a clash."""
    strong = {"≈" if sign == "近" else sign for sign in signs if sign and sign not in _WEAK}
    if strong in ({"≥", ">"}, {"≤", "<"}):
        strong = strong & {">", "<"}
    if len(strong) > 1:
        return "", True
    if strong:
        return strong.pop(), False
    return ("≤" if "控制在" in signs else "=" if "=" in signs else ""), False


# ------------------------------------------------------------------------------------------------------------- ratios

_RATIO = re.compile(r"(?P<one>[0-9]+(?:\.[0-9]+)?):(?P<two>[0-9]+(?:\.[0-9]+)?)")
_FRACTION = re.compile(r"(?P<part>[0-9]+)/(?P<whole>[0-9]+)")


class Pair(NamedTuple):
    """The two numbers of a ratio and where they stand in the text."""

    one: Decimal
    two: Decimal
    start: int
    end: int
    slash: bool


def parse_ratio(text: str) -> Indicator | None:
    """1:1.5, 不低于1:15, 三分之二以上, 3/4以上; None for a time of day (8:30) and for 3/4, which may be a date."""
    pair = _pair(text) if ":" in text or "/" in text or "分之" in text else None
    if pair is None:
        return None
    head = _head(text[: pair.start], "")
    rest = text[pair.end :]
    if head is None or head.minus or head.direction or (rest and rest not in ENDS):
        return None
    sign, clash = combined([*head.signs, ENDS.get(rest, "")])
    if clash or (pair.slash and not sign and not head.subject):
        return None
    return Indicator(
        "",
        "ratio",
        sign or "=",
        pair.one,
        pair.two,
        period=head.period,
        base=head.base,
        text=head.subject,
        flags=frozenset() if sign else frozenset({"implied"}),
    )


def _pair(text: str) -> Pair | None:
    digit = re.search("[0-9]", text)
    start = digit.start() if digit is not None else len(text)
    words = _PARTS.search(text)
    if words is not None and words.start() <= start:
        found, one, two = words, words["part"], words["whole"]
    elif (ratio := _RATIO.match(text, start)) is not None:
        found, one, two = ratio, ratio["one"], ratio["two"]
        if _clock(one, two):
            return None
    elif (fraction := _FRACTION.match(text, start)) is not None:
        found, one, two = fraction, fraction["part"], fraction["whole"]
    else:
        return None
    first, second = _written(one), _written(two)
    if first is None or not second or max(len(one), len(two)) > LONGEST_NUMBER:
        return None
    return Pair(first, second, found.start(), found.end(), found.re is _FRACTION)


_WHOLE = {"万": Decimal(10_000), "十万": Decimal(100_000), "百万": Decimal(1_000_000)}


def _written(word: str) -> Decimal | None:
    return Decimal(word) if word.isascii() else _WHOLE.get(word) or number_of(word)


_HOURS = re.compile("(?:[6-9]|1[0-9]|2[0-4]):[0-5][0-9]|[0-9]+:0[0-9]")


def _clock(hour: str, minute: str) -> bool:
    """8:30 and 17:00 are times of day; a ratio begins with a small number and has no 0 in front."""
    return _HOURS.fullmatch(f"{hour}:{minute}") is not None


# ------------------------------------------------------------------------------------------------------------ showing


def plain(number: Decimal) -> str:
    """The digits, never with an exponent."""
    return format(number, "f")


def show_number(value: Indicator) -> str:
    """每年参训率≥90%, 同比增长8%, 收到申请后15日内: what `parse_number` and `parse_ratio` read as the same value."""
    sign = "" if "implied" in value.flags else "约" if value.sign == "≈" else value.sign
    number = plain(value.number) if value.number is not None else ""
    if value.kind == "ratio":
        body = f"{number}:{plain(value.to)}" if value.to is not None else number
    else:
        body = number + (f"~{plain(value.to)}" if value.to is not None else "") + value.unit
    if value.kind == "deadline":
        since = f"{value.since}后" if value.since else ""
        limit = "" if value.sign == "≤" else sign
        return f"{value.period}{since}{value.base}{limit}{body}内{value.text}"
    behind = value.text if value.text.startswith("(") else ""
    before = "" if behind else value.text
    return f"{value.period}{before}{value.base}{value.direction}{sign}{body}{behind}"
