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
from tests.plain import data_of
from xlsform import readers
from xlsform.core.cells import Book, Cell, Grid
from xlsform.core.edits import Grow, Line, Plan, Put
from xlsform.core.errors import RecordsError
from xlsform.core.extract import extract
from xlsform.core.fill import Borders, Rows, fill, title_years
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


def plan_of(source: Book, wanted: Wanted, layouts: Layouts = LAYOUTS, borders: Borders | None = None) -> Plan:
    return fill(identify(source, layouts).aligned, extract(source, FORMSET, layouts), wanted, borders)


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


def some(names: str) -> list[Rows]:
    return [{"fund_name": name, "direction": "x", "total_amount": Decimal(1)} for name in names]


def cells(name: str) -> tuple[tuple[int, object], ...]:
    return ((2, name), (3, "x"), (4, Decimal(1)))


def boxes(*rows: int, cols: int = 6) -> dict[str, dict[int, range]]:
    return {"Sheet1": dict.fromkeys(rows, range(1, cols + 1))}


def test_records_beyond_those_there_grow_above_a_total_and_a_note() -> None:
    here = drawn(FUNDS + FUND + "| 合计 | | 8 | |\n\n注：略")
    plan = plan_of(here, {"fund_summary": [*get(here)["fund_summary"], *some("乙丙")]})
    assert plan == (Grow("Sheet1", 4, (Line(4, cells("乙")), Line(4, cells("丙")))),)


def test_free_rows_above_a_note_are_used_before_any_grow() -> None:
    here = drawn(FUNDS + FUND + "\n\n注：略")
    plan = plan_of(here, {"fund_summary": [*get(here)["fund_summary"], *some("乙丙丁")]})
    assert {edit.row for edit in plan if isinstance(edit, Put)} == {5, 6}
    assert plan[-1] == Grow("Sheet1", 6, (Line(6, cells("丁")),))


def test_only_bordered_rows_count_as_prepared() -> None:
    here = drawn(FUNDS)
    plan = plan_of(here, {"fund_summary": some("甲乙丙丁")}, borders=boxes(3, 4, 5, 6, 200, cols=6))
    assert {edit.row for edit in plan if isinstance(edit, Put)} == {4, 5, 6, 200}
    plan = plan_of(here, {"fund_summary": some("甲乙丙")}, borders=boxes(3, 4))
    assert [type(edit) for edit in plan] == [Put, Put, Put, Grow]
    assert plan[-1] == Grow("Sheet1", 4, (Line(4, cells("乙")), Line(4, cells("丙"))))
    narrow = plan_of(here, {"fund_summary": some("甲")}, borders=boxes(3, 4, cols=5) | {"Sheet2": {9: range(9)}})
    assert all(isinstance(edit, Put) for edit in narrow), "without one row bordered all across every free row counts"


def test_a_typed_row_below_the_frame_grows_by_rows_like_itself() -> None:
    here = drawn(FUNDS + FUND + "二 | 乙 | 方向 | 8 | 目标 | 年度")
    plan = plan_of(here, {"fund_summary": [*get(here)["fund_summary"], *some("丙")]}, borders=boxes(4))
    assert plan == (Grow("Sheet1", 5, (Line(5, cells("丙")),)),)


def test_a_total_above_the_rows_for_answers_is_passed_over() -> None:
    here = drawn(FUNDS + "| 合计 | | 8 | |")
    plan = plan_of(here, {"fund_summary": some("甲乙")}, borders=boxes(4, 5))
    assert {edit.row for edit in plan if isinstance(edit, Put)} == {5}
    assert plan[-1] == Grow("Sheet1", 5, (Line(5, cells("乙")),))


def test_rows_grow_below_a_merge_and_never_inside() -> None:
    here = drawn(MATRIX + "甲 | 产出指标 | 数量指标 | 率 | 1% | | |\n^ | ^ | ^ | | | | |\n注：略")
    rows = get(here)["indicator_matrix"]
    plan = plan_of(here, {"indicator_matrix": [*rows, rows[0]]})
    assert [(edit.row, edit.lines[0].like) for edit in plan if isinstance(edit, Grow)] == [(5, 4)]
    tied = drawn(FUNDS + FUND + "二 | 合计 | ^ | 8 | | ")
    with pytest.raises(RecordsError, match="第 5 行与上面的行合并在一起"):
        plan_of(tied, {"fund_summary": [*get(tied)["fund_summary"], *some("乙")]})


