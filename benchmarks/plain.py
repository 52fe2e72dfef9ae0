"""(a) The script that everybody writes: openpyxl opens each return, a DataFrame a form, pandera a department, cells styled one by one.

    python benchmarks/plain.py FOLDER OUT.xlsx

Written as somebody at ease with these libraries would: the official blank is filled, styles are copied from its prototype rows.
"""

# ruff: noqa: SLF001 - to copy `_style` is how everybody gives a cell the look of another

from __future__ import annotations

import sys
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.official import (  # noqa: E402
    CARD,
    CARD_CELLS,
    CARRIED,
    DIRECTIONS,
    FUNDS,
    MATRIX,
    OPINION_LABELS,
    OVERALL,
    TABLES,
    Table,
    across,
    numeral,
    problems,
)

BLANK = ROOT / "templates" / "2019" / "区级汇总.xlsx"
PROTOTYPES = {FUNDS: (4, 5, 6), DIRECTIONS: (6, 7, 8), OVERALL: (4, 0, 5), MATRIX: (0, 4, 5)}
"""Rows of 合计, group and data on the blank; 0 where there is none."""


def read_table(sheet: Worksheet, table: Table) -> pd.DataFrame:
    """The rows below the header that say anything."""
    rows = [
        row
        for row in sheet.iter_rows(table.first, sheet.max_row, 1, len(table.fields), values_only=True)
        if any(value is not None for value in row)
    ]
    return pd.DataFrame(rows, columns=list(table.fields))


def read_card(sheet: Worksheet) -> pd.DataFrame:
    """部门整体 as one row."""
    row = {name: sheet.cell(*at).value for name, at in CARD_CELLS.items()}
    for name, label in OPINION_LABELS.items():
        row[name] = (row[name] or "").removeprefix(label).strip() or None
    return pd.DataFrame([row])


def read_return(path: Path) -> dict[str, pd.DataFrame]:
    """One department's four forms."""
    book = load_workbook(path, data_only=True)
    frames = {OVERALL: read_card(book[CARD])}
    frames |= {name: read_table(book[name], table) for name, table in TABLES.items() if name != OVERALL}
    frames[MATRIX][list(CARRIED)] = frames[MATRIX][list(CARRIED)].ffill()
    sender = frames[OVERALL]["department"][0]
    for frame in frames.values():
        frame["sender"] = sender
    return frames


def check(frames: dict[str, pd.DataFrame]) -> list[str]:
    """All checks of one department."""
    found = [one for name, frame in frames.items() if not frame.empty for one in problems(name, frame)]
    return found + across(frames)


def roster_order(folder: Path) -> dict[str, int]:
    """Department → its line in the roster."""
    rows = load_workbook(folder.parent / "departments.xlsx").worksheets[0].iter_rows(2, values_only=True)
    return {row[1]: number for number, row in enumerate(rows)}


def style_row(sheet: Worksheet, row: int, prototype: list[object], height: float | None) -> None:
    for col, style in enumerate(prototype, 1):
        sheet.cell(row, col)._style = copy(style)
    sheet.row_dimensions[row].height = height


def put(sheet: Worksheet, row: int, col: int, value: object) -> None:
    """A value; a text such as “=100%” stays text."""
    cell = sheet.cell(row, col, value)
    if isinstance(value, str) and value.startswith("="):
        cell.data_type = "s"


def prototype_of(sheet: Worksheet, row: int, width: int) -> tuple[list[object], float | None]:
    return [copy(sheet.cell(row, col)._style) for col in range(1, width + 1)], sheet.row_dimensions[row].height


def group_formula(sheet: Worksheet, table: Table, row: int, first: int, last: int) -> None:
    for col in table.amount_columns():
        letter = get_column_letter(col)
        sheet.cell(row, col, f"=ROUND(SUM({letter}{first}:{letter}{last}),2)")


