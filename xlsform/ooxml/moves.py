"""Where rows, areas and references go when rows of a sheet are replaced by more, or fewer, rows.

Sheet names are compared as Excel does, without regard to case. Columns never move.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from xlsform.core.cells import LAST_COLUMN, LAST_ROW, Area, column_letters, column_number, qualified, unqualified

# The areas of one sqref beyond which the hull is written instead: Excel selects at most so many separate areas.
MOST_AREAS = 8_192

Runs = Mapping[int, "array[int]"]
"""For a base row that served as prototype: first, last, first, last… of the runs of new rows written like it, ascending."""


def pairs(run: array[int]) -> Iterator[tuple[int, int]]:
    """The (first, last) of each run of one prototype."""
    return zip(run[::2], run[1::2], strict=True)


class Block(NamedTuple):
    """Rows first..last of the base, in whose place `rows` rows stand (1 or more). kept: the one row stays, the others are new below it."""

    first: int
    last: int
    rows: int
    kept: bool = False

    @property
    def growth(self) -> int:
        return self.rows - (self.last - self.first + 1)


@dataclass(frozen=True, slots=True)
class RowMoves:
    """What replacing the rows of `blocks` (ascending, apart) does to the other rows of one sheet. Raises ValueError when they overlap.

    stretch: what ends with a row that is kept reaches over the new rows below it, too.
    """

    blocks: tuple[Block, ...]
    stretch: bool = True

    def __post_init__(self) -> None:
        above = 0
        for block in self.blocks:
            if not above < block.first <= block.last <= LAST_ROW or block.rows < 1:
                raise ValueError(f"rows {block.first}..{block.last} cannot be replaced by {block.rows} rows")
            above = block.last

    @property
    def still(self) -> RowMoves:
        """The same moves for what belongs to cells: it stays with the row that is kept."""
        return RowMoves(self.blocks, stretch=False)

    def place(self, row: int) -> tuple[Block | None, int]:
        """(the block that `row` lies in or None, by how much the rows above it have grown)."""
        growth = 0
        for block in self.blocks:
            if row < block.first:
                break
            if row <= block.last:
                return block, growth
            growth += block.growth
        return None, growth

    def row(self, row: int) -> int | None:
        """The new number of one row; within a block its distance from the block's top is kept. None when no row is left for it."""
        block, growth = self.place(row)
        if block is not None and row - block.first >= block.rows:
            return None
        new = row + growth
        return new if new <= LAST_ROW else None

    def span(self, top: int, bottom: int) -> tuple[int, int]:
        """Rows top..bottom, both ends included: spans over a block, or ending with it, grow with it (see `stretch` for rows kept).

        The end of a sheet stays the end of the sheet. Raises ValueError when the rows are pushed out of the sheet.
        """
        block, growth = self.place(top)
        new_top = top + growth
        if block is not None:
            new_top = min(new_top, block.first + growth + block.rows - 1)
        block, growth = self.place(bottom)
        new_bottom = bottom + growth
        if block is not None:
            end = block.first + growth + (block.rows - 1 if self.stretch or not block.kept else 0)
            new_bottom = end if bottom == block.last else min(new_bottom, end)
        if bottom == LAST_ROW:
            new_bottom = LAST_ROW
        if not new_top <= new_bottom <= LAST_ROW:
            raise ValueError(f"rows {top}..{bottom} would leave the sheet")
        return new_top, new_bottom

    def area(self, area: Area) -> Area:
        """The rectangle over `span`."""
        top, bottom = self.span(area.top, area.bottom)
        return Area(top, area.left, bottom, area.right)

    def areas(self, area: Area, runs: Runs) -> list[Area]:
        """Where what holds for every row of `area` holds now: rows of a block that are only partly in it go where their copies went.

        New rows below a kept row are like the row they were copied from, be it that row or another.
        The result, ascending, is empty when no row is left. Beyond `MOST_AREAS` pieces it is the one area around them.
        """
        still, row = self.still, area.top
        pieces = [
            run for like, found in runs.items() if area.top <= like <= area.bottom for run in pairs(found)
        ]  # of the rows that were copied
        for block in self.blocks:
            if block.last < row or block.first > area.bottom:
                continue
            if block.kept:
                pieces.append(still.span(row, block.first))
                row = block.first + 1
                continue
            if row < block.first:
                pieces.append(still.span(row, block.first - 1))
            if row <= block.first and block.last <= area.bottom:
                pieces.append(self.span(block.first, block.last))
            row = block.last + 1
        if row <= area.bottom:
            pieces.append(still.span(row, area.bottom))
        joined = _joined(sorted(pieces))
        if len(joined) > MOST_AREAS:
            joined = [(joined[0][0], joined[-1][1])]
        return [Area(top, area.left, bottom, area.right) for top, bottom in joined]


