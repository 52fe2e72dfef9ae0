"""Put-get: what is filled in is read again. Get-put: filling in what stands there changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.blanks import CARD, FORMSET, FUNDS, LAYOUTS, MATRIX, TARGETS
from tests.drawn import book, draw
from xlsform import readers
from xlsform.core.cells import Book, Cell, Grid
from xlsform.core.edits import Plan, Put
from xlsform.core.errors import UsageError
from xlsform.core.extract import extract
from xlsform.core.fill import Rows, data_of, fill
from xlsform.core.identify import identify
from xlsform.core.layout import Layouts
from xlsform.operations.settings import load_settings
from xlsform.writers.xlsx import apply

Wanted = Mapping[str, Sequence[Rows]]
PROSE = {"output_indicators", "benefit_indicators"}
FUND = "一 | 甲 | 方向 | 8 | 目标 | 年度\n"


def put(source: Book, plan: Plan) -> Book:
    """The workbook after the plan, as a spreadsheet would hold it."""
    sheets = {grid.sheet: {row: dict(cells) for row, cells in grid.rows.items()} for grid in source.grids}
    for edit in plan:
        assert isinstance(edit, Put)
        cells = sheets[edit.sheet].setdefault(edit.row, {})
        if edit.value is None:
            cells.pop(edit.col, None)
        else:
            assert isinstance(edit.value, str | Decimal | int)
            raw = edit.value if isinstance(edit.value, str) else Decimal(edit.value)
            cells[edit.col] = Cell(raw, str(raw))
    grids = tuple(Grid(grid.sheet, sheets[grid.sheet], grid.merges) for grid in source.grids)
    return Book(source.file, source.sha256, grids, source.stamp)


def plan_of(source: Book, wanted: Wanted, layouts: Layouts = LAYOUTS) -> Plan:
    return fill(identify(source, layouts).aligned, extract(source, FORMSET, layouts), wanted)


def get(source: Book, layouts: Layouts = LAYOUTS) -> dict[str, list[Rows]]:
    return data_of(extract(source, FORMSET, layouts))


def said(rows: Sequence[Rows]) -> list[dict[str, object]]:
    """What the records say, apart from the wording of a text block, whose items are records of their own."""
    return [{key: data for key, data in row.items() if data is not None and key not in PROSE} for row in rows]


def drawn(*pictures: str) -> Book:
    return book(*(draw(text, f"Sheet{i + 1}") for i, text in enumerate(pictures)))


text = st.text("甲乙丙率目标年8%：；=+, \n", min_size=1, max_size=12).filter(lambda t: bool(t.strip()))
maybe = st.none() | text
money = (
    st.decimals(0, 99_999, places=2)
    .map(lambda d: d.normalize() if d else Decimal(0))
    .map(lambda d: d.quantize(1) if d == d.to_integral() else d)
)
funds = st.lists(
    st.fixed_dictionaries(
        {
            "seq": st.none() | st.integers(1, 400),
            "fund_name": text,
            "direction": text,
            "total_amount": st.none() | money,
        }
        | dict.fromkeys(("period_goal", "annual_goal"), maybe)
    ),
    max_size=6,
)
targets = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(("authority", "direction", "fund_name"), text)
        | {"period": st.sampled_from([None, "2019年", "2019年-2021年"]), "annual_amount": st.none() | money}
        | dict.fromkeys(("period_goal", "quantity", "cost", "economic", "satisfaction"), maybe)
    ),
    max_size=6,
)
matrix = st.lists(
    st.fixed_dictionaries(
        {"fund_name": st.sampled_from("甲乙"), "level1": st.sampled_from(["产出指标", "效益指标"]), "level2": maybe}
        | {"horizon": st.sampled_from(["period", "annual"]), "level3": text, "value": text}
    ),
    max_size=8,
)
name = st.text("甲乙丙率", min_size=1, max_size=5)
items = st.lists(
    st.fixed_dictionaries(
        {"no": st.integers(1, 30), "name": name, "value": st.none() | st.sampled_from(["1%", "好", "≥79%"])}
    ),
    max_size=4,
)
card = st.fixed_dictionaries(
    {"department": maybe, "overall_goal": maybe, "performance_section_opinion": st.none() | name}
    | dict.fromkeys(("total_amount", "basic_expenditure", "project_expenditure"), st.none() | money)
).map(lambda record: [record])
everything = st.fixed_dictionaries(
    {
        "fund_summary": funds,
        "direction_targets": targets,
        "department_overall": card,
        "output_indicators": items,
        "benefit_indicators": items,
        "indicator_matrix": matrix,
    }
)


@settings(max_examples=60, deadline=None)
@given(everything, everything)
def test_put_get_and_get_put_on_a_blank_and_on_what_was_filled_before(first: Wanted, second: Wanted) -> None:
    here = drawn(FUNDS, TARGETS, CARD, MATRIX)
    for wanted in (first, second):
        here = put(here, plan_of(here, wanted))
        found = get(here)
        for region, rows in wanted.items():
            assert said(found.get(region, [])) == said(rows), region
        assert plan_of(here, found) == ()


def test_regions_that_are_not_wanted_stay() -> None:
    here = drawn(FUNDS + FUND, CARD.replace("部门名称 | | <", "部门名称 | 某局 | <"))
    plan = plan_of(here, {"department_overall": [{"department": "另一局"}]})
    assert plan == (Put("Sheet2", 2, 2, "另一局"),)


def test_records_beyond_those_there_pass_over_total_rows_and_notes() -> None:
    here = drawn(FUNDS + FUND + "| 合计 | | 8 | |\n\n注：略")
    rows = [
        *get(here)["fund_summary"],
        *({"fund_name": n, "direction": "x", "total_amount": Decimal(1)} for n in "乙丙"),
    ]
    plan = plan_of(here, {"fund_summary": rows})
    assert {put.row for put in plan if isinstance(put, Put)} == {6, 8}
    after = get(put(here, plan))["fund_summary"]
    assert [row["fund_name"] for row in after] == ["甲", "乙", "丙"]


def test_records_that_are_wanted_no_more_are_emptied_also_what_could_not_be_read() -> None:
    here = drawn(FUNDS + FUND + "二 | 乙 | 方向 | 待定 | 目标 | 年度")
    plan = plan_of(here, {"fund_summary": get(here)["fund_summary"][:1]})
    assert {(p.row, p.value) for p in plan if isinstance(p, Put)} == {(5, None)}
    assert len(get(put(here, plan))["fund_summary"]) == 1
    assert get(put(here, plan_of(here, {"fund_summary": []}))) == {}


def test_merged_cell_is_written_at_its_corner_and_cannot_say_two_things() -> None:
    here = drawn(MATRIX + "甲 | 产出指标 | 数量指标 | 率 | 1% | | |\n^ | ^ | ^ | 数 | 2% | | |")
    rows = get(here)["indicator_matrix"]
    assert plan_of(here, {"indicator_matrix": rows}) == ()
    plan = plan_of(here, {"indicator_matrix": [{**row, "fund_name": "乙"} for row in rows]})
    assert plan == (Put("Sheet1", 4, 1, "乙"),)
    with pytest.raises(UsageError, match="A4"):
        plan_of(here, {"indicator_matrix": [rows[0], {**rows[1], "fund_name": "乙"}]})
    amounts = drawn(FUNDS + "一 | 甲 | x | 8 | 目 | 年\n二 | 乙 | x | ^ | 目 | 年")
    rows = get(amounts)["fund_summary"]
    with pytest.raises(UsageError, match="D5"):
        plan_of(amounts, {"fund_summary": [rows[0], {**rows[1], "total_amount": Decimal(2)}]})


def test_answers_go_where_they_stand_when_a_column_was_inserted() -> None:
    wide = CARD.replace(" | <", " | < | <").replace("产出指标 |", "产出指标 | | 指标1：甲\n^ | | | 指标2：乙")
    here = drawn(wide)
    assert [row["name"] for row in get(here)["output_indicators"]] == ["甲", "乙"]
    plan = plan_of(here, {"output_indicators": [{"no": 1, "name": "丙", "value": "1%"}]})
    assert plan == (Put("Sheet1", 8, 4, "指标1：丙：1%"), Put("Sheet1", 9, 4, None))


def test_answer_in_its_labels_cell_keeps_the_label_and_gets_a_colon() -> None:
    here = drawn(CARD.replace("绩效股意见：", "绩效股意见").replace("资金总额：", "资金总额：5万元"))
    plan = plan_of(
        here, {"department_overall": [{"performance_section_opinion": "同意", "total_amount": Decimal(100)}]}
    )
    assert set(plan) == {Put("Sheet1", 11, 2, "绩效股意见：同意"), Put("Sheet1", 3, 2, "资金总额：100")}


@pytest.mark.parametrize(
    "wanted",
    [
        {"direction_targets": [{"fund_name": "甲"}]},
        {"fund_summary": [{"fund_name": "甲", "nonsense": "x"}]},
        {"department_overall": [{"department": "甲"}, {"department": "乙"}]},
        {"indicator_matrix": [{"fund_name": "甲", "level3": "x", "horizon": "later"}]},
        {"indicator_matrix": [{"fund_name": "甲", "level3": "x"}]},
    ],
)
def test_what_the_sheets_have_no_place_for_is_refused(wanted: Wanted) -> None:
    with pytest.raises(UsageError):
        plan_of(drawn(FUNDS, CARD, MATRIX), wanted)


def test_official_blank_takes_every_sample_return_and_gives_it_back(checkout: Path) -> None:
    folder = checkout / "samples" / "2019" / "returns"
    official = load_settings([folder])
    for file in ("区委办本级.xlsx", "区教育局.xlsx", "区应急管理局.xlsx"):
        wanted = get(readers.read(file, (folder / file).read_bytes()), official.layouts)
        out = BytesIO()
        apply(official.template, plan_of(readers.read("空白.xlsx", official.template), wanted, official.layouts), out)
        filled = readers.read("填好.xlsx", out.getvalue())
        found = get(filled, official.layouts)
        assert [said(found[region]) for region in wanted] == [said(rows) for rows in wanted.values()]
        assert plan_of(filled, found, official.layouts) == ()
