"""New sheets in a package: their parts, their place in workbook.xml, and everything that counts sheets told of them."""

from __future__ import annotations

from collections.abc import Sequence

from xlsform.core.cells import qualified
from xlsform.core.edits import AddSheet, Formula
from xlsform.ooxml.front_out import has_window, in_front
from xlsform.ooxml.names_out import with_local_name
from xlsform.ooxml.new_sheet import new_sheet, print_titles
from xlsform.ooxml.package import Package
from xlsform.ooxml.parts_out import Part, attached, detached, dialect, folder_of, free_part
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.workbook import Workbook, related
from xlsform.ooxml.workbook_out import NEW, Placed, check_names, last_sheet_id, patched_titles, patched_workbook
from xlsform.ooxml.xmltext import decode, root

_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def with_sheets(package: Package, book: Workbook, edits: Sequence[AddSheet], styles: Styles) -> Package:
    """The package with these sheets, which are then sheets like any other. Raises ValueError for names or rows that cannot be."""
    if not edits:
        return package
    before, top, behind = root(decode(package.read(book.part)))
    spoken = dialect(top.tag)
    stem = f"{folder_of(package, book.sheets[0].part)}/sheet"
    last_id = last_sheet_id(top)
    new: list[tuple[int, Placed]] = []
    for number, edit in enumerate(edits, 1):
        at = len(book.sheets) if edit.at is None else edit.at
        if not 0 <= at <= len(book.sheets):
            raise ValueError(f"there is no sheet number {at} that {edit.name!r} could stand before")
        name = free_part(package, stem, ".xml")
        content = new_sheet(edit, styles, spoken)
        package, (key,) = attached(
            package, book.part, Part(name, f"{spoken.relationships}/worksheet", _CONTENT_TYPE, content)
        )
        new.append((at, Placed(edit.name, NEW, key, last_id + number, edit.state)))
    placed = _placed(book, new)
    check_names(placed)
    if not has_window(top.content):
        top = top.with_content(in_front(top.content, top.prefix, 0))
    names = [sheet.name for sheet in book.sheets]
    part = patched_workbook(f"{before}{top}{behind}".encode(), names, placed, {}, recalculate=False)
    for edit in edits:
        if formula := print_titles(edit, qualified(edit.name)):
            at = next(at for at, sheet in enumerate(placed) if sheet.name == edit.name)
            part = with_local_name(part, "_xlnm.Print_Titles", formula, at)
    package = package.overlaid({book.part: part})
    return _listed(package, book, edits, names, placed)


def _placed(book: Workbook, new: Sequence[tuple[int, Placed]]) -> list[Placed]:
    placed = []
    for at in range(len(book.sheets) + 1):
        placed += [sheet for before, sheet in new if before == at]
        placed += [Placed(sheet.name, at) for sheet in book.sheets[at : at + 1]]
    return placed


def _listed(
    package: Package, book: Workbook, edits: Sequence[AddSheet], names: Sequence[str], placed: Sequence[Placed]
) -> Package:
    """Their titles in docProps/app.xml; and without the calculation chain when it lacks some of their formulas."""
    for one in related(package, "", "extended-properties"):
        package = package.overlaid({one.target: patched_titles(package.read(one.target), names, placed)})
    if any(isinstance(value, Formula) for edit in edits for row in edit.rows for _, value, _ in row.cells):
        for one in related(package, book.part, "calcChain"):
            package = detached(package, book.part, one.target)
    return package
