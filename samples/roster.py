"""The register of departments as a workbook: 部门代码 部门名称 别名 主管部门 邮箱 联系人 控制数."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from samples.package import WHEN, pack

HEADINGS = ("部门代码", "部门名称", "别名", "主管部门", "邮箱", "联系人", "控制数")
WIDTHS = (10, 26, 40, 26, 24, 18, 12)


def roster_workbook(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """One line a department; codes are texts, several aliases are separated by “、”, control figures are numbers in 万元."""
    from openpyxl import Workbook  # noqa: PLC0415 - the generator is used where nobody needs openpyxl
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415

    book = Workbook()
    sheet = book.create_sheet("部门名册", 0)
    del book["Sheet"]
    thin = Side(style="thin")
    border = Border(thin, thin, thin, thin)
    fonts = Font(name="黑体", size=11), Font(name="宋体", size=11)
    centred, plain = (Alignment(horizontal=where, vertical="center", wrap_text=True) for where in ("center", None))
    for row, values in enumerate([HEADINGS, *map(_row, entries)], 1):
        for col, value in enumerate(values, 1):
            cell = sheet.cell(row, col, value)
            cell.border, cell.font = border, fonts[row > 1]
            cell.alignment = centred if row == 1 or col == 1 else plain
            cell.number_format = "General" if col == len(HEADINGS) else "@"
    for col, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFG"[col]].width = width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    out = BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _row(entry: Mapping[str, Any]) -> tuple[str | Decimal | None, ...]:
    texts = (
        entry["code"],
        entry["name"],
        "、".join(entry["aliases"]),
        entry["parent"],
        entry["email"],
        entry["contact"],
    )
    return (*texts, Decimal(entry["control"]) if "control" in entry else None)


def _timeless(data: bytes) -> bytes:
    """The package without the moment it was saved at."""
    stamp = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*WHEN).encode()
    with ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["docProps/core.xml"] = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, parts["docProps/core.xml"])
    return pack(parts)
