"""Checks of a mapping as pandera schemas: one schema and one frame a region, run once over all departments.

A frame has one row a record. Its columns hold the fields' data as objects (Decimal, text, None; never a float), a second column for a
field whose kind had something to say of it, and the number of the return. A failure case names its probe by `error=`, and the probe
knows what to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from xlsform.core.batch import Return
from xlsform.core.findings import Finding, Level
from xlsform.core.records import Record
from xlsform.core.spec import Check, Form, Region
from xlsform.rules.checks import OWNER, PROBES, Asked, Probe, problem_column
from xlsform.rules.returns import asks_for_items
from xlsform.rules.verdict import LOST, RuleError, Setting, guarded, place, verdict


class Posed(NamedTuple):
    """A probe and the line of the mapping it comes from."""

    check: Check
    probe: Probe


class Batch(NamedTuple):
    """All departments' records of one region, and the number of the return each belongs to."""

    form: Form
    region: Region
    records: tuple[Record, ...]
    owners: tuple[int, ...]


def gather(form: Form, region: Region, returns: Sequence[Return]) -> Batch:
    """The records of one region, in the order of the returns."""
    pairs = [(record, number) for number, ret in enumerate(returns) for record in ret.records.get(region.id, ())]
    return Batch(form, region, tuple(record for record, _ in pairs), tuple(number for _, number in pairs))


def judge(batch: Batch, returns: Sequence[Return], setting: Setting) -> tuple[list[Finding], set[tuple[str, int, str]]]:
    """Findings of one region's records, and which (file, item, field) of it have an error."""
    posed = pose(batch, setting)
    blocked = broken(batch, {field for item in posed for field in item.probe.fields})
    findings: list[Finding] = []
    if not batch.records:
        return findings, set()
    table = frame(batch, posed)
    failed = failures(schema(posed), table, [item.check.code for item in posed])
    for index, row in failed:
        check, probe = posed[index]
        if any((row, field) in blocked for field in probe.fields):
            continue
        record = batch.records[row]
        ret = returns[batch.owners[row]]
        if check.check == "serial" and ret.summary:  # a district summary is numbered over all its departments
            continue
        said = guarded(check.code, partial(probe.say, row))
        field = said.field or probe.fields[0]
        owner = (batch.form.id, ret.department)
        finding = verdict(check, said, place(record, field), owner, setting.formset, field)
        if finding is not None:
            findings.append(finding)
            if finding.level is Level.ERROR:
                blocked |= {(row, other) for other in doubtful(check, field, record)}
    marks = {(batch.records[row].file, batch.records[row].item, field) for row, field in blocked}
    return findings, marks


def doubtful(check: Check, field: str, record: Record) -> Iterable[str]:
    """The fields no further rule may use: the faulty one; of a repeated record all that it would count twice."""
    return (key for key in record.values if key not in check.fields) if check.check == "unique" else (field,)


def pose(batch: Batch, setting: Setting) -> list[Posed]:
    """The probes of a region: those on one column first, so that a value that cannot be read is said once, where it stands."""
    posed = []
    for check in batch.form.checks:
        make = PROBES.get(check.check)
        if make is not None and check.region == batch.region.id and not asks_for_items(check, batch.region):
            asked = Asked(check, batch.region, batch.records, batch.owners, setting)
            probes: list[Probe] = guarded(check.code, partial(list, make(asked)))
            posed += [Posed(check, probe) for probe in probes]
    return sorted(posed, key=lambda item: not item.probe.column)


def broken(batch: Batch, fields: set[str]) -> set[tuple[int, str]]:
    """The (row, field) no rule may judge: the column is missing (T05) or its cell holds no value at all (T08)."""
    return {
        (row, field)
        for row, record in enumerate(batch.records)
        for field in fields
        if (value := record.values.get(field)) is None or value.problem in LOST
    }


def frame(batch: Batch, posed: Sequence[Posed]) -> pd.DataFrame:
    """One row a record; only the columns that some probe needs."""
    data: dict[str, list[Any]] = {OWNER: list(batch.owners)}
    fields = dict.fromkeys(field for item in posed for field in item.probe.fields)
    for field in fields:
        values = [record.values.get(field) for record in batch.records]
        data[field] = [value.data if value is not None else None for value in values]
        if any(item.probe.column == problem_column(field) for item in posed):
            data[problem_column(field)] = [value.problem if value is not None else "" for value in values]
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in data.items()})


def schema(posed: Sequence[Posed]) -> pa.DataFrameSchema:
    """The schema of a region. A check's `error` is the number of its probe."""
    columns: dict[str, list[pa.Check]] = {}
    whole: list[pa.Check] = []
    for index, (_, probe) in enumerate(posed):
        test = pa.Check(probe.test, error=str(index), ignore_na=False)
        if probe.column:
            columns.setdefault(probe.column, []).append(test)
        else:
            whole.append(test)
    return pa.DataFrameSchema(
        {name: pa.Column(object, tests, nullable=True) for name, tests in columns.items()}, checks=whole
    )


def failures(wanted: pa.DataFrameSchema, table: pd.DataFrame, codes: Sequence[str]) -> list[tuple[int, int]]:
    """(number of the probe, row) of everything that failed, in the order of the probes; one bad record is one failure.

    Raises RuleError when a test crashed: pandera would report that as a failure of the data.
    """
    try:
        wanted.validate(table, lazy=True)
    except SchemaErrors as errors:
        for fault in errors.schema_errors:
            if fault.reason_code is None or fault.reason_code.name != "DATAFRAME_CHECK":
                raise RuleError(_code_of(fault.check, codes), fault) from fault
        cases = errors.failure_cases
        return sorted({(int(number), int(row)) for number, row in zip(cases["check"], cases["index"], strict=True)})
    return []


def _code_of(check: object, codes: Sequence[str]) -> str:
    name = str(getattr(check, "error", check))
    return codes[int(name)] if name.isdecimal() else name
