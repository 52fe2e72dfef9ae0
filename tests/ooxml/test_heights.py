"""Row heights by the published formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.ooxml.heights import HIGHEST, fit, height, lines, surely_one_line, units


def test_an_ideograph_is_two_units_and_ascii_one():
    assert units("绩效ab") == 6
    assert units("abc") == 3
    assert units("") == 0


@pytest.mark.parametrize(
    ("text", "count"),
    [("绩" * 10, 1), ("绩" * 11, 2), ("绩" * 10 + "\n" + "绩" * 11, 3), ("a\n\nb", 3), ("a" * 20, 1), ("a" * 21, 2)],
)
def test_lines_are_counted_by_paragraph(text: str, count: int):
    assert lines(text, 20) == count


def test_the_height_is_that_of_the_formula():
    assert height("绩" * 50, fit(22, 11)) == pytest.approx(5 * 1.3 * 11 + 4)  # 22 characters less 10 % are 20 units
    assert height("绩" * 50, fit(22, 22)) == pytest.approx(10 * 1.3 * 22 + 4)
    assert height("绩", fit(22, 11)) == 0
    assert height("绩" * 5000, fit(22, 11)) == HIGHEST
    assert height("绩" * 50, fit(22, 11, share=30)) == pytest.approx(5 * 1.3 * 11 + 4 - 30)


@given(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"], max_codepoint=0xFFFF), max_size=300),
    st.floats(1, 200),
)
def test_the_short_way_out_is_sound(text: str, width: float):
    cell = fit(width, 11)
    if len(text) <= surely_one_line(cell):
        assert height(text, cell) == 0
