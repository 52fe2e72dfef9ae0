"""From findings to the plan that marks up the department's own workbook, and the plan that takes every mark out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from xlsform.core import marks
from xlsform.core.catalogue import RULES, message
from xlsform.core.catalogue.render import harmless
from xlsform.core.cells import Area, Book, Ref, Spot, address, qualified
from xlsform.core.edits import (
    Activate,
    AddSheet,
    CellValue,
    DropHighlights,
    DropNotes,
    DropSheet,
    Edit,
    Formula,
    Highlight,
    Link,
    Look,
    NewRow,
    Note,
    Plan,
    Protect,
)
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.reasons import demand
from xlsform.core.spec import FormSet, fields_of

FILLS: Mapping[Level, str] = {Level.ERROR: "FFC7CE", Level.WARNING: "FFEB9C", Level.HINT: "DDEBF7"}
"""The colours that Excel itself gives to bad and neutral cells; RRGGBB."""
AUTHOR = "财政部门"
"""Whose notes these are, as Excel shows it."""
LONGEST_GOT = 300
"""Characters of 现值 and 应为 on the list; the cell itself has the rest."""

HOW_TO = (
    "请按下列意见修改本工作簿，保存后重新报送。点“单元格”栏可转到该处：红色为错误，须改正后才能汇总；黄色为警告，请核对，"
    "确属实际情况的，在“审核说明”栏写明理由；蓝色为提示，供参考。改正后本表和批注不必删除，除“审核说明”外请勿在本表填写。"
)
LIST_ONLY = "所列文件无法打开，不能在原件上批注。请按下列意见处理，重新报送完整的工作簿；本清单不必报送。"
FIX_LOST = "问题已改正的不必处理；仍有问题的，把理由写在该问题一行的“审核说明”栏。"

_WIDTHS = tuple(map(Decimal, ("4.5", "5.5", "6", "11", "8", "13", "13", "13", "30", "30", "20", "10", "10", "10")))
_FRAME = "7F7F7F"
_SMALL = Decimal("10.5")
_BODY = Look(font="宋体", size=_SMALL, border=_FRAME, vertical="center", wrap=True)
_CENTRED = _BODY._replace(horizontal="center")
_LEFT = _BODY._replace(horizontal="left")
_LINK = _CENTRED._replace(color="0563C1", underline=True)
_HEAD = _CENTRED._replace(font="黑体", fill="D9D9D9")
_COLOURED = {level: _CENTRED._replace(fill=color) for level, color in FILLS.items()}
_ANSWER = _LEFT._replace(locked=False, fill="FFFFE5")
_TITLE = Look(font="黑体", size=Decimal(20), horizontal="center", vertical="center")
_PLAIN = Look(font="宋体", size=Decimal(11), horizontal="left", vertical="center", wrap=True)
_NO_LOOK = Look()
_HEAD_ROW = 4


class Mark(NamedTuple):
    """A cell to be marked (the first of its merge), the level of its worst finding, and all its findings, the worst first."""

    sheet: str
    row: int
    col: int
    area: Area
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        return self.findings[0].level


def mark_up(
    book: Book,
    findings: Sequence[Finding],
    department: str,
    formset: FormSet,
    threads: Mapping[str, frozenset[Spot]] = MappingProxyType({}),
) -> Plan:
    """The plan for a workbook as the department sent it: marks on its cells, and 需修改 before its sheets.

    book: that workbook without marks (`clean` takes them out); findings: all that speak of it, reasons included; threads: by sheet the
    cells with a thread of comments, which take no note and are only coloured.
    """
    ordered = in_order(book, findings)
    placed = marks_of(book, ordered)
    noted = [mark for mark in placed if (mark.row, mark.col) not in threads.get(mark.sheet, ())]
    names = [grid.sheet for grid in book.grids]
    sheet = _free_name(marks.SHEET, names)
    edits: list[Edit] = [*_highlights(placed), *(_note(mark) for mark in noted)]
    rows = _rows(book, ordered, _headline(book.file, department, ordered), HOW_TO, formset)
    return (*edits, _list_sheet(sheet, rows), Protect(sheet), Activate(sheet))


def list_alone(file: str, findings: Sequence[Finding], department: str, formset: FormSet, base: str) -> Plan:
    """The plan for a workbook that holds nothing but the list, for a file that cannot be marked: `base` is the sheet that gives way."""
    book = Book(file, "", (), {})
    rows = _rows(book, in_order(book, findings), _headline(file, department, findings), LIST_ONLY, formset)
    return (_list_sheet(marks.SHEET, rows), DropSheet(base), Protect(marks.SHEET), Activate(marks.SHEET))


def clean(book: Book) -> Plan:
    """The plan that takes out what `mark_up` put in, wherever it is by now; a workbook without marks comes out as it is."""
    lists = [grid for grid in book.grids if marks.is_list(grid)]
    others = [grid.sheet for grid in book.grids if not marks.is_list(grid)]
    edits: list[Edit] = []
    for sheet in others:
        edits += [DropHighlights(sheet, formula) for formula in marks.FORMULAS.values()]
        edits.append(DropNotes(sheet, marks.NOTE))
    edits += [DropSheet(grid.sheet) for grid in lists]
    seen = {grid.sheet for grid in book.grids if not grid.hidden} & set(others)
    opened = next((name for grid in lists if (name := marks.opened_on(grid)) in seen), "")
    if opened:
        edits.append(Activate(opened))
    return tuple(edits)


def in_order(book: Book, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then warnings and hints, at the end what is explained or waived; within each by the workbook's sheets and cells."""
    rank = {grid.sheet: index for index, grid in enumerate(book.grids, 1)}

    def key(finding: Finding) -> tuple[bool, int, int, int, int, str]:
        where = finding.where
        return (finding.passed, -finding.level, rank.get(where.sheet, 0), where.row, where.col, finding.code)

    return tuple(sorted(findings, key=key))


