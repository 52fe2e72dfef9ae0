"""Drafts that a status calls for: 催报 to who has sent nothing, 退回通知 to whose return has errors. Nothing is sent from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO

from xlsform.core.errors import UsageError
from xlsform.core.progress import Calendar, Reporting, State
from xlsform.core.spec import Department
from xlsform.operations.reviewing import give_back, notice_name, sender_of
from xlsform.operations.settings import Settings
from xlsform.operations.status import StatusReport, calendar_of
from xlsform.sources.journal import Sent
from xlsform.sources.received import CHINA
from xlsform.sources.store import sha256_of
from xlsform.specfiles.campaign import REMINDERS, RETURNED
from xlsform.writers.place import put_in_place, safe_name


class Kept(StrEnum):
    """What became of a draft.

    WRITTEN: it is new, or stands in the place of one that was sent, that nobody touched or that speaks of an older version; SAME: it was
    there already, to the byte; OTHER: there is another, which is not written over; TODAY: the department was reminded today.
    """

    WRITTEN = "written"
    SAME = "same"
    OTHER = "other"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Letter:
    """One draft: the department, its address ("" when the roster has none), the file, and what became of it."""

    department: str
    email: str
    path: Path
    kept: Kept


@dataclass(frozen=True, slots=True)
class Drafts:
    """All drafts of one status. reminders: 催报, notices: 退回通知; stale: reminders to departments that have sent something since, which
    are taken away; altered: such reminders that somebody has put work into, which stay.
    """

    reminders: tuple[Letter, ...]
    notices: tuple[Letter, ...] = ()
    stale: tuple[Path, ...] = ()
    altered: tuple[Path, ...] = ()


def draft_mails(report: StatusReport, settings: Settings, *, force: bool = False, dry_run: bool = False) -> Drafts:
    """Writes the drafts into 催报 and 退回 of the campaign, else below the working directory. The same day gives the same drafts.

    A draft that somebody altered is not written over without `force`. Raises UsageError and VerificationError as `review` does.
    """
    top = settings.campaign.folder if settings.campaign is not None else Path()
    inbox = report.batch.inbox
    sent = frozenset(act.sha256 for act in inbox.acts if isinstance(act, Sent)) if inbox is not None else frozenset()
    calendar = report.turnout.calendar
    reminders = remind(report.turnout.missing, calendar, top / REMINDERS, settings, sent, force=force, dry_run=dry_run)
    stale, altered = _stale(top / REMINDERS, report.turnout.missing, sent, settings)
    if not dry_run:
        for path in stale:
            path.unlink()
    notices = _give_back(report, top / RETURNED, settings, force=force, dry_run=dry_run)
    return Drafts(reminders, tuple(notices), stale, altered)


# ----------------------------------------------------------------------------------------------------------------- 退回


def _give_back(report: StatusReport, out: Path, settings: Settings, *, force: bool, dry_run: bool) -> Iterator[Letter]:
    """Hands back versions in force that have errors and were not handed back yet.

    Of a department that sent another version, an older notice is there for the version before and gives way.
    """
    again = [line.department for line in report.turnout.lines if line.state is State.RESENT_FAULTY]
    new: list[str] = []
    for line in report.turnout.lines:
        if line.state is State.FAULTY:
            notice = out / notice_name(line.department)
            if notice.exists() and not force:
                email = line.known.email if line.known is not None else ""
                yield Letter(line.department, email, notice, Kept.OTHER)
            else:
                new.append(line.department)
    for names, over in ((again, True), (new, force)):
        if names:
            back = give_back(
                report, report.batch, out, settings, departments=names, mail=True, force=over, dry_run=dry_run
            )
            for draft in back.drafts:
                yield Letter(draft.department, draft.email, out / draft.written, Kept.WRITTEN)


# ----------------------------------------------------------------------------------------------------------------- 催报


def remind(
    missing: Sequence[Reporting],
    calendar: Calendar,
    out: Path,
    settings: Settings,
    sent: frozenset[str] = frozenset(),
    *,
    force: bool = False,
    dry_run: bool = False,
) -> tuple[Letter, ...]:
    """Writes one 催报 a department into the folder `out`. sent: sha256 of drafts that went out, which make room for new ones.

    Raises UsageError when `out` is a file or lies nowhere, OSError.
    """
    if out.is_file():
        raise UsageError(f"{out} 是文件，这里要文件夹")
    if not out.parent.is_dir():
        raise UsageError(f"文件夹 {out.parent} 不存在")
    made: dict[Path, bytes] = {}
    reminders = []
    for line in missing:
        known = line.known
        if known is None:
            continue
        path = out / file_name(known.name)
        data = _draft(known, calendar, settings)
        kept = Kept.TODAY if line.reminded[:10] == calendar.today else Kept.WRITTEN
        if kept is Kept.WRITTEN and path.exists() and not force:
            there = path.read_bytes()
            free = sha256_of(there) in sent or _is_untouched(path, there, known, calendar, settings)
            kept = Kept.SAME if there == data else Kept.WRITTEN if free else Kept.OTHER
        if kept is Kept.WRITTEN:
            made[path] = data
        reminders.append(Letter(known.name, known.email, path, kept))
    if made and not dry_run:
        _write(out, made)
    return tuple(reminders)


def file_name(department: str) -> str:
    """催报-区教育局.eml."""
    return f"{REMINDERS}-{safe_name(department)}.eml"


def _stale(
    out: Path, missing: Sequence[Reporting], sent: frozenset[str], settings: Settings
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Reminders in the folder that were not sent and whose departments need none: untouched since they were written, and altered."""
    wanted = {file_name(line.department) for line in missing}
    owners = {file_name(department.name): department for department in settings.roster}
    stale: list[Path] = []
    altered: list[Path] = []
    for path in sorted(out.glob(f"{REMINDERS}-*.eml")) if out.is_dir() else ():
        there = path.read_bytes()
        if path.name in wanted or sha256_of(there) in sent:
            continue
        known = owners.get(path.name)
        calendar = _written_on(path, settings)
        untouched = known is not None and there == _draft(known, calendar, settings)
        (stale if untouched else altered).append(path)
    return tuple(stale), tuple(altered)


