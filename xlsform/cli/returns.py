"""The main road: extract, check, merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from xlsform.cli.options import (
    Digits,
    DryRun,
    Fail,
    FailLevel,
    Force,
    Inbox,
    Jobs,
    LastYear,
    Mapping,
    Quiet,
    RecordFormat,
    ReportFormat,
    Roster,
    ShownUnit,
    TextOrJson,
    Unit,
    Verbose,
    Waivers,
    Year,
    app,
    as_json,
    emit,
    exit_code,
    returns_in,
    taken_in,
)
from xlsform.console import FINDINGS, Console
from xlsform.core.errors import UsageError
from xlsform.core.findings import Level
from xlsform.helppages import Command
from xlsform.wording import translate

if TYPE_CHECKING:
    from xlsform.core.records import Submission
    from xlsform.operations import Closing, MergeReport, Shown
    from xlsform.wording import Lang
    from xlsform.writers.listing import Listing


@app.command(
    cls=Command,
    short_help="读出记录，每个文件一行 JSON",
    help="读出报送表里的记录，每个文件输出一行 JSON；金额以万元计，一位小数也不差，每个值都带着它的单元格。",
    epilog="示例：\n"
    "  xlsform extract 区委办本级.xlsx\n"
    "  xlsform extract 收件/ --values -o 记录.jsonl\n"
    "  xlsform extract 收件/ --format csv -o 记录/",
)
def extract(
    ctx: typer.Context,
    paths: Inbox = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="文件", help="写到文件（csv 时是文件夹），不写则到标准输出")
    ] = None,
    format: Annotated[
        RecordFormat, typer.Option("--format", metavar="jsonl|csv", help="输出格式")
    ] = RecordFormat.JSONL,
    no_provenance: Annotated[bool, typer.Option("--no-provenance", help="不要 _sheet 和 _cells")] = False,
    values: Annotated[
        bool, typer.Option("--values", help="另列每个指标值的类型、符号、数值、单位、期间、方向（原文不变）")
    ] = False,
    mapping: Mapping = None,
    roster: Roster = None,
    waivers: Waivers = None,
    year: Year = None,
    jobs: Jobs = None,
    fail_level: Fail = FailLevel.ERROR,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Records with provenance: JSON Lines, or one .csv a region in a folder."""
    from xlsform import operations
    from xlsform.writers.json_lines import json_line, submission_object
    from xlsform.writers.place import put_folder_in_place, put_in_place, refuse_existing, refuse_filled
    from xlsform.writers.tables import write_tables

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    if output is None and format is RecordFormat.CSV:
        raise UsageError("--format csv 要用 -o 指定文件夹")
    paths = returns_in(paths)
    if output is not None:
        (refuse_filled if format is RecordFormat.CSV else refuse_existing)(output, force=force)
    settings = operations.load_settings(paths, mapping, roster, year, waivers)
    batch = taken_in(paths, settings, console)
    provenance = not no_provenance
    seen: list[tuple[bool, Level | None]] = []
    with console.progress("读取") as progress:
        submissions = watched(operations.extract(batch, settings, jobs=jobs, progress=progress), seen)
        objects = (
            submission_object(s, settings.formset, console.lang, provenance=provenance, values=values)
            for s in submissions
        )
        if output is None:
            emit(map(as_json, objects))
        elif format is RecordFormat.JSONL:
            put_in_place(output, lambda out: out.writelines(map(json_line, objects)), force=force)
        else:
            write = partial(
                write_tables, submissions, settings.formset, lang=console.lang, provenance=provenance, values=values
            )
            put_folder_in_place(output, write, force=force)
    levels = [level for _, level in seen if level is not None]
    return exit_code(sum(read for read, _ in seen), levels, fail_level, console)


