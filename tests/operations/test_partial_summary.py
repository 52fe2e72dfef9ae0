"""A summary that lacks departments says so on its first sheet, and nobody reads that for content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.sound import check_sound
from xlsform.core.findings import Standing
from xlsform.core.waivers import Waiver
from xlsform.operations import Settings, Shown, extract, load_settings, merge

RETURNS = Path("samples/2019/returns")
FILES = sorted(RETURNS.iterdir())
WHY = "本年机构改革，并入区委办本级申报"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([RETURNS])


def unit_line(path: Path, sheet: str = "汇总表") -> str:
    return str(openpyxl.load_workbook(path)[sheet]["A2"].value)


def whole(name: str) -> list[Path]:
    return [path for path in FILES if path.name.startswith(name)]


def test_a_complete_one_says_nothing(settings: Settings, tmp_path: Path) -> None:
    merge([RETURNS], tmp_path / "全.xlsx", settings)
    assert unit_line(tmp_path / "全.xlsx") == "单位：万元"


def test_who_is_missing_is_named_and_reading_it_back_finds_nothing_else(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "缺.xlsx"
    merge([path for path in FILES if not path.name.startswith("区民政局")], out, settings)
    assert unit_line(out) == "部分汇总：已汇总 15／应报 16，缺：区民政局\n单位：万元"
    assert unit_line(out, "支出方向表") == "单位：万元", "the first sheet alone says it"
    check_sound(out.read_bytes())
    (back,) = extract([out], settings)
    assert back.findings == back.unmapped == ()
    assert {sighting.unit for sighting in back.sightings if sighting.form == "fund_summary"} == {"万元"}


def test_a_long_list_is_shortened_and_its_row_grows(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "一个.xlsx"
    merge(whole("区教育局"), out, settings)
    said = unit_line(out)
    assert said.startswith("部分汇总：已汇总 1／应报 16，缺：区委办本级、")
    assert "等 15 个部门\n单位" in said
    assert said.count("、") == 11
    sheet = openpyxl.load_workbook(out)["汇总表"]
    assert sheet.row_dimensions[2].height >= 30
    assert [str(area) for area in sheet.merged_cells.ranges if area.min_row == 2] == ["A2:F2"]
    assert sheet.print_title_rows == "$2:$3", "every page says it"
    (back,) = extract([out], settings)
    assert back.findings == back.unmapped == ()


def test_forms_left_out_and_strangers_are_named(settings: Settings, tmp_path: Path) -> None:
    faulty = Path("samples/2019/faulty")
    nobodys = tmp_path / "无名.xlsx"
    nobodys.write_bytes(b"")
    others = [path for path in FILES if not path.name.startswith("区应急管理局")]
    merge([*others, faulty / "区应急管理局-C03-合计不符.xlsx", nobodys], tmp_path / "有错.xlsx", settings)
    assert unit_line(tmp_path / "有错.xlsx") == (
        "部分汇总：已汇总 16／应报 16，有表未汇入：区应急管理局；另有 1 个文件未汇入\n单位：万元"
    )


def test_without_a_roster_nothing_is_claimed(settings: Settings, tmp_path: Path) -> None:
    merge(whole("区教育局"), tmp_path / "一个.xlsx", replace(settings, roster=()))
    assert unit_line(tmp_path / "一个.xlsx") == "单位：万元"


def test_in_another_unit_it_says_both(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "亿元.xlsx"
    merge([path for path in FILES if not path.name.startswith("区民政局")], out, settings, shown=Shown("亿元", 4))
    assert unit_line(out).endswith("缺：区民政局\n单位：亿元")
    (back,) = extract([out], settings)
    assert {finding.code for finding in back.findings} == {"A11"}


def test_a_merge_of_two_does_not_carry_it_over(settings: Settings, tmp_path: Path) -> None:
    first = [path for path in FILES if path.name.startswith("区委")]
    merge(first, tmp_path / "甲.xlsx", settings)
    merge([path for path in FILES if path not in first], tmp_path / "乙.xlsx", settings)
    merge([tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"], tmp_path / "全.xlsx", settings)
    assert unit_line(tmp_path / "甲.xlsx") != unit_line(tmp_path / "全.xlsx") == "单位：万元"


def test_who_need_not_report_is_not_missing(settings: Settings, tmp_path: Path) -> None:
    excused = replace(settings, waivers=(Waiver("Z02", "区民政局", WHY),))
    out = tmp_path / "免.xlsx"
    report = merge([path for path in FILES if not path.name.startswith("区民政局")], out, excused)
    assert [(f.department, f.standing, f.ruling) for f in report.findings if f.code == "Z02"] == [
        ("区民政局", Standing.WAIVED, WHY)
    ]
    assert report.unused == ()
    assert not [f for f in report.standing if f.code == "Z02"]
    book = openpyxl.load_workbook(out)
    assert unit_line(out) == "单位：万元"
    assert book["报送情况"]["A2"].value == "应报 15 个部门，已汇总 15 个，没有未报部门；免报 1 个：区民政局"
    rows = {row[2]: row for row in book["报送情况"].iter_rows(min_row=4, values_only=True)}
    assert rows["区民政局"][3] == rows["区民政局"][5] == "免报"
    assert any(row[1] == "Z02" and row[9] == f"已豁免：{WHY}" for row in book["审核结果"].iter_rows(values_only=True))


def test_who_reports_all_the_same_counts_and_the_waiver_is_told(settings: Settings, tmp_path: Path) -> None:
    waiver = Waiver("Z02", "区民政局", WHY)
    report = merge([RETURNS], tmp_path / "全.xlsx", replace(settings, waivers=(waiver,)))
    assert report.unused == (waiver,)
    assert (
        openpyxl.load_workbook(tmp_path / "全.xlsx")["报送情况"]["A2"].value
        == "应报 16 个部门，已汇总 16 个，没有未报部门"
    )
