"""Which sheet is which form: by its labels, never by its name or place alone; two candidates are a finding, never a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from xlsform.core.aids import set_aside
from xlsform.core.cells import Book, Grid
from xlsform.core.kinds import number_of
from xlsform.core.labels import without_space
from xlsform.core.layout import Aligned, Layout, Layouts, align, is_as_issued, keys_of, likeness
from xlsform.core.marks import is_list
from xlsform.core.records import Fate, Unmapped
from xlsform.core.spec import Form

LIKE_ENOUGH = 0.5
"""Part of a form's labels that a sheet must show to be taken for it."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of a workbook, sorted out.

    aligned: one a form; copies: blank copies of a form that also stands filled in the workbook; rivals: forms with two filled
    sheets; unknown: sheets of no form; own: sheets that the district summary adds (报送情况, 审核结果, 来源); cards: the single
    cards kept in a summary, which repeat what its list says; lists: what a review put into the workbook (需修改);
    aids: the cells that were set aside because issuing put them there (check strips, choices, stamp), by sheet; strays: what else stands in its hidden sheets.
    """

    summary: bool
    aligned: tuple[Aligned, ...]
    copies: tuple[Grid, ...] = ()
    rivals: tuple[tuple[Form, tuple[Grid, ...]], ...] = ()
    unknown: tuple[Grid, ...] = ()
    own: tuple[Grid, ...] = ()
    cards: tuple[Aligned, ...] = ()
    lists: tuple[Grid, ...] = ()
    aids: Mapping[str, Mapping[tuple[int, int], Fate]] = field(default_factory=dict)
    strays: tuple[Unmapped, ...] = ()


def identify(book: Book, layouts: Layouts) -> Sheets:
    """Sorts out the sheets of a department's return or of a district summary."""
    grids, aids, strays = set_aside(book.grids, layouts.strip_texts)
    lists = tuple(grid for grid in grids if is_list(grid))
    if lists or aids:
        book = replace(book, grids=tuple(grid for grid in grids if not is_list(grid)))
    stamp = book.stamp if book.stamp.get("department") else None
    _, singles = _list_and_card(layouts)
    summary = is_summary(book, layouts)
    candidates = (*layouts.summary, *singles) if summary else layouts.returns
    found: dict[str, list[Grid]] = {}
    unknown: list[Grid] = []
    own: list[Grid] = []
    cards: list[Aligned] = []
    for grid in book.grids:
        layout = None if summary and _is_own(grid, layouts) else _best(grid, candidates)
        if layout is not None and summary and not layout.summary:
            cards.append(align(layout, grid))
        elif layout is not None:
            found.setdefault(layout.form.id, []).append(grid)
        else:
            (own if summary and _is_own(grid, layouts) else unknown).append(grid)
    chosen = {layout.form.id: layout for layout in candidates if layout.summary == summary}
    aligned, copies, rivals = _choose(found, chosen, stamp)
    return Sheets(summary, aligned, copies, rivals, tuple(unknown), tuple(own), tuple(cards), lists, aids, strays)


def is_summary(book: Book, layouts: Layouts) -> bool:
    """A stamp says so; without one, a sheet that only the summary has (the list of all departments' cards)."""
    if kind := book.stamp.get("kind"):
        return kind == "summary"
    lists, _ = _list_and_card(layouts)
    candidates = (*lists, *layouts.returns)
    return any((best := _best(grid, candidates)) is not None and best.summary for grid in book.grids)


def _list_and_card(layouts: Layouts) -> tuple[tuple[Layout, ...], tuple[Layout, ...]]:
    """The forms that the summary shows otherwise than the return: as it shows them, and as the return does."""
    lists = tuple(layout for layout in layouts.summary if layout.regions != layout.form.regions)
    names = {layout.form.id for layout in lists}
    return lists, tuple(layout for layout in layouts.returns if layout.form.id in names)


def _best(grid: Grid, candidates: Sequence[Layout]) -> Layout | None:
    """The form this sheet looks most like; a sheet that is as issued needs no search."""
    for layout in candidates:
        if is_as_issued(layout, grid):
            return layout
    keys = keys_of(grid)
    ranked = [(likeness(layout, keys), layout.sheet == grid.sheet, -index) for index, layout in enumerate(candidates)]
    best = max(ranked, default=(0.0, False, 0))
    return candidates[-best[2]] if best[0] >= LIKE_ENOUGH else None


def _is_own(grid: Grid, layouts: Layouts) -> bool:
    """Whether the sheet begins with the title of a sheet that the summary blank has besides the forms."""
    return without_space(grid.text(1, 1)) in layouts.own_titles


def _choose(
    found: Mapping[str, Sequence[Grid]], layouts: Mapping[str, Layout], stamp: Mapping[str, str] | None
) -> tuple[tuple[Aligned, ...], tuple[Grid, ...], tuple[tuple[Form, tuple[Grid, ...]], ...]]:
    chosen: list[Aligned] = []
    copies: list[Grid] = []
    rivals: list[tuple[Form, tuple[Grid, ...]]] = []
    for name, layout in layouts.items():
        aligned = [align(layout, grid, stamp) for grid in found.get(name, ())]
        issued = frozenset(without_space(text) for text in stamp.values()) if stamp else frozenset[str]()
        filled = [one for one in aligned if len(aligned) == 1 or _is_filled(one, issued)] or aligned[:1]
        copies += [one.grid for one in aligned if not any(one is other for other in filled)]
        if len(filled) > 1:
            rivals.append((layout.form, tuple(one.grid for one in filled)))
        else:
            chosen += filled
    return tuple(chosen), tuple(copies), tuple(rivals)


def _is_filled(aligned: Aligned, issued: frozenset[str]) -> bool:
    """Whether anything stands on the sheet that is neither on the blank nor a label, numbers in the 序号 column apart.

    issued: what may have been filled in when it was issued.
    """
    labels = {(line.row, line.col) for line in (aligned.title, aligned.unit) if line is not None}
    labels.update(aligned.card.labels if aligned.card is not None else ())
    serials: set[int] = set()
    for _, header, _ in aligned.tables:
        labels.update(header.labels)
        serials.update(column.at for column in header.found if column.field.kind == "serial")
    return any(
        without_space(cell.text) not in aligned.layout.texts and without_space(cell.text) not in issued
        for row, col, cell in aligned.grid
        if (row, col) not in labels and not (col in serials and number_of(without_space(cell.text)))
    )
