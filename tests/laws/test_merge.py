"""Laws of the merge, on districts drawn at random: nothing is lost or doubled, totals are conserved, merging in parts is merging."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samples.generator import truth, write_district
from xlsform.core.findings import Level
from xlsform.core.records import Record, Submission
from xlsform.operations import Settings, extract, load_settings, merge

AMOUNTS = {"fund_summary": "total_amount", "direction_targets": "annual_amount", "department_overall": "total_amount"}
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def base() -> Settings:
    return load_settings([])


def amounts(records: Iterable[Record]) -> dict[str, Decimal]:
    """Σ of each form's amounts."""
    sums = dict.fromkeys(AMOUNTS, Decimal(0))
    for record in records:
        data = record.data(AMOUNTS.get(record.region, ""))
        if isinstance(data, Decimal):
            sums[record.region] += data
    return sums


def contents(submission: Submission) -> list[tuple[str, str, dict[str, object]]]:
    return [(r.region, r.department, {key: value.data for key, value in r.values.items()}) for r in submission.records]


def read(path: Path, base: Settings) -> Submission:
    (submission,) = extract([path], base, jobs=1)
    return submission


@few
@given(seed=st.integers(0, 10**6), n=st.integers(1, 4), cards=st.sampled_from([0, 20]))
def test_totals_are_conserved_and_every_record_arrives_once(base: Settings, seed: int, n: int, cards: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_district(Path(folder), seed, n)
        report = merge([Path(folder) / "returns"], Path(folder) / "汇总.xlsx", base, cards=cards)
        assert not [finding for finding in report.findings if finding.level is Level.ERROR]
        back = read(Path(folder) / "汇总.xlsx", base)
    wanted = [truth(seed, i) for i in range(n)]
    for region, key in AMOUNTS.items():
        rows = [row for one in wanted for row in one[region]]
        mine = [record for record in back.records if record.region == region]
        assert len(mine) == len(rows)
        assert amounts(mine)[region] == sum((Decimal(str(row[key])) for row in rows), Decimal(0))
    for total in back.totals:
        covered = [r for r in back.records if r.region == total.region and r.item in total.items]
        assert total.value.data == sum((r.data(total.field) for r in covered), Decimal(0))  # type: ignore[misc]


@few
@given(seed=st.integers(0, 10**6), n=st.integers(2, 4), data=st.data())
def test_merging_in_parts_is_merging_at_once(base: Settings, seed: int, n: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_district(home, seed, n)
        files = sorted((home / "returns").iterdir())
        first = data.draw(st.sets(st.sampled_from(files), min_size=1, max_size=n - 1))
        merge([file for file in files if file in first], home / "甲.xlsx", base)
        merge([file for file in files if file not in first], home / "乙.xlsx", base)
        merge([home / "甲.xlsx", home / "乙.xlsx"], home / "两次.xlsx", base)
        merge(files, home / "一次.xlsx", base)
        assert contents(read(home / "两次.xlsx", base)) == contents(read(home / "一次.xlsx", base))