def _joined(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for top, bottom in pieces:
        if joined and top <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(bottom, joined[-1][1]))
        else:
            joined.append((top, bottom))
    return joined


Moves = Mapping[str, RowMoves]
"""By sheet name, folded with `fold`."""

NO_MOVES = RowMoves(())


def fold(sheet: str) -> str:
    """A sheet name as names are compared: upper and lower case are one."""
    return sheet.casefold()


class Immovable(ValueError):  # noqa: N818 - a property of the base, which its user can change
    """A formula of the base refers to rows in a way that cannot be kept true when they move."""

    def __init__(self, formula: str) -> None:
        super().__init__(f"a reference over several sheets cannot be moved: {formula}")
        self.formula = formula


# --- references as text ------------------------------------------------------------------------------------------------

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})\Z")
_COLUMN = re.compile(r"(\$?)([A-Za-z]{1,3})\Z")
_ROW = re.compile(r"(\$?)([0-9]{1,7})\Z")


def parse_cell(text: str) -> tuple[int, int]:
    """D4 or $D$4 → (4, 4). Raises ValueError otherwise."""
    found = _CELL.match(text)
    if found is None:
        raise ValueError(f"{text!r} is not a cell")
    return int(found[4]), column_number(found[2].upper())


def parse_area(text: str) -> Area:
    """A1, A1:C3, A:C or 1:3 → the rectangle. Raises ValueError otherwise."""
    first, _, last = text.partition(":")
    last = last or first
    if _CELL.match(first) and _CELL.match(last):
        (top, left), (bottom, right) = parse_cell(first), parse_cell(last)
    elif (one := _COLUMN.match(first)) and (two := _COLUMN.match(last)):
        top, left, bottom, right = 1, column_number(one[2].upper()), LAST_ROW, column_number(two[2].upper())
    elif (one := _ROW.match(first)) and (two := _ROW.match(last)):
        top, left, bottom, right = int(one[2]), 1, int(two[2]), LAST_COLUMN
    else:
        raise ValueError(f"{text!r} is not an area")
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def show_area(area: Area) -> str:
    """A1 for a single cell, else A1:C3; whole columns keep the sheet's last row."""
    if (area.top, area.left) == (area.bottom, area.right):
        return f"{column_letters(area.left)}{area.top}"
    return f"{column_letters(area.left)}{area.top}:{column_letters(area.right)}{area.bottom}"


def show_fixed(area: Area) -> str:
    """$A$1:$C$3, as names say it; of a single cell $A$1:$A$1."""
    return f"${column_letters(area.left)}${area.top}:${column_letters(area.right)}${area.bottom}"


# --- formulas ----------------------------------------------------------------------------------------------------------

