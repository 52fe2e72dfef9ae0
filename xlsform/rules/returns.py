"""Checks on a return as a whole: the year of its titles, unit lines, totals that stand in it, text blocks without any item."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from xlsform.core.batch import Return
from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Unevaluated
from xlsform.core.kinds import show_amount, years_of
from xlsform.core.labels import without_space
from xlsform.core.records import Record, Total
from xlsform.core.spec import Check, Form, Prose, Region, Relation
from xlsform.rules.items import names_one, share_of
from xlsform.rules.verdict import LOST, TOLERANCE, Said, Setting, called, cells_once, has, holders, place, verdict

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


def asks_of_whole(check: Check, form: Form) -> bool:
    """Whether a check asks something of the return as a whole (`checked`), not of each record."""
    region = _region_of(check, form)
    return check.check in WHOLE or (isinstance(region, Prose) and asks_for_items(check, region))


def _region_of(check: Check, form: Form) -> Region | None:
    return next((one for one in form.regions if one.id == check.region), None)


def checked(check: Check, form: Form, ret: Return, setting: Setting) -> Iterator[Finding | Unevaluated]:
    """What comes of one check of a form for the return as a whole; checks on records say nothing here."""
    region = _region_of(check, form)
    if not has(ret, form.id):
        yield Unevaluated(check.code, ret.department, form.id, "", "no_form")
    elif check.check in WHOLE:
        yield from WHOLE[check.check](check, form, ret, setting)
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


def totals(check: Check, form: Form, ret: Return, setting: Setting) -> Iterator[Finding | Unevaluated]:
    """A 合计 or 小计 that stands in the return equals the sum of the records it covers."""
    for total in ret.totals:
        if total.form != form.id or total.region != check.region or total.field not in check.fields:
            continue
        expected = sum_of(covered(total, ret.records.get(total.region, ())), total.field)
        value = total.value
        if expected is None or value.problem in LOST:
            why = "in_error" if expected is None else "no_value"
            yield Unevaluated(check.code, ret.department, form.id, total.field, why)
            continue
        if value.data is None and not value.text.strip():
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


def at_least_one(
    check: Check, form: Form, region: Prose, ret: Return, setting: Setting
) -> Iterator[Finding | Unevaluated]:
    """A text block has one item at least; where it has none, the finding stands at its cell."""
    if any(one.data(check.fields[0]) for one in ret.records.get(region.id, ())):
        return
    holding = holders(region.id, form, ret)
    if not holding and not ret.summary:
        yield Unevaluated(check.code, ret.department, form.id, check.fields[0], "no_column")
    for holder in holding[:1]:
        if holder.values[region.id].problem in LOST:
            yield Unevaluated(check.code, ret.department, form.id, check.fields[0], "no_value")
        else:
            label = region.label[-1]
            said = Said("empty", holder.values[region.id].text, params={"field": label})
            found = verdict(
                check, said, holder.ref(region.id), (form.id, ret.department), setting.formset, check.fields[0]
            )
            if found is not None:
                yield found


def differ(check: Check, form: Form, ret: Return, setting: Setting) -> Iterator[Finding | Unevaluated]:
    """Two texts of a record differ where the period is longer than a year. `period` names the field that holds it, in this region or
    another one; there, `by` names the field that both have in common, and the longest period of the records that agree in it counts.
    """
    one, other = check.fields
    home, _, field = str(check.params["period"]).partition(".")
    by = str(check.params.get("by", ""))
    unknown = 0
    periods = ret.records.get(home, ())
    for record in ret.records.get(check.region, ()):
        texts = [str(data) for key in (one, other) if (data := record.data(key)) is not None]
        same = len(texts) == 2 and without_space(texts[0]) == without_space(texts[1])
        if not same:
            continue
        mine = [peer.data(field) for peer in periods if _agree(peer, record, by, same_region=home == check.region)]
        spans = [years_of(str(data)) for data in mine if data is not None]
        if any(last > first for first, last in spans):
            said = Said("", texts[1], params={"field": "", "name": called(record)})
            owner = (form.id, ret.department)
            found = verdict(check, said, place(record, other), owner, setting.formset, other)
            if found is not None:
                yield found
        elif not mine or None in mine:
            unknown += 1
    if unknown:
        yield Unevaluated(check.code, ret.department, form.id, field, "in_error", unknown)


def _agree(peer: Record, record: Record, by: str, *, same_region: bool) -> bool:
    """Whether the period of `peer` is that of `record`."""
    if same_region and not by:
        return peer is record
    mine, its = record.data(by), peer.data(by)
    return mine is not None and its is not None and without_space(str(mine)) == without_space(str(its))


WHOLE: Mapping[str, Callable[[Check, Form, Return, Setting], Iterator[Finding | Unevaluated]]] = {
    "total": totals,
    "unit": unit_line,
    "differ": differ,
    "share_of": share_of,
    "names_one": names_one,
}
"""Checks on a return as a whole, by their names in a mapping."""
