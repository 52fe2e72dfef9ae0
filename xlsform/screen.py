"""Reports as lines of text: the summary first, then findings by department, at most 20 of a code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from xlsform.console import one_line
from xlsform.core.catalogue import message
from xlsform.core.findings import Finding, Level
from xlsform.wording import Lang, translate

if TYPE_CHECKING:
    from xlsform.operations import MergeReport, Report

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
    """The whole report of `merge`: as `check`, then what became of each file that was not merged whole, and what was written."""
    yield from report_lines(report, lang)
    yield ""
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
