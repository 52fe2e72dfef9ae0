"""Numbers written in Chinese numerals: 九十五, 三点五, 一千零二十万, 两."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = "零一二三四五六七八九"
_STEPS = ((1000, "千"), (100, "百"), (10, "十"))
_ALIKE = str.maketrans("〇○两壹贰叁肆伍陆柒捌玖拾佰仟", "零零二一二三四五六七八九十百千")

SIGNS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
NUMERAL = re.compile(rf"[{SIGNS}]+(?:点[零〇一二三四五六七八九]+)?")
YEAR = str.maketrans("零〇一二三四五六七八九", "00123456789")
"""二〇一九 → 2019."""


def show_small(number: int) -> str:
    """The numeral of 1..9999: 12 → 十二, 1005 → 一千零五."""
    text, rest, gap = "", number, False
    for step, name in _STEPS:
        digit, rest = divmod(rest, step)
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + name
        gap = bool(text) and not digit and bool(rest)
    if rest:
        text += ("零" if gap else "") + _DIGITS[rest]
    return text.removeprefix("一") if 10 <= number <= 19 else text


def number_of(text: str) -> Decimal | None:
    """The number, or None when the text is no numeral written by the rules: 三五 (three to five) and 一百五 (150) are none."""
    whole, point, decimals = text.translate(_ALIKE).partition("点")
    number = _whole(whole)
    if number is None or (point and not decimals):
        return None
    return Decimal(f"{number}.{decimals.translate(YEAR)}") if point else Decimal(number)


def count_of(text: str) -> int:
    """The whole number in digits or as a numeral, 0 when it is no numeral: 12 → 12, 十二 → 12."""
    return int(text) if text.isascii() else int(number_of(text) or 0)


def _whole(text: str) -> int | None:
    if text == "零":
        return 0
    for factor, name in ((10**8, "亿"), (10**4, "万")):
        high, sign, low = text.rpartition(name)
        if not sign:
            continue
        above = _whole(high) if high else None
        below = _whole(low.removeprefix("零")) if low else 0
        if not above or below is None or below >= factor or (low == "零"):
            return None
        # 万 and 千 left out mean a gap, which 零 marks: 二万五 is 25,000 in speech and nothing in writing.
        return above * factor + below if not low or low.startswith("零") == (below < factor // 10) else None
    return _small(text)


def _small(text: str) -> int | None:
    total = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
            continue
        step = next((step for step, name in _STEPS if name == sign), 0)
        if not step:
            return None
        total += (digit or (1 if not total else 0)) * step
        digit = 0
    total += digit
    if not 1 <= total <= 9999:
        return None
    # Building the numeral again proves the grammar: 一二, 十百 and 一百五 do not come back.
    plain = text.removeprefix("一") if text.startswith("一十") else text
    return total if show_small(total) == plain else None
