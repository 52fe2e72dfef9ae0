"""表内 and 表间 checks: one `spec.Relation` after the other, over each department. Decimal only; a relation is not evaluated where a
value it needs is missing or has an error of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.batch import Return
from xlsform.core.findings import Finding
from xlsform.core.kinds import show_amount
from xlsform.core.labels import without_space
from xlsform.core.records import Record
from xlsform.core.spec import Form, FormSet, Relation, Term
from xlsform.rules.checks import label_of
from xlsform.rules.returns import sum_of
from xlsform.rules.verdict import Said, Setting, has, has_variant, verdict

SPLIT = re.compile(r"[\n；;、]+")
"""What separates the directions that one cell lists."""
CONTEXT = 6
"""Characters shown on both sides of the first difference between two texts."""

NAMED: Mapping[str, tuple[str, ...]] = {"C03": ("t", "b", "p"), "X02": ("b", "a"), "X03": ("a", "c")}
"""What a catalogue message calls the terms of its relation, left to right; every message may also use {left} and {right}."""

Blocked = frozenset[tuple[str, int, str, str]]
"""(file, item, region, field) of values that have an error of their own."""


class Unmatched(NamedTuple):
    """A key that the other side lacks: the record, the fields of the key, the parts not found there, and `lacking`: the other side's
    region when it lacks the head (the 专项) altogether, else "".
    """

    record: Record
    keys: tuple[str, ...]
    head: tuple[str, ...]
    shown: str
    lacking: str


class Sound(NamedTuple):
    """A department's records, and what of them a relation may use. `unmatched`: keys of which X01 has said that a side lacks them."""

    ret: Return
    blocked: Blocked
    forms: Mapping[str, Form]
    setting: Setting
    unmatched: tuple[Unmatched, ...] = ()

    def usable(self, records: Sequence[Record], field: str) -> bool:
        """Whether no record's value of that field has an error."""
        if not self.blocked:
            return True
        return not any((one.file, one.item, one.region, field) in self.blocked for one in records)

    def here(self, term: Term) -> bool:
        """Whether the form of a term was handed in."""
        form = self.forms.get(term.form)
        return form is not None and has(self.ret, form.id)


class Side(NamedTuple):
    """One side of an equation: its value, the value of each term, and the cell it stands at, if it stands at one."""

    value: Decimal
    terms: tuple[Decimal, ...]
    at: tuple[Record, str] | None


def regions_of(formset: FormSet) -> dict[str, Form]:
    """The form of each region."""
    return {region.id: form for form in formset.forms for region in form.regions}


def related(relation: Relation, sound: Sound) -> Iterator[Finding]:
    """What one relation finds in one department's return; nothing when a form of it was not handed in (T04 says so)."""
    if all(sound.here(term) for term in (*relation.left, *relation.right)):
        yield from OPERATIONS[relation.op](relation, sound)


def _groups(sound: Sound, region: str, by: Sequence[str]) -> dict[tuple[str, ...], list[Record]]:
    """A region's records by their key, texts without white space; a record whose key has a hole or an error is in none."""
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    for record in sound.ret.records.get(region, ()):
        parts = [record.data(key) for key in by]
        if None not in parts and (not sound.blocked or all(sound.usable([record], key) for key in by)):
            groups[tuple(without_space(str(part)) for part in parts)].append(record)
    return groups


def _matched(relation: Relation, sound: Sound) -> Iterator[tuple[tuple[str, ...], Mapping[str, list[Record]]]]:
    """The keys that every region of the relation has, with each region's records; the whole region when there is no key."""
    terms = (*relation.left, *relation.right)
    regions = list(dict.fromkeys(term.form for term in terms))
    unmatched = {one.head for one in sound.unmatched}
    if not relation.by:
        if not {one.lacking for one in sound.unmatched} & {term.form for term in terms if term.total}:
            yield (), {region: list(sound.ret.records.get(region, ())) for region in regions}
        return
    grouped = {region: _groups(sound, region, relation.by) for region in regions}
    for key in grouped[regions[0]]:
        if key not in unmatched and all(key in groups for groups in grouped.values()):
            yield key, {region: groups[key] for region, groups in grouped.items()}


