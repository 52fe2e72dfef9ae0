"""Where answers go on a blank: every field's cells, the spare rows of every table, and how formulas name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlsform.core.cells import Area, Book, Grid, column_letters, qualified
from xlsform.core.layout import Layout
from xlsform.core.regions.card import Answer
from xlsform.core.regions.table import Column, Header
from xlsform.core.spec import Card, Field, Form, Matrix, Prose, Table

SPARE_ROWS = 20
"""Rows that a table has at least, when its blank draws fewer and nothing stands below."""
MARGIN = 100
"""Rows below the spare ones that live checks look at too, for who writes on without inserting."""


@dataclass(frozen=True, slots=True, eq=False)
class Grille:
    """A table on its blank: its header, its columns, and the rows first..last in which answers may stand."""

    form: Form
    sheet: str
    region: Table | Matrix
    header: Header
    first: int
    last: int

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those found, from left to right."""
        return tuple(sorted(self.header.found, key=lambda column: column.at))

    def area(self, col: int, *, beyond: int = 0) -> Area:
        """The answer cells of a column."""
        return Area(self.first, col, self.last + beyond, col)

    def watched(self, col: int, home: str = "") -> str:
        """The column as formulas name it: from the last header row, which nobody can delete, to well below the last spare row.

        Rows inserted anywhere, also above the first and below the last, are in it. home: the sheet on which the formula stands.
        """
        letters = column_letters(col)
        return f"{_sheet(self.sheet, home)}${letters}${self.header.bottom}:${letters}${self.last + MARGIN}"

    def below_header(self, home: str = "") -> str:
        """1 for every row of a watched column but the header's."""
        span = self.watched(1, home)
        return f"(ROW({span})>ROW({span.partition(':')[0]}))"

    def of(self, key: str) -> tuple[Column, ...]:
        """The columns of a field: one, or one of each band."""
        return tuple(column for column in self.columns if column.field.key == key)


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Where a question of a card or a text block is answered on the blank."""

    form: Form
    sheet: str
    answer: Answer

    @property
    def field(self) -> Field:
        return self.answer.question.field

    @property
    def region(self) -> Card | Prose:
        return self.answer.question.region

    @property
    def prompt(self) -> str:
        """The sentence that is shown."""
        return self.region.prompt if isinstance(self.region, Prose) else self.field.prompt

    @property
    def area(self) -> Area:
        """The cells of the answer; with an answer behind its label, that cell."""
        return self.answer.label if self.answer.inline else self.answer.area

    def named(self, home: str = "") -> str:
        """The answer's cell as formulas name it."""
        row, col = self.answer.at
        return f"{_sheet(self.sheet, home)}${column_letters(col)}${row}"


def _sheet(sheet: str, home: str) -> str:
    """The qualifier of a reference to a sheet, none on the sheet itself."""
    return "" if sheet == home else qualified(sheet)


@dataclass(frozen=True, slots=True)
class Paper:
    """A blank with its forms on it: tables, questions, and the right edge of every form by sheet."""

    layouts: tuple[Layout, ...]
    grilles: tuple[Grille, ...]
    boxes: tuple[Box, ...]

    def grille(self, region: str) -> Grille | None:
        """The table of a region."""
        return next((grille for grille in self.grilles if grille.region.id == region), None)

    def boxes_of(self, region: str) -> tuple[Box, ...]:
        """The questions of a card or text block."""
        return tuple(box for box in self.boxes if box.region.id == region)

    def right(self, layout: Layout) -> int:
        """The last column of the form."""
        cols = [column.at for _, header in layout.tables for column in header.found]
        return max([*cols, layout.card.right if layout.card is not None else 0])


def paper(layouts: Sequence[Layout], blank: Book, drawn: Mapping[str, int]) -> Paper:
    """The forms on a blank. `drawn` is the last row of each sheet that has anything, be it only borders."""
    grids = {grid.sheet: grid for grid in blank.grids}
    asked = tuple(layout for layout in layouts if layout.regions)
    return Paper(
        asked,
        tuple(grille for layout in asked for grille in _grilles(layout, grids[layout.sheet], drawn)),
        tuple(
            Box(layout.form, layout.sheet, answer)
            for layout in asked
            if layout.card is not None
            for answer in layout.card.answers
        ),
    )


def _grilles(layout: Layout, grid: Grid, drawn: Mapping[str, int]) -> Iterator[Grille]:
    for region, header in layout.tables:
        first = header.bottom + 1
        below = min((row for row in grid.rows if row > header.bottom), default=0)
        last = below - 1 if below else max(drawn.get(layout.sheet, 0), header.bottom + SPARE_ROWS)
        yield Grille(layout.form, layout.sheet, region, header, first, max(first, last))


def runs(cols: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Columns put together where they touch: (1, 2, 3, 5) → (1, 3), (5, 5)."""
    start = end = 0
    for col in sorted(cols):
        if col == end + 1 and start:
            end = col
            continue
        if start:
            yield start, end
        start = end = col
    if start:
        yield start, end
