"""What people change in a label and what they do not; words that make a row a total or a note; units and years in running text."""

from __future__ import annotations

import pytest

from xlsform.core.labels import (
    is_grand_total,
    is_note,
    label_key,
    label_unit,
    nearest,
    title_year,
    total_word,
    unit_line,
)

TITLE = "{year}年区级专项资金预算绩效目标汇总表"


@pytest.mark.parametrize(
    "text", ["资金总额", "资 金　总额", "资金\n总额", "资金总额：", "资金总额（万元）", "资金总额[万元]:"]
)
def test_spaces_line_breaks_colons_and_brackets_do_not_count(text: str) -> None:
    assert label_key(text) == "资金总额"


def test_what_is_all_brackets_keeps_its_words_and_long_text_is_no_label() -> None:
    assert label_key("（一）") == "一"
    assert label_key("…—") == ""
    assert label_key("目" * 81) == ""


@pytest.mark.parametrize(
    "text", ["合计", "合 计：", "总计（万元）", "学前教育 小计", "本页小计", "合计数", "合计金额", "共计"]
)
def test_words_that_make_a_row_a_total(text: str) -> None:
    assert total_word(text)


@pytest.mark.parametrize("text", ["", "合计服务人次", "本年度各项支出总额与上年同期合计", "统计", "小计划"])
def test_text_that_only_holds_such_a_word_is_none(text: str) -> None:
    assert not total_word(text)


def test_grand_totals_are_those_of_the_whole_table() -> None:
    assert [is_grand_total(t) for t in ("合计", "总计：", "专项合计", "合计金额", "总合计")] == [True] * 5
    assert [is_grand_total(t) for t in ("小计", "学前教育合计", "本页合计", "")] == [False] * 4


@pytest.mark.parametrize(
    "text",
    [
        "注：含上级资金",
        "注1：含",
        "*备注: 略",
        "填表人：张　联系电话：1",
        "填报日期",
        "（说明：一式两份）",
        "说明（2）：略",
    ],
)
def test_notes_and_signature_lines(text: str) -> None:
    assert is_note(text)


@pytest.mark.parametrize(
    "text", ["注册率", "审核通过率", "联系群众次数", "说明会场次", "备注完整率", "经办件数", "制表机采购"]
)
def test_what_only_begins_like_a_note_is_none(text: str) -> None:
    assert not is_note(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：万元", "万元"),
        ("金额单位: 人民币 万 元", "万元"),
        ("（单位：元）", "元"),
        ("填报单位：某局　单位：元", "元"),
        ("单位（千元）", "千元"),
        ("单位：某局", ""),
        ("填报单位：元宝山街道", ""),
        ("单位：人", ""),
    ],
)
def test_unit_lines(text: str, unit: str) -> None:
    assert unit_line(text) == unit


def test_units_in_the_brackets_of_a_label() -> None:
    assert label_unit("资金总额（元）") == "元"
    assert label_unit("资金总额[金额 百万元]") == "百万元"
    assert label_unit("资金总额（含上级资金）") == ""


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2019年区级专项资金预算绩效目标汇总表", 2019),
        ("石峰区2019年度区级专项资金预算绩效目标汇总表", 2019),
        ("２０１９ 年区级专项资金\n预算绩效目标汇总表（单位：万元）", 2019),
        ("区级专项资金预算绩效目标汇总表(2019年度)", 2019),
        ("二〇一九年区级专项资金预算绩效目标汇总表", 2019),
        ("2019区级专项资金预算绩效目标汇总表", 2019),
        ("区级专项资金预算绩效目标汇总表", None),
    ],
)
def test_titles_and_their_years(text: str, year: int | None) -> None:
    assert title_year(TITLE, text) == (True, year)


def test_another_forms_title_is_none() -> None:
    assert title_year(TITLE, "2019年区级专项资金支出方向绩效目标表") == (False, None)
    assert title_year(TITLE, "2019年区级专项资金预算绩效目标汇总表编报说明") == (False, None)
    assert title_year("编报说明", "2019年编报说明") == (False, None)


def test_likeness_decides_for_long_labels_without_a_rival_only() -> None:
    wanted = {"实施期绩效目标": "a", "年度绩效目标": "b", "数量指标": "c", "质量指标": "d"}
    assert nearest("实施期绩效且标", wanted) == "a"
    assert nearest("数里指标", wanted) is None
    assert nearest("经济效果指标", {"经济效益指标": "a", "经济效率指标": "b"}) is None
