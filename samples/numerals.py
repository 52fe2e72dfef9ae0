"""Serial numbers as official papers write them, written independently of the package that has to read them."""

from __future__ import annotations


def numeral(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一, 101 → 一百零一, 360 → 三百六十, 1203 → 一千二百零三; for 1..99,999."""
    text = ""
    zero = False
    for step, unit in ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // step % 10
        if digit:
            text += ("零" if zero else "") + "零一二三四五六七八九"[digit] + unit
            zero = False
        else:
            zero = bool(text)
    return text[1:] if text.startswith("一十") else text
