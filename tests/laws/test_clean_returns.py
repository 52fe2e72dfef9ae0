"""Random returns without a fault raise nothing, by the whole catalogue: a rule that cries wolf is not read."""

from __future__ import annotations

import os

import pytest

from samples.generator import generate, roster_entries
from xlsform.core.batch import Register, Return, owner, put_together
from xlsform.core.catalogue import message
from xlsform.core.findings import Finding
from xlsform.core.spec import Department
from xlsform.operations.reading import read_return
from xlsform.operations.settings import Settings, load_settings
from xlsform.rules import evaluate

CHUNK = 250
CHUNKS = int(os.environ.get("XLSFORM_CLEAN_RETURNS", "1000")) // CHUNK
"""XLSFORM_CLEAN_RETURNS=10000 pytest tests/laws/test_clean_returns.py is the whole sweep, some minutes long."""


def roster(seed: int, count: int) -> tuple[Department, ...]:
    """The lines of the generated register, as they would be read from its workbook."""
    return tuple(
        Department(
            str(one["code"]), str(one["name"]), tuple(one["aliases"]), str(one["parent"]), control=one["control"]
        )  # type: ignore[arg-type]
        for one in roster_entries(seed, count)
    )


def said_of(seed: int, count: int, settings: Settings) -> list[str]:
    """What reading and the rules say of `count` returns, as sentences."""
    departments = roster(seed, count)
    register = Register(departments)
    returns: list[Return] = []
    findings: list[Finding] = []
    for name, data in generate(seed, count):
        submission = read_return(name, data, settings)
        whose = owner(submission, register)
        whole, missing = put_together(whose.department, whose.known, [submission], settings.formset)
        returns.append(whole)
        findings += (*submission.findings, *whose.findings, *missing)
    found = evaluate(returns, settings.formset, departments, settings.formset.year, seen={})
    assert {(one.code, one.why) for one in found.unevaluated} <= {("X05", "no_last_year")}
    return [f"{one.code} {one.where} {message(one)}" for one in (*findings, *found.findings)]


def test_clean_returns_raise_nothing() -> None:
    assert said_of(31, 60, load_settings([])) == []


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_clean_returns_raise_nothing(chunk: int) -> None:
    assert said_of(1000 + chunk, CHUNK, load_settings([])) == []
