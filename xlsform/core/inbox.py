"""The inbox of a campaign: what came in, whose it is, and which version of it holds. Moments are ISO texts in one time zone.

A file's content counts once, however often it came. Whose it is, is told by clues in a fixed order; two clues that name different
departments hold the file back until the clerk decides. Of several versions the newest holds, form by form.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from xlsform.core.batch import Register, is_of_summary
from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level
from xlsform.core.labels import without_space
from xlsform.core.records import Record, Submission
from xlsform.core.spec import Department, FormSet, fields_of

SHORT = 8
"""Hexadecimal digits of a content's hash that tell two files of one name apart."""


NAMED = 12
"""Files or departments named in one sentence."""


def named(names: Sequence[str]) -> str:
    """The first NAMED of them, and whether there are more."""
    return "、".join(names[:NAMED]) + ("……" if len(names) > NAMED else "")


class Letter(NamedTuple):
    """A mail that a file travelled in. sender: the address in small letters; sent: the moment in its Date header, "" when there is none."""

    sender: str
    sender_name: str = ""
    subject: str = ""
    mail_id: str = ""
    sent: str = ""

    @property
    def signed(self) -> str:
        """Who sent it: 张三 <a@b.cn>."""
        return f"{self.sender_name} <{self.sender}>" if self.sender_name else self.sender


class Arrival(NamedTuple):
    """One file that came in once.

    sha256: of its content; original: of the thing it came in (its own where it came loose); way: names from that thing on, with /
    between; name: as sent; came: how the thing came, in a clerk's words; taken: the moment when it was collected; dated: when the thing
    was last changed or the server took it, "" when nobody knows; letters: innermost first.
    """

    sha256: str
    original: str
    way: str
    name: str
    came: str
    taken: str
    dated: str
    letters: tuple[Letter, ...]

    @property
    def sent(self) -> str:
        """The moment of the innermost letter that has one, "" for a file that came by no mail."""
        return next((letter.sent for letter in self.letters if letter.sent), "")


class Evidence(NamedTuple):
    """What a content says of itself, read once.

    form_set: the id of the form set it was read with; named: the department in its card, as written; issued_to: the one its stamp
    names; forms: ids of the forms in it; answered: those in which a department answered anything; summary: it is a district summary;
    reason: an E-… key when it cannot be read, with params.
    """

    form_set: str
    named: str = ""
    issued_to: str = ""
    forms: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    summary: bool = False
    reason: str = ""
    params: Mapping[str, str] = {}


class Content(NamedTuple):
    """One content with every way in which it came. name: unlike that of every other content in the inbox."""

    sha256: str
    name: str
    evidence: Evidence
    arrivals: tuple[Arrival, ...]

    @property
    def when(self) -> str:
        """The moment that orders versions: the last mail's; of what never came by mail, the first date of the file, since copying a
        file only makes it younger.
        """
        return max((one.sent for one in self.arrivals), default="") or min(
            one.dated or one.taken for one in self.arrivals
        )

    @property
    def order(self) -> tuple[str, str]:
        """Sorts versions from the oldest to the newest; equal moments in an order that is always the same."""
        return (self.when, self.sha256)


class Decisions(NamedTuple):
    """What the clerk decided, by content: whose it is, which version holds whatever comes later, which files do not count at all.

    used_at: the moment when a version was last pinned.
    """

    assigned: Mapping[str, str] = {}
    used: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    used_at: Mapping[str, str] = {}


class How(StrEnum):
    """How a department was recognised, the strongest clue first."""

    ASSIGNED = "assigned"
    STAMP = "stamp"
    CARD = "card"
    SENDER = "sender"
    FILE_NAME = "file_name"

    @property
    def label(self) -> str:
        """The words a clerk reads."""
        return {
            How.ASSIGNED: "经办人指定",
            How.STAMP: "下发标记",
            How.CARD: "表内部门名称",
            How.SENDER: "发件邮箱",
            How.FILE_NAME: "文件名",
        }[self]


class Clue(NamedTuple):
    """What one sign says: the departments it allows; said: the text that says it."""

    how: How
    departments: tuple[str, ...]
    said: str


class Whose(NamedTuple):
    """Whose a content is. department: "" when nobody can tell; how: by which clue; held: it waits for the clerk, and nothing of it
    counts; clues: all that spoke.
    """

    department: str
    how: How | None
    held: bool
    clues: tuple[Clue, ...] = ()


class Taken(NamedTuple):
    """A content of which some forms hold."""

    content: Content
    forms: frozenset[str]


