"""Prints docs/reference/cli.md from the help pages: `python tools/cli_page.py > docs/reference/cli.md`."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from typing import Any

import typer

from xlsform.cli import app, run


def commands(command: Any, *words: str) -> Iterator[tuple[str, ...]]:
    """Every command, in the order of the help pages; of a group its commands, but of the program itself as well."""
    inner = getattr(command, "commands", None)
    if inner is None or not words:
        yield words
    for name, one in (inner or {}).items():
        yield from commands(one, *words, name)


COMMANDS = tuple(commands(typer.main.get_command(app)))

HEAD = """\
# 命令 · Commands

本页由 `python tools/cli_page.py` 从程序打印，请勿手改。 This page is printed from the code.

## 退出码 · Exit codes <a id="exit-codes"></a>

| 码 | 含义 | meaning |
|---|---|---|
| 0 | 齐全，没有达到 `--fail-level` 的问题 | clean: nothing at or above `--fail-level` |
| 1 | 有达到 `--fail-level`（默认 error）的问题 | findings at or above `--fail-level` (default error) |
| 2 | 用法、表样说明或名册有误，或无法写出 | wrong usage, mapping or roster, or the output cannot be written |
| 3 | 一个文件也读不了 | nothing could be read |
| 70 | 软件内部错误，请报给维护者 | a fault of this program, please report it |
| 130 | 被中断（Ctrl-C） | interrupted |

标准输出只有结果，进度和说明在标准错误。 stdout is data, stderr is progress and remarks."""


def page() -> str:
    """The whole text of docs/reference/cli.md."""
    parts = [HEAD]
    for words in COMMANDS:
        name = " ".join(("xlsform", *words))
        parts += [
            "",
            f"## {name}",
            "",
            "```text",
            help_page(*words),
            "```",
            "",
            "```text",
            help_page("--lang", "en", *words),
            "```",
        ]
    return "\n".join(parts) + "\n"


def help_page(*words: str) -> str:
    """What `xlsform WORDS --help` prints on a terminal of 100 columns."""
    os.environ["COLUMNS"] = "100"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run([*words, "--help"])
    return out.getvalue().strip()


if __name__ == "__main__":
    print(page(), end="")
