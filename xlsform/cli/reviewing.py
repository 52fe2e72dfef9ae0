"""Returns given back to their departments: review, and its marks taken out again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlsform.cli.options import (
    DryRun,
    Fail,
    FailLevel,
    Force,
    Inbox,
    Jobs,
    Mapping,
    Quiet,
    ReportFormat,
    Roster,
    TextOrJson,
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
from xlsform.console import Console
from xlsform.core.errors import UsageError
from xlsform.core.findings import Level
from xlsform.helppages import Command
from xlsform.wording import Lang

if TYPE_CHECKING:
    from xlsform.operations import Cleaned, ReviewReport


@app.command(
    cls=Command,
    short_help="退回修改：在部门自己的工作簿上标出问题",
    help="检查报送表，有问题的，在部门自己的工作簿上标出：有问题的单元格按级别着色、加批注，最前面加一张“需修改”表，列出全部问题，"
    "并留“审核说明”栏给部门写理由；其余内容一字不动。读不了的文件只退一份清单。没有问题的文件不退。"
    "部门改好后重新报送的工作簿照常读取，标记和“需修改”表会被认出，理由随之带入。",
    epilog="示例：\n"
    "  xlsform review 收件/\n"
    "  xlsform review 收件/ -o 退回/ --mail\n"
    "  xlsform review --clean 退回/区委办本级.xlsx -o 原样/",
)
def review(
    ctx: typer.Context,
    paths: Inbox = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="文件夹",
            help="写到这个文件夹；不写则是采集文件夹里的 退回，或当前文件夹下的 退回",
        ),
    ] = None,
    mail: Annotated[bool, typer.Option("--mail", help="另为每个部门写一份退回通知的邮件草稿（.eml）")] = False,
    clean: Annotated[bool, typer.Option("--clean", help="不审核，只去掉退回时加的全部标记，恢复原样")] = False,
    format: ReportFormat = TextOrJson.TEXT,
    dry_run: DryRun = False,
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
    """A marked copy of the department's own workbook for every return with findings."""
    from xlsform import operations, screen

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    if clean:
        if mail:
            raise UsageError("--clean 不能与 --mail 一起用")
        if not paths or output is None:
            raise UsageError("--clean 要写出文件或文件夹，并用 -o 指定写到哪个文件夹")
        with console.progress("去掉标记") as progress:
            cleaned = operations.clean_marks(paths, output, force=force, dry_run=dry_run, progress=progress)
        return _say_cleaned(cleaned, format, console, dry_run=dry_run)
    paths = returns_in(paths)
    output = output if output is not None else returned_folder()
    settings = operations.load_settings(paths, mapping, roster, year, waivers)
    batch = taken_in(paths, settings, console)
    with console.progress("审核") as progress:
        report = operations.review(
            batch, output, settings, mail=mail, jobs=jobs, force=force, dry_run=dry_run, progress=progress
        )
    if format is TextOrJson.JSON:
        emit([as_json(review_object(report, output, console.lang))])
    else:
        emit(screen.review_lines(report, output, console.lang, dry_run=dry_run))
    return exit_code(report.read, [finding.level for finding in report.standing], fail_level, console)


def returned_folder() -> Path:
    """退回 of the working directory's campaign, else below the working directory."""
    from xlsform.specfiles.campaign import RETURNED, find_campaign

    return (find_campaign(Path.cwd()) or Path()) / RETURNED


def _say_cleaned(cleaned: tuple[Cleaned, ...], format: TextOrJson, console: Console, *, dry_run: bool) -> int:
    from xlsform import screen
    from xlsform.writers.json_lines import SCHEMA_VERSION

    if format is TextOrJson.JSON:
        files = [
            {"file": one.file, "written": str(one.written) if one.written else None, "marked": one.marked}
            for one in cleaned
        ]
        emit([as_json({"schema_version": SCHEMA_VERSION, "cleaned": files})])
    else:
        emit(screen.cleaned_lines(cleaned, console.lang, dry_run=dry_run))
    unread = [Level.ERROR for one in cleaned if not one.readable]
    return exit_code(len(cleaned) - len(unread), unread, FailLevel.ERROR, console)


def review_object(report: ReviewReport, out: Path, lang: Lang) -> dict[str, object]:
    """What `review --format json` prints: the findings, what goes back for each file that has any, the drafts."""
    from xlsform.writers.json_lines import findings_object

    returned = [
        {
            "file": one.file,
            "department": one.department or None,
            "written": str(out / one.written),
            "list_only": one.alone,
            "marked_cells": one.marked,
            "thread_cells": one.threads,
            "signature_lost": one.signed,
            **{
                f"{level.key}s": sum(f.level is level and not f.passed for f in one.findings)
                for level in sorted(Level, reverse=True)
            },
        }
        for one in report.returned
        if one.written
    ]
    drafts = [
        {"department": draft.department, "to": draft.email or None, "written": str(out / draft.written)}
        for draft in report.drafts
    ]
    found = findings_object(report.findings, report.unevaluated, lang, report.unused)
    return found | {"returned": returned, "drafts": drafts}
