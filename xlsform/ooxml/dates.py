"""Date and time sections of a number format: `yyyy"年"m"月"`, `上午/下午h"时"mm"分"`, `[h]:mm`, `aaaa`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from xlsform.ooxml.serials import Moment, moment

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_UNSEEN_PLACES: Final = 4
_DAYS_CN: Final = "日一二三四五六"
_DIGITS_CN: Final = {1: "〇一二三四五六七八九十", 2: "零壹贰叁肆伍陆柒捌玖拾"}


class Token(NamedTuple):
    """One piece of a format section. kind: quoted (stands as it is), digit, date, elapsed, noon, mark… ; text: what it says."""

    kind: str
    text: str


def renderer(
    tokens: Sequence[Token], numerals: int, chinese: bool, date_1904: bool, otherwise: Callable[[Decimal], str]
) -> Callable[[Decimal], str]:
    """How the section shows a serial; `otherwise` shows a number that is no date (Excel prints #####, which loses it)."""
    pieces = tuple(_minutes_told_apart(tokens))
    seconds = [token.text for token in pieces if token.kind in ("s", "[s")]
    # A time shown to the second is rounded to it; a day or an hour is only over when it is over.
    places = max(len(text.partition(".")[2]) for text in seconds) if seconds else _UNSEEN_PLACES
    half_day = any(token.kind == "noon" for token in pieces)

    def show(serial: Decimal) -> str:
        at = moment(serial, places, date_1904)
        if at is None:
            return otherwise(serial)
        return "".join(_piece(token, at, half_day, numerals, chinese) for token in pieces)

    return show


def _minutes_told_apart(tokens: Sequence[Token]) -> list[Token]:
    """Give date tokens their letter as kind; m behind hours or before seconds becomes minutes (n)."""
    out: list[Token] = []
    for token in tokens:
        letter = token.text[0].lower() if token.kind in ("date", "elapsed") else ""
        out.append(Token(f"[{letter}" if token.kind == "elapsed" else letter or token.kind, token.text))
    timed = [
        index
        for index, token in enumerate(out)
        if token.kind[-1:] in ("y", "m", "d", "h", "s") and len(token.kind) <= 2
    ]
    for nth, index in enumerate(timed):
        if out[index].kind != "m" or len(out[index].text) > 2:
            continue
        before = out[timed[nth - 1]].kind[-1] if nth else ""
        after = out[timed[nth + 1]].kind[-1] if nth + 1 < len(timed) else ""
        if before == "h" or after == "s":
            out[index] = Token("n", out[index].text)
    return out


def _piece(token: Token, at: Moment, half_day: bool, numerals: int, chinese: bool) -> str:
    kind, width = token.kind, len(token.text)
    if kind in ("y", "e", "b"):
        year = f"{at.year % 100:02d}" if kind == "y" and width <= 2 else f"{at.year:04d}"
        return "".join(_DIGITS_CN[numerals][int(digit)] for digit in year) if numerals else year
    if kind == "m" and width > 2:
        return _month(at.month, width, chinese)
    if kind == "d" and width > 2:
        return _weekday(at.weekday, width, chinese)
    if kind == "a":
        return _DAYS_CN[at.weekday] if width == 3 else f"星期{_DAYS_CN[at.weekday]}"
    if kind == "noon":
        morning, _, afternoon = token.text.partition("/")
        return morning if at.hour < 12 else afternoon
    if kind.startswith("["):
        total = int(at.elapsed // {"h": 3600, "m": 60, "s": 1}[kind[1]])
        return f"{total:0{width}d}"
    if kind == "s":
        whole, _, part = token.text.partition(".")
        second = f"{at.second:f}".partition(".")[2][: len(part)]
        return _number(int(at.second), len(whole), numerals) + (f".{second:0<{len(part)}}" if part else "")
    numbers = {"m": at.month, "d": at.day, "n": at.minute, "h": (at.hour % 12 or 12) if half_day else at.hour}
    if kind in numbers:
        return _number(numbers[kind], width, numerals)
    return "" if kind == "g" else token.text


def _number(value: int, width: int, numerals: int) -> str:
    if not numerals:
        return f"{value:0{width}d}"
    digits = _DIGITS_CN[numerals]
    tens, ones = divmod(value, 10)
    if not tens:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + digits[10] + (digits[ones] if ones else "")


def _month(month: int, width: int, chinese: bool) -> str:
    if chinese:
        return f"{month}月" if width == 3 else f"{_number(month, 1, 1)}月"
    name = _MONTHS[month - 1]
    return {3: name[:3], 5: name[:1]}.get(width, name)


def _weekday(weekday: int, width: int, chinese: bool) -> str:
    if chinese:
        return f"周{_DAYS_CN[weekday]}" if width == 3 else f"星期{_DAYS_CN[weekday]}"
    return _DAYS[weekday][:3] if width == 3 else _DAYS[weekday]
