"""The verbs: the only place where pure steps meet files. Nothing is printed here; progress is reported through a callback."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from xlsform import readers
from xlsform.core.batch import Owner, Register, Return, is_of_summary, of_department, owner, put_together
from xlsform.core.cells import Book, Ref
from xlsform.core.errors import Rejected
from xlsform.core.extract import extract as extract_book
from xlsform.core.findings import Finding, Level
from xlsform.core.layout import Layouts, place_all
from xlsform.core.records import Submission
from xlsform.core.spec import Department, FormSet
from xlsform.resources import bundled
from xlsform.sources.folder import Arrival, arrivals
from xlsform.specfiles import load_formset, load_roster
from xlsform.spill import Spill

Progress = Callable[[int, int, str], None]
"""Called after every file: how many are done, how many there are, the name of this one."""

ROSTER_NAMES = ("departments.xlsx", "departments.csv")
MANY_FILES = 64
"""From so many files on, reading is worth a pool of processes."""
AHEAD = 64
"""Files that may be read before their results are taken."""
NEAR = 600
"""Returns kept in memory; those beyond wait on disk."""
BATCH = 500
"""Departments checked in one run of pandera."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command works with: the form set on its blanks, and the roster (empty when there is none)."""

    formset: FormSet
    roster: tuple[Department, ...]
    template: bytes
    summary_template: bytes
    layouts: Layouts
    summary_blank: Book


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: whose it is, its state in a clerk's words, and the forms that counted."""

    file: str
    department: str
    state: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check: files seen and read, departments, all findings in the order of the report, one outcome a file."""

    files: int
    read: int
    departments: int
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]


def load_settings(
    paths: Sequence[Path], mapping: Path | None = None, roster: Path | None = None, year: int | None = None
) -> Settings:
    """The form set (`mapping`, else the bundled one) with its blanks, and the roster (`roster`, else one beside or above the paths).

    Blanks lie in templates/<form set> beside the folder of mappings, else among the bundled ones. Raises SpecError, UsageError.
    """
    folder = mapping if mapping is not None else bundled("mappings", "2019")
    formset = load_formset(folder)
    if year is not None:
        formset = replace(formset, year=year)
    template = _blank(folder, formset, formset.template)
    summary_template = _blank(folder, formset, formset.summary_template)
    summary_blank = readers.read(formset.summary_template, summary_template)
    layouts = place_all(formset, readers.read(formset.template, template), summary_blank)
    found = roster if roster is not None else _nearby_roster(paths)
    departments = load_roster(found) if found is not None else ()
    return Settings(formset, departments, template, summary_template, layouts, summary_blank)


def _blank(folder: Path, formset: FormSet, name: str) -> bytes:
    beside = folder.resolve().parent.parent / "templates" / formset.id / name
    return (beside if beside.exists() else bundled("templates", formset.id, name)).read_bytes()


def _nearby_roster(paths: Sequence[Path]) -> Path | None:
    """departments.xlsx or .csv in the folder of the returns or the one above it."""
    for path in paths:
        folder = path.resolve() if path.is_dir() else path.resolve().parent
        for place in (folder, folder.parent):
            for name in ROSTER_NAMES:
                if (place / name).is_file():
                    return place / name
    return None


def read_return(name: str, data: bytes, settings: Settings) -> Submission:
    """One file as records and findings. A file that cannot be read is a Submission with one T01 finding and no records."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        book = readers.read(name, data)
    except Rejected as error:
        params = {"reason": error.reason} | {key: str(value) for key, value in error.params.items()}
        finding = Finding("T01", Level.ERROR, Ref(name), got=error.reason, params=params)
        return Submission(name, sha256, "", (), (), (), (), (finding,), {})
    submission = extract_book(book, settings.formset, settings.layouts)
    remarks = tuple(_remark(name, key, params) for key, params in book.remarks)
    return replace(submission, findings=remarks + submission.findings) if remarks else submission


def _remark(name: str, key: str, params: Iterable[tuple[str, str]] | dict[str, str] | object) -> Finding:
    """What the reader tolerated: another content than the extension says is T02, everything else T07 of its own wording."""
    given = {str(k): str(v) for k, v in dict(params).items()}  # type: ignore[call-overload]
    if key == "W-EXTENSION":
        return Finding("T02", Level.WARNING, Ref(name), params={"ext": given.get("suffix", ""), "real": given.get("found", "")})
    return Finding("T02", Level.HINT, Ref(name), params=given | {"remark": key}, variant="remark")


def extract(
    paths: Sequence[Path], settings: Settings, *, jobs: int | None = None, progress: Progress | None = None
) -> Iterator[Submission]:
    """Every file below the paths, read, in the order of their names."""
    yield from _read_all(arrivals(paths), settings, jobs, progress, bare=False)


def _read_all(
    files: Sequence[Arrival], settings: Settings, jobs: int | None, progress: Progress | None, *, bare: bool
) -> Iterator[Submission]:
    """Reads in this process or a pool. `bare` leaves out the fates, which only `extract` and tests look at."""
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


