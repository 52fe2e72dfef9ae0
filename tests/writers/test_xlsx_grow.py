"""Rows inserted below a row that stays: what covers the row covers the new ones, what belongs to its cells stays, the rest moves."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ooxml.packages import packed, parts, sheet
from tests.writers.test_xlsx import TABLE, check_order, edited, load, written
from tests.writers.test_xlsx import parts as parts_of
from xlsform.core.edits import CopySheet, DropSheet, Edit, Formula, Grow, Line, Link, Put, Rows
from xlsform.ooxml.moves import Immovable
from xlsform.readers import read


def lines(count: int, like: int = 6, text: str = "新") -> tuple[Line, ...]:
    return tuple(Line(like, ((1, f"{text}{number}"), (4, Decimal(number)))) for number in range(1, count + 1))


# --- what covers the row -----------------------------------------------------------------------------------------------


def test_everything_that_covers_the_row_covers_the_new_rows(excel_like):
    data = written(excel_like, Grow(TABLE, 6, lines(3)), Put(TABLE, 6, 1, "原行"))
    check_order(data)
    sheet = load(data)[TABLE]
    assert [sheet.cell(row, 1).value for row in range(6, 11)] == ["原行", "新1", "新2", "新3", None]
    assert sheet["D12"].value == "=SUM(D4:D9)"  # ended with the row
    assert sheet["E12"].value == "=D4*2"
    assert sheet["F12"].value.ref == "F12:F13"
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:F1", "A2:A3", "A5:B5", "A11:F11"}
    rules = {rule.formula1: str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert rules == {"ISNUMBER(D4)": "D4:D9", "0": "D6:D9", "$B$12:$B$15": "E12:E23"}
    formats = {str(entry.sqref): [rule.formula for rule in entry.rules] for entry in sheet.conditional_formatting}
    assert formats["A6:F9"] == [["$D6>100"]]
    assert "D4:D12" in formats
    assert (sheet.auto_filter.ref, sheet.print_area) == ("A3:F9", f"'{TABLE}'!$A$1:$F$13")
    assert sheet["A11"].hyperlink.target == "https://example.org/"
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"C4", "C6", "G11"}
    assert sheet.tables["小表"].ref == "A18:C21"
    new = parts_of(data)
    assert "<xm:sqref>D5:D9</xm:sqref>" in new["xl/worksheets/sheet1.xml"].decode()
    boxes = new["xl/drawings/vmlDrawing1.vml"].decode()
    assert sorted(int(row) for row in re.findall(r"<x:Row>(\d+)</x:Row>", boxes)) == [3, 5, 10]
    book = load(data)
    assert book["引用"]["A2"].value == f"=SUM('{TABLE}'!D4:D9)"
    assert book["引用"].data_validations.dataValidation[0].formula1 == f"'{TABLE}'!$B$12:$B$15"
    assert {name: book.defined_names[name].attr_text for name in ("总额", "底")} == {
        "总额": f"'{TABLE}'!$D$4", "底": f"'{TABLE}'!$D$12",
    }  # fmt: skip
    assert f"<c:f>'{TABLE}'!$D$4:$D$12</c:f>" in new["xl/charts/chart1.xml"].decode()


def saved(formulas: dict[str, dict[str, str]]) -> bytes:
    """A workbook of openpyxl, which writes the letters of sheet names as character references: &#34920;"""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, cells in formulas.items():
        sheet = book.create_sheet(name)
        for place, text in cells.items():
            sheet[place] = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["表", "a&b", "甲'部"])
def test_a_sheet_is_known_in_formulas_however_its_name_is_escaped(name: str):
    quoted = name.replace("'", "''")
    base = saved({name: {"A1": "甲", "A9": "乙"}, "引用": {"A1": f"=SUM('{quoted}'!A1:A9)"}})
    assert load(written(base, Grow(name, 3, (Line(3, ()),))))["引用"]["A1"].value == f"=SUM('{quoted}'!A1:A10)"
    with pytest.raises(ValueError, match="refers to a sheet that is dropped"):
        written(base, DropSheet(name))


@pytest.mark.parametrize("grown", ["一", "二", "三"])
def test_a_reference_over_several_sheets_cannot_follow_rows_in_any_of_them(grown: str):
    base = saved({"一": {"A9": "x"}, "二": {"A9": "x"}, "三": {"A9": "x"}, "四": {"A9": "x", "B1": "=SUM(一:三!A9)"}})
    with pytest.raises(Immovable, match="SUM"):
        written(base, Grow(grown, 3, (Line(3, ()),)))
    assert load(written(base, Grow("四", 3, (Line(3, ()),))))["四"]["B1"].value == "=SUM(一:三!A9)"


