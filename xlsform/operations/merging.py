"""The district summary: what is sound is merged, written in the official layout, read back and compared, then put in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from xlsform.core.batch import Register, Return
from xlsform.core.cells import Ref
from xlsform.core.edits import CellValue, DropSheet, Edit, Line, Put, Rows
from xlsform.core.errors import UsageError
from xlsform.core.findings import Finding, Level, Standing, Unevaluated
from xlsform.core.layout import Layout
from xlsform.core.merge import (
    Frame,
    Part,
    Section,
    card_copies,
    count_sources,
    frames,
    part_rows,
    section_of,
    sheet_names,
    title_puts,
    write_sources,
)
from xlsform.core.partial import Lack, with_note
from xlsform.core.progress import excused_by
from xlsform.core.records import Record
from xlsform.core.results import listed, remembered
from xlsform.core.shown_unit import Shown, in_unit, unit_edits
from xlsform.core.waivers import Waiver, waive
from xlsform.operations.checking import (
    Outcome,
    Report,
    evaluated,
    outcomes_aside,
    reported_in,
    settle_levels,
    settled,
)
from xlsform.operations.garbage import seldom_collected
from xlsform.operations.intake import Intake, Sources, intake
from xlsform.operations.reading import NEAR, Gathered, Progress, gather
from xlsform.operations.settings import Settings
from xlsform.operations.spill import Spill
from xlsform.operations.verifying import verify_summary
from xlsform.rules import LastYear
from xlsform.writers.lock import locked
from xlsform.writers.place import refuse_existing
from xlsform.writers.together import Output, put_set_in_place
from xlsform.writers.xlsx import apply

STATE_SHEET = "报送情况"
FINDINGS_SHEET = "审核结果"
SOURCES_SHEET = "来源"
LIST_ROW = 4
"""The first row below the header of these three sheets."""
COMPANION = "部门整体"
SUMMARY, RECORD = "区级汇总.xlsx", "结账记录.json"
"""A campaign's summary, and, once it is closed, what it was made of."""
WHOLE, EXCUSED = "已汇总", "免报"
NAMED = 100
"""Departments named in one cell; the list below it has a line for each."""


@dataclass(frozen=True, slots=True)
class MergeReport(Report):
    """A report, and what was merged: departments with at least one form in the summary, records, files written."""

    merged: int = 0
    records: int = 0
    written: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """What goes into the summary: per form its table, the cards, and for every department which forms it has there."""

    parts: tuple[Part, ...]
    cards: Spill[Record]
    forms: Mapping[str, Mapping[str, int]]
    findings: tuple[Finding, ...]
    returns: Mapping[str, tuple[str, ...]]
    unevaluated: tuple[Unevaluated, ...]
    unused: tuple[Waiver, ...]
    faulty: frozenset[str]
    shown: Shown | None = None


class Ready(NamedTuple):
    """A summary ready to be written, and what it was made of."""

    batch: Intake
    gathered: Gathered
    merged: Merged
    outcomes: tuple[Outcome, ...]


