"""What a plan does to the workbook as a whole: new sheets, the sheet in front, defined names, custom properties."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.packaging.custom import StringProperty

from tests.office import convert
from tests.writers.test_xlsx import check, edited, load, parts, written
from xlsform.core.cells import Area
from xlsform.core.edits import (
    Activate,
    AddSheet,
    CopySheet,
    Define,
    DropSheet,
    Edit,
    Formula,
    Highlight,
    Link,
    Look,
    NewRow,
    Property,
    Protect,
    Put,
    Validation,
)
from xlsform.readers import read

TABLE = "表 一"
TITLE = Look(font="黑体", size=Decimal(16), bold=True, horizontal="center")
HEAD = Look(bold=True, fill="DDEBF7", border="808080", wrap=True)
TEXT = Look(border="808080", wrap=True, vertical="top")
OPEN = Look(border="808080", wrap=True, locked=False)


def listing(sheet: str) -> AddSheet:
    """A list whose cells lead to a sheet."""
    return AddSheet(
        "需修改",
        (
            NewRow(((1, "退回修改清单", TITLE), (2, None, TITLE), (3, None, TITLE)), Decimal(30)),
            NewRow(
                ((1, "序号", HEAD), (2, "单元格", HEAD), (3, "问题", HEAD), (4, "位置", HEAD), (5, "审核说明", HEAD))
            ),
            NewRow(
                (
                    (1, 1, TEXT),
                    (2, Link("D4", f"'{sheet}'!D4"), Look(color="0563C1", underline=True)),
                    (3, "=不是公式 & <乙>", TEXT),
                    (4, Formula(f"ADDRESS(ROW('{sheet}'!D4),COLUMN('{sheet}'!D4),4)", "D4"), TEXT),
                    (5, None, OPEN),
                )
            ),
            NewRow(((1, Decimal("2.50"), TEXT), (3, "长" * 100, TEXT))),
            NewRow(()),
            NewRow(((3, "末", TEXT),)),
        ),
        widths=(Decimal(6), Decimal(10), Decimal(40)),
        merges=(Area(1, 1, 1, 3),),
        at=0,
        repeated=(2, 2),
        tab_color="C00000",
        hidden_columns=(4,),
    )


LIST, OWN_LIST = listing(TABLE), listing("甲")


def front(data: bytes) -> tuple[str, list[str]]:
    """(the sheet that the window shows, the sheets that are selected)"""
    book = load(data)
    return book.active.title, [sheet.title for sheet in book if sheet.sheet_view.tabSelected]


@pytest.fixture(scope="module")
def plain() -> bytes:
    """Three sheets without formulas, the second in front, the third hidden; names of sheets and of the workbook; titles."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name in ("甲", "乙", "丙"):
        sheet = book.add_worksheet(name)
        sheet.write("A1", name)
        sheet.print_area("A1:B5")
    book.get_worksheet_by_name("乙").activate()
    book.get_worksheet_by_name("丙").hide()
    book.define_name("总额", "=乙!$A$1")
    book.close()
    return out.getvalue()


# --- new sheets --------------------------------------------------------------------------------------------------------


def test_a_new_sheet_says_what_it_was_told(excel_like):
    data = written(excel_like, LIST)
    check(data, excel_like)
    book = load(data)
    assert book.sheetnames == ["需修改", TABLE, "引用", "卡"]
    sheet = book["需修改"]
    assert [[cell.value for cell in row] for row in sheet["A2:C4"]] == [
        ["序号", "单元格", "问题"], [1, "D4", "=不是公式 & <乙>"], [2.5, None, "长" * 100],
    ]  # fmt: skip
    assert sheet["C3"].data_type == "s"
    assert sheet["C3"].quotePrefix
    assert sheet["B3"].hyperlink.location == f"'{TABLE}'!D4"
    assert sheet["D3"].value == f"=ADDRESS(ROW('{TABLE}'!D4),COLUMN('{TABLE}'!D4),4)"
    assert load(data, data_only=True)["需修改"]["D3"].value == "D4"
    assert (sheet["C6"].value, sheet["A5"].value) == ("末", None)
    assert (sheet["A1"].font.name, sheet["A1"].font.size, sheet["A2"].fill.fgColor.rgb) == ("黑体", 16, "FFDDEBF7")
    assert [sheet[cell].protection.locked for cell in ("A3", "E3")] == [True, False]


