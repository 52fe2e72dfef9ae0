"""(c) The library stack of (b), doing all that our merge does: 来源, 报送情况, 审核结果, row heights, every card, and reading it all back.

    python benchmarks/whole.py FOLDER OUT.xlsx

What it still does not do: find labels that moved, parse amounts as people write them, say in which cell a fault stands.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
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
    OVERALL,
    TABLES,
    numeral,
)
from benchmarks.stack import (  # noqa: E402
    LEAD,
    WIDTHS,
    Heads,
    Rows,
    carry_down,
    check,
    formats_of,
    frames_of,
    header_cells,
    read_all,
    write_forms,
)

SOURCE_HEAD = ("汇总工作表", "汇总单元格", "部门", "栏目", "文件", "工作表", "单元格", "原文")
STATE_HEAD = ("序号", "部门名称", "状态", "文件", "汇总表", "支出方向表", "部门整体", "指标分解表")


FIGURES = {"value", "annual_value", *(name for table in TABLES.values() for name in table.amounts)}


def sources(rows: dict[str, Rows]) -> Iterator[tuple[str, ...]]:
    """One line for every figure on the forms: where it stands, and where it came from."""
    for name, table in TABLES.items():
        origin = CARD if name == OVERALL else name
        figures = [(col, *column) for col, column in enumerate(table.columns) if column[0] in FIGURES]
        for _, sender, file, number, at, *values in rows[name]:
            for col, field, label in figures:
                row, column = CARD_CELLS[field] if name == OVERALL else (number, col + 1)
                here, there = xl_rowcol_to_cell(at, col), xl_rowcol_to_cell(row - 1, column - 1)
                yield name, here, sender, label, file, origin, there, values[col]


SAMPLES = r"该指标仅用于|XX|××"
TREE = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标", "社会公益或服务对象满意度指标"),
}


def wrong_heads(heads: Heads) -> Iterator[str]:
    """Title with its year, unit line and every label stand where they should."""
    wanted = {}
    for name, table in TABLES.items():
        top = 1 if name == MATRIX else 2
        labels = {(top + first, left): text for first, left, _, _, text in header_cells(table)}
        wanted[name] = {(0, 0): table.title, **({} if name == MATRIX else {(1, 0): "单位：万元"}), **labels}
    for file, name, cells in heads:
        for (row, col), text in wanted[name].items():
            if cells[row][col] != text:
                yield f"{file}!{name}: {text} / {cells[row][col]}"


def more_checks(frames: dict[str, pd.DataFrame]) -> Iterator[str]:
    """What our mapping asks beyond the schemas: samples left, numbering, pairs, the tree, items, the same keys and goals in both forms."""
    for name, frame in frames.items():
        for key in frame.select_dtypes("str"):
            yield from (f"T10 {name} {key} {row}" for row in frame.index[frame[key].str.contains(SAMPLES, na=False)])
    funds, directions, overall, matrix = (frames[name] for name in (FUNDS, DIRECTIONS, OVERALL, MATRIX))
    wanted = (funds.groupby("sender").cumcount() + 1).map(numeral)
    yield from (f"A01 {row}" for row in funds.index[funds["seq"] != wanted])
    for name, value in (("level3", "value"), ("annual_level3", "annual_value")):
        lone = matrix[name].isna() != matrix[value].isna()
        yield from (f"M02 {row}" for row in matrix.index[lone])
    known = {(first, second) for first, seconds in TREE.items() for second in seconds}
    pairs = zip(matrix["level1"], matrix["level2"], strict=True)
    yield from (f"M01 {row}" for row, pair in enumerate(pairs) if pair not in known)
    for key in ("outputs", "benefits"):
        numbers = overall[key].str.findall(r"(?m)^指标(\d+)")
        yield from (f"C06 {row}" for row, mine in enumerate(numbers) if [*map(int, mine)] != [*range(1, len(mine) + 1)])
    listed = funds.assign(direction=funds["direction"].str.split(r"[\n；;、]+")).explode("direction")
    keys = [
        set(zip(f["sender"], unspaced(f["fund_name"]), unspaced(f["direction"]), strict=True))
        for f in (listed, directions)
    ]
    yield from (f"X01 {key}" for key in keys[0] ^ keys[1])
    by = ["sender", "fund_name"]
    single = [f[~f.duplicated(by, keep=False)] for f in (funds, directions)]
    both = single[0].merge(single[1], on=by, suffixes=("", "_there"))
    for key in ("period_goal", "annual_goal"):
        yield from (f"X04 {row}" for row in both.index[unspaced(both[key]) != unspaced(both[f"{key}_there"])])


def unspaced(texts: pd.Series) -> pd.Series:
    """The texts without white space."""
    return texts.str.split().str.join("")


def write_list(sheet: Worksheet, head: tuple[str, ...], lines: Iterator[tuple[Any, ...]], style: Format) -> None:
    """A plain list with a header."""
    for col, text in enumerate(head):
        sheet.write_string(0, col, text, style)
    for row, line in enumerate(lines, 1):
        for col, value in enumerate(line):
            if value != "":
                sheet.write_string(row, col, str(value), style)


def states(rows: dict[str, Rows]) -> Iterator[tuple[Any, ...]]:
    """报送情况: one line a department."""
    counts = {name: dict.fromkeys((row[1] for row in mine), 0) for name, mine in rows.items()}
    for name, mine in rows.items():
        for row in mine:
            counts[name][row[1]] += 1
    for number, row in enumerate(rows[OVERALL], 1):
        yield number, row[1], "已汇总", row[2], *(f"{counts[name].get(row[1], 0)} 条" for name in TABLES)


def set_heights(book: Workbook, rows: dict[str, Rows]) -> None:
    """Rows as high as their wrapped text needs: two units an ideograph, 14 points a line."""
    for name, mine in rows.items():
        sheet = book.get_worksheet_by_name(name)
        widths = WIDTHS[name]
        for row in mine:
            lines = 1
            for width, value in zip(widths, row[LEAD:], strict=True):
                if isinstance(value, str) and (len(value) * 2 > width or "\n" in value):
                    lines = max(lines, sum(ceil(len(part) * 2 / width) or 1 for part in value.split("\n")))
            if lines > 2:
                sheet.set_row(row[LEAD - 1], min(lines * 14 + 4, 409))


def write_cards(out: Path, rows: Rows) -> None:
    """The companion workbook: each department's card as a sheet of its own."""
    labels = dict(TABLES[OVERALL].columns)
    with Workbook(str(out), {"strings_to_urls": False}) as book:
        formats = formats_of(book)
        for number, row in enumerate(rows, 1):
            values = dict(zip(TABLES[OVERALL].fields, row[LEAD:], strict=True))
            sheet = book.add_worksheet(f"{number}{row[1]}"[:31])
            sheet.set_column(0, 2, 30)
            sheet.merge_range(0, 0, 0, 2, "2019年部门整体支出绩效申报表", formats["title"])
            for first, last, text in (
                (2, 5, "年度预算申请"),
                (7, 8, "部门整体支出年度绩效指标"),
                (9, 10, "财政部门审核意见"),
            ):
                sheet.merge_range(first, 0, last, 0, text, formats["head"])
            for key, (at, col) in CARD_CELLS.items():
                value, style = values[key], formats["text" if isinstance(values[key], str) else "money"]
                sheet.write(at - 1, col - 2, labels[key], formats["head"])
                if col == 2:
                    sheet.merge_range(at - 1, 1, at - 1, 2, value, style)
                else:
                    sheet.write(at - 1, col - 1, value, style)


