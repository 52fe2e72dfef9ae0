"""Records into the official workbook: fill, the inverse of extract."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from xlsform.cli.options import DryRun, Force, Mapping, Quiet, Year, app, emit
from xlsform.console import CLEAN, Console
from xlsform.core.errors import UsageError
from xlsform.helppages import Command
from xlsform.wording import translate


@app.command(
    cls=Command,
    short_help="把记录填进官方空白表",
    help="把记录填进官方空白表，是 extract 的逆过程：填好再读，读出的就是这些记录。记录多于空白行时在表尾加行。"
    "记录有误（没有的字段、不是数字的金额……）时全部列出，什么也不写，退出码为 2。",
    epilog="示例：\n"
    "  xlsform fill 记录.json -o 区委办本级.xlsx\n"
    "  xlsform fill 记录.jsonl -o 填好的表/\n"
    "  xlsform extract 旧表.xlsx | xlsform fill - --into 下发/区委办本级.xlsx -o 新表.xlsx",
)
def fill(
    ctx: typer.Context,
    records: Annotated[
        Path,
        typer.Argument(
            metavar="记录", help="extract 输出的 .json 或 .jsonl，或 --format csv 写出的文件夹；- 表示标准输入"
        ),
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="文件", help="填好的 .xlsx；有几份表时是文件夹，每份一个工作簿")
    ],
    template: Annotated[
        Path | None, typer.Option("--template", metavar="文件", help="填这个空白表；不写则填官方空白表")
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="文件", help="填进已有的工作簿（下发的表、部门的表），没有提到的地方原样不动"),
    ] = None,
    mapping: Mapping = None,
    year: Year = None,
    dry_run: DryRun = False,
    force: Force = False,
    quiet: Quiet = False,
) -> int:
    """A filled official workbook for each set of records."""
    from xlsform import operations
    from xlsform.specfiles.records import read_records

    console = Console(ctx.obj, quiet=quiet)
    if template is not None and into is not None:
        raise UsageError("--template 和 --into 只能写一个")
    settings = operations.load_settings((), mapping, None, year)
    sets = read_records(sys.stdin.buffer.read() if str(records) == "-" else records, settings.formset)
    base = operations.workbook_base(into) if into is not None else operations.blank_base(settings, template)
    filled = operations.fill(sets, output, settings, base, year=year, force=force, dry_run=dry_run)
    verb = translate("试运行，未写出" if dry_run else "已写出", console.lang)
    counted = translate("（{records} 条记录）", console.lang)
    emit(f"{verb} {one.path}{counted.format(records=one.records)}" for one in filled)
    return CLEAN
