"""Checks as pandera schemas: a rule's own crash, levels, bureaus' own checks, and many departments in one run."""

from dataclasses import replace

import pytest

from tests.rules.forms import FORMSET, ROSTER, A, B, C, brief, judged, returned, spoil, submission
from xlsform.core.catalogue import message
from xlsform.core.findings import Level
from xlsform.core.spec import Check
from xlsform.rules import CHECKS, RuleError, evaluate
from xlsform.specfiles.models import CHECKS as NAMED


def with_check(form: str, check: Check):
    changed = tuple(
        replace(one, checks=(check,)) if one.id == form else replace(one, checks=()) for one in FORMSET.forms
    )
    return replace(FORMSET, forms=changed, relations=())


def test_a_mapping_may_name_every_check_and_no_other():
    assert set(NAMED) == set(CHECKS)


def test_a_test_that_crashes_names_its_rule_and_accuses_nobody():
    texts_of_amounts = Check("L01", "length", "fund_summary", ("total_amount",), {"min": 1})
    with pytest.raises(RuleError, match="L01"):
        judged(submission(), formset=with_check("fund_summary", texts_of_amounts))


def test_a_check_that_cannot_be_made_names_its_rule():
    bad = Check("L02", "length", "fund_summary", ("fund_name",), {"min": "ten"})
    with pytest.raises(RuleError, match="L02"):
        judged(submission(), formset=with_check("fund_summary", bad))


def test_a_bureau_s_own_check_with_its_own_sentence():
    own = Check("L03", "length", "fund_summary", ("fund_name",), {"max": 6}, Level.HINT, "{name}的名称有 {k} 字")
    found = judged(submission(), formset=with_check("fund_summary", own))
    assert brief(found) == [("L03", "hint", "汇总表", "B4")]
    assert message(found[0]) == "学前教育发展资金的名称有 8 字"


def test_values_without_value():
    valued = Check("C07", "valued", "output_indicators", ("value",))
    card = {**C, "C8": "指标1：进度：100%\\n指标2：做好会务工作\\n指标3：档案整理合格"}
    found = judged(submission(c=card), formset=with_check("department_overall", valued))
    assert brief(found) == [("C07", "warning", "部门整体", "C8")]
    assert message(found[0]) == "指标2“做好会务工作”没有指标值"


@pytest.mark.parametrize("level", [Level.HINT, Level.WARNING, Level.ERROR])
def test_the_form_set_s_level_counts(level: Level):
    changed = replace(FORMSET, levels={"A02": level})
    assert [one.level for one in judged(submission(a=spoil(A, 4, C5="")), formset=changed) if one.code == "A02"] == [
        level
    ]


def test_a_rule_turned_off_is_silent():
    changed = replace(FORMSET, levels={"A02": None})
    assert brief(judged(submission(a=spoil(A, 4, E4="")), formset=changed)) == []


def test_a_missing_column_is_not_said_again():
    head = submission(a=[row[:5] for row in A])
    assert "T05" not in {one.code for one in head.findings}
    without = [one for one in head.records if one.region != "fund_summary"]
    cut = [
        one._replace(values={k: v for k, v in one.values.items() if k != "total_amount"})
        for one in head.records
        if one.region == "fund_summary"
    ]
    read = replace(head, records=(*cut, *without))
    assert {one.code for one in judged(read)} == {"A02"}
    assert {one.field for one in judged(read)} == {"annual_goal"}


def test_a_cell_without_value_is_not_said_again():
    read = submission()
    lost = tuple(
        one._replace(
            values={
                **one.values,
                "total_amount": one.values["total_amount"]._replace(data=None, text="#REF!", problem="broken"),
            }
        )
        if one.region == "fund_summary" and one.item == 0
        else one
        for one in read.records
    )
    assert brief(judged(replace(read, records=lost))) == []


def test_many_departments_in_one_run_keep_their_findings_apart():
    returns = []
    for number in range(40):
        rows, name = spoil(A, 4, D5="") if number % 10 == 3 else A, f"部门{number}"
        targets = [(name, *row[1:]) for row in B]
        returns.append(returned(submission(a=rows, b=targets, c={**C, "B2": name}, file=f"{name}.xlsx")))
    found = evaluate(returns, FORMSET, (), 2019).findings
    assert [(one.code, one.department, one.where.file, one.where.address) for one in found] == [
        ("A03", f"部门{n}", f"部门{n}.xlsx", "D5") for n in (13, 23, 3, 33)
    ]


def test_an_alias_of_the_roster_is_registered():
    targets = [("石峰区政府", *row[1:]) for row in B]
    assert brief(judged(submission(b=targets, c={**C, "B2": " 区委 办公室 "}), roster=ROSTER)) == []


def test_no_return_gives_no_finding():
    assert evaluate([], FORMSET, ROSTER, 2019) == ((), ())
