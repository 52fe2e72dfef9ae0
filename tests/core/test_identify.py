"""Which sheet is which form: by its labels, whatever its name and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.blanks import CARD, FUNDS, LAYOUTS, MATRIX, TARGETS
from tests.drawn import book, draw
from xlsform import readers
from xlsform.core.cells import Book
from xlsform.core.identify import Sheets, identify, is_summary
from xlsform.core.layout import Layouts
from xlsform.operations.settings import load_settings

FUND = "一 | 甲 | 方向 | 8 | 目标 | 年度\n"


def sort(*pictures: str) -> Sheets:
    return identify(book(*(draw(text, f"Sheet{i + 1}") for i, text in enumerate(pictures))), LAYOUTS)


def forms(sheets: Sheets) -> dict[str, str]:
    return {one.layout.form.id: one.grid.sheet for one in sheets.aligned}


def test_sheets_are_known_by_their_labels_in_any_order_under_any_name() -> None:
    assert forms(sort(MATRIX, CARD, TARGETS, FUNDS)) == {
        "indicator_matrix": "Sheet1",
        "department_overall": "Sheet2",
        "direction_targets": "Sheet3",
        "fund_summary": "Sheet4",
    }


def test_sheet_that_bears_another_forms_name_is_what_its_labels_say() -> None:
    sheets = identify(book(draw(TARGETS, "汇总表"), draw(FUNDS, "支出方向表")), LAYOUTS)
    assert forms(sheets) == {"direction_targets": "汇总表", "fund_summary": "支出方向表"}


def test_form_on_two_filled_sheets_is_nobodys_choice() -> None:
    sheets = sort(FUNDS + FUND, FUNDS + FUND)
    assert not sheets.aligned
    assert [(form.id, [grid.sheet for grid in grids]) for form, grids in sheets.rivals] == [
        ("fund_summary", ["Sheet1", "Sheet2"])
    ]


@pytest.mark.parametrize(
    "copy", [FUNDS, FUNDS.replace("2019年", "2018年"), FUNDS.replace("资金总额", "资金 总额："), FUNDS + "一\n二"]
)
def test_empty_copy_of_a_filled_form_is_set_aside_wherever_it_stands(copy: str) -> None:
    for pictures in ((FUNDS + FUND, copy), (copy, FUNDS + FUND)):
        sheets = sort(*pictures)
        assert [one.grid.sheet for one in sheets.aligned] == [f"Sheet{pictures.index(FUNDS + FUND) + 1}"]
        assert [grid.sheet for grid in sheets.copies] == [f"Sheet{pictures.index(copy) + 1}"]


def test_two_empty_sheets_of_a_form_are_one_form() -> None:
    sheets = sort(FUNDS, FUNDS)
    assert forms(sheets) == {"fund_summary": "Sheet1"}
    assert [grid.sheet for grid in sheets.copies] == ["Sheet2"]


def test_sheets_with_too_few_labels_are_unknown() -> None:
    sheets = sort("序号 | 专项支出名称\n一 | 甲", "")
    assert [grid.sheet for grid in sheets.unknown] == ["Sheet1", "Sheet2"]


@pytest.fixture(scope="module")
def official(checkout: Path) -> tuple[Layouts, Book, Book]:
    settings = load_settings([checkout / "samples" / "2019" / "returns"])
    blank = readers.read("空白.xlsx", settings.template)
    return settings.layouts, blank, settings.summary_blank


def test_official_blanks_know_themselves(official: tuple[Layouts, Book, Book]) -> None:
    layouts, blank, summary = official
    assert not is_summary(blank, layouts)
    assert is_summary(summary, layouts)
    assert not identify(blank, layouts).unknown
    sheets = identify(summary, layouts)
    assert not sheets.unknown
    assert [grid.sheet for grid in sheets.own] == ["报送情况", "审核结果", "来源"]
    assert [card.grid.sheet for card in sheets.cards] == ["部门整体"]


def test_summary_without_its_stamp_is_known_by_the_sheet_that_only_it_has(official: tuple[Layouts, Book, Book]) -> None:
    layouts, blank, summary = official
    assert is_summary(Book("x", "", summary.grids, {}), layouts)
    assert not is_summary(Book("x", "", blank.grids, {}), layouts)
