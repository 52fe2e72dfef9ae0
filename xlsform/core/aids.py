"""What an issued workbook has besides its forms: a check strip on every form, a sheet of choices, its stamp, answers filled in for it.

Issuing writes these texts and reading knows them by the same functions, also when rows were inserted or no value is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from xlsform.core.catalogue import RULES
from xlsform.core.cells import Cell, Grid, Ref, Row, Spot
from xlsform.core.findings import Level
from xlsform.core.kinds import plain
from xlsform.core.labels import spoken
from xlsform.core.records import Fate, Unmapped
from xlsform.core.spec import Card, Check, Form, FormSet, Matrix, Prose, Relation, Table, Term, fields_of

STRIP_HEAD = "填报检查（不打印）"
RIGHT, WRONG, OPEN = "✓", "✗", "—"
"""How a line of the strip begins: it agrees, it does not, there is nothing to compare yet."""
REQUIRED_LINE = "必填栏目"
LISTS_SHEET = "_列表"
LISTS_MARK = "下拉选项：本表由系统生成，请勿改动"
LISTS_HELPER = "#"
"""Heads a column of `_列表` that only counts; other columns are headed by the region.field whose choices they hold."""
STAMP_SHEET = "_xlsform"
STAMP_MARK = "表册标识：本表由系统生成，请勿改动"
STAMP_KEYS = ("form_set", "kind", "version", "year", "campaign", "department", "code", "authority")
PREFILLS: Mapping[str, str] = MappingProxyType({"name": "department", "code": "code", "parent": "authority"})
"""What a field may be filled in with when a blank is issued → the key of the stamp that says it."""
REQUIRING = frozenset({"present", "amount", "period", "tree", "one_of", "paired"})
"""Checks that want an answer."""

_DEEPEST_HEAD = 15
_LONGEST_STRIP = 12
_FEWEST_LINES = 2
_LIST_HEAD = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*|" + re.escape(LISTS_HELPER))


class CheckLine(NamedTuple):
    """A line of a form's check strip: what it says, and the relation it watches; None: the answers that must be there."""

    text: str
    relation: Relation | None


def check_lines(formset: FormSet, form: Form) -> tuple[CheckLine, ...]:
    """The lines of a form's strip: the relations that its regions have a part in, then the required answers.

    Long texts are not compared live, and last year's summary is not at hand.
    """
    own = {region.id for region in form.regions}
    lines = [
        CheckLine(_relation_text(formset, form, relation), relation)
        for relation in formset.relations
        if relation.op != "~"
        and _level(formset, relation) is not None
        and not any(term.last for term in relation.terms)
        and own & {term.form for term in relation.terms}
    ]
    if required_by(formset, form):
        lines.append(CheckLine(REQUIRED_LINE, None))
    return tuple(_numbered(lines))


def required_by(formset: FormSet, form: Form) -> tuple[Check, ...]:
    """The checks of a form for which a missing answer is an error."""
    return tuple(check for check in form.checks if check.check in REQUIRING and _level(formset, check) is Level.ERROR)


def _level(formset: FormSet, rule: Check | Relation) -> Level | None:
    """The highest level that a line has: the form set's word, else the mapping's, else the catalogue's; None when it is off."""
    if rule.code in formset.levels:
        return formset.levels[rule.code]
    known = RULES.get(rule.code)
    if known is not None and not known.on:
        return None
    return rule.level or (known.levels[0] if known is not None else Level.ERROR)


def _numbered(lines: Sequence[CheckLine]) -> Iterator[CheckLine]:
    """Lines that read alike are told apart by their rule's code."""
    texts = [line.text for line in lines]
    for line in lines:
        alike = texts.count(line.text) > 1
        yield (
            line._replace(text=f"{line.text}（{line.relation.code}）") if alike and line.relation is not None else line
        )


