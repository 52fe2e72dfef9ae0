"""What an indicator value means: kind, sign, number, unit, period, time."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Literal, NamedTuple

from xlsform.core.values.units import Measure

Kind = Literal["number", "range", "ratio", "time", "deadline", "level", "reference", "event", "object", "text", "empty"]
"""number ≥90%, range 85%~95%, ratio 1:1.5, time 2019年底前, deadline 15日内, level 及时, reference 办公用房标准 (measured by what
stands elsewhere), event 烈士备案当年发放, object 各街道 (whom it is about), text anything else, empty 无."""

FLAGS = {
    "implied": "没有写符号，按“=”理解",
    "budget_year": "没有写年份，按预算年度理解",
    "ambiguous": "有几种读法，或有两处写法相互矛盾",
    "V01": "缺少计量单位",
    "V02": "单位未收录",
    "V03": "单位矛盾（元人次）",
    "V04": "“年”的数值不像年份也不像年数",
    "V05": "比率超过 100%",
    "V06": "名称不是增减类而值为负",
    "V07": "难以衡量（约、左右、显著、进一步……）",
    "V08": "像是被表格软件转成的日期",
    "V09": "反向指标写了“≥”",
    "B13": "只有对象，没有数量",
    "B18": "单位成本写了“≥”",
}
"""Every flag and what it says; those with a rule's code are what that rule looks at."""

_EXACT = Context(prec=80)


class Indicator(NamedTuple):
    """An indicator value as understood.

    raw: the text as it stands; sign: ≥ ≤ > < = ≈, "" where a sign has no sense (text, level, empty).
    number, to: the number, and the upper end of a range or the second part of a ratio. unit: as written, aliases made one
    (㎡ → 平方米); measure: what is known of it, None when it is not in the table.
    period: over what it counts (每年, 年均, 三年累计); base: what an increase is measured against (同比, 环比, 较上年);
    direction: 增长, 下降 … (a difference) or 提高到 … (the level itself).
    start, end: of a time, in ISO 8601 (2019, 2019-12, 2019-12-31, 2019-Q4, 2019-H1); "--" stands for a year that is not said
    (--12-31, --Q1, -- alone: the budget year), "---" for a month (---05: day 5 of each period). ≤ has only an end, ≥ only a start.
    since: what a deadline counts from (收到申请). text: the words that belong to it: what a number is about, what is to be done by
    a time; the words themselves of level, reference, event, object and text.
    """

    raw: str
    kind: Kind
    sign: str = ""
    number: Decimal | None = None
    to: Decimal | None = None
    unit: str = ""
    measure: Measure | None = None
    period: str = ""
    base: str = ""
    direction: str = ""
    start: str = ""
    end: str = ""
    since: str = ""
    text: str = ""
    flags: frozenset[str] = frozenset()

    @property
    def dimension(self) -> str:
        """What the unit measures: money, share, count …, compound (money per thing), "" when unknown."""
        if self.measure is None:
            return ""
        return "compound" if self.measure.per else self.measure.dimension

    @property
    def base_unit(self) -> str:
        """The unit that `in_base` counts in: 元, %, 平方米; "" when the unit is unknown."""
        return "" if self.measure is None else self.measure.base

    @property
    def in_base(self) -> Decimal | None:
        """The number in its base unit: 8万元/项 → 80000, 3‰ → 0.3; None without a number or a known unit."""
        if self.number is None or self.measure is None:
            return None
        return _EXACT.multiply(self.number, self.measure.scale)

    @property
    def when(self) -> str:
        """The time in one word: 2019-12-31, 2019-01/2019-12 (ISO 8601 interval); "" for what is no time."""
        if self.start and self.end and self.start != self.end:
            return f"{self.start}/{self.end}"
        return self.start or self.end


def is_number(value: Indicator) -> bool:
    """A number, or two: number, range, ratio."""
    return value.kind in {"number", "range", "ratio"}


def is_money(value: Indicator) -> bool:
    """An amount of money, or money per thing (B16)."""
    return value.kind in {"number", "range"} and value.measure is not None and value.measure.dimension == "money"


def is_share(value: Indicator) -> bool:
    """A share or rate: %, ‰, 百分点, 成 (B14, B20)."""
    return value.kind in {"number", "range"} and value.dimension == "share"


_SPANS = frozenset({"全年", "年内", "年均", "月均", "日均"})
_EACH = frozenset({"年", "季度", "季", "月", "周", "天", "日", "小时", "旬", "学期", "学年", "半年", "半月"})


def is_time(value: Indicator) -> bool:
    """Says when or how long: a time, a deadline, a length of time, an event, or so often in a period (每周1次, 2次/年; B14)."""
    if value.kind not in {"number", "range"}:
        return value.kind in {"time", "deadline", "event"}
    often = value.period.startswith("每") or value.period in _SPANS or value.period[:4].isdecimal()
    return value.dimension == "duration" or often or (value.measure is not None and value.measure.per in _EACH)


def years(value: Indicator) -> tuple[int, ...]:
    """The years that a time or the period of a number names, in order (B15)."""
    named = [moment[:4] for moment in (value.start, value.end) if moment[:4].isdecimal()]
    if value.period[:4].isdecimal():
        named.append(value.period[:4])
    return tuple(sorted({int(year) for year in named}))
