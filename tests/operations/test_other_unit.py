"""The summary in another unit: what is printed adds up at every level, says its unit, and is not taken for a summary in 万元."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.office import convert
from xlsform.core.records import Record
from xlsform.core.rounding import rounded
from xlsform.operations import Settings, Shown, check, extract, load_settings, merge

RETURNS = Path("samples/2019/returns")
AMOUNTS = {
    "fund_summary": ("total_amount",),
    "direction_targets": ("annual_amount",),
    "department_overall": ("total_amount", "basic_expenditure", "project_expenditure"),
}
UNITS = {"亿元": Decimal(10_000), "千元": Decimal("0.1"), "元": Decimal("0.0001")}


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([RETURNS])


def amounts(path: Path, settings: Settings) -> dict[tuple[str, str, str], list[Decimal]]:
    """Region, department and field → the amounts in 万元 in the order of the summary."""
    found: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for record in records(path, settings):
        for key in AMOUNTS.get(record.region, ()):
            data = record.data(key)
            assert isinstance(data, Decimal)
            found[record.region, record.department, key].append(data)
    return found


def records(path: Path, settings: Settings) -> tuple[Record, ...]:
    (summary,) = extract([path], settings)
    return summary.records


@pytest.fixture(scope="module")
def exact(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], list[Decimal]]:
    out = tmp_path_factory.mktemp("exact") / "万元.xlsx"
    merge([RETURNS], out, settings)
    return amounts(out, settings)


@pytest.mark.parametrize(("unit", "digits"), [("亿元", 2), ("亿元", 4), ("千元", 0), ("元", 2)])
def test_law_every_level_adds_up(settings: Settings, exact, unit: str, digits: int, tmp_path: Path) -> None:
    """Read back (in 万元, as printed): records within a unit of the exact amount, 合计 the exact one rounded."""
    out = tmp_path / "汇总.xlsx"
    merge([RETURNS], out, settings, shown=Shown(unit, digits))
    printed = amounts(out, settings)
    step = UNITS[unit] * Decimal(1).scaleb(-digits)
    assert printed.keys() == exact.keys()
    for region, keys in AMOUNTS.items():
        for key in keys:
            mine = [place for place in exact if place[0] == region and place[2] == key]
            total = sum((sum(exact[place], Decimal(0)) for place in mine), Decimal(0))
            shown = sum((sum(printed[place], Decimal(0)) for place in mine), Decimal(0))
            if key == keys[0]:
                assert shown == rounded(total / UNITS[unit], digits) * UNITS[unit]
            terms = 2 if region == "department_overall" and key == "total_amount" else 1
            for place in mine:
                assert all(abs(a - b) < terms * step for a, b in zip(printed[place], exact[place], strict=True))
    for region, department, _ in [place for place in printed if place[0] == "department_overall"]:
        whole, basic, project = (printed[region, department, key] for key in AMOUNTS[region])
        assert [one + other for one, other in zip(basic, project, strict=True)] == whole, (
            "资金总额 = 基本 + 项目 in print"
        )


@pytest.mark.libreoffice
def test_live_totals_are_what_is_printed(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "亿元.xlsx"
    merge([RETURNS], out, settings, shown=Shown("亿元", 2))
    stored = openpyxl.load_workbook(out, data_only=True)
    convert([out], tmp_path / "recalculated")
    fresh = openpyxl.load_workbook(tmp_path / "recalculated" / "亿元.xlsx", data_only=True)
    for sheet, columns in (("汇总表", "D"), ("支出方向表", "E"), ("部门整体汇总", "CDE")):
        for column in columns:
            for row in range(3, stored[sheet].max_row + 1):
                before, after = stored[sheet][f"{column}{row}"].value, fresh[sheet][f"{column}{row}"].value
                if isinstance(before, int | float):
                    assert float(after) == float(before), f"{sheet}!{column}{row}"


def test_the_unit_is_said_and_every_cell_prints_its_digits(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "亿元.xlsx"
    report = merge([RETURNS], out, settings, shown=Shown("亿元", 4))
    book = openpyxl.load_workbook(out)
    assert [book[sheet]["A2"].value for sheet in ("汇总表", "支出方向表", "部门整体汇总")] == ["单位：亿元"] * 3
    assert {book["汇总表"][f"D{row}"].number_format for row in range(4, 20)} == {"#,##0.0000"}
    assert "亿元为单位，保留 4 位小数" in book["来源"]["A2"].value
    sources = {row[1]: row[7] for row in book["来源"].iter_rows(min_row=4, values_only=True) if row[0] == "汇总表"}
    assert sources["D6"] == "8", "the text is the return's own"
    assert [path.name for path in report.written] == ["亿元.xlsx", "亿元-部门整体.xlsx"], "cards keep 万元, apart"


def test_equal_bytes(settings: Settings, tmp_path: Path) -> None:
    for name in ("1.xlsx", "2.xlsx"):
        merge([RETURNS], tmp_path / name, settings, shown=Shown("千元", 1))
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()


def test_it_is_refused_as_a_source(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "亿元.xlsx"
    merge([RETURNS], out, settings, shown=Shown("亿元", 2))
    report = check([out], settings)
    assert [(f.code, f.variant, f.level.key, f.where.address) for f in report.findings] == [
        ("A11", "rounded", "error", "A2")
    ] * 3
    again = merge([out], tmp_path / "再汇总.xlsx", settings)
    assert (again.merged, again.records) == (0, 0)
