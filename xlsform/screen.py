"""Reports as lines of text: the summary first, then findings by department, at most 20 of a code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import TYPE_CHECKING

from xlsform.console import one_line
from xlsform.core.catalogue import CAUSES, DIMENSIONS, Rule, message
from xlsform.core.cells import address
from xlsform.core.findings import Finding, Level, Standing, Unevaluated
from xlsform.core.inbox import Result
from xlsform.core.progress import State
from xlsform.core.reasons import standing_text
from xlsform.helppages import width
from xlsform.wording import Lang, translate
from xlsform.writers.progress_words import SHOWN, assign_commands, moment, received_at, sender

if TYPE_CHECKING:
    from xlsform.core.diff import CellChange, RecordChange
    from xlsform.core.progress import Reporting
    from xlsform.core.records import Record, Value
    from xlsform.core.waivers import Waiver
    from xlsform.core.words import Span
    from xlsform.operations import Cleaned, Closing, Comparison, MergeReport, Report, Returned, ReviewReport
    from xlsform.operations.assigning import Decided
    from xlsform.operations.collecting import Collected, CollectedFile
    from xlsform.operations.drafting import Drafts
    from xlsform.operations.sending import Delivered, Failed, Mailing, Outgoing
    from xlsform.sources.inbox.journal import Act
    from xlsform.specfiles.uses import Use
    from xlsform.writers.progress_words import ProgressListing

EDGE = 16
"""Characters shown at either end of a long text that stayed the same."""

MOST = 20
"""Findings of one code on the screen; the problem list holds all."""


def headline(report: Report, lang: Lang) -> str:
    """How much was read and found, in one sentence; what is explained or waived is counted apart."""
    levels = Counter(finding.level for finding in report.standing)
    passed = Counter(finding.standing for finding in report.findings if finding.passed)
    if lang == "en":
        said = (
            f"{report.files} files, {report.read} read, {report.departments} departments; "
            f"{levels[Level.ERROR]} errors, {levels[Level.WARNING]} warnings, {levels[Level.HINT]} hints"
        )
        return said + "".join(f", {passed[one]} {one.value}" for one in Standing if passed[one])
    said = (
        f"共 {report.files} 个文件，读取 {report.read} 个，{report.departments} 个部门；"
        f"错误 {levels[Level.ERROR]}，警告 {levels[Level.WARNING]}，提示 {levels[Level.HINT]}"
    )
    return said + "".join(f"，{one.label} {passed[one]}" for one in Standing if passed[one])


def report_lines(report: Report, lang: Lang) -> Iterator[str]:
    """The whole report of `check`."""
    yield headline(report, lang)
    yield from _codes(report.findings, lang)
    yield from unevaluated_lines(report.unevaluated, lang)
    yield from unused_lines(report.unused, lang)
    yield from finding_lines(report.findings, lang)


def merge_lines(report: MergeReport, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The whole report of `merge`: as `check`, then each file that is not wholly in the summary, what was merged and written."""
    from xlsform.operations.merging import WHOLE  # noqa: PLC0415 - slow to import, and loaded by then

    yield from report_lines(report, lang)
    yield ""
    for outcome in report.outcomes:
        if outcome.state != WHOLE:
            yield " ".join(one_line(part) for part in (outcome.state, outcome.file, outcome.department) if part)
    total = translate("已汇总 {merged} 个部门、{records} 条记录", lang)
    yield total.format(merged=report.merged, records=report.records)
    for path in report.written:
        yield f"{translate('试运行，未写出' if dry_run else '已写出', lang)} {path}"


