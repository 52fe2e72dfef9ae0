"""The terminal: streams that never fail on a character, progress and remarks on stderr, and what every exception means there."""

from __future__ import annotations

import errno
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from xlsform.core.errors import RecordsError, SpecError, UsageError, VerificationError, XlsformError
from xlsform.wording import Lang, translate

Progress = Callable[[int, int, str], None]

CLEAN, FINDINGS, USAGE, UNREADABLE, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 70, 130
"""Exit codes; 70 is a fault of this program and comes with a traceback or says what did not read back."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def one_line(text: str) -> str:
    r"""Text of a file, safe on a terminal: control, bidi and zero-width characters and lone surrogates as visible escapes (\n)."""
    return _UNSAFE.sub(lambda match: _NAMED.get(match[0]) or f"\\u{ord(match[0]):04x}", text)


def prepare_streams() -> None:
    """UTF-8 into pipes and files; on a terminal its own encoding, where a character that it lacks becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty() or "PYTHONIOENCODING" in os.environ:
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def speaks_unicode() -> bool:
    """Whether stdout can hold every character (JSON is written in escapes where it cannot)."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


@dataclass(frozen=True, slots=True)
class Console:
    """How a command speaks: its language, -q and -v."""

    lang: Lang
    quiet: bool = False
    verbose: bool = False

    def remark(self, text: str) -> None:
        """A line on stderr, unless -q."""
        if not self.quiet:
            print(text, file=sys.stderr)

    def password_prompt(self) -> Callable[[str], str] | None:
        """What asks on the terminal for a mail account's password, unseen; None where there is no terminal."""
        if not sys.stdin.isatty():
            return None

        def ask(label: str) -> str:
            from getpass import getpass  # noqa: PLC0415  # only who sends or fetches mail is asked

            return getpass(translate(f"{label} 的邮箱密码（或授权码）：", self.lang), sys.stderr)

        return ask

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress | None]:
        """A bar on a terminal; a line a file on a pipe with -v; nothing on a pipe otherwise or with -q."""
        if self.quiet:
            yield None
        elif sys.stderr.isatty():
            with _bar(translate(title, self.lang)) as advance:
                yield advance
        elif self.verbose:
            yield lambda done, total, file: print(f"{done}/{total} {one_line(file)}", file=sys.stderr)
        else:
            yield None


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    """Rich's bar falls back to plain marks by itself where the terminal's encoding lacks its own."""
    from rich import console as rich_console  # noqa: PLC0415  # `--help` and pipes need no rich
    from rich import progress as rich_progress  # noqa: PLC0415

    columns = (
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TextColumn("{task.fields[file]}", markup=False),
    )
    with rich_progress.Progress(*columns, console=rich_console.Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, file="")

        def advance(done: int, total: int, file: str) -> None:
            bar.update(task, completed=done, total=total, file=one_line(file))

        yield advance


def exit_code_of(error: BaseException) -> int:
    """The one table of exceptions and exit codes."""
    match error:
        case KeyboardInterrupt() | BrokenPipeError():
            return INTERRUPTED
        case VerificationError():
            return INTERNAL
        case XlsformError() | OSError():
            return USAGE
        case _:
            return INTERNAL


def explain_error(error: BaseException, lang: Lang) -> tuple[str, ...]:
    """What to print for an exception: what happened, then what to do next. Empty when nothing needs saying."""
    match error:
        case BrokenPipeError():
            return ()
        case KeyboardInterrupt():
            return (translate("已中断，没有留下不完整的文件", lang),)
        case RecordsError():
            return (*(str(fault) for fault in error.faults), translate("请按上面的位置修改记录后重试", lang))
        case SpecError():
            tip = translate("请按上面的文件和行号修改后重试；表样说明可用 xlsform mapping check 再查", lang)
            return (*(str(fault) for fault in error.faults), tip)
        case VerificationError():
            return (f"{translate('写出的文件与预期不符，未放到位', lang)}：{error}", _report_it(lang))
        case UsageError():
            return (translate(str(error), lang), translate("用法见 xlsform --help", lang))
        case PermissionError():
            return (f"{translate('没有权限或文件正被打开', lang)}：{error.filename}", translate("请关闭后重试", lang))
        case OSError():
            cause = _CAUSES.get(error.errno or 0, "")
            said = translate(cause, lang) if cause else error.strerror or error
            return (f"{said}：{error.filename or ''}".rstrip("："),)
        case _:
            return (f"{translate('程序内部错误', lang)}：{error!r}", _report_it(lang))


_CAUSES = {
    errno.ENOSPC: "磁盘空间不够，原有的文件没有改动；请腾出空间后重试",
    errno.EROFS: "这个位置只能读取、不能写入，请复制到别处再用",
}
"""What a clerk can do something about, by the system's number."""


def _report_it(lang: Lang) -> str:
    return translate("这是本软件的问题，请把以上信息报给维护者", lang)
