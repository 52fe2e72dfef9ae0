"""Workbooks in the Office Open XML format (.xlsx, .xlsm, their templates), Transitional and Strict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from xlsform.core.aids import others_formulas, stamp_of
from xlsform.core.cells import LONGEST_TEXT, Book, Grid, Row, address, fits_in_cell
from xlsform.core.errors import Rejected
from xlsform.core.marks import is_list
from xlsform.ooxml.package import RETURN, Limits, Package, Source, open_package
from xlsform.ooxml.sheetxml import Notes, SheetPart
from xlsform.ooxml.strings import shared_strings
from xlsform.ooxml.styles import styles
from xlsform.ooxml.whole_sheets import read_whole
from xlsform.ooxml.workbook import SheetEntry, Workbook, custom_stamp, main_part, workbook

Remark = tuple[str, Mapping[str, str]]

SUFFIXES: Final = (".xlsx", ".xlsm", ".xltx", ".xltm")
_MANY_BLANKS: Final = 10_000
_NAMED_CELLS: Final = 10
_KINDS: Final = {
    "chartsheet": "图表工作表",
    "dialogsheet": "对话框工作表",
    "xlMacrosheet": "宏工作表",
    "xlIntlMacrosheet": "宏工作表",
}
_SIGNS: Final = (
    ("W-MACRO", ("vbaproject.bin",)),
    ("W-EXTERNAL", ("xl/externallinks/",)),
    ("W-EMBEDDED", ("xl/embeddings/", "xl/activex/")),
    ("W-CONNECTION", ("xl/connections.xml", "xl/querytables/", "xl/webextensions/")),
    ("W-SIGNED", ("_xmlsignatures/",)),
)
"""Parts (by a piece of their name) that are left alone, and the remark that says so."""
_OTHERS: Final = (
    ("word/document.xml", "Word 文档"),
    ("ppt/presentation.xml", "PowerPoint 演示文稿"),
    ("xl/workbook.bin", "Excel 二进制工作簿（.xlsb）"),
    ("content.xml", "OpenDocument 表格（.ods）或其他 OpenDocument 文件"),
)


class Opened(NamedTuple):
    """A workbook whose container and tables are read and checked, its sheets not yet.

    skipped: sheets that hold no cells; active: the worksheet in front, "" when it is none.
    """

    sheets: tuple[SheetPart, ...]
    stamp: Mapping[str, str]
    skipped: tuple[SheetEntry, ...]
    recalculates: bool
    package: Package
    active: str


def open_sheets(source: Source, limits: Limits = RETURN) -> Opened:
    """Open a workbook for reading sheet by sheet, row by row (`SheetPart.rows`, `SheetPart.merges`), with flat memory.

    source: the bytes, or a Path, which is mapped and must not change meanwhile. For this program's own large output pass `OWN`.
    Raises Rejected: E-DAMAGED, E-PASSWORD, E-DUPPART, E-BOMB, E-COMPLEX, E-XML, E-NOTXLSX, E-ARCHIVE, E-NOSHEET.
    """
    package = open_package(source, limits)
    part = main_part(package)
    if part not in package or part.endswith(".bin") or not part.endswith(".xml") or part in dict(_OTHERS):
        raise _no_workbook(package)
    book = workbook(package, part, limits.sheets)
    sheets = tuple(_sheets(package, book, limits))
    if not sheets:
        raise Rejected("E-NOSHEET")
    skipped = tuple(sheet for sheet in book.sheets if sheet.kind != "worksheet")
    return Opened(sheets, book.stamp, skipped, book.recalculates, package, book.active)


def _no_workbook(package: Package) -> Rejected:
    for part, found in _OTHERS:
        if part in package:
            return Rejected("E-NOTXLSX", found=found)
    if "[content_types].xml" in package:
        return Rejected("E-DAMAGED", what="缺少工作簿部件")
    return Rejected("E-ARCHIVE", found="zip 压缩包")


def _sheets(package: Package, book: Workbook, limits: Limits) -> Iterator[SheetPart]:
    strings = shared_strings(package, book.strings)
    formats = styles(book.styles, package.read(book.styles), book.date_1904, limits.styles) if book.styles else ()
    for sheet in book.sheets:
        if sheet.kind == "worksheet":
            yield SheetPart(sheet.name, sheet.hidden, sheet.part, package, strings, formats, book.date_1904, limits)


def read(file: str, data: bytes) -> Book:
    """Read a whole workbook; what was tolerated on the way stands in its remarks.

    Raises Rejected: those of `open_sheets`, and for what stands in the sheets E-CELL, E-DUPCELL, E-XML, E-COMPLEX.
    """
    opened = open_sheets(data)
    remarks = list(_file_remarks(file, opened))
    grids: list[Grid] = []
    formulas = 0
    for sheet in opened.sheets:
        rows, notes = read_whole(sheet)
        _check_text(sheet, rows, notes)
        last = max(rows, default=0)
        hidden_rows = frozenset(row for row in notes.hidden_rows if row <= last)
        grid = Grid(sheet.name, rows, notes.merges, sheet.hidden, hidden_rows, notes.hidden_cols)
        grids.append(grid)
        remarks.extend(_sheet_remarks(sheet.name, notes))
        if notes.formulas and opened.recalculates and not is_list(grid):
            formulas += others_formulas(grid, notes.formulas)
    if formulas:
        remarks.append(("W-RECALC", {}))
    stamp = {**stamp_of(grids), **custom_stamp(opened.package, opened.stamp), **opened.stamp}
    return Book(file, hashlib.sha256(data).hexdigest(), tuple(grids), stamp, tuple(remarks), opened.active)


def _check_text(sheet: SheetPart, rows: Mapping[int, Row], notes: Notes) -> None:
    """No cell may hold more than Excel allows; one long shared string in many cells is small in the file and large in every output."""
    if max(sheet.strings.longest, sheet.package.entries[sheet.part].size) > LONGEST_TEXT // 2:
        for row, cells in rows.items():
            for col, cell in cells.items():
                if not fits_in_cell(cell.text):
                    what = f"文字超过 {LONGEST_TEXT:,} 个字符"
                    raise Rejected("E-CELL", sheet=sheet.name, cell=address(row, col), what=what)
    most = sheet.limits.text
    if notes.cells * sheet.strings.longest + sheet.package.entries[sheet.part].size <= most:
        return
    if sum(len(cell.text) for cells in rows.values() for cell in cells.values()) > most:
        raise Rejected("E-COMPLEX", what=f"工作表“{sheet.name}”的文字总量", limit=f"{most >> 20} MB")


def _file_remarks(file: str, opened: Opened) -> Iterator[Remark]:
    stem, dot, suffix = file.replace("\\", "/").rpartition("/")[2].rpartition(".")
    if not (stem and dot and f".{suffix.lower()}" in SUFFIXES):
        yield "W-EXTENSION", {"suffix": f".{suffix}" if stem and dot else "（无）", "found": "Excel 工作簿（.xlsx）"}
    names = "\n".join(opened.package.entries)
    for key, signs in _SIGNS:
        if any(sign in names for sign in signs):
            yield key, {}
    for sheet in opened.skipped:
        yield "W-SHEETKIND", {"sheet": sheet.name, "kind": _KINDS.get(sheet.kind, "其他类型的工作表")}


def _sheet_remarks(sheet: str, notes: Notes) -> Iterator[Remark]:
    if notes.struck:
        yield "W-STRUCK", {"sheet": sheet, "cells": _listed(notes.struck), "count": str(len(notes.struck))}
    if notes.invisible:
        yield "W-INVISIBLE", {"sheet": sheet, "cells": _listed(notes.invisible), "count": str(len(notes.invisible))}
    if notes.blanks > _MANY_BLANKS:
        yield "W-BLANKS", {"sheet": sheet, "count": str(notes.blanks)}


def _listed(cells: Iterable[tuple[int, int]]) -> str:
    named = [address(row, col) for row, col in cells]
    return "、".join(named[:_NAMED_CELLS]) + ("……" if len(named) > _NAMED_CELLS else "")
