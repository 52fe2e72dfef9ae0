from dataclasses import replace
from decimal import Decimal

import pytest

from tests.rules.forms import FORMSET, brief, submission
from xlsform.core.catalogue import message
from xlsform.core.records import Submission, Total, Value
from xlsform.rules import district_totals


def summary(stored: str | None, problem: str = "", items: tuple[int, ...] = (0, 1, 2)) -> Submission:
    """A reading with a total in D7; a summary's records and totals are read as a return's are."""
    value = Value(Decimal(stored) if stored is not None else None, stored or "—", 7, 4, problem)
    read = submission()
    total = Total("fund_summary", "fund_summary", "total_amount", value, read.file, "汇总表", items)
    return replace(read, totals=(total,))


def test_a_total_is_the_sum_of_what_it_covers():
    assert district_totals(summary("50"), FORMSET) == ()
    assert district_totals(summary("42.5", items=(0, 1)), FORMSET) == ()


@pytest.mark.parametrize(
    ("stored", "items", "sum_"), [("50.01", (0, 1, 2), "50"), ("50", (0, 1), "42.5"), ("1", (), "0")]
)
def test_a_total_that_was_typed_over(stored: str, items: tuple[int, ...], sum_: str):
    found = district_totals(summary(stored, items=items), FORMSET)
    assert brief(found) == [("Z01", "error", "汇总表", "D7")]
    assert message(found[0]) == f"区级合计 {stored} ≠ 各部门之和 {sum_}"


def test_a_total_that_is_no_number_is_not_the_sum():
    assert message(district_totals(summary(None), FORMSET)[0]) == "区级合计 — ≠ 各部门之和 50"


def test_a_broken_total_is_not_said_again():
    assert district_totals(summary(None, "broken"), FORMSET) == ()
