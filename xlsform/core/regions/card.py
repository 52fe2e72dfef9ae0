"""Cards and prose blocks: a label with its answer beside it, or behind it in the same cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from xlsform.core.cells import Area, Grid
from xlsform.core.labels import LONGEST_LABEL, label_key, nearest
from xlsform.core.spec import Card, Field, Prose

COLONS = "：:﹕︰"


class Question(NamedTuple):
    """What a card asks: the field of a card, or a prose block (then `field` is the block's own, of kind prose)."""

    region: Card | Prose
    field: Field
    path: tuple[str, ...]
    names: frozenset[str]


class Item(NamedTuple):
    """A label of the card in reading order: where it stands, its spellings, and what it asks (None: it only explains).

    `unbounded` means that the label which should end its text block is not there: then only its own rows are surely its own.
    """

    row: int
    col: int
    names: frozenset[str]
    question: Question | None
    unbounded: bool = False


class Answer(NamedTuple):
    """A question found on a sheet: the label's cells, the cells in which its answer may stand, and where it should.

    The area runs from the label to the right edge of the card, down the label's rows; for a text block down to the next label.
    `inline` means that the answer stands in the label's own cell, behind it.
    """

    question: Question
    label: Area
    area: Area
    at: tuple[int, int]
    inline: bool


class Renamed(NamedTuple):
    """A label taken by likeness: its question, and the cell."""

    question: Question
    row: int
    col: int


@dataclass(frozen=True, slots=True)
class Places:
    """A card as it was found.

    items in reading order (those found), answers, label cells; missing: questions without label, twice: with more than one, renamed:
    with one like it; right: the card's last column.
    """

    items: tuple[Item, ...]
    answers: tuple[Answer, ...]
    labels: Mapping[tuple[int, int], str]
    right: int
    missing: tuple[Question, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    twice: tuple[Question, ...] = ()


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
    places = _places(grid, items, _right_edge(grid, items))
    return replace(places, missing=tuple(missing))


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
    if is_unchanged(grid, blank):
        right = max(blank.right, _right_edge(grid, blank.items))
        return blank if right == blank.right else _places(grid, blank.items, right)
    cells = [(row, col, cell.text) for row, col, cell in grid if (row, col) not in skip]
    spoken = _spoken(blank.items, cells)
    chosen = _in_order(blank.items, spoken)
    renamed = _mistyped(blank.items, cells, chosen)
    alike = {index: frozenset({label_key(grid.text(row, col))}) for index, (row, col) in renamed.items()}
    items = tuple(
        item._replace(
            row=chosen[i][0],
            col=chosen[i][1],
            names=item.names | alike.get(i, frozenset()),
            unbounded=_next(blank.items, i) not in (None, *chosen),
        )
        for i, item in enumerate(blank.items)
        if i in chosen
    )
    wider = max((chosen[i][1] - item.col for i, item in enumerate(blank.items) if i in chosen), default=0)
    right = max(blank.right + max(wider, 0), _right_edge(grid, items))
    places = _places(grid, items, right, [(row, col) for row, col, _ in spoken])
    asked = [(index, item.question) for index, item in enumerate(blank.items) if item.question is not None]
    twice = _again(blank.items, spoken, chosen, places)
    return replace(
        places,
        answers=tuple(answer for answer in places.answers if answer.question not in twice),
        labels={(i.row, i.col): places.labels[i.row, i.col] for i in items if i.question not in twice},
        missing=tuple(question for index, question in asked if index not in chosen),
        renamed=tuple(Renamed(question, *renamed[index]) for index, question in asked if index in renamed),
        twice=twice,
    )


def _next(items: Sequence[Item], index: int) -> int | None:
    """The label below it, which ends its rows."""
    here = items[index]
    below = (i for i, item in enumerate(items) if item.row > here.row and item.col <= here.col)
    return next(below, None)


def _again(
    items: Sequence[Item],
    spoken: Iterable[tuple[int, int, Mapping[int, bool]]],
    chosen: Mapping[int, tuple[int, int]],
    places: Places,
) -> tuple[Question, ...]:
    """The questions whose label stands once more where no answer belongs: nobody can tell which of them is meant."""
    taken = set(chosen.values())
    again = {
        index
        for row, col, said in spoken
        for index in said
        if index in chosen
        and (row, col) not in taken
        and not any(answer.area.holds(row, col) for answer in places.answers)
    }
    return tuple(question for index in sorted(again) if (question := items[index].question) is not None)


def _mistyped(
    items: Sequence[Item], cells: Iterable[tuple[int, int, str]], chosen: dict[int, tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    """Adds to `chosen` the labels that must mean a question still open and stand between its neighbours; which those are."""
    open_ones = {
        name: str(i) for i, item in enumerate(items) if i not in chosen and item.question for name in item.names
    }
    found: dict[int, tuple[int, int]] = {}
    taken = set(chosen.values())
    for row, col, text in cells if open_ones else ():
        meant = nearest(label_key(text), open_ones) if (row, col) not in taken else None
        if meant is not None and int(meant) not in found and _fits(int(meant), (row, col), chosen):
            found[int(meant)] = chosen[int(meant)] = (row, col)
    return found


def _fits(index: int, at: tuple[int, int], chosen: Mapping[int, tuple[int, int]]) -> bool:
    """Whether a label found by likeness stands between its neighbours in the blank's order."""
    return all((other < index) == (place < at) for other, place in chosen.items() if other != index)


def is_unchanged(grid: Grid, blank: Places) -> bool:
    """Whether every label stands just where the blank has it, and nothing stands below the last."""
    if max(grid.rows, default=0) > blank.items[-1].row:
        return False
    for item in blank.items:
        rest = _split(grid.text(item.row, item.col), item.names)
        if rest is None or (rest and not (item.question is not None and item.question.field.inline)):
            return False
    return True


def _spoken(items: Sequence[Item], cells: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, Mapping[int, bool]]]:
    """The cells that begin with a label, in reading order: which items it may be, and whether the cell is the label alone."""
    meanings: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        for name in item.names:
            meanings.setdefault(name, []).append(index)
    spoken: list[tuple[int, int, Mapping[int, bool]]] = []
    for row, col, text in cells:
        said = dict.fromkeys(meanings.get(label_key(text), ()), True)
        for at, mark in enumerate(text[:LONGEST_LABEL]):
            if mark in COLONS and not said:
                said = dict.fromkeys(meanings.get(label_key(text[: at + 1]), ()), False)
        if said:
            spoken.append((row, col, said))
    return spoken


class _Link(NamedTuple):
    """The last label of a chain: which item, its cell, and the chain before it."""

    item: int
    at: tuple[int, int]
    before: _Link | None


def _in_order(
    items: Sequence[Item], spoken: Iterable[tuple[int, int, Mapping[int, bool]]]
) -> dict[int, tuple[int, int]]:
    """{item index: cell} of the heaviest chain of labels that keeps the blank's order; a label in its own column weighs more."""
    best: dict[int, tuple[float, _Link]] = {}
    for row, col, said in spoken:
        heavier: dict[int, tuple[float, _Link]] = {}
        for index, alone in said.items():
            item = items[index]
            weight = 1.0 + 0.5 * (col == item.col) + 0.2 * (row == item.row) + 0.3 * alone
            before = max((best[i] for i in best if i < index), key=lambda entry: entry[0], default=(0.0, None))
            if index not in best or before[0] + weight > best[index][0]:
                heavier[index] = (before[0] + weight, _Link(index, (row, col), before[1]))
        best |= heavier
    link = max(best.values(), key=lambda entry: entry[0], default=(0.0, None))[1]
    chosen: dict[int, tuple[int, int]] = {}
    while link is not None:
        chosen[link.item] = link.at
        link = link.before
    return chosen


def _split(text: str, names: frozenset[str]) -> str | None:
    """What stands behind the label in a cell: "" when the cell is the label alone, None when the cell does not begin with it."""
    if label_key(text) in names:
        return ""
    for index, mark in enumerate(text[:LONGEST_LABEL]):
        if mark in COLONS and label_key(text[: index + 1]) in names:
            return text[index + 1 :]
    return None


def label_before(text: str, names: frozenset[str]) -> str:
    """The label that stands before the answer in the same cell, as printed, with a colon behind it."""
    rest = _split(text, names)
    label = text.removesuffix(rest) if rest else text.rstrip()
    return label if label[-1:] in COLONS else f"{label}："


def answer_behind(text: str, names: frozenset[str]) -> str:
    """The answer in a cell that holds label and answer, without the blanks around it."""
    return (_split(text, names) or "").strip()


def _right_edge(grid: Grid, items: Sequence[Item]) -> int:
    """The card's last column: that behind its labels, or as far as merges in its rows reach that begin there or before."""
    asked = [item for item in items if item.question is not None]
    if not asked:
        return 0
    behind = 1 + max(item.col for item in asked)
    top, bottom = asked[0].row, asked[-1].row
    return max([behind, *(a.right for a in grid.merges if a.left <= behind and top <= a.top <= bottom)])


def _places(grid: Grid, items: tuple[Item, ...], right: int, alike: Sequence[tuple[int, int]] = ()) -> Places:
    """The answers of the items; `alike` are all cells that read like a label, which end a text block too."""
    answers = []
    ends = [*((item.row, item.col) for item in items), *alike]
    for item in items:
        if item.question is None:
            continue
        label = _area(grid, item.row, item.col)
        inline = item.question.field.inline or bool(_split(grid.text(item.row, item.col), item.names))
        bottom = label.bottom
        if isinstance(item.question.region, Prose) and not item.unbounded:
            below = (row for row, col in ends if row > item.row and col <= item.col)
            bottom = min(below, default=label.bottom + 1) - 1
        area = Area(item.row, label.right + 1, bottom, right)
        answers.append(Answer(item.question, label, area, (item.row, item.col if inline else label.right + 1), inline))
    labels = {(item.row, item.col): label_key(grid.text(item.row, item.col)) for item in items}
    return Places(items, tuple(answers), labels, right)
