"""A plan by sheet: what is to be done where, refused where it contradicts itself or the base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from xlsform.core.cells import LAST_COLUMN, LAST_ROW, Area
from xlsform.core.edits import (
    Activate,
    AddSheet,
    CellValue,
    CopySheet,
    Define,
    DropHighlights,
    DropNotes,
    DropSheet,
    Grow,
    Highlight,
    Note,
    Plan,
    PrintArea,
    Property,
    Protect,
    Put,
    Restyle,
    Rows,
    Validation,
    Widths,
)
from xlsform.ooxml.moves import Moves, fold
from xlsform.ooxml.sheet_out import NO_EDITS, SheetEdits, row_moves
from xlsform.ooxml.validations_out import checked
from xlsform.ooxml.workbook import Workbook

_SheetEdit = Rows | Grow | Restyle | Widths | PrintArea | Validation | Highlight | DropHighlights | Protect


class Order(NamedTuple):
    """The plan by sheet. replaced: dropped sheets whose name a new one takes over; front: the sheet to open on, "" as it was; windows: the base's
    workbook.xml, which says how it is shown.
    """

    edits: Mapping[str, SheetEdits]
    copies: Mapping[str, list[CopySheet]]
    dropped: frozenset[str]
    replaced: frozenset[str] = frozenset()
    front: str = ""
    names: tuple[Define, ...] = ()
    printed: Mapping[str, Area] = MappingProxyType({})
    windows: bytes = b""

    @property
    def moves(self) -> Moves:
        return {fold(name): row_moves(edits) for name, edits in self.edits.items() if edits.rows or edits.grows}


def ordered(plan: Plan, book: Workbook) -> Order:
    """The plan by sheet, refused (ValueError) where it contradicts itself or the base."""
    known = [sheet.name for sheet in book.sheets if sheet.kind == "worksheet"]
    puts: dict[str, dict[int, dict[int, CellValue]]] = {}
    others: dict[str, list[_SheetEdit]] = {}
    copies: dict[str, list[CopySheet]] = {}
    dropped: set[str] = set()
    for edit in _about_sheets(plan):
        name = _named(edit)
        if name not in known and not (isinstance(edit, DropSheet) and name in {sheet.name for sheet in book.sheets}):
            raise ValueError(f"the base has no worksheet {name!r}")
        match edit:
            case Put():
                _add_put(puts.setdefault(name, {}), edit)
            case CopySheet():
                copies.setdefault(name, []).append(edit)
            case DropSheet():
                dropped.add(name)
            case _:
                others.setdefault(name, []).append(edit)
    edits = {name: _sheet_edits(puts.get(name, {}), others.get(name, ())) for name in puts.keys() | others.keys()}
    for name in edits.keys() & dropped:
        raise ValueError(f"sheet {name!r} is both edited and dropped")
    for name in edits.keys() & copies.keys():
        if edits[name].rows or edits[name].grows:
            raise ValueError(f"rows of sheet {name!r} are replaced and it is copied")
    names = tuple(edit for edit in plan if isinstance(edit, Define))
    edits = {name: edits[name] for name in known if edits.get(name, NO_EDITS) != NO_EDITS}
    return Order(edits, copies, frozenset(dropped), front=_front(plan), names=names, printed=_printed(others))


def _printed(edits: Mapping[str, Sequence[_SheetEdit]]) -> dict[str, Area]:
    areas = {name: edit.area for name, found in edits.items() for edit in found if isinstance(edit, PrintArea)}
    for name, area in areas.items():
        _check_areas(name, (area,))
    return areas


def _about_sheets(plan: Plan) -> Iterator[Put | _SheetEdit | CopySheet | DropSheet]:
    """What is neither done beforehand nor about the workbook as a whole."""
    for edit in plan:
        if not isinstance(edit, AddSheet | Note | DropNotes | Property | Activate | Define):
            yield edit


def _named(edit: Put | _SheetEdit | CopySheet | DropSheet) -> str:
    """The base's sheet that an edit is about."""
    match edit:
        case CopySheet():
            return edit.source
        case DropSheet():
            return edit.name
        case _:
            return edit.sheet


def _front(plan: Plan) -> str:
    front = {edit.sheet for edit in plan if isinstance(edit, Activate)}
    if len(front) > 1:
        raise ValueError(f"the workbook cannot open on more than one sheet: {sorted(front)}")
    return "".join(front)


def _add_put(puts: dict[int, dict[int, CellValue]], put: Put) -> None:
    if not (1 <= put.row <= LAST_ROW and 1 <= put.col <= LAST_COLUMN):
        raise ValueError(f"{put.sheet!r} has no cell in row {put.row}, column {put.col}")
    row = puts.setdefault(put.row, {})
    if put.col in row:
        raise ValueError(f"row {put.row}, column {put.col} of {put.sheet!r} is put twice")
    row[put.col] = put.value


def _sheet_edits(puts: Mapping[int, Mapping[int, CellValue]], others: Sequence[_SheetEdit]) -> SheetEdits:
    """The edits of one sheet by kind, each kind in the order of the plan. Raises ValueError for edits that contradict each other."""
    rows = sorted((edit for edit in others if isinstance(edit, Rows)), key=lambda edit: edit.first)
    for edit in rows:
        if any(edit.first <= row <= edit.last for row in puts):
            raise ValueError(f"cells are put into rows {edit.first}..{edit.last} of {edit.sheet!r}, which are replaced")
        if edit.count < 0:
            raise ValueError(f"{edit.count} lines for {edit.sheet!r}")
    for one in others:
        match one:
            case Restyle():
                _check_areas(one.sheet, (one.area,))
            case Validation():
                _check_areas(one.sheet, one.areas)
                checked(one)
            case Highlight():
                _check_areas(one.sheet, one.areas)
    return SheetEdits(
        puts,
        tuple(rows),
        tuple(edit for edit in others if isinstance(edit, Grow) and edit.lines),
        tuple(edit for edit in others if isinstance(edit, Restyle)),
        tuple(edit for edit in others if isinstance(edit, Validation)),
        tuple(edit for edit in others if isinstance(edit, Highlight)),
        tuple(edit for edit in others if isinstance(edit, Widths)),
        frozenset(edit.formula for edit in others if isinstance(edit, DropHighlights)),
        any(isinstance(edit, Protect) for edit in others),
    )


def _check_areas(sheet: str, areas: Sequence[Area]) -> None:
    for area in areas:
        if not (1 <= area.top <= area.bottom <= LAST_ROW and 1 <= area.left <= area.right <= LAST_COLUMN):
            raise ValueError(f"{sheet!r} has no area {tuple(area)}")
    if not areas:
        raise ValueError(f"an edit for no cell of {sheet!r}")
