"""Generated returns: the same for the same seed, readable by others, clean, and as `truth` says."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from samples.content import INDICATORS
from samples.generator import Style, content, department, generate, truth, write_district
from samples.numerals import numeral

LETTERS = {"total_amount": "D", "period_goal": "E", "annual_goal": "F"}


def test_the_same_seed_gives_the_same_bytes_however_many_are_drawn() -> None:
    assert list(generate(3, 4)) == list(islice(generate(3, 40), 4))
    assert list(generate(3, 2)) != list(generate(4, 2))


@pytest.mark.parametrize("style", ["excel", "wps", "openpyxl"])
def test_openpyxl_reads_what_truth_says(style: Style) -> None:
    for i, (name, data) in enumerate(generate(11, 6, style)):
        book = openpyxl.load_workbook(BytesIO(data))
        said = truth(11, i)
        assert name == f"{said['department_overall'][0]['department']}.xlsx"
        funds, directions, card = book["汇总表"], book["支出方向表"], book["部门整体"]
        for row, record in enumerate(said["fund_summary"], 4):
            assert funds[f"A{row}"].value == numeral(row - 3)
            assert Decimal(str(funds[f"D{row}"].value)) == record["total_amount"]
            assert [funds[f"{at}{row}"].value for at in "BCEF"] == [
                record[key] for key in ("fund_name", "direction", "period_goal", "annual_goal")
            ]
        for row, record in enumerate(said["direction_targets"], 6):
            assert [directions.cell(row, col).value for col in range(8, 17)] == [record[key] for key in INDICATORS]
        assert Decimal(str(card["C3"].value)) == said["department_overall"][0]["total_amount"]
        assert card["C8"].value.count("指标") == len(said["output_indicators"])


def test_wps_declares_a1_and_excel_keeps_spare_rows_and_binary_digits() -> None:
    (_, wps), (_, excel) = next(generate(1, 1, "wps")), next(generate(1, 1, "excel"))
    with ZipFile(BytesIO(wps)) as package:
        assert b'<dimension ref="A1"/>' in package.read("xl/worksheets/sheet1.xml")
    with ZipFile(BytesIO(excel)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
        assert sheet.count(b"<row ") >= 23
        assert b'<dimension ref="A1:F' in sheet
        assert "xl/sharedStrings.xml" in package.namelist()


def test_generated_returns_are_clean() -> None:
    for i in range(300):
        said = content(5, i)
        card = said.overall
        assert sum(fund.total_amount for fund in said.funds) == card.project_expenditure
        assert sum(row.annual_amount for row in said.directions) == card.project_expenditure
        assert card.basic_expenditure + card.project_expenditure == card.total_amount
        keys = [(row.fund_name, row.direction) for row in said.directions]
        assert len(keys) == len(set(keys))
        listed = {
            (fund.fund_name, part)
            for fund in said.funds
            for part in fund.direction.replace("\n", "、").replace("；", "、").split("、")
        }
        assert listed == set(keys)
        assert 1 <= len({fund for fund, _ in keys}) <= 9
        for row in said.directions:
            assert row.annual_amount > 0
            assert row.annual_amount == round(row.annual_amount, 2)
            assert row.indicators.keys() & set(INDICATORS[:4])
            assert row.indicators.keys() & set(INDICATORS[4:])


def test_department_names_are_unique() -> None:
    names = {department(1, i) for i in range(5000)}
    assert len(names) == 5000


def test_a_district_is_a_roster_and_its_returns(tmp_path: Path) -> None:
    write_district(tmp_path, seed=2, n=5)
    lines = list(openpyxl.load_workbook(tmp_path / "departments.xlsx").worksheets[0].iter_rows(values_only=True))[1:]
    assert {f"{line[1]}.xlsx" for line in lines} == {path.name for path in (tmp_path / "returns").iterdir()}
    for i, line in enumerate(lines):
        assert line[0] == f"{i + 1:05}"
        assert Decimal(str(line[6])) >= content(2, i).overall.total_amount


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (360, "三百六十"),
        (1010, "一千零一十"),
        (20_005, "二万零五"),
    ],
)
def test_numerals(number: int, text: str) -> None:
    assert numeral(number) == text
