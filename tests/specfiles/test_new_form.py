"""docs/how-to/new-form.md, carried out: its YAML, its two blanks, a filled return; no line of code."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from xlsform import readers
from xlsform.core.catalogue import message
from xlsform.core.errors import SpecError
from xlsform.operations import check, extract, load_settings, merge
from xlsform.operations.settings import Settings
from xlsform.specfiles import load_formset
from xlsform.specfiles.picture import text_picture
from xlsform.specfiles.proof import check_mapping


def draw(sheet, rows: list[list[object]], merges: str) -> None:
    for row in rows:
        sheet.append(row)
    for area in merges.split():
        sheet.merge_cells(area)


def plan_head(year: int = 2024) -> list[list[object]]:
    return [
        [f"{year}年办公设备购置计划表"],
        ["单位：元"],
        ["序号", "设备名称", "购置计划", None, "说明"],
        [None, None, "数量", "金额"],
    ]


MERGES = "A1:E1 A2:E2 A3:A4 B3:B4 C3:D3 E3:E4"


def card(name: object = None, total: object = None, goals: object = None, clerk: str = "") -> list[list[object]]:
    return [
        ["2024年办公设备购置单位情况表"],
        ["单位名称", name],
        ["计划总额（元）：", total],
        ["绩效目标", goals],
        [f"经办人：{clerk}"],
    ]


def workbook(path: Path, plan: list[list[object]], unit: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    book.active.title = "购置计划"
    draw(book.active, [*plan_head(), *plan], MERGES)
    draw(book.create_sheet("单位情况"), unit, "A1:B1 A5:B5")
    book.save(path)


def summary_blank(path: Path, official: Path) -> None:
    book = openpyxl.load_workbook(official)
    for name in book.sheetnames:
        if name not in {"报送情况", "审核结果", "来源"}:
            del book[name]
    plan = book.create_sheet("购置计划汇总", 0)
    draw(plan, [*plan_head(), [None, "合计"], [None, "（部门名称）", None, None, "小计"]], MERGES)
    unit = book.create_sheet("单位情况汇总", 1)
    heads = ["序号", "单位名称", "计划总额", "绩效目标", "经办人"]
    draw(unit, [["2024年办公设备购置单位情况表"], heads, [None, "合计"]], "A1:E1")
    for column, text in enumerate(("购置计划", "单位情况", "错误", "警告", "提示", "说明"), 6):
        book["报送情况"].cell(3, column, text)
    for name in list(book.defined_names):
        if name != "xlsform.kind":
            del book.defined_names[name]
    book.save(path)


@pytest.fixture(scope="module")
def devices(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the page: every YAML block in the file that its first line names, and the two blanks."""
    root = tmp_path_factory.mktemp("设备")
    page = (checkout / "docs" / "how-to" / "new-form.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n# (\S+)\n(.*?)```", page, re.DOTALL)
    assert [Path(name).name for name, _ in blocks] == ["formset.yaml", "plan.yaml", "unit.yaml", "relations.yaml"]
    for name, text in blocks:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    templates = root / "templates" / "devices"
    templates.mkdir(parents=True)
    workbook(templates / "设备申报.xlsx", [], card())
    summary_blank(templates / "设备汇总.xlsx", checkout / "templates" / "2019" / "区级汇总.xlsx")
    returns = root / "收到"
    returns.mkdir()
    workbook(
        returns / "甲局.xlsx",
        [["一", "计算机", 3, 15000, "更新"], ["二", "打印机", 1, "2000元", None]],
        card("甲局", 17000, "目标1：完成率：100%\n目标2：群众满意", "张三"),
    )
    workbook(returns / "乙局.xlsx", [["一", "复印机", 1, 9000.5, None]], card("乙局", 9000.5, "目标1：完成率：95%"))
    return root


@pytest.fixture(scope="module")
def settings(devices: Path) -> Settings:
    return load_settings((), devices / "mappings" / "devices")


def test_the_mapping_is_proved_by_its_blanks(devices: Path):
    formset = load_formset(devices / "mappings" / "devices")
    blank, summary = (
        readers.read(name, (devices / "templates" / "devices" / name).read_bytes())
        for name in (formset.template, formset.summary_template)
    )
    assert [message(finding) for finding in check_mapping(formset, blank, summary)] == []


def test_the_picture_on_the_page_is_the_real_one(checkout: Path, devices: Path):
    formset = load_formset(devices / "mappings" / "devices")
    blank = readers.read("设备申报.xlsx", (devices / "templates" / "devices" / "设备申报.xlsx").read_bytes())
    picture = text_picture(formset, blank, blank, only="plan").splitlines()
    page = (checkout / "docs" / "how-to" / "new-form.md").read_text(encoding="utf-8")
    assert "\n".join([picture[2], *picture[5:8]]) in page


def test_the_faults_on_the_page_are_the_real_ones(checkout: Path, devices: Path, tmp_path: Path):
    folder = tmp_path / "设备"
    shutil.copytree(devices / "mappings", folder / "mappings")
    plan = folder / "mappings" / "devices" / "plan.yaml"
    text = (
        plan.read_text(encoding="utf-8")
        .replace("kind: money", "kind: mony")
        .replace("present, fields: [device]", "present, fields: [devise]")
    )
    plan.write_text(text, encoding="utf-8")
    page = (checkout / "docs" / "how-to" / "new-form.md").read_text(encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_formset(plan.parent)
    assert str(caught.value).replace(str(tmp_path) + "/", "") in page


def test_a_return_is_read(devices: Path, settings: Settings):
    (submission,) = extract([devices / "收到" / "甲局.xlsx"], settings)
    assert (submission.department, submission.unmapped) == ("甲局", ())
    said = [(record.region, {key: value.data for key, value in record.values.items()}) for record in submission.records]
    assert ("plan", {"seq": 2, "device": "打印机", "count": 1, "amount": Decimal(2000), "note": None}) in said
    assert ("goals", {"no": 2, "name": "群众满意", "value": None}) in said
    unit = next(values for region, values in said if region == "unit")
    assert (unit["department"], unit["total"], unit["clerk"]) == ("甲局", Decimal(17000), "张三")


def test_its_own_checks_find_its_faults(settings: Settings, tmp_path: Path):
    twice = [["一", "计算机", 3, 15000, None], ["二", "计算机", 1, 2000, None]]
    workbook(tmp_path / "甲局.xlsx", twice, card("甲局", 18000, "目标1：完成率：100%"))
    findings = check([tmp_path / "甲局.xlsx"], settings).findings
    said = {finding.code: message(finding) for finding in findings}
    assert said["Q01"] == "“计算机”列了不止一行，请合并"
    assert said["X03"] == "计划表合计 17000 与单位情况表的计划总额 18000 不同"


def test_the_returns_are_merged(devices: Path, settings: Settings, tmp_path: Path):
    report = merge([devices / "收到"], tmp_path / "汇总.xlsx", settings)
    assert [message(finding) for finding in report.findings if finding.level.key == "error"] == []
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)
    rows = [list(row[:4]) for row in book["购置计划汇总"].iter_rows(min_row=5, values_only=True)]
    assert rows[0][1::2] == ["合计", 26000.5]
    assert [row[0] for row in rows if row[0]] == ["一", "二", "三"]