def test_a_new_sheet_is_laid_out_for_paper_and_screen(excel_like):
    sheet = load(written(excel_like, LIST))["需修改"]
    assert [sheet.column_dimensions[col].width for col in "ABC"] == [6, 10, 40]
    assert sheet.column_dimensions["D"].hidden
    assert sheet.row_dimensions[1].height == 30
    assert sheet.row_dimensions[4].height == pytest.approx(6 * 1.3 * 11 + 4)  # 200 units in 40 less a tenth
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:C1"}
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A3", "$2:$2")
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.sheet_properties.tabColor.rgb == "FFC00000"
    tall = load(written(excel_like, AddSheet("竖", (NewRow(((1, "字", TITLE),)),), landscape=False)))["竖"]
    assert tall.page_setup.orientation == "portrait"
    assert tall.row_dimensions[1].height == pytest.approx(16 * 1.3 + 4)


def test_everything_that_counts_sheets_counts_the_new_one(plain):
    data = written(plain, OWN_LIST, AddSheet("隐", (), at=2, state="hidden"), AddSheet("深", (), state="veryHidden"))
    check(data, plain)
    book = load(data)
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        ("需修改", "visible"), ("甲", "visible"), ("乙", "visible"), ("隐", "hidden"), ("丙", "hidden"), ("深", "veryHidden"),
    ]  # fmt: skip
    assert front(data) == ("乙", ["乙"])
    assert {name: book[name].print_area for name in "甲乙丙"} == {name: f"'{name}'!$A$1:$B$5" for name in "甲乙丙"}
    assert book["需修改"].print_title_rows == "$2:$2"
    titles = re.findall(r"<vt:lpstr>(.*?)</vt:lpstr>", parts(data)["docProps/app.xml"].decode())
    assert titles[:7] == ["Worksheets", "Named Ranges", "需修改", "甲", "乙", "隐", "丙"]
    ids = [sheet.get("sheetId") for sheet in etree.fromstring(parts(data)["xl/workbook.xml"]).iter("{*}sheet")]
    assert len(set(ids)) == len(ids)


def test_new_sheets_leave_all_others_alone(plain):
    old, new = parts(plain), parts(written(plain, OWN_LIST))
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {
        "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "docProps/app.xml", "xl/styles.xml",
    }  # fmt: skip
    assert set(new) - set(old) == {"xl/worksheets/sheet4.xml"}
    calculation = [re.findall(rb"<calcPr[^>]*>", part["xl/workbook.xml"]) for part in (old, new)]
    assert calculation[0] == calculation[1]


def test_other_edits_can_name_the_new_sheet(plain):
    plan = [
        Validation("需修改", (Area(3, 5, 9, 5),), "list", '"甲,乙"'),
        Highlight("需修改", (Area(3, 1, 9, 5),), "$A3=1", Look(fill="FFC7CE")),
        Protect("需修改"),
        Put("需修改", 3, 5, "已改"),
        Activate("需修改"),
    ]
    data = written(plain, *plan, OWN_LIST)
    check(data, plain)
    sheet = load(data)["需修改"]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["E3:E9"]
    assert [str(entry.sqref) for entry in sheet.conditional_formatting] == ["A3:E9"]
    assert sheet.protection.sheet
    assert sheet["E3"].value == "已改"
    assert not sheet["E3"].protection.locked
    assert front(data) == ("需修改", ["需修改"])


def test_a_new_sheet_takes_the_place_of_an_old_one(plain):
    once = written(plain, OWN_LIST, Activate("需修改"))
    other = AddSheet("需修改", (NewRow(((1, "新的", Look()),)),), at=0)
    twice = written(once, DropSheet("需修改"), other)
    check(twice, plain)
    book = load(twice)
    assert book.sheetnames == ["需修改", "甲", "乙", "丙"]
    assert book["需修改"]["A1"].value == "新的"
    assert {name: book[name].print_area for name in "甲乙丙"} == {name: f"'{name}'!$A$1:$B$5" for name in "甲乙丙"}
    last = load(written(once, DropSheet("甲"), AddSheet("甲", ()), DropSheet("需修改")))
    assert last.sheetnames == ["乙", "丙", "甲"]
    assert load(written(once, DropSheet("需修改"), AddSheet("需修改", (), at=3))).sheetnames == [
        "甲",
        "乙",
        "需修改",
        "丙",
    ]