def test_a_chart_and_a_name_that_end_with_the_row_reach_over_the_new_rows(excel_like):
    old = parts_of(excel_like)
    chart, book = "xl/charts/chart1.xml", "xl/workbook.xml"
    change: dict[str, bytes | None] = {
        chart: old[chart].replace(b"$D$4:$D$9", b"$D$4:$D$6"),
        book: old[book].replace(b"$D$4</definedName>", b"$D$4:$D$6</definedName>"),
    }
    data = written(edited(excel_like, change), Grow(TABLE, 6, lines(2)))
    assert f"<c:f>'{TABLE}'!$D$4:$D$8</c:f>" in parts_of(data)["xl/charts/chart1.xml"].decode()
    assert load(data).defined_names["总额"].attr_text == f"'{TABLE}'!$D$4:$D$8"


def test_a_table_grows_with_its_last_row_and_never_beyond_its_totals(excel_like):
    data = written(excel_like, Grow(TABLE, 18, (Line(18, ((1, "甲"),)), Line(18, ()))))
    table = load(data)[TABLE].tables["小表"]
    assert (table.ref, table.autoFilter.ref) == ("A15:C20", "A15:C20")

    name = "xl/tables/table1.xml"
    base = edited(excel_like, {name: parts_of(excel_like)[name].replace(b'totalsRowShown="0"', b'totalsRowCount="1"')})
    totals = parts_of(written(base, Grow(TABLE, 18, (Line(18, ()),))))[name]
    assert b'ref="A15:C18"' in totals


def test_what_belongs_to_cells_stays_with_them(excel_like):
    data = written(excel_like, Grow(TABLE, 10, lines(2, 10)), Put(TABLE, 6, 1, Link("见", f"'{TABLE}'!D9")))
    sheet = load(data)[TABLE]
    assert sheet["F9"].value.ref == "F9:F10"  # an array formula that ends with the row
    grown = written(excel_like, Grow(TABLE, 8, lines(2, 6)))
    sheet = load(grown)[TABLE]
    assert "A8:F8" in {str(area) for area in sheet.merged_cells.ranges}  # merged along the row, not down
    assert [str(cell.coordinate) for row in sheet.iter_rows() for cell in row if cell.hyperlink] == ["A8", "B11"]


def test_merges_down_end_with_the_row_or_reach_over_the_new_ones(openpyxl_like):
    ends = load(written(openpyxl_like, Grow(TABLE, 3, lines(2))))[TABLE]
    assert "A2:A3" in {str(area) for area in ends.merged_cells.ranges}
    assert ends["A4"].value == "新1"
    over = load(written(openpyxl_like, Grow(TABLE, 2, (Line(6, ((4, 7),)), Line(6, ())))))[TABLE]
    assert {str(area) for area in over.merged_cells.ranges} == {"A1:F1", "A2:A5", "A7:B7"}
    assert over["D3"].value == 7


def test_head_rows_that_are_repeated_are_not_more_of_them(openpyxl_like):
    sheet = load(written(openpyxl_like, Grow(TABLE, 3, lines(2))))[TABLE]
    assert sheet.print_title_rows == "$2:$3"


ACROSS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><f>SUM(A1:B1)</f><v>3</v></c></row>'
    '<row r="2"><c r="A2"><f>SUM(A1:B1)</f><v>3</v></c><c r="B2"><f>SUM(B1:B1)</f><v>2</v></c><c r="C2"><f>A1+SUM(1:1)</f><v>7</v></c></row>'
)


def test_ranges_along_the_row_stay_and_ranges_down_to_it_grow():
    data = written(packed(parts(sheet(ACROSS))), Grow("表1", 1, (Line(1, ((1, 5), (2, 6))),)))
    found = re.findall(r"<f>([^<]*)</f>", parts_of(data)["xl/worksheets/sheet1.xml"].decode())
    assert found == ["SUM(A1:B1)", "SUM(A1:B1)", "SUM(B1:B2)", "A1+SUM(1:1)"]


# --- rules of the row that the new ones are like -----------------------------------------------------------------------

RULES = (
    '<conditionalFormatting sqref="A2"><cfRule type="expression" priority="1"><formula>A2&gt;A1+B$9</formula></cfRule></conditionalFormatting>'
    '<dataValidations count="2"><dataValidation type="custom" sqref="A2:A3"><formula1>A2&lt;&gt;B2</formula1></dataValidation>'
    '<dataValidation type="whole" sqref="B4"><formula1>1</formula1></dataValidation></dataValidations>'
)


