"""The workbooks that go out to the departments: made of the official blank, read back, and only then put in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NamedTuple

from xlsform import readers
from xlsform.core.batch import Owner, Register, owner, put_together
from xlsform.core.catalogue import message
from xlsform.core.cells import Book
from xlsform.core.errors import UsageError, VerificationError
from xlsform.core.extract import extract as extract_book
from xlsform.core.fill import fill
from xlsform.core.identify import identify
from xlsform.core.issue import Left, Order, carry
from xlsform.core.issue import issue as issue_plan
from xlsform.core.letters import Sender, issued
from xlsform.core.records import Record, Submission
from xlsform.core.spec import Department, FormSet
from xlsform.ooxml.borders import bordered_cells
from xlsform.operations.intake import last_years
from xlsform.operations.reading import Progress, read_all
from xlsform.operations.settings import Settings
from xlsform.specfiles.campaign import ISSUED
from xlsform.writers.place import put_files_in_place, refuse_taken, safe_name
from xlsform.writers.xlsx import applied


@dataclass(frozen=True, slots=True)
class NotCarried:
    """What of last year's returns did not go into this year's blanks: a record whose period is over, or (name "") a whole file and why."""

    department: str
    file: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued: the files written (or to be written), the departments, records carried over, and what was left behind.

    without_mail: departments without an address in the roster, when drafts were asked for.
    """

    written: tuple[Path, ...]
    departments: tuple[str, ...]
    carried: int = 0
    left: tuple[NotCarried, ...] = ()
    without_mail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _LastYear:
    """Last year's records by department, and the files that could not be used."""

    records: Mapping[str, tuple[str, tuple[Record, ...]]]
    unused: tuple[NotCarried, ...]


