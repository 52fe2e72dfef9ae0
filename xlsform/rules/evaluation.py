"""All rules of a form set over all departments: per cell, per row, per form, across forms. One fault, one finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xlsform.core.batch import Return
from xlsform.core.findings import Finding, Level
from xlsform.core.spec import Department, FormSet
from xlsform.rules.relations import Blocked, related
from xlsform.rules.returns import checked, title_years
from xlsform.rules.verdict import Setting, guarded


def evaluate(
    returns: Sequence[Return], formset: FormSet, roster: Sequence[Department], year: int
) -> tuple[Finding, ...]:
    """Every finding of the form set's checks and relations, in the order of reports. `year` is the year being collected.

    Without a roster no name is looked up. Findings of reading (T04-T09) and of the set of files (S…) are not raised here.
    Raises RuleError, naming the rule, when a rule itself crashes: never read as a department's fault.
    """
    from xlsform.rules import fields  # pandas and pandera take a second to load

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
            found = guarded(form.id, lambda form=form, ret=ret: list(checked(form, ret, setting)))
            findings += found
            blocked |= _amounts_in_doubt(found, ret, formset)
    for ret in returns:
        findings += guarded("T03", lambda ret=ret: list(title_years(ret, setting)))
    findings += _relations(returns, frozenset(blocked), setting)
    return tuple(sorted(_once(findings), key=lambda finding: finding.order))


def _relations(returns: Sequence[Return], blocked: Blocked, setting: Setting) -> Iterator[Finding]:
    for relation in setting.formset.relations:
        for ret in returns:
            yield from guarded(
                relation.code, lambda ret=ret, relation=relation: list(related(relation, ret, blocked, setting))
            )


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
        key = (
            finding.code,
            finding.variant,
            finding.where,
            finding.field,
            finding.department,
            tuple(sorted(finding.params.items())) if not finding.where.row else (),
        )
        if key not in seen:
            seen.add(key)
            yield finding
