"""One random change after another, of the kinds that clerks and their programs make, with what reading must give afterwards.

    done = mutated(seed=11, changes=2)          # a random return, two random changes, its bytes
    done.data, done.expected                    # bytes and Expectation

The law: every value of `expected.records` is read as it stands there and where `expected.places` says, or there is a finding at that
cell; for keys in `excused` a finding about the whole form (T03, T04, T05, A11) does as well; for keys in `unreadable` the data must
be None and there must be a finding. No record may be there that `records` does not have. Cells in `foreign` hold nothing that belongs
to the form: they end as labels, totals or unmapped cells, or have a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from random import Random
from typing import NamedTuple

from samples import changes
from samples.content import REGIONS, Content, Datum, Truth, truth_of
from samples.generator import content, issued_blank
from samples.package import EXCEL, INLINE, OPENPYXL, PREFIXED, WPS, Dialect, save
from samples.workbook import CARD, DIRECTIONS, FUNDS, MATRIX, Box, Cell, Formula, Key, Line, Rich, Sheet, Workbook, Wrong, fill

FORMS = {FUNDS: "fund_summary", DIRECTIONS: "direction_targets", MATRIX: "indicator_matrix"}
AMOUNTS = frozenset({"total_amount", "annual_amount", "basic_expenditure", "project_expenditure"})
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
LABEL_WORDS = ("合计", "小计", "产出指标", "效益指标", "质量指标", "序号", "支出方向", "年度绩效目标", "部门名称", "单位：万元")


class Place(NamedTuple):
    """A cell by the name of its sheet, rows and columns from 1."""

    sheet: str
    row: int
    col: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """What reading the changed return must give; see the module's law. Items are numbered in sheet order, like records read."""

    applied: tuple[Mutation, ...]
    records: Truth
    places: Mapping[Key, Place]
    unreadable: frozenset[Key]
    excused: frozenset[Key]
    foreign: tuple[tuple[Place, str], ...]


class Mutated(NamedTuple):
    """A changed return and what is expected of it."""

    data: bytes
    expected: Expectation


@dataclass(slots=True)
class Draft:
    """A return while it is being changed: the workbook, and the records behind the keys that its cells hold."""

    book: Workbook
    records: dict[tuple[str, int], dict[str, Datum]]
    unreadable: set[Key] = field(default_factory=set)
    excused: set[Key] = field(default_factory=set)
    foreign: dict[str, str] = field(default_factory=dict)

    def sheet(self, form: str) -> Sheet | None:
        """The sheet that holds the form now (sheets may have been renamed), None when it was taken out."""
        return next((sheet for sheet in self.book.sheets if sheet.print_rows or not sheet.static if form_of(sheet) == form), None)


def form_of(sheet: Sheet) -> str:
    """Which form of the blank the sheet is, whatever it is called now; an empty copy is none."""
    return sheet.form
