"""审核结果: how a summary lists its findings, and how the reasons and waivers in that list hold when the summary itself is merged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from xlsform.core.catalogue import message
from xlsform.core.catalogue.render import LONGEST, MESSAGE, harmless
from xlsform.core.cells import Grid, Ref, Spot, column_number
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.labels import without_space
from xlsform.core.reasons import quoted, refused, unquoted, weighed
from xlsform.core.waivers import NEVER

COLUMNS = ("级别", "代码", "部门", "文件", "工作表", "单元格", "问题", "现值", "应为", "审核说明")
"""The columns of 审核结果."""
SAID = len(COLUMNS)
"""The column of 审核说明."""

_DEEPEST_HEAD = 8
_LEVELS: Mapping[str, Level] = {level.label: level for level in Level}
_ADDRESS = re.compile(r"(?P<col>[A-Z]{1,3})(?P<row>\d+)")
_ROWS = re.compile(r"第[\d、,，]+行")
_SEEN_IN = re.compile(r"（见 .+）$")
_ABOUT_REASONS = "T07"
"""The code that carries on a reason which fits no finding: a hint."""


class Results(NamedTuple):
    """A 审核结果 sheet read back: its findings as far as a reason or a waiver has been given for them or their like, and the cells
    under 审核说明 that no merge has written.
    """

    findings: tuple[Finding, ...] = ()
    strays: tuple[Spot, ...] = ()


def listed(finding: Finding) -> tuple[str, ...]:
    """What 审核结果 says of a finding, column by column."""
    where = finding.where
    place = (finding.department, where.file, where.sheet, where.address)
    return (
        finding.level.label,
        finding.code,
        *place,
        message(finding),
        finding.got,
        finding.expected,
        quoted(finding),
    )


def read_results(grid: Grid, file: str) -> Results | None:
    """The 审核结果 of a summary called `file`; None when the sheet is none (by the heads of its columns)."""
    head = next((row for row in range(1, _DEEPEST_HEAD + 1) if _texts(grid, row) == COLUMNS), 0)
    if not head:
        return None
    found: list[Finding] = []
    strays: list[Spot] = []
    for row in sorted(number for number in grid.rows if number > head):
        texts = _texts(grid, row)
        finding = _finding(texts, file)
        if finding is not None:
            found.append(finding)
        if texts[-1].strip() and (finding is None or not _spoken(finding)):
            strays.append((row, SAID))
    spoken = {_known_by(one) for one in found if _spoken(one)}
    return Results(tuple(one for one in found if _known_by(one) in spoken), tuple(strays))


def _texts(grid: Grid, row: int) -> tuple[str, ...]:
    return tuple(grid.text(row, col) for col in range(1, SAID + 1))


def _finding(texts: tuple[str, ...], file: str) -> Finding | None:
    """The finding of a row as it was listed; one that takes no reason, or no waiver, stands open whatever the row says."""
    level, code, department, source, sheet, cell, said, got, expected, told = texts
    if level not in _LEVELS or not code:
        return None
    at = _ADDRESS.fullmatch(cell)
    where = Ref(source, sheet, int(at["row"]), column_number(at["col"])) if at else Ref(source, sheet)
    params = _own(said)
    finding = Finding(code, _LEVELS[level], where, department=department, got=got, expected=expected, params=params)
    heard = unquoted(told, department, source)
    if heard is None:
        return finding
    finding = replace(finding, reason=heard.reason)
    if heard.standing is Standing.WAIVED:
        if code in NEVER or refused(heard.ruling):
            return finding
        ruling = heard.ruling if _SEEN_IN.search(heard.ruling) else f"{heard.ruling}（见 {file}）"
        return replace(finding, standing=Standing.WAIVED, ruling=ruling)
    if finding.level is Level.ERROR or code == _ABOUT_REASONS:
        return finding
    if heard.standing is Standing.REFUSED:
        return replace(finding, standing=Standing.REFUSED, ruling=heard.ruling)
    return weighed(finding)


def _own(said: str) -> Mapping[str, str]:
    """Parameters that make a finding's sentence this one, shown as harmless as any other."""
    text = "".join(harmless(said[start : start + LONGEST]) for start in range(0, len(said), LONGEST))
    return {MESSAGE: text.replace("{", "{open}"), "open": "{"}


