"""Checks of a mapping as pandera schemas: one schema and one frame a region, run once over all departments.

A frame has one row a record. Its columns hold the fields' data as objects (Decimal, text, None; never a float), a second column for a
field whose kind had something to say of it, and the number of the return. A failure case names its probe by `error=`, and the probe
knows what to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from xlsform.core.batch import Return
from xlsform.core.findings import Finding, Level, Unevaluated
from xlsform.core.records import Record, Value
from xlsform.core.spec import Card, Check, Form, Prose, Region
from xlsform.rules.asking import OWNER, Asked, Probe, problem_column
from xlsform.rules.named import OF_KNOWN, OF_ROSTER, PROBES, WORDING
from xlsform.rules.precedence import Placed, heard
from xlsform.rules.returns import asks_for_items
from xlsform.rules.verdict import LOST, RuleError, Setting, guarded, has, holders, is_on, place, verdict

if TYPE_CHECKING:
    from xlsform.rules.asking import Column, Test


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


class Judged(NamedTuple):
    """What came of a region: findings, which (file, item, field) have an error, and what could not be evaluated."""

    findings: tuple[Finding, ...] = ()
    marks: frozenset[tuple[str, int, str]] = frozenset()
    unevaluated: tuple[Unevaluated, ...] = ()


class Stop(NamedTuple):
    """Why no rule may judge a value any more, and from which probe on; `code`: the rule that found its error, "" when nothing was read."""

    since: int
    code: str
    why: str


Stops = Mapping[tuple[int, str], Stop]
"""By (row, field)."""


def judge(batch: Batch, returns: Sequence[Return], setting: Setting) -> Judged:
    """Findings of one region's records, which of their values have an error, and which rules could not be evaluated."""
    posed = pose(batch, returns, setting)
    lacking = tuple(_lacking(batch, returns, setting))
    if not batch.records:
        return Judged(unevaluated=lacking)
    values = values_of(batch, dict.fromkeys(field for item in posed for field in item.probe.fields))
    stops = broken(values)
    findings: list[Placed] = []
    worded: dict[tuple[int, str], Level] = {}
    table = frame(batch, posed, values)
    for index, row in failures(schema(posed), table, [item.check.code for item in posed]):
        check, probe = posed[index]
        if any((row, field) in stops for field in probe.fields):
            continue
        ret = returns[batch.owners[row]]
        if ret.summary and check.check in BUREAUS:
            continue
        finding, beside = _finding(batch, posed[index], row, ret, setting)
        if any((beside, field) in stops for field in probe.fields):
            continue
        if finding is None or (check.check in WORDING and worded.get((row, finding.field), 0) >= finding.level):
            continue
        findings.append(Placed(row, beside, finding))
        if check.check in WORDING:
            worded[row, finding.field] = finding.level
        if finding.level is Level.ERROR:
            stop = Stop(index, check.code, "in_error")
            for other in doubtful(check, finding.field, batch.records[row]):
                stops.setdefault((row, other), stop)
    marks = frozenset((batch.records[row].file, batch.records[row].item, field) for row, field in stops)
    return Judged(tuple(heard(findings)), marks, (*lacking, *_stopped(batch, posed, stops, returns)))


BUREAUS = frozenset({"serial", "blank"})
"""Checks that do not hold in a district summary: it is numbered over all departments, and the bureau has written in it."""


def _finding(batch: Batch, posed: Posed, row: int, ret: Return, setting: Setting) -> tuple[Finding | None, int]:
    """The finding, None where the rule is off, and the record that it speaks of besides its own (its own when there is none)."""
    check, probe = posed
    said = guarded(check.code, partial(probe.say, row))
    field = said.field or probe.fields[0]
    owner = (batch.form.id, ret.department)
    finding = verdict(check, said, place(batch.records[row], field), owner, setting.formset, field)
    return finding, row if said.beside is None else said.beside


def _stopped(batch: Batch, posed: Sequence[Posed], stops: Stops, returns: Sequence[Return]) -> Iterator[Unevaluated]:
    """The rules that had not been asked when a value was found to be in error: each for a department and a field."""
    asking: dict[str, list[tuple[int, str]]] = {}
    for index, (check, probe) in enumerate(posed):
        for field in probe.fields:
            asking.setdefault(field, []).append((index, check.code))
    rows: dict[tuple[str, str, str, str], set[int]] = {}
    for (row, field), (since, code, why) in stops.items():
        for other in {other for index, other in asking.get(field, ()) if index > since} - {code}:
            rows.setdefault((other, returns[batch.owners[row]].department, field, why), set()).add(row)
    for (code, department, field, why), mine in sorted(rows.items()):
        yield Unevaluated(code, department, batch.form.id, field, why, len(mine))


