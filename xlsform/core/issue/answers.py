"""What a blank does while it is filled in: answers unlocked, prompts and limits, red frames where an answer is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xlsform.core.cells import LAST_COLUMN, Area, address, column_letters, length
from xlsform.core.edits import LONGEST_MESSAGE, LONGEST_TITLE, Edit, Highlight, Look, Restyle, Validation
from xlsform.core.issue.geometry import Grille, Paper, runs
from xlsform.core.issue.needs import Needs, needs_of
from xlsform.core.labels import spoken
from xlsform.core.spec import Field, FormSet, Prose

AS_TEXT = frozenset({"indicator", "period", "serial"})
"""Kinds whose cells are text cells: what is typed as 3-5 or 1-12 must not become a date."""
MISSING = Look(border="FF0000", fill="FFECEC")
HIDDEN = Look(color="FFFFFF")
_ENDS = re.compile(r"[。；;！？!?]")

Choices = Mapping[tuple[str, str, str], str]
"""(region, band, field) → the defined name of its choices."""


def unlocked(sheets: Paper) -> Iterator[Edit]:
    """Whole spare rows, so that rows can be inserted and deleted, and the answers of cards; indicator cells become text cells."""
    for grille in sheets.grilles:
        yield Restyle(grille.sheet, Area(grille.first, 1, grille.last, LAST_COLUMN), Look(locked=False))
        for column in grille.columns:
            if column.field.kind in AS_TEXT:
                yield Restyle(grille.sheet, grille.area(column.at), Look(number_format="@", locked=False))
    for box in sheets.boxes:
        kind = box.field.kind
        look = Look(number_format="@" if kind in AS_TEXT else None, locked=False)
        yield Restyle(box.sheet, box.area, look)


# ------------------------------------------------------------------------------------------------------ prompts and limits


class _Asked(NamedTuple):
    """A field with its cells, prompt, limits of length, name of its choices, and the word before the numbers of a text block."""

    field: Field
    sheet: str
    area: Area
    prompt: str
    lengths: tuple[int, int] | None
    choices: str
    word: str = ""


def validations(formset: FormSet, sheets: Paper, choices: Choices, shift: int) -> Iterator[Validation]:
    """One for every field: its prompt, and what may be typed. shift: years between the blank's and the budget year."""
    lengths = _lengths(sheets)
    for grille in sheets.grilles:
        for column in grille.columns:
            area = grille.area(column.at, beyond=1)
            named = choices.get((grille.region.id, column.band, column.field.key), "")
            limit = lengths.get((grille.region.id, column.field.key))
            asked = _Asked(column.field, grille.sheet, area, column.field.prompt, limit, named)
            yield from _validation(asked, formset, shift)
    for box in sheets.boxes:
        region = box.region
        named = choices.get((region.id, "", box.field.key), "")
        word = region.word if isinstance(region, Prose) else ""
        limit = lengths.get((region.id, box.field.key))
        yield from _validation(_Asked(box.field, box.sheet, box.area, box.prompt, limit, named, word), formset, shift)


def _lengths(sheets: Paper) -> dict[tuple[str, str], tuple[int, int]]:
    """The limits of the mapping's length checks, by region and field."""
    found = {}
    for layout in sheets.layouts:
        for check in layout.form.checks:
            low, high = check.params.get("min", 0), check.params.get("max", 0)
            if check.check == "length" and isinstance(low, int) and isinstance(high, int):
                found.update({(check.region, key): (low, high) for key in check.fields})
    return found


def _validation(asked: _Asked, formset: FormSet, shift: int) -> Iterator[Validation]:
    field = asked.field
    name = spoken(field.name)
    title = cut(name, LONGEST_TITLE)
    prompt = _prompt(asked, formset, shift)
    if asked.choices:
        words = "请从下拉列表中选择；确需另填的，选“是”保留。"
        limits = Validation(asked.sheet, (asked.area,), "list", asked.choices, error=f"“{name}”不在可选项内。{words}")
    elif field.kind == "money":
        said = f"“{name}”请填不小于 0 的数字，以{field.unit or '万元'}为单位，不写单位和千分号。"
        limits = Validation(
            asked.sheet, (asked.area,), "decimal", "0", operator="greaterThanOrEqual", strict=True, error=said
        )
    elif asked.lengths is not None and asked.lengths[1]:
        low, high = asked.lengths
        said = f"“{name}”应为 {low} 至 {high} 字，现已过短或过长。选“是”保留，选“否”修改。"
        limits = Validation(asked.sheet, (asked.area,), "textLength", str(low), str(high), error=said)
    elif prompt:
        limits = Validation(asked.sheet, (asked.area,))
    else:
        return
    if limits.kind != "any":
        limits = limits._replace(error_title="请核对")
    yield limits._replace(prompt_title=title if prompt else "", prompt=prompt)


