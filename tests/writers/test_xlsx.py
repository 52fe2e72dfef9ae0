"""The writer on packages of other programs: what a plan changes changes, all else keeps its bytes, every program opens the result."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from posixpath import dirname, join, normpath

import openpyxl
import pytest
from lxml import etree

from tests.office import convert
from tests.ooxml.schema_order import problems
from xlsform.core.edits import CopySheet, DropSheet, Edit, Formula, Line, Link, Put, Rows
from xlsform.readers import read
from xlsform.writers.xlsx import apply

TABLE = "表 一"
GROWTH = 27  # 3 rows become 30

# CT_Worksheet of ECMA-376, written down independently of the writer's own table.
ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]


def written(base: bytes, *plan: Edit) -> bytes:
    out = io.BytesIO()
    apply(base, plan, out)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def edited(data: bytes, change: dict[str, bytes | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in (parts(data) | change).items():
            if part is not None:
                archive.writestr(name, part)
    return out.getvalue()


def prefixed(part: str) -> bytes:
    """The part with the prefix x: before every element's name."""
    return re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", part).replace("xmlns=", "xmlns:x=").encode()


def check(data: bytes, base: bytes) -> None:
    """Nothing that Excel would repair, but for what was so in the base already."""
    assert set(problems(data)) <= set(problems(base))


def load(data: bytes, *, data_only: bool = False) -> openpyxl.Workbook:
    with (
        warnings.catch_warnings()
    ):  # it cannot read x14 extensions and, without Pillow, pictures; we look at those ourselves
        warnings.filterwarnings("ignore", message=".*(extension is not supported|cannot be converted|Pillow).*")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=data_only)


def chosen(element: etree._Element) -> etree._Element:
    """What stands in an mc:AlternateContent."""
    return element[0][0] if element.tag.endswith("}AlternateContent") else element


def check_order(data: bytes) -> None:
    for name, part in parts(data).items():
        if name.endswith((".xml", ".rels")):
            tree = etree.fromstring(part)
            if "worksheets/sheet" in name and name.endswith(".xml"):
                places = [
                    ORDER.index(etree.QName(chosen(child)).localname) for child in tree if isinstance(child.tag, str)
                ]
                assert places == sorted(places), name
                for counted in tree.iter("{*}mergeCells", "{*}dataValidations", "{*}rowBreaks"):
                    assert int(counted.get("count")) == len(counted) > 0


def lines() -> Iterator[Line]:
    """合计, then two groups with their rows: 30 lines."""
    yield Line(4, ((2, "合计"), (4, Formula("SUBTOTAL(9,D5:D33)", Decimal("27.27")))))
    for group in range(2):
        first = 5 + group * 14 + (group and 1)
        yield Line(5, ((1, f"部门{group}"), (4, Formula(f"SUBTOTAL(9,D{first + 1}:D{first + 13})", Decimal("13.13")))))
        for row in range(13 + (not group)):
            yield Line(6, ((1, row + 1), (2, "=1+1"), (3, "甲 & <乙>"), (4, Decimal("1.010")), (5, "长" * 100)))


def growing() -> Rows:
    return Rows(TABLE, 4, 6, 30, list(lines()))


# --- growing -----------------------------------------------------------------------------------------------------------


