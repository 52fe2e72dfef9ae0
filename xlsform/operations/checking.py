"""Findings of returns: the rules run over a batch of departments, levels settled by the form set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlsform.core.batch import Return
from xlsform.core.catalogue import RULES
from xlsform.core.findings import Finding
from xlsform.core.spec import FormSet
from xlsform.operations.reading import Progress, gather, returns_of
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
