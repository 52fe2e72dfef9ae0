"""Indicator values: value."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from xlsform.cli.options import app, as_json, emit
from xlsform.console import CLEAN
from xlsform.core.errors import UsageError
from xlsform.helppages import Command


@app.command(
    cls=Command,
    context_settings={"ignore_unknown_options": True},  # -10% is a value
    short_help="看一个指标值是怎样理解的",
    help="看指标值是怎样理解的：类型、符号、数值、单位、期间、方向，每个值输出一行 JSON。读不准的一律作文字（text），原文不变。",
    epilog="示例：\n  xlsform value ≥95% 8万元/项 2019年年底前\n  xlsform value 12月底前 --year 2019\n  xlsform value - < 指标值.txt",
)
def value(
    texts: Annotated[
        list[str], typer.Argument(metavar="指标值…", help="一个或几个指标值；写 - 则从标准输入读，一行一个")
    ],
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="YYYY", min=1990, max=2100, help="没有写年份的时间按这一年理解"),
    ] = None,
) -> int:
    """One JSON object a value, in the order in which they are given."""
    from xlsform.core.values import parse
    from xlsform.resources import bundled
    from xlsform.specfiles import load_units
    from xlsform.writers.json_lines import indicator_object

    for text in texts:
        if text.startswith("--"):
            raise UsageError(f"没有选项 {text}")
    units = load_units(bundled("mappings", "units.yaml"))
    emit(as_json(indicator_object(parse(text, units, year=year))) for text in _all(texts))
    return CLEAN


def _all(texts: Iterable[str]) -> Iterator[str]:
    """The values, with those on standard input where - stands."""
    for text in texts:
        if text == "-":
            yield from (_decoded(line) for line in sys.stdin.buffer)
        else:
            yield text


def _decoded(line: bytes) -> str:
    """A line in UTF-8, or as a Chinese Windows writes it."""
    bare = line.rstrip(b"\r\n")
    try:
        return bare.decode("utf-8-sig")
    except UnicodeDecodeError:
        return bare.decode("gb18030", errors="replace")
