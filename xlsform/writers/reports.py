"""The problem list (问题清单) as a workbook of its own: one row a finding, to be filtered, printed and answered in Excel."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from xlsform.core.catalogue import Lang, message
from xlsform.core.findings import Finding
from xlsform.ooxml.heights import fit, height

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

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
)
"""Label in both languages and width of each column; 审核说明 holds the department's reason, or room for it."""

LONGEST = 32_767
"""Characters that a cell holds; more is cut and the cut is said."""

_HEADER_ROW = 3
_SIZE = 11
_ONE_LINE = 18
NO_DATE = datetime(2000, 1, 1)  # noqa: DTZ001  # a workbook's dates carry no zone; a fixed one makes equal lists equal bytes
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_problem_list(findings: Sequence[Finding], headline: str, out: BinaryIO, lang: Lang = "zh") -> None:
    """Writes the workbook: title, `headline` (what was read and found), header, one row a finding in the given order."""
    from openpyxl import Workbook  # noqa: PLC0415  # 0.3 s, and most commands never need it

    book = Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet(TITLE)
    sheet.append([TITLE])
    sheet.append([storable(headline)])
    sheet.append([english if lang == "en" else label for label, english, _ in COLUMNS])
    for finding in findings:
        sheet.append([storable(text) or None for text in finding_row(finding, lang)])
    dress(sheet, [width for *_, width in COLUMNS], len(findings))
    book.properties.creator = "xlsform"
    book.properties.created = NO_DATE
    buffer = io.BytesIO()
    book.save(buffer)
    with_fixed_dates(buffer, out)


def finding_row(finding: Finding, lang: Lang) -> tuple[str, ...]:
    """The texts of a finding under COLUMNS."""
    where = finding.where
    level = finding.level.key if lang == "en" else finding.level.label
    place = (finding.department, where.file, where.sheet, where.address)
    return (level, finding.code, *place, message(finding, lang), finding.got, finding.expected, finding.reason)


def storable(text: str) -> str:
    """What a cell can hold: characters that XML forbids become visible escapes, an over-long text says that it was cut."""
    text = _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    if len(text) <= LONGEST:
        return text
    notice = f"…（共 {len(text)} 字，此处截断）"
    return text[: LONGEST - len(notice)] + notice


def dress(sheet: Worksheet, widths: Sequence[int], count: int) -> None:
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
    _keep_text(sheet["A2"])
    thin = Side(style="thin")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    fits = [fit(width, _SIZE) for width in widths]
    rows = sheet.iter_rows(min_row=_HEADER_ROW, max_row=_HEADER_ROW + count, max_col=len(widths))
    for row, cells in enumerate(rows, _HEADER_ROW):
        head = row == _HEADER_ROW
        for cell in cells:
            cell.border = border
            cell.font = Font(name="宋体", size=_SIZE, bold=head)
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if head else None)
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


def with_fixed_dates(book: io.BytesIO, out: BinaryIO) -> None:
    """Copies the package with one date everywhere: openpyxl stamps the minute of saving into it."""
    stamp = NO_DATE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(book) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in package.infolist():
            data = package.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            copy.writestr(zipfile.ZipInfo(entry.filename), data, zipfile.ZIP_DEFLATED)
