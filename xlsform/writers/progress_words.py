"""What a progress report (报送进度) says, whatever it is written as: on the screen, .xlsx or .html."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.catalogue import Lang
from xlsform.core.findings import Finding, Level
from xlsform.core.inbox import Arrival, Content, Whose
from xlsform.core.progress import Reporting, State, Turnout
from xlsform.writers.listing import Listing

SHOWN = (State.REPORTED, State.RESENT, State.FAULTY, State.RESENT_FAULTY, State.RETURNED, State.HELD, State.MISSING)
"""The states of those who have to report, the best first."""
ALWAYS = frozenset({State.REPORTED, State.FAULTY, State.RETURNED, State.RESENT, State.MISSING})
"""States that a head of office asks for, also when nobody is in them."""


class Labels(NamedTuple):
    """What the forms call the amounts of an overview, "" for those they don't ask; overall_of and table_of: the sheets they stand on."""

    overall: str = ""
    overall_of: str = ""
    table: str = ""
    table_of: str = ""
    by: str = ""


class ProgressListing(NamedTuple):
    """turnout: who has returned what; listing: the findings of the versions in force; title: with district and year."""

    turnout: Turnout
    listing: Listing
    title: str
    labels: Labels = Labels()

    @property
    def lang(self) -> Lang:
        """The report's language."""
        return self.listing.lang

    def say(self, zh: str, en: str) -> str:
        """The word in the report's language."""
        return self.listing.say(zh, en)

    def state(self, state: State) -> str:
        """已报, 有错, 退回…"""
        return self.say(state.label, state.value.replace("_", " "))

    def asof(self) -> str:
        """截至 2018-12-03 09:30（北京时间），报送截止日 2018-11-30，已过 3 天."""
        calendar = self.turnout.calendar
        told = self.say(f"截至 {moment(calendar.now)}（北京时间）", f"As of {moment(calendar.now)} (China time)")
        if calendar.deadline:
            told += self.say(f"，报送截止日 {calendar.deadline}", f", deadline {calendar.deadline}")
        if calendar.over:
            told += self.say(f"，已过 {calendar.over} 天", f", {calendar.over} days past")
        return told

    def remarks(self, line: Reporting) -> Iterator[str]:
        """What else is to be known of a department."""
        if line.overdue:
            over = self.turnout.calendar.over
            yield self.say(f"逾期 {over} 天", f"{over} days overdue")
        if line.late:
            yield self.say("迟报", "late")
        if line.returned:
            yield self.say(f"{line.returned[:10]} 退回", f"returned {line.returned[:10]}")
        if line.reminded:
            yield self.say(f"{line.reminded[:10]} 催报", f"reminded {line.reminded[:10]}")
        if line.held:
            yield self.say(f"{line.held} 份来件待认定", f"{line.held} files held")
        if line.state is State.MISSING and line.scans:
            yield self.scans(line)
        if line.state is State.EXCUSED:
            yield self.say(f"免报：{line.excused}", f"excused: {line.excused}")
        if line.known is None:
            yield self.say("名册中没有", "not in the roster")

    def scans(self, line: Reporting) -> str:
        """Why a department that has written is missing all the same."""
        return self.say(f"来过 {line.scans} 份附件，都不是表格", f"{line.scans} files came, none is a form")

    def clues(self, whose: Whose) -> Iterator[str]:
        """下发标记“区委办”：区委办本级."""
        for clue in whose.clues:
            how = self.say(clue.how.label, clue.how.value.replace("_", " "))
            yield f"{how}“{clue.said}”：{'、'.join(clue.departments)}"
        if not whose.clues:
            yield self.say("没有任何线索", "no clue at all")


def headline(turnout: Turnout, lang: Lang) -> str:
    """应报 20 个部门：已报 14，有错 2，退回 1，重报 1，未报 2（逾期 2）；another sentence for those outside the count."""
    counts = turnout.counts
    told = []
    for state in SHOWN:
        if counts[state] or state in ALWAYS:
            word = state.value.replace("_", " ") if lang == "en" else state.label
            said = f"{word} {counts[state]}"
            if state is State.MISSING and turnout.overdue:
                said += f" ({turnout.overdue} overdue)" if lang == "en" else f"（逾期 {turnout.overdue}）"
            told.append(said)
    others = [
        (counts[State.EXCUSED], "免报 {n}", "{n} excused"),
        (len(turnout.lines) - len(turnout.registered), "名册外 {n}", "{n} not in the roster"),
        (len(turnout.held), "待认定的来件 {n} 份", "{n} files held"),
    ]
    if lang == "en":
        text = f"{turnout.expected} departments to report: {', '.join(told)}"
        return text + "".join(f"; {en.format(n=n)}" for n, _, en in others if n)
    text = f"应报 {turnout.expected} 个部门：{'，'.join(told)}"
    return text + "".join(f"；{zh.format(n=n)}" for n, zh, _ in others if n)


class RuleCount(NamedTuple):
    """How often a rule speaks: findings open, in how many departments, and those explained or waived."""

    level: Level
    code: str
    open: int
    departments: int
    passed: int


def by_rule(findings: Iterable[Finding]) -> list[RuleCount]:
    """Findings counted by level and code, errors first."""
    groups: dict[tuple[int, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[-finding.level, finding.code].append(finding)
    counted = []
    for (rank, code), found in sorted(groups.items()):
        still = [finding for finding in found if not finding.passed]
        departments = {finding.department for finding in still} - {""}
        counted.append(RuleCount(Level(-rank), code, len(still), len(departments), len(found) - len(still)))
    return counted


def moment(text: str) -> str:
    """2018-11-20 09:12 of a moment, a day as it is."""
    return text[:16].replace("T", " ")


def amount(value: Decimal | None) -> str:
    """1,234.50 with every digit that the amount has, at least two behind the point; "" for none."""
    if value is None:
        return ""
    return f"{value:,.{places(value)}f}"


def places(value: Decimal) -> int:
    """Behind the point, of an amount: as many as it has, at least two."""
    exponent = value.normalize().as_tuple().exponent
    return max(2, -exponent) if isinstance(exponent, int) else 2


def sender(arrival: Arrival) -> str:
    """Who sent it, of the outermost letter: 张三 <a@b.cn>; "" for what came by no mail."""
    return arrival.letters[-1].signed if arrival.letters else ""


def received_at(content: Content) -> str:
    """When a content first came, "" when nobody knows."""
    moments = (one.sent or one.dated or one.taken for one in content.arrivals)
    return moment(min((text for text in moments if text), default=""))


def assign_commands(content: Content, whose: Whose, lang: Lang) -> tuple[str, ...]:
    """What can be typed to say whose a held file is: a line for each department that a clue names, as none of them is known to be right."""
    start = f"xlsform assign {_quoted(content.name)}"
    if content.evidence.summary:
        return (f"{start} --ignore",)
    named = dict.fromkeys(name for clue in whose.clues for name in clue.departments)
    return tuple(f"{start} {_quoted(name)}" for name in named or ("DEPARTMENT" if lang == "en" else "部门",))


def _quoted(text: str) -> str:
    """As it is typed on Windows and elsewhere: in quotes where it holds anything but letters, digits and full-width signs."""
    if all(sign.isalnum() or sign in "._-" for sign in text):
        return text
    return f'"{text}"' if not set(text) & set('"$`\\!') else f"'{text}'"
