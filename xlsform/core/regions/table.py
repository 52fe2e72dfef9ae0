"""Tables and matrices: the header found by its labels, then one record (or one a band) from every row below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple

from xlsform.core.cells import Area, Grid, column_letters
from xlsform.core.labels import label_key, likeness, nearest
from xlsform.core.spec import Field, Matrix, Table

MATCH_BY_PLACE = 75
"""Likeness that a label needs to be taken for its only possible column between two known neighbours: one sign of four may be wrong."""
MOST_OF_A_HEADER = 0.75
"""The topmost rows that show so much of the labels found anywhere are the header; what repeats it below is none."""


class Column(NamedTuple):
    """A column that is looked for: its field, band ("" when the record has none or all bands share it), folded header path,
    folded spellings of its own label; `at` is where it stands (0: nowhere).
    """

    field: Field
    band: str
    path: tuple[str, ...]
    names: frozenset[str]
    at: int = 0


class Renamed(NamedTuple):
    """A column taken by likeness: its label as printed, and where."""

    column: Column
    text: str
    row: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header as it was found: its rows, the columns in the order of the mapping (at = 0 when missing), every label cell with its key.

    renamed: columns found by likeness; twice: columns whose label stands more than once.
    extra: sheet columns between the found ones, or with a label, that belong to no field. moved: those that stand in another order than on the blank.
    """

    top: int
    bottom: int
    columns: tuple[Column, ...]
    labels: Mapping[tuple[int, int], str]
    renamed: tuple[Renamed, ...] = ()
    twice: tuple[Column, ...] = ()
    extra: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()

    @property
    def missing(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if not column.at and column not in self.twice)

    @property
    def found(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.at)


class _Leaf(NamedTuple):
    """A label with nothing below it in the header: where, its path and key."""

    row: int
    col: int
    text: str
    key: str
    parents: frozenset[str]


def bands(region: Table | Matrix) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    """(band value, its fields with the shared ones first); a table is a single band ""."""
    if isinstance(region, Table):
        return (("", region.fields),)
    return tuple((band.value, region.shared + band.fields) for band in region.bands)


def wanted_columns(region: Table | Matrix) -> tuple[Column, ...]:
    """The columns to look for, in the order of the mapping; shared fields once."""
    if isinstance(region, Table):
        pairs = [("", field) for field in region.fields]
    else:
        pairs = [("", field) for field in region.shared]
        pairs += [(band.value, field) for band in region.bands for field in band.fields]
    return tuple(
        Column(
            field,
            band,
            tuple(label_key(part) for part in field.label),
            frozenset(label_key(name) for name in (field.label[-1], *field.aliases)),
        )
        for band, field in pairs
    )


def depth(columns: Sequence[Column]) -> int:
    """Header rows that the label paths need."""
    return max(len(column.path) for column in columns)


def find_header(grid: Grid, wanted: Sequence[Column], start: int = 1, blank: Header | None = None) -> Header | None:
    """The header on this sheet at or below row `start`; None when fewer than half of its labels are there.

    Position, order, merges and folded text are evidence together: a label that stands twice is reported in `twice` and not chosen.
    `blank` is the header on the official blank; with it, mistyped labels may be taken by their place between known neighbours.
    """
    if blank is not None and is_unchanged(grid, blank):
        return blank
    window = _window(grid, wanted, start)
    if window is None:
        return None
    top, bottom = window
    leaves, labels = _leaves(grid, top, bottom)
    found, twice = _match(wanted, leaves)
    renamed: list[Renamed] = []
    _match_mistyped(wanted, leaves, found, frozenset(twice), renamed, blank)
    columns = tuple(column._replace(at=found.get(index, 0)) for index, column in enumerate(wanted))
    if 2 * len(found) < len(wanted):
        return None
    taken = set(found.values())
    span = range(min(taken), max(taken) + 1)
    named = {leaf.col for leaf in leaves}
    wide = {(leaf.row, leaf.col) for leaf in leaves if leaf.col in taken}
    extra = tuple(col for col in sorted({*named, *span} - taken) if not _under_wide_label(grid, wide, col))
    known = set(blank.labels.values() if blank is not None else labels.values())
    stray = {(leaf.row, leaf.col) for leaf in leaves if leaf.col in extra}
    labels = {at: key for at, key in labels.items() if at not in stray and (key in known or at in wide)}
    header = Header(top, bottom, columns, labels, tuple(renamed), tuple(columns[i] for i in twice), extra)
    return header if blank is None else replace(header, moved=_moved(columns, blank))


