"""parse(show(v)) == v for every value; the ways people write it mean the same; no text raises, none takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.values.drawn import numeric, sayable, spellings, values
from xlsform.core.values import Indicator, Units, fold, parse, show

READING = frozenset({"implied", "ambiguous", "budget_year"})
WORDS = [
    "≥",
    "≤",
    ">",
    "<",
    "=",
    "约",
    "近",
    "达到",
    "不低于",
    "不超过",
    "控制在",
    "以上",
    "以内",
    "内",
    "左右",
    "以下",
    "之间",
    "每年",
    "每月",
    "每季度",
    "全年",
    "人均",
    "三年累计",
    "2019年",
    "12月",
    "31日",
    "底",
    "前",
    "年底",
    "1",
    "2",
    "5",
    "10",
    "90",
    "100",
    "0",
    ".",
    ",",
    "-",
    "~",
    "至",
    "%",
    "‰",
    "百分点",
    "个",
    "次",
    "人",
    "人次",
    "万",
    "亿",
    "元",
    "万元",
    "/",
    "·",
    "天",
    "日",
    "个工作日",
    "小时",
    "年",
    "月",
    "名",
    "学生",
    "满意度",
    "完成",
    "发放",
    "增长",
    "下降",
    "同比",
    "较上年",
    "到",
    "为",
    "不",
    "无",
    "的",
    ":",
    "(",
    ")",
    "含",
    "一",
    "二",
    "三",
    "十",
    "百",
    "半",
    "分之",
    "百分之",
    "余",
    "多",
    "零",
    "投诉",
    "第",
    "季度",
    "上半年",
    "标准",
    "预算",
    "后",
    "收到",
    ";",
    "、",
    "²",
    "①",
    "½",
    "１",
    "每",
    "次月",
    "起",
    "自",
    "±",
    "+",
    "¥",
]


def core(value: Indicator) -> Indicator:
    """Without the raw text and without what rules look at."""
    return value._replace(raw="", flags=value.flags & READING)


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_what_is_shown_is_read_back(units: Units, data: st.DataObject):
    value = data.draw(values(units))
    assert core(parse(show(value), units)) == value


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_every_spelling_means_the_same(units: Units, data: st.DataObject):
    value = data.draw(numeric(units).filter(sayable).filter(lambda value: value.number >= 0))
    text = data.draw(spellings(value))
    assert core(parse(text, units)) == value, text


@settings(max_examples=800)
@given(
    text=st.text() | st.lists(st.sampled_from([*WORDS, " ", "\n"]), max_size=8).map("".join),
    year=st.none() | st.integers(1990, 2100),
)
def test_any_text_is_a_value_that_shows_itself(units: Units, text: str, year: int | None):
    value = parse(text, units, year=year, name="满意度")
    assert value.raw == text
    again = parse(show(value), units, year=year, name="满意度")
    assert again._replace(raw=text) == value
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 30_000, "≥" * 30_000, "年" * 30_000, "1," * 15_000, "\u0301\u0300" * 15_000, "\ufdfa" * 30_000, "每年" * 15_000,
        " 1" * 15_000, "\u200b" * 30_000, "1 " * 900, "²1" * 950, "党的建设" * 7_500, "-" * 199, "1:" * 99, "至1" * 99,
        "(含)" * 60, "三百" * 99, "不低于" * 66, "万元/" * 66, "发放前" * 66, "各单位" * 66, "增长" * 99, "\ud800" * 30_000,
    ],
    ids=lambda text: f"{len(text)}-{text[:3]!a}",
)  # fmt: skip
def test_long_texts_take_no_time(text: str, units: Units):
    best = 1.0
    for _ in range(3):
        begin = time.process_time()
        value = parse(text, units)
        best = min(best, time.process_time() - begin)
    assert value.kind in {"text", "empty", "event", "object"}
    assert best < 0.05


def test_what_means_two_things_stays_text(units: Units):
    for text in (
        "≤90%以上",
        "80%和90%",
        "95%-85%",
        "≥3-5次",
        "第3名",
        "不允许超过5%",
        "近三年",
        "3 5次",
        "10²",
        "由50%提高到60%",
    ):
        value = parse(text, units)
        assert (value.kind, value.number, value.sign) == ("text", None, ""), text
