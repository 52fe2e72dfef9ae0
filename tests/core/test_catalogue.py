"""The catalogue: every rule says what, why, how to fix; every sentence can be made; the printed page is the catalogue."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.catalogue import DIMENSIONS, REJECTIONS, REMARKS, RULES, message, reference_page
from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level

FAMILIES = {"T": 10, "A": 11, "B": 21, "C": 12, "M": 6, "V": 9, "X": 6, "S": 2, "Z": 3}
LEVELS = {
    "T01": "E", "T02": "WH", "T03": "E", "T04": "E", "T05": "E", "T06": "H", "T08": "E", "T09": "W", "T10": "W",
    "A01": "W", "A02": "E", "A03": "EW", "A04": "W", "A05": "W", "A06": "W", "A07": "W", "A08": "H", "A09": "E", "A10": "E", "A11": "EH",
    "B01": "E", "B02": "WH", "B03": "E", "B04": "E", "B05": "H", "B06": "EW", "B07": "E", "B08": "E", "B09": "H", "B10": "W", "B11": "H",
    "B12": "W", "B13": "W", "B14": "W", "B15": "W", "B16": "W", "B17": "W", "B18": "H", "B19": "H", "B20": "EW", "B21": "H",
    "C01": "EW", "C02": "EW", "C03": "E", "C04": "EW", "C05": "E", "C06": "W", "C07": "W", "C08": "W", "C09": "H", "C10": "W", "C11": "H",
    "C12": "H", "M01": "E", "M02": "E", "M03": "W", "M04": "W", "M05": "W", "M06": "H", "V01": "W", "V02": "H", "V03": "W", "V04": "W",
    "V05": "W", "V06": "W", "V07": "H", "V08": "W", "V09": "H", "X01": "E", "X02": "EW", "X03": "W", "X04": "W", "X05": "W", "X06": "H",
    "Z01": "E", "Z02": "E", "Z03": "W",
}  # fmt: skip
OFF = {"T06", "B05", "B09", "B11", "B18", "B21", "C11", "M06"}


def test_every_code_of_the_catalogue_is_there():
    assert list(RULES) == [
        f"{letter}{number:02}" for letter, count in FAMILIES.items() for number in range(1, count + 1)
    ]
    assert all(code == rule.code for code, rule in RULES.items())


def test_levels_and_defaults():
    letters = {Level.ERROR: "E", Level.WARNING: "W", Level.HINT: "H"}
    assert {code: "".join(letters[level] for level in RULES[code].levels) for code in LEVELS} == LEVELS
    assert {code for code, rule in RULES.items() if not rule.on} == OFF


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_whole(code: str):
    rule = RULES[code]
    assert rule.dimension in DIMENSIONS
    assert "" in rule.messages
    assert rule.variant("no such variant") == ""
    for text in (rule.title, rule.title_en, rule.why, rule.bad, rule.good, rule.fix):
        assert text.strip() == text != ""
    assert rule.bad != rule.good
    for said in rule.messages.values():
        assert said.zh
        assert said.en
        assert not re.search("[一-鿿]", re.sub("万元|元|年|指标|单位：", "", said.en)), (
            "the English sentence is English"
        )
        assert set(re.findall(r"\{(\w+)\}", said.en)) <= set(re.findall(r"\{(\w+)\}", said.zh)), (
            "no more than the Chinese one says"
        )


@pytest.mark.parametrize("code", RULES)
def test_a_sentence_without_parameters_reads_a_question_mark(code: str):
    for variant in RULES[code].messages:
        for lang in ("zh", "en"):
            sentence = message(Finding(code, Level.ERROR, Ref("a.xlsx"), variant=variant), lang)
            assert sentence
            assert "{" not in sentence


def test_a_finding_s_own_facts_are_parameters():
    found = Finding("A01", Level.WARNING, Ref("a.xlsx", "汇总表", 5, 1), got="三", expected="二")
    assert message(found) == "序号应为“二”，现为“三”"
    assert message(found, "en") == "the serial number should be “二” but is “三”"
    assert (
        message(Finding("T08", Level.ERROR, Ref("a.xlsx", "汇总表", 5, 4))) == "D5 的公式无有效结果，请打开并保存后再报"
    )
    assert message(Finding("T08", Level.ERROR, Ref("a.xlsx"))) == "? 的公式无有效结果，请打开并保存后再报"


def test_what_could_deceive_is_escaped():
    found = Finding("T10", Level.WARNING, Ref("a"), params={"text": "\u202e前\x1b[31m后\r\n错误 \u200b{got}"})
    assert message(found) == "“\\u202e前\\u001b[31m后 错误 \\u200b{got}”像是示例文字，请替换或删除"


def test_a_long_parameter_is_cut_in_the_sentence_only():
    found = Finding("T10", Level.WARNING, Ref("a"), got="长" * 500, params={"text": "长" * 500})
    assert len(message(found)) < 120
    assert len(found.got) == 500


def test_an_unknown_code_has_a_sentence_too():
    assert message(Finding("L01", Level.ERROR, Ref("a"), params={"message": "共 {k} 项"})) == "共 ? 项"
    assert message(Finding("L01", Level.ERROR, Ref("a"), got="1", expected="2")) == "1 → 2"


@given(st.text(), st.dictionaries(st.text(), st.text()), st.text())
def test_no_finding_crashes_its_sentence(code: str, params: dict[str, str], variant: str):
    for known in (code, "A03", "T01"):
        sentence = message(Finding(known, Level.ERROR, Ref("a"), params=params, variant=variant))
        assert sentence.isprintable()


def test_rejections_are_few_and_have_a_next_step():
    assert len(REJECTIONS) <= 25
    assert all(key.startswith("E-") for key in REJECTIONS)
    for key, reason in REJECTIONS.items():
        assert reason.zh.endswith("。")
        assert reason.step.startswith("请")
        assert reason.en.endswith(".")
        assert reason.step_en.endswith(".")
        assert message(Finding("T01", Level.ERROR, Ref("a"), variant=key)).endswith(reason.step)
    damaged = Finding("T01", Level.ERROR, Ref("a"), params={"what": "少了目录"}, variant="E-DAMAGED")
    assert message(damaged).startswith("文件不完整或已损坏：少了目录。")


def test_every_reason_that_is_raised_is_in_the_table(checkout: Path):
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (checkout / "xlsform").rglob("*.py")
        if "catalogue" not in path.parts
    )
    raised = set(re.findall(r"""["'](E-[A-Z]+)["']""", source))
    assert raised
    assert raised <= set(REJECTIONS)
    assert set(re.findall(r"""["'](W-[A-Z]+)["']""", source)) <= set(REMARKS)


def test_remarks_of_the_reader_are_passed_on():
    for variant, params in (("W-MACRO", {}), ("remark", {"remark": "W-MACRO"})):
        found = Finding("T02", Level.HINT, Ref("a"), params=params, variant=variant)
        assert message(found) == "文件含宏，宏未运行，也不会带入汇总。"
    assert (
        message(Finding("T02", Level.HINT, Ref("a"), params={"sheet": "图"}, variant="W-SHEETKIND"))
        == "工作表“图”是?，没有读取。"
    )


def test_every_variant_that_is_raised_has_its_sentence(checkout: Path):
    """A finding whose variant the catalogue lacks would silently read as the usual one."""
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (checkout / "xlsform" / "core").rglob("*.py")
        if "catalogue" not in path.parts
    )
    said = {variant for rule in RULES.values() for variant in rule.messages}
    assert set(re.findall(r'variant="(\w+)"', source)) <= said


def test_the_printed_page_is_the_catalogue(checkout: Path):
    """`python tools/rules_page.py` writes it."""
    assert (checkout / "docs" / "reference" / "rules.md").read_text(encoding="utf-8") == reference_page()
