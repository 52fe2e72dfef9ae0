"""(b) The fastest that the libraries give: calamine reads, one frame a form goes through pandera once, XlsxWriter writes.

    python benchmarks/stack.py FOLDER OUT.xlsx

Nothing is done twice and nothing a cell at a time in pandas; the forms are written straight from the lists that were read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.official import (  # noqa: E402
    CARD,
    CARD_CELLS,
    CARRIED,
    DIRECTIONS,
    FUNDS,
    MATRIX,
    MATRIX_HEADS,
    OPINION_LABELS,
    OVERALL,
    TABLES,
    Table,
    across,
    cents,
    numeral,
    problems,
)

Rows = list[list[Any]]
"""Place in the roster, department, file, row there, row on the summary; from LEAD on the values, calamine's "" for a blank kept."""
LEAD = 5
Heads = list[tuple[str, str, list[list[Any]]]]
"""File, form, and the rows above its first record."""
WIDTHS = {
    FUNDS: (6, 22, 22, 12, 36, 36),
    DIRECTIONS: (14, 14, 16, 12, 10, 22, 22, *[12] * 9),
    OVERALL: (6, 20, 12, 12, 12, 36, 36, 36, 16, 16),
    MATRIX: (18, 10, 14, 18, 14, 14, 18, 14),
}


def roster_order(folder: Path) -> dict[str, int]:
    """Department → its line in the roster."""
    sheet = CalamineWorkbook.from_path(str(folder.parent / "departments.xlsx")).get_sheet_by_index(0)
    return {row[1]: number for number, row in enumerate(sheet.to_python()[1:])}


def read_return(path: Path, order: dict[str, int], into: dict[str, Rows], heads: Heads | None = None) -> None:
    """Appends one department's rows to those of each form, and to `heads` what stands above them."""
    book = CalamineWorkbook.from_path(str(path))
    cells = book.get_sheet_by_name(CARD).to_python(skip_empty_area=False)
    card = [cells[row - 1][col - 1] if row <= len(cells) else "" for row, col in CARD_CELLS.values()]
    sender = card[0]
    place = order[sender]
    for at, label in zip((-2, -1), OPINION_LABELS.values(), strict=True):
        card[at] = card[at].removeprefix(label).strip()
    into[OVERALL].append([place, sender, path.name, 0, 0, "", *card])
    for name, table in TABLES.items():
        if name == OVERALL:
            continue
        width = len(table.fields)
        cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        into[name] += [
            [place, sender, path.name, number, 0, *row[:width]]
            for number, row in enumerate(cells[table.first - 1 :], table.first)
            if any(row)
        ]
        if heads is not None:
            heads.append((path.name, name, cells[: table.first - 1]))


def carry_down(rows: Rows) -> None:
    """Merged cells of the indicator table belong to every row they span; calamine gives the first one only."""
    columns = [TABLES[MATRIX].fields.index(name) + LEAD for name in CARRIED]
    above: list[Any] = []
    for row in rows:
        for col in columns:
            if row[col] == "" and above and above[0] == row[0]:
                row[col] = above[col]
        above = row


def frames_of(rows: dict[str, Rows]) -> dict[str, pd.DataFrame]:
    """One frame a form, all departments in it."""
    frames = {}
    for name, table in TABLES.items():
        _, senders, _, _, _, *columns = zip(*rows[name], strict=True)
        data: dict[str, Any] = {"sender": pd.Series(senders, dtype=str)}
        for key, column in zip(table.fields, columns, strict=True):
            if key in table.amounts:
                data[key] = pd.to_numeric(pd.Series(column), errors="coerce")
            else:
                data[key] = pd.Series([value or None for value in column], dtype=str)
        frames[name] = pd.DataFrame(data)
    return frames


def check(frames: dict[str, pd.DataFrame]) -> list[str]:
    """Every form of every department at once."""
    return [one for name, frame in frames.items() for one in problems(name, frame)] + across(frames)


def header_cells(table: Table) -> Iterator[tuple[int, int, int, int, str]]:
    """(first row, first column, last row, last column, label) of the header's cells, from 0."""
    bottom = table.header - 1
    if table.sheet == DIRECTIONS:
        yield from ((0, 7, 0, 15, "绩效指标"), (1, 7, 1, 10, "产出指标"), (1, 11, 1, 15, "效益指标"))
    if table.sheet == MATRIX:
        yield from ((0, left, 0, right, text) for left, right, text in MATRIX_HEADS)
    whole = {DIRECTIONS: 7, MATRIX: 1}.get(table.sheet, len(table.columns))
    for col, (_, label) in enumerate(table.columns):
        yield 0 if col < whole else bottom, col, bottom, col, label


