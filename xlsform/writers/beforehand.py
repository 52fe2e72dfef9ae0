"""What a plan does to a package before its sheets are edited: new sheets, notes and properties, so that all else finds them in place.

Notes go in at the rows of the base and then move with them like the notes that were there.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsform.core.cells import LAST_COLUMN, LAST_ROW
from xlsform.core.edits import AddSheet, CopySheet, DropNotes, DropSheet, Highlight, Note, Plan, Property, Restyle, Rows
from xlsform.ooxml.added_sheets import with_sheets
from xlsform.ooxml.package import OWN, Package, normal_name
from xlsform.ooxml.parts_out import Part, attached, dialect, folder_of, free_part
from xlsform.ooxml.properties_out import with_properties
from xlsform.ooxml.sheet_notes import with_notes
from xlsform.ooxml.styles_out import Styles, first_styles
from xlsform.ooxml.workbook import Workbook, workbook
from xlsform.ooxml.xmltext import decode, root

_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


def with_styles(package: Package, book: Workbook, plan: Plan) -> tuple[Package, Workbook]:
    """The package with a styles part, which it may lack, when the plan needs one."""
    if book.styles or not any(isinstance(edit, Restyle | Highlight | AddSheet) for edit in plan):
        return package, book
    spoken = dialect(root(decode(package.read(book.part)))[1].tag)
    folder = folder_of(package, book.part)
    name = f"{folder}/styles.xml"  # openpyxl knows no other
    if normal_name(name) in package:
        name = free_part(package, f"{folder}/styles", ".xml")
    part = Part(name, f"{spoken.relationships}/styles", _STYLES, first_styles(spoken.main))
    package, _ = attached(package, book.part, part)
    return package, workbook(package, book.part, OWN.sheets)


def prepared(package: Package, book: Workbook, plan: Plan, styles: Styles) -> tuple[Package, Workbook]:
    """The package with the plan's new sheets, notes and properties, and its workbook part read anew.

    Raises ValueError for edits that contradict each other or the base.
    """
    added = [edit for edit in plan if isinstance(edit, AddSheet)]
    package = with_sheets(package, book, added, styles)
    book = workbook(package, book.part, OWN.sheets)
    notes = [edit for edit in plan if isinstance(edit, Note | DropNotes)]
    _check_notes(notes, plan, book)
    package = with_notes(package, book, notes)
    package = with_properties(package, [edit for edit in plan if isinstance(edit, Property)])
    return package, book


def _check_notes(notes: Sequence[Note | DropNotes], plan: Plan, book: Workbook) -> None:
    known = {sheet.name for sheet in book.sheets if sheet.kind == "worksheet"}
    dropped = {edit.name for edit in plan if isinstance(edit, DropSheet)}
    copied = {edit.source for edit in plan if isinstance(edit, CopySheet)}
    replaced = [edit for edit in plan if isinstance(edit, Rows)] if notes else []
    for edit in notes:
        if edit.sheet not in known:
            raise ValueError(f"the base has no worksheet {edit.sheet!r}")
        if edit.sheet in dropped | copied:
            raise ValueError(f"sheet {edit.sheet!r} has its notes edited and is dropped or copied")
        if isinstance(edit, DropNotes):
            if not edit.mark or "\n" in edit.mark:
                raise ValueError(f"{edit.mark!r} is no beginning of a line")
            continue
        if not (1 <= edit.row <= LAST_ROW and 1 <= edit.col <= LAST_COLUMN):
            raise ValueError(f"{edit.sheet!r} has no cell in row {edit.row}, column {edit.col}")
        if any(one.sheet == edit.sheet and one.first <= edit.row <= one.last for one in replaced):
            raise ValueError(f"a note is put into row {edit.row} of {edit.sheet!r}, which is replaced")
