"""Checks of amounts: that they are numbers, how they are written, how large they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from xlsform.core.kinds import show_amount
from xlsform.core.spec import fields_of
from xlsform.rules.asking import (
    Asked,
    Probe,
    each,
    has_not,
    is_read,
    label_of,
    problem_column,
    series,
    speak,
    speak_unread,
)
from xlsform.rules.verdict import Said, has_variant

if TYPE_CHECKING:
    from xlsform.rules.asking import Column


def amount(asked: Asked) -> Iterator[Probe]:
    """A number; negative ones and, where the rule minds them, zeros are told apart."""
    for key in asked.check.fields:
        yield Probe(key, (key,), is_read, partial(speak_unread, asked, key))
        yield Probe(key, (key,), partial(each, judge=_not_negative), partial(speak, asked, key, "negative"))
        if has_variant(asked.check.code, "zero"):
            yield Probe(key, (key,), partial(each, judge=_not_zero), partial(speak, asked, key, "zero"))


def _not_negative(number: Decimal) -> bool:
    return number >= 0


def _not_zero(number: Decimal) -> bool:
    return number != 0


def places(asked: Asked) -> Iterator[Probe]:
    """At most the field's decimals, and a number rather than a text, in the form's unit."""
    fields = {field.key: field for field in fields_of(asked.region)}
    for key in asked.check.fields:
        finest = Decimal(1).scaleb(-fields[key].places)
        for problem in ("unit", "text"):
            test = partial(has_not, problem)
            yield Probe(problem_column(key), (key,), test, partial(_speak_amount, asked, key, problem))
        test = partial(each, judge=partial(_is_round, finest))
        yield Probe(key, (key,), test, partial(_speak_amount, asked, key, "places"))


def _is_round(finest: Decimal, number: Decimal) -> bool:
    return number == number.quantize(finest)


def _speak_amount(asked: Asked, key: str, variant: str, row: int) -> Said:
    """Names the amount as it is stored: a number format may hide its decimals."""
    value = asked.value(row, key)
    read = show_amount(value.data) if isinstance(value.data, Decimal) else ""
    got = read if variant == "places" else value.text
    return speak(asked, key, variant, row)._replace(got=got, expected="" if variant == "places" else read)


def outlier(asked: Asked) -> Iterator[Probe]:
    """An amount of `min` or more is at most `times` the median of its department's amounts in that column: it may be in 元."""
    least, times = (asked.number(name) or 0 for name in ("min", "times"))

    def test(column: Column) -> Column:
        groups: dict[int, list[Decimal]] = defaultdict(list)
        for own, number in zip(asked.owners, column, strict=True):
            if number is not None:
                groups[own].append(number)
        most = {own: times * median(numbers) for own, numbers in groups.items() if max(numbers) >= least}
        right = [
            number is None or own not in most or number < least or number <= most[own]
            for own, number in zip(asked.owners, column, strict=True)
        ]
        return series(column, right)

    for key in asked.check.fields:
        yield Probe(key, (key,), test, partial(_speak_amount, asked, key, ""))


def control(asked: Asked) -> Iterator[Probe]:
    """Not above the control figure that the roster holds for the department; one without is not asked."""
    register = asked.setting.register

    def figure(row: int) -> Decimal | None:
        known = register.find(asked.department(row))
        return known.control if known is not None else None

    def test(column: Column) -> Column:
        right = [number is None or (most := figure(row)) is None or number <= most for row, number in enumerate(column)]
        return series(column, right)

    def say(key: str, row: int) -> Said:
        asks, most = asked.value(row, key).data, figure(row)
        got, expected = (show_amount(one) if isinstance(one, Decimal) else "" for one in (asks, most))
        params = {"dept": asked.department(row), "x": got, "y": expected, "field": label_of(asked.region, key)}
        return Said("", got, expected, params)

    for key in asked.check.fields:
        yield Probe(key, (key,), test, partial(say, key))
