"""Records filled into workbooks: all planned first, then written, read back and compared, and only then put in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from xlsform import readers
from xlsform.core.cells import Area, address
from xlsform.core.edits import Grow, Plan, Put
from xlsform.core.errors import Fault, RecordsError, Rejected, UsageError, VerificationError
from xlsform.core.extract import extract as extract_book
from xlsform.core.fill import differences, title_years
from xlsform.core.fill import fill as plan_fill
from xlsform.core.identify import identify
from xlsform.ooxml.borders import bordered_cells
from xlsform.ooxml.moves import Immovable
from xlsform.ooxml.package import OWN, open_package
from xlsform.operations.settings import Settings
from xlsform.specfiles.records import RecordSet
from xlsform.writers.json_lines import region_kinds
from xlsform.writers.place import put_folder_in_place, put_in_place, refuse_existing, refuse_filled, safe_name
from xlsform.writers.xlsx import apply, array_areas


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook that was filled: where it was written and how many records it was given."""

    path: Path
    records: int


@dataclass(frozen=True, slots=True)
class Base:
    """The workbook that is filled. `blank`: it is an official blank, whose titles get the year."""

    name: str
    data: bytes
    blank: bool


class _Job(NamedTuple):
    """One workbook to be written, and its file name."""

    given: RecordSet
    name: str
    plan: Plan


def blank_base(settings: Settings, template: Path | None = None) -> Base:
    """The form set's blank, or another given as a file."""
    if template is None:
        return Base(settings.formset.template, settings.template, blank=True)
    return Base(template.name, _bytes(template), blank=True)


def workbook_base(path: Path) -> Base:
    """A workbook that is there already: an issued one, a department's own."""
    return Base(path.name, _bytes(path), blank=False)


SUFFIXES = {
    b"sheet.macroEnabled.main": ".xlsm",
    b"template.macroEnabled.main": ".xltm",
    b"template.main": ".xltx",
    b"sheet.main": ".xlsx",
}
"""The suffix by the content type of the workbook part: Excel opens no file in which the two contradict each other."""
OTHER_FILES = frozenset({".xls", ".xlsb", ".et", ".ods", ".csv", ".json", ".jsonl", ".pdf", ".doc", ".docx"})
"""What is meant as a file that we do not write, never as a folder."""


def _suffix(base: Base) -> str:
    """The suffix that a copy of the workbook must have. Raises UsageError for what is no workbook."""
    try:
        types = open_package(base.data, OWN).read("[content_types].xml")
    except (Rejected, KeyError) as error:
        raise UsageError(f"{base.name} 不能填写：不是完好的 Excel 工作簿") from error
    return next((suffix for sign, suffix in SUFFIXES.items() if sign in types), ".xlsx")


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise UsageError(f"找不到 {path}")
    return path.read_bytes()


