"""What differs between two workbooks, as JSON and as a workbook of its own: one row a cell, to be filtered in Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

from xlsform.core.catalogue import Lang
from xlsform.core.cells import address
from xlsform.core.diff import CellChange, Change, RecordChange
from xlsform.core.records import Data, Record, Submission, Value
from xlsform.core.spec import FormSet
from xlsform.core.words import Span
from xlsform.writers.json_lines import SCHEMA_VERSION, datum, region_kinds
from xlsform.writers.reports import list_sheet, save, storable

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from openpyxl.cell.rich_text import CellRichText, TextBlock

TITLE = "差异"
COLUMNS = (
    ("部门", "Department", 18),
    ("表", "Form", 32),
    ("记录", "Record", 28),
    ("栏目", "Field", 14),
    ("变化", "Change", 8),
    ("原值", "Old", 36),
    ("现值", "New", 36),
    ("增减", "Difference", 12),
    ("原单元格", "Old cell", 16),
    ("现单元格", "New cell", 16),
)
"""Label in both languages and width of each column."""
REMOVED_COLOUR, ADDED_COLOUR = "FFC00000", "FF0000FF"
MOST_SPANS = 200
"""Pieces of a text that are coloured one by one; a text with more changes is shown plain."""


def comparison_object(
    changes: Iterable[RecordChange], old: Submission, new: Submission, formset: FormSet
) -> dict[str, object]:
    """What `diff --format json` prints. Values as `extract` prints them; `words` of a changed text give both texts when joined."""
    kinds = region_kinds(formset)
    return {
        "schema_version": SCHEMA_VERSION,
        "old": {"file": old.file, "sha256": old.sha256, "department": old.department or None},
        "new": {"file": new.file, "sha256": new.sha256, "department": new.department or None},
        "differences": [_record_object(change, kinds.get(change.region, {})) for change in changes],
    }


def _record_object(change: RecordChange, kinds: Mapping[str, str]) -> dict[str, object]:
    return {
        "change": change.change.value,
        "department": change.department or None,
        "form": change.form or None,
        "region": change.region or None,
        "record": dict(change.key),
        "cells": [_cell_object(change, cell, kinds.get(cell.field, "text")) for cell in change.cells],
    }


def _cell_object(change: RecordChange, cell: CellChange, kind: str) -> dict[str, object]:
    told: dict[str, object] = {
        "field": cell.field,
        "change": cell.change.value,
        "old": _datum(cell.old, kind),
        "new": _datum(cell.new, kind),
        "difference": cell.delta,
        "old_cell": _where(change.old, cell.old),
        "new_cell": _where(change.new, cell.new),
    }
    if cell.words:
        told["words"] = [{"op": span.op, "text": span.text} for span in cell.words]
    return told


def _datum(value: Value | None, kind: str) -> Data:
    """As `extract` prints it; where a number's cell holds something unreadable, its text."""
    if value is None:
        return None
    return datum(value, kind) if value.data is not None else value.text or None


def _where(record: Record | None, value: Value | None) -> dict[str, object] | None:
    if record is None or value is None:
        return None
    return {"sheet": record.sheet, "cell": address(value.row, value.col) if value.row else None}


def place(record: Record | None, value: Value | None) -> str:
    """汇总表!D4, "" where the record does not stand in the file."""
    if record is None or value is None:
        return ""
    return f"{record.sheet}!{address(value.row, value.col)}" if value.row else record.sheet


def write_differences(changes: Sequence[RecordChange], headline: str, out: BinaryIO, lang: Lang = "zh") -> None:
    """Writes the workbook: title, `headline` (what was compared with what), header, one row a cell in the given order."""
    from openpyxl import Workbook  # noqa: PLC0415  # 0.3 s, and most commands never need it

    book = Workbook()
    del book[book.sheetnames[0]]
    rows = [_row(change, cell, lang) for change in changes for cell in change.cells]
    list_sheet(book, TITLE, (TITLE, headline), COLUMNS, rows, lambda zh, en: en if lang == "en" else zh)
    save(book, out)


def _row(change: RecordChange, cell: CellChange, lang: Lang) -> list[object]:
    word = cell.change.value if lang == "en" else cell.change.label
    if change.change is not Change.CHANGED:
        word = change.change.value if lang == "en" else f"{change.change.label}记录"
    name = (change.department, change.title, change.name, cell.label, word)
    return [
        *(storable(text) or None for text in name),
        _shown(cell.old, cell.words, "removed"),
        _shown(cell.new, cell.words, "added"),
        cell.delta,
        place(change.old, cell.old) or None,
        place(change.new, cell.new) or None,
    ]


def _shown(value: Value | None, words: tuple[Span, ...], own: str) -> object:
    """A cell's value: an amount as a number, a changed text with its own words in colour."""
    if value is None or not value.text:
        return None
    if isinstance(value.data, Decimal):
        return value.data
    spans = [span for span in words if span.op in {"same", own}]
    if not 1 < len(spans) <= MOST_SPANS or len(value.text) != len(storable(value.text)):
        return storable(value.text)
    from openpyxl.cell.rich_text import TextBlock  # noqa: PLC0415
    from openpyxl.cell.text import InlineFont  # noqa: PLC0415
    from openpyxl.styles.colors import Color  # noqa: PLC0415

    plain = InlineFont(rFont="宋体", sz=11)
    removed = own == "removed"
    colour = REMOVED_COLOUR if removed else ADDED_COLOUR
    marked = InlineFont(
        rFont="宋体", sz=11, color=Color(rgb=colour), strike=removed or None, u=None if removed else "single"
    )
    return _rich_text(*(TextBlock(plain if span.op == "same" else marked, span.text) for span in spans))


def _rich_text(*blocks: TextBlock) -> CellRichText:
    """A text in several fonts. openpyxl says of no piece that is nothing but white space that it counts, and Excel drops it then."""
    from openpyxl.cell.rich_text import CellRichText  # noqa: PLC0415

    class Kept(CellRichText):
        def to_tree(self) -> Element:
            tree: Element = super().to_tree()
            for text in tree.iter("t"):
                text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            return tree

    return Kept(*blocks)
