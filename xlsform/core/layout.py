"""A form put on its official blank once, and every returned sheet aligned to that: geometry only, no values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlsform.core.aids import prefilled, strip_texts
from xlsform.core.cells import Book, Grid, Row
from xlsform.core.errors import Fault, SpecError
from xlsform.core.labels import LONGEST_LABEL, label_key, label_unit, title_year, unit_line, without_space
from xlsform.core.regions import card, table
from xlsform.core.spec import Form, FormSet, Matrix, Region, Table

_YEAR = re.compile(r"\d{4}(?=年)")
HEAD_ROWS = 5
"""On a sheet without a table the title and the unit line stand in the first rows."""


class Line(NamedTuple):
    """A cell that says something of the whole form: its title or its unit line."""

    row: int
    col: int
    text: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a form stands on a sheet.

    tables: each table or matrix with its header; card: the labels and answers of cards and prose blocks (None when the form has
    none); texts: every text of the blank without white space, which on a return is a label wherever it stands; keys: the folded
    labels by which the form is known; rows: the blank's cells, of a form that asks nothing.
    """

    form: Form
    sheet: str
    summary: bool
    title: Line | None
    unit: Line | None
    tables: tuple[tuple[Table | Matrix, table.Header], ...]
    card: card.Places | None
    texts: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    missing: tuple[tuple[str, str], ...] = ()
    rows: Mapping[int, Row] = field(default_factory=dict)

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions as this sheet shows them: the summary may show a card as a table."""
        return self.form.summary.regions if self.summary and self.form.summary is not None else self.form.regions


@dataclass(frozen=True, slots=True)
class Layouts:
    """All layouts of a form set: those of a department's return and those of the district summary.

    own_titles: the titles (without white space) of the sheets that the summary has besides the forms;
    strip_texts: what may stand in the check strip beside an issued form.
    """

    returns: tuple[Layout, ...]
    summary: tuple[Layout, ...]
    own_titles: frozenset[str] = frozenset()
    strip_texts: frozenset[str] = frozenset()


def place(form: Form, grid: Grid, *, summary: bool = False) -> Layout:
    """Puts a form on its blank. What cannot be found, or stands twice, is in `missing` as (field key, label); nothing is raised."""
    regions = form.summary.regions if summary and form.summary is not None else form.regions
    missing: list[tuple[str, str]] = []
    tables = []
    start = 1
    for region in regions:
        if not isinstance(region, Table | Matrix):
            continue
        wanted = table.wanted_columns(region)
        header = table.find_header(grid, wanted, start)
        if header is None:
            missing += [(column.field.key, column.field.name) for column in wanted]
            continue
        missing += [(column.field.key, column.field.name) for column in (*header.missing, *header.twice)]
        missing += [(column.field.key, column.field.name) for column, _, _ in header.renamed]
        tables.append((region, header))
        start = header.bottom + 1
    head = _head(header.top for _, header in tables)
    title = _find_title(form, grid, head)
    unit = _find_unit(grid, head, title)
    asked = card.questions(regions)
    skip = frozenset((line.row, line.col) for line in (title, unit) if line is not None)
    places = card.place_card(grid, asked, skip) if asked else None
    if places is not None:
        missing += [(question.field.key, question.field.name) for question in places.missing]
    return Layout(
        form,
        grid.sheet,
        summary,
        title,
        unit,
        tuple(tables),
        places,
        frozenset(without_space(cell.text) for _, _, cell in grid),
        _keys(tables, places, grid),
        tuple(missing),
        {} if regions else grid.rows,
    )


def _keys(tables: Sequence[tuple[Region, table.Header]], places: card.Places | None, grid: Grid) -> frozenset[str]:
    """The folded labels that make the form known: of its columns and questions, or of all its texts when it asks nothing."""
    keys = {key for _, header in tables for key in header.labels.values()}
    if places is not None:
        keys |= set(places.labels.values())
    return frozenset(keys or keys_of(grid)) - {""}


def place_all(formset: FormSet, blank: Book, summary_blank: Book) -> Layouts:
    """Every form on the two official blanks. Raises SpecError naming every sheet and label that is not there."""
    faults: list[Fault] = []

    def put(form: Form, book: Book, sheet: str, *, summary: bool) -> Layout | None:
        grid = next((grid for grid in book.grids if grid.sheet == sheet), None)
        if grid is None:
            faults.append(Fault(form.mark, "sheet", f"空白表 {book.file} 中没有工作表“{sheet}”"))
            return None
        layout = place(form, grid, summary=summary)
        faults.extend(
            Fault(form.mark, key, f"空白表 {book.file} 的“{sheet}”中找不到（或重复出现）栏目“{label}”")
            for key, label in layout.missing
        )
        return layout

    returns = [put(form, blank, form.sheet, summary=False) for form in formset.forms]
    summaries = [
        put(form, summary_blank, form.summary.sheet, summary=True) for form in formset.forms if form.summary is not None
    ]
    if faults:
        raise SpecError(tuple(faults))
    taken = {form.summary.sheet for form in formset.forms if form.summary is not None} | {
        form.card_sheet for form in formset.forms
    }
    return Layouts(
        tuple(layout for layout in returns if layout is not None),
        tuple(layout for layout in summaries if layout is not None),
        frozenset(without_space(grid.text(1, 1)) for grid in summary_blank.grids if grid.sheet not in taken),
        strip_texts(formset),
    )


def _find_title(form: Form, grid: Grid, head: int) -> Line | None:
    """The form's title above row `head`."""
    for row in range(1, head):
        for col, cell in sorted(grid.rows.get(row, {}).items()):
            title = _as_title(form, row, col, cell.text)
            if title is not None:
                return title
    return None


