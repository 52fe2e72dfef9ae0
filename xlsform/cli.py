"""The command line: arguments in, one operation, its result printed, an exit code.

What is slow to import (operations and all below it) is imported inside the commands, so that --help answers at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NoReturn

import typer

from xlsform.console import (
    CLEAN,
    FINDINGS,
    INTERNAL,
    INTERRUPTED,
    UNREADABLE,
    USAGE,
    Console,
    exit_code_of,
    explain_error,
    prepare_streams,
    speaks_unicode,
)
from xlsform.core.errors import UsageError
from xlsform.core.findings import Level
from xlsform.helppages import Command, Group, usage_error
from xlsform.wording import Lang, translate

if TYPE_CHECKING:
    from xlsform.core.records import Submission
    from xlsform.operations import Report


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


Paths = Annotated[
    list[Path], typer.Argument(metavar="文件或文件夹…", help="部门报送的 .xlsx、.xlsm，或装着它们的文件夹")
]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", metavar="文件夹", help="表样说明所在的文件夹；不写则用软件自带的")
]
Roster = Annotated[
    Path | None,
    typer.Option("--roster", metavar="文件", help="部门名册；不写则用报送文件旁边或上一级的 departments.xlsx、.csv"),
]
Year = Annotated[
    int | None, typer.Option("--year", metavar="YYYY", min=1990, max=2100, help="预算年度；不写则以表样说明为准")
]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="个数", min=1, help="同时读取的进程数；不写则自动决定")]
Fail = Annotated[
    FailLevel, typer.Option("--fail-level", metavar="error|warning|hint", help="有这一级或更重的问题时退出码为 1")
]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的输出文件")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="不显示进度和说明")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="不在终端上时也逐个列出读取的文件")]
ReportFormat = Annotated[TextOrJson, typer.Option("--format", metavar="text|json", help="输出格式")]

app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None)
mapping_app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None)
app.add_typer(mapping_app, name="mapping", help="检查、查看表样说明")


def main() -> NoReturn:
    """Runs the command that the process was started with and exits with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command; the only place that turns exceptions into words and an exit code."""
    prepare_streams()
    lang: Lang = "zh"
    try:
        lang, rest = take_language(arguments)
        code = typer.main.get_command(app).main(rest, prog_name="xlsform", standalone_mode=False, obj=lang)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # every exception gets its code and its words here
        return failed(error, lang)
    if code == INTERRUPTED:  # typer has caught the KeyboardInterrupt itself
        return failed(KeyboardInterrupt(), lang)
    return code if isinstance(code, int) else CLEAN


def failed(error: BaseException, lang: Lang) -> int:
    """Says on stderr what went wrong and what to do, and gives the exit code."""
    wrong_use = usage_error(error, lang)
    code = USAGE if wrong_use else exit_code_of(error)
    if code == INTERNAL:
        traceback.print_exception(error)
    for line in wrong_use or explain_error(error, lang):
        print(line, file=sys.stderr)
    return code


def take_language(arguments: Sequence[str]) -> tuple[Lang, list[str]]:
    """Takes --lang out of the line, wherever it stands before `--`: the help pages need it before anything is parsed.

    Raises UsageError for another language.
    """
    rest: list[str] = []
    lang = "zh"
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--lang":
            lang = next(words, "")
        elif word.startswith("--lang="):
            lang = word.removeprefix("--lang=")
        else:
            rest.append(word)
    match lang:
        case "zh" | "en":
            return lang, rest
        case _:
            raise UsageError("--lang 只能是 zh 或 en")


@app.callback(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="收、查、汇总区级预算绩效目标申报表（与 ODK 的 XLSForm 无关）。\n"
    "结果写到标准输出，进度和说明写到标准错误。\n"
    "退出码：0 没有问题；1 有问题；2 用法或表样说明有误；3 一个文件也读不了；70 软件内部错误；130 中断。",
    epilog="示例：\n  xlsform check 收件/\n  xlsform merge 收件/ -o 区级汇总.xlsx\n  xlsform explain A02",
)
def root(ctx: typer.Context, version: Annotated[bool, typer.Option("--version", help="显示版本号")] = False) -> int:
    """`xlsform` alone shows its help page."""
    if version:
        from xlsform import __version__

        emit([f"xlsform {__version__}"])
    elif ctx.invoked_subcommand is None:
        emit([ctx.get_help()])
    return CLEAN


@app.command(
    cls=Command,
    short_help="读出记录，每个文件一行 JSON",
    help="读出报送表里的记录，每个文件输出一行 JSON；金额以万元计，一位小数也不差，每个值都带着它的单元格。",
    epilog="示例：\n"
    "  xlsform extract 区委办本级.xlsx\n"
    "  xlsform extract 收件/ -o 记录.jsonl\n"
    "  xlsform extract 收件/ --format csv -o 记录/",
)
def extract(
    ctx: typer.Context,
    paths: Paths,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="文件", help="写到文件（csv 时是文件夹），不写则到标准输出")
    ] = None,
    format: Annotated[
        RecordFormat, typer.Option("--format", metavar="jsonl|csv", help="输出格式")
    ] = RecordFormat.JSONL,
    no_provenance: Annotated[bool, typer.Option("--no-provenance", help="不要 _sheet 和 _cells")] = False,
    mapping: Mapping = None,
    roster: Roster = None,
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
    if output is not None:
        (refuse_filled if format is RecordFormat.CSV else refuse_existing)(output, force=force)
    settings = operations.load_settings(paths, mapping, roster, year)
    provenance = not no_provenance
    seen: list[tuple[bool, Level | None]] = []
    with console.progress("读取") as progress:
        submissions = watched(operations.extract(paths, settings, jobs=jobs, progress=progress), seen)
        objects = (submission_object(s, settings.formset, console.lang, provenance=provenance) for s in submissions)
        if output is None:
            emit(map(as_json, objects))
        elif format is RecordFormat.JSONL:
            put_in_place(output, lambda out: out.writelines(map(json_line, objects)), force=force)
        else:
            write = partial(write_tables, submissions, settings.formset, lang=console.lang, provenance=provenance)
            put_folder_in_place(output, write, force=force)
    levels = [level for _, level in seen if level is not None]
    return exit_code(sum(read for read, _ in seen), levels, fail_level, console)


@app.command(
    cls=Command,
    short_help="检查报送表，列出问题",
    help="检查报送表：每份表自身，以及各表之间。先列总数，再按部门列出问题，每个代码至多显示 20 条。",
    epilog="示例：\n"
    "  xlsform check 收件/\n"
    "  xlsform check 收件/ -o 问题清单.xlsx\n"
    "  xlsform check 区委办本级.xlsx --format json --fail-level warning",
)
def check(
    ctx: typer.Context,
    paths: Paths,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="文件", help="另写一份完整的问题清单：.xlsx 或 .json")
    ] = None,
    format: ReportFormat = TextOrJson.TEXT,
    mapping: Mapping = None,
    roster: Roster = None,
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
        if output.suffix.lower() not in {".xlsx", ".json"}:
            raise UsageError("问题清单只能写成 .xlsx 或 .json（尚不支持 .html）")
        refuse_existing(output, force=force)
    settings = operations.load_settings(paths, mapping, roster, year)
    with console.progress("检查") as progress:
        report = operations.check(paths, settings, jobs=jobs, progress=progress)
    if output is not None:
        put_in_place(output, partial(problem_list, report, console.lang, output.suffix.lower()), force=force)
    if format is TextOrJson.JSON:
        emit([as_json(findings_object(report.findings, console.lang))])
    else:
        emit(screen.report_lines(report, console.lang))
    if output is not None:
        console.remark(f"{translate('已写出', console.lang)} {output}")
    return exit_code(report.read, [finding.level for finding in report.findings], fail_level, console)


def problem_list(report: Report, lang: Lang, suffix: str, out: BinaryIO) -> None:
    """The whole list of findings as `suffix` says: .xlsx or .json."""
    from xlsform.screen import headline
    from xlsform.writers.json_lines import findings_object, json_line
    from xlsform.writers.reports import write_problem_list

    if suffix == ".xlsx":
        write_problem_list(report.findings, headline(report, lang), out, lang)
    else:
        out.write(json_line(findings_object(report.findings, lang)))


@app.command(
    cls=Command,
    short_help="汇总成区级汇总表（官方格式）",
    help="检查后汇总成区级汇总表（官方格式）。有错误的表不汇入，写在汇总表的“审核结果”里，退出码为 1；退出码 0 表示齐全无误。",
    epilog="示例：\n"
    "  xlsform merge 收件/ -o 区级汇总.xlsx\n"
    "  xlsform merge 收件/ -o 区级汇总.xlsx --force --jobs 4\n"
    "  xlsform merge 收件/ -o 区级汇总.xlsx --dry-run",
)
def merge(
    ctx: typer.Context,
    paths: Paths,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="文件", help="汇总表 .xlsx")],
    cards: Annotated[
        int, typer.Option("--cards", metavar="个数", min=0, help="部门多于此数时，各部门的卡片另存一个工作簿")
    ] = 20,
    format: ReportFormat = TextOrJson.TEXT,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查、只说会写什么，不写文件")] = False,
    mapping: Mapping = None,
    roster: Roster = None,
    year: Year = None,
    jobs: Jobs = None,
    fail_level: Fail = FailLevel.ERROR,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """The district summary in the official layout."""
    from xlsform import operations, screen
    from xlsform.writers.json_lines import findings_object

    console = Console(ctx.obj, quiet=quiet, verbose=verbose)
    if output.suffix.lower() != ".xlsx":
        raise UsageError("汇总表的文件名要以 .xlsx 结尾")
    settings = operations.load_settings(paths, mapping, roster, year)
    with console.progress("汇总") as progress:
        report = operations.merge(
            paths, output, settings, cards=cards, jobs=jobs, force=force, dry_run=dry_run, progress=progress
        )
    if format is TextOrJson.JSON:
        merged = {"written": [str(path) for path in report.written], "merged": report.merged, "records": report.records}
        emit([as_json(findings_object(report.findings, console.lang) | merged)])
    else:
        emit(screen.merge_lines(report, console.lang, dry_run=dry_run))
    return exit_code(report.read, [finding.level for finding in report.findings], fail_level, console)


@app.command(
    cls=Command,
    short_help="列出全部检查规则",
    help="列出全部检查规则：代码、级别、维度、名称。标“默认不查”的要在表样说明里打开。",
    epilog="示例：\n  xlsform rules\n  xlsform rules --format json",
)
def rules(ctx: typer.Context, format: ReportFormat = TextOrJson.TEXT) -> int:
    """The catalogue."""
    from xlsform.core.catalogue import RULES
    from xlsform.screen import rule_lines
    from xlsform.writers.json_lines import rules_object

    chosen = RULES.values()
    emit([as_json(rules_object(chosen))] if format is TextOrJson.JSON else rule_lines(chosen, ctx.obj))
    return CLEAN


@app.command(
    cls=Command,
    short_help="说明一条规则：依据、正误示例、在 Excel 里怎么改",
    help="说明一条或几条规则：依据（编报说明的条款）、级别和提示语、错误和正确的写法、在 Excel 里怎么改。",
    epilog="示例：\n  xlsform explain A02\n  xlsform explain C03 X03\n  xlsform explain T01 --format json",
)
def explain(
    ctx: typer.Context,
    codes: Annotated[list[str], typer.Argument(metavar="代码…", help="规则代码，例如 A02")],
    format: ReportFormat = TextOrJson.TEXT,
) -> int:
    """One rule or several, each whole."""
    from xlsform.core.catalogue import RULES
    from xlsform.screen import explanation_lines
    from xlsform.writers.json_lines import rules_object

    chosen = []
    for code in (code.upper() for code in codes):
        if code not in RULES:
            near = get_close_matches(code, RULES, n=3)
            raise UsageError(
                f"没有规则 {code}，是否为 {' '.join(near)}" if near else f"没有规则 {code}，全部规则见 xlsform rules"
            )
        chosen.append(RULES[code])
    if format is TextOrJson.JSON:
        emit([as_json(rules_object(chosen))])
    else:
        emit(line for rule in chosen for line in explanation_lines(rule, ctx.obj))
    return CLEAN


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


def watched(submissions: Iterable[Submission], seen: list[tuple[bool, Level | None]]) -> Iterator[Submission]:
    """Passes the submissions on and notes of each whether it could be read (no T01) and its worst level."""
    for submission in submissions:
        findings = submission.findings
        seen.append(
            (all(finding.code != "T01" for finding in findings), max((f.level for f in findings), default=None))
        )
        yield submission


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
