"""Relations with last year's summary: what is compared, what is not, and that it is said when it is not."""

from dataclasses import replace

import pytest

from tests.rules.forms import FORMSET, ROSTER, A, C, M, brief, returned, spoil, submission
from xlsform.core.batch import Return
from xlsform.core.catalogue import message
from xlsform.core.spec import Relation, Term
from xlsform.rules import Evaluation, evaluate

S1 = "汇总表"
THIS = returned(submission())


def against(last: Return | None, this: Return = THIS) -> Evaluation:
    return evaluate([this], FORMSET, ROSTER, 2019, {last.department: last} if last is not None else {})


def past(**cells: str) -> Return:
    return returned(submission(a=spoil(A, 4, **cells)))


def test_the_same_as_last_year():
    assert against(THIS) == ((), ())


@pytest.mark.parametrize(
    ("amount", "times"),
    [
        ("0.003", "10000"),
        ("0.03", "1000"),
        ("0.0301", ""),
        ("0.0003", "100000"),
        ("0.00029", ""),
        ("30000", "1000"),
        ("29999", ""),
        ("300000", "10000"),
        ("3000000", "100000"),
        ("3000001", ""),
        ("300000000", ""),
    ],
)
def test_an_amount_of_another_order_around_ten_thousand(amount: str, times: str):
    found = against(past(D4=amount)).findings
    assert brief(found) == ([("X05", "warning", S1, "D4")] if times else [])
    for one in found:
        assert message(one) == f"“学前教育发展资金”本年 30 与上年 {amount} 相差 {times} 倍，疑单位不一致"
        assert message(one, "en").endswith(f"differ by a factor of {times}; the units may differ")


def test_without_an_upper_bound_every_higher_order_is_said():
    open_ended = replace(FORMSET, relations=(replace(FORMSET.relations[-1], upto=None),))
    last = past(D4="300000000")
    found = evaluate([THIS], open_ended, ROSTER, 2019, {last.department: last}).findings
    assert brief(found) == [("X05", "warning", S1, "D4")]


@pytest.mark.parametrize("cells", [{"B4": "学前教育资金"}, {"D4": "0"}, {"C4": "高中教育"}])
def test_what_last_year_did_not_have_is_not_compared(cells: dict[str, str]):
    assert against(past(**cells)) == ((), ())


def test_an_amount_of_last_year_that_cannot_be_read():
    (one,) = against(past(D4="待定")).unevaluated
    assert (one.code, one.field, one.why, one.cases) == ("X05", "total_amount", "in_error", 1)


def test_a_department_that_is_new():
    (one,) = against(None).unevaluated
    assert (one.code, one.why) == ("X05", "not_last_year")


def test_last_year_s_forms_need_not_be_whole():
    assert against(returned(submission(b=None, m=None))) == ((), ())


def test_an_amount_that_is_in_error_is_not_compared():
    this = returned(submission(a=spoil(A, 4, D4="7万x")))
    found = against(past(D4="0.003"), this)
    assert brief(found.findings) == [("A03", "error", S1, "D4")]
    assert ("X05", "in_error") in {(one.code, one.why) for one in found.unevaluated}


def test_a_slip_within_the_year_is_said_once():
    this = returned(submission(a=spoil(A, 4, D4="300000")))
    assert brief(against(THIS, this).findings) == [("X05", "warning", S1, "D4")]


def test_everything_in_yuan_alike_is_seen_against_last_year_only():
    rows = [(*row[:3], amount, *row[4:]) for row, amount in zip(A, ("300000", "125000", "75000"), strict=True)]
    only = replace(FORMSET, relations=FORMSET.relations[-1:])
    this = returned(submission(rows, None, {**C, "C6": "500000", "C3": "500100"}, M))
    found = evaluate([this], only, ROSTER, 2019, {THIS.department: THIS}).findings
    assert brief(found) == [("X05", "warning", S1, cell) for cell in ("D4", "D5", "D6")]


def test_a_form_that_last_year_s_summary_lacks():
    (one,) = against(returned(submission(a=None))).unevaluated
    assert (one.code, one.why) == ("X05", "not_last_year")


def test_sums_equal_but_for_last_year_are_no_slip_of_this_year():
    same = Relation(
        "Q01",
        "=",
        (Term("fund_summary", "total_amount", total=True),),
        (Term("fund_summary", "total_amount", True, 1, True),),
    )
    formset = replace(FORMSET, relations=(same,))
    last = past(D4="300000", D5="125000", D6="75000")
    found = evaluate([THIS], formset, ROSTER, 2019, {last.department: last}).findings
    assert [(one.code, one.where.file, one.where.address) for one in found] == [("Q01", "区教育局.xlsx", "D4")]
    assert message(found[0]).endswith("合计 50 与 上年《区级专项资金预算绩效目标汇总表》资金总额合计 500000 不符")
