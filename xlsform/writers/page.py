"""The problem list (问题清单) as one page that works offline: nothing is fetched, it filters, sorts and prints by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from xlsform.core.catalogue import RULES, Rule, message
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.reasons import standing_text
from xlsform.core.waivers import Waiver
from xlsform.writers.document import Cell, Choice, document, escaped, filters, html, row, table
from xlsform.writers.listing import Listing, place_of

TITLE = ("问题清单", "Problem list")
COLUMNS = (
    ("级别", "Level"),
    ("代码", "Code"),
    ("部门", "Department"),
    ("位置", "Place"),
    ("问题", "Finding"),
    ("现值", "Got"),
    ("应为", "Expected"),
    ("审核说明", "Reason given"),
)
"""Labels in both languages."""


def page(listing: Listing) -> bytes:
    """The whole page in UTF-8; the same listing gives the same bytes."""
    title = listing.say(*TITLE)
    body = [
        f"<h1>{title}</h1>",
        f'<p class="headline">{html(listing.headline)}</p>',
        *_counts(listing),
        *_controls(listing),
        *_findings(listing),
        *_skipped(listing),
        *_passed(listing),
        *_rules(listing),
    ]
    return document(title, listing.lang, body, "page.css")


def _badge(level: Level, listing: Listing) -> str:
    return f'<span class="badge {level.key}">{listing.level(level)}</span>'


def _code(code: str) -> str:
    return f'<a href="#{code}">{code}</a>' if code in RULES else html(code)


def _counts(listing: Listing) -> Iterator[str]:
    """How many findings of each code stand, are explained, are waived; errors first."""
    ranks: dict[tuple[int, str], Counter[bool]] = {}
    for finding in listing.findings:
        ranks.setdefault((-finding.level, finding.code), Counter())[finding.passed] += 1
    rows = [
        row(
            (
                _badge(Level(-rank), listing),
                _code(code),
                html(listing.title(code)),
                str(count[False]),
                str(count[True]),
            )
        )
        for (rank, code), count in sorted(ranks.items())
    ]
    columns = [
        ("级别", "Level"),
        ("代码", "Code"),
        ("规则", "Rule"),
        ("待处理", "Open"),
        ("已说明、已豁免", "Explained or waived"),
    ]
    if rows:
        yield from table("counts", listing.say("按代码合计", "By code"), (listing.say(*one) for one in columns), rows)


def _controls(listing: Listing) -> Iterator[str]:
    """The filters, of use only where the script runs: hidden until it shows them, and on paper."""
    if not listing.findings:
        return
    levels = [(level.key, listing.level(level)) for level in sorted(Level, reverse=True)]
    departments = [(name, name) for name in dict.fromkeys(one.department for one in listing.findings) if name]
    standings = [
        ("standing", listing.say("待处理", "open")),
        ("passed", listing.say("已说明、已豁免", "explained or waived")),
    ]
    choices = (
        Choice("level", listing.say("级别", "Level"), levels),
        Choice("department", listing.say("部门", "Department"), departments),
        Choice("state", listing.say("状态", "Standing"), standings),
    )
    yield from filters("findings", choices, listing.lang)


def _findings(listing: Listing) -> Iterator[str]:
    if not listing.findings:
        yield f"<p>{listing.say('没有问题。', 'No findings.')}</p>"
        return
    columns = [listing.say(*one) for one in COLUMNS]
    rows = (_finding(finding, listing) for finding in listing.findings)
    yield from table("findings", listing.say("全部问题", "All findings"), columns, rows, sortable=True)


def _finding(finding: Finding, listing: Listing) -> str:
    cells = (
        Cell(_badge(finding.level, listing), key=f"{finding.level:d}"),
        _code(finding.code),
        html(finding.department),
        _place(finding, listing),
        html(message(finding, listing.lang)),
        html(finding.got),
        html(finding.expected),
        _reason(finding, listing),
    )
    state = "passed" if finding.passed else "standing"
    return row(cells, {"level": finding.level.key, "state": state, "department": finding.department})


def _place(finding: Finding, listing: Listing) -> str:
    where = finding.where
    file = html(where.file)
    if where.file in listing.links:
        file = f'<a href="{escaped(listing.links[where.file])}">{file}</a>'
    at = "!".join(part for part in (where.sheet, where.address) if part)
    return "<br>".join(part for part in (file, html(at)) if part)


def _reason(finding: Finding, listing: Listing) -> str:
    told = [html(finding.reason)] if finding.reason else []
    if finding.standing is not Standing.OPEN:
        told.append(f'<span class="state">{html(standing_text(finding, listing.lang))}</span>')
    if finding.standing is Standing.WAIVED:
        told.append(html(finding.ruling))
    return "<br>".join(told)


def _section(name: str, title: str, count: int, body: Sequence[str], told: str = "") -> Iterator[str]:
    if count:
        yield f'<details id="{name}"><summary>{html(title)}</summary>'
        if told:
            yield f"<p>{html(told)}</p>"
        yield from body
        yield "</details>"


def _skipped(listing: Listing) -> Iterator[str]:
    columns = [
        ("代码", "Code"),
        ("部门", "Department"),
        ("表", "Form"),
        ("栏目", "Field"),
        ("原因", "Why"),
        ("处数", "Cases"),
    ]
    rows = [
        row(
            (
                _code(one.code),
                html(one.department),
                html(listing.forms.get(one.form, one.form)),
                html(listing.fields.get((one.form, one.field), one.field)),
                html(listing.cause(one)),
                str(one.cases),
            )
        )
        for one in listing.unevaluated
    ]
    count = listing.skipped
    title = listing.say(f"未执行 {count} 项（不等于通过）", f"{count} rules not evaluated (which is not passed)")
    lines = table("skipped-table", title, (listing.say(*one) for one in columns), rows, sortable=True)
    yield from _section("skipped", title, count, list(lines))


def _passed(listing: Listing) -> Iterator[str]:
    columns = [("状态", "Standing"), ("代码", "Code"), ("部门", "Department"), ("位置", "Place")]
    columns += [("审核说明", "Reason given"), ("豁免理由、不采纳的原因", "Ruling")]
    rows = [_spoken(finding, listing) for finding in listing.spoken] + [
        _unused(waiver, listing) for waiver in listing.unused
    ]
    title = listing.say(f"豁免与说明 {len(rows)} 条", f"Waivers and reasons: {len(rows)}")
    lines = table("passed-table", title, (listing.say(*one) for one in columns), rows, sortable=True)
    yield from _section("passed", title, len(rows), list(lines))


def _spoken(finding: Finding, listing: Listing) -> str:
    head = (html(listing.standing(finding.standing)), _code(finding.code), html(finding.department))
    return row((*head, _place(finding, listing), html(finding.reason), html(listing.ruling(finding))))


def _unused(waiver: Waiver, listing: Listing) -> str:
    head = (
        listing.say("豁免没有用到", "unused waiver"),
        _code(waiver.code),
        html(waiver.department),
        html(place_of(waiver)),
    )
    return row((*head, "", html(waiver.reason)))


def _rules(listing: Listing) -> Iterator[str]:
    """What the rules that speak on this page mean, and how to mend it."""
    codes = {finding.code for finding in listing.findings} | {one.code for one in listing.unevaluated}
    codes |= {waiver.code for waiver in listing.unused}
    chosen = [rule for code, rule in RULES.items() if code in codes]
    title = listing.say("规则说明", "The rules")
    yield from _section("rules", title, len(chosen), [line for rule in chosen for line in _rule(rule, listing)])


def _rule(rule: Rule, listing: Listing) -> Iterator[str]:
    yield f'<h3 id="{rule.code}">{rule.code} {html(listing.title(rule.code))}</h3><dl>'
    for label, text in (
        (listing.say("依据", "Why"), rule.why),
        (listing.say("错例", "Bad"), rule.bad),
        (listing.say("正例", "Good"), rule.good),
        (listing.say("怎么改", "Fix"), rule.fix),
    ):
        yield f"<dt>{label}</dt><dd>{html(text)}</dd>"
    yield "</dl>"