def _is_untouched(path: Path, there: bytes, known: Department, calendar: Calendar, settings: Settings) -> bool:
    """Whether a draft still is what the day it was written on made it: then nobody has put work into it."""
    return there in (_draft(known, _written_on(path, settings), settings), _draft(known, calendar, settings))


def _written_on(path: Path, settings: Settings) -> Calendar:
    return calendar_of(settings, datetime.fromtimestamp(path.stat().st_mtime, CHINA).date().isoformat())


def _write(out: Path, made: Mapping[Path, bytes]) -> None:
    out.mkdir(exist_ok=True)
    for path, data in made.items():
        put_in_place(path, partial(_put, data), force=True)


def _put(data: bytes, stream: BinaryIO) -> None:
    stream.write(data)


def _draft(known: Department, calendar: Calendar, settings: Settings) -> bytes:
    from xlsform.writers.mail import draft  # noqa: PLC0415 - email is slow to import, and few want drafts

    subject, body = letter(known, calendar, settings)
    sender = sender_of(settings.campaign).address
    return draft(known.email, subject, body, (), sender, department=known.name, kind=REMINDERS)


def letter(known: Department, calendar: Calendar, settings: Settings) -> tuple[str, str]:
    """Subject and text of a 催报: what is missing, by when it was wanted, how to send it, whom to ask."""
    year, sender = settings.formset.year, sender_of(settings.campaign)
    forms = "、".join(f"《{form.name}》" for form in settings.formset.forms if form.required and form.regions)
    due = f"应于{sender.deadline}前" if sender.deadline else "应"
    over = f"，已逾期{calendar.over}天" if calendar.over else ""
    until = "请务必尽快报送" if calendar.over or not sender.deadline else f"请于{sender.deadline}前报送"
    day = _day(calendar.today)
    lines = (
        f"{known.name}{f'（{known.contact}）' if known.contact else ''}：",
        "",
        (
            f"　　按照{year}年区级预算编制工作安排，各部门{due}报送{year}年预算绩效目标申报材料。截至{day}，"
            f"我们尚未收到贵单位填好的工作簿{over}。为不影响全区汇总，现提请贵单位抓紧办理："
        ),
        f"　　一、应报材料。{forms}。请填写下发给贵单位的工作簿，不要改动表题、栏目和工作表名称；扫描件、图片不能代替工作簿。",
        f"　　二、报送时间和方式。{until}，将填好的工作簿发送至{sender.reply or '本邮箱'}。",
        "　　三、如已经报送，请告知发送时间和发件邮箱，以便我们查找；本年确无申报事项的，请书面说明理由。",
        f"　　感谢贵单位的支持与配合。如有疑问，请与我们联系{'：' + sender.contact if sender.contact else ''}。",
        "",
        f"　　　　　　　　　　　　{sender.office}",
        f"　　　　　　　　　　　　{day}",
    )
    return f"关于{REMINDERS}{year}年预算绩效目标申报材料的通知（{known.name}）", "\n".join(lines) + "\n"


def _day(text: str) -> str:
    """2018年12月3日 of 2018-12-03."""
    year, month, day = text.split("-")
    return f"{year}年{int(month)}月{int(day)}日"
