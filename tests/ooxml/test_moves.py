"""Ranges and formulas when rows grow: what moved and moves back is what it was, and what Excel users expect of growing tables."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.cells import LAST_ROW, Area
from xlsform.ooxml.moves import (
    Block,
    RowMoves,
    fold,
    move_formula,
    parse_area,
    rename_sheet,
    sheets_named,
    show_area,
    translate,
)

GROWN = RowMoves((Block(5, 8, 100),))
SHRUNK = RowMoves((Block(5, 8, 1),))
TWICE = RowMoves((Block(5, 8, 100), Block(12, 12, 3)))


def moved(formula: str, own: str = "汇总表", moves: RowMoves = GROWN) -> str:
    return move_formula(formula, own, {fold("汇总表"): moves})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A4", "A4"),
        ("A9", "A105"),
        ("A5:A8", "A5:A104"),
        ("A8", "A8:A104"),  # ends where the block ends
        ("A3:B20", "A3:B116"),
        ("A6:A7", "A6:A7"),
        ("B2:B6", "B2:B6"),
        ("A:C", "A:C"),
        ("3:9", "A3:XFD105"),
    ],
)
def test_areas_over_a_block_grow(before: str, after: str):
    assert show_area(GROWN.area(parse_area(before))) == show_area(parse_area(after))


def test_areas_shrink_but_never_vanish():
    assert show_area(SHRUNK.area(parse_area("A5:A8"))) == "A5"
    assert show_area(SHRUNK.area(parse_area("A6:A7"))) == "A5"
    assert show_area(SHRUNK.area(parse_area("A6:A10"))) == "A5:A7"
    assert SHRUNK.row(6) is None


def test_nothing_leaves_the_sheet_unnoticed():
    assert GROWN.span(1, LAST_ROW) == (1, LAST_ROW)
    assert GROWN.row(LAST_ROW - 10) is None
    with pytest.raises(ValueError, match="leave the sheet"):
        GROWN.span(LAST_ROW - 10, LAST_ROW - 9)


@pytest.mark.parametrize(
    "blocks", [((5, 4, 1),), ((5, 8, 0),), ((5, 8, 2), (8, 9, 1)), ((0, 1, 1),), ((9, 9, 1), (5, 5, 1))]
)
def test_blocks_that_make_no_sense_are_refused(blocks):
    with pytest.raises(ValueError, match="cannot be replaced"):
        RowMoves(tuple(Block(*block) for block in blocks))


def test_rules_follow_the_prototypes_copies():
    runs = {5: array("I", [5, 5]), 6: array("I", [6, 6, 20, 20]), 8: array("I", [7, 19, 21, 104])}
    assert GROWN.areas(parse_area("D8"), runs) == [Area(7, 4, 19, 4), Area(21, 4, 104, 4)]
    assert GROWN.areas(parse_area("D5:D8"), runs) == [Area(5, 4, 104, 4)]
    assert GROWN.areas(parse_area("D8:D10"), runs) == [Area(7, 4, 19, 4), Area(21, 4, 106, 4)]
    assert GROWN.areas(parse_area("D4:D5"), runs) == [Area(4, 4, 5, 4)]
    assert GROWN.areas(parse_area("D7"), runs) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(D5:D8)", "SUM(D5:D104)"),
        ("SUM($D$5:$D$8)+D9", "SUM($D$5:$D$104)+D105"),
        ("A9&\"A9\"&'A9'!A9", "A105&\"A9\"&'A9'!A9"),
        ("汇总表!D20*1.5E10", "汇总表!D116*1.5E10"),
        ("'汇总表'!$D$20", "'汇总表'!$D$116"),
        ("支出方向表!D20", "支出方向表!D20"),
        ("[1]汇总表!D20", "[1]汇总表!D20"),
        ("'[书.xlsx]汇总表'!D20", "'[书.xlsx]汇总表'!D20"),
        ("LOG10(A9)+ATAN2(A9,B9)", "LOG10(A105)+ATAN2(A105,B105)"),
        ("表1[[#This Row],[A20]]+A20", "表1[[#This Row],[A20]]+A116"),
        ("Q1_2019+Name20.x+A20", "Q1_2019+Name20.x+A116"),
        ("SUM(A:C)+SUM(9:10)", "SUM(A:C)+SUM(105:106)"),
        ("汇总表!#REF!+#N/A+A20", "汇总表!#REF!+#N/A+A116"),
        ('IF(A9<>"""A9",B9,TRUE)', 'IF(A105<>"""A9",B105,TRUE)'),
        ("A20#", "A116#"),
        ("SUM(D9:INDEX(D:D,20))", "SUM(D105:INDEX(D:D,20))"),
        ("A5", "A5"),
    ],
)
def test_formulas_say_what_they_said(before: str, after: str):
    assert moved(before) == after


