"""Areas cut out of areas, and the formulas of rules said from another cell."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.cells import Area
from xlsform.ooxml.areas import anchored, groups, less, meet, parse_areas, show_areas, without


@st.composite
def areas(draw: st.DrawFn) -> Area:
    top, left = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    return Area(top, left, draw(st.integers(top, 9)), draw(st.integers(left, 9)))


def cells(*given: Area) -> Counter[tuple[int, int]]:
    return Counter(
        (row, col)
        for area in given
        for row in range(area.top, area.bottom + 1)
        for col in range(area.left, area.right + 1)
    )


@given(areas(), st.lists(areas(), max_size=4))
def test_what_is_left_is_every_cell_outside_the_holes_once(area: Area, holes: list[Area]):
    left = without([area], holes)
    assert cells(*left) == Counter(cells(area).keys() - cells(*holes).keys())


@given(areas(), areas())
def test_areas_meet_where_they_share_a_cell(one: Area, other: Area):
    assert meet(one, other) == bool(cells(one) & cells(other))
    assert (less(one, other) == [one]) == (not meet(one, other))


def test_areas_are_written_as_they_are_read():
    assert show_areas(parse_areas("A1 B2:C3")) == "A1 B2:C3"


def test_a_rule_is_split_only_where_its_first_cell_is_in_doubt():
    aslant = parse_areas("B2 A3")
    assert groups(parse_areas("A2 B3"), ["A2"]) == [parse_areas("A2 B3")]
    assert groups(aslant, ["$B$2", ""]) == [aslant]
    assert groups(aslant, ["$B2"]) == [parse_areas("B2"), parse_areas("A3")]
    assert anchored("B2>$A$1", (2, 2), (3, 1)) == "A3>$A$1"
    assert anchored("", (1, 1), (2, 2)) == ""