class Versions(NamedTuple):
    """All that came from one department.

    holding: what of it counts; former: readable contents that were replaced, from the oldest on; unread: files meant as a return that
    cannot be read and that nothing readable has made up for; undecided: forms of which two contents came at the same moment; decided:
    the clerk chose; blank: contents that answer nothing beside others that do, from the oldest on.
    """

    department: str
    known: Department | None
    holding: tuple[Taken, ...]
    former: tuple[Content, ...] = ()
    unread: tuple[Content, ...] = ()
    undecided: frozenset[str] = frozenset()
    decided: bool = False
    blank: tuple[Content, ...] = ()

    @property
    def number(self) -> int:
        """How many different readable contents came that answer anything."""
        return len(self.holding) + len(self.former)


def contents(arrivals: Iterable[Arrival], evidence: Mapping[str, Evidence]) -> tuple[Content, ...]:
    """Arrivals by content, from the oldest to the newest, each under a name of its own. `evidence` has every content."""
    came: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        came[arrival.sha256].append(arrival)
    ordered = {sha256: tuple(sorted(all_, key=_first)) for sha256, all_ in came.items()}
    names = _names({sha256: all_[0].name for sha256, all_ in ordered.items()})
    named = (Content(sha256, names[sha256], evidence[sha256], all_) for sha256, all_ in ordered.items())
    return tuple(sorted(named, key=lambda content: content.order))


def _first(arrival: Arrival) -> tuple[str, str, str, str]:
    return (arrival.sent or arrival.dated or arrival.taken, arrival.original, arrival.way, arrival.name)


def _names(sent: Mapping[str, str]) -> Mapping[str, str]:
    """A name of its own for each content. A copy that went back bears such a name, and comes in again under it."""
    digits = dict.fromkeys(sent, 0)
    while True:
        names = {sha256: _told_apart(name, sha256[: digits[sha256]]) for sha256, name in sent.items()}
        often = Counter(name.casefold() for name in names.values())
        same = [sha256 for sha256, name in names.items() if often[name.casefold()] > 1]
        if not same:
            return names
        for sha256 in [one for one in same if not digits[one]] or same:
            digits[sha256] += SHORT


def _told_apart(name: str, digits: str) -> str:
    """区委办.xlsx → 区委办（3f9a2c81）.xlsx."""
    if not digits:
        return name
    stem, dot, suffix = name.rpartition(".")
    mark = f"（{digits}）"
    return f"{stem}{mark}{dot}{suffix}" if stem else f"{name}{mark}"


# ------------------------------------------------------------------------------------------------------------ what a file says


def evidence_of(submission: Submission, formset: FormSet) -> Evidence:
    """What a file that was read says of itself. A workbook without any of the forms is as good as unreadable (E-NOFORM)."""
    unread = next((finding for finding in submission.findings if finding.code == "T01"), None)
    if unread is not None:
        params = {key: text for key, text in unread.params.items() if key != "reason"}
        return Evidence(formset.id, reason=unread.variant, params=params)
    # A form that stands twice in a workbook was not read, but it is there and it is answered: which copy counts is asked when it is checked.
    twice = frozenset(one.form for one in submission.findings if one.code == "T04" and one.variant == "twice")
    forms = frozenset(sighting.form for sighting in submission.sightings) | twice
    if not forms:
        return Evidence(formset.id, reason="E-NOFORM")
    filled_in = {form.id: _filled_in(form.id, formset) for form in formset.forms}
    answered = frozenset(record.form for record in submission.records if _is_answered(record, filled_in[record.form]))
    region, key = formset.identity
    names = (str(record.data(key) or "").strip() for record in submission.records if record.region == region)
    summary = is_of_summary(submission)
    named = "" if summary else next((name for name in names if name), "")
    return Evidence(formset.id, named, submission.issued_to, forms, answered | twice, summary)


def _filled_in(form: str, formset: FormSet) -> frozenset[str]:
    """The fields that say whose the form is: issuing fills them in, so that they answer nothing."""
    regions = formset.form(form).regions
    named = {formset.identity[1]} if any(region.id == formset.identity[0] for region in regions) else set()
    return frozenset({field.key for region in regions for field in fields_of(region) if field.prefill} | named)


def _is_answered(record: Record, filled_in: frozenset[str]) -> bool:
    return any(key not in filled_in and value.text.strip() for key, value in record.values.items())


# ----------------------------------------------------------------------------------------------------------------- whose it is


