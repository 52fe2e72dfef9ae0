"""What departments sent, taken in, and the clerk's decisions on it: collect, assign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlsform.cli.options import (
    DryRun,
    Jobs,
    Mapping,
    Quiet,
    ReportFormat,
    Roster,
    TextOrJson,
    Verbose,
    app,
    as_json,
    emit,
)
from xlsform.console import CLEAN, FINDINGS, UNREADABLE, Console
from xlsform.core.errors import UsageError
from xlsform.helppages import Command
from xlsform.wording import Lang, translate

if TYPE_CHECKING:
    from xlsform.operations.collecting import Box, Collected


@app.command(
    cls=Command,
    short_help="收取部门报来的邮件和文件",
    help="把部门报来的邮件、压缩包、工作簿收进采集文件夹的 收件：原件按内容存放、一字不动，登记来路和时间，认出部门；"
    "同样的内容收几次都只算一份，中断后再运行就接着收。来源可以是文件、文件夹、.zip、.eml、.mbox、Maildir 文件夹、邮箱地址"
    "（imaps://用户名@服务器/文件夹，只读，不改动邮箱）；不写则收 收件 里散放的文件，和 campaign.yaml 里写的邮箱。"
    "邮箱密码取自环境变量 XLSFORM_MAIL_PASSWORD 或系统密码库，没有就在终端上询问。",
    epilog="示例：\n"
    "  xlsform collect D:/下载/绩效邮件/\n"
    "  xlsform collect imaps://jixiao@mail.example.gov.cn --since 2018-11-01\n"
    "  xlsform collect 区教育局.zip --dry-run",
)
def collect(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="来源…", help="文件、文件夹或邮箱地址；不写则收 收件 里散放的文件和 campaign.yaml 里的邮箱"
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="日期", help="只收这一天及以后到达邮箱的邮件，如 2018-11-01")
    ] = None,
    move_to: Annotated[
        str | None, typer.Option("--move-to", metavar="文件夹", help="收好的邮件移到邮箱的这个文件夹；不写则不动邮箱")
    ] = None,
    dry_run: DryRun = False,
    format: ReportFormat = TextOrJson.TEXT,
    mapping: Mapping = None,
    roster: Roster = None,
    jobs: Jobs = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Takes mails, archives and workbooks into the campaign's inbox."""
    from xlsform import screen
    from xlsform.operations import collecting, load_settings
    from xlsform.specfiles.campaign import INBOX, find_campaign

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    given = sources or []
    paths = [Path(one) for one in given if not _is_address(one)]
    addresses = [one for one in given if _is_address(one)]
    here = find_campaign(Path.cwd()) is not None  # it has precedence over one that the paths lie in
    settings = load_settings([] if here else paths[:1], mapping, roster)
    if not given and settings.campaign is not None:
        paths = [settings.campaign.folder / INBOX]
        addresses = [settings.campaign.mail.imap] if settings.campaign.mail.imap else []
    boxes = _boxes(addresses, since, "" if dry_run else move_to or "", console)
    try:
        with console.progress("收取") as progress:
            collected = collecting.collect(paths, settings, boxes=boxes, dry_run=dry_run, jobs=jobs, progress=progress)
    except KeyboardInterrupt:
        console.remark(translate("收好的来件都已登记；再运行一次就接着收", console.lang))
        raise
    for remark in collected.inbox.remarks:
        console.remark(translate(remark, console.lang))
    if format is TextOrJson.JSON:
        emit([as_json(collected_object(collected, console.lang))])
    else:
        emit(screen.collected_lines(collected, console.lang, dry_run=dry_run))
    return _exit_code(collected)


def _is_address(source: str) -> bool:
    return source.partition("://")[0].lower() in {"imap", "imaps"} and "://" in source


