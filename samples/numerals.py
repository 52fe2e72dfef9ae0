"""Serial numbers as official papers write them, written independently of the package that has to read them."""

from __future__ import annotations


def numeral(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一, 101 → 一百零一, 360 → 三百六十; for 1..999."""
    signs = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{signs[hundreds]}百" if hundreds else ""
    if tens:
        text += f"{'' if tens == 1 and not hundreds else signs[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (signs[ones] if ones else "")
