"""豁免: what a waiver covers, and that it covers nothing else."""

from __future__ import annotations

from dataclasses import replace

from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.waivers import Waiver, waive

FINDING = Finding("T04", Level.ERROR, Ref("a.xlsx", "汇总表", 4, 4), "fund_summary", "区科协", "total_amount")
WAIVER = Waiver("T04", "区科协", "本部门没有专项资金")


def test_a_waived_finding_stays_and_has_passed():
    (found,), unused = waive([FINDING], [WAIVER])
    assert (found.standing, found.ruling, found.passed, found.level) == (
        Standing.WAIVED,
        "本部门没有专项资金",
        True,
        Level.ERROR,
    )
    assert unused == ()


def test_another_code_department_sheet_or_field_is_not_covered():
    others = (
        WAIVER._replace(code="T05"),
        WAIVER._replace(department="区科协机关"),
        WAIVER._replace(sheet="支出方向表"),
        WAIVER._replace(fields=frozenset({("fund_summary", "direction")}), field="direction"),
        WAIVER._replace(fields=frozenset({("direction_targets", "total_amount")})),
    )
    findings, unused = waive([FINDING], others)
    assert findings == (FINDING,)
    assert unused == others


def test_sheet_and_field_narrow_it_down():
    exact = WAIVER._replace(sheet="汇总表 ", fields=frozenset({("fund_summary", "total_amount")}))
    (found,), unused = waive([FINDING], [exact])
    assert found.passed
    assert unused == ()


def test_the_second_waiver_for_the_same_is_unused():
    again = WAIVER._replace(reason="另一个理由，同样充分")
    (found,), unused = waive([replace(FINDING, reason="我们的说明")], [WAIVER, again])
    assert (found.ruling, found.reason, unused) == (WAIVER.reason, "我们的说明", (again,))


def test_without_waivers_nothing_changes():
    assert waive([FINDING], []) == ((FINDING,), ())
