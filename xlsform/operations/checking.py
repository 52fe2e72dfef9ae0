"""Findings of returns: the rules run over a batch of departments, levels settled by the form set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from xlsform.core.batch import Register, Return, is_of_summary, put_together
from xlsform.core.catalogue import RULES, Lang
from xlsform.core.errors import UsageError
from xlsform.core.findings import Finding, Unevaluated
from xlsform.core.marks import explained
from xlsform.core.records import Submission
from xlsform.core.results import remembered
from xlsform.core.review import field_names
from xlsform.core.spec import FormSet
from xlsform.core.waivers import Waived, Waiver, waive
from xlsform.operations.garbage import seldom_collected
from xlsform.operations.intake import Intake, Sources, intake, last_years
from xlsform.operations.reading import Gathered, Progress, gather, owners_of, read_all, returns_of
from xlsform.operations.settings import Settings
from xlsform.rules import Evaluation, LastYear, Seen
from xlsform.sources.inbox.store import sha256_of
from xlsform.writers.listing import Listing, relative_links

BATCH = 300
"""Departments checked in one run of pandera."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: whose it is, its state in a clerk's words, and the forms that counted."""

    file: str
    department: str
    state: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check: files seen and read, departments, all findings in the order of the report, one outcome a file, the rules
    that could not be evaluated, and the waivers for departments of this batch that let nothing pass.
    """

    files: int
    read: int
    departments: int
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    unevaluated: tuple[Unevaluated, ...] = ()
    unused: tuple[Waiver, ...] = ()

    @property
    def standing(self) -> tuple[Finding, ...]:
        """The findings that count: neither explained nor waived."""
        return tuple(finding for finding in self.findings if not finding.passed)


@seldom_collected()
def check(
    sources: Sources,
    settings: Settings,
    *,
    last_year: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Every finding of the files, of each department's forms, across its forms, across departments, and against `last_year`'s summary.

    Raises UsageError when no department's records can be read from `last_year`.
    """
    last = reported_in(last_year, settings) if last_year is not None else None
    batch = intake(sources, settings)
    gathered = gather(batch, settings, jobs=jobs, progress=progress)
    findings = list(gathered.findings)
    unevaluated: list[Unevaluated] = []
    for _, found, skipped in evaluated(gathered, settings, last):
        findings += found
        unevaluated += skipped
    told = settled(findings, gathered, settings)
    outcomes = outcomes_of(gathered, batch)
    return Report(
        len(outcomes),
        gathered.read,
        len(gathered.departments),
        told.findings,
        outcomes,
        tuple(unevaluated),
        told.unused,
    )


def listing_of(report: Report, headline: str, settings: Settings, lang: Lang) -> Listing:
    """The report as a problem list; what leads to the files is for `links_from` to say."""
    forms = {form.id: form.name for form in settings.formset.forms}
    names = field_names(settings.formset)
    found, skipped, unused = report.findings, report.unevaluated, report.unused
    return Listing(headline, found, skipped, unused, lang=lang, forms=forms, fields=names)


def outcomes_of(gathered: Gathered, batch: Intake) -> tuple[Outcome, ...]:
    """One outcome for every file that was checked or came in to be."""
    checked = (Outcome(file, name, "已检查" if readable else "无法读取") for file, name, readable in gathered.files)
    return (*checked, *outcomes_aside(batch))


def outcomes_aside(batch: Intake) -> Iterator[Outcome]:
    """One outcome for every file that came in and was not read with the others."""
    unread = {finding.where.file for finding in batch.findings if finding.code == "T01"}
    for file in batch.aside:
        yield Outcome(file.name, file.department, "无法读取" if file.name in unread else "待认定")


def links_from(listing: Path, batch: Intake) -> dict[str, str]:
    """From a problem list to every file that came in, by the name under which findings know it."""
    return relative_links({file.name: file.path for file in (*batch.files, *batch.aside)}, listing.parent)


