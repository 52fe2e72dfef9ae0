"""Indicator values (指标值) understood: what ≥90%, 8万元/项, 2019年年底前 and 办公用房标准 say. Pure: text and a table of units in."""

from __future__ import annotations

from xlsform.core.values.fold import fold
from xlsform.core.values.indicator import (
    FLAGS,
    Indicator,
    Kind,
    is_money,
    is_number,
    is_share,
    is_time,
    years,
)
from xlsform.core.values.parsing import parse, parts, show
from xlsform.core.values.units import DIMENSIONS, Measure, Unit, Units

__all__ = [
    "DIMENSIONS",
    "FLAGS",
    "Indicator",
    "Kind",
    "Measure",
    "Unit",
    "Units",
    "fold",
    "is_money",
    "is_number",
    "is_share",
    "is_time",
    "parse",
    "parts",
    "show",
    "years",
]