def fill(
    sets: Sequence[RecordSet],
    out: Path,
    settings: Settings,
    base: Base,
    *,
    year: int | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> tuple[Filled, ...]:
    """Fills each set of records into a copy of `base`. `out` is the workbook when its name ends in .xlsx, else a folder for all of them.

    year: of the titles, instead of the records' own. Raises RecordsError with all that is wrong with any of the records, UsageError when
    something is in the way, VerificationError when what was written reads back otherwise.
    """
    single = out.suffix.lower() in SUFFIXES.values()
    if out.suffix.lower() in OTHER_FILES:
        raise UsageError(f"填好的表只能写成 .xlsx，不能写成 {out.suffix}")
    if single and len(sets) > 1:
        if faults := tuple(fault for given in sets for fault in given.faults):
            raise RecordsError(faults)  # what makes them several may be one of these
        raise UsageError(f"有 {len(sets)} 份表，-o 要用文件夹")
    suffix = _suffix(base)
    if single and out.suffix.lower() != suffix:
        raise UsageError(f"{base.name} 是 {suffix} 格式，-o 也要以 {suffix} 结尾")
    (refuse_existing if single else refuse_filled)(out, force=force)
    jobs = [job._replace(name=f"{job.name}{suffix}") for job in _planned(sets, settings, base, year)]
    if single and not dry_run:
        verify = partial(_verify, job=jobs[0], settings=settings)
        put_in_place(out, partial(_write, base, jobs[0]), verify, force=force)
    elif not dry_run:
        put_folder_in_place(out, partial(_write_all, base, jobs, settings), force=force)
    return tuple(Filled(out if single else out / job.name, sum(map(len, job.given.records.values()))) for job in jobs)


def _planned(sets: Sequence[RecordSet], settings: Settings, base: Base, year: int | None) -> list[_Job]:
    """The plan of every workbook; the faults of all of them are raised together."""
    try:
        book = readers.read(base.name, base.data)
    except Rejected as error:
        raise UsageError(f"{base.name} 不能填写：读不了（{error.reason}）") from error
    current = extract_book(book, settings.formset, settings.layouts)
    sheets = identify(book, settings.layouts).aligned
    borders, arrays = bordered_cells(base.data), array_areas(base.data)
    faults: list[Fault] = []
    jobs = []
    for name, given in zip(_names(sets), sets, strict=True):
        faults += given.faults
        try:
            plan = plan_fill(sheets, current, given.records, borders)
        except RecordsError as error:
            known = {_record_of(fault.key) for fault in given.faults}
            placed = (_placed(fault, given) for fault in error.faults)
            faults += (fault for fault in placed if _record_of(fault.key) not in known)
            continue
        _refuse_broken(base, plan, arrays)
        if base.blank:
            plan += tuple(title_years(sheets, year or given.year or settings.formset.year))
        jobs.append(_Job(given, name, plan))
    if faults:
        raise RecordsError(tuple(faults))
    return jobs


def _refuse_broken(base: Base, plan: Plan, arrays: Mapping[str, Sequence[Area]]) -> None:
    """Raises UsageError when a value would go into a part of an array formula, or new rows into its middle."""
    for edit in plan:
        for area in arrays.get(edit.sheet, ()) if isinstance(edit, Put | Grow) else ():
            if isinstance(edit, Put) and area.holds(edit.row, edit.col):
                at = f"{edit.sheet}!{address(edit.row, edit.col)}"
                raise UsageError(f"{base.name} 的 {at} 属于数组公式 {area}，不能单独填写；请先在 Excel 里去掉这个公式")
            if isinstance(edit, Grow) and area.top <= edit.row < area.bottom:
                at = f"{edit.sheet} 第 {edit.row} 行"
                raise UsageError(
                    f"{base.name} 的 {at}下面加不进行：数组公式 {area} 会断开；请先在 Excel 里去掉这个公式"
                )


def _record_of(path: str) -> str:
    """records.fund_summary[2].total_amount → records.fund_summary[2]: a record that is wrong already is not judged again."""
    return path.partition("]")[0]


def _placed(fault: Fault, given: RecordSet) -> Fault:
    """The fault of a plan with the file and the path of the records it speaks of."""
    return fault._replace(mark=given.mark, key=f"{given.path}.{fault.key}" if given.path else fault.key)


def _names(sets: Sequence[RecordSet]) -> Iterator[str]:
    """A file name without suffix for each workbook: that of the return the records came from, told apart where two are alike."""
    taken: set[str] = set()
    for number, given in enumerate(sets, 1):
        said = given.name.replace("\\", "/").encode("utf-8", "replace").decode()
        stem = safe_name(PurePosixPath(said).stem) or str(number)
        name, again = stem, 1
        while name.casefold() in taken:
            again += 1
            name = f"{stem}-{again}"
        taken.add(name.casefold())
        yield name


def _write(base: Base, job: _Job, out: BinaryIO) -> None:
    """Raises UsageError when rows must grow and a formula of the workbook refers to several sheets at once."""
    if not job.plan:
        out.write(base.data)
        return
    try:
        apply(base.data, job.plan, out)
    except Immovable as error:
        raise UsageError(
            f"{base.name} 不能填写：公式 ={error.formula} 跨几张工作表引用，表里加不进新的行；请先在 Excel 里改掉这个公式"
        ) from error


def _write_all(base: Base, jobs: Sequence[_Job], settings: Settings, folder: Path) -> None:
    for job in jobs:
        path = folder / job.name
        with path.open("wb") as stream:
            _write(base, job, stream)
        _verify(path, job, settings)


def _verify(path: Path, job: _Job, settings: Settings) -> None:
    """Raises VerificationError when the workbook does not say the records."""
    book = readers.read(path.name, path.read_bytes())
    read = extract_book(book, settings.formset, settings.layouts)
    wrong = list(differences(read, job.given.records, region_kinds(settings.formset)))
    if wrong:
        raise VerificationError(f"{job.name}: {'、'.join(wrong[:10])}")
