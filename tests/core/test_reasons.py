"""审核说明: what is a reason, what is none, and what becomes of a finding by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.catalogue import message
from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.reasons import HOLLOW, REFUSALS, demand, quoted, refused, standing_text, weighed

FINDING = Finding(
    "X03",
    Level.WARNING,
    Ref("区教育局.xlsx", "部门整体", 6, 3),
    department="区教育局",
    got="457",
    expected="455",
    params={"a": "455", "c": "457"},
)


@pytest.mark.parametrize(
    "text",
    ["核实无误", "无", "已核实", "情况属实", "同意", "。", "—", "/", "", "　", "经核实无误，情况属实。", "核 实 无 误", "OK",
     "已核实，无需修改！", "已按要求修改", "数据核实无误，请予通过", "数据准确，符合实际情况", "None.", "N/A", "确属实际情况，特此说明。", "正确正确正确正确"],
)  # fmt: skip
def test_phrases_that_say_nothing(text: str):
    assert refused(text) == "hollow"


@pytest.mark.parametrize("text", ["见附件", "上年", "111111", "啊啊啊啊啊啊啊啊", "领导定的", "核实无误，系上级资金"])
def test_what_is_too_short(text: str):
    assert refused(text) == "short"


@pytest.mark.parametrize(
    "text",
    [
        "含上级专项资金2万元，见湘财预〔2018〕15号",
        "经核实无误：另有上级资金2万元，不在专项汇总表中列示",
        "2019年无专项资金，仅有基本支出",
        "指标3按要求单列",
        "本单位按区政府常务会议纪要执行",
        "Two more projects, paid by the city",
    ],
)
def test_reasons(text: str):
    assert refused(text) == ""
    assert refused(text, FINDING) == ""


def test_a_copy_of_the_finding_is_no_reason():
    sentence = message(FINDING)
    for text in (sentence, f" {sentence}。", f"情况属实：{sentence}", message(FINDING, "en").upper(), sentence[2:-2]):
        assert refused(text, FINDING) == "copy", text
    assert refused(f"{sentence}，差额是上级下达的专项转移支付", FINDING) == ""


def test_the_text_of_the_cell_is_no_reason():
    wordy = replace(FINDING, got="各街道，区直机关各部门")
    assert refused("各街道、区直机关各部门", wordy) == "copy"
    assert refused("服务对象为各街道，区直机关各部门，无法用数量表示", wordy) == ""


def test_a_reason_lets_a_warning_and_a_hint_pass_and_never_an_error():
    told = replace(FINDING, reason="含上级专项资金2万元")
    assert weighed(told).standing is Standing.EXPLAINED
    assert weighed(told).passed
    assert weighed(replace(told, level=Level.HINT)).passed
    error = weighed(replace(told, level=Level.ERROR))
    assert (error.standing, error.passed, error.reason) == (Standing.OPEN, False, "含上级专项资金2万元")
    assert weighed(FINDING) == FINDING


def test_a_refused_reason_says_why():
    told = weighed(replace(FINDING, reason="核实无误"))
    assert (told.standing, told.ruling, told.passed) == (Standing.REFUSED, "hollow", False)
    assert standing_text(told) == "说明未采纳：没有写明理由"
    assert standing_text(told, "en") == "reason refused: it gives no reason"
    assert demand(told) == "审核说明“核实无误”没有写明理由，请写明具体原因（依据、数据或特殊情况）"
    assert demand(FINDING) == ""


def test_who_says_it_and_where_travels_with_the_reason():
    told = weighed(replace(FINDING, reason="含上级专项资金2万元"))
    assert quoted(told) == "含上级专项资金2万元（区教育局，区教育局.xlsx）"
    assert quoted(weighed(replace(FINDING, reason="无"))) == "无（区教育局，区教育局.xlsx；说明未采纳：没有写明理由）"
    assert quoted(replace(FINDING, standing=Standing.WAIVED, ruling="区政府批复")) == "已豁免：区政府批复"
    assert quoted(FINDING) == ""


def test_every_phrase_is_written_as_it_is_compared():
    assert all(phrase == phrase.lower().replace(" ", "") and refused(phrase) == "hollow" for phrase in HOLLOW)


@given(st.text(max_size=40))
def test_any_text_is_judged(text: str):
    assert refused(text, FINDING) in {"", *REFUSALS}
    assert weighed(replace(FINDING, reason=text)).reason == text
