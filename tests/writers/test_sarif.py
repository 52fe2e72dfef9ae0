"""The problem list as SARIF: valid, every finding at its cell, fingerprints that stay."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from xlsform.core.catalogue import RULES, Lang
from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level, Standing, Unevaluated
from xlsform.operations.checking import check, listing_of
from xlsform.operations.settings import load_settings
from xlsform.writers.json_lines import json_line
from xlsform.writers.listing import Listing
from xlsform.writers.sarif import FINGERPRINT, sarif_object

SCHEMA_FILE = Path(__file__).with_name("sarif-schema-2.1.0.json")
"""The schema of the standard; where it comes from and its notice: sarif-schema-2.1.0.NOTICE.md."""
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "2019"
FINDING = Finding(
    "A02", Level.ERROR, Ref("收件/区委办 1.xlsx", "汇总表", 5, 3), "fund_summary", "区委办本级", "direction"
)
LISTING = Listing(
    "共 1 个文件",
    (
        FINDING,
        replace(FINDING, code="X03", level=Level.WARNING, reason="含上级资金2万元", standing=Standing.EXPLAINED),
        replace(FINDING, code="B13", level=Level.WARNING, reason="无", standing=Standing.REFUSED, ruling="hollow"),
        replace(FINDING, code="T04", standing=Standing.WAIVED, ruling="本部门没有专项资金", where=Ref("a.xlsx")),
        Finding("Z02", Level.ERROR, Ref(""), params={"names": "区教育局"}),
        Finding("Q01", Level.HINT, Ref("a.xlsx", "表"), params={"message": "本区自定"}),
    ),
    (Unevaluated("Z03", "区委办本级", "department_overall", "total_amount", "no_roster", 2),),
    lang="zh",
    forms={"department_overall": "部门整体支出绩效申报表"},
)


def log(listing: Listing = LISTING) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json_line(sarif_object(listing)))
    return made


def test_the_schema_is_the_standards_own():
    """Whole and unchanged, as its notice demands."""
    digest = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
    assert hashlib.sha256(SCHEMA_FILE.read_bytes()).hexdigest() == digest
    assert digest in SCHEMA_FILE.with_suffix(".NOTICE.md").read_text(encoding="utf-8")
    jsonschema.Draft4Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("listing", [LISTING, LISTING._replace(lang="en"), Listing("无")])
def test_it_is_valid(listing: Listing):
    VALIDATOR.validate(log(listing))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_check_finds_in_a_folder_is_valid(lang: Lang):
    """Unreadable, incomplete and unevaluated returns among them, and a district summary."""
    paths = [*sorted((SAMPLES / "faulty").glob("*-T*")), SAMPLES / "batches"]
    settings = load_settings(paths)
    report = check(paths, settings)
    made = log(listing_of(report, "", settings, lang))
    VALIDATOR.validate(made)
    assert len(made["runs"][0]["results"]) == len(report.findings) > 20
    assert made["runs"][0]["invocations"][0]["toolExecutionNotifications"]


@pytest.mark.parametrize("spoil", ["level", "uri", "index", "more"])
def test_the_schema_finds_faults(spoil: str):
    spoilt = log()
    result = spoilt["runs"][0]["results"][0]
    match spoil:
        case "level":
            result["level"] = "fatal"
        case "uri":
            result["locations"][0]["physicalLocation"] = {}
        case "index":
            result["ruleIndex"] = -2
        case "more":
            result["sentence"] = "no such property"
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(spoilt)


def test_a_finding_at_its_cell():
    result = log()["runs"][0]["results"][0]
    assert (result["ruleId"], result["level"], result["message"]["text"]) == ("A02", "error", "第 5 行未填direction")
    (location,) = result["locations"]
    assert location["logicalLocations"] == [
        {"name": "C5", "fullyQualifiedName": "收件/区委办 1.xlsx/汇总表/C5", "kind": "cell"}
    ]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "%E6%94%B6%E4%BB%B6/%E5%8C%BA%E5%A7%94%E5%8A%9E%201.xlsx"


def test_levels_rules_and_places():
    run = log()["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({"A02", "X03", "B13", "T04", "Z02", "Q01", "Z03"})
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "warning", "error", "error", "note"]
    assert run["results"][4]["locations"] == []
    a02 = next(rule for rule in rules if rule["id"] == "A02")
    assert a02["helpUri"].endswith("docs/reference/rules.md#a02")
    assert RULES["A02"].fix in a02["help"]["text"]


def test_reasons_and_waivers_are_suppressions():
    kinds = [
        [(one["status"], one["justification"]) for one in result.get("suppressions", ())]
        for result in log()["runs"][0]["results"]
    ]
    assert kinds[:4] == [
        [],
        [("accepted", "含上级资金2万元")],
        [("rejected", "无")],
        [("accepted", "本部门没有专项资金")],
    ]


def test_what_was_not_evaluated_is_notified():
    (said,) = log()["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"] == "Z03 未执行：没有部门名册（区委办本级、部门整体支出绩效申报表）"
    assert said["associatedRule"]["id"] == "Z03"


def fingerprints(*findings: Finding) -> list[str]:
    return [one["partialFingerprints"][FINGERPRINT] for one in log(Listing("", findings))["runs"][0]["results"]]


def test_a_fingerprint_stays_when_the_row_moves_or_the_file_is_renamed():
    moved = replace(FINDING, where=Ref("区委办-最终版.xlsx", "汇总表", 9, 3))
    assert fingerprints(FINDING) == fingerprints(moved)
    others = (replace(FINDING, field="fund_name"), replace(FINDING, department="区教育局"), replace(FINDING, got="x"))
    assert len({fingerprints(FINDING)[0], *(fingerprints(other)[0] for other in others)}) == 4


def test_two_alike_have_two_fingerprints():
    first, second = fingerprints(FINDING, replace(FINDING, where=Ref("收件/区委办 1.xlsx", "汇总表", 6, 3)))
    assert first != second
