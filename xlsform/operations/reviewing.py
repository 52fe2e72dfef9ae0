"""Returns given back to their departments: the department's own workbook, marked up; and the marks taken out again."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from xlsform import readers
from xlsform.core.batch import Register
from xlsform.core.cells import Book
from xlsform.core.errors import Rejected, UsageError, VerificationError
from xlsform.core.findings import Finding, Level
from xlsform.core.letters import notice
from xlsform.core.marks import NOTE, is_list
from xlsform.core.review import clean, list_alone, mark_up
from xlsform.ooxml.package import RETURN, open_package
from xlsform.operations.checking import Report, check
from xlsform.operations.intake import Intake, Sources, intake
from xlsform.operations.reading import Progress
from xlsform.operations.settings import Settings
from xlsform.sources.folder import ReturnFile, return_files
from xlsform.sources.inbox import journal
from xlsform.sources.inbox.zone import carry_mark
from xlsform.sources.received import CHINA, now
from xlsform.specfiles.campaign import RETURNED, Campaign
from xlsform.writers.empty import SHEET, empty_workbook
from xlsform.writers.place import put_files_in_place, refuse_taken, safe_name
from xlsform.writers.xlsx import applied, threaded_cells

if TYPE_CHECKING:
    from xlsform.operations.inbox import Inbox

NOTICE = "退回通知"
ALONE = "-需修改.xlsx"
"""Ends the name of a list that goes back without the file it speaks of."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What goes back for one file.

    findings: all that speak of it; written: the way below the output folder, "" when nothing stands against it; alone: the file could
    not be read and only the list goes back; marked: cells marked; threads: of these, those with a thread of comments, which are only
    coloured; signed: it bore a digital signature, which no longer holds in the copy; sent: its name as the department sent it, where it
    goes by another in the inbox.
    """

    file: str
    department: str
    findings: tuple[Finding, ...]
    written: str = ""
    alone: bool = False
    marked: int = 0
    threads: int = 0
    signed: bool = False
    sent: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A 退回通知 to one department: its address ("" when the roster has none) and the way below the output folder."""

    department: str
    email: str
    written: str


