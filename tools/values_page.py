"""Writes docs/reference/values.md: the grammar, the paper's examples and the unseen ones, each as the parser reads it.

`PYTHONPATH=. python tools/values_page.py`
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from xlsform.core.values import DIMENSIONS, FLAGS, Indicator, Units, parse
from xlsform.specfiles import load_units

CHECKOUT = Path(__file__).resolve().parents[1]
PAGE = CHECKOUT / "docs" / "reference" / "values.md"
PAPER = CHECKOUT / "tests" / "core" / "values" / "paper.tsv"
UNSEEN = CHECKOUT / "tests" / "core" / "values" / "unseen.tsv"
UNITS = CHECKOUT / "mappings" / "units.yaml"

HEAD = """\
# 指标值 · Indicator values

*How `xlsform value` and the rules understand an indicator value. This page is printed by `tools/values_page.py` from the tables that the
tests prove; do not edit it.*

本页由程序打印，请勿手改。单元格里的原文一字不改；下面是程序对它的理解。读不准的、前后矛盾的一律作文字（text），不猜。

```text
指标值 = 空 | 时间 | 比例 | 期限 | [期间] [对象] [对比] [方向] [符号] 数值 [~ 数值] [单位] [以上/以内/左右] | 等级 | 参照 | 事项 | 对象 | 文字
```

写法不同、意思相同的先归一：全角半角、空格、零宽字符、句末的“。；”不计；≧ ⩾ ≮ 作 ≥，≦ ⩽ ≯ 作 ≤；各种横线、波浪号各作一种。
数字之间的空格不合并（“3 5次”不是 35 次），①、½、10² 不当作普通数字。

读法的记号：类型 符号 数值 单位 时间 〔期间 对比 方向〕 自（起算事项） “文字” !标记；(=) 表示没有写符号。时间按 ISO 8601，没有写年份的以 -- 开头。
"""


def describe(value: Indicator) -> str:
    """The value in one line; two values with the same line are the same but for their raw text."""
    number = "" if value.number is None else format(value.number, "f")
    if value.to is not None:
        number += (":" if value.kind == "ratio" else "~") + format(value.to, "f")
    over = " ".join(filter(None, (value.period, value.base, value.direction)))
    words = (
        value.kind,
        "(=)" if "implied" in value.flags else value.sign,
        number,
        value.unit,
        value.when,
        f"〔{over}〕" if over else "",
        f"自{value.since}" if value.since else "",
        f"“{value.text}”" if value.text else "",
        *(f"!{flag}" for flag in sorted(value.flags - {"implied"})),
    )
    return " ".join(filter(None, words))


def rows(path: Path) -> list[list[str]]:
    """The lines of a table of examples."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def page() -> str:
    """The whole text of docs/reference/values.md."""
    units = load_units(UNITS)
    parts = [HEAD, "## 编报说明和规则目录里的例子\n", *_table(("写法", "规则目录的说法", "读法"), _paper(units))]
    parts += ["\n## 其他写法\n", *_table(("写法", "读法"), _unseen(units))]
    parts += ["\n## 标记\n", *_table(("标记", "意思"), ((f"`{flag}`", what) for flag, what in FLAGS.items()))]
    parts += [
        "\n## 计量单位\n",
        "在 `mappings/units.yaml`，可以自行添加。倍数（万、亿……）可以写在任何单位前面；元/人、元/人·月、次/年 这样的写法不必逐个登记。\n",
        *_table(("类别", "单位"), _units(units)),
    ]
    return "\n".join(parts) + "\n"


def _paper(units: Units) -> Iterator[tuple[str, ...]]:
    for raw, said, _ in rows(PAPER):
        yield raw, said, describe(parse(raw, units))


def _unseen(units: Units) -> Iterator[tuple[str, ...]]:
    for raw, _ in rows(UNSEEN):
        yield raw, describe(parse(raw, units))


def _units(units: Units) -> Iterator[tuple[str, ...]]:
    for dimension in DIMENSIONS:
        names = dict.fromkeys(unit.name for unit in units.spellings.values() if unit.dimension == dimension)
        yield f"`{dimension}`", "、".join(names)
    yield "矛盾（V03）", "、".join(units.contradictory)


def _table(head: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> Iterator[str]:
    for line in (head, tuple("---" for _ in head), *lines):
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
