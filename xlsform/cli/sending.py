"""Drafts sent by mail: send."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlsform.cli.options import DryRun, Quiet, ReportFormat, TextOrJson, Verbose, app, as_json, emit
from xlsform.console import CLEAN, FINDINGS, UNREADABLE, Console
from xlsform.core.errors import UsageError
from xlsform.helppages import Command
from xlsform.wording import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsform.operations.sending import Delivered, Failed, Mailing, Outgoing

YES = frozenset({"y", "yes", "是"})


@app.command(
    cls=Command,
    short_help="发送邮件草稿",
    help="发送 issue、review、status 写出的邮件草稿（.eml）：先列出要发给谁、标题和附件，在终端上问过才发；不在终端上时，没有 --yes 绝不发送。"
    "在采集文件夹里不写草稿，就是 下发、退回、催报 里的全部草稿。每发出一封随即登记，发过的不再发；中断后再运行，从没发的接着发。"
    "密码取自环境变量 XLSFORM_MAIL_PASSWORD 或系统的密码库，没有时在终端上询问，不写进任何文件。",
    epilog="示例：\n"
    "  xlsform send\n"
    "  xlsform send 退回/退回通知-区教育局.eml --dry-run\n"
    "  xlsform send 催报/ --yes --smtp smtps://jixiao@example.gov.cn@smtp.example.gov.cn",
)
def send(
    ctx: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="草稿…", help="草稿（.eml），或装着草稿的文件夹；在采集文件夹里不写就是 下发、退回、催报 里的全部"
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接发送")] = False,
    again: Annotated[bool, typer.Option("--again", help="发过的也再发一次")] = False,
    smtp: Annotated[
        str | None,
        typer.Option(
            "--smtp",
            metavar="地址",
            help="发件服务器，如 smtps://用户名@服务器；不写则用 campaign.yaml 里的 mail: smtp:",
        ),
    ] = None,
    format: ReportFormat = TextOrJson.TEXT,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Shows what will go out, asks, sends it mail by mail."""
    from xlsform import screen
    from xlsform.operations import sending

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    what = sending.mailing(paths or [], smtp or "")
    due = what.due(again=again)
    plan = list(screen.mailing_lines(what, due, console.lang))
    if dry_run:
        emit([as_json(report_object(what, due, (), dry_run=True))] if format is TextOrJson.JSON else plan)
    elif format is TextOrJson.TEXT:
        emit(plan)
    if not what.drafts:
        console.remark(translate("一份草稿也没有；先运行 xlsform issue --mail 或 xlsform review --mail", console.lang))
        return UNREADABLE
    results: list[Delivered | Failed] = []
    if due and not dry_run:
        if not yes and not _agreed(plan, due, console, format):
            return FINDINGS
        _send(what, results, console, again=again)
    if not dry_run:
        if format is TextOrJson.JSON:
            emit([as_json(report_object(what, due, results, dry_run=False))])
        elif due:
            emit(screen.sent_lines(results, console.lang))
    return FINDINGS if _incomplete(what, results) else CLEAN


def _agreed(plan: Sequence[str], due: Sequence[Outgoing], console: Console, format: TextOrJson) -> bool:
    """Whether the clerk says yes. Raises UsageError where there is nobody to ask."""
    if not sys.stdin.isatty():
        raise UsageError("没有发送：这里不是终端，核对上面列出的邮件后，加 --yes 才会发送")
    if format is TextOrJson.JSON:  # stdout is for the result alone
        print(*plan, sep="\n", file=sys.stderr)
    print(
        translate(f"确认发送这 {len(due)} 封邮件吗？输入 y 发送：", console.lang), end="", file=sys.stderr, flush=True
    )
    agreed = sys.stdin.readline().strip().lower() in YES
    if not agreed:
        console.remark(translate("没有发送", console.lang))
    return agreed


def _send(what: Mailing, results: list[Delivered | Failed], console: Console, *, again: bool) -> None:
    """Sends; `results` has what was done also when it is broken off."""
    from xlsform.operations import sending
    from xlsform.sources.password import password_of

    server = what.server
    password = password_of(server, console.password_prompt()) if server is not None and server.user else ""
    try:
        with console.progress("发送") as progress:
            results.extend(sending.send(what, password, again=again, progress=progress))
    except KeyboardInterrupt:
        done = sum(isinstance(result, sending.Delivered) for result in results)
        console.remark(translate(f"已发出 {done} 封，都已登记；再运行一次，从没发的接着发", console.lang))
        raise


def _incomplete(what: Mailing, results: Sequence[Delivered | Failed]) -> bool:
    from xlsform.operations.sending import Failed

    return any(draft.fault for draft in what.drafts) or any(
        isinstance(result, Failed) or bool(result.refused) for result in results
    )


def report_object(
    what: Mailing, due: Sequence[Outgoing], results: Sequence[Delivered | Failed], *, dry_run: bool
) -> dict[str, object]:
    """What `send --format json` prints."""
    from xlsform.operations.sending import Delivered
    from xlsform.writers.json_lines import SCHEMA_VERSION

    sent = [
        _object(one.draft) | {"message_id": one.mail_id, "sent_at": one.at, "refused": dict(one.refused)}
        for one in results
        if isinstance(one, Delivered)
    ]
    failed = [
        _object(one.draft) | {"why": one.why, "maybe_sent": one.is_unknown}
        for one in results
        if not isinstance(one, Delivered)
    ]
    failed += [_object(draft) | {"why": draft.fault, "maybe_sent": False} for draft in what.drafts if draft.fault]
    before = [_object(draft) for draft in what.drafts if draft.is_sent and draft not in due]
    return {
        "schema_version": SCHEMA_VERSION,
        "to_send": [_object(draft) for draft in due] if dry_run else [],
        "sent": sent,
        "failed": failed,
        "sent_before": before,
    }


def _object(draft: Outgoing) -> dict[str, object]:
    return {
        "file": str(draft.path),
        "sha256": draft.sha256,
        "kind": draft.kind or None,
        "department": draft.department or None,
        "to": list(draft.to),
        "subject": draft.subject,
        "attachments": [{"name": name, "size": size} for name, size in draft.attachments],
    }
