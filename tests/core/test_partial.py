"""部分汇总: the note on the first sheet of a summary that lacks departments, where it goes and how it is read again."""

from __future__ import annotations

import pytest

from tests.blanks import FORMSET, FUNDS
from tests.drawn import draw
from xlsform.core.edits import Edit, Put, Restyle, Rows
from xlsform.core.labels import unit_line
from xlsform.core.layout import place
from xlsform.core.partial import Lack, with_note

FORM = FORMSET.form("fund_summary")
MANY = [f"第{number}局" for number in range(1, 16)]
LACK = Lack(14, 16, ["区民政局", "区科学技术协会"])
TITLE = "2019年区级专项资金预算绩效目标汇总表"


def noted(picture: str, lack: Lack = LACK, *before: Edit) -> list[Edit]:
    grid = draw(picture, "汇总表")
    return list(with_note(before, lack, place(FORM, grid, summary=True), grid))


def test_what_it_says():
    assert LACK.note == "部分汇总：已汇总 14／应报 16，缺：区民政局、区科学技术协会"
    assert Lack(15, 16, ["甲"], ["乙"]).note == "部分汇总：已汇总 15／应报 16，缺：甲；有表未汇入：乙"
    assert Lack(16, 16, (), ["乙"], 2).note == "部分汇总：已汇总 16／应报 16，有表未汇入：乙；另有 2 个文件未汇入"
    assert Lack(3, None, ["甲"]).note == "部分汇总：已汇总 3，缺：甲", "without a roster nothing is claimed about 应报"
    assert Lack(1, 16, MANY).note.endswith("第11局、第12局等 15 个部门")
    assert Lack(16, 16).note == Lack(0, None).note == ""


def test_it_stands_before_the_unit():
    edits = noted(FUNDS)
    assert [type(edit) for edit in edits] == [Restyle, Rows]
    (rows,) = (edit for edit in edits if isinstance(edit, Rows))
    (line,) = rows.lines
    assert (rows.first, rows.last, rows.count, line.like) == (2, 2, 1, 2)
    assert line.cells == ((1, f"{LACK.note}\n单位：万元"),)


def test_a_line_that_says_another_unit_by_then_says_it_still():
    edits = noted(FUNDS, LACK, Put("汇总表", 1, 1, "2020年…"), Put("汇总表", 2, 1, "单位：亿元"))
    assert edits[0] == Put("汇总表", 1, 1, "2020年…")
    (rows,) = (edit for edit in edits if isinstance(edit, Rows))
    assert [line.cells for line in rows.lines] == [((1, f"{LACK.note}\n单位：亿元"),)]


def test_a_complete_summary_is_left_alone():
    put = Put("汇总表", 2, 1, "单位：亿元")
    assert noted(FUNDS, Lack(16, 16), put) == [put]


@pytest.mark.parametrize("lack", [LACK, Lack(1, 16, MANY), Lack(1, None, MANY, MANY, 9)])
def test_the_unit_behind_it_is_read_as_before(lack: Lack):
    assert unit_line(f"{lack.note}\n单位：万元") == "万元"
    assert unit_line(f"{lack.note}\n编制单位：石峰区财政局　单位：千元") == "千元"


def test_without_a_unit_line_the_title_says_the_counts():
    picture = FUNDS.replace("单位：万元 | < | < | < | < | <\n", "")
    put = Put("汇总表", 1, 1, TITLE.replace("2019", "2020"))
    assert noted(picture) == [Put("汇总表", 1, 1, f"{TITLE}（部分汇总：已汇总 14／应报 16）")]
    assert noted(picture, LACK, put) == [Put("汇总表", 1, 1, f"{put.value}（部分汇总：已汇总 14／应报 16）")]
    again = draw(picture.replace(TITLE, f"{TITLE}（部分汇总：已汇总 14／应报 16）"), "汇总表")
    found = place(FORM, again, summary=True).title
    assert found is not None, "such a title is still the form's"
    assert found.year == 2019