def _side(terms: Sequence[Term], records: Mapping[str, list[Record]], sound: Sound, *, keyed: bool) -> Side | None:
    """The side's value; None when a value is missing or a term that is no sum stands for several records without a key."""
    values: list[Decimal] = []
    at: tuple[Record, str] | None = None
    for term in terms:
        group = records[term.form]
        if not sound.usable(group, term.field) or (not term.total and not keyed and len(group) != 1):
            return None
        value = sum_of(group, term.field)
        if value is None:
            return None
        values.append(value)
        if at is None and group and not term.total:
            at = (group[0], term.field)
    total = sum((term.sign * value for term, value in zip(terms, values, strict=True)), Decimal(0))
    return Side(total, tuple(values), at)


def compared(relation: Relation, sound: Sound) -> Iterator[Finding]:
    """Amounts: left = right within the tolerance, or left <= right. The finding stands at the side that is one cell."""
    for key, records in _matched(relation, sound):
        left = _side(relation.left, records, sound, keyed=bool(relation.by))
        right = _side(relation.right, records, sound, keyed=bool(relation.by))
        if left is None or right is None:
            continue
        gap = left.value - right.value
        if gap <= relation.tolerance and (relation.op == "<=" or -gap <= relation.tolerance):
            continue
        here, there = (left, right) if left.at is not None or right.at is None else (right, left)
        at = here.at or _first(relation, records)
        if at is None:
            continue
        record, field = at
        name = next((str(record.data(one)) for one in relation.by), "") if key else ""
        params = {"left": show_amount(left.value), "right": show_amount(right.value), "name": name}
        named = NAMED.get(relation.code, ())
        values = (*left.terms, *right.terms)
        if len(named) == len(values):
            params |= {word: show_amount(value) for word, value in zip(named, values, strict=True)}
        variant = "over" if gap > 0 else "under"
        said = Said(variant, show_amount(here.value), show_amount(there.value), _described(relation, params, sound))
        yield from _found(relation, said, record, field, sound)


def _first(relation: Relation, records: Mapping[str, list[Record]]) -> tuple[Record, str] | None:
    return next(((records[t.form][0], t.field) for t in (*relation.left, *relation.right) if records[t.form]), None)


def _described(relation: Relation, params: dict[str, str], sound: Sound) -> dict[str, str]:
    """A bureau's own relation without a sentence of its own gets one from its labels."""
    if not relation.message and not has_variant(relation.code, ""):
        left, right = (" + ".join(_label(sound, term) for term in side) for side in (relation.left, relation.right))
        params["message"] = f"{left} {{left}} 与 {right} {{right}} 不符"
    return params


def _label(sound: Sound, term: Term) -> str:
    form = sound.forms[term.form]
    region = next(one for one in form.regions if one.id == term.form)
    name = label_of(region, term.field)
    return f"《{form.name}》{name}{'合计' if term.total else ''}"


def _found(relation: Relation, said: Said, record: Record, field: str, sound: Sound) -> Iterator[Finding]:
    owner = (record.form, sound.ret.department)
    finding = verdict(relation, said, record.ref(field), owner, sound.setting.formset, field)
    if finding is not None:
        yield finding


def alike(relation: Relation, sound: Sound) -> Iterator[Finding]:
    """Texts of a key that has one record on either side are equal but for white space; the finding stands at the left one."""
    (left,), (right,) = relation.left, relation.right
    for _, records in _matched(relation, sound):
        mine, theirs = records[left.form], records[right.form]
        if len(mine) != 1 or len(theirs) != 1:
            continue
        if not (sound.usable(mine, left.field) and sound.usable(theirs, right.field)):
            continue
        one, other = mine[0].data(left.field), theirs[0].data(right.field)
        if one is None or other is None or without_space(str(one)) == without_space(str(other)):
            continue
        region = next(r for r in sound.forms[left.form].regions if r.id == left.form)
        params = {"field": label_of(region, left.field), "diff": difference(str(one), str(other))}
        said = Said("", str(one), str(other), _described(relation, params, sound))
        yield from _found(relation, said, mine[0], left.field, sound)


