"""Reading workbooks: every cell as it stands, whatever wrote it, and a loud end for what cannot be."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.workbook.defined_name import DefinedName

from tests.office import convert
from tests.ooxml.packages import MAIN, STRICT, one_cell, packed, parts, sheet, workbook
from xlsform import readers
from xlsform.core.cells import Area, Book, Cell, CellError, Grid
from xlsform.core.errors import Rejected
from xlsform.ooxml import container, markup, package
from xlsform.ooxml.package import OWN, RETURN
from xlsform.ooxml.strings import INVISIBLE
from xlsform.readers.xlsx import open_sheets


def read(data: bytes, file: str = "区委办.xlsx") -> Book:
    return readers.read(file, data)


def grid(data: bytes) -> Grid:
    return read(data).grids[0]


def cell(markup: str, *, strings: str = "", book: str = "") -> Cell | None:
    return grid(one_cell(markup, strings=strings, book=book)).cell(1, 1)


def rejection(data: bytes) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read(data)
    return caught.value


def remarks(data: bytes) -> dict[str, dict[str, str]]:
    return {key: dict(params) for key, params in read(data).remarks}


# One cell


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<c r="A1"><v>8</v></c>', Cell(Decimal(8), "8")),
        ('<c r="A1" s="0" t="n"><v>336.06999999999999</v></c>', Cell(Decimal("336.06999999999999"), "336.07")),
        ('<c r="A1"><v>1E-2</v></c>', Cell(Decimal("1E-2"), "0.01")),
        ('<c r="A1"><v> 8.50\n</v></c>', Cell(Decimal("8.50"), "8.5")),
        ('<c r="A1" s="1"><v>1</v></c>', Cell(Decimal(1), "100%", None, "0%")),
        ('<c r="A1" s="2"><v>8</v></c>', Cell(Decimal(8), "8万元", None, '0"万元"')),
        ('<c r="A1" s="3"><v>8</v></c>', Cell(Decimal(8), "8", None, ";;;")),
        ('<c r="A1" s="4"><v>43586</v></c>', Cell(Decimal(43586), "2019年5月", None, 'yyyy"年"m"月"')),
        ('<c r="A1" s="5"><v>60</v></c>', Cell(Decimal(60), "1900/2/29", None, "yyyy/m/d")),
        ('<c r="A1" s="7"><v>8</v></c>', Cell(Decimal(8), "8")),
        ('<c r="A1" s="5" t="d"><v>2019-05-01</v></c>', Cell(Decimal(43586), "2019/5/1", None, "yyyy/m/d")),
        ('<c r="A1" t="b"><v>1</v></c>', Cell(True, "TRUE")),
        ('<c r="A1" t="b"><v>0</v></c>', Cell(False, "FALSE")),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', Cell(CellError("#DIV/0!"), "#DIV/0!")),
        ('<c r="A1" t="str"><v>深改</v></c>', Cell("深改", "深改")),
        ('<c r="A1" t="inlineStr"><is><t>深改</t></is></c>', Cell("深改", "深改")),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 深 改 </t></is></c>', Cell(" 深 改 ", " 深 改 ")),
        ('<c r="A1" t="inlineStr"><is><t>&#28145;&#25913;&amp;&lt;&#x4E00;</t></is></c>', Cell("深改&<一", "深改&<一")),
        ('<c r="A1" t="inlineStr"><is><t>&amp;lt;&amp;#28145;</t></is></c>', Cell("&lt;&#28145;", "&lt;&#28145;")),
        ('<c r="A1" t="inlineStr"><is><t>&#28145;&amp;#25913;</t></is></c>', Cell("深&#25913;", "深&#25913;")),
        ('<c r="A1" t="inlineStr"><is><t>a_x000D_\nb</t></is></c>', Cell("a\r\nb", "a\nb")),
        ('<c r="A1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c>', Cell("_x0041_", "_x0041_")),
        ('<c r="A1" t="inlineStr"><is><t>_xD83D__xDE00__xD83D_</t></is></c>', Cell("😀_xD83D_", "😀_xD83D_")),
        ('<c r="A1" t="inlineStr"><is><t>a&#13;b\r\nc</t></is></c>', Cell("a\rb\nc", "a\nb\nc")),
        ('<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>深</t></r><r><t>改</t></r></is></c>', Cell("深改", "深改")),
        (
            '<c r="A1" t="inlineStr"><is><t>东京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></is></c>',
            Cell("东京", "东京"),
        ),
        (
            '<c r="A1" s="6" t="inlineStr"><is><t>区委办</t></is></c>',
            Cell("区委办", "区委办（盖章）", None, '@"（盖章）"'),
        ),
        ('<c r="A1" s="3" t="inlineStr"><is><t>区委办</t></is></c>', Cell("区委办", "区委办", None, ";;;")),
        ('<c r="A1" t="inlineStr"><is><t>=1+1</t></is></c>', Cell("=1+1", "=1+1")),
        ('<c r="A1"><f>B1+1</f><v>8</v></c>', Cell(Decimal(8), "8", "B1+1")),
        ('<c r="A1"><f>B1+1</f></c>', Cell(None, "", "B1+1")),
        ('<c r="A1"><f>B1+1</f><v></v></c>', Cell(None, "", "B1+1")),
        ('<c r="A1"><f>B1+1</f><v/></c>', Cell(None, "", "B1+1")),
        ('<c r="A1" t="str"><f>B1&amp;"a"</f><v>ba</v></c>', Cell("ba", "ba", 'B1&"a"')),
        ('<c r="A1" t="str"><f>IF(B1,"","")</f><v></v></c>', None),
        ('<c r="A1" t="str"><f>B1</f></c>', Cell(None, "", "B1")),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', Cell(CellError("#DIV/0!"), "#DIV/0!", "1/0")),
        ('<c r="A1" t="b"><f>1=1</f><v>1</v></c>', Cell(True, "TRUE", "1=1")),
        ('<c r="A1"><f t="shared" ref="A1:A2" si="0">=B1</f><v>8</v></c>', Cell(Decimal(8), "8", "B1")),
        ('<c r="A1"><f t="shared" si="0"/><v>8</v></c>', Cell(Decimal(8), "8", "")),
        ('<c r="A1"/>', None),
        ('<c r="A1" s="2"></c>', None),
        ('<c r="A1"><v></v></c>', None),
        ('<c r="A1" t="s"><v/></c>', None),
        ('<c r="A1" t="inlineStr"><is/></c>', None),
        ('<c r="A1" t="inlineStr"><is><t/></is></c>', None),
        ('<c r="A1" t="inlineStr"><is><t> \n\u3000\u00a0\u200b</t></is></c>', None),
        ('<c r="A1" t="str"><v> </v></c>', None),
        ('<c r="A1"><v>8</v><extLst><ext uri="x"><v>9</v></ext></extLst></c>', Cell(Decimal(8), "8")),
        ('<c r="A1">\n  <v>8</v>\n</c>', Cell(Decimal(8), "8")),
    ],
)
def test_a_cell(markup: str, expected: Cell | None):
    assert cell(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<si><t>深改</t></si>", "深改"),
        ('<si><t xml:space="preserve"> 深改</t></si>', " 深改"),
        ("<si ><t >深改</t ></si >", "深改"),
        ("<si><r><t>深</t></r><r><rPr><sz val='9'/></rPr><t>改</t></r></si>", "深改"),
        ("<si><t>课</t><rPh sb='0' eb='1'><t>か</t></rPh></si>", "课"),
        ("<si><t>&#28145;&#25913;_x000A_&amp;</t></si>", "深改\n&"),
        ("<si><t><![CDATA[深<改>]]></t></si>", "深<改>"),
        ("<si><t>深<!-- 改 -->改</t></si>", "深改"),
        ("<si/>", None),
        ("<si><t/></si>", None),
        ("<si><t></t></si>", None),
        ("<si><t>　</t></si>", None),
    ],
)
def test_shared_strings(markup: str, expected: str | None):
    found = cell('<c r="A1" t="s"><v>1</v></c>', strings=f"<si><t>前</t></si>{markup}<si><t>后</t></si>")
    assert (found.text if found else None) == expected
    assert cell('<c r="A1" t="s"><v>2</v></c>', strings=f"<si><t>前</t></si>{markup}<si><t>后</t></si>") == Cell(
        "后", "后"
    )


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        *((f'<c r="A1"><v>{number}</v></c>', "E-CELL") for number in
          ("nan", "NaN", "inf", "-Infinity", "0x1F", "1_000", "٣", "1,234", "８", "1e400", "1e99999", "--1", ".", "1e", "9" * 500)),
        ('<c r="A1" t="s"><v>0</v></c>', "E-CELL"),
        ('<c r="A1" t="s"><v>-1</v></c>', "E-CELL"),
        ('<c r="A1" t="s"><v>1.0</v></c>', "E-CELL"),
        ('<c r="A1" t="s"><f>B1</f><v>7</v></c>', "E-CELL"),
        ('<c r="A1" t="b"><v>2</v></c>', "E-CELL"),
        ('<c r="A1" t="d"><v>2019-02-30</v></c>', "E-CELL"),
        ('<c r="A1" t="x"><v>1</v></c>', "E-CELL"),
        ('<c r="A1" s="99"><v>1</v></c>', "E-CELL"),
        ('<c r="A1" s="-1"><v>1</v></c>', "E-CELL"),
        ('<c r="A2"><v>1</v></c>', "E-CELL"),
        ('<c r="a1"><v>1</v></c>', "E-CELL"),
        ('<c r="XFE1"><v>1</v></c>', "E-CELL"),
        ('<c r="ZZZZZZZZZ1"><v>1</v></c>', "E-CELL"),
        ('<c r="1"><v>1</v></c>', "E-CELL"),
        ('<c r=""><v>1</v></c>', "E-CELL"),
        ('<c r="A1"><is><t>文</t></is></c>', "E-CELL"),
        ('<c r="A1"><v><b>1</b></v></c>', "E-CELL"),
        ('<c r="A1"><v>1</v><v>2</v></c>', "E-CELL"),
        ('<c r="A1"><v>1</v></c><c r="A1"><v>1</v></c>', "E-DUPCELL"),
        ('<c r="A1"><v>1</v></c><c r="B1"><v>1</v></c><c r="A1" t="str"><v>1</v></c>', "E-DUPCELL"),
        ('<c r="A1"><v>1</c>', "E-XML"),
        ('<c r="A1"><v>&nbsp;</v></c>', "E-XML"),
        ('<x:c r="A1"><v>1</v></x:c>', "E-XML"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_rejected(markup: str, reason: str):
    rejected = rejection(one_cell(markup))
    assert rejected.reason == reason
    if reason in ("E-CELL", "E-DUPCELL"):
        assert rejected.params["sheet"] == "表1"


# Rows, merges, what is hidden


@pytest.mark.parametrize("number", ["0", "1048577", "99999999999", "x", "-1", ""])
def test_rows_that_do_not_exist(number: str):
    data = sheet(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>')
    assert rejection(workbook(data)).reason == "E-CELL"


@pytest.mark.parametrize("second", [1, 2])
def test_rows_go_up(second: int):
    data = sheet(f'<row r="2"><c r="A2"><v>1</v></c></row><row r="{second}"><c r="B{second}"><v>1</v></c></row>')
    assert rejection(workbook(data)).reason == "E-CELL"


def test_the_last_cell_of_a_sheet():
    data = sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', before='<dimension ref="A1"/>')
    assert list(grid(workbook(data))) == [(1048576, 16384, Cell(Decimal(1), "1"))]


def test_what_the_file_claims_of_itself_is_ignored():
    strings = "".join(f"<si><t>串{at}</t></si>" for at in range(5))
    data = parts(
        sheet(
            '<row r="1" spans="1:1"><c r="C1" t="s"><v>4</v></c></row>',
            before='<dimension ref="A1"/>',
            after='<mergeCells count="9"><mergeCell ref="A1:B1"/></mergeCells>',
        )
    )
    data["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}" count="1" uniqueCount="1">{strings}</sst>'
    found = grid(packed(data))
    assert found.text(1, 3) == "串4"
    assert found.merges == (Area(1, 1, 1, 2),)


def test_merges_stay_ranges_and_values_under_them_keep_their_address():
    data = sheet(
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
        after='<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="C1:C1048576"/><mergeCell ref="D4"/></mergeCells>',
    )
    found = grid(workbook(data))
    assert [str(area) for area in found.merges] == ["A1:B1", "C1:C1048576"]
    assert (found.text(1, 1), found.text(1, 2)) == ("1", "2")


@pytest.mark.parametrize(
    "said", ['ref="A1:B2"', "ref='A1:B2'", 'ref = "$A$1:$B$2" ', 'xml:space="default" ref="A1:B2"']
)
def test_a_merge_however_it_is_written(said: str):
    found = grid(workbook(sheet("", after=f"<mergeCells><mergeCell {said}/></mergeCells>")))
    assert [str(area) for area in found.merges] == ["A1:B2"]


@pytest.mark.parametrize("ref", ["", "A1:", "B2:A1", "A1:XFE1", "A1:A1048577", "A:B", "#REF!"])
def test_a_merge_that_is_no_area(ref: str):
    assert rejection(workbook(sheet("", after=f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>'))).reason == "E-XML"


def test_too_many_merges():
    merges = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, RETURN.merges + 2))
    assert rejection(workbook(sheet("", after=f"<mergeCells>{merges}</mergeCells>"))).reason == "E-COMPLEX"


def test_hidden_rows_columns_and_sheets():
    data = parts(
        sheet(
            '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" ht="0" customHeight="1"/>'
            '<row r="3" ht="0.75"><c r="A3"><v>1</v></c></row><row r="4" hidden="true"/><row r="5" hidden="0" ht="12"/>'
            '<row r="6"><c r="A6"><v>1</v></c></row><row r="7" hidden="1"/>',
            before='<cols><col min="1" max="1" width="9"/><col min="2" max="3" width="9" hidden="1"/><col min="5" max="16384" width="0"/></cols>',
        ),
        sheet(""),
    )
    data["xl/workbook.xml"] = str(data["xl/workbook.xml"]).replace('sheetId="2"', 'sheetId="2" state="veryHidden"')
    first, second = read(packed(data)).grids
    assert (first.hidden, second.hidden) == (False, True)
    assert first.hidden_rows == {1, 2, 4}
    assert first.hidden_cols == ((2, 3), (5, 16384))


def test_values_that_their_format_hides_are_kept_and_said():
    data = one_cell('<c r="A1" s="3"><v>8</v></c><c r="B1" s="3" t="str"><v>密</v></c>')
    assert [one.text for _, _, one in grid(data)] == ["8", "密"]
    assert remarks(data)["W-INVISIBLE"] == {"sheet": "表1", "cells": "A1、B1", "count": "2"}


def test_struck_through_runs_are_said():
    strings = (
        "<si><t>a</t></si><si><r><rPr><strike/></rPr><t>旧</t></r><r><rPr><strike val='0'/></rPr><t>新</t></r></si>"
        "<si><r><rPr><strike val='0'/></rPr><t>新</t></r></si>"
    )
    cells = "".join(f'<c r="{column}1" t="s"><v>{at}</v></c>' for at, column in enumerate("ABC"))
    inline = '<c r="D1" t="inlineStr"><is><r><rPr><strike/></rPr><t>旧</t></r></is></c>'
    data = one_cell(cells + inline, strings=strings)
    assert grid(data).text(1, 2) == "旧新"
    assert remarks(data)["W-STRUCK"] == {"sheet": "表1", "cells": "B1、D1", "count": "2"}


def test_many_blank_cells_are_counted():
    rows = "".join(f'<row r="{row}"><c r="A{row}" s="2"/><c r="B{row}" s="2"></c></row>' for row in range(1, 6001))
    data = workbook(sheet(rows + '<row r="6001"><c r="A6001"><v>1</v></c><c r="B6001"/></row>'))
    assert remarks(data)["W-BLANKS"] == {"sheet": "表1", "count": "12001"}
    assert list(grid(data)) == [(6001, 1, Cell(Decimal(1), "1"))]


def test_too_much_text_from_one_string():
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 400))
    assert rejection(workbook(sheet(cells), strings=f"<si><t>{'长' * 32767}</t></si>")).reason == "E-COMPLEX"


# The workbook


def test_stamp_is_what_constant_names_say():
    names = (
        '<definedNames><definedName name="xlsform.form_set">"2019"</definedName>'
        '<definedName name="xlsform.kind">"re""turn&amp;"</definedName><definedName name="xlsform.sum">表1!$A$1</definedName>'
        '<definedName name="xlsform.two">"a"&amp;"b"</definedName><definedName name="xlsform.local" localSheetId="0">"x"</definedName>'
        '<definedName name="other">"x"</definedName></definedNames>'
    )
    assert read(one_cell("", book=names)).stamp == {"form_set": "2019", "kind": 're"turn&'}


def test_the_1904_date_system():
    data = parts(sheet('<row r="1"><c r="A1" s="5"><v>42124</v></c><c r="B1" s="5" t="d"><v>2019-05-01</v></c></row>'))
    data["xl/workbook.xml"] = str(data["xl/workbook.xml"]).replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    found = grid(packed(data))
    assert (found.text(1, 1), found.text(1, 2)) == ("2019/5/1", "2019/5/1")


def test_no_styles_and_no_strings():
    data = parts(sheet('<row r="1"><c r="A1" s="3"><v>8</v></c></row>'))
    del data["xl/styles.xml"], data["xl/sharedStrings.xml"]
    assert grid(packed(data)).cell(1, 1) == Cell(Decimal(8), "8")


def test_sheets_that_hold_no_cells_are_skipped_and_said():
    data = parts(sheet(""), sheet(""), names=("数据", "图"))
    data["xl/_rels/workbook.xml.rels"] = str(data["xl/_rels/workbook.xml.rels"]).replace(
        'worksheet" Target="worksheets/sheet2', 'chartsheet" Target="worksheets/sheet2'
    )
    book = read(packed(data))
    assert [one.sheet for one in book.grids] == ["数据"]
    assert ("W-SHEETKIND", {"sheet": "图", "kind": "图表工作表"}) in book.remarks


def test_only_a_chart():
    data = parts(sheet(""))
    data["xl/_rels/workbook.xml.rels"] = str(data["xl/_rels/workbook.xml.rels"]).replace("/worksheet", "/chartsheet")
    assert rejection(packed(data)).reason == "E-NOSHEET"


@pytest.mark.parametrize(
    ("part", "remark"),
    [
        ("xl/vbaProject.bin", "W-MACRO"),
        ("xl/externalLinks/externalLink1.xml", "W-EXTERNAL"),
        ("xl/embeddings/oleObject1.bin", "W-EMBEDDED"),
        ("xl/activeX/activeX1.xml", "W-EMBEDDED"),
        ("xl/connections.xml", "W-CONNECTION"),
        ("_xmlsignatures/sig1.xml", "W-SIGNED"),
    ],
)
def test_what_is_left_alone_is_said(part: str, remark: str):
    content = parts(sheet(""))
    content[part] = "<a/>"
    assert [key for key, _ in read(packed(content)).remarks] == [remark]
    assert read(packed(parts(sheet("")))).remarks == ()


def test_recalculation_matters_only_with_formulas():
    calc = '<calcPr fullCalcOnLoad="1"/>'
    assert remarks(one_cell('<c r="A1"><v>1</v></c>', book=calc)) == {}
    assert "W-RECALC" in remarks(one_cell('<c r="A1"><f>B1</f><v>1</v></c>', book=calc))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('name="表2"', 'name="表1"', "E-XML"),
        ('r:id="rId2"', 'r:id="rId1"', "E-XML"),
        ('r:id="rId2"', 'r:id="rId9"', "E-DAMAGED"),
        ("<workbook", "<!DOCTYPE a><workbook", "E-XML"),
        ("</workbook>", "", "E-XML"),
        (MAIN, "urn:other", "E-XML"),
    ],
)
def test_a_workbook_part_that_contradicts_itself(old: str, new: str, reason: str):
    content = parts(sheet(""), sheet(""))
    content["xl/workbook.xml"] = str(content["xl/workbook.xml"]).replace(old, new)
    assert rejection(packed(content)).reason == reason


def test_a_sheet_whose_part_is_missing():
    content = parts(sheet(""), sheet(""))
    del content["xl/worksheets/sheet2.xml"]
    assert rejection(packed(content)).reason == "E-DAMAGED"


# Legal oddities: one reader for all of them

PLAIN = sheet(
    '<row r="1"><c r="A1" s="2"><v>8</v></c><c r="B1" t="inlineStr"><is><t>a &amp; "b"</t></is></c></row>'
    '<row r="3" hidden="1"><c r="B3"><f>A1&gt;1</f><v>1</v></c></row>',
    before='<cols><col min="2" max="2" hidden="1"/></cols>',
    after='<mergeCells><mergeCell ref="A1:A2"/></mergeCells>',
)


def oddly(text: str) -> dict[str, bytes]:
    """The same sheet in other legal forms."""
    prefixed = text.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=")
    bare = text.replace(' r="1"', "").replace(' r="A1"', "").replace(' r="B1"', "")
    return {
        "prefixed": prefixed.encode(),
        "strict": text.replace(MAIN, STRICT).encode(),
        "utf-16": text.encode("utf-16"),
        "utf-16 declared": ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16"),
        "utf-8 with a mark": text.encode("utf-8-sig"),
        "latin-1": ('<?xml version="1.0" encoding="iso-8859-1"?>' + text).encode("latin-1"),
        "declared": ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n' + text).encode(),
        "no addresses": bare.encode(),
        "comments": text.replace("<v>", "<!-- <v>9</v> --><v>").encode(),
        "character data": text.replace("<v>8</v>", "<v><![CDATA[8]]></v>").encode(),
        "instructions": text.replace("<sheetData>", "<?a b?><sheetData>").encode(),
        "single quotes": text.replace('="', "='").replace('" ', "' ").replace('">', "'>").replace('"/>', "'/>").encode(),
        "a sign in a text": text.replace("&gt;", ">").encode(),
        "a sign in an attribute": text.replace('<c r="A1"', '<c r="A1" ph="/>"').encode(),
        "attributes in another order": text.replace('r="A1" s="2"', 's="2" r="A1"').encode(),
        "white space": text.replace("><", ">\n  <").replace(' s="2"', '\n s = "2"').encode(),
        "foreign elements": text.replace("<v>8", '<y:v xmlns:y="urn:y"><v xmlns="urn:z">9</v></y:v><v>8').encode(),
        "main namespace twice": text.replace("<row ", f'<row xmlns:x="{MAIN}" ', 1).encode(),
        "a choice": text.replace(
            '<c r="A1"',
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            '<mc:Choice Requires="x99"><c r="A1"><v>9</v></c></mc:Choice><mc:Fallback><c r="A1"',
            1,
        ).replace('<c r="B1"', '</mc:Fallback></mc:AlternateContent><c r="B1"').encode(),
    }  # fmt: skip


@pytest.mark.parametrize("form", sorted(oddly(PLAIN)))
def test_legal_oddities_read_alike(form: str):
    content = parts("")
    content["xl/worksheets/sheet1.xml"] = PLAIN.encode()
    plain = grid(packed(content))
    assert [one.text for _, _, one in plain] == ["8万元", 'a & "b"', "1"]
    content["xl/worksheets/sheet1.xml"] = oddly(PLAIN)[form]
    assert grid(packed(content)) == plain


def test_what_everybody_writes_is_plain_and_what_is_odd_is_not():
    assert markup.is_plain("a", [PLAIN.encode()])
    odd = {form: markup.is_plain("a", [text]) for form, text in oddly(PLAIN).items()}
    assert {form for form, plain in odd.items() if plain} == {"strict", "utf-8 with a mark", "declared", "white space"}


def test_strict_everywhere():
    content = {
        name: part.replace("schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument").replace(MAIN, STRICT)
        for name, part in parts(PLAIN, strings="<si><t>a</t></si>").items()
        if isinstance(part, str)
    }  # fmt: skip
    assert [one.text for _, _, one in grid(packed(content))] == ["8万元", 'a & "b"', "1"]


def test_deep_nesting_where_trees_or_rewriting_would_suffer():
    deep = "<a>" * 300 + "</a>" * 300
    content = parts(sheet(""))
    content["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{deep}</styleSheet>'
    assert rejection(packed(content)).reason == "E-XML"
    content = parts(sheet(f'<!-- --><row r="1"><c r="A1"><v>8</v><extLst>{deep}</extLst></c></row>'))
    assert rejection(packed(content)).reason == "E-COMPLEX"


@pytest.mark.parametrize(
    "part",
    [
        f'<worksheet xmlns="{MAIN}"/>',
        f'<worksheet xmlns="{MAIN}"><sheetData/><sheetData/></worksheet>',
        f'<worksheet xmlns="{MAIN}"><sheetData>',
        '<?xml version="1.0" encoding="gb2312"?><worksheet/>',
        "no xml at all",
        "",
    ],
)
def test_a_sheet_part_that_is_none(part: str):
    assert rejection(workbook(part)).reason == "E-XML"


# Large sheets: the same road, block by block


def large(rows: int) -> bytes:
    data = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="inlineStr"><is><t>第{row}行&#13;</t></is></c></row>'
        for row in range(1, rows + 1)
    )
    strings = "".join(f"<si><t>串{at}</t></si>" for at in range(2000))
    merges = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 1001))
    return workbook(
        sheet(
            data + '<row r="9999"><c r="C9999" t="s"><v>1999</v></c></row>', after=f"<mergeCells>{merges}</mergeCells>"
        ),
        strings=strings,
    )


@pytest.mark.parametrize("odd", [False, True])
def test_reading_in_blocks_is_reading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, odd: bool):
    data = large(400)
    if odd:
        content = parts("")
        whole = package.open_package(data)
        content = {name: whole.read(name) for name in whole.entries}
        content["xl/worksheets/sheet1.xml"] = content["xl/worksheets/sheet1.xml"].replace(b"<row", b"<!-- --><row", 1)
        data = packed(content)
    at_once = grid(data)
    assert len(at_once.rows) == 401
    for chunk in (50, 997, 30_000):
        monkeypatch.setattr(package, "KEPT_PART", 0)
        monkeypatch.setattr(container, "CHUNK", chunk)
        path = tmp_path / f"{chunk}.xlsx"
        path.write_bytes(data)
        (part,) = open_sheets(path, OWN).sheets
        assert dict(part.rows()) == at_once.rows
        assert part.merges() == at_once.merges
        assert grid(data) == at_once


def test_a_large_sheet_is_read_in_little_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(package, "KEPT_PART", 0)
    monkeypatch.setattr(container, "CHUNK", 32_768)
    path = tmp_path / "large.xlsx"
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>石峰区第一街道办事处</t></is></c><c r="B{0}"><v>336.07</v></c></row>'
    path.write_bytes(workbook(sheet("".join(row.format(number) for number in range(1, 10_001)))))
    tracemalloc.start()
    try:
        (part,) = open_sheets(path, OWN).sheets
        assert sum(len(cells) for _, cells in part.rows()) == 20_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < part.package.entries[part.part].size


def test_a_long_run_without_tags(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(package, "KEPT_PART", 0)
    assert rejection(workbook(sheet("", before=f'<sheetPr codeName="{"a" * 3_000_000}"/>'))).reason == "E-COMPLEX"


# Other writers


def test_a_workbook_that_openpyxl_wrote():
    made = openpyxl.Workbook()
    page = made.active
    page.title = "汇总表"
    page["A1"], page["B1"], page["C1"], page["D1"] = "资金总额：&<>\n第二行", 336.07, True, "=SUM(B1:B1)"
    page["A2"] = CellRichText("指标1：", TextBlock(InlineFont(b=True), "学生人数"), "：100人")
    page["B2"], page["C2"] = 1, 43586
    page["B2"].number_format, page["C2"].number_format = "0%", 'yyyy"年"m"月"'
    page["D2"] = "'=text"
    page.merge_cells("A3:D3")
    page["A3"] = "备注"
    page.row_dimensions[2].hidden = True
    page.column_dimensions["C"].hidden = True
    made.defined_names["xlsform.kind"] = DefinedName("xlsform.kind", attr_text='"return"')
    out = io.BytesIO()
    made.save(out)
    book = read(out.getvalue())
    (found,) = book.grids
    assert [(row, col, one.text) for row, col, one in found] == [
        (1, 1, "资金总额：&<>\n第二行"), (1, 2, "336.07"), (1, 3, "TRUE"), (1, 4, ""),
        (2, 1, "指标1：学生人数：100人"), (2, 2, "100%"), (2, 3, "2019年5月"), (2, 4, "'=text"), (3, 1, "备注"),
    ]  # fmt: skip
    assert found.cell(1, 4) == Cell(None, "", "SUM(B1:B1)")
    assert (found.merges, found.hidden_rows, found.hidden_cols) == ((Area(3, 1, 3, 4),), {2}, ((3, 3),))
    assert book.stamp == {"kind": "return"}


def written_by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        page = made.add_worksheet("汇总表")
        border = made.add_format({"border": 1})
        percent = made.add_format({"num_format": "0%"})
        page.write("A1", "资金总额：", border)
        page.write_number("B1", 336.07)
        page.write_number("C1", 0.3, percent)
        page.write_boolean("D1", False)
        page.write_rich_string("A2", made.add_format({"bold": True}), "指标", "1：人数")
        page.write_formula("B2", "=SUM(B1)", None, 336.07)
        page.write_string("C2", "=not a formula")
        page.write_blank("D2", None, border)
        page.merge_range("A3:D3", "合并", border)
        page.write_datetime("A4", date(2019, 5, 1), made.add_format({"num_format": "yyyy/m/d"}))
        page.set_row(3, options={"hidden": True})
        made.define_name("xlsform.kind", '="return"')
    return out.getvalue()


EXPECTED = [
    (1, 1, "资金总额："), (1, 2, "336.07"), (1, 3, "30%"), (1, 4, "FALSE"), (2, 1, "指标1：人数"), (2, 2, "336.07"),
    (2, 3, "=not a formula"), (3, 1, "合并"), (4, 1, "2019/5/1"),
]  # fmt: skip


def test_a_workbook_that_xlsxwriter_wrote():
    book = read(written_by_xlsxwriter())
    (found,) = book.grids
    assert [(row, col, one.text) for row, col, one in found] == EXPECTED
    assert found.cell(2, 2) == Cell(Decimal("336.07"), "336.07", "SUM(B1)")
    assert (found.merges, found.hidden_rows) == ((Area(3, 1, 3, 4),), {4})
    assert book.stamp == {"kind": "return"}


@pytest.mark.libreoffice
def test_a_workbook_that_libreoffice_saved(tmp_path: Path):
    (tmp_path / "a.xlsx").write_bytes(written_by_xlsxwriter())
    convert([tmp_path / "a.xlsx"], tmp_path / "out")
    book = read((tmp_path / "out" / "a.xlsx").read_bytes())
    (found,) = book.grids
    assert [(row, col, one.text) for row, col, one in found] == EXPECTED
    assert (found.merges, found.hidden_rows) == ((Area(3, 1, 3, 4),), {4})
    assert book.stamp == {"kind": "return"}


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t&<>\"'_x年 "), max_size=30
)


@given(st.lists(texts, max_size=12))
def test_what_xlsxwriter_writes_is_what_is_read(values: list[str]):
    """The shared string road against another program's escaping."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        for row, value in enumerate(values):
            page.write_string(row, 0, value)
    found = grid(out.getvalue())
    for row, value in enumerate(values, 1):
        kept = found.cell(row, 1)
        assert (kept.raw == value) if kept else not value.strip(INVISIBLE)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_amounts_keep_their_digits(amount: Decimal):
    found = cell(f'<c r="A1"><v>{amount}</v></c>')
    assert found is not None
    assert found.raw == amount


