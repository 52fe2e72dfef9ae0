"""Values drawn at random, and the ways people write the same value."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import strategies as st

from xlsform.core.values import Indicator, Units
from xlsform.core.values.numerals import number_of, show_small
from xlsform.core.values.times import last_day
from xlsform.core.values.words import BASES, DIRECTIONS, LEVELS, PERIODS

IMPLIED = frozenset({"implied"})
NOTHING: frozenset[str] = frozenset()
NAMES = (
    "",
    "",
    "",
    "群众满意度",
    "参训率",
    "开展培训",
    "困难家庭",
    "新增幼儿园数量",
    "项目验收合格率",
    "（含税）".translate({0xFF08: "(", 0xFF09: ")"}),
)
TASKS = ("", "", "完成", "发放到位", "完成验收")
PROSE = ("切实改进文风会风", "显著提升", "不发生重大安全事故", "推动各项工作落到实处", "若干")

numbers = st.one_of(
    st.integers(0, 10**7).map(Decimal),
    st.decimals(Decimal(0), Decimal(10**6), allow_nan=False, allow_infinity=False, places=2),
    st.sampled_from([Decimal(text) for text in ("0.5", "100", "95", "99.99", "2019", "0.001", "336.07")]),
)


def sign_and_flags(sign: str) -> tuple[str, frozenset[str]]:
    return (sign, NOTHING) if sign else ("=", IMPLIED)


@st.composite
def measured(draw: st.DrawFn, units: Units) -> tuple[str, object]:
    """A unit with or without 万 before it and /人 behind it."""
    names = sorted({unit.name for unit in units.spellings.values() if unit.dimension})
    prefix = draw(st.sampled_from(["", "", "", "万", "亿", "千"]))
    per = draw(st.sampled_from(["", "", "", "/人", "/年", "/人·月", "/项目"]))
    read = units.read(prefix + draw(st.sampled_from(names)) + per)
    assert read is not None
    return read[0].unit, read[0]


@st.composite
def numeric(draw: st.DrawFn, units: Units) -> Indicator:
    """A number or a range."""
    unit, measure = draw(st.one_of(measured(units), st.just(("", None))))
    number = draw(numbers)
    to = draw(st.none() | numbers.map(lambda more: number + more + 1))
    sign, flags = sign_and_flags(draw(st.sampled_from(["", "", "=", "≈"] if to is not None else ["", *"≥≤><=≈"])))
    number = -number if number and draw(st.integers(0, 9)) == 0 else number
    periods = sorted({*PERIODS.values(), "三年累计", "每两年", "2019年", "每人每年"})
    return Indicator(
        "", "number" if to is None else "range", sign, number, to, unit, measure,
        draw(st.sampled_from(["", "", *periods])), draw(st.sampled_from(["", "", *BASES.values()])),
        draw(st.sampled_from(["", "", *DIRECTIONS.values()])), text=draw(st.sampled_from(NAMES)), flags=flags,
    )  # fmt: skip


@st.composite
def deadlines(draw: st.DrawFn, units: Units) -> Indicator:
    names = sorted(
        {unit.name for unit in units.spellings.values() if unit.dimension == "duration" and unit.name != "季度"}
    )
    read = units.read(draw(st.sampled_from(names)))
    assert read is not None
    number = draw(st.integers(0, 400).map(Decimal))
    return Indicator(
        "", "deadline", "≤", number, draw(st.none() | st.just(number + 5)), read[0].unit, read[0],
        since=draw(st.sampled_from(["", "收到申请", "每季度结束", "项目验收"])), text=draw(st.sampled_from(TASKS)),
    )  # fmt: skip


@st.composite
def ratios(draw: st.DrawFn) -> Indicator:
    sign, flags = sign_and_flags(draw(st.sampled_from(["", *"≥≤><=≈"])))
    one, two = draw(st.integers(1, 5)), draw(st.integers(1, 300))
    return Indicator(
        "", "ratio", sign, Decimal(one), Decimal(two), text=draw(st.sampled_from(["", "师生比"])), flags=flags
    )


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, bool]:
    """A moment in ISO 8601 and whether 前 behind it includes it."""
    year = draw(st.none() | st.integers(1990, 2100))
    front = "--" if year is None else f"{year}-"
    form = draw(st.sampled_from("YMDQH"))
    if form == "Y":
        return (str(year) if year else "--"), False
    if form == "M":
        return f"{front}{draw(st.integers(1, 12)):02}", False
    if form == "D":
        month = draw(st.integers(1, 12))
        return f"{front}{month:02}-{draw(st.integers(1, last_day(year, month) or 29)):02}", True
    return f"{front}{form}{draw(st.integers(1, 4 if form == 'Q' else 2))}", False


@st.composite
def times(draw: st.DrawFn) -> Indicator:
    moment, exact = draw(moments())
    text = draw(st.sampled_from(TASKS))
    period = draw(st.sampled_from(["", "", "每年"])) if moment.startswith("--") and moment != "--" else ""
    match draw(st.sampled_from(["=", "before", "≤", "≥", "range"])):
        case "=":
            return Indicator("", "time", "=", period=period, start=moment, end=moment, text=text, flags=IMPLIED)
        case "before":
            flags = NOTHING if exact else frozenset({"ambiguous"})
            return Indicator("", "time", "≤" if exact else "<", period=period, end=moment, text=text, flags=flags)
        case "≤":
            return Indicator("", "time", "≤", period=period, end=moment, text=text)
        case "≥":
            return Indicator("", "time", "≥", period=period, start=moment, text=text)
        case _:
            first, last = draw(
                st.sampled_from([
                    ("2019", "2021"), ("2019-01", "2019-12"), ("--01", "--12"), ("2019-06-01", "2020-05-31"),
                    ("2019-Q1", "2019-Q3"), ("--Q2", "--Q4"), ("--06-01", "--06-30"),
                ])
            )  # fmt: skip
            return Indicator("", "time", "=", start=first, end=last, text=text, flags=IMPLIED)


worded = st.one_of(
    st.sampled_from(sorted(LEVELS)).map(lambda text: Indicator("", "level", text=text)),
    st.sampled_from(["按时发放", "及时足额拨付"]).map(lambda text: Indicator("", "level", text=text)),
    st.sampled_from(["办公用房标准", "按合同约定", "与上年持平"]).map(
        lambda text: Indicator("", "reference", text=text)
    ),
    st.sampled_from(["不超过预算", "控制在概算范围内"]).map(lambda text: Indicator("", "reference", "≤", text=text)),
    st.sampled_from(["烈士备案当年发放", "开学前完成"]).map(lambda text: Indicator("", "event", text=text)),
    st.sampled_from(["各街道", "区保密委成员单位", "困难家庭学生"]).map(
        lambda text: Indicator("", "object", text=text)
    ),
    st.sampled_from(PROSE).map(lambda text: Indicator("", "text", text=text)),
    st.just(Indicator("", "empty")),
)


def values(units: Units) -> st.SearchStrategy[Indicator]:
    """A value of any kind that can be written."""
    return st.one_of(numeric(units).filter(sayable), deadlines(units), ratios(), times(), worded)


def sayable(value: Indicator) -> bool:
    """Whether there are words for this value: 2019年, 2季度 and 每月5日 name a time, 参训率-90% may hold a dash."""
    number = value.number
    assert number is not None
    bare = "implied" in value.flags and not value.direction and not value.base
    named = value.text and not value.text.startswith("(")
    return not (
        (value.unit == "年" and any(1990 <= one <= 2100 for one in (number, value.to) if one is not None))
        or (value.unit == "季度" and "implied" in value.flags)
        or (value.unit == "日" and value.period.endswith("月") and "implied" in value.flags)
        or (not value.unit and bare and not value.text and 1990 <= number < 2101)
        or (number < 0 and named and bare)
        or (number == 0 and not value.unit and value.text)
    )


# ------------------------------------------------------------------------------------------------------------ spellings

SIGN_WORDS = {
    "≥": ("≥", ">=", "≧", "⩾", "＞=", "不低于", "不少于", "至少", "≮", "大于等于"),
    "≤": ("≤", "<=", "≦", "⩽", "不高于", "不超过", "至多", "≯", "控制在"),
    ">": (">", "＞", "大于", "超过", "高于"),
    "<": ("<", "＜", "小于", "低于"),
    "=": ("=", "＝", "等于", "达到"),
    "≈": ("约", "≈", "大约"),
}
SUFFIXES = {"≥": ("以上", "及以上", "（含）以上"), "≤": ("以下", "及以下"), "≈": ("左右", "上下")}
SEPARATORS = ("-", "~", "—", "–", "−", "－", "～", "至", "到", "--")
BLANKS = ("", "", "", " ", "\u3000", "\u00a0", "\t", "\u200b")
WIDE = {ord("0") + digit: 0xFF10 + digit for digit in range(10)} | {
    ord("%"): "％",
    ord("/"): "／",
    ord("("): "（",
    ord(")"): "）",
}


@st.composite
def spellings(draw: st.DrawFn, value: Indicator) -> str:
    """A way in which people write this number or range."""
    word, suffix = signs(draw, value)
    number = draw(digits(value, value.number)) if value.number is not None else ""
    if value.to is not None:
        number += draw(st.sampled_from(SEPARATORS)) + draw(digits(value, value.to))
    unit = draw(
        st.sampled_from(
            {"%": ("%", "％"), "平方米": ("平方米", "㎡", "平米"), "百分点": ("个百分点", "百分点")}.get(
                value.unit, (value.unit,)
            )
        )
    )
    if value.unit == "%" and value.to is None and value.number is not None and value.number > 0 and draw(st.booleans()):
        number, unit = f"百分之{numeral(value.number) or number}", ""
    note, about = (value.text, "") if value.text.startswith("(") else ("", value.text)
    pieces = [value.period, about, value.base, value.direction, word, number, unit, suffix, note]
    text = draw(st.sampled_from(BLANKS)).join(piece for piece in pieces if piece)
    text = text.translate(WIDE) if draw(st.booleans()) else text
    return text + draw(st.sampled_from(["", "", "。", "；", " "]))


def signs(draw: st.DrawFn, value: Indicator) -> tuple[str, str]:
    if "implied" in value.flags:
        return "", ""
    if value.sign in SUFFIXES and value.to is None and draw(st.booleans()):
        weak = "" if value.sign == "≈" else draw(st.sampled_from(["", "达到"] if value.sign == "≥" else ["", "控制在"]))
        return weak, draw(st.sampled_from(SUFFIXES[value.sign]))
    return draw(st.sampled_from(SIGN_WORDS[value.sign])), ""


def digits(value: Indicator, number: Decimal) -> st.SearchStrategy[str]:
    plain = format(number, "f")
    ways = [plain]
    if number >= 1000:
        ways.append(format(number, ",f"))
    chinese = numeral(number)
    known = value.measure is not None and value.measure.base
    if chinese and known and value.to is None and not value.text and not re.search("[十百千万亿]", value.unit[:1]):
        ways.append(chinese)
    return st.sampled_from(ways)


def numeral(number: Decimal) -> str:
    """The Chinese numeral of a whole number up to 9999 that is read as a number (not 十分, 百人)."""
    if number != number.to_integral_value() or not 11 <= number <= 9999:
        return ""
    text = show_small(int(number))
    assert number_of(text) == number
    return text
