"""The verbs for Python: the page that documents them is run, and `import xlsform` alone loads nothing slow."""

from __future__ import annotations

import doctest
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import xlsform
from xlsform.core.errors import RecordsError, Rejected, UsageError

SLOW = ("lxml", "numpy", "openpyxl", "pandas", "pandera", "pydantic", "ruamel", "typer")


def test_the_examples_of_the_page_are_true(checkout: Path, tmp_path: Path, monkeypatch):
    shutil.copytree(checkout / "samples" / "2019", tmp_path / "samples" / "2019")
    monkeypatch.chdir(tmp_path)
    page = checkout / "docs" / "reference" / "api.md"
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8", optionflags=doctest.ELLIPSIS)
    assert found.attempted > 15
    assert found.failed == 0


def test_importing_the_package_loads_nothing_slow(environment: dict[str, str]):
    script = f"import sys, xlsform; dir(xlsform); print([name for name in {SLOW!r} if name in sys.modules], xlsform.__version__)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["[]", xlsform.__version__]


def test_every_name_is_there_and_no_other():
    assert {name for name in xlsform.__all__ if not callable(getattr(xlsform, name))} == {"__version__"}
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = xlsform.nonsense


def test_frames_round_trip_with_missing_values_and_decimals(checkout: Path, tmp_path: Path):
    source = checkout / "samples" / "2019" / "returns" / "区教育局.xlsx"
    (submission,) = xlsform.extract(source)
    frames = xlsform.to_frames(submission)
    funds = frames["fund_summary"]
    assert funds["total_amount"].map(type).eq(Decimal).all()
    assert set(funds["_file"]) == {"区教育局.xlsx"}
    changed = {
        "fund_summary": funds.assign(total_amount=funds["total_amount"].astype(float)),
        "output_indicators": pd.concat(
            [frames["output_indicators"], pd.DataFrame([{"no": 5, "name": "新", "value": pd.NA}])]
        ),
    }
    (done,) = xlsform.fill(frames | changed, tmp_path / "a.xlsx")
    differences = [change for change in xlsform.diff(source, done.path).changes if change.region]
    assert [(change.change, change.name) for change in differences] == [("added", "新")]


def test_what_is_extracted_is_filled_as_it_is(checkout: Path, tmp_path: Path):
    source = checkout / "samples" / "2019" / "returns" / "区财政局.xlsx"
    (submission,) = xlsform.extract(str(source))
    xlsform.fill(submission, tmp_path / "a.xlsx")
    assert [
        change.name for change in xlsform.diff(source, tmp_path / "a.xlsx").changes if change.name != "表外文字"
    ] == []
    xlsform.fill(submission, tmp_path / "b.xlsx", into=source)
    assert (tmp_path / "b.xlsx").read_bytes() == source.read_bytes()


def test_errors_are_exceptions_of_their_own(tmp_path: Path):
    with pytest.raises(RecordsError) as caught:
        xlsform.fill({"fund_summary": [{"total_amount": 0.1 + 0.2}], "nonsense": []}, tmp_path / "a.xlsx")
    assert [fault.key for fault in caught.value.faults] == ["fund_summary[0].total_amount", "nonsense"]
    (tmp_path / "b.xlsx").write_bytes(os.urandom(100))
    with pytest.raises(Rejected):
        xlsform.read(tmp_path / "b.xlsx")


def test_a_summary_is_only_written_as_xlsx(checkout: Path, tmp_path: Path):
    for out in (".", tmp_path / "汇总.xls"):
        with pytest.raises(UsageError, match="结尾"):
            xlsform.merge(checkout / "samples/2019/returns", out)
    assert not list(tmp_path.iterdir())
