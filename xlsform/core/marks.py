"""What a review leaves in a department's workbook, so that the reader knows it again: colours, notes, and the sheet 需修改."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from xlsform.core.cells import CellError, Grid, Ref, Row, Spot, column_number, unqualified
from xlsform.core.findings import Finding, Level
from xlsform.core.reasons import weighed
from xlsform.core.records import Reason

FORMULAS: Mapping[Level, str] = {level: f'N("xlsform:{level.key}")=0' for level in Level}
"""Condition of the colour of a level: N of a text is 0, so it holds in Excel, WPS and LibreOffice alike, and nobody else writes it."""

NOTE = "【财政审核】"
"""The line with which what a review says in a note begins."""

SHEET = "需修改"
TITLE = "退回修改清单"
"""The sheet that lists the findings, and how its first cell begins."""

SEQ, LEVEL, CODE, PLACE_SHEET, PLACE_CELL, FIELD, GOT, EXPECTED, SAID, FIX, REASON = range(1, 12)
"""Columns of 需修改 that a department sees."""
AT, PRINT, KEY = range(12, 15)
"""Hidden columns: AT holds a formula that follows the finding's cell (in row 1 the anchor), PRINT the fingerprint of the row's own
texts, KEY the finding's field (in row 1 the sheet that the workbook opened on)."""
COLUMNS = ("序号", "级别", "代码", "工作表", "单元格", "栏目", "现值", "应为", "问题", "怎么改", "审核说明")
ANCHOR = "xlsform:review"
KEY_MARK = "field="
"""Begins the KEY of every row that lists a finding, so that those without a field are known too."""
LOST = "reason"
"""Variant of T07 for a reason that fits no finding."""
ROW_ONLY = re.compile(r"第(\d+)行")
"""How 单元格 names a finding that speaks of a whole row."""

_DEEPEST_HEAD = 8
_REF = r"(?P<sheet>(?:'(?:[^']|'')+'|[^'!()]+)!)\$?(?P<col>[A-Z]{1,3})\$?(?P<row>\d+)"
_CELL_FORMULA = re.compile(rf"ADDRESS\(ROW\({_REF}\),")
_ROW_FORMULA = re.compile(rf"ROW\({_REF}\)")
_ADDRESS = re.compile(r"\$?(?P<col>[A-Z]{1,3})\$?(?P<row>\d+)")


class Listed(NamedTuple):
    """A 需修改 sheet as it came back: the cells that are ours, the reasons written into it, and cells that are somebody else's."""

    ours: tuple[Spot, ...]
    reasons: tuple[Reason, ...]
    strays: tuple[Spot, ...]


def is_list(grid: Grid) -> bool:
    """Whether the sheet is one of ours, whatever it is called now: by the anchor, or by its title and the heads of its columns.

    One of them is enough, as a list taken for something else looks like a form: it names what forms ask.
    """
    row = grid.rows.get(1)
    if row is None:
        return False
    return _text(row, AT) == ANCHOR or (_text(row, SEQ).startswith(TITLE) and _head_row(grid) > 0)


def _head_row(grid: Grid) -> int:
    """The row that names the columns, 0 when there is none."""
    for number in range(2, _DEEPEST_HEAD + 1):
        row = grid.rows.get(number, {})
        if all(_text(row, col) == label for col, label in enumerate(COLUMNS, 1)):
            return number
    return 0


def opened_on(grid: Grid) -> str:
    """The sheet on which the department's workbook opened before the review, "" when that is not known."""
    return grid.text(1, KEY)


def fingerprint(texts: Iterable[str]) -> str:
    """What the texts of a row's own columns (those before 审核说明) come to: changed texts have another."""
    return f"{zlib.crc32(chr(31).join(' '.join(text.split()) for text in texts).encode('utf-8', 'replace')):08x}"


