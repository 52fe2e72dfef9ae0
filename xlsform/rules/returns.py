"""Checks on a return as a whole: the year of its titles, unit lines, totals that stand in it, text blocks without any item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlsform.core.batch import Return
from xlsform.core.cells import Ref
from xlsform.core.findings import Finding
from xlsform.core.kinds import show_amount
from xlsform.core.labels import without_space
from xlsform.core.records import Record, Total
from xlsform.core.spec import Check, Form, Prose, Region, Relation
from xlsform.rules.verdict import LOST, Said, Setting, cells_once, has, verdict

TITLE = Relation("T03", "", (), ())
_UNIT = re.compile(r"[十百千万亿]*[美港日欧]?元")


def title_years(ret: Return, setting: Setting) -> Iterator[Finding]:
    """T03: the year in a form's title is the year being collected; a title without year says nothing."""
    for seen in ret.sightings:
        if seen.title is not None and seen.year is not None and seen.year != setting.year:
            said = Said("", str(seen.year), str(setting.year), {"y": str(seen.year), "Y": str(setting.year)})
            found = verdict(TITLE, said, seen.title, (seen.form, ret.department), setting.formset)
            if found is not None:
                yield found


def checked(check: Check, form: Form, ret: Return, setting: Setting) -> Iterator[Finding]:
    """What one check of a form says of the return as a whole; checks on records say nothing here."""
    region = next((one for one in form.regions if one.id == check.region), None)
    if check.check == "unit":
        yield from unit_line(check, form, ret, setting)
    elif check.check == "total":
        yield from totals(check, form, ret, setting)
    elif isinstance(region, Prose) and asks_for_items(check, region):
        yield from at_least_one(check, form, region, ret, setting)


def asks_for_items(check: Check, region: Region) -> bool:
    """`present` on a text block asks for one item at least, not for something in every item."""
    return check.check == "present" and isinstance(region, Prose)


def unit_line(check: Check, form: Form, ret: Return, setting: Setting) -> Iterator[Finding]:
    """The unit line says the form's unit."""
    for seen in ret.sightings:
        if seen.form != form.id or not form.unit:
            continue
        unit = "、".join(
            dict.fromkeys(_UNIT.findall(without_space(seen.unit)))
        )  # “填报单位：区教育局　单位：万元” names one unit of money
        if unit == form.unit:
            continue
        where = seen.unit_at or seen.title or Ref(ret.files[0] if ret.files else "", seen.sheet)
        said = Said("" if unit else "missing", unit, form.unit, {"u": unit})
        found = verdict(check, said, where, (form.id, ret.department), setting.formset)
        if found is not None:
            yield found


def totals(check: Check, form: Form, ret: Return, setting: Setting) -> Iterator[Finding]:
    """A 合计 or 小计 that stands in the return equals the sum of the records it covers."""
    for total in ret.totals:
        if total.form != form.id or total.region != check.region or total.field not in check.fields:
            continue
        expected = sum_of(covered(total, ret.records.get(total.region, ())), total.field)
        value = total.value
        if expected is None or value.problem in LOST or (value.data is None and not value.text.strip()):
            continue
        if isinstance(value.data, Decimal) and abs(value.data - expected) <= TOLERANCE:
            continue
        shown = show_amount(value.data) if isinstance(value.data, Decimal) else value.text
        said = Said(
            "" if isinstance(value.data, Decimal) else "unreadable",
            shown,
            show_amount(expected),
            {"sum": show_amount(expected)},
        )
        where = Ref(total.file, total.sheet, value.row, value.col)
        found = verdict(check, said, where, (form.id, ret.department), setting.formset, total.field)
        if found is not None:
            yield found


TOLERANCE = Decimal("0.005")
"""Amounts in 万元 compare to the cent of a 万元."""


def covered(total: Total, records: Sequence[Record]) -> tuple[Record, ...]:
    """The records a total speaks of."""
    items = frozenset(total.items)
    return tuple(one for one in records if one.file == total.file and one.item in items)


def sum_of(records: Sequence[Record], field: str) -> Decimal | None:
    """The sum of a field; None when one of its values is absent, empty or not readable. A merged cell counts once."""
    if any(field not in record.values for record in records):
        return None
    amounts = [value.data for value in cells_once(records, field)]
    if not all(isinstance(amount, Decimal) for amount in amounts):
        return None
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))


def at_least_one(check: Check, form: Form, region: Prose, ret: Return, setting: Setting) -> Iterator[Finding]:
    """A text block has one item at least; where it has none, the finding stands at its cell."""
    if not has(ret, form.id) or any(one.data(check.fields[0]) for one in ret.records.get(region.id, ())):
        return
    holders = [one for other in form.regions for one in ret.records.get(other.id, ()) if region.id in one.values]
    for holder in holders[:1]:
        if holder.values[region.id].problem not in LOST:
            label = region.label[-1]
            said = Said("empty", holder.values[region.id].text, params={"field": label})
            found = verdict(
                check, said, holder.ref(region.id), (form.id, ret.department), setting.formset, check.fields[0]
            )
            if found is not None:
                yield found