def _moved(columns: Sequence[Column], blank: Header) -> tuple[int, ...]:
    """The sheet columns in which the blank's order has another field."""
    here = sorted((i for i, column in enumerate(columns) if column.at), key=lambda i: columns[i].at)
    there = [i for i in _blank_order(blank) if columns[i].at]
    return tuple(columns[i].at for i, j in zip(here, there, strict=True) if i != j)


def _blank_order(blank: Header) -> list[int]:
    """Indices of the blank's columns from left to right."""
    return sorted((i for i, c in enumerate(blank.columns) if c.at), key=lambda i: blank.columns[i].at)


def is_unchanged(grid: Grid, blank: Header) -> bool:
    """Whether every label stands just where the blank has it, and nothing else stands in these header rows."""
    there = {
        (row, col): label_key(cell.text)
        for row in range(blank.top, blank.bottom + 1)
        for col, cell in grid.rows.get(row, {}).items()
    }
    return there == blank.labels


def _window(grid: Grid, wanted: Sequence[Column], start: int) -> tuple[int, int] | None:
    """The rows (top, bottom) of the header: the topmost as deep as the paths that show nearly as many of the labels as any do.

    Blank rows do not count, so that one inserted into the header does not break it.
    """
    names = Counter(name for column in wanted for name in column.names)
    rows = sorted(row for row, cells in grid.rows.items() if cells and row >= start)
    hits = [Counter(key for cell in grid.rows[row].values() if (key := label_key(cell.text)) in names) for row in rows]
    deep = depth(wanted)
    lines = [i for i, shown in enumerate(hits) if shown]
    tops = sorted({max(0, line - lift) for line in lines for lift in range(deep)})
    scores = {top: (sum(hits[top : top + deep], Counter[str]()) & names).total() for top in tops}
    best = max(scores.values(), default=0)
    if 2 * best < len(wanted):
        return None
    top = next(top for top, score in scores.items() if score >= MOST_OF_A_HEADER * best)
    inside = [line for line in lines if top <= line < top + deep]
    first, last = min(inside), max(inside)
    bottom = rows[last]
    for area in grid.merges:
        if (
            rows[first] <= area.top <= bottom < area.bottom < rows[first] + deep
            and label_key(grid.text(area.top, area.left)) in names
        ):
            bottom = area.bottom
    return _with_parents(grid, wanted, rows[max(0, last - deep + 1) : first + 1]), bottom


def _with_parents(grid: Grid, wanted: Sequence[Column], rows: Sequence[int]) -> int:
    """The header's first row: the first of these that holds a parent label, else the last, which holds the columns' own labels."""
    parents = frozenset(key for column in wanted for key in column.path[:-1])
    for row in rows[:-1]:
        if any(label_key(cell.text) in parents for cell in grid.rows[row].values()):
            return row
    return rows[-1]


def _leaves(grid: Grid, top: int, bottom: int) -> tuple[list[_Leaf], dict[tuple[int, int], str]]:
    """The lowest label of every column with the folded labels above it, merges and undone merges taken into account.

    What lies under a merge is no label: nobody sees it.
    """
    merges = [area for area in grid.merges if area.top <= bottom and area.bottom >= top]
    corners = {(area.top, area.left): area for area in merges}
    spans: dict[int, list[tuple[Area, str]]] = {row: [] for row in range(top, bottom + 1)}
    lowest: dict[int, tuple[int, str]] = {}
    labels: dict[tuple[int, int], str] = {}
    for row in range(top, bottom + 1):
        for col, cell in sorted(grid.rows.get(row, {}).items()):
            area = corners.get((row, col), Area(row, col, row, col))
            if (row, col) not in corners and any(other.holds(row, col) for other in merges):
                continue
            for inside in range(row, min(area.bottom, bottom) + 1):
                spans[inside].append((area, label_key(cell.text)))
            lowest[col] = (row, cell.text)
            labels[row, col] = label_key(cell.text)
    leaves = []
    for col, (row, text) in sorted(lowest.items()):
        parents = {key for above in range(top, row) if (key := _parent(spans[above], col, lowest)) is not None}
        leaves.append(_Leaf(row, col, text, label_key(text), frozenset(parents)))
    return leaves, labels


def _parent(spans: Sequence[tuple[Area, str]], col: int, lowest: dict[int, tuple[int, str]]) -> str | None:
    """The label over `col` in one header row: the one that covers it, else (a merge undone) the nearest to the left that has labels below."""
    nearest_left = None
    for area, key in spans:
        if area.left <= col <= area.right:
            return key
        if area.left < col and lowest[area.left][0] > area.bottom:
            nearest_left = key
    return nearest_left


