"""The progress report (报送进度) as a workbook: departments, who to remind, what came, findings by rule; to be filtered and printed in Excel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

from xlsform.core.findings import Level
from xlsform.core.progress import Reporting, State
from xlsform.writers.progress_words import ProgressListing, by_rule, moment, places
from xlsform.writers.reports import Column, list_sheet, save

if TYPE_CHECKING:
    from openpyxl import Workbook

DEPARTMENTS, REMINDERS, CAME, RULES = "部门进度", "催报名单", "版本与来件", "问题按规则"
"""The sheets."""
COLOURS = {
    State.FAULTY: "FFFFC7CE",
    State.RESENT_FAULTY: "FFFFC7CE",
    State.RETURNED: "FFFFEB9C",
    State.HELD: "FFDDEBF7",
    State.MISSING: "FFE7E6E6",
}
"""Fills of the state that asks for something to be done; the word says it too."""
_FIRST = 4
"""The first row below the header."""
_STATE_AT = 4


def write_progress_list(progress: ProgressListing, out: BinaryIO) -> None:
    """Writes the workbook; the same progress gives the same bytes."""
    from openpyxl import Workbook  # noqa: PLC0415  # 0.3 s, and most commands never need it

    book = Workbook()
    del book[book.sheetnames[0]]
    _departments(book, progress)
    _reminders(book, progress)
    _came(book, progress)
    _rules(book, progress)
    save(book, out)


def _sheet(
    book: Workbook,
    name: str,
    heads: tuple[str, str],
    columns: Sequence[Column],
    rows: Sequence[Sequence[str | int | Decimal | None]],
    progress: ProgressListing,
) -> None:
    """A list whose amounts show every digit that they have."""
    sheet = list_sheet(book, name, heads, columns, rows, progress.say)
    for number, row in enumerate(rows, _FIRST):
        for at, one in enumerate(row, 1):
            if isinstance(one, Decimal):
                sheet.cell(number, at).number_format = f"#,##0.{'0' * places(one)}"


def _departments(book: Workbook, progress: ProgressListing) -> None:
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    lines, labels = progress.turnout.lines, progress.labels
    columns: list[Column] = [
        ("编码", "Code", 8),
        ("部门", "Department", 24),
        ("主管部门", "Authority", 14),
        ("状态", "State", 10),
        ("首次收到", "First received", 17),
        ("最近收到", "Last received", 17),
        ("来件", "Files", 6),
        ("现用文件", "File in force", 30),
        ("错误", "Errors", 6),
        ("警告", "Warnings", 6),
        ("提示", "Hints", 6),
    ]
    amounts = [
        ((f"{label}（{sheet}，万元）",) * 2, key)
        for label, sheet, key in (
            (labels.overall, labels.overall_of, "overall"),
            (labels.table, labels.table_of, "table"),
        )
        if label
    ]
    columns += [(*label, 16) for label, _ in amounts]
    columns.append(("备注", "Remarks", 26))
    rows = [
        (
            *_of(line, progress),
            *(getattr(line.amounts, key) for _, key in amounts),
            "；".join(progress.remarks(line)),
        )
        for line in lines
    ]
    heads = (progress.title, f"{progress.asof()}。{progress.listing.headline}")
    _sheet(book, DEPARTMENTS, heads, columns, rows, progress)
    for number, line in enumerate(lines, _FIRST):
        if line.state in COLOURS:
            book[DEPARTMENTS].cell(number, _STATE_AT).fill = PatternFill("solid", fgColor=COLOURS[line.state])


def _of(line: Reporting, progress: ProgressListing) -> tuple[str | int | None, ...]:
    known = line.known
    return (
        known.code if known is not None else "",
        line.department,
        known.parent if known is not None else "",
        progress.state(line.state),
        moment(line.first),
        moment(line.last),
        line.number or None,
        "、".join(line.files),
        line.errors or None,
        line.warnings or None,
        line.hints or None,
    )


def _reminders(book: Workbook, progress: ProgressListing) -> None:
    missing, over = progress.turnout.missing, progress.turnout.calendar.over
    columns: list[Column] = [
        ("编码", "Code", 8),
        ("部门", "Department", 30),
        ("联系人", "Contact", 26),
        ("邮箱", "E-mail", 36),
        ("逾期天数", "Days overdue", 10),
        ("上次催报", "Last reminded", 18),
    ]
    rows = [
        (known.code, line.department, known.contact, known.email, over or None, moment(line.reminded))
        for line in missing
        if (known := line.known) is not None
    ]
    told = progress.say(f"未报部门 {len(missing)} 个", f"{len(missing)} departments have sent nothing")
    _sheet(book, REMINDERS, (REMINDERS, f"{told}。{progress.asof()}"), columns, rows, progress)


def _came(book: Workbook, progress: ProgressListing) -> None:
    columns: list[Column] = [
        ("时间", "When", 17),
        ("部门", "Department", 22),
        ("文件", "File", 34),
        ("结果", "Outcome", 14),
        ("认定依据", "Recognised by", 14),
        ("来自", "Inside", 34),
        ("发件人", "Sender", 28),
        ("邮件主题", "Subject", 30),
    ]
    rows = [
        (moment(one.at), one.department, one.file, one.outcome, one.how, one.inside, one.sender, one.subject)
        for one in progress.turnout.came
    ]
    told = progress.say(f"来件 {len(rows)} 份", f"{len(rows)} arrivals")
    _sheet(book, CAME, (CAME, told), columns, rows, progress)


def _rules(book: Workbook, progress: ProgressListing) -> None:
    listing = progress.listing
    columns: list[Column] = [
        ("级别", "Level", 8),
        ("代码", "Code", 8),
        ("规则", "Rule", 50),
        ("待处理", "Open", 10),
        ("涉及部门", "Departments", 10),
        ("已说明、已豁免", "Explained or waived", 16),
    ]
    rows = [
        (listing.level(one.level), one.code, listing.title(one.code), one.open, one.departments, one.passed)
        for one in by_rule(listing.findings)
    ]
    _sheet(
        book,
        RULES,
        (RULES, _told(progress, (one.level for one in listing.findings if not one.passed))),
        columns,
        rows,
        progress,
    )


def _told(progress: ProgressListing, levels: Iterable[Level]) -> str:
    found = list(levels)
    return progress.say("，", ", ").join(
        f"{progress.listing.level(level)} {found.count(level)}" for level in sorted(Level, reverse=True)
    )
