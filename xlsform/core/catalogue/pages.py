"""docs/reference/rules.md, printed from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from xlsform.core.catalogue.rejections import REJECTIONS, REMARKS
from xlsform.core.catalogue.rule import DIMENSIONS, Message, Rule
from xlsform.core.findings import Level

FAMILIES = {
    "T": ("文件与模板", "File and template"),
    "A": ("专项资金预算绩效目标汇总表", "Fund summary"),
    "B": ("专项资金支出方向绩效目标表", "Direction targets"),
    "C": ("部门整体支出绩效申报表", "The department's overall targets"),
    "M": ("绩效指标分解表", "Indicator table"),
    "V": ("指标值", "Indicator values"),
    "X": ("表间核对", "Across forms"),
    "S": ("报送", "Submission"),
    "Z": ("区级汇总", "District merge"),
}


def levels_text(rule: Rule) -> str:
    """“错误/警告”."""
    return "/".join(level.label for level in rule.levels)


def state(rule: Rule) -> str:
    """Whether the rule runs: 启用, 默认关闭 or 未实现."""
    if not rule.evaluated:
        return "未实现"
    return "启用" if rule.on else "默认关闭"


def _distinct(rule: Rule) -> list[Message]:
    seen: dict[tuple[Level, str], Message] = {}
    for key, message in rule.messages.items():
        if not key.startswith(("E-", "W-")):  # reasons and remarks have tables of their own
            seen.setdefault((message.level, message.zh), message)
    return list(seen.values())


def reference_page(rules: Iterable[Rule]) -> str:
    """docs/reference/rules.md."""
    rules = tuple(rules)
    done = sum(rule.evaluated for rule in rules)
    lines = [
        "# 规则目录",
        "",
        "本页由 `python tools/rules_page.py` 从程序生成，请勿手改。",
        "",
        f"共 {len(rules)} 条，已实现 {done} 条。",
        "",
        "错误：该表不汇总；警告：写明理由后放行；提示：仅供参考。代码永不改变、永不挪作他用；级别在 `formset.yaml` 的 `levels` 中调整。",
        "门槛写在映射文件的哪一行，用 `xlsform explain 代码` 查看；每条规则由哪份样表验证，见[规则与样表](rule-samples.md)。",
    ]
    for family, (zh, _) in FAMILIES.items():
        members = [rule for rule in rules if rule.code[0] == family]
        lines += ["", f"## {family} {zh}", "", "| 代码 | 规则 | 级别 | 维度 | 状态 |", "|---|---|---|---|---|"]
        lines += [
            f"| [{rule.code}](#{rule.code.lower()}) | {rule.title} | {levels_text(rule)} | {DIMENSIONS[rule.dimension]} | {state(rule)} |"
            for rule in members
        ]
        for rule in members:
            lines += ["", f'### <a id="{rule.code.lower()}"></a>{rule.code} {rule.title}', ""]
            lines += [
                f"- {message.level.label}：{_code(message.zh)} · {_code(message.en)}" for message in _distinct(rule)
            ]
            lines += [
                f"- 依据：{_plain(rule.why)}",
                f"- 错例：{_plain(rule.bad)}",
                f"- 正例：{_plain(rule.good)}",
                f"- 怎样改：{_plain(rule.fix)}",
                f"- 改级别：`levels: {{{rule.code}: {rule.another_level}}}`",
            ]
    return "\n".join([*lines, "", *_rejection_table(), ""])


def _rejection_table() -> list[str]:
    lines = ["## T01 的原因", "", "| 键 | 说明 | 下一步 |", "|---|---|---|"]
    lines += [f"| {key} | {_plain(reason.zh)} | {_plain(reason.step)} |" for key, reason in REJECTIONS.items()]
    lines += ["", "## 读取时的说明", "", "| 键 | 说明 |", "|---|---|"]
    return lines + [f"| {key} | {_plain(remark.zh)} |" for key, remark in REMARKS.items()]


def _code(text: str) -> str:
    return f"`{text}`"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
