"""Date serials: the number in a date cell ↔ the day and time it stands for, in both date systems.

The 1900 system counts 1900-01-01 as 1 and knows a day that never was, 1900-02-29 (serial 60); the 1904 system counts 1904-01-01 as 0.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

_EPOCH_1900: Final = date(1899, 12, 30).toordinal()
_EPOCH_1904: Final = date(1904, 1, 1).toordinal()
_LAST: Final = date(9999, 12, 31).toordinal()
_LEAP_BUG: Final = 60
_DAY: Final = 86_400
_ISO = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d))?T?(?:(\d\d):(\d\d)(?::(\d\d(?:\.\d{1,9})?))?)?Z?", re.ASCII)


class Moment(NamedTuple):
    """weekday: 0 Sunday … 6 Saturday, as Excel has it; second: with as many places as asked for; elapsed: seconds since serial 0."""

    year: int
    month: int
    day: int
    weekday: int
    hour: int
    minute: int
    second: Decimal
    elapsed: Decimal


def moment(serial: Decimal, places: int = 0, date_1904: bool = False) -> Moment | None:
    """The moment of a serial, rounded to so many places of a second; None where the date system has no such day."""
    step = Decimal(1).scaleb(-places)
    if not 0 <= serial < _LAST:
        return None
    elapsed = (serial * _DAY).quantize(step, ROUND_HALF_UP)
    days, seconds = divmod(elapsed, _DAY)
    number = int(days)
    hour, rest = divmod(seconds, 3600)
    minute, second = divmod(rest, 60)
    clock = (int(hour), int(minute), second, elapsed)
    if date_1904:
        ordinal = _EPOCH_1904 + number
        weekday = ordinal % 7
    elif number == 0:
        return Moment(1900, 1, 0, 6, *clock)
    elif number == _LEAP_BUG:
        return Moment(1900, 2, 29, 3, *clock)
    else:
        ordinal = _EPOCH_1900 + number + (number < _LEAP_BUG)
        weekday = (number - 1) % 7  # Excel's own: one day off before the leap day that never was
    if ordinal > _LAST:
        return None
    day = date.fromordinal(ordinal)
    return Moment(day.year, day.month, day.day, weekday, *clock)


def serial_of(text: str, date_1904: bool = False) -> Decimal | None:
    """The serial of an ISO 8601 date, time or both, as Strict workbooks store them; None when it is none."""
    match = _ISO.fullmatch(text)
    if match is None or not text:
        return None
    year, month, day, hour, minute, second = match.groups()
    serial = Decimal(0)
    if year:
        try:
            ordinal = date(int(year), int(month), int(day)).toordinal()
        except ValueError:
            return None
        days = ordinal - (_EPOCH_1904 if date_1904 else _EPOCH_1900)
        if not date_1904 and days <= _LEAP_BUG:
            days -= 1
        serial += days
    if hour:
        span = timedelta(hours=int(hour), minutes=int(minute)).total_seconds()
        serial += (Decimal(int(span)) + Decimal(second or 0)) / _DAY
    return serial
