"""An empty roster (部门名册) as a workbook for the clerk: the headings that the reader knows, notes on each, rows to be filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from xlsform.writers.reports import save

TITLE = "部门名册"
ROWS = 60
"""Rows prepared below the headings; more may follow."""
_WIDTHS = {"部门代码": 12, "部门名称": 26, "别名": 26, "主管部门": 22, "邮箱": 28, "联系人": 12, "控制数": 14}
_NOTES = {
    "部门代码": "必填，不能重复。本列是文本格式，001 前面的 0 不会丢。",
    "部门名称": "必填，写全称，与部门整体表上的名称一致。",
    "别名": "部门自己会写的其他名称，几个之间用顿号隔开，如：区委办、中共石峰区委办公室。",
    "主管部门": "登记的主管部门全称；下发时预填在支出方向表的“主管部门”栏。",
    "邮箱": "用于生成邮件草稿，可以不填。",
    "联系人": "可以不填。",
    "控制数": "财政下达的预算控制数，单位：万元，只填数字；可以不填。",
}


def write_roster(heads: Sequence[str], required: Sequence[str], out: BinaryIO) -> None:
    """Writes the workbook with these headings, the required ones in bold; always the same bytes."""
    from openpyxl import Workbook  # noqa: PLC0415 - 0.3 s, and most commands never need it
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet(TITLE)
    thin = Side(style="thin", color="FFBFBFBF")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    for col, name in enumerate(heads, start=1):
        head = sheet.cell(1, col, name)
        head.font = Font(name="黑体", size=11, bold=name in required, charset=134)
        head.fill = PatternFill("solid", fgColor="FFEDEDED")
        head.alignment = Alignment(horizontal="center", vertical="center")
        head.border = frame
        head.comment = Comment(_NOTES.get(name, name), "填写说明", height=70, width=260)
        sheet.column_dimensions[get_column_letter(col)].width = _WIDTHS.get(name, 16)
        for row in range(2, ROWS + 2):
            cell = sheet.cell(row, col)
            cell.font = Font(name="宋体", size=11, charset=134)
            cell.border = frame
            cell.number_format = "General" if name == "控制数" else "@"
    sheet.row_dimensions[1].height = 26
    sheet.freeze_panes = "A2"
    save(book, out)
