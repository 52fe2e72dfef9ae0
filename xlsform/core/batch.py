"""Files put together by department: whose return a file is, which forms came, which came twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level
from xlsform.core.labels import without_space
from xlsform.core.records import Record, Sighting, Submission, Total, by_region
from xlsform.core.spec import Department, Form, FormSet

_ADDRESS = re.compile(r"[^\s,;，；、<>]+@[^\s,;，；、<>]+")


class Return(NamedTuple):
    """All that one department handed in, from however many files. `known` is its line in the roster, None when it has none.

    records: by region id, in the order of the sheet; files: where they came from, in the order of arrival;
    summary: it was read from a district summary and not from the department's own workbook. authority: the 主管部门 that was filled in
    for it when its workbook was issued, "" when none was.
    """

    department: str
    known: Department | None
    files: tuple[str, ...]
    records: Mapping[str, tuple[Record, ...]]
    sightings: tuple[Sighting, ...]
    totals: tuple[Total, ...]
    summary: bool = False
    authority: str = ""

    @property
    def forms(self) -> frozenset[str]:
        """The forms that were handed in."""
        return frozenset(sighting.form for sighting in self.sightings)


class Owner(NamedTuple):
    """Whose return a file is: the name to file it under ("" when nobody can tell) and what has to be said about it."""

    department: str
    known: Department | None
    findings: tuple[Finding, ...] = ()


class Register:
    """The roster, asked by name or alias. Names are compared without white space; likeness never decides."""

    def __init__(self, roster: Sequence[Department]) -> None:
        self.roster = tuple(roster)
        self._by_name = {without_space(name): d for d in reversed(self.roster) for name in (*d.aliases, d.name)}
        self._lengths = sorted({len(name) for name in self._by_name})
        self._rank = {d.name: rank for rank, d in enumerate(self.roster)}
        self._by_email: dict[str, list[Department]] = {}
        for department in self.roster:
            for address in _ADDRESS.findall(department.email.casefold()):
                self._by_email.setdefault(address, []).append(department)

    def find(self, name: str) -> Department | None:
        """The department of that name or alias."""
        return self._by_name.get(without_space(name))

    def by_email(self, address: str) -> tuple[Department, ...]:
        """The departments that have this address; a 主管部门 may keep one for several."""
        return tuple(self._by_email.get(address.casefold(), ()))

    def in_file_name(self, file: str) -> tuple[Department, ...]:
        """The departments whose name or alias stands in a file's name; a name inside a longer one that stands there does not count."""
        stem = without_space(PurePath(file).stem)
        spans = (stem[start : start + length] for start in range(len(stem)) for length in self._lengths)
        hits = dict.fromkeys(name for name in spans if name in self._by_name)
        longest = [name for name in hits if not any(name != other and name in other for other in hits)]
        return tuple(dict.fromkeys(self._by_name[name] for name in longest))

    def order(self, department: str) -> tuple[int, str]:
        """Sorts by the roster; who is not in it comes behind, by name."""
        return (self._rank.get(department, len(self._rank)), department)


def owner(submission: Submission, register: Register) -> Owner:
    """Whose return this is: by the name in its card, else by the file's name against the roster, with a finding; never guessed.

    A file whose name, or the stamp in it, is that of others than its card says is reported too (S01).
    """
    named = register.in_file_name(submission.file)
    where = Ref(submission.file)
    if submission.department:
        known = register.find(submission.department)
        if known is None:
            return Owner(without_space(submission.department), None)
        params = {"a": PurePath(submission.file).name, "b": known.name}
        other = Finding("S01", Level.WARNING, where, department=known.name, params=params)
        said = [other] if named and known not in named else []
        if submission.issued_to and register.find(submission.issued_to) != known:
            params = {"a": submission.issued_to, "b": known.name}
            said.append(
                Finding("S01", Level.WARNING, where, department=known.name, params=params, variant="issued_to_other")
            )
        return Owner(known.name, known, tuple(said))
    if not submission.sightings:
        return Owner("", None)
    if len(named) == 1:
        params = {"a": PurePath(submission.file).name, "b": named[0].name}
        return Owner(
            named[0].name,
            named[0],
            (Finding("S01", Level.WARNING, where, department=named[0].name, params=params, variant="by_name"),),
        )
    params = {"file": PurePath(submission.file).name, "got": ""}
    return Owner("", None, (Finding("C01", Level.ERROR, where, params=params, variant="nobody"),))


