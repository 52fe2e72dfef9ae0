"""The rows of the district summary: sections, group rows, live totals, merges down, sources; and that they read back as what was merged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.blanks import CARD, FORMSET, FUNDS, LAYOUTS, MATRIX, TARGETS
from tests.drawn import book, draw
from xlsform.core.cells import Area, Book, Cell, Grid, address
from xlsform.core.edits import Formula, Line, Put
from xlsform.core.extract import extract
from xlsform.core.layout import Layouts, place
from xlsform.core.merge import (
    Part,
    card_copies,
    count_sources,
    frames,
    part_rows,
    section_of,
    sheet_names,
    title_puts,
    write_part,
    write_sources,
)
from xlsform.core.records import Record, Submission

LIST = """
2019年部门整体支出绩效目标汇总表 | < | < | < | < | < | < | < | < | <
单位：万元 | < | < | < | < | < | < | < | < | <
序号 | 部门名称 | 资金总额 | 基本支出 | 项目支出 | 整体绩效目标 | 产出指标 | 效益指标 | 业务股室意见 | 绩效股意见
| 合计 | | | | | | | |
"""
PICTURES = {
    "fund_summary": FUNDS + "| 合计 | | | |\n| （部门名称） | 小计 | | |\n",
    "direction_targets": TARGETS + "合计 |\n（部门名称） | 小计 |\n",
    "department_overall": LIST,
    "indicator_matrix": MATRIX + "部门：（部门名称） | < | < | < | < | < | < | <\n",
}
BLANK = book(*(draw(text, FORMSET.form(id_).summary.sheet) for id_, text in PICTURES.items()))  # type: ignore[union-attr]
SUMMARY = tuple(place(FORMSET.form(id_), grid, summary=True) for id_, grid in zip(PICTURES, BLANK.grids, strict=True))
FRAMES = {frame.region.id: frame for frame in frames(SUMMARY, BLANK)}
READING = Layouts(LAYOUTS.returns, SUMMARY)


def handed_in(department: str, *pictures: str) -> Submission:
    """A department's return, as it is merged."""
    got = extract(
        book(*(draw(text, f"S{i}") for i, text in enumerate(pictures)), file=f"{department}.xlsx"), FORMSET, LAYOUTS
    )
    return Submission(
        got.file,
        "",
        department,
        got.sightings,
        tuple(r._replace(department=department) for r in got.records),
        (),
        (),
        (),
        {},
    )


def part_of(region: str, returns: Iterable[Submission]) -> Part:
    mine = {s.department: [r for r in s.records if r.region == region] for s in returns}
    kept = {name: records for name, records in mine.items() if records}
    frame = FRAMES[region]
    sections = tuple(section_of(frame, name, records) for name, records in kept.items())
    return Part(frame, sections, lambda: [record for records in kept.values() for record in records])


def sheet(part: Part) -> Grid:
    """The sheet as the writer leaves it: the blank's header, then the lines with the merges of the rows they are like."""
    blank = next(grid for grid in BLANK.grids if grid.sheet == part.frame.summary.sheet)
    header = part.frame.header.bottom
    rows = {row: cells for row, cells in blank.rows.items() if row <= header}
    merges = [area for area in blank.merges if area.bottom <= header]
    edit = part_rows(part)
    lines = list(edit.lines)
    assert len(lines) == edit.count == part.count
    for row, line in enumerate(lines, edit.first):
        rows[row] = {col: cell for col, value in line.cells if (cell := _cell(value)) is not None}
        merges += [
            area._replace(top=row, bottom=row) for area in blank.merges if (area.top, area.bottom) == (line.like,) * 2
        ]
        merges += [Area(row, col, row + count - 1, col) for col, count in line.down]
    return Grid(blank.sheet, rows, tuple(merges))


def _cell(value: object) -> Cell | None:
    match value:
        case None:
            return None
        case Formula(text, stored):
            return Cell(stored, str(stored), text)
        case str():
            return Cell(value, value)
        case _:
            return Cell(Decimal(str(value)), str(value))


