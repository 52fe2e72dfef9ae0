"""Every sample return is read as its content says, and every faulty one raises the finding it was made for."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from samples.numerals import numeral
from xlsform.core.catalogue import RULES
from xlsform.core.findings import Level
from xlsform.operations.checking import check
from xlsform.operations.reading import read_return
from xlsform.operations.settings import Settings, load_settings

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "2019"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
FAULTY = json.loads((SAMPLES / "faulty" / "expected.json").read_text(encoding="utf-8"))


@cache
def settings() -> Settings:
    return load_settings([SAMPLES / "returns"])


def shown(name: str, data: object) -> object:
    return numeral(data) if name == "seq" and isinstance(data, int) else data


@pytest.mark.parametrize("department", EXPECTED)
def test_reading_gives_every_record(department: str) -> None:
    got: dict[str, list[dict[str, Any]]] = {region: [] for region in EXPECTED[department]["records"]}
    for file in EXPECTED[department]["files"]:
        for record in read_return(file, (SAMPLES / "returns" / file).read_bytes(), settings()).records:
            got[record.region].append({name: shown(name, value.data) for name, value in record.values.items()})
    for region, wanted in EXPECTED[department]["records"].items():
        assert [
            {name: record.get(name) for name in want} for record, want in zip(got[region], wanted, strict=True)
        ] == wanted


def test_the_real_return_is_clean() -> None:
    submission = read_return("区委办本级.xlsx", (SAMPLES / "returns" / "区委办本级.xlsx").read_bytes(), settings())
    assert submission.department == "区委办本级"
    assert not submission.unmapped
    assert not submission.findings


def test_the_real_return_has_six_warnings() -> None:
    """Its 数量指标 name whom they are for and hold no number; beyond that there is one hint."""
    report = check([SAMPLES / "returns" / "区委办本级.xlsx"], settings())
    above = [(one.code, one.level, one.where.address) for one in report.findings if one.level > Level.HINT]
    assert above == [("B13", Level.WARNING, f"H{row}") for row in range(6, 12)]
    assert [one.code for one in report.findings if one.level is Level.HINT] == ["C11"]


def test_the_returns_are_mergeable() -> None:
    report = check([SAMPLES / "returns"], settings())
    assert report.departments == len(EXPECTED)
    assert not [finding for finding in report.findings if finding.level is Level.ERROR]


def level_when_on(code: str) -> Level | None:
    """The level at which a bureau would turn on a rule that is off, None for one that is on."""
    return None if RULES[code].on else RULES[code].messages[""].level


@pytest.mark.parametrize("file", FAULTY)
def test_each_fault_is_found(file: str) -> None:
    wanted = FAULTY[file]["findings"]
    codes = {one["code"] for one in wanted}
    off = {code: level for code in codes if (level := level_when_on(code)) is not None}
    formset = replace(settings().formset, levels=off)
    report = check([SAMPLES / "faulty" / file], replace(settings(), formset=formset))
    found = sorted(
        (finding.code, finding.level.key, finding.where.sheet, finding.where.address)
        for finding in report.findings
        if finding.level >= Level.WARNING or finding.code in codes
    )
    places = sorted((one["code"], one["level"], one["sheet"], one["cell"]) for one in wanted)
    if FAULTY[file]["alone"]:
        assert found == places
    else:
        assert set(places) <= set(found)
