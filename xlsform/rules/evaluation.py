"""All rules of a form set over all departments: per cell, per row, per form, across forms. One fault, one finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from xlsform.core.batch import Return
from xlsform.core.findings import Finding, Level
from xlsform.core.spec import Department, FormSet
from xlsform.rules.relations import Blocked, Sound, Unmatched, regions_of, related, unmatched
from xlsform.rules.returns import checked, title_years
from xlsform.rules.verdict import Setting, guarded


def evaluate(
    returns: Sequence[Return], formset: FormSet, roster: Sequence[Department], year: int
) -> tuple[Finding, ...]:
    """Every finding of the form set's checks and relations, in the order of reports. `year` is the year being collected.

    Without a roster no name is looked up. Findings of reading (T04-T09) and of the set of files (S…) are not raised here.
    Raises RuleError, naming the rule, when a rule itself crashes: never read as a department's fault.
    """
    from xlsform.rules import fields  # noqa: PLC0415 - pandas and pandera take a second to load

    setting = Setting.of(formset, roster, year)
    findings: list[Finding] = []
    blocked: set[tuple[str, int, str, str]] = set()
    for form in formset.forms:
        for region in form.regions:
            batch = fields.gather(form, region, returns)
            found, marks = fields.judge(batch, returns, setting)
            findings += found
            blocked |= {(file, item, region.id, field) for file, item, field in marks}
        for ret in returns:
            for check in form.checks:
                found = guarded(check.code, partial(list, checked(check, form, ret, setting)))
                if found:
                    findings += found
                    blocked |= _amounts_in_doubt(found, ret, formset)
    for ret in returns:
        findings += guarded("T03", partial(list, title_years(ret, setting)))
    findings += _relations(returns, frozenset(blocked), setting)
    return tuple(sorted(_once(findings), key=lambda finding: finding.order))


def _relations(returns: Sequence[Return], blocked: Blocked, setting: Setting) -> Iterator[Finding]:
    """Keys first: an amount or a text whose counterpart X01 has missed is not compared as well."""
    forms = regions_of(setting.formset)
    keyed = [one for one in setting.formset.relations if one.op == "<=>"]
    others = [one for one in setting.formset.relations if one.op != "<=>"]
    for ret in returns:
        sound = Sound(ret, blocked, forms, setting)
        lost: list[Unmatched] = []
        for relation in keyed:
            found: list[Finding] = guarded(relation.code, partial(list, related(relation, sound)))
            yield from found
            if found:
                lost += unmatched(relation, sound)
        sound = sound._replace(unmatched=tuple(lost))
        for relation in others:
            yield from guarded(relation.code, partial(list, related(relation, sound)))


def _amounts_in_doubt(found: Iterable[Finding], ret: Return, formset: FormSet) -> set[tuple[str, int, str, str]]:
    """The amounts of a form whose unit line says another unit: no relation is to speak of them too."""
    forms = {finding.form for finding in found if finding.code == "A11" and finding.level is Level.ERROR}
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
    """A cell that is merged over several records is said once."""
    seen = set()
    for finding in findings:
        params = () if finding.where.row else tuple(sorted(finding.params.items()))
        key = (finding.code, finding.variant, finding.where, finding.field, params)
        if key not in seen:
            seen.add(key)
            yield finding
