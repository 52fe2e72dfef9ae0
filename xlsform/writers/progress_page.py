"""The progress report (报送进度) as one page that works offline: figures, departments, who to remind, amounts as charts, findings by rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal

from xlsform.core.progress import CLEAN, Reporting, State, by_title
from xlsform.writers.charts import PATTERNS, Bar, Share, bar_charts, share_bar, swatch
from xlsform.writers.document import Cell, Choice, document, filters, html, row, table
from xlsform.writers.progress_words import (
    ALWAYS,
    SHOWN,
    ProgressListing,
    amount,
    by_rule,
    headline,
    moment,
    received_at,
    sender,
)

MOST_BARS = 20
"""Titles (支出方向) that have a bar of their own; the rest is one bar."""


def progress_page(progress: ProgressListing) -> bytes:
    """The whole page in UTF-8; the same progress gives the same bytes."""
    body = [
        PATTERNS,
        f"<header><h1>{html(progress.title)}</h1>",
        f'<p class="asof">{html(progress.asof())}</p></header>',
        "<main>",
        *_figures(progress),
        *_departments(progress),
        *_reminders(progress),
        *_held(progress),
        *_amounts(progress),
        *_rules(progress),
        "</main>",
    ]
    return document(progress.title, progress.lang, body, "progress_page.css")


# ------------------------------------------------------------------------------------------------------------- figures


def _figures(progress: ProgressListing) -> Iterator[str]:
    """The numbers of departments, large, and one bar of them."""
    turnout, say = progress.turnout, progress.say
    counts = turnout.counts
    states = [state for state in SHOWN if counts[state] or state in ALWAYS]
    yield f'<section aria-label="{say("总体情况", "Overview")}"><p class="headline">{html(headline(turnout, progress.lang))}</p>'
    yield f'<dl class="figures"><div class="all"><dt>{say("应报", "expected")}</dt><dd>{turnout.expected}</dd></div>'
    for state in states:
        note = ""
        if state is State.MISSING and turnout.overdue:
            note = f"<small>{say(f'逾期 {turnout.overdue}', f'{turnout.overdue} overdue')}</small>"
        yield f'<div class="{state.value}"><dt>{swatch(state.value)} {html(progress.state(state))}</dt><dd>{counts[state]}{note}</dd></div>'
    total = _total(turnout.lines)
    if total is not None:
        label = say("已报送资金总额（万元）", "amount returned (10,000 yuan)")
        yield f'<div class="money"><dt>{label}</dt><dd>{amount(total)}</dd></div>'
    yield "</dl>"
    if turnout.expected:
        done = sum(counts[state] for state in CLEAN)
        told = say(
            f"已报无错 {done} / {turnout.expected}（{_percent(done, turnout.expected)}）",
            f"{done} of {turnout.expected} in without errors ({_percent(done, turnout.expected)})",
        )
        shares = [Share(progress.state(state), counts[state], state.value) for state in SHOWN if counts[state]]
        yield f'<p class="done">{told}</p>'
        yield from share_bar("turnout", told, headline(turnout, progress.lang), shares)
    yield "</section>"


def _percent(part: int, whole: int) -> str:
    """With one place, never rounded up: 100% means all."""
    return f"{(Decimal(100 * part) / whole).quantize(Decimal('0.1'), ROUND_FLOOR)}%"


def _total(lines: Sequence[Reporting]) -> Decimal | None:
    known = [value for line in lines if (value := _amount(line)) is not None]
    return sum(known, Decimal(0)) if known else None


def _amount(line: Reporting) -> Decimal | None:
    """What a department applies for: the amount of its card, where forms have none the sum of the table."""
    return line.amounts.overall if line.amounts.overall is not None else line.amounts.table


# --------------------------------------------------------------------------------------------------------- departments


def _departments(progress: ProgressListing) -> Iterator[str]:
    """One row a department, with only those columns in which something stands."""
    say, lines = progress.say, progress.turnout.lines
    columns = [
        (say("序号", "No."), [Cell(str(number), number=True) for number, _ in enumerate(lines, 1)]),
        (say("部门", "Department"), [Cell(html(line.department), head=True) for line in lines]),
        (say("主管部门", "Authority"), [Cell(html(line.known.parent if line.known else "")) for line in lines]),
        (say("状态", "State"), [_badge(line.state, progress) for line in lines]),
        (say("首次收到", "First received"), [_when(line.first) for line in lines]),
        (say("最近收到", "Last received"), [_when(line.last) for line in lines]),
        (say("来件", "Files"), [_count(line.number) for line in lines]),
        (say("错误", "Errors"), [_count(line.errors) for line in lines]),
        (say("警告", "Warnings"), [_count(line.warnings) for line in lines]),
        (say("提示", "Hints"), [_count(line.hints) for line in lines]),
        (
            f"{progress.labels.overall}\n（{progress.labels.overall_of}）",
            [_money(line.amounts.overall) for line in lines],
        ),
        (f"{progress.labels.table}\n（{progress.labels.table_of}）", [_money(line.amounts.table) for line in lines]),
        (say("备注", "Remarks"), [Cell(html("；".join(progress.remarks(line)))) for line in lines]),
    ]
    kept = [(title, cells) for title, cells in columns if any(cell.html for cell in cells)]
    rows = []
    for number, line in enumerate(lines):
        mark = "overdue" if line.overdue else "late" if line.late else ""
        rows.append(row([cells[number] for _, cells in kept], {"state": line.state.value, "mark": mark}))
    present = dict.fromkeys(line.state for line in lines)
    choices = [
        Choice(
            "state",
            say("状态", "State"),
            [(state.value, progress.state(state)) for state in (*SHOWN, State.EXCUSED) if state in present],
        )
    ]
    marks = [("overdue", say("逾期", "overdue")), ("late", say("迟报", "late"))]
    marks = [mark for mark in marks if any(f'data-mark="{mark[0]}"' in one for one in rows)]
    if marks:
        choices.append(Choice("mark", say("时限", "Deadline"), marks))
    title = say("部门报送情况", "Departments")
    yield f'<section class="departments"><h2>{title}</h2>'
    yield from filters("departments", choices, progress.lang)
    caption = say("各部门报送情况（金额：万元）", "Departments (amounts in 10,000 yuan)")
    yield from table("departments", caption, [title for title, _ in kept], rows, sortable=True)
    yield "</section>"


def _badge(state: State, progress: ProgressListing) -> Cell:
    order = (*SHOWN, State.EXCUSED).index(state)
    return Cell(f'<span class="badge {state.value}">{html(progress.state(state))}</span>', key=str(order))


def _when(text: str) -> Cell:
    return Cell(f"<time>{moment(text)}</time>" if text else "")


def _count(number: int) -> Cell:
    return Cell(str(number) if number else "", number=True)


def _money(value: Decimal | None) -> Cell:
    return Cell(amount(value), key="" if value is None else f"{value:f}", number=True)


def _reminders(progress: ProgressListing) -> Iterator[str]:
    """催报名单: who has sent nothing, and how to reach them."""
    missing, say = progress.turnout.missing, progress.say
    if not missing:
        return
    over = progress.turnout.calendar.over
    rows = [
        row(
            (
                Cell(html(line.department), head=True),
                html(line.known.contact if line.known else ""),
                html(line.known.email if line.known else ""),
                _count(over),
                html(moment(line.reminded)),
            )
        )
        for line in missing
    ]
    columns = (
        say("部门", "Department"),
        say("联系人", "Contact"),
        say("邮箱", "E-mail"),
        say("逾期天数", "Days overdue"),
        say("上次催报", "Last reminded"),
    )
    yield f"<section><h2>{say('催报名单', 'To be reminded')}</h2>"
    caption = say(f"未报部门 {len(missing)} 个", f"{len(missing)} departments have sent nothing")
    yield from table("reminders", caption, columns, rows, sortable=True)
    yield "</section>"


def _held(progress: ProgressListing) -> Iterator[str]:
    """Files of which only the clerk can say whose they are."""
    held, say = progress.turnout.held, progress.say
    if not held:
        return
    rows = [
        row(
            (
                Cell(html(content.name), head=True),
                html(received_at(content)),
                html("\n".join(dict.fromkeys(filter(None, map(sender, content.arrivals))))),
                html("\n".join(progress.clues(whose))),
            )
        )
        for content, whose in held
    ]
    columns = (say("文件", "File"), say("收到", "Received"), say("发件人", "Sender"), say("线索", "Clues"))
    yield f"<section><h2>{say('待认定的来件', 'Held files')}</h2>"
    caption = say(
        f"分不清是哪个部门的来件 {len(held)} 份，由经办人认定后才计入",
        f"{len(held)} files wait until somebody says whose they are",
    )
    yield from table("held", caption, columns, rows)
    yield "</section>"


# ------------------------------------------------------------------------------------------------------------- amounts


def _amounts(progress: ProgressListing) -> Iterator[str]:
    say, lines, labels = progress.say, progress.turnout.lines, progress.labels
    known = [(line, value) for line in lines if (value := _amount(line)) is not None]
    if known:
        known.sort(key=lambda one: -one[1])
        bars = [Bar(line.department, value, amount(value), _certainty(line)) for line, value in known]
        label, sheet = (labels.overall, labels.overall_of) if labels.overall else (labels.table, labels.table_of)
        title = say(f"各部门{label}（{sheet}，万元）", f"{label} by department ({sheet}, 10,000 yuan)")
        yield f'<section class="amounts"><h2>{html(title)}</h2>'
        yield (
            f'<p class="legend">{swatch("sure")} {say("已报无错", "without errors")} '
            f"{swatch('unsure')} {say('有错或退回，金额可能变动', 'with errors or returned, may change')}</p>"
        )
        told = say(
            f"{len(known)} 个部门的金额，从大到小；数字见“各部门报送情况”表。",
            f"The amounts of {len(known)} departments, the greatest first; as numbers in the table of departments.",
        )
        yield from bar_charts("by-department", title, told, bars)
        yield "</section>"
    titles = by_title(lines)
    if titles:
        yield from _by_title(titles, progress)


def _certainty(line: Reporting) -> str:
    return "sure" if line.state in CLEAN else "unsure"


def _by_title(titles: Sequence[tuple[str, Decimal, int]], progress: ProgressListing) -> Iterator[str]:
    """Amounts by 支出方向: the greatest as bars, all in a table."""
    say, labels = progress.say, progress.labels
    whole = sum((value for _, value, _ in titles), Decimal(0))
    blank = say("（未填）", "(blank)")
    bars = [Bar(title or blank, value, amount(value), "sure") for title, value, _ in titles[:MOST_BARS]]
    rest = titles[MOST_BARS:]
    if rest:
        value = sum((one[1] for one in rest), Decimal(0))
        bars.append(Bar(say(f"其余 {len(rest)} 项", f"{len(rest)} others"), value, amount(value), "rest"))
    title = say(
        f"各{labels.by}{labels.table}（{labels.table_of}，万元）",
        f"{labels.table} by {labels.by} ({labels.table_of}, 10,000 yuan)",
    )
    yield f'<section class="amounts"><h2>{html(title)}</h2>'
    told = say(
        f"{len(titles)} 项，从大到小；数字见下表。",
        f"{len(titles)} items, the greatest first; as numbers in the table below.",
    )
    yield from bar_charts("by-title", title, told, bars)
    rows = [
        row(
            (
                Cell(html(name or blank), head=True),
                _money(value),
                Cell(_share(value, whole), number=True),
                _count(departments),
            )
        )
        for name, value, departments in titles
    ]
    columns = (labels.by, say("金额（万元）", "Amount"), say("占比", "Share"), say("部门数", "Departments"))
    yield f"<details><summary>{say('数据表', 'As a table')}</summary>"
    caption = say(f"{len(titles)} 项，合计 {amount(whole)} 万元", f"{len(titles)} items, {amount(whole)} in all")
    yield from table("titles", caption, columns, rows, sortable=True)
    yield "</details></section>"


def _share(value: Decimal, whole: Decimal) -> str:
    return f"{(value * 100 / whole).quantize(Decimal('0.1'))}%" if whole else ""


# --------------------------------------------------------------------------------------------------------------- rules


def _rules(progress: ProgressListing) -> Iterator[str]:
    """How often each rule speaks, and in how many departments; what is explained or waived apart."""
    listing, say = progress.listing, progress.say
    rows = [
        row(
            (
                Cell(f'<span class="badge {one.level.key}">{listing.level(one.level)}</span>', key=str(int(one.level))),
                Cell(one.code, head=True),
                html(listing.title(one.code)),
                _count(one.open),
                _count(one.departments),
                _count(one.passed),
            )
        )
        for one in by_rule(listing.findings)
    ]
    yield f"<section><h2>{say('问题按规则合计', 'Findings by rule')}</h2>"
    if rows:
        columns = (
            say("级别", "Level"),
            say("代码", "Code"),
            say("规则", "Rule"),
            say("待处理", "Open"),
            say("涉及部门", "Departments"),
            say("已说明、已豁免", "Explained or waived"),
        )
        caption = say("各部门现用版本的问题", "Findings in the versions that hold")
        yield from table("rules", caption, columns, rows, sortable=True)
    else:
        yield f"<p>{say('没有问题。', 'No findings.')}</p>"
    yield "</section>"
