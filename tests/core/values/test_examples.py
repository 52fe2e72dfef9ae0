"""Every example of the paper is read as the paper says, and hundreds that it does not name as people mean them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tools.values_page import PAGE, PAPER, UNSEEN, describe, page, rows
from xlsform.core.values import (
    FLAGS,
    Units,
    is_money,
    is_number,
    is_share,
    is_time,
    parse,
    parts,
    show,
    years,
)

PAPER_ROWS = rows(PAPER)
NUMBER = re.compile(
    r"(?:num|range) ?(?P<sign>[≥≤><=≈])? ?(?P<number>-?[0-9.]+)(?:~(?P<to>[0-9.]+))? ?(?P<unit>[^ 〔!(,]*)"
    r"(?: 〔(?P<over>[^〕]*)〕)?(?:,? ?(?:\(.*\)|cannot be told))?(?: !(?P<flag>\w+))?"
)
KINDS = {
    "reference": "reference", "event": "event", "object": "object", "prose": "text", "vague": "text",
    "level": "level", "empty": "empty", "ratio": "ratio", "time": "time", "deadline": "deadline",
}  # fmt: skip


def test_the_paper_has_all_its_examples():
    assert len(PAPER_ROWS) == 89
    assert len({raw for raw, _, _ in PAPER_ROWS}) == 89


@pytest.mark.parametrize(("raw", "said"), [row[:2] for row in PAPER_ROWS], ids=[row[0] for row in PAPER_ROWS])
def test_a_value_is_what_the_paper_says_in_its_own_words(raw: str, said: str, units: Units):
    value = parse(raw, units)
    assert value.raw == raw
    flags = value.flags - {"implied"}
    number = NUMBER.fullmatch(said)
    if number is None:
        words = said.removeprefix("text ").split()
        assert value.kind == KINDS[words[0]]
        assert flags == frozenset(re.findall(r"!(\w+)", said))
        return
    assert value.kind == said.split(maxsplit=1)[0].replace("num", "number")
    assert value.sign == (number["sign"] or "=")
    assert (value.number, value.to) == (Decimal(number["number"]), Decimal(number["to"]) if number["to"] else None)
    assert value.unit == number["unit"].replace("∅", "")
    assert " ".join(filter(None, (value.period, value.base, value.direction))) == (number["over"] or "")
    assert flags == ({number["flag"]} if number["flag"] else set()) - {"implied"}


@pytest.mark.parametrize(
    ("raw", "reading"), [(row[0], row[2]) for row in PAPER_ROWS], ids=[row[0] for row in PAPER_ROWS]
)
def test_every_field_of_the_paper_s_examples(raw: str, reading: str, units: Units):
    assert describe(parse(raw, units)) == reading


@pytest.mark.parametrize(("raw", "reading"), rows(UNSEEN), ids=[row[0] for row in rows(UNSEEN)])
def test_values_that_the_paper_does_not_name(raw: str, reading: str, units: Units):
    value = parse(raw, units)
    assert describe(value) == reading
    assert parse(show(value), units)._replace(raw=raw) == value


def test_there_are_many_of_them():
    assert len(rows(UNSEEN)) >= 450
    assert not {row[0] for row in rows(UNSEEN)} & {row[0] for row in PAPER_ROWS}


def test_the_reference_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "PYTHONPATH=. python tools/values_page.py"


def test_every_flag_is_raised_by_an_example_or_here(units: Units):
    raised = {flag for row in [*PAPER_ROWS, *rows(UNSEEN)] for flag in parse(row[0], units).flags}
    raised |= parse("年底前", units, year=2019).flags
    raised |= parse("-90%", units, name="参训率").flags
    assert raised == set(FLAGS)


@pytest.mark.parametrize(
    ("raw", "year", "reading"),
    [
        ("12月底前", 2019, "time ≤ 2019-12-31 !budget_year"),
        ("2月底前", 2019, "time ≤ 2019-02-28 !budget_year"),
        ("2月底前", 2020, "time ≤ 2020-02-29 !budget_year"),
        ("第四季度", 2019, "time (=) 2019-Q4 !budget_year"),
        ("下半年完成", 2019, "time (=) 2019-H2 “完成” !budget_year"),
        ("1-12月", 2019, "time (=) 2019-01/2019-12 !budget_year"),
        ("全年", 2019, "time (=) 2019 !budget_year"),
        ("每年年底前", 2019, "time ≤ --12-31 〔每年〕"),
        ("每月5日前", 2019, "time ≤ ---05 〔每月〕"),
        ("2018年底前", 2019, "time ≤ 2018-12-31"),
        ("8:30", 2019, "text “8:30”"),
    ],
)
def test_the_budget_year_completes_a_time(raw: str, year: int, reading: str, units: Units):
    value = parse(raw, units, year=year)
    assert describe(value) == reading
    assert parse(show(value), units, year=year)._replace(raw=raw) == value


@pytest.mark.parametrize(
    ("raw", "name", "flags"),
    [
        ("-90%", "参训率", {"V06"}),
        ("-10%", "三公经费增减率", set()),
        ("120%", "增长率", set()),
        ("120%", "完成率", {"V05"}),
        ("≥5%", "投诉率", {"V09"}),
        ("≤5%", "投诉率", set()),
        ("≥1次", "安全事故", {"V09"}),
    ],
)
def test_the_indicator_s_name_decides_some_flags(raw: str, name: str, flags: set[str], units: Units):
    assert parse(raw, units, name=name).flags - {"implied"} == flags


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("8万元/项", 80000), ("336.07万元", 3360700), ("5角", Decimal("0.5")), ("≥3.5亿元", 350000000),
        ("800万", None), ("100美元", None), ("100人", None), ("1200元/人·月", 1200),
    ],
)  # fmt: skip
def test_amounts_in_yuan(raw: str, amount: Decimal | None, units: Units):
    value = parse(raw, units)
    assert (value.in_base if is_money(value) and value.base_unit == "元" else None) == amount


def test_what_rules_ask_of_a_value(units: Units):
    def that(question, *raws: str) -> list[bool]:
        return [question(parse(raw, units)) for raw in raws]

    assert that(is_money, "8万元/项", "20-30万元", "100%", "800万") == [True, True, False, False]
    assert [parse(raw, units).dimension for raw in ("8万元/项", "20万元")] == ["compound", "money"]
    assert that(is_share, "≥90%", "3‰", "5个百分点", "90分", "每年≥90%") == [True, True, True, False, True]
    assert that(is_time, "2019年底前", "15日内", "3年", "烈士备案当年发放", "每季度1次", "90%") == [True] * 5 + [False]
    assert that(is_number, "1:1.5", "1~2次", "无", "及时") == [True, True, False, False]
    assert years(parse("2019年—2021年", units)) == (2019, 2021)
    assert years(parse("2019年新增100个", units)) == (2019,)
    assert years(parse("12月底前", units)) == ()
    assert parse("3‰", units).in_base == Decimal("0.3")
    assert parse("100人刺", units).in_base is None


def test_a_cell_that_holds_several_values(units: Units):
    found = parts("1、开展培训3次、编印资料500册；\n2、群众满意度≥90%", units)
    assert [describe(value) for value in found] == [
        "number (=) 3 次 “开展培训”", "number (=) 500 册 “编印资料”", "number ≥ 90 % “群众满意度”",
    ]  # fmt: skip
    assert [value.kind for value in parts("各街道，区直机关各部门", units)] == ["object"]
    assert [value.raw for value in parts("1,200人次", units)] == ["1,200人次"]


def test_a_mistyped_unit_has_its_nearest(units: Units):
    assert units.nearest("人刺") == "人次"
    assert units.nearest("平方来") == "平方米"
    assert units.nearest("航天器") == ""


SEED = {
    "全面深化改革领导小组成员单位": "object", "各街道，区直机关各部门、市直驻区各单位": "object", "区保密委成员单位": "object",
    "全区党委办公室系统": "object", "各街道，区直机关各部门、市直驻区各单位、平台公司": "object", "2019年度": "time", "8万元/项": "number",
    "进一步提升人民群众获得感，不断将基础性关键领域改革推深做实": "text", "为我区建设更高水平全面小康社会，开启基本现代化新征程提供强大动力": "text",
    "聚集史志正能量，进一步扩大红色文化影响力": "text", "整理好、研究好、总结好、宣传好石峰党史": "text",
    "保守党的秘密，确保密码通信安全畅通": "text", "为确保国家安全提供有力保障": "text", "办会优质高效，办文精准规范": "text",
    "切实改进文风会风": "text", "充分调动广大干部的工作积极性，在全区上下营造了“马上就办、真抓实干”的浓厚氛围": "text",
    "推动各项工作落到实处": "text", "为领导决策提供参谋，确保各项决策落实、落细": "text", "100%": "number", "30%": "number", "-10%": "number",
}  # fmt: skip


@pytest.mark.parametrize("raw", SEED)
def test_the_cells_of_the_real_return(raw: str, units: Units):
    value = parse(raw, units)
    assert value.kind == SEED[raw]
    assert value.flags - {"implied"} == ({"B13"} if value.kind == "object" else set())
