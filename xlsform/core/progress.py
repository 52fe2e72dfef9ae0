"""Who has returned what: each department's state, told from what came in and what was found in it. Moments and days are ISO texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from xlsform.core.batch import Register, Return
from xlsform.core.findings import Finding, Level
from xlsform.core.inbox import Content, Versions, Whose, is_meant
from xlsform.core.labels import without_space
from xlsform.core.spec import Department, Overview
from xlsform.core.waivers import Waiver

MISSING_CODE = "Z02"
"""The rule by which a department that sent nothing is missed; a waiver of it lets the department report nothing."""


class State(StrEnum):
    """How far a department's return has come; each has exactly one."""

    MISSING = "missing"
    HELD = "held"
    REPORTED = "reported"
    FAULTY = "faulty"
    RETURNED = "returned"
    RESENT = "resent"
    RESENT_FAULTY = "resent_faulty"
    EXCUSED = "excused"

    @property
    def label(self) -> str:
        """The words a clerk reads."""
        return {
            State.MISSING: "未报",
            State.HELD: "待认定",
            State.REPORTED: "已报",
            State.FAULTY: "有错",
            State.RETURNED: "退回",
            State.RESENT: "重报",
            State.RESENT_FAULTY: "重报有错",
            State.EXCUSED: "免报",
        }[self]


CLEAN = frozenset({State.REPORTED, State.RESENT})
"""States in which nothing is left to be done for the department."""


class Calendar(NamedTuple):
    """When it is. now: the moment the state is told for; deadline: a day, "" when none is set; over: days since then, 0 until it is past."""

    now: str
    deadline: str = ""
    over: int = 0

    @property
    def today(self) -> str:
        """The day, in China's time as all moments are."""
        return self.now[:10]


class Amounts(NamedTuple):
    """What a department applies for, in 万元; None where the form says nothing that can be read. by: in the order of the table."""

    overall: Decimal | None = None
    table: Decimal | None = None
    by: tuple[tuple[str, Decimal], ...] = ()


NO_AMOUNTS = Amounts()


class Acts(NamedTuple):
    """What the bureau did: contents it handed back (sha256) and departments it reminded, each with the moment it last did so."""

    returned: Mapping[str, str] = {}
    reminded: Mapping[str, str] = {}


class Inflow(NamedTuple):
    """All that came in. whose: every content and whose it is; versions: of every department that sent something that counts;
    ignored: contents (sha256) that the clerk set aside.
    """

    whose: tuple[tuple[Content, Whose], ...] = ()
    versions: tuple[Versions, ...] = ()
    ignored: frozenset[str] = frozenset()


class ArrivalLine(NamedTuple):
    """One arrival, in a clerk's words. at: the moment when it came, "" when nobody knows; file: as it is called; inside: what it came in;
    sender, subject: of its mail; how: by which clue its department was recognised; outcome: what became of it.
    """

    at: str
    file: str
    inside: str = ""
    sender: str = ""
    subject: str = ""
    department: str = ""
    how: str = ""
    outcome: str = ""


class Reporting(NamedTuple):
    """One department and its return.

    state: exactly one; overdue: it is missing and the deadline is past; late: what came first came after it; first, last: when something
    of it came, "" when nothing did or nobody knows; number: how many different files came; files: names of those that hold (of those
    that cannot be read, when none can); errors, warnings, hints: open findings; returned: when the version in force was handed back;
    reminded: when it was last reminded; held: files that may be its own and wait for the clerk; excused: why it need not report;
    scans: how many files came that are no return, such as the picture of a signed page.
    """

    department: str
    known: Department | None
    state: State
    overdue: bool = False
    late: bool = False
    first: str = ""
    last: str = ""
    number: int = 0
    files: tuple[str, ...] = ()
    errors: int = 0
    warnings: int = 0
    hints: int = 0
    amounts: Amounts = NO_AMOUNTS
    returned: str = ""
    reminded: str = ""
    held: int = 0
    excused: str = ""
    scans: int = 0