def is_of_summary(submission: Submission) -> bool:
    """Whether the file is a district summary, which holds many departments."""
    return any(sighting.summary for sighting in submission.sightings)


def put_together(
    department: str, known: Department | None, parts: Sequence[Submission], formset: FormSet
) -> tuple[Return, tuple[Finding, ...]]:
    """One department's files as one return, and what is wrong with the set of them: forms missing (T04) or contradicting (S02).

    `parts` hold only this department's records. A form that came twice with the same answers counts once; with different answers
    nobody can tell which is meant, and neither counts.
    """
    records: dict[str, tuple[Record, ...]] = {}
    sightings: list[Sighting] = []
    totals: list[Total] = []
    findings: list[Finding] = []
    summary = any(is_of_summary(part) for part in parts)
    regions = [by_region(part.records) for part in parts]
    for form in formset.forms:
        at = [index for index, part in enumerate(parts) if any(s.form == form.id for s in part.sightings)]
        holders = [parts[index] for index in at]
        mine = [{r.id: tuple(regions[index].get(r.id, ())) for r in form.regions} for index in at]
        if len(mine) > 1 and len({_answers(regions) for regions in mine}) > 1:
            files = "、".join(PurePath(part.file).name for part in holders)
            where = Ref(holders[0].file)
            findings.append(
                Finding(
                    "S02",
                    Level.ERROR,
                    where,
                    form.id,
                    department,
                    params={"form": form.name, "file": files},
                    variant="undecided",
                )
            )
        elif holders:
            sightings += [s for s in holders[0].sightings if s.form == form.id]
            records |= mine[0]
            totals += [t for t in holders[0].totals if t.form == form.id]
            if form.regions:
                findings += [_again(form, department, part, holders[0]) for part in holders[1:]]
        twice = any(
            one.code == "T04" and one.variant == "twice" and one.form == form.id
            for part in parts
            for one in part.findings
        )
        if form.required and not holders and not summary and not twice:
            where = Ref(parts[0].file)
            findings.append(Finding("T04", Level.ERROR, where, form.id, department, params={"form": form.name}))
    names = tuple(dict.fromkeys(part.file for part in parts))
    called = {without_space(name) for name in (department, *(known.aliases if known is not None else ()))}
    authority = next((part.authority for part in parts if without_space(part.issued_to) in called), "")
    whole = Return(department, known, names, records, tuple(sightings), tuple(totals), summary, authority)
    return whole, tuple(findings)


def _again(form: Form, department: str, part: Submission, first: Submission) -> Finding:
    params = {"form": form.name, "file": PurePath(first.file).name}
    return Finding("S02", Level.HINT, Ref(part.file), form.id, department, params=params, variant="same")


def _answers(regions: Mapping[str, Iterable[Record]]) -> tuple[object, ...]:
    """What was answered, without places: equal for two copies of the same form."""
    return tuple(
        tuple(
            sorted(
                (key, str(value.data), value.text if value.data is None else "") for key, value in record.values.items()
            )
        )
        for region in regions.values()
        for record in region
    )


def of_department(submission: Submission, names: AbstractSet[str]) -> Submission:
    """The part of a district summary that stands in it under these names of one department."""
    return Submission(
        submission.file,
        submission.sha256,
        "",
        submission.sightings,
        tuple(record for record in submission.records if record.department in names),
        (),
        (),
        (),
        {},
    )


def of_forms(submission: Submission, forms: AbstractSet[str]) -> Submission:
    """What counts of a file of which only these forms hold; sheets on which none of them stands are as if they were not there.

    Reasons stay: one that speaks of a form which does not hold is reported, not lost.
    """
    sightings = tuple(sighting for sighting in submission.sightings if sighting.form in forms)
    gone = {sighting.sheet for sighting in submission.sightings} - {sighting.sheet for sighting in sightings}
    return replace(
        submission,
        sightings=sightings,
        records=tuple(record for record in submission.records if record.form in forms),
        totals=tuple(total for total in submission.totals if total.form in forms),
        unmapped=tuple(one for one in submission.unmapped if one.ref.sheet not in gone),
        findings=tuple(
            finding
            for finding in submission.findings
            if finding.where.sheet not in gone and (not finding.form or finding.form in forms)
        ),
    )
