"""The writer on workbooks with everything in them: what an edit is not about survives to the byte, and what must move moves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.blanks_rich import CARD, FEATURES, FUNDS, RICH, TARGETS, UNPREFIXED, rich_blank
from tests.ooxml.growing import after_growth, parts_after
from tests.ooxml.parts import ALLOWED, differences, elements_changed, may_differ, unpacked
from tests.ooxml.schema_order import problems
from xlsform.core.cells import Area
from xlsform.core.edits import (
    Activate,
    AddSheet,
    Define,
    DropHighlights,
    DropNotes,
    DropSheet,
    Formula,
    Grow,
    Highlight,
    Line,
    Link,
    Look,
    NewRow,
    Note,
    Plan,
    Property,
    Protect,
    Put,
    Restyle,
    Validation,
    Widths,
)
from xlsform.writers.xlsx import applied

MARK = "【财政审核】"
ALWAYS = 'N("xlsform:error")=0'
LOUD = Look(
    color="FF0000", bold=True, fill="FFEB9C", border="000000", number_format="@", locked=False, size=Decimal("10.5")
)
LIST_SHEET = AddSheet(
    "需修改",
    (
        NewRow(((1, "退回修改清单", Look(bold=True)),)),
        NewRow(
            (
                (1, Link("D4", "'汇总表'!D4"), Look()),
                (2, Decimal(3), LOUD),
                (3, Formula("ADDRESS(ROW('汇总表'!D4),COLUMN('汇总表'!D4),4)", "D4"), Look()),
            )
        ),
    ),
    (Decimal(10), Decimal(20)),
    (Area(1, 1, 1, 3),),
    at=0,
    repeated=(1, 1),
    tab_color="FF0000",
    hidden_columns=(3,),
)
PLANS: Mapping[str, Plan] = {
    "values": (Put(FUNDS, 4, 4, Decimal("8.5")), Put(FUNDS, 4, 2, "=甲"), Put(FUNDS, 26, 1, "底")),
    "formula": (Put(FUNDS, 4, 8, Formula("SUM(D4:D23)", Decimal(0))),),
    "link": (Put(FUNDS, 5, 8, Link("去", "'部门整体'!B2")),),
    "erase": (Put(FUNDS, 3, 4, None), Put(CARD, 7, 1, None)),
    "restyle": (Restyle(FUNDS, Area(4, 1, 8, 8), LOUD),),
    "widths": (Widths(FUNDS, 8, 9, Decimal(30)),),
    "validation": (
        Validation(FUNDS, (Area(4, 4, 23, 4),), "decimal", "0", operator="greaterThanOrEqual", strict=True, error="数字"),
        Validation(FUNDS, (Area(4, 2, 23, 2),), "list", "'支出方向表'!$C$6:$C$25", prompt_title="专项", prompt="选"),
    ),
    "highlight": (
        Highlight(FUNDS, (Area(4, 4, 5, 4), Area(7, 1, 7, 1)), ALWAYS, Look(fill="FFC7CE")),
        Highlight(FUNDS, (Area(9, 1, 9, 2),), 'N("xlsform:hint")=0', Look(fill="DDEBF7", border="FF0000", color="FFFFFF")),
    ),
    "drop highlights": (DropHighlights(FUNDS, 'AND($D4="",$B4<>"")'),),
    "note": (
        Note(FUNDS, 4, 4, f"{MARK}\n错误 C03：<不对> & 请改", "区财政局"),
        Note(FUNDS, 6, 1, f"{MARK}\n新", "区财政局"),
        Note(TARGETS, 6, 16, f"{MARK}\n新", "区财政局"),
    ),
    "drop notes": (DropNotes(FUNDS, "经办人"),),
    "protect": (Protect(FUNDS), Protect(CARD)),
    "activate": (Activate(CARD),),
    "names": (Define("xlsform.campaign", '"a""b"'), Define("总额", "'汇总表'!$D$5"), Define("xlsform.version", None)),
    "properties": (Property("xlsform.code", "1&2"), Property("份数", "3"), Property("KSOProductBuildVer", None)),
    "sheets": (
        LIST_SHEET,
        AddSheet("_列表", (NewRow(((1, "甲", Look()),)),), state="veryHidden"),
        Activate("需修改"),
        Protect("需修改"),
        Note("需修改", 2, 1, "看", "区财政局"),
        Validation("需修改", (Area(2, 2, 2, 2),), prompt="x"),
    ),
    "drop a sheet": (DropSheet("编报说明"),),
}  # fmt: skip
APART = ("formula", "erase", "drop highlights", "drop notes", "activate", "drop a sheet")
TOGETHER: Plan = tuple(edit for name, plan in PLANS.items() if name not in APART for edit in plan)
"""What issue and review do, all in one; the plans of APART contradict some of it."""


def check(base: bytes, plan: Plan) -> bytes:
    """The plan applied, the package sound, and nothing changed but what the list of `parts` allows."""
    data = applied(base, plan)
    assert problems(data) == []
    assert differences(base, data, may_differ(base, plan)) == []
    return data


@pytest.mark.parametrize("features", RICH.values(), ids=RICH)
@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_an_edit_changes_its_own_elements_and_nothing_else(features: tuple[str, ...], plan: Plan):
    base = rich_blank(*features)
    before, after = unpacked(base), unpacked(check(base, plan))
    allowed = frozenset[str]().union(*(ALLOWED.get(type(edit), frozenset()) for edit in plan))
    sheets = [name for name in before if name.startswith("xl/worksheets/sheet") and name in after]
    changed = frozenset[str]().union(*(elements_changed(before[name], after[name]) for name in sheets))
    assert changed <= allowed
    assert before != after, "the plan changed nothing at all"


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_alone_survives_all_edits_together(feature: str):
    check(rich_blank(feature), TOGETHER)


def test_the_bare_blank_survives_all_edits_together():
    check(rich_blank(), TOGETHER)


def test_the_comparison_can_fail():
    base = rich_blank(*UNPREFIXED)
    data = applied(base, PLANS["note"])
    assert differences(base, data, {}) != []
    assert differences(base, data, may_differ(base, PLANS["values"])) != []
    assert differences(base, applied(base, PLANS["drop a sheet"]), may_differ(base, PLANS["values"])) != []
    before, after = unpacked(base), unpacked(applied(base, PLANS["highlight"]))
    assert elements_changed(before["xl/worksheets/sheet1.xml"], after["xl/worksheets/sheet1.xml"]) == {
        "conditionalFormatting"
    }


# --- marks in, marks out -----------------------------------------------------------------------------------------------

MARKS: Plan = (*PLANS["highlight"], *PLANS["note"])
OUT: Plan = (
    DropHighlights(FUNDS, ALWAYS),
    DropHighlights(FUNDS, 'N("xlsform:hint")=0'),
    DropNotes(FUNDS, MARK),
    DropNotes(TARGETS, MARK),
)


@pytest.mark.parametrize("features", [(), ("notes",), ("notes", "control", "threads"), *RICH.values()])
def test_marks_taken_out_leave_what_was_there(features: tuple[str, ...]):
    base = rich_blank(*features)
    once = check(base, MARKS)
    back = applied(once, OUT)
    assert problems(back) == []
    assert once != base
    assert unpacked(back) == unpacked(base), "byte for byte, in every part"
    assert list(unpacked(back)) == list(unpacked(base))


def test_marks_taken_out_and_put_in_again_are_the_same():
    base = rich_blank("notes")
    twice = applied(applied(base, MARKS), (*OUT, *MARKS))
    assert problems(twice) == []
    once = unpacked(applied(base, MARKS))
    assert unpacked(twice) == once


# --- growing -----------------------------------------------------------------------------------------------------------

PLACES = ((FUNDS, 4), (FUNDS, 12), (FUNDS, 23), (TARGETS, 6), (TARGETS, 25))


def grown(base: bytes, sheet: str, row: int, count: int) -> bytes:
    """`count` rows with one text each below a row."""
    plan = (Grow(sheet, row, tuple(Line(row, ((2, f"新{number}"),)) for number in range(count))),)
    return check(base, plan)


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("features", RICH.values(), ids=RICH)
def test_everything_moves_with_the_rows(features: tuple[str, ...], place: tuple[str, int]):
    base = rich_blank(*features)
    sheet, row = place
    assert parts_after(grown(base, sheet, row, 3), sheet, row, 3) == after_growth(base, sheet, row, 3)


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_moves_with_the_rows(feature: str):
    base = rich_blank(feature)
    for sheet, row in ((FUNDS, 10), (TARGETS, 25)):
        assert parts_after(grown(base, sheet, row, 2), sheet, row, 2) == after_growth(base, sheet, row, 2)


def test_the_oracle_of_growth_can_fail():
    """Every part that speaks of rows is compared: with one row more, each of them is another."""
    base = rich_blank(*UNPREFIXED)
    wanted = after_growth(base, FUNDS, 12, 3)
    got = parts_after(grown(base, FUNDS, 12, 4), FUNDS, 12, 4)
    assert {name for name in wanted if wanted[name] != got[name]} >= {
        "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet6.xml", "xl/comments1.xml",
        "xl/drawings/drawing1.xml", "xl/drawings/vmldrawing1.vml", "xl/tables/table1.xml", "xl/charts/chart1.xml",
        "xl/ctrlprops/ctrlprop1.xml", "xl/threadedcomments/threadedcomment1.xml",
    }  # fmt: skip


@pytest.mark.slow
@given(
    st.sets(st.sampled_from(sorted(UNPREFIXED))),
    st.booleans(),
    st.sampled_from([FUNDS, TARGETS]),
    st.integers(0, 19),
    st.integers(1, 40),
)
@example({"notes"}, True, FUNDS, 19, 40)
@settings(max_examples=60, deadline=None)
def test_any_features_move_with_any_rows(features: set[str], prefixed: bool, sheet: str, at: int, count: int):
    chosen = (*(name for name in UNPREFIXED if name in features), *(("prefixed",) if prefixed else ()))
    base = rich_blank(*chosen)
    row = at + (4 if sheet == FUNDS else 6)
    assert parts_after(grown(base, sheet, row, count), sheet, row, count) == after_growth(base, sheet, row, count)


@pytest.mark.slow
@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("name", APART)
def test_every_feature_alone_survives_each_of_the_others(feature: str, name: str):
    check(rich_blank(feature), PLANS[name])
