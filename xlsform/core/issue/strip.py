"""The live checks beside a form: what its relations and required answers come to while somebody types, in plain formulas.

Only functions that Excel, WPS and LibreOffice know alike, nothing that has to be entered as an array, no macro.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.aids import OPEN, RIGHT, STRIP_HEAD, WRONG, CheckLine, check_lines
from xlsform.core.cells import Area, address, column_letters
from xlsform.core.edits import Edit, Formula, Highlight, Look, Put, Restyle, Widths
from xlsform.core.issue.geometry import Box, Grille, Paper
from xlsform.core.issue.needs import Needs, RowNeed, needs_of
from xlsform.core.kinds import plain
from xlsform.core.labels import TOTAL_WORDS
from xlsform.core.layout import Layout
from xlsform.core.spec import FormSet, Relation, Term

STATUS_WIDTH, TEXT_WIDTH, GAP_WIDTH = Decimal(20), Decimal(42), Decimal(3)
_SIZE = Decimal(9)
_HEAD = Look(size=Decimal(10), bold=True, color="404040", horizontal="left", vertical="center", wrap=False)
_TEXT = Look(size=_SIZE, color="595959", horizontal="left", vertical="center", wrap=False)
_STATUS = Look(size=_SIZE, color="595959", horizontal="right", vertical="center", wrap=False)
_BAD = Look(color="C00000", bold=True)
_GOOD = Look(color="00803C")
_WORDS = "{" + ",".join(f'"{word}"' for word in (*TOTAL_WORDS, *(f"{w[0]} {w[1]}" for w in TOTAL_WORDS))) + "}"
_WORD_COLUMNS = 3
_LISTING = ("CHAR(10)", '"；"', '";"', '"、"')
"""What separates the entries of a cell that lists several, as formulas say it."""


class Line(NamedTuple):
    """A line of the strip with the formula that says how it stands."""

    text: str
    formula: str


def strip(formset: FormSet, sheets: Paper, layout: Layout) -> Iterator[Edit]:
    """The edits that put the strip beside one form, one column right of it, in rows that stay when rows are deleted below."""
    lines = [
        Line(line.text, formula)
        for line in check_lines(formset, layout.form)
        if (formula := _formula(line, formset, sheets, layout)) is not None
    ]
    if not lines:
        return
    sheet, left = layout.sheet, sheets.right(layout) + 2
    yield Widths(sheet, left - 1, left - 1, GAP_WIDTH)
    yield Put(sheet, 1, left, STRIP_HEAD)
    yield Restyle(sheet, Area(1, left, 1, left + 1), _HEAD)
    places = _places(len(lines), left, layout.tables[0][1].bottom if layout.tables else len(lines) + 1)
    for line, (row, col) in zip(lines, places, strict=True):
        yield Put(sheet, row, col, Formula(line.formula, OPEN))
        yield Put(sheet, row, col + 1, line.text)
        yield Restyle(sheet, Area(row, col, row, col), _STATUS)
        yield Restyle(sheet, Area(row, col + 1, row, col + 1), _TEXT)
    block = Area(places[0][0], places[0][1], max(row for row, _ in places), places[-1][1] + 1)
    yield Put(sheet, 1, left + 1, Formula(_overall(block), OPEN))
    for col in range(left, block.right, 2):
        yield Widths(sheet, col, col, STATUS_WIDTH)
        yield Widths(sheet, col + 1, col + 1, TEXT_WIDTH)
    areas = (Area(1, left, block.bottom, block.right),)
    yield Highlight(sheet, areas, f'LEFT({address(1, left)},1)="{WRONG}"', _BAD)
    yield Highlight(sheet, areas, f'LEFT({address(1, left)},1)="{RIGHT}"', _GOOD)


def _places(count: int, left: int, bottom: int) -> list[tuple[int, int]]:
    """Where the lines stand: below the heading down to row `bottom`, then beside; beside it at once when the header is one row."""
    deep, first = (bottom - 1, left) if bottom > 1 else (1, left + 2)
    top = 2 if bottom > 1 else 1
    return [(top + index % deep, first + 2 * (index // deep)) for index in range(count)]


def _overall(block: Area) -> str:
    top, bottom = (
        f"${column_letters(col)}${row}" for row, col in ((block.top, block.left), (block.bottom, block.right))
    )
    bad, good = (f'COUNTIF({top}:{bottom},"{mark}*")' for mark in (WRONG, RIGHT))
    return f'IF({bad}>0,"{WRONG} 有 "&{bad}&" 项不符",IF({good}>0,"{RIGHT} 没有不符","{OPEN}"))'


def _formula(line: CheckLine, formset: FormSet, sheets: Paper, layout: Layout) -> str | None:
    if line.relation is None:
        return _missing(needs_of(formset, sheets, layout), layout)
    relation = line.relation
    match relation.op:
        case "<=>":
            return _same_keys(relation, sheets, layout.sheet)
        case _ if relation.by:
            return _keyed(relation, sheets, layout.sheet)
        case _:
            return _whole(relation, sheets, layout.sheet)


# ------------------------------------------------------------------------------------------------- amounts, once a return


def _whole(relation: Relation, sheets: Paper, home: str) -> str | None:
    """Both sides added up; open while one of them has no number."""
    sides = [_side(side, sheets, home) for side in (relation.left, relation.right)]
    if any(side is None for side in sides):
        return None
    (left, left_cells), (right, right_cells) = (side for side in sides if side is not None)
    gap = f"ROUND({left}-({right}),6)"
    holds = f"{_distance(relation, gap)}<={plain(relation.tolerance)}"
    return (
        f'IF(OR(COUNT({left_cells})=0,COUNT({right_cells})=0),"{OPEN}",'
        f'IF({holds},"{RIGHT}","{WRONG} 相差 "&ROUND({left}-({right}),4)))'
    )


def _distance(relation: Relation, gap: str) -> str:
    return gap if relation.op == "<=" else f"ABS({gap})"


def _side(terms: Sequence[Term], sheets: Paper, home: str) -> tuple[str, str] | None:
    """(the sum, the cells that it is made of), None when a formula cannot say it."""
    said, cells = "", []
    for term in terms:
        one = _amount(term, sheets, home)
        if one is None:
            return None
        said += _signed(term, said, one[0])
        cells.append(one[1])
    return said, ",".join(cells)


def _signed(term: Term, before: str, said: str) -> str:
    sign = "-" if term.sign < 0 else "+" if before else ""
    return f"{sign}{said}" if term.times == 1 else f"{sign}{plain(term.times)}*{said}"


def _amount(term: Term, sheets: Paper, home: str) -> tuple[str, str] | None:
    grille = sheets.grille(term.form)
    if grille is not None:
        columns = grille.of(term.field)
        said = "+".join(_sum(grille, column.at, home) for column in columns)
        return (f"({said})", ",".join(grille.watched(column.at, home) for column in columns)) if columns else None
    box = _box(sheets, term)
    return (f"N({box.named(home)})", box.named(home)) if box is not None and not box.answer.inline else None


def _box(sheets: Paper, term: Term) -> Box | None:
    return next((box for box in sheets.boxes_of(term.form) if box.field.key == term.field), None)


def _sum(grille: Grille, col: int, home: str) -> str:
    """A column added up, rows called 合计 or 小计 left out: an amount stands in its row and again in theirs."""
    amounts = grille.watched(col, home)
    words = [column.at for column in grille.columns if column.field.kind in ("serial", "text") and column.at < col]
    less = "".join(f"-SUMPRODUCT(SUMIF({grille.watched(at, home)},{_WORDS},{amounts}))" for at in words[:_WORD_COLUMNS])
    return f"SUM({amounts}){less}"


# --------------------------------------------------------------------------------------------------- amounts, key by key


def _keyed(relation: Relation, sheets: Paper, home: str) -> str | None:
    """The rows of the region that is no sum that have another amount than the other side, of keys that both sides have."""
    single = next((term for term in relation.terms if not term.total), relation.left[0])
    base = sheets.grille(single.form)
    keys = _key_columns(base, relation.by, home)
    if base is None or keys is None:
        return None
    paired = {term.form: _paired(sheets.grille(term.form), relation.by, keys, home) for term in relation.terms}
    sides = [_keyed_side(side, paired, sheets, home) for side in (relation.left, relation.right)]
    if None in sides:
        return None
    others = (f"(COUNTIFS({paired[term.form]})>0)" for term in relation.terms if term.form != base.region.id)
    known = "*".join([base.below_header(home), *(f'({key}<>"")' for key in keys), *others])
    gap = _distance(relation, f"ROUND({sides[0]}-({sides[1]}),6)")
    bad = f"{known}*({gap}>{plain(relation.tolerance)})"
    where = "" if base.sheet == home else base.sheet
    return _located(bad, known, keys[0], where)


def _key_columns(grille: Grille | None, keys: Sequence[str], home: str) -> tuple[str, ...] | None:
    if grille is None:
        return None
    columns = [grille.of(key)[:1] for key in keys]
    return tuple(grille.watched(one[0].at, home) for one in columns) if all(columns) else None


def _paired(grille: Grille | None, by: Sequence[str], keys: Sequence[str], home: str) -> str | None:
    """The key columns of a region, each with that of the base that it must equal."""
    own = _key_columns(grille, by, home)
    return None if own is None else ",".join(f"{mine},{theirs}" for mine, theirs in zip(own, keys, strict=True))


def _keyed_side(terms: Sequence[Term], paired: Mapping[str, str | None], sheets: Paper, home: str) -> str | None:
    said = ""
    for term in terms:
        grille, pairs = sheets.grille(term.form), paired[term.form]
        if grille is None or pairs is None or not (columns := grille.of(term.field)):
            return None
        sums = "+".join(f"SUMIFS({grille.watched(column.at, home)},{pairs})" for column in columns)
        said += _signed(term, said, f"({sums})")
    return said


def _located(bad: str, known: str, rows: str, sheet: str = "") -> str:
    """Open while nothing is known, else right, or the last row that is bad. The number's format says which, so that it is counted once."""
    found = f"SUMPRODUCT(MAX({bad}*ROW({rows})))"
    said = f'"""{WRONG} 见{sheet}第 ""0"" 行"";;""{RIGHT}"""'
    return f'IFERROR(IF(SUMPRODUCT({known})=0,"{OPEN}",TEXT({found},{said})),"{OPEN}")'


