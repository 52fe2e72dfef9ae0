"""Lists of areas (sqref) and the formulas of the rules that hold for them.

A rule's formula is written for the top left cell of its first area, as Excel reads it, or of the whole, as others do. So where its
references are relative, a rule is only written over several areas when both are the same cell; else it becomes several rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xlsform.core.cells import Area, Spot
from xlsform.ooxml.moves import parse_area, show_area, translate


def parse_areas(sqref: str) -> tuple[Area, ...]:
    """Every area of a sqref."""
    return tuple(map(parse_area, sqref.split()))


def show_areas(areas: Iterable[Area]) -> str:
    """The areas as a sqref."""
    return " ".join(map(show_area, areas))


def meet(one: Area, other: Area) -> bool:
    """Whether two areas have a cell in common."""
    return one.top <= other.bottom and other.top <= one.bottom and one.left <= other.right and other.left <= one.right


def less(area: Area, hole: Area) -> list[Area]:
    """The area without the cells of another: up to four areas, from top to bottom."""
    if not meet(area, hole):
        return [area]
    top, bottom = max(area.top, hole.top), min(area.bottom, hole.bottom)
    pieces = (
        area._replace(bottom=hole.top - 1),
        Area(top, area.left, bottom, hole.left - 1),
        Area(top, hole.right + 1, bottom, area.right),
        area._replace(top=hole.bottom + 1),
    )
    return [piece for piece in pieces if piece.top <= piece.bottom and piece.left <= piece.right]


def without(areas: Sequence[Area], holes: Iterable[Area]) -> list[Area]:
    """The areas without the cells of some others."""
    left = list(areas)
    for hole in holes:
        left = [piece for area in left for piece in less(area, hole)]
    return left


def corner(areas: Sequence[Area]) -> Spot:
    """The top left cell of the first area."""
    return areas[0].top, areas[0].left


def groups(areas: Sequence[Area], formulas: Iterable[str]) -> list[Sequence[Area]]:
    """The areas as rules with these formulas may be written over them: all together, or each alone."""
    whole = min(area.top for area in areas), min(area.left for area in areas)
    if corner(areas) == whole or not any(formula and translate(formula, 1, 1) != formula for formula in formulas):
        return [areas]
    return [(area,) for area in areas]


def anchored(formula: str, old: Spot, new: Spot) -> str:
    """A formula written for the cell `old`, as it reads for the cell `new`."""
    return translate(formula, new[0] - old[0], new[1] - old[1]) if formula else formula
