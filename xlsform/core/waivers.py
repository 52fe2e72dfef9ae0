"""豁免: the bureau lets a finding of one department pass, with a reason. A waived error no longer blocks; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from xlsform.core.errors import Mark
from xlsform.core.findings import Finding, Standing
from xlsform.core.labels import without_space

NEVER = frozenset({"T01", "T08", "S02", "Z01"})
"""Codes that no waiver can reach: they say that something cannot be read, that nobody knows which version holds, or speak of the
district as a whole. Passing over them would not make the content good."""


class Waiver(NamedTuple):
    """One waiver. `department` is the registered name; sheet "" and fields empty mean every sheet and every field.

    fields: the (form id, field key) that are meant; file: how the waiver's file is called in reports.
    """

    code: str
    department: str
    reason: str
    sheet: str = ""
    fields: frozenset[tuple[str, str]] = frozenset()
    field: str = ""
    mark: Mark = Mark("")

    def covers(self, finding: Finding) -> bool:
        """Whether it is this finding that is let pass."""
        return (
            finding.code == self.code
            and without_space(finding.department) == without_space(self.department)
            and (not self.sheet or without_space(finding.where.sheet) == without_space(self.sheet))
            and (not self.fields or (finding.form, finding.field) in self.fields)
        )


class Waived(NamedTuple):
    """The findings, those let pass with their standing and the reason for it; and the waivers that let nothing pass."""

    findings: tuple[Finding, ...]
    unused: tuple[Waiver, ...]


def waive(findings: Iterable[Finding], waivers: Sequence[Waiver]) -> Waived:
    """Lets pass what the waivers cover, the first of several."""
    if not waivers:
        return Waived(tuple(findings), ())
    by_code: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        by_code.setdefault(waiver.code, []).append(waiver)
    used: set[Waiver] = set()
    out = []
    for finding in findings:
        covering = next((one for one in by_code.get(finding.code, ()) if one.covers(finding)), None)
        if covering is None:
            out.append(finding)
        else:
            used.add(covering)
            out.append(replace(finding, standing=Standing.WAIVED, ruling=covering.reason))
    return Waived(tuple(out), tuple(waiver for waiver in waivers if waiver not in used))
