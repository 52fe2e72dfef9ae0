"""Looks, validations, conditional formats and protection set on the sheets of other programs, and taken out again."""

from __future__ import annotations

import re
import warnings
from decimal import Decimal

import openpyxl
import pytest

from tests.office import convert
from tests.ooxml.packages import MAIN, packed, parts, sheet
from tests.ooxml.schema_order import problems
from tests.writers.test_xlsx import TABLE, check_order, edited, prefixed, written
from tests.writers.test_xlsx import load as load_whole
from tests.writers.test_xlsx import parts as parts_of
from xlsform.core.cells import Area
from xlsform.core.edits import (
    CopySheet,
    DropHighlights,
    DropSheet,
    Edit,
    Formula,
    Grow,
    Highlight,
    Line,
    Look,
    PrintArea,
    Protect,
    Put,
    Restyle,
    Rows,
    Validation,
    Widths,
)
from xlsform.readers import read

RED = Look(fill="FFC7CE")
MARK = 'N("xlsform:error")=0'
FORMULA_MARK = '<formula>N("xlsform:error")=0</formula>'


def load(data: bytes, *, data_only: bool = False) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*no default style.*")  # hand-made styles have cell formats only
        return load_whole(data, data_only=data_only)


def sound(data: bytes, base: bytes) -> openpyxl.Workbook:
    """The workbook, after a look at its schema: nothing is wrong with it that was not wrong with its base."""
    check_order(data)
    known = {re.sub(r"\d+", "", problem) for problem in problems(base)}  # rows may have moved
    assert [problem for problem in problems(data) if re.sub(r"\d+", "", problem) not in known] == []
    return load(data)


_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/></Types>'
)


def small(data: str = '<row r="1"><c r="A1"><v>1</v></c></row>', *, before: str = "", after: str = "") -> bytes:
    """A workbook of one sheet 表1 that says only what must be said: its styles are cell formats and nothing else."""
    return packed(parts(sheet(data, before=before, after=after)) | {"[Content_Types].xml": TYPES})


def text_of(data: bytes, part: str = "xl/worksheets/sheet1.xml") -> str:
    return parts_of(data)[part].decode()


# --- looks of cells ----------------------------------------------------------------------------------------------------


def test_cells_take_on_a_look_and_keep_the_rest_of_their_own(excel_like):
    look = Look(bold=True, color="9C0006", size=Decimal("10.5"), fill="FFEB9C", number_format="0.000", locked=False)
    data = written(
        excel_like,
        Restyle(TABLE, Area(4, 3, 4, 4), look),
        Restyle(TABLE, Area(4, 4, 5, 4), Look(wrap=True, border="FF0000")),
    )
    old, new = load(excel_like)[TABLE], sound(data, excel_like)[TABLE]
    cell = new["D4"]
    assert (cell.font.b, cell.font.sz, cell.font.color.rgb, cell.font.name) == (
        True,
        10.5,
        "FF9C0006",
        old["D4"].font.name,
    )
    assert (cell.fill.fill_type, cell.fill.fgColor.rgb) == ("solid", "FFFFEB9C")
    assert (cell.number_format, cell.protection.locked, cell.alignment.wrap_text) == ("0.000", False, True)
    assert [side.color.rgb for side in (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)] == [
        "FFFF0000"
    ] * 4
    assert new["C4"].border.left.style == old["C4"].border.left.style == "thin"
    assert new["D5"].number_format == old["D5"].number_format == "0.00"
    assert {name for name, part in parts_of(excel_like).items() if parts_of(data)[name] != part} == {
        "xl/worksheets/sheet1.xml", "xl/styles.xml",
    }  # fmt: skip


def test_a_look_that_is_there_already_changes_no_byte(excel_like):
    assert parts_of(written(excel_like, Restyle(TABLE, Area(4, 1, 40, 9), Look(locked=True)))) == parts_of(excel_like)
    once = written(excel_like, Restyle(TABLE, Area(4, 1, 6, 6), Look(locked=False, fill="FFEB9C")))
    assert parts_of(written(once, Restyle(TABLE, Area(4, 1, 6, 6), Look(fill="ffeb9c")))) == parts_of(once)


