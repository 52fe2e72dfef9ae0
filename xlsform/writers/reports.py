"""The problem list (问题清单) as a workbook of its own: one row a finding, to be filtered and printed in Excel, with links to the files."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

from xlsform.core.catalogue import Lang, message
from xlsform.core.cells import LONGEST_TEXT, Ref
from xlsform.core.findings import Finding, Level, Standing, Unevaluated
from xlsform.core.merge import sheet_names
from xlsform.core.reasons import standing_text
from xlsform.core.review import FILLS
from xlsform.core.waivers import Waiver
from xlsform.ooxml.heights import fit, height
from xlsform.writers.listing import Listing, place_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.styles import Font
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet

Column = tuple[str, str, int]
"""A column's label in both languages and its width in characters."""

TITLE = "问题清单"
COLUMNS = (
    ("级别", "Level", 6),
    ("代码", "Code", 7),
    ("部门", "Department", 18),
    ("文件", "File", 26),
    ("工作表", "Sheet", 12),
    ("单元格", "Cell", 8),
    ("问题", "Finding", 56),
    ("现值", "Got", 22),
    ("应为", "Expected", 22),
    ("审核说明", "Reason given", 28),
    ("状态", "Standing", 12),
)
"""Label in both languages and width of each column; 审核说明 holds the department's reason, or room for it."""
FILE_AT, CELL_AT = 4, 6
"""The columns that lead to the file, and to the cell in it."""

SKIPPED = "未执行"
SKIPPED_COLUMNS = (
    ("代码", "Code", 7),
    ("规则", "Rule", 30),
    ("部门", "Department", 22),
    ("表", "Form", 22),
    ("栏目", "Field", 20),
    ("原因", "Why", 44),
    ("处数", "Cases", 7),
)
PASSED = "豁免与说明"
PASSED_COLUMNS = (
    ("状态", "Standing", 12),
    ("级别", "Level", 6),
    ("代码", "Code", 7),
    ("部门", "Department", 18),
    ("文件", "File", 26),
    ("位置", "Place", 18),
    ("问题", "Finding", 50),
    ("审核说明", "Reason given", 36),
    ("豁免理由、不采纳的原因", "Ruling", 36),
)
UNUSED = ("没有用到", "unused")
"""Stands under 状态 for a waiver that let nothing pass."""
MOST_SHEETS = 100
"""Departments that have a sheet of their own; with more, the filter of the first sheet does it."""

_HEADER_ROW = 3
_SIZE = 11
_ONE_LINE = 18
_NO_DATE = datetime(2000, 1, 1)  # noqa: DTZ001  # a workbook's dates carry no zone; a fixed one makes equal lists equal bytes
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_problem_list(listing: Listing, out: BinaryIO) -> None:
    """Writes the workbook: all findings, one row each in the given order; what was not evaluated; what is explained or waived; and a
    sheet for each department, unless there are more than MOST_SHEETS of them.
    """
    from openpyxl import Workbook  # noqa: PLC0415  # 0.3 s, and most commands never need it

    book = Workbook()
    del book[book.sheetnames[0]]
    _findings_sheet(book, TITLE, TITLE, listing, listing.findings)
    skipped = [_skipped_row(one, listing) for one in listing.unevaluated]
    count = listing.skipped
    told = listing.say(
        f"未执行 {count} 项，不等于通过：缺少所需内容，规则没有判断。",
        f"{count} rules were not evaluated, which is not passed.",
    )
    list_sheet(book, SKIPPED, (SKIPPED, told), SKIPPED_COLUMNS, skipped, listing.say)
    passed = [_passed_row(one, listing) for one in listing.spoken] + [
        _unused_row(one, listing) for one in listing.unused
    ]
    list_sheet(book, PASSED, (PASSED, _told_of_passed(listing)), PASSED_COLUMNS, passed, listing.say)
    departments = list(dict.fromkeys(one.department for one in listing.findings if one.department))
    if len(departments) <= MOST_SHEETS:
        for name, department in zip(sheet_names(departments, book.sheetnames), departments, strict=True):
            mine = tuple(one for one in listing.findings if one.department == department)
            _findings_sheet(book, name, f"{TITLE}（{department}）", listing, mine)
    save(book, out)


