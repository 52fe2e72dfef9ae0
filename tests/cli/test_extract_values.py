"""extract --values: what every indicator value means, beside its text and never instead of it."""

import csv
import json
from pathlib import Path

import pytest

from xlsform.cli import run

FILE = "samples/2019/returns/区教育局.xlsx"


def printed(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, list[dict[str, object]]]:
    assert run(["extract", FILE, "--quiet", *options]) == 0
    records: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)["records"]
    return records


def test_the_text_is_never_altered(capsys: pytest.CaptureFixture[str]):
    plain, told = printed(capsys), printed(capsys, "--values")
    bare = {
        region: [{key: value for key, value in record.items() if key != "_values"} for record in records]
        for region, records in told.items()
    }
    assert bare == plain
    for region in ("direction_targets", "indicator_matrix", "output_indicators", "benefit_indicators"):
        for record in told[region]:
            values = record["_values"]
            assert isinstance(values, dict)
            assert all(value["raw"] == record[key] for key, value in values.items())
    assert not [record for record in told["fund_summary"] if "_values" in record]


def test_values_are_told_by_field(capsys: pytest.CaptureFixture[str]):
    told = printed(capsys, "--values")
    values = told["direction_targets"][0]["_values"]
    assert isinstance(values, dict)
    assert list(values) == ["quantity", "quality", "timeliness", "cost", "social", "sustainability", "satisfaction"]
    assert values["cost"] == {
        "raw": "≤600元/人·年", "kind": "number", "sign": "≤", "number": 600, "to": None, "unit": "元/人·年",
        "period": None, "direction": None, "flags": [],
    }  # fmt: skip
    assert values["satisfaction"]["number"] == 90
    assert values["timeliness"]["period"] == "2019-11-30"
    assert "parts" not in values["sustainability"]
    assert [part["period"] for part in told["direction_targets"][2]["_values"]["timeliness"]["parts"]] == [  # type: ignore[index]
        "2019年",
        "2019-12-31",
    ]
    slips = [record["_values"]["value"]["flags"] for record in told["indicator_matrix"]]  # type: ignore[index]
    assert ["V04", "implied"] in slips
    assert ["V03", "implied"] in slips


def test_a_name_says_what_a_value_may_be(capsys: pytest.CaptureFixture[str]):
    """−10% is right for a rate of change, and the flags know the name that stands beside the value."""
    assert run(["extract", "samples/2019/returns/区委办本级.xlsx", "--quiet", "--values"]) == 0
    items = json.loads(capsys.readouterr().out)["records"]["output_indicators"]
    assert [item["_values"]["value"]["flags"] for item in items] == [["implied"]] * 5


def test_tables_have_a_column_for_each_part(tmp_path: Path):
    assert run(["extract", FILE, "--quiet", "--values", "--format", "csv", "-o", str(tmp_path / "told")]) == 0
    assert run(["extract", FILE, "--quiet", "--format", "csv", "-o", str(tmp_path / "plain")]) == 0
    with (tmp_path / "told" / "direction_targets.csv").open(encoding="utf-8-sig", newline="") as stream:
        told = list(csv.DictReader(stream))
    with (tmp_path / "plain" / "direction_targets.csv").open(encoding="utf-8-sig", newline="") as stream:
        plain = list(csv.DictReader(stream))
    assert [{key: row[key] for key in plain[0]} for row in told] == plain
    first = told[0]
    assert [first[f"cost.{part}"] for part in ("kind", "sign", "number", "unit", "flags")] == [
        "number", "≤", "600", "元/人·年", "",
    ]  # fmt: skip
    assert first["economic.kind"] == first["economic.number"] == ""
    assert "fund_name.kind" not in first
