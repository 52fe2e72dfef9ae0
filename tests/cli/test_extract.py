"""`extract` on the sample district's returns."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from xlsform.cli import run


@pytest.fixture(scope="module")
def lines(returns: Path, tmp_path_factory) -> list[str]:
    out = tmp_path_factory.mktemp("extract") / "记录.jsonl"
    assert run(["extract", str(returns), "-o", str(out), "-q"]) == 0
    return out.read_text(encoding="utf-8").splitlines()


def parsed(line: str) -> dict:
    return json.loads(line, parse_float=Decimal)


def test_one_line_a_file(lines: list[str], returns: Path):
    assert [parsed(line)["file"] for line in lines] == sorted(path.name for path in returns.iterdir())


def test_the_real_return_is_read_to_the_letter(lines: list[str], checkout: Path):
    got = next(item for item in map(parsed, lines) if item["file"] == "区委办本级.xlsx")
    expected = parsed((checkout / "samples" / "2019" / "expected.json").read_text(encoding="utf-8"))["区委办本级"][
        "records"
    ]
    bare = {
        region: [{key: value for key, value in record.items() if key not in {"_sheet", "_cells"}} for record in records]
        for region, records in got["records"].items()
    }
    assert {region: records for region, records in bare.items() if records} == {
        region: records for region, records in expected.items() if records
    }
    assert got["unmapped"] == []
    assert (got["schema_version"], got["department"], got["year"]) == (1, "区委办本级", 2019)
    funds = got["records"]["fund_summary"]
    assert sum(fund["total_amount"] for fund in funds) == 100
    overall = got["records"]["department_overall"][0]
    assert overall["total_amount"] == overall["basic_expenditure"] + overall["project_expenditure"] == Decimal("336.07")
    assert overall["_cells"]["total_amount"] == "C3"
    assert '"total_amount": 336.07,' in next(line for line in lines if '"区委办本级.xlsx"' in line)


def test_every_value_stands_under_a_declared_key(lines: list[str]):
    """Regions and keys are those of the contract, in every return, and each value that is there names its cell."""
    keys = None
    for item in map(parsed, lines):
        assert list(item["records"]) == [
            "fund_summary", "direction_targets", "department_overall", "output_indicators", "benefit_indicators", "indicator_matrix",
        ]  # fmt: skip
        for record in item["records"]["indicator_matrix"]:
            keys = list(record)[:-2]
            assert set(record["_cells"]) <= set(keys)
    assert keys == ["fund_name", "level1", "level2", "level3", "value", "horizon"]


def test_provenance_can_be_left_out(returns: Path, capfd):
    assert run(["extract", str(returns / "区委办本级.xlsx"), "--no-provenance"]) == 0
    records = json.loads(capfd.readouterr().out)["records"]
    assert all("_cells" not in record and "_sheet" not in record for region in records.values() for record in region)


def test_unreadable_files_are_lines_with_a_finding(faulty: Path, capfd):
    broken = [str(path) for path in sorted(faulty.glob("*T01*"))]
    assert run(["extract", *broken]) == 3
    items = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len(items) == len(broken) >= 3
    assert all([finding["code"] for finding in item["findings"]] == ["T01"] for item in items)
    assert all("?" not in item["findings"][0]["message"] for item in items)


def test_one_readable_file_among_broken_ones_is_not_nothing(faulty: Path, returns: Path, capfd):
    broken = next(str(path) for path in sorted(faulty.glob("*T01*")))
    assert run(["extract", broken, str(returns / "区财政局.xlsx")]) == 1
    assert len(capfd.readouterr().out.splitlines()) == 2


def test_output_is_not_overwritten_without_force(returns: Path, tmp_path: Path, capfd):
    out = tmp_path / "记录.jsonl"
    out.write_text("mine")
    line = ["extract", str(returns / "区财政局.xlsx"), "-o", str(out)]
    assert run(line) == 2
    assert out.read_text() == "mine"
    assert "--force" in capfd.readouterr().err
    assert run([*line, "--force"]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["department"] == "区财政局"