def calculated(grid: Grid, row: int, col: int) -> Decimal:
    """The cell's value when its formula is calculated: sums of a column, halved or not, rounded."""
    cell = grid.cell(row, col)
    assert cell is not None
    if cell.formula is None:
        assert isinstance(cell.raw, Decimal)
        return cell.raw
    found = re.fullmatch(r"ROUND\(SUM\(([A-Z]+)(\d+):\1(\d+)\)(/2)?,(\d+)\)", cell.formula)
    assert found is not None, cell.formula
    assert address(1, col) == f"{found[1]}1"
    cells = (grid.cell(r, col) for r in range(int(found[2]), int(found[3]) + 1))
    numbers = [
        calculated(grid, r, col)
        for r, one in enumerate(cells, int(found[2]))
        if one is not None and isinstance(one.raw, Decimal)
    ]
    total = sum(numbers, Decimal(0)) / (2 if found[4] else 1)
    return round(total, int(found[5]))


def said(records: Iterable[Record], renumbered: str = "seq") -> list[tuple[str, dict[str, object]]]:
    return [
        (
            r.department,
            {key: v.data if v.data is not None else v.text or None for key, v in r.values.items() if key != renumbered},
        )
        for r in records
    ]


def back(part: Part) -> Submission:
    return extract(Book("汇总.xlsx", "", (sheet(part),), {"kind": "summary"}), FORMSET, READING)


OFFICE = handed_in("区委办本级", FUNDS + "一 | 甲 | 方向 | 8 | 目标 | 年度\n一 | 乙 | 小计 | 20.5 | 目标 | 年度")
SCHOOLS = handed_in("区教育局", FUNDS + "一 | 丙 | 方向 | 0.25 | 目标 | 年度")


def test_prototypes_are_found_below_the_header() -> None:
    assert [(f.rows.total, f.rows.group, f.rows.data) for f in FRAMES.values()] == [
        (4, 5, 6),
        (6, 7, 8),
        (4, 0, 5),
        (0, 4, 5),
    ]


def test_total_group_and_record_lines_of_two_departments() -> None:
    part = part_of("fund_summary", (OFFICE, SCHOOLS))
    lines = list(write_part(part))
    assert [line.like for line in lines] == [4, 5, 6, 6, 5, 6]
    assert lines[0].cells == ((2, "合计"), (4, Formula("ROUND(SUM(D5:D9)/2,2)", Decimal("28.75"))))
    assert lines[1].cells == ((2, "区委办本级"), (3, "小计"), (4, Formula("ROUND(SUM(D6:D7),2)", Decimal("28.5"))))
    assert lines[4].cells == ((2, "区教育局"), (3, "小计"), (4, Formula("ROUND(SUM(D9:D9),2)", Decimal("0.25"))))
    assert [line.cells[0] for line in lines if line.like == 6] == [(1, "一"), (1, "二"), (1, "三")]


def test_direction_called_subtotal_is_counted_once_in_the_live_total() -> None:
    grid = sheet(part_of("fund_summary", (OFFICE, SCHOOLS)))
    assert calculated(grid, 4, 4) == Decimal("28.75")


def test_totals_keep_every_digit() -> None:
    fine = handed_in("局", FUNDS + "一 | 甲 | 方向 | 0.1234 | 目标 | 年度\n二 | 乙 | 方向 | 0.2 | 目标 | 年度")
    total, group, *_ = write_part(part_of("fund_summary", (OFFICE, fine)))
    assert total.cells[1][1] == Formula("ROUND(SUM(D5:D10)/2,4)", Decimal("28.8234"))
    assert group.cells[2][1] == Formula("ROUND(SUM(D6:D7),4)", Decimal("28.5"))


def test_form_that_nobody_handed_in_has_a_total_of_nothing() -> None:
    part = part_of("fund_summary", ())
    assert list(write_part(part)) == [Line(4, ((2, "合计"), (4, Decimal(0))))]
    assert part.count == 1


def test_list_of_departments_has_no_groups_and_sums_all_of_its_amounts() -> None:
    cards = [
        handed_in(
            name,
            CARD.replace("部门名称 | | <", f"部门名称 | {name} | <")
            .replace("资金总额： |", f"资金总额： | {amount}")
            .replace("产出指标 |", "产出指标 | 指标1：率：1%"),
        )
        for name, amount in (("甲局", "336.07"), ("乙局", "0.4"))
    ]
    part = part_of("department_overall", cards)
    total, first, second = write_part(part)
    assert total.cells[:2] == ((2, "合计"), (3, Formula("ROUND(SUM(C5:C6),2)", Decimal("336.47"))))
    assert dict(first.cells)[7] == "指标1：率：1%"
    assert [dict(line.cells)[1] for line in (first, second)] == ["一", "二"]
    found = back(part)
    assert [(r.department, r.data("name")) for r in found.records if r.region == "output_indicators"] == [
        ("甲局", "率"),
        ("乙局", "率"),
    ]


