"""The invented departments, written by hand in samples/2019/content/*.yaml → `Content`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from samples.content import INDICATORS, Content, Direction, Fund, Item, Measure, Overall, money

Tables = Sequence[tuple[Measure, ...]]


def load(path: Path, tables: Tables) -> Content:
    """One department from its YAML file; `tables` are the 编报说明's example tables, which a file names by number from 1.

    基本支出 is written there, the sums are made: 项目支出 = Σ 支出方向年度金额, 资金总额 = 基本支出 + 项目支出.
    """
    raw = read_yaml(path)
    directions: list[Direction] = []
    funds: list[Fund] = []
    for fund in raw["funds"]:
        rows = [_direction(raw["authority"], fund, row) for row in fund["directions"]]
        directions += rows
        funds += _fund_rows(fund, rows)
    project = sum((row.annual_amount for row in directions), Decimal(0))
    basic = money(raw["basic"])
    overall = Overall(
        department=raw["department"],
        total_amount=money(basic + project),
        basic_expenditure=basic,
        project_expenditure=money(project),
        overall_goal=raw["overall_goal"],
        output=tuple(_item(number, line) for number, line in enumerate(raw["output"], 1)),
        benefit=tuple(_item(number, line) for number, line in enumerate(raw["benefit"], 1)),
        business_section_opinion=raw.get("business_section_opinion"),
    )
    measures = tuple(row for block in raw["matrix"] for row in _measures(block, tables))
    return Content(tuple(funds), tuple(directions), overall, measures)


def read_yaml(path: Path) -> Any:
    """The file's plain data with every number left as its text, so that 86.40 is no float on its way to a Decimal."""

    class Verbatim(SafeConstructor):
        pass

    for tag in ("float", "int"):
        Verbatim.add_constructor(f"tag:yaml.org,2002:{tag}", SafeConstructor.construct_yaml_str)
    loader = YAML(typ="safe", pure=True)
    loader.Constructor = Verbatim
    return loader.load(path.read_text(encoding="utf-8"))


def _direction(authority: str, fund: Mapping[str, Any], row: Mapping[str, Any]) -> Direction:
    known = {"name", "amount", "period_goal", "annual_goal", *INDICATORS}
    if strange := row.keys() - known:
        raise ValueError(f"{fund['name']}: unknown keys {sorted(strange)}")
    return Direction(
        authority=authority,
        direction=row["name"],
        fund_name=fund["name"],
        period=fund["period"],
        annual_amount=money(row["amount"]),
        period_goal=row["period_goal"],
        annual_goal=row["annual_goal"],
        indicators={key: row[key] for key in INDICATORS if key in row},
    )


def _fund_rows(fund: Mapping[str, Any], rows: Sequence[Direction]) -> list[Fund]:
    """Form 1's rows of one 专项: one a direction, or with `whole` a single one whose cell lists all directions (编报说明 二.1)."""
    whole = fund.get("whole")
    if whole is None:
        return [Fund(row.fund_name, row.direction, row.annual_amount, row.period_goal, row.annual_goal) for row in rows]
    total = money(sum((row.annual_amount for row in rows), Decimal(0)))
    listed = "\n".join(row.direction for row in rows)
    return [Fund(fund["name"], listed, total, whole["period_goal"], whole["annual_goal"])]


def _item(number: int, line: str) -> Item:
    """“名称：值”; a line without colon is prose: the name, whole, without value."""
    name, _, answer = line.partition("：")
    return Item(number, name, answer or None, f"指标{number}：{line}")


def _measures(block: Mapping[str, Any], tables: Tables) -> Iterator[Measure]:
    if "table" in block:
        yield from (row._replace(fund_name=block["fund"]) for row in tables[int(block["table"]) - 1])
        return
    for level1, level2, name, value, annual_name, annual_value in block["rows"]:
        yield Measure(block["fund"], level1, level2, name, value, level2, annual_name, annual_value)
