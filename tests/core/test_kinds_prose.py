"""Text blocks of numbered items: the real eight to the letter, the ways people write them, and the lens law."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.kinds import Item, parse_items, show_items


def seed_block(label: str, end: str) -> str:
    text = Path("samples/2019/原文.txt").read_text(encoding="utf-8").replace("\r\n", "\n")
    card = text[text.index("部门整体支出年度绩效指标\n") :]
    begin = card.index(f"\t{label}\n\t") + len(label) + 3
    return card[begin : card.index(end)].rstrip()


OUTPUT = (
    Item(1, "部门重点支出占部门整体支出的比例", "30%"),
    Item(2, "三公经费增减率", "-10%"),
    Item(3, "部门整体支出支付进度", "100%"),
    Item(4, "重点工作办结率", "100%"),
    Item(5, "部门预决算和三公经费预决算公开", "100%"),
)


def test_the_real_output_indicators():
    block = seed_block("产出指标", "\n\n\t\n\t效益指标")
    assert parse_items(block) == OUTPUT
    assert parse_items(show_items(parse_items(block))) == OUTPUT


def test_the_real_benefit_indicators_are_names_whole():
    block = seed_block("效益指标", "\n\n\n\t财政部门审核意见")
    items = parse_items(block)
    assert [(item.no, item.value) for item in items] == [(1, None), (2, None), (3, None)]
    assert [f"指标{item.no}：{item.name}" for item in items] == block.split("\n")
    assert parse_items(show_items(items)) == items


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("指标1：办结率：100%\r\n指标2:支付进度:90%", [(1, "办结率", "100%"), (2, "支付进度", "90%")]),
        ("指标１：办结率： 100%", [(1, "办结率", "100%")]),
        ("指标一：办结率：100%", [(1, "办结率", "100%")]),
        ("  指标 1、办结率：≥95%", [(1, "办结率", "≥95%")]),
        ("指标1：办结率≥95%", [(1, "办结率", "≥95%")]),
        ("指标1：增减率-10%", [(1, "增减率", "-10%")]),
        ("指标1：覆盖率85%-95%", [(1, "覆盖率", "85%-95%")]),
        ("指标1：合格率90％以上", [(1, "合格率", "90％以上")]),
        ("指标1：2019年完成率100%", [(1, "2019年完成率", "100%")]),
        ("指标1：师生比：1:1.5", [(1, "师生比", "1:1.5")]),
        ("指标1：开放时间：8:30", [(1, "开放时间", "8:30")]),
        ("指标1：重点工作：办结率：100%", [(1, "重点工作：办结率", "100%")]),
        ("指标1：办结率：\n指标2：", [(1, "办结率", None), (2, "", None)]),
        ("指标1：做好以下工作：\n1、会务；\n2、文稿", [(1, "做好以下工作：\n1、会务；\n2、文稿", None)]),
        ("指标1：重点支出占部门整体\n支出的比例：30%", [(1, "重点支出占部门整体\n支出的比例", "30%")]),
        ("指标1：抓好以下工作：会务。文稿。", [(1, "抓好以下工作：会务。文稿。", None)]),
        ("指标1：甲率：1%；指标2：乙率：2%", [(1, "甲率", "1%"), (2, "乙率", "2%")]),
        ("指标1：甲率：1% 指标2：乙率：2%", [(1, "甲率", "1%"), (2, "乙率", "2%")]),
        ("1、甲率：1%\n2.乙率90%", [(1, "甲率", "1%"), (2, "乙率", "90%")]),
        ("（1）甲率：1%\n（2）乙率：2%", [(1, "甲率", "1%"), (2, "乙率", "2%")]),
        ("甲率：1%\n\n乙率", [(None, "甲率", "1%"), (None, "乙率", None)]),
        ("产出情况\n指标1：甲率：1%", [(None, "产出情况", None), (1, "甲率", "1%")]),
        ("指标体系建设：完成", [(None, "指标体系建设", "完成")]),
        ("指标3：甲\n指标3：乙", [(3, "甲", None), (3, "乙", None)]),
        ("", []),
        (" \n\u3000", []),
    ],
)
def test_the_ways_people_write_items(text: str, items: list[tuple[int | None, str, str | None]]):
    assert [tuple(item) for item in parse_items(text)] == items


def test_another_word_before_the_number():
    assert parse_items("目标1：甲：1%\n指标2：乙", "目标") == (Item(1, "甲：1%\n指标2", "乙"),)


words = st.text(
    st.characters(whitelist_categories=("Lo",), whitelist_characters="率、，（）“”1289年"), min_size=1, max_size=12
)
lines = words.filter(lambda text: not re.match(r"[（(]?[0-9]", text) and text == text.strip())
names = st.lists(lines, min_size=1, max_size=3).map("\n".join)
values = st.one_of(
    st.from_regex(r"[≥≤]?-?[0-9]{1,3}(\.[0-9])?%", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}(人次|万元/项|所|天)", fullmatch=True),
    st.sampled_from(["优", "2019年12月底前", "8:30", "1:1.5", "100%。"]),
)
items = st.one_of(
    st.builds(Item, st.integers(0, 999), names, values),
    st.builds(Item, st.integers(0, 999), names, st.none()),
)
loose = st.one_of(st.builds(Item, st.none(), lines, values), st.builds(Item, st.none(), lines, st.none()))


@given(st.lists(loose, max_size=3), st.lists(items, max_size=5))
def test_shown_items_read_back(unnumbered: list[Item], numbered: list[Item]):
    whole = (*unnumbered, *numbered)
    assert parse_items(show_items(whole)) == whole


@given(st.text(st.sampled_from("指标123一二：: \n。；、，甲乙%率-8（）(\u3000.")))
def test_reading_settles_at_once(text: str):
    once = parse_items(text)
    assert parse_items(show_items(once)) == once
