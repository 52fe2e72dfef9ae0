"""Notes put on sheets of other programs' packages and taken out again: what was there keeps its bytes, every program shows them."""

from __future__ import annotations

import io
import re

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.office import convert
from tests.writers.test_xlsx import check, edited, load, parts, prefixed, written
from xlsform.core.cells import address
from xlsform.core.edits import AddSheet, CopySheet, DropNotes, DropSheet, Edit, Line, Note, Put, Rows
from xlsform.writers.xlsx import threaded_cells

MARK = "【财政审核】"
AUTHOR = "财政局"
TABLE = "表 一"


def note(sheet: str, row: int, col: int, text: str = "错误 C03：合计不符", author: str = AUTHOR) -> Note:
    return Note(sheet, row, col, f"{MARK}\n{text}", author)


def notes_of(data: bytes, sheet: str) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in load(data)[sheet].iter_rows() for cell in row if cell.comment}


@pytest.fixture(scope="module")
def plain() -> bytes:
    """Two sheets without notes; the second has a form control, and so a drawing of boxes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表")
    sheet.set_column(0, 3, 12)
    sheet.merge_range("B2:C3", "并")
    sheet.write("A1", 1)
    sheet.set_landscape()
    book.add_worksheet("控件").insert_button("D12", {"caption": "钮"})
    book.close()
    return out.getvalue()


# --- putting -----------------------------------------------------------------------------------------------------------


def test_the_first_note_brings_all_that_a_note_needs(plain):
    data = written(plain, note("表", 2, 2), note("表", 1, 4, "甲 & <乙>"))
    check(data, plain)
    assert notes_of(data, "表") == {"D1": f"{MARK}\n甲 & <乙>", "B2": f"{MARK}\n错误 C03：合计不符"}
    assert load(data)["表"]["B2"].comment.author == AUTHOR
    old, new = parts(plain), parts(data)
    assert set(new) - set(old) == {
        "xl/comments1.xml", "xl/drawings/vmlDrawing2.vml", "xl/worksheets/_rels/sheet1.xml.rels",
    }  # fmt: skip
    changed = {name for name in old if old[name] != new[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "[Content_Types].xml"}
    refs = re.findall(r'ref="(\w+)"', new["xl/comments1.xml"].decode())
    assert refs == ["D1", "B2"]  # in the order of rows


def test_a_box_stands_beside_its_cell_and_shows_the_whole_text(plain):
    short, long = (
        parts(written(plain, note("表", 2, 2, text)))["xl/drawings/vmlDrawing2.vml"].decode()
        for text in ("短", "很长的说明。" * 40)
    )
    anchors = [[int(piece) for piece in re.search(r"<x:Anchor>([^<]*)", text)[1].split(",")] for text in (short, long)]
    assert anchors[0][0] == 3  # behind the merge B2:C3
    assert anchors[0][2] == 0
    assert all(right >= 6 for *_, right, _, _, _ in anchors)
    lines = -(-240 * 2 // 50)  # 480 units, about 50 to a line of 260 points
    assert (anchors[1][6] - anchors[1][2]) * 15 >= lines * 9 * 1.3 > (anchors[0][6] - anchors[0][2]) * 15


def test_notes_join_the_boxes_of_controls(plain):
    data = written(plain, note("控件", 3, 3))
    check(data, plain)
    old, new = parts(plain), parts(data)
    before = old["xl/drawings/vmlDrawing1.vml"].decode()
    after = new["xl/drawings/vmlDrawing1.vml"].decode()
    assert after.startswith(before.removesuffix("</xml>"))
    assert new["xl/worksheets/sheet2.xml"] == old["xl/worksheets/sheet2.xml"]
    assert notes_of(data, "控件") == {"C3": f"{MARK}\n错误 C03：合计不符"}


def test_a_note_that_is_there_keeps_its_runs(excel_like):
    data = written(excel_like, note(TABLE, 8, 7), note(TABLE, 9, 7))
    check(data, excel_like)
    assert notes_of(data, TABLE)["G8"] == f"底下的批注\n{MARK}\n错误 C03：合计不符"
    old, new = parts(excel_like), parts(data)
    for run in re.findall(r"<r>.*?</r>", old["xl/comments1.xml"].decode()):
        assert run in new["xl/comments1.xml"].decode()
    anchors = [
        re.findall(r"<x:Anchor>([^<]*)</x:Anchor>", part["xl/drawings/vmlDrawing1.vml"].decode()) for part in (old, new)
    ]
    grown = [one for one in anchors[0] if one not in anchors[1]]
    assert len(grown) == 1  # the box of G8 is taller, all others are as they were
    assert len(anchors[1]) == len(anchors[0]) + 1


def test_a_text_without_runs_becomes_the_first_run(openpyxl_like):
    data = written(openpyxl_like, note(TABLE, 8, 7))
    check(data, openpyxl_like)
    assert notes_of(data, TABLE) == {"G8": f"批注\n{MARK}\n错误 C03：合计不符"}
    assert b"<r><t>\xe6\x89\xb9\xe6\xb3\xa8</t></r>" in parts(data)["xl/comments/comment1.xml"]


def test_a_note_for_a_cell_under_a_merge_stands_on_the_merge(plain):
    data = written(plain, note("表", 3, 3), note("表", 2, 2, "二"))
    check(data, plain)
    assert notes_of(data, "表") == {"B2": f"{MARK}\n错误 C03：合计不符\n{MARK}\n二"}


def test_two_notes_on_one_cell_are_one_note(plain):
    data = written(plain, note("表", 1, 1, "一"), note("表", 1, 1, "二"))
    check(data, plain)
    assert notes_of(data, "表") == {"A1": f"{MARK}\n一\n{MARK}\n二"}


def test_notes_move_with_the_rows_of_the_base(excel_like):
    rows = Rows(TABLE, 4, 6, 10, [Line(6, ()) for _ in range(10)])
    data = written(excel_like, rows, note(TABLE, 8, 7), note(TABLE, 9, 2))
    check(data, written(excel_like, rows))
    assert notes_of(data, TABLE).keys() == {"C4", "C6", "G15", "B16"}


def test_more_notes_than_a_block_has_ids(plain):
    data = written(plain, *(note("表", row, 6, "x") for row in range(1, 1101)))
    check(data, plain)
    assert len(notes_of(data, "表")) == 1100
    boxes = parts(data)["xl/drawings/vmlDrawing2.vml"].decode()
    assert 'data="1,2"' in boxes
    assert min(map(int, re.findall(r'id="_x0000_s(\d+)"', boxes))) == 1025


def test_a_new_sheet_can_have_notes(plain):
    data = written(plain, AddSheet("新", ()), note("新", 1, 1))
    check(data, plain)
    assert notes_of(data, "新") == {"A1": f"{MARK}\n错误 C03：合计不符"}


def test_a_sheet_with_another_prefix_and_no_relations(openpyxl_like):
    name = "xl/worksheets/sheet3.xml"
    base = edited(openpyxl_like, {name: prefixed(parts(openpyxl_like)[name].decode())})
    data = written(base, note("卡", 1, 1))
    check(data, base)
    assert notes_of(data, "卡") == {"A1": f"{MARK}\n错误 C03：合计不符"}
    assert re.search(r'<x:legacyDrawing xmlns:r="[^"]+/relationships" r:id="rId2"/>', parts(data)[name].decode())
    assert parts(written(data, DropNotes("卡", MARK))) == parts(base)


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ([note("没有", 1, 1)], "no worksheet"),
        ([note(TABLE, 0, 1)], "no cell"),
        ([note("卡", 1, 1), DropSheet("卡")], "dropped or copied"),
        ([DropNotes("卡", MARK), CopySheet("卡", "甲")], "dropped or copied"),
        ([note(TABLE, 5, 1), Rows(TABLE, 4, 6, 0, ())], "is replaced"),
        ([note(TABLE, 8, 7, "长" * 32_768)], "long"),
        ([note(TABLE, 9, 7, "长" * 32_768)], "longer"),
        ([DropNotes(TABLE, "")], "beginning of a line"),
    ],
)
def test_notes_that_make_no_sense_are_refused(excel_like, plan: list[Edit], why: str):
    with pytest.raises(ValueError, match=why):
        written(excel_like, *plan)


# --- dropping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["plain", "excel_like", "openpyxl_like"])
def test_dropping_gives_back_every_byte(request, which: str):
    base = request.getfixturevalue(which)
    sheets = load(base).sheetnames
    plan = [note(sheet, row, col) for sheet in sheets for row, col in ((1, 1), (2, 2), (8, 7), (4, 3), (30, 9))]
    marked = written(base, *plan)
    check(marked, base)
    back = written(marked, *(DropNotes(sheet, MARK) for sheet in sheets))
    assert list(parts(back)) == list(parts(base))
    assert parts(back) == parts(base)


def test_marking_again_leaves_one_mark(excel_like):
    once = written(excel_like, note(TABLE, 8, 7), note(TABLE, 9, 7))
    again = written(once, note(TABLE, 8, 7, "新"), note(TABLE, 1, 1), DropNotes(TABLE, MARK))
    check(again, excel_like)
    assert notes_of(again, TABLE) == {
        "A1": f"{MARK}\n错误 C03：合计不符", "C4": "合计的批注", "C6": "样本的批注", "G8": f"底下的批注\n{MARK}\n新",
    }  # fmt: skip
    assert parts(again) == parts(written(excel_like, note(TABLE, 8, 7, "新"), note(TABLE, 1, 1)))


@pytest.mark.parametrize(
    ("saved", "left"),
    [
        ("<r><rPr><b/></rPr><t>原话&#10;【财政审核】&#10;错误</t></r>", "原话"),
        ("<r><t>原</t></r><r><t>话_x000D_&#10;【财政</t></r><r><t>审核】 后</t></r><r><t>文</t></r>", "原话"),
        ("<t>原话_x000a_【财政审核】错误</t>", "原话"),
        ("<t>原话&#13;【财政审核】错误</t>", "原话"),
        ("<r><t>说到【财政审核】</t></r><r><t>\n【财政审核】错误</t></r>", "说到【财政审核】"),
        ("<r><t>【财政审核】\n错误</t></r>", None),
        ("<r><t xml:space='preserve'> \n【财政审核】\n错误</t></r>", None),
        ("<r><t>原话，没有标记</t></r>", "原话，没有标记"),
        ("<r><t>甲_x005F_x000A_【财政审核】</t></r>", "甲_x005F_x000A_【财政审核】"),
    ],
)
def test_marks_are_found_however_a_program_saved_them(excel_like, saved: str, left: str | None):
    part = parts(excel_like)["xl/comments2.xml"].decode()
    base = edited(excel_like, {"xl/comments2.xml": re.sub(r"<r>.*</r>", lambda _: saved, part).encode()})
    data = written(base, DropNotes("卡", MARK))
    check(data, base)
    assert notes_of(data, "卡") == ({"B2": left} if left is not None else {})
    if left is None:
        assert not {"xl/comments2.xml", "xl/drawings/vmlDrawing2.vml"} & parts(data).keys()
        assert b"legacyDrawing" not in parts(data)["xl/worksheets/sheet3.xml"]


def test_dropping_where_there_is_nothing_changes_nothing(excel_like):
    assert parts(written(excel_like, *(DropNotes(name, MARK) for name in (TABLE, "引用", "卡")))) == parts(excel_like)


def test_an_author_of_others_stays(plain):
    both = written(
        plain, note("表", 1, 1, author="甲"), Note("表", 2, 1, "自己的", "乙"), note("表", 3, 1, author="丙")
    )
    kept = parts(written(both, DropNotes("表", MARK)))["xl/comments1.xml"].decode()
    assert re.findall(r"<author>(.*?)</author>", kept) == ["甲", "乙"]
    assert '<comment ref="A2" authorId="1"' in kept


# --- threads -----------------------------------------------------------------------------------------------------------

THREAD = "{AA11AA11-0000-4000-8000-000000000001}"


@pytest.fixture(scope="module")
def threaded(excel_like) -> bytes:
    """The note of 卡!B2 stands for a thread, as Excel 365 writes it."""
    old = parts(excel_like)
    text = "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment\n【财政审核】我写的"
    notes = re.sub(r"<r>.*</r>", lambda _: f"<t>{text}</t>", old["xl/comments2.xml"].decode())
    notes = re.sub(r"<author>.*?</author>", lambda _: f"<author>tc={THREAD}</author>", notes)
    relation = (
        '<Relationship Id="rId77" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        'Target="/xl/threadedComments/threadedComment1.xml"/></Relationships>'
    )
    kind = '<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="application/vnd.ms-excel.threadedcomments+xml"/></Types>'
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="B2" dT="2026-01-01T00:00:00.00" personId="{THREAD}" id="{THREAD}"><text>填了</text></threadedComment>'
        "</ThreadedComments>"
    )
    rels = "xl/worksheets/_rels/sheet3.xml.rels"
    return edited(
        excel_like,
        {
            "xl/comments2.xml": notes.encode(),
            rels: old[rels].replace(b"</Relationships>", relation.encode()),
            "[Content_Types].xml": old["[Content_Types].xml"].replace(b"</Types>", kind.encode()),
            "xl/threadedComments/threadedComment1.xml": thread.encode(),
        },
    )


def test_threads_of_comments_are_left_alone_and_told(threaded):
    assert threaded_cells(threaded) == {"卡": frozenset({(2, 2)})}
    data = written(threaded, note("卡", 2, 2), note("卡", 3, 1), DropNotes("卡", MARK))
    check(data, threaded)
    assert notes_of(data, "卡").keys() == {"B2", "A3"}
    assert MARK in notes_of(data, "卡")["B2"]  # in the thread's own words
    assert parts(written(data, DropNotes("卡", MARK))) == parts(threaded)
    assert threaded_cells(data) == {"卡": frozenset({(2, 2)})}


def test_no_threads(excel_like):
    assert threaded_cells(excel_like) == {}


# --- other programs ----------------------------------------------------------------------------------------------------


def test_a_drawing_that_is_no_well_formed_xml(plain):
    name = "xl/drawings/vmlDrawing1.vml"
    loose = parts(plain)[name].replace(b"<div style", b"<br><div style")
    base = edited(plain, {name: loose})
    data = written(base, note("控件", 3, 3))
    assert notes_of(data, "控件") == {"C3": f"{MARK}\n错误 C03：合计不符"}
    assert parts(written(data, DropNotes("控件", MARK))) == parts(base)


@pytest.mark.parametrize(
    "missing", [rb"<authors>.*</authors>", rb"<authors>.*</commentList>", rb"<commentList>.*</commentList>"]
)
def test_a_part_of_notes_that_lacks_a_list(excel_like, missing: bytes):
    name = "xl/comments2.xml"
    base = edited(excel_like, {name: re.sub(missing, b"", parts(excel_like)[name])})
    new = parts(written(base, note("卡", 3, 1)))[name]
    tree = etree.fromstring(new)
    assert [etree.QName(child).localname for child in tree] == ["authors", "commentList"]
    assert [one.get("ref") for one in tree[1]][-1] == "A3"
    assert tree[0][int(tree[1][-1].get("authorId"))].text == AUTHOR


def test_a_sheet_whose_drawing_is_missing_gets_one(excel_like):
    rels = "xl/worksheets/_rels/sheet3.xml.rels"
    base = edited(excel_like, {rels: re.sub(rb"<Relationship [^>]*vmlDrawing[^>]*>", b"", parts(excel_like)[rels])})
    data = written(base, note("卡", 2, 2), note("卡", 3, 1))
    assert notes_of(data, "卡") == {"B2": f"填名称\n{MARK}\n错误 C03：合计不符", "A3": f"{MARK}\n错误 C03：合计不符"}
    new = parts(data)
    assert new["xl/worksheets/sheet3.xml"].count(b"<legacyDrawing ") == 1
    assert new["xl/drawings/vmlDrawing3.vml"].count(b'ObjectType="Note"') == 2


TEXTS = st.text(st.sampled_from("审核 <&>'\"_x000A\r\n\t\x0b𠀀甲"), max_size=20)
CELLS = st.tuples(st.integers(1, 30), st.integers(7, 9))


@given(
    st.dictionaries(CELLS, TEXTS, max_size=6),
    st.sampled_from([(TABLE, "excel_like"), ("卡", "openpyxl_like"), ("控件", "plain")]),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_note_says_it_can_be_dropped(request, said: dict[tuple[int, int], str], where: tuple[str, str]):
    sheet, fixture = where
    base = request.getfixturevalue(fixture)
    data = written(base, *(note(sheet, *cell, text) for cell, text in said.items()))
    assert notes_of(data, sheet).keys() >= {address(*cell) for cell in said}
    assert parts(written(data, DropNotes(sheet, MARK))) == parts(base)


def test_two_runs_are_byte_identical(plain):
    assert written(plain, note("表", 1, 1)) == written(plain, note("表", 1, 1))


@pytest.mark.libreoffice
def test_libreoffice_shows_them_and_its_copy_can_be_cleaned(plain, excel_like, tmp_path):
    (tmp_path / "plain.xlsx").write_bytes(written(plain, note("表", 2, 2), note("控件", 3, 3)))
    (tmp_path / "excel.xlsx").write_bytes(
        written(excel_like, note(TABLE, 8, 7), note(TABLE, 9, 7), Put(TABLE, 9, 1, 7))
    )
    convert(tmp_path.glob("*.xlsx"), tmp_path / "saved")
    first, second = ((tmp_path / "saved" / f"{name}.xlsx").read_bytes() for name in ("plain", "excel"))
    ours = f"{MARK}\n错误 C03：合计不符"
    assert (notes_of(first, "表"), notes_of(first, "控件")) == ({"B2": ours}, {"C3": ours})
    assert notes_of(second, TABLE) == {
        "C4": "合计的批注", "C6": "样本的批注", "G8": f"底下的批注\n{ours}", "G9": ours,
    }  # fmt: skip
    assert load(second)[TABLE]["A9"].value == 7
    cleaned = written(second, DropNotes(TABLE, MARK))
    assert notes_of(cleaned, TABLE) == {"C4": "合计的批注", "C6": "样本的批注", "G8": "底下的批注"}
    assert notes_of(written(first, DropNotes("表", MARK)), "表") == {}
