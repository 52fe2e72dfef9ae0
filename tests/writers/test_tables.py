"""CSV tables, read back with the csv module."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from xlsform.cli import run
from xlsform.writers.tables import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Decimal("336.07"), "336.07"),
        (Decimal("-1E+2"), "-100"),
        (3, "3"),
        ("-10", "-10"),
        ("-10%", "'-10%"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@x", "'@x"),
        ("+1", "'+1"),
        ("\tx", "'\tx"),
        ("≥90%", "≥90%"),
        ("a=1", "a=1"),
        ("'=1", "''=1"),
        ("''+x", "'''+x"),
        ("'甲", "'甲"),
    ],
)
def test_no_text_becomes_a_formula(value: object, text: str):
    assert shown(value) == text


def rows(path: Path) -> list[list[str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_extract_writes_one_table_a_region(checkout: Path, tmp_path: Path):
    out = tmp_path / "记录"
    source = checkout / "samples" / "2019" / "returns" / "区委办本级.xlsx"
    line = ["extract", str(source), "--format", "csv", "-o", str(out)]
    assert run(line) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "benefit_indicators.csv", "department_overall.csv", "direction_targets.csv", "findings.csv", "fund_summary.csv",
        "indicator_matrix.csv", "output_indicators.csv", "unmapped.csv",
    ]  # fmt: skip
    head, *funds = rows(out / "fund_summary.csv")
    assert head == [
        "_file", "_department", "seq", "fund_name", "direction", "total_amount", "period_goal", "annual_goal", "_sheet", "_row",
    ]  # fmt: skip
    assert sum(Decimal(fund[5]) for fund in funds) == 100
    assert funds[2][7].count("\n") == 1
    assert [fund[-1] for fund in funds] == ["4", "5", "6", "7", "8", "9"]
    assert rows(out / "department_overall.csv")[1][3] == "336.07"
    assert len(rows(out / "unmapped.csv")) == 1
    assert run(line) == 2
    assert run([*line, "--force", "--no-provenance"]) == 0
    assert "_sheet" not in rows(out / "fund_summary.csv")[0]
    assert list(tmp_path.iterdir()) == [out]
