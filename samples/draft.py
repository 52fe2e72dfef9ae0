"""A return while it is being changed: the workbook, and the records behind the keys that its cells hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from samples.content import REGIONS, Content, Datum, Truth, truth_of
from samples.workbook import CARD, DIRECTIONS, FUNDS, MATRIX, Blank, Cell, Key, Sheet, Shown, Workbook, fill

REGIONS_OF = {
    FUNDS: ("fund_summary",),
    DIRECTIONS: ("direction_targets",),
    CARD: ("department_overall", "output_indicators", "benefit_indicators"),
    MATRIX: ("indicator_matrix",),
}
"""Form (its sheet in the blank) → the regions it holds."""
FOREIGN = "foreign"


class Place(NamedTuple):
    """A cell by the name of its sheet; rows and columns from 1."""

    sheet: str
    row: int
    col: int


class Spot(NamedTuple):
    """A cell of a draft, where it stands now."""

    sheet: Sheet
    row: int
    col: int

    @property
    def cell(self) -> Cell:
        """What stands there. Raises KeyError when nothing does."""
        return self.sheet.lines[self.row - 1].cells[self.col]

    def say(self, value: Shown, style: int | None = None) -> None:
        """The cell shows something else and still holds the same fields."""
        cell = self.cell
        self.sheet.lines[self.row - 1].cells[self.col] = cell._replace(
            value=value, style=cell.style if style is None else style
        )


@dataclass(frozen=True, slots=True)
class Expectation:
    """What reading the changed return must give.

    records: items numbered in sheet order; places: the cell of every value (of a merged cell: its first), and of answers that are
    blank only because somebody emptied them; unreadable: data must be None, with a finding; excused: a finding about the whole form
    (T03, T04, T05, A11) explains a missing or unread value; foreign: cells that belong to no record, with their text.
    """

    records: Truth
    places: Mapping[Key, Place]
    unreadable: frozenset[Key]
    excused: frozenset[Key]
    foreign: tuple[tuple[Place, str], ...]


@dataclass(slots=True)
class Draft:
    """The workbook as changed so far, its records by (region, item as first numbered), and what is known of the changes."""

    book: Workbook
    records: dict[tuple[str, int], dict[str, Datum]]
    unreadable: set[Key] = field(default_factory=set)
    excused: set[Key] = field(default_factory=set)
    notes: int = 0

    def sheet(self, form: str) -> Sheet | None:
        """The sheet of that form, whatever it is called now; None when it was taken out."""
        return next((sheet for sheet in self.book.sheets if sheet.form == form), None)

    def forms(self) -> list[Sheet]:
        """The sheets that hold forms with fields, in their present order."""
        return [sheet for sheet in self.book.sheets if sheet.form in REGIONS_OF]

    def spots(self, wanted: Callable[[Key], bool]) -> list[Spot]:
        """The cells that hold exactly one field, and one that is wanted, still readable and not blank."""
        return [
            Spot(sheet, row, col)
            for sheet in self.forms()
            for row, line in enumerate(sheet.lines, 1)
            for col, cell in line.cells.items()
            if len(cell.holds) == 1
            and wanted(cell.holds[0])
            and cell.holds[0].region != FOREIGN
            and cell.value is not None
            and cell.holds[0] not in self.unreadable
        ]

    def answer(self, key: Key) -> Datum:
        """What the field says."""
        return self.records[key.region, key.item][key.field]

    def revise(self, key: Key, value: Datum) -> None:
        """The field says something else from now on."""
        self.records[key.region, key.item][key.field] = value

    def note(self, sheet: Sheet, row: int, col: int, value: Shown, style: int = 0) -> None:
        """A cell that belongs to no record."""
        self.notes += 1
        sheet.lines[row - 1].cells[col] = Cell(value, style, (Key(FOREIGN, self.notes, ""),))

    def forget(self, region: str, item: int) -> None:
        """The record is gone; cells that held its fields keep what they hold of others."""
        self.records.pop((region, item))
        for sheet in self.forms():
            for line in sheet.lines:
                for col, cell in line.cells.items():
                    if any(key.region == region and key.item == item for key in cell.holds):
                        holds = tuple(key for key in cell.holds if (key.region, key.item) != (region, item))
                        line.cells[col] = cell._replace(holds=holds)

    def excuse(self, sheet: Sheet) -> None:
        """A finding about the whole form explains whatever is not read from it."""
        self.excused |= {
            Key(region, item, name)
            for (region, item), record in self.records.items()
            if region in REGIONS_OF.get(sheet.form, ())
            for name in record
        }


def data_rows(sheet: Sheet) -> list[int]:
    """The rows that hold fields of records, in order."""
    return [
        row
        for row, line in enumerate(sheet.lines, 1)
        if any(key.region != FOREIGN for cell in line.cells.values() for key in cell.holds)
    ]


def draft_of(content: Content, blank: Blank) -> Draft:
    """The filled blank, not changed yet."""
    records = {
        (region, item): dict(record) for region, found in truth_of(content).items() for item, record in enumerate(found)
    }
    return Draft(fill(content, blank), records)


def expectation(draft: Draft) -> Expectation:
    """What reading the draft's workbook must give."""
    places = dict(_places(draft.book))
    numbers = _numbers(places)
    records: Truth = {region: [] for region in REGIONS}
    for (region, item), _ in sorted(numbers.items(), key=lambda entry: entry[1]):
        records[region].append(draft.records[region, item])

    def renumbered(key: Key) -> Key:
        return key._replace(item=numbers[key.region, key.item])

    known = {key for key in places if key.region != FOREIGN}
    return Expectation(
        records,
        {renumbered(key): places[key] for key in known},
        frozenset(renumbered(key) for key in draft.unreadable & known),
        frozenset(renumbered(key) for key in draft.excused if (key.region, key.item) in numbers),
        tuple((place, _text(draft.book, place)) for key, place in places.items() if key.region == FOREIGN),
    )


def _places(book: Workbook) -> Iterator[tuple[Key, Place]]:
    for sheet in book.sheets:
        if sheet.static:
            continue
        for row, line in enumerate(sheet.lines, 1):
            for col, cell in line.cells.items():
                for key in cell.holds:
                    yield key, Place(sheet.name, row, col)


def _numbers(places: Mapping[Key, Place]) -> dict[tuple[str, int], int]:
    """(region, item as first numbered) → item in sheet order; merged cells answer from above, so a record's own row is its lowest."""
    lowest: dict[tuple[str, int], int] = {}
    for key, place in places.items():
        if key.region != FOREIGN:
            lowest[key.region, key.item] = max(lowest.get((key.region, key.item), 0), place.row)
    order: dict[str, list[tuple[int, int]]] = {}
    for (region, item), row in lowest.items():
        order.setdefault(region, []).append((row, item))
    return {(region, item): number for region, found in order.items() for number, (_, item) in enumerate(sorted(found))}


def _text(book: Workbook, place: Place) -> str:
    value = book.sheet(place.sheet).lines[place.row - 1].cells[place.col].value
    return "" if value is None else str(value)
