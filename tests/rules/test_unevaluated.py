"""未执行 is not 通过: what could not be evaluated says so, once for a rule, department, form, field and cause."""

from dataclasses import replace

from tests.rules.forms import FORMSET, ROSTER, A, B, C, M, returned, spoil, submission
from xlsform.core.catalogue import CAUSES, RULES
from xlsform.core.findings import Level, Unevaluated
from xlsform.core.records import Submission
from xlsform.rules import evaluate

LAST = ("X05", "no_last_year")
OFF = {code for code, rule in RULES.items() if not rule.on}


def lacking(read: Submission, roster=ROSTER, formset=FORMSET) -> list[Unevaluated]:
    found = evaluate([returned(read, roster, formset)], formset, roster, 2019).unevaluated
    assert {one.why for one in found} <= CAUSES.keys()
    return [one for one in found if (one.code, one.why) != LAST]


def codes(found: list[Unevaluated], **wanted: str) -> set[str]:
    return {one.code for one in found if all(getattr(one, key) == value for key, value in wanted.items())}


def without(read: Submission, region: str, *keys: str) -> Submission:
    cut = (
        one._replace(values={key: value for key, value in one.values.items() if key not in keys})
        if one.region == region
        else one
        for one in read.records
    )
    return replace(read, records=tuple(cut))


def test_everything_was_evaluated():
    assert lacking(submission()) == []


def test_no_summary_of_last_year():
    (one,) = evaluate([returned(submission())], FORMSET, ROSTER, 2019).unevaluated
    assert one == Unevaluated("X05", "区教育局", "fund_summary", "", "no_last_year", 1)


def test_a_missing_form():
    found = lacking(submission(b=None))
    mine = {check.code for check in FORMSET.form("direction_targets").checks} - OFF | {"X02"}
    assert codes(found, form="direction_targets", why="no_form") == mine
    assert codes(found) - mine == {"X01", "X04"}
    assert {one.department for one in found} == {"区教育局"}


def test_rules_that_are_off_are_not_missed():
    off = replace(FORMSET, levels=dict.fromkeys(("X02", "B03"), None))
    found = lacking(submission(b=None), formset=off)
    assert "B06" in codes(found)
    assert not {"X02", "B03", "B05"} & codes(found)


def test_a_missing_column():
    found = lacking(without(submission(), "fund_summary", "total_amount"))
    assert codes(found, field="total_amount", why="no_column") == {"A03", "A04", "A05", "X02", "X03"}
    assert {one.cases for one in found if one.code == "A03"} == {3}
    assert codes(found) == {"A03", "A04", "A05", "X02", "X03"}


def test_a_missing_text_block():
    found = lacking(without(submission(), "department_overall", "output_indicators"))
    assert found == []  # its items were read all the same
    read = without(submission(), "department_overall", "output_indicators")
    read = replace(read, records=tuple(one for one in read.records if one.region != "output_indicators"))
    checks = FORMSET.form("department_overall").checks
    assert codes(lacking(read), why="no_column") == {
        check.code for check in checks if check.region == "output_indicators"
    }


def test_an_amount_that_is_no_number():
    found = lacking(submission(a=spoil(A, 4, D4="7万x")))
    assert codes(found, field="total_amount", why="in_error") == {"A04", "A05", "X02", "X03"}
    assert all(one.cases == 1 for one in found)


def test_a_cell_without_value():
    read = submission()
    broken = tuple(
        one._replace(
            values={**one.values, "period": one.values["period"]._replace(data=None, text="#REF!", problem="broken")}
        )
        if (one.region, one.item) == ("direction_targets", 0)
        else one
        for one in read.records
    )
    assert codes(lacking(replace(read, records=broken)), why="no_value") == {"B03", "B04", "B15"}


def test_a_text_that_is_missing():
    found = lacking(submission(a=spoil(A, 4, E5="")))
    assert {(one.code, one.why) for one in found if one.field == "period_goal"} == {
        (code, "in_error") for code in ("A06", "A08", "T10", "X04")
    }


def test_a_fund_that_only_one_form_has():
    found = lacking(submission(b=[B[0], *B[2:]]))
    assert codes(found, why="in_error") == {"X02", "X04"}


def test_without_roster():
    found = lacking(submission(), roster=())
    assert {(one.code, one.why) for one in found} == {("B02", "no_roster"), ("C01", "no_roster"), ("Z03", "no_roster")}


def test_a_department_that_is_not_in_the_roster():
    found = lacking(submission(c={**C, "B2": "区教育委员会"}))
    assert {(one.code, one.why) for one in found} == {("X06", "not_in_roster"), ("Z03", "not_in_roster")}


def test_an_unknown_period_of_a_fund():
    same = spoil(A, 4, F4=A[0][4])
    found = lacking(submission(a=same, b=spoil(B, 6, D6="三年", G6=A[0][4])))
    assert ("A07", "period", "in_error") in {(one.code, one.field, one.why) for one in found}


def test_a_total_whose_rows_cannot_be_read():
    rows = [*spoil(A, 4, D4="7万x"), ("", "合计", "", "50", "", "")]
    assert "A10" in codes(lacking(submission(a=rows)), field="total_amount", why="in_error")


def test_departments_are_told_apart():
    good = returned(submission())
    bad = returned(submission(a=None, c={**C, "B2": "区民政局"}, m=M, file="区民政局.xlsx"))
    found = evaluate([good, bad], replace(FORMSET, levels={"X05": None}), ROSTER, 2019).unevaluated
    assert {one.department for one in found} == {"区民政局"}


def test_a_hint_does_not_stop_other_rules():
    light = replace(FORMSET, levels={"A02": Level.HINT})
    found = lacking(submission(a=spoil(A, 4, E5="")), formset=light)
    assert "A06" not in codes(found)


def test_a_table_whose_header_cannot_be_found():
    """A sheet may hold several tables, of which one is found."""
    read = submission()
    seen = tuple(replace(one, lost=("fund_summary",)) if one.form == "fund_summary" else one for one in read.sightings)
    rest = tuple(one for one in read.records if one.region != "fund_summary")
    found = lacking(replace(read, sightings=seen, records=rest))
    asked = {one.code for one in FORMSET.form("fund_summary").checks if one.check not in ("unit", "total", "differ")}
    assert codes(found, form="fund_summary", why="no_column") == asked - OFF | {"X01", "X03", "X04", "X05"}
    assert "X02" in codes(found, why="no_column")