_NAME = r"[^\W\d][\w.?\\]*"
_SHEETS = r"[\w.?]+(?::[\w.?]+)?"
_QUALIFIER = rf"(?:'(?:[^']|'')*'|\[[0-9]+\](?:{_SHEETS})?|{_SHEETS})!"
_AT = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_TOKEN = re.compile(
    rf"""
      "(?:[^"]|"")*"
    | \#[A-Z/0]+[!?]?
    | (?P<sheet>{_QUALIFIER})?
      (?P<reference>
          {_AT}(?::{_AT})?(?![\w.?(\[!])
        | \$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}(?![\w.?(\[!])
        | \$?[0-9]{{1,7}}:\$?[0-9]{{1,7}}(?![\w.?(\[!])
      )
    | (?P<only>{_QUALIFIER})
    | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]
    | {_NAME}
    | (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?
    """,
    re.VERBOSE,
)


class Reference(NamedTuple):
    """One A1 reference inside a formula: `qualifier` as written with its "!" ("" for none), and `text` (D4, $A:$C, A1:B2…)."""

    qualifier: str
    text: str

    @property
    def sheet(self) -> str | None:
        """The sheet named, None without a qualifier; for several sheets (3-D) and other workbooks the qualifier's text."""
        return unqualified(self.qualifier) if self.qualifier else None

    def __str__(self) -> str:
        return self.qualifier + self.text


def rewrite(formula: str, change: Callable[[Reference], str]) -> str:
    """The formula with every A1 reference replaced by what `change` makes of it.

    Text in quotation marks, table references, names, functions and numbers stay. A qualifier in front of anything else
    (a name, #REF!) is offered with an empty text. Raises ValueError when a qualifier cannot be read.
    """

    def token(found: re.Match[str]) -> str:
        if found["only"] is not None:
            return change(Reference(found["only"], ""))
        if found["reference"] is None:
            return found.group()
        if found["sheet"] is None and found.start() and formula[found.start() - 1] == "!":
            raise ValueError(f"the sheet of a reference cannot be read: {formula}")
        return change(Reference(found["sheet"] or "", found["reference"]))

    return _TOKEN.sub(token, formula)


def _moved_cell(text: str, moves: RowMoves, formula: str) -> str:
    found = _CELL.match(text)
    if found is None:
        return text
    row = moves.row(int(found[4]))
    if row is None:
        raise ValueError(f"a formula refers to a row that is no more: {formula}")
    return f"{found[1]}{found[2]}{found[3]}{row}"


def _moved_range(first: str, last: str, moves: RowMoves) -> str:
    one, two = _CELL.match(first) or _ROW.match(first), _CELL.match(last) or _ROW.match(last)
    if one is None or two is None:  # whole columns
        return f"{first}:{last}"
    digits = one.lastindex or 1
    top, bottom = int(one[digits]), int(two[digits])
    if top == bottom and (digits == 2 or one[2].upper() != two[2].upper()):
        moves = moves.still  # along one row, not down a list that happens to have one
    if top <= bottom:
        top, bottom = moves.span(top, bottom)
    else:
        bottom, top = moves.span(bottom, top)
    return f"{first[: one.start(digits)]}{top}:{last[: two.start(digits)]}{bottom}"


def _moved_reference(text: str, moves: RowMoves, formula: str) -> str:
    first, _, last = text.partition(":")
    return _moved_range(first, last, moves) if last else _moved_cell(text, moves, formula)


def move_formula(formula: str, own: str, moves: Moves, anchor: tuple[int, int] | None = None) -> str:
    """The formula (without "=") that says after the moves what it said before; `own` is the sheet it stands on ("" for none).

    anchor: (old, new) row of the top cell of a rule (validation, conditional format) that the formula is written for: its relative
    references stay with it, wherever it went; when its row was replaced, only those to that row. Raises ValueError for a single cell
    whose row is no more, and Immovable for a 3-D reference over a sheet whose rows move.
    """
    went = _went(own, moves, anchor) if anchor is not None else None

    def change(reference: Reference) -> str:
        sheet = reference.sheet
        name = fold(own if sheet is None else sheet)
        if sheet is not None and ":" in name and "[" not in name:
            _refuse_3d(name, moves, formula)
        sheet_moves = moves.get(name)
        if sheet_moves is None or not reference.text:
            return str(reference)
        if (
            went is None
            and anchor is not None
            and name == fold(own)
            and (kept := _anchored(reference.text, anchor)) is not None
        ):
            return reference.qualifier + kept
        return reference.qualifier + _moved_reference(reference.text, sheet_moves, formula)

    moved = rewrite(formula, change) if moves else formula
    return translate(moved, anchor[1] - went, 0) if anchor is not None and went is not None else moved


