"""`mapping check` and `mapping show` on the official blanks and on spoiled ones."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.drawn import book, draw
from xlsform import readers
from xlsform.core.catalogue import message
from xlsform.core.cells import Book, Grid
from xlsform.core.spec import Field, FormSet
from xlsform.specfiles import load_formset
from xlsform.specfiles.claims import claims, sheets
from xlsform.specfiles.picture import html_picture, pad, text_picture, width
from xlsform.specfiles.proof import check_mapping


@pytest.fixture(scope="module")
def formset(checkout: Path) -> FormSet:
    return load_formset(checkout / "mappings" / "2019")


@pytest.fixture(scope="module")
def blanks(checkout: Path, formset: FormSet) -> tuple[Book, Book]:
    folder = checkout / "templates" / formset.id
    blank, summary = (
        readers.read(name, (folder / name).read_bytes()) for name in (formset.template, formset.summary_template)
    )
    return blank, summary


def with_grid(blank: Book, grid: Grid) -> Book:
    return replace(blank, grids=tuple(grid if grid.sheet == one.sheet else one for one in blank.grids))


def without_cell(blank: Book, sheet: str, row: int, col: int) -> Book:
    grid = next(grid for grid in blank.grids if grid.sheet == sheet)
    rows = {r: {c: cell for c, cell in cells.items() if (r, c) != (row, col)} for r, cells in grid.rows.items()}
    return with_grid(blank, replace(grid, rows=rows))


def test_the_shipped_mappings_are_proved_by_the_official_blanks(formset: FormSet, blanks: tuple[Book, Book]):
    assert check_mapping(formset, *blanks) == ()


def test_every_field_claims_the_cells_of_the_papers(formset: FormSet, blanks: tuple[Book, Book]):
    placed = {
        (sheet.name, claim.field.key, claim.band): claim.place
        for sheet in sheets(formset, *blanks)
        if sheet.grid is not None and sheet.layout is not None and not sheet.summary
        for claim in claims(sheet.layout, sheet.grid)
    }
    assert len(placed) == 6 + 16 + 9 + 8
    assert placed["汇总表", "total_amount", ""] == "D4↓"
    assert placed["支出方向表", "satisfaction", ""] == "P6↓"
    assert placed["部门整体", "department", ""] == "B2:C2"
    assert placed["部门整体", "total_amount", ""] == "C3"
    assert placed["部门整体", "output_indicators", ""] == "C8"
    assert placed["部门整体", "performance_section_opinion", ""] == "B11:C11"
    assert placed["指标分解表", "value", "annual"] == "H4↓"


def test_a_label_that_is_gone_is_found_missing(formset: FormSet, blanks: tuple[Book, Book]):
    findings = check_mapping(formset, without_cell(blanks[0], "部门整体", 3, 2), blanks[1])
    assert [(f.code, f.where.sheet, f.field) for f in findings] == [("T05", "部门整体", "total_amount")]
    assert message(findings[0]) == "《部门整体支出绩效申报表》找不到栏目“资金总额：”"


def test_a_sheet_title_or_unit_that_is_gone(formset: FormSet, blanks: tuple[Book, Book]):
    fewer = replace(blanks[0], grids=tuple(grid for grid in blanks[0].grids if grid.sheet != "指标分解表"))
    assert [f.code for f in check_mapping(formset, fewer, blanks[1])] == ["T04"]
    assert [f.code for f in check_mapping(formset, without_cell(blanks[0], "汇总表", 1, 1), blanks[1])] == ["T05"]
    findings = check_mapping(formset, without_cell(blanks[0], "汇总表", 2, 1), blanks[1])
    assert [(f.code, f.got, f.expected) for f in findings] == [("A11", "", "万元")]


FUNDS = """
2019年区级专项资金预算绩效目标汇总表 | < | < | < | < | < | <
单位：万元 | < | < | < | < | < | <
序号 | 专项支出名称 | 支出方向 | 资金总额 | 备注 | 实施期绩效目标 | 年度绩效目标
"""


def test_a_column_that_no_field_claims(formset: FormSet, blanks: tuple[Book, Book]):
    findings = check_mapping(formset, with_grid(blanks[0], draw(FUNDS, "汇总表")), blanks[1])
    assert [(f.code, f.where.address) for f in findings] == [("T07", "E3")]
    assert message(findings[0]) == "E 列“备注”没有字段"


def test_a_label_that_stands_twice(formset: FormSet, blanks: tuple[Book, Book]):
    drawn = draw(FUNDS.replace("备注", "支出方向"), "汇总表")
    findings = check_mapping(formset, with_grid(blanks[0], drawn), blanks[1])
    assert ("T05", "direction", "twice") in [(f.code, f.field, f.variant) for f in findings]


def test_an_answer_without_a_cell(formset: FormSet, blanks: tuple[Book, Book]):
    card = draw(
        """
