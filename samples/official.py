"""The official paper of 2019 (samples/2019/原文.txt) → the return of 区委办本级 and the four example tables of the 编报说明.

The paper is the text of a Word file: a tab begins a cell, lines without one continue it, an empty line ends a table row, an empty
cell is the covered part of a merge or a blank answer. Only the “[bookmark: …]” marks that the conversion left are taken out;
everything else, trailing blanks and the slips of the examples too, is kept to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from samples.content import INDICATORS, Content, Direction, Fund, Item, Measure, Overall

BOOKMARK = re.compile(r"\[bookmark: [^\]]*\]")
BREAK = "\n"

OUTPUT_ITEMS = (
    (1, "部门重点支出占部门整体支出的比例", "30%"),
    (2, "三公经费增减率", "-10%"),
    (3, "部门整体支出支付进度", "100%"),
    (4, "重点工作办结率", "100%"),
    (5, "部门预决算和三公经费预决算公开", "100%"),
)
"""How the five printed lines are understood: one has a half-width colon, the last has none."""


def tables(text: str) -> list[list[list[str]]]:
    """The paper's tables in order, each a list of rows of cells."""
    found: list[list[list[str]]] = []
    row: list[str] = []
    open_table = False
    for line in BOOKMARK.sub("", text).split("\n"):
        if line.startswith("\t"):
            if not open_table:
                found.append([])
                open_table = True
            row.append(line[1:])
        elif line and row:
            row[-1] += BREAK + line
        elif row:
            found[-1].append(row)
            row = []
        else:
            open_table = False
    return found


def real_return(text: str) -> Content:
    """The return of 区委办本级: six 专项, the card; its indicator matrix is blank in the paper."""
    fund_rows, direction_rows, card = tables(text)[:3]
    funds = tuple(
        Fund(name, direction, Decimal(amount), period_goal, annual_goal)
        for _number, name, direction, amount, period_goal, annual_goal in fund_rows[1:]
    )
    directions = tuple(_direction(row) for row in direction_rows[3:])
    return Content(funds, directions, _card(card))


def _direction(row: Sequence[str]) -> Direction:
    authority, direction, fund_name, period, amount, period_goal, annual_goal = row[:7]
    indicators = {key: value for key, value in zip(INDICATORS, row[7:], strict=True) if value}
    return Direction(authority, direction, fund_name, period, Decimal(amount), period_goal, annual_goal, indicators)


def _card(rows: Sequence[Sequence[str]]) -> Overall:
    answers = {label: answer for *_, label, answer in (row[-2:] for row in rows)}
    output = answers["产出指标"].split(BREAK)
    benefit = answers["效益指标"].split(BREAK)
    return Overall(
        department=answers["部门名称"],
        total_amount=Decimal(answers["资金总额："]),
        basic_expenditure=Decimal(answers["其中：基本支出："]),
        project_expenditure=Decimal(answers["项目支出："]),
        overall_goal=answers["整体绩效目标"],
        output=tuple(Item(*item, line) for item, line in zip(OUTPUT_ITEMS, output, strict=True)),
        benefit=tuple(
            Item(number, line.removeprefix(f"指标{number}："), None, line) for number, line in enumerate(benefit, 1)
        ),
    )


def example_tables(text: str) -> tuple[tuple[Measure, ...], ...]:
    """The four indicator tables (数量, 质量, 时效, 成本), merged cells written out on every row they span; fund_name is left empty."""
    return tuple(tuple(_measures(table[2:])) for table in tables(text) if table[0][0].startswith("实施期"))


def _measures(rows: Sequence[Sequence[str]]) -> Iterator[Measure]:
    level1 = level2 = annual_level2 = ""
    for row in rows:
        level1, level2, annual_level2 = row[0] or level1, row[1] or level2, row[4] or annual_level2
        yield Measure("", level1, level2, row[2], row[3], annual_level2, row[5], row[6])
