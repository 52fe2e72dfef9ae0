"""舍位平衡: amounts shown in another unit or with fewer digits still add up, by the largest-remainder method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

_EXACT = Context(prec=60)
"""More digits than any sum of amounts has: nothing is rounded but where it is meant."""


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Rounded to so many decimals, a half away from zero: 0.125 → 0.13, -0.125 → -0.13."""
    return amount.quantize(_unit(digits), ROUND_HALF_UP, _EXACT)


def balanced(parts: Sequence[Decimal], digits: int, total: Decimal | None = None) -> tuple[Decimal, ...]:
    """The parts rounded so that they add up to `total`, which is their rounded sum unless a table above has settled it.

    Every part is rounded down, and what is still missing goes, a unit each, to the parts that lost most; of equal losses to the first.
    So each part is less than a unit of its last digit from its exact value, and a part that needs no rounding stays. `total` must be
    the exact sum rounded down or up to `digits`. Raises ValueError when it is neither.
    """
    unit = _unit(digits)
    floors = [part.quantize(unit, ROUND_FLOOR, _EXACT) for part in parts]
    lost = [_EXACT.subtract(part, floor) for part, floor in zip(parts, floors, strict=True)]
    exact = add_up(parts)
    wanted = rounded(exact, digits) if total is None else total
    if wanted != wanted.quantize(unit, context=_EXACT) or abs(_EXACT.subtract(wanted, exact)) >= unit:
        raise ValueError(f"{wanted} is not the sum {exact}, rounded to {digits} decimals")
    missing = int(_EXACT.divide(_EXACT.subtract(wanted, add_up(floors)), unit))
    up = set(sorted(range(len(parts)), key=lambda index: (-lost[index], index))[:missing])
    return tuple(_EXACT.add(floor, unit) if index in up else floor for index, floor in enumerate(floors))


def add_up(amounts: Iterable[Decimal]) -> Decimal:
    """Their sum to the last digit."""
    total = Decimal(0)
    for amount in amounts:
        total = _EXACT.add(total, amount)
    return total


def _unit(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)
