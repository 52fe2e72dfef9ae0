"""Mapping files: mapping check, mapping show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlsform.cli.options import Force, app, emit
from xlsform.console import CLEAN, USAGE
from xlsform.core.errors import UsageError
from xlsform.core.findings import Level
from xlsform.helppages import Command, Group
from xlsform.wording import translate

mapping_app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None)
app.add_typer(mapping_app, name="mapping", help="检查、查看表样说明")

MappingPath = Annotated[
    Path | None,
    typer.Argument(metavar="表样说明", help="文件夹（如 mappings/2019）或其中一个 .yaml；不写则用软件自带的"),
]


@mapping_app.command(
    name="check",
    cls=Command,
    short_help="对照空白表检查表样说明",
    help="对照空白表检查表样说明：每个栏目在空白表上恰好出现一次，每个字段都有单元格。有错时列出文件、行号和应写的词，退出码为 2。",
    epilog="示例：\n  xlsform mapping check\n  xlsform mapping check mappings/2019",
)
def mapping_check(ctx: typer.Context, mapping: MappingPath = None) -> int:
    """A mapping folder by itself (its faults are an exception that `failed` puts into words), then against its blanks."""
    from xlsform.operations.settings import load_blanks
    from xlsform.screen import finding_line
    from xlsform.specfiles.claims import claims, sheets
    from xlsform.specfiles.proof import check_mapping

    blanks = load_blanks(mapping_folder(mapping))
    findings = check_mapping(*blanks)
    emit(finding_line(finding, ctx.obj) for finding in findings)
    if any(finding.level is Level.ERROR for finding in findings):
        return USAGE
    for sheet in sheets(*blanks):
        if sheet.layout is not None and sheet.grid is not None:
            count = translate("{count} 个字段各有其格", ctx.obj).format(count=len(claims(sheet.layout, sheet.grid)))
            emit([f"{sheet.book.file}  {sheet.name}  {count}"])
    return CLEAN


@mapping_app.command(
    name="show",
    cls=Command,
    short_help="画出每个字段占用哪些单元格",
    help="在空白表上画出每个字段占用哪些单元格；给出一个 .yaml 时只画那一种表。",
    epilog="示例：\n  xlsform mapping show\n"
    "  xlsform mapping show mappings/2019/fund_summary.yaml\n"
    "  xlsform mapping show mappings/2019 -o 表样.html",
)
def mapping_show(
    mapping: MappingPath = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="文件", help="写成网页（.html），不写则在屏幕上画")
    ] = None,
    force: Force = False,
) -> int:
    """Every sheet of the blanks with the fields that claim its cells."""
    from xlsform.operations.settings import load_blanks
    from xlsform.specfiles.picture import html_picture, text_picture
    from xlsform.writers.place import put_in_place, refuse_existing

    if output is not None:
        if output.suffix.lower() not in {".html", ".htm"}:
            raise UsageError("图只能写成 .html")
        refuse_existing(output, force=force)
    blanks = load_blanks(mapping_folder(mapping))
    only = mapping.stem if mapping is not None and mapping.is_file() else ""
    if only and only not in {form.id for form in blanks[0].forms}:
        raise UsageError(f"{mapping} 不是一种表的说明")
    if output is None:
        emit([text_picture(*blanks, only).rstrip("\n")])
    else:
        page = html_picture(*blanks, only).encode()
        put_in_place(output, lambda out: out.writelines([page]), force=force)
    return CLEAN


def mapping_folder(mapping: Path | None) -> Path | None:
    """The folder of a mapping given as a folder or as one of its files. Raises UsageError when there is neither."""
    if mapping is not None and not mapping.exists():
        raise UsageError(f"没有 {mapping}")
    return mapping.parent if mapping is not None and mapping.is_file() else mapping
