"""Who has returned what: status."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from xlsform.cli.options import (
    DryRun,
    Fail,
    FailLevel,
    Force,
    Inbox,
    Jobs,
    LastYear,
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
from xlsform.helppages import Command
from xlsform.wording import translate

if TYPE_CHECKING:
    from xlsform.operations import Drafts
    from xlsform.writers.progress_words import ProgressListing


@app.command(
    cls=Command,
    short_help="报送进度：谁报了、谁没报、谁要改",
    help="按部门名册列出报送进度：应报、已报、有错、退回、重报、未报、逾期，催报名单，以及分不清是哪个部门的来件。"
    "状态每次由来件和检查结果算出。在采集文件夹里看的是已收取的来件（xlsform collect），也可以直接写出文件和名册。"
    "没有报送的部门各算一条错误（Z02），齐全无误时退出码才是 0；本年免报的部门写进 waivers.yaml。",
    epilog="示例：\n"
    "  xlsform status -o 进度.html\n"
    "  xlsform status --mail\n"
    "  xlsform status 收到的表/ --roster departments.xlsx",
)
def status(
    ctx: typer.Context,
    paths: Inbox = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="文件", help="另写一份进度：.html（网页，可打印）或 .xlsx"),
    ] = None,
    mail: Annotated[
        bool,
        typer.Option("--mail", help="给未报的部门写催报、给有错的部门写退回通知的邮件草稿（.eml），只写草稿，不发送"),
    ] = False,
    today: Annotated[
        str | None, typer.Option("--today", metavar="YYYY-MM-DD", help="按这一天算是否逾期；不写则为今天（北京时间）")
    ] = None,
    format: ReportFormat = TextOrJson.TEXT,
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
    """Who has returned what; reminders and returned workbooks as drafts."""
    from xlsform import operations, screen
    from xlsform.writers.place import put_in_place, refuse_existing
    from xlsform.writers.progress_json import progress_object

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    if output is not None:
        if output.suffix.lower() not in {".xlsx", ".html"}:
            raise UsageError("进度只能写成 .html 或 .xlsx")
        refuse_existing(output, force=force)
    paths = returns_in(paths)
    settings = operations.load_settings(paths, mapping, roster, year, waivers)
    batch = taken_in(paths, settings, console)
    with console.progress("检查") as progress:
        report = operations.status(batch, settings, _moment(today), last_year=last_year, jobs=jobs, progress=progress)
    told = operations.progress_listing(report, settings, console.lang)
    drafts = operations.draft_mails(report, settings, force=force, dry_run=dry_run) if mail else None
    if output is not None and not dry_run:
        put_in_place(output, partial(_write, told, output.suffix.lower()), force=force)
    if format is TextOrJson.JSON:
        emit([as_json(progress_object(told) | drafts_object(drafts))])
    else:
        emit(screen.status_lines(told, drafts, console.lang, dry_run=dry_run))
    if output is not None:
        console.remark(f"{translate('试运行，未写出' if dry_run else '已写出', console.lang)} {output}")
    levels = [finding.level for finding in report.standing]
    return exit_code(len(report.turnout.lines), levels, fail_level, console)


def _moment(today: str | None) -> str:
    """Now, or the day given. Raises UsageError for what is no day."""
    from xlsform.sources.received import now

    if today is None:
        return now()
    try:
        return date.fromisoformat(today).isoformat()
    except ValueError as error:
        raise UsageError(f"--today 要写成 2018-12-03 这样的日期，现为“{today}”") from error


def _write(progress: ProgressListing, suffix: str, out: BinaryIO) -> None:
    if suffix == ".xlsx":
        from xlsform.writers.progress_list import write_progress_list

        write_progress_list(progress, out)
    else:
        from xlsform.writers.progress_page import progress_page

        out.write(progress_page(progress))


def drafts_object(drafts: Drafts | None) -> dict[str, object]:
    """What `status --mail --format json` says of drafts beside the progress."""
    if drafts is None:
        return {}
    said = {
        name: [
            {"department": one.department, "to": one.email or None, "file": str(one.path), "state": one.kept.value}
            for one in letters
        ]
        for name, letters in (("reminders", drafts.reminders), ("notices", drafts.notices))
    }
    return {
        **said,
        "stale_reminders": [str(path) for path in drafts.stale],
        "altered_reminders": [str(path) for path in drafts.altered],
    }
