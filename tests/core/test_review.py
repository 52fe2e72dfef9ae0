"""The plan of a reviewed copy as data: which cells are marked, what the list says, and that the list reads back what it says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from xlsform.core import marks
from xlsform.core.cells import Area, Book, Cell, CellError, Grid, Ref
from xlsform.core.edits import (
    Activate,
    AddSheet,
    DropHighlights,
    DropNotes,
    DropSheet,
    Formula,
    Highlight,
    Link,
    Note,
    Plan,
    Protect,
)
from xlsform.core.findings import Finding, Level
from xlsform.core.records import Reason
from xlsform.core.review import FILLS, clean, list_alone, mark_up
from xlsform.core.spec import Field, Form, FormSet, Table

FILE = "收件/区委办.xlsx"
FIELD = Field("total_amount", ("资金总额：",), "money")
FORMSET = FormSet(
    "试",
    2019,
    (Form("funds", "{year}年表", "表", (Table("funds", (FIELD,)),)),),
    "a.xlsx",
    "b.xlsx",
    ("funds", "total_amount"),
)
GRID = Grid("表", {4: {1: Cell("一", "一")}}, (Area(6, 2, 7, 3),))
OTHER = Grid("张三's 表", {})
BOOK = Book(FILE, "", (GRID, OTHER), {}, active="表")


def finding(code: str, row: int = 0, col: int = 0, sheet: str = "表", **more: object) -> Finding:
    said: dict[str, object] = {"level": Level.ERROR, "form": "funds", "field": "total_amount"} | more
    return Finding(code, where=Ref(FILE, sheet, row, col), **said)  # type: ignore[arg-type]


def listed(plan: Plan) -> AddSheet:
    (sheet,) = [edit for edit in plan if isinstance(edit, AddSheet)]
    return sheet


def grid_of(sheet: AddSheet) -> Grid:
    """The new sheet as the reader would show it."""
    rows: dict[int, dict[int, Cell]] = {}
    for number, row in enumerate(sheet.rows, 1):
        for col, value, _ in row.cells:
            match value:
                case None:
                    continue
                case Formula(text, stored):
                    cell = Cell(stored, str(stored), text)
                case Link(text, _):
                    cell = Cell(text, text)
                case int():
                    cell = Cell(Decimal(value), str(value))
                case _:
                    cell = Cell(value, str(value))
            rows.setdefault(number, {})[col] = cell
    return Grid(sheet.name, rows)


def test_the_worst_level_colours_a_cell_and_each_cell_has_one_note() -> None:
    found = [finding("C06", 4, 4, level=Level.WARNING), finding("C03", 4, 4), finding("A02", 5, 4, level=Level.HINT)]
    plan = mark_up(BOOK, found, "区委办", FORMSET)
    highlights = [edit for edit in plan if isinstance(edit, Highlight)]
    assert [(h.areas, h.formula, h.look.fill) for h in highlights] == [
        ((Area(4, 4, 4, 4),), 'N("xlsform:error")=0', FILLS[Level.ERROR]),
        ((Area(5, 4, 5, 4),), 'N("xlsform:hint")=0', FILLS[Level.HINT]),
    ]
    notes = {(edit.row, edit.col): edit.text.split("\n") for edit in plan if isinstance(edit, Note)}
    assert set(notes) == {(4, 4), (5, 4)}
    first = notes[4, 4]
    assert first[0] == "【财政审核】"
    assert first[1].startswith("错误 C03：")
    assert [line[:6] for line in first if line.startswith("警告")] == ["警告 C06"]


def test_a_cell_under_a_merge_is_marked_where_the_merge_begins() -> None:
    plan = mark_up(BOOK, [finding("C03", 7, 3), finding("C06", 6, 2)], "区委办", FORMSET)
    assert [edit.areas for edit in plan if isinstance(edit, Highlight)] == [(Area(6, 2, 7, 3),)]
    (note,) = [edit for edit in plan if isinstance(edit, Note)]
    assert (note.row, note.col) == (6, 2)
    assert "C03" in note.text
    assert "C06" in note.text


@pytest.mark.parametrize(
    "place", [Ref(FILE), Ref(FILE, "表"), Ref(FILE, "表", 4), Ref(FILE, "没有这张表", 4, 4)], ids=str
)
def test_what_has_no_cell_is_in_the_list_only(place: Ref) -> None:
    plan = mark_up(BOOK, [replace(finding("T04"), where=place)], "区委办", FORMSET)
    assert [type(edit) for edit in plan] == [AddSheet, Protect, Activate]
    assert grid_of(listed(plan)).text(5, marks.CODE) == "T04"


def test_the_list_is_the_first_sheet_and_says_all() -> None:
    found = [
        finding("C03", 4, 4, got="340", expected="336.07"),
        finding("T04", sheet="", field="", level=Level.WARNING),
    ]
    plan = mark_up(BOOK, found, "区委办", FORMSET)
    sheet = listed(plan)
    assert (sheet.name, sheet.at, sheet.repeated) == ("需修改", 0, (4, 4))
    assert plan[-2:] == (Protect("需修改"), Activate("需修改"))
    grid = grid_of(sheet)
    assert grid.text(1, 1) == "退回修改清单"
    assert grid.text(2, 1) == "报送单位：区委办　　文件：区委办.xlsx　　错误 1 条，警告 1 条"
    assert tuple(grid.text(4, col) for col in range(1, 12)) == marks.COLUMNS
    line = [grid.text(5, col) for col in range(1, 9)]
    assert line == ["1", "错误", "C03", "表", "D4", "资金总额", "340", "336.07"]
    assert [grid.text(6, col) for col in range(1, 6)] == ["2", "警告", "T04", "—", "整个文件"]
    links = {value for row in sheet.rows for _, value, _ in row.cells if isinstance(value, Link)}
    assert links == {Link("D4", "'表'!D4")}


def test_only_the_reasons_may_be_typed() -> None:
    sheet = listed(mark_up(BOOK, [finding("C03", 4, 4)], "区委办", FORMSET))
    unlocked = {
        (number, col) for number, row in enumerate(sheet.rows, 1) for col, _, look in row.cells if look.locked is False
    }
    assert unlocked == {(5, marks.REASON)}


def test_a_quote_in_a_sheet_name_is_doubled() -> None:
    sheet = listed(mark_up(BOOK, [finding("C03", 4, 4, "张三's 表")], "区委办", FORMSET))
    (link,) = [value for _, value, _ in sheet.rows[4].cells if isinstance(value, Link)]
    assert link.target == "'张三''s 表'!D4"
    (formula,) = [value for _, value, _ in sheet.rows[4].cells if isinstance(value, Formula)]
    assert formula == Formula("ADDRESS(ROW('张三''s 表'!D4),COLUMN('张三''s 表'!D4),4)", "D4")


def test_a_department_may_have_a_sheet_of_that_name() -> None:
    book = replace(BOOK, grids=(GRID, Grid("需修改", {1: {1: Cell("我的", "我的")}})))
    plan = mark_up(book, [finding("C03", 4, 4)], "区委办", FORMSET)
    assert listed(plan).name == "需修改2"
    assert plan[-1] == Activate("需修改2")
    assert not marks.is_list(book.grids[1])


def test_control_characters_and_long_texts_are_shown_harmless() -> None:
    found = finding("C03", 4, 4, got="坏\x07" + "长" * 500)
    grid = grid_of(listed(mark_up(BOOK, [found], "区\x00委办", FORMSET)))
    assert "\\u0007" in grid.text(5, marks.GOT)
    assert grid.text(5, marks.GOT).startswith("坏")
    assert "区\\u0000委办" in grid.text(2, 1)


def test_clean_names_every_sheet_but_the_list_and_opens_what_was_open() -> None:
    marked = replace(
        BOOK, grids=(grid_of(listed(mark_up(BOOK, [finding("C03", 4, 4)], "区委办", FORMSET))), *BOOK.grids)
    )
    plan = clean(marked)
    assert {(e.sheet, e.formula) for e in plan if isinstance(e, DropHighlights)} == {
        (grid.sheet, formula) for grid in BOOK.grids for formula in marks.FORMULAS.values()
    }
    assert [edit for edit in plan if isinstance(edit, DropNotes)] == [
        DropNotes("表", "【财政审核】"),
        DropNotes("张三's 表", "【财政审核】"),
    ]
    assert plan[-2:] == (DropSheet("需修改"), Activate("表"))


def test_the_list_alone_has_no_links() -> None:
    plan = list_alone(FILE, [finding("T01", sheet="")], "", FORMSET, "Sheet1")
    sheet = listed(plan)
    assert DropSheet("Sheet1") in plan
    assert not any(isinstance(value, Link | Formula) for row in sheet.rows for _, value, _ in row.cells)
    assert "（未能识别）" in grid_of(sheet).text(2, 1)


# --- what comes back ----------------------------------------------------------------------------------------------------


def returned(found: list[Finding], **typed: str) -> Grid:
    """The list of these findings with texts typed into cells, by address: K5=…"""
    grid = grid_of(listed(mark_up(BOOK, found, "区委办", FORMSET)))
    rows = {number: dict(row) for number, row in grid.rows.items()}
    for at, text in typed.items():
        rows.setdefault(int(at[1:]), {})[ord(at[0]) - 64] = Cell(text, text)
    return replace(grid, rows=rows)


def test_an_untouched_list_is_wholly_ours() -> None:
    grid = returned([finding("C03", 4, 4), finding("T04", sheet="")])
    read = marks.read_list(grid, FILE)
    assert read.reasons == read.strays == ()
    assert set(read.ours) == {(row, col) for row, col, _ in grid}
    assert marks.opened_on(grid) == "表"


def test_reasons_know_their_finding() -> None:
    found = [finding("C03", 4, 4), finding("T05", 4), finding("T07"), finding("T04", sheet="", field="")]
    places = {f.code: f.where for f in found}
    grid = returned(found, K5="一", K6="二", K7="三", K8="四")
    read = marks.read_list(grid, FILE)
    assert {reason.code: reason.about for reason in read.reasons} == places
    assert {reason.text for reason in read.reasons} == {"一", "二", "三", "四"}
    assert {reason.field for reason in read.reasons} == {"total_amount", ""}
    assert read.strays == ()
    explained = marks.explained(found, read.reasons)
    assert all(one.reason for one in explained)
    assert len(explained) == len(found)


@pytest.mark.parametrize(
    ("cell", "about"),
    [
        (Cell("D9", "D9", "ADDRESS(ROW('表'!D9),COLUMN('表'!D9),4)"), Ref(FILE, "表", 9, 4)),
        (Cell("D9", "D9", "ADDRESS(ROW(新名!$D$9),COLUMN(新名!$D$9),4)"), Ref(FILE, "新名", 9, 4)),
        (Cell(CellError("#REF!"), "#REF!", "ADDRESS(ROW('表'!#REF!),COLUMN('表'!#REF!),4)"), Ref(FILE, "表")),
        (Cell("AB10", "AB10"), Ref(FILE, "表", 10, 28)),
        (Cell("D9", "D9", ""), Ref(FILE, "表", 9, 4)),
        (None, Ref(FILE, "表", 4, 4)),
    ],
)
def test_the_formula_says_where_the_finding_stands_now(cell: Cell | None, about: Ref) -> None:
    """Excel moves what it refers to with inserted rows and renamed sheets; else its stored value counts, else what was printed."""
    grid = returned([finding("C03", 4, 4)], K5="因故")
    rows = {number: dict(row) for number, row in grid.rows.items()}
    del rows[5][marks.AT]
    if cell is not None:
        rows[5][marks.AT] = cell
    (reason,) = marks.read_list(replace(grid, rows=rows), FILE).reasons
    assert reason.about == about


def test_what_is_typed_elsewhere_is_nobodys() -> None:
    """A new text in one of our cells, below the list, beside it and in its head; the reason beside it is still taken."""
    grid = returned([finding("C03", 4, 4)], I5="已改", K5="因故", K3="甲", A9="乙", P5="丙")
    read = marks.read_list(grid, FILE)
    assert {(3, 11), (9, 1), (5, 16), (5, marks.SAID)} <= set(read.strays)
    assert [reason.text for reason in read.reasons] == ["因故"]
    assert not set(read.ours) & set(read.strays)
    assert {(row, col) for row, col, _ in grid} == {
        *read.ours,
        *read.strays,
        *(reason.at[2:] for reason in read.reasons),
    }


def test_a_sheet_with_our_title_alone_is_not_ours() -> None:
    assert not marks.is_list(Grid("需修改", {1: {1: Cell("退回修改清单", "退回修改清单")}}))


def test_a_list_is_known_by_its_anchor_when_its_title_was_written_over() -> None:
    grid = returned([finding("C03", 4, 4)], K5="因为")
    grid.rows[1][marks.SEQ] = Cell("我们的说明", "我们的说明")  # type: ignore[index]
    assert marks.is_list(grid)
    read = marks.read_list(grid, FILE)
    assert [(one.code, one.text) for one in read.reasons] == [("C03", "因为")]
    assert read.strays == ((1, marks.SEQ),)


def test_a_list_without_its_hidden_columns_still_gives_its_reasons() -> None:
    whole = returned([finding("C03", 4, 4)], K5="因为", B9="表外的话")
    rows = {row: {col: cell for col, cell in cells.items() if col <= marks.REASON} for row, cells in whole.rows.items()}
    grid = Grid(whole.sheet, rows)
    assert marks.is_list(grid)
    read = marks.read_list(grid, FILE)
    assert [(one.code, one.about, one.text) for one in read.reasons] == [("C03", Ref(FILE, "表", 4, 4), "因为")]
    assert read.strays == ((9, 2),)


def test_a_formula_without_value_is_still_a_reason() -> None:
    grid = returned([finding("C03", 4, 4)], K5="因为")
    grid.rows[5][marks.REASON] = Cell(None, "", "A1")  # type: ignore[index]
    assert [one.text for one in marks.read_list(grid, FILE).reasons] == ["=A1"]


def reason(code: str, row: int, field: str = "total_amount", text: str = "因故") -> Reason:
    return Reason(code, Ref(FILE, "表", row, 4), text, Ref(FILE, "需修改", 5, 11), field)


def test_a_reason_goes_to_the_finding_at_its_cell() -> None:
    found = (finding("C03", 4, 4), finding("C03", 5, 4))
    assert [f.reason for f in marks.explained(found, [reason("C03", 5)])] == ["", "因故"]


def test_a_reason_goes_to_the_one_finding_of_its_code_and_field() -> None:
    moved = marks.explained((finding("C03", 4, 4), finding("A02", 9, 4)), [reason("C03", 7)])
    assert [f.reason for f in moved] == ["因故", ""]


@pytest.mark.parametrize(
    ("found", "given"),
    [
        ([], [reason("C03", 7)]),
        ([finding("C03", 4, 4), finding("C03", 5, 4)], [reason("C03", 7)]),
        ([finding("C03", 4, 4)], [reason("C03", 7), reason("C03", 8, text="别的")]),
        ([finding("C03", 4, 4)], [reason("C03", 7, "other")]),
        ([finding("A02", 7, 4)], [reason("C03", 7)]),
    ],
)
def test_a_reason_that_fits_none_is_said_and_kept(found: list[Finding], given: list[Reason]) -> None:
    out = marks.explained(found, given, "区委办")
    assert [f.reason for f in out[: len(found)]] == [""] * len(found)
    lost = out[len(found) :]
    assert [(f.code, f.variant, f.level, f.reason, f.where, f.department) for f in lost] == [
        ("T07", "reason", Level.HINT, one.text, one.about, "区委办") for one in given
    ]


def test_reasons_come_back_the_same_however_often_the_list_is_made() -> None:
    """Two findings of one code at one cell share what was said of either; a lost reason stays in the list."""
    found = [finding("C03", 4, 4), finding("C03", 4, 4, got="别的")]
    first = marks.explained(found, marks.read_list(returned(found, K5="甲", K6="乙"), FILE).reasons)
    lost = marks.explained(found, [reason("A02", 9)])
    for once in (first, lost):
        grid = returned(list(once))
        twice = marks.explained(found, marks.read_list(grid, FILE).reasons)
        assert sorted((f.code, f.variant, f.reason, f.where) for f in twice) == sorted(
            (f.code, f.variant, f.reason, f.where) for f in once
        )
