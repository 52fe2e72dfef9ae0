"""waivers.yaml: which findings of which departments the bureau lets pass, and why (豁免)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from xlsform.core.batch import Register
from xlsform.core.catalogue import RULES
from xlsform.core.errors import Fault, Mark, SpecError
from xlsform.core.reasons import REFUSALS, refused
from xlsform.core.spec import Department, Field, Form, FormSet, fields_of
from xlsform.core.waivers import NEVER, Waiver
from xlsform.specfiles.faults import instead, validated
from xlsform.specfiles.models import WaiverEntry, WaiversFile
from xlsform.specfiles.source import Source, read_source

WAIVERS = "waivers.yaml"
"""Its name, beside campaign.yaml."""

Named = dict[str, frozenset[tuple[str, str]]]
"""What a field is called (its key, or its label on the form) → (form id, field key) of those that are called so."""


def load_waivers(path: Path, formset: FormSet, roster: Sequence[Department]) -> tuple[Waiver, ...]:
    """The waivers of a file, departments under their registered names. Raises SpecError with every fault, its line and the nearest
    right word: codes and fields that nobody has, departments that are not in the roster (when there is one), reasons that are none.
    """
    source, faults = read_source(path)
    if source is None:
        raise SpecError(faults)
    file, source, refusals, _ = validated(WaiversFile, source)
    found: list[Waiver] = []
    if file is not None:
        reading = _Reading(source, formset, Register(roster))
        for index, entry in enumerate(file.waivers):
            waiver, wrong = reading.waiver(index, entry)
            refusals += wrong
            found.append(waiver)
        refusals += tuple(_repeated(found))
    if file is None or faults or refusals:
        raise SpecError(tuple(sorted({*faults, *refusals}, key=lambda fault: (fault.mark.line, fault.key))))
    return tuple(found)


class _Reading:
    """What entries are checked against."""

    def __init__(self, source: Source, formset: FormSet, register: Register) -> None:
        self.source = source
        self.register = register
        self.codes = {*RULES, *(check.code for form in formset.forms for check in form.checks)}
        self.codes |= {relation.code for relation in formset.relations}
        self.fields = named_fields(formset)

    def waiver(self, index: int, entry: WaiverEntry) -> tuple[Waiver, tuple[Fault, ...]]:
        """One entry as a waiver, and what is wrong with it."""
        known = self.register.find(entry.department)
        name = known.name if known is not None else entry.department
        fields = self.fields.get(entry.field, frozenset())
        mark = self.source.mark("waivers", index)
        waiver = Waiver(entry.code, name, entry.reason.strip(), entry.sheet, fields, entry.field, mark)
        return waiver, tuple(self._faults(index, entry, missing=known is None))

    def _faults(self, index: int, entry: WaiverEntry, *, missing: bool) -> Iterator[Fault]:
        def fault(key: str, what: str) -> Fault:
            return Fault(self.source.mark("waivers", index, key), key, what)

        if entry.code not in self.codes:
            yield fault("code", f"没有规则 {entry.code}{instead(entry.code, self.codes)}")
        elif entry.code in NEVER:
            yield fault("code", f"{entry.code} 不能豁免：内容读不出、版本不明或涉及全区，放行也无从汇总")
        if missing and self.register.roster:
            names = [name for one in self.register.roster for name in (one.name, *one.aliases)]
            yield fault("department", f"名册里没有“{entry.department}”{instead(entry.department, names)}")
        if entry.field and entry.field not in self.fields:
            yield fault("field", f"没有栏目“{entry.field}”{instead(entry.field, self.fields)}")
        if why := refused(entry.reason):
            yield fault("reason", f"理由“{entry.reason}”{REFUSALS[why].zh}，请写明豁免的具体原因")


def named_fields(formset: FormSet) -> Named:
    """Every field of the form set by its key and by its label without the colon."""
    named: dict[str, set[tuple[str, str]]] = {}
    for form in formset.forms:
        for field in _fields(form):
            for word in (field.key, field.name.strip("：: ")):
                named.setdefault(word, set()).add((form.id, field.key))
    return {word: frozenset(places) for word, places in named.items()}


def _fields(form: Form) -> Iterator[Field]:
    for region in (*form.regions, *(form.summary.regions if form.summary is not None else ())):
        yield from fields_of(region)


def _repeated(waivers: Iterable[Waiver]) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str, str], Mark] = {}
    for waiver in waivers:
        key = (waiver.code, waiver.department, waiver.sheet, waiver.field)
        if key in seen:
            yield Fault(waiver.mark, waiver.code, f"“{waiver.department}”的这一条与第 {seen[key].line} 行重复")
        seen.setdefault(key, waiver.mark)