def test_cells_and_rows_that_were_not_there_come_to_be(openpyxl_like):
    data = written(
        openpyxl_like, Restyle("卡", Area(1, 1, 3, 2), Look(locked=False)), Put("卡", 2, 2, "=文字"), Put("卡", 3, 3, 7)
    )
    card = sound(data, openpyxl_like)["卡"]
    assert {cell.coordinate for row in card.iter_rows() for cell in row if not cell.protection.locked} == {
        "A1", "B1", "A2", "B2", "A3", "B3",
    }  # fmt: skip
    assert (card["A1"].value, card["B2"].value, card["B2"].quotePrefix, card["C3"].value) == ("卡片", "=文字", True, 7)
    assert b'<dimension ref="A1:C3"/>' in parts_of(data)["xl/worksheets/sheet3.xml"]


def test_cells_without_style_take_that_of_their_row_or_column():
    base = small(
        '<row r="2" s="2" customFormat="1"/>', before='<cols><col min="2" max="3" width="9" style="1"/></cols>'
    )
    data = load(written(base, Restyle("表1", Area(1, 2, 2, 4), Look(bold=True))))["表1"]
    assert [[data.cell(row, col).number_format for col in (2, 3, 4)] for row in (1, 2)] == [
        ["0%", "0%", "General"], ['0"万元"'] * 3,
    ]  # fmt: skip


def test_new_rows_look_like_the_row_they_are_like_in_its_new_look(openpyxl_like):
    data = written(
        openpyxl_like,
        Restyle(TABLE, Area(6, 4, 6, 7), Look(locked=False)),
        Grow(TABLE, 6, (Line(6, ((1, "新"), (4, Decimal(5)))),) * 2),
        Put(TABLE, 6, 5, "旧"),
    )
    grown = sound(data, openpyxl_like)[TABLE]
    for row in (6, 7, 8):
        assert [grown.cell(row, col).protection.locked for col in range(1, 9)] == [True] * 3 + [False] * 4 + [True]
        assert grown.cell(row, 4).alignment.wrap_text
    assert (grown["E6"].value, grown["D8"].value, grown["G10"].comment.text) == ("旧", 5, "批注")


def test_formulas_of_restyled_cells_stay(openpyxl_like):
    data = written(openpyxl_like, Restyle(TABLE, Area(9, 4, 9, 5), RED), Grow(TABLE, 6, (Line(6, ()),)))
    assert load(data)[TABLE]["D10"].value == "=SUM(D4:D7)"
    assert load(data)[TABLE]["E10"].fill.fgColor.rgb == "FFFFC7CE"


# --- styles.xml --------------------------------------------------------------------------------------------------------


def test_equal_styles_are_one_and_a_style_of_the_file_is_used_again(excel_like):
    plan = [Restyle(TABLE, Area(row, 1, row, 6), Look(locked=False, fill="FFEB9C")) for row in (4, 6, 4)]
    once = written(excel_like, *plan)
    assert parts_of(written(excel_like, *plan[:2])) == parts_of(once)
    again = written(once, Restyle(TABLE, Area(2, 2, 2, 2), Look(locked=False, fill="FFEB9C")))
    assert parts_of(again)["xl/styles.xml"] == parts_of(once)["xl/styles.xml"]
    assert load(again)[TABLE]["B2"].fill.fgColor.rgb == "FFFFEB9C"