def marks_of(book: Book, findings: Iterable[Finding]) -> tuple[Mark, ...]:
    """The cells to be marked by sheet, row and column. Findings without a cell, or of a sheet that is not there, have none, nor have
    those that are explained or waived.
    """
    merges = {grid.sheet: grid.merges for grid in book.grids if not marks.is_list(grid)}
    cells: dict[tuple[str, Area], list[Finding]] = {}
    for finding in findings:
        _, sheet, row, col = finding.where
        if sheet in merges and row and col and not finding.passed:
            area = next((area for area in merges[sheet] if area.holds(row, col)), Area(row, col, row, col))
            cells.setdefault((sheet, area), []).append(finding)
    rank = {grid.sheet: index for index, grid in enumerate(book.grids)}
    return tuple(
        Mark(sheet, area.top, area.left, area, tuple(sorted(found, key=lambda finding: -finding.level)))
        for (sheet, area), found in sorted(cells.items(), key=lambda item: (rank[item[0][0]], item[0][1]))
    )


def _highlights(placed: Sequence[Mark]) -> Iterator[Highlight]:
    """One conditional format a sheet and level, errors first."""
    areas: dict[tuple[str, Level], list[Area]] = {}
    for mark in sorted(placed, key=lambda mark: -mark.level):
        areas.setdefault((mark.sheet, mark.level), []).append(mark.area)
    for (sheet, level), where in areas.items():
        yield Highlight(sheet, tuple(where), marks.FORMULAS[level], Look(fill=FILLS[level]))


def _note(mark: Mark) -> Note:
    lines = dict.fromkeys(line for finding in mark.findings for line in _note_lines(finding))
    return Note(mark.sheet, mark.row, mark.col, "\n".join((marks.NOTE, *lines)), AUTHOR)


def _note_lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.level.label} {finding.code}：{message(finding)}"
    if said := demand(finding):
        yield said
    fix = fix_of(finding)
    if fix:
        yield f"怎么改：{fix}"


def fix_of(finding: Finding) -> str:
    """What to do about it, "" for a bureau's own code."""
    if finding.variant == marks.LOST:
        return FIX_LOST
    rule = RULES.get(finding.code)
    return rule.fix if rule is not None else ""


def counts(findings: Sequence[Finding]) -> str:
    """错误 2 条，警告 1 条，已说明 1 条 — what no finding has is left out."""
    words = [finding.standing.label if finding.passed else finding.level.label for finding in findings]
    levels = Counter(words)
    order = [level.label for level in sorted(Level, reverse=True)] + [standing.label for standing in Standing]
    return "，".join(f"{word} {levels[word]} 条" for word in order if levels[word])


def _headline(file: str, department: str, findings: Sequence[Finding]) -> str:
    told = (
        f"报送单位：{harmless(department) or '（未能识别）'}",
        f"文件：{harmless(file.rpartition('/')[2])}",
        counts(findings),
    )
    return "　　".join(told)


def _list_sheet(name: str, rows: tuple[NewRow, ...]) -> AddSheet:
    return AddSheet(
        name,
        rows,
        _WIDTHS,
        tuple(Area(row, marks.SEQ, row, marks.REASON) for row in range(1, _HEAD_ROW)),
        at=0,
        repeated=(_HEAD_ROW, _HEAD_ROW),
        tab_color="C00000",
        hidden_columns=(marks.AT, marks.PRINT, marks.KEY),
    )


