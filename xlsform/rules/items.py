"""Checks of text blocks beside the rest of their form: a share against the amounts it is made of, an indicator that should be named."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlsform.core.batch import Return
from xlsform.core.findings import Finding, Unevaluated
from xlsform.core.kinds import show_amount
from xlsform.core.spec import Check, Form, Prose
from xlsform.core.values import is_share
from xlsform.rules.asking import words
from xlsform.rules.values import is_about, item_of, numbers, understood
from xlsform.rules.verdict import LOST, Said, Setting, holders, place, verdict


def share_of(check: Check, form: Form, ret: Return, setting: Setting) -> Iterator[Finding | Unevaluated]:
    """An item whose name holds all words of `about` gives the share of `part` in `whole`, give or take `max` points."""
    about, within = words(check, "about"), Decimal(str(check.params["max"]))
    part, whole = (_amount(ret, str(check.params[name])) for name in ("part", "whole"))
    items = ret.records.get(check.region, ())
    if not items and not ret.summary:
        yield Unevaluated(check.code, ret.department, form.id, check.fields[0], _why_none(check, form, ret))
    for record in items:
        name, text = record.data("name"), record.data(check.fields[0])
        if not is_about(name, about) or not isinstance(text, str):
            continue
        said = understood(setting.formset.units, text, str(name), setting.year).parts
        if len(said) != 1 or not is_share(said[0]):
            continue
        if part is None or whole is None or not 0 <= part <= whole or not whole:
            yield Unevaluated(check.code, ret.department, form.id, check.fields[0], "in_error")
            continue
        share = part / whole * 100
        low, *high = numbers(said[0])
        if low - within <= share <= max((low, *high)) + within:
            continue
        calc = show_amount(share.quantize(Decimal("0.01")))
        params = {**item_of(record), "name": str(name), "calc": calc}
        owner = (form.id, ret.department)
        found = verdict(
            check,
            Said("", text, f"{calc}%", params),
            place(record, check.fields[0]),
            owner,
            setting.formset,
            check.fields[0],
        )
        if found is not None:
            yield found


def _amount(ret: Return, source: str) -> Decimal | None:
    """The one amount that a department has in `region.field`, None where it has none that can be read."""
    region, _, field = source.partition(".")
    found = [record.data(field) for record in ret.records.get(region, ())]
    return found[0] if len(found) == 1 and isinstance(found[0], Decimal) else None


def names_one(check: Check, form: Form, ret: Return, setting: Setting) -> Iterator[Finding | Unevaluated]:
    """Some item of the form's text blocks has a name that holds all words of `about`; said at the block of the line, when that has items."""
    blocks = [region.id for region in form.regions if isinstance(region, Prose)]
    items = [record for block in blocks for record in ret.records.get(block, ())]
    mine = [record for record in items if record.region == check.region and record.data(check.fields[0])]
    if not mine and not ret.summary:
        yield Unevaluated(check.code, ret.department, form.id, check.fields[0], _why_none(check, form, ret))
    elif mine and not any(is_about(record.data(check.fields[0]), words(check, "about")) for record in items):
        owner = (form.id, ret.department)
        found = verdict(check, Said(), place(mine[0], check.fields[0]), owner, setting.formset, check.fields[0])
        if found is not None:
            yield found


def _why_none(check: Check, form: Form, ret: Return) -> str:
    holding = holders(check.region, form, ret)
    if not holding:
        return "no_column"
    return "no_value" if holding[0].values[check.region].problem in LOST else "in_error"