def _relation_text(formset: FormSet, form: Form, relation: Relation) -> str:
    if relation.op == "<=>":
        mine, other = sorted(relation.terms, key=lambda term: not _is_on(form, term))
        return f"{'、'.join(_name(form, mine.form, key) for key in relation.by)}与{_form_of(formset, other).sheet}对应"
    left, right = (_side_text(formset, form, side) for side in (relation.left, relation.right))
    said = f"{left} {'=' if relation.op == '=' else '≤'} {right}"
    here = next((term.form for term in relation.terms if _is_on(form, term)), "")
    return f"{said}，按{'、'.join(_name(form, here, key) for key in relation.by)}" if relation.by else said


def _side_text(formset: FormSet, form: Form, terms: Sequence[Term]) -> str:
    said = ""
    for term in terms:
        home = _form_of(formset, term)
        name = _name(home, term.form, term.field) + ("合计" if term.total else "")
        name += "" if home.id == form.id else f"（{home.sheet}）"
        name = name if term.times == 1 else f"{plain(term.times)}×{name}"
        said += (" - " if term.sign < 0 else " + " if said else "") + name
    return said.strip()


def _is_on(form: Form, term: Term) -> bool:
    return any(region.id == term.form for region in form.regions)


def _form_of(formset: FormSet, term: Term) -> Form:
    return next(form for form in formset.forms if _is_on(form, term))


def _name(form: Form, region_id: str, key: str) -> str:
    for region in form.regions:
        if region.id == region_id and isinstance(region, Table | Card | Matrix):
            return next((spoken(field.name) for field in fields_of(region) if field.key == key), key)
    return key


def strip_texts(formset: FormSet) -> frozenset[str]:
    """Every text that a check strip of these forms may hold."""
    return frozenset(line.text for form in formset.forms for line in check_lines(formset, form))


def prefilled(form: Form, stamp: Mapping[str, str]) -> dict[str, str]:
    """What was filled in when this workbook was issued, by field."""
    filled: dict[str, str] = {}
    for region in form.regions:
        if isinstance(region, Prose):
            continue
        fields = region.shared if isinstance(region, Matrix) else region.fields
        for field in fields:
            text = stamp.get(PREFILLS.get(field.prefill, ""), "")
            if text:
                filled[field.key] = text
    return filled


class SetAside(NamedTuple):
    """The sheets of a workbook without what is ours: `grids`; the fates of the cells that were set aside, by sheet; and what somebody
    else put into our hidden sheets.
    """

    grids: tuple[Grid, ...]
    fates: Mapping[str, Mapping[Spot, Fate]]
    strays: tuple[Unmapped, ...]


def set_aside(grids: Sequence[Grid], texts: frozenset[str]) -> SetAside:
    """Takes check strips, choices and stamp out of the sheets. What somebody typed beside a strip stays in its sheet."""
    kept: list[Grid] = []
    fates: dict[str, Mapping[Spot, Fate]] = {}
    strays: list[Unmapped] = []
    for grid in grids:
        known = _KNOWN_SHEETS.get(grid.sheet)
        if known is not None and grid.text(1, 1) == known[0]:
            ours = known[1](grid)
            fates[grid.sheet] = dict.fromkeys(ours, Fate.LABEL)
            strays += (
                Unmapped(Ref("", grid.sheet, row, col), cell.text) for row, col, cell in grid if (row, col) not in ours
            )
            continue
        spots = _strip_spots(grid, texts)
        if spots:
            fates[grid.sheet] = dict.fromkeys(spots, Fate.LABEL)
            grid = _without(grid, spots)  # noqa: PLW2901 - the sheet as it goes on
        kept.append(grid)
    return SetAside(tuple(kept), fates, tuple(strays))


def _without(grid: Grid, spots: Sequence[Spot]) -> Grid:
    rows: dict[int, Row] = dict(grid.rows)
    for row, col in spots:
        cells = {at: cell for at, cell in rows[row].items() if at != col}
        if cells:
            rows[row] = cells
        else:
            del rows[row]
    return replace(grid, rows=rows)


