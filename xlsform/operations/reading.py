"""Files read, in this process or a pool, and sorted by department."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsform import readers
from xlsform.core.batch import Owner, Register, Return, is_of_summary, of_department, of_forms, owner, put_together
from xlsform.core.cells import Ref
from xlsform.core.errors import Rejected
from xlsform.core.extract import extract as extract_book
from xlsform.core.extract import is_rounded
from xlsform.core.findings import Finding, Level
from xlsform.core.records import Reason, Submission
from xlsform.core.spec import Department
from xlsform.operations.garbage import collect_seldom
from xlsform.operations.settings import Settings
from xlsform.operations.spill import Spill
from xlsform.rules import district_totals
from xlsform.sources.folder import ReturnFile
from xlsform.sources.inbox.store import sha256_of

if TYPE_CHECKING:
    from xlsform.operations.intake import Intake

Progress = Callable[[int, int, str], None]
"""Called after every file: how many are done, how many there are, the name of this one."""

MANY_FILES = 256
"""From so many files on, reading is worth a pool of processes."""
AT_ONCE = 8
"""Files that a process reads between two messages."""
AHEAD = 16
"""Messages that may wait before their results are taken."""
NEAR = 600
"""Returns kept in memory; those beyond wait on disk."""


def read_return(name: str, data: bytes, settings: Settings) -> Submission:
    """One file as records and findings. A file that cannot be read is a Submission with one T01 finding and no records."""
    try:
        book = readers.read(name, data)
    except Rejected as error:
        params = {"reason": error.reason} | {key: str(value) for key, value in error.params.items()}
        finding = Finding("T01", Level.ERROR, Ref(name), params=params, variant=error.reason)
        return Submission(name, sha256_of(data), "", (), (), (), (), (finding,), {})
    submission = extract_book(book, settings.formset, settings.layouts)
    remarks = tuple(_remark(name, key, params) for key, params in book.remarks)
    return replace(submission, findings=remarks + submission.findings) if remarks else submission


def _remark(name: str, key: str, params: Mapping[str, str]) -> Finding:
    """What the reader tolerated, as T02: another content than the extension says is a warning, everything else a hint in its own words."""
    if key == "W-EXTENSION":
        return Finding(
            "T02", Level.WARNING, Ref(name), params={"ext": params.get("suffix", ""), "real": params.get("found", "")}
        )
    return Finding("T02", Level.HINT, Ref(name), params={**params, "remark": key}, variant="remark")


def read_all(
    files: Sequence[ReturnFile],
    settings: Settings,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    bare: bool = False,
) -> Iterator[Submission]:
    """Every file with those of its forms that count, read in this process or a pool, in the order given.

    `bare` leaves out fates and unmapped cells, which a merge does not need once their findings are made.
    """
    count = jobs if jobs is not None else (1 if len(files) < MANY_FILES else min(os.cpu_count() or 1, 8))
    results: Iterable[Submission]
    with ExitStack() as stack:
        if count > 1:
            pool = stack.enter_context(ProcessPoolExecutor(count, initializer=_start_worker, initargs=(settings, bare)))
            results = _in_order(pool, files)
        else:
            results = (_read_file(file, settings, bare=bare) for file in files)
        for done, submission in enumerate(results, 1):
            if progress is not None:
                progress(done, len(files), submission.file)
            yield submission


def _in_order(pool: Executor, files: Sequence[ReturnFile]) -> Iterator[Submission]:
    """Results in the order of the files, never more than AHEAD messages of them waiting."""
    waiting: deque[Future[list[Submission]]] = deque()
    for start in range(0, len(files), AT_ONCE):
        waiting.append(pool.submit(_work, files[start : start + AT_ONCE]))
        if len(waiting) >= AHEAD:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _read_file(file: ReturnFile, settings: Settings, *, bare: bool) -> Submission:
    submission = read_return(file.name, file.path.read_bytes(), settings)
    if file.forms is not None:
        submission = of_forms(submission, file.forms)
    return replace(submission, fates={}, unmapped=()) if bare else submission


_worker: tuple[Settings, bool] | None = None
"""What this process reads with, when it is one of a pool."""


def _start_worker(settings: Settings, bare: bool) -> None:
    global _worker  # noqa: PLW0603 - a pool's worker has no other place for it
    _worker = (settings, bare)
    collect_seldom()


def _work(files: Sequence[ReturnFile]) -> list[Submission]:
    if _worker is None:
        raise RuntimeError("the worker was not started")
    settings, bare = _worker
    return [_read_file(file, settings, bare=bare) for file in files]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All files of a batch by department, in the order of the summary. `parts` are positions in `shelf`.

    reasons: what departments wrote into 审核说明, by file. results: what summaries list of explained and waived findings, by department.
    """

    shelf: Spill[Submission]
    departments: tuple[tuple[str, Department | None, tuple[int, ...]], ...]
    findings: tuple[Finding, ...]
    files: tuple[tuple[str, str, bool], ...]
    read: int
    reasons: Mapping[str, tuple[Reason, ...]]
    results: Mapping[str, Sequence[Finding]]