def _lacking(batch: Batch, returns: Sequence[Return], setting: Setting) -> Iterator[Unevaluated]:
    """The rules for which a department lacks the form, its labels, or a line in the roster."""
    held = set(batch.owners)
    checks = list(asked_of(batch, setting))
    for number, ret in enumerate(returns):
        why = _why_lacking(batch, ret, held=number in held)
        for check in checks:
            cause = why or (_why_unknown(check, ret, setting) if number in held else "")
            if cause and not (ret.summary and check.check in BUREAUS):
                field = check.fields[0] if cause == "no_column" and check.fields else ""
                yield Unevaluated(check.code, ret.department, batch.form.id, field, cause)


def _why_lacking(batch: Batch, ret: Return, *, held: bool) -> str:
    """Why a department has no records of a region that it should have, "" when it may have none."""
    form, region = batch.form, batch.region
    if not has(ret, form.id):
        return "no_form"
    if held or ret.summary:
        return ""
    lost = any(region.id in seen.lost for seen in ret.sightings if seen.form == form.id)
    if isinstance(region, Prose):
        lost = lost or not holders(region.id, form, ret)
    return "no_column" if lost or isinstance(region, Card) else ""


def _why_unknown(check: Check, ret: Return, setting: Setting) -> str:
    if check.check in OF_ROSTER and not setting.full:
        return "no_roster"
    return "not_in_roster" if check.check in OF_KNOWN and setting.full and ret.known is None else ""


def doubtful(check: Check, field: str, record: Record) -> Iterable[str]:
    """The fields no further rule may use: the faulty one; of a repeated record all that it would count twice."""
    return (key for key in record.values if key not in check.fields) if check.check == "unique" else (field,)


def asked_of(batch: Batch, setting: Setting) -> Iterator[Check]:
    """The lines of the mapping that ask something of each record of a region; rules that are off are not asked."""
    for check in batch.form.checks:
        mine = check.check in PROBES and check.region == batch.region.id and not asks_for_items(check, batch.region)
        if mine and is_on(check, setting.formset):
            yield check


def pose(batch: Batch, returns: Sequence[Return], setting: Setting) -> list[Posed]:
    """The probes of a region: those on one column first, so that a value that cannot be read is said once, where it stands."""
    posed = []
    for check in asked_of(batch, setting):
        asked = Asked(check, batch.region, batch.records, batch.owners, returns, setting)
        probes: list[Probe] = guarded(check.code, partial(list, PROBES[check.check](asked)))
        posed += [Posed(check, probe) for probe in probes]
    return sorted(posed, key=lambda item: not item.probe.column)


Values = Mapping[str, Sequence[Value | None]]
"""By field, the value of each record, None where its column is missing."""


def values_of(batch: Batch, fields: Iterable[str]) -> Values:
    """The values of these fields."""
    return {field: [record.values.get(field) for record in batch.records] for field in fields}


def broken(values: Values) -> dict[tuple[int, str], Stop]:
    """The values no rule may judge: the column is missing (T05) or the cell holds no value at all (T08)."""
    return {
        (row, field): Stop(-1, "", "no_column" if value is None else "no_value")
        for field, mine in values.items()
        for row, value in enumerate(mine)
        if value is None or (value.problem and value.problem in LOST)
    }


def frame(batch: Batch, posed: Sequence[Posed], values: Values) -> pd.DataFrame:
    """One row a record; only the columns that some probe needs."""
    data: dict[str, list[Any]] = {OWNER: list(batch.owners)}
    asked = {item.probe.column for item in posed}
    for field, mine in values.items():
        data[field] = [value.data if value is not None else None for value in mine]
        if problem_column(field) in asked:
            data[problem_column(field)] = [value.problem if value is not None else "" for value in mine]
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in data.items()})


def schema(posed: Sequence[Posed]) -> pa.DataFrameSchema:
    """The schema of a region. A check's `error` is the number of its probe."""
    columns: dict[str, list[pa.Check]] = {}
    whole: list[pa.Check] = []
    for index, (_, probe) in enumerate(posed):
        test = pa.Check(partial(_passes, probe.test), error=str(index), ignore_na=False)
        if probe.column:
            columns.setdefault(probe.column, []).append(test)
        else:
            whole.append(test)
    return pa.DataFrameSchema(
        {name: pa.Column(object, tests, nullable=True) for name, tests in columns.items()}, checks=whole
    )


def _passes(test: Test, data: Any) -> Column | bool:
    """The judgement of every record; where all are right that one word, which pandera need not look through row by row."""
    right = test(data)
    return bool(right.to_numpy().all()) or right


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