ROWS = """甲 | 产出指标 | 数量指标 | 率 | 85% | 数量指标 | 率 | ≥79%
^ | ^ | ^ | 数 | 80% | ^ | 数 | ≥69%
^ | ^ | 质量指标 | 度 | 90% | | |
^ | 效益指标 | 质量指标 | 度 | 90% | | |
乙 | 效益指标 | 质量指标 | 度 | 90% | | |"""


def test_equal_row_headers_are_merged_down_each_within_those_before_it() -> None:
    part = part_of("indicator_matrix", (handed_in("区教育局", MATRIX + ROWS),))
    lines = list(write_part(part))
    assert lines[0].cells == ((1, "部门：区教育局"),)
    assert [line.down for line in lines] == [(), ((1, 4), (2, 3), (3, 2), (6, 2)), (), (), (), ()]
    assert [dict(line.cells).get(1) for line in lines[1:]] == ["甲", None, None, None, "乙"]
    assert said(back(part).records) == said(part.records())


def test_merges_end_where_a_department_ends() -> None:
    row = MATRIX + "甲 | 产出指标 | 数量指标 | 率 | 85% | | |"
    part = part_of("indicator_matrix", (handed_in("甲局", row), handed_in("乙局", row)))
    assert [line.down for line in write_part(part)] == [(), (), (), ()]
    assert [r.department for r in back(part).records] == ["甲局", "乙局"]


def test_figures_are_traced_to_file_sheet_cell_and_text() -> None:
    typed = handed_in("局", FUNDS + "一 | 甲 | 方向 | 8万元 | 目标 | 年度")
    part = part_of("fund_summary", (OFFICE, typed))
    lines = [tuple(value for _, value in line.cells) for line in write_sources([part], 4)]
    assert lines[0] == ("汇总表", "D6", "区委办本级", "资金总额", "区委办本级.xlsx", "S0", "D4", "8")
    assert lines[-1] == ("汇总表", "D9", "局", "资金总额", "局.xlsx", "S0", "D4", "8万元")
    assert count_sources([part]) == len(lines) == 3


def test_value_that_could_not_be_read_stands_as_it_came_and_counts_nothing() -> None:
    odd = handed_in("局", FUNDS + "一 | 甲 | 方向 | 待定 | 目标 | 年度")
    part = part_of("fund_summary", (odd,))
    assert dict(list(write_part(part))[2].cells)[4] == "待定"
    assert part.sections[0].totals == {"total_amount": 0}


def test_card_is_filled_in_as_it_was_with_opinions_behind_their_labels() -> None:
    layout = LAYOUTS.returns[2]
    grid = draw(CARD, "部门整体")
    got = handed_in(
        "局", CARD.replace("部门名称 | | <", "部门名称 | 局 | <").replace("绩效股意见：", "绩效股意见：同意")
    )
    record = next(r for r in got.records if r.region == "department_overall")
    (copy,) = card_copies(layout, grid, "部门整体", [("局", record)], "2020年部门整体支出绩效申报表")
    assert (copy.source, copy.name) == ("部门整体", "局")
    assert copy.puts == (
        Put("局", 1, 1, "2020年部门整体支出绩效申报表"),
        Put("局", 2, 2, "局"),
        Put("局", 11, 2, "绩效股意见：同意"),
    )


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["区委办", "区委办"], ["区委办", "区委办(2)"]),
        (["来源"], ["来源(2)"]),
        (["a/b[c]:*?\\'"], ["a_b_c______"]),
        (["ABC", "abc"], ["ABC", "abc(2)"]),
        (["", "  "], ["部门", "部门(2)"]),
        (["长" * 40, "长" * 40], ["长" * 31, "长" * 28 + "(2)"]),
    ],
)
def test_sheet_names_are_legal_and_different(names: Sequence[str], wanted: Sequence[str]) -> None:
    assert list(sheet_names(names, ["来源"])) == wanted


