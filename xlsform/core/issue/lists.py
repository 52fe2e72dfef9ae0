"""The hidden sheet of choices: words that are given, and those taken live from what is filled in elsewhere.

A live list needs two columns: the row of every answer that stands there for the first time, and those answers one below the other. The
defined name covers as many as there are. Nothing is entered as an array, so that Excel, WPS and LibreOffice count alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.aids import LISTS_HELPER, LISTS_MARK, LISTS_SHEET
from xlsform.core.cells import Grid, column_letters, qualified
from xlsform.core.edits import AddSheet, CellValue, Define, Edit, Formula, Look, NewRow
from xlsform.core.issue.answers import Choices
from xlsform.core.issue.geometry import Grille, Paper
from xlsform.core.spec import Field, FormSet

TOP = 3
"""The first row of choices; above stand the mark of the sheet and the heads."""
LIVE_ROWS = 40
"""Answers that a live list looks at."""
_PLAIN = Look()


class Column(NamedTuple):
    """One column of the sheet from row TOP on, below its head."""

    head: str
    values: tuple[CellValue, ...]


class Lists(NamedTuple):
    """The sheet's columns, the defined names of the lists, and which field offers which."""

    columns: tuple[Column, ...]
    names: tuple[tuple[str, str], ...]
    choices: Choices


def lists(
    formset: FormSet, sheets: Paper, grids: Mapping[str, Grid], given: Mapping[str, Sequence[str]], year: int
) -> Lists:
    """All lists that the forms ask for. `given` are a campaign's own, by region.field; they go before the mapping's."""
    columns: list[Column] = []
    names: dict[str, str] = {}
    choices: dict[tuple[str, str, str], str] = {}
    for region, band, field in _fields(sheets):
        at = f"{region}.{field.key}"
        words = tuple(given.get(at, ())) or field.choices or _usual(formset, region, field, year)
        if not words and not field.source:
            continue
        key = at if words else field.source
        name = "xlsform_list_" + key.replace(".", "_")
        if name not in names:
            left = len(columns) + 1
            if words:
                columns.append(Column(key, tuple(words)))
                names[name] = _fixed(left, len(words))
            else:
                source = sheets.grille(field.source.partition(".")[0])
                found = source.of(field.source.partition(".")[2]) if source is not None else ()
                if source is None or not found:
                    continue
                columns += _live(source, found[0].at, left, key, grids[source.sheet])
                names[name] = _growing(left)
        choices[region, band, field.key] = name
    return Lists(tuple(columns), tuple(names.items()), choices)


def _fields(sheets: Paper) -> Iterator[tuple[str, str, Field]]:
    for grille in sheets.grilles:
        for column in grille.columns:
            yield grille.region.id, column.band, column.field
    for box in sheets.boxes:
        yield box.region.id, "", box.field


def _usual(formset: FormSet, region: str, field: Field, year: int) -> tuple[str, ...]:
    """What a field offers by its kind or its checks: periods with the budget year, levels of the indicator tree."""
    if field.kind == "period":
        three = [f"{first}年-{first + 2}年" for first in (year, year - 1, year - 2)]
        return (f"{year}年", *three, f"{year}年-{year + 1}年", f"{year}年-{year + 4}年")
    for check in (check for form in formset.forms for check in form.checks):
        if check.check == "tree" and check.region == region and field.key in check.fields:
            if field.key == check.fields[0]:
                return tuple(formset.tree)
            return tuple(dict.fromkeys(word for words in formset.tree.values() for word in words))
    return ()


def _fixed(col: int, count: int) -> str:
    letters = column_letters(col)
    return f"{qualified(LISTS_SHEET)}${letters}${TOP}:${letters}${TOP + count - 1}"


def _growing(col: int) -> str:
    """As many cells of the second column as the first one counts."""
    rows, words = (f"{qualified(LISTS_SHEET)}${column_letters(at)}" for at in (col, col + 1))
    return f"OFFSET({words}${TOP},0,0,MAX(1,COUNT({rows}${TOP}:{rows.partition('!')[2]}${TOP + LIVE_ROWS - 1})),1)"


def _live(source: Grille, at: int, left: int, key: str, grid: Grid) -> Iterator[Column]:
    """Counting column and words. Rows are named by their number in a range that nobody can delete, never one by one."""
    answers = source.watched(at)
    counted = f"${column_letters(left)}${TOP}:${column_letters(left)}${TOP + LIVE_ROWS - 1}"
    there = _there(grid, source, at)
    first = sorted({text: number for number, text in reversed(there.items())}.values())
    counting: list[CellValue] = []
    words: list[CellValue] = []
    for index in range(LIVE_ROWS):
        number = index + 2
        one = f"INDEX({answers},{number})"
        seen = f"COUNTIF(INDEX({answers},2):{one},{one})"
        stored: Decimal | str = Decimal(number) if number in first else ""
        counting.append(Formula(f'IFERROR(IF({one}="","",IF({seen}=1,{number},"")),"")', stored))
        word = f'IF(COUNT({counted})<{index + 1},"",INDEX({answers},SMALL({counted},{index + 1})))'
        words.append(Formula(word, there[first[index]] if index < len(first) else ""))
    yield Column(LISTS_HELPER, tuple(counting))
    yield Column(key, tuple(words))


def _there(grid: Grid, source: Grille, at: int) -> dict[int, str]:
    """What the blank already says in that column, by its place in the watched range."""
    rows = range(source.first, source.first + LIVE_ROWS)
    return {row - source.header.bottom + 1: text for row in rows if (text := grid.text(row, at))}


def sheet(made: Lists) -> Iterator[Edit]:
    """The sheet itself, out of sight, and its names."""
    if not made.columns:
        return
    deepest = max(len(column.values) for column in made.columns)
    rows = [NewRow(((1, LISTS_MARK, _PLAIN),))]
    rows.append(NewRow(tuple((at, column.head, _PLAIN) for at, column in enumerate(made.columns, 1))))
    for index in range(deepest):
        cells = ((at, column.values[index]) for at, column in enumerate(made.columns, 1) if index < len(column.values))
        rows.append(NewRow(tuple((at, value, _PLAIN) for at, value in cells)))
    yield AddSheet(LISTS_SHEET, tuple(rows), state="veryHidden")
    for name, formula in made.names:
        yield Define(name, formula)
