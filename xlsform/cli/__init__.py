"""The command line: arguments in, one operation, its result printed, an exit code.

What is slow to import (operations and all below it) is imported inside the commands, so that --help answers at once.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

# Each adds its commands to `app`, in the order in which the help page lists them.
from xlsform.cli import campaign, collecting, returns, filling, comparing, reviewing  # isort: skip
from xlsform.cli import progress, sending, catalogue, values, mappings  # isort: skip
from xlsform.cli.options import app, emit
from xlsform.console import CLEAN, INTERNAL, INTERRUPTED, USAGE, exit_code_of, explain_error, prepare_streams
from xlsform.core.errors import UsageError
from xlsform.helppages import usage_error
from xlsform.wording import Lang

__all__ = [
    "app",
    "campaign",
    "catalogue",
    "collecting",
    "comparing",
    "filling",
    "main",
    "mappings",
    "progress",
    "returns",
    "reviewing",
    "run",
    "sending",
    "take_language",
    "values",
]


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