def test_a_text_longer_than_excel_allows_is_rejected_with_its_cell(tmp_path: Path):
    path = tmp_path / "长.xlsx"
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.add_worksheet("表").write_string(2, 1, "字" * 32_767)
    book.close()
    assert readers.read("长.xlsx", path.read_bytes()).grids[0].cell(3, 2) is not None
    with zipfile.ZipFile(path) as sound:
        members = {name: sound.read(name) for name in sound.namelist()}
    members["xl/sharedStrings.xml"] = members["xl/sharedStrings.xml"].replace("字字".encode(), "字字字".encode(), 1)
    with zipfile.ZipFile(path, "w") as spoiled:
        for name, part in members.items():
            spoiled.writestr(name, part)
    with pytest.raises(Rejected) as caught:
        readers.read("长.xlsx", path.read_bytes())
    assert (caught.value.reason, caught.value.params["cell"]) == ("E-CELL", "B3")


def test_characters_beyond_the_basic_plane_count_twice_as_in_excel():
    def book(text: str) -> bytes:
        stream = io.BytesIO()
        made = openpyxl.Workbook()
        made.worksheets[0]["A1"] = text
        made.save(stream)
        return stream.getvalue()

    assert readers.read("长.xlsx", book("𠮷" * 16_383)).grids[0].cell(1, 1) is not None
    with pytest.raises(Rejected) as caught:
        readers.read("长.xlsx", book("𠮷" * 16_384))
    assert caught.value.reason == "E-CELL"
