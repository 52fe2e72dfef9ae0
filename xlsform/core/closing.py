"""结账: what a closed summary was made of, and the page that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.cells import Area
from xlsform.core.edits import AddSheet, CellValue, Look, NewRow
from xlsform.core.inbox import named
from xlsform.core.waivers import Waiver

SCHEMA_VERSION = 1
PAGE = "结账记录"
"""The name of the page's sheet, and its title."""


class Input(NamedTuple):
    """A file that counts. name: as sent; forms: names of the forms of it that count; came: the moment that orders versions;
    how: by which clue its department was recognised.
    """

    department: str
    name: str
    sha256: str
    forms: tuple[str, ...]
    came: str
    how: str


class NotCounted(NamedTuple):
    """A file that came in and does not count, and why (已有新版, 不计…)."""

    name: str
    sha256: str
    why: str


class Total(NamedTuple):
    """A 合计 of the summary."""

    form: str
    field: str
    unit: str
    amount: Decimal


class Counts(NamedTuple):
    """Departments that had to report, that are in the summary, that need not (免报); records; findings that passed, and that stand."""

    due: int
    merged: int
    excused: int
    records: int
    explained: int
    waived: int
    standing: int


class Facts(NamedTuple):
    """All that decides a closed summary. reading: a hash of program, mapping files and blanks; roster: a hash of the roster."""

    district: str
    year: int
    form_set: str
    reading: str
    roster: str
    inputs: tuple[Input, ...]
    not_counted: tuple[NotCounted, ...]
    waivers: tuple[Waiver, ...]
    counts: Counts
    totals: tuple[Total, ...]


class Written(NamedTuple):
    """A file of the closed summary."""

    name: str
    sha256: str


def record_object(facts: Facts, written: Sequence[Written], when: str, version: str) -> dict[str, object]:
    """The record as JSON: amounts are texts, every hash is SHA-256 in hexadecimal."""
    return {
        "schema_version": SCHEMA_VERSION,
        "closed": when,
        "software": f"jixiao-xlsform {version}",
        "campaign": {"district": facts.district, "year": facts.year, "form_set": facts.form_set},
        "reading": facts.reading,
        "roster": facts.roster,
        "counts": facts.counts._asdict(),
        "totals": [one._asdict() | {"amount": f"{one.amount:f}"} for one in facts.totals],
        "inputs": [one._asdict() | {"forms": list(one.forms)} for one in facts.inputs],
        "not_counted": [one._asdict() for one in facts.not_counted],
        "waivers": [
            {
                "code": one.code,
                "department": one.department,
                "sheet": one.sheet,
                "field": one.field,
                "reason": one.reason,
            }
            for one in facts.waivers
        ],
        "outputs": [one._asdict() for one in written],
    }


