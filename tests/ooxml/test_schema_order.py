"""The checker itself: every sound workbook passes, and every single check can fail."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tests.blanks_rich import FEATURES, MC, Draft, rich_blank
from tests.ooxml.schema_order import area, problems, strange_sheets, units

WORKBOOKS = sorted([*Path("templates").rglob("*.xlsx"), *Path("samples").rglob("*.xlsx")])
NO_PACKAGES = {"区应急管理局-T01-空文件", "区教育局-T01-文件截断", "区民政局-T01-打开密码"}
EVERYTHING = tuple(name for name in FEATURES if name != "prefixed")
FUNDS_PART, TARGETS_PART, CARD_PART = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3))
BOOK, STYLES, TYPES = "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_blanks_and_samples_are_sound(path: Path):
    found = problems(path.read_bytes())
    if path.stem in NO_PACKAGES:
        assert found == ["no package: File is not a zip file"]
    else:
        assert found == []


@pytest.mark.parametrize("feature", [*FEATURES, "all"])
def test_rich_blanks_are_sound(feature: str):
    assert problems(rich_blank(*(FEATURES if feature == "all" else [feature]))) == []


def broken(part: str, pattern: str, new: str) -> bytes:
    """The rich blank with one place changed."""
    draft = Draft(rich_blank(*EVERYTHING))
    text, count = re.subn(pattern, new, draft.text(part), count=1, flags=re.DOTALL)
    assert count == 1, f"{part} has no {pattern}"
    draft.parts[part] = text.encode()
    return draft.packed()


BREAKS = [
    # the grammar
    (FUNDS_PART, "(<mergeCells.*?</mergeCells>)(.*?)(<printOptions[^>]*>)", r"\2\3\1", "Element worksheet content"),
    (FUNDS_PART, "(<conditionalFormatting.*)(<dataValidations.*?</dataValidations>)", r"\2\1", "Element worksheet content"),
    (FUNDS_PART, "(<legacyDrawing [^>]*>)(.*)(</worksheet>)", r"\2\1\3", "Element worksheet content"),
    (FUNDS_PART, "<legacyDrawing [^>]*>", r"\g<0>\g<0>", "two of legacyDrawing"),
    (FUNDS_PART, '<pageMargins left="0.5906"', "<pageMargins", "does not carry attribute left"),
    (FUNDS_PART, 'orientation="landscape"', 'orientation="sideways"', 'Value "sideways"'),
    (FUNDS_PART, "<sheetData>", '<sheetData colour="red">', "No declaration for attribute colour"),
    (FUNDS_PART, "<printOptions", "<fancyOptions/><printOptions", "No declaration for element fancyOptions"),
    (FUNDS_PART, "<sheetData>", '<o:x xmlns:o="urn:o"/><sheetData>', "does not belong into worksheet"),
    (FUNDS_PART, "</worksheet>", "", "not well formed"),
    (FUNDS_PART, "<worksheet ", f'<worksheet xmlns:mc="{MC}" mc:Ignorable="x99" ', "names the undeclared prefix x99"),
    (FUNDS_PART, '<mergeCells count="2">', '<mergeCells count="3">', "mergeCells counts 3 of its 2"),
    (STYLES, '<fonts count="9">', '<fonts count="8">', "fonts counts 8 of its 9"),
    (BOOK, "(<sheets>.*</sheets>)(.*)(<definedNames>.*</definedNames>)", r"\1\3\2", "Element workbook content"),
    ("xl/comments1.xml", "<authors>.*</authors>", "", "Element comments content"),
    # the container
    (TYPES, '<Override PartName="/xl/comments1.xml"[^>]*>', "", "comments1.xml is known as nothing but XML"),
    (TYPES, '<Default Extension="png"[^>]*>', "", "image1.png has no content type"),
    (TYPES, "</Types>", '<Override PartName="/xl/no.xml" ContentType="a/b"/></Types>', "xl/no.xml is listed and not there"),
    (TYPES, '<Override PartName="/xl/styles.xml"[^>]*>', r"\g<0>\g<0>", "xl/styles.xml there 2 times"),
    (TYPES, 'PartName="/xl/styles.xml"', 'PartName="xl/styles.xml"', "does not begin with a slash"),
    ("xl/_rels/workbook.xml.rels", 'Target="/?(?:xl/)?styles.xml"', 'Target="style.xml"', "style.xml, which is not there"),
    ("xl/worksheets/_rels/sheet1.xml.rels", 'Id="rId2"', 'Id="rId1"', "rId1 already defined"),
    ("xl/worksheets/_rels/sheet1.xml.rels", '<Relationship Id="[^>]*comments1.xml"/>', "", "no relationship leads there"),
    ("xl/worksheets/_rels/sheet1.xml.rels", '<Relationship Id="[^>]*vmlDrawing1.vml"/>', "", "is no relationship"),
    (FUNDS_PART, "<legacyDrawing [^>]*>", "", "vmlDrawing xl/drawings/vmldrawing1.vml belongs to no element"),
    (FUNDS_PART, '(<drawing [^>]*)"(rId\\d+)"(.*<legacyDrawing [^>]*)"(rId\\d+)"', r'\1"\4"\3"\2"', "is a vmlDrawing"),
    ("xl/drawings/_rels/drawing1.xml.rels", 'Id="rId1"', 'Id="rId9"', "blip r:embed=rId1 is no relationship"),
    # the workbook
    (BOOK, 'name="支出方向表"', 'name="汇总表"', "2 sheets of name"),
    (BOOK, 'sheetId="2"', 'sheetId="1"', "2 sheets of sheetId"),
    (BOOK, 'name="附页"', 'name="附/页"', "cannot be a sheet's name"),
    (BOOK, 'activeTab="0"', 'activeTab="6"', "activeTab 6 of 6"),
    (BOOK, 'sheetId="1" state="visible"', 'sheetId="1" state="hidden"', "the active sheet 汇总表 is hidden"),
    (TARGETS_PART, "<sheetView ", '<sheetView tabSelected="1" ', "支出方向表 is selected, and 汇总表 is active"),
    (BOOK, '<definedName name="总额">[^<]*</definedName>', r"\g<0>\g<0>", "总额 is defined twice"),
    (BOOK, '<definedName name="方向" localSheetId="1"', '<definedName name="方向" localSheetId="9"', "belongs to sheet 9 of 6"),
    (BOOK, 'name="总额"', 'name="总 额"', "cannot be a name"),
    (BOOK, 'name="总额"', 'name="AB12"', "cannot be a name"),
    (BOOK, ">0.06<", ">=0.06<", "is defined as '=0.06'"),
    (BOOK, ">0.06<", ">#REF!<", "has lost what it refers to"),
    (BOOK, ">0.06<", ">没有!A1<", "refers to 没有"),
    # styles
    (STYLES, '<cellXfs(.*?)fontId="0"', r'<cellXfs\1fontId="9"', "fontId=9 of 9"),
    (STYLES, '<cellXfs(.*?)borderId="0"', r'<cellXfs\1borderId="99"', "borderId=99 of 9"),
    (STYLES, '<cellXfs(.*?)fillId="0"', r'<cellXfs\1fillId="2"', "fillId=2 of 2"),
    (STYLES, '<cellXfs(.*?)xfId="0"', r'<cellXfs\1xfId="1"', "xfId=1 of 1"),
    (STYLES, '<cellXfs(.*?)numFmtId="0"', r'<cellXfs\1numFmtId="999"', "numFmtId=999 is not defined"),
    (STYLES, 'rgb="FF9C0006"', 'rgb="9C0006"', "is no ARRGGBB"),
    (STYLES, "<fonts ", '<numFmts count="2"><numFmt numFmtId="170" formatCode="0"/><numFmt numFmtId="170" formatCode="0"/></numFmts><fonts ', "170 is there 2 times"),
    # rows and cells
    (FUNDS_PART, '<row r="5"', '<row r="4"', "row 4 behind row 4"),
    (FUNDS_PART, 'r="B5"', 'r="A5"', "cell A5 in row 5 behind column 1"),
    (FUNDS_PART, 'r="B5"', 'r="B6"', "cell B6 in row 5"),
    (FUNDS_PART, 'r="B5" s="4"', 'r="B5" s="21"', "s=21 of 21"),
    (FUNDS_PART, 'ht="36"', 'ht="410"', "410 points high"),
    (FUNDS_PART, '<c r="A5" s="4"\\s*/>', '<c r="A5" t="s"><v>0.5</v></c>', "shows string 0.5 of 2"),
    (FUNDS_PART, '<c r="A5" s="4"\\s*/>', '<c r="A5" t="inlineStr"><v>1</v></c>', "is of type inlineStr"),
    (FUNDS_PART, '<c r="A5" s="4"\\s*/>', '<c r="A5"><v>一</v></c>', "is no number: 一"),
    (FUNDS_PART, "<t>序号</t>", "<t>序号 </t>", "would lose the blanks"),
    (FUNDS_PART, "<t>序号</t>", f"<t>{'长' * 32_768}</t>", "holds 32768 characters"),
    (FUNDS_PART, '<c r="A5" s="4"\\s*/>', '<c r="A5"><f>=1+1</f></c>', "has the formula"),
    (FUNDS_PART, '<c r="A5" s="4"\\s*/>', '<c r="A5"><f>#REF!+1</f></c>', "has lost what it refers to"),
    (FUNDS_PART, '<c r="A5" s="4"\\s*/>', '<c r="A5"><f>没有!A1</f></c>', "A5 refers to 没有"),
    (FUNDS_PART, 'min="2" max="2"', 'min="1" max="2"', "columns 1 to 2 behind column 1"),
    (FUNDS_PART, '<brk id="23"', '<brk id="13"', "rowBreaks"),
    (FUNDS_PART, '<dimension ref="A1:F23"', '<dimension ref="F23:A1"', "dimension over 'F23:A1'"),
    (FUNDS_PART, 'mergeCell ref="A2:F2"', 'mergeCell ref="A1:B2"', "the merges"),
    # what stands around the rows
    (FUNDS_PART, 'errorTitle="金额"', f'errorTitle="{"金" * 33}"', "errorTitle of the validation of D4:D23 has 33"),
    (FUNDS_PART, 'prompt="一、二、三……"', f'prompt="{"一" * 256}"', "prompt of the validation"),
    (FUNDS_PART, "<formula1>0</formula1>", "", "the decimal validation of D4:D23 has no formula"),
    (FUNDS_PART, 'sqref="D4:D23"><formula1>', 'sqref="D4:D24 E4"><formula1>', "two validations"),
    (FUNDS_PART, 'sqref="D4:D23"><formula1>', 'sqref=""><formula1>', "dataValidation over ''"),
    (TARGETS_PART, '"2019年,2019年-2021年"', '"' + "2019年," * 50 + '2"', "the list of D6:D25 has 301"),
    (FUNDS_PART, 'dxfId="0"', 'dxfId="1"', "dxfId=1 of 1"),
    (FUNDS_PART, 'priority="2"', 'priority="1"', "2 conditional formats of priority 1"),
    (FUNDS_PART, "<formula>AND.*?</formula>", "", "has no formula"),
    (FUNDS_PART, 'location="部门整体!B2"', 'location="没有!B2"', "leads to 没有"),
    (FUNDS_PART, 'location="部门整体!B2"', 'location="没有的名称"', "leads to 没有的名称"),
    (FUNDS_PART, 'location="部门整体!B2"', "", "the link at B3 leads nowhere"),
    (FUNDS_PART, 'ref="C3"', 'ref="B3"', "two links"),
    # notes, tables, properties
    ("xl/comments1.xml", 'ref="B9"', 'ref="D4"', "2 notes at"),
    ("xl/comments1.xml", 'authorId="0"', 'authorId="1"', "by author 1 of 1"),
    ("xl/drawings/vmlDrawing1.vml", "<x:Row>8</x:Row>", "<x:Row>9</x:Row>", "boxes at"),
    ("xl/drawings/vmlDrawing1.vml", "<x:Anchor>4, 15", "<x:Anchor>9, 15", "is anchored at"),
    ("xl/drawings/vmlDrawing1.vml", 'id="_x0000_s2050"', 'id="_x0000_s2049"', "2 shapes of id"),
    ("xl/drawings/vmlDrawing1.vml", '<v:shapetype id="_x0000_t202"', '<v:shapetype id="_x0000_t203"', "of type #_x0000_t202"),
    ("xl/drawings/drawing1.xml", "<xdr:row>19</xdr:row>", "<xdr:row>29</xdr:row>", "an anchor from"),
    ("xl/tables/table1.xml", 'name="乙"', 'name="二"', "the column 二 is headed 乙"),
    ("xl/tables/table1.xml", 'ref="H28:J29" totals', 'ref="H28:K29" totals', "3 columns over"),
    ("xl/tables/table1.xml", 'autoFilter ref="H28:J29"', 'autoFilter ref="H30:J31"', "lies outside"),
    ("docProps/custom.xml", 'pid="7"', 'pid="2"', "2 properties of pid"),
    ("docProps/custom.xml", 'name="份数"', 'name="ksoproductbuildver"', "2 properties of name"),
    ("docProps/custom.xml", 'pid="7"', 'pid="1"', "is numbered 1"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "pattern", "new", "said"), BREAKS)
def test_every_check_can_fail(part: str, pattern: str, new: str, said: str):
    assert any(re.search(said, problem) for problem in problems(broken(part, pattern, new))), problems(
        broken(part, pattern, new)
    )


def test_parts_that_are_missing_or_there_twice():
    draft = Draft(rich_blank("seal"))
    del draft.parts["xl/media/image1.png"]
    assert any("image1.png, which is not there" in problem for problem in problems(draft.packed()))
    draft = Draft(rich_blank("notes"))
    draft.parts["xl/Styles.xml"] = draft.parts[STYLES]
    assert any("there twice" in problem for problem in problems(draft.packed()))
    draft = Draft(rich_blank())
    del draft.parts[TYPES]
    assert any("missing" in problem for problem in problems(draft.packed()))
    draft = Draft(rich_blank())
    draft.parts["xl/worksheets/_rels/sheet9.xml.rels"] = draft.parts["_rels/.rels"]
    assert any("relationships of xl/worksheets/sheet9.xml" in problem for problem in problems(draft.packed()))


def test_a_chain_of_calculation_names_formulas():
    draft = Draft(rich_blank("formulas"))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    draft.type("xl/calcChain.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml")
    draft.relate("xl/workbook.xml", "calcChain", "calcChain.xml")
    draft.parts["xl/calcChain.xml"] = f'<calcChain xmlns="{main}"><c r="A1" i="6"/><c r="A2"/></calcChain>'.encode()
    assert problems(draft.packed()) == []
    draft.replace("xl/calcChain.xml", 'r="A2"', 'r="B2"')
    assert problems(draft.packed()) == ["xl/calcchain.xml: no formula at B2 of sheet 6"]


def test_titles_are_those_of_the_sheets():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("引用")
    book.close()
    assert problems(out.getvalue()) == []
    draft = Draft(out.getvalue())
    draft.replace("docProps/app.xml", "<vt:lpstr>引用", "<vt:lpstr>旧名")
    assert problems(draft.packed()) == ["docprops/app.xml: sheets ['引用'] are called ['旧名']"]
    draft.replace("docProps/app.xml", "<vt:i4>1<", "<vt:i4>2<")
    assert problems(draft.packed()) == ["docprops/app.xml: 1 titles, [2] announced"]
    draft.replace("docProps/app.xml", '<vt:vector size="2"', '<vt:vector size="3"')
    assert problems(draft.packed())[1:] == ["docprops/app.xml: a vector of 2 says 3"]


def test_small_things():
    assert area("A:B") == (1, 1, 1_048_576, 2)
    assert area("3:4") == (3, 1, 4, 16_384)
    assert area("B2:A1") is None
    assert area("A1048577") is None
    assert units("𠮷") == 2
    assert strange_sheets("SUM('甲''表'!A1,[1]乙!B2,丙!C3,\"丁!D4\")", ["甲'表"]) == {"丙"}


def test_the_rich_blank_is_the_same_every_time_and_all_its_features_are_there():
    rich_blank.cache_clear()
    one = rich_blank(*FEATURES)
    rich_blank.cache_clear()
    assert one == rich_blank(*FEATURES)
    assert len(zipfile.ZipFile(io.BytesIO(one)).namelist()) > 45
