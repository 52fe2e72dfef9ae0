"""waivers.yaml as a bureau writes it and as it is mistyped."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from xlsform.core.catalogue import RULES
from xlsform.core.errors import SpecError
from xlsform.core.spec import Department, FormSet
from xlsform.core.waivers import NEVER
from xlsform.specfiles import load_formset
from xlsform.specfiles.faults import instead
from xlsform.specfiles.waivers import WAIVERS, load_waivers, waivers_text

ROSTER = (Department("001", "区委办本级", ("区委办",)), Department("002", "区教育局"))


@cache
def formset() -> FormSet:
    return load_formset(Path(__file__).resolve().parents[2] / "mappings" / "2019")


def load(folder: Path, text: str, roster: tuple[Department, ...] = ROSTER):
    path = folder / WAIVERS
    path.write_text(text, encoding="utf-8")
    return load_waivers(path, formset(), roster)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load(folder, text)
    return [str(fault).removeprefix(str(folder / WAIVERS)) for fault in caught.value.faults]


GOOD = """\
waivers:
  - code: X03
    department: 区委办
    reason: 含上级专项资金2万元，区政府常务会议已同意
  - {code: A02, department: 区教育局, sheet: 汇总表, field: 年度绩效目标, reason: 跨年项目，年度目标随批复另行下达}
"""


def test_departments_by_alias_and_fields_by_label(tmp_path: Path):
    first, second = load(tmp_path, GOOD)
    assert (first.code, first.department, first.mark.line) == ("X03", "区委办本级", 2)
    assert (first.sheet, first.fields) == ("", frozenset())
    assert (second.sheet, second.mark.line) == ("汇总表", 5)
    assert ("fund_summary", "annual_goal") in second.fields


@pytest.mark.parametrize(
    "text", ["waivers: []\n", "", "\n\n", "# 没有豁免\n", "\ufeff#waivers:\n#  - code: X03\n", "{}\n"]
)
def test_nothing_written_is_no_waiver(tmp_path: Path, text: str):
    assert load(tmp_path, text) == ()


def test_a_new_file_is_no_waiver_and_names_what_cannot_be_waived(tmp_path: Path):
    assert load(tmp_path, waivers_text()) == ()
    assert set(re.findall(r"[A-Z][0-9]{2}", waivers_text().partition("不能豁免")[0])) == NEVER


def test_a_key_without_content_is_said(tmp_path: Path):
    assert faults(tmp_path, "waivers:\n") == [":1: waivers: 应为清单，如 [甲, 乙]"]


def test_every_fault_has_its_line_and_the_right_word(tmp_path: Path):
    text = """\
waivers:
  - code: X30
    department: 区教育居
    reason: 同意
  - code: T01
    department: 区教育局
    reasn: 文件打不开，另报纸质件
  - code: A02
    department: 区教育局
    field: 年度绩效目录
    reason: 随批复另行下达年度目标
"""
    found = faults(tmp_path, text)
    assert [line for line in found if line.startswith((":2:", ":3:", ":4:", ":10:"))] == [
        f":2: code: 没有规则 X30{instead('X30', RULES)}",
        ":3: department: 名册里没有“区教育居”，是否为“区教育局”",
        ":4: reason: 理由“同意”没有写明理由，请写明豁免的具体原因",
        ":10: field: 没有栏目“年度绩效目录”，是否为“年度绩效目标”",
    ]
    assert ":7: reasn: 不认识的键“reasn”，是否为“reason”" in found


def test_what_cannot_be_read_or_is_everybodys_cannot_be_waived(tmp_path: Path):
    for code in ("T01", "T08", "S02", "Z01"):
        text = f"waivers:\n  - {{code: {code}, department: 区教育局, reason: 区政府办公会议同意暂缓报送}}\n"
        assert faults(tmp_path, text) == [f":2: code: {code} 不能豁免：内容读不出、版本不明或涉及全区，放行也无从汇总"]


def test_a_department_may_be_excused_as_a_whole(tmp_path: Path):
    text = "waivers:\n  - {code: Z02, department: 区教育局, reason: 本年已并入区委办本级申报}\n"
    assert [one.code for one in load(tmp_path, text)] == ["Z02"]
    narrow = text.replace("区教育局,", "区教育局, sheet: 汇总表, field: 资金总额,")
    assert faults(tmp_path, narrow) == [
        ":2: field: Z02 说的是整个部门免报，不写 field",
        ":2: sheet: Z02 说的是整个部门免报，不写 sheet",
    ]
    nobody = "waivers:\n  - {code: Z02, reason: 本年已并入区委办本级申报}\n"
    assert len(faults(tmp_path, nobody)) == 1


def test_the_same_waiver_twice(tmp_path: Path):
    line = "  - {code: X03, department: 区委办, reason: 含上级专项资金2万元}\n"
    other = line.replace("区委办", "区委办本级")
    assert faults(tmp_path, f"waivers:\n{line}{other}") == [":3: X03: “区委办本级”的这一条与第 2 行重复"]


def test_without_a_roster_any_department_may_be_named(tmp_path: Path):
    assert load(tmp_path, GOOD, ())[0].department == "区委办"


@pytest.mark.parametrize("text", ["waivers", "waivers:\n\t- code: X03\n", "- code: X03\n"])
def test_what_is_no_list_of_waivers(tmp_path: Path, text: str):
    assert faults(tmp_path, text)