def difference(one: str, other: str) -> str:
    """Where two texts first differ, white space aside, with a few characters before and behind: “…参与征编” / “…参与编纂”."""
    one, other = without_space(one), without_space(other)
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, at - CONTEXT)
    parts = [
        ("…" if start else "") + text[start : at + CONTEXT] + ("…" if len(text) > at + CONTEXT else "")
        for text in (one, other)
    ]
    return " / ".join(f"“{part}”" for part in parts)


class Listed(NamedTuple):
    """One side's record and the keys it may stand for: its cell whole, or the parts that it lists."""

    record: Record
    head: tuple[str, ...]
    whole: str
    parts: tuple[str, ...]


def same_keys(relation: Relation, sound: Sound) -> Iterator[Finding]:
    """The same keys on both sides; each finding stands at the last field of the key that the other side lacks."""
    for one in unmatched(relation, sound):
        name = "/".join(str(one.record.data(key)) for key in one.keys[:-1])
        params = {"name": name, "dir": one.shown, "form": sound.forms[one.record.region].name}
        yield from _found(relation, Said("", one.shown, "", params), one.record, one.keys[-1], sound)


def unmatched(relation: Relation, sound: Sound) -> Iterator[Unmatched]:
    """The keys one side lacks. The last field of a key may list several (line break ；、), on either side: whole cell first."""
    left, right = (_keys(relation, side) for side in (relation.left, relation.right))
    mine, theirs = (_listed(sound, form, keys) for form, keys in (left, right))
    for keys, own, others, other in ((left[1], mine, theirs, right), (right[1], theirs, mine, left)):
        known = {(one.head, part) for one in others for part in (one.whole, *one.parts)}
        heads = {one.head for one in others}
        open_heads = _open_heads(sound, *other)
        for one in own:
            if (one.head, one.whole) in known or None in open_heads or one.head in open_heads:
                continue
            lost = [part for part in one.parts if (one.head, part) not in known]
            if lost:
                whole = len(lost) == len(one.parts)
                shown = str(one.record.data(keys[-1])) if whole else "、".join(lost)
                yield Unmatched(one.record, keys, one.head, shown, "" if one.head in heads else other[0])


def _keys(relation: Relation, side: Sequence[Term]) -> tuple[str, tuple[str, ...]]:
    return side[0].form, tuple(term.field for term in side if term.field) or relation.by


def _listed(sound: Sound, form: str, keys: Sequence[str]) -> list[Listed]:
    listed = []
    for key, records in _groups(sound, form, keys).items():
        for record in records:
            cell = str(record.data(keys[-1]))
            parts = tuple(text for part in SPLIT.split(cell) if (text := without_space(part)))
            listed.append(Listed(record, key[:-1], key[-1], parts or (key[-1],)))
    return listed


def _open_heads(sound: Sound, form: str, keys: Sequence[str]) -> set[tuple[str, ...] | None]:
    """The heads (专项) of which a record on this side lacks the rest of its key: what it should match is not known.

    None when a record lacks its head itself: then nothing at all can be said to be missing here.
    """
    heads: set[tuple[str, ...] | None] = set()
    for record in sound.ret.records.get(form, ()):
        parts = [record.data(key) if sound.usable([record], key) else None for key in keys]
        if None in parts[:-1]:
            heads.add(None)
        elif parts[-1] is None:
            heads.add(tuple(without_space(str(part)) for part in parts[:-1]))
    return heads


OPERATIONS: Mapping[str, Callable[[Relation, Sound], Iterator[Finding]]] = {
    "=": compared,
    "<=": compared,
    "~": alike,
    "<=>": same_keys,
}
"""What a relation's sign means."""
