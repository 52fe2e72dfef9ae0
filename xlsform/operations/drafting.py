"""Drafts that a status calls for: 催报 to who has sent nothing, 退回通知 to whose return has errors. Nothing is sent from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import methodcaller
from pathlib import Path

from xlsform.core.letters import reminder
from xlsform.core.progress import Calendar, Reporting, State
from xlsform.core.spec import Department
from xlsform.operations.reviewing import give_back, notice_name
from xlsform.operations.settings import Settings
from xlsform.operations.status import StatusReport, calendar_of
from xlsform.sources.inbox.journal import gone
from xlsform.sources.inbox.store import sha256_of
from xlsform.sources.received import CHINA
from xlsform.specfiles.campaign import REMINDERS, RETURNED
from xlsform.writers.place import put_in_place, refuse_homeless, safe_name


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
class Drafted:
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

    reminders: tuple[Drafted, ...]
    notices: tuple[Drafted, ...] = ()
    stale: tuple[Path, ...] = ()
    altered: tuple[Path, ...] = ()


def draft_mails(report: StatusReport, settings: Settings, *, force: bool = False, dry_run: bool = False) -> Drafts:
    """Writes the drafts into 催报 and 退回 of the campaign, else below the working directory. The same day gives the same drafts.

    A draft that somebody altered is not written over without `force`. Raises UsageError and VerificationError as `review` does.
    """
    top = settings.campaign.folder if settings.campaign is not None else Path()
    inbox = report.batch.inbox
    sent = gone(inbox.acts) if inbox is not None else frozenset[str]()
    calendar = report.turnout.calendar
    reminders = _remind(report.turnout.missing, calendar, top / REMINDERS, settings, sent, force=force, dry_run=dry_run)
    stale, altered = _stale(top / REMINDERS, report.turnout.missing, sent, settings)
    if not dry_run:
        for path in stale:
            path.unlink()
    notices = _give_back(report, top / RETURNED, settings, force=force, dry_run=dry_run)
    return Drafts(reminders, tuple(notices), stale, altered)


# ----------------------------------------------------------------------------------------------------------------- 退回


def _give_back(report: StatusReport, out: Path, settings: Settings, *, force: bool, dry_run: bool) -> Iterator[Drafted]:
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
                yield Drafted(line.department, email, notice, Kept.OTHER)
            else:
                new.append(line.department)
    for names, over in ((again, True), (new, force)):
        if names:
            back = give_back(
                report, report.batch, out, settings, departments=names, mail=True, force=over, dry_run=dry_run
            )
            for draft in back.drafts:
                yield Drafted(draft.department, draft.email, out / draft.written, Kept.WRITTEN)


# ----------------------------------------------------------------------------------------------------------------- 催报


def _remind(
    missing: Sequence[Reporting],
    calendar: Calendar,
    out: Path,
    settings: Settings,
    sent: frozenset[str],
    *,
    force: bool,
    dry_run: bool,
) -> tuple[Drafted, ...]:
    """Writes one 催报 a department into the folder `out`. sent: sha256 of drafts that went out, which make room for new ones.

    Raises UsageError when `out` is a file or lies nowhere, OSError.
    """
    refuse_homeless(out)
    made: dict[Path, bytes] = {}
    reminders = []
    for line in missing:
        known = line.known
        if known is None:
            continue
        path = out / _file_name(known.name)
        data = _draft(known, calendar, settings)
        kept = Kept.TODAY if line.reminded[:10] == calendar.today else Kept.WRITTEN
        if kept is Kept.WRITTEN and path.exists() and not force:
            there = path.read_bytes()
            free = sha256_of(there) in sent or _is_untouched(path, there, known, calendar, settings)
            kept = Kept.SAME if there == data else Kept.WRITTEN if free else Kept.OTHER
        if kept is Kept.WRITTEN:
            made[path] = data
        reminders.append(Drafted(known.name, known.email, path, kept))
    if made and not dry_run:
        _write(out, made)
    return tuple(reminders)


def _file_name(department: str) -> str:
    """催报-区教育局.eml."""
    return f"{REMINDERS}-{safe_name(department)}.eml"


def _stale(
    out: Path, missing: Sequence[Reporting], sent: frozenset[str], settings: Settings
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Reminders in the folder that were not sent and whose departments need none: untouched since they were written, and altered."""
    wanted = {_file_name(line.department) for line in missing}
    owners = {_file_name(department.name): department for department in settings.roster}
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
        put_in_place(path, methodcaller("write", data), force=True)


def _draft(known: Department, calendar: Calendar, settings: Settings) -> bytes:
    from xlsform.writers.mail import draft  # noqa: PLC0415 - email is slow to import, and few want drafts

    sender = settings.sender
    subject, body = reminder(known, settings.formset, sender, calendar.today, calendar.over)
    return draft(known.email, subject, body, (), sender.address, department=known.name, kind=REMINDERS)