def gather(batch: Intake, settings: Settings, *, jobs: int | None = None, progress: Progress | None = None) -> Gathered:
    """Reads everything and sorts it by department; findings are those of the files themselves and of the way they came.

    A summary whose amounts are rounded (another unit than they are held in) belongs to nobody: its finding is all that comes of it.
    """
    register = Register(settings.roster)
    shelf: Spill[Submission] = Spill(NEAR)
    owners: dict[str, tuple[Department | None, list[int]]] = {}
    findings: list[Finding] = list(batch.findings)
    files: list[tuple[str, str, bool]] = []
    reasons: dict[str, tuple[Reason, ...]] = {}
    results: dict[str, list[Finding]] = {}
    submissions = read_all(batch.files, settings, jobs=jobs, progress=progress, bare=True)
    for file, submission in zip(batch.files, submissions, strict=True):
        whose = owners_of(submission, register, file.department)
        if is_rounded(submission):
            whose = ()
        readable = all(finding.code != "T01" for finding in submission.findings)
        name = whose[0].department if len(whose) == 1 else ""
        files.append((submission.file, name, readable))
        findings += (replace(finding, department=name) for finding in submission.findings)
        findings += (finding for one in whose for finding in one.findings)
        if is_of_summary(submission):
            findings += district_totals(submission, settings.formset)
        for one in whose:
            if one.department and readable:
                owners.setdefault(one.department, (one.known, []))[1].append(len(shelf))
        if submission.reasons:
            reasons[submission.file] = (*reasons.get(submission.file, ()), *submission.reasons)
        if not is_rounded(submission):
            _file_results(submission.results, register, results)
        twice = tuple(one for one in submission.findings if one.code == "T04" and one.variant == "twice")
        shelf.append(replace(submission, findings=twice, reasons=(), results=()))
    ordered = sorted(owners.items(), key=lambda item: register.order(item[0]))
    return Gathered(
        shelf,
        tuple((name, known, tuple(parts)) for name, (known, parts) in ordered),
        tuple(findings),
        tuple(files),
        sum(readable for _, _, readable in files),
        reasons,
        results,
    )


def _file_results(listed: Iterable[Finding], register: Register, results: dict[str, list[Finding]]) -> None:
    """Files what one summary lists under its departments' registered names; what another one has listed alike counts once."""
    before = {name: tuple(rows) for name, rows in results.items()}
    for finding in listed:
        known = register.find(finding.department)
        name = known.name if known is not None else finding.department
        row = replace(finding, department=name)
        if row not in before.get(name, ()):
            results.setdefault(name, []).append(row)


def owners_of(submission: Submission, register: Register, department: str = "") -> tuple[Owner, ...]:
    """One department for a return, all that stand in it for a district summary; `department` where it was settled before."""
    if department:
        settled = register.find(department)
        return (Owner(settled.name if settled is not None else department, settled),)
    if not is_of_summary(submission):
        return (owner(submission, register),)
    names = dict.fromkeys(record.department for record in submission.records if record.department)
    found = {name: register.find(name) for name in names}
    return tuple(Owner(known.name if known else name, known) for name, known in found.items())


def returns_of(
    gathered: Gathered, settings: Settings, departments: Sequence[tuple[str, Department | None, tuple[int, ...]]]
) -> Iterator[tuple[Return, tuple[Finding, ...]]]:
    """Each department's return, put together from its files."""
    for name, known, parts in departments:
        submissions = [gathered.shelf[index] for index in parts]
        mine = [_part_of(submission, name, known) for submission in submissions]
        yield put_together(name, known, mine, settings.formset)


def _part_of(submission: Submission, name: str, known: Department | None) -> Submission:
    """A return whole; of a district summary what stands under the department's name or one of its aliases."""
    if not is_of_summary(submission):
        records = tuple(one if one.department == name else one.under(name) for one in submission.records)
        return replace(submission, records=records)
    names = {name, *(known.aliases if known is not None else ())}
    part = of_department(submission, names)
    return replace(part, records=tuple(record.under(name) for record in part.records))