def test_lists_that_are_missing_are_made_in_their_places():
    base = small()
    data = written(
        base,
        Restyle("表1", Area(1, 1, 1, 2), Look(font="仿宋", border="000000", fill="DDEBF7", number_format='0.0"亿"')),
        Highlight("表1", (Area(1, 1, 1, 1),), "A1>0", Look(fill="FFC7CE", color="9C0006", bold=True)),
    )
    styles = text_of(data, "xl/styles.xml")
    order = re.findall(r"<(numFmts|fonts|fills|borders|cellXfs|dxfs)[ >]", styles)
    assert order == ["numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs"]
    cell = load(data)["表1"]["A1"]
    assert (cell.font.name, cell.fill.fgColor.rgb, cell.number_format) == ("仿宋", "FFDDEBF7", '0.0"亿"')
    assert styles.count("<fill><patternFill patternType=") == 3  # Excel keeps the first two to itself


def test_prefixed_styles_and_sheets_are_changed_in_their_own_way(openpyxl_like):
    names = ("xl/worksheets/sheet1.xml", "xl/styles.xml")
    base = edited(openpyxl_like, {name: prefixed(text_of(openpyxl_like, name)) for name in names})
    data = written(
        base,
        Restyle(TABLE, Area(4, 4, 4, 8), Look(bold=True, wrap=False, locked=False)),
        Highlight(TABLE, (Area(4, 1, 6, 6),), MARK, RED),
        Validation(TABLE, (Area(4, 1, 6, 6),), "textLength", "5", operator="lessThan", error="太长"),
        Protect(TABLE),
    )
    book = sound(data, base)
    assert (book[TABLE]["D4"].font.b, bool(book[TABLE]["D4"].alignment.wrap_text)) == (True, False)
    assert book[TABLE].protection.sheet
    assert [str(rule.sqref) for rule in book[TABLE].data_validations.dataValidation] == ["A4:F6"]
    for name in names:
        assert re.search(r"<(?!x:|/|\?)", text_of(data, name)) is None


def test_a_workbook_without_styles_gets_some():
    bare = parts(sheet(""))
    del bare["xl/styles.xml"]
    bare["[Content_Types].xml"] = re.sub(r'<Override PartName="/xl/styles.xml"[^>]*>', "", TYPES)
    bare["xl/_rels/workbook.xml.rels"] = re.sub(
        r'<Relationship Id="rIdS"[^>]*>', "", str(bare["xl/_rels/workbook.xml.rels"])
    )
    base = packed(bare)
    data = written(
        base, Restyle("表1", Area(1, 1, 2, 2), Look(bold=True, locked=False)), Highlight("表1", AREA, MARK, RED)
    )
    cell = sound(data, base)["表1"]["B2"]
    assert (cell.font.b, cell.font.name, cell.protection.locked) == (True, "Calibri", False)
    assert "xl/styles.xml" not in parts_of(written(base, Put("表1", 1, 1, "=x"), Protect("表1")))


@pytest.mark.parametrize(
    "look",
    [
        Look(fill="red"), Look(color="#FF0000"), Look(border=""), Look(size=Decimal(0)), Look(horizontal="middle"),
        Look(vertical="middle"),
    ],
)  # fmt: skip
def test_looks_that_no_cell_can_have_are_refused(excel_like, look: Look):
    with pytest.raises(ValueError, match=r"no (colour|font size|horizontal|vertical)"):
        written(excel_like, Restyle(TABLE, Area(1, 1, 1, 1), look))


# --- validations -------------------------------------------------------------------------------------------------------


def rules(book: openpyxl.Workbook, name: str = TABLE) -> dict[str, tuple[str, str, str | None]]:
    return {
        str(rule.sqref): (rule.type, rule.formula1, rule.formula2)
        for rule in book[name].data_validations.dataValidation
    }


