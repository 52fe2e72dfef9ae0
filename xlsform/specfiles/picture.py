"""`mapping show`: which cells of the blanks each field claims, as text for a terminal or as a page for a browser."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

from xlsform.core.cells import Area, Book, Grid, column_letters
from xlsform.core.spec import FormSet
from xlsform.specfiles.claims import Claim, Sheet, claims, merge_at, sheets

WIDEST_LABEL = 14
"""Terminal columns that a sheet column gets for its labels at most (a Chinese character takes two); field keys are never cut."""


class Drawn(NamedTuple):
    """A sheet ready to be drawn: its size, and what claims the cells."""

    sheet: Sheet
    grid: Grid
    claims: tuple[Claim, ...]
    rows: int
    cols: int

    def area(self, row: int, col: int) -> Area:
        """The merge over the cell, or the cell alone; in rows of answers the blank's merges are those of its prototype rows."""
        down = min((claim.cells.top for claim in self.claims if claim.down), default=row + 1)
        merge = merge_at(self.grid, row, col) if row < down else None
        return merge or Area(row, col, row, col)

    @property
    def heading(self) -> str:
        form = self.sheet.form
        return f"{self.sheet.name}　{form.name}（{form.id}）　{'区级汇总' if self.sheet.summary else '部门填报'}　{form.mark.file}"


def drawn(formset: FormSet, blank: Book, summary_blank: Book, only: str = "") -> Iterator[Drawn]:
    """The sheets that ask something (of form `only`, if given), each cut below the rows that matter."""
    for sheet in sheets(formset, blank, summary_blank):
        if sheet.grid is None or sheet.layout is None or only not in {"", sheet.form.id}:
            continue
        found = claims(sheet.layout, sheet.grid)
        if not found:
            continue
        areas = [area for claim in found for area in (claim.label, claim.cells)]
        filled = [(row, col) for row, col, _ in sheet.grid]
        rows = max(area.bottom for area in areas)
        cols = max(*(col for _, col in filled), *(area.right for area in areas))
        yield Drawn(sheet, sheet.grid, found, rows, cols)


# ---------------------------------------------------------------------------------------------------------------- text


def text_picture(formset: FormSet, blank: Book, summary_blank: Book, only: str = "") -> str:
    """Every sheet as a drawn grid with ‹field keys› where answers go, and below it the list of its fields."""
    return "\n\n".join(_text(one) for one in drawn(formset, blank, summary_blank, only)) + "\n"


def _text(one: Drawn) -> str:
    widths = _widths(one)
    rows = [_text_row(one, row, widths) for row in range(1, one.rows + 1)]
    lines = [one.heading, "", _ruler(one, widths), *rows, "", *_legend(one.claims)]
    return "\n".join(line.rstrip() for line in lines)


def _widths(one: Drawn) -> list[int]:
    """How wide each sheet column is drawn: keys are never cut, labels at WIDEST_LABEL, texts merged over columns take what there is."""
    widths = [3] * one.cols
    merged = []
    for row in range(1, one.rows + 1):
        for col in range(1, one.cols + 1):
            text = shown(one, row, col)
            right = min(one.area(row, col).right, one.cols)
            if right > col:
                merged.append((col, right, width(text) if "‹" in text else 0))
                continue
            room = width(text) if "‹" in text else min(WIDEST_LABEL, width(text))
            widths[col - 1] = max(widths[col - 1], room)
    for left, right, room in merged:
        widths[right - 1] += max(0, room - sum(widths[left - 1 : right]) - (right - left))
    return widths


def _ruler(one: Drawn, widths: Sequence[int]) -> str:
    return "     " + " ".join(pad(column_letters(col), widths[col - 1]) for col in range(1, one.cols + 1))


def _text_row(one: Drawn, row: int, widths: Sequence[int]) -> str:
    cells = []
    col = 1
    while col <= one.cols:
        right = min(one.area(row, col).right, one.cols)
        room = sum(widths[col - 1 : right]) + right - col
        cells.append(pad(shown(one, row, col), room))
        col = right + 1
    mark = "↓" if any(claim.down and claim.cells.top == row for claim in one.claims) else " "
    return f"{row:>3}{mark}│" + "│".join(cells) + "│"


def shown(one: Drawn, row: int, col: int) -> str:
    """What stands in a cell of the picture: the blank's own text, or the keys of the fields whose answer goes there."""
    area = one.area(row, col)
    if (row, col) != (area.top, area.left):
        return ""
    keys = "".join(f"‹{claim.field.key}›" for claim in one.claims if _begins(claim, row, col))
    text = " ".join(one.grid.text(row, col).split())
    inline = any(claim.inline and _begins(claim, row, col) for claim in one.claims)
    return text + keys if inline or not keys else keys  # prototype rows of the summary hold texts that are replaced


