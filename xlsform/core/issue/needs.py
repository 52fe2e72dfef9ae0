"""Which answers a form must have, by the checks of its mapping: in a table once something else stands in the row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xlsform.core.aids import required_by
from xlsform.core.issue.geometry import Box, Grille, Paper
from xlsform.core.layout import Layout
from xlsform.core.spec import Check, FormSet, Matrix


class RowNeed(NamedTuple):
    """In every row of a table in which one of the columns `others` says something, one of `cols` must."""

    grille: Grille
    cols: tuple[int, ...]
    others: tuple[int, ...]


class CellNeed(NamedTuple):
    """A question that must be answered once one of the `others` is."""

    box: Box
    others: tuple[Box, ...]


class Needs(NamedTuple):
    """All that one form must have."""

    rows: tuple[RowNeed, ...]
    cells: tuple[CellNeed, ...]


def needs_of(formset: FormSet, sheets: Paper, layout: Layout) -> Needs:
    """The required answers of one form; rules that are off, or no errors, want none."""
    checks = required_by(formset, layout.form)
    rows = (need for check in checks for need in _row_needs(check, sheets))
    cells = (need for check in checks for need in _cell_needs(check, sheets, formset.identity))
    return Needs(tuple(dict.fromkeys(rows)), tuple(dict.fromkeys(cells)))


def _row_needs(check: Check, sheets: Paper) -> Iterator[RowNeed]:
    grille = sheets.grille(check.region)
    if grille is None:
        return
    for band in _bands(grille):
        fields = [[column for column in grille.of(key) if column.band in ("", band)] for key in check.fields]
        columns = [column for found in fields for column in found]
        if check.check == "one_of":
            if columns:
                yield RowNeed(grille, tuple(column.at for column in columns), _telling(grille, columns[0].band))
        elif check.check == "paired" and len(columns) == 2:
            one, other = (column.at for column in columns)
            yield RowNeed(grille, (one,), (other,))
            yield RowNeed(grille, (other,), (one,))
        else:
            for column in columns:
                yield RowNeed(grille, (column.at,), _telling(grille, column.band))


def _bands(grille: Grille) -> tuple[str, ...]:
    return tuple(band.value for band in grille.region.bands) if isinstance(grille.region, Matrix) else ("",)


def _telling(grille: Grille, band: str) -> tuple[int, ...]:
    """The columns that, filled in, say that a record is there: not numbers, nor what was filled in when issued."""
    return tuple(
        column.at
        for column in grille.columns
        if column.field.kind != "serial" and not column.field.prefill and (not band or column.band == band)
    )


def _cell_needs(check: Check, sheets: Paper, identity: tuple[str, str]) -> Iterator[CellNeed]:
    for box in _wanted(check, sheets):
        if not box.answer.inline:
            others = (other for other in sheets.boxes if other.sheet == box.sheet)
            yield CellNeed(box, tuple(other for other in others if _tells(other, identity)))


def _tells(box: Box, identity: tuple[str, str]) -> bool:
    """Whether an answer there says that the card is being filled in."""
    filled = box.field.prefill or (box.region.id, box.field.key) == identity
    return not filled and not box.answer.inline


def _wanted(check: Check, sheets: Paper) -> Sequence[Box]:
    """The questions that a check asks for: of a card by field, of a text block the block itself."""
    if check.check in ("one_of", "paired"):
        return ()
    found = sheets.boxes_of(check.region)
    return [box for box in found if box.field.key in check.fields or box.field.kind == "prose"]