def test_a_validation_says_all_that_excel_can_say(excel_like):
    given = Validation(
        "卡", (Area(2, 2, 2, 2), Area(3, 2, 4, 2)), "decimal", "0", "1000", error_title="超出范围", error='应为"0"至1000\n单位：<万元> & _x000D_',
        prompt_title="资金", prompt="一行\r\n二行\t三",
    )  # fmt: skip
    data = written(excel_like, given, Validation("卡", (Area(5, 1, 5, 1),), "list", "'表 一'!$B$2:$B$3", strict=True))
    number, listed = sound(data, excel_like)["卡"].data_validations.dataValidation
    assert (number.type, number.formula1, number.formula2, str(number.sqref)) == ("decimal", "0", "1000", "B2 B3:B4")
    assert (number.errorStyle, number.showErrorMessage, number.showInputMessage, number.allowBlank) == (
        "warning",
        True,
        True,
        True,
    )
    assert number.error == '应为"0"至1000\n单位：<万元> & _x005F_x000D_'  # openpyxl does not decode what Excel does
    assert (number.promptTitle, number.prompt) == ("资金", "一行\n二行\t三")
    assert (listed.errorStyle or "stop", listed.formula1) == ("stop", "'表 一'!$B$2:$B$3")
    assert parts_of(data)["xl/styles.xml"] == parts_of(excel_like)["xl/styles.xml"]
    assert parts_of(data)["xl/workbook.xml"] == parts_of(excel_like)["xl/workbook.xml"]


def test_what_held_for_a_cell_makes_room_and_holds_for_the_rest(excel_like):
    data = written(excel_like, Validation(TABLE, (Area(4, 4, 4, 4), Area(12, 5, 13, 9)), prompt="填这里"))
    assert rules(sound(data, excel_like)) == {
        "D6": ("decimal", "0", None),
        "D5:D6": ("custom", "ISNUMBER(D5)", None),  # said anew from its first cell
        "E9:E11 E14:E20": ("list", "$B$9:$B$12", None),
        "D4 E12:I13": (None, None, None),
    }
    gone = written(excel_like, Validation(TABLE, (Area(1, 4, 6, 4),), "whole", "5", operator="equal"))
    assert set(rules(sound(gone, excel_like))) == {"E9:E20", "D1:D6"}


def test_a_hole_in_a_rule_with_relative_references_leaves_several_rules():
    rule = '<dataValidations count="1"><dataValidation type="custom" sqref="B2:D4"><formula1>B2&gt;$A2</formula1></dataValidation></dataValidations>'
    data = written(small(after=rule), Validation("表1", (Area(2, 2, 3, 2),), "any", prompt="x"))
    assert rules(load(data), "表1") == {
        "C2:D3": ("custom", "C2>$A2", None), "B4:D4": ("custom", "B4>$A4", None), "B2:B3": (None, None, None),
    }  # fmt: skip
    fixed = written(
        small(after=rule.replace("B2&gt;$A2", "$B$2&gt;1")), Validation("表1", (Area(2, 2, 3, 2),), prompt="x")
    )
    assert set(rules(load(fixed), "表1")) == {"B4:D4 C2:D3", "B2:B3"}


X14 = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list">'
    "<x14:formula1><xm:f>表1!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>B1:B9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)


def test_validations_of_the_extension_make_room_too():
    data = text_of(written(small(after=X14), Validation("表1", (Area(3, 2, 4, 2),), prompt="x")))
    assert "<xm:sqref>B1:B2 B5:B9</xm:sqref>" in data
    assert '<x14:dataValidations count="1"' in data
    gone = text_of(written(small(after=X14), Validation("表1", (Area(1, 1, 9, 2),), prompt="x")))
    assert "ext" not in gone


def test_of_two_validations_in_a_plan_the_later_one_holds():
    one = Validation("表1", (Area(1, 1, 9, 1),), "whole", "1", operator="greaterThan")
    data = written(small(), one, one._replace(areas=(Area(3, 1, 3, 1),), formula="7"))
    assert rules(load(data), "表1") == {"A1:A2 A4:A9": ("whole", "1", None), "A3": ("whole", "7", None)}
    assert rules(load(written(small(), one, one._replace(formula="2"))), "表1") == {"A1:A9": ("whole", "2", None)}