def test_prefilled_rows_are_free_and_what_was_prefilled_gives_way() -> None:
    here = drawn(FUNDS + "一 | | | | | \n二 | | | | |")
    plan = plan_of(here, {"fund_summary": [{"seq": 1, **some("甲")[0]}, *some("乙")]})
    assert Put("Sheet1", 4, 1, "一") not in plan, "it stands there already"
    assert Put("Sheet1", 5, 1, None) in plan
    assert [row["fund_name"] for row in get(put(here, plan))["fund_summary"]] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"fund_name": "合计", "total_amount": Decimal(8)}, "合计行"),
        ({"seq": 3}, "空行"),
        ({"fund_name": "注：略"}, "说明"),
        ({"fund_name": "专项支出名称", "direction": "支出方向", "period_goal": "实施期绩效目标"}, "表头"),
        ({"fund_name": None}, "没有内容"),
        ({"fund_name": " \n"}, "没有内容|会读成"),
    ],
)
def test_a_record_that_would_be_read_as_something_else_is_refused(row: Rows, word: str) -> None:
    with pytest.raises(RecordsError, match=word) as caught:
        plan_of(drawn(FUNDS), {"fund_summary": [*some("甲"), row]})
    assert caught.value.faults[0].key.startswith("fund_summary[1]")


def test_an_item_that_would_be_taken_apart_otherwise_is_refused() -> None:
    good = {"no": 1, "name": "率", "value": "1%"}
    for bad in ({"no": 2, "name": "甲：乙", "value": None}, {"no": 2, "name": "甲\n指标3：乙", "value": "1"}):
        with pytest.raises(RecordsError) as caught:
            plan_of(drawn(CARD), {"output_indicators": [good, bad]})
        assert caught.value.faults[0].key == "output_indicators[1]"


def test_texts_are_written_to_the_letter_and_data_as_officials_write_it() -> None:
    here = drawn(FUNDS, TARGETS)
    wanted = {"fund_summary": [{"seq": "（1）", **some("甲")[0]}, {"seq": 2, **some("乙")[0]}]}
    wanted |= {"direction_targets": [{"fund_name": "甲", "direction": "x", "period": "2019 年—2021 年"}]}
    after = put(here, plan_of(here, wanted))
    assert [after.grids[0].text(row, 1) for row in (4, 5)] == ["（1）", "二"]
    assert after.grids[1].text(6, 4) == "2019 年—2021 年"
    assert plan_of(after, wanted) == ()


def test_an_answer_whose_label_is_lost_in_its_own_band_is_refused() -> None:
    here = drawn(MATRIX.replace("三级指标 | 指标值\n", "三级指标 | 别的\n"))
    row = {"fund_name": "甲", "level1": "产出指标", "level2": "数量指标", "level3": "数", "value": "5个"}
    with pytest.raises(RecordsError) as caught:
        plan_of(here, {"indicator_matrix": [row | {"horizon": "period"}, row | {"horizon": "annual"}]})
    assert [(fault.key, fault.what) for fault in caught.value.faults] == [
        ("indicator_matrix[1].value", "Sheet1 里没有填写它的栏目")
    ]


def test_an_answer_whose_label_is_not_there_is_refused() -> None:
    here = drawn(CARD.replace("项目支出：", "别的"))
    with pytest.raises(RecordsError, match="没有填写它的栏目") as caught:
        plan_of(here, {"department_overall": [{"department": "某局", "project_expenditure": Decimal(3)}]})
    assert [fault.key for fault in caught.value.faults] == ["department_overall[0].project_expenditure"]


def test_every_fault_is_named_at_once() -> None:
    wanted: Wanted = {
        "fund_summary": [{"fund_name": "甲", "nonsense": "x"}, {"fund_name": "合计"}],
        "direction_targets": [{"fund_name": "甲"}],
        "department_overall": [{"department": "甲"}, {"department": "乙"}],
    }
    with pytest.raises(RecordsError) as caught:
        plan_of(drawn(FUNDS, CARD), wanted)
    assert {fault.key for fault in caught.value.faults} == {
        "fund_summary[0].nonsense",
        "direction_targets",
        "department_overall[1]",
    }


def test_the_year_goes_into_the_titles_that_print_one() -> None:
    sheets = identify(drawn(FUNDS, CARD, MATRIX), LAYOUTS).aligned
    assert [put.value for put in title_years(sheets, 2020)] == [
        "2020年区级专项资金预算绩效目标汇总表",
        "2020年部门整体支出绩效申报表",
        "2020年区级专项资金绩效指标分解表",
    ]
    assert list(title_years(sheets, 2019)) == []


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
    with pytest.raises(RecordsError, match="A4"):
        plan_of(here, {"indicator_matrix": [rows[0], {**rows[1], "fund_name": "乙"}]})
    amounts = drawn(FUNDS + "一 | 甲 | x | 8 | 目 | 年\n二 | 乙 | x | ^ | 目 | 年")
    rows = get(amounts)["fund_summary"]
    with pytest.raises(RecordsError, match="D5"):
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
    with pytest.raises(RecordsError):
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