def test_formulas_may_speak_of_a_sheet_that_is_replaced(plain):
    base = written(plain, AddSheet("表", ()), Put("甲", 2, 1, Formula("表!A1", Decimal(0))))
    with pytest.raises(ValueError, match="is dropped"):
        written(base, DropSheet("表"))
    data = written(base, DropSheet("表"), AddSheet("表", (row((1, 7)),)))
    check(data, plain)
    assert load(data)["甲"]["A2"].value == "=表!A1"


def test_titles_leave_out_what_is_very_hidden_as_excel_does(plain):
    once = written(plain, AddSheet("深", (), at=1, state="veryHidden"))
    data = written(once, AddSheet("新", ()))
    assert re.findall(r"<vt:lpstr>(.*?)</vt:lpstr>", parts(data)["docProps/app.xml"].decode())[2:6] == [
        "甲",
        "乙",
        "丙",
        "新",
    ]
    assert (
        parts(written(data, DropSheet("新"), DropSheet("深")))["docProps/app.xml"] == parts(plain)["docProps/app.xml"]
    )


def test_dropping_the_new_sheet_gives_back_the_parts(plain, excel_like):
    for base in (plain, excel_like):
        old, back = parts(base), parts(written(written(base, LIST), DropSheet("需修改")))
        assert list(back) == list(old)
        assert {name for name in old if old[name] != back[name]} <= {"xl/styles.xml", "xl/workbook.xml"}
    assert (
        parts(written(written(plain, OWN_LIST), DropSheet("需修改")))["xl/workbook.xml"]
        == parts(plain)["xl/workbook.xml"]
    )


def test_a_workbook_without_windows_or_titles(openpyxl_like):
    name = "xl/workbook.xml"
    bare = re.sub(rb"<bookViews>.*</bookViews>", b"", parts(openpyxl_like)[name])
    base = edited(openpyxl_like, {name: bare, "docProps/app.xml": parts(openpyxl_like)["docProps/app.xml"]})
    data = written(base, LIST)
    check(data, base)
    assert front(data)[0] == TABLE
    children = [etree.QName(child).localname for child in etree.fromstring(parts(data)[name])]
    assert children.index("bookViews") == children.index("sheets") - 1
    assert front(written(base, Activate("卡"))) == ("卡", ["卡"])


def test_a_strict_workbook_keeps_its_dialect(plain):
    strict = {
        name: part.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, part in parts(plain).items()
    }  # fmt: skip
    data = written(edited(plain, strict), OWN_LIST, Property("xlsform.kind", "x"))
    new = parts(data)
    assert b"schemas.openxmlformats.org/spreadsheetml" not in new["xl/worksheets/sheet4.xml"]
    assert b"http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" in new["xl/_rels/workbook.xml.rels"]
    assert b"http://purl.oclc.org/ooxml/officeDocument/customProperties" in new["docProps/custom.xml"]
    assert [grid.sheet for grid in read("x.xlsx", data).grids] == ["需修改", "甲", "乙", "丙"]


def test_our_own_reader_reads_the_new_sheet(excel_like):
    grid = next(grid for grid in read("x.xlsx", written(excel_like, LIST)).grids if grid.sheet == "需修改")
    assert [grid.text(3, col) for col in range(1, 6)] == ["1", "D4", "=不是公式 & <乙>", "D4", ""]
    assert grid.merges == (Area(1, 1, 1, 3),)
    assert grid.hidden_cols == ((4, 4),)