def test_year_is_put_into_every_title_that_bears_another() -> None:
    assert {put.value for put in title_puts(SUMMARY, 2019)} == set()
    years = {put.sheet: put.value for put in title_puts(SUMMARY, 2020)}
    assert years["汇总表"] == "2020年区级专项资金预算绩效目标汇总表"
    assert len(years) == 4


WORDS = st.sampled_from(
    ["甲", "乙 丙", "小计", "合计", "支出方向", "注：略", "—", "=1+1", "一", "8", "部门：某局", "年\n度"]
)
AMOUNT = st.sampled_from(["8", "0.1", "20.55", "'8万元'", "待定", "", "0"])
FUND_ROW = st.tuples(st.sampled_from(["一", "二", ""]), WORDS, WORDS, AMOUNT, WORDS, WORDS)
TARGET_ROW = st.tuples(
    WORDS, WORDS, WORDS, st.just("2019年"), AMOUNT, WORDS, WORDS, WORDS, *[st.sampled_from(["", "率"])] * 8
)
MATRIX_ROW = st.tuples(
    st.sampled_from(["甲", "乙", "^", "^"]),
    st.sampled_from(["产出指标", "合计", "^", "^"]),
    st.sampled_from(["数量指标", "^", "^"]),
    st.sampled_from(["率", "合计", "注：略", "审核率", "^"]),
    st.sampled_from(["1%", "说明：略", "—", "^"]),
    st.sampled_from([" | | ", "^ | 率 | 2%", "数量指标 | 注：略 | 2%", "^ | ^ | 3%"]),
)
FIRST_ROW = "甲 | 产出指标 | 数量指标 | 率 | 1% | 数量指标 | 率 | 1%\n"


REQUIRED = {
    "fund_summary": ("fund_name", "direction", "period_goal", "annual_goal"),
    "direction_targets": ("authority", "direction", "fund_name", "period_goal", "annual_goal"),
    "indicator_matrix": ("fund_name", "level1", "level2", "level3", "value"),
}
"""What the rules ask of every record: a form without it is not merged."""


def sound(submission: Submission) -> Submission:
    """The return with the forms that would be merged."""
    bad = {r.region for r in submission.records if any(r.data(key) is None for key in REQUIRED.get(r.region, ()))}
    return replace(submission, records=tuple(r for r in submission.records if r.region not in bad))


def picture(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(" | ".join(cell.replace("\n", "\\n") for cell in row) for row in rows)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["甲局", "小计办", "合计"]),
        st.tuples(st.lists(FUND_ROW, max_size=4), st.lists(TARGET_ROW, max_size=3), st.lists(MATRIX_ROW, max_size=5)),
        max_size=3,
    )
)
def test_what_is_merged_reads_back_and_every_live_total_is_the_sum(
    returns: Mapping[str, tuple[Sequence[Sequence[str]], ...]],
) -> None:
    heads = (FUNDS, TARGETS, MATRIX + FIRST_ROW)
    handed = [
        sound(handed_in(name, *(head + picture(rows) for head, rows in zip(heads, parts, strict=True))))
        for name, parts in returns.items()
    ]
    for region, key in (
        ("fund_summary", "total_amount"),
        ("direction_targets", "annual_amount"),
        ("indicator_matrix", ""),
    ):
        part = part_of(region, handed)
        found = back(part)
        assert said(r for r in found.records if r.region == region) == said(part.records())
        assert not found.unmapped

        for total in found.totals:
            mine = [r.data(key) for r in found.records if r.region == region and r.item in total.items]
            wanted = sum((data for data in mine if isinstance(data, Decimal)), Decimal(0))
            assert total.value.data == wanted
            assert calculated(sheet(part), total.value.row, total.value.col) == wanted


def test_records_of_a_summary_above_every_department_are_said() -> None:
    text = FUNDS + "一 | 甲 | 方向 | 8 | 目标 | 年度\n | 乙局 | 小计 | 2 | |\n二 | 乙 | 方向 | 2 | 目标 | 年度"
    got = extract(book(draw(text, "汇总表"), kind="summary"), FORMSET, READING)
    assert [(r.department, r.data("fund_name")) for r in got.records] == [("", "甲"), ("乙局", "乙")]
    assert [(f.code, f.variant, f.where.address) for f in got.findings] == [("C01", "above", "A4")]
