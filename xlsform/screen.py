"""Reports as lines of text: the summary first, then findings by department, at most 20 of a code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from xlsform.console import one_line
from xlsform.core.catalogue import DIMENSIONS, Rule, message
from xlsform.core.findings import Finding, Level
from xlsform.wording import Lang, translate

if TYPE_CHECKING:
    from xlsform.operations import MergeReport, Report

MERGED = "已汇总"
"""The state of a file that is wholly in the summary."""

MOST = 20
"""Findings of one code on the screen; the problem list holds all."""


def headline(report: Report, lang: Lang) -> str:
    """How much was read and found, in one sentence."""
    levels = Counter(finding.level for finding in report.findings)
    if lang == "en":
        return (
            f"{report.files} files, {report.read} read, {report.departments} departments; "
            f"{levels[Level.ERROR]} errors, {levels[Level.WARNING]} warnings, {levels[Level.HINT]} hints"
        )
    return (
        f"共 {report.files} 个文件，读取 {report.read} 个，{report.departments} 个部门；"
        f"错误 {levels[Level.ERROR]}，警告 {levels[Level.WARNING]}，提示 {levels[Level.HINT]}"
    )


def report_lines(report: Report, lang: Lang) -> Iterator[str]:
    """The whole report of `check`."""
    yield headline(report, lang)
    yield from _codes(report.findings, lang)
    yield from finding_lines(report.findings, lang)


def merge_lines(report: MergeReport, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The whole report of `merge`: as `check`, then each file that is not wholly in the summary, what was merged and written."""
    yield from report_lines(report, lang)
    yield ""
    for outcome in report.outcomes:
        if outcome.state != MERGED:
            yield " ".join(one_line(part) for part in (outcome.state, outcome.file, outcome.department) if part)
    total = translate("已汇总 {merged} 个部门、{records} 条记录", lang)
    yield total.format(merged=report.merged, records=report.records)
    for path in report.written:
        yield f"{translate('试运行，未写出' if dry_run else '已写出', lang)} {path}"


def _codes(findings: Sequence[Finding], lang: Lang) -> Iterator[str]:
    """One line a level: 错误：A02×3 C03×1."""
    for level in sorted(Level, reverse=True):
        codes = Counter(finding.code for finding in findings if finding.level is level)
        if codes:
            counts = " ".join(f"{code}×{count}" for code, count in sorted(codes.items()))
            yield f"{_label(level, lang)}{': ' if lang == 'en' else '：'}{counts}"


def finding_lines(findings: Sequence[Finding], lang: Lang) -> Iterator[str]:
    """Findings under their department, in the order given; those beyond MOST of a code are counted at the end."""
    shown: Counter[str] = Counter()
    for department, group in groupby(findings, key=lambda finding: finding.department):
        lines = []
        for finding in group:
            shown[finding.code] += 1
            if shown[finding.code] <= MOST:
                lines.append(f"  {finding_line(finding, lang)}")
        if lines:
            yield ""
            yield one_line(department) or translate("（整批或部门不明）", lang)
            yield from lines
    beyond = " ".join(f"{code}×{count - MOST}" for code, count in sorted(shown.items()) if count > MOST)
    if beyond:
        yield ""
        yield f"{translate('另有未显示的问题（用 -o 问题清单.xlsx 查看全部）：', lang)}{beyond}"


def finding_line(finding: Finding, lang: Lang) -> str:
    """错误 A02 区委办.xlsx!汇总表!C5 第 5 行未填支出方向."""
    where = one_line(str(finding.where))
    sentence = one_line(message(finding, lang))
    return " ".join(part for part in (_label(finding.level, lang), finding.code, where, sentence) if part)


def _label(level: Level, lang: Lang) -> str:
    return level.key if lang == "en" else level.label


def rule_lines(rules: Iterable[Rule], lang: Lang) -> Iterator[str]:
    """One line a rule: code, levels, dimension, title."""
    for rule in rules:
        dimension = rule.dimension if lang == "en" else DIMENSIONS[rule.dimension]
        yield f"{rule.code}  {_levels(rule, lang)}  {dimension}  {_title(rule, lang)}"


def explanation_lines(rule: Rule, lang: Lang) -> Iterator[str]:
    """All that the catalogue knows of a rule. Clauses and examples are Chinese in either language, as the papers are."""
    yield f"{rule.code} {_title(rule, lang)}"
    yield f"{translate('维度：', lang)}{DIMENSIONS[rule.dimension]}"
    yield translate("级别和提示：", lang)
    said = {(words.level, words.en if lang == "en" else words.zh): None for words in rule.messages.values()}
    for level, sentence in said:
        yield f"  {_label(level, lang)}  {sentence}"
    for title, text in (
        ("依据：", rule.why),
        ("错误写法：", rule.bad),
        ("正确写法：", rule.good),
        ("怎么改：", rule.fix),
    ):
        yield f"{translate(title, lang)}{text}"
    levels = f"{rule.code}: error | warning | hint | off"
    yield f"{translate('改级别：在 formset.yaml 的 levels 下写', lang)} {levels}"


def _levels(rule: Rule, lang: Lang) -> str:
    return "/".join(_label(level, lang) for level in rule.levels)


def _title(rule: Rule, lang: Lang) -> str:
    note = "" if rule.on else translate("（默认不查）", lang)
    note += "" if rule.evaluated else translate("（尚未启用）", lang)
    return f"{rule.title_en if lang == 'en' else rule.title}{note}"
