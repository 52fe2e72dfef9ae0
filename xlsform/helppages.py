"""Help pages of the command line: Chinese headings, columns aligned by display width, one page a command."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from xlsform.core.errors import UsageError
from xlsform.wording import Lang, translate

if TYPE_CHECKING:
    from typer import Context

# A wide character takes the closing marks behind it along, so that no line begins with one.
_PIECE = re.compile(r"[^\x00-\x7f][，。；、：）”》…]*|[\x21-\x7e]+|[ ]+")
_HANGING = 24


def width(text: str) -> int:
    """Columns the text takes on a terminal: 2 for a wide character."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def wrap(text: str, columns: int) -> Iterator[str]:
    """The text in lines of at most `columns` (a longer word stands alone); line ends in the text stay."""
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECE.findall(paragraph):
            if line and width(line) + width(piece) > columns:
                yield line.rstrip()
                line = "" if piece.isspace() else piece
            else:
                line += piece
        yield line.rstrip()


def _columns() -> int:
    return max(60, min(shutil.get_terminal_size().columns, 100))


def _rows(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, text in rows:
        lines = list(wrap(text, _columns() - _HANGING - 2))
        if width(name) + 2 > _HANGING:
            yield f"  {name}"
        else:
            yield f"  {name}{' ' * (_HANGING - width(name))}{lines.pop(0)}"
        for line in lines:
            yield f"  {' ' * _HANGING}{line}"


def _names(param: Any, lang: Lang) -> str:
    """`-o, --output 文件` of an option."""
    names = ", ".join(sorted((*param.opts, *param.secondary_opts), key=len))
    return f"{names} {translate(param.metavar, lang)}" if param.metavar else names


def _explained(param: Any, lang: Lang) -> str:
    text = translate(param.help or "", lang)
    default = param.default
    if default in (None, False, ()) or not param.show_default or callable(default):
        return text
    shown = getattr(default, "value", default)
    return f"{text} [default: {shown}]" if lang == "en" else f"{text}（默认 {shown}）"


def _page(command: TyperCommand | TyperGroup, context: Context) -> Iterator[str]:
    lang: Lang = context.obj
    params = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param for param in params if param.param_type_name == "argument"]
    options = [param for param in params if param.param_type_name == "option"]
    commands = command.commands.values() if isinstance(command, TyperGroup) else ()
    usage = [context.command_path, *(translate(str(param.metavar), lang) for param in arguments)]
    usage.append(translate("命令 …" if commands else "[选项]", lang))
    yield f"{translate('用法：', lang)}{' '.join(usage)}"
    yield ""
    yield from wrap(translate(command.help or "", lang), _columns())
    sections: tuple[tuple[str, list[tuple[str, str]]], ...] = (
        ("命令：", [(item.name or "", translate(item.short_help or item.help or "", lang)) for item in commands]),
        ("参数：", [(translate(str(param.metavar), lang), _explained(param, lang)) for param in arguments]),
        (
            "选项：",
            [(_names(param, lang), _explained(param, lang)) for param in options]
            + [
                ("--lang zh|en", translate("中文或英文，写在哪里都可以（默认 zh）", lang)),
                ("-h, --help", translate("显示本页", lang)),
            ],
        ),
    )
    for title, rows in sections:
        if rows:
            yield ""
            yield translate(title, lang)
            yield from _rows(rows)
    if command.epilog:
        yield ""
        yield from translate(command.epilog, lang).splitlines()


class Command(TyperCommand):
    """A command whose help page is ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the page; typer asks for it when it meets --help."""
        formatter.write("\n".join(_page(self, ctx)) + "\n")


class Group(TyperGroup):
    """A group of commands whose help page is ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Writes the page; typer asks for it when it meets --help."""
        formatter.write("\n".join(_page(self, ctx)) + "\n")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Raises UsageError, with the nearest name, for a command that does not exist."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            near = get_close_matches(args[0], self.commands, n=1)
            raise UsageError(f"没有命令 {args[0]}，是否为 {near[0]}" if near else f"没有命令 {args[0]}")
        return super().resolve_command(ctx, args)


def usage_error(error: BaseException, lang: Lang) -> tuple[str, ...]:
    """What to print when the arguments are wrong: the fault and where help stands. Empty when it is another kind of error."""
    if not isinstance(error, TyperException):
        return ()
    context = getattr(error, "ctx", None)
    page = f"{context.command_path if context is not None else 'xlsform'} --help"
    return (_fault(error, lang), f"{translate('用法见', lang)} {page}")


def _fault(error: TyperException, lang: Lang) -> str:
    """The fault in Chinese. typer keeps its exception classes to itself, so they are told apart by name."""
    if lang == "en":
        return error.format_message()
    param: Any = getattr(error, "param", None)
    name = "" if param is None else param.metavar if param.param_type_name == "argument" else param.opts[-1]
    match type(error).__name__:
        case "NoSuchOption":
            near = getattr(error, "possibilities", None)
            return f"没有选项 {getattr(error, 'option_name', '')}" + (f"，是否为 {near[0]}" if near else "")
        case "MissingParameter":
            return f"缺少 {name}"
        case "BadOptionUsage":
            return f"选项 {getattr(error, 'option_name', '')} 用得不对（后面要有值，开关则不能有值）"
        case "BadParameter" if param is not None:
            return f"{name} 的值不对，应为 {param.metavar}"
        case _ if error.message == "Missing command.":
            return "缺少命令"
        case _:
            return f"参数不对：{error.format_message()}"
