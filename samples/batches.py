"""What no single return can show: the same form twice, a summary whose total was typed over, a department that has not reported.

Each batch is a folder of samples/2019/batches with its own roster; checked (or merged) as a whole it must raise exactly what is listed
here, hints included. The near misses of `NEAR_BATCHES` are made the same way and must not raise their rule's code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from samples.changes import keep_only
from samples.content import Content
from samples.faults import Place
from samples.oddities import Change, reword, unchanged
from samples.package import EXCEL, save
from samples.roster import roster_workbook
from samples.summary import SUMMARY_BLANK, district_summary
from samples.workbook import CARD, DIRECTIONS, FUNDS, MATRIX, Blank, Workbook, fill, read_blank
from samples.written import read_yaml

REGISTER = Path(__file__).with_name("2019") / "content" / "departments.yaml"
ROSTER = "departments.xlsx"
SUMMARY = "区级汇总.xlsx"

Make = Callable[[Mapping[str, Content], Blank], bytes]
"""The bytes of a file, from the departments' contents and the blank of the return."""


class Spot(NamedTuple):
    """Where a finding is expected: in which file of the batch ("" for the batch as a whole), and where in it."""

    file: str
    place: Place = Place("", "")


class Batch(NamedTuple):
    """Files that are checked together, by name; `departments` stand in the roster that lies beside them.

    merging: only `merge`, which takes what it is given for the whole district, can say it. A near miss has no level and no spots.
    """

    code: str
    what: str
    departments: tuple[str, ...]
    files: Mapping[str, Make]
    level: str = ""
    spots: tuple[Spot, ...] = ()
    merging: bool = False

    @property
    def folder(self) -> str:
        """The folder's name; it tells code and fault."""
        return f"{self.code}-{self.what}"

    def written(self, texts: Mapping[str, Content], blank: Blank) -> Iterator[tuple[str, bytes]]:
        """The files of the folder, the roster among them."""
        yield ROSTER, roster_workbook(line for line in read_yaml(REGISTER) if line["name"] in self.departments)
        for name, make in self.files.items():
            yield name, make(texts, blank)


def _return(department: str, change: Change = unchanged) -> Make:
    def make(texts: Mapping[str, Content], blank: Blank) -> bytes:
        book = fill(texts[department], blank)
        change(book)
        return save(book, EXCEL)

    return make


def _summary(*departments: str, change: Change = unchanged) -> Make:
    def make(texts: Mapping[str, Content], _: Blank) -> bytes:
        book = district_summary([texts[name] for name in departments], _summary_blank())
        change(book)
        return save(book, EXCEL)

    return make


@cache
def _summary_blank() -> Blank:
    return read_blank(SUMMARY_BLANK)


def _says(sheet: str, row: int, col: int, value: Decimal | str) -> Change:
    return lambda book: reword(book.sheet(sheet), row, col, value)


def _only(*sheets: str) -> Change:
    return lambda book: keep_only(book, sheets)


def _corrected_card(book: Workbook) -> None:
    """The card alone, sent again with one more aim."""
    keep_only(book, [CARD])
    goal = str(book.sheet(CARD).lines[6].cells[2].value)
    reword(book.sheet(CARD), 7, 2, f"{goal.rstrip('。')}，按时编制决算。")


FINANCE, SAFETY, LABOUR = "区财政局", "区应急管理局", "区人力资源和社会保障局"

BATCHES = (
    Batch(
        "S02",
        "两个不同的版本",
        (FINANCE,),
        {"区财政局.xlsx": _return(FINANCE), "区财政局（最终版）.xlsx": _return(FINANCE, _corrected_card)},
        "error",
        (Spot("区财政局.xlsx"),),
    ),
    Batch(
        "S02",
        "同样的内容报了两次",
        (FINANCE,),
        {"区财政局.xlsx": _return(FINANCE), "区财政局（补报）.xlsx": _return(FINANCE, _only(CARD))},
        "hint",
        (Spot("区财政局（补报）.xlsx"),),
    ),
    Batch(
        "Z01",
        "区级合计被改",
        (FINANCE, SAFETY),
        {SUMMARY: _summary(FINANCE, SAFETY, change=_says(FUNDS, 4, 4, Decimal(325)))},
        "error",
        (Spot(SUMMARY, Place(FUNDS, "D4")),),
    ),
    Batch(
        "Z01",
        "部门小计被改",
        (FINANCE, SAFETY),
        {SUMMARY: _summary(FINANCE, SAFETY, change=_says(DIRECTIONS, 11, 5, Decimal(243)))},
        "error",
        (Spot(SUMMARY, Place(DIRECTIONS, "E11")),),
    ),
    Batch(
        "Z02",
        "有部门未报",
        (FINANCE, SAFETY, LABOUR),
        {"区财政局.xlsx": _return(FINANCE), "区应急管理局.xlsx": _return(SAFETY)},
        "error",
        (Spot(""),),
        merging=True,
    ),
)

NEAR_BATCHES = (
    Batch(
        "S02",
        "一份申报分两个文件",
        (FINANCE,),
        {
            "区财政局-汇总表和支出方向表.xlsx": _return(FINANCE, _only(FUNDS, DIRECTIONS, CARD)),
            "区财政局-指标分解表.xlsx": _return(FINANCE, _only(MATRIX)),
        },
    ),
    Batch(
        "Z01",
        "合计是手填的而且正确",
        (FINANCE, SAFETY),
        {SUMMARY: _summary(FINANCE, SAFETY, change=_says(FUNDS, 4, 4, Decimal("324.3")))},
    ),
    Batch(
        "Z02",
        "部门名称写了别名",
        (FINANCE, LABOUR),
        {"区财政局.xlsx": _return(FINANCE), "申报.xlsx": _return(LABOUR, _says(CARD, 2, 2, "区人社局"))},
        merging=True,
    ),
)