def row(*cells: tuple[int, object]) -> NewRow:
    return NewRow(tuple((col, value, Look()) for col, value in cells))  # type: ignore[misc]


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ([AddSheet("甲", ())], "two sheets"),
        ([AddSheet("坏/名", ())], "cannot be the name"),
        ([AddSheet("一", ()), AddSheet("一", ())], "two sheets"),
        ([AddSheet("一", (), at=4)], "no sheet number"),
        ([AddSheet("一", (), at=-1)], "no sheet number"),
        ([AddSheet("一", (row((2, "x"), (1, "y")),))], "ascending"),
        ([AddSheet("一", (row((0, "x")),))], "ascending"),
        ([AddSheet("一", (row((1, "x"), (2, "y")),), merges=(Area(1, 1, 1, 2),))], "under a merge"),
        ([AddSheet("一", (), merges=(Area(1, 1, 2, 2), Area(2, 2, 3, 3)))], "meet"),
        ([AddSheet("一", (), widths=(Decimal(256),))], "wide"),
        ([AddSheet("一", (), repeated=(3, 2))], "repeated"),
        ([AddSheet("一", (), tab_color="red")], "colour"),
        ([AddSheet("一", (row((1, True)),))], "cannot be written"),
        ([Activate("没有")], "cannot open"),
        ([Activate("丙")], "cannot open"),
        ([Activate("甲"), Activate("乙")], "more than one"),
        ([Activate("甲"), DropSheet("甲")], "cannot open"),
        ([Define("A1", "1")], "cannot be the name"),
        ([Define("R1C1", "1")], "cannot be the name"),
        ([Define("有 空格", "1")], "cannot be the name"),
        ([Define("名", "")], "cannot stand for"),
        ([Define("名", '"a\nb"')], "cannot stand for"),
        ([Property("", "x")], "name of a property"),
        ([Property("a\nb", "x")], "name of a property"),
        ([Put("一", 1, 1, 1)], "no worksheet"),
    ],
)
def test_plans_that_make_no_sense_are_refused(plain, plan: list[Edit], why: str):
    with pytest.raises(ValueError, match=why):
        written(plain, *plan)


# --- the sheet in front ------------------------------------------------------------------------------------------------