def test_validations_go_with_the_rows_and_reach_over_new_ones(openpyxl_like):
    data = written(
        openpyxl_like,
        Validation(TABLE, (Area(6, 2, 6, 2), Area(9, 1, 9, 1)), "custom", "ISNUMBER(B6)"),
        Grow(TABLE, 6, (Line(6, ()),) * 3),
    )
    assert rules(sound(data, openpyxl_like)) == {
        "D6:D9": ("whole", "0", None), "B6:B9": ("custom", "ISNUMBER(B6)", None), "A12": ("custom", "ISNUMBER(A12)", None),
    }  # fmt: skip
    none = written(
        openpyxl_like, Validation(TABLE, (Area(5, 2, 5, 2),), prompt="x"), Rows(TABLE, 4, 6, 1, [Line(6, ())])
    )
    assert rules(load(none)) == {"D4": ("whole", "0", None)}


AREA = (Area(1, 1, 1, 1),)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Validation(TABLE, AREA, prompt="长" * 256), "256 characters"),
        (Validation(TABLE, AREA, prompt_title="𠀀" * 17), "34 characters"),
        (Validation(TABLE, AREA, error="长" * 256), "256 characters"),
        (Validation(TABLE, AREA, error_title="长" * 33), "33 characters"),
        (Validation(TABLE, ()), "no cell"),
        (Validation(TABLE, (Area(2, 1, 1, 1),)), "no area"),
        (Validation(TABLE, AREA, "list"), "kind 'list'"),
        (Validation(TABLE, AREA, "any", "1"), "kind 'any'"),
        (Validation(TABLE, AREA, "whole", "1"), "kind 'whole'"),
        (Validation(TABLE, AREA, "list", f'"{"甲," * 128}"'), "256 characters"),
        (Validation(TABLE, AREA, "whole", "1", operator="<"), "no operator"),
        (Highlight(TABLE, AREA, "A1", Look()), "changes nothing"),
        (Highlight(TABLE, AREA, "A1", Look(size=Decimal(9))), "cannot change"),
        (Highlight(TABLE, (Area(0, 1, 1, 1),), "A1", RED), "no area"),
        (Restyle(TABLE, Area(1, 1, 1, 16_385), RED), "no area"),
        (Restyle(TABLE, Area(1, 1, 1_000_001, 1), RED), "1000001 cells"),
        (Protect("没有"), "no worksheet"),
    ],
)
def test_edits_that_make_no_sense_are_refused(excel_like, edit: Edit, why: str):
    with pytest.raises(ValueError, match=why):
        written(excel_like, edit)


def test_a_sheet_is_not_both_dropped_and_protected(excel_like):
    with pytest.raises(ValueError, match="both edited and dropped"):
        written(excel_like, DropSheet("卡"), Protect("卡"))


# --- conditional formats -----------------------------------------------------------------------------------------------


def test_highlights_stand_behind_what_is_there(excel_like):
    data = written(
        excel_like,
        Highlight(TABLE, (Area(4, 1, 4, 3), Area(6, 1, 6, 6)), MARK, RED),
        Highlight(TABLE, (Area(5, 4, 5, 4),), 'D5<>"甲"', Look(color="FFFFFF", border="FF0000", underline=True)),
        Highlight("卡", AREA, MARK, RED),
    )
    book = sound(data, excel_like)
    found = {str(entry.sqref): entry.rules[0] for entry in book[TABLE].conditional_formatting}
    assert list(found)[-2:] == ["A4:C4 A6:F6", "D5"]
    priorities = [rule.priority for rule in found.values()]
    assert priorities[-2:] == [max(priorities) - 1, max(priorities)]
    assert max(priorities) > max(map(int, re.findall(r'priority="(\d+)"', text_of(excel_like))))
    mark, other = list(found.values())[-2:]
    assert (mark.formula, mark.dxf.fill.bgColor.rgb) == ([MARK], "FFFFC7CE")
    assert (other.formula, other.dxf.font.color.rgb, other.dxf.border.left.style) == (['D5<>"甲"'], "FFFFFFFF", "thin")
    assert text_of(data, "xl/styles.xml").count("FFC7CE") == 1  # one format for both sheets