def write_group(sheet: Worksheet, table: Table, row: int, sender: str, size: int) -> None:
    """The row that opens a department."""
    name_at, marker_at = table.group_at or (1, 1)
    if table.sheet == MATRIX:
        sheet.cell(row, 1, f"部门：{sender}")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(table.fields))
        return
    sheet.cell(row, name_at, sender)
    sheet.cell(row, marker_at, "小计")
    group_formula(sheet, table, row, row + 1, row + size)


def merge_down(sheet: Worksheet, table: Table, first: int, frame: pd.DataFrame) -> None:
    """Equal neighbours of the merged columns, a column only within those before it."""
    keys: list[str] = []
    for name in CARRIED:
        keys.append(name)
        col = table.fields.index(name) + 1
        runs = (frame[keys] != frame[keys].shift()).any(axis=1).cumsum()
        for positions in runs.groupby(runs).indices.values():
            if len(positions) > 1:
                top, bottom = first + int(positions[0]), first + int(positions[-1])
                sheet.merge_cells(start_row=top, end_row=bottom, start_column=col, end_column=col)


def rows_of(table: Table, frame: pd.DataFrame, number: int) -> Iterator[list[object]]:
    """Values in the order of the columns, numbered anew."""
    shown = frame[[name for name in table.fields if name != "seq"]].astype(object)
    for offset, values in enumerate(shown.where(shown.notna(), None).itertuples(index=False, name=None)):
        yield [numeral(number + offset), *values] if table.fields[0] == "seq" else list(values)


def write_total(sheet: Worksheet, table: Table, row: int, last: int) -> None:
    """合计: the sum of the 小计, or of all rows where there are none."""
    for col in table.amount_columns():
        letter = get_column_letter(col)
        span = f"{letter}{row + 1}:{letter}{last}"
        if table.group_at:
            marker = get_column_letter(table.group_at[1])
            inner = f'SUMIF({marker}{row + 1}:{marker}{last},"小计",{span})'
        else:
            inner = f"SUM({span})"
        sheet.cell(row, col, f"=ROUND({inner},2)")


def write_table(sheet: Worksheet, table: Table, frames: list[tuple[str, pd.DataFrame]]) -> None:
    """One form of the summary: 合计, then each department's group row and its rows."""
    width = len(table.fields)
    total, group, data = PROTOTYPES[table.sheet]
    group_style = prototype_of(sheet, group, width) if group else ([], None)
    data_style = prototype_of(sheet, data, width)
    for merged in [area for area in sheet.merged_cells.ranges if area.min_row > (total or group) - 1]:
        sheet.unmerge_cells(str(merged))
    row = (total or group) + (1 if total else 0)
    number = 1
    for sender, frame in frames:
        if group:
            style_row(sheet, row, *group_style)
            write_group(sheet, table, row, sender, len(frame))
            row += 1
        first = row
        for values in rows_of(table, frame, number):
            style_row(sheet, row, *data_style)
            for col, value in enumerate(values, 1):
                if value is not None:
                    put(sheet, row, col, value)
            row += 1
            number += 1
        if table.sheet == MATRIX:
            merge_down(sheet, table, first, frame)
    if total:
        write_total(sheet, table, total, row - 1)
    sheet.print_area = f"A1:{get_column_letter(width)}{row - 1}"


def merge(folder: Path, out: Path) -> list[str]:
    """Reads, checks and merges every return of the folder; gives what was found."""
    order = roster_order(folder)
    found: list[str] = []
    returns: list[dict[str, pd.DataFrame]] = []
    for path in sorted(folder.glob("*.xlsx")):
        frames = read_return(path)
        found += [f"{path.name}: {one}" for one in check(frames)]
        returns.append(frames)
    returns.sort(key=lambda frames: order[frames[OVERALL]["sender"][0]])
    book = load_workbook(BLANK)
    for name, table in TABLES.items():
        mine = [(frames[OVERALL]["sender"][0], frames[name]) for frames in returns if not frames[name].empty]
        write_table(book[name], table, mine)
    for name in book.sheetnames:
        if name not in TABLES:
            del book[name]
    book.save(out)
    return found


if __name__ == "__main__":
    for line in merge(Path(sys.argv[1]), Path(sys.argv[2])):
        print(line)