def test_one_sheet_is_in_front_and_selected(plain, excel_like):
    assert front(plain) == ("乙", ["乙"])
    data = written(plain, Activate("甲"))
    assert front(data) == ("甲", ["甲"])
    changed = {name for name, part in parts(plain).items() if part != parts(data)[name]}
    assert changed == {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    grouped = edited(
        plain,
        {
            name: part.replace(b"<sheetView ", b'<sheetView tabSelected="1" ')
            for name, part in parts(plain).items()
            if name in {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml"}
        },
    )
    assert front(written(grouped, Activate("乙"))) == ("乙", ["乙"])
    assert front(written(excel_like, Activate("卡"), Put("卡", 1, 3, "x"), Put(TABLE, 1, 9, "y"))) == ("卡", ["卡"])


def test_a_copy_can_be_in_front(excel_like):
    data = written(excel_like, CopySheet("卡", "甲卡"), CopySheet("卡", "乙卡"), DropSheet("卡"), Activate("乙卡"))
    check(data, excel_like)
    assert front(data) == ("乙卡", ["乙卡"])


def test_a_sheet_without_views_gets_one_where_it_belongs(plain):
    name = "xl/worksheets/sheet1.xml"
    base = edited(plain, {name: re.sub(rb"<sheetViews>.*</sheetViews>", b"", parts(plain)[name])})
    data = written(base, Activate("甲"))
    check(data, base)
    assert front(data) == ("甲", ["甲"])


def test_the_tab_in_front_is_among_those_shown(plain):
    name = "xl/workbook.xml"
    base = edited(plain, {name: parts(plain)[name].replace(b"<workbookView ", b'<workbookView firstSheet="1" ')})
    view = etree.fromstring(parts(written(base, OWN_LIST, Activate("需修改")))[name]).find(".//{*}workbookView")
    assert (view.get("firstSheet", "0"), view.get("activeTab", "0")) == ("0", "0")


# --- names -------------------------------------------------------------------------------------------------------------


def test_names_come_change_and_go(plain):
    data = written(plain, Define("xlsform.kind", '"四表"'), Define("总额", "甲!$A$1", hidden=False))
    check(data, plain)
    names = load(data).defined_names
    assert (names["xlsform.kind"].attr_text, names["xlsform.kind"].hidden) == ('"四表"', True)
    assert (names["总额"].attr_text, names["总额"].hidden) == ("甲!$A$1", None)
    assert read("x.xlsx", data).stamp["kind"] == "四表"
    again = written(data, Define("XLSFORM.KIND", '"a ""b"" & <c>"'))
    assert read("x.xlsx", again).stamp["kind"] == 'a "b" & <c>'
    assert len(load(again).defined_names) == 2
    assert parts(written(written(plain, Define("xlsform.kind", "1")), Define("xlsform.kind", None))) == parts(plain)
    assert parts(written(plain, Define("没有", None))) == parts(plain)


def test_the_first_name_stands_in_its_place_and_the_last_takes_the_list_along(plain):
    name = "xl/workbook.xml"
    base = edited(plain, {name: re.sub(rb"<definedNames>.*</definedNames>", b"", parts(plain)[name])})
    data = written(base, Define("xlsform.a", "1"), Define("xlsform.b", "2"))
    children = [etree.QName(child).localname for child in etree.fromstring(parts(data)[name])]
    assert children.index("sheets") < children.index("definedNames") < children.index("calcPr")
    assert parts(written(data, Define("xlsform.a", None), Define("xlsform.b", None))) == parts(base)


def test_names_of_single_sheets_are_others(plain):
    data = written(plain, Define("_xlnm.Print_Area", "甲!$A$1"), Define("_xlnm.Print_Area", None))
    assert parts(data) == parts(plain)


# --- properties --------------------------------------------------------------------------------------------------------


def test_properties_come_change_and_go(plain):
    data = written(plain, Property("xlsform.kind", "四表 & <甲>"), Property("xlsform.year", "2019"))
    check(data, plain)
    assert {one.name: one.value for one in load(data).custom_doc_props.props} == {
        "xlsform.kind": "四表 & <甲>", "xlsform.year": "2019",
    }  # fmt: skip
    part = parts(data)["docProps/custom.xml"].decode()
    assert re.findall(r'pid="(\d+)"', part) == ["2", "3"]
    assert set(re.findall(r'fmtid="([^"]+)"', part)) == {"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"}
    assert written(data, Property("xlsform.year", "2019")) == written(data)
    less = written(data, Property("xlsform.year", "2020"), Property("xlsform.kind", None))
    assert {one.name: one.value for one in load(less).custom_doc_props.props} == {"xlsform.year": "2020"}
    assert parts(written(less, Property("XLSFORM.year", None))) == parts(plain)
    assert parts(written(plain, Property("没有", None))) == parts(plain)


def test_properties_of_others_stay_and_one_of_another_type_becomes_a_text():
    book = openpyxl.Workbook()
    book.custom_doc_props.append(StringProperty(name="别人的", value="值"))
    out = io.BytesIO()
    book.save(out)
    base = out.getvalue()
    name = "docProps/custom.xml"
    number = re.sub(rb"<(\w+:)?lpwstr([^>]*)>.*?</(\w+:)?lpwstr>", rb"<\1i4\2>7</\3i4>", parts(base)[name])
    data = written(edited(base, {name: number}), Property("xlsform.kind", "a"), Property("别人的", "八"))
    check(data, base)
    assert [(one.name, one.value) for one in load(data).custom_doc_props.props] == [
        ("别人的", "八"),
        ("xlsform.kind", "a"),
    ]
    kept = written(base, Property("xlsform.kind", "a"), Property("xlsform.kind", None))
    assert parts(kept) == parts(base)


# --- LibreOffice -------------------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
def test_libreoffice_keeps_sheets_names_and_properties(excel_like, tmp_path):
    plan = [
        LIST, AddSheet("_列表", (row((1, "一"), (2, "二")),), state="veryHidden"), Activate("需修改"),
        Define("xlsform.kind", '"四表"'), Property("xlsform.kind", "四表"),
    ]  # fmt: skip
    (tmp_path / "new.xlsx").write_bytes(written(excel_like, *plan))
    convert(tmp_path.glob("*.xlsx"), tmp_path / "saved")
    data = (tmp_path / "saved" / "new.xlsx").read_bytes()
    book = load(data, data_only=True)
    assert book.sheetnames == ["需修改", TABLE, "引用", "卡", "_列表"]
    assert book["_列表"].sheet_state == "hidden"
    assert front(data)[0] == "需修改"
    sheet = book["需修改"]
    assert [sheet.cell(3, col).value for col in (1, 3, 4)] == [1, "=不是公式 & <乙>", "D4"]
    assert sheet.print_title_rows == "$2:$2"
    assert book[TABLE]["D9"].value == 10
    assert book.defined_names["xlsform.kind"].attr_text == '"四表"'
    assert [(one.name, one.value) for one in book.custom_doc_props.props] == [("xlsform.kind", "四表")]
