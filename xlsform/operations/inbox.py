"""The inbox of a campaign, brought up to date and read: what came in, whose it is, which versions of it hold.

原件 and 登记.jsonl are what is known; everything else (表格, the ledger) is made of them here, by whichever command comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath
from sqlite3 import Connection

from xlsform.core.batch import Register, of_forms
from xlsform.core.catalogue import message
from xlsform.core.cells import Ref
from xlsform.core.diff import changed_amounts, compare
from xlsform.core.errors import UsageError
from xlsform.core.findings import Finding, Level
from xlsform.core.inbox import (
    Arrival,
    Content,
    Decisions,
    Evidence,
    Letter,
    Replaced,
    Result,
    Versions,
    Whose,
    blank_finding,
    contents,
    evidence_of,
    held_finding,
    misdated,
    misdated_finding,
    named,
    overlooked,
    overlooked_finding,
    recognise,
    replaced,
    replaced_finding,
    results,
    unread_finding,
    versions,
)
from xlsform.core.records import Submission
from xlsform.operations.reading import Progress, read_all, read_return
from xlsform.operations.settings import Settings
from xlsform.sources.containers.unpack import letter_of, unpack
from xlsform.sources.folder import ReturnFile
from xlsform.sources.inbox.journal import JOURNAL, Act, Came, Journal, decisions
from xlsform.sources.inbox.ledger import (
    LEDGER,
    UNOPENED,
    Index,
    Item,
    Reading,
    Row,
    Thing,
    add_contents,
    drop_things,
    drop_unused,
    failures_told,
    load,
    open_ledger,
    put_readings,
    put_rows,
    put_thing,
    writing,
)
from xlsform.sources.inbox.store import (
    CHANGED,
    DIGITS,
    ORIGINALS,
    TABLES,
    Stored,
    clear_leftovers,
    keep,
    read_back,
    sha256_of,
    stored,
)
from xlsform.sources.local import on_disk
from xlsform.sources.names import is_leftover, safe, settled
from xlsform.sources.received import CHINA, Found, Kind, Received, moment
from xlsform.specfiles.campaign import INBOX

AT_ONCE = 32
"""Originals, or files read, that one writing of the ledger holds: what an interruption may cost again."""
REPEATED = "内容重复"
EMPTY_MAIL, EMPTY = "没有附件", "没有文件"
UNKNOWN_WAY = "（登记里没有）"
"""How an original came whose line in the journal is lost."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """All that came in, up to date. folder: 收件; acts: the journal; index: what the ledger knows of originals and contents.

    whose: every content with its owner, from the oldest to the newest; versions: every department that sent something, in the order
    of the roster; results: what became of each content; ways: where each content lies (of one that could not be opened, the original
    it came in); rows: the ledger; loose: files in the folder that nobody has collected; remarks: what the clerk should know of the folder.
    """

    folder: Path
    acts: tuple[Act, ...]
    decisions: Decisions
    index: Index
    whose: tuple[tuple[Content, Whose], ...]
    versions: tuple[Versions, ...]
    results: Mapping[str, Result]
    ways: Mapping[str, Path]
    rows: tuple[Row, ...]
    loose: tuple[Path, ...] = ()
    remarks: tuple[str, ...] = ()


def open_inbox(settings: Settings, *, jobs: int | None = None, progress: Progress | None = None) -> Inbox | None:
    """The inbox of the campaign, brought up to date; None where there is no campaign, or nothing was ever collected in it.

    Raises UsageError for an original that is not what was collected.
    """
    campaign = settings.campaign
    if campaign is None:
        return None
    folder = campaign.folder / INBOX
    if not (folder / JOURNAL).exists() and not (folder / ORIGINALS).is_dir():
        return None
    with failures_told(folder), closing(open_ledger(folder)) as ledger:
        journal = Journal(folder)
        index = _up_to_date(folder, ledger, journal, settings, jobs, progress)
        inbox = made_of(folder, journal.acts, index, settings)
        put_rows(ledger, inbox.rows)
    loose = tuple(_loose(folder, index.things))
    return replace(inbox, loose=loose, remarks=tuple(_remarks(journal, index.things)))


def own_places(inbox: Path) -> tuple[Path, ...]:
    """What lies in 收件 and came from nobody: the store, the journal, the ledger."""
    return tuple(inbox / name for name in (ORIGINALS, TABLES, JOURNAL, LEDGER, f"{LEDGER}-journal"))


# ------------------------------------------------------------------------------------------------------------------- up to date


def _up_to_date(
    folder: Path, ledger: Connection, journal: Journal, settings: Settings, jobs: int | None, progress: Progress | None
) -> Index:
    """The index of all originals: those that it does not have yet are taken apart, and contents not yet read so are read.

    Again until nothing is left, as another command may bring new things meanwhile, or have its own way of reading.
    """
    read: dict[str, Reading] = {}
    while True:
        index = load(ledger)
        todo, gone = _to_do(folder, index, journal)
        used = {item.sha256 for thing in index.things.values() for item in thing.items}
        fresh = {sha256: one for sha256, one in index.contents.items() if sha256 in used and sha256 not in read}
        unread = [(sha256, one) for sha256, one in fresh.items() if _is_unread(one, settings)]
        outdated = bool(todo or gone or index.contents.keys() - used)
        if not outdated and not unread:
            journal.read_on()
            index.contents.update(read)
            return index
        if outdated:
            with writing(ledger):
                clear_leftovers(folder / TABLES)
                drop_things(ledger, gone)
            _take_apart(folder, ledger, index, todo, progress)
            with writing(ledger):
                drop_unused(ledger)
            continue
        found = _read(folder, unread, settings, jobs, progress)
        while part := dict(islice(found, AT_ONCE)):
            read |= part
            with writing(ledger):
                put_readings(ledger, part)


def _to_do(folder: Path, index: Index, journal: Journal) -> tuple[list[Stored], list[str]]:
    """Originals to be taken apart, in the order in which they came, and those known that are not there any more."""
    originals = {_below(folder, one.path): one for one in stored(folder / ORIGINALS)}
    there = originals.keys() | {_below(folder, one.path) for one in stored(folder / TABLES)}
    missing = {sha256 for sha256, one in index.contents.items() if one.path and one.path not in there}
    whole = {
        thing.path
        for thing in index.things.values()
        if thing.path in originals
        and originals[thing.path].size == thing.size
        and all(item.sha256 in index.contents and item.sha256 not in missing for item in thing.items)
    }
    index_of: dict[str, int] = {}
    for number, came in enumerate(_came(journal.acts)):
        index_of.setdefault(came.original, number)
        index_of.setdefault(came.original[:DIGITS], number)
    todo = [one for way, one in originals.items() if way not in whole]
    todo.sort(key=lambda one: (index_of.get(one.digits, len(index_of)), one.digits))
    for sha256 in missing:
        del index.contents[sha256]
    return todo, [original for original, thing in index.things.items() if thing.path not in originals]


def _take_apart(
    folder: Path, ledger: Connection, index: Index, todo: Sequence[Stored], progress: Progress | None
) -> None:
    """Puts what is in each original into the ledger, and its files into 表格."""
    for start in range(0, len(todo), AT_ONCE):
        with writing(ledger):
            for done, one in enumerate(todo[start : start + AT_ONCE], start + 1):
                thing = _thing(folder, one, index.contents)
                put_thing(ledger, thing)
                add_contents(ledger, {item.sha256: index.contents[item.sha256] for item in thing.items})
                if progress is not None:
                    progress(done, len(todo), one.path.name)


def _thing(folder: Path, one: Stored, known: dict[str, Reading]) -> Thing:
    """What is in an original; contents not yet known are stored. Raises UsageError when the original is not what was collected."""
    original, data = read_back(one.path, one.digits)
    path = _below(folder, one.path)
    return take_apart(Received(one.path.name, "", data), original, path, known, partial(_not_yet_read, folder, path))


def take_apart(
    received: Received,
    original: str,
    path: str,
    known: dict[str, Reading],
    keep_new: Callable[[Found, str, str], Reading],
) -> Thing:
    """What is in a thing, whose sha256 is `original`. `known` is added what `keep_new` makes of each content that is not there
    (file, its sha256, the thing's).
    """
    skipped = 0
    items: list[Item] = []
    for found in unpack(received):
        if found.kind is Kind.SKIPPED:
            skipped += 1
            continue
        inside = found.way.removeprefix(received.name)
        sha256 = original if found.data is received.data else sha256_of(_identity(found, original, inside))
        if sha256 not in known:
            known[sha256] = keep_new(found, sha256, original)
        items.append(Item(inside, found.name, sha256, found.letters, found.remarks))
    letter = letter_of(received) if not items else None
    letters = (letter,) if letter is not None else ()
    return Thing(original, path, len(received.data), skipped, letters, tuple(items))


def _not_yet_read(folder: Path, original_path: str, found: Found, sha256: str, original: str) -> Reading:
    """A file that was found, stored where it is none of the originals itself."""
    if sha256 == original:
        path = original_path
    elif _has_data(found):
        path = _below(folder, keep(folder / TABLES, sha256, found.name, found.data, flush=False))
    else:
        path = ""
    return unopened(found, path) or Reading(path, "", Evidence(""))


def _identity(found: Found, original: str, inside: str) -> bytes:
    """What tells a file from others: its content, else where it stands in which thing."""
    return found.data if _has_data(found) else f"{original}{inside}".encode()


def _has_data(found: Found) -> bool:
    """Whether the file's bytes are there; of one that could not be opened they may be missing."""
    return bool(found.data) or found.kind is not Kind.REFUSED


def unopened(found: Found, path: str = "") -> Reading | None:
    """What there is to say of a file that could not be taken out, None for any other."""
    if found.kind is not Kind.REFUSED:
        return None
    return Reading(path, UNOPENED, Evidence("", reason=found.reason, params=found.params))


def _is_unread(one: Reading, settings: Settings) -> bool:
    return one.reading not in (settings.reading, UNOPENED)


def _read(
    folder: Path,
    unread: Sequence[tuple[str, Reading]],
    settings: Settings,
    jobs: int | None,
    progress: Progress | None,
) -> Iterator[tuple[str, Reading]]:
    """What each of the contents says. Raises UsageError for one that is not what was stored."""
    files = [ReturnFile(PurePosixPath(one.path).name, folder / one.path) for _, one in unread]
    submissions = read_all(files, settings, jobs=jobs, progress=progress, bare=True)
    for (sha256, one), submission in zip(unread, submissions, strict=True):
        if submission.sha256 != sha256:
            raise UsageError(f"{folder / one.path} {CHANGED}")
        yield sha256, Reading(one.path, settings.reading, evidence_of(submission, settings.formset))


def _below(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


# ------------------------------------------------------------------------------------------------------------------- made of it


def made_of(folder: Path, acts: Sequence[Act], index: Index, settings: Settings) -> Inbox:
    """What the index, the journal's acts and the roster say together; no file is looked at."""
    arrived = list(_arrived(folder, index, acts))
    register = Register(settings.roster)
    decided = decisions(acts)
    evidence = {sha256: one.evidence for sha256, one in index.contents.items()}
    all_ = contents((arrival for _, _, arrival in arrived if arrival is not None), evidence)
    whose = tuple((content, recognise(content, register, decided)) for content in all_)
    departments = versions(whose, register, [form.id for form in settings.formset.forms], decided)
    became = results(whose, departments, decided)
    ways = {
        item.sha256: folder / (index.contents[item.sha256].path or thing.path)
        for thing in index.things.values()
        for item in thing.items
    }
    rows = tuple(_rows(arrived, whose, became, settings))
    return Inbox(folder, tuple(acts), decided, index, whose, departments, became, ways, rows)


def _came(acts: Iterable[Act]) -> Iterator[Came]:
    """How things came, once for each name of each, with the earliest of its dates."""
    first: dict[tuple[str, str], Came] = {}
    for act in acts:
        if isinstance(act, Came):
            known = first.setdefault((act.original, act.name), act)
            if act.dated and (not known.dated or act.dated < known.dated):
                first[act.original, act.name] = known._replace(dated=act.dated)
    yield from first.values()


def _arrived(folder: Path, index: Index, acts: Iterable[Act]) -> Iterator[tuple[Came, Thing, Arrival | None]]:
    """Every file that arrived, in the order of the journal; a thing without files once, with None."""
    came = [act for act in _came(acts) if act.original in index.things]
    for original in sorted(index.things.keys() - {act.original for act in came}):
        path = folder / index.things[original].path
        changed = moment(datetime.fromtimestamp(path.stat().st_mtime, CHINA))
        came.append(Came(changed, original, path.name, UNKNOWN_WAY))
    for act in came:
        thing = index.things[act.original]
        for item in thing.items:
            name = item.name if item.inside else safe(act.name) or item.name
            way = f"{act.name}{item.inside}"
            yield (
                act,
                thing,
                Arrival(item.sha256, act.original, way, name, act.way, act.taken, act.dated, item.letters),
            )
        if not thing.items:
            yield act, thing, None


def _rows(
    arrived: Iterable[tuple[Came, Thing, Arrival | None]],
    whose: Iterable[tuple[Content, Whose]],
    became: Mapping[str, Result],
    settings: Settings,
) -> Iterator[Row]:
    """The lines of the ledger. Of a content that came more than once, one arrival has its outcome and the others are told as repeated."""
    owners = {content.sha256: (content, owner) for content, owner in whose}
    names = {form.id: form.name for form in settings.formset.forms}
    told: set[str] = set()
    for came, thing, arrival in arrived:
        letter = next(iter(arrival.letters if arrival is not None else thing.letters), Letter(""))
        way = arrival.way if arrival is not None else came.name
        head = Row(came.taken, came.way, came.name, came.original, way, came.dated, letter.sent, *letter[:4])
        if arrival is None:
            yield head._replace(outcome=EMPTY_MAIL if thing.letters else EMPTY)
            continue
        content, owner = owners[arrival.sha256]
        first = arrival == content.arrivals[0] and arrival.sha256 not in told
        told |= {arrival.sha256} if first else set()
        said = content.evidence
        yield head._replace(
            name=arrival.name,
            sha256=arrival.sha256,
            form_set=said.form_set if said.forms else "",
            forms="、".join(names.get(form, form) for form in names if form in said.forms),
            department=owner.department if not owner.held else "",
            how=owner.how.label if owner.how is not None and not owner.held else "",
            outcome=_outcome(content, became[content.sha256]) if first else REPEATED,
        )


def _outcome(content: Content, result: Result) -> str:
    """采用, 待认定…; of what cannot be read also why."""
    if result is not Result.UNREAD:
        return result.label
    return f"{result.label}：{message(unread_finding(content, ''))}"


def _loose(folder: Path, things: Mapping[str, Thing]) -> Iterator[Path]:
    """Files in 收件, and folders with files, that nobody has collected."""
    own = own_places(folder)
    for path in sorted(folder.iterdir()):
        if path in own or path.name.startswith(".") or is_leftover(path.name) or not path.exists():
            continue
        if any(sha256_of(one.data) not in things for one in on_disk([path]).items):
            yield path


def _remarks(journal: Journal, things: Mapping[str, Thing]) -> Iterator[str]:
    for unknown in journal.unknown:
        yield (
            f"{journal.path.name} 第 {unknown.number} 行看不懂，没有采用（可能是新版软件写的；若是损坏了，"
            "请重新收取、重新认定，再用记事本删去这一行）"
        )
    missing = list(dict.fromkeys(act.name for act in _came(journal.acts) if act.original not in things))
    if missing:
        yield (
            f"有 {len(missing)} 件来件的原件不见了，不再计入：{named(missing)}；请重新收取，"
            f"确实找不回来的，用记事本从 {journal.path.name} 里删去写着它的各行"
        )


# ------------------------------------------------------------------------------------------------------------------- what counts


def intake(inbox: Inbox, settings: Settings) -> tuple[tuple[ReturnFile, ...], tuple[Finding, ...]]:
    """The versions that hold, under their display names, and what is to be said of the way they came.

    S01 for held files, T01 for files that cannot be read, S02 where a version took the place of others, T02 for what was tolerated
    while a file was taken out. Raises UsageError for a file that is not what was stored.
    """
    files: list[ReturnFile] = []
    findings: list[Finding] = []
    for content, owner in inbox.whose:
        result = inbox.results[content.sha256]
        if result is Result.HELD:
            findings.append(held_finding(content, owner))
        elif result is Result.UNREAD and owner.held:
            findings.append(unread_finding(content, ""))
    for one in inbox.versions:
        for taken in one.holding:
            path = inbox.ways[taken.content.sha256]
            read_back(path, taken.content.sha256)
            files.append(ReturnFile(taken.content.name, path, one.department, taken.forms))
            findings += _tolerated(taken.content, one.department, inbox.index.things)
        findings += (unread_finding(content, one.department) for content in one.unread)
        findings += (_replaced(two, one.department, inbox, settings) for two in replaced(one))
        findings += (misdated_finding(content, one.department) for content in misdated(one))
        after = overlooked(one, inbox.decisions)
        findings += (overlooked_finding(content, pin, one.department) for content, pin in after)
        findings += (blank_finding(content, one.department) for content in one.blank)
    return tuple(sorted(files, key=lambda file: file.name)), tuple(findings)


def aside(inbox: Inbox) -> tuple[ReturnFile, ...]:
    """The files that came in and are to be settled before they count: held, or not to be read and not followed by another."""
    owners = {content.sha256: one.department for one in inbox.versions for content in one.unread}
    found = []
    for content, owner in inbox.whose:
        result = inbox.results[content.sha256]
        if result is Result.HELD or (result is Result.UNREAD and (owner.held or content.sha256 in owners)):
            path = inbox.ways[content.sha256]
            found.append(ReturnFile(content.name, path, owners.get(content.sha256, "")))
    return tuple(sorted(found, key=lambda file: file.name))


def _tolerated(content: Content, department: str, things: Mapping[str, Thing]) -> Iterator[Finding]:
    """T02 for each remark on the ways in which a content came, once."""
    told: dict[tuple[str, tuple[tuple[str, str], ...]], None] = {}
    for arrival in content.arrivals:
        for item in things[arrival.original].items:
            if item.sha256 == content.sha256:
                told |= {(key, tuple(params.items())): None for key, params in item.remarks}
        if arrival.sha256 == arrival.original:
            told |= {(key, tuple(params.items())): None for key, params in settled(arrival.way, "")[1]}
    for key, params in told:
        said = {**dict(params), "remark": key}
        yield Finding("T02", Level.HINT, Ref(content.name), department=department, params=said, variant="remark")


def _replaced(one: Replaced, department: str, inbox: Inbox, settings: Settings) -> Finding:
    """S02 with the amounts that differ from what was replaced."""
    now = _submission(one.by, inbox, settings)
    amounts: list[str] = []
    for former, forms in one.formers:
        before = _submission(former, inbox, settings)
        changes = compare(of_forms(before, forms), of_forms(now, forms), settings.formset)
        amounts += changed_amounts(changes, settings.formset)
    return replaced_finding(one, department, amounts)


def _submission(content: Content, inbox: Inbox, settings: Settings) -> Submission:
    return read_return(content.name, read_back(inbox.ways[content.sha256], content.sha256)[1], settings)
