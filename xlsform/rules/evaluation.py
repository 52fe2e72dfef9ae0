"""All rules of a form set over all departments: per cell, per row, per form, across forms. One fault, one finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from xlsform.core.batch import Return
from xlsform.core.findings import Finding, Level, Unevaluated
from xlsform.core.spec import Department, FormSet
from xlsform.rules.precedence import founded
from xlsform.rules.relations import Blocked, Came, Sound, Unmatched, regions_of, related, unmatched
from xlsform.rules.returns import asks_of_whole, checked, title_years
from xlsform.rules.slips import SLIP, Doubt
from xlsform.rules.verdict import ITEM, LastYear, Seen, Setting, guarded, is_on

OF_SIZE = frozenset({"outlier", "control"})
"""Checks that ask whether an amount is as large as it should be."""


class Evaluation(NamedTuple):
    """What the rules found, and which of them could not be evaluated: 未执行 is not 通过."""

    findings: tuple[Finding, ...]
    unevaluated: tuple[Unevaluated, ...]


def evaluate(
    returns: Sequence[Return],
    formset: FormSet,
    roster: Sequence[Department],
    year: int,
    last: LastYear | None = None,
    seen: Seen | None = None,
) -> Evaluation:
    """Every finding of the form set's checks and relations, in the order of reports, and what could not be evaluated.

    `year` is the year being collected, `last` what was reported a year earlier. `seen` carries what is compared across departments from
    one batch of them to the next; without it nothing is compared across departments. Without a roster no name is looked up. Findings
    of reading (T04-T09) and of the set of files (S…) are not raised here.
    Raises RuleError, naming the rule, when a rule itself crashes: never read as a department's fault.
    """
    from xlsform.rules import fields  # noqa: PLC0415 - pandas and pandera take a second to load

    setting = Setting.of(formset, roster, year, last, seen)
    came: list[Came] = []
    blocked: set[tuple[str, int, str, str]] = set()
    for form in formset.forms:
        for region in form.regions:
            batch = fields.gather(form, region, returns)
            judged = fields.judge(batch, returns, setting)
            came += (*judged.findings, *judged.unevaluated)
            blocked |= {(file, item, region.id, field) for file, item, field in judged.marks}
        whole = [check for check in form.checks if asks_of_whole(check, form) and is_on(check, formset)]
        for ret in returns:
            for check in whole:
                found: list[Finding | Unevaluated] = guarded(
                    check.code, partial(list, checked(check, form, ret, setting))
                )
                if found:
                    came += found
                    blocked |= _amounts_in_doubt(found, ret, formset)
    for ret in returns:
        came += guarded("T03", partial(list, title_years(ret, setting)))
    came += _relations(returns, frozenset(blocked), setting)
    findings, doubted = founded(_helpful(_once(one for one in came if isinstance(one, Finding)), formset))
    return Evaluation(
        tuple(sorted(findings, key=lambda finding: finding.order)),
        _counted([*(one for one in came if isinstance(one, Unevaluated)), *doubted]),
    )


def _relations(returns: Sequence[Return], blocked: Blocked, setting: Setting) -> Iterator[Came]:
    """Keys first: an amount or a text whose counterpart X01 has missed is not compared as well."""
    forms = regions_of(setting.formset)
    on = [one for one in setting.formset.relations if is_on(one, setting.formset)]
    keyed = [one for one in on if one.op == "<=>"]
    others = [one for one in on if one.op != "<=>"]
    for ret in returns:
        past = setting.last.get(ret.department) if setting.last is not None else None
        sound = Sound(ret, past, blocked, forms, setting, {})
        lost: list[Unmatched] = []
        for relation in keyed:
            found: list[Came] = guarded(relation.code, partial(list, related(relation, sound)))
            yield from found
            if any(isinstance(one, Finding) for one in found):
                lost += unmatched(relation, sound)
        sound = sound._replace(unmatched=tuple(lost))
        for relation in others:
            found = guarded(relation.code, partial(list, related(relation, sound)))
            for one in found:
                if isinstance(one, Doubt):
                    sound = sound._replace(blocked=sound.blocked | one.values, grouped={})
                else:
                    yield one


def _helpful(findings: Iterable[Finding], formset: FormSet) -> list[Finding]:
    """Where X05 has proved that an amount is in 元, nothing else is said of its size, nor that the cost in its row differs from it."""
    found = list(findings)
    slips = {finding.where for finding in found if finding.code == SLIP.code}
    checks = [check for form in formset.forms for check in form.checks]
    size = {check.code for check in checks if check.check in OF_SIZE}
    beside = {check.code for check in checks if check.check == "cost_equals"}
    rows = {where._replace(col=0) for where in slips}
    return [
        finding
        for finding in found
        if not (finding.code in size and finding.where in slips)
        and not (finding.code in beside and finding.where._replace(col=0) in rows)
    ]


def _counted(unevaluated: Iterable[Unevaluated]) -> tuple[Unevaluated, ...]:
    """One for each rule, department, form, field and cause."""
    counts: Counter[tuple[str, str, str, str, str]] = Counter()
    for one in unevaluated:
        counts[one[:5]] += one.cases
    return tuple(Unevaluated(*key, count) for key, count in sorted(counts.items()))


def _amounts_in_doubt(found: Iterable[Came], ret: Return, formset: FormSet) -> set[tuple[str, int, str, str]]:
    """The amounts of a form whose unit line says another unit: no relation is to speak of them too."""
    faults = [one for one in found if isinstance(one, Finding)]
    forms = {finding.form for finding in faults if finding.code == "A11" and finding.level is Level.ERROR}
    return {
        (record.file, record.item, region.id, key)
        for form in formset.forms
        if form.id in forms
        for region in form.regions
        for record in ret.records.get(region.id, ())
        for key in record.values
        if any(field.key == key and field.kind == "money" for field in getattr(region, "fields", ()))
    }


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """A cell that is merged over several records is said once, by the gravest; the items of a text block, all in one cell, each for
    itself.
    """
    seen = set()
    for finding in sorted(findings, key=lambda finding: -finding.level):
        params = () if finding.where.row else tuple(sorted(finding.params.items()))
        key = (finding.code, finding.variant, finding.where, finding.field, finding.params.get(ITEM), params)
        if key not in seen:
            seen.add(key)
            yield finding