def _begins(claim: Claim, row: int, col: int) -> bool:
    return (claim.cells.top, claim.cells.left) == (row, col)


def width(text: str) -> int:
    """Terminal columns of a text; wide East Asian characters take two."""
    return sum(_columns(sign) for sign in text)


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in {"Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1


def pad(text: str, room: int) -> str:
    """The text in just `room` terminal columns: filled up with blanks, or cut and ended by “~”."""
    if width(text) <= room:
        return text + " " * (room - width(text))
    kept = ""
    for sign in text:
        if width(kept + sign) > room - 1:
            break
        kept += sign
    return kept + "~" + " " * (room - 1 - width(kept))


def _legend(found: Iterable[Claim]) -> list[str]:
    rows = [("字段", "填写处", "栏目名处", "栏目", "类型", "出处"), *(_facts(claim) for claim in found)]
    rooms = [max(width(row[index]) for row in rows) for index in range(len(rows[0]))]
    return ["  " + "  ".join(pad(text, room) for text, room in zip(row, rooms, strict=True)) for row in rows]


def _facts(claim: Claim) -> tuple[str, ...]:
    """Key, cells of the answer, cell of the label, label path, kind with unit, line of the mapping."""
    key = f"{claim.field.key}@{claim.band}" if claim.band else claim.field.key
    kind = f"{claim.field.kind}（{claim.field.unit}）" if claim.field.unit else claim.field.kind
    label = " / ".join(" ".join(part.split()) for part in claim.field.label)
    line = str(claim.field.mark).replace("\\", "/").rsplit("/", 1)[-1]
    return (key, claim.place, str(claim.label).split(":", 1)[0], label, kind, line)


# ---------------------------------------------------------------------------------------------------------------- html


def html_picture(formset: FormSet, blank: Book, summary_blank: Book, only: str = "") -> str:
    """The same as one page that needs nothing else; every text of the workbook and the mapping is escaped."""
    body = "".join(_html(one) for one in drawn(formset, blank, summary_blank, only))
    head = f'<meta charset="utf-8">\n<title>映射图 {escape(formset.id)}</title>\n<style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="zh">\n<head>\n{head}\n</head>\n<body>\n{body}</body>\n</html>\n'


STYLE = (
    "body{font:14px/1.5 'Microsoft YaHei','Noto Sans CJK SC',sans-serif;margin:2em;color:#222}"
    "table{border-collapse:collapse;margin:.5em 0 1em}td,th{border:1px solid #999;padding:.2em .5em;vertical-align:middle}"
    "th{background:#eee;font-weight:normal;color:#666}td.label{background:#f3f3f3;text-align:center}"
    "td.answer{background:#e3f1e3}code{color:#0a5c2b}.mark{color:#888}.list td{border-color:#ddd}"
)


def _html(one: Drawn) -> str:
    heads = "".join(f"<th>{column_letters(col)}</th>" for col in range(1, one.cols + 1))
    rows = "".join(f"<tr><th>{row}</th>{''.join(_html_cells(one, row))}</tr>\n" for row in range(1, one.rows + 1))
    facts = "".join(_html_facts(claim) for claim in one.claims)
    columns = "".join(f"<th>{name}</th>" for name in ("字段", "填写处", "栏目名处", "栏目", "类型", "出处", "填写提示"))
    return (
        f"<h2>{escape(one.heading)}</h2>\n<table>\n<tr><th></th>{heads}</tr>\n{rows}</table>\n"
        f'<table class="list">\n<tr>{columns}</tr>\n{facts}</table>\n'
    )


def _html_cells(one: Drawn, row: int) -> Iterator[str]:
    claimed: Mapping[tuple[int, int], Claim] = {(c.cells.top, c.cells.left): c for c in one.claims}
    for col in range(1, one.cols + 1):
        area = one.area(row, col)
        if (row, col) != (area.top, area.left):
            continue
        span = _span("rowspan", min(area.bottom, one.rows) - row + 1) + _span(
            "colspan", min(area.right, one.cols) - col + 1
        )
        claim = claimed.get((row, col))
        if claim is None:
            text = escape(one.grid.text(row, col)).replace("\n", "<br>")
            yield f'<td class="label"{span}>{text}</td>' if text else f"<td{span}></td>"
            continue
        text = escape(one.grid.text(row, col)) if claim.inline else ""
        down = " ↓" if claim.down else ""
        yield f'<td class="answer"{span} title="{escape(claim.field.prompt)}">{text}<code>{escape(claim.field.key)}</code>{down}</td>'


def _span(name: str, count: int) -> str:
    return f' {name}="{count}"' if count > 1 else ""


def _html_facts(claim: Claim) -> str:
    key, *rest = _facts(claim)
    cells = "".join(f"<td>{escape(text)}</td>" for text in (*rest, claim.field.prompt))
    return f"<tr><td><code>{escape(key)}</code></td>{cells}</tr>\n"
