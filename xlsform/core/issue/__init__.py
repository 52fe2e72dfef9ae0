"""From an official blank to the workbook of one department: filled in, stamped, locked but for its answers, helping while it is filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from xlsform.core.aids import PREFILLS
from xlsform.core.cells import Area, Book
from xlsform.core.edits import Edit, Plan, PrintArea, Protect, Put
from xlsform.core.issue.answers import frames, shifted, unlocked, validations
from xlsform.core.issue.carry import Carried, Left, carry
from xlsform.core.issue.geometry import Paper, paper
from xlsform.core.issue.lists import lists, sheet
from xlsform.core.issue.stamp import stamp_edits
from xlsform.core.issue.strip import strip
from xlsform.core.labels import title_year
from xlsform.core.layout import Layout
from xlsform.core.regions.card import label_before
from xlsform.core.spec import Card, Department, FormSet

__all__ = ["Carried", "Left", "Order", "carry", "issue", "stamp_for"]


@dataclass(frozen=True, slots=True)
class Order:
    """What is issued to whom: `campaign` names it, `given` are its own choices by region.field."""

    department: Department
    campaign: str = ""
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)


def issue(
    formset: FormSet,
    layouts: Sequence[Layout],
    blank: Book,
    drawn: Mapping[str, int],
    order: Order,
    carried: Book | None = None,
) -> Plan:
    """The edits that make a department's workbook of the blank, or of `carried`, which is the blank with answers in it.

    layouts: the forms on the blank; drawn: the last row of each sheet that has anything, be it only borders.
    """
    grids = {grid.sheet: grid for grid in (carried or blank).grids}
    here = [layout for layout in layouts if layout.sheet in grids]
    sheets = paper(here, blank, drawn)
    stamp = stamp_for(formset, order, blank.stamp.get("version", "1"))
    made = lists(formset, sheets, grids, order.given, formset.year)
    shift = formset.year - _year_of(here, formset)
    edits: Iterator[Edit] = chain(
        _dated(here, blank, shift),
        _prefilled(formset, sheets, stamp, blank),
        unlocked(sheets),
        validations(formset, sheets, made.choices, shift),
        frames(formset, sheets),
        chain.from_iterable(strip(formset, sheets, layout) for layout in sheets.layouts),
        (PrintArea(layout.sheet, _printed(sheets, layout)) for layout in sheets.layouts),
        (Protect(layout.sheet) for layout in here),
        sheet(made),
        stamp_edits(stamp),
    )
    return tuple(edits)


def stamp_for(formset: FormSet, order: Order, version: str) -> dict[str, str]:
    """What the workbook says of itself."""
    return {
        "form_set": formset.id,
        "kind": "return",
        "version": version,
        "year": str(formset.year),
        "campaign": order.campaign,
        "department": order.department.name,
        "code": order.department.code,
        "authority": order.department.parent,
    }


def _year_of(layouts: Sequence[Layout], formset: FormSet) -> int:
    """The year printed on the blank."""
    return next((layout.title.year for layout in layouts if layout.title and layout.title.year), formset.year)


def _dated(layouts: Sequence[Layout], blank: Book, shift: int) -> Iterator[Edit]:
    """The year in every title and label that prints one; what instructions say below their titles stays as it is."""
    grids = {grid.sheet: grid for grid in blank.grids}
    titles = {title for layout in layouts for title in (layout.form.title, *layout.form.title_aliases)}
    for layout in layouts if shift else ():
        grid = grids[layout.sheet]
        spots = {spot for _, header in layout.tables for spot in header.labels}
        if layout.title is not None:
            spots.add((layout.title.row, layout.title.col))
        if not layout.regions:
            spots |= {(row, col) for row, col, cell in grid if any(title_year(title, cell.text)[1] for title in titles)}
        for row, col in sorted(spots):
            text = grid.text(row, col)
            if shifted(text, shift) != text:
                yield Put(layout.sheet, row, col, shifted(text, shift))


def _prefilled(formset: FormSet, sheets: Paper, stamp: Mapping[str, str], blank: Book) -> Iterator[Edit]:
    """The department's name on its card, and what the mapping says of the roster, in every spare row."""
    grids = {grid.sheet: grid for grid in blank.grids}
    for box in sheets.boxes:
        named = (box.region.id, box.field.key) == formset.identity
        text = stamp.get(PREFILLS.get("name" if named else box.field.prefill, ""), "")
        if text and isinstance(box.region, Card):
            before = ""
            if box.answer.inline:
                before = label_before(grids[box.sheet].text(*box.answer.at), box.answer.question.names)
            yield Put(box.sheet, *box.answer.at, before + text)
    for grille in sheets.grilles:
        for column in grille.columns:
            text = stamp.get(PREFILLS.get(column.field.prefill, ""), "")
            for row in range(grille.first, grille.last + 1) if text else ():
                yield Put(grille.sheet, row, column.at, text)


def _printed(sheets: Paper, layout: Layout) -> Area:
    """The form without its strip."""
    lasts = [grille.last for grille in sheets.grilles if grille.sheet == layout.sheet]
    rows = [box.area.bottom for box in sheets.boxes if box.sheet == layout.sheet]
    return Area(1, 1, max([*lasts, *rows]), sheets.right(layout))
