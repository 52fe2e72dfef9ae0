"""The sample district says what the official paper says, to the letter."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from samples.official import example_tables, real_return
from tools.make_samples import contents

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "2019"
PAPER = (SAMPLES / "原文.txt").read_text(encoding="utf-8")


def test_the_real_return_has_the_papers_amounts() -> None:
    said = real_return(PAPER)
    assert [fund.total_amount for fund in said.funds] == [Decimal(n) for n in (8, 20, 7, 30, 10, 25)]
    assert [row.annual_amount for row in said.directions] == [fund.total_amount for fund in said.funds]
    card = said.overall
    assert (card.basic_expenditure, card.project_expenditure) == (Decimal("236.07"), Decimal(100))
    assert card.total_amount == Decimal("336.07") == card.basic_expenditure + card.project_expenditure


def test_the_real_return_keeps_trailing_blank_and_line_break() -> None:
    said = real_return(PAPER)
    assert said.funds[0].annual_goal.endswith("做好相应工作。 ")
    assert "检查。\n2、确保密码通信安全畅通。" in said.funds[2].period_goal
    assert "检查。2、确保密码通信安全畅通。" in said.directions[2].period_goal
    assert said.directions[0].indicators["satisfaction"] == "100%"
    assert [len(row.indicators) for row in said.directions] == [6] * 6


def test_every_text_of_the_real_workbook_is_a_cell_of_the_paper() -> None:
    """The paper's cells are taken by an expression of their own here: a tab, then all up to a tab or an empty line."""
    plain = re.sub(r"\[bookmark: \w+\]", "", PAPER)
    cells = set(re.findall(r"^\t(.*?)(?=\n\t|\n\n|\Z)", plain, re.DOTALL | re.MULTILINE))
    book = openpyxl.load_workbook(SAMPLES / "returns" / "区委办本级.xlsx")
    for name, first in (("汇总表", 4), ("支出方向表", 6)):
        answers = [cell.value for row in book[name].iter_rows(min_row=first) for cell in row if cell.value is not None]
        assert answers
        assert {text for text in answers if isinstance(text, str)} <= cells
    card = book["部门整体"]
    assert {card[at].value for at in ("B2", "B7", "C8", "C9")} <= cells
    assert [card[at].value for at in ("C3", "C5", "C6")] == [336.07, 236.07, 100]
    assert book["支出方向表"]["C3"].value == "所 属专项名称"
    assert book["支出方向表"]["H5"].value == "数量\n指标"


def test_the_five_printed_indicators_are_told_apart() -> None:
    items = real_return(PAPER).overall.output
    assert [item.printed for item in items] == [
        "指标1：部门重点支出占部门整体支出的比例：30%",
        "指标2：三公经费增减率: -10%",
        "指标3：部门整体支出支付进度: 100%",
        "指标4：重点工作办结率：100%",
        "指标5：部门预决算和三公经费预决算公开100%",
    ]
    for item in items:
        assert item.value is not None
        assert re.sub(r"[：: ]", "", item.printed) == f"指标{item.no}{item.name}{item.value}"


@pytest.mark.parametrize(
    ("department", "fund", "rows", "first", "last"),
    [
        (
            "区教育局",
            "学前教育发展资金",
            5,
            ("全国学前三年毛入园率", "85%", "≥79%"),
            ("资助家庭经济困难幼儿入园数", "1200万人次", "1200万人次"),
        ),
        (
            "区退役军人事务局",
            "退役安置补助资金",
            5,
            ("教育培训参训率", "每年≥90%", "≥90%"),
            ("下拨经费符合相关政策规定比率", "100%", "100%"),
        ),
        (
            "区民政局",
            "优抚对象抚恤补助资金",
            2,
            ("优抚对象抚恤补助资金下拨时间", "每年年底前", "2019年年底前"),
            ("烈士褒扬金下拨标准", "烈士备案当年发放", "2019年年底前"),
        ),
        (
            "区文化旅游体育局",
            "非物质文化遗产保护资金",
            3,
            ("国家级非遗代表性项目年度重点项目平均补助资金额", "≥30万元/个", "≥30万元/个"),
            ("国家级代表性传承人活动补助资金", "2万元/人", "2万元/人"),
        ),
    ],
)
def test_the_example_tables_stand_in_the_returns(
    department: str, fund: str, rows: int, first: object, last: object
) -> None:
    measures = contents(SAMPLES)[department].measures
    assert len(measures) == rows
    assert {row.fund_name for row in measures} == {fund}
    assert [(row.level3, row.value, row.annual_value) for row in (measures[0], measures[-1])] == [first, last]
    assert all(row.level3 == row.annual_level3 for row in measures)


def test_the_slips_of_the_examples_are_kept() -> None:
    tables = example_tables(PAPER)
    assert tables[0][2].value == "20000年"
    assert tables[0][3].value == "平均每年1000万元人次"
    assert {row.level2 for row in tables[3]} == {"成本 指标"}
    assert {row.annual_level2 for row in tables[3]} == {"成本指标"}


def test_the_first_example_table_is_merged_down_as_in_the_paper() -> None:
    sheet = openpyxl.load_workbook(BytesIO((SAMPLES / "returns" / "区教育局.xlsx").read_bytes()))["指标分解表"]
    merges = {str(box) for box in sheet.merged_cells.ranges}
    assert {"A4:A8", "B4:B8", "C4:C8", "F4:F8"} <= merges
