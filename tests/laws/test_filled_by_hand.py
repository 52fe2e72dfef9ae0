"""A department fills the workbook in LibreOffice: types, inserts rows, saves as .xlsx. Reading gives what was typed, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.office import Job, work
from tests.ooxml.schema_order import problems
from xlsform.cli import run
from xlsform.core.records import Fate, Submission
from xlsform.operations.reading import read_return
from xlsform.operations.settings import Settings, load_settings

BLANK = Path("templates/2019/绩效目标申报.xlsx").resolve()
ROSTER = Path("samples/2019/departments.xlsx").resolve()
FUNDS, TARGETS, CARD, MATRIX = "汇总表", "支出方向表", "部门整体", "指标分解表"

Typed = Mapping[str, str]
"""What is typed, by column letter."""

GOAL = "1、开展宣讲100场。\n2、“=”开头也是文字：=1+1。"
FUND_ROWS: Sequence[Typed] = [
    {
        "A": "一",
        "B": "深改小康经费",
        "C": "党委办公室及相关机构事务",
        "D": "8",
        "E": GOAL,
        "F": "完成全年各项改革宣讲任务",
    },
    {
        "A": "二",
        "B": "密码通信经费",
        "C": "专项通信",
        "D": "20.50",
        "E": "保障全区密码通信畅通无阻",
        "F": "全年通信检查不少于12次",
    },
    {
        "A": "三",
        "B": "插入的一行",
        "C": "方向三",
        "D": "1,234.56",
        "E": "实施期目标三：写够十个字",
        "F": "  前后有空格的年度目标文字  ",
    },
    {
        "A": "四",
        "B": "接待经费",
        "C": "公务接待",
        "D": "0.1",
        "E": "实施期目标四：写够十个字",
        "F": "年底前完成全部接待任务",
    },
]
TARGET_ROWS: Sequence[Typed] = [
    {"A": "石峰区政府", "B": "党委办公室及相关机构事务", "C": "深改小康经费", "D": "2019年-2021年", "E": "8", "F": GOAL, "G": "完成全年各项改革宣讲任务", "H": "宣讲100场", "I": "3-5", "J": "2019年12月", "K": "8万元/项", "M": "≥79%", "P": "100%"},
    {"A": "石峰区政府", "B": "专项通信", "C": "密码通信经费", "D": "2019年", "E": "20.50", "F": "保障全区密码通信畅通无阻", "G": "全年通信检查不少于12次", "H": "1/2", "J": "2019-12", "K": "5,000元", "L": "-10%", "P": "≥90%"},
    {"A": "石峰区政府", "B": "方向三", "C": "插入的一行", "D": "2019年", "E": "1,234.56", "F": "实施期目标三：写够十个字", "G": "  前后有空格的年度目标文字  ", "H": "12:30", "J": "1-12月", "O": "长期", "P": "98.5%"},
    {"A": "石峰区政府", "B": "公务接待", "C": "接待经费", "D": "2019年", "E": "0.1", "F": "实施期目标四：写够十个字", "G": "年底前完成全部接待任务", "H": "007", "J": "10月1日", "N": "1e5", "P": "95%"},
]  # fmt: skip
CARD_CELLS: Typed = {
    "B2": "区委办本级",
    "C3": "1500",
    "C5": "236.84",
    "C6": "1263.16",
    "B7": "保障区委机关运转，完成各项任务",
    "C8": "指标1：支出进度：100%\n指标2：三公经费增减率: -10%",
    "C9": "指标1：改革任务落实到位",
}
MATRIX_ROWS: Sequence[Typed] = [
    {"A": "深改小康经费", "B": "产出指标", "C": "数量指标", "D": "宣讲场次", "E": "≥300场", "F": "数量指标", "G": "宣讲场次", "H": "3-5"},
    {"A": "深改小康经费", "B": "产出指标", "C": "质量指标", "D": "合格率", "E": "100%", "F": "质量指标", "G": "合格率", "H": "98%"},
]  # fmt: skip
FIELDS = {
    FUNDS: ("fund_summary", 4, FUND_ROWS, {"A": "seq", "B": "fund_name", "C": "direction", "D": "total_amount", "E": "period_goal", "F": "annual_goal"}),
    TARGETS: ("direction_targets", 6, TARGET_ROWS, {
        "A": "authority", "B": "direction", "C": "fund_name", "D": "period", "E": "annual_amount", "F": "period_goal", "G": "annual_goal",
        "H": "quantity", "I": "quality", "J": "timeliness", "K": "cost", "L": "economic", "M": "social", "N": "ecological",
        "O": "sustainability", "P": "satisfaction",
    }),
}  # fmt: skip
INSERTED = 2
"""The third row of each table is typed into a row that was inserted above the one then in its place."""


STRIPS = ((FUNDS, "H1:K3"), (TARGETS, "R1:W5"), (CARD, "E1:H11"), (MATRIX, "J1:O3"))
"""Where an issued workbook shows its checks."""


@cache
def settings() -> Settings:
    return load_settings([])


def steps(prefilled: Collection[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """What the clerk does, in this order: rows one, two and four, then two rows inserted in the middle, of which one stays empty.

    prefilled: (sheet, column or cell) of what stands there already and is not typed; in an inserted row it is.
    """
    done: list[tuple[Any, ...]] = []
    for sheet, (_, first, rows, _) in FIELDS.items():
        for at, row in [(0, rows[0]), (1, rows[1]), (2, rows[3])]:
            texts = {letter: text for letter, text in row.items() if (sheet, letter) not in prefilled}
            done += [("type", sheet, f"{letter}{first + at}", text) for letter, text in texts.items()]
        done.append(("insert_rows", sheet, first + INSERTED, 2))
        done += [("type", sheet, f"{letter}{first + INSERTED}", text) for letter, text in rows[INSERTED].items()]
    done += [("type", CARD, place, text) for place, text in CARD_CELLS.items() if (CARD, place) not in prefilled]
    for at, row in enumerate(MATRIX_ROWS, 4):
        done += [("type", MATRIX, f"{letter}{at}", text) for letter, text in row.items()]
    return [*done, ("recalculate",), ("show", CARD), *((("texts", sheet, place)) for sheet, place in STRIPS)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, list[list[list[str]]]]]:
    """(the workbook as LibreOffice saved it, what the check strips showed) of the blank and of an issued workbook."""
    folder = tmp_path_factory.mktemp("office")
    assert run(["issue", "--roster", str(ROSTER), "-o", str(folder / "下发"), "--department", "区委办本级", "-q"]) == 0
    issued = next((folder / "下发").glob("*.xlsx"))
    jobs = [
        Job(BLANK, steps([]), folder / "blank.xlsx"),
        Job(issued, steps([(TARGETS, "A"), (CARD, "B2")]), folder / "issued.xlsx"),
    ]
    answers = work(jobs, folder)
    return {
        job.save.stem: (job.save.read_bytes(), told[-len(STRIPS) :])
        for job, told in zip(jobs, answers, strict=True)
        if job.save is not None
    }


def shown(submission: Submission, region: str) -> list[dict[str, str]]:
    """The texts of the records, as the department sees them."""
    return [
        {key: value.text for key, value in record.values.items() if value.text}
        for record in submission.records
        if record.region == region
    ]


@pytest.mark.libreoffice
@pytest.mark.parametrize("base", ["blank", "issued"])
def test_everything_typed_is_read_and_nothing_else(filled, base: str):
    data, _ = filled[base]
    assert problems(data) == []
    submission = read_return("区委办.xlsx", data, settings())
    assert submission.unmapped == ()
    assert submission.department == "区委办本级"
    for region, _, rows, keys in FIELDS.values():
        typed = [{keys[letter]: text for letter, text in row.items()} for row in rows]
        assert [{**row, **amounts(row)} for row in shown(submission, region)] == [
            {**row, **amounts(row)} for row in typed
        ]
    card = next(record for record in submission.records if record.region == "department_overall")
    assert [card.data(key) for key in ("total_amount", "basic_expenditure", "project_expenditure")] == [
        Decimal(1500),
        Decimal("236.84"),
        Decimal("1263.16"),
    ]
    assert card.values["overall_goal"].text == CARD_CELLS["B7"]
    items = [
        (r.region, r.data("no"), r.data("name"), r.data("value"))
        for r in submission.records
        if r.region.endswith("_indicators")
    ]
    assert items == [
        ("output_indicators", 1, "支出进度", "100%"),
        ("output_indicators", 2, "三公经费增减率", "-10%"),
        ("benefit_indicators", 1, "改革任务落实到位", None),
    ]
    matrix = [
        tuple(record.values[key].text for key in ("level2", "level3", "value"))
        for record in submission.records
        if record.region == "indicator_matrix"
    ]
    assert matrix == [tuple(row[letter] for letter in letters) for row in MATRIX_ROWS for letters in ("CDE", "FGH")]
    values = sum(fate is Fate.VALUE for fates in submission.fates.values() for fate in fates.values())
    assert values == sum(map(len, [*FUND_ROWS, *TARGET_ROWS, *MATRIX_ROWS])) + len(CARD_CELLS)


@pytest.mark.libreoffice
def test_the_checks_of_an_issued_workbook_agree_with_what_was_typed(filled):
    _, strips = filled["issued"]
    texts = [text for strip in strips for row in strip for text in row if text]
    assert sum(text.startswith("✓") for text in texts) >= 8
    assert not [text for text in texts if text.startswith(("✗", "#", "Err"))]


def amounts(row: Mapping[str, str]) -> dict[str, str]:
    """Amounts are compared as numbers: LibreOffice stores 20.50 as 20.5."""
    return {
        key: str(Decimal(row[key].replace(",", "")).normalize())
        for key in ("total_amount", "annual_amount")
        if key in row
    }
