"""Differences as JSON and as a workbook: amounts are numbers, changed words coloured, text that looks like a formula stays text."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock

from tests.blanks import FORMSET, FUNDS, read
from tests.ooxml.schema_order import problems
from xlsform.core.diff import compare
from xlsform.writers.differences import COLUMNS, comparison_object, write_differences
from xlsform.writers.json_lines import dumps

OLD = read(FUNDS + "一 | 甲 | 方向 | 8 | 完成20个村 | =1+1\n二 | 乙 | 方向 | 1 | |")
NEW = read(FUNDS + "一 | 甲 | 方向 | 9.25 | 完成25个村 | =1+1+1\n二 | =丙 | 方向 | | | \x01")
CHANGES = compare(OLD, NEW, FORMSET)


def book(lang: str = "zh") -> bytes:
    out = BytesIO()
    write_differences(CHANGES, "=甲 与 乙", out, "en" if lang == "en" else "zh")
    return out.getvalue()


def test_one_row_a_cell_with_places_and_differences():
    sheet = load_workbook(BytesIO(book()))["差异"]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0] == tuple(label for label, _, _ in COLUMNS)
    form = "区级专项资金预算绩效目标汇总表"
    assert rows[1] == (None, form, "甲 / 方向", "资金总额", "修改", 8, 9.25, 1.25, "Sheet1!D4", "Sheet1!D4")
    assert rows[2][3:7] == ("实施期绩效目标", "修改", "完成20个村", "完成25个村")
    assert [row[4] for row in rows[4:]] == ["删除记录"] * 4 + ["新增记录"] * 4
    assert rows[7][3:9] == ("资金总额", "删除记录", 1, None, -1, "Sheet1!D5")
    assert sheet.auto_filter.ref == f"A3:J{2 + len(rows)}"


def test_changed_words_have_a_colour_and_formulas_stay_text():
    sheet = load_workbook(BytesIO(book()), rich_text=True)["差异"]
    old, new = sheet["F5"].value, sheet["G5"].value
    assert isinstance(old, CellRichText)
    assert isinstance(new, CellRichText)
    marked = [
        [
            (run.text, run.font.strike, run.font.color and run.font.color.rgb)
            for run in text
            if isinstance(run, TextBlock)
        ][1]
        for text in (old, new)
    ]
    assert marked == [("20个", True, "FFC00000"), ("25个", None, "FF0000FF")]
    cells = [sheet[at] for at in ("A2", "F6", "G6")]
    assert [(str(cell.value), cell.data_type, cell.quotePrefix) for cell in cells] == [
        ("=甲 与 乙", "s", True),
        ("=1+1", "s", True),
        ("=1+1+1", "s", True),
    ]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_workbook_is_sound_and_the_same_every_time():
    assert book() == book()
    assert problems(book()) == []
    assert load_workbook(BytesIO(book("en")))["差异"]["E4"].value == "changed"


def test_white_space_that_came_is_kept():
    old, new = read(FUNDS + "一 | 甲专项 | 方向"), read(FUNDS + "一 | 甲 专项 | 方向")
    out = BytesIO()
    write_differences(compare(old, new, FORMSET), "甲 与 乙", out)
    assert problems(out.getvalue()) == []
    assert str(load_workbook(out, rich_text=True)["差异"]["G4"].value) == "甲 专项"


def test_json_gives_values_places_and_words():
    told = comparison_object(CHANGES, OLD, NEW, FORMSET)
    assert told["schema_version"] == 1
    first, removed, added = told["differences"]
    assert (first["change"], removed["change"], added["change"]) == ("changed", "removed", "added")
    assert first["record"] == {"fund_name": "甲", "direction": "方向"}
    amount, goal, _ = first["cells"]
    place = {"sheet": "Sheet1", "cell": "D4"}
    assert amount == {
        "field": "total_amount", "change": "changed", "old": Decimal(8), "new": Decimal("9.25"),
        "difference": Decimal("1.25"), "old_cell": place, "new_cell": place,
    }  # fmt: skip
    assert "".join(word["text"] for word in goal["words"] if word["op"] != "added") == goal["old"] == "完成20个村"
    assert [cell["new_cell"] for cell in removed["cells"]] == [None] * 4
    assert '"difference": 1.25' in dumps(told)


def test_a_return_without_differences():
    assert comparison_object((), OLD, OLD, FORMSET)["differences"] == []
