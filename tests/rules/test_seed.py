"""The real papers: the forms a district really received must give no error, and no rule of this catalogue accuses them wrongly."""

from dataclasses import replace

import pytest

from tests.rules import seed
from tests.rules.forms import FORMSET, ROSTER, brief, judged, submission
from xlsform.core.findings import Level


def test_the_real_return_gives_no_finding():
    read = submission(seed.funds(), seed.targets(), seed.card(), [], file="区委办.xlsx")
    assert len(read.records) == 6 + 6 + 1 + 5 + 3
    assert brief(read.findings) == []
    assert brief(judged(read)) == []


def test_the_real_return_gives_no_error_without_roster():
    """That 石峰区政府 is the parent of 区委办本级 is known from the roster alone."""
    found = judged(submission(seed.funds(), seed.targets(), seed.card(), []), roster=())
    assert brief(found) == [("X06", "hint", "支出方向表", "A6")]


@pytest.mark.parametrize(("code", "count"), [("B05", 6), ("B09", 6), ("B11", 2)])
def test_rules_that_are_off_find_in_the_real_return_what_the_catalogue_says(code: str, count: int):
    read = submission(seed.funds(), seed.targets(), seed.card(), [])
    found = judged(read, formset=replace(FORMSET, levels={code: Level.HINT}))
    assert [(one.code, one.level) for one in found] == [(code, Level.HINT)] * count


def test_an_authority_that_the_roster_does_not_know_is_said_at_every_row():
    alone = (replace(ROSTER[0], parent=""),)
    found = judged(submission(seed.funds(), seed.targets(), seed.card(), []), roster=alone)
    assert brief(found) == [("B02", "warning", "支出方向表", f"A{row}") for row in range(6, 12)]


@pytest.mark.parametrize("number", range(4))
def test_the_examples_of_the_instructions_give_no_error(number: int):
    read = submission([], [], {**seed.card(), "C6": "0", "C5": "336.07"}, seed.examples()[number], file="区委办.xlsx")
    assert len([one for one in read.records if one.region == "indicator_matrix"]) == 2 * (5, 5, 2, 3)[number]
    assert brief(judged(read)) == []


def test_what_naive_rules_would_have_refused_stays_silent():
    """One-year periods, 主管部门 ≠ 部门名称, one 支出方向 on all rows, empty 质量指标, a card without unit line, texts differing in spaces."""
    read = submission(seed.funds(), seed.targets(), seed.card(), [])
    texts = [one.values["annual_goal"].text for one in read.records if one.region == "fund_summary"]
    assert texts[0].endswith(" ")
    pairs = [
        one.values["period_goal"].text for one in read.records if one.region in ("fund_summary", "direction_targets")
    ]
    assert pairs[2] != pairs[8]
    assert pairs[2].replace("\n", "") == pairs[8].replace("\n", "")
    assert {one.data("period") for one in read.records if one.region == "direction_targets"} == {"2019年"}
    assert {one.data("quality") for one in read.records if one.region == "direction_targets"} == {None}
    assert {one.data("authority") for one in read.records if one.region == "direction_targets"} == {"石峰区政府"}


def test_another_sum_of_funds_than_the_project_expenditure_is_no_error():
    card = {**seed.card(), "C6": "120", "C3": "356.07"}
    found = judged(submission(seed.funds(), seed.targets(), card, []))
    assert brief(found) == [("X03", "warning", "部门整体", "C6")]
    assert (found[0].got, found[0].expected) == ("120", "100")


def test_a_bureau_may_turn_a_rule_off_or_change_its_level():
    card = {**seed.card(), "C6": "120", "C3": "356.07"}
    read = submission(seed.funds(), seed.targets(), card, [])
    assert brief(judged(read, formset=replace(FORMSET, levels={"X03": None}))) == []
    assert [one.level for one in judged(read, formset=replace(FORMSET, levels={"X03": Level.ERROR}))] == [Level.ERROR]
