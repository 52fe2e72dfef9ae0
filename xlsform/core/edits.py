"""What is to be changed in a workbook, as data. One writer (`writers.xlsx`) applies a plan to the bytes of a base package."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from xlsform.core.cells import Area


class Formula(NamedTuple):
    """A formula (without "=") and the value stored with it."""

    text: str
    stored: Decimal | str


class Link(NamedTuple):
    """A text that leads to a place in the same workbook, e.g. target "'汇总表'!D7"."""

    text: str
    target: str


CellValue = str | Decimal | int | Formula | Link | None


class Put(NamedTuple):
    """One cell's new value; None empties it. Its style stays. A str is always written as a string, also when it begins with =."""

    sheet: str
    row: int
    col: int
    value: CellValue


class Line(NamedTuple):
    """One row to be written in the styles of the base's row `like`.

    cells: (column, value) in ascending columns; cells of `like` not named are written empty with their style (its constant texts
    are dropped). down: (column, rows) merges that begin here and span `rows` lines. Single-row merges of `like` are repeated.
    The height grows with wrapped text, never below that of `like`.
    """

    like: int
    cells: tuple[tuple[int, CellValue], ...]
    down: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Replaces rows first..last of a base sheet by `lines`, of which there are `count`; what stands below moves.

    With the rows move: merges, print area, print titles, auto filter, validations, conditional formats, defined names.
    `lines` is read once, as the sheet is written, so that memory stays flat. No lines at all leaves one empty row like `first`.
    """

    sheet: str
    first: int
    last: int
    count: int
    lines: Iterable[Line]


@dataclass(frozen=True, slots=True)
class CopySheet:
    """A new sheet `name`, a copy of the base's sheet `source` with `puts` (their `sheet` is ignored) applied, in the place of `source`."""

    source: str
    name: str
    puts: tuple[Put, ...] = ()


@dataclass(frozen=True, slots=True)
class DropSheet:
    """The base's sheet is left out, with its defined names (a sheet that CopySheet copies is dropped by this too)."""

    name: str


class Look(NamedTuple):
    """What changes in a style; None leaves it as it is. Colours are RRGGBB, sizes points; `border` is the colour of a thin frame."""

    font: str | None = None
    size: Decimal | None = None
    bold: bool | None = None
    color: str | None = None
    underline: bool | None = None
    fill: str | None = None
    border: str | None = None
    horizontal: str | None = None
    vertical: str | None = None
    wrap: bool | None = None
    number_format: str | None = None
    locked: bool | None = None


class Grow(NamedTuple):
    """New rows below the base row `row`, which stays as it is (Puts and Restyles may speak of it).

    What covers `row` and is no cell covers the new rows too: print area, auto filter, tables, ranges in formulas, names and charts, also
    those that end with `row`. Ranges along one row, and what belongs to cells (single references, merges that end with `row`, notes,
    links, pictures, repeated head rows), stay. Validations and conditional formats hold for a new row as for the row that it is like.
    What stands below moves, as with `Rows`. Puts may not speak of the new rows: their values stand in `lines`.
    """

    sheet: str
    row: int
    lines: tuple[Line, ...]


class Restyle(NamedTuple):
    """Another look for every cell of an area, also for those that were not there; values stay.

    Of two looks for one cell the later adds to the earlier. New rows look like the row they are like in its new look. All areas of a
    sheet together may hold a million cells; but an area over all 16,384 columns gives its rows the look, before any other.
    """

    sheet: str
    area: Area
    look: Look


class Widths(NamedTuple):
    """Columns first..last of a sheet get this width, in characters; those that were hidden are shown."""

    sheet: str
    first: int
    last: int
    width: Decimal


class PrintArea(NamedTuple):
    """What is printed of a sheet that has no print area yet."""

    sheet: str
    area: Area


LONGEST_TITLE, LONGEST_MESSAGE = 32, 255
"""Characters of a validation's titles and of its prompt and error that Excel shows."""


