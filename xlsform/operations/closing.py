"""结账: a campaign's summary made for good. Nothing may stand in its way, and what it was made of is recorded beside it."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import BinaryIO, NamedTuple

from xlsform import __version__
from xlsform.core.catalogue import message
from xlsform.core.closing import PAGE, Counts, Facts, Input, NotCounted, Total, Written, changes, page, record_object
from xlsform.core.edits import DropSheet
from xlsform.core.errors import UsageError
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.inbox import Result, named
from xlsform.core.kinds.money import HELD_IN
from xlsform.core.progress import MISSING_CODE, excused_by
from xlsform.disk import flush_folder
from xlsform.operations.checking import outcomes_aside
from xlsform.operations.garbage import seldom_collected
from xlsform.operations.inbox import Inbox
from xlsform.operations.intake import Intake, intake
from xlsform.operations.merging import RECORD, SUMMARY, MergeReport, Ready, outputs_of, prepare, report_of
from xlsform.operations.reading import Progress
from xlsform.operations.settings import Settings
from xlsform.sources.inbox import journal
from xlsform.sources.inbox.store import sha256_of
from xlsform.sources.received import now
from xlsform.specfiles.campaign import SUMMARIES
from xlsform.writers.empty import SHEET, empty_workbook
from xlsform.writers.json_lines import json_line
from xlsform.writers.lock import locked
from xlsform.writers.together import Output, Staged, discard, is_open, settle, stage
from xlsform.writers.xlsx import apply


class Closing(NamedTuple):
    """What became of a 结账. obstacles: what stands in its way, in a clerk's words; unchanged: it was closed before, with the same content;
    kept: backups of what was closed before.
    """

    report: MergeReport
    obstacles: tuple[str, ...] = ()
    unchanged: bool = False
    kept: tuple[Path, ...] = ()


@seldom_collected()
def close(  # noqa: PLR0913 - the command's own options
    settings: Settings,
    *,
    cards: int = 20,
    level: Level = Level.ERROR,
    last_year: Path | None = None,
    jobs: int | None = None,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Closing:
    """Writes 汇总/区级汇总.xlsx of the versions in force with its record, when all are in and nothing at or above `level` stands open.

    force: closes anew what was closed with other content; the former files stay as numbered backups. Raises UsageError where there is no
    campaign, no roster or nothing was collected, when a summary with other bytes is there that was never closed and not `force`, and
    when somebody has the files open; VerificationError as `merge` does.
    """
    batch, inbox, out = _of_campaign(settings)
    with nullcontext() if dry_run else locked(out):
        ready = prepare(batch, settings, last_year=last_year, jobs=jobs, progress=progress)
        outputs = outputs_of(ready, out, settings, cards=cards)
        report = report_of(ready, tuple(output.path for output in outputs)[::-1])
        standing = tuple(_obstacles(inbox, ready, settings, level))
        if standing:
            return Closing(replace(report, written=()), standing)
        facts = _facts(inbox, ready, settings)
        former = _former(out.parent)
        if former is not None:
            changed = tuple(_changed(former, facts, out.parent))
            if not changed and not dry_run:
                _register(former, inbox)
            if not changed or not force:
                said = () if not changed else (_since(former, changed),)
                return Closing(replace(report, written=()), said, unchanged=not changed)
        for output in outputs:
            if is_open(output.path):
                raise UsageError(f"{output.path} 正被打开，请关闭后再结账")
        return Closing(report) if dry_run else _closed(outputs, facts, report, inbox, force=force)


def _of_campaign(settings: Settings) -> tuple[Intake, Inbox, Path]:
    """The versions in force, the inbox they lie in, and where the summary goes. Raises UsageError."""
    campaign = settings.campaign
    if campaign is None:
        raise UsageError("结账只用于采集文件夹（有 campaign.yaml 的文件夹）")
    if not settings.roster:
        raise UsageError("没有部门名册，无法知道是否收齐，不能结账")
    batch = intake((), settings)
    if batch.inbox is None:
        raise UsageError("收件 里还没有收取过文件，不能结账；请先用 xlsform collect 收取")
    folder = campaign.folder / SUMMARIES
    if not folder.is_dir():
        raise UsageError(f"文件夹 {folder} 不存在")
    return batch, batch.inbox, folder / SUMMARY


def _since(former: Mapping[str, object], changed: Sequence[str]) -> str:
    since = str(former.get("closed"))[:16].replace("T", " ")
    return f"已于 {since} 结账，此后{'；'.join(changed)}。要重新结账请加 --force，原来的留作备份"


def _closed(outputs: Sequence[Output], facts: Facts, report: MergeReport, inbox: Inbox, *, force: bool) -> Closing:
    """The files in place: the record last, and gone before the summary that it speaks of."""
    folder = outputs[-1].path.parent
    when = now()
    staged = stage(outputs)
    try:
        written = _hashes(staged)
        staged += stage((Output(folder / f"{PAGE}.xlsx", partial(_write_page, facts, written, when)),))
        record = json_line(record_object(facts, _hashes(staged), when, __version__))
        staged += stage((Output(folder / RECORD, methodcaller("write", record)),))
        kept = _set_aside(folder, [one.path for one in staged])
    except BaseException:
        discard(staged)
        raise
    places = settle(staged, force=force, exact=True)
    _register(json.loads(record), inbox)
    return Closing(replace(report, written=_summary_first(places)), kept=kept)


def _hashes(staged: Sequence[Staged]) -> tuple[Written, ...]:
    return tuple(Written(one.path.name, sha256_of(one.written.read_bytes())) for one in staged)


def _summary_first(places: Sequence[Path]) -> tuple[Path, ...]:
    return tuple(sorted(places, key=lambda place: place.name != SUMMARY))


def _obstacles(inbox: Inbox, ready: Ready, settings: Settings, level: Level) -> Iterator[str]:
    """What stands in the way of a 结账, one sentence each."""
    yield from _roll_call(ready.merged.forms, settings)
    if inbox.loose:
        yield f"收件 里还没有收取的文件 {len(inbox.loose)} 个：{named([path.name for path in inbox.loose])}"
    aside = list(outcomes_aside(ready.batch))
    for state, said in (("待认定", "待认定部门的文件"), ("无法读取", "无法读取的文件")):
        files = [one.file for one in aside if one.state == state]
        if files:
            yield f"{said} {len(files)} 个：{named(files)}"
    yield from inbox.remarks
    yield from _open(ready.merged.findings, {one.file for one in aside}, level)


def _roll_call(came: Collection[str], settings: Settings) -> Iterator[str]:
    """Who of the roster is not among the departments that came, and who came and is not in it: a name spelt otherwise would count twice."""
    excused = excused_by(settings.waivers)
    roster = [one.name for one in settings.roster]
    missing = [name for name in roster if name not in came and name not in excused]
    if missing:
        yield f"未报 {len(missing)} 个部门：{named(missing)}"
    strangers = [name for name in came if name not in roster]
    if strangers:
        yield (
            f"不在名册的部门 {len(strangers)} 个：{named(strangers)}。请补进名册或写作别名；"
            "认错了部门的用 xlsform assign 改归，不该计入的加 --ignore"
        )


def _open(findings: Sequence[Finding], aside: Collection[str], level: Level) -> Iterator[str]:
    """What is found and not settled, but for what is told already: who is missing, and the files aside."""
    open_: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.level < level or finding.passed or finding.code == MISSING_CODE or finding.where.file in aside:
            continue
        if finding.code == "S02" and finding.variant in ("undecided", "misdated"):
            yield f"版本未定：{finding.department} {message(finding)}"
        else:
            open_[finding.department].append(finding)
    for name, found in open_.items():
        codes = "、".join(dict.fromkeys(finding.code for finding in found))
        yield f"{name or '部门不明'}：还有 {len(found)} 条问题没有解决（{codes}）"


def _facts(inbox: Inbox, ready: Ready, settings: Settings) -> Facts:
    """All that decides the summary."""
    merged, report = ready.merged, report_of(ready, ())
    excused = [name for name in excused_by(settings.waivers) if name not in merged.forms]
    passed = [finding.standing for finding in merged.findings if finding.passed]
    used = tuple(waiver for waiver in settings.waivers if waiver not in merged.unused)
    counts = Counts(
        len(settings.roster) - len(excused),
        report.merged,
        len(excused),
        report.records,
        passed.count(Standing.EXPLAINED),
        passed.count(Standing.WAIVED),
        len(merged.findings) - len(passed),
    )
    district = settings.campaign.district if settings.campaign is not None else ""
    formset = settings.formset
    roster = sha256_of(
        repr([(one.code, one.name, one.aliases, one.parent, one.control) for one in settings.roster]).encode()
    )
    inputs, others = tuple(_inputs(inbox, settings)), tuple(_not_counted(inbox))
    totals = tuple(_totals(ready))
    return Facts(district, formset.year, formset.id, settings.reading, roster, inputs, others, used, counts, totals)


def _inputs(inbox: Inbox, settings: Settings) -> Iterator[Input]:
    names = {form.id: form.name for form in settings.formset.forms}
    how = {content.sha256: owner.how.label if owner.how is not None else "" for content, owner in inbox.whose}
    for one in inbox.versions:
        for content, forms in one.holding:
            counting = tuple(name for form, name in names.items() if form in forms)
            name = content.arrivals[0].name
            yield Input(one.department, name, content.sha256, counting, content.when, how[content.sha256])


def _not_counted(inbox: Inbox) -> Iterator[NotCounted]:
    for content, _ in inbox.whose:
        result = inbox.results[content.sha256]
        if result is not Result.HOLDS:
            yield NotCounted(content.name, content.sha256, result.label)


def _totals(ready: Ready) -> Iterator[Total]:
    for part in ready.merged.parts:
        fields = {column.field.key: column.field for column in part.frame.columns}
        for key in part.frame.summary.totals:
            amount = sum((section.totals[key] for section in part.sections), Decimal(0))
            yield Total(part.frame.layout.form.name, fields[key].name, fields[key].unit or HELD_IN, amount)


# ------------------------------------------------------------------------------------------------------------- the former record


def _former(folder: Path) -> Mapping[str, object] | None:
    """The record that is there. Raises UsageError when it cannot be read."""
    path = folder / RECORD
    if not path.exists():
        return None
    try:
        said = json.loads(path.read_bytes())
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise UsageError(f"{path} 被改动过，读不出来；请找回原来的，或移走后重新结账")
    return said


def _changed(former: Mapping[str, object], facts: Facts, folder: Path) -> Iterator[str]:
    """What is not as it was closed: what would be recorded now, and the files that were written."""
    yield from changes(former, json.loads(json_line(record_object(facts, (), "", ""))))
    for name, sha256 in _outputs(former):
        path = folder / name
        if not path.is_file():
            yield f"{name} 不见了"
        elif sha256_of(path.read_bytes()) != sha256:
            yield f"{name} 被改动过"


def _outputs(record: Mapping[str, object]) -> list[tuple[str, str]]:
    outputs = record.get("outputs")
    rows = [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []
    return [(Path(str(one.get("name"))).name, str(one.get("sha256"))) for one in rows]


def _set_aside(folder: Path, paths: Sequence[Path]) -> tuple[Path, ...]:
    """Numbered copies of what was closed before; record and page lose their own names, since what they speak of is about to change."""
    if not (folder / RECORD).exists():
        return ()
    number = next(number for number in range(1, 10_000) if not _numbered(folder / RECORD, number).exists())
    there = [path for path in paths if path.exists()]
    told = [folder / name for name in (RECORD, f"{PAGE}.xlsx") if folder / name in there]
    for path in there:
        if path not in told:
            _copy(path, _numbered(path, number))
    for path in told:
        path.replace(_numbered(path, number))
    flush_folder(folder)
    return tuple(_numbered(path, number) for path in there)


def _copy(path: Path, to: Path) -> None:
    with to.open("wb") as out:
        out.write(path.read_bytes())
        out.flush()
        os.fsync(out.fileno())


def _numbered(path: Path, number: int) -> Path:
    """区级汇总.xlsx → 区级汇总.1.xlsx."""
    return path.with_name(f"{path.stem}.{number}{path.suffix}")


# ----------------------------------------------------------------------------------------------------------------------- writing


def _register(record: Mapping[str, object], inbox: Inbox) -> None:
    """Writes into the journal that the summary was closed, unless that is the last it says of it."""
    sha256 = dict(_outputs(record))[SUMMARY]
    acts = [act for act in inbox.acts if isinstance(act, journal.Closed)]
    if acts and acts[-1].on and acts[-1].sha256 == sha256:
        return
    rows = record.get("inputs")
    inputs = tuple(str(one["sha256"]) for one in rows) if isinstance(rows, list) else ()
    journal.append(inbox.folder, [journal.Closed(str(record["closed"]), SUMMARY, sha256, inputs)])


def _write_page(facts: Facts, written: Sequence[Written], when: str, out: BinaryIO) -> None:
    apply(empty_workbook(), (page(facts, written, when, __version__), DropSheet(SHEET)), out)