def _findings_sheet(book: Workbook, name: str, title: str, listing: Listing, findings: Sequence[Finding]) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    rows = [finding_row(finding, listing.lang) for finding in findings]
    headline = listing.headline if name == TITLE else _counted(findings, listing)
    sheet = list_sheet(book, name, (title, headline), COLUMNS, rows, listing.say)
    fills = {level: PatternFill("solid", fgColor=f"FF{colour}") for level, colour in FILLS.items()}
    styles: dict[object, StyleArray] = {}
    for number, finding in enumerate(findings, _HEADER_ROW + 1):
        if not finding.passed:
            _in_style(sheet.cell(number, 1), finding.level, styles, fill=fills[finding.level])
        target = listing.links.get(finding.where.file)
        if target is not None:
            _link(sheet, number, FILE_AT, target)
            _in_style(sheet.cell(number, FILE_AT), "link", styles, font=_link_font())
            if finding.where.address:
                _link(sheet, number, CELL_AT, target, finding.where)
                _in_style(sheet.cell(number, CELL_AT), "link", styles, font=_link_font())


def _in_style(cell: Cell | MergedCell, name: object, styles: dict[object, StyleArray], **changes: object) -> None:
    """Changes parts of a cell's style, which are worked out for the first cell of that name and copied for the others."""
    if name not in styles:
        for part, value in changes.items():
            setattr(cell, part, value)
        styles[name] = cell._style  # type: ignore[union-attr]  # noqa: SLF001
    cell._style = copy(styles[name])  # type: ignore[union-attr]  # noqa: SLF001


@cache
def _link_font() -> Font:
    from openpyxl.styles import Font  # noqa: PLC0415

    return Font(name="宋体", size=_SIZE, color="FF0563C1", underline="single")


def list_sheet(
    book: Workbook,
    name: str,
    heads: tuple[str, str],
    columns: Sequence[Column],
    rows: Sequence[Sequence[object]],
    say: Callable[[str, str], str],
) -> Worksheet:
    """A list: title, a sentence, header, rows. Texts are made `storable`, anything else stays as it is; say: chooses between a label's two languages."""
    sheet: Worksheet = book.create_sheet(name)
    for head in heads:
        sheet.append([storable(head)])
    sheet.append([say(label, english) for label, english, _ in columns])
    for row in rows:
        sheet.append([(storable(one) or None) if isinstance(one, str) else one for one in row])
    _dress(sheet, [width for *_, width in columns], len(rows))
    return sheet


def _link(sheet: Worksheet, row: int, col: int, target: str, where: Ref | None = None) -> None:
    """Leads to the file, and to the cell in it when it is known."""
    from openpyxl.worksheet.hyperlink import Hyperlink  # noqa: PLC0415

    location = f"'{where.sheet.replace(chr(39), chr(39) * 2)}'!{where.address}" if where is not None else None
    cell = sheet.cell(row, col)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, target=target, location=location)


def _counted(findings: Sequence[Finding], listing: Listing) -> str:
    """错误 1，警告 2，提示 0，已说明 1."""
    levels = Counter(one.level for one in findings if not one.passed)
    passed = Counter(one.standing for one in findings if one.passed)
    told = [f"{listing.level(level)} {levels[level]}" for level in sorted(Level, reverse=True)]
    told += [f"{listing.standing(standing)} {passed[standing]}" for standing in Standing if passed[standing]]
    return listing.say("，", ", ").join(told)


def finding_row(finding: Finding, lang: Lang) -> tuple[str, ...]:
    """The texts of a finding under COLUMNS."""
    where = finding.where
    level = finding.level.key if lang == "en" else finding.level.label
    place = (finding.department, where.file, where.sheet, where.address)
    sides = (finding.got, finding.expected, finding.reason)
    return (level, finding.code, *place, message(finding, lang), *sides, standing_text(finding, lang))


