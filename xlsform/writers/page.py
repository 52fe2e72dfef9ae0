"""The problem list (问题清单) as one page that works offline: nothing is fetched, it filters, sorts and prints by itself.

All that comes from returns is escaped; a Content-Security-Policy lets only this module's own script and style run, known by their
hashes, so that nothing a return could hold would be carried out even if it were not.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib import resources

from xlsform.core.catalogue import RULES, Rule, message
from xlsform.core.findings import Finding, Level, Standing
from xlsform.core.reasons import standing_text
from xlsform.core.waivers import Waiver
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

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


def page(listing: Listing) -> bytes:
    """The whole page in UTF-8; the same listing gives the same bytes."""
    style, script = (
        resources.files("xlsform.writers").joinpath(name).read_text("utf-8") for name in ("page.css", "page.js")
    )
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    title = listing.say(*TITLE)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{listing.say("zh-CN", "en")}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{title}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        f'<p class="headline">{_text(listing.headline)}</p>',
        *_counts(listing),
        *_controls(listing),
        *_findings(listing),
        *_skipped(listing),
        *_passed(listing),
        *_rules(listing),
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    ]
    return ("\n".join(parts) + "\n").encode()


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _plain(text: str) -> str:
    """Escaped, and what is invisible or turns the direction of writing shown by its code point: good for attributes."""
    return escape(_HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _text(text: str) -> str:
    """As `_plain`, line breaks kept."""
    return _plain(text).replace("\r\n", "\n").replace("\n", "<br>")


def _table(
    name: str, caption: str, columns: Iterable[str], rows: Iterable[str], *, sortable: bool = False
) -> Iterator[str]:
    """A table with a caption and column headings; sortable headings become buttons by the script."""
    yield f'<div class="wide"><table id="{name}"{" data-sort" if sortable else ""}>'
    yield f"<caption>{_text(caption)}</caption>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{_text(column)}</th>' for column in columns) + "</tr></thead>"
    yield "<tbody>"
    yield from rows
    yield "</tbody></table></div>"


def _row(cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _badge(level: Level, listing: Listing) -> str:
    return f'<span class="badge {level.key}">{listing.level(level)}</span>'


def _code(code: str) -> str:
    return f'<a href="#{code}">{code}</a>' if code in RULES else _text(code)


def _counts(listing: Listing) -> Iterator[str]:
    """How many findings of each code stand, are explained, are waived; errors first."""
    ranks: dict[tuple[int, str], Counter[bool]] = {}
    for finding in listing.findings:
        ranks.setdefault((-finding.level, finding.code), Counter())[finding.passed] += 1
    rows = [
        _row(
            (
                _badge(Level(-rank), listing),
                _code(code),
                _text(listing.title(code)),
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
        yield from _table("counts", listing.say("按代码合计", "By code"), (listing.say(*one) for one in columns), rows)


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
    yield '<form id="filters" hidden>'
    yield f'<label>{listing.say("查找", "Search")} <input id="search" type="search" autocomplete="off"></label>'
    for name, label, options in (
        ("level", listing.say("级别", "Level"), levels),
        ("department", listing.say("部门", "Department"), departments),
        ("state", listing.say("状态", "Standing"), standings),
    ):
        choices = "".join(f'<option value="{_plain(value)}">{_text(shown)}</option>' for value, shown in options)
        every = f'<option value="">{listing.say("全部", "all")}</option>'
        yield f'<label>{label} <select id="{name}">{every}{choices}</select></label>'
    shown = listing.say("显示 {n} / {all} 条", "{n} of {all} shown")
    yield f'<output id="shown" aria-live="polite" data-text="{shown}"></output>'
    yield "</form>"


def _findings(listing: Listing) -> Iterator[str]:
    if not listing.findings:
        yield f"<p>{listing.say('没有问题。', 'No findings.')}</p>"
        return
    columns = [listing.say(*one) for one in COLUMNS]
    rows = (_finding(finding, listing) for finding in listing.findings)
    yield from _table("findings", listing.say("全部问题", "All findings"), columns, rows, sortable=True)


def _finding(finding: Finding, listing: Listing) -> str:
    cells = (
        _badge(finding.level, listing),
        _code(finding.code),
        _text(finding.department),
        _place(finding, listing),
        _text(message(finding, listing.lang)),
        _text(finding.got),
        _text(finding.expected),
        _reason(finding, listing),
    )
    state = "passed" if finding.passed else "standing"
    data = f'data-level="{finding.level.key}" data-rank="{finding.level:d}" data-state="{state}"'
    return f'<tr {data} data-department="{_plain(finding.department)}">{_row(cells)[4:]}'


def _place(finding: Finding, listing: Listing) -> str:
    where = finding.where
    file = _text(where.file)
    if where.file in listing.links:
        file = f'<a href="{_plain(listing.links[where.file])}">{file}</a>'
    at = "!".join(part for part in (where.sheet, where.address) if part)
    return "<br>".join(part for part in (file, _text(at)) if part)


def _reason(finding: Finding, listing: Listing) -> str:
    told = [_text(finding.reason)] if finding.reason else []
    if finding.standing is not Standing.OPEN:
        told.append(f'<span class="state">{_text(standing_text(finding, listing.lang))}</span>')
    if finding.standing is Standing.WAIVED:
        told.append(_text(finding.ruling))
    return "<br>".join(told)


def _section(name: str, title: str, count: int, body: Sequence[str], told: str = "") -> Iterator[str]:
    if count:
        yield f'<details id="{name}"><summary>{_text(title)}</summary>'
        if told:
            yield f"<p>{_text(told)}</p>"
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
        _row(
            (
                _code(one.code),
                _text(one.department),
                _text(listing.forms.get(one.form, one.form)),
                _text(listing.fields.get((one.form, one.field), one.field)),
                _text(listing.cause(one)),
                str(one.cases),
            )
        )
        for one in listing.unevaluated
    ]
    count = listing.skipped
    title = listing.say(f"未执行 {count} 项（不等于通过）", f"{count} rules not evaluated (which is not passed)")
    table = _table("skipped-table", title, (listing.say(*one) for one in columns), rows, sortable=True)
    yield from _section("skipped", title, count, list(table))


def _passed(listing: Listing) -> Iterator[str]:
    columns = [("状态", "Standing"), ("代码", "Code"), ("部门", "Department"), ("位置", "Place")]
    columns += [("审核说明", "Reason given"), ("豁免理由、不采纳的原因", "Ruling")]
    rows = [_spoken(finding, listing) for finding in listing.spoken] + [
        _unused(waiver, listing) for waiver in listing.unused
    ]
    title = listing.say(f"豁免与说明 {len(rows)} 条", f"Waivers and reasons: {len(rows)}")
    table = _table("passed-table", title, (listing.say(*one) for one in columns), rows, sortable=True)
    yield from _section("passed", title, len(rows), list(table))


def _spoken(finding: Finding, listing: Listing) -> str:
    head = (_text(listing.standing(finding.standing)), _code(finding.code), _text(finding.department))
    return _row((*head, _place(finding, listing), _text(finding.reason), _text(listing.ruling(finding))))


def _unused(waiver: Waiver, listing: Listing) -> str:
    head = (
        listing.say("豁免没有用到", "unused waiver"),
        _code(waiver.code),
        _text(waiver.department),
        _text(place_of(waiver)),
    )
    return _row((*head, "", _text(waiver.reason)))


def _rules(listing: Listing) -> Iterator[str]:
    """What the rules that speak on this page mean, and how to mend it."""
    codes = {finding.code for finding in listing.findings} | {one.code for one in listing.unevaluated}
    codes |= {waiver.code for waiver in listing.unused}
    chosen = [rule for code, rule in RULES.items() if code in codes]
    title = listing.say("规则说明", "The rules")
    yield from _section("rules", title, len(chosen), [line for rule in chosen for line in _rule(rule, listing)])


def _rule(rule: Rule, listing: Listing) -> Iterator[str]:
    yield f'<h3 id="{rule.code}">{rule.code} {_text(listing.title(rule.code))}</h3><dl>'
    for label, text in (
        (listing.say("依据", "Why"), rule.why),
        (listing.say("错例", "Bad"), rule.bad),
        (listing.say("正例", "Good"), rule.good),
        (listing.say("怎么改", "Fix"), rule.fix),
    ):
        yield f"<dt>{label}</dt><dd>{_text(text)}</dd>"
    yield "</dl>"
