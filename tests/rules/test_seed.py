"""The real papers: the forms a district really received must give no error, and no rule of this catalogue accuses them wrongly."""

from dataclasses import replace

import pytest

from tests.rules import seed
from tests.rules.forms import FORMSET, ROSTER, brief, judged, submission
from xlsform.core.findings import Level
from xlsform.core.records import Submission

OBJECTS = [("B13", "warning", "支出方向表", f"H{row}") for row in range(6, 12)]
"""Its 数量指标 name whom they are for and hold no number."""


def test_the_real_return_gives_six_warnings():
    read = submission(seed.funds(), seed.targets(), seed.card(), [], file="区委办.xlsx")
    assert len(read.records) == 6 + 6 + 1 + 5 + 3
    assert brief(read.findings) == []
    assert brief(judged(read)) == OBJECTS


def test_the_real_return_gives_no_error_without_roster():
    """That 石峰区政府 is the parent of 区委办本级 is known from the roster alone."""
    found = judged(submission(seed.funds(), seed.targets(), seed.card(), []), roster=())
    assert brief(found) == [("X06", "hint", "支出方向表", "A6"), *OBJECTS]


@pytest.mark.parametrize(
    ("code", "count"), [("B05", 6), ("B09", 6), ("B11", 2), ("B18", 0), ("B21", 6), ("C11", 1), ("M06", 0)]
)
def test_rules_that_are_off_find_in_the_real_return_what_the_catalogue_says(code: str, count: int):
    read = submission(seed.funds(), seed.targets(), seed.card(), [])
    found = judged(read, formset=replace(FORMSET, levels={code: Level.HINT}))
    assert [(one.code, one.level) for one in found if one.code != "B13"] == [(code, Level.HINT)] * count


def test_an_authority_that_the_roster_does_not_know_is_said_at_every_row():
    alone = (replace(ROSTER[0], parent=""),)
    found = judged(submission(seed.funds(), seed.targets(), seed.card(), []), roster=alone)
    assert [one for one in brief(found) if one not in OBJECTS] == [
        ("B02", "warning", "支出方向表", f"A{row}") for row in range(6, 12)
    ]


S4 = "指标分解表"
SLIPS = (
    [("V04", "warning", S4, "E6"), ("M04", "warning", S4, "H6"), ("V03", "warning", S4, "E7"), ("M04", "warning", S4, "H7")],
    [], [], [],
)  # fmt: skip
"""20000年 beside 5000所, and 万元人次 beside 万人次: the instructions' own slips."""
OFF = (
    [("M06", "hint", S4, "D4"), ("M06", "hint", S4, "D5")],
    [],
    [("M06", "hint", S4, "D5")],
    [("B18", "hint", S4, "E4"), ("B18", "hint", S4, "H4")],
)
"""率 under 数量, 标准 under 时效, a cost with ≥: what the rules that are off would say."""


def example(number: int) -> Submission:
    card = {**seed.card(), "C6": "0", "C5": "336.07", "C8": "指标1：支付进度：100%", "C9": "指标1：群众满意度：≥90%"}
    return submission([], [], card, seed.examples()[number], file="区委办.xlsx")


@pytest.mark.parametrize("number", range(4))
def test_the_examples_of_the_instructions_give_no_error_and_four_warnings(number: int):
    read = example(number)
    assert len([one for one in read.records if one.region == "indicator_matrix"]) == 2 * (5, 5, 2, 3)[number]
    assert brief(judged(read)) == SLIPS[number]


@pytest.mark.parametrize("number", range(4))
def test_what_the_rules_that_are_off_would_say_of_the_examples(number: int):
    off = dict.fromkeys(("B18", "M06"), Level.HINT)
    found = brief(judged(example(number), formset=replace(FORMSET, levels=off)))
    assert [one for one in found if one[0] in off] == OFF[number]


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
    assert [one for one in brief(found) if one not in OBJECTS] == [("X03", "warning", "部门整体", "C6")]
    assert [(one.got, one.expected) for one in found if one.code == "X03"] == [("120", "100")]


def test_a_bureau_may_turn_a_rule_off_or_change_its_level():
    card = {**seed.card(), "C6": "120", "C3": "356.07"}
    read = submission(seed.funds(), seed.targets(), card, [])
    off = judged(read, formset=replace(FORMSET, levels=dict.fromkeys(("B13", "C09", "X03"))))
    assert brief(off) == []
    raised = judged(read, formset=replace(FORMSET, levels={"X03": Level.ERROR}))
    assert [one.level for one in raised if one.code == "X03"] == [Level.ERROR]