# -------------------------------------------------------------------------------------------------------------- same keys


def _same_keys(relation: Relation, sheets: Paper, home: str) -> str | None:
    """The keys of this sheet's table that the other lacks.

    The last field of a key may list several (编报说明): one that lists is only asked for the fields before it, and one that does not
    may be a part of what the other lists.
    """
    grilles = [sheets.grille(term.form) for term in relation.terms]
    here = next((grille for grille in grilles if grille is not None and grille.sheet == home), None)
    there = next((grille for grille in grilles if grille is not None and grille is not here), None)
    if here is None or there is None:
        return None
    keys, others = (_key_columns(grille, relation.by, home) for grille in (here, there))
    if keys is None or others is None:
        return None
    parts = ",".join(f"{theirs},{mine}" for mine, theirs in zip(keys[:-1], others[:-1], strict=True))
    part = f'{others[-1]},"*"&{keys[-1]}&"*"'
    lacks = f"(COUNTIFS({parts + ',' if parts else ''}{part})=0)"
    for sign in _LISTING:
        lacks += f"*ISERROR(FIND({sign},{keys[-1]}))"
    if parts:
        lacks = f"(({lacks}+(COUNTIFS({parts})=0))>0)"
    no_total = f"ISNA(MATCH({keys[-1]},{_WORDS},0))"
    known = "*".join([here.below_header(home), *(f'({key}<>"")' for key in keys), no_total])
    return _located(f"{known}*{lacks}", known, keys[0])


