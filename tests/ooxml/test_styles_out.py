"""New styles by look: numbers, what they say, and that nothing there is said anew."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ooxml.packages import MAIN
from xlsform.core.cells import Area
from xlsform.core.edits import Look
from xlsform.ooxml.restyles import by_row, combined
from xlsform.ooxml.styles_out import MOST_STYLES, Styles, first_styles

STYLES = (
    f'<?xml version="1.0"?><styleSheet xmlns="{MAIN}"><!-- 原样 --><numFmts count="1"><numFmt numFmtId="170" formatCode="0.0&quot;亿&quot;"/></numFmts>'
    '<fonts count="2"><font><b/><sz val="14"/><color theme="1"/><name val="宋体"/><charset val="134"/><scheme val="minor"/></font>'
    '<font><sz val="12"/><name val="仿宋"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyProtection="1"><protection locked="0"/></xf>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0"><alignment horizontal="center" indent="1"/></xf></cellXfs>'
    '<dxfs count="0"/></styleSheet>'
).encode()


def text(styles: Styles) -> str:
    part = styles.part()
    assert part is not None
    return part.decode()


def test_what_is_there_is_used_and_what_is_new_comes_behind_it():
    styles = Styles(STYLES)
    assert styles.variant(0, Look(locked=False)) == 1
    assert styles.variant(0, Look(locked=True, bold=True, size=Decimal("14.0"), font="宋体")) == 0
    assert styles.variant(2, Look(horizontal="center", color=None)) == 2
    assert styles.part() == STYLES
    assert styles.variant(0, Look(number_format='0.0"亿"')) == 3
    assert styles.variant(0, Look(wrap=True)) == 4
    assert styles.variant(3, Look(wrap=True)) == 5
    assert styles.variant(0, Look(number_format='0.0"亿"')) == 3
    assert styles.quoted(4) == styles.quoted(4) == 6
    assert styles.quoted(6) == 6
    assert text(styles).count("<numFmt ") == 1
    assert '<cellXfs count="7">' in text(styles)
    assert "<!-- 原样 -->" in text(styles)


def test_a_look_changes_what_it_speaks_of():
    styles = Styles(STYLES)
    styles.variant(0, Look(font="仿宋", bold=False, size=Decimal(12), color="ff0000", underline=True))
    font = '<font><u/><sz val="12"/><color rgb="FFFF0000"/><name val="仿宋"/></font>'
    assert font in text(styles)
    styles.variant(2, Look(horizontal="left", vertical="top", wrap=True, locked=False))
    assert '<alignment horizontal="left" indent="1" vertical="top" wrapText="1"/><protection locked="0"/>' in text(
        styles
    )


def test_text_in_a_new_style_is_as_high_and_wraps_as_it_says():
    styles = Styles(STYLES)
    assert styles.text(styles.variant(2, Look(wrap=True, size=Decimal(18)))) == (True, 18.0)
    assert styles.text(styles.variant(1, Look(bold=False))) == (False, 14.0)


def test_number_formats_of_every_country_need_no_entry():
    styles = Styles(STYLES)
    styles.variant(0, Look(number_format="@"))
    styles.variant(0, Look(number_format="#,##0.00"))
    assert text(styles).count("<numFmt ") == 1
    styles.variant(0, Look(number_format='yyyy"年"'))
    assert '<numFmt numFmtId="171" formatCode="yyyy&quot;年&quot;"/>' in text(styles)


def test_conditional_formats_that_nobody_uses_any_more_go_when_they_are_last():
    styles = Styles(STYLES)
    assert [styles.dxf(Look(fill=color)) for color in ("FFC7CE", "FFEB9C", "FFC7CE", "DDEBF7")] == [0, 1, 0, 2]
    marked = styles.part()
    assert marked is not None
    for released, asked, left in (
        ((0, 1, 2), (), 0),
        ((1, 2), (), 1),
        ((0, 2), (), 2),
        ((0, 1), (), 3),
        ((0, 1, 2), ("FFEB9C",), 2),
    ):
        later = Styles(marked)
        later.release(released)
        for color in asked:
            later.dxf(Look(fill=color))
        assert text(later).count("<dxf>") == left
    later = Styles(marked)
    later.release((0, 1, 2))
    assert later.part() == STYLES


def test_a_list_made_for_conditional_formats_goes_with_the_last_of_them():
    without = STYLES.replace(b'<dxfs count="0"/>', b"")
    styles = Styles(without)
    styles.dxf(Look(bold=False, underline=False, number_format="0.000"))
    assert (
        '<dxfs><dxf><font><b val="0"/><u val="none"/></font><numFmt numFmtId="171" formatCode="0.000"/></dxf></dxfs>'
        in text(styles)
    )
    clean = Styles(styles.part())
    clean.release([0])
    assert "dxf" not in text(clean)


@pytest.mark.slow
def test_there_is_an_end_to_styles():
    xf = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    styles = Styles(STYLES.replace(xf, xf * (MOST_STYLES - 3)))
    assert styles.variant(0, Look(wrap=True)) == MOST_STYLES - 1
    with pytest.raises(ValueError, match="more than"):
        styles.quoted(0)


def test_without_styles_there_are_no_looks_and_text_is_plain():
    styles = Styles(None)
    assert (styles.quoted(0), styles.text(3).wrap, styles.part()) == (0, False, None)
    with pytest.raises(ValueError, match=r"without styles\.xml"):
        styles.variant(0, Look(bold=True))
    first = Styles(first_styles(MAIN))
    assert (first.variant(0, Look(locked=True)), first.variant(0, Look(bold=True))) == (0, 1)


looks = st.builds(
    partial(Look),  # builds would invent what a Look leaves out
    bold=st.none() | st.booleans(),
    size=st.none() | st.sampled_from([Decimal(9), Decimal("10.5")]),
    fill=st.none() | st.sampled_from(["FFC7CE", "FFEB9C"]),
    border=st.none() | st.just("000000"),
    wrap=st.none() | st.booleans(),
    locked=st.none() | st.booleans(),
    number_format=st.none() | st.sampled_from(["@", "0.000"]),
)


@given(st.integers(0, 2), looks, looks)
def test_a_look_on_a_look_is_the_two_at_once_and_a_look_twice_is_once(base: int, one: Look, other: Look):
    styles = Styles(STYLES)
    first = styles.variant(base, one)
    assert styles.variant(first, one) == first
    both = styles.variant(first, other)
    shown = Styles(styles.part())
    assert shown.variant(both, combined(one, other)) == both
    assert shown.part() == styles.part()


def test_looks_of_one_cell_add_up_by_row():
    rows = by_row([(Area(1, 1, 2, 2), Look(bold=True)), (Area(2, 2, 3, 2), Look(bold=False, wrap=True))])
    assert rows == {
        1: {1: Look(bold=True), 2: Look(bold=True)},
        2: {1: Look(bold=True), 2: Look(bold=False, wrap=True)},
        3: {2: Look(bold=False, wrap=True)},
    }
