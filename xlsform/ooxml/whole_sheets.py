"""Worksheets read whole. A sheet that comes back unchanged, the page of instructions or one left blank, is read once for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from xlsform.core.cells import Cell, Row
from xlsform.ooxml.package import Limits
from xlsform.ooxml.sheetxml import Notes, SheetPart
from xlsform.ooxml.styles import Styles

_MEMO: Final = 64 * 1024


class WholeSheet(NamedTuple):
    """All of a sheet: its non-blank cells by row, and what was seen in passing. Shared between workbooks, so never changed."""

    rows: Mapping[int, Row]
    notes: Notes


@dataclass(slots=True)
class _Known:
    """What is known of one sheet part. strings: the shared strings it used, index → cell; whole: None until it is seen twice."""

    seen: bool = False
    strings: Mapping[int, Cell | None] | None = None
    whole: WholeSheet | None = None


class _Watched(list[Cell | None]):
    """A table of strings that notes which of them are used."""

    def __init__(self, cells: list[Cell | None]) -> None:
        super().__init__(cells)
        self.used: dict[int, Cell | None] = {}

    def __getitem__(self, index: int) -> Cell | None:  # type: ignore[override]  # nobody slices it
        cell = super().__getitem__(index)
        self.used[index] = cell
        return cell


def read_whole(sheet: SheetPart) -> WholeSheet:
    """Read a sheet. The same bytes under the same formats, using the same strings, are the same cells. Raises Rejected as `rows`."""
    data = sheet.package.kept(sheet.part)
    if data is None or len(data) > _MEMO or sheet.strings.struck:
        return _read(sheet)
    known = _known(data, sheet.styles, sheet.date_1904, sheet.limits)
    if known.whole is not None and known.strings is not None and _same(known.strings, sheet.strings.cells):
        return known.whole
    if not known.seen:
        known.seen = True
        return _read(sheet)
    watched = _Watched(sheet.strings.cells)
    known.whole = _read(replace(sheet, strings=sheet.strings._replace(cells=watched)))
    known.strings = watched.used
    return known.whole


def _read(sheet: SheetPart) -> WholeSheet:
    notes = Notes()
    return WholeSheet(dict(sheet.rows(notes)), notes)


@lru_cache(maxsize=64)
def _known(_data: bytes, _styles: Styles, _date_1904: bool, _limits: Limits) -> _Known:
    return _Known()


def _same(used: Mapping[int, Cell | None], cells: list[Cell | None]) -> bool:
    count = len(cells)
    return all(index < count and cells[index] == cell for index, cell in used.items())
