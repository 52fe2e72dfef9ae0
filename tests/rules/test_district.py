from decimal import Decimal

from tests.rules.forms import FORMSET, ROSTER, C, brief, returned, submission
from xlsform.core.catalogue import message
from xlsform.core.records import Total, Value
from xlsform.rules import district_totals, unreported


def total(data: Decimal | None, text: str = "") -> Total:
    return Total(
        "fund_summary",
        "fund_summary",
        "total_amount",
        Value(data, text or str(data), 4, 4),
        "区级汇总.xlsx",
        "汇总表",
        (),
    )


def test_departments_that_have_not_reported_are_named_in_the_order_of_the_roster():
    (found,) = unreported(ROSTER, ["区教育局"], FORMSET)
    assert (found.code, found.level.key, message(found)) == ("Z02", "error", "未报部门：区委办本级、区民政局")
    assert unreported(ROSTER, [one.name for one in ROSTER], FORMSET) == ()


def test_the_district_s_total_is_the_sum_of_the_departments():
    returns = [returned(submission()), returned(submission(c={**C, "B2": "区民政局"}, file="区民政局.xlsx"))]
    assert district_totals(returns, [total(Decimal(100))], FORMSET) == ()
    found = district_totals(returns, [total(Decimal("100.01"))], FORMSET)
    assert brief(found) == [("Z01", "error", "汇总表", "D4")]
    assert message(found[0]) == "区级合计 100.01 ≠ 各部门之和 100"


def test_a_total_that_is_not_there_is_not_the_sum():
    returns = [returned(submission())]
    assert message(district_totals(returns, [total(None, "—")], FORMSET)[0]) == "区级合计 — ≠ 各部门之和 50"