def test_a_formula_with_relative_references_is_one_rule_only_where_all_programs_read_it_alike(excel_like):
    aslant = (Area(6, 4, 6, 5), Area(8, 1, 9, 1))
    data = written(excel_like, Highlight(TABLE, aslant, "D6>$A6", RED), Highlight(TABLE, aslant, "$D$6>1", RED))
    found = re.findall(r'<conditionalFormatting sqref="([^"]*)">[^/]*<formula>([^<]*)', text_of(data))
    assert found[-3:] == [("D6:E6", "D6&gt;$A6"), ("A8:A9", "A8&gt;$A8"), ("D6:E6 A8:A9", "$D$6&gt;1")]


def test_marks_are_taken_out_without_a_trace(excel_like, openpyxl_like):
    for base in (excel_like, openpyxl_like):
        marked = written(
            base,
            Highlight(TABLE, (Area(4, 1, 4, 3), Area(6, 1, 6, 6)), MARK, RED),
            Highlight(TABLE, (Area(5, 1, 5, 3),), 'N("xlsform:hint")=0', Look(fill="DDEBF7")),
            Highlight("卡", AREA, MARK, RED),
        )
        assert parts_of(marked)["xl/workbook.xml"] == parts_of(base)["xl/workbook.xml"]
        clean = written(
            marked, *(DropHighlights(name, f) for name in (TABLE, "卡") for f in (f" {MARK} ", 'N("xlsform:hint")=0'))
        )
        assert parts_of(clean) == parts_of(base)
        half = written(marked, DropHighlights(TABLE, MARK))
        assert MARK in [rule.formula[0] for entry in load(half)["卡"].conditional_formatting for rule in entry.rules]
        assert parts_of(half)["xl/styles.xml"] == parts_of(marked)["xl/styles.xml"]