@dataclass(frozen=True, slots=True)
class ReviewReport(Report):
    """A report, and what goes back: one `Returned` a file, one `Draft` a department, and all files written (or to be written)."""

    returned: tuple[Returned, ...] = ()
    drafts: tuple[Draft, ...] = ()
    written: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One file without marks. readable: else nothing was written for it; marked: whether there was anything to take out."""

    file: str
    readable: bool
    marked: bool = False
    written: Path | None = None


def review(  # noqa: PLR0913 - the command's own options
    sources: Sources,
    out: Path,
    settings: Settings,
    *,
    mail: bool = False,
    jobs: int | None = None,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ReviewReport:
    """Checks the files and writes for each with findings a marked copy of its own bytes (or the list alone) below `out`.

    mail: also a draft of a 退回通知 for every department, with its files attached. Raises UsageError when `out` lies among the
    files or would hold two files of one name, or holds one already and not `force`; VerificationError when a copy does not read as
    its original does.
    """
    batch = intake(sources, settings)
    _apart(batch, out)  # before the work begins
    report = check(batch, settings, jobs=jobs, progress=progress)
    return give_back(report, batch, out, settings, mail=mail, force=force, dry_run=dry_run)


def give_back(  # noqa: PLR0913 - the command's own options
    report: Report,
    batch: Intake,
    out: Path,
    settings: Settings,
    *,
    departments: Collection[str] | None = None,
    mail: bool = False,
    force: bool = False,
    dry_run: bool = False,
) -> ReviewReport:
    """Writes what goes back for a report on these files, as `review` does; only what goes to `departments`, where they are given."""
    files = _apart(batch, out)
    returned = tuple(_returned(files, report, batch, settings))
    if departments is not None:
        returned = tuple(one for one in returned if one.department in departments)
    if batch.inbox is not None:
        sent = {content.name: content.arrivals[0].name for content, _ in batch.inbox.whose}
        returned = tuple(replace(one, sent=sent.get(one.file, "")) for one in returned)
    going = [one for one in returned if one.written]
    drafts = tuple(_drafts(going, settings)) if mail else ()
    names = [one.written for one in going] + [draft.written for draft in drafts]
    refuse_taken(out, names, force=force)
    if names and not dry_run:
        ways = {file.name: file.path for file in files}
        threads: dict[str, int] = {}
        put_files_in_place(out, names, partial(_write, going, drafts, ways, settings, threads), force=force)
        if batch.inbox is not None:
            _register(going, batch.inbox)
        returned = tuple(replace(one, threads=threads.get(one.file, 0)) for one in returned)
    return ReviewReport(
        files=report.files,
        read=report.read,
        departments=report.departments,
        findings=report.findings,
        outcomes=report.outcomes,
        unevaluated=report.unevaluated,
        unused=report.unused,
        returned=returned,
        drafts=drafts,
        written=tuple(out / name for name in names),
    )


def _apart(batch: Intake, out: Path) -> tuple[ReturnFile, ...]:
    """The files that came and may go back (none that waits for somebody to say whose it is), refused when `out` is a place they came from or two of them have one name."""
    unread = {finding.where.file for finding in batch.findings if finding.code == "T01"}
    files = (*batch.files, *(file for file in batch.aside if file.name in unread))
    place = out.resolve()
    sources = {path.resolve() if path.is_dir() else path.resolve().parent for path in batch.places}
    inside = [path.resolve() for path in batch.places if path.is_dir()]
    if place in sources or any(place.is_relative_to(folder) for folder in inside):
        raise UsageError(f"{out} 是报送文件所在的文件夹，请用 -o 另指定一个")
    seen: dict[str, Path] = {}
    for file in files:
        other = seen.setdefault(file.name.casefold(), file.path)
        if other is not file.path:
            raise UsageError(f"{other} 与 {file.path} 同名，请分两次退回")
    return files


def _returned(files: Sequence[ReturnFile], report: Report, batch: Intake, settings: Settings) -> Iterator[Returned]:
    """What goes back for each file, in the order of the files; names of lists give way to those of copies."""
    by_file: dict[str, list[Finding]] = defaultdict(list)
    on_the_way = {_known_by(finding) for finding in batch.findings if finding.code != "T01"}
    for finding in report.findings:
        if _known_by(finding) not in on_the_way:
            by_file[finding.where.file].append(finding)
    owners = {outcome.file: outcome.department for outcome in report.outcomes}
    register = Register(settings.roster)
    taken = {file.name.casefold() for file in files}
    for file in files:
        findings = tuple(by_file.get(file.name, ()))
        alone = any(finding.code == "T01" for finding in findings)
        wanting = any(finding.level > Level.HINT and not finding.passed for finding in findings)
        name = file.name if wanting else ""
        if alone:
            plain = str(PurePosixPath(file.name).with_suffix("")) + ALONE
            name = plain if plain.casefold() not in taken else f"{file.name}{ALONE}"
            taken.add(name.casefold())
        signed = any(finding.params.get("remark") == "W-SIGNED" for finding in findings)
        department = owners.get(file.name, "") or (_named(file.name, register) if alone else "")
        cells = {(f.where.sheet, f.where.row, f.where.col) for f in findings if f.where.address and not f.passed}
        yield Returned(file.name, department, findings, name, alone, 0 if alone else len(cells), 0, signed)


def _known_by(finding: Finding) -> tuple[str, str, str, object]:
    """What stays of a finding when it is weighed. Of how a file came (whose name was misspelled, which version it replaced) the bureau
    is told; the department has nothing to correct in it.
    """
    return (finding.code, finding.variant, finding.where.file, finding.params.get("remark"))


def _register(going: Sequence[Returned], inbox: Inbox) -> None:
    """Writes into the journal what departments get back, unless it says so already."""
    contents = {content.name: content.sha256 for content, _ in inbox.whose}
    known: set[tuple[str, str]] = set()
    for act in inbox.acts:
        if isinstance(act, journal.Returned):
            said = {(act.department, sha256) for sha256 in act.contents}
            known = known | said if act.on else known - said
    mine: dict[str, list[str]] = defaultdict(list)
    for one in going:
        sha256 = contents.get(one.file, "")
        if one.department and sha256 and (one.department, sha256) not in known:
            mine[one.department].append(sha256)
    if mine:
        at = now()
        journal.append(inbox.folder, [journal.Returned(at, name, tuple(found)) for name, found in mine.items()])


def _named(file: str, register: Register) -> str:
    """Whose an unreadable file is, by its name: enough to send it back to them, not to file it under theirs."""
    named = register.in_file_name(file)
    return named[0].name if len(named) == 1 else ""


def _write(
    going: Sequence[Returned],
    drafts: Sequence[Draft],
    ways: Mapping[str, Path],
    settings: Settings,
    threads: dict[str, int],
    folder: Path,
) -> None:
    """All that goes back, below `folder`. `threads` takes up how many marked cells have a thread of comments, by file."""
    for one in going:
        place = folder / one.written
        place.parent.mkdir(parents=True, exist_ok=True)
        if one.alone:
            place.write_bytes(_list(one, settings))
            continue
        data = ways[one.file].read_bytes()
        place.write_bytes(marked_copy(one, data, settings))
        carry_mark(ways[one.file], place)
        bearing = threaded_cells(data)
        cells = {finding.where for finding in one.findings if not finding.passed}
        threads[one.file] = sum((ref.row, ref.col) in bearing.get(ref.sheet, ()) for ref in cells)
    for draft in drafts:
        mine = [one for one in going if one.department == draft.department]
        (folder / draft.written).write_bytes(_letter(draft, mine, folder, settings))


def _drafts(going: Sequence[Returned], settings: Settings) -> Iterator[Draft]:
    """One draft for every department that something goes back to, in the order of the files."""
    register = Register(settings.roster)
    for name in dict.fromkeys(one.department for one in going if one.department):
        known = register.find(name)
        yield Draft(name, known.email if known is not None else "", notice_name(name))


def notice_name(department: str) -> str:
    """退回通知-区教育局.eml."""
    return f"{NOTICE}-{safe_name(department)}.eml"


def _letter(draft: Draft, mine: Sequence[Returned], folder: Path, settings: Settings) -> bytes:
    from xlsform.writers.mail import draft as draft_message  # noqa: PLC0415 - email is slow to import, and few want drafts

    sender = settings.sender
    if settings.campaign is not None and _is_over(settings.campaign):
        sender = sender._replace(deadline="")
    names = _names_apart([_as_sent(one) for one in mine], [one.written for one in mine])
    findings = [finding for one in mine for finding in one.findings if not finding.passed]
    files, lists = (
        [name for name, one in zip(names, mine, strict=True) if one.alone is alone] for alone in (False, True)
    )
    subject, body = notice(draft.department, settings.formset.year, files, findings, sender, lists)
    attached = [(name, (folder / one.written).read_bytes()) for name, one in zip(names, mine, strict=True)]
    return draft_message(
        draft.email, subject, body, attached, sender.address, department=draft.department, kind=RETURNED
    )


def _is_over(campaign: Campaign) -> bool:
    """Whether the deadline is past, so that nothing can be asked for by then."""
    return campaign.deadline is not None and datetime.now(CHINA).date() > campaign.deadline


def _as_sent(one: Returned) -> str:
    """The name of an attachment: the one the department gave its file."""
    if not one.sent:
        return PurePath(one.written).name
    return PurePath(one.sent).stem + ALONE if one.alone else one.sent


def _names_apart(names: Sequence[str], ways: Sequence[str]) -> list[str]:
    """The names; with the folders before those that would be alike, as who saves them all would keep only one."""
    counts = Counter(name.casefold() for name in names)
    return [
        name if counts[name.casefold()] == 1 else way.replace("/", "-") for name, way in zip(names, ways, strict=True)
    ]


def marked_copy(returned: Returned, data: bytes, settings: Settings) -> bytes:
    """The file's own bytes with the marks of its findings. Raises VerificationError when it would read otherwise than before."""
    book = readers.read(returned.file, data)
    if all(map(is_list, book.grids)):
        return _list(returned, settings)  # a list that went back alone came in again: there is nothing to mark
    if (before := _without_marks(book, data)) is not data:
        data, book = before, readers.read(returned.file, before)
    threads = threaded_cells(data)
    copy = applied(data, mark_up(book, returned.findings, returned.department, settings.formset, threads))
    again = readers.read(returned.file, copy)
    if tuple(grid for grid in again.grids if not is_list(grid)) != book.grids:
        raise VerificationError(f"{returned.file}: 批注后的内容与原件不符")
    return copy


