"""What lists the parts of a package, and what is out of date when they change."""

from __future__ import annotations

import re

from xlsform.core.edits import Formula
from xlsform.ooxml.package import Package, relations_of, resolve
from xlsform.ooxml.parts_out import CONTENT_TYPES
from xlsform.ooxml.sheet_base import base_sheet
from xlsform.ooxml.sheet_out import NO_EDITS
from xlsform.ooxml.workbook import Relation, Workbook, related, relations
from xlsform.ooxml.workbook_out import Placed, Relationship, patched_relations, patched_types
from xlsform.ooxml.xmltext import decode, root
from xlsform.writers.changes import Changes, ready
from xlsform.writers.order import Order


def calculation_chain(package: Package, book: Workbook, order: Order) -> Relation | None:
    """The calculation chain when it may name cells that hold no formula any more: Excel repairs such a file, and makes a new one itself."""
    chain = next(related(package, book.part, "calcChain"), None)
    puts = (
        (sheet, row, col)
        for sheet, edits in order.edits.items()
        for row, values in edits.puts.items()
        for col in values
    )
    if chain is None or order.moves or order.copies or order.dropped:
        return chain
    by_name = {sheet.name: sheet.part for sheet in book.sheets}
    bases = {name: base_sheet(package.read(by_name[name])) for name, edits in order.edits.items() if edits.puts}
    for name, number, col in puts:
        row = bases[name].by_number.get(number)
        before = next((cell for cell in bases[name].cells(row) if cell.col == col), None) if row is not None else None
        is_formula = before is not None and re.search(r"<(?:\w+:)?f[\s/>]", before.content) is not None
        if is_formula or isinstance(order.edits[name].puts[number][col], Formula):
            return chain
    return None


def out_of_date(package: Package, book: Workbook, order: Order) -> bool:
    """Whether a formula of the base is left whose stored value the edits may have changed. None that is left spoke of a dropped sheet."""
    if not (order.copies or any(edits.values for edits in order.edits.values())):
        return False
    for sheet in book.sheets:
        if sheet.kind != "worksheet" or (sheet.name in order.dropped and sheet.name not in order.copies):
            continue
        part = package.read(sheet.part)
        if re.search(rb"<(?:\w+:)?f[\s/>]", part) is None and part[:1] == b"<":
            continue
        edits = order.edits.get(sheet.name, NO_EDITS)
        base = base_sheet(part)
        for row in base.rows:
            if any(edit.first <= row.number <= edit.last for edit in edits.rows):
                continue
            put = edits.puts.get(row.number, {})
            mark = f"<{base.prefix}f"
            if mark in row.content and any(mark in cell.content and cell.col not in put for cell in base.cells(row)):
                return True
    return False


def relist(
    package: Package,
    book: Workbook,
    order: Order,
    chain: Relation | None,
    targets: list[tuple[Placed, str]],
    changes: Changes,
) -> None:
    """The workbook's relationships and the content types, when parts came or went."""
    if not (targets or order.dropped or chain is not None):
        return
    listed_in = relations_of(book.part)
    gone = {sheet.part for sheet in book.sheets if sheet.name in order.dropped}
    removed = {one.id for one in relations(package, book.part) if one.target in gone or one == chain}
    folder = book.part.rpartition("/")[0]
    kinds = {
        resolve(book.part, one.get("Target")): one.get("Type")
        for one in root(decode(package.read(listed_in)))[1].children("Relationship")
    }
    added = [
        Relationship(sheet.relation, kinds[book.sheets[sheet.base].part], _seen_from(folder, name))
        for sheet, name in targets
    ]
    changes.replaced[listed_in] = ready(patched_relations(package.read(listed_in), removed, added))
    types = patched_types(package.read(CONTENT_TYPES), changes.removed, changes.types)
    changes.replaced[CONTENT_TYPES] = ready(types)


def _seen_from(folder: str, name: str) -> str:
    return name[len(folder) + 1 :] if name.lower().startswith(f"{folder}/") else f"/{name}"
