"""The verbs for Python: `import xlsform`, then `xlsform.extract(…)`. Same names as the commands, frozen results, paths in and out.

Nothing is printed. What a department did wrong is a finding in the result; UsageError and SpecError (RecordsError) say what is wrong with a
call, a mapping or the records to be filled in; a file that cannot be read is a finding T01, but for `read`, which raises Rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsform import operations, readers
from xlsform.core.cells import Book
from xlsform.core.records import Submission
from xlsform.operations import Comparison, Filled, MergeReport, Report, Settings, StatusReport
from xlsform.sources.received import now
from xlsform.specfiles.records import RecordSet, read_records, records_of
from xlsform.writers.json_lines import Kinds, datum, region_kinds
from xlsform.writers.tables import head_of, row_of

if TYPE_CHECKING:
    from pandas import DataFrame

AnyPath = str | PathLike[str]
Paths = AnyPath | Iterable[AnyPath]
"""A file or folder, or several of them."""
Records = Mapping[str, "Iterable[Mapping[str, object]] | DataFrame"] | Submission | AnyPath
"""Records by region as lists of dicts or as data frames; what `extract` gave of one file; or a file or folder that `extract` wrote."""


def read(path: AnyPath) -> Book:
    """A workbook's cells as they stand in the file: numbers as Decimals of its digits, texts as shown. Raises Rejected."""
    return readers.read(Path(path).name, Path(path).read_bytes())


def extract(
    paths: Paths,
    *,
    mapping: AnyPath | None = None,
    roster: AnyPath | None = None,
    waivers: AnyPath | None = None,
    year: int | None = None,
    jobs: int | None = None,
) -> tuple[Submission, ...]:
    """The records of every file with the cell of every value, and all findings that a file gives by itself."""
    found = _paths(paths)
    return tuple(operations.extract(found, _settings(found, mapping, roster, year, waivers), jobs=jobs))


def check(
    paths: Paths,
    *,
    mapping: AnyPath | None = None,
    roster: AnyPath | None = None,
    waivers: AnyPath | None = None,
    year: int | None = None,
    last_year: AnyPath | None = None,
    jobs: int | None = None,
) -> Report:
    """All findings of the files, of each department's forms, across forms and departments, and against last year's summary."""
    found = _paths(paths)
    return operations.check(
        found, _settings(found, mapping, roster, year, waivers), last_year=_path(last_year), jobs=jobs
    )


def status(  # noqa: PLR0913 - the command's own options
    paths: Paths,
    *,
    mapping: AnyPath | None = None,
    roster: AnyPath | None = None,
    waivers: AnyPath | None = None,
    year: int | None = None,
    last_year: AnyPath | None = None,
    today: date | None = None,
    jobs: int | None = None,
) -> StatusReport:
    """Who has returned what, of the departments of the roster: of a campaign (its 收件 folder), else of the files.

    today: the day that the deadline is held against, else the present one. Raises UsageError where there is no roster.
    """
    found = _paths(paths)
    settings = _settings(found, mapping, roster, year, waivers)
    moment = today.isoformat() if today is not None else now()
    return operations.status(found, settings, moment, last_year=_path(last_year), jobs=jobs)


def merge(  # noqa: PLR0913 - the command's own options
    paths: Paths,
    out: AnyPath,
    *,
    mapping: AnyPath | None = None,
    roster: AnyPath | None = None,
    waivers: AnyPath | None = None,
    year: int | None = None,
    last_year: AnyPath | None = None,
    jobs: int | None = None,
    cards: int = 20,
    force: bool = False,
) -> MergeReport:
    """The district summary of what is sound, written to `out`; what was left out, and why, stands in the report."""
    found = _paths(paths)
    settings = _settings(found, mapping, roster, year, waivers)
    return operations.merge(found, Path(out), settings, cards=cards, last_year=_path(last_year), jobs=jobs, force=force)