2019年部门整体支出绩效申报表 | < | < | <
部门名称 | 整体绩效目标 | |
年度预算申请 | 资金总额： | |
^ | 按支出性质分： | |
^ | 其中：基本支出： | |
^ | 项目支出： | |
部门整体支出年度绩效指标 | 产出指标 | |
^ | 效益指标 | |
财政部门审核意见 | 业务股室意见: | < | <
^ | 绩效股意见： | < | <
""",
        "部门整体",
    )
    findings = check_mapping(formset, with_grid(blanks[0], card), blanks[1])
    assert [(f.code, f.field, f.where.address) for f in findings] == [("T05", "department", "B2")]
    assert message(findings[0]) == "栏目“部门名称”没有可填的单元格：B2 印着“整体绩效目标”"


def test_the_picture_shows_every_key_in_its_column(formset: FormSet, blanks: tuple[Book, Book]):
    picture = text_picture(formset, *blanks, only="department_overall")
    lines = picture.splitlines()
    assert "  3 │年度预算申请  │资金总额：    │‹total_amount›" in picture
    assert "业务股室意见:‹business_section_opinion›" in picture
    drawn = [line for line in lines if line[:3].strip().isdigit()]
    assert len({width(line) for line in drawn[:11]}) == 1, "rows of one sheet are equally wide on a terminal"
    assert any(line.split()[:3] == ["total_amount", "C3", "B3"] for line in lines)
    assert "fund_summary" not in picture


def test_every_field_is_in_both_pictures(formset: FormSet, blanks: tuple[Book, Book]):
    text, html = text_picture(formset, *blanks), html_picture(formset, *blanks)
    for sheet in sheets(formset, *blanks):
        if sheet.grid is not None and sheet.layout is not None:
            for claim in claims(sheet.layout, sheet.grid):
                assert f"‹{claim.field.key}›" in text
                assert f"<code>{claim.field.key}</code>" in html


class Tags(HTMLParser):
    """Counts open tags and remembers what is loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert not {"src", "href"} & {name for name, _ in attrs}
        self.seen.append(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_escapes_all_texts(formset: FormSet, blanks: tuple[Book, Book]):
    evil = draw(FUNDS.replace("备注", "<script>alert(1)</script>&"), "汇总表")
    page = html_picture(formset, with_grid(blanks[0], evil), blanks[1])
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "script" not in tags.seen
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in page


def test_chinese_text_is_padded_by_its_width():
    assert [width(text) for text in ("abc", "资金", "（a）", "é", "e\u0301")] == [3, 4, 5, 1, 1]
    assert pad("资金", 6) == "资金  "
    assert pad("资金总额", 6) == "资金~ "
    assert all(width(pad("资金a总额", room)) == room for room in range(1, 12))


def test_two_tables_on_one_sheet_end_where_the_next_begins(formset: FormSet):
    form = formset.form("fund_summary")
    first = replace(form.regions[0], id="first", fields=(Field("a", ("甲",)), Field("b", ("乙",))))
    second = replace(form.regions[0], id="second", fields=(Field("c", ("丙",)), Field("d", ("丁",))))
    two = replace(form, title="两表", unit="", regions=(first, second), summary=None, checks=(), sheet="表")
    drawn = draw("两表 | <\n甲 | 乙\n1 | 2\n |\n丙 | 丁\n3 | 4")
    (sheet,) = sheets(replace(formset, forms=(two,)), book(drawn), book())
    assert sheet.grid is not None
    assert sheet.layout is not None
    assert [claim.place for claim in claims(sheet.layout, sheet.grid)] == ["A3:A4", "B3:B4", "A6↓", "B6↓"]