def _boxes(addresses: Sequence[str], since: str | None, move_to: str, console: Console) -> list[Box]:
    """The mailboxes with their passwords. Raises UsageError for a wrong address or date, and where there is no password."""
    from xlsform.accounts import account
    from xlsform.operations.collecting import Box
    from xlsform.sources.imap import SCHEMES
    from xlsform.sources.password import password_of

    if not addresses and (since or move_to):
        raise UsageError("--since 和 --move-to 只用于邮箱（imaps://用户名@服务器）")
    day = _day(since)
    found = []
    for address in addresses:
        try:
            place = account(address, SCHEMES)
        except ValueError as error:
            raise UsageError(f"邮箱地址写得不对：{error}") from error
        found.append(Box(place, password_of(place, console.password_prompt()), day, move_to))
    return found


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day in China, whatever the clock
    except ValueError as error:
        raise UsageError(f"日期“{text}”不对，应写作 2018-11-01") from error


def _exit_code(collected: Collected) -> int:
    """3 when of what is new nothing could be read, 1 when something in the inbox has to be settled, else 0."""
    from xlsform.core.inbox import Result

    files = [file for thing in collected.things for file in thing.files]
    if files and all(file.result in {Result.UNREAD, Result.OTHER} for file in files):
        return UNREADABLE
    return FINDINGS if collected.held or collected.unread else CLEAN


def collected_object(collected: Collected, lang: Lang) -> dict[str, object]:
    """What `collect --format json` prints: how much came, then every thing with the files in it."""
    from xlsform.core.catalogue import message
    from xlsform.writers.json_lines import SCHEMA_VERSION

    things = [
        {
            "name": thing.name,
            "way": thing.way,
            "sha256": thing.original,
            "outcome": thing.outcome,
            "sender": thing.sender or None,
            "skipped": thing.skipped,
            "files": [
                {
                    "name": file.name,
                    "way": file.way,
                    "sha256": file.sha256,
                    "outcome": file.outcome,
                    "department": file.department or None,
                    "recognised_by": file.how or None,
                    "result": file.result.value,
                    "message": message(file.finding, lang) if file.finding is not None else None,
                }
                for file in thing.files
            ],
        }
        for thing in collected.things
    ]
    inbox = {
        "departments": collected.reporting,
        "held": collected.held,
        "unread": collected.unread,
    }
    return {"schema_version": SCHEMA_VERSION, "things": things, "inbox": inbox}


@app.command(
    cls=Command,
    short_help="指定收到的文件归哪个部门、用哪一版",
    help="对收到的文件作决定：归哪个部门（--undo 收回）、固定采用这一版而不管后来的（--use）、不计入（--ignore）。"
    "文件写显示的名称，或内容哈希（SHA-256）的前 6 位以上；部门写名册里的名称或别名。决定记入 收件/登记.jsonl，随时可以收回。",
    epilog="示例：\n"
    "  xlsform assign 绩效表.xlsx 区教育局\n"
    "  xlsform assign 区委办（3f9a2c81）.xlsx --use\n"
    "  xlsform assign 3f9a2c81 --ignore",
)
def assign(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="文件", help="收到的文件：显示的名称，或哈希的前 6 位以上")],
    department: Annotated[str | None, typer.Argument(metavar="部门", help="名册里的部门名称或别名")] = None,
    use: Annotated[
        bool | None, typer.Option("--use/--no-use", help="固定采用这一版，不管后来的；--no-use 收回")
    ] = None,
    ignore: Annotated[
        bool | None, typer.Option("--ignore/--no-ignore", help="这个文件不计入；--no-ignore 收回")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="收回对这个文件的全部决定")] = False,
    dry_run: DryRun = False,
    mapping: Mapping = None,
    roster: Roster = None,
    quiet: Quiet = False,
) -> int:
    """The clerk's word on a file that came."""
    from xlsform import screen
    from xlsform.operations import assigning, load_settings

    console = Console(ctx.obj, quiet=quiet)
    settings = load_settings([], mapping, roster)
    wanted = assigning.Wanted(department or "", use, ignore, undo)
    decided = assigning.assign(file, wanted, settings, dry_run=dry_run)
    emit(screen.decided_lines(decided, console.lang, dry_run=dry_run))
    return CLEAN
