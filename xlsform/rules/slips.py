"""X05: two amounts that should be equal and would be, were not one of them in 元 instead of 万元."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.findings import Finding
from xlsform.core.kinds import show_amount
from xlsform.core.records import Record
from xlsform.core.spec import Relation
from xlsform.rules.verdict import TOLERANCE, Said, Setting, level_of, verdict

FACTOR = Decimal(10_000)
"""元 in a 万元."""
PLAIN = 100
"""One amount among several is suspected when a ten-thousandth of it is this many times the tolerance: of less, an amount in 元 could not be
told from an amount that the other side lacks. With the usual tolerance that is from 5,000 on.
"""
SLIP = Relation("X05", "=", (), ())


class Amount(NamedTuple):
    """One cell's part in a sum: the number in it, and what it is multiplied by there (the sign of its term included)."""

    record: Record
    field: str
    number: Decimal
    weight: Decimal


class Doubt(NamedTuple):
    """Values of which X05 has said that they may be in 元: (file, item, region, field). Further relations do not use them."""

    values: frozenset[tuple[str, int, str, str]]


class Slip(NamedTuple):
    """The amounts that seem to be in 元, where to say so, what there is and what should be there."""

    blamed: Sequence[Amount]
    at: Amount
    got: Decimal
    expected: Decimal
    variant: str


def instead(
    relation: Relation,
    sides: tuple[Sequence[Amount], Sequence[Amount]],
    variant: str,
    department: str,
    setting: Setting,
) -> tuple[Finding | Doubt, ...]:
    """X05 in the place of what the relation would say of its two unequal sides, () when they differ otherwise.

    It is as grave as what it stands for: an amount in 元 must not pass as a warning where the sum itself would be an error. Where the
    form set wants less of X05, the relation speaks for itself.
    """
    slip = _slip(sides, relation.tolerance)
    if slip is None:
        return ()
    got, expected = show_amount(slip.got), show_amount(slip.expected)
    said = Said(slip.variant, got, expected, {"a": got, "b": expected})
    where = slip.at.record.ref(slip.at.field)
    found = verdict(SLIP, said, where, (slip.at.record.form, department), setting.formset, slip.at.field)
    instead_of = level_of(relation, variant, setting.formset)
    if found is None or (instead_of is not None and instead_of > found.level and SLIP.code in setting.formset.levels):
        return ()
    level = found.level if instead_of is None else max(found.level, instead_of)
    blamed = frozenset((one.record.file, one.record.item, one.record.region, one.field) for one in slip.blamed)
    return replace(found, level=level), Doubt(blamed)


def _slip(sides: tuple[Sequence[Amount], Sequence[Amount]], tolerance: Decimal) -> Slip | None:
    """A whole side that is 10,000 times the other, else the one amount that, were it in 元, would make both sides equal."""
    left, right = (sum((one.number * one.weight for one in side), Decimal(0)) for side in sides)
    big, small = (0, 1) if abs(left) > abs(right) else (1, 0)
    more, less = (left, right) if big == 0 else (right, left)
    if less and abs(more / FACTOR - less) <= min(tolerance, abs(less) / 100):
        at = sides[big][0] if len(sides[big]) == 1 or len(sides[small]) != 1 else sides[small][0]
        return Slip(sides[big], at, more, less, "")
    least = max(tolerance, TOLERANCE) * PLAIN * FACTOR  # a line may ask for less than rounding leaves
    for one, sign in _suspects(sides, least):
        shift = one.number * (1 - 1 / FACTOR) * one.weight * sign
        if abs(left - right - shift) <= tolerance:
            return Slip((one,), one, one.number, one.number / FACTOR, "one")
    return None


def _suspects(sides: tuple[Sequence[Amount], Sequence[Amount]], least: Decimal) -> Iterator[tuple[Amount, int]]:
    for side, sign in zip(sides, (1, -1), strict=True):
        yield from ((one, sign) for one in side if one.number >= least)
