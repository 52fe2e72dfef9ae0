"""专项实施期: “2019年” or “2019年-2021年”; eleven signs are taken for the dash, one is written."""

from __future__ import annotations

import re
from decimal import Decimal

from xlsform.core.cells import Cell
from xlsform.core.kinds.kind import Datum, Parsed, Shape, lost

DASHES = "-‐‑–—―−－～~至到"
PERIOD = re.compile(rf"(?P<first>[12][0-9]{{3}})年(?:[{DASHES}]{{1,2}}(?P<last>[12][0-9]{{3}})年)?")
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def parse_period(cell: Cell, _field: Shape) -> Parsed:
    """“2019 年 — 2021 年” → “2019年-2021年”. A bare number 2019 is "unreadable"; a number or date that is only shown so, "format"."""
    problem = lost(cell)
    if problem:
        return None, problem
    text = "".join(cell.text.split())
    if not text:
        return None, ""
    years = PERIOD.fullmatch(text.translate(FULL_WIDTH))
    if years is None:
        return None, "unreadable"
    data = f"{years['first']}年-{years['last']}年" if years["last"] else f"{years['first']}年"
    return data, "format" if isinstance(cell.raw, Decimal) else ""


def show_period(data: Datum, _field: Shape) -> Datum:
    """The canonical text itself."""
    return data


def years_of(period: str) -> tuple[int, int]:
    """(first, last) year of a canonical period: “2019年” → (2019, 2019)."""
    first, _, last = period.partition("-")
    return int(first.removesuffix("年")), int((last or first).removesuffix("年"))
