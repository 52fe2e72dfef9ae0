"""No value silently wrong, lost or doubled: whatever a clerk does to a return, each value is read right or a finding names its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from samples.content import REGIONS
from samples.draft import Expectation, Place
from samples.mutations import Mutated, Mutation, mutated
from samples.workbook import Key
from xlsform.core.batch import put_together
from xlsform.core.findings import Finding, Level
from xlsform.core.records import Fate, Record, Submission
from xlsform.operations.checking import evaluate
from xlsform.operations.reading import read_return
from xlsform.operations.settings import Settings, load_settings

RETURNS = Path(__file__).resolve().parents[2] / "samples" / "2019" / "returns"
FORM_OF = {region: region for region in REGIONS} | dict.fromkeys(
    ("output_indicators", "benefit_indicators"), "department_overall"
)
ABOUT_THE_FORM = frozenset({"T03", "T04", "T05", "A11"})
PROSE = frozenset({"output_indicators", "benefit_indicators"})
CHUNK = 250
CHUNKS = 20
EVERYDAY = 5
"""Chunks that run with the whole suite; the others are marked slow."""


class Reading(NamedTuple):
    """What was read of a mutated return, and which cells and forms findings name."""

    submission: Submission
    cells: frozenset[Place]
    forms: frozenset[str]


@cache
def settings() -> Settings:
    return load_settings([RETURNS])


def read(data: bytes) -> Reading:
    submission = read_return("一份申报.xlsx", data, settings())
    serious = [finding for finding in submission.findings if finding.level >= Level.WARNING]
    return Reading(submission, cells_of(serious), frozenset(f.form for f in serious if f.code in ABOUT_THE_FORM))


def cells_of(findings: Iterable[Finding]) -> frozenset[Place]:
    return frozenset(Place(f.where.sheet, f.where.row, f.where.col) for f in findings)


def unexplained(done: Mutated) -> list[str]:
    """Every breach of the law, in words; a clean run gives none."""
    reading = read(done.data)
    breaches = []
    for region in REGIONS:
        breaches += compare(region, done.expected, reading)
    rows = {(place.sheet, place.row) for place in done.expected.places.values()}
    for place, text in done.expected.foreign:
        fate = reading.submission.fates.get(place.sheet, {}).get((place.row, place.col))
        if fate is None:
            breaches.append(f"{place} {text!r} has no fate")
        elif fate is Fate.VALUE and (place.sheet, place.row) in rows and place not in reading.cells:
            # In a row of its own it is a record too many, which `compare` judges.
            breaches.append(f"{place} {text!r} was taken for an answer")
    return breaches


def compare(region: str, expected: Expectation, reading: Reading) -> list[str]:
    """The records of one region against those that must be there, matched by the row they stand on."""
    got = by_row(region, [r for r in reading.submission.records if r.region == region])
    breaches = []
    for item, wanted in enumerate(expected.records[region]):
        record = got.pop(identity(region, item, wanted, expected.places), None)
        for name, value in wanted.items():
            key = Key(region, item, name)
            if not explained(key, value, record, expected, reading):
                found = record.values[name].data if record is not None else "no record"
                breaches.append(f"{key} should be {value!r}, is {found!r}, at {expected.places.get(key)}")
    for record in got.values():
        places = [Place(record.sheet, value.row, value.col) for value in record.values.values()]
        if not blamed(reading, places):
            breaches.append(f"{region} has a record too many at {places[0]}")
    return breaches


def identity(region: str, item: int, wanted: Mapping[str, object], places: Mapping[Key, Place]) -> object:
    if region in PROSE or region == "department_overall":
        return item
    own = [places[key] for name in wanted if (key := Key(region, item, name)) in places]
    return own[0].sheet, max(place.row for place in own), wanted.get("horizon")


def by_row(region: str, records: Sequence[Record]) -> dict[object, Record]:
    if region in PROSE or region == "department_overall":
        return dict(enumerate(records))
    return {(r.sheet, max(value.row for value in r.values.values()), r.data("horizon")): r for r in records}


def explained(key: Key, value: object, record: Record | None, expected: Expectation, reading: Reading) -> bool:
    """Whether the field was read right, or a finding says that it was not."""
    place = expected.places.get(key)
    named = place in reading.cells or (key in expected.excused and FORM_OF[key.region] in reading.forms)
    if record is None:
        return value is None or named or place is None
    answer = record.values.get(key.field)
    if answer is None:
        return named
    if key in expected.unreadable:
        return answer.data is None and (bool(answer.problem) or named)
    return answer.data == value or named or (answer.data is None and bool(answer.problem))


def blamed(reading: Reading, places: Sequence[Place]) -> bool:
    """Whether a finding, of reading or of the rules, names one of the cells."""
    if reading.cells & set(places):
        return True
    name = reading.submission.department or "某部门"
    whole, findings = put_together(name, None, [reading.submission], settings().formset)
    found = (*findings, *evaluate([whole], settings()).findings)
    return bool(cells_of(f for f in found if f.level >= Level.WARNING) & set(places))


@pytest.mark.parametrize("kind", Mutation, ids=lambda kind: kind.name)
def test_each_kind_of_change(kind: Mutation) -> None:
    breaches = {seed: found for seed in range(3) if (found := unexplained(mutated(seed, 1, [kind])))}
    assert not breaches


@pytest.mark.parametrize(
    "chunk", [chunk if chunk < EVERYDAY else pytest.param(chunk, marks=pytest.mark.slow) for chunk in range(CHUNKS)]
)
def test_five_thousand_mutations(chunk: int) -> None:
    """CHUNKS × CHUNK returns, each with one, two or three changes."""
    breaches = {}
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        done = mutated(seed, changes=1 + seed % 3)
        if found := unexplained(done):
            breaches[seed] = (done.applied, found[:3])
    assert not breaches


def test_the_law_can_fail() -> None:
    """An expectation that is wrong by one amount is noticed, or the laws above would prove nothing."""
    done = mutated(1, 0)
    records = {region: [dict(record) for record in found] for region, found in done.expected.records.items()}
    records["fund_summary"][0]["total_amount"] = 0
    wrong = Expectation(
        records, done.expected.places, done.expected.unreadable, done.expected.excused, done.expected.foreign
    )
    assert unexplained(Mutated(done.data, wrong, ()))
    assert not unexplained(done)