def _in_order(pool: Executor, files: Sequence[Arrival]) -> Iterator[Submission]:
    """Results in the order of the files, never more than AHEAD of them waiting."""
    waiting: deque[Future[Submission]] = deque()
    for file in files:
        waiting.append(pool.submit(_work, file))
        if len(waiting) >= AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _read_file(file: Arrival, settings: Settings, *, bare: bool) -> Submission:
    submission = read_return(file.name, file.path.read_bytes(), settings)
    return replace(submission, fates={}, unmapped=()) if bare else submission


_worker: tuple[Settings, bool] | None = None
"""What this process reads with, when it is one of a pool."""


def _start_worker(settings: Settings, bare: bool) -> None:  # noqa: FBT001: called by the pool, by position
    global _worker  # noqa: PLW0603: a pool's worker has no other place for it
    _worker = (settings, bare)


def _work(file: Arrival) -> Submission:
    if _worker is None:
        raise RuntimeError("the worker was not started")
    settings, bare = _worker
    return _read_file(file, settings, bare=bare)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All files of a batch by department, in the order of the summary. `parts` are positions in `shelf`."""

    shelf: Spill[Submission]
    departments: tuple[tuple[str, Department | None, tuple[int, ...]], ...]
    findings: tuple[Finding, ...]
    files: tuple[tuple[str, str, bool], ...]
    read: int


def gather(
    paths: Sequence[Path], settings: Settings, *, jobs: int | None = None, progress: Progress | None = None
) -> Gathered:
    """Reads everything and sorts it by department; findings are those of the files themselves."""
    register = Register(settings.roster)
    shelf: Spill[Submission] = Spill(NEAR)
    owners: dict[str, tuple[Department | None, list[int]]] = {}
    findings: list[Finding] = []
    files: list[tuple[str, str, bool]] = []
    for submission in _read_all(arrivals(paths), settings, jobs, progress, bare=True):
        whose = _owners(submission, register)
        readable = all(finding.code != "T01" for finding in submission.findings)
        name = whose[0].department if len(whose) == 1 else ""
        files.append((submission.file, name, readable))
        findings += (replace(finding, department=name) for finding in submission.findings)
        findings += (finding for one in whose for finding in one.findings)
        for one in whose:
            if one.department:
                owners.setdefault(one.department, (one.known, []))[1].append(len(shelf))
        shelf.append(replace(submission, findings=()))
    ordered = sorted(owners.items(), key=lambda item: register.order(item[0]))
    return Gathered(
        shelf,
        tuple((name, known, tuple(parts)) for name, (known, parts) in ordered),
        tuple(findings),
        tuple(files),
        sum(readable for _, _, readable in files),
    )


def _owners(submission: Submission, register: Register) -> tuple[Owner, ...]:
    """One department for a return, all that stand in it for a district summary."""
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
        records = tuple(record._replace(department=name) for record in submission.records)
        return replace(submission, records=records)
    names = {name, *(known.aliases if known is not None else ())}
    part = of_department(submission, names)
    return replace(part, records=tuple(record._replace(department=name) for record in part.records))


def check(
    paths: Sequence[Path], settings: Settings, *, jobs: int | None = None, progress: Progress | None = None
) -> Report:
    """Every finding of the files, of each department's forms, and across its forms."""
    gathered = gather(paths, settings, jobs=jobs, progress=progress)
    findings = list(gathered.findings)
    for start in range(0, len(gathered.departments), BATCH):
        batch = list(returns_of(gathered, settings, gathered.departments[start : start + BATCH]))
        findings += (finding for _, mine in batch for finding in mine)
        findings += evaluate([whole for whole, _ in batch], settings)
    findings = settle_levels(findings, settings.formset)
    return Report(
        len(gathered.files),
        gathered.read,
        len(gathered.departments),
        tuple(findings),
        tuple(Outcome(file, name, "已检查" if readable else "无法读取") for file, name, readable in gathered.files),
    )


def evaluate(returns: Sequence[Return], settings: Settings) -> tuple[Finding, ...]:
    """All rules of the mapping and relations files over these returns, once."""
    from xlsform.rules import evaluate as evaluate_rules  # noqa: PLC0415: pandera takes a second to import

    return evaluate_rules(returns, settings.formset, settings.roster)


def settle_levels(findings: Iterable[Finding], formset: FormSet) -> list[Finding]:
    """The form set's own levels put in place of the catalogue's, rules that are off left out; in the order of the report."""
    from xlsform.core.catalogue import RULES  # noqa: PLC0415

    out = []
    for finding in findings:
        rule = RULES.get(finding.code)
        if finding.code in formset.levels:
            level = formset.levels[finding.code]
            if level is not None:
                out.append(replace(finding, level=level))
        elif rule is None or rule.on:
            out.append(finding)
    return sorted(out, key=lambda finding: finding.order)
