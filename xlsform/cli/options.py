"""What the commands share: the options that mean the same everywhere, how results are printed, the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlsform.console import CLEAN, FINDINGS, UNREADABLE, Console, one_line, speaks_unicode
from xlsform.core.findings import Level
from xlsform.helppages import Group
from xlsform.wording import translate

if TYPE_CHECKING:
    from xlsform.operations import Intake, Settings


class FailLevel(StrEnum):
    """The level from which findings make exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class TextOrJson(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


class RecordFormat(StrEnum):
    """How records are printed."""

    JSONL = "jsonl"
    CSV = "csv"


class ShownUnit(StrEnum):
    """Units that a summary may show its amounts in instead of 万元."""

    HUNDRED_MILLION = "亿元"
    THOUSAND = "千元"
    ONE = "元"


Paths = Annotated[
    list[Path], typer.Argument(metavar="文件或文件夹…", help="部门报送的 .xlsx、.xlsm，或装着它们的文件夹")
]
Inbox = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="文件或文件夹…", help="部门报送的 .xlsx、.xlsm，或装着它们的文件夹；在采集文件夹里不写就是 收件"
    ),
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", metavar="文件夹", help="表样说明所在的文件夹；不写则用软件自带的")
]
Roster = Annotated[
    Path | None,
    typer.Option("--roster", metavar="文件", help="部门名册；不写则用报送文件旁边或上一级的 departments.xlsx、.csv"),
]
Unit = Annotated[
    ShownUnit | None,
    typer.Option(
        "--unit", metavar="亿元|千元|元", help="汇总表的金额单位；舍位后各级合计仍然平衡。不写则为万元，不舍位"
    ),
]
Digits = Annotated[
    int | None, typer.Option("--digits", metavar="位数", min=0, max=6, help="换单位后保留几位小数，不写则为 2")
]
Waivers = Annotated[
    Path | None,
    typer.Option("--waivers", metavar="文件", help="豁免（.yaml）；不写则用采集文件夹里的 waivers.yaml"),
]
LastYear = Annotated[
    Path | None,
    typer.Option(
        "--last-year", metavar="文件", help="上年的区级汇总表（或装着上年申报表的文件夹），用于与上年比较的规则"
    ),
]
Year = Annotated[
    int | None, typer.Option("--year", metavar="YYYY", min=1990, max=2100, help="预算年度；不写则以表样说明为准")
]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="个数", min=1, help="同时读取的进程数；不写则自动决定")]
Fail = Annotated[
    FailLevel, typer.Option("--fail-level", metavar="error|warning|hint", help="有这一级或更重的问题时退出码为 1")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查、只说会写什么，不写文件")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的输出文件")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="不显示进度和说明")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="不在终端上时也逐个列出读取的文件")]
ReportFormat = Annotated[TextOrJson, typer.Option("--format", metavar="text|json", help="输出格式")]

app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None)


def returns_in(paths: list[Path] | None) -> list[Path]:
    """The paths given, else the campaign's 收件. Raises UsageError when there is neither."""
    if paths:
        return paths
    from xlsform.operations import campaign_folder
    from xlsform.specfiles.campaign import INBOX

    return [campaign_folder(INBOX)]


def taken_in(paths: list[Path], settings: Settings, console: Console) -> Intake:
    """What the verb works on. Remarks say what is amiss with the inbox, and which files in it nobody has collected. Raises UsageError."""
    from xlsform.core.inbox import named
    from xlsform.operations import intake

    batch = intake(paths, settings)
    if batch.inbox is None:
        return batch
    for remark in batch.inbox.remarks:
        console.remark(translate(remark, console.lang))
    loose = batch.inbox.loose
    if loose:
        said = translate(
            "收件 里有 {count} 个文件还没有收取，不计在内：{names}；收取用 xlsform collect 收件", console.lang
        )
        console.remark(said.format(count=len(loose), names=named([one_line(path.name) for path in loose])))
    return batch


def exit_code(read: int, levels: Iterable[Level], fail_level: FailLevel, console: Console) -> int:
    """3 when nothing could be read, 1 when a finding is at or above `fail_level`, else 0."""
    if not read:
        console.remark(translate("一个报送文件也没有读到", console.lang))
        return UNREADABLE
    return FINDINGS if any(level >= Level[fail_level.name] for level in levels) else CLEAN


def as_json(value: object) -> str:
    """One line of JSON, in escapes where stdout cannot hold every character."""
    from xlsform.writers.json_lines import dumps

    return dumps(value, ascii_only=not speaks_unicode())


def emit(lines: Iterable[str]) -> None:
    """Lines on stdout. A reader that closes the pipe early (head) ends the command quietly, as if interrupted."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError as error:
        # What is still buffered must not fail a second time when the interpreter closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise BrokenPipeError from error  # with no errno: typer would turn EPIPE into its own exit code
