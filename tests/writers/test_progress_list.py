"""The progress report as a workbook: read back, sound, numbers that are numbers, texts that are texts."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.schema_order import problems
from tests.turnouts import NAMES, came, department, listing, told
from xlsform.core.progress import Amounts
from xlsform.writers.listing import Listing
from xlsform.writers.progress_list import CAME, DEPARTMENTS, REMINDERS, RULES, write_progress_list
from xlsform.writers.progress_words import Labels, ProgressListing, headline


def written(progress: ProgressListing) -> bytes:
    out = io.BytesIO()
    write_progress_list(progress, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(listing())))


def rows(sheet: Worksheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(min_row=4, values_only=True))


def test_the_sheets(book: Workbook):
    assert book.sheetnames == [DEPARTMENTS, REMINDERS, CAME, RULES]
    for sheet in book.worksheets:
        assert sheet.print_title_rows == "$3:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet["A4"].font.name == "宋体"
    assert book[DEPARTMENTS]["A1"].value == "石峰区2019年预算绩效目标报送进度"
    assert book[DEPARTMENTS]["A2"].value.startswith(
        "截至 2018-12-03 09:30（北京时间），报送截止日 2018-11-30，已过 3 天。应报 59"
    )


def test_every_department_with_its_numbers(book: Workbook):
    sheet = book[DEPARTMENTS]
    found = rows(sheet)
    assert [row[1] for row in found] == [*NAMES, "原区环境保护局"]
    six = dict(zip((cell.value for cell in sheet[3]), found[5], strict=True))
    line = listing().turnout.lines[5]
    assert (six["编码"], six["状态"], six["错误"], six["来件"]) == ("006", "退回", 1, 1)
    assert six["现用文件"] == "区委组织部-绩效目标申报.xlsx"
    assert Decimal(str(six["资金总额（部门整体，万元）"])) == line.amounts.overall
    assert sheet["L9"].number_format == "#,##0.00"
    assert sheet["D9"].fill.fgColor.rgb == "FFFFEB9C"
    assert sheet["D4"].fill.fill_type is None


def test_whom_to_remind_what_came_and_the_rules(book: Workbook):
    assert rows(book[REMINDERS])[0] == (
        "010",
        "区发展和改革局",
        "联系人10 0731-28620010",
        "bm10@example.gov.cn",
        3,
        "2018-12-01 09:00",
    )
    assert len(rows(book[CAME])) == len(listing().turnout.came)
    assert [row[:2] + row[3:] for row in rows(book[RULES])] == [
        ("错误", "X03", 18, 18, 0),
        ("警告", "C09", 12, 12, 1),
        ("提示", "V08", 12, 12, 0),
    ]


def test_it_is_sound_and_always_the_same():
    data = written(listing())
    assert problems(data) == []
    assert data == written(listing())


def test_texts_that_look_like_formulas_stay_texts_and_every_digit_is_kept():
    name = "=1+1"
    amounts = {name: Amounts(Decimal("0.123456"), None, ())}
    whole = told(
        [department(name, contact="=A1", email="+b@c.cn")],
        [came("=cmd.xlsx", "2018-11-20", says=name)],
        amounts=amounts,
    )
    progress = ProgressListing(whole, Listing(headline(whole, "zh")), "=进度", Labels("资金总额", "表"))
    sheet = openpyxl.load_workbook(io.BytesIO(written(progress)))[DEPARTMENTS]
    assert [sheet[place].data_type for place in ("A1", "B4", "H4")] == ["s", "s", "s"]
    assert (sheet["L4"].value, sheet["L4"].number_format) == (0.123456, "#,##0.000000")


def test_a_form_set_without_overview_has_no_amounts():
    whole = told([department("区教育局")], [])
    sheet = openpyxl.load_workbook(io.BytesIO(written(ProgressListing(whole, Listing(""), "进度"))))[DEPARTMENTS]
    assert not any("万元" in str(cell.value) for cell in sheet[3])
