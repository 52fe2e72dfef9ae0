"""Submissions and findings as JSON: Decimals keep exactly their digits, text stands as the cell shows it, absent is null."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Protocol

from xlsform.core.catalogue import CAUSES, DIMENSIONS, Lang, Rule, message
from xlsform.core.cells import address
from xlsform.core.errors import Mark
from xlsform.core.findings import Finding, Unevaluated
from xlsform.core.kinds import NUMBERS
from xlsform.core.records import Data, Record, Submission, Value
from xlsform.core.spec import FormSet, kinds_of
from xlsform.core.values import Indicator
from xlsform.core.waivers import Waiver
from xlsform.writers.indicators import understood, value_fields

SCHEMA_VERSION = 1


def dumps(value: object, *, ascii_only: bool = False) -> str:
    """One line of JSON; the standard encoder knows no Decimal and would print 336.07 by way of a float.

    ascii_only writes every other character as an escape, for a stream that cannot hold it. Raises TypeError for anything
    but None, bool, str, Decimal, int, list, tuple and mappings with str keys: a float has no place here.
    """
    quote = json.JSONEncoder(ensure_ascii=ascii_only).encode
    return "".join(_pieces(value, quote))


def json_line(value: object) -> bytes:
    """One line of a JSON Lines file. A lone surrogate, which UTF-8 cannot hold, is written as its escape."""
    return f"{dumps(value)}\n".encode("utf-8", errors="backslashreplace")


def _pieces(value: object, quote: Callable[[str], str]) -> Iterator[str]:
    match value:
        case None:
            yield "null"
        case bool():
            yield "true" if value else "false"
        case str():
            yield quote(value)
        case Decimal():
            yield format(value, "f")
        case int():
            yield str(value)
        case list() | tuple():
            yield "["
            for place, item in enumerate(value):
                yield ", " if place else ""
                yield from _pieces(item, quote)
            yield "]"
        case Mapping():
            yield "{"
            for place, (key, item) in enumerate(value.items()):
                yield f"{', ' if place else ''}{quote(key)}: "
                yield from _pieces(item, quote)
            yield "}"
        case _:
            raise TypeError(f"{type(value).__name__} has no place in JSON")


def finding_object(finding: Finding, lang: Lang) -> dict[str, object]:
    """One finding; its sentence is the catalogue's in `lang`.

    `standing`: open, explained (its `reason` is taken), refused (its reason is none; `ruling` says why: hollow, copy or short), or
    waived (`ruling` is the bureau's reason).
    """
    return {
        "code": finding.code,
        "level": finding.level.key,
        "form": finding.form or None,
        "department": finding.department or None,
        "file": finding.where.file or None,
        "sheet": finding.where.sheet or None,
        "cell": finding.where.address or None,
        "field": finding.field or None,
        "got": finding.got or None,
        "expected": finding.expected or None,
        "message": message(finding, lang),
        "reason": finding.reason or None,
        "standing": finding.standing.value,
        "ruling": finding.ruling or None,
    }


def findings_object(
    findings: Iterable[Finding], unevaluated: Iterable[Unevaluated], lang: Lang, unused: Iterable[Waiver] = ()
) -> dict[str, object]:
    """What `check --format json` prints: the findings, the rules that could not be evaluated, and the waivers that let nothing pass."""
    return {
        "schema_version": SCHEMA_VERSION,
        "findings": [finding_object(finding, lang) for finding in findings],
        "unevaluated": [unevaluated_object(one, lang) for one in unevaluated],
        "unused_waivers": [waiver_object(waiver) for waiver in unused],
    }


def waiver_object(waiver: Waiver) -> dict[str, object]:
    """One waiver, and the line on which it stands."""
    return {
        "code": waiver.code,
        "department": waiver.department,
        "sheet": waiver.sheet or None,
        "field": waiver.field or None,
        "reason": waiver.reason,
        "line": waiver.mark.line,
    }


def unevaluated_object(one: Unevaluated, lang: Lang) -> dict[str, object]:
    """One rule that could not be evaluated: `why` is a key of `core.catalogue.CAUSES`, `message` says it."""
    cause = CAUSES[one.why]
    return {
        "code": one.code,
        "department": one.department or None,
        "form": one.form or None,
        "field": one.field or None,
        "why": one.why,
        "message": cause.en if lang == "en" else cause.zh,
        "cases": one.cases,
    }


def rules_object(rules: Iterable[Rule], asked: Mapping[str, Sequence[Asked]]) -> dict[str, object]:
    """What `rules` and `explain` print with --format json, in both languages. `asked`: the mapping's lines by the code they ask for."""
    told = [_rule_object(rule, asked.get(rule.code, ())) for rule in rules]
    return {"schema_version": SCHEMA_VERSION, "rules": told}


class Asked(Protocol):
    """A line of a mapping file that asks for a rule."""

    @property
    def mark(self) -> Mark: ...
    @property
    def text(self) -> str: ...
    @property
    def region(self) -> str: ...


def _rule_object(rule: Rule, asked: Sequence[Asked]) -> dict[str, object]:
    return {
        "code": rule.code,
        "title": rule.title,
        "title_en": rule.title_en,
        "dimension": DIMENSIONS[rule.dimension],
        "levels": [level.key for level in rule.levels],
        "on": rule.on,
        "evaluated": rule.evaluated,
        "basis": rule.basis or "instructions",
        "messages": {
            variant: {"level": words.level.key, "zh": words.zh, "en": words.en}
            for variant, words in rule.messages.items()
        },
        "why": rule.why,
        "bad": rule.bad,
        "good": rule.good,
        "fix": rule.fix,
        "docs": rule.anchor,
        "set_level": f"levels: {{{rule.code}: {rule.another_level}}}",
        "asked": [
            {
                "file": PurePath(use.mark.file).name,
                "line": use.mark.line,
                "region": use.region or None,
                "text": use.text,
            }
            for use in asked
        ],
    }


def indicator_object(value: Indicator) -> dict[str, object]:
    """What `value` prints of one indicator value.

    `period` says when or over what: 每年, 三年累计, 同比; a time in ISO 8601 (2019-12-31, 2019-01/2019-12, --12-31 without a year,
    “每年 --12-31”); what a deadline counts from (收到申请后).
    """
    since = f"{value.since}后" if value.since else ""
    return {
        "raw": value.raw,
        "kind": value.kind,
        "sign": value.sign or None,
        "number": value.number,
        "to": value.to,
        "unit": value.unit or None,
        "period": " ".join(filter(None, (value.period, value.base, value.when, since))) or None,
        "direction": value.direction or None,
        "flags": sorted(value.flags),
    }


def submission_object(
    submission: Submission, formset: FormSet, lang: Lang, *, provenance: bool = True, values: bool = False
) -> dict[str, object]:
    """What `extract` prints of one return. Every region of the form set is there, [] when the return has no record of it.

    provenance: each record's sheet and each value's cell, `_sheet` and `_cells`; values: what each indicator value means, `_values`.
    """
    kinds = region_kinds(formset)
    meant = value_fields(formset) if values else {}
    records: dict[str, list[dict[str, object]]] = {region: [] for region in kinds}
    for record in submission.records:
        plain = _record_object(record, kinds[record.region], submission.department, provenance=provenance)
        if record.region in meant:
            plain["_values"] = _values_object(record, meant[record.region], formset)
        records[record.region].append(plain)
    return {
        "schema_version": SCHEMA_VERSION,
        "file": submission.file,
        "sha256": submission.sha256,
        "department": submission.department or None,
        "year": next((seen.year for seen in submission.sightings if seen.year is not None), None),
        "records": dict(records),
        "unmapped": [
            {"sheet": lost.ref.sheet, "cell": lost.ref.address or None, "text": lost.text}
            for lost in submission.unmapped
        ],
        "findings": [finding_object(finding, lang) for finding in submission.findings],
    }


def _values_object(record: Record, fields: Mapping[str, str], formset: FormSet) -> dict[str, object]:
    """Field → what its value means; `parts` tells the values of a cell that holds several."""
    return {
        key: indicator_object(whole) | ({"parts": [indicator_object(one) for one in several]} if several else {})
        for key, whole, several in understood(record, fields, formset)
    }


Kinds = Mapping[str, Mapping[str, str]]
"""Region id → field key → kind."""


def region_kinds(formset: FormSet) -> Kinds:
    """The fields of every region of the forms, in their order: the keys that each record has in JSON.

    A card that the district summary shows as a table has the card's own fields; its 序号 there only counts the rows.
    """
    kinds: dict[str, Mapping[str, str]] = {}
    regions = [region for form in formset.forms for region in form.regions]
    regions += [region for form in formset.forms if form.summary is not None for region in form.summary.regions]
    for region in regions:
        kinds.setdefault(region.id, kinds_of(region))
    return kinds


def _record_object(record: Record, kinds: Mapping[str, str], department: str, *, provenance: bool) -> dict[str, object]:
    """`_department` stands only where it differs from the file's: in a district summary."""
    values = record.values
    plain: dict[str, object] = {key: datum(values[key], kind) if key in values else None for key, kind in kinds.items()}
    if record.department not in {"", department}:
        plain["_department"] = record.department
    if not provenance:
        return plain
    cells = {
        key: address(value.row, value.col) for key in kinds if (value := values.get(key)) is not None and value.text
    }
    return plain | {"_sheet": record.sheet, "_cells": cells}


def datum(value: Value, kind: str) -> Data:
    """What a value is outside: the number of a number's kind, else the text of its cell; None when absent."""
    return value.data if kind in NUMBERS else value.text or None