class Turnout(NamedTuple):
    """Who has returned what. lines: every department of the roster in its order, then those that are not in it, by name; held: contents that
    wait for the clerk; came: every arrival.
    """

    calendar: Calendar
    lines: tuple[Reporting, ...]
    held: tuple[tuple[Content, Whose], ...] = ()
    came: tuple[ArrivalLine, ...] = ()

    @property
    def registered(self) -> tuple[Reporting, ...]:
        """The lines of departments of the roster."""
        return tuple(line for line in self.lines if line.known is not None)

    @property
    def counts(self) -> Counter[State]:
        """How many departments of the roster are in each state."""
        return Counter(line.state for line in self.registered)

    @property
    def expected(self) -> int:
        """应报: how many departments of the roster have to report."""
        return len(self.registered) - self.counts[State.EXCUSED]

    @property
    def overdue(self) -> int:
        """How many of the missing are overdue."""
        return sum(line.overdue for line in self.registered)

    @property
    def missing(self) -> tuple[Reporting, ...]:
        """催报: who has to report and has sent nothing."""
        return tuple(line for line in self.registered if line.state is State.MISSING)

    @property
    def complete(self) -> bool:
        """Whether every department is in without an error and nothing waits for the clerk."""
        return not self.held and all(line.state in CLEAN or line.state is State.EXCUSED for line in self.lines)


def turnout(
    register: Register,
    received: Inflow,
    acts: Acts,
    findings: Iterable[Finding],
    amounts: Mapping[str, Amounts],
    excused: Mapping[str, str],
    calendar: Calendar,
) -> Turnout:
    """Who has returned what, told from what came in (`received`), what the bureau did with it, and what a check of the versions in force
    found. amounts and excused (why a department need not report): by department.
    """
    held = tuple(
        (content, whose)
        for content, whose in received.whose
        if whose.held and content.sha256 not in received.ignored and _may_be_a_return(content)
    )
    versions = {one.department: one for one in received.versions}
    mine: dict[str, list[Content]] = defaultdict(list)
    scans: Counter[str] = Counter()
    for content, whose in received.whose:
        if whose.department and not whose.held and content.sha256 not in received.ignored:
            if _may_be_a_return(content):
                mine[whose.department].append(content)
            else:
                scans[whose.department] += 1
    waiting = Counter(name for content, whose in held for name in _named(whose))
    counts = _levels(findings, received)
    sent = {name for name, one in versions.items() if one.holding or one.unread}
    names = [department.name for department in register.roster]
    names += sorted((sent | set(amounts)) - set(names), key=register.order)
    lines = []
    for name in names:
        line = Reporting(
            name,
            register.find(name),
            State.MISSING,
            amounts=amounts.get(name, NO_AMOUNTS),
            reminded=acts.reminded.get(name, ""),
            held=waiting[name],
            excused=excused.get(name, ""),
            scans=scans[name],
            errors=counts[name][Level.ERROR],
            warnings=counts[name][Level.WARNING],
            hints=counts[name][Level.HINT],
        )
        lines.append(_line(line, versions.get(name), mine.get(name, ()), acts, calendar))
    return Turnout(calendar, tuple(lines), held)


def _may_be_a_return(content: Content) -> bool:
    return not content.evidence.reason or is_meant(content)


def _named(whose: Whose) -> frozenset[str]:
    """The departments that a held content may belong to."""
    return frozenset(name for clue in whose.clues for name in clue.departments) | ({whose.department} - {""})


def _levels(findings: Iterable[Finding], received: Inflow) -> Mapping[str, Counter[Level]]:
    """Open findings by department and level. One that names no department counts for whose file it speaks of, and so do those of files
    that could not be read; that somebody is missing is said by the state.
    """
    owners = {content.name: whose.department for content, whose in received.whose if not whose.held}
    counts: dict[str, Counter[Level]] = defaultdict(Counter)
    for finding in findings:
        if not finding.passed and finding.code != MISSING_CODE:
            counts[finding.department or owners.get(finding.where.file, "")][finding.level] += 1
    return counts