def test_rules_hold_for_new_rows_as_for_the_row_they_are_like_and_only_once():
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 7))
    base = packed(parts(sheet(rows, after=RULES)))
    below = parts_of(written(base, Grow("表1", 4, (Line(2, ()), Line(4, ())))))["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'sqref="([^"]*)"', below) == ["A2 A5", "A2:A3 A5", "B4 B6"]
    assert "<formula>A2&gt;A1+B$11</formula>" in below
    above = parts_of(written(base, Grow("表1", 1, (Line(2, ()),))))["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'sqref="([^"]*)"', above) == ["A2:A3", "A2:A4", "B5"]
    # the first cell of the rule is now a new one, from which it is said anew
    assert "<formula1>A2&lt;&gt;B2</formula1>" in above
    assert "<formula>A2&gt;" in above


# --- several edits, refusals -------------------------------------------------------------------------------------------


def test_several_grows_and_replaced_rows_on_one_sheet(openpyxl_like):
    data = written(
        openpyxl_like,
        Grow(TABLE, 9, (Line(8, ((1, "尾"),)),)),
        Rows(TABLE, 4, 5, 1, [Line(6, ((1, "换"),))]),
        Grow(TABLE, 1, lines(1)),
        Grow(TABLE, 6, lines(2)),
        Put(TABLE, 6, 2, "=不是公式"),
    )
    check_order(data)
    sheet = load(data)[TABLE]
    assert [sheet.cell(row, 1).value for row in range(1, 13)] == [
        "标题", "新1", "21", None, "换", "61", "新1", "新2", None, "注", None, "尾",
    ]  # fmt: skip
    assert sheet["B6"].value == "=不是公式"
    assert sheet["D11"].value == "=SUM(D5:D8)"


def test_a_grow_without_lines_changes_no_byte(excel_like):
    assert parts_of(written(excel_like, Grow(TABLE, 6, ()))) == parts_of(excel_like)


def test_rows_grow_below_a_row_that_is_not_there():
    data = written(
        packed(parts(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))), Grow("表1", 5, (Line(1, ((1, 2),)),))
    )
    (grid,) = read("x.xlsx", data).grids
    assert {(row, col): cell.raw for row, col, cell in grid} == {(1, 1): 1, (6, 1): 2}


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ([Grow(TABLE, 6, lines(1)), Grow(TABLE, 6, lines(1))], "cannot be replaced"),
        ([Grow(TABLE, 5, lines(1)), Rows(TABLE, 4, 6, 1, lines(1))], "cannot be replaced"),
        ([Grow(TABLE, 0, lines(1))], "cannot be replaced"),
        ([Grow(TABLE, 9, lines(1))], "array formula"),
        ([Grow(TABLE, 2, lines(1))], "under a merge"),
        ([Grow(TABLE, 2, (Line(5, ()),))], "under a merge that is there"),
        ([Grow("卡", 2, (Line(2, ()),)), CopySheet("卡", "副本")], "copied"),
        ([Grow(TABLE, 6, (Line(6, (), ((1, 2),)),))], "below the last line"),
    ],
)
def test_grows_that_make_no_sense_are_refused(excel_like, plan: list[Edit], why: str):
    with pytest.raises(ValueError, match=why):
        written(excel_like, *plan)


# --- formulas with texts -----------------------------------------------------------------------------------------------


def test_a_formula_may_have_a_text_for_its_value(excel_like):
    data = written(excel_like, Put("引用", 5, 1, Formula('IF(A1>1,"<超>","")', "<超> & _x000D_")))
    assert load(data)["引用"]["A5"].value == '=IF(A1>1,"<超>","")'
    grid = next(grid for grid in read("x.xlsx", data).grids if grid.sheet == "引用")
    assert grid.text(5, 1) == "<超> & _x000D_"
    with pytest.raises(ValueError, match="characters"):
        written(excel_like, Put("引用", 5, 1, Formula("A1", "长" * 40_000)))


# --- laws --------------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 4)), st.integers(0, 99), min_size=1, max_size=20),
    st.dictionaries(st.integers(1, 12), st.integers(1, 4), max_size=4),
)
def test_the_old_cells_are_found_where_the_new_rows_pushed_them(
    cells: dict[tuple[int, int], int], grown: dict[int, int]
):
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{"_ABCD"[col]}{row}"><v>{cells[row, col]}</v></c>' for col in range(1, 5) if (row, col) in cells
        )
        + "</row>"
        for row in sorted({row for row, _ in cells})
    )
    total = (
        f'<row r="20"><c r="A20"><f>SUM(A1:A12)</f><v>{sum(v for (_, c), v in cells.items() if c == 1)}</v></c></row>'
    )
    base = packed(parts(sheet(rows + total)))
    data = written(base, *(Grow("表1", row, (Line(row, ((2, 1000),)),) * count) for row, count in grown.items()))
    (grid,) = read("x.xlsx", data).grids
    pushed = {row: row + sum(count for below, count in grown.items() if below < row) for row in range(1, 21)}
    old = {(pushed[row], col): value for (row, col), value in cells.items()}
    new = {(pushed[row] + at, 2): 1000 for row, count in grown.items() for at in range(1, count + 1)}
    found = {(row, col): cell.raw for row, col, cell in grid}
    total_cell = grid.cell(pushed[20], 1)
    assert total_cell is not None
    assert total_cell.formula == f"SUM(A1:A{pushed[12] + grown.get(12, 0)})"
    del found[pushed[20], 1]
    assert found == old | new