def _rows(book: Book, findings: Sequence[Finding], headline: str, how_to: str, formset: FormSet) -> tuple[NewRow, ...]:
    names = field_names(formset)
    sheets = frozenset(grid.sheet for grid in book.grids if not marks.is_list(grid))
    heads = (
        NewRow(_cells(((marks.TITLE, _TITLE),), marks.ANCHOR, book.active), Decimal(36)),
        NewRow(_cells(((headline, _PLAIN),)), Decimal(20)),
        NewRow(_cells(((how_to, _PLAIN),)), Decimal(50)),
        NewRow(_cells(tuple((label, _HEAD) for label in marks.COLUMNS)), Decimal(24)),
    )
    body = (
        _finding_row(number, finding, names.get((finding.form, finding.field), ""), sheets)
        for number, finding in enumerate(findings, 1)
    )
    return (*heads, *body)


Cells = tuple[tuple[int, CellValue, Look], ...]


def _cells(shown: Sequence[tuple[CellValue, Look]], at: CellValue = None, key: str = "") -> Cells:
    """A row's cells from column 1 on, and in the hidden columns what is to be known of it."""
    texts = [value.text if isinstance(value, Link) else "" if value is None else str(value) for value, _ in shown]
    own = (texts + [""] * marks.REASON)[: marks.REASON - 1]
    hidden = ((marks.AT, at), (marks.PRINT, marks.fingerprint(own)), (marks.KEY, key or None))
    seen = [(col, value, look) for col, (value, look) in enumerate(shown, 1)]
    return (*seen, *((col, value, _NO_LOOK) for col, value in hidden if value is not None))


def _finding_row(number: int, finding: Finding, name: str, sheets: frozenset[str]) -> NewRow:
    where, level = finding.where, finding.level
    place, follow = _place(where) if where.sheet in sheets else ("整个文件" if not where.sheet else "—", None)
    shown: tuple[tuple[CellValue, Look], ...] = (
        (number, _CENTRED),
        (finding.standing.label, _CENTRED) if finding.passed else (level.label, _COLOURED[level]),
        (finding.code, _CENTRED),
        (harmless(where.sheet) or "—", _CENTRED),
        (place, _LINK if isinstance(place, Link) else _CENTRED),
        (harmless(name or finding.params.get("label", "")).rstrip("：:") or "—", _LEFT),
        (_shown(finding.got), _LEFT),
        (_shown(finding.expected), _LEFT),
        ("。".join(filter(None, (message(finding).rstrip("。"), demand(finding)))), _LEFT),
        (_ruling(finding) or fix_of(finding) or None, _LEFT),
        (finding.reason or None, _ANSWER),
    )
    return NewRow(_cells(shown, follow, f"{marks.KEY_MARK}{finding.field}"))


def _ruling(finding: Finding) -> str:
    """What the bureau says instead of advice, of a finding that it lets pass."""
    if finding.standing is Standing.WAIVED:
        return f"财政部门同意豁免，不必修改：{finding.ruling}"
    return "审核说明已采纳，不必修改。" if finding.passed else ""


def _shown(text: str) -> str | None:
    if len(text) > LONGEST_GOT:
        text = f"{text[:LONGEST_GOT]}…（共 {len(text)} 字）"
    return "\n".join(harmless(line) for line in text.splitlines()) or None


def _place(where: Ref) -> tuple[CellValue, Formula | None]:
    """A link to the place, and a formula that goes with it when rows are inserted or sheets renamed."""
    sheet = qualified(where.sheet)
    if not where.row:
        return Link("整张表", f"{sheet}A1"), None
    at = address(where.row, where.col or 1)
    target = f"{sheet}{at}"
    if not where.col:
        return Link(f"第{where.row}行", target), Formula(f"ROW({target})", Decimal(where.row))
    return Link(at, target), Formula(f"ADDRESS(ROW({target}),COLUMN({target}),4)", at)


def field_names(formset: FormSet) -> Mapping[tuple[str, str], str]:
    """What a clerk calls a field, by form and key."""
    names: dict[tuple[str, str], str] = {}
    for form in formset.forms:
        for region in (*form.regions, *(form.summary.regions if form.summary is not None else ())):
            for field in fields_of(region):
                names.setdefault((form.id, field.key), field.name)
    return names


def _free_name(name: str, taken: Sequence[str]) -> str:
    """The name, with a number when a sheet of the department's own is called so."""
    folded = {one.casefold() for one in taken}
    numbered = (name, *(f"{name}{number}" for number in range(2, len(folded) + 3)))
    return next(one for one in numbered if one.casefold() not in folded)
