"""A year's collection: init, issue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlsform.cli.options import (
    DryRun,
    Force,
    Mapping,
    Quiet,
    ReportFormat,
    TextOrJson,
    Verbose,
    Year,
    app,
    as_json,
    emit,
)
from xlsform.console import CLEAN, Console
from xlsform.core.errors import UsageError
from xlsform.helppages import Command
from xlsform.wording import Lang, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsform.operations import Issued


@app.command(
    cls=Command,
    short_help="新建一次采集的文件夹",
    help="新建一次采集的文件夹：campaign.yaml（年度、区县、截止日、邮件）、departments.xlsx（部门名册，用 Excel 填写），"
    "waivers.yaml（财政部门的豁免，先全是说明），以及 下发、收件、退回、汇总 四个文件夹。"
    "不覆盖任何已有的文件。在这个文件夹里，其他命令不写文件也知道在哪里。",
    epilog="示例：\n"
    "  xlsform init 2019年申报 --year 2019 --district 石峰区\n"
    "  xlsform init 2019年申报 --year 2019 --district 石峰区 --deadline 2018-11-30",
)
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="要新建的文件夹")],
    year: Annotated[int, typer.Option("--year", metavar="YYYY", min=1990, max=2100, help="预算年度")],
    district: Annotated[str, typer.Option("--district", metavar="名称", help="区县名称，如 石峰区")],
    deadline: Annotated[
        str | None, typer.Option("--deadline", metavar="日期", help="报送截止日，如 2018-11-30")
    ] = None,
    form_set: Annotated[str, typer.Option("--form-set", metavar="代号", help="用哪一套表")] = "2019",
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> int:
    """The folder of a campaign."""
    from datetime import date

    from xlsform import operations

    console = Console(ctx.obj, quiet=quiet)
    try:
        due = date.fromisoformat(deadline) if deadline else None
    except ValueError:
        raise UsageError(f"截止日要写作 2018-11-30 这样的日期，现为“{deadline}”") from None
    made = operations.init(folder, year, district, form_set=form_set, deadline=due, dry_run=dry_run)
    emit(str(path) for path in made)
    if not dry_run:
        console.remark(translate("下一步：在 departments.xlsx 里填好部门，再运行 xlsform issue", console.lang))
    return CLEAN


@app.command(
    cls=Command,
    short_help="给每个部门生成一份待填的工作簿",
    help="给名册里每个部门生成一份待填的工作簿：填好部门名称、年度和主管部门，锁定栏目、放开填写处（没有密码），带下拉选项、填写提示、"
    "金额和字数限制，各表右侧有随填随算的“填报检查”（不打印）。填好报送后照常读取。",
    epilog="示例：\n"
    "  xlsform issue --mail\n"
    "  xlsform issue --carry 去年/收件 --department 区委办本级\n"
    "  xlsform issue --roster 部门名册.xlsx -o 下发/ --year 2019",
)
def issue(
    ctx: typer.Context,
    roster: Annotated[
        Path | None,
        typer.Option("--roster", metavar="文件", help="部门名册；不写则用采集文件夹里的 departments.xlsx、.csv"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="文件夹", help="写到这个文件夹；不写则是采集文件夹里的 下发"),
    ] = None,
    department: Annotated[
        list[str] | None, typer.Option("--department", metavar="名称", help="只给这个部门（名称或别名，可以写几次）")
    ] = None,
    carry: Annotated[
        Path | None,
        typer.Option("--carry", metavar="文件或文件夹", help="上年的报送表：实施期未满的专项，把沿用的内容先填好"),
    ] = None,
    mail: Annotated[bool, typer.Option("--mail", help="另为每个部门写一份下发通知的邮件草稿（.eml）")] = False,
    format: ReportFormat = TextOrJson.TEXT,
    dry_run: DryRun = False,
    mapping: Mapping = None,
    year: Year = None,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """One workbook a department."""
    from xlsform import operations
    from xlsform.specfiles.campaign import ISSUED

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    out = output if output is not None else operations.campaign_folder(ISSUED)
    settings = operations.load_settings([], mapping, roster, year)
    with console.progress("下发") as progress:
        issued = operations.issue(
            out,
            settings,
            names=department or (),
            last_year=carry,
            mail=mail,
            force=force,
            dry_run=dry_run,
            progress=progress,
        )
    if format is TextOrJson.JSON:
        emit([as_json(issued_object(issued))])
    else:
        emit(issued_lines(issued, console.lang, dry_run=dry_run))
    return CLEAN


def issued_lines(issued: Issued, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The files, then what was not carried over and who has no address."""
    yield from (str(path) for path in issued.written)
    if dry_run:
        yield translate("试运行，未写出", lang)
    yield translate(f"{len(issued.departments)} 个部门，带入上年记录 {issued.carried} 条", lang)
    if issued.left:
        yield translate("没有带入的：", lang)
    for one in issued.left:
        where = "，".join(part for part in (one.department, one.file, one.name) if part)
        yield f"  {where}{'：' if lang == 'zh' else ': '}{translate(one.why, lang)}"
    if issued.without_mail:
        yield translate("名册里没有邮箱的：", lang) + "、".join(issued.without_mail)


def issued_object(issued: Issued) -> dict[str, object]:
    """What `issue --format json` prints."""
    from xlsform.writers.json_lines import SCHEMA_VERSION

    return {
        "schema_version": SCHEMA_VERSION,
        "written": [str(path) for path in issued.written],
        "departments": list(issued.departments),
        "carried": issued.carried,
        "not_carried": [
            {"department": one.department, "file": one.file, "record": one.name, "why": one.why} for one in issued.left
        ],
        "without_mail": list(issued.without_mail),
    }