def _went(own: str, moves: Moves, anchor: tuple[int, int]) -> int | None:
    """Where the anchor's row itself went; None when it was replaced."""
    rows = moves.get(fold(own), NO_MOVES)
    block = rows.place(anchor[0])[0]
    return rows.row(anchor[0]) if block is None or block.kept else None


def _refuse_3d(name: str, moves: Moves, formula: str) -> None:
    if any(part in moves for part in name.split(":")):
        raise Immovable(formula)


def _anchored(text: str, anchor: tuple[int, int]) -> str | None:
    """The reference with its relative rows, all of them the anchor's row, taken along; None when it is not of that kind."""
    old, new = anchor
    out = []
    for part in text.split(":"):
        found = _CELL.match(part)
        if found is None or found[3] or int(found[4]) != old:
            return None
        out.append(f"{found[1]}{found[2]}{new}")
    return ":".join(out)


def translate(formula: str, rows: int, cols: int) -> str:
    """What a shared formula says `rows` below and `cols` to the right of its master: relative references go along."""
    if not (rows or cols):
        return formula

    def change(reference: Reference) -> str:
        parts = [_translated(part, rows, cols) for part in reference.text.split(":")]
        return reference.qualifier + ":".join(parts)

    return rewrite(formula, change)


def _translated(text: str, rows: int, cols: int) -> str:
    cell = _CELL.match(text)
    if cell is not None:
        return cell[1] + _column(cell[1], cell[2], cols) + cell[3] + _row(cell[3], cell[4], rows)
    if (column := _COLUMN.match(text)) is not None:
        return column[1] + _column(column[1], column[2], cols)
    if (row := _ROW.match(text)) is not None:
        return row[1] + _row(row[1], row[2], rows)
    return text


def _column(fixed: str, letters: str, by: int) -> str:
    # References wrap around the sheet's edge, as Excel itself reads them.
    return letters if fixed or not by else column_letters((column_number(letters.upper()) - 1 + by) % LAST_COLUMN + 1)


def _row(fixed: str, digits: str, by: int) -> str:
    return digits if fixed or not by else str((int(digits) - 1 + by) % LAST_ROW + 1)


def rename_sheet(formula: str, old: str, new: str) -> str:
    """The formula with references to sheet `old` leading to sheet `new`; with new "" they lose their qualifier."""
    folded = fold(old)

    def change(reference: Reference) -> str:
        sheet = reference.sheet
        if sheet is None or fold(sheet) != folded:
            return str(reference)
        return (qualified(new) if new else "") + reference.text

    return rewrite(formula, change)


def spans(formula: str) -> frozenset[tuple[str, str]]:
    """The first and last sheet, folded, of every reference over several sheets."""
    found: set[tuple[str, str]] = set()

    def change(reference: Reference) -> str:
        if reference.sheet is not None and ":" in reference.sheet and "[" not in reference.sheet:
            first, _, last = fold(reference.sheet).partition(":")
            found.add((first, last))
        return str(reference)

    rewrite(formula, change)
    return frozenset(found)


def sheets_named(formula: str) -> frozenset[str]:
    """The folded names of the sheets that the formula refers to by name; of a 3-D reference its first and last."""
    names: set[str] = set()

    def change(reference: Reference) -> str:
        if reference.sheet is not None and "[" not in reference.sheet:
            names.update(fold(part) for part in reference.sheet.split(":"))
        return str(reference)

    rewrite(formula, change)
    return frozenset(names)