# ----------------------------------------------------------------------------------------------------- required answers


def _missing(needs: Needs, layout: Layout) -> str | None:
    """How many required answers are not there, of rows (cards) in which something else is."""
    if not needs.rows and not needs.cells:
        return None
    home = layout.sheet
    counts, used = [], []
    alike: dict[tuple[Grille, tuple[int, ...]], list[RowNeed]] = {}
    for row in needs.rows:
        alike.setdefault((row.grille, row.others), []).append(row)
    for (grille, others), rows in alike.items():
        told = f"{grille.below_header(home)}*{_used(grille, others, home)}"
        holes = "+".join("*".join(f'({grille.watched(col, home)}="")' for col in row.cols) for row in rows)
        counts.append(f"SUMPRODUCT({told}*({holes}))")
        used.append(f"SUMPRODUCT({told})")
    together: dict[tuple[Box, ...], list[str]] = {}
    for cell in needs.cells:
        together.setdefault(cell.others, []).append(f'({cell.box.named(home)}="")')
    for boxes, empty in together.items():
        told = "(" + ("+".join(f'({box.named(home)}<>"")' for box in boxes) or "0") + ">0)"
        counts.append(f"{told}*({'+'.join(empty)})")
        used.append(told)
    count, known = "+".join(counts), "+".join(dict.fromkeys(used))
    return f'IFERROR(IF(({known})=0,"{OPEN}",TEXT({count},"""{WRONG} ""0"" 处未填"";;""{RIGHT}""")),"{OPEN}")'


def _used(grille: Grille, cols: Sequence[int], home: str) -> str:
    """1 for every row in which one of these columns says something."""
    told = "+".join(f'({grille.watched(col, home)}<>"")' for col in cols)
    return f"(({told})>0)"