def test_everything_below_moves_in_an_excel_file(excel_like):
    data = written(excel_like, growing())
    check_order(data)
    sheet = load(data)[TABLE]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:F1", "A2:A3", "A5:B5", "A20:B20", "A35:F35"}
    assert (sheet["D36"].value, sheet["E36"].value) == ("=SUM(D4:D33)", "=D4*2")
    assert sheet["F36"].value.ref == "F36:F37"
    assert sheet["F36"].value.text == "=D36:D37*2"
    rules = {rule.formula1: str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert rules["ISNUMBER(D4)"] == "D4:D33"
    assert rules["0"] == "D6:D19 D21:D33"
    assert rules["$B$36:$B$39"] == "E36:E47"
    formats = {str(entry.sqref): [rule.formula for rule in entry.rules] for entry in sheet.conditional_formatting}
    assert formats["A6:F19 A21:F33"] == [["$D6>100"]]
    assert "D4:D36" in formats
    assert sheet.auto_filter.ref == "A3:F33"
    assert (sheet.print_title_rows, sheet.print_area) == ("$2:$3", f"'{TABLE}'!$A$1:$F$37")
    assert sheet["A35"].hyperlink.target == "https://example.org/"
    assert sheet["B36"].hyperlink.location == f"'{TABLE}'!D36"
    assert [brk.id for brk in sheet.row_breaks.brk] == [33, 37]
    assert {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment} == {
        "C4": "合计的批注", "C6": "样本的批注", "G35": "底下的批注",
    }  # fmt: skip
    assert sheet.tables["小表"].ref == "A42:C45"
    assert sheet.tables["小表"].autoFilter.ref == "A42:C45"


def test_extensions_drawings_charts_and_names_move(excel_like):
    data = written(excel_like, growing())
    new = parts(data)
    sheet = new["xl/worksheets/sheet1.xml"].decode()
    assert "<xm:sqref>D5:D33</xm:sqref>" in sheet  # the data bar of the extension: group and data rows
    assert f"<xm:f>'{TABLE}'!D4:D33</xm:f><xm:sqref>G36</xm:sqref>" in sheet
    assert '<ignoredError sqref="A4:F36"' in sheet
    drawing = new["xl/drawings/drawing1.xml"].decode()
    assert [int(row) for row in re.findall(r"<xdr:from>.*?<xdr:row>(\d+)</xdr:row>", drawing)] == [
        11 + GROWTH,
        19 + GROWTH,
    ]
    boxes = new["xl/drawings/vmlDrawing1.vml"].decode()
    assert sorted(int(row) for row in re.findall(r"<x:Row>(\d+)</x:Row>", boxes)) == [3, 5, 7 + GROWTH]
    old_boxes = parts(excel_like)["xl/drawings/vmlDrawing1.vml"].decode()
    tops = [
        [int(anchor.split(",")[2]) for anchor in re.findall(r"<x:Anchor>([^<]*)", text)] for text in (old_boxes, boxes)
    ]
    assert sorted(new - old for old, new in zip(*tops, strict=True)) == [0, 0, GROWTH, GROWTH]
    assert f"<c:f>'{TABLE}'!$D$4:$D$36</c:f>" in new["xl/charts/chart1.xml"].decode()
    book = load(data)
    assert {name: book.defined_names[name].attr_text for name in book.defined_names} == {
        "总额": f"'{TABLE}'!$D$4", "底": f"'{TABLE}'!$D$36", "常数": '"D9"',
    }  # fmt: skip
    assert (book["引用"]["A1"].value, book["引用"]["A2"].value) == (f"='{TABLE}'!D36+A2", f"=SUM('{TABLE}'!D4:D33)")
    assert book["引用"].data_validations.dataValidation[0].formula1 == f"'{TABLE}'!$B$36:$B$39"


def test_what_does_not_move_keeps_its_bytes_and_place(excel_like):
    old, new = parts(excel_like), parts(written(excel_like, growing()))
    assert list(new) == list(old)
    assert {name for name in old if old[name] != new[name]} == {
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml", "xl/charts/chart1.xml",
        "xl/drawings/drawing1.xml", "xl/drawings/vmlDrawing1.vml", "xl/comments1.xml", "xl/tables/table1.xml",
    }  # fmt: skip
    assert b'fullCalcOnLoad="1"' in new["xl/workbook.xml"]  # formulas of the base are left


def test_an_openpyxl_file_grows_and_shrinks(openpyxl_like):
    data = written(openpyxl_like, growing())
    check_order(data)
    sheet = load(data)[TABLE]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:F1", "A2:A3", "A5:B5", "A20:B20"}
    assert sheet["D36"].value == "=SUM(D4:D33)"
    assert sheet["G35"].comment.text == "批注"
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["D6:D19 D21:D33"]
    assert [(str(entry.sqref), entry.rules[0].formula) for entry in sheet.conditional_formatting] == [
        ("D6:D19 D21:D33", ["$D$36"])
    ]
    assert sheet.row_dimensions[6].height == 25 * 1.3 * 11 + 4  # 200 units in columns of 9.14 characters less 10 %

    shrunk = load(written(openpyxl_like, Rows(TABLE, 4, 6, 1, [Line(4, ((4, Decimal(1)),))])))[TABLE]
    assert {str(area) for area in shrunk.merged_cells.ranges} == {"A1:F1", "A2:A3"}
    assert shrunk["D7"].value == "=SUM(D4:D4)"
    assert shrunk.data_validations.dataValidation == []
    assert list(shrunk.conditional_formatting) == []
    assert shrunk["G6"].comment.text == "批注"


def test_no_lines_leave_one_empty_row(openpyxl_like):
    sheet = load(written(openpyxl_like, Rows(TABLE, 4, 6, 0, [])))[TABLE]
    assert {cell.value for cell in sheet[4]} == {None}
    assert sheet["D4"].alignment.wrap_text
    assert sheet["A6"].value == "注"


def test_two_blocks_and_puts_on_one_sheet(openpyxl_like):
    data = written(
        openpyxl_like,
        Rows(TABLE, 8, 9, 3, [Line(8, ((1, f"新{n}"),)) for n in range(3)]),
        Put(TABLE, 10, 1, "末"),
        Rows(TABLE, 4, 6, 2, [Line(6, ((1, "甲"),)), Line(6, ((1, "乙"),))]),
        Put(TABLE, 1, 1, "新标题"),
    )
    sheet = load(data)[TABLE]
    assert [sheet.cell(row, 1).value for row in range(1, 12)] == [
        "新标题", "21", None, "甲", "乙", None, "新0", "新1", "新2", "末", None,
    ]  # fmt: skip


def test_merges_down_the_lines(openpyxl_like):
    rows = [
        Line(6, ((1, "甲"), (2, 1)), ((1, 3),)),
        Line(6, ((2, 2),)),
        Line(6, ((2, 3), (3, "x")), ((3, 2),)),
        Line(6, ((1, "乙"),)),
    ]
    sheet = load(written(openpyxl_like, Rows(TABLE, 4, 6, 4, iter(rows))))[TABLE]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:F1", "A2:A3", "A4:A6", "C6:C7"}


# --- cells -------------------------------------------------------------------------------------------------------------

TEXTS = [
    "普通", "=1+1", "+1", "-1", "@SUM(A1)", "'abc", "＝1", "{=1}", " 前后 ", "一\n二", "a_x000D_b", "\x0b", "<&>\"'", "_x005F_", "1\t2",
    "𠀀", "\u3000", "a\r\nb",
]  # fmt: skip


def test_texts_come_back_as_texts_and_never_as_formulas(excel_like):
    plan = [Put("引用", row, 5, text) for row, text in enumerate(TEXTS, 1)]
    rows = Rows("卡", 1, 1, len(TEXTS), [Line(2, ((2, text),)) for text in TEXTS])
    data = written(excel_like, *plan, rows)
    book = load(data)
    for sheet, col in (("引用", 5), ("卡", 2)):
        cells = [book[sheet].cell(row, col) for row in range(1, len(TEXTS) + 1)]
        assert [cell.data_type for cell in cells] == ["s"] * len(TEXTS)
        # openpyxl decodes no _xHHHH_ escapes in inline strings, and drops carriage returns
        stored = [str(cell.value) for cell in cells]
        expected = [
            text.replace("_x", "_x005F_x").replace("\x0b", "_x000B_").replace("\r", "_x000D_") for text in TEXTS
        ]
        assert stored == expected
        quoted = [text for text, cell in zip(TEXTS, cells, strict=True) if cell.quotePrefix]
        assert quoted == ["=1+1", "+1", "-1", "@SUM(A1)", "'abc", "＝1", "{=1}"]
    assert parts(data)["xl/sharedStrings.xml"] == parts(excel_like)["xl/sharedStrings.xml"]


def test_our_own_reader_gives_back_every_text(excel_like):
    data = written(excel_like, *[Put("引用", row, 5, text) for row, text in enumerate(TEXTS, 1)])
    grid = next(grid for grid in read("x.xlsx", data).grids if grid.sheet == "引用")
    cells = [grid.cell(row, 5) for row in range(1, len(TEXTS) + 1)]
    assert [cell.raw if cell is not None else None for cell in cells] == [
        text if text.strip() else None for text in TEXTS
    ]


@pytest.mark.parametrize("number", ["336.07", "8.10", "1E+3", "1E-7", "-0.5", "123456789012345678.12"])
def test_numbers_keep_their_digits(openpyxl_like, number: str):
    data = written(openpyxl_like, Put("卡", 3, 2, Decimal(number)))
    assert f"<v>{Decimal(number):f}</v>".encode() in parts(data)["xl/worksheets/sheet3.xml"]


def test_puts_into_cells_and_rows_that_are_not_there(excel_like):
    data = written(
        excel_like, Put("引用", 50, 3, 7), Put("引用", 1, 4, "新"), Put("引用", 1, 1, None), Put("引用", 49, 2, None)
    )
    sheet = load(data)["引用"]
    assert (sheet["C50"].value, sheet["D1"].value, sheet["A1"].value) == (7, "新", None)
    assert sheet["A2"].value == f"=SUM('{TABLE}'!D4:D6)"
    assert b'<dimension ref="A1:D50"/>' in parts(data)["xl/worksheets/sheet2.xml"]


def test_links_lead_within_the_workbook(excel_like):
    data = written(
        excel_like, Put("引用", 5, 1, Link("见", f"'{TABLE}'!D4")), Put(TABLE, 8, 1, Link("改", "'引用'!A1"))
    )
    check_order(data)
    book = load(data)
    assert book["引用"]["A5"].hyperlink.location == f"'{TABLE}'!D4"
    assert book[TABLE]["A8"].hyperlink.location == "'引用'!A1"
    assert book[TABLE]["B9"].hyperlink.location == f"'{TABLE}'!D9"


def test_long_text_makes_rows_high_and_nothing_makes_them_low(excel_like):
    data = written(excel_like, Put("卡", 2, 2, "长" * 60), Put("卡", 3, 2, "高" * 40), Put("卡", 1, 1, "标" * 90))
    sheet = load(data)["卡"]
    assert sheet.row_dimensions[2].height == pytest.approx(
        7 * 1.3 * 11 + 4
    )  # 120 units, 20.7 characters less 10 % wide
    assert sheet.row_dimensions[3].height == pytest.approx(5 * 1.3 * 11 + 4 - 15)  # the merge's other row has 15 points
    assert sheet.row_dimensions[1].height is None  # does not wrap


def test_the_chain_of_calculation_goes_with_the_formulas(excel_like):
    chained = with_chain(excel_like)
    kept = parts(written(chained, Put("引用", 5, 1, "x")))
    assert kept["xl/calcChain.xml"] == parts(chained)["xl/calcChain.xml"]
    for plan in (
        [Put("引用", 1, 1, 3)],
        [Put("引用", 5, 1, Formula("1+1", Decimal(2)))],
        [growing()],
        [DropSheet("卡")],
    ):
        new = parts(written(chained, *plan))
        assert "xl/calcChain.xml" not in new
        assert b"calcChain" not in new["[Content_Types].xml"] + new["xl/_rels/workbook.xml.rels"]


def with_chain(base: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts(base).items():
            new = part
            if name == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
                new = part.replace(
                    b"</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>'.encode()
                )
            if name == "xl/_rels/workbook.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
                new = part.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>'.encode(),
                )
            archive.writestr(name, new)
        chain = (
            '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="2"/></calcChain>'
        )
        archive.writestr("xl/calcChain.xml", chain)
    return out.getvalue()


def test_shared_formulas_are_told_apart_when_rows_move_between_them(openpyxl_like):
    master = '<c r="D9"><f t="shared" ref="D9:D11" si="0">E9+D$2+D4</f><v>1</v></c></row><row r="10"><c r="D10"><f t="shared" si="0"/><v>1</v></c></row>'
    rest = '<row r="11"><c r="D11"><f t="shared" si="0"/><v>1</v></c></row></sheetData>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts(openpyxl_like).items():
            text = part.decode()
            if name == "xl/worksheets/sheet1.xml":
                text = re.sub(r'<c r="D9".*</sheetData>', master + rest, text)
            archive.writestr(name, text)
    sheet = load(written(out.getvalue(), Rows(TABLE, 5, 5, 3, [Line(6, ()) for _ in range(3)])))[TABLE]
    assert [sheet.cell(row, 4).value for row in (11, 12, 13)] == ["=E11+D$2+D4", "=E12+D$2+D5", "=E13+D$2+D8"]
    kept = parts(written(out.getvalue(), Put(TABLE, 8, 1, "x")))["xl/worksheets/sheet1.xml"].decode()
    assert master in kept
    put = load(written(out.getvalue(), Put(TABLE, 9, 4, 5)))[TABLE]
    assert [put.cell(row, 4).value for row in (9, 10, 11)] == [5, "=E10+D$2+D5", "=E11+D$2+D6"]


# --- sheets ------------------------------------------------------------------------------------------------------------


def copies(base: bytes) -> bytes:
    first = CopySheet("卡", "甲'部", (Put("", 2, 2, "甲"), Put("", 3, 2, "长" * 100)))
    return written(base, DropSheet("卡"), first, CopySheet("卡", "乙部", (Put("", 2, 2, "=乙"),)), growing())


def test_copies_take_everything_with_them(excel_like):
    data = copies(excel_like)
    check_order(data)
    book = load(data)
    assert book.sheetnames == [TABLE, "引用", "甲'部", "乙部"]
    for name, value in (("甲'部", "甲"), ("乙部", "=乙")):
        sheet = book[name]
        assert sheet["B2"].value == value
        assert sheet["B2"].comment.text == "填名称"
        assert sheet["B5"].value == '=B2&"x"'  # by its own name it would speak of the dropped sheet
        assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:B1", "B3:B4"}
        quoted = name.replace("'", "''")
        assert sheet.print_area == f"'{quoted}'!$A$1:$B$5"
        assert not sheet.sheet_view.tabSelected
    new = parts(data)
    assert not any(name.startswith("xl/worksheets/sheet3") for name in new)
    titles = new["docProps/app.xml"].decode()
    assert titles.count("<vt:lpstr>") == 2 + int(re.search(r'<TitlesOfParts><vt:vector size="(\d+)"', titles)[1])
    assert "乙部" in titles
    assert "<vt:lpstr>卡</vt:lpstr>" not in titles
    overridden = set(re.findall(rb'PartName="/([^"]+)"', new["[Content_Types].xml"]))
    assert {name.decode() for name in overridden} <= set(new)
    check_relations(new)


def check_relations(new: dict[str, bytes]) -> None:
    """Every internal target exists, and every part but the two roots is somebody's target."""
    reached = set()
    for name, part in new.items():
        if name.endswith(".rels"):
            folder = dirname(dirname(name))
            for relation in etree.fromstring(part):
                if relation.get("TargetMode") != "External":
                    target = relation.get("Target")
                    path = target[1:] if target.startswith("/") else normpath(join(folder, target))
                    assert path in new, (name, target)
                    reached.add(path)
    assert set(new) - reached == {name for name in new if name.endswith(".rels")} | {"[Content_Types].xml"}


def test_a_copy_beside_its_original(excel_like):
    data = written(excel_like, CopySheet("引用", "引用 (2)", ()), Put("引用", 5, 1, "只在原表"))
    book = load(data)
    assert book.sheetnames == [TABLE, "引用", "引用 (2)", "卡"]
    assert book["引用"]["A5"].value == "只在原表"
    assert book["引用 (2)"]["A5"].value is None
    assert book["卡"].print_area == "'卡'!$A$1:$B$5"  # its number has moved on


def test_a_dropped_sheet_takes_its_parts_along_and_no_others(excel_like):
    old, new = parts(excel_like), parts(written(excel_like, DropSheet("卡")))
    gone = set(old) - set(new)
    assert "xl/worksheets/sheet3.xml" in gone
    assert "xl/comments2.xml" in gone
    assert "xl/drawings/drawing2.xml" in gone
    assert "xl/media/image1.png" in new  # the first sheet shows it too
    check_relations(new)


def test_a_sheet_with_a_table_is_not_copied(excel_like):
    with pytest.raises(ValueError, match="table"):
        written(excel_like, CopySheet(TABLE, "另"))


# --- refusals ----------------------------------------------------------------------------------------------------------


def rows(count: int, *given: Line, first: int = 4, last: int = 6) -> Rows:
    return Rows(TABLE, first, last, count, given)


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ([Put("没有", 1, 1, "x")], "no worksheet"),
        ([Put(TABLE, 7, 1, "x"), Put(TABLE, 7, 1, "y")], "put twice"),
        ([Put(TABLE, 1, 2, "x")], "under a merge"),
        ([Put(TABLE, 0, 1, "x")], "no cell"),
        ([Put(TABLE, 1, 16_385, "x")], "no cell"),
        ([Put(TABLE, 7, 1, True)], "cannot be written"),
        ([Put(TABLE, 7, 1, Decimal("NaN"))], "no number"),
        ([Put(TABLE, 7, 1, "x" * 32_768)], "characters"),
        ([Put(TABLE, 10, 6, 1)], "array formula"),
        ([rows(1, Line(4, ())), Put(TABLE, 5, 1, "x")], "are replaced"),
        ([rows(2, Line(4, ()))], "announced"),
        ([rows(1, Line(4, ()), Line(4, ()))], "announced"),
        ([rows(0, Line(4, ()))], "announced"),
        ([rows(1, Line(4, ()), first=7, last=6)], "cannot be replaced"),
        ([rows(1, Line(4, ())), rows(1, Line(4, ()), first=6, last=7)], "cannot be replaced"),
        ([rows(1, Line(4, ((2, 1), (1, 1))))], "ascending"),
        ([rows(1, Line(5, ((2, "x"),)))], "under a merge"),
        ([rows(1, Line(6, ((3, "x"),), ((3, 2),)))], "below the last line"),
        ([rows(2, Line(6, ((3, "x"),), ((3, 2),)), Line(6, ((3, "y"),)))], "under a merge"),
        ([rows(2, Line(6, (), ((3, 2),)), Line(6, (), ((3, 1),)))], "cannot begin"),
        ([rows(1, Line(5, (), ((1, 1),)))], "meets a merge"),
        ([rows(1, Line(4, ()), first=9, last=9)], "array formula"),
        ([CopySheet("卡", "坏[名")], "cannot be the name"),
        ([CopySheet("卡", "")], "cannot be the name"),
        ([CopySheet("卡", "长" * 32)], "cannot be the name"),
        ([CopySheet("卡", "引用")], "two sheets"),
        ([CopySheet("卡", "甲"), CopySheet("卡", "甲")], "two sheets"),
        ([CopySheet("卡", "甲", (Put("", 1, 1, "x"), Put("", 1, 1, "y")))], "put twice"),
        ([CopySheet("卡", "甲", (Put("", 4, 2, "x"),))], "under a merge"),
        ([DropSheet("没有")], "no worksheet"),
        ([DropSheet(TABLE)], "is dropped"),
        ([DropSheet("卡"), Put("卡", 1, 1, "x")], "both edited and dropped"),
        ([DropSheet(TABLE), DropSheet("引用"), DropSheet("卡")], "no worksheet would be left"),
    ],
)
def test_plans_that_make_no_sense_are_refused(excel_like, plan: list[Edit], why: str):
    with pytest.raises(ValueError, match=why):
        written(excel_like, *plan)