def recognise(content: Content, register: Register, decisions: Decisions) -> Whose:
    """Whose a content is, by the first clue that names one department. Likeness never decides.

    It is held when a later clue speaks of others, when only several departments are named, and when it is a district summary.
    """
    assigned = decisions.assigned.get(content.sha256, "")
    if assigned:
        return Whose(_registered(assigned, register), How.ASSIGNED, held=False)
    clues = tuple(_clues(content, register))
    if content.evidence.summary:
        return Whose("", None, held=True, clues=clues)
    first = next((clue for clue in clues if len(clue.departments) == 1), None)
    if first is None:
        return Whose("", None, held=True, clues=clues)
    department = first.departments[0]
    against = [clue for clue in clues if not _agrees(clue, department, register)]
    if first.how in (How.STAMP, How.CARD) and any(
        clue.how is How.SENDER and clue not in against for clue in clues
    ):  # they sent it themselves, whoever else passed it on
        against = [clue for clue in against if clue.how is not How.SENDER]
    return Whose(department, first.how, held=bool(against), clues=clues)


def _clues(content: Content, register: Register) -> Iterator[Clue]:
    said = content.evidence
    if said.issued_to:
        yield Clue(How.STAMP, (_registered(said.issued_to, register),), said.issued_to)
    if said.named:
        yield Clue(How.CARD, (_registered(said.named, register),), said.named)
    for arrival in content.arrivals:
        for letter in arrival.letters:
            senders = register.by_email(letter.sender)
            if senders:
                yield Clue(How.SENDER, tuple(one.name for one in senders), letter.sender)
                break
    for name in dict.fromkeys(arrival.name for arrival in content.arrivals):
        named = register.in_file_name(name)
        if named:
            yield Clue(How.FILE_NAME, tuple(one.name for one in named), name)


def _registered(name: str, register: Register) -> str:
    known = register.find(name)
    return known.name if known is not None else without_space(name)


def _agrees(clue: Clue, department: str, register: Register) -> bool:
    """Whether a clue allows this department. A 主管部门 may send what its departments filled in, and be named by their files."""
    if department in clue.departments:
        return True
    known = register.find(department)
    if known is None or not known.parent or clue.how not in (How.SENDER, How.FILE_NAME):
        return False
    return _registered(known.parent, register) in clue.departments


def held_finding(content: Content, whose: Whose) -> Finding:
    """S01 of a held file: every clue and what it says, for the clerk to decide with `assign`."""
    where = Ref(content.name)
    if content.evidence.summary:
        return Finding("S01", Level.ERROR, where, variant="summary", params={"file": content.name})
    told = "；".join(f"{clue.how.label}“{clue.said}”：{'、'.join(clue.departments)}" for clue in whose.clues)
    variant = "held" if whose.clues else "nobody"
    return Finding("S01", Level.ERROR, where, got=told, params={"file": content.name, "clues": told}, variant=variant)


# -------------------------------------------------------------------------------------------------------------- which version holds


def unread_finding(content: Content, department: str) -> Finding:
    """T01 of a content that cannot be read: why, and what to do."""
    said = content.evidence
    params = {"reason": said.reason, **said.params}
    return Finding("T01", Level.ERROR, Ref(content.name), department=department, params=params, variant=said.reason)


SPREADSHEETS = frozenset(
    {"xlsx", "xlsm", "xltx", "xls", "et", "ett", "xlt", "xlsb", "ods", "csv", "htm", "html", "xml"}
)
"""Suffixes of a file that its sender means as a return, also where it cannot be read."""


def versions(
    whose: Sequence[tuple[Content, Whose]], register: Register, forms: Sequence[str], decisions: Decisions
) -> tuple[Versions, ...]:
    """Every department's versions, in the order of the roster; who sent nothing is not among them. `forms`: ids, in order."""
    mine: dict[str, list[Content]] = defaultdict(list)
    for content, owner in whose:
        if owner.department and not owner.held and content.sha256 not in decisions.ignored:
            mine[owner.department].append(content)
    found = (_versions(name, all_, register, forms, decisions) for name, all_ in mine.items())
    return tuple(sorted(found, key=lambda one: register.order(one.department)))