def fill(
    records: Records,
    out: AnyPath,
    *,
    into: AnyPath | None = None,
    template: AnyPath | None = None,
    mapping: AnyPath | None = None,
    year: int | None = None,
    force: bool = False,
) -> tuple[Filled, ...]:
    """Fills records into the official blank, into `template`, or `into` a workbook that is there; the inverse of `extract`.

    Amounts are Decimals (or ints; a float counts as the shortest decimal that means it, and is refused beyond 15 digits).
    Raises RecordsError with everything that is wrong with the records; then nothing is written.
    """
    settings = _settings((), mapping, None, year)
    base = operations.blank_base(settings, _path(template))
    if into is not None:
        base = operations.workbook_base(Path(into))
    return operations.fill(_sets(records, settings), Path(out), settings, base, year=year, force=force)


def diff(old: AnyPath, new: AnyPath, *, mapping: AnyPath | None = None) -> Comparison:
    """What differs between two workbooks, by record and cell."""
    return operations.diff(Path(old), Path(new), _settings((), mapping, None, None))


def to_frames(
    submissions: Submission | Iterable[Submission], *, mapping: AnyPath | None = None
) -> dict[str, DataFrame]:
    """One data frame a region, a row a record: _file, _department, the fields, _sheet, _row. Amounts are Decimals, absent is None."""
    import pandas as pd  # noqa: PLC0415 - half a second, for this call alone

    several = [submissions] if isinstance(submissions, Submission) else list(submissions)
    kinds = region_kinds(operations.load_mapping(_path(mapping)))
    rows: dict[str, list[tuple[object, ...]]] = {region: [] for region in kinds}
    for submission in several:
        for record in submission.records:
            rows[record.region].append(row_of(record, kinds[record.region], submission.department))
    return {
        region: pd.DataFrame(rows[region], columns=list(head_of(fields)), dtype=object)
        for region, fields in kinds.items()
    }


def _paths(paths: Paths) -> tuple[Path, ...]:
    return (Path(paths),) if isinstance(paths, str | PathLike) else tuple(Path(path) for path in paths)


def _settings(
    paths: Sequence[Path],
    mapping: AnyPath | None,
    roster: AnyPath | None,
    year: int | None,
    waivers: AnyPath | None = None,
) -> Settings:
    return operations.load_settings(paths, _path(mapping), _path(roster), year, _path(waivers))


def _path(path: AnyPath | None) -> Path | None:
    return Path(path) if path is not None else None


def _sets(records: Records, settings: Settings) -> tuple[RecordSet, ...]:
    if isinstance(records, Submission):
        return (_set_of(records, region_kinds(settings.formset), settings),)
    if isinstance(records, Mapping):
        plain = {region: _plain(rows) for region, rows in records.items()}
        return (records_of(plain, settings.formset),)
    return read_records(Path(records), settings.formset)


def _set_of(submission: Submission, kinds: Kinds, settings: Settings) -> RecordSet:
    """The records of a file as `extract` would print them."""
    plain: dict[str, list[dict[str, object]]] = {}
    for record in submission.records:
        fields = kinds[record.region].items()
        said = record.values  # noqa: PD011 - a record has values too, and they are no frame's
        row: dict[str, object] = {key: datum(said[key], kind) for key, kind in fields if key in said}
        plain.setdefault(record.region, []).append(row | {"_department": record.department or submission.department})
    year = next((seen.year for seen in submission.sightings if seen.year is not None), None)
    return records_of(plain, settings.formset)._replace(name=submission.file, year=year)


def _plain(rows: Iterable[Mapping[str, object]] | DataFrame) -> list[Mapping[str, object]]:
    """Rows of a frame as dicts, with None for what pandas calls missing."""
    frame: Any = rows
    if not hasattr(frame, "to_dict"):
        return list(frame)
    objects = frame.astype(object)
    return list(objects.where(objects.notna(), None).to_dict("records"))
