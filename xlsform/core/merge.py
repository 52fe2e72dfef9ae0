"""From the departments' records to the plan of the district summary: rows, live totals, and where every figure came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice
from typing import NamedTuple

from xlsform.core.cells import Book, Grid, address, column_letters
from xlsform.core.edits import CellValue, CopySheet, Formula, Line, Put, Rows
from xlsform.core.kinds import kind_named, numeral
from xlsform.core.labels import GRAND_TOTAL_WORDS, label_key
from xlsform.core.layout import Layout
from xlsform.core.records import Record, Value
from xlsform.core.regions.rows import lines_of
from xlsform.core.regions.table import Column, Header
from xlsform.core.spec import Card, Field, Group, Matrix, Summary, Table

FIGURES = (frozenset({"money", "percent", "integer"}), frozenset({"indicator"}))
"""Kinds whose values 来源 lists: amounts and counts; in a form that has none of these, indicator values."""

PLACEHOLDER = "（部门名称）"
"""Stands on the summary's blank where a department's name belongs."""

Downs = Mapping[int, tuple[tuple[int, int], ...]]
"""Merges down by the line in which they begin: (column, lines)."""

Placed = tuple[Column, Value]
"""A value in its column on the summary."""

Reading = Callable[[], Iterable[Record]]
"""Gives the records of one region in the order of the summary, each time it is called."""


class Prototypes(NamedTuple):
    """The rows of the summary's blank whose styles the written rows take; 0 where the form has none. `first`..`last` are replaced.

    total_at: the column in which 合计 stands.
    """

    total: int
    group: int
    data: int
    total_at: int = 0

    @property
    def first(self) -> int:
        return min(row for row in (self.total, self.group, self.data) if row)

    @property
    def last(self) -> int:
        return max(self.total, self.group, self.data)


class Section(NamedTuple):
    """One department's part of a form: how many lines, records, and figures with a source, and its totals by field."""

    department: str
    size: int
    records: int
    traced: int
    totals: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where one form's table stands on the summary's blank.

    columns: those found, from left to right; figures: those of them whose every value 来源 lists.
    """

    layout: Layout
    region: Table | Matrix
    header: Header
    summary: Summary
    rows: Prototypes
    columns: tuple[Column, ...]
    figures: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One form's table on the summary, filled: all that is needed to write it, and to say where each of its cells came from."""

    frame: Frame
    sections: tuple[Section, ...]
    records: Reading

    @property
    def start(self) -> int:
        """The row on which the first section begins."""
        return self.frame.rows.first + (1 if self.frame.rows.total else 0)

    @property
    def count(self) -> int:
        """How many rows are written."""
        heads = len(self.sections) if self.frame.rows.group else 0
        return heads + sum(section.size for section in self.sections) + (1 if self.frame.rows.total else 0)


def frames(layouts: Iterable[Layout], blank: Book) -> tuple[Frame, ...]:
    """The tables of the summary's blank, one a form."""
    grids = {grid.sheet: grid for grid in blank.grids}
    return tuple(
        _frame(layout, layout.form.summary, grids[layout.sheet], *table)
        for layout in layouts
        if layout.form.summary is not None
        for table in layout.tables[:1]
    )


def _frame(layout: Layout, summary: Summary, grid: Grid, region: Table | Matrix, header: Header) -> Frame:
    columns = tuple(sorted(header.found, key=lambda column: column.at))
    own = [column for column in columns if column.field.key not in summary.merge_down]
    figures = (tuple(column for column in own if column.field.kind in kinds) for kinds in FIGURES)
    found = next((some for some in figures if some), ())
    return Frame(layout, region, header, summary, _prototypes(summary, header, grid), columns, found)


def _prototypes(summary: Summary, header: Header, grid: Grid) -> Prototypes:
    """Finds 合计, group and data row below the header of the summary's blank."""
    total = opened = total_at = 0
    row = header.bottom + 1
    while row in grid.rows:
        texts = {col: cell.text for col, cell in grid.rows[row].items()}
        word_at = [col for col, text in texts.items() if label_key(text) in GRAND_TOTAL_WORDS]
        if any(PLACEHOLDER in text for text in texts.values()):
            opened = row
        elif word_at:
            total, total_at = row, word_at[0]
        else:
            break
        row += 1
    return Prototypes(total, opened if summary.group is not None else 0, row, total_at)


def section_of(frame: Frame, department: str, records: Sequence[Record]) -> Section:
    """Counts and adds up, exactly, what one department has in a form."""
    lines = list(lines_of(frame.region, records))
    traced = sum(1 for line in lines for _ in _figures(frame, line))
    sums = dict.fromkeys(frame.summary.totals, Decimal(0))
    for record in records:
        for key in sums:
            data = record.data(key)
            if isinstance(data, Decimal):
                sums[key] += data
    return Section(department, len(lines), len(records), traced, sums)