def extract(
    sources: Sources, settings: Settings, *, jobs: int | None = None, progress: Progress | None = None
) -> Iterator[Submission]:
    """Every file with its records and all findings that it gives by itself, in the order of the files' names; behind them, with
    findings alone, what came in and is not to be read.

    Forms that stand in other files of the same department are not missed here; `check` looks at departments.
    """
    batch = intake(sources, settings)
    came: dict[str, list[Finding]] = {}
    for finding in batch.findings:
        came.setdefault(finding.where.file, []).append(finding)
    register = Register(settings.roster)
    files = iter(batch.files)
    submissions = read_all(batch.files, settings, jobs=jobs, progress=progress)
    while part := list(islice(submissions, BATCH)):
        owned = [(one, owners_of(one, register, file.department)) for one, file in zip(part, files, strict=False)]
        wholes = [
            put_together(whose[0].department, whose[0].known, [submission], settings.formset)[0]
            for submission, whose in owned
            if submission.sightings and not is_of_summary(submission)
        ]
        by_file: dict[str, list[Finding]] = {}
        for finding in evaluate(wholes, settings).findings if wholes else ():
            by_file.setdefault(finding.where.file, []).append(finding)
        for submission, whose in owned:
            name = whose[0].department if len(whose) == 1 else ""
            found = [replace(finding, department=name) for finding in submission.findings]
            found += [finding for owner in whose for finding in owner.findings]
            found += [*by_file.get(submission.file, ()), *came.get(submission.file, ())]
            yield _told(submission, found, name, settings)
    for file in batch.aside:
        submission = Submission(file.name, sha256_of(file.path.read_bytes()), file.department, (), (), (), (), (), {})
        yield _told(submission, came.get(file.name, []), file.department, settings)


def _told(submission: Submission, findings: Iterable[Finding], department: str, settings: Settings) -> Submission:
    """The submission with these findings at their levels, explained and waived."""
    told = explained(settle_levels(findings, settings.formset), submission.reasons, department)
    return replace(submission, findings=waive(told, settings.waivers).findings)


def evaluated(
    gathered: Gathered, settings: Settings, last: LastYear | None = None
) -> Iterator[tuple[list[Return], list[Finding], tuple[Unevaluated, ...]]]:
    """Batch by batch, the departments' returns, what is wrong with them beyond their reading, and which rules were not evaluated."""
    seen: Seen = {}
    for start in range(0, len(gathered.departments), BATCH):
        batch = list(returns_of(gathered, settings, gathered.departments[start : start + BATCH]))
        returns = [whole for whole, _ in batch]
        found, unevaluated = evaluate(returns, settings, last, seen)
        yield returns, [*(finding for _, mine in batch for finding in mine), *found], unevaluated
        del batch, returns  # or they would still be in memory while the next are put together


def evaluate(
    returns: Sequence[Return], settings: Settings, last: LastYear | None = None, seen: Seen | None = None
) -> Evaluation:
    """All rules of the mapping and relations files over these returns, once."""
    from xlsform.rules import evaluate as evaluate_rules  # noqa: PLC0415 - pandera takes a second to import

    return evaluate_rules(returns, settings.formset, settings.roster, settings.formset.year, last, seen)


def reported_in(path: Path, settings: Settings) -> LastYear:
    """What each department reported in a summary (or a folder of returns, or a campaign) of the year before.

    Raises UsageError when that is nothing.
    """
    gathered = gather(last_years(path), settings)
    returns = returns_of(gathered, settings, gathered.departments)
    found = {whole.department: whole for whole, _ in returns if any(whole.records.values())}
    if not found:
        raise UsageError(f"从 {path} 读不出上年各部门的申报内容，--last-year 要给出上年的区级汇总表")
    return found


def settled(findings: Iterable[Finding], gathered: Gathered, settings: Settings) -> Waived:
    """The findings of a batch at their levels, with the departments' reasons, the bureau's waivers, and what summaries in the batch list
    of both; in the order of the report.
    """
    out = settle_levels(findings, settings.formset)
    owners = {file: name for file, name, _ in gathered.files}
    by_file: dict[str, list[Finding]] = {file: [] for file in gathered.reasons}
    for finding in out:
        if finding.where.file in by_file:
            by_file[finding.where.file].append(finding)
    told = [finding for finding in out if finding.where.file not in by_file]
    for file, mine in by_file.items():
        told += explained(mine, gathered.reasons[file], owners.get(file, ""))
    told = remembered(told, [row for rows in gathered.results.values() for row in rows])
    findings, unused = waive(sorted(told, key=lambda finding: finding.order), settings.waivers)
    here = {name for name, _, _ in gathered.departments}
    return Waived(findings, tuple(waiver for waiver in unused if waiver.department in here or not settings.roster))


def settle_levels(findings: Iterable[Finding], formset: FormSet) -> list[Finding]:
    """The form set's own levels put in place of the catalogue's, rules that are off left out; in the order of the report."""
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