def _skipped_row(one: Unevaluated, listing: Listing) -> tuple[str, ...]:
    return (
        one.code,
        listing.title(one.code),
        one.department,
        listing.forms.get(one.form, one.form),
        listing.fields.get((one.form, one.field), one.field),
        listing.cause(one),
        str(one.cases),
    )


def _passed_row(finding: Finding, listing: Listing) -> tuple[str, ...]:
    where = finding.where
    place = f"{where.sheet}!{where.address}" if where.address else where.sheet
    told = (finding.code, finding.department, where.file, place, message(finding, listing.lang), finding.reason)
    return (listing.standing(finding.standing), listing.level(finding.level), *told, listing.ruling(finding))


def _unused_row(waiver: Waiver, listing: Listing) -> tuple[str, ...]:
    where = place_of(waiver)
    place = " ".join(part for part in (waiver.sheet, waiver.field) if part)
    head = (listing.say(*UNUSED), "", waiver.code, waiver.department, where, place)
    return (*head, listing.title(waiver.code), "", waiver.reason)


def _told_of_passed(listing: Listing) -> str:
    counts = Counter(one.standing for one in listing.findings)
    told = [f"{listing.standing(one)} {counts[one]}" for one in Standing if one is not Standing.OPEN]
    told.append(f"{listing.say('没有用到的豁免', 'unused waivers')} {len(listing.unused)}")
    return listing.say("，", ", ").join(told)


def storable(text: str) -> str:
    """What a cell can hold: characters that XML forbids become visible escapes, an over-long text is cut and says so."""
    text = _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    if len(text) <= LONGEST_TEXT:
        return text
    notice = f"…（共 {len(text)} 字，此处截断）"
    return text[: LONGEST_TEXT - len(notice)] + notice


def _dress(sheet: Worksheet, widths: Sequence[int], count: int) -> None:
    """Dresses a list: title, headline and header in the first three rows, then `count` rows; widths of the columns in characters."""
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    last = get_column_letter(len(widths))
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    for above in (1, 2):
        sheet.merge_cells(f"A{above}:{last}{above}")
    sheet["A1"].font = Font(name="宋体", size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[2].height = 30
    _keep_text(sheet["A1"])
    _keep_text(sheet["A2"])
    thin = Side(style="thin")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    fits = [fit(width, _SIZE) for width in widths]
    model: StyleArray | None = None
    rows = sheet.iter_rows(min_row=_HEADER_ROW, max_row=_HEADER_ROW + count, max_col=len(widths))
    for row, cells in enumerate(rows, _HEADER_ROW):
        head = row == _HEADER_ROW
        for cell in cells:
            if head or model is None:
                cell.border = border
                cell.font = Font(name="宋体", size=_SIZE, bold=head)
                cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if head else None)
                model = None if head else cell._style  # type: ignore[union-attr]  # noqa: SLF001
            else:  # ten times as fast as setting each part of the style
                cell._style = copy(model)  # type: ignore[union-attr]  # noqa: SLF001
            _keep_text(cell)
        tallest = max(height(str(cell.value or ""), room) for cell, room in zip(cells, fits, strict=True))
        sheet.row_dimensions[row].height = max(tallest, _ONE_LINE)
    sheet.freeze_panes = f"A{_HEADER_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEADER_ROW}:{last}{_HEADER_ROW + count}"
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]  # openpyxl makes every part of a footer


def _keep_text(cell: Cell | MergedCell) -> None:
    """A text, plain or in several fonts, that begins with = stays a text, also (quotePrefix) when the cell is edited."""
    if isinstance(cell.value, str | list):
        cell.data_type = "s"
        cell.quotePrefix = str(cell.value).startswith("=")


def save(book: Workbook, out: BinaryIO) -> None:
    """Writes the workbook with one date everywhere: openpyxl stamps the minute of saving into it."""
    book.properties.creator = "xlsform"
    book.properties.created = _NO_DATE
    buffer = io.BytesIO()
    book.save(buffer)
    stamp = _NO_DATE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(buffer) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in package.infolist():
            data = package.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            copy.writestr(zipfile.ZipInfo(entry.filename), data, zipfile.ZIP_DEFLATED)