def write_head(sheet: Worksheet, table: Table, formats: dict[str, Format]) -> int:
    """Title, unit line, header; gives the row below, from 0."""
    last = len(table.columns) - 1
    sheet.merge_range(0, 0, 0, last, table.title, formats["title"])
    top = 1
    if table.sheet != MATRIX:
        sheet.merge_range(1, 0, 1, last, "单位：万元", formats["unit"])
        top = 2
    for first, left, bottom, right, text in header_cells(table):
        if first == bottom and left == right:
            sheet.write_string(top + first, left, text, formats["head"])
        else:
            sheet.merge_range(top + first, left, top + bottom, right, text, formats["head"])
    for col, width in enumerate(WIDTHS[table.sheet]):
        sheet.set_column(col, col, width)
    sheet.repeat_rows(1, top + table.header - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return top + table.header


def write_total(sheet: Worksheet, table: Table, row: int, rows: Rows, last: int, formats: dict[str, Format]) -> None:
    for col in range(len(table.fields)):
        sheet.write_blank(row, col, None, formats["group"])
    sheet.write_string(row, 0 if table.sheet == DIRECTIONS else 1, "合计", formats["group"])
    for col in table.amount_columns():
        letter = xl_col_to_name(col - 1)
        span = f"{letter}{row + 2}:{letter}{last}"
        inner = f"SUM({span})"
        if table.group_at:
            marker = xl_col_to_name(table.group_at[1] - 1)
            inner = f'SUMIF({marker}{row + 2}:{marker}{last},"小计",{span})'
        total = float(cents(sum(one[col + LEAD - 1] for one in rows)))
        sheet.write_formula(row, col - 1, f"=ROUND({inner},2)", formats["group_money"], total)


def write_group(sheet: Worksheet, table: Table, row: int, rows: Rows, formats: dict[str, Format]) -> None:
    """The row that opens a department."""
    sender = rows[0][1]
    last = len(table.fields) - 1
    if table.sheet == MATRIX:
        sheet.merge_range(row, 0, row, last, f"部门：{sender}", formats["group"])
        return
    for col in range(last + 1):
        sheet.write_blank(row, col, None, formats["group"])
    name_at, marker_at = table.group_at or (1, 1)
    sheet.write_string(row, name_at - 1, sender, formats["group"])
    sheet.write_string(row, marker_at - 1, "小计", formats["group"])
    for col in table.amount_columns():
        letter = xl_col_to_name(col - 1)
        total = float(cents(sum(one[col + LEAD - 1] for one in rows)))
        formula = f"=ROUND(SUM({letter}{row + 2}:{letter}{row + 1 + len(rows)}),2)"
        sheet.write_formula(row, col - 1, formula, formats["group_money"], total)


def merge_down(sheet: Worksheet, table: Table, first: int, rows: Rows, formats: dict[str, Format]) -> None:
    """Equal neighbours of the merged columns, a column only within those before it."""
    keys: list[int] = []
    for name in CARRIED:
        keys.append(table.fields.index(name) + LEAD)
        row = first
        for _, run in groupby(rows, key=itemgetter(*keys)):
            same = list(run)
            if len(same) > 1:
                col = keys[-1] - LEAD
                sheet.merge_range(row, col, row + len(same) - 1, col, same[0][keys[-1]], formats["text"])
            row += len(same)


def write_rows(sheet: Worksheet, first: int, rows: Rows, formats: dict[str, Format]) -> None:
    text, money = formats["text"], formats["money"]
    write_string, write_number, write_blank = sheet.write_string, sheet.write_number, sheet.write_blank
    for row, values in enumerate(rows, first):
        values[LEAD - 1] = row
        for col, value in enumerate(values[LEAD:]):
            if value == "":
                write_blank(row, col, None, text)
            elif isinstance(value, str):
                write_string(row, col, value, text)
            else:
                write_number(row, col, value, money)


def write_table(sheet: Worksheet, table: Table, rows: Rows, formats: dict[str, Format]) -> None:
    """One form of the summary: 合计, then each department's group row and its rows."""
    row = write_head(sheet, table, formats)
    groups = [list(mine) for _, mine in groupby(rows, key=itemgetter(0))]
    if table.amounts:
        heads = len(groups) if table.group_at else 0
        write_total(sheet, table, row, rows, row + 1 + heads + len(rows), formats)
        row += 1
    number = 1
    for mine in groups:
        if table.group_at:
            write_group(sheet, table, row, mine, formats)
            row += 1
        if table.fields[0] == "seq":
            for values in mine:
                values[LEAD] = numeral(number)
                number += 1
        write_rows(sheet, row, mine, formats)
        if table.sheet == MATRIX:
            merge_down(sheet, table, row, mine, formats)
        row += len(mine)
    sheet.print_area(0, 0, row - 1, len(table.fields) - 1)


def formats_of(book: Workbook) -> dict[str, Format]:
    grid = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_name": "宋体", "font_size": 10}
    bold = {**grid, "bold": True, "align": "center"}
    return {
        "title": book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"}),
        "unit": book.add_format({"align": "right"}),
        "head": book.add_format(bold),
        "group": book.add_format(bold),
        "group_money": book.add_format({**bold, "num_format": "0.00"}),
        "text": book.add_format(grid),
        "money": book.add_format({**grid, "num_format": "0.00"}),
    }


def read_all(folder: Path, heads: Heads | None = None) -> dict[str, Rows]:
    """Every return's rows by form, departments in the order of the roster."""
    order = roster_order(folder)
    rows: dict[str, Rows] = {name: [] for name in TABLES}
    for path in sorted(folder.glob("*.xlsx")):
        read_return(path, order, rows, heads)
    for mine in rows.values():
        mine.sort(key=itemgetter(0))
    return rows


def write_forms(book: Workbook, rows: dict[str, Rows]) -> dict[str, Format]:
    """The four forms; gives the formats."""
    formats = formats_of(book)
    for name, table in TABLES.items():
        write_table(book.add_worksheet(name), table, rows[name], formats)
    return formats


def merge(folder: Path, out: Path) -> list[str]:
    """Reads, checks and merges every return of the folder; gives what was found."""
    rows = read_all(folder)
    carry_down(rows[MATRIX])
    found = check(frames_of(rows))
    with Workbook(str(out), {"strings_to_urls": False}) as book:
        write_forms(book, rows)
    return found


if __name__ == "__main__":
    for line in merge(Path(sys.argv[1]), Path(sys.argv[2])):
        print(line)
