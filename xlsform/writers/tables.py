"""Records as tables: one .csv for each region of the form set, for Excel (UTF-8 with a byte order mark) and for data frames."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

from xlsform.core.catalogue import Lang
from xlsform.core.records import Record, Submission
from xlsform.core.spec import FormSet
from xlsform.writers.indicators import COLUMNS, understood, value_fields
from xlsform.writers.json_lines import datum, finding_object, indicator_object, region_kinds

FINDINGS = ("file", "code", "level", "form", "department", "sheet", "cell", "field", "got", "expected", "message")
UNMAPPED = ("file", "sheet", "cell", "text")

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NEGATIVE = re.compile(r"-[0-9]+(\.[0-9]+)?")

Writer = Callable[[str, Iterable[object]], None]


def write_tables(
    submissions: Iterable[Submission],
    formset: FormSet,
    folder: Path,
    lang: Lang,
    *,
    provenance: bool = True,
    values: bool = False,
) -> None:
    """Writes <region>.csv for every region, findings.csv and unmapped.csv into the empty `folder`, return by return.

    A row is the return's file and department, then the fields under their keys; with `provenance` the sheet and the record's
    first row follow; with `values` what each indicator value means, quantity.number, quantity.unit and so on, behind them. Amounts
    stand with exactly their digits; absent is empty.
    """
    kinds = region_kinds(formset)
    meant = value_fields(formset) if values else {}
    heads = {
        region: (*head_of(fields, provenance=provenance), *_meant_head(meant.get(region, {})))
        for region, fields in kinds.items()
    }
    with ExitStack() as stack:
        write = _writer(stack, folder, heads | {"findings": FINDINGS, "unmapped": UNMAPPED})
        for submission in submissions:
            for record in submission.records:
                row = row_of(record, kinds[record.region], submission.department, provenance=provenance)
                write(record.region, (*row, *_meant_row(record, meant.get(record.region, {}), formset)))
            for finding in submission.findings:
                told = finding_object(finding, lang)
                write("findings", (told[key] for key in FINDINGS))
            for lost in submission.unmapped:
                write("unmapped", (submission.file, lost.ref.sheet, lost.ref.address, lost.text))


def _meant_head(fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{key}.{column}" for key in fields for column in COLUMNS)


def _meant_row(record: Record, fields: Mapping[str, str], formset: FormSet) -> Iterator[object]:
    """What each value means, empty where there is none; flags separated by blanks."""
    told = {key: indicator_object(whole) for key, whole, _ in understood(record, fields, formset)} if fields else {}
    for key in fields:
        for column in COLUMNS:
            value = told[key][column] if key in told else None
            yield " ".join(value) if isinstance(value, list) else value


def head_of(fields: Iterable[str], *, provenance: bool = True) -> tuple[str, ...]:
    """The columns of a region's table."""
    return ("_file", "_department", *fields, *(("_sheet", "_row") if provenance else ()))


def row_of(record: Record, kinds: Mapping[str, str], department: str, *, provenance: bool = True) -> tuple[object, ...]:
    """A record under `head_of` its fields; `department` is that of its file."""
    values = (datum(record.values[key], kind) if key in record.values else None for key, kind in kinds.items())
    row = min((value.row for value in record.values.values()), default=0)
    return (record.file, record.department or department, *values, *((record.sheet, row) if provenance else ()))


def _writer(stack: ExitStack, folder: Path, heads: Mapping[str, tuple[str, ...]]) -> Writer:
    tables = {}
    for name, head in heads.items():
        stream = stack.enter_context(
            (folder / f"{name}.csv").open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        )
        tables[name] = csv.writer(stream)
        tables[name].writerow(head)
    return lambda name, values: tables[name].writerow([shown(value) for value in values])


def shown(value: object) -> str:
    """What stands in the file: a text that a spreadsheet would take for a formula gets an apostrophe, a negative number does not.

    So does one that begins with apostrophes and then looks like a formula: taking one off gives every text back as it was.
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NEGATIVE.fullmatch(text) else text