def write_part(part: Part) -> Iterator[Line]:
    """The lines of one form: 合计, then each department's group row and records."""
    columns = {column.field.key: column for column in part.frame.columns if not column.band}
    places = {key: _places_of(section.totals[key] for section in part.sections) for key in part.frame.summary.totals}
    if part.frame.rows.total:
        yield _total_line(part, columns, places)
    row = part.start
    for block in _blocks(part):
        if part.frame.rows.group:
            yield _group_line(part, block.section, row, columns, places)
            row += 1
        for index, line in enumerate(block.lines):
            cells = tuple([(column.at, shown(column.field, value)) for column, value in line])
            yield Line(part.frame.rows.data, cells, block.downs.get(index, ()))
        row += len(block.lines)


class _Block(NamedTuple):
    """One department's lines: the values of each with their cells, and the merges down that begin in a line, (column, lines)."""

    section: Section
    lines: list[list[Placed]]
    downs: Downs


def _blocks(part: Part) -> Iterator[_Block]:
    """Department by department; values that a merge from above covers are left out, their first line says them."""
    frame = part.frame
    number = 0
    mine = groupby(part.records(), key=lambda record: record.department)
    for section, (_, records) in zip(part.sections, mine, strict=True):
        lines = []
        for line in lines_of(frame.region, records):
            number += 1
            lines.append(_line_values(frame, number, line))
        downs = _merges_down(frame, lines)
        yield _Block(section, _uncovered(lines, downs), downs)


def _uncovered(lines: list[list[Placed]], downs: Downs) -> list[list[Placed]]:
    """The lines without the values that a merge from above covers."""
    covered = {(index + n, at) for index, spans in downs.items() for at, rows in spans for n in range(1, rows)}
    if not covered:
        return lines
    return [[placed for placed in line if (index, placed[0].at) not in covered] for index, line in enumerate(lines)]


def _line_values(frame: Frame, number: int, line: Sequence[Record]) -> list[Placed]:
    """The values of the line with this 序号, from left to right."""
    by_band = by_band_of(frame, line)
    renumber = frame.summary.renumber
    placed = []
    for column in frame.columns:
        key = column.field.key
        record = by_band.get(column.band) if column.band else line[0]
        if key == renumber:
            placed.append((column, Value(number, numeral(number), 0, column.at)))
        elif record is not None and (value := record.values.get(key)) is not None:
            placed.append((column, value))
    return placed


def shown(field: Field, value: Value) -> CellValue:
    """What is written for a value: its data, or the text as it came when that could not be read."""
    if value.data is None:
        return value.text or None
    return kind_named(field.kind).show(value.data, field)


def _merges_down(frame: Frame, lines: Sequence[Sequence[Placed]]) -> Downs:
    """Cells of the row-header columns that repeat from line to line are merged, a column only within the merge of those before it.

    A line that says nothing else keeps its own cell, or it would be lost when the summary is read.
    """
    if not frame.summary.merge_down:
        return {}
    wanted = [column for column in frame.columns if column.field.key in frame.summary.merge_down]
    heads = {column.at for column in wanted}
    texts = [{column.at: value.text for column, value in line if column.at in heads and value.text} for line in lines]
    says = [{column.band for column, value in line if value.text and column.at not in heads} for line in lines]
    downs: dict[int, list[tuple[int, int]]] = {}
    for column in wanted:
        keys = (*(c.at for c in wanted if c.at < column.at and c.band in ("", column.band)), column.at)
        start = 0
        for index in range(1, len(lines) + 1):
            same = index < len(lines) and all(texts[index].get(at) == texts[start].get(at) for at in keys)
            if same and column.at in texts[start] and (column.band in says[index] if column.band else says[index]):
                continue
            if index - start > 1:
                downs.setdefault(start, []).append((column.at, index - start))
            start = index
    return {index: tuple(sorted(spans)) for index, spans in downs.items()}


def _places_of(totals: Iterable[Decimal]) -> int:
    """Decimals that a rounded sum of these needs so as not to lose a digit."""
    return max([2, *(-int(total.normalize().as_tuple().exponent) for total in totals)])


def _sum_formula(inner: str, places: int, total: Decimal) -> Formula:
    """Rounded, because a spreadsheet adds in binary: 0.1 + 0.2 must show 0.3 to the last digit."""
    return Formula(f"ROUND({inner},{places})", total)


def _total_line(part: Part, columns: Mapping[str, Column], places: Mapping[str, int]) -> Line:
    first, last = part.start, part.frame.rows.first + part.count - 1
    cells: list[tuple[int, CellValue]] = []
    cells.append((part.frame.rows.total_at, "合计"))
    for key in part.frame.summary.totals:
        letters = column_letters(columns[key].at)
        inner = f"SUM({letters}{first}:{letters}{last})"
        if (
            part.frame.rows.group
        ):  # an amount stands in its record and again in its department's 小计, whatever words are in the rows
            inner += "/2"
        total = sum((section.totals[key] for section in part.sections), Decimal(0))
        cells.append((columns[key].at, _sum_formula(inner, places[key], total) if part.sections else total))
    return Line(part.frame.rows.total, tuple(sorted(cells, key=lambda cell: cell[0])))


