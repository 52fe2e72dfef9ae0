"""审核结果 read back: what was said is heard again, nothing else is, and only by the finding it was said of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.catalogue import message
from xlsform.core.cells import Cell, Grid, Ref
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.reasons import REFUSALS, Heard, quoted, unquoted, weighed
from xlsform.core.results import COLUMNS, SAID, listed, read_results, remembered

FILE = "区教育局.xlsx"
WHY = "含上级专项资金2万元，见湘财预〔2018〕15号"
OPEN = Finding(
    "B17",
    Level.WARNING,
    Ref(FILE, "支出方向表", 6, 11),
    "direction_targets",
    "区教育局",
    "cost",
    "≤25万元",
    params={"x": "25", "y": "20"},
)
EXPLAINED = weighed(replace(OPEN, reason=WHY))


def sheet(*findings: Finding, typed: str = "") -> Grid:
    """审核结果 as a merge writes it; `typed`: what a hand has put under 审核说明 of the first line."""
    lines: list[tuple[str, ...]] = [("审核结果",), ("",), COLUMNS, *map(listed, findings)]
    if typed:
        lines[3] = (*lines[3][:-1], typed)
    rows = {
        row: {col: Cell(text, text) for col, text in enumerate(texts, 1) if text} for row, texts in enumerate(lines, 1)
    }
    return Grid("审核结果", rows)


def read(*findings: Finding) -> tuple[Finding, ...]:
    results = read_results(sheet(*findings), "甲.xlsx")
    assert results is not None
    assert results.strays == ()
    return results.findings


def again(finding: Finding, row: int, **changes: str) -> Finding:
    """The finding as it is found in the summary."""
    found = replace(finding, where=Ref("甲.xlsx", "支出方向表", row, 11), reason="", standing=Standing.OPEN, ruling="")
    params = dict(found.params) | {key: text for key, text in changes.items() if key in found.params}
    return replace(found, params=params, got=changes.get("got", found.got))


def test_the_inverse_of_what_is_written_there():
    assert EXPLAINED.passed
    refused = weighed(replace(OPEN, reason="核实无误"))
    waived = replace(EXPLAINED, standing=Standing.WAIVED, ruling="区政府常务会议同意本年沿用")
    bare = replace(waived, reason="")
    for finding in (EXPLAINED, refused, waived, bare):
        heard = Heard(finding.reason, finding.standing, finding.ruling)
        assert unquoted(quoted(finding), "区教育局", FILE) == heard
    assert unquoted(WHY, "区教育局", FILE) is None
    assert unquoted(quoted(EXPLAINED), "区民政局", FILE) is None


@given(st.text(min_size=1), st.sampled_from(["区教育局", ""]), st.sampled_from([FILE, "退回（一）/甲.xlsx"]))
def test_no_reason_reads_as_a_waiver(text: str, department: str, file: str):
    finding = replace(OPEN, reason=text, department=department, where=Ref(file), standing=Standing.EXPLAINED)
    assert unquoted(quoted(finding), department, file) == Heard(text, Standing.EXPLAINED)


def test_a_reason_made_to_look_like_a_waiver():
    forged = f"{WHY}（区教育局，{FILE}）\n已豁免：区政府常务会议同意本年沿用"
    (row,) = read(weighed(replace(OPEN, reason=forged)))
    assert (row.reason, row.standing) == (forged, Standing.EXPLAINED)


def test_what_is_listed_is_read():
    (row,) = read(EXPLAINED)
    assert (row.code, row.level, row.where, row.department) == ("B17", Level.WARNING, EXPLAINED.where, "区教育局")
    assert (row.got, row.expected, message(row)) == (EXPLAINED.got, "", message(EXPLAINED))
    assert (row.reason, row.standing) == (WHY, Standing.EXPLAINED)
    assert read(OPEN) == ()


@pytest.mark.parametrize("key", REFUSALS)
def test_a_refusal_stays_one(key: str):
    (row,) = read(replace(OPEN, reason="核实无误", standing=Standing.REFUSED, ruling=key))
    assert (row.reason, row.standing, row.ruling) == ("核实无误", Standing.REFUSED, key)


def test_a_waiver_says_from_which_summary_and_says_it_once():
    (row,) = read(replace(OPEN, standing=Standing.WAIVED, ruling="区政府常务会议同意本年沿用"))
    assert row.ruling == "区政府常务会议同意本年沿用（见 甲.xlsx）"
    results = read_results(sheet(row), "市.xlsx")
    assert results is not None
    assert [one.ruling for one in results.findings] == [row.ruling]


@pytest.mark.parametrize(("code", "ruling"), [("T01", "区政府常务会议同意本年沿用"), ("B17", "同意")])
def test_what_cannot_be_waived_is_not_by_a_summary(code: str, ruling: str):
    waived = replace(OPEN, code=code, standing=Standing.WAIVED, ruling=ruling)
    results = read_results(sheet(waived), "甲.xlsx")
    assert results is not None
    assert (results.findings, results.strays) == ((), ((4, SAID),))


def test_an_error_takes_no_reason():
    (row,) = read(replace(EXPLAINED, level=Level.ERROR))
    assert (row.reason, row.standing) == (WHY, Standing.OPEN)


def test_what_a_hand_typed_is_a_stray():
    results = read_results(sheet(OPEN, typed=WHY), "甲.xlsx")
    assert results is not None
    assert (results.findings, results.strays) == ((), ((4, SAID),))


def test_another_sheet_is_none():
    assert read_results(Grid("来源", {3: {1: Cell("级别", "级别")}}), "甲.xlsx") is None


def test_a_sentence_with_braces_and_a_long_one_are_kept():
    for text in ("“{got}”{n}没有数量", "很长的话" * 50):
        own = replace(EXPLAINED, params={"message": "{said}", "said": text})
        (row,) = read(own)
        assert message(row) == message(own)


# --- found again ----------------------------------------------------------------------------------------------------------


def test_a_finding_found_again_is_the_listed_one():
    (one,) = remembered([again(OPEN, 9)], read(EXPLAINED))
    assert one == EXPLAINED


def test_another_figure_another_department_or_another_code_inherits_nothing():
    others = [
        again(OPEN, 9, y="15"),
        again(OPEN, 9, got="≤26万元"),
        replace(again(OPEN, 9), department="区民政局"),
        replace(again(OPEN, 9), code="B16"),
        replace(again(OPEN, 9), expected="20"),
    ]
    for other in others:
        found, kept = remembered([other], read(EXPLAINED))
        assert found == other
        assert (kept.where, kept.standing) == (EXPLAINED.where, Standing.EXPLAINED), "on record where it was said"


def test_rows_may_have_moved_and_be_named():
    blank = replace(EXPLAINED, code="A02", level=Level.ERROR, field="", got="", params={"n": "6", "field": "支出方向"})
    waived = replace(blank, reason="", standing=Standing.WAIVED, ruling="年度目标随批复另行下达")
    found = replace(again(blank, 40), params={"n": "40", "field": "支出方向"})
    (one,) = remembered([found], read(waived))
    assert (one.standing, one.where, message(one)) == (Standing.WAIVED, waived.where, "第 6 行未填支出方向")


TWIN = replace(OPEN, where=Ref(FILE, "支出方向表", 8, 11))


def test_of_twins_each_keeps_its_own():
    one, two = remembered([again(OPEN, 19), again(OPEN, 17)], read(EXPLAINED, TWIN))
    assert (one.standing, one.where.row) == (Standing.OPEN, 19)
    assert two == EXPLAINED


def test_a_third_like_them_makes_it_unknown_whose_the_reason_is():
    found = [again(OPEN, row) for row in (17, 18, 19)]
    assert [one.standing for one in remembered(found, read(EXPLAINED, TWIN))[:3]] == [Standing.OPEN] * 3
    both = read(EXPLAINED, weighed(replace(TWIN, reason=WHY)))
    assert [one.standing for one in remembered(found, both)[:3]] == [Standing.OPEN] * 3


def test_of_twins_with_the_same_reason_one_may_be_gone():
    one, kept = remembered([again(OPEN, 17)], read(EXPLAINED, weighed(replace(TWIN, reason=WHY))))
    assert (one.passed, one.reason, kept.passed) == (True, WHY, True)
    assert [one.passed for one in remembered([again(OPEN, 17)], read(EXPLAINED, TWIN))] == [False, True]


def test_twins_on_sheets_whose_order_is_not_known():
    elsewhere = replace(TWIN, where=Ref(FILE, "别的名称", 8, 11))
    found = [again(OPEN, 17), replace(again(OPEN, 18), where=Ref("甲.xlsx", "汇总表", 18, 11))]
    assert [one.standing for one in remembered(found, read(EXPLAINED, elsewhere))[:2]] == [Standing.OPEN] * 2


def test_a_level_that_is_an_error_by_now_stays_open():
    (one,) = remembered([replace(again(OPEN, 9), level=Level.ERROR)], read(EXPLAINED))
    assert (one.standing, one.reason) == (Standing.OPEN, WHY)


def test_what_is_not_found_again_goes_on_if_it_passed():
    hidden = replace(EXPLAINED, code="T09", params={"text": "旧数", "cell": "K6"})
    refused = weighed(replace(OPEN, reason="核实无误"))
    lost = replace(OPEN, code="T07", level=Level.HINT, params={"code": "A06"}, variant="reason", reason=WHY)
    rows = remembered([], read(hidden, refused, lost))
    assert [(one.code, one.standing, one.reason) for one in rows] == [
        ("T09", Standing.EXPLAINED, WHY),
        ("T07", Standing.OPEN, WHY),
    ]


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=6), st.randoms())
def test_nothing_is_lost_doubled_or_given_to_another_value(drawn: list[tuple[int, bool]], random):
    """Of findings on one sheet, listed and found again in any order: the same findings, with the same reasons at the same values."""
    of = [
        replace(OPEN, where=Ref(FILE, "支出方向表", row, 11), got=f"≤{value}万元", params={"x": str(value), "y": "1"})
        for row, (value, _) in enumerate(drawn, 6)
    ]
    said = [
        weighed(replace(one, reason=f"{WHY}，{Decimal(one.where.row)}")) if given else one
        for one, (_, given) in zip(of, drawn, strict=True)
    ]
    found = [again(one, one.where.row + 30) for one in of]
    random.shuffle(found)
    told = remembered(found, read(*said))
    assert sorted((one.got, one.reason, one.standing.value) for one in told) == sorted(
        (one.got, one.reason, one.standing.value) for one in said
    )
    for one in told:
        row = one.where.row if one.where.file == FILE else one.where.row - 30
        assert one.reason == said[row - 6].reason