def changes(former: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    """What differs between a record and what would be recorded now, in a clerk's words; nothing when both say the same."""
    before, after = _inputs(former), _inputs(now)
    new = [name for key, name in after.items() if key not in before]
    gone = [name for key, name in before.items() if key not in after]
    if new:
        yield f"新增 {len(new)} 个文件（{named(new)}）"
    if gone:
        yield f"{len(gone)} 个文件不再采用（{named(gone)}）"
    told = {
        "campaign": "年度或表样已改",
        "roster": "名册已改",
        "waivers": "豁免已改",
        "reading": "表样说明、空白表或软件版本已改",
    }
    for key, said in told.items():
        if former.get(key) != now.get(key):
            yield said
    rest = ("inputs", "counts", "totals", "not_counted")
    if not new and not gone and any(former.get(key) != now.get(key) for key in rest):
        yield "采用的内容已改"


def _inputs(record: Mapping[str, object]) -> dict[tuple[str, str], str]:
    """Department and hash → name of every file that counts."""
    inputs = record.get("inputs")
    rows = [one for one in inputs if isinstance(one, dict)] if isinstance(inputs, list) else []
    return {(str(one.get("department")), str(one.get("sha256"))): str(one.get("name")) for one in rows}


# -------------------------------------------------------------------------------------------------------------------- the page

_LAST = 6
"""Columns of the page."""
_WIDTHS = tuple(map(Decimal, (6, 24, 34, 20, 14, 36)))
_TITLE = Look(font="黑体", size=Decimal(20), horizontal="center", vertical="center")
_PLAIN = Look(font="宋体", size=Decimal(11), vertical="center", wrap=True)
_HEADING = Look(font="黑体", size=Decimal(12), vertical="center")
_HEAD = Look(font="黑体", size=Decimal(11), border="000000", horizontal="center", vertical="center", wrap=True)
_CELL = Look(font="宋体", size=Decimal(10), border="000000", vertical="center", wrap=True)
_MIDDLE = _CELL._replace(horizontal="center")
_AMOUNT = _CELL._replace(horizontal="right", number_format="#,##0.00####")
_SIGNED = _PLAIN._replace(horizontal="left")


class _Page:
    """The rows of the page as they are put below each other, and the merges they need."""

    def __init__(self) -> None:
        self.rows: list[NewRow] = []
        self.merges: list[Area] = []

    def line(self, text: str, look: Look, height: int | None = None) -> None:
        """One text over all columns."""
        cells: list[tuple[int, CellValue, Look]] = [
            (1, text, look),
            *((col, None, look) for col in range(2, _LAST + 1)),
        ]
        self.rows.append(NewRow(tuple(cells), Decimal(height) if height is not None else None))
        self.merges.append(Area(len(self.rows), 1, len(self.rows), _LAST))

    def row(self, values: Sequence[CellValue], looks: Sequence[Look], *spans: tuple[int, int]) -> None:
        """Values from the first column on; spans: (first, last) columns that are one cell."""
        cells = tuple((col, value, look) for col, (value, look) in enumerate(zip(values, looks, strict=True), 1))
        self.rows.append(NewRow(cells))
        self.merges += (Area(len(self.rows), first, len(self.rows), last) for first, last in spans)


def page(facts: Facts, written: Sequence[Written], when: str, version: str) -> AddSheet:
    """The record as a page that is printed, signed and filed."""
    out = _Page()
    out.line(f"{facts.year}年区级预算绩效目标汇总{PAGE}", _TITLE, 40)
    day = f"{int(when[:4])}年{int(when[5:7])}月{int(when[8:10])}日 {when[11:16]}"
    out.line(f"{facts.district}　　结账时间：{day}　　表样：{facts.form_set}　　软件：xlsform {version}", _PLAIN, 22)
    counts = facts.counts
    said = (
        f"应报 {counts.due} 个部门，已汇总 {counts.merged} 个，免报 {counts.excused} 个；共 {counts.records} 条记录。"
    )
    out.line(
        f"{said}审核问题：已说明 {counts.explained} 条，已豁免 {counts.waived} 条，其余 {counts.standing} 条。",
        _PLAIN,
        22,
    )
    _totals(out, facts.totals)
    _written(out, written)
    _inputs_of(out, facts.inputs)
    if facts.not_counted:
        _not_counted(out, facts.not_counted)
    if facts.waivers:
        _waivers(out, facts.waivers)
    out.line(f"表样说明和空白表：{facts.reading}　　名册：{facts.roster}", _PLAIN._replace(size=Decimal(9)), 22)
    out.line(
        "经办人：　　　　　　　　审核人：　　　　　　　　单位（盖章）：　　　　　　　　　　　　年　　月　　日",
        _SIGNED,
        40,
    )
    return AddSheet(PAGE, tuple(out.rows), _WIDTHS, tuple(out.merges), at=0)


def _totals(out: _Page, totals: Sequence[Total]) -> None:
    out.line("一、汇总金额", _HEADING, 26)
    out.row(("序号", "表", "栏目", "合计", "单位", None), (_HEAD,) * 6, (5, 6))
    for number, one in enumerate(totals, 1):
        looks = (_MIDDLE, _CELL, _CELL, _AMOUNT, _MIDDLE, _MIDDLE)
        out.row((number, one.form, one.field, one.amount, one.unit, None), looks, (5, 6))


def _written(out: _Page, written: Sequence[Written]) -> None:
    out.line("二、汇总文件", _HEADING, 26)
    out.row(("序号", "文件", None, "SHA-256", None, None), (_HEAD,) * 6, (2, 3), (4, 6))
    for number, one in enumerate(written, 1):
        out.row((number, one.name, None, one.sha256, None, None), (_MIDDLE, *(_CELL,) * 5), (2, 3), (4, 6))


def _inputs_of(out: _Page, inputs: Sequence[Input]) -> None:
    out.line("三、采用的报送文件", _HEADING, 26)
    out.row(("序号", "部门", "文件", "报送时间", "认定依据", "SHA-256"), (_HEAD,) * 6)
    for number, one in enumerate(inputs, 1):
        came = one.came[:16].replace("T", " ")
        out.row((number, one.department, one.name, came, one.how, one.sha256), (_MIDDLE, *(_CELL,) * 5))


def _not_counted(out: _Page, not_counted: Sequence[NotCounted]) -> None:
    out.line("未采用的文件", _HEADING, 26)
    out.row(("序号", "文件", None, "原因", None, "SHA-256"), (_HEAD,) * 6, (2, 3), (4, 5))
    for number, one in enumerate(not_counted, 1):
        out.row((number, one.name, None, one.why, None, one.sha256), (_MIDDLE, *(_CELL,) * 5), (2, 3), (4, 5))


def _waivers(out: _Page, waivers: Sequence[Waiver]) -> None:
    out.line("豁免和免报", _HEADING, 26)
    out.row(("序号", "部门", "理由", None, None, "规则和范围"), (_HEAD,) * 6, (3, 5))
    for number, one in enumerate(waivers, 1):
        where = "　".join(part for part in (one.code, one.sheet, one.field) if part)
        out.row((number, one.department, one.reason, None, None, where), (_MIDDLE, *(_CELL,) * 5), (3, 5))