def closing_lines(closing: Closing, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The whole report of `merge --final`: what stands in the way of it, or what was closed."""
    if closing.obstacles:
        yield headline(closing.report, lang)
        yield translate("不能结账：", lang)
        yield from (f"  {one_line(translate(obstacle, lang))}" for obstacle in closing.obstacles)
        return
    if closing.unchanged:
        yield translate("已结账，内容一致", lang)
        return
    yield from merge_lines(closing.report, lang, dry_run=dry_run)
    yield from (f"{translate('原来的留作', lang)} {path}" for path in closing.kept)
    yield translate("可以结账" if dry_run else "已结账", lang)


def review_lines(report: ReviewReport, out: PurePath, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The whole report of `review`: as `check`, then what goes back for each file, and the drafts."""
    yield from report_lines(report, lang)
    yield ""
    verb = translate("试运行，未写出" if dry_run else "已写出", lang)
    for one in report.returned:
        if one.written:
            yield f"{verb} {one_line(str(out / one.written))}{_said_of(one, lang)}"
        else:
            yield f"{translate('没有问题，不退', lang)} {one_line(one.file)}"
    for draft in report.drafts:
        address = one_line(draft.email) or translate("名册中没有邮箱，收件人空着", lang)
        yield f"{verb} {one_line(str(out / draft.written))} → {address}"
    if report.drafts:
        for one in report.returned:
            if one.written and not one.department:
                yield f"{translate('不知是哪个部门的，没有写邮件草稿', lang)} {one_line(one.file)}"


def _said_of(one: Returned, lang: Lang) -> str:
    """What is to be known of a file that goes back, in brackets."""
    said = [translate("文件读不了，只有清单", lang)] if one.alone else []
    said += [translate("批注后数字签名失效", lang)] if one.signed else []
    said += [translate(f"{one.threads} 个单元格已有讨论，只着色、不加批注", lang)] if one.threads else []
    if not said:
        return ""
    return f" ({', '.join(said)})" if lang == "en" else f"（{'，'.join(said)}）"


def collected_lines(collected: Collected, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The whole report of `collect`: how much came, what is to be settled, then every thing, with every file in it."""
    yield from collected_headlines(collected, lang, dry_run=dry_run)
    if collected.things:
        yield ""
    for thing in collected.things:
        if thing.is_loose:
            yield _file_line(thing.files[0], lang)
            continue
        sender = one_line(thing.sender)
        signed = (f" ({sender})" if lang == "en" else f"（{sender}）") if sender else ""
        yield f"{translate(thing.outcome, lang)} {one_line(thing.name)}{signed}"
        yield from (f"  {_file_line(file, lang)}" for file in thing.files)
        if thing.skipped:
            yield f"  {translate('系统文件（略过 {count} 个）', lang).format(count=thing.skipped)}"


def collected_headlines(collected: Collected, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """How much came and what the inbox now holds, in two sentences."""
    from xlsform.operations.collecting import KNOWN  # noqa: PLC0415 - slow to import, and loaded by then
    from xlsform.operations.inbox import REPEATED  # noqa: PLC0415

    things, files = collected.outcomes, collected.files
    came = translate(
        "来件 {things} 件：新收 {new}，已收过 {known}，内容重复 {repeated}；新收的件里有 {departments} 个部门的文件",
        lang,
    )
    known, repeated = things[KNOWN], things[REPEATED]
    if not collected.things:
        came = translate("没有新来件", lang)
    yield (translate("试运行，什么也没有收：", lang) if dry_run else "") + came.format(
        things=len(collected.things),
        new=len(collected.things) - known - repeated,
        known=known,
        repeated=repeated,
        departments=collected.departments,
    )
    told = [(translate(outcome, lang), count) for outcome, count in files.items()]
    if told and lang == "en":
        yield f"Files: {'; '.join(f'{count} {outcome}' for outcome, count in told)}"
    elif told:
        yield f"文件：{'，'.join(f'{outcome} {count}' for outcome, count in told)}"
    now = translate("收件里共有 {departments} 个部门的表；待认定 {held} 个文件，无法读取 {unread} 个文件", lang)
    yield now.format(departments=collected.reporting, held=collected.held, unread=collected.unread)


def _file_line(file: CollectedFile, lang: Lang) -> str:
    """新收 区委办.xlsx → 区委办本级（下发标记）"""
    from xlsform.operations.collecting import NEW  # noqa: PLC0415 - slow to import, and loaded by then

    said = f"{translate(file.outcome, lang)} {one_line(file.name)}"
    if file.department:
        how = translate(file.how, lang)
        said += f" → {one_line(file.department)}" + (f" ({how})" if lang == "en" else f"（{how}）")
    if file.outcome == NEW and file.result is not Result.HOLDS:
        said += f"{', ' if lang == 'en' else '，'}{translate(file.result.label, lang)}"
    if file.finding is not None:
        why = file.finding.params.get("clues") or message(file.finding, lang)
        said += f"{_colon(lang)}{one_line(why)}"
    return said


def decided_lines(decided: Decided, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The whole report of `assign`: what is written down, then which files of the departments concerned count."""
    name = one_line(decided.content.name)
    if decided.acts:
        verb = translate("试运行，未登记：" if dry_run else "已登记：", lang)
        decisions = ("; " if lang == "en" else "；").join(_decision(act, lang) for act in decided.acts)
        yield f"{verb}{name}{_colon(lang)}{decisions}"
    else:
        yield f"{translate('原来就是这样，没有改动：', lang)}{name}"
    department = one_line(decided.whose.department) if not decided.whose.held else translate("（部门不明）", lang)
    yield f"{name} → {department}{', ' if lang == 'en' else '，'}{translate(decided.result.label, lang)}"
    for one in decided.versions:
        yield ""
        yield one_line(one.department)
        for taken in one.holding:
            yield f"  {translate('采用', lang)} {one_line(taken.content.name)} {moment(taken.content.when)}"
        for content in reversed(one.former):
            yield f"  {translate('已有新版', lang)} {one_line(content.name)} {moment(content.when)}"
        for content in one.blank:
            yield f"  {translate('空白表', lang)} {one_line(content.name)} {moment(content.when)}"
        for content in one.unread:
            yield f"  {translate('无法读取', lang)} {one_line(content.name)} {moment(content.when)}"


def _decision(act: Act, lang: Lang) -> str:
    """What an act of `assign` decides."""
    match type(act).__name__, act[-1]:
        case "Assigned", str(department):
            return (
                translate("归 {department}", lang).format(department=department)
                if department
                else translate("不再指定部门", lang)
            )
        case "Used", on:
            return translate("固定采用" if on else "不再固定采用", lang)
        case _, on:
            return translate("不计入" if on else "恢复计入", lang)


def mailing_lines(what: Mailing, due: Sequence[Outgoing], lang: Lang) -> Iterator[str]:
    """The plan of `send`: what will go out, what cannot, and what has gone before."""
    yield translate(f"要发出 {len(due)} 封：" if due else "没有要发的邮件", lang)
    for draft in due:
        names = "，".join(f"{one_line(name)} ({_size(size)})" for name, size in draft.attachments)
        whose = f"{draft.kind or '-'} {one_line(draft.department) or '-'} <{', '.join(draft.to)}>"
        yield f"  {whose} {one_line(draft.subject)} [{names or translate('无附件', lang)}]"
    faulty = [draft for draft in what.drafts if draft.fault]
    if faulty:
        yield translate(f"发不了 {len(faulty)} 封：", lang)
    for draft in faulty:
        yield f"  {one_line(str(draft.path))}{_colon(lang)}{one_line(translate(draft.fault, lang))}"
    skipped = len(what.drafts) - len(faulty) - len(due)
    if skipped:
        yield translate(f"已发过 {skipped} 封，不再发（要再发一次请加 --again）", lang)


def sent_lines(results: Sequence[Delivered | Failed], lang: Lang) -> Iterator[str]:
    """The report of `send`: what did not go or not to all, then how many went."""
    from xlsform.operations.sending import Delivered  # noqa: PLC0415 - slow to import, and loaded by then

    for result in results:
        name = one_line(result.draft.path.name)
        if not isinstance(result, Delivered):
            yield f"{name}{_colon(lang)}{one_line(translate(result.why, lang))}"
            continue
        for recipient, why in result.refused.items():
            yield f"{name}{_colon(lang)}{translate('没有发到', lang)} {recipient}（{one_line(why)}）"
    sent = sum(isinstance(result, Delivered) for result in results)
    yield translate(f"已发出 {sent} 封，没有发出 {len(results) - sent} 封", lang)


def _size(count: int) -> str:
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def _colon(lang: Lang) -> str:
    return ": " if lang == "en" else "："


def cleaned_lines(cleaned: Iterable[Cleaned], lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The whole report of `review --clean`: one line a file."""
    verb = translate("试运行，未写出" if dry_run else "已写出", lang)
    for one in cleaned:
        if one.written is None:
            yield f"{translate('无法读取，未写出', lang)} {one_line(one.file)}"
        else:
            bare = "" if one.marked else f" {translate('（没有标记，原样）', lang)}"
            yield f"{verb} {one_line(str(one.written))}{bare}"


def comparison_lines(comparison: Comparison, lang: Lang) -> Iterator[str]:
    """The whole report of `diff`: what was compared, how much differs, then record by record and cell by cell."""
    yield f"{translate('原：', lang)}{one_line(comparison.old.file)}"
    yield f"{translate('现：', lang)}{one_line(comparison.new.file)}"
    yield difference_headline(comparison, lang)
    for department, group in groupby(comparison.changes, key=lambda change: change.department):
        yield ""
        yield one_line(department) or translate("（整批或部门不明）", lang)
        for change in group:
            word = change.change.value if lang == "en" else change.change.label
            yield f"  {word} {one_line(' '.join(part for part in (change.title, change.name) if part))}"
            for cell in change.cells:
                yield f"    {_cell_line(change, cell, lang)}"


def difference_headline(comparison: Comparison, lang: Lang) -> str:
    """How much differs, in one sentence."""
    counts = Counter(change.change.value for change in comparison.changes)
    cells = sum(len(change.cells) for change in comparison.changes if change.old is not None and change.new is not None)
    if not comparison.changes:
        return translate("没有差异", lang)
    said = translate("新增 {added} 条，删除 {removed} 条，修改 {changed} 条（{cells} 格）", lang)
    return said.format(**{kind: counts[kind] for kind in ("added", "removed", "changed")}, cells=cells)


def comparison_headline(comparison: Comparison, lang: Lang) -> str:
    """What was compared with what, and how much differs."""
    files = (f"{translate('原：', lang)}{comparison.old.file}", f"{translate('现：', lang)}{comparison.new.file}")
    return "  ".join((*files, difference_headline(comparison, lang)))


def _cell_line(change: RecordChange, cell: CellChange, lang: Lang) -> str:
    """资金总额 8 → 10（+2） 汇总表!D4 → 汇总表!D5; a changed text with its words marked: [-旧-]{+新+}."""
    if cell.words:
        said = "".join(_marked(cell.words))
    else:
        sides = [_cut(value.text) if value is not None else "" for value in (cell.old, cell.new)]
        whole = change.old is not None and change.new is not None
        said = " → ".join(side or translate("（空）", lang) for side in sides) if whole else "".join(sides)
    if cell.delta is not None and cell.delta:
        said += f" ({cell.delta:+f})"
    places = (_place(change.old, cell.old), _place(change.new, cell.new))
    return one_line(f"{cell.label} {said} [{' → '.join(dict.fromkeys(place for place in places if place))}]")


def _place(record: Record | None, value: Value | None) -> str:
    if record is None or value is None:
        return ""
    return f"{record.sheet}!{address(value.row, value.col)}" if value.row else record.sheet


def _marked(words: Iterable[Span]) -> Iterator[str]:
    for span in words:
        if span.op == "same":
            yield _cut(span.text)
        else:
            yield f"[-{span.text}-]" if span.op == "removed" else f"{{+{span.text}+}}"


def _cut(text: str) -> str:
    """A text whose middle nobody needs to see."""
    return text if len(text) <= 3 * EDGE else f"{text[:EDGE]}……{text[-EDGE:]}"


def unevaluated_lines(unevaluated: Sequence[Unevaluated], lang: Lang) -> Iterator[str]:
    """How many rules could not be evaluated for a department's form, then by cause: 没有部门名册：B02×3 Z03×3."""
    if not unevaluated:
        return
    count = len({(one.code, one.department, one.form) for one in unevaluated})
    yield translate("未执行 {count} 项（不等于通过）：", lang).format(count=count)
    for why, cause in CAUSES.items():
        mine = {(one.code, one.department, one.form) for one in unevaluated if one.why == why}
        codes = Counter(code for code, _, _ in mine)
        if codes:
            counts = " ".join(f"{code}×{times}" for code, times in sorted(codes.items()))
            yield f"  {cause.en}: {counts}" if lang == "en" else f"  {cause.zh}：{counts}"


def _codes(findings: Sequence[Finding], lang: Lang) -> Iterator[str]:
    """One line a level: 错误：A02×3 C03×1; then what is explained and what is waived."""
    words = [_word(finding.standing, lang) if finding.passed else _label(finding.level, lang) for finding in findings]
    order = [_label(level, lang) for level in sorted(Level, reverse=True)]
    order += [_word(one, lang) for one in (Standing.EXPLAINED, Standing.WAIVED)]
    for word in order:
        codes = Counter(finding.code for finding, its in zip(findings, words, strict=True) if its == word)
        if codes:
            counts = " ".join(f"{code}×{count}" for code, count in sorted(codes.items()))
            yield f"{word}{_colon(lang)}{counts}"


def unused_lines(unused: Sequence[Waiver], lang: Lang) -> Iterator[str]:
    """The waivers that let nothing pass, each with its line in the file."""
    for waiver in unused:
        named = " ".join(part for part in (waiver.code, waiver.department, waiver.sheet, waiver.field) if part)
        yield f"{translate('没有用到的豁免：', lang)}{PurePath(waiver.mark.file).name}:{waiver.mark.line} {one_line(named)}"


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
    """错误 A02 区委办.xlsx!汇总表!C5 第 5 行未填支出方向; behind it the reason given, and what it is worth."""
    where = one_line(str(finding.where))
    sentence = one_line(message(finding, lang))
    word = _label(finding.level, lang)
    if finding.passed:
        passed = _word(finding.standing, lang)
        word += f"（{passed}）" if lang == "zh" else f" ({passed})"
    told = ""
    if finding.reason:
        refusal = f"（{standing_text(finding, lang)}）" if finding.standing is Standing.REFUSED else ""
        told = f"{translate('［审核说明：', lang)}{one_line(finding.reason)}{translate('］', lang)}{refusal}"
    if finding.standing is Standing.WAIVED:
        told += f"{translate('［豁免：', lang)}{one_line(finding.ruling)}{translate('］', lang)}"
    return " ".join(part for part in (word, finding.code, where, sentence, told) if part)


def _word(standing: Standing, lang: Lang) -> str:
    return standing.value if lang == "en" else standing.label


def _label(level: Level, lang: Lang) -> str:
    return level.key if lang == "en" else level.label


def rule_lines(rules: Iterable[Rule], lang: Lang) -> Iterator[str]:
    """One line a rule: code, levels, dimension, title."""
    for rule in rules:
        dimension = rule.dimension if lang == "en" else DIMENSIONS[rule.dimension]
        yield f"{rule.code}  {_levels(rule, lang)}  {dimension}  {_title(rule, lang)}"


def explanation_lines(rule: Rule, asked: Sequence[Use], lang: Lang) -> Iterator[str]:
    """All that the catalogue knows of a rule, and the lines of the mapping that ask for it. Clauses and examples are Chinese in either
    language, as the papers are.
    """
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
    yield from _asked_lines(asked, lang)
    now = _levels(rule, lang) if rule.on else translate("不查", lang)
    how = translate("改级别：在 formset.yaml 里写下面这一行（现为 {now}；可写 error、warning、hint、off）", lang)
    yield how.format(now=now)
    yield f"  levels: {{{rule.code}: {rule.another_level}}}"


def _asked_lines(asked: Sequence[Use], lang: Lang) -> Iterator[str]:
    """The mapping's own lines, file by file, where thresholds can be changed."""
    if not asked:
        yield translate("门槛：没有可调的参数，由程序在读取、归集时判断。", lang)
        return
    yield translate("写法和门槛（表样说明里的这几行，改数即改门槛）：", lang)
    for use in asked:
        region = f"  # {use.region}" if use.region else ""
        yield f"  {PurePath(use.mark.file).name}:{use.mark.line}{region}"
        yield from (f"    {line}" for line in use.text.splitlines())


def _levels(rule: Rule, lang: Lang) -> str:
    return "/".join(_label(level, lang) for level in rule.levels)


def _title(rule: Rule, lang: Lang) -> str:
    note = "" if rule.on else translate("（默认不查）", lang)
    note += "" if rule.evaluated else translate("（尚未启用）", lang)
    return f"{rule.title_en if lang == 'en' else rule.title}{note}"


def status_lines(progress: ProgressListing, drafts: Drafts | None, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    """The whole report of `status`: how many departments are in each state and who they are, whom to remind, what waits for the clerk."""
    turnout = progress.turnout
    yield one_line(progress.title)
    yield progress.asof()
    yield progress.listing.headline
    yield ""
    for state in (*SHOWN, State.EXCUSED):
        names = [_with_counts(line, progress) for line in turnout.registered if line.state is state]
        if names:
            who = progress.say("、", ", ").join(names)
            who = progress.say("见催报名单", "see below") if state is State.MISSING else who
            yield f"{_padded(progress.state(state), 10)}{len(names):>4}  {who}"
    strangers = [_with_counts(line, progress) for line in turnout.lines if line.known is None]
    if strangers:
        word = progress.say("名册外", "unregistered")
        yield f"{_padded(word, 10)}{len(strangers):>4}  {progress.say('、', ', ').join(strangers)}"
    yield from _reminder_lines(progress)
    yield from _held_lines(progress)
    if drafts is not None:
        yield from _draft_lines(drafts, lang, dry_run=dry_run)


def _with_counts(line: Reporting, progress: ProgressListing) -> str:
    """区教育局（错误 2，警告 4，迟报）."""
    levels = ((Level.ERROR, line.errors), (Level.WARNING, line.warnings))
    told = [f"{progress.listing.level(level)} {count}" for level, count in levels if count]
    if line.state is not State.MISSING and line.known is not None:
        told += progress.remarks(line)
    said = progress.say("，", ", ").join(told)
    return one_line(line.department + (progress.say(f"（{said}）", f" ({said})") if said else ""))


def _reminder_lines(progress: ProgressListing) -> Iterator[str]:
    missing, over = progress.turnout.missing, progress.turnout.calendar.over
    if not missing:
        return
    yield ""
    yield progress.say("催报名单：", "To be reminded:")
    known = [line.known for line in missing if line.known is not None]
    widths = [
        max(width(one_line(text)) for text in texts) for texts in ([k.name for k in known], [k.contact for k in known])
    ]
    for line, one in zip(missing, known, strict=True):
        told = [one_line(one.email) or progress.say("（名册中没有邮箱）", "(no e-mail in the roster)")]
        told += [progress.say(f"逾期 {over} 天", f"{over} days overdue")] if line.overdue else []
        told += [progress.say(f"{line.reminded[:10]} 催报", f"reminded {line.reminded[:10]}")] if line.reminded else []
        told += [progress.scans(line)] if line.scans else []
        heads = (
            _padded(one_line(text), wide) for text, wide in zip((one.name, one.contact), widths, strict=True) if wide
        )
        yield "  " + "  ".join((*heads, *told))


def _held_lines(progress: ProgressListing) -> Iterator[str]:
    held = progress.turnout.held
    if not held:
        return
    yield ""
    yield progress.say("待认定的来件（认定后才计入）：", "Held files (they count once it is said whose they are):")
    for content, whose in held:
        came = ", ".join(part for part in (received_at(content), *map(sender, content.arrivals[:1])) if part)
        yield f"  {one_line(content.name)}" + (f" ({one_line(came)})" if came else "")
        for clue in progress.clues(whose):
            yield f"    {one_line(clue)}"
        if content.evidence.form_set:
            for number, command in enumerate(assign_commands(content, whose, progress.lang)):
                word = progress.say("或者：", "or: ") if number else progress.say("认定：", "Decide: ")
                yield f"    {word}{one_line(command)}"


def _draft_lines(drafts: Drafts, lang: Lang, *, dry_run: bool) -> Iterator[str]:
    verb = translate("试运行，未写出" if dry_run else "已写出", lang)
    words = {
        "written": verb,
        "same": translate("已有，没有变化", lang),
        "other": translate("已有另一份草稿，未重写（要重写请加 --force）", lang),
        "today": translate("今天已经催报，不再写", lang),
    }
    yield ""
    for one in (*drafts.reminders, *drafts.notices):
        address = one_line(one.email) or translate("名册中没有邮箱，收件人空着", lang)
        yield f"{words[one.kept.value]} {one_line(str(one.path))} → {address}"
    for path in drafts.stale:
        yield f"{translate('试运行，未删去' if dry_run else '已有来件，催报草稿作废，已删去', lang)} {one_line(str(path))}"
    for path in drafts.altered:
        yield f"{translate('已有来件，催报草稿有人改过，没有删，请不要再发', lang)} {one_line(str(path))}"


def _padded(text: str, columns: int) -> str:
    return text + " " * max(columns - width(text), 0)