def _match(wanted: Sequence[Column], leaves: Sequence[_Leaf]) -> tuple[dict[int, int], list[int]]:
    """Columns by their own label, told apart by the labels above when it is not the only one: {index: sheet column}, and those found twice."""
    found: dict[int, int] = {}
    twice: list[int] = []
    shared = {name: sum(name in column.names for column in wanted) for column in wanted for name in column.names}
    for index, column in enumerate(wanted):
        at = [leaf for leaf in leaves if leaf.key in column.names]
        if len(at) > 1 or any(shared[name] > 1 for name in column.names):
            under = [leaf for leaf in at if frozenset(column.path[:-1]) <= leaf.parents]
            at = under if under or any(shared[name] > 1 for name in column.names) else at
        if len(at) == 1:
            found[index] = at[0].col
        elif at:
            twice.append(index)
    for index, column in enumerate(wanted):
        if index in found or index in twice:
            continue
        _match_by_order(index, column, wanted, leaves, found)
    return found, twice


def _match_by_order(
    index: int, column: Column, wanted: Sequence[Column], leaves: Sequence[_Leaf], found: dict[int, int]
) -> None:
    """A label that recurs and lost the labels above it: the n-th of them, when as many stand there as are wanted."""
    alike = [i for i, other in enumerate(wanted) if other.names & column.names]
    at = [leaf.col for leaf in leaves if leaf.key in column.names]
    if len(alike) > 1 and len(at) == len(alike):
        col = at[alike.index(index)]
        if all(found.get(i, at[n]) == at[n] for n, i in enumerate(alike)):
            found[index] = col


def _match_mistyped(
    wanted: Sequence[Column],
    leaves: Sequence[_Leaf],
    found: dict[int, int],
    twice: frozenset[int],
    renamed: list[Renamed],
    blank: Header | None,
) -> None:
    """Takes a long label by likeness, a short one by its place between known neighbours; never against a rival, nor a label of a group."""
    groups = frozenset(key for column in wanted for key in column.path[:-1])
    for leaf in leaves:
        if leaf.col in found.values() or leaf.key in groups:
            continue
        closed = {*found, *twice}
        meanings = {
            name: f"taken {i}" if i in closed else str(i) for i, column in enumerate(wanted) for name in column.names
        }
        meant = nearest(leaf.key, meanings)
        index = int(meant) if meant is not None and meant.isdigit() else _by_place(leaf, wanted, leaves, found, blank)
        if index is not None and index not in twice:
            found[index] = leaf.col
            renamed.append(Renamed(wanted[index]._replace(at=leaf.col), leaf.text, leaf.row))


def _by_place(
    leaf: _Leaf, wanted: Sequence[Column], leaves: Sequence[_Leaf], found: dict[int, int], blank: Header | None
) -> int | None:
    """The one column that is missing between the neighbours of this label, when its label is like enough."""
    if blank is None:
        return None
    order = _blank_order(blank)
    cols = sorted(other.col for other in leaves)
    here = cols.index(leaf.col)
    by_col = {col: index for index, col in found.items()}
    left = by_col.get(cols[here - 1]) if here else None
    right = by_col.get(cols[here + 1]) if here + 1 < len(cols) else None
    if (here and left is None) or (here + 1 < len(cols) and right is None) or (left is None and right is None):
        return None
    place = order.index(left) + 1 if left is not None else 0
    after = order.index(right) if right is not None else len(order)
    if after - place != 1 or order[place] in found:
        return None
    index = order[place]
    return index if max(likeness(leaf.key, name) for name in wanted[index].names) >= MATCH_BY_PLACE else None


def _under_wide_label(grid: Grid, own: AbstractSet[tuple[int, int]], col: int) -> bool:
    """Whether the column is only the right part of a found column's own label, merged."""
    return any(area.left < col <= area.right and (area.top, area.left) in own for area in grid.merges)


def differences(header: Header, blank: Header) -> tuple[str, ...]:
    """In a clerk's words, how the header differs from the blank's, labels apart; empty when it does not matter."""
    said = []
    if header.top != blank.top:
        said.append(f"表头在第 {header.top} 行")
    if header.extra:
        said.append("多出第 " + "、".join(column_letters(col) for col in header.extra) + " 列")
    if header.moved:
        said.append("栏目次序不同：第 " + "、".join(column_letters(col) for col in header.moved) + " 列")
    return tuple(said)