def _spoken(finding: Finding) -> bool:
    return finding.reason != "" or finding.standing is Standing.WAIVED


Known = tuple[str, str, str, str, str]
"""By what a finding is known again in a summary, where it stands elsewhere: code, department, what was found and expected, and the
sentence with its figures, but for the rows that it names.
"""


def _known_by(finding: Finding) -> Known:
    said = _ROWS.sub("第行", without_space(message(finding)))
    texts = (finding.department, finding.got, finding.expected)
    department, got, expected = map(without_space, texts)
    return finding.code, department, got, expected, said


def remembered(findings: Iterable[Finding], results: Sequence[Finding]) -> list[Finding]:
    """The findings of a batch, with what summaries in it list of them: a finding that is found again is the listed one, at its place in
    the department's own file and with its reason or waiver; what passed there and is not found again is listed behind them.

    Nothing is taken over by a value that nobody spoke of: a finding is known by its code, department, figures and sentence. Where
    several are alike, as many must be there as are listed, or the listed ones must all have been given the same.
    """
    out = list(findings)
    rows: dict[Known, list[Finding]] = {}
    for row in results:
        rows.setdefault(_known_by(row), []).append(row)
    if not rows:
        return out
    codes = {known[0] for known in rows}
    open_: dict[Known, list[int]] = {}
    for index, finding in enumerate(out):
        if finding.code in codes and finding.standing is Standing.OPEN and not finding.reason:
            open_.setdefault(_known_by(finding), []).append(index)
    left: list[Finding] = []
    for known, mine in rows.items():
        pairs = _paired([(index, out[index]) for index in open_.get(known, ())], mine)
        for index, row in pairs:
            out[index] = _as_listed(out[index], row)
        taken = {id(row) for _, row in pairs}
        left += (row for row in mine if id(row) not in taken and _goes_on(row))
    there = {(one.code, one.department, one.where) for one in out}
    return out + [row for row in left if (row.code, row.department, row.where) not in there]


def _paired(found: Sequence[tuple[int, Finding]], rows: Sequence[Finding]) -> list[tuple[int, Finding]]:
    """Which of the listed each of the found is, all of them alike; [] when that cannot be told."""
    if not found or len(found) > len(rows):
        return []
    here = sorted(found, key=lambda one: one[1].where[1:])
    there = sorted(rows, key=lambda row: row.where[1:])
    pairs = [(index, row) for (index, _), row in zip(here, there, strict=False)]
    if len({(row.reason, row.standing, row.ruling) for row in rows}) == 1:
        return pairs
    sheets = [[one.where.sheet for _, one in here], [row.where.sheet for row in there]]
    sure = sheets[0] == sheets[1] or all(len(set(names)) == 1 for names in sheets)
    return pairs if len(found) == len(rows) and sure else []


def _as_listed(found: Finding, row: Finding) -> Finding:
    """The finding as the summary lists it; one that nobody has spoken of stays where it was found."""
    if not _spoken(row):
        return found
    same = message(replace(found, where=row.where)) == message(row)
    params = found.params if same else row.params
    moved = replace(found, where=row.where, reason=row.reason, params=params)
    if found.level is Level.ERROR and row.standing is not Standing.WAIVED:
        return moved
    return replace(moved, standing=row.standing, ruling=row.ruling)


def _goes_on(row: Finding) -> bool:
    """Whether a listed finding that is not found again stays in the report: what passed, and a reason that fitted nothing."""
    return row.passed or (row.code == _ABOUT_REASONS and row.level is Level.HINT and row.reason != "")
