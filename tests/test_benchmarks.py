"""The benchmark's contestants merge the same records; how fast they are is for `benchmarks/merge.py` to say."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from benchmarks import check, collect, review
from benchmarks.merge import LABELS, STAGES, district, missed_memory, missed_ratios, records_of, run_once, same_records
from samples.generator import write_district
from xlsform.operations import load_settings


@pytest.fixture(scope="module")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One summary of the same three returns from each contestant."""
    folder = tmp_path_factory.mktemp("district")
    write_district(folder, seed=3, n=3)
    outs = {name: folder / f"{name}.xlsx" for name in LABELS}
    for name, out in outs.items():
        run = run_once(name, folder / "returns", out, None)
        assert run.seconds > 0
        assert len(run.stages) == (len(STAGES) + 1 if name in {"ours", "same"} else 0)
    return outs


def test_all_contestants_merge_the_same_records(summaries: dict[str, Path]) -> None:
    same_records(summaries)
    assert all(len(rows) >= 3 for rows in list(records_of(summaries["ours"]).values())[:3])


def test_a_summary_that_says_something_else_is_refused(summaries: dict[str, Path], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(summaries["plain"])
    book["汇总表"]["D6"] = 999999
    changed = tmp_path / "plain.xlsx"
    book.save(changed)
    with pytest.raises(SystemExit, match="differ on 汇总表"):
        same_records(summaries | {"plain": changed})


def test_missed_bounds_are_said_in_plain_sentences() -> None:
    slow = {"ours": 2.0, "same": 2.0, "plain": 20.0, "whole": 1.0, "stack": 1.0}
    assert list(missed_ratios({"ours": 2.0, "same": 1.9, "plain": 31.0, "whole": 1.95, "stack": 1.0}, 1.0)) == []
    assert list(missed_ratios(slow, 1.0)) == [
        "ours must be 15 times as fast as (a) and is 10.0 times",
        "ours, with the same rules, may take 1 times as long as (b) and takes 2.00 times as long",
    ]
    assert list(missed_ratios(slow, 2.0)) == []
    assert list(missed_memory({500: 200.0, 5000: 240.0})) == []
    assert list(missed_memory({500: 301.0, 5000: 360.0})) == [
        "500 returns need 301 MB, more than 300",
        "from 500 to 5000 returns the memory grows by 59 MB, 50 or more",
    ]


def test_marking_up_is_measured_against_load_and_save(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_district(tmp_path, seed=3, n=2)
    settings = load_settings([tmp_path / "returns"])
    made = list(review.tasks(tmp_path / "returns", settings))
    assert len(made) >= 2
    assert all(len(task.findings) >= review.FEWEST for task in made)
    assert min(min(times) for times in review.round_of(made[:2], settings)) > 0
    slow, fast = review.Times(0.001, 0.02, 0.001, 0.1), review.Times(0.001, 0.009, 0.001, 0.101)
    assert review.report([slow, fast, slow], 13, 1.0) == 1
    assert "MISSED: marking up a return must be 10 times as fast" in capsys.readouterr().out
    assert review.report([slow, fast, slow], 13, 2.5) == 0
    assert review.report([fast, fast, slow], 13, 1.0) == 0


def test_rules_are_measured_beside_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = check.once(district(tmp_path, 3), district(tmp_path, 2))
    assert times.reading > 0
    assert times.checking > times.rules
    assert times.findings == 0
    slow, fast = check.Times(2.0, 4.0, 0), check.Times(2.0, 3.4, 0)
    assert check.report([slow, fast, slow], 500, 1.0) == 1
    assert "MISSED: all rules may cost 1.5 s beside reading 500 returns and cost 2.00 s." in capsys.readouterr().out
    assert check.report([fast, slow, fast], 500, 1.0) == 0
    assert check.report([slow], 500, 2.0) == 0
    assert check.report([fast], 120, 1.0) == 1


def test_collecting_is_measured_mail_by_mail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    returns = district(tmp_path, 3)
    roster = next(returns.parent.glob("departments.*"))
    times = collect.once(collect.mails_of(returns, tmp_path / "mails", 3), roster)
    assert times.mails == 3
    assert times.collecting > times.opening > 0
    few, many = collect.Times(250, 2.0, 3.0, 0.1, 70), collect.Times(1000, 8.0, 12.0, 0.3, 90)
    assert collect.report(few, many, 1.0) == 0
    slow = collect.Times(1000, 12.0, 12.0, 0.9, 130)
    assert collect.report(few, slow, 1.0) == 1
    said = capsys.readouterr().out
    assert "MISSED: a mail of 1000 costs 1.50 times what one of 250 costs, more than 1.25." in said
    assert "MISSED: from 250 to 1000 mails the memory grows by 60 MB, more than 40." in said
    assert "MISSED: opening an inbox of 1000 mails takes 0.90 s, more than 0.6." in said
    assert collect.report(few, slow, 2.0) == 0