def read_back(out: Path, rows: dict[str, Rows]) -> None:
    """Raises ValueError when a value reads back otherwise than it was merged."""
    book = CalamineWorkbook.from_path(str(out))
    for name, mine in rows.items():
        cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        merged = {TABLES[name].fields.index(field) for field in CARRIED} if name == MATRIX else set()
        for row in mine:
            for col, (want, got) in enumerate(zip(row[LEAD:], cells[row[LEAD - 1]], strict=True)):
                if want != got and not (got == "" and col in merged):
                    raise ValueError(f"{name}: {want!r} reads back as {got!r}")


def merge(folder: Path, out: Path) -> list[str]:
    """Reads, checks and merges every return of the folder; gives what was found."""
    heads: Heads = []
    rows = read_all(folder, heads)
    carry_down(rows[MATRIX])
    frames = frames_of(rows)
    found = [*wrong_heads(heads), *check(frames), *more_checks(frames)]
    with Workbook(str(out), {"strings_to_urls": False}) as book:
        style = write_forms(book, rows)["text"]
        set_heights(book, rows)
        write_list(book.add_worksheet("报送情况"), STATE_HEAD, states(rows), style)
        write_list(book.add_worksheet("审核结果"), ("问题",), ((one,) for one in found), style)
        write_list(book.add_worksheet("来源"), SOURCE_HEAD, sources(rows), style)
    write_cards(out.with_name(f"{out.stem}-部门整体.xlsx"), rows[OVERALL])
    read_back(out, rows)
    return found


if __name__ == "__main__":
    for line in merge(Path(sys.argv[1]), Path(sys.argv[2])):
        print(line)
