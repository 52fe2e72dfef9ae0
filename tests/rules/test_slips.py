"""X05: an amount in 元 among amounts in 万元 is said once, where it stands, in the place of the sums that it upsets."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.rules.forms import FORMSET, ROSTER, A, B, C, brief, judged, returned, spoil, submission
from xlsform.core.catalogue import message
from xlsform.core.findings import Level
from xlsform.rules import evaluate

S1, S2, S3 = "汇总表", "支出方向表", "部门整体"


def test_a_whole_form_in_yuan_is_said_at_each_amount():
    a = [(*row[:3], amount, *row[4:]) for row, amount in zip(A, ("300000", "125000", "75000"), strict=True)]
    assert brief(judged(submission(a=a))) == [("X05", "warning", S1, cell) for cell in ("D4", "D5", "D6")]


def test_the_directions_of_a_fund_in_yuan_are_said_at_the_fund():
    found = judged(submission(b=spoil(B, 6, E8="50000", E9="25000")))
    assert brief(found) == [("X05", "error", S1, "D6")]
    assert message(found[0]) == "75000 与 7.5 相差一万倍，疑单位不一致"


def test_one_direction_of_several_in_yuan():
    found = judged(submission(b=spoil(B, 6, E9="25000")))
    assert brief(found) == [("X05", "error", S2, "E9")]
    assert message(found[0]) == "25000 疑为元：折合 2.5 万元后，两边正好相等"


@pytest.mark.parametrize("amount", ["299900", "301000", "3000000", "30000"])
def test_another_factor_is_no_slip(amount: str):
    assert brief(judged(submission(b=spoil(B, 6, E6=amount)))) == [("X02", "error", S1, "D4")]


def test_a_few_yuan_more_or_less_are_rounded_away():
    assert brief(judged(submission(b=spoil(B, 6, E6="300012.5")))) == [("X05", "error", S2, "E6")]


def test_what_a_sum_lacks_is_no_slip():
    """30 of 50 are missing: that is 30, not 30 − 0.003."""
    assert brief(judged(submission(c={**C, "C6": "20", "C3": "120"}))) == [("X03", "warning", S3, "C6")]
    assert brief(judged(submission(c={**C, "C5": "0", "C3": "150"}))) == [("C03", "error", S3, "C3")]


def test_nothing_against_something_is_no_slip():
    rows = spoil(A, 4, D4="0.01")
    assert [one.code for one in judged(submission(a=rows)) if one.code in ("X02", "X05")] == ["X02"]


def test_what_needs_the_amount_is_not_evaluated():
    ret = returned(submission(a=spoil(A, 4, D4="300000")))
    lacking = [one for one in evaluate([ret], FORMSET, ROSTER, 2019).unevaluated if one.why == "in_error"]
    assert [(one.code, one.field) for one in lacking] == [("X03", "total_amount")]


def test_turned_off_the_relations_speak_for_themselves():
    read = submission(b=spoil(B, 6, E6="300000"))
    assert brief(judged(read, formset=replace(FORMSET, levels={"X05": None}))) == [("X02", "error", S1, "D4")]


def test_a_bureau_that_makes_light_of_it_still_has_its_errors():
    read = submission(b=spoil(B, 6, E6="300000"))
    light = replace(FORMSET, levels={"X05": Level.HINT})
    assert brief(judged(read, formset=light)) == [("X02", "error", S1, "D4")]
    grave = replace(FORMSET, levels={"X05": Level.ERROR})
    assert brief(judged(submission(a=spoil(A, 4, D4="300000")), formset=grave)) == [("X05", "error", S1, "D4")]


def test_a_wide_tolerance_makes_no_slip_of_what_a_sum_lacks():
    """With a tolerance of 10, a ten-thousandth of 20,000 is nothing."""
    loose = replace(FORMSET, relations=tuple(replace(one, tolerance=Decimal(10)) for one in FORMSET.relations))
    a, b = spoil(A, 4, D4="20000"), spoil(B, 6, E6="20000")
    found = judged(submission(a, b, {**C, "C6": "20", "C3": "120"}), formset=loose)
    assert [one.code for one in found] == ["A05", "X03"]