def _strip_spots(grid: Grid, texts: frozenset[str]) -> list[Spot]:
    """The cells of the check strip: its heading, its lines, and left of each line (right of the heading) how it stands."""
    head = _strip_head(grid)
    if head is None:
        return _headless(grid, texts)
    top, left = head
    spots = []
    if _is_status(grid.cell(top, left + 1)):
        spots.append((top, left + 1))
    for row in range(top, top + _LONGEST_STRIP + 1):
        for col, cell in grid.rows.get(row, {}).items():
            if col > left and cell.text in texts:
                spots.append((row, col))
                if _is_status(grid.cell(row, col - 1)):
                    spots.append((row, col - 1))
    lines = sum(grid.text(*at) in texts for at in spots)
    stands = len(spots) > lines or lines >= _FEWEST_LINES  # a heading alone may be somebody's answer
    return [head, *spots] if stands else []


def _headless(grid: Grid, texts: frozenset[str]) -> list[Spot]:
    """The cells of a strip whose heading somebody wrote over: at least two of its lines with how they stand, so that no answer is taken."""
    lines = [
        (row, col)
        for row in range(1, _DEEPEST_HEAD + _LONGEST_STRIP)
        for col, cell in grid.rows.get(row, {}).items()
        if cell.text in texts and _is_status(grid.cell(row, col - 1))
    ]
    if len(lines) < _FEWEST_LINES:
        return []
    spots = [*lines, *((row, col - 1) for row, col in lines)]
    top, left = min(row for row, _ in lines), min(col for _, col in lines)
    overall = ((row, col) for row in range(1, top + 1) for col in (left, left - 2))  # right of where the heading was
    return [
        *spots,
        *(at for at in overall if at not in spots and (cell := grid.cell(*at)) and cell.formula is not None),
    ]


def _strip_head(grid: Grid) -> Spot | None:
    rows = grid.rows
    for row in range(1, _DEEPEST_HEAD + 1):
        if row in rows:
            for col, cell in rows[row].items():
                if cell.text == STRIP_HEAD:
                    return row, col
    return None


def _is_status(cell: Cell | None) -> bool:
    return cell is not None and (cell.formula is not None or cell.text[:1] in (RIGHT, WRONG, OPEN))


def _list_spots(grid: Grid) -> set[Spot]:
    heads = {col for col, cell in grid.rows.get(2, {}).items() if _LIST_HEAD.fullmatch(cell.text)}
    return {(1, 1), *((row, col) for row, cells in grid.rows.items() for col in cells if row > 1 and col in heads)}


def _stamp_spots(grid: Grid) -> set[Spot]:
    keys = {row for row in grid.rows if grid.text(row, 1) in STAMP_KEYS}
    return {(1, 1), *((row, col) for row in keys for col in (1, 2) if col in grid.rows[row])}


_KNOWN_SHEETS = {LISTS_SHEET: (LISTS_MARK, _list_spots), STAMP_SHEET: (STAMP_MARK, _stamp_spots)}


def stamp_of(grids: Sequence[Grid]) -> dict[str, str]:
    """What the sheet of the stamp says, {} when there is none."""
    for grid in grids:
        if grid.sheet == STAMP_SHEET and grid.text(1, 1) == STAMP_MARK:
            return {
                grid.text(row, 1): grid.text(row, 2) for row in sorted(grid.rows) if grid.text(row, 1) in STAMP_KEYS
            }
    return {}


def others_formulas(grid: Grid, formulas: int) -> int:
    """How many of the sheet's formulas are not ours: what ours come to is nobody's answer."""
    if grid.sheet in _KNOWN_SHEETS and grid.text(1, 1) == _KNOWN_SHEETS[grid.sheet][0]:
        return 0
    head = _strip_head(grid)
    if head is None:
        return formulas
    top, left = head
    rows = (grid.rows.get(row, {}) for row in range(top, top + _LONGEST_STRIP + 1))
    return formulas - sum(cell.formula is not None for cells in rows for col, cell in cells.items() if col >= left)
