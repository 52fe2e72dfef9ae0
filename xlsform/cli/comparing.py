"""What changed between two workbooks: diff."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from xlsform.cli.options import Force, Mapping, Quiet, ReportFormat, TextOrJson, app, as_json, emit
from xlsform.console import CLEAN, FINDINGS, UNREADABLE, Console
from xlsform.core.errors import UsageError
from xlsform.helppages import Command
from xlsform.wording import translate


@app.command(
    cls=Command,
    short_help="比对两份表，列出改动",
    help="比对两份报送表、两版汇总表，或报送表与下发的空白表，逐条记录、逐格列出改动：金额的增减，文字改了哪些词。"
    "记录按表样说明的 key 找同一条，只是换了位置不算改动。没有差异时退出码为 0，有差异为 1。",
    epilog="示例：\n"
    "  xlsform diff 初报.xlsx 重报.xlsx\n"
    "  xlsform diff 下发/区委办本级.xlsx 收件/区委办本级.xlsx -o 差异.xlsx\n"
    "  xlsform diff 汇总1.xlsx 汇总2.xlsx --format json",
)
def diff(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="原表", help="较早的工作簿")],
    new: Annotated[Path, typer.Argument(metavar="现表", help="较晚的工作簿")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="文件", help="另写一份差异清单 .xlsx，改动的词有颜色")
    ] = None,
    format: ReportFormat = TextOrJson.TEXT,
    mapping: Mapping = None,
    force: Force = False,
    quiet: Quiet = False,
) -> int:
    """Differences by record and cell."""
    from xlsform import operations, screen
    from xlsform.writers.differences import comparison_object, write_differences
    from xlsform.writers.place import put_in_place, refuse_existing

    console = Console(ctx.obj, quiet=quiet)
    if output is not None:
        if output.suffix.lower() != ".xlsx":
            raise UsageError("差异清单的文件名要以 .xlsx 结尾")
        refuse_existing(output, force=force)
    settings = operations.load_settings((), mapping)
    found = operations.diff(old, new, settings)
    for finding in found.unread:
        console.remark(screen.finding_line(finding, console.lang))
    if not found.read:
        console.remark(translate("有一份表读不了，没有比对", console.lang))
        return UNREADABLE
    if format is TextOrJson.JSON:
        emit([as_json(comparison_object(found.changes, found.old, found.new, settings.formset))])
    else:
        emit(screen.comparison_lines(found, console.lang))
    if output is not None:
        headline = screen.comparison_headline(found, console.lang)
        write = partial(write_differences, found.changes, headline, lang=console.lang)
        put_in_place(output, write, force=force)
        console.remark(f"{translate('已写出', console.lang)} {output}")
    return FINDINGS if found.changes or found.unread else CLEAN