def _versions(
    name: str, mine: Sequence[Content], register: Register, forms: Sequence[str], decisions: Decisions
) -> Versions:
    legible = sorted((one for one in mine if one.evidence.forms), key=lambda one: one.order, reverse=True)
    readable = [one for one in legible if one.evidence.answered] or legible
    pinned = [one for one in readable if one.sha256 in decisions.used]
    by_rank = [*pinned, *(one for one in readable if one not in pinned)]
    holders: dict[str, tuple[Content, ...]] = {}
    for form in forms:
        chosen = _holders(form, by_rank)
        if chosen:
            holders[form] = tuple(one for one in chosen if one in pinned) or chosen
    holding = [one for one in readable if any(one in chosen for chosen in holders.values())]
    taken = tuple(Taken(one, frozenset(form for form, chosen in holders.items() if one in chosen)) for one in holding)
    return Versions(
        name,
        register.find(name),
        taken,
        tuple(one for one in reversed(readable) if one not in holding),
        tuple(one for one in sorted(mine, key=lambda one: one.order) if is_meant(one) and not _made_up(one, readable)),
        frozenset(form for form, chosen in holders.items() if len(chosen) > 1),
        bool(pinned),
        tuple(one for one in reversed(legible) if one not in readable),
    )


def _made_up(unread: Content, readable: Sequence[Content]) -> bool:
    """Whether what came later, or in the same thing, stands for a file that cannot be read: it bears its name, or answers every form that
    the department has answered at all. A part of a return says nothing of the file that may have been another part.
    """
    originals = {arrival.original for arrival in unread.arrivals}
    since = [
        one
        for one in readable
        if one.when > unread.when or any(arrival.original in originals for arrival in one.arrivals)
    ]
    if any(_stems(one) & _stems(unread) for one in since):
        return True
    answered = frozenset[str]().union(*(one.evidence.answered for one in since))
    return bool(since) and all(one.evidence.answered <= answered for one in readable)


def _stems(content: Content) -> frozenset[str]:
    names = {arrival.name.casefold() for arrival in content.arrivals}
    return frozenset(name.rpartition(".")[0] or name for name in names)


def is_meant(content: Content) -> bool:
    """Whether an unreadable content was meant as a return: a workbook of whatever kind, or an archive, not the scan of a signed page."""
    if not content.evidence.reason:
        return False
    suffixes = {arrival.name.rpartition(".")[2].casefold() for arrival in content.arrivals}
    return content.evidence.reason != "E-NOTXLSX" or not suffixes.isdisjoint(SPREADSHEETS)


def _holders(form: str, newest_first: Sequence[Content]) -> tuple[Content, ...]:
    """The contents whose answers to a form hold: one, more where several came at the same moment, none where nobody has the form.

    A form that is there but not answered holds only when its file replaces an older one, not when the file is another part of the
    same return: a department that sends its forms in several files leaves the other forms of each blank.
    """
    for at, content in enumerate(newest_first):
        if form in content.evidence.answered:
            return tuple(one for one in newest_first[at:] if one.when == content.when and form in one.evidence.answered)
        if form in content.evidence.forms:
            answers = (one.evidence.answered for one in newest_first[at + 1 :])
            older = next((answered for answered in answers if form in answered), None)
            if older is None or content.evidence.answered & older:
                return (content,)
    return ()


def misdated(one: Versions) -> tuple[Content, ...]:
    """Contents whose date decides which version holds and cannot be right: a mail sent on a later day than it was collected.

    () where the clerk has chosen.
    """
    if one.decided:
        return ()
    readable = (*(taken.content for taken in one.holding), *one.former)
    return tuple(
        content
        for content in readable
        if _is_misdated(content)
        and any(other is not content and other.evidence.answered & content.evidence.answered for other in readable)
    )


def _is_misdated(content: Content) -> bool:
    return any(one.sent == content.when and one.sent[:10] > one.taken[:10] for one in content.arrivals if one.sent)


def misdated_finding(content: Content, department: str) -> Finding:
    """S02: the date of a mail cannot be right, so that nobody can tell which version is the newest."""
    params = {"file": content.name, "date": content.when[:10]}
    return Finding(
        "S02",
        Level.ERROR,
        Ref(content.name),
        department=department,
        got=content.when,
        params=params,
        variant="misdated",
    )


def overlooked(one: Versions, decisions: Decisions) -> tuple[tuple[Content, Content], ...]:
    """Contents that were collected after the clerk had pinned another and so do not count, each with the pinned one."""
    if not one.decided:
        return ()
    pins = [taken.content for taken in one.holding if taken.content.sha256 in decisions.used]
    pairs = (
        (content, next((pin for pin in pins if _came_after(content, pin, decisions)), None)) for content in one.former
    )
    return tuple((content, pin) for content, pin in pairs if pin is not None)


