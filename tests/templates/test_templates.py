"""The official blanks: what stands where, how it prints, and that the script still authors the very same files."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parents[2]
BLANKS = ROOT / "templates" / "2019"
PAPER = ROOT / "samples" / "2019" / "原文.txt"
RETURN = "绩效目标申报.xlsx"
SUMMARY = "区级汇总.xlsx"

FUND = {
    "A1": "2019年区级专项资金预算绩效目标汇总表",
    "A2": "单位：万元",
    "A3": "序号",
    "B3": "专项支出名称",
    "C3": "支出方向",
    "D3": "资金总额",
    "E3": "实施期绩效目标",
    "F3": "年度绩效目标",
}
DIRECTION = {
    "A1": "2019年区级专项资金支出方向绩效目标表",
    "A2": "单位：万元",
    "A3": "主管部门",
    "B3": "支出方向",
    "C3": "所属专项名称",
    "D3": "专项实施期",
    "E3": "支出方向年度金额",
    "F3": "实施期绩效目标",
    "G3": "年度绩效目标",
    "H3": "绩效指标",
    "H4": "产出指标",
    "L4": "效益指标",
    "H5": "数量指标",
    "I5": "质量指标",
    "J5": "时效指标",
    "K5": "成本指标",
    "L5": "经济效益指标",
    "M5": "社会效益指标",
    "N5": "生态效益指标",
    "O5": "可持续影响指标",
    "P5": "社会公益或服务对象满意度指标",
}
CARD = {
    "A1": "2019年部门整体支出绩效申报表",
    "A2": "部门名称",
    "A3": "年度预算申请",
    "B3": "资金总额：",
    "B4": "按支出性质分：",
    "B5": "其中：基本支出：",
    "B6": "项目支出：",
    "A7": "整体绩效目标",
    "A8": "部门整体支出年度绩效指标",
    "B8": "产出指标",
    "B9": "效益指标",
    "A10": "财政部门审核意见",
    "B10": "业务股室意见:",
    "B11": "绩效股意见：",
}
MATRIX = {
    "A1": "2019年区级专项资金绩效指标分解表",
    "A2": "所属专项名称",
    "B2": "实施期（2019年-2021年）",
    "F2": "本年度",
    "B3": "一级指标",
    "C3": "二级指标",
    "D3": "三级指标",
    "E3": "指标值",
    "F3": "二级指标",
    "G3": "三级指标",
    "H3": "指标值",
}
OVERALL = {
    "A1": "2019年部门整体支出绩效目标汇总表",
    "A2": "单位：万元",
    "A3": "序号",
    "B3": "部门名称",
    "C3": "资金总额",
    "D3": "基本支出",
    "E3": "项目支出",
    "F3": "整体绩效目标",
    "G3": "产出指标",
    "H3": "效益指标",
    "I3": "业务股室意见",
    "J3": "绩效股意见",
}
FUND_MERGES = {"A1:F1", "A2:F2"}
DIRECTION_MERGES = {"A1:P1", "A2:P2", "H3:P3", "H4:K4", "L4:P4", *(f"{column}3:{column}5" for column in "ABCDEFG")}
CARD_MERGES = {"A1:C1", "B2:C2", "A3:A6", "B7:C7", "A8:A9", "A10:A11", "B10:C10", "B11:C11"}
MATRIX_MERGES = {"A1:H1", "A2:A3", "B2:E2", "F2:H2"}

LISTS = {
    "报送情况": "序号 部门代码 部门名称 状态 文件 汇总表 支出方向表 部门整体 指标分解表 错误 警告 提示 说明",
    "审核结果": "级别 代码 部门 文件 工作表 单元格 问题 现值 应为 审核说明",
    "来源": "汇总工作表 汇总单元格 部门 栏目 文件 工作表 单元格 原文",
}


def _list_texts(sheet: str, title: str) -> dict[str, str]:
    labels = LISTS[sheet].split()
    return {"A1": title} | {f"{letter}3": label for letter, label in zip("ABCDEFGHIJKLM", labels, strict=False)}


TEXTS: dict[tuple[str, str], dict[str, str]] = {
    (RETURN, "汇总表"): FUND,
    (RETURN, "支出方向表"): DIRECTION,
    (RETURN, "部门整体"): CARD,
    (RETURN, "指标分解表"): MATRIX,
    (SUMMARY, "汇总表"): FUND | {"B4": "合计", "B5": "（部门名称）", "C5": "小计"},
    (SUMMARY, "支出方向表"): DIRECTION | {"A6": "合计", "A7": "（部门名称）", "B7": "小计"},
    (SUMMARY, "部门整体汇总"): OVERALL | {"B4": "合计"},
    (SUMMARY, "指标分解表"): MATRIX | {"A4": "部门：（部门名称）"},
    (SUMMARY, "部门整体"): CARD,
    (SUMMARY, "报送情况"): _list_texts("报送情况", "报送情况"),
    (SUMMARY, "审核结果"): _list_texts("审核结果", "审核结果"),
    (SUMMARY, "来源"): _list_texts("来源", "数据来源"),
}
MERGES: dict[tuple[str, str], set[str]] = {
    (RETURN, "汇总表"): FUND_MERGES,
    (RETURN, "支出方向表"): DIRECTION_MERGES,
    (RETURN, "部门整体"): CARD_MERGES,
    (RETURN, "指标分解表"): MATRIX_MERGES,
    (SUMMARY, "汇总表"): FUND_MERGES,
    (SUMMARY, "支出方向表"): DIRECTION_MERGES,
    (SUMMARY, "部门整体汇总"): {"A1:J1", "A2:J2"},
    (SUMMARY, "指标分解表"): MATRIX_MERGES | {"A4:H4"},
    (SUMMARY, "部门整体"): CARD_MERGES,
    (SUMMARY, "报送情况"): {"A1:M1", "A2:M2"},
    (SUMMARY, "审核结果"): {"A1:J1", "A2:J2"},
    (SUMMARY, "来源"): {"A1:H1", "A2:H2"},
}
# paper (8 = A3, 9 = A4), orientation, print area, rows repeated on every page, first cell below the frozen rows
PRINT: dict[tuple[str, str], tuple[int, str, str, str | None, str | None]] = {
    (RETURN, "汇总表"): (9, "landscape", "A1:F23", "2:3", "A4"),
    (RETURN, "支出方向表"): (8, "landscape", "A1:P25", "2:5", "A6"),
    (RETURN, "部门整体"): (9, "portrait", "A1:C11", None, None),
    (RETURN, "指标分解表"): (9, "landscape", "A1:H43", "2:3", "A4"),
    (RETURN, "编报说明"): (9, "portrait", "A1:G66", None, None),
    (SUMMARY, "汇总表"): (9, "landscape", "A1:F6", "2:3", "A4"),
    (SUMMARY, "支出方向表"): (8, "landscape", "A1:P8", "2:5", "A6"),
    (SUMMARY, "部门整体汇总"): (8, "landscape", "A1:J5", "2:3", "A4"),
    (SUMMARY, "指标分解表"): (9, "landscape", "A1:H5", "2:3", "A4"),
    (SUMMARY, "部门整体"): (9, "portrait", "A1:C11", None, None),
    (SUMMARY, "报送情况"): (9, "landscape", "A1:M4", "3:3", "A4"),
    (SUMMARY, "审核结果"): (9, "landscape", "A1:J4", "3:3", "A4"),
    (SUMMARY, "来源"): (9, "landscape", "A1:H4", "3:3", "A4"),
}
MONEY = {
    (RETURN, "汇总表"): [f"D{row}" for row in range(4, 24)],
    (RETURN, "支出方向表"): [f"E{row}" for row in range(6, 26)],
    (RETURN, "部门整体"): ["C3", "C5", "C6"],
    (SUMMARY, "汇总表"): ["D4", "D5", "D6"],
    (SUMMARY, "支出方向表"): ["E6", "E7", "E8"],
    (SUMMARY, "部门整体汇总"): ["C4", "D4", "E4", "C5", "D5", "E5"],
    (SUMMARY, "部门整体"): ["C3", "C5", "C6"],
}
INDICATORS = {
    (RETURN, "支出方向表"): "H6:P25",
    (RETURN, "指标分解表"): "A4:H43",
    (SUMMARY, "支出方向表"): "H8:P8",
    (SUMMARY, "指标分解表"): "A5:H5",
}


@cache
def blank(name: str) -> Workbook:
    return load_workbook(BLANKS / name)


def sheet_of(key: tuple[str, str]) -> Worksheet:
    sheet = blank(key[0])[key[1]]
    assert isinstance(sheet, Worksheet)
    return sheet


def texts(sheet: Worksheet) -> dict[str, object]:
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}


def area(sheet: Worksheet, name: str) -> Iterator[Cell | MergedCell]:
    for row in sheet[name]:
        yield from row


def parts(package: Path) -> list[tuple[str, tuple[int, ...], bytes]]:
    with zipfile.ZipFile(package) as archive:
        return [(entry.filename, entry.date_time, archive.read(entry)) for entry in archive.infolist()]


def author(folder: Path, seed: str) -> None:
    """Run the script as a maintainer would, with a hash seed of its own: no order of a set may reach the file."""
    subprocess.run(
        [sys.executable, str(ROOT / "tools" / "author_templates.py"), str(folder)],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )


def test_the_script_authors_the_committed_files_again(tmp_path: Path) -> None:
    author(tmp_path / "a", "1")
    author(tmp_path / "b", "2")
    for name in (RETURN, SUMMARY):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        # part by part: another zlib may deflate the same bytes otherwise
        assert parts(tmp_path / "a" / name) == parts(BLANKS / name)


def test_sheets_stand_in_official_order() -> None:
    assert blank(RETURN).sheetnames == ["汇总表", "支出方向表", "部门整体", "指标分解表", "编报说明"]
    assert blank(SUMMARY).sheetnames == [
        *("汇总表", "支出方向表", "部门整体汇总", "指标分解表"),
        *("部门整体", "报送情况", "审核结果", "来源"),
    ]


@pytest.mark.parametrize(("name", "kind"), [(RETURN, "return"), (SUMMARY, "summary")])
def test_a_blank_says_what_it_is(name: str, kind: str) -> None:
    names = {key: value.attr_text for key, value in blank(name).defined_names.items()}
    assert names == {"xlsform.form_set": '"2019"', "xlsform.kind": f'"{kind}"', "xlsform.version": '"1"'}


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_stands_at_its_address_and_nothing_else(key: tuple[str, str]) -> None:
    assert texts(sheet_of(key)) == TEXTS[key]


@pytest.mark.parametrize("key", MERGES)
def test_merges(key: tuple[str, str]) -> None:
    assert {str(merge) for merge in sheet_of(key).merged_cells.ranges} == MERGES[key]


@pytest.mark.parametrize("key", PRINT)
def test_page_setup(key: tuple[str, str]) -> None:
    sheet = sheet_of(key)
    paper, orientation, print_area, titles, freeze = PRINT[key]
    assert str(sheet.page_setup.paperSize) == str(paper)
    assert sheet.page_setup.orientation == orientation
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_area.replace("$", "") == f"'{key[1]}'!{print_area}"
    assert (sheet.print_title_rows or "").replace("$", "") == (titles or "")
    assert sheet.freeze_panes == freeze
    assert sheet.sheet_view.zoomScale == 100
    assert not sheet.print_options.gridLines
    assert sheet.oddFooter is not None
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.auto_filter.ref is None
    assert not sheet.protection.sheet


@pytest.mark.parametrize("key", PRINT)
def test_no_cell_lies_outside_the_form(key: tuple[str, str]) -> None:
    _, _, right, bottom = range_boundaries(PRINT[key][2])
    assert (sheet_of(key).max_column, sheet_of(key).max_row) == (right, bottom)


@pytest.mark.parametrize("key", PRINT)
def test_fonts_and_wrapping_are_those_of_an_official_paper(key: tuple[str, str]) -> None:
    sheet = sheet_of(key)
    title = sheet["A1"]
    assert (title.font.name, bool(title.font.b)) == ("黑体", True)
    assert title.alignment.horizontal == "center"
    assert title.font.sz >= (16 if key[1] == "编报说明" else 18)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell, Cell) and (cell.value is not None or cell.border.left.style):
                assert cell.font.name in {"宋体", "仿宋", "黑体"}
                assert 9 <= cell.font.sz <= (16 if key[1] == "编报说明" else 12)


@pytest.mark.parametrize("key", [key for key in PRINT if key[1] != "编报说明"])
def test_header_and_data_cells_are_boxed(key: tuple[str, str]) -> None:
    sheet = sheet_of(key)
    left, _, right, bottom = range_boundaries(PRINT[key][2])
    assert left is not None
    assert right is not None
    assert bottom is not None
    top = 2 if key[1] in {"部门整体", "指标分解表"} else 3
    span = {}
    for merge in sheet.merged_cells.ranges:
        for row, column in merge.cells:
            span[row, column] = merge
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            border, merge = sheet.cell(row, column).border, span.get((row, column))
            if merge is None or column == merge.min_col:
                assert border.left.style == "thin", (row, column)
            if merge is None or column == merge.max_col:
                assert border.right.style == "thin", (row, column)
            if merge is None or row == merge.min_row:
                assert border.top.style == "thin", (row, column)
            if merge is None or row == merge.max_row:
                assert border.bottom.style == "thin", (row, column)


@pytest.mark.parametrize("key", MONEY)
def test_amounts_show_as_typed_and_to_the_right(key: tuple[str, str]) -> None:
    sheet = sheet_of(key)
    for address in MONEY[key]:
        cell = sheet[address]
        assert (cell.number_format, cell.alignment.horizontal) == ("General", "right")
        # eleven characters are all that General ever shows; a narrower column would round before that
        assert sheet.column_dimensions[cell.column_letter].width >= 12


@pytest.mark.parametrize("key", INDICATORS)
def test_indicators_are_text_cells(key: tuple[str, str]) -> None:
    assert {cell.number_format for cell in area(sheet_of(key), INDICATORS[key])} == {"@"}


@pytest.mark.parametrize(
    ("name", "sheet", "unit"), [(RETURN, "汇总表", "A2"), (RETURN, "支出方向表", "A2"), (SUMMARY, "部门整体汇总", "A2")]
)
def test_unit_line_stands_right(name: str, sheet: str, unit: str) -> None:
    assert sheet_of((name, sheet))[unit].alignment.horizontal == "right"


def test_header_cells_are_centred_and_goals_wrap_from_the_top() -> None:
    for key, labels in (((RETURN, "汇总表"), FUND), ((RETURN, "支出方向表"), DIRECTION)):
        for address in list(labels)[2:]:
            alignment = sheet_of(key)[address].alignment
            assert (alignment.horizontal, alignment.vertical, alignment.wrap_text) == ("center", "center", True)
    for key, address in (((RETURN, "汇总表"), "E4"), ((RETURN, "支出方向表"), "G6"), ((SUMMARY, "部门整体汇总"), "G5")):
        alignment = sheet_of(key)[address].alignment
        assert (alignment.horizontal, alignment.vertical, alignment.wrap_text) == ("left", "top", True)


@pytest.mark.parametrize(
    ("sheet", "total", "group", "data"),
    [("汇总表", "A4:F4", "A5:F5", "A6:F6"), ("支出方向表", "A6:P6", "A7:P7", "A8:P8")],
)
def test_prototype_rows(sheet: str, total: str, group: str, data: str) -> None:
    page = sheet_of((SUMMARY, sheet))
    assert all(cell.font.b and cell.fill.patternType is None for cell in area(page, total))
    assert all(cell.font.b and cell.fill.fgColor.rgb == "FFEDEDED" for cell in area(page, group))
    assert all(not cell.font.b and cell.fill.patternType is None for cell in area(page, data))


def test_matrix_group_row_is_grey_and_bold() -> None:
    cell = sheet_of((SUMMARY, "指标分解表"))["A4"]
    assert cell.font.b
    assert cell.fill.fgColor.rgb == "FFEDEDED"


@pytest.mark.parametrize("key", [(RETURN, "汇总表"), (RETURN, "支出方向表"), (RETURN, "指标分解表")])
def test_spare_rows_leave_room_for_handwriting(key: tuple[str, str]) -> None:
    first = int((PRINT[key][4] or "")[1:])
    rows = sheet_of(key).row_dimensions
    assert {30 <= (rows[row].height or 0) <= 40 for row in range(first, sheet_of(key).max_row + 1)} == {True}


@pytest.mark.parametrize("name", [RETURN, SUMMARY])
def test_a_blank_holds_no_formula_macro_link_or_note(name: str) -> None:
    names = [part for part, _, _ in parts(BLANKS / name)]
    kinds = {re.sub(r"\d+", "", part) for part in names}
    assert kinds == {
        *("[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "docProps/core.xml"),
        *("xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml", "xl/theme/theme.xml"),
        "xl/worksheets/sheet.xml",
    }
    for part, _, xml in parts(BLANKS / name):
        assert not re.search(rb"<f[ >]", xml), part


# 编报说明


def instructions() -> list[str]:
    """The second half of the paper, a paragraph or table cell a piece, in reading order."""
    paper = PAPER.read_text("utf-8")
    start = paper.index("2019年区级专项支出预算绩效目标汇总表\n编报说明")
    joined = paper[start:].replace("绩效目\n标填报", "绩效目标填报")
    return [line.strip() for line in joined.split("\n") if line.strip()]


def test_the_paper_lies_in_the_samples_unchanged() -> None:
    text = PAPER.read_text("utf-8").encode()
    assert hashlib.sha256(text).hexdigest() == "2534f7a14de957bb4361babbd0ce117912e49a504dea5671e6cdbc0065c8a290"


def test_the_instructions_are_the_papers_to_the_letter_and_in_order() -> None:
    guide = sheet_of((RETURN, "编报说明"))
    assert list(texts(guide).values()) == instructions()


def test_the_four_example_tables_are_merged_as_in_the_paper() -> None:
    guide = sheet_of((RETURN, "编报说明"))
    merges = {str(merge) for merge in guide.merged_cells.ranges}
    starts = [cell.row for (cell,) in guide["A1:A66"] if cell.value == "一级指标"]
    sizes = (5, 5, 2, 3)
    assert len(starts) == 4
    for labels, size in zip(starts, sizes, strict=True):
        first, last = labels + 1, labels + size
        expected = {f"{column}{first}:{column}{last}" for column in "ABE"}
        assert expected | {f"A{labels - 1}:D{labels - 1}", f"E{labels - 1}:G{labels - 1}"} <= merges
        assert all(cell.border.left.style == "thin" for cell in guide[first] if cell.column_letter in "CDFG")


def test_no_instruction_is_cut_off() -> None:
    guide = sheet_of((RETURN, "编报说明"))
    room = sum(guide.column_dimensions[letter].width for letter in "ABCDEFG") * 6  # points; 8 px = 6 pt a character
    for (cell,) in guide["A1:A66"]:
        if cell.font.name == "仿宋":
            units = sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in str(cell.value))
            lines = -(-units * cell.font.sz / 2 // room)
            assert (guide.row_dimensions[cell.row].height or 0) >= lines * cell.font.sz * 1.3


def test_labels_are_the_papers_own() -> None:
    """Every label of forms 1-3 is in the paper, white space aside (“所 属专项名称”, “数量\\n指标”)."""
    paper = re.sub(r"\s|\[bookmark: \w+\]", "", PAPER.read_text("utf-8"))
    for label in [*FUND.values(), *DIRECTION.values(), *list(CARD.values())[1:], *list(MATRIX.values())[1:]]:
        assert label in paper, label
    assert CARD["A1"].removeprefix("2019年") in paper
