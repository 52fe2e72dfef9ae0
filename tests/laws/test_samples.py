"""Every sample return is read as its content says; every faulty one, and every batch, raises the finding it was made for and no other."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from samples.content import Content
from samples.numerals import numeral
from samples.package import EXCEL, save
from samples.workbook import fill, read_blank
from tools.make_samples import contents
from xlsform.core.catalogue import RULES
from xlsform.core.findings import Level
from xlsform.operations.checking import Report, check
from xlsform.operations.merging import MergeReport, merge
from xlsform.operations.reading import read_return
from xlsform.operations.settings import Settings, load_settings

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "2019"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
FAULTY = json.loads((SAMPLES / "faulty" / "expected.json").read_text(encoding="utf-8"))
BATCHES = json.loads((SAMPLES / "batches" / "expected.json").read_text(encoding="utf-8"))


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
    """Its 数量指标 name whom they are for and hold no number; nothing else is said."""
    report = check([SAMPLES / "returns" / "区委办本级.xlsx"], settings())
    said = [(one.code, one.level, one.where.address) for one in report.findings]
    assert said == [("B13", Level.WARNING, f"H{row}") for row in range(6, 12)]


def test_the_returns_are_mergeable() -> None:
    report = check([SAMPLES / "returns"], settings())
    assert report.departments == len(EXPECTED)
    assert not [finding for finding in report.findings if finding.level is Level.ERROR]


RULES_ON = "T01"
"""Stands for all rules that are on anyway, so that a clean return is checked once for all of them."""


def turned_on(code: str) -> Mapping[str, Level]:
    """What a bureau writes to turn on a rule that is off; nothing for one that is on."""
    return {} if RULES[code].on else {code: RULES[code].messages[""].level}


Said = tuple[str, str, str, str, str]
"""Code, level, file, sheet, address."""


def said(report: Report | MergeReport) -> Counter[Said]:
    return Counter(
        (one.code, one.level.key, one.where.file, one.where.sheet, one.where.address) for one in report.findings
    )


def found_in(path: Path, code: str) -> Counter[Said]:
    """Everything that a check says of the file, hints and all; the rule is turned on when it is off."""
    report = check([path], replace(settings(), formset=replace(settings().formset, levels=turned_on(code))))
    return Counter({(code, level, "", *place): count for (code, level, _, *place), count in said(report).items()})


@cache
def clean(department: str, code: str) -> Counter[Said]:
    """What is said of the department's return before anything was spoilt."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{department}.xlsx"
        path.write_bytes(save(fill(texts()[department], read_blank()), EXCEL))
        return found_in(path, code)


@cache
def texts() -> Mapping[str, Content]:
    return contents(SAMPLES)


@pytest.mark.parametrize("file", FAULTY)
def test_each_fault_is_found_where_it_is_and_nothing_else(file: str) -> None:
    """One fault, one finding: beyond what the clean return gives, exactly what is listed, at every level."""
    wanted = FAULTY[file]["findings"]
    code = wanted[0]["code"]
    usual = clean(FAULTY[file]["department"], code if turned_on(code) else RULES_ON)
    found = found_in(SAMPLES / "faulty" / file, code)
    assert found - usual == Counter((one["code"], one["level"], "", one["sheet"], one["cell"]) for one in wanted)


@pytest.mark.parametrize("folder", BATCHES)
def test_each_batch_says_what_is_wrong_with_it_and_nothing_else(folder: str, tmp_path: Path) -> None:
    path = SAMPLES / "batches" / folder
    own = load_settings([path])
    report: Report | MergeReport
    if BATCHES[folder]["command"] == "merge":
        report = merge([path], tmp_path / "汇总.xlsx", own, dry_run=True)
    else:
        report = check([path], own)
    wanted = BATCHES[folder]["findings"]
    assert said(report) == Counter(
        (one["code"], one["level"], one["file"], one["sheet"], one["cell"]) for one in wanted
    )