def test_a_formula_on_another_sheet_moves_only_by_name():
    assert moved("D20+汇总表!D20", own="来源") == "D20+汇总表!D116"
    assert moved("D20+汇总表!D20", own="") == "D20+汇总表!D116"


def test_a_lost_cell_is_refused_not_guessed():
    with pytest.raises(ValueError, match="no more"):
        moved("A7", moves=SHRUNK)
    with pytest.raises(ValueError, match="several sheets"):
        moved("SUM(汇总表:来源!A20)")
    with pytest.raises(ValueError, match="cannot be read"):
        moved("（表）!A20")


def test_a_rules_relative_reference_stays_with_its_top_row():
    sheet = {fold("汇总表"): GROWN}
    assert move_formula("D8>$E8+$F$20", "汇总表", sheet, (8, 7)) == "D7>$E7+$F$116"
    assert move_formula("A30<A4", "汇总表", sheet, (30, 126)) == "A126<A4"


def test_two_blocks_add_up():
    assert moved("A13", moves=TWICE) == "A111"
    assert moved("SUM(A5:A12)", moves=TWICE) == "SUM(A5:A110)"


@pytest.mark.parametrize(
    ("formula", "rows", "cols", "expected"),
    [
        ("A1+$A1+A$1+$A$1", 2, 1, "B3+$A3+B$1+$A$1"),
        ("SUM(B2:C3)", 1, -1, "SUM(A3:B4)"),
        ('汇总表!A1&"A1"', 1, 0, '汇总表!A2&"A1"'),
        ("A1", -1, 0, f"A{LAST_ROW}"),
        ("A:A+1:1", 1, 1, "B:B+2:2"),
    ],
)
def test_shared_formulas_are_told_apart(formula: str, rows: int, cols: int, expected: str):
    assert translate(formula, rows, cols) == expected


def test_sheets_are_renamed_and_found():
    assert (
        rename_sheet("部门整体!A1+'部门整体'!$B$2+A1+来源!A1", "部门整体", "甲'部")
        == "'甲''部'!A1+'甲''部'!$B$2+A1+来源!A1"
    )
    assert rename_sheet("部门整体!A1+A1", "部门整体", "") == "A1+A1"
    assert sheets_named("'甲 表'!A1+Sheet1:Sheet3!B2+\"来源!A1\"+[1]外!A1") == {"甲 表", "sheet1", "sheet3"}


# --- laws --------------------------------------------------------------------------------------------------------------


@st.composite
def moves(draw: st.DrawFn) -> RowMoves:
    blocks, row = [], 1
    for _ in range(draw(st.integers(1, 3))):
        first = row + draw(st.integers(0, 20))
        last = first + draw(st.integers(0, 10))
        blocks.append(Block(first, last, draw(st.integers(1, 200))))
        row = last + 2
    return RowMoves(tuple(blocks))


def back(there: RowMoves) -> RowMoves:
    growth, blocks = 0, []
    for block in there.blocks:
        first = block.first + growth
        blocks.append(Block(first, first + block.rows - 1, block.last - block.first + 1))
        growth += block.growth
    return RowMoves(tuple(blocks))


rows = st.integers(1, 120)


@given(moves(), rows)
def test_rows_outside_go_and_come_back(there: RowMoves, row: int):
    if there.place(row)[0] is None:
        assert back(there).row(there.row(row)) == row


@given(moves(), rows, rows)
def test_spans_keep_order_and_come_back(there: RowMoves, one: int, other: int):
    top, bottom = sorted((one, other))
    new_top, new_bottom = there.span(top, bottom)
    assert new_top <= new_bottom
    if there.place(top)[0] is None and there.place(bottom)[0] is None:
        assert back(there).span(new_top, new_bottom) == (top, bottom)
    for block in there.blocks:
        if top <= block.first and block.last <= bottom:  # what spanned a block spans what replaced it
            first = block.first + there.place(block.first)[1]
            assert new_top <= first
            assert first + block.rows - 1 <= new_bottom


