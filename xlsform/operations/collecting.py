"""Things taken into the inbox of a campaign: stored and written into the journal one by one, then taken apart and recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from xlsform.accounts import Account
from xlsform.core.errors import UsageError
from xlsform.core.findings import Finding
from xlsform.core.inbox import Content, Result, Whose, evidence_of, held_finding, unread_finding
from xlsform.operations.inbox import REPEATED, Inbox, made_of, open_inbox, own_places, take_apart, unopened
from xlsform.operations.reading import Progress, read_return
from xlsform.operations.settings import Settings
from xlsform.sources.imap import mailbox
from xlsform.sources.inbox.journal import Came, Journal
from xlsform.sources.inbox.ledger import Index, Reading, Row, Thing
from xlsform.sources.inbox.store import ORIGINALS, clear_leftovers, keep, sha256_of, stored_name
from xlsform.sources.local import on_disk
from xlsform.sources.received import Found, Received, Source, now
from xlsform.specfiles.campaign import INBOX, ISSUED, REMINDERS, RETURNED, SUMMARIES

NEW, KNOWN = "新收", "已收过"


class Box(NamedTuple):
    """A mailbox to collect from. since: only mails that came on that day or later; move_to: a folder for those that were taken."""

    account: Account
    password: str
    since: date | None = None
    move_to: str = ""


class CollectedFile(NamedTuple):
    """A file that came. way: names from its thing on; outcome: in a clerk's words; department, how: "" when nobody can tell;
    result: what became of its content; finding: why that is held, or cannot be read.
    """

    way: str
    name: str
    sha256: str
    outcome: str
    department: str
    how: str
    result: Result
    finding: Finding | None = None


class CollectedThing(NamedTuple):
    """A thing that was there to be collected. outcome: in a clerk's words; files: () of one that was known; skipped: leftovers of systems.

    is_loose: it is itself the one file in it; sender: who sent it, "" for what is no mail.
    """

    name: str
    way: str
    original: str
    outcome: str
    files: tuple[CollectedFile, ...] = ()
    skipped: int = 0
    is_loose: bool = False
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """What was there to be collected, in the order in which it was found, and the inbox with it."""

    things: tuple[CollectedThing, ...]
    inbox: Inbox

    @property
    def outcomes(self) -> Counter[str]:
        """How many things had each outcome."""
        return Counter(thing.outcome for thing in self.things)

    @property
    def files(self) -> Counter[str]:
        """How many files in new things had each outcome."""
        return Counter(file.outcome for thing in self.things for file in thing.files)

    @property
    def departments(self) -> int:
        """Of how many departments something new came."""
        return len({file.department for thing in self.things for file in thing.files if file.department})

    @property
    def reporting(self) -> int:
        """Of how many departments something in the inbox counts."""
        return sum(bool(one.holding) for one in self.inbox.versions)

    @property
    def held(self) -> int:
        """How many contents of the inbox wait for the clerk to say whose they are."""
        return sum(result is Result.HELD for result in self.inbox.results.values())

    @property
    def unread(self) -> int:
        """How many contents of the inbox cannot be read, and nothing of their department that can has followed."""
        inbox = self.inbox
        last = {content.sha256 for one in inbox.versions for content in one.unread}
        last |= {content.sha256 for content, owner in inbox.whose if owner.held}
        return sum(result is Result.UNREAD and sha256 in last for sha256, result in inbox.results.items())


class _Taken(NamedTuple):
    """How a thing came, and whether it had: NEW, KNOWN, or REPEATED when it had under another name."""

    came: Came
    state: str


def collect(
    paths: Sequence[Path],
    settings: Settings,
    *,
    boxes: Sequence[Box] = (),
    dry_run: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Collected:
    """Takes what lies in files, folders and mailboxes into the campaign's inbox. What is known already is not taken again.

    A thing is stored, then written into the journal, then the next is asked for; what an interruption leaves undone the next command
    does. Raises UsageError where there is no campaign, a place is not there or a mailbox refuses.
    """
    if settings.campaign is None:
        raise UsageError("这里不是采集文件夹（没有 campaign.yaml），收件要有采集文件夹；请先用 xlsform init 建立")
    folder = settings.campaign.folder / INBOX
    journal = Journal(folder)
    sources = [*_places(paths, settings.campaign.folder), *_mailboxes(boxes, journal)]
    items = _watched(sources, progress)
    if dry_run:
        return _tried(items, journal, settings)
    folder.mkdir(exist_ok=True)
    with journal.locked():
        clear_leftovers(folder / ORIGINALS)
    taken = [_take(item, folder, journal) for item in items]
    inbox = open_inbox(settings, jobs=jobs, progress=progress)
    if inbox is None:
        raise UsageError(f"{folder} 在收取时被移走了")
    return Collected(tuple(_reported(taken, inbox)), inbox)


def _places(paths: Sequence[Path], campaign: Path) -> Iterator[Source]:
    if paths:
        own = [campaign / name for name in (ISSUED, REMINDERS, RETURNED, SUMMARIES)]
        skip = own_places(campaign / INBOX)
        yield on_disk(paths, own=[one for one in own if one.exists()], skip=[one for one in skip if one.exists()])


def _mailboxes(boxes: Sequence[Box], journal: Journal) -> Iterator[Source]:
    for box in boxes:
        yield mailbox(box.account, box.password, since=box.since, taken=journal.keys, move_to=box.move_to)


def _watched(sources: Sequence[Source], progress: Progress | None) -> Iterator[Received]:
    """Everything there is, one at a time."""
    count = sum(source.count for source in sources)
    everything = (item for source in sources for item in source.items)
    for number, item in enumerate(everything, 1):
        yield item
        if progress is not None:
            progress(number, count, item.name)


def _take(item: Received, folder: Path, journal: Journal) -> _Taken:
    """Stores a thing and writes it into the journal, unless it is there."""
    original = sha256_of(item.data)
    with journal.locked() as write:
        keep(folder / ORIGINALS, original, item.name, item.data, flush=True)
        taken = _taken(item, original, journal)
        if taken.state != KNOWN or (item.key and item.key not in journal.keys) or _is_earlier(taken.came, journal):
            write(taken.came)
    return taken


def _is_earlier(came: Came, journal: Journal) -> bool:
    """Whether a thing that is known bears an earlier date this time. Of the dates of a file the first one counts, whichever came first."""
    known = journal.dated.get((came.original, came.name), "")
    return bool(came.dated) and (not known or came.dated < known)


def _taken(item: Received, original: str, journal: Journal) -> _Taken:
    names = journal.came.get(original, set())
    state = KNOWN if item.name in names else REPEATED if names else NEW
    return _Taken(Came(now(), original, item.name, item.way, item.dated, item.key), state)


def _tried(items: Iterator[Received], journal: Journal, settings: Settings) -> Collected:
    """What collecting would bring; nothing is stored."""
    inbox = open_inbox(settings)
    index = inbox.index if inbox is not None else Index({}, {})
    came: list[Came] = []
    taken: list[_Taken] = []
    for item in items:
        original = sha256_of(item.data)
        one = _taken(item, original, journal)
        taken.append(one)
        journal.came.setdefault(original, set()).add(item.name)
        if one.state != KNOWN or _is_earlier(one.came, journal):
            came.append(one.came)
        if original not in index.things:
            thing = item._replace(name=stored_name(item.name))
            index.things[original] = take_apart(thing, original, "", index.contents, partial(_looked_at, settings))
    inbox = made_of(journal.path.parent, [*journal.acts, *came], index, settings)
    return Collected(tuple(_reported(taken, inbox)), inbox)


def _looked_at(settings: Settings, found: Found, _sha256: str, _original: str) -> Reading:
    """What a file says that is not to be stored."""
    submission = read_return(found.name, found.data, settings)
    return unopened(found) or Reading("", settings.reading, evidence_of(submission, settings.formset))


def _reported(taken: Iterable[_Taken], inbox: Inbox) -> Iterator[CollectedThing]:
    """What became of each thing and each file in it."""
    taken = list(taken)
    new = {one.came.original for one in taken if one.state == NEW}
    rows: dict[tuple[str, str], list[Row]] = {}
    before: set[str] = set()
    for row in inbox.rows:
        rows.setdefault((row.original, row.thing), []).append(row)
        before |= {row.sha256} if row.original not in new else set()
    contents = {content.sha256: (content, owner) for content, owner in inbox.whose}
    for came, state in taken:
        thing = inbox.index.things.get(came.original)
        if state != NEW or thing is None:
            yield CollectedThing(came.name, came.way, came.original, state)
            continue
        mine = rows.get((came.original, came.name), [])
        files = tuple(_file(row, *contents[row.sha256], inbox, before) for row in mine if row.sha256)
        is_loose = len(files) == 1 and files[0].sha256 == came.original
        outcome = files[0].outcome if is_loose else NEW if files else mine[0].outcome
        yield CollectedThing(
            came.name, came.way, came.original, outcome, files, thing.skipped, is_loose, _sender(thing)
        )


def _sender(thing: Thing) -> str:
    """Who sent a mail, "" for another thing (an archive may hold mails of several senders)."""
    outermost = {letters[-1].signed for letters in (thing.letters, *(item.letters for item in thing.items)) if letters}
    return outermost.pop() if len(outermost) == 1 else ""


def _file(row: Row, content: Content, owner: Whose, inbox: Inbox, before: Container[str]) -> CollectedFile:
    result = inbox.results[row.sha256]
    outcome = NEW if result in (Result.HOLDS, Result.FORMER, Result.IGNORED, Result.BLANK) else result.label
    if row.outcome == REPEATED or row.sha256 in before:
        outcome = REPEATED
    finding = None
    if outcome == Result.HELD.label:
        finding = held_finding(content, owner)
    elif outcome == Result.UNREAD.label:
        finding = unread_finding(content, row.department)
    return CollectedFile(row.way, row.name, row.sha256, outcome, row.department, row.how, result, finding)