class Validation(NamedTuple):
    """A data validation: what may be typed into the areas, and what is said before (prompt) and after (error) it.

    kind "any" limits nothing and only prompts. A formula is written without "=", as it reads for the first area's top left cell in the
    finished sheet; `to` is the second formula of between and notBetween. Areas that had a validation lose it there. strict: what does
    not fit is refused, else it is warned of. Empty cells always fit. Texts longer than LONGEST_TITLE and LONGEST_MESSAGE
    raise ValueError.
    """

    sheet: str
    areas: tuple[Area, ...]
    kind: Literal["any", "list", "whole", "decimal", "textLength", "custom"] = "any"
    formula: str = ""
    to: str = ""
    operator: str = "between"
    strict: bool = False
    error_title: str = ""
    error: str = ""
    prompt_title: str = ""
    prompt: str = ""


class Highlight(NamedTuple):
    """A conditional format: cells of the areas take on `look` (fill, border, font colour) while the formula holds.

    The formula is that of the finished sheet and speaks from the first area's top left cell. It stands behind the conditional formats
    that are there already. A look with font, size, alignment or protection, which no conditional format can change, raises ValueError.
    """

    sheet: str
    areas: tuple[Area, ...]
    formula: str
    look: Look


class DropHighlights(NamedTuple):
    """Takes out every conditional format of the base's sheet whose formula is this, and its look when nothing else uses that."""

    sheet: str
    formula: str


class Note(NamedTuple):
    """A note (批注) on a cell. What a note there says already stays, and `text` follows below it. `author` as Excel shows it.

    What is meant for a cell under a merge goes onto the merge. A cell with a thread of comments (Excel 365) gets none, as Excel would not
    show it: `writers.xlsx.threaded_cells` says which those are. Notes move with the rows of the base; one on replaced rows is refused.
    """

    sheet: str
    row: int
    col: int
    text: str
    author: str


class DropNotes(NamedTuple):
    """Cuts from every note of the sheet the line that begins with `mark` and all below it; a note with nothing left is gone.

    Done before any Note of the same plan. After a Note it gives back the very bytes there were before.
    """

    sheet: str
    mark: str


class Protect(NamedTuple):
    """Protects the sheet without a password: locked cells cannot be edited, rows may be inserted and deleted, sizes changed.

    A sheet that is protected already stays as it is.
    """

    sheet: str


class NewRow(NamedTuple):
    """One row of a new sheet: its cells as (column, value, look), ascending. height None: by its wrapped text."""

    cells: tuple[tuple[int, CellValue, Look], ...]
    height: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AddSheet:
    """A new worksheet, before the base's sheet number `at` (counting from 0, None: behind all); it may have the name of one that is dropped.

    widths: of the columns from A on, in characters; repeated: header rows printed on every page (first, last) and frozen on screen;
    drop-downs and the like of the new sheet are edits of their own that name it. `landscape` prints A4 across, one page wide.
    """

    name: str
    rows: tuple[NewRow, ...]
    widths: tuple[Decimal, ...] = ()
    merges: tuple[Area, ...] = ()
    at: int | None = None
    state: Literal["visible", "hidden", "veryHidden"] = "visible"
    repeated: tuple[int, int] | None = None
    landscape: bool = True
    tab_color: str = ""
    hidden_columns: tuple[int, ...] = ()


class Activate(NamedTuple):
    """The workbook opens on this sheet (of the finished workbook), and no other is selected with it."""

    sheet: str


class Define(NamedTuple):
    """A defined name of the workbook; a name that is there already gets the new formula (without "="). None takes it out.

    Names of single sheets (localSheetId) are others and stay.
    """

    name: str
    formula: str | None
    hidden: bool = True


class Property(NamedTuple):
    """A custom document property (a text); one that is there already gets the new value. None takes it out."""

    name: str
    value: str | None


Edit = (
    Put
    | Rows
    | Grow
    | Restyle
    | Widths
    | PrintArea
    | Validation
    | Highlight
    | DropHighlights
    | Note
    | DropNotes
    | Protect
    | CopySheet
    | AddSheet
    | DropSheet
    | Activate
    | Define
    | Property
)
Plan = tuple[Edit, ...]
