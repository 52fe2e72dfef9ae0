"""Who has returned what: the inbox of a campaign, or files and a roster, told department by department."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xlsform.core.batch import Register
from xlsform.core.catalogue import Lang
from xlsform.core.cells import Ref
from xlsform.core.errors import UsageError
from xlsform.core.findings import Finding, Level, Unevaluated
from xlsform.core.inbox import Arrival, Content, Decisions, Evidence, Taken, Versions, Whose, results
from xlsform.core.progress import (
    MISSING_CODE,
    Acts,
    Amounts,
    ArrivalLine,
    Calendar,
    Inflow,
    State,
    Turnout,
    amounts_of,
    excused_by,
    turnout,
)
from xlsform.core.spec import FormSet, Overview, fields_of
from xlsform.operations.checking import Report, evaluated, listing_of, outcomes_of, reported_in, settled
from xlsform.operations.garbage import seldom_collected
from xlsform.operations.intake import Intake, Sources, intake
from xlsform.operations.reading import Gathered, Progress, gather
from xlsform.operations.settings import Settings
from xlsform.sources.inbox.journal import Act, Returned, Sent
from xlsform.specfiles.campaign import REMINDERS
from xlsform.writers.progress_words import Labels, ProgressListing, headline

if TYPE_CHECKING:
    from xlsform.operations.inbox import Inbox


@dataclass(frozen=True, slots=True)
class StatusReport(Report):
    """A report on the versions in force, and who has returned what. batch: the files it speaks of; labels: what the forms call the amounts."""

    turnout: Turnout = field(kw_only=True)
    batch: Intake = field(kw_only=True)
    labels: Labels = field(kw_only=True)


@seldom_collected()
def status(
    sources: Sources,
    settings: Settings,
    now: str,
    *,
    last_year: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> StatusReport:
    """Who has returned what at the moment (or on the day) `now`: of the campaign's inbox, else of the files. Nothing of it is stored.

    Who is missing is a Z02 finding each. Raises UsageError where there is no roster, and as `check` does.
    """
    if not settings.roster:
        raise UsageError("没有部门名册：请先在 departments.xlsx 里填好部门，或用 --roster 指定名册")
    last = reported_in(last_year, settings) if last_year is not None else None
    batch = intake(sources, settings)
    inbox = batch.inbox
    gathered = gather(batch, settings, jobs=jobs, progress=progress)
    findings = list(gathered.findings)
    unevaluated: list[Unevaluated] = []
    amounts: dict[str, Amounts] = {}
    for returns, found, skipped in evaluated(gathered, settings, last):
        findings += found
        unevaluated += skipped
        amounts |= {whole.department: amounts_of(whole, settings.formset.overview) for whole in returns}
    received = _received_in(inbox) if inbox is not None else _received_as_files(gathered, settings)
    acts = _acts_of(inbox.acts) if inbox is not None else Acts()
    register, calendar = Register(settings.roster), calendar_of(settings, now)
    excused = excused_by(settings.waivers)
    before = turnout(register, received, acts, (), amounts, excused, calendar)
    told = settled([*findings, *_missing(before)], gathered, settings)
    whole = turnout(register, received, acts, told.findings, amounts, excused, calendar)
    outcomes = outcomes_of(gathered, batch)
    return StatusReport(
        len(outcomes),
        gathered.read,
        len(gathered.departments),
        told.findings,
        outcomes,
        tuple(unevaluated),
        told.unused,
        turnout=whole._replace(came=tuple(_came(received, inbox))),
        batch=batch,
        labels=_labels_of(settings.formset),
    )


def calendar_of(settings: Settings, now: str) -> Calendar:
    """The campaign's deadline, and how many days ago it was."""
    deadline = settings.campaign.deadline if settings.campaign is not None else None
    if deadline is None:
        return Calendar(now)
    over = (date.fromisoformat(now[:10]) - deadline).days
    return Calendar(now, deadline.isoformat(), max(over, 0))


def _missing(before: Turnout) -> Iterator[Finding]:
    """Z02: who has sent nothing; of those who need not, for the waiver to let pass."""
    for line in before.registered:
        if line.state in (State.MISSING, State.EXCUSED):
            name = line.department
            yield Finding(MISSING_CODE, Level.ERROR, Ref(""), department=name, params={"names": name}, got=name)


# ---------------------------------------------------------------------------------------------------------- what came in