def read_list(grid: Grid, file: str) -> Listed:
    """Reads a sheet that `is_list`: what was typed under 审核说明 are reasons, what was typed anywhere else is a stray.

    Without its hidden columns a row is known by its code alone, and what was typed over its texts is not noticed.
    """
    bare = 0 if _text(grid.rows[1], AT) == ANCHOR else _head_row(grid)
    ours: list[Spot] = []
    reasons: list[Reason] = []
    strays: list[Spot] = []
    for number in sorted(grid.rows):
        row = grid.rows[number]
        mark = _text(row, PRINT)
        coded = number > bare and _text(row, CODE) != ""
        intact = (bare and (coded or number <= bare)) or mark == fingerprint(_text(row, c) for c in range(SEQ, REASON))
        finding = coded and (bare > 0 or _text(row, KEY).startswith(KEY_MARK))
        for col in sorted(row):
            if col == REASON and finding:
                reasons.append(_reason(grid, number, file))
            elif (col < REASON and intact) or (col in (AT, PRINT, KEY) and mark) or _is_label(row, col):
                ours.append((number, col))
            else:
                strays.append((number, col))
    return Listed(tuple(ours), tuple(reasons), tuple(strays))


def _is_label(row: Row, col: int) -> bool:
    return col == REASON and _text(row, col) == COLUMNS[REASON - 1]


def _text(row: Row, col: int) -> str:
    cell = row.get(col)
    return cell.text if cell is not None else ""


def _reason(grid: Grid, number: int, file: str) -> Reason:
    row = grid.rows[number]
    key = _text(row, KEY).removeprefix(KEY_MARK)
    at = Ref(file, grid.sheet, number, REASON)
    cell = row[REASON]
    text = cell.text or f"={cell.formula}"  # a formula that nobody calculated is still what was written
    return Reason(_text(row, CODE), _place(row, file), text, at, key)


def _place(row: Row, file: str) -> Ref:
    """Where the finding stands now: what the formula says, which went with its cell; else its stored value; else what was printed."""
    sheet, printed = _text(row, PLACE_SHEET), _text(row, PLACE_CELL)
    cell = row.get(AT)
    if cell is not None and cell.formula is not None:
        if "#REF!" in cell.formula or isinstance(cell.raw, CellError):
            return Ref(file, sheet)
        for pattern, whole in ((_CELL_FORMULA, False), (_ROW_FORMULA, True)):
            if found := pattern.match(cell.formula):
                return Ref(
                    file, unqualified(found["sheet"]), int(found["row"]), 0 if whole else column_number(found["col"])
                )
    for text in (cell.text if cell is not None else "", printed):
        if found := _ADDRESS.fullmatch(text):
            return Ref(file, sheet, int(found["row"]), column_number(found["col"]))
    if found := ROW_ONLY.fullmatch(printed):
        return Ref(file, sheet, int(found[1]))
    return Ref(file, sheet if sheet != "—" else "")


def explained(findings: Sequence[Finding], reasons: Sequence[Reason], department: str = "") -> tuple[Finding, ...]:
    """One file's findings with the department's reasons and what these are worth, and behind them a hint (T07) for every reason that
    fits no finding.

    A reason fits the findings of its code at its cell; else the one finding of its code and field, when neither has another choice.
    """
    if not reasons:
        return tuple(findings)
    texts: dict[tuple[str, Ref], dict[str, None]] = {}
    for reason in reasons:
        texts.setdefault((reason.code, reason.about), {})[reason.text] = None
    out = list(findings)
    taken = set()
    for index, finding in enumerate(out):
        key = (finding.code, finding.where)
        if key in texts:
            out[index] = weighed(replace(finding, reason="；".join(texts[key])))
            taken.add(key)
    left = [reason for reason in reasons if (reason.code, reason.about) not in taken]
    open_ = Counter((finding.code, finding.field) for finding in out if not finding.reason)
    waiting = Counter((reason.code, reason.field) for reason in left)
    sole = {(reason.code, reason.field): reason for reason in left}
    sole = {key: reason for key, reason in sole.items() if waiting[key] == 1 and open_[key] == 1}
    for index, finding in enumerate(out):
        key_ = (finding.code, finding.field)
        if not finding.reason and key_ in sole:
            out[index] = weighed(replace(finding, reason=sole[key_].text))
    out += [_not_taken(reason, department) for reason in left if sole.get((reason.code, reason.field)) is not reason]
    return tuple(out)


def _not_taken(reason: Reason, department: str) -> Finding:
    """A reason must not get lost: the hint carries it on, also into the next list."""
    params = {"code": reason.code}
    return Finding("T07", Level.HINT, reason.about, "", department, params=params, variant=LOST, reason=reason.text)