def _line(
    line: Reporting, versions: Versions | None, mine: Sequence[Content], acts: Acts, calendar: Calendar
) -> Reporting:
    in_force = () if versions is None else tuple(taken.content for taken in versions.holding) or tuple(versions.unread)
    if not in_force:
        missing = State.EXCUSED if line.excused else State.HELD if line.held else State.MISSING
        overdue = missing is State.MISSING and calendar.over > 0
        return line._replace(state=missing, overdue=overdue)
    unread = versions.unread if versions is not None else ()
    standing = {content.sha256 for content in (*in_force, *unread)}
    handed_back = {content.sha256 for content in mine if content.sha256 in acts.returned}
    days = sorted(moment for content in mine for moment in _moments(content))
    first = days[0] if days else ""
    return line._replace(
        state=_state(line, bool(unread), handed_back & standing, handed_back - standing),
        late=bool(first and calendar.deadline and first[:10] > calendar.deadline),
        first=first,
        last=days[-1] if days else "",
        number=len(mine),
        files=tuple(content.name for content in in_force),
        returned=max((acts.returned[one] for one in handed_back & standing), default=""),
    )


def _state(line: Reporting, unread: bool, back: AbstractSet[str], before: AbstractSet[str]) -> State:
    """The state of a department that sent something. back: contents in force that were handed back; before: former ones that were.

    What was handed back and has nothing left against it (all waived meanwhile) needs no other version.
    """
    faulty = line.errors > 0 or unread
    if back and (faulty or line.warnings):
        return State.RETURNED
    if before and not back:
        return State.RESENT_FAULTY if faulty else State.RESENT
    return State.FAULTY if faulty else State.REPORTED


def _moments(content: Content) -> Iterator[str]:
    """When a content came, each time: what its mail says, else the date of the file, else when it was collected."""
    for arrival in content.arrivals:
        moment = arrival.sent or arrival.dated or arrival.taken
        if moment:
            yield moment


# ------------------------------------------------------------------------------------------------------------- amounts


def amounts_of(whole: Return, overview: Overview | None) -> Amounts:
    """What a department's return applies for. An amount that cannot be read is no amount: of the table it is left out of the sum."""
    if overview is None:
        return NO_AMOUNTS
    overall = [one for one in _answers(whole, overview.amount) if isinstance(one, Decimal)]
    listed = _answers(whole, overview.table)
    sums: dict[str, Decimal] = {}
    titles: dict[str, str] = {}
    if overview.by is not None:
        for by, amount in zip(_answers(whole, overview.by), listed, strict=True):
            if isinstance(amount, Decimal):
                title = " ".join(str(by or "").split())
                name = titles.setdefault(without_space(title), title)
                sums[name] = sums.get(name, Decimal(0)) + amount
    known = [one for one in listed if isinstance(one, Decimal)]
    return Amounts(
        sum(overall, Decimal(0)) if overall else None, sum(known, Decimal(0)) if known else None, tuple(sums.items())
    )


def _answers(whole: Return, place: tuple[str, str] | None) -> list[object]:
    """The answers of a region's records to one field, in the order of the sheet."""
    if place is None:
        return []
    region, key = place
    return [record.data(key) for record in whole.records.get(region, ())]


def by_title(lines: Iterable[Reporting]) -> tuple[tuple[str, Decimal, int], ...]:
    """The sums of all departments by title (支出方向), with the number of departments, the greatest first."""
    titles: dict[str, str] = {}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    departments: Counter[str] = Counter()
    for line in lines:
        for title, amount in line.amounts.by:
            key = without_space(title)
            titles.setdefault(key, title)
            sums[key] += amount
            departments[key] += 1
    return tuple(
        (titles[key], sums[key], departments[key]) for key in sorted(sums, key=lambda key: (-sums[key], titles[key]))
    )


def excused_by(waivers: Iterable[Waiver]) -> dict[str, str]:
    """Why a department need not report, by department: the waivers of Z02, the first of several."""
    reasons: dict[str, str] = {}
    for waiver in waivers:
        if waiver.code == MISSING_CODE:
            reasons.setdefault(waiver.department, waiver.reason)
    return reasons