def _prompt(asked: _Asked, formset: FormSet, shift: int) -> str:
    """The field's own sentence, cut at the end of one, and what its kind wants."""
    field = asked.field
    own = shifted(asked.prompt, shift)
    hint = ""
    if field.kind == "money":
        hint = f"只填数字，单位：{field.unit or '万元'}，最多 {field.places} 位小数。"
    elif field.kind == "period":
        hint = f"写作“{formset.year}年”或“{formset.year}年-{formset.year + 2}年”。"
    elif asked.word:
        hint = f"一条一行，写作“{asked.word}1：名称：值”（换行按 Alt+Enter）。"
    own = cut(own, LONGEST_MESSAGE - (len(hint) + 1 if hint else 0))
    return "\n".join(part for part in (own, hint) if part)


def cut(text: str, most: int) -> str:
    """At most so long a text, ending with a sentence where one ends in the second half, else with an ellipsis."""
    if length(text) <= most:
        return text
    most -= length(text[:most]) - most  # a rare ideograph counts twice
    ends = [found.end() for found in _ENDS.finditer(text, 0, most)]
    return text[: ends[-1]] if ends and ends[-1] * 2 >= most else text[: most - 1] + "…"


def shifted(text: str, years: int) -> str:
    """Every 2019年 of a text moved by so many years; document numbers (〔2014〕14号) are no years."""
    return re.sub(r"(?<!\d)(\d{4})(?=年)", lambda found: str(int(found[1]) + years), text) if years else text


# ------------------------------------------------------------------------------------------------------------- frames


def frames(formset: FormSet, sheets: Paper) -> Iterator[Highlight]:
    """A red frame on every required answer that is missing, and prefilled answers unseen while nothing else stands in their row."""
    for layout in sheets.layouts:
        needs = needs_of(formset, sheets, layout)
        yield from _row_frames(needs)
        yield from _cell_frames(needs)
    for grille in sheets.grilles:
        yield from _unseen(grille)


def _row_frames(needs: Needs) -> Iterator[Highlight]:
    """One rule for all columns that are wanted by themselves in the same rows, one for each group of which one must be there."""
    single: dict[tuple[Grille, tuple[int, ...]], list[int]] = {}
    for row in needs.rows:
        if len(row.cols) == 1:
            single.setdefault((row.grille, row.others), []).append(row.cols[0])
    for (grille, others), cols in single.items():
        yield _frame(grille, sorted(set(cols)), others, f'TRIM({address(grille.first, min(cols))})=""')
    for row in needs.rows:
        if len(row.cols) > 1:
            empty = ",".join(f'TRIM({_span(row.grille.first, col, col)})=""' for col in row.cols)
            yield _frame(row.grille, row.cols, row.others, empty)


def _frame(grille: Grille, cols: Sequence[int], others: Sequence[int], empty: str) -> Highlight:
    told = ",".join(_span(grille.first, left, right) for left, right in runs(others))
    areas = tuple(Area(grille.first, left, grille.last + 1, right) for left, right in runs(cols))
    return Highlight(grille.sheet, areas, f"AND({empty},COUNTA({told})>0)", MISSING)


def _span(row: int, left: int, right: int) -> str:
    """Cells of a row as a conditional format names them: the columns fixed, the row that of the cell it is asked for."""
    first, last = (f"${column_letters(col)}{row}" for col in (left, right))
    return first if left == right else f"{first}:{last}"


def _cell_frames(needs: Needs) -> Iterator[Highlight]:
    for cell in needs.cells:
        told = ",".join(other.named(cell.box.sheet) for other in cell.others)
        if told:
            empty = f'TRIM({cell.box.named(cell.box.sheet)})=""'
            yield Highlight(cell.box.sheet, (cell.box.area,), f"AND({empty},COUNTA({told})>0)", MISSING)


def _unseen(grille: Grille) -> Iterator[Highlight]:
    filled = [column.at for column in grille.columns if column.field.prefill]
    others = [column.at for column in grille.columns if not column.field.prefill and column.field.kind != "serial"]
    told = ",".join(_span(grille.first, left, right) for left, right in runs(others))
    for left, right in runs(filled):
        if told:
            area = Area(grille.first, left, grille.last + 1, right)
            yield Highlight(grille.sheet, (area,), f"COUNTA({told})=0", HIDDEN)