def test_a_sheet_without_marks_or_rows_keeps_its_bytes():
    base = packed(
        parts(sheet("<!-- 注 -->"), sheet(""))
        | {"xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'}
    )
    assert parts_of(written(base, DropHighlights("表1", MARK), DropHighlights("表2", MARK))) == parts_of(base)
    protected = text_of(written(base, Protect("表2")), "xl/worksheets/sheet2.xml")
    assert protected.startswith(f'<worksheet xmlns="{MAIN}"><sheetData/><sheetProtection ')


def test_marks_set_anew_are_one_set(excel_like):
    once = written(excel_like, Highlight(TABLE, (Area(4, 1, 4, 3),), MARK, RED))
    twice = written(once, DropHighlights(TABLE, MARK), Highlight(TABLE, (Area(4, 1, 4, 3),), MARK, RED))
    assert parts_of(twice) == parts_of(once)
    hint = written(once, DropHighlights(TABLE, MARK), Highlight(TABLE, AREA, MARK, Look(fill="DDEBF7")))
    assert "FFC7CE" in text_of(hint, "xl/styles.xml")  # its number is taken, what comes behind it counts from there
    assert sound(hint, excel_like)[TABLE]


def test_a_rule_among_others_is_taken_out_of_them():
    def cf(*formulas: str) -> str:
        inside = "".join(
            f'<cfRule type="expression" priority="{at}"><formula>{formula}</formula></cfRule>'
            for at, formula in enumerate(formulas, 1)
        )
        return f'<conditionalFormatting sqref="A1">{inside}</conditionalFormatting>'

    x14 = (
        '<extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">{}'
        "<xm:sqref>A1</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    rule = '<x14:cfRule type="expression" priority="41" id="7"><xm:f>{}</xm:f></x14:cfRule>'
    both = x14.format(rule.format("A1") + rule.format("N(&quot;m&quot;)=0"))
    data = text_of(written(small(after=cf("A1", "N(&quot;m&quot;)=0", "A2") + both), DropHighlights("表1", 'N("m")=0')))
    assert re.findall(r"<(?:formula|xm:f)>([^<]*)<", data) == ["A1", "A2", "A1"]
    alone = written(
        small(after=cf('N("m")=0') + x14.format(rule.format('N("m")=0'))), DropHighlights("表1", 'N("m")=0')
    )
    assert text_of(alone) == text_of(small())
    more = text_of(written(small(after=cf("A1") + both), Highlight("表1", AREA, MARK, RED)))
    assert f'priority="42">{FORMULA_MARK}' in more


# --- protection --------------------------------------------------------------------------------------------------------


def test_a_sheet_is_protected_without_password_and_rows_may_be_inserted(excel_like):
    said = sound(written(excel_like, Protect(TABLE), Protect(TABLE)), excel_like)[TABLE].protection
    assert (said.sheet, said.objects, said.scenarios, said.password, said.hashValue) == (True, True, True, None, None)
    assert not any(
        (said.formatCells, said.formatColumns, said.formatRows, said.insertRows, said.deleteRows, said.insertHyperlinks)
    )
    assert all((said.insertColumns, said.deleteColumns, said.sort, said.autoFilter, said.pivotTables))


def test_a_protection_that_is_there_stays_and_one_that_is_off_does_not():
    strong = '<sheetProtection algorithmName="SHA-512" hashValue="a==" saltValue="b==" spinCount="1" sheet="1" selectLockedCells="1"/>'
    assert strong in text_of(written(small(after=strong), Protect("表1")))
    assert load(written(small(after='<sheetProtection formatRows="0"/>'), Protect("表1")))["表1"].protection.sheet


# --- nothing else changes ----------------------------------------------------------------------------------------------


def test_every_byte_outside_the_new_elements_stays(excel_like):
    data = written(
        excel_like,
        Put(TABLE, 6, 1, "值"),
        Highlight(TABLE, AREA, MARK, RED),
        Validation(TABLE, (Area(30, 1, 30, 1),), prompt="x"),
        Protect(TABLE),
    )
    new = text_of(data)
    for pattern in (
        rf'<conditionalFormatting sqref="A1">.*?{re.escape(MARK)}.*?</conditionalFormatting>',
        r'<dataValidation allowBlank="1"[^>]*sqref="A30"></dataValidation>',
        r"<sheetProtection[^>]*/>",
    ):
        new, count = re.subn(pattern, "", new)
        assert count == 1
    new, old = (
        re.sub(r'<row r="6".*?</row>|<dataValidations count="\d"|<dimension[^>]*>', "", text)
        for text in (new, text_of(excel_like))
    )
    assert new == old


def test_shared_formulas_stay_shared_under_a_new_look():
    shared = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1+1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    data = text_of(written(small(shared), Restyle("表1", Area(1, 1, 2, 1), Look(locked=False))))
    assert '<f t="shared" ref="A1:A2" si="0">B1+1</f>' in data
    assert '<f t="shared" si="0"/>' in data


def test_copies_are_made_of_the_sheet_as_it_was(excel_like):
    data = written(excel_like, CopySheet("卡", "副本"), Protect("卡"), Highlight("卡", AREA, MARK, RED))
    book = load(data)
    assert (book["卡"].protection.sheet, book["副本"].protection.sheet) == (True, False)


# --- LibreOffice -------------------------------------------------------------------------------------------------------


def everything() -> tuple[Edit, ...]:
    return (
        Put(TABLE, 6, 2, "=不是公式"),
        Put("引用", 6, 1, Formula('IF(A2>0,"是","否")', "是")),
        Grow(TABLE, 6, tuple(Line(6, ((1, f"新{n}"), (4, Decimal(n)))) for n in range(1, 4))),
        Restyle(TABLE, Area(6, 1, 6, 6), Look(locked=False, fill="FFEB9C", bold=True)),
        Validation(
            TABLE,
            (Area(6, 4, 6, 4),),
            "decimal",
            "0",
            operator="greaterThanOrEqual",
            error="不能小于零\n请改",
            prompt="填金额",
        ),
        Highlight(TABLE, (Area(6, 1, 6, 6),), MARK, RED),
        Protect(TABLE),
    )


@pytest.mark.libreoffice
def test_libreoffice_shows_what_was_set(excel_like, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "all.xlsx").write_bytes(written(excel_like, *everything()))
    convert(folder.glob("*.xlsx"), tmp_path / "out")
    saved = (tmp_path / "out" / "all.xlsx").read_bytes()
    shown = load(saved, data_only=True)
    sheet = shown[TABLE]
    assert [sheet.cell(row, 1).value for row in range(6, 10)] == ["样本", "新1", "新2", "新3"]
    assert (sheet["B6"].value, sheet["D12"].value, shown["引用"]["A6"].value) == ("=不是公式", 5 + 5 + 6, "是")
    assert (sheet["A9"].fill.fgColor.rgb, sheet["A9"].font.b, sheet["A9"].protection.locked) == (
        "FFFFEB9C",
        True,
        False,
    )
    assert sheet.protection.sheet
    limits = {rule.prompt: (str(rule.sqref), rule.error) for rule in sheet.data_validations.dataValidation}
    assert limits["填金额"] == ("D6:D9", "不能小于零\n请改")
    marks = [
        str(entry.sqref)
        for entry in sheet.conditional_formatting
        for rule in entry.rules
        if "xlsform" in str(rule.formula)
    ]
    assert marks == ["A6:F9"]
    grid = next(grid for grid in read("all.xlsx", saved).grids if grid.sheet == TABLE)
    assert grid.text(9, 1) == "新3"


# --- columns and print areas -------------------------------------------------------------------------------------------


def test_columns_become_wide_and_the_others_stay(excel_like):
    before = '<cols><col min="2" max="4" width="5" style="1" hidden="1" customWidth="1"/><col min="7" max="7" width="3"/></cols>'
    data = text_of(written(small(before=before), Widths("表1", 3, 8, Decimal("12.50"))))
    assert re.findall(r"<col [^>]*>", data) == [
        '<col min="2" max="2" width="5" style="1" hidden="1" customWidth="1"/>',
        '<col min="3" max="4" width="12.5" style="1" customWidth="1"/>',
        '<col min="5" max="6" width="12.5" customWidth="1"/>',
        '<col min="7" max="7" width="12.5" customWidth="1"/>',
        '<col min="8" max="8" width="12.5" customWidth="1"/>',
    ]
    new = written(excel_like, Widths("引用", 5, 5, Decimal(40)), Put("引用", 3, 5, "长" * 60))
    assert sound(new, excel_like)["引用"].column_dimensions["E"].width == 40
    middle = written(small(before=before), Widths("表1", 3, 3, Decimal(9)))
    assert re.findall(r'min="(\d)" max="(\d)"', text_of(middle)) == [("2", "2"), ("3", "3"), ("4", "4"), ("7", "7")]
    for bad in (Widths("表1", 0, 1, Decimal(9)), Widths("表1", 2, 1, Decimal(9)), Widths("表1", 1, 1, Decimal(256))):
        with pytest.raises(ValueError, match="wide"):
            written(small(), bad)


def test_a_print_area_is_set_where_there_is_none(excel_like, openpyxl_like):
    data = written(
        excel_like,
        PrintArea("引用", Area(1, 1, 6, 3)),
        PrintArea("卡", Area(1, 1, 2, 2)),
        Grow("引用", 6, (Line(1, ()),)),
    )
    book = sound(data, excel_like)
    assert (book["引用"].print_area, book["卡"].print_area) == ("'引用'!$A$1:$C$7", "'卡'!$A$1:$B$5")
    alone = written(openpyxl_like, PrintArea("卡", Area(1, 1, 6, 3)))
    assert load(alone)["卡"].print_area == "'卡'!$A$1:$C$6"
    assert {name for name, part in parts_of(openpyxl_like).items() if parts_of(alone)[name] != part} == {
        "xl/workbook.xml"
    }
    assert parts_of(written(excel_like, PrintArea("卡", Area(1, 1, 2, 2)))) == parts_of(excel_like)
    with pytest.raises(ValueError, match="no area"):
        written(excel_like, PrintArea("卡", Area(0, 1, 2, 2)))
