"""Findings of returns: the rules run over a batch of departments, levels settled by the form set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from xlsform.core.batch import Register, Return, is_of_summary, put_together
from xlsform.core.catalogue import RULES
from xlsform.core.findings import Finding
from xlsform.core.records import Submission
from xlsform.core.spec import FormSet
from xlsform.operations.collecting import seldom_collected
from xlsform.operations.reading import Gathered, Progress, gather, owners_of, read_all, returns_of
from xlsform.operations.settings import Settings

BATCH = 500
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
    """The result of a check: files seen and read, departments, all findings in the order of the report, one outcome a file."""

    files: int
    read: int
    departments: int
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]


@seldom_collected()
def check(
    paths: Sequence[Path], settings: Settings, *, jobs: int | None = None, progress: Progress | None = None
) -> Report:
    """Every finding of the files, of each department's forms, and across its forms."""
    gathered = gather(paths, settings, jobs=jobs, progress=progress)
    findings = list(gathered.findings)
    for _, found in evaluated(gathered, settings):
        findings += found
    return Report(
        len(gathered.files),
        gathered.read,
        len(gathered.departments),
        tuple(settle_levels(findings, settings.formset)),
        tuple(Outcome(file, name, "已检查" if readable else "无法读取") for file, name, readable in gathered.files),
    )


def extract(
    paths: Sequence[Path], settings: Settings, *, jobs: int | None = None, progress: Progress | None = None
) -> Iterator[Submission]:
    """Every file below the paths with its records and all findings that it gives by itself, in the order of the files' names.

    Forms that stand in other files of the same department are not missed here; `check` looks at departments.
    """
    submissions = read_all(paths, settings, jobs=jobs, progress=progress)
    register = Register(settings.roster)
    while batch := list(islice(submissions, BATCH)):
        owned = [(submission, owners_of(submission, register)) for submission in batch]
        wholes = [
            put_together(whose[0].department, whose[0].known, [submission], settings.formset)[0]
            for submission, whose in owned
            if submission.sightings and not is_of_summary(submission)
        ]
        by_file: dict[str, list[Finding]] = {}
        for finding in evaluate(wholes, settings) if wholes else ():
            by_file.setdefault(finding.where.file, []).append(finding)
        for submission, whose in owned:
            name = whose[0].department if len(whose) == 1 else ""
            read = (replace(finding, department=name) for finding in submission.findings)
            said = (finding for owner in whose for finding in owner.findings)
            findings = settle_levels([*read, *said, *by_file.get(submission.file, ())], settings.formset)
            yield replace(submission, findings=tuple(findings))


def evaluated(gathered: Gathered, settings: Settings) -> Iterator[tuple[list[Return], list[Finding]]]:
    """Batch by batch, the departments' returns and what is wrong with them beyond their reading."""
    for start in range(0, len(gathered.departments), BATCH):
        batch = list(returns_of(gathered, settings, gathered.departments[start : start + BATCH]))
        returns = [whole for whole, _ in batch]
        yield returns, [*(finding for _, mine in batch for finding in mine), *evaluate(returns, settings)]


def evaluate(returns: Sequence[Return], settings: Settings) -> tuple[Finding, ...]:
    """All rules of the mapping and relations files over these returns, once."""
    from xlsform.rules import evaluate as evaluate_rules  # noqa: PLC0415 - pandera takes a second to import

    return evaluate_rules(returns, settings.formset, settings.roster, settings.formset.year)


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
