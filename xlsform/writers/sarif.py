"""The problem list as SARIF 2.1.0, for tools that show the findings of any checker.

A workbook has no lines: a finding's place is a logical location, “file/sheet/cell”. Rules that could not be evaluated are notifications
of the run, so that 未执行 is not lost; an accepted reason and a waiver are suppressions, a refused reason is a rejected one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from xlsform import __version__
from xlsform.core.catalogue import DIMENSIONS, RULES, Rule, message
from xlsform.core.findings import Finding, Level, Standing, Unevaluated
from xlsform.writers.listing import Listing

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
DOCS = "urn:jixiao-xlsform:docs/reference/rules.md"
"""Names the reference page, which has an anchor for every code; the page's text on a rule also stands in the rule's `help`."""
LEVELS: Mapping[Level, str] = {Level.ERROR: "error", Level.WARNING: "warning", Level.HINT: "note"}
FINGERPRINT = "xlsformFinding/v1"


def sarif_object(listing: Listing) -> dict[str, object]:
    """The log, to be printed as JSON: one run, whose rules are those that found something or could not be evaluated."""
    codes = sorted({one.code for one in listing.findings} | {one.code for one in listing.unevaluated})
    driver = {
        "name": "xlsform",
        "version": __version__,
        "language": listing.say("zh-CN", "en"),
        "rules": [_rule(code, listing) for code in codes],
    }
    places = {code: index for index, code in enumerate(codes)}
    run = {
        "tool": {"driver": driver},
        "language": listing.say("zh-CN", "en"),
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [_notification(one, places, listing) for one in listing.unevaluated],
            }
        ],
        "results": list(_results(listing, places)),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, listing: Listing) -> dict[str, object]:
    rule = RULES.get(code)
    if rule is None:
        return {"id": code, "shortDescription": {"text": listing.say("本区自定的规则", "a rule of the bureau's own")}}
    return {
        "id": code,
        "shortDescription": {"text": listing.title(code)},
        "fullDescription": {"text": rule.why},
        "help": {"text": _help(rule, listing)},
        "helpUri": f"{DOCS}#{code.lower()}",
        "defaultConfiguration": {"level": LEVELS[rule.levels[0]], "enabled": rule.on},
        "properties": {"dimension": DIMENSIONS[rule.dimension]},
    }


def _help(rule: Rule, listing: Listing) -> str:
    parts = (("错例：", "Bad: ", rule.bad), ("正例：", "Good: ", rule.good), ("怎么改：", "Fix: ", rule.fix))
    return "\n".join(f"{listing.say(zh, en)}{text}" for zh, en, text in parts)


def _notification(one: Unevaluated, places: Mapping[str, int], listing: Listing) -> dict[str, object]:
    about = "、".join(part for part in (one.department, listing.forms.get(one.form, one.form)) if part)
    said = listing.say("未执行：", "not evaluated: ")
    return {
        "associatedRule": {"id": one.code, "index": places[one.code]},
        "level": "note",
        "message": {"text": f"{one.code} {said}{listing.cause(one)}" + (f"（{about}）" if about else "")},
        "properties": {"why": one.why, "cases": one.cases, "field": one.field},
    }


def _results(listing: Listing, places: Mapping[str, int]) -> Iterator[dict[str, object]]:
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in listing.findings:
        known = identity(finding)
        seen[known] += 1
        result: dict[str, object] = {
            "ruleId": finding.code,
            "ruleIndex": places[finding.code],
            "level": LEVELS[finding.level],
            "message": {"text": message(finding, listing.lang)},
            "locations": _locations(finding),
            "partialFingerprints": {FINGERPRINT: _digest((*known, str(seen[known])))},
            "properties": {
                "department": finding.department,
                "form": finding.form,
                "field": finding.field,
                "got": finding.got,
                "expected": finding.expected,
            },
        }
        if suppressions := _suppressions(finding):
            result["suppressions"] = suppressions
        yield result


def identity(finding: Finding) -> tuple[str, ...]:
    """What makes a finding the same in another run: what is wrong with which answer of which department; not the row, which moves when
    lines are added, and for a known department not the file, which is renamed with every version.
    """
    whose = finding.department or finding.where.file
    said = tuple(f"{key}={value}" for key, value in sorted(finding.params.items()) if key in {"name", "dir", "label"})
    return (finding.code, finding.variant, whose, finding.form, finding.field, finding.got, *said)


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _locations(finding: Finding) -> list[dict[str, object]]:
    where = finding.where
    if not where.file:
        return []
    named = "/".join(part for part in (where.file, where.sheet, where.address) if part)
    kind = "cell" if where.address else "sheet" if where.sheet else "file"
    logical = {"name": where.address or where.sheet or where.file, "fullyQualifiedName": named, "kind": kind}
    return [
        {
            "physicalLocation": {"artifactLocation": {"uri": quote(where.file, errors="replace")}},
            "logicalLocations": [logical],
        }
    ]


def _suppressions(finding: Finding) -> list[dict[str, object]]:
    match finding.standing:
        case Standing.EXPLAINED:
            return [{"kind": "external", "status": "accepted", "justification": finding.reason}]
        case Standing.WAIVED:
            return [{"kind": "external", "status": "accepted", "justification": finding.ruling}]
        case Standing.REFUSED:
            return [{"kind": "external", "status": "rejected", "justification": finding.reason}]
        case _:
            return []