# --- the whole file ----------------------------------------------------------------------------------------------------


def test_an_empty_plan_changes_no_byte_of_any_part(excel_like, openpyxl_like):
    for base in (excel_like, openpyxl_like):
        old, new = parts(base), parts(written(base))
        assert list(new) == list(old)
        assert new == old


def test_two_runs_are_byte_identical(excel_like):
    one, two = copies(excel_like), copies(excel_like)
    assert hashlib.sha256(one).digest() == hashlib.sha256(two).digest()
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {(info.date_time, info.create_system, info.external_attr) for info in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0, 0)
        }


def test_lines_are_taken_one_by_one(openpyxl_like):
    """A million rows may not wait in memory: what is written keeps up with what is read."""

    class Sink(io.RawIOBase):
        written = 0

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:
            Sink.written += len(data)
            return len(data)

    seen = []

    def given(count: int) -> Iterable[Line]:
        for row in range(count):
            if row % 5_000 == 0:
                seen.append(Sink.written)
            yield Line(6, ((1, row), (2, hashlib.sha256(str(row).encode()).hexdigest())))

    apply(openpyxl_like, (Rows(TABLE, 4, 6, 20_000, given(20_000)),), Sink())
    assert seen[0] < seen[1] < seen[2] < seen[3]
    assert seen[3] > 200_000