def _group_line(
    part: Part, section: Section, row: int, columns: Mapping[str, Column], places: Mapping[str, int]
) -> Line:
    group = part.frame.summary.group or Group("")
    cells: list[tuple[int, CellValue]] = [
        (columns[group.name].at, group.text.replace("{department}", section.department))
    ]
    if group.marker_field:
        cells.append((columns[group.marker_field].at, group.marker))
    for key in part.frame.summary.totals:
        letters = column_letters(columns[key].at)
        inner = f"SUM({letters}{row + 1}:{letters}{row + section.size})"
        cells.append((columns[key].at, _sum_formula(inner, places[key], section.totals[key])))
    return Line(part.frame.rows.group, tuple(sorted(cells, key=lambda cell: cell[0])))


def write_sources(parts: Iterable[Part], like: int) -> Iterator[Line]:
    """来源: one line for every figure on the forms: its cell, and the file, sheet, cell and text it came from.

    The texts of a row came from the same row of the same sheet; with a line for each of them no sheet could hold a province.
    """
    for part in parts:
        frame = part.frame
        records = iter(part.records())
        names = {column.at: column.field.name for column in frame.figures}
        row = part.start
        for section in part.sections:
            row += 1 if frame.rows.group else 0
            for line in lines_of(frame.region, islice(records, section.records)):
                for column, record, value in _figures(frame, line):
                    here, there = address(row, column.at), address(value.row, value.col)
                    cells = (
                        (1, frame.summary.sheet),
                        (2, here),
                        (3, section.department),
                        (4, names[column.at]),
                        (5, record.file),
                        (6, record.sheet),
                        (7, there),
                        (8, value.text),
                    )
                    yield Line(like, cells)
                row += 1


def _figures(frame: Frame, line: Sequence[Record]) -> Iterator[tuple[Column, Record, Value]]:
    """The figures of one line that a return gave."""
    by_band = by_band_of(frame, line)
    for column in frame.figures:
        record = by_band.get(column.band) if column.band else line[0]
        value = record.values.get(column.field.key) if record is not None else None
        if record is not None and value is not None and value.text:
            yield column, record, value


def by_band_of(frame: Frame, line: Sequence[Record]) -> Mapping[str, Record]:
    """The records of a matrix's line by their band; a table has no bands."""
    if not isinstance(frame.region, Matrix):
        return {}
    across = frame.region.across
    return {str(record.data(across)): record for record in line}


def count_sources(parts: Iterable[Part]) -> int:
    """How many lines `write_sources` will give."""
    return sum(section.traced for part in parts for section in part.sections)


def card_copies(
    layout: Layout, grid: Grid, source: str, cards: Iterable[tuple[str, Record]], title: str
) -> Iterator[CopySheet]:
    """One sheet a department with its card filled in. `layout` is the card on the summary's blank, `cards` give sheet name and record."""
    if layout.card is None:
        return
    answers = layout.card.answers
    for name, record in cards:
        puts: list[Put] = []
        if layout.title is not None:
            puts.append(Put(name, layout.title.row, layout.title.col, title))
        for answer in answers:
            region, field = answer.question.region, answer.question.field
            value = record.values.get(field.key if isinstance(region, Card) else region.id)
            if value is None or not value.text:
                continue
            filled = shown(field, value)
            if answer.inline:
                filled = f"{grid.text(*answer.at)}{filled}"
            puts.append(Put(name, *answer.at, filled))
        yield CopySheet(source, name, tuple(puts))


def sheet_names(departments: Iterable[str], taken: Iterable[str]) -> Iterator[str]:
    """A sheet name for each department: at most 31 characters, without those that Excel forbids, no two alike but for case."""
    used = {name.casefold() for name in taken}
    for department in departments:
        plain = "".join("_" if char in "[]:*?/\\'" or ord(char) < 32 else char for char in department).strip() or "部门"
        name, number = plain[:31], 1
        while name.casefold() in used:
            number += 1
            tail = f"({number})"
            name = plain[: 31 - len(tail)] + tail
        used.add(name.casefold())
        yield name


def title_puts(layouts: Iterable[Layout], year: int) -> Iterator[Put]:
    """The year in every title that prints one."""
    for layout in layouts:
        title = layout.title
        if title is not None and title.year is not None and title.year != year:
            yield Put(layout.sheet, title.row, title.col, title.text.replace(str(title.year), str(year)))


def part_rows(part: Part) -> Rows:
    """The edit that writes one form into the summary."""
    return Rows(part.frame.summary.sheet, part.frame.rows.first, part.frame.rows.last, part.count, write_part(part))
