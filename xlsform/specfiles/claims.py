"""Which cells of a blank each field of a mapping claims: its label, and where its answers stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xlsform.core.cells import Area, Book, Grid
from xlsform.core.layout import Layout, place
from xlsform.core.regions.table import Column, Header
from xlsform.core.spec import Field, Form, FormSet


class Claim(NamedTuple):
    """A field on a blank. label: the cells of its own label; cells: those of its answers, `down` when they go on to the end.

    `inline`: the answer stands in the label's own cell; band: the matrix band, "" elsewhere.
    """

    field: Field
    region: str
    band: str
    label: Area
    cells: Area
    down: bool = False
    inline: bool = False

    @property
    def place(self) -> str:
        """The answers' cells as a person writes them: D4↓, C5, B2:C2."""
        first = str(self.cells).split(":", 1)[0]
        if self.down:
            return f"{first}↓"
        return first if (self.cells.top, self.cells.left) == (self.cells.bottom, self.cells.right) else str(self.cells)


class Sheet(NamedTuple):
    """A form on one of the two blanks; grid and layout are None when the blank has no such sheet."""

    form: Form
    book: Book
    name: str
    summary: bool
    grid: Grid | None
    layout: Layout | None


def sheets(formset: FormSet, blank: Book, summary_blank: Book) -> Iterator[Sheet]:
    """Every form put on the department's blank, then on the summary's."""
    for form in formset.forms:
        yield _sheet(form, blank, form.sheet, summary=False)
    for form in formset.forms:
        if form.summary is not None:
            yield _sheet(form, summary_blank, form.summary.sheet, summary=True)


def _sheet(form: Form, book: Book, name: str, *, summary: bool) -> Sheet:
    grid = next((grid for grid in book.grids if grid.sheet == name), None)
    layout = place(form, grid, summary=summary) if grid is not None else None
    return Sheet(form, book, name, summary, grid, layout)


def claims(layout: Layout, grid: Grid) -> tuple[Claim, ...]:
    """The fields that were found, tables first, each table's from left to right as the mapping has them."""
    return (*_table_claims(layout, grid), *_card_claims(layout, grid))


def _table_claims(layout: Layout, grid: Grid) -> Iterator[Claim]:
    tops = [header.top for _, header in layout.tables]
    for region, header in layout.tables:
        below = min((top for top in tops if top > header.bottom), default=0)
        for column in header.found:
            cells = Area(header.bottom + 1, column.at, below - 1 if below else header.bottom + 1, column.at)
            label = _label(column, header, grid)
            yield Claim(column.field, region.id, column.band, label, cells, down=not below)


def _label(column: Column, header: Header, grid: Grid) -> Area:
    """The cells of the column's own label: the lowest in its column, with its merge."""
    row = max((row for row, col in header.labels if col == column.at), default=header.bottom)
    return merge_at(grid, row, column.at) or Area(row, column.at, row, column.at)


def _card_claims(layout: Layout, grid: Grid) -> Iterator[Claim]:
    if layout.card is None:
        return
    for answer in layout.card.answers:
        question = answer.question
        row, col = answer.at
        cells = answer.label if answer.inline else merge_at(grid, row, col) or Area(row, col, row, col)
        yield Claim(question.field, question.region.id, "", answer.label, cells, inline=answer.inline)


def merge_at(grid: Grid, row: int, col: int) -> Area | None:
    """The merge that covers the cell."""
    return next((area for area in grid.merges if area.holds(row, col)), None)
