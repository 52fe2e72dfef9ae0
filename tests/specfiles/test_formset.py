"""The shipped form set says what the official forms say; a form set with faults is refused whole, with every one of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from xlsform.core.catalogue import RULES
from xlsform.core.errors import SpecError
from xlsform.core.findings import Level
from xlsform.core.spec import Card, FormSet, Matrix, Overview, Prose, Table
from xlsform.specfiles import load_formset
from xlsform.specfiles.mapping import keys_of

DIRECTIONS = [
    "authority",
    "direction",
    "fund_name",
    "period",
    "annual_amount",
    "period_goal",
    "annual_goal",
    "quantity",
    "quality",
    "timeliness",
    "cost",
    "economic",
    "social",
    "ecological",
    "sustainability",
    "satisfaction",
]
CARD = [
    "department",
    "total_amount",
    "basic_expenditure",
    "project_expenditure",
    "overall_goal",
    "business_section_opinion",
    "performance_section_opinion",
]


@pytest.fixture(scope="module")
def formset(checkout: Path) -> FormSet:
    return load_formset(checkout / "mappings" / "2019")


@pytest.fixture
def copy(checkout: Path, tmp_path: Path) -> Path:
    """A copy of the shipped mappings that a test may spoil."""
    shutil.copytree(checkout / "mappings", tmp_path / "mappings")
    return tmp_path / "mappings" / "2019"


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_formset(folder)
    return [
        f"{Path(fault.mark.file).name}:{fault.mark.line}: {fault.key}: {fault.what}" for fault in caught.value.faults
    ]


def spoil(path: Path, right: str, wrong: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")


def test_the_forms_and_their_fields_are_those_of_the_papers(formset: FormSet):
    assert [form.id for form in formset.forms] == [
        "fund_summary", "direction_targets", "department_overall", "indicator_matrix", "instructions",
    ]  # fmt: skip
    keys = {region.id: list(keys_of(region)) for form in formset.forms for region in form.regions}
    assert keys == {
        "fund_summary": ["seq", "fund_name", "direction", "total_amount", "period_goal", "annual_goal"],
        "direction_targets": DIRECTIONS,
        "department_overall": CARD,
        "output_indicators": ["no", "name", "value"],
        "benefit_indicators": ["no", "name", "value"],
        "indicator_matrix": ["fund_name", "level1", "level2", "level3", "value", "horizon"],
    }
    kinds = [type(region) for form in formset.forms for region in form.regions]
    assert kinds == [Table, Table, Card, Prose, Prose, Matrix]
    assert formset.identity == ("department_overall", "department")
    assert [form.required for form in formset.forms] == [True, True, True, True, False]


def test_money_is_held_in_wan_yuan_and_not_carried_down(formset: FormSet):
    money = [
        field
        for form in formset.forms
        for region in form.regions
        for fields in keys_of(region).values()
        for field in fields
        if field.kind == "money"
    ]
    assert len(money) == 5
    assert {(field.unit, field.carry, field.places) for field in money} == {("万元", False, 2)}


OF_THE_PROGRAM = {"T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "S01", "S02", "Z01", "Z02"}
"""Rules of reading, collecting and merging: no line asks for them."""


def test_what_the_lines_ask_is_what_the_catalogue_says_is_evaluated(formset: FormSet):
    asked = {check.code for form in formset.forms for check in form.checks}
    related = {relation.code for relation in formset.relations}
    assert asked | related | OF_THE_PROGRAM == {code for code, rule in RULES.items() if rule.evaluated}


def test_prompts_are_sentences_of_the_official_instructions(formset: FormSet, checkout: Path):
    official = "".join((checkout / "samples" / "2019" / "原文.txt").read_text(encoding="utf-8").split())
    prompts = {
        prompt
        for form in formset.forms
        for region in form.regions
        for prompt in [
            *([region.prompt] if isinstance(region, Prose) else []),
            *(field.prompt for fields in keys_of(region).values() for field in fields),
        ]
        if prompt
    }
    assert len(prompts) > 20
    assert [prompt for prompt in prompts if "".join(prompt.split()) not in official] == []


def test_the_indicator_trees_coexist(checkout: Path, copy: Path):
    seed = load_formset(checkout / "mappings" / "2019").tree
    assert list(seed) == ["产出指标", "效益指标"]
    assert "社会公众或服务对象满意度指标" in seed["效益指标"]
    spoil(copy / "formset.yaml", "seed-2019", "2021")
    assert list(load_formset(copy).tree) == ["成本指标", "产出指标", "效益指标", "满意度指标"]
    spoil(copy / "formset.yaml", "trees/2021", "trees/2015")
    assert list(load_formset(copy).tree) == ["产出指标", "效益指标", "满意度指标"]


def test_the_tree_says_what_rules_call_an_indicator(checkout: Path, copy: Path):
    classes = load_formset(checkout / "mappings" / "2019").classes
    assert classes["社会公众或服务对象满意度指标"] == classes["满意度指标"] == "satisfaction"
    spoil(copy / "formset.yaml", "seed-2019", "2021")
    assert {label for label, key in load_formset(copy).classes.items() if key == "cost"} == {"经济成本指标", "经济成本"}


def test_units_are_the_bundled_ones_or_a_bureau_s_own(checkout: Path, copy: Path):
    bundled = load_formset(checkout / "mappings" / "2019").units
    assert bundled is load_formset(copy).units  # read once a process
    (copy / "单位.yaml").write_text("scales: {万: 10000}\nunits: {航次: count}\n", encoding="utf-8")
    spoil(copy / "formset.yaml", "levels: {}", "units: 单位.yaml\nlevels: {}")
    assert set(load_formset(copy).units.spellings) == {"航次"}
    (copy / "单位.yaml").write_text("scales: {万: 10000}\nunits: {航次: kount}\n", encoding="utf-8")
    assert "没有“kount”这种类别" in faults_of(copy)[0]


def test_levels_turn_rules_up_down_and_off(copy: Path):
    spoil(copy / "formset.yaml", "levels: {}", "levels: {X03: error, T06: hint, A11: off}")
    assert load_formset(copy).levels == {"X03": Level.ERROR, "T06": Level.HINT, "A11": None}


def test_the_amounts_of_an_overview_are_named_and_may_be_left_out(formset: FormSet, copy: Path):
    region = "fund_summary"
    assert formset.overview == Overview(
        ("department_overall", "total_amount"), (region, "total_amount"), (region, "direction")
    )
    spoil(copy / "formset.yaml", "  amount: department_overall.total_amount\n", "")
    assert load_formset(copy).overview == Overview(None, (region, "total_amount"), (region, "direction"))
    spoil(copy / "formset.yaml", "overview:\n  table: fund_summary.total_amount\n  by: fund_summary.direction\n", "")
    assert load_formset(copy).overview is None


def test_faults_of_all_files_are_told_at_once(copy: Path):
    spoil(copy / "fund_summary.yaml", "kind: money", "kind: mony")
    spoil(copy / "direction_targets.yaml", "check: period", "check: perod")
    spoil(copy / "indicator_matrix.yaml", "fields: [level3, value]", "fields: [level4, value]")
    spoil(copy / "formset.yaml", "seed-2019", "seed-2018")
    spoil(copy / "formset.yaml", "levels: {}", "levels: {A99: off}")
    said = faults_of(copy)
    assert [fault.split(": ")[1] for fault in said] == ["check", "tree", "A99", "kind", "level4"]
    assert "是否为“money”" in said[3]
    assert "是否为“seed-2019”" in said[1]


@pytest.mark.parametrize(
    ("file", "right", "wrong", "said"),
    [
        ("formset.yaml", "fund_summary,", "fund_sumary,", "没有文件 fund_sumary.yaml，是否为“fund_summary”"),
        ("formset.yaml", "instructions]", "fund_summary]", "写了两次"),
        ("formset.yaml", ", instructions]", "]", "forms 却没有列出"),
        ("formset.yaml", "department]", "departement]", "没有字段“departement”，是否为“department”"),
        ("formset.yaml", "[department_overall, department]", "[department_overal, x]", "没有区域“department_overal”"),
        ("formset.yaml", "[department_overall, department]", "[department_overall]", "identity"),
        ("formset.yaml", "year: 2019", "year: 19", "不能小于 1990"),
        ("formset.yaml", "year: 2019", "year: 二〇一九", "不是整数"),
        ("formset.yaml", "levels: {}", "levels: {A11: no}", "不能是“no”"),
        ("instructions.yaml", "sheet: 编报说明", "sheet: 汇总表", "工作表“汇总表”已经给了 fund_summary.yaml"),
        ("direction_targets.yaml", "  direction_targets:", "  fund_summary:", "区域名在 fund_summary.yaml 里已经用过"),
        (
            "relations.yaml",
            "X03: sum(fund_summary.",
            "X03: sum(fund_sumary.",
            "没有区域“fund_sumary”，是否为“fund_summary”",
        ),
        ("formset.yaml", "levels: {}", "units: 没有.yaml", "没有文件 没有.yaml"),
        ("indicator_matrix.yaml", "classes: [cost]", "classes: [costs]", "指标体系里没有“costs”，是否为“cost”"),
        (
            "indicator_matrix.yaml",
            "fields: [value], name: level3}\n  - {code: V02",
            "fields: [value], name: level9}\n  - {code: V02",
            "没有字段“level9”",
        ),
        (
            "department_overall.yaml",
            "part: department_overall.project_expenditure",
            "part: department_overall.department",
            "没有金额字段“department”",
        ),
        (
            "department_overall.yaml",
            "whole: department_overall.total_amount",
            "whole: overall.total_amount",
            "没有区域“overall”",
        ),
        (
            "department_overall.yaml",
            "part: department_overall.project_expenditure",
            "part: project_expenditure",
            "part",
        ),
        (
            "formset.yaml",
            "amount: department_overall.total",
            "amount: department_overal.total",
            ":17: amount: 没有卡片区域“department_overal”，是否为“department_overall”",
        ),
        ("formset.yaml", "amount: department_overall", "amount: fund_summary", "没有卡片区域“fund_summary”"),
        ("formset.yaml", "table: fund_summary", "table: department_overall", "没有表格区域“department_overall”"),
        ("formset.yaml", "fund_summary.total_amount", "fund_summary.direction", "没有金额字段“direction”"),
        (
            "formset.yaml",
            "fund_summary.direction",
            "fund_summary.directions",
            "没有字段“directions”，是否为“direction”",
        ),
        ("formset.yaml", "by: fund_summary", "by: direction_targets", "要与 table 同在一个区域"),
        ("formset.yaml", "  table: fund_summary.total_amount\n", "", "要与 table 同在一个区域"),
        ("formset.yaml", "  amount: dep", "  amout: dep", "amout"),
        (
            "formset.yaml",
            "amount: department_overall.total_amount",
            "amount: 资金总额",
            ":17: amount: “资金总额”不合写法",
        ),
        ("../trees/seed-2019.yaml", "quantity:", "Quantity:", "“Quantity”不合写法"),
        ("../trees/seed-2019.yaml", "数量指标", "", "没有写内容"),
    ],
)
def test_what_ties_the_files_together_is_checked(copy: Path, file: str, right: str, wrong: str, said: str):
    spoil(copy / file, right, wrong)
    faults = faults_of(copy)
    assert any(said in fault for fault in faults), faults


def test_relations_and_tree_may_be_left_out(copy: Path):
    (copy / "relations.yaml").unlink()
    spoil(copy / "formset.yaml", "tree: ../trees/seed-2019.yaml\n", "")
    formset = load_formset(copy)
    assert (formset.relations, formset.tree) == ((), {})


def test_a_folder_without_form_set_says_so(tmp_path: Path):
    assert faults_of(tmp_path) == ["formset.yaml:0: : 打不开这个文件（No such file or directory）"]
    assert "没有这个文件夹" in faults_of(tmp_path / "无")[0]


def test_when_the_form_set_cannot_be_read_the_forms_are_still_checked(copy: Path):
    (copy / "formset.yaml").write_text("id: [", encoding="utf-8")
    spoil(copy / "fund_summary.yaml", "kind: money", "kind: mony")
    assert len(faults_of(copy)) == 2


def test_loading_is_quick_once_the_libraries_are_there(checkout: Path):
    def once() -> float:
        start = time.process_time()  # what else the machine does is not measured
        load_formset(checkout / "mappings" / "2019")
        return time.process_time() - start

    assert min(once() for _ in range(3)) < 0.5  # 0.06 on an idle machine


def test_the_package_itself_imports_neither_yaml_nor_pydantic(checkout: Path):
    script = "import sys, xlsform.specfiles; print([m for m in ('pydantic', 'ruamel.yaml') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=checkout, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "period: direction_targets.period, by: fund_name",
            "period: direction_target.period, by: fund_name",
            "没有区域“direction_target”，是否为“direction_targets”",
        ),
        (
            "period: direction_targets.period, by: fund_name",
            "period: direction_targets.direction, by: fund_name",
            "没有类型为 period 的字段“direction”",
        ),
        (
            "period: direction_targets.period, by: fund_name",
            "period: direction_targets.period",
            "期间在别的区域，要写 by",
        ),
        (
            "period: direction_targets.period, by: fund_name",
            "period: direction_targets.period, by: seq",
            "区域 direction_targets 没有字段“seq”",
        ),
        (
            "period: direction_targets.period, by: fund_name",
            "period: fund_name",
            "区域 fund_summary 没有类型为 period 的字段“fund_name”",
        ),
    ],
)
def test_a_period_of_another_form_must_be_there(copy: Path, old: str, new: str, said: str):
    spoil(copy / "fund_summary.yaml", old, new)
    with pytest.raises(SpecError) as error:
        load_formset(copy)
    assert any(said in fault.what for fault in error.value.faults), error.value.faults
