"""`mapping show`: a sheet of the blank drawn with one sign a cell, and below it which cells each field claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

from xlsform.core.cells import Area, Grid, address, column_letters
from xlsform.core.layout import Layout
from xlsform.core.spec import Field, Prose
from xlsform.wording import Lang, translate

_CELL = 6
_LEGEND = "T 表题，U 单位行，n. 栏目，[n] 第 n 个字段的值，v 同上（逐行向下），* 其他文字，< 并入左格，^ 并入上格"


class Claim(NamedTuple):
    """A field and its cells: where its label stands (row 0: nowhere of its own), where its value does, and whether values go on below."""

    name: str
    field: Field
    label: tuple[int, int]
    value: tuple[int, int]
    down: bool


def claims(layout: Layout) -> tuple[Claim, ...]:
    """What the form's fields claim on the sheet, in the order of the mapping."""
    out: list[Claim] = []
    for table, header in layout.tables:
        for column in header.found:
            label = max((spot for spot in header.labels if spot[1] == column.at), default=(0, 0))
            band = f"（{column.band}）" if column.band else ""
            name = f"{table.id}.{column.field.key}{band}"
            out.append(Claim(name, column.field, label, (header.bottom + 1, column.at), down=True))
    for answer in layout.card.answers if layout.card is not None else ():
        region, field = answer.question.region, answer.question.field
        name = region.id if isinstance(region, Prose) else f"{region.id}.{field.key}"
        label = (answer.label.top, answer.label.left)
        out.append(Claim(name, field, label, label if answer.inline else answer.at, down=False))
    return tuple(out)


def draw(layout: Layout, grid: Grid, lang: Lang) -> Iterator[str]:
    """The picture of one sheet and its list of fields, line by line."""
    claimed = claims(layout)
    mark = layout.form.mark
    yield f"{layout.sheet}  {layout.form.name}  ({mark._replace(file=PurePath(mark.file).name)})"
    signs = _signs(layout, grid, claimed)
    if signs:
        rows, cols = max(row for row, _ in signs), max(col for _, col in signs)
        yield ("     " + "".join(column_letters(col).ljust(_CELL) for col in range(1, cols + 1))).rstrip()
        for row in range(1, rows + 1):
            cells = "".join(signs.get((row, col), "").ljust(_CELL) for col in range(1, cols + 1))
            yield f"{row:>3}  {cells}".rstrip()
        yield f"({translate(_LEGEND, lang)})"
    for number, claim in enumerate(claimed, 1):
        where = address(*claim.value) + ("…" if claim.down else "")
        yield f"{number:>3}  {claim.name}  {' / '.join(claim.field.label)}  {claim.field.kind}  {where}"


def _signs(layout: Layout, grid: Grid, claimed: tuple[Claim, ...]) -> dict[tuple[int, int], str]:
    """The sign of every cell that is drawn. Of a table's body two rows are drawn: it goes on like that."""
    bottom = max((claim.value[0] + claim.down for claim in claimed), default=0)
    signs = {(row, col): "*" for row, col, _ in grid if row <= bottom}
    for merge in grid.merges:
        signs |= _merged(merge, bottom)
    for line, sign in ((layout.title, "T"), (layout.unit, "U")):
        if line is not None:
            signs[line.row, line.col] = sign
    for number, claim in enumerate(claimed, 1):
        if claim.label[0]:
            signs[claim.label] = f"{number}."
        signs[claim.value] = f"{number}.[{number}]" if claim.value == claim.label else f"[{number}]"
        if claim.down:
            signs[claim.value[0] + 1, claim.value[1]] = "v"
    return signs


def _merged(merge: Area, bottom: int) -> dict[tuple[int, int], str]:
    """The cells that a merge covers, down to `bottom`; a blank has no merge of whole columns."""
    spots = (
        (row, col)
        for row in range(merge.top, min(merge.bottom, bottom) + 1)
        for col in range(merge.left, merge.right + 1)
    )
    return {spot: "<" if spot[1] > merge.left else "^" for spot in spots if spot != (merge.top, merge.left)}
