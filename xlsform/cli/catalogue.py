"""The catalogue of rules: rules, explain."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlsform.cli.options import Mapping, ReportFormat, TextOrJson, app, as_json, emit
from xlsform.console import CLEAN
from xlsform.core.errors import UsageError
from xlsform.helppages import Command

if TYPE_CHECKING:
    from xlsform.core.catalogue import Rule


@app.command(
    cls=Command,
    short_help="列出全部检查规则",
    help="列出全部检查规则：代码、级别、维度、名称。标“默认不查”的要在表样说明里打开。",
    epilog="示例：\n  xlsform rules\n  xlsform rules --format json",
)
def rules(ctx: typer.Context, format: ReportFormat = TextOrJson.TEXT, mapping: Mapping = None) -> int:
    """The catalogue."""
    from xlsform.core.catalogue import RULES
    from xlsform.screen import rule_lines

    chosen = RULES.values()
    emit([_as_json(chosen, mapping)] if format is TextOrJson.JSON else rule_lines(chosen, ctx.obj))
    return CLEAN


def _as_json(chosen: Iterable[Rule], mapping: Path | None) -> str:
    from xlsform.operations import load_mapping
    from xlsform.specfiles.uses import uses
    from xlsform.writers.json_lines import rules_object

    return as_json(rules_object(chosen, uses(load_mapping(mapping))))


@app.command(
    cls=Command,
    short_help="说明一条规则：依据、正误示例、在 Excel 里怎么改",
    help="说明一条或几条规则：依据（编报说明的条款）、级别和提示语、错误和正确的写法、在 Excel 里怎么改、门槛写在哪一行、怎样改级别。",
    epilog="示例：\n  xlsform explain A02\n  xlsform explain C03 X03\n  xlsform explain T01 --format json",
)
def explain(
    ctx: typer.Context,
    codes: Annotated[list[str], typer.Argument(metavar="代码…", help="规则代码，例如 A02")],
    format: ReportFormat = TextOrJson.TEXT,
    mapping: Mapping = None,
) -> int:
    """One rule or several, each whole."""
    from xlsform.core.catalogue import RULES
    from xlsform.operations import load_mapping
    from xlsform.screen import explanation_lines
    from xlsform.specfiles.uses import uses

    chosen = []
    for code in (code.upper() for code in codes):
        if code not in RULES:
            near = get_close_matches(code, RULES, n=3)
            raise UsageError(
                f"没有规则 {code}，是否为 {' '.join(near)}" if near else f"没有规则 {code}，全部规则见 xlsform rules"
            )
        chosen.append(RULES[code])
    if format is TextOrJson.JSON:
        emit([_as_json(chosen, mapping)])
    else:
        asked = uses(load_mapping(mapping))
        emit(line for rule in chosen for line in explanation_lines(rule, asked.get(rule.code, ()), ctx.obj))
    return CLEAN
