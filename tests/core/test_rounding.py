"""舍位平衡: parts rounded so that they add up to the rounded total."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.rounding import add_up, balanced, rounded

DIGITS = st.integers(0, 4)
AMOUNTS = st.lists(st.decimals(-(10**9), 10**9, places=6), max_size=12)


def decimals(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


def test_the_classic_case():
    """Each third rounds to 0.33; together they are 1."""
    assert balanced(decimals("0.3333", "0.3333", "0.3334"), 2) == decimals("0.33", "0.33", "0.34")


def test_the_largest_loss_is_made_good_first():
    assert balanced(decimals("0.15", "0.17", "0.18"), 1) == decimals("0.1", "0.2", "0.2")


def test_of_equal_losses_the_first_is_made_good():
    assert balanced(decimals("0.05", "0.05", "0.05", "0.05"), 1) == decimals("0.1", "0.1", "0.0", "0.0")


def test_what_needs_no_rounding_stays():
    assert balanced(decimals("8", "0.006", "0.006"), 2) == decimals("8.00", "0.01", "0.00")


def test_negative_amounts():
    assert balanced(decimals("-0.006", "-0.006", "1"), 2) == decimals("0.00", "-0.01", "1.00")
    assert balanced(decimals("-0.004", "-0.009"), 2) == decimals("0.00", "-0.01")


def test_a_half_goes_away_from_zero():
    assert [rounded(Decimal(text), 2) for text in ("0.125", "-0.125", "0.124999")] == [
        *decimals("0.13", "-0.13", "0.12")
    ]


def test_a_total_that_is_no_rounding_of_the_sum_is_refused():
    with pytest.raises(ValueError, match="not the sum"):
        balanced(decimals("1.2", "1.3"), 0, Decimal(4))
    with pytest.raises(ValueError, match="not the sum"):
        balanced(decimals("1", "2"), 0, Decimal(4))
    with pytest.raises(ValueError, match="not the sum"):
        balanced(decimals("1.2", "1.3"), 0, Decimal("2.5"))


def test_many_digits_are_kept():
    large = Decimal("123456789012345678901234567890.5")
    assert add_up(balanced((large, large, Decimal("0.4")), 0)) == Decimal(246913578024691357802469135781)


@given(AMOUNTS, DIGITS)
def test_law_of_balance(parts, digits):
    unit = Decimal(1).scaleb(-digits)
    out = balanced(parts, digits)
    assert sum(out, Decimal(0)) == rounded(sum(parts, Decimal(0)), digits)
    assert all(abs(got - part) < unit for got, part in zip(out, parts, strict=True))
    assert all(got == got.quantize(unit) for got in out)
    assert balanced(parts, digits) == out


@given(st.lists(AMOUNTS, max_size=6), DIGITS)
def test_law_of_nested_totals(groups, digits):
    """小计 add up to 合计, and the parts of each to its 小计: a settled subtotal is the exact one rounded down or up."""
    unit = Decimal(1).scaleb(-digits)
    sums = [sum(group, Decimal(0)) for group in groups]
    subtotals = balanced(sums, digits)
    assert sum(subtotals, Decimal(0)) == rounded(sum(sums, Decimal(0)), digits)
    for group, subtotal in zip(groups, subtotals, strict=True):
        out = balanced(group, digits, subtotal)
        assert sum(out, Decimal(0)) == subtotal
        assert all(abs(got - part) < unit for got, part in zip(out, group, strict=True))


@given(
    st.lists(st.decimals(-1000, 1000, places=3), min_size=1, max_size=8),
    DIGITS,
    st.sampled_from([ROUND_FLOOR, ROUND_CEILING]),
)
def test_law_of_either_neighbour(parts, digits, direction):
    total = sum(parts, Decimal(0)).quantize(Decimal(1).scaleb(-digits), direction)
    assert sum(balanced(parts, digits, total), Decimal(0)) == total