@app.command(
    cls=Command,
    short_help="检查报送表，列出问题",
    help="检查报送表：每份表自身，以及各表之间。先列总数，再按部门列出问题，每个代码至多显示 20 条，全部问题用 -o 写成清单。"
    "警告在“审核说明”里写明理由的、财政部门豁免的，仍然列出，但不影响退出码。",
    epilog="示例：\n"
    "  xlsform check 收件/\n"
    "  xlsform check 收件/ -o 问题清单.xlsx\n"
    "  xlsform check 区委办本级.xlsx --format json --fail-level warning",
)
def check(
    ctx: typer.Context,
    paths: Inbox = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="文件", help="另写一份完整的问题清单：.xlsx、.html、.json 或 .sarif"),
    ] = None,
    format: ReportFormat = TextOrJson.TEXT,
    last_year: LastYear = None,
    mapping: Mapping = None,
    roster: Roster = None,
    waivers: Waivers = None,
    year: Year = None,
    jobs: Jobs = None,
    fail_level: Fail = FailLevel.ERROR,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Findings of single returns and across forms; nothing is merged."""
    from xlsform import operations, screen
    from xlsform.writers.json_lines import findings_object
    from xlsform.writers.place import put_in_place, refuse_existing

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    if output is not None:
        if output.suffix.lower() not in {".xlsx", ".html", ".json", ".sarif"}:
            raise UsageError("问题清单只能写成 .xlsx、.html、.json 或 .sarif")
        refuse_existing(output, force=force)
    paths = returns_in(paths)
    settings = operations.load_settings(paths, mapping, roster, year, waivers)
    batch = taken_in(paths, settings, console)
    with console.progress("检查") as progress:
        report = operations.check(batch, settings, last_year=last_year, jobs=jobs, progress=progress)
    if output is not None:
        listing = operations.listing_of(report, screen.headline(report, console.lang), settings, console.lang)
        listing = listing._replace(links=operations.links_from(output, batch))
        put_in_place(output, partial(problem_list, listing, output.suffix.lower()), force=force)
    if format is TextOrJson.JSON:
        emit([as_json(findings_object(report.findings, report.unevaluated, console.lang, report.unused))])
    else:
        emit(screen.report_lines(report, console.lang))
    if output is not None:
        console.remark(f"{translate('已写出', console.lang)} {output}")
    return exit_code(report.read, [finding.level for finding in report.standing], fail_level, console)


def problem_list(listing: Listing, suffix: str, out: BinaryIO) -> None:
    """The whole list of findings as `suffix` says: .xlsx, .html, .json or .sarif."""
    from xlsform.writers.json_lines import findings_object, json_line

    if suffix == ".xlsx":
        from xlsform.writers.reports import write_problem_list

        write_problem_list(listing, out)
    elif suffix == ".html":
        from xlsform.writers.page import page

        out.write(page(listing))
    elif suffix == ".sarif":
        from xlsform.writers.sarif import sarif_object

        out.write(json_line(sarif_object(listing)))
    else:
        out.write(json_line(findings_object(listing.findings, listing.unevaluated, listing.lang, listing.unused)))


SummaryFile = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="文件", help="汇总表 .xlsx；在采集文件夹里不写就是 汇总/区级汇总.xlsx"),
]
Cards = Annotated[
    int, typer.Option("--cards", metavar="个数", min=0, help="部门多于此数时，各部门的卡片另存一个工作簿")
]


Final = Annotated[
    bool,
    typer.Option(
        "--final",
        help="结账：收齐、没有未解决的问题才汇总，另写结账记录；再做一次内容相同的不重写，内容不同的要加 --force",
    ),
]


@app.command(
    cls=Command,
    short_help="汇总成区级汇总表（官方格式）",
    help="检查后汇总成区级汇总表（官方格式）。有错误的表不汇入，写在汇总表的“审核结果”里，退出码为 1；退出码 0 表示齐全无误。"
    "缺部门或缺表的汇总表，在第一张表上写明“部分汇总”、缺哪些部门。汇总表正被打开的，另存为带日期的文件。",
    epilog="示例：\n"
    "  xlsform merge 收件/ -o 区级汇总.xlsx\n"
    "  xlsform merge 收件/ -o 区级汇总-亿元.xlsx --unit 亿元 --digits 4\n"
    "  xlsform merge --final",
)
def merge(
    ctx: typer.Context,
    paths: Inbox = None,
    output: SummaryFile = None,
    cards: Cards = 20,
    unit: Unit = None,
    digits: Digits = None,
    format: ReportFormat = TextOrJson.TEXT,
    final: Final = False,
    dry_run: DryRun = False,
    last_year: LastYear = None,
    mapping: Mapping = None,
    roster: Roster = None,
    waivers: Waivers = None,
    year: Year = None,
    jobs: Jobs = None,
    fail_level: Fail = FailLevel.ERROR,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """The district summary in the official layout."""
    from xlsform import operations

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    if final:
        if paths or output is not None or unit is not None:
            raise UsageError(
                "--final 汇总采集文件夹里采用的全部文件，写到 汇总/区级汇总.xlsx：不写文件，也不用 -o、--unit"
            )
        settings = operations.load_settings((), mapping, roster, year, waivers)
        level = Level[fail_level.name]
        run = partial(operations.close, settings, cards=cards, level=level, last_year=last_year, jobs=jobs, force=force)
        return _close(run, format, fail_level, console, dry_run=dry_run)
    paths = returns_in(paths)
    output = output if output is not None else _own_summary()
    operations.refuse_summary(output, force=force)
    shown = _shown(unit, digits)
    settings = operations.load_settings(paths, mapping, roster, year, waivers)
    batch = taken_in(paths, settings, console)
    with console.progress("汇总") as progress:
        report = operations.merge(
            batch,
            output,
            settings,
            cards=cards,
            shown=shown,
            last_year=last_year,
            jobs=jobs,
            force=force,
            dry_run=dry_run,
            progress=progress,
        )
    emit(_merged_lines(report, format, console.lang, dry_run=dry_run))
    if report.written and output not in report.written:
        console.remark(translate(f"{output} 正被打开，汇总表已另存为 {report.written[0]}", console.lang))
    return exit_code(report.read, [finding.level for finding in report.standing], fail_level, console)


def _close(
    run: Callable[..., Closing], format: TextOrJson, fail_level: FailLevel, console: Console, *, dry_run: bool
) -> int:
    """`merge --final`: 1 when something stands in the way of it."""
    from xlsform import screen

    with console.progress("汇总") as progress:
        closing = run(dry_run=dry_run, progress=progress)
    report = closing.report
    if format is TextOrJson.JSON:
        told = {
            "closed": not closing.obstacles and not dry_run,
            "unchanged": closing.unchanged,
            "obstacles": list(closing.obstacles),
            "kept": [str(path) for path in closing.kept],
        }
        emit([as_json(merge_object(report, console.lang) | told)])
    else:
        emit(screen.closing_lines(closing, console.lang, dry_run=dry_run))
    if closing.obstacles:
        return FINDINGS
    return exit_code(report.read, [finding.level for finding in report.standing], fail_level, console)


def _own_summary() -> Path:
    """Where the campaign keeps its summary. Raises UsageError outside a campaign."""
    from xlsform.operations import campaign_folder
    from xlsform.operations.merging import SUMMARY
    from xlsform.specfiles.campaign import SUMMARIES

    return campaign_folder(SUMMARIES) / SUMMARY


def _merged_lines(report: MergeReport, format: TextOrJson, lang: Lang, *, dry_run: bool) -> Iterable[str]:
    """What `merge` prints."""
    from xlsform import screen

    if format is TextOrJson.JSON:
        return [as_json(merge_object(report, lang))]
    return screen.merge_lines(report, lang, dry_run=dry_run)


def merge_object(report: MergeReport, lang: Lang) -> dict[str, object]:
    """What `merge --format json` prints: as `check`, then what was merged and written."""
    from xlsform.writers.json_lines import findings_object

    merged = {"written": [str(path) for path in report.written], "merged": report.merged, "records": report.records}
    return findings_object(report.findings, report.unevaluated, lang, report.unused) | merged


def _shown(unit: ShownUnit | None, digits: int | None) -> Shown | None:
    """How the summary shows its amounts, None for as they are held. Raises UsageError for digits without a unit."""
    from xlsform.operations import Shown

    if digits is not None and unit is None:
        raise UsageError("--digits 要和 --unit 一起用")
    return Shown(unit.value, 2 if digits is None else digits) if unit is not None else None


def watched(submissions: Iterable[Submission], seen: list[tuple[bool, Level | None]]) -> Iterator[Submission]:
    """Passes the submissions on and notes of each whether it could be read (no T01) and the worst level that stands against it."""
    for submission in submissions:
        findings = submission.findings
        seen.append(
            (
                all(finding.code != "T01" for finding in findings),
                max((finding.level for finding in findings if not finding.passed), default=None),
            )
        )
        yield submission