def _find_unit(grid: Grid, head: int, title: Line | None, labels: Collection[tuple[int, int]] = ()) -> Line | None:
    """The unit line above row `head`, which may stand in the brackets of the title but is no label of the form."""
    for row in range(1, head):
        for col, cell in sorted(grid.rows.get(row, {}).items()):
            titled = title is not None and (row, col) == (title.row, title.col)
            unit = label_unit(cell.text) if titled else unit_line(cell.text)
            if unit and (row, col) not in labels:
                return Line(row, col, unit)
    return None


def _head(headers: Iterable[int]) -> int:
    """The row above which title and unit line stand: the topmost header; on a sheet without a table the first few rows."""
    return min(headers, default=HEAD_ROWS + 1)


def _as_title(form: Form, row: int, col: int, text: str) -> Line | None:
    for title in (form.title, *form.title_aliases):
        matched, year = title_year(title, text)
        if matched:
            return Line(row, col, text, year)
    return None


@dataclass(frozen=True, slots=True)
class Aligned:
    """A returned sheet aligned to a layout. `tables` has a header for each of the layout's that was found; lost names those that were not.

    prefilled: what was filled in when the workbook was issued, by field.
    """

    layout: Layout
    grid: Grid
    title: Line | None
    unit: Line | None
    tables: tuple[tuple[Table | Matrix, table.Header, table.Header], ...]
    card: card.Places | None
    lost: tuple[Region, ...] = ()
    prefilled: Mapping[str, str] = field(default_factory=dict)


def keys_of(grid: Grid) -> frozenset[str]:
    """The folded short texts of a sheet, and its long texts without white space: what identifies its form."""
    keys = set()
    for cells in grid.rows.values():
        for cell in cells.values():
            text = cell.text
            keys.add(label_key(text) if len(text) <= LONGEST_LABEL else without_space(text))
    return frozenset(keys)


def likeness(layout: Layout, keys: frozenset[str]) -> float:
    """0..1: the part of the form's labels that the sheet shows."""
    return len(layout.keys & keys) / max(1, len(layout.keys))


def is_as_issued(layout: Layout, grid: Grid) -> bool:
    """Whether the sheet bears the blank's name and has every label in its place: then no other form can be meant."""
    if layout.sheet != grid.sheet:
        return False
    if not layout.tables and layout.card is None:
        return says_the_same(layout, grid)
    return all(table.is_unchanged(grid, header) for _, header in layout.tables) and (
        layout.card is None or card.is_unchanged(grid, layout.card)
    )


def says_the_same(layout: Layout, grid: Grid) -> bool:
    """Whether a sheet that asks nothing holds the blank's texts, in whatever year it was issued."""
    if grid.rows == layout.rows:
        return True
    if grid.rows.keys() != layout.rows.keys():
        return False
    for row, cells in grid.rows.items():
        blank = layout.rows[row]
        if cells.keys() != blank.keys():
            return False
        for col, cell in cells.items():
            if cell != blank[col] and _YEAR.sub("", cell.text) != _YEAR.sub("", blank[col].text):
                return False
    return True


def align(layout: Layout, grid: Grid, stamp: Mapping[str, str] | None = None) -> Aligned:
    """The sheet's own geometry, found by labels, position, order and merges together. stamp: what the workbook says of itself."""
    tables = []
    lost: list[Region] = []
    start = 1
    for region, blank in layout.tables:
        header = table.find_header(grid, blank.columns, start, blank)
        if header is None:
            lost.append(region)
            continue
        tables.append((region, header, blank))
        start = header.bottom + 1
    head = _head(header.top for _, header, _ in tables)
    title = _find_title(layout.form, grid, head)
    skip = frozenset({(title.row, title.col)} if title is not None else ())
    places = card.find_card(grid, layout.card, skip) if layout.card is not None else None
    unit = _find_unit(grid, head, title, places.labels if places is not None else ())
    filled = prefilled(layout.form, stamp) if stamp else {}
    return Aligned(layout, grid, title, unit, tuple(tables), places, tuple(lost), filled)