def _came_after(content: Content, pin: Content, decisions: Decisions) -> bool:
    taken = min(arrival.taken for arrival in content.arrivals)
    answered = content.evidence.answered & pin.evidence.answered
    return bool(answered) and taken > decisions.used_at.get(pin.sha256, taken) and content.order > pin.order


def overlooked_finding(content: Content, pin: Content, department: str) -> Finding:
    """S02: a version came that does not count, as the clerk has pinned another."""
    params = {"file": content.name, "pinned": pin.name}
    return Finding("S02", Level.WARNING, Ref(content.name), department=department, params=params, variant="overlooked")


def blank_finding(content: Content, department: str) -> Finding:
    """S02: a file in which nothing is answered takes the place of none."""
    params = {"file": content.name}
    return Finding("S02", Level.WARNING, Ref(content.name), department=department, params=params, variant="blank")


class Replaced(NamedTuple):
    """A content that took the place of older ones. number: how many versions there are with it; formers: the one before it, for each
    group of forms.
    """

    by: Content
    number: int
    formers: tuple[tuple[Content, frozenset[str]], ...]


def replaced(one: Versions) -> tuple[Replaced, ...]:
    """What of a department's versions took the place of which, from the newest on; () where the clerk has chosen."""
    if one.decided:
        return ()
    readable = sorted((*(taken.content for taken in one.holding), *one.former), key=lambda content: content.order)
    found = []
    for taken in one.holding:
        older = [content for content in readable if content.when < taken.content.when]
        formers: dict[str, set[str]] = defaultdict(set)
        for form in taken.forms:
            former = next((content for content in reversed(older) if form in content.evidence.answered), None)
            if former is not None:
                formers[former.sha256].add(form)
        if formers:
            number = 1 + sum(not taken.forms.isdisjoint(content.evidence.answered) for content in older)
            before = tuple(
                (content, frozenset(formers[content.sha256])) for content in older if content.sha256 in formers
            )
            found.append(Replaced(taken.content, number, before))
    return tuple(found)


def replaced_finding(one: Replaced, department: str, amounts: Sequence[str]) -> Finding:
    """S02: which version counts, and the amounts that changed with it; a hint where none did."""
    where = Ref(one.by.name)
    params = {"k": str(one.number), "file": one.by.name, "n": str(len(amounts)), "diff": _shortened(amounts)}
    if not amounts:
        return Finding("S02", Level.HINT, where, department=department, params=params, variant="amounts_kept")
    return Finding("S02", Level.WARNING, where, department=department, got="；".join(amounts), params=params)


ROOM = 78
"""Characters of a list of changed amounts in a sentence; the finding itself has them all."""


def _shortened(amounts: Sequence[str]) -> str:
    """As many as there is room for, at least one; …… stands for the others."""
    said = "；".join(amounts)
    count = len(amounts)
    while len(said) > ROOM and count > 1:
        count -= 1
        said = "；".join(amounts[:count]) + "；……"
    return said


# ------------------------------------------------------------------------------------------------------------- what became of it


class Result(StrEnum):
    """What became of a content; each has exactly one."""

    HOLDS = "holds"
    FORMER = "former"
    HELD = "held"
    UNREAD = "unread"
    OTHER = "other"
    BLANK = "blank"
    IGNORED = "ignored"

    @property
    def label(self) -> str:
        """The words a clerk reads."""
        return {
            Result.HOLDS: "采用",
            Result.FORMER: "已有新版",
            Result.HELD: "待认定",
            Result.UNREAD: "无法读取",
            Result.OTHER: "附件（不是表格）",
            Result.BLANK: "空白表",
            Result.IGNORED: "不计",
        }[self]


def results(
    whose: Iterable[tuple[Content, Whose]], departments: Iterable[Versions], decisions: Decisions
) -> dict[str, Result]:
    """What became of every content, by its sha256."""
    departments = tuple(departments)
    special = {taken.content.sha256: Result.HOLDS for one in departments for taken in one.holding}
    special |= {content.sha256: Result.BLANK for one in departments for content in one.blank}
    return {content.sha256: _result(content, owner, special, decisions) for content, owner in whose}


def _result(content: Content, owner: Whose, special: Mapping[str, Result], decisions: Decisions) -> Result:
    if content.sha256 in decisions.ignored:
        return Result.IGNORED
    if content.evidence.reason:
        return Result.UNREAD if is_meant(content) else Result.OTHER
    if owner.held:
        return Result.HELD
    return special.get(content.sha256, Result.FORMER)