def _received_in(inbox: Inbox) -> Inflow:
    """All that came into the inbox of a campaign."""
    return Inflow(inbox.whose, inbox.versions, inbox.decisions.ignored)


def _acts_of(acts: Iterable[Act]) -> Acts:
    """What the bureau did, as the journal has it: what it took back did not happen."""
    returned: dict[str, str] = {}
    reminded: dict[str, str] = {}
    for act in acts:
        match act:
            case Returned():
                for sha256 in act.contents:
                    if act.on:
                        returned[sha256] = act.at
                    else:
                        returned.pop(sha256, None)
            case Sent() if act.kind == REMINDERS:
                if act.on:
                    reminded[act.department] = act.at
                else:
                    reminded.pop(act.department, None)
            case _:
                pass
    return Acts(returned, reminded)


def _received_as_files(gathered: Gathered, settings: Settings) -> Inflow:
    """Files that lie in folders, as if they had come in: each a content of its own, known by its name, of which nobody knows when it came.

    A file that cannot be read is that of the department in its name: enough to know that they sent something.
    """
    register = Register(settings.roster)
    refused = {finding.where.file: finding.variant for finding in gathered.findings if finding.code == "T01"}
    owners: dict[int, list[str]] = defaultdict(list)
    for name, _, parts in gathered.departments:
        for index in parts:
            owners[index].append(name)
    whose: list[tuple[Content, Whose]] = []
    for index, (file, _, readable) in enumerate(gathered.files):
        content = _content(file, "" if readable else refused.get(file, "T01"))
        names = owners[index] if readable else [one.name for one in register.in_file_name(file)]
        if readable or len(names) == 1:
            whose += ((content, Whose(name, None, held=False)) for name in names)
        if not names or (not readable and len(names) > 1):
            whose.append((content, Whose("", None, held=True)))
    mine: dict[str, list[Content]] = defaultdict(list)
    for content, owner in whose:
        if owner.department:
            mine[owner.department].append(content)
    versions = []
    for name, sent in mine.items():
        holding = tuple(Taken(one, frozenset()) for one in sent if not one.evidence.reason)
        unread = tuple(one for one in sent if one.evidence.reason)
        versions.append(Versions(name, register.find(name), holding, unread=unread))
    return Inflow(tuple(whose), tuple(versions))


def _content(file: str, reason: str) -> Content:
    arrival = Arrival(file, file, "", file, "", "", "", ())
    return Content(file, file, Evidence("", reason=reason), (arrival,))


def _came(received: Inflow, inbox: Inbox | None) -> Iterator[ArrivalLine]:
    """Every arrival: the ledger's lines, or the files."""
    if inbox is not None:
        for row in inbox.rows:
            sender = f"{row.sender_name} <{row.sender}>" if row.sender_name else row.sender
            yield ArrivalLine(
                row.sent or row.dated or row.taken,
                row.name or row.thing,
                row.way,
                sender,
                row.subject,
                row.department,
                row.how,
                row.outcome,
            )
        return
    became = results(received.whose, received.versions, Decisions())
    for content, owner in received.whose:
        yield ArrivalLine("", content.name, department=owner.department, outcome=became[content.sha256].label)


def _labels_of(formset: FormSet) -> Labels:
    """What the forms call the amounts of the overview."""
    overview = formset.overview or Overview()
    return Labels(*_label(formset, overview.amount), *_label(formset, overview.table), _label(formset, overview.by)[0])


def _label(formset: FormSet, place: tuple[str, str] | None) -> tuple[str, str]:
    """The last label of a field, and the sheet that it stands on."""
    for form in formset.forms:
        for region in form.regions:
            for one in fields_of(region):
                if (region.id, one.key) == place:
                    return one.label[-1].rstrip("：:"), form.sheet
    return "", ""


def progress_listing(report: StatusReport, settings: Settings, lang: Lang) -> ProgressListing:
    """The report as what writers and the screen say of it."""
    said = headline(report.turnout, lang)
    campaign, year = settings.campaign, settings.formset.year
    district = campaign.district if campaign is not None else ""
    title = (
        f"{district} {year}: returns of performance targets"
        if lang == "en"
        else f"{district}{year}年预算绩效目标报送进度"
    )
    return ProgressListing(report.turnout, listing_of(report, said, settings, lang), title.strip(), report.labels)