def _bears_marks(data: bytes) -> bool:
    """Whether marks are left of a review whose 需修改 somebody deleted."""
    package = open_package(data, RETURN)
    parts = (package.read(name) for name in package.entries if name.startswith("xl/") and name.endswith(".xml"))
    return any(b"xlsform:" in part or NOTE.encode() in part for part in parts)


def _list(returned: Returned, settings: Settings) -> bytes:
    plan = list_alone(returned.file, returned.findings, returned.department, settings.formset, SHEET)
    return applied(empty_workbook(), plan)


def clean_marks(
    paths: Sequence[Path],
    out: Path,
    *,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> tuple[Cleaned, ...]:
    """Writes every file below `out` without the marks of a review; a file that bears none with its very bytes.

    Raises UsageError as `review` does; a file that cannot be read is not written, and its `Cleaned` says so. The drafts that `review`
    wrote beside its copies are passed over.
    """
    batch = Intake(return_files(paths), places=tuple(paths))
    files = tuple(file for file in _apart(batch, out) if not _is_draft(file.path))
    refuse_taken(out, [file.name for file in files], force=force)
    cleaned: list[Cleaned] = []
    names: list[str] = []

    def write(folder: Path) -> None:
        for done, file in enumerate(files, 1):
            data = file.path.read_bytes()
            try:
                without = unmarked(file.name, data)
            except Rejected:
                cleaned.append(Cleaned(file.name, readable=False))
            else:
                cleaned.append(Cleaned(file.name, True, without is not data, out / file.name))
                (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
                (folder / file.name).write_bytes(without)
                names.append(file.name)
            if progress is not None:
                progress(done, len(files), file.name)

    if dry_run:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder))
    else:
        put_files_in_place(out, names, write, force=force)
    return tuple(cleaned)


def _is_draft(path: Path) -> bool:
    return path.suffix == ".eml" and path.name.startswith(f"{NOTICE}-")


def unmarked(file: str, data: bytes) -> bytes:
    """The workbook without the marks of a review, the same object when it has none. Raises Rejected."""
    return _without_marks(readers.read(file, data), data)


def _without_marks(book: Book, data: bytes) -> bytes:
    if all(map(is_list, book.grids)):
        return data  # a list that went back alone: without it nothing would be left
    if any(map(is_list, book.grids)) or _bears_marks(data):
        return applied(data, clean(book))
    return data