def test_prefixed_and_utf16_sheets_are_patched_too(openpyxl_like):
    name = "xl/worksheets/sheet1.xml"
    text = prefixed(parts(openpyxl_like)[name].decode()).decode()
    utf16 = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")
    data = written(edited(openpyxl_like, {name: utf16}), growing(), Put(TABLE, 8, 2, Link("见", "'引用'!A1")))
    check_order(data)
    sheet = load(data)[TABLE]
    assert sheet["D36"].value == "=SUM(D4:D33)"
    assert sheet["C33"].value == "甲 & <乙>"
    assert sheet["B35"].hyperlink.location == "'引用'!A1"


# --- LibreOffice -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def opened(excel_like, openpyxl_like, tmp_path_factory) -> dict[str, openpyxl.Workbook]:
    """What LibreOffice makes of every kind of output (and of a base it saved itself), all in two calls."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "excel.xlsx").write_bytes(written(excel_like, growing()))
    (folder / "openpyxl.xlsx").write_bytes(written(openpyxl_like, growing()))
    (folder / "copies.xlsx").write_bytes(copies(excel_like))
    (folder / "base.xlsx").write_bytes(excel_like)
    convert(folder.glob("*.xlsx"), folder / "once")
    saved = (folder / "once" / "base.xlsx").read_bytes()
    again = folder / "again"
    again.mkdir()
    (again / "own.xlsx").write_bytes(written(saved, growing()))
    check_order((again / "own.xlsx").read_bytes())
    convert(again.glob("*.xlsx"), folder / "once")
    return {path.stem: load(path.read_bytes(), data_only=True) for path in (folder / "once").glob("*.xlsx")}


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["excel", "openpyxl", "own", "copies"])
def test_libreoffice_reads_and_recalculates(opened, name: str):
    sheet = opened[name][TABLE]
    assert sheet["D4"].value == pytest.approx(27.27)
    assert sheet["D36"].value == pytest.approx(27.27 + 2 * 13.13 + 27 * 1.01)
    assert {"A1:F1", "A5:B5", "A20:B20"} <= {str(area) for area in sheet.merged_cells.ranges}
    assert sheet["B6"].value == "=1+1"
    assert sheet["C33"].value == "甲 & <乙>"
    if name == "copies":
        assert opened[name].sheetnames == [TABLE, "引用", "甲'部", "乙部"]
        assert opened[name]["乙部"]["B5"].value == "=乙x"
