"""Cards and prose blocks: a label with its answer beside it, or behind it in the same cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from xlsform.core.cells import Area, Grid
from xlsform.core.labels import label_key, nearest
from xlsform.core.spec import Card, Field, Prose

COLONS = "：:﹕︰"
LAST_COLUMN = 16_384
"""An answer may stand anywhere to the right of its label."""


class Question(NamedTuple):
    """What a card asks: the field of a card, or a prose block (then `field` is the block's own, of kind prose)."""

    region: Card | Prose
    field: Field
    path: tuple[str, ...]
    names: frozenset[str]


class Item(NamedTuple):
    """A label of the card in reading order: where it stands, its spellings, and what it asks (None: it only explains)."""

    row: int
    col: int
    names: frozenset[str]
    question: Question | None


class Answer(NamedTuple):
    """A question found on a sheet: the label's cells, the cells in which its answer may stand, and where it should.

    `inline` means that the answer stands in the label's own cell, behind it.
    """

    question: Question
    label: Area
    area: Area
    at: tuple[int, int]
    inline: bool


@dataclass(frozen=True, slots=True)
class Places:
    """A card as it was found: items in reading order (those found), answers, label cells, and what is missing or was taken by likeness."""

    items: tuple[Item, ...]
    answers: tuple[Answer, ...]
    labels: Mapping[tuple[int, int], str]
    missing: tuple[Question, ...] = ()
    renamed: tuple[tuple[Question, str], ...] = ()


def questions(regions: Iterable[object]) -> tuple[Question, ...]:
    """The questions of all card and prose regions, in the order of the mapping."""
    asked: list[Question] = []
    for region in regions:
        if isinstance(region, Card):
            asked += [_question(region, field) for field in region.fields]
        elif isinstance(region, Prose):
            asked.append(_question(region, Field(region.id, region.label, "prose", region.aliases, mark=region.mark)))
    return tuple(asked)


def _question(region: Card | Prose, field: Field) -> Question:
    path = tuple(label_key(part) for part in field.label)
    return Question(region, field, path, frozenset(label_key(name) for name in (field.label[-1], *field.aliases)))


def place_card(grid: Grid, asked: Sequence[Question], skip: frozenset[tuple[int, int]]) -> Places:
    """The card on its official blank. `skip` are cells that are title or unit line. A label found twice, or not, is in `missing`."""
    taken: dict[tuple[int, int], Question] = {}
    missing = []
    for question in asked:
        spots = [
            (row, col)
            for row, col, cell in grid
            if label_key(cell.text) in question.names
            and (row, col) not in skip
            and _has_parents(grid, row, col, question.path[:-1])
        ]
        if len(spots) == 1:
            taken[spots[0]] = question
        else:
            missing.append(question)
    items = tuple(
        Item(
            row,
            col,
            taken[row, col].names if (row, col) in taken else frozenset({label_key(cell.text)}),
            taken.get((row, col)),
        )
        for row, col, cell in grid
        if (row, col) not in skip
    )
    return _places(grid, items, tuple(missing), ())


def _has_parents(grid: Grid, row: int, col: int, parents: Sequence[str]) -> bool:
    """Whether the labels of the path stand to the left in rows that span this one, or above it."""
    return all(
        any(
            label_key(cell.text) == parent and (_spans(grid, r, c, row) or (r < row and c <= col))
            for r, c, cell in grid
        )
        for parent in parents
    )


def _spans(grid: Grid, row: int, col: int, other: int) -> bool:
    area = _area(grid, row, col)
    return area.top <= other <= area.bottom


def _area(grid: Grid, row: int, col: int) -> Area:
    """The merge that begins at this cell, or the cell alone."""
    return next((area for area in grid.merges if (area.top, area.left) == (row, col)), Area(row, col, row, col))


def find_card(grid: Grid, blank: Places, skip: frozenset[tuple[int, int]]) -> Places:
    """The card on a return, its labels put in the order of the blank's; a label typed into an answer does not mislead it."""
    if _unchanged(grid, blank):
        return blank
    cells = [(row, col, cell.text) for row, col, cell in grid if (row, col) not in skip]
    chosen = _in_order(blank.items, cells)
    renamed: list[tuple[Question, str]] = []
    open_ones = {
        name: str(i) for i, item in enumerate(blank.items) if i not in chosen and item.question for name in item.names
    }
    for row, col, text in cells:
        if (row, col) not in chosen.values() and (meant := nearest(label_key(text), open_ones)) is not None:
            question = blank.items[int(meant)].question
            if question is not None and _fits(int(meant), (row, col), chosen):
                chosen[int(meant)] = (row, col)
                renamed.append((question, text))
    items = tuple(
        Item(
            *chosen[i],
            item.names | {label_key(grid.text(*chosen[i]))}
            if any(q is item.question for q, _ in renamed)
            else item.names,
            item.question,
        )
        for i, item in enumerate(blank.items)
        if i in chosen
    )
    missing = tuple(
        item.question for i, item in enumerate(blank.items) if item.question is not None and i not in chosen
    )
    return _places(grid, items, missing, tuple(renamed))


def _fits(index: int, at: tuple[int, int], chosen: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a label found by likeness stands between its neighbours in the blank's order."""
    return all((other < index) == (place < at) for other, place in chosen.items() if other != index)


def _unchanged(grid: Grid, blank: Places) -> bool:
    """Whether every label stands just where the blank has it."""
    for item in blank.items:
        rest = _split(grid.text(item.row, item.col), item.names)
        if rest is None or (rest and not (item.question is not None and item.question.field.inline)):
            return False
    return True


def _in_order(items: Sequence[Item], cells: Sequence[tuple[int, int, str]]) -> dict[int, tuple[int, int]]:
    """{item index: cell} of the heaviest chain of labels that keeps the blank's order; a label in its own column weighs more."""
    steps: list[tuple[int, int, int, float]] = []
    for row, col, text in cells:
        for index, item in enumerate(items):
            rest = _split(text, item.names)
            if rest is not None:
                weight = 1.0 + 0.5 * (col == item.col) + 0.2 * (row == item.row) + 0.3 * (not rest)
                steps.append((row, col, index, weight))
    best: list[tuple[float, int]] = []
    for here, (row, col, index, weight) in enumerate(steps):
        before = [(best[i][0], i) for i in range(here) if steps[i][2] < index and steps[i][:2] < (row, col)]
        total, link = max(before, default=(0.0, -1))
        best.append((total + weight, link))
    chosen: dict[int, tuple[int, int]] = {}
    here = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while here >= 0:
        row, col, index, _ = steps[here]
        chosen[index] = (row, col)
        here = best[here][1]
    return chosen


def _split(text: str, names: frozenset[str]) -> str | None:
    """What stands behind the label in a cell: "" when the cell is the label alone, None when the cell does not begin with it."""
    if label_key(text) in names:
        return ""
    for index, mark in enumerate(text):
        if mark in COLONS and label_key(text[: index + 1]) in names:
            return text[index + 1 :]
    return None


def answer_behind(text: str, names: frozenset[str]) -> str:
    """The answer in a cell that holds label and answer, without the blanks around it."""
    return (_split(text, names) or "").strip()


def _places(
    grid: Grid, items: tuple[Item, ...], missing: tuple[Question, ...], renamed: tuple[tuple[Question, str], ...]
) -> Places:
    answers = []
    for item in items:
        if item.question is None:
            continue
        label = _area(grid, item.row, item.col)
        below = min(
            (other.row for other in items if other.row > item.row and other.col <= item.col), default=label.bottom + 1
        )
        inline = item.question.field.inline or bool(_split(grid.text(item.row, item.col), item.names))
        area = Area(item.row, label.right + 1, below - 1, LAST_COLUMN)
        answers.append(Answer(item.question, label, area, (item.row, item.col if inline else label.right + 1), inline))
    labels = {(item.row, item.col): label_key(grid.text(item.row, item.col)) for item in items}
    return Places(items, tuple(answers), labels, missing, renamed)
