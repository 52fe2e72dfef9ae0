"""Reasons and waivers through check, merge and review: what passes, what blocks, and that neither is forgotten."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from xlsform.core.errors import SpecError
from xlsform.core.findings import Standing
from xlsform.core.waivers import Waiver
from xlsform.operations import Settings, check, load_settings, merge, review

RETURNS = Path("samples/2019/returns")
FAULTY = Path("samples/2019/faulty")
MISSING = FAULTY / "区农业农村局-T04-缺支出方向表.xlsx"
SUM = FAULTY / "区应急管理局-C03-合计不符.xlsx"
WHY = "原按旧口径报送，区政府常务会议同意本年沿用"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([RETURNS])


def waiving(settings: Settings, code: str, department: str) -> Settings:
    return replace(settings, waivers=(Waiver(code, department, WHY),))


def test_a_waived_error_no_longer_blocks_its_form(settings: Settings, tmp_path: Path) -> None:
    shutil.copy(SUM, tmp_path / "区应急管理局.xlsx")
    blocked = merge([tmp_path / "区应急管理局.xlsx"], tmp_path / "1.xlsx", settings)
    passed = merge([tmp_path / "区应急管理局.xlsx"], tmp_path / "2.xlsx", waiving(settings, "C03", "区应急管理局"))
    assert passed.records == blocked.records + 1
    assert [outcome.state for outcome in blocked.outcomes] == ["部分汇总（有错误）"]
    assert [outcome.state for outcome in passed.outcomes] == ["已汇总"]
    assert [(f.code, f.standing) for f in passed.findings if f.code == "C03"] == [("C03", Standing.WAIVED)]
    book = openpyxl.load_workbook(tmp_path / "2.xlsx")
    rows = [row for row in book["审核结果"].iter_rows(min_row=4, values_only=True) if row[1] == "C03"]
    assert [row[9] for row in rows] == [f"已豁免：{WHY}"]
    assert "已豁免 1 条" in book["审核结果"]["A2"].value
    assert [
        row[9:12] for row in book["报送情况"].iter_rows(min_row=4, values_only=True) if row[2] == "区应急管理局"
    ] == [(0, 0, 0)]


def test_a_department_that_has_no_such_form(settings: Settings) -> None:
    report = check([MISSING], waiving(settings, "T04", "区农业农村局"))
    assert [f.code for f in report.standing] == []
    assert [(f.code, f.ruling) for f in report.findings] == [("T04", WHY)]


def test_a_waiver_without_use_is_told_where_its_department_is(settings: Settings) -> None:
    unused = Waiver("A02", "区农业农村局", WHY)
    absent = Waiver("A02", "区财政局", WHY)
    report = check([MISSING], replace(settings, waivers=(unused, absent)))
    assert report.unused == (unused,)
    assert check([MISSING], replace(settings, waivers=(absent,), roster=())).unused == (absent,)


def test_what_is_waived_is_not_sent_back(settings: Settings, tmp_path: Path) -> None:
    report = review([MISSING], tmp_path / "退回", waiving(settings, "T04", "区农业农村局"))
    assert report.written == ()


def test_waivers_lie_beside_the_campaign(tmp_path: Path) -> None:
    (tmp_path / "campaign.yaml").write_text("year: 2019\ndistrict: 石峰区\n", encoding="utf-8")
    (tmp_path / "收件").mkdir()
    shutil.copy(MISSING, tmp_path / "收件")
    shutil.copy("samples/2019/departments.xlsx", tmp_path)
    entry = f"waivers:\n  - code: T04\n    department: 区农业农村局\n    reason: {WHY}\n"
    (tmp_path / "waivers.yaml").write_text(entry, encoding="utf-8")
    own = load_settings([tmp_path / "收件"])
    assert [f.passed for f in check([tmp_path / "收件"], own).findings] == [True]
    other = tmp_path / "另一份.yaml"
    other.write_text("waivers: []\n", encoding="utf-8")
    assert load_settings([tmp_path / "收件"], waivers=other).waivers == ()
    (tmp_path / "waivers.yaml").write_text(entry.replace(WHY, "同意"), encoding="utf-8")
    with pytest.raises(SpecError, match="没有写明理由"):
        load_settings([tmp_path / "收件"])