@seldom_collected()
def merge(  # noqa: PLR0913 - the command's own options
    sources: Sources,
    out: Path,
    settings: Settings,
    *,
    cards: int = 20,
    shown: Shown | None = None,
    last_year: Path | None = None,
    jobs: int | None = None,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> MergeReport:
    """Merges what is sound and writes the summary to `out`; with more than `cards` departments their cards go beside it.

    shown: amounts in this unit, balanced; the cards, which keep theirs, then always go beside it. A file that somebody has open goes
    beside its place under the name of the day; `written` says where. Raises UsageError when a file to be written is there and not
    `force`, another merge writes it at this moment, it belongs to a closed campaign, `out` is no .xlsx or the summary has no unit line
    to say the unit on, VerificationError when what was written reads back otherwise.
    """
    refuse_summary(out, force=force)
    with nullcontext() if dry_run else locked(out):
        ready = prepare(sources, settings, shown=shown, last_year=last_year, jobs=jobs, progress=progress)
        outputs = outputs_of(ready, out, settings, cards=cards)
        for output in outputs:
            refuse_existing(output.path, force=force)
        written = tuple(output.path for output in outputs)
        if not dry_run:
            written = put_set_in_place(outputs, force=force)
    return report_of(ready, written[::-1])


def refuse_summary(out: Path, *, force: bool) -> None:
    """Raises UsageError when no summary can be written to `out`."""
    if out.suffix.lower() != ".xlsx":
        raise UsageError("汇总表的文件名要以 .xlsx 结尾")
    refuse_existing(out, force=force)
    if out.name == SUMMARY and out.with_name(RECORD).exists():
        raise UsageError(f"{out} 已经结账，不再改动；要另做一份请用 -o 换个名字，要重新结账请用 merge --final --force")


def prepare(
    sources: Sources,
    settings: Settings,
    *,
    shown: Shown | None = None,
    last_year: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Ready:
    """Reads and checks everything and puts together what is sound. Raises UsageError."""
    last = reported_in(last_year, settings) if last_year is not None else None
    batch = intake(sources, settings)
    gathered = gather(batch, settings, jobs=jobs, progress=progress)
    merged = _accept(gathered, settings, last)
    if shown is not None:
        merged = replace(
            merged, shown=shown, parts=tuple(in_unit(part, shown, settings.formset) for part in merged.parts)
        )
    outcomes = (*_outcomes(gathered, merged), *outcomes_aside(batch))
    return Ready(batch, gathered, merged, outcomes)


def report_of(ready: Ready, written: tuple[Path, ...]) -> MergeReport:
    """What was merged, and where it was (or would be) written."""
    merged = ready.merged
    return MergeReport(
        len(ready.outcomes),
        ready.gathered.read,
        len(ready.gathered.departments),
        merged.findings,
        ready.outcomes,
        merged.unevaluated,
        merged.unused,
        sum(1 for forms in merged.forms.values() if forms),
        sum(section.size for part in merged.parts for section in part.sections),
        written,
    )


def _accept(gathered: Gathered, settings: Settings, last: LastYear | None = None) -> Merged:
    """Checks batch by batch and keeps the forms without an error, in the order of the summary."""
    tables = frames(settings.layouts.summary, settings.summary_blank)
    kept: dict[str, Spill[tuple[Record, ...]]] = {frame.region.id: Spill(NEAR) for frame in tables}
    sections: dict[str, list[Section]] = {frame.region.id: [] for frame in tables}
    cards: Spill[Record] = Spill(NEAR)
    findings = list(gathered.findings)
    forms: dict[str, dict[str, int]] = {}
    returns: dict[str, tuple[str, ...]] = {}
    unevaluated: list[Unevaluated] = []
    for batch, found, skipped in evaluated(gathered, settings, last):
        findings += found
        unevaluated += skipped
        names = {whole.department for whole in batch}
        here = [*found, *(f for f in gathered.findings if f.department in names)]
        listed_here = [row for whole in batch for row in gathered.results.get(whole.department, ())]
        levelled = remembered(settle_levels(here, settings.formset), listed_here)
        settled_here = waive(levelled, settings.waivers).findings
        blocked = {(f.department, f.form) for f in settled_here if f.level is Level.ERROR and not f.passed}
        for whole in batch:
            forms[whole.department] = {}
            returns[whole.department] = whole.files
            for frame in tables:
                mine = forms[whole.department]
                _keep(whole, frame, blocked, kept[frame.region.id], sections[frame.region.id], mine, cards)
        del batch  # see `evaluated`
    findings += _missing(gathered, settings)
    parts = tuple(
        Part(frame, tuple(sections[frame.region.id]), partial(_records, kept[frame.region.id])) for frame in tables
    )
    told = settled(findings, gathered, settings)
    faulty = frozenset(f.department for f in told.findings if f.level is Level.ERROR and not f.passed)
    return Merged(parts, cards, forms, told.findings, returns, tuple(unevaluated), told.unused, faulty)


def _keep(
    whole: Return,
    frame: Frame,
    blocked: set[tuple[str, str]],
    kept: Spill[tuple[Record, ...]],
    sections: list[Section],
    forms: dict[str, int],
    cards: Spill[Record],
) -> None:
    """Takes one form of one department, unless an error blocks it or it was not handed in."""
    form = frame.layout.form
    if form.id not in whole.forms or (whole.department, form.id) in blocked or (whole.department, "") in blocked:
        return
    records = whole.records.get(frame.region.id, ())
    forms[form.id] = len(records)
    if not records:
        return
    kept.append(records)
    sections.append(section_of(frame, whole.department, records))
    if form.card_sheet:
        cards.append(records[0])


def _records(kept: Spill[tuple[Record, ...]]) -> Iterable[Record]:
    return chain.from_iterable(kept)


def _missing(gathered: Gathered, settings: Settings) -> Iterator[Finding]:
    """Z02: who is in the roster and sent nothing; one of its own for everybody who need not (免报)."""
    here = {name for name, _, _ in gathered.departments}
    excused = excused_by(settings.waivers)
    names = [d.name for d in settings.roster if d.name not in here]
    missing = [name for name in names if name not in excused]
    if missing:
        said = _listed(missing)
        yield Finding("Z02", Level.ERROR, Ref(""), params={"names": said}, got=said)
    for name in names:
        if name in excused:
            yield Finding("Z02", Level.ERROR, Ref(""), department=name, params={"names": name}, got=name)


def _outcomes(gathered: Gathered, merged: Merged) -> Iterator[Outcome]:
    """One outcome a file, in a clerk's words."""
    for file, department, readable in gathered.files:
        forms = tuple(merged.forms.get(department, ()))
        if not readable:
            yield Outcome(file, department, "无法读取")
        elif not department:
            names = [name for name, files in merged.returns.items() if file in files]
            yield Outcome(file, "、".join(names), "已汇总" if names else "未汇总")
        else:
            yield Outcome(file, department, _state(merged, department), forms)


def _state(merged: Merged, department: str, excused: Collection[str] = ()) -> str:
    if department not in merged.forms:
        return EXCUSED if department in excused else "未报"
    if not merged.forms[department]:
        return "未汇总（有错误）"
    return "部分汇总（有错误）" if department in merged.faulty else WHOLE


def outputs_of(ready: Ready, out: Path, settings: Settings, *, cards: int) -> tuple[Output, ...]:
    """The files of a summary, the summary itself last; none when nothing could be read."""
    if not ready.gathered.read:
        return ()
    merged = ready.merged
    card = next((layout for layout in settings.layouts.returns if layout.form.card_sheet), None)
    sheet = card.form.card_sheet if card is not None else ""
    copies = list(_cards(merged, card, settings)) if card is not None else []
    apart = len(merged.cards) > (cards if merged.shown is None else 0)
    edits: list[Edit] = [] if apart else list(copies)
    if sheet:
        edits.append(DropSheet(sheet))
    edits += title_puts(settings.layouts.summary, settings.formset.year)
    if merged.shown is not None:
        edits += _unit_edits(merged.parts, merged.shown, settings)
    edits += [part_rows(part) for part in merged.parts]
    edits += _lists(merged, settings)
    first = settings.summary_blank.grids[0]
    heading = next((layout for layout in settings.layouts.summary if layout.sheet == first.sheet), None)
    if heading is not None:
        edits = list(with_note(edits, _lack(ready, settings), heading, first))
    verify = partial(verify_summary, parts=merged.parts)
    summary = Output(out, partial(apply, settings.summary_template, tuple(edits)), verify)
    if not apart:
        return (summary,)
    others = [DropSheet(grid.sheet) for grid in settings.summary_blank.grids if grid.sheet != sheet]
    plan = (*copies, DropSheet(sheet), *others)
    companion = out.with_name(f"{out.stem}-{COMPANION}.xlsx")
    return (Output(companion, partial(apply, settings.summary_template, plan)), summary)


def _unit_edits(parts: Sequence[Part], shown: Shown, settings: Settings) -> Iterator[Edit]:
    grids = {grid.sheet: grid for grid in settings.summary_blank.grids}
    for part in parts:
        try:
            yield from unit_edits(part.frame, grids[part.frame.summary.sheet], shown)
        except KeyError as error:
            raise UsageError(f"汇总表的工作表“{part.frame.summary.sheet}”没有“单位：”一行，不能换单位") from error


def _cards(merged: Merged, layout: Layout, settings: Settings) -> Iterator[Edit]:
    grid = next(grid for grid in settings.summary_blank.grids if grid.sheet == layout.form.card_sheet)
    taken = [grid.sheet for grid in settings.summary_blank.grids]
    names = sheet_names((record.department for record in merged.cards), taken)
    title = layout.form.title.replace("{year}", str(settings.formset.year))
    yield from card_copies(layout, grid, layout.form.card_sheet, zip(names, merged.cards, strict=True), title)


def _lists(merged: Merged, settings: Settings) -> Iterator[Edit]:
    """The three sheets behind the forms: who is in, what was found, where every value came from."""
    states = list(_state_lines(merged, settings))
    yield Put(STATE_SHEET, 2, 1, _headline(merged, settings))
    yield Rows(STATE_SHEET, LIST_ROW, LIST_ROW, len(states), states)
    yield Put(FINDINGS_SHEET, 2, 1, _counts(merged.findings))
    yield Rows(FINDINGS_SHEET, LIST_ROW, LIST_ROW, len(merged.findings), map(_finding_line, merged.findings))
    count = count_sources(merged.parts)
    told = f"共 {count} 项：每个数取自哪个文件、工作表、单元格，原文如何；同一行的文字与它取自同一行。"
    if merged.shown is not None:
        told += merged.shown.note
    yield Put(SOURCES_SHEET, 2, 1, told)
    yield Rows(SOURCES_SHEET, LIST_ROW, LIST_ROW, count, write_sources(merged.parts, LIST_ROW))


def _lack(ready: Ready, settings: Settings) -> Lack:
    """What the summary lacks, and how many files that nobody knows the department of are not in it."""
    merged = ready.merged
    unplaced = sum(1 for one in ready.outcomes if not one.department and one.state != WHOLE)
    excused = excused_by(settings.waivers)
    due = [d.name for d in settings.roster if d.name in merged.forms or d.name not in excused]
    names = due or list(merged.forms)
    return Lack(
        sum(1 for name in names if merged.forms.get(name)),
        len(due) if settings.roster else None,
        [name for name in names if not merged.forms.get(name)],
        [name for name in names if merged.forms.get(name) and _state(merged, name) != WHOLE],
        unplaced,
    )


def _headline(merged: Merged, settings: Settings) -> str:
    excused = excused_by(settings.waivers)
    absent = [d.name for d in settings.roster if d.name not in merged.forms]
    missing = [name for name in absent if name not in excused]
    free = [name for name in absent if name in excused]
    due = len(settings.roster) - len(free) or len(merged.forms)
    said = f"应报 {due} 个部门，已汇总 {sum(1 for forms in merged.forms.values() if forms)} 个"
    said += f"；未报 {len(missing)} 个：{_listed(missing)}" if missing else "，没有未报部门"
    return f"{said}；免报 {len(free)} 个：{_listed(free)}" if free else said


def _listed(names: Sequence[str]) -> str:
    """The first hundred names: a cell holds 32,767 characters, a province more departments than that."""
    return "、".join(names[:NAMED]) + (f"……等 {len(names)} 个部门" if len(names) > NAMED else "")


def _counts(findings: Sequence[Finding]) -> str:
    """错误 1 条，警告 2 条，提示 0 条；另有已说明 3 条，已豁免 1 条."""
    levels = Counter(finding.level for finding in findings if not finding.passed)
    passed = Counter(finding.standing for finding in findings if finding.passed)
    told = "，".join(f"{level.label} {levels[level]} 条" for level in sorted(Level, reverse=True))
    rest = "，".join(f"{one.label} {passed[one]} 条" for one in Standing if passed[one])
    return f"{told}；另有{rest}" if rest else told


def _state_lines(merged: Merged, settings: Settings) -> Iterator[Line]:
    known = {d.name: d for d in settings.roster}
    excused = excused_by(settings.waivers)
    names = sorted({*known, *merged.forms}, key=Register(settings.roster).order)
    by_department: dict[str, Counter[Level]] = {name: Counter() for name in names}
    for finding in merged.findings:
        if finding.department in by_department and not finding.passed:
            by_department[finding.department][finding.level] += 1
    ids = [part.frame.layout.form.id for part in merged.parts]
    for number, name in enumerate(names, 1):
        forms = merged.forms.get(name, {})
        levels = by_department[name]
        state = _state(merged, name, excused)
        cells: list[CellValue] = [number, known[name].code if name in known else None, name, state]
        cells.append("\n".join(merged.returns.get(name, ())) or None)
        cells += [f"{forms[id_]} 条" if id_ in forms else ("未汇总" if name in merged.forms else state) for id_ in ids]
        cells += [levels[Level.ERROR], levels[Level.WARNING], levels[Level.HINT]]
        cells.append(None if name in known or not known else "不在名册")
        yield Line(LIST_ROW, tuple(enumerate(cells, 1)))


def _finding_line(finding: Finding) -> Line:
    return Line(LIST_ROW, tuple(enumerate((text or None for text in listed(finding)), 1)))
