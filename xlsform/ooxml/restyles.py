"""Which cells of a sheet get another look, by row; looks given to the same cell add up, the later word holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xlsform.core.cells import Area
from xlsform.core.edits import Look

MOST_CELLS = 1_000_000
"""More cells than this are not written one by one."""

Looks = Mapping[int, Look]
"""By column."""


def combined(one: Look, other: Look) -> Look:
    """One look, and then another on top of it."""
    return one._replace(**{name: said for name, said in other._asdict().items() if said is not None})


def by_row(restyled: Iterable[tuple[Area, Look]]) -> dict[int, Looks]:
    """For every row, the looks of its cells. Rows that look alike share one mapping. Raises ValueError beyond `MOST_CELLS` cells."""
    edits = list(restyled)
    cells = sum(area.cells for area, _ in edits)
    if cells > MOST_CELLS:
        raise ValueError(f"{cells} cells are to be restyled; at most {MOST_CELLS} can be")
    over: dict[int, tuple[int, ...]] = {}
    for number, (area, _) in enumerate(edits):
        for row in range(area.top, area.bottom + 1):
            over[row] = (*over.get(row, ()), number)
    made: dict[tuple[int, ...], Looks] = {}
    for numbers in over.values():
        if numbers not in made:
            made[numbers] = _across(edits[number] for number in numbers)
    return {row: made[numbers] for row, numbers in over.items()}


def _across(edits: Iterable[tuple[Area, Look]]) -> Looks:
    looks: dict[int, Look] = {}
    for area, look in edits:
        for col in range(area.left, area.right + 1):
            looks[col] = combined(looks[col], look) if col in looks else look
    return looks
