"""The indicator values of a record understood, beside their text: what `extract --values` adds to JSON and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from xlsform.core.records import Record
from xlsform.core.spec import FormSet, Prose, kinds_of
from xlsform.core.values import Indicator, Units, parts
from xlsform.core.values import parse as parse_value

COLUMNS = ("kind", "sign", "number", "to", "unit", "period", "direction", "flags")
"""What is told of a value; its text stands in the field itself."""

ValueFields = Mapping[str, Mapping[str, str]]
"""Region id → the fields that hold indicator values → the field that holds the indicator's name, "" where none does."""


def value_fields(formset: FormSet) -> ValueFields:
    """The fields of kind indicator, and the values of text blocks; their names as the lines of checks say (`name: level3`)."""
    named: dict[tuple[str, str], str] = {}
    for check in (check for form in formset.forms for check in form.checks if "name" in check.params):
        named |= {(check.region, key): str(check.params["name"]) for key in check.fields}
    fields: dict[str, Mapping[str, str]] = {}
    for region in (region for form in formset.forms for region in form.regions):
        keys = [key for key, kind in kinds_of(region).items() if kind == "indicator"]
        mine = (
            {"value": "name"} if isinstance(region, Prose) else {key: named.get((region.id, key), "") for key in keys}
        )
        if mine:
            fields[region.id] = mine
    return fields


@lru_cache(maxsize=16_384)
def _read(units: Units, text: str, name: str, year: int) -> tuple[Indicator, tuple[Indicator, ...]]:
    """The value as a whole, and its parts where the cell holds several."""
    whole = parse_value(text, units, year=year, name=name)
    several = parts(text, units, year=year, name=name)
    told = len(several) > 1 and any(one.kind != "text" for one in several)
    return whole, several if told else ()


def understood(
    record: Record, fields: Mapping[str, str], formset: FormSet
) -> Iterator[tuple[str, Indicator, tuple[Indicator, ...]]]:
    """(field, value, parts) of every filled indicator value of a record."""
    for key, name in fields.items():
        data = record.data(key)
        if isinstance(data, str):
            yield key, *_read(formset.units, data, str(record.data(name) or "") if name else "", formset.year)
