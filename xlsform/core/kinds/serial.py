"""Serial numbers as official papers write them: 一、二、… 十一, 一百零一, 三百六十."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from xlsform.core.cells import Cell
from xlsform.core.kinds.kind import Datum, Parsed, Shape, lost

DIGITS = "零一二三四五六七八九"
STEPS = ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"))
LARGEST = 99_999
OTHERWISE = str.maketrans("〇○两廿卅壹贰叁肆伍陆柒捌玖拾佰仟", "零零二□□一二三四五六七八九十百千")
"""Other ways to write the same numerals; 廿 and 卅 are not taken."""
WRAP = re.compile(r"[(（\[【第]?(?P<core>[^()（）\[\]【】、.．。,，:：]+)[)）\]】]?[、.．。,，:：]?")
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


@lru_cache(maxsize=4096)
def numeral(number: int) -> str:
    """1 → 一, 12 → 十二, 101 → 一百零一, 360 → 三百六十. Raises ValueError outside 1..99,999."""
    if not 1 <= number <= LARGEST:
        raise ValueError(f"no serial number {number}")
    text, rest, gap = "", number, False
    for step, name in STEPS:
        digit, rest = divmod(rest, step)
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + name
        gap = bool(text) and not digit and bool(rest)
    if rest:
        text += ("零" if gap else "") + DIGITS[rest]
    return text.removeprefix("一") if 10 <= number <= 19 else text


@lru_cache(maxsize=4096)
def number_of(text: str) -> int | None:
    """The number a Chinese numeral stands for (also 一十二), None when it is none or not written as numerals are."""
    total = 0
    digit = 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS.index(sign)
            continue
        step = next((step for step, name in STEPS if name == sign), 0)
        if not step:
            return None
        total += (digit or (1 if not total else 0)) * step
        digit = 0
    total += digit
    if not 1 <= total <= LARGEST:
        return None
    # Building the numeral again proves the grammar: 一二, 十百 or 二零百 do not come back.
    return total if numeral(total) in (text, text.removeprefix("一") if text.startswith("一十") else text) else None


def parse_serial(cell: Cell, _field: Shape) -> Parsed:
    """“一” → 1. “(一)”, “一、”, “壹”, “1” and the number 1 are read with problem "text"; what is no number is "unreadable"."""
    raw = cell.raw
    if isinstance(raw, Decimal):
        number = int(raw) if 1 <= raw <= LARGEST and raw == raw.to_integral_value() else None
        return (number, "text") if number is not None and not cell.shown_as.strip("0#?") else (None, "unreadable")
    if not isinstance(raw, str):
        return None, lost(cell) or ("unreadable" if raw is not None else "")
    text = "".join(raw.split())
    if not text:
        return None, ""
    found = number_of(text)
    if found is not None and numeral(found) == raw:
        return found, ""
    match = WRAP.fullmatch(text)
    core = match["core"].translate(FULL_WIDTH) if match else ""
    if re.fullmatch(r"0*[1-9][0-9]{0,4}", core):
        return int(core), "text"
    found = number_of(core.translate(OTHERWISE)) if core else None
    return (found, "text") if found is not None else (None, "unreadable")


def show_serial(data: Datum, _field: Shape) -> Datum:
    """1 → “一”."""
    return numeral(data) if isinstance(data, int) else data
