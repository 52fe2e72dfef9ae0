"""A sheet that comes back unchanged is read once, and only then: other strings, formats or dates are other cells."""

from __future__ import annotations

from tests.ooxml.packages import packed, parts, sheet
from xlsform.ooxml import whole_sheets
from xlsform.ooxml.package import RETURN
from xlsform.ooxml.whole_sheets import WholeSheet, read_whole
from xlsform.readers.xlsx import open_sheets

DATA = (
    '<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" s="5"><v>42124</v></c></row>'
    '<row r="2" hidden="1"><c r="A2" t="s"><f>A1</f><v>2</v></c></row>'
)
MERGE = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'


def whole(strings: tuple[str, ...], *, styles: str = "", book: str = "") -> WholeSheet:
    items = "".join(f"<si>{text}</si>" if text.startswith("<") else f"<si><t>{text}</t></si>" for text in strings)
    content = parts(sheet(DATA, after=MERGE), strings=items)
    content["xl/styles.xml"] = styles or content["xl/styles.xml"]
    content["xl/workbook.xml"] = str(content["xl/workbook.xml"]).replace("<sheets>", f"{book}<sheets>")
    return read_whole(open_sheets(packed(content), RETURN).sheets[0])


def texts(read: WholeSheet) -> list[str]:
    return [cell.text for cells in read.rows.values() for cell in cells.values()]


def test_the_third_time_it_is_the_same_object_whatever_the_other_strings_are():
    whole_sheets._known.cache_clear()
    first, second = whole(("无关", "部门", "二")), whole(("别的", "部门", "二"))
    third, fourth = whole(("又一", "部门", "二", "多")), whole(("部门", "部门", "二"))
    assert first == second == third == fourth
    assert first is not second
    assert second is third
    assert third is fourth
    assert texts(third) == ["部门", "2015/4/30", "二"]
    assert third.notes.hidden_rows == [2]
    assert len(third.notes.merges) == 1


def test_other_strings_are_other_cells():
    whole_sheets._known.cache_clear()
    for _ in range(4):
        assert texts(whole(("", "甲", "二")))[::2] == ["甲", "二"]
        assert texts(whole(("", "乙", "二")))[::2] == ["乙", "二"]
        assert texts(whole(("", "甲", "三")))[::2] == ["甲", "三"]
        assert len(texts(whole(("", " ", "三")))) == 2


def test_other_formats_and_dates_are_other_cells():
    whole_sheets._known.cache_clear()
    plain = {texts(whole(("", "甲", "二")))[1] for _ in range(4)}
    later = {texts(whole(("", "甲", "二"), book='<workbookPr date1904="1"/>'))[1] for _ in range(4)}
    styles = str(parts(sheet(""))["xl/styles.xml"]).replace('numFmtId="14"', 'numFmtId="57"')
    other = {texts(whole(("", "甲", "二"), styles=styles))[1] for _ in range(4)}
    assert (plain, later, other) == ({"2015/4/30"}, {"2019/5/1"}, {"2015年4月"})


def test_struck_strings_are_said_every_time():
    whole_sheets._known.cache_clear()
    struck = "<r><rPr><strike/></rPr><t>甲</t></r>"
    assert [len(whole(("", struck, "二")).notes.struck) for _ in range(4)] == [1, 1, 1, 1]
    assert [len(whole(("", "甲", "二")).notes.struck) for _ in range(4)] == [0, 0, 0, 0]
    assert len(whole(("", struck, "二")).notes.struck) == 1