@given(moves(), rows, rows)
def test_exact_areas_lie_within_the_hull(there: RowMoves, one: int, other: int):
    area = Area(min(one, other), 2, max(one, other), 3)
    if all(there.place(row)[0] is None for row in (area.top, area.bottom)):
        assert there.areas(area, {}) == [there.area(area)]


cells = st.builds(
    lambda a, c, b, r: f"{a}{c}{b}{r}",
    st.sampled_from(["", "$"]), st.sampled_from(["A", "Z", "AB", "XFD"]), st.sampled_from(["", "$"]), st.integers(300, 500),
)  # fmt: skip
pieces = st.one_of(
    cells,
    st.builds("{}:{}".format, cells, cells),
    st.builds("汇总表!{}".format, cells),
    st.builds("'别 表'!{}".format, cells),
    st.sampled_from(
        ['"A400 ""汇总表!A400"', "LOG10(2)", "表1[[#All],[A400]]", "1E5", "名称400_", "TRUE", "#N/A", "A:B"]
    ),
)


@given(
    moves(), st.lists(pieces, min_size=1, max_size=6), st.lists(st.sampled_from("+-*/&,^<>="), min_size=6, max_size=6)
)
def test_formulas_go_and_come_back(there: RowMoves, parts: list[str], signs: list[str]):
    formula = "".join(part + sign for part, sign in zip(parts, signs, strict=False))
    gone = move_formula(formula, "汇总表", {fold("汇总表"): there})
    assert move_formula(gone, "汇总表", {fold("汇总表"): back(there)}) == formula


@given(st.text(max_size=60))
def test_any_text_is_read_without_harm(text: str):
    try:
        same = move_formula(text, "汇总表", {fold("别"): GROWN})
    except ValueError:
        return
    assert same == text


# --- rows that are kept ------------------------------------------------------------------------------------------------

KEPT = RowMoves((Block(5, 5, 4, kept=True),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A5", "A5"),
        ("A6", "A9"),
        ("SUM(D2:D5)", "SUM(D2:D8)"),
        ("SUM(D5:D5)", "SUM(D5:D8)"),
        ("SUM(D5:F5)", "SUM(D5:F5)"),
        ("SUM(D2:F5)", "SUM(D2:F8)"),
        ("SUM(D5:D9)", "SUM(D5:D12)"),
        ("SUM(D2:D4)+SUM(5:5)", "SUM(D2:D4)+SUM(5:5)"),
    ],
)
def test_what_ends_with_a_kept_row_reaches_over_the_new_ones(before: str, after: str):
    assert moved(before, moves=KEPT) == after


def test_what_belongs_to_cells_stays_with_the_kept_row():
    assert KEPT.still.span(2, 5) == (2, 5)
    assert KEPT.still.span(2, 6) == (2, 9)
    assert KEPT.still.still.span(6, 6) == (9, 9)
    assert moved("SUM(D2:D5)+SUM(D5:D6)", moves=KEPT.still) == "SUM(D2:D5)+SUM(D5:D9)"


def test_rules_hold_for_new_rows_as_for_the_rows_they_are_like():
    runs = {5: array("I", [6, 6]), 7: array("I", [7, 8])}
    assert KEPT.areas(parse_area("D5"), runs) == [Area(5, 4, 6, 4)]
    assert KEPT.areas(parse_area("D7"), runs) == [Area(7, 4, 8, 4), Area(10, 4, 10, 4)]
    assert KEPT.areas(parse_area("D4:D7"), runs) == [Area(4, 4, 10, 4)]
    assert KEPT.areas(parse_area("D6"), runs) == [Area(9, 4, 9, 4)]


def test_a_rule_that_begins_with_a_new_row_is_said_from_there():
    sheet = {fold("汇总表"): KEPT}
    assert move_formula("D7>$E6+D$2+汇总表!D7", "汇总表", sheet, (7, 7)) == "D7>$E6+D$2+汇总表!D7"
    assert move_formula("D5>D4", "汇总表", sheet, (5, 5)) == "D5>D4"