def issue(  # noqa: PLR0913 - the command's own options
    out: Path,
    settings: Settings,
    *,
    names: Sequence[str] = (),
    last_year: Path | None = None,
    mail: bool = False,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Issued:
    """One workbook for every department of the roster (or those named, also by alias) in the folder `out`.

    last_year: a return or a folder of returns whose lasting answers are filled in. mail: also a draft for each. Raises UsageError where
    something is in the way or a name is in no roster, RecordsError and VerificationError when a workbook cannot be made right.
    """
    chosen = _chosen(settings, names)
    carrying = _last_year(last_year, settings) if last_year is not None else _LastYear({}, ())
    files = [file_name(department) for department in chosen]
    drafts = [str(PurePath(name).with_suffix(".eml")) for name in files] if mail else []
    refuse_taken(out, [*files, *drafts], force=force)
    blank = _read(settings.template, settings)
    made: list[_Made] = []

    def write(folder: Path) -> None:
        for done, (department, name) in enumerate(zip(chosen, files, strict=True), 1):
            one = _made(department, blank, settings, carrying)
            made.append(one)
            if not dry_run:
                (folder / name).write_bytes(one.data)
                if mail:
                    (folder / PurePath(name).with_suffix(".eml")).write_bytes(
                        _letter(department, name, one.data, settings)
                    )
            if progress is not None:
                progress(done, len(chosen), name)

    if dry_run:
        write(out)
    else:
        put_files_in_place(out, [*files, *drafts], write, force=force)
    return Issued(
        tuple(out / name for name in (*files, *drafts)),
        tuple(department.name for department in chosen),
        sum(one.carried for one in made),
        (*carrying.unused, *(left for one in made for left in one.left)),
        tuple(department.name for department in chosen if not department.email) if mail else (),
    )


def file_name(department: Department) -> str:
    """`<code>-<name>-绩效目标申报.xlsx`"""
    parts = map(safe_name, (department.code, department.name, "绩效目标申报"))
    return "-".join(part for part in parts if part) + ".xlsx"


def _chosen(settings: Settings, names: Sequence[str]) -> tuple[Department, ...]:
    if not settings.roster:
        raise UsageError("没有部门名册：请先在 departments.xlsx 里填好部门，或用 --roster 指定名册")
    if not names:
        return settings.roster
    register = Register(settings.roster)
    found = [register.find(name) for name in names]
    for name, department in zip(names, found, strict=True):
        if department is None:
            raise UsageError(f"名册里没有“{name}”")
    wanted = {department.name for department in found if department is not None}
    return tuple(department for department in settings.roster if department.name in wanted)


# ------------------------------------------------------------------------------------------------------- one workbook


@dataclass(frozen=True, slots=True)
class _Made:
    data: bytes
    carried: int
    left: tuple[NotCarried, ...]


class _Blank(NamedTuple):
    """The official blank, as it is or with last year's answers: its cells, and which of them have a border."""

    book: Book
    borders: Mapping[str, Mapping[int, frozenset[int]]]


def _read(data: bytes, settings: Settings) -> _Blank:
    return _Blank(readers.read(settings.formset.template, data), bordered_cells(data))


def _made(department: Department, blank: _Blank, settings: Settings, carrying: _LastYear) -> _Made:
    """A department's workbook, and what of last year's went into it."""
    base, filled, carried, left = settings.template, blank, 0, tuple[NotCarried, ...]()
    if department.name in carrying.records:
        base, carried, left = _carried(department, blank, settings, *carrying.records[department.name])
        filled = _read(base, settings)
    drawn = {sheet: max(rows, default=0) for sheet, rows in filled.borders.items()}
    campaign = settings.campaign
    order = Order(
        department,
        campaign.name if campaign is not None else "",
        campaign.choices if campaign is not None else {},
    )
    plan = issue_plan(settings.formset, settings.layouts.returns, blank.book, drawn, order, filled.book)
    data = applied(base, plan)
    _verify(department, filled.book, data, settings)
    return _Made(data, carried, left)


def _carried(
    department: Department, blank: _Blank, settings: Settings, file: str, records: tuple[Record, ...]
) -> tuple[bytes, int, tuple[NotCarried, ...]]:
    """The blank with last year's lasting answers."""
    taken = carry(settings.formset, records, settings.formset.year)
    sheets = identify(blank.book, settings.layouts).aligned
    current = extract_book(blank.book, settings.formset, settings.layouts)
    plan = fill(sheets, current, taken.records, blank.borders)
    left = tuple(NotCarried(department.name, file, one.name, _over(one, settings.formset)) for one in taken.left)
    return applied(settings.template, plan), sum(map(len, taken.records.values())), left


def _over(left: Left, formset: FormSet) -> str:
    return f"实施期 {left.period} 不含 {formset.year} 年" if left.period else "没有写明实施期"


def _verify(department: Department, filled: Book, data: bytes, settings: Settings) -> None:
    """Raises VerificationError when the workbook reads back otherwise than meant: other records, cells that nobody knows, another owner."""
    before = extract_book(filled, settings.formset, settings.layouts)
    after = extract_book(readers.read(file_name(department), data), settings.formset, settings.layouts)
    if after.department != department.name:
        raise VerificationError(f"{department.name}: 读回的部门是“{after.department}”")
    if after.unmapped:
        raise VerificationError(f"{department.name}: {after.unmapped[0].ref} 读不出归属：{after.unmapped[0].text}")
    if len(after.records) != len(before.records):
        raise VerificationError(f"{department.name}: 应有 {len(before.records)} 条记录，读回 {len(after.records)} 条")


# -------------------------------------------------------------------------------------------------------- last year's


def _last_year(path: Path, settings: Settings) -> _LastYear:
    """Reads last year's returns; whose each is, is told as for any return, forms that came in several files are put together."""
    register = Register(settings.roster)
    parts: dict[str, tuple[Department, list[Submission]]] = {}
    unused: list[NotCarried] = []
    batch = last_years(path)
    unused += (NotCarried(file.department, file.name, "", "待认定或者读不出，没有采用") for file in batch.aside)
    for file, submission in zip(batch.files, read_all(batch.files, settings, jobs=1, bare=True), strict=True):
        whose = (
            owner(submission, register)
            if not file.department
            else Owner(file.department, register.find(file.department))
        )
        if not submission.sightings:
            unused.append(NotCarried("", file.name, "", "读不出申报表"))
        elif whose.known is None:
            unused.append(NotCarried(whose.department, file.name, "", "不知道是名册里哪个部门的"))
        else:
            parts.setdefault(whose.known.name, (whose.known, []))[1].append(submission)
    found: dict[str, tuple[str, tuple[Record, ...]]] = {}
    for name, (known, submissions) in parts.items():
        whole, findings = put_together(name, known, submissions, settings.formset)
        unused += (
            NotCarried(name, finding.where.file, "", message(finding)) for finding in findings if finding.code == "S02"
        )
        found[name] = ("、".join(whole.files), tuple(record for some in whole.records.values() for record in some))
    return _LastYear(found, tuple(unused))


# ------------------------------------------------------------------------------------------------------------- letters


def _letter(department: Department, name: str, data: bytes, settings: Settings) -> bytes:
    from xlsform.writers.mail import draft  # noqa: PLC0415 - email is slow to import, and few want drafts

    campaign = settings.campaign
    sender = settings.sender if campaign is not None else Sender(office="")
    district, wanted = (campaign.district, campaign.mail.subject) if campaign is not None else ("", "")
    subject, body = issued(department, settings.formset, sender, district, wanted)
    return draft(
        department.email, subject, body, ((name, data),), sender.address, department=department.name, kind=ISSUED
    )
