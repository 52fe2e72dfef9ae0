"""What every workbook we write must pass: the schema, and openpyxl as a second reader of values, notes and validations."""

from __future__ import annotations

import io
import warnings

import openpyxl

from tests.ooxml.parts import unpacked
from tests.ooxml.schema_order import Package, cell, local, problems
from tests.readers.test_second_reader import same
from xlsform import readers


def check_sound(data: bytes) -> openpyxl.Workbook:
    """Raises AssertionError when something is not; returns what openpyxl makes of it, with the stored values of formulas."""
    assert problems(data) == []
    with warnings.catch_warnings():  # it cannot read x14 extensions; we look at those ourselves
        warnings.filterwarnings("ignore", message=".*(extension is not supported|cannot be converted|Pillow).*")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    check_values(data, book)
    check_notes_and_validations(data, book)
    return book


def check_values(data: bytes, book: openpyxl.Workbook) -> None:
    """Every cell that our reader sees says the same there, and no other says anything; the merges are the same."""
    ours = readers.read("写出的.xlsx", data)
    assert [grid.sheet for grid in ours.grids] == book.sheetnames
    for grid in ours.grids:
        sheet = book[grid.sheet]
        assert {str(area) for area in grid.merges} == {area.coord for area in sheet.merged_cells.ranges}
        seen = {(row, col) for row, col, _ in grid}
        for row, col, one in grid:
            covered = any(area.holds(row, col) and (area.top, area.left) != (row, col) for area in grid.merges)
            assert covered or same(one, sheet.cell(row, col).value), f"{grid.sheet}!{one}"
        for line in sheet.iter_rows():
            for other in line:
                blank = other.value is None or (isinstance(other.value, str) and not other.value.strip())
                assert blank or (other.row, other.column) in seen, f"{grid.sheet}!{other.coordinate} only openpyxl sees"
        assert grid.hidden == (sheet.sheet_state != "visible")


def check_notes_and_validations(data: bytes, book: openpyxl.Workbook) -> None:
    """As many notes, at the same cells and with the same texts, and as many validations with the same texts, as the parts hold."""
    package = Package({name.lower(): part for name, part in unpacked(data).items()})
    main = package.related("", "officeDocument")[0]
    targets = {one.id: one.target or "" for one in package.relations(main)}
    for listed in package.trees[main].iterfind("{*}sheets/{*}sheet"):
        part = next(target for key, target in targets.items() if key in listed.attrib.values())
        sheet = book[listed.get("name", "")]
        notes = {
            cell(note.get("ref", "")): "".join(text.text or "" for text in note.iterfind("{*}text//{*}t"))
            for comments in package.related(part, "comments")
            for note in package.trees[comments].iterfind("{*}commentList/{*}comment")
        }
        theirs = {
            (one.row, one.column): one.comment.text
            for line in sheet.iter_rows()
            for one in line
            if one.comment is not None
        }
        assert theirs == notes, sheet.title
        rules = [
            (one.get("type"), one.get("error"), one.get("prompt"), sorted(one.get("sqref", "").split()))
            for one in package.trees[part].iterfind("{*}dataValidations/{*}dataValidation")
        ]
        seen = [
            (one.type, one.error, one.prompt, sorted(str(one.sqref).split()))
            for one in sheet.data_validations.dataValidation
        ]
        assert seen == rules, sheet.title
        formats = [one for one in package.trees[part] if local(one) == "conditionalFormatting"]
        assert sum(len(one.rules) for one in sheet.conditional_formatting) == sum(
            sum(local(rule) == "cfRule" for rule in one) for one in formats
        )
