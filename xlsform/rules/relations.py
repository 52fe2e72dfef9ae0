"""表内, 表间 and 跨期 checks: one `spec.Relation` after the other, over each department. Decimal only; a relation is not evaluated where a
value it needs is missing or has an error of its own, and says so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from xlsform.core.batch import Return
from xlsform.core.findings import Finding, Unevaluated
from xlsform.core.kinds import show_amount
from xlsform.core.labels import without_space
from xlsform.core.records import Record
from xlsform.core.spec import Form, FormSet, Relation, Term
from xlsform.rules.asking import label_of
from xlsform.rules.slips import Amount, Doubt, instead
from xlsform.rules.verdict import LOST, Said, Setting, has, has_variant, verdict

SPLIT = re.compile(r"[\n；;、]+")
"""What separates the directions that one cell lists."""
CONTEXT = 6
"""Characters shown on both sides of the first difference between two texts."""

NAMED: Mapping[str, tuple[str, ...]] = {
    "C03": ("t", "b", "p"), "X02": ("b", "a"), "X03": ("a", "c"), "X05": ("a", "b"),
}  # fmt: skip
"""What a catalogue message calls the terms of its relation, left to right; every message may also use {left} and {right}."""

Blocked = frozenset[tuple[str, int, str, str]]
"""(file, item, region, field) of values that have an error of their own."""

Came = Finding | Unevaluated | Doubt
"""What may come of a relation."""

Source = tuple[str, bool]
"""A region of this year's return, or (True) of last year's summary."""


class Unmatched(NamedTuple):
    """A key that the other side lacks: the record, the fields of the key, the parts not found there, and `lacking`: the other side's
    region when it lacks the head (the 专项) altogether, else "".
    """

    record: Record
    keys: tuple[str, ...]
    head: tuple[str, ...]
    shown: str
    lacking: str


class Groups(NamedTuple):
    """A region's records by their key; `loose`: how many have a hole or an error in it, and so are in no group."""

    by_key: Mapping[tuple[str, ...], list[Record]]
    loose: int


class Sound(NamedTuple):
    """A department's records, and what of them a relation may use.

    past: what it reported last year, None when that is not known; grouped: regions by their keys as relations have asked for them;
    unmatched: keys of which X01 has said that a side lacks them.
    """

    ret: Return
    past: Return | None
    blocked: Blocked
    forms: Mapping[str, Form]
    setting: Setting
    grouped: dict[tuple[Source, tuple[str, ...]], Groups]
    unmatched: tuple[Unmatched, ...] = ()

    def usable(self, records: Sequence[Record], field: str) -> bool:
        """Whether no record's value of that field has an error."""
        if not self.blocked:
            return True
        return not any((one.file, one.item, one.region, field) in self.blocked for one in records)

    def records(self, source: Source) -> Sequence[Record]:
        """The records of a region, this year's or last year's."""
        region, last = source
        whole = self.past if last else self.ret
        return whole.records.get(region, ()) if whole is not None else ()


class Gap(NamedTuple):
    """What a relation lacks: the field, and a key of `core.catalogue.CAUSES`."""

    field: str
    why: str


class Side(NamedTuple):
    """One side of an equation: its value, the value of each term, its amounts cell by cell, and the cell it stands at, if it is one of
    this year's.
    """

    value: Decimal
    terms: tuple[Decimal, ...]
    amounts: tuple[Amount, ...]
    at: tuple[Record, str] | None


def regions_of(formset: FormSet) -> dict[str, Form]:
    """The form of each region."""
    return {region.id: form for form in formset.forms for region in form.regions}


def related(relation: Relation, sound: Sound) -> Iterator[Came]:
    """What comes of one relation in one department's return."""
    gap = _absent(relation, sound)
    if gap is not None:
        yield _not_evaluated(relation, sound, gap)
    else:
        yield from OPERATIONS[relation.op](relation, sound)


def _absent(relation: Relation, sound: Sound) -> Gap | None:
    """A form that was not handed in, or no record of last year."""
    terms = (*relation.left, *relation.right)
    for term in terms:
        form = sound.forms.get(term.form)
        if form is None or not (term.last or has(sound.ret, form.id)):
            return Gap("", "no_form")
        if not term.last and any(term.form in seen.lost for seen in sound.ret.sightings):
            return Gap(term.field, "no_column")
    past = [sound.forms[term.form].id for term in terms if term.last]
    if past and sound.setting.last is None:
        return Gap("", "no_last_year")
    if past and (sound.past is None or not all(has(sound.past, form) for form in past)):
        return Gap("", "not_last_year")
    return None


def _not_evaluated(relation: Relation, sound: Sound, gap: Gap, count: int = 1) -> Unevaluated:
    form = next((sound.forms[term.form].id for term in relation.left if term.form in sound.forms), "")
    return Unevaluated(relation.code, sound.ret.department, form, gap.field, gap.why, count)


def _groups(sound: Sound, source: Source, by: tuple[str, ...]) -> Groups:
    """A region's records by their key, texts without white space. Several relations ask for the same."""
    if (source, by) not in sound.grouped:
        sound.grouped[source, by] = _grouped(sound, source, by)
    return sound.grouped[source, by]


def _grouped(sound: Sound, source: Source, by: tuple[str, ...]) -> Groups:
    groups: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    records = sound.records(source)
    for record in records:
        parts = [record.data(key) for key in by]
        if None not in parts and (not sound.blocked or all(sound.usable([record], key) for key in by)):
            groups[tuple([without_space(str(part)) for part in parts])].append(record)
    return Groups(groups, len(records) - sum(map(len, groups.values())))


Matched = tuple[tuple[str, ...], Mapping[Source, Sequence[Record]]]
"""A key, and each region's records of that key."""


def _matched(relation: Relation, sound: Sound) -> Iterator[Matched | Unevaluated]:
    """The keys that every region of the relation has, with each region's records; the whole region when there is no key."""
    terms = (*relation.left, *relation.right)
    sources = list(dict.fromkeys((term.form, term.last) for term in terms))
    if not relation.by:
        if {one.lacking for one in sound.unmatched} & {term.form for term in terms if term.total}:
            yield _not_evaluated(relation, sound, Gap("", "in_error"))
        else:
            yield (), {source: sound.records(source) for source in sources}
        return
    unmatched = {one.head for one in sound.unmatched}
    grouped = {source: _groups(sound, source, relation.by) for source in sources}
    mine = [groups for (_, last), groups in grouped.items() if not last]
    lost = sum(groups.loose for groups in mine) + len({key for groups in mine for key in groups.by_key} & unmatched)
    for key in grouped[sources[0]].by_key:
        if key not in unmatched and all(key in groups.by_key for groups in grouped.values()):
            yield key, {source: groups.by_key[key] for source, groups in grouped.items()}
    if lost:
        yield _not_evaluated(relation, sound, Gap(relation.by[-1], "in_error"), lost)


def _side(
    terms: Sequence[Term], records: Mapping[Source, Sequence[Record]], sound: Sound, *, keyed: bool
) -> Side | Gap:
    """The side's value, or what it lacks: a value, or the one record that a term that is no sum stands for."""
    values: list[Decimal] = []
    amounts: list[Amount] = []
    at: tuple[Record, str] | None = None
    for term in terms:
        group = records[term.form, term.last]
        if not term.total and not keyed and len(group) != 1:
            return Gap(term.field, "several" if group else "no_column")
        mine = _amounts(term, group, sound)
        if isinstance(mine, Gap):
            return mine
        amounts += mine
        value = mine[0].number if len(mine) == 1 else sum((one.number for one in mine), Decimal(0))
        values.append(value if term.times == 1 else value * term.times)
        if at is None and group and not term.total and not term.last:
            at = (group[0], term.field)
    total = sum((term.sign * value for term, value in zip(terms, values, strict=True)), Decimal(0))
    return Side(total, tuple(values), tuple(amounts), at)


def _amounts(term: Term, group: Sequence[Record], sound: Sound) -> list[Amount] | Gap:
    """A term's amounts, a cell merged over several records once; or why one of them cannot be used."""
    weight = term.sign * term.times
    seen: dict[tuple[str, str, int, int], Amount] = {}
    for record in group:
        value = record.values.get(term.field)
        if value is None:
            return Gap(term.field, "no_column")
        if not isinstance(value.data, Decimal):
            return Gap(term.field, "no_value" if value.problem in LOST else "in_error")
        if not term.last and not sound.usable((record,), term.field):
            return Gap(term.field, "in_error")
        seen.setdefault(
            (record.file, record.sheet, value.row, value.col), Amount(record, term.field, value.data, weight)
        )
    return list(seen.values())


class Pair(NamedTuple):
    """Both sides of an equation for one key, with the records they are made of."""

    key: tuple[str, ...]
    records: Mapping[Source, Sequence[Record]]
    left: Side
    right: Side


def _pairs(relation: Relation, sound: Sound) -> Iterator[Pair | Unevaluated]:
    """Both sides for every key; where one of them lacks something, that."""
    for matched in _matched(relation, sound):
        if isinstance(matched, Unevaluated):
            yield matched
            continue
        key, records = matched
        left = _side(relation.left, records, sound, keyed=bool(relation.by))
        right = _side(relation.right, records, sound, keyed=bool(relation.by))
        if isinstance(left, Gap):
            yield _not_evaluated(relation, sound, left)
        elif isinstance(right, Gap):
            yield _not_evaluated(relation, sound, right)
        else:
            yield Pair(key, records, left, right)


def compared(relation: Relation, sound: Sound) -> Iterator[Came]:
    """Amounts: left = right within the tolerance, or left <= right. The finding stands at the side that is one cell.

    Where the two sides would be equal if amounts were not in 元, X05 says so in the relation's place.
    """
    for pair in _pairs(relation, sound):
        if isinstance(pair, Unevaluated):
            yield pair
            continue
        gap = pair.left.value - pair.right.value
        if gap <= relation.tolerance and (relation.op == "<=" or -gap <= relation.tolerance):
            continue
        variant, sides = "over" if gap > 0 else "under", (pair.left.amounts, pair.right.amounts)
        this_year = relation.op == "=" and not any(term.last for term in (*relation.left, *relation.right))
        slip = instead(relation, sides, variant, sound.ret.department, sound.setting) if this_year else ()
        yield from slip or _differing(relation, variant, pair, sound)


def far_apart(relation: Relation, sound: Sound) -> Iterator[Came]:
    """Amounts above zero of which one is `within` times the other or more, and not more than `upto` times."""
    for pair in _pairs(relation, sound):
        if isinstance(pair, Unevaluated):
            yield pair
        elif relation.within is not None and min(pair.left.value, pair.right.value) > 0:
            less, more = sorted((pair.left.value, pair.right.value))
            if more >= less * relation.within and (relation.upto is None or more <= less * relation.upto):
                last = any(term.last for term in (*relation.left, *relation.right))
                yield from _differing(relation, "last_year" if last else "", pair, sound, {"k": f"{more / less:.0f}"})


def _differing(
    relation: Relation, variant: str, pair: Pair, sound: Sound, more: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    left, right = pair.left, pair.right
    here, there = (left, right) if left.at is not None or right.at is None else (right, left)
    at = here.at or _first(relation, pair.records)
    if at is None:
        return
    record, field = at
    name = next((str(record.data(one)) for one in relation.by), "") if pair.key else ""
    params = {"left": show_amount(left.value), "right": show_amount(right.value), "name": name, **(more or {})}
    named = NAMED.get(relation.code, ())
    values = (*left.terms, *right.terms)
    if len(named) == len(values):
        params |= {word: show_amount(value) for word, value in zip(named, values, strict=True)}
    said = Said(variant, show_amount(here.value), show_amount(there.value), _described(relation, params, sound))
    yield from _found(relation, said, record, field, sound)


def _first(relation: Relation, records: Mapping[Source, Sequence[Record]]) -> tuple[Record, str] | None:
    """The first of this year's cells that the relation speaks of."""
    terms = (term for term in (*relation.left, *relation.right) if not term.last and records[term.form, False])
    return next(((records[term.form, False][0], term.field) for term in terms), None)


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
    return f"{'上年' if term.last else ''}《{form.name}》{name}{'合计' if term.total else ''}"


def _found(relation: Relation, said: Said, record: Record, field: str, sound: Sound) -> Iterator[Finding]:
    owner = (record.form, sound.ret.department)
    finding = verdict(relation, said, record.ref(field), owner, sound.setting.formset, field)
    if finding is not None:
        yield finding


def alike(relation: Relation, sound: Sound) -> Iterator[Came]:
    """Texts of a key that has one record on either side are equal but for white space; the finding stands at the left one."""
    if relation.within is not None:
        yield from far_apart(relation, sound)
        return
    (left,), (right,) = relation.left, relation.right
    for matched in _matched(relation, sound):
        if isinstance(matched, Unevaluated):
            yield matched
            continue
        mine, theirs = (matched[1][term.form, term.last] for term in (left, right))
        if len(mine) != 1 or len(theirs) != 1:
            continue
        gap = _no_text(mine[0], left, sound) or _no_text(theirs[0], right, sound)
        if gap is not None:
            yield _not_evaluated(relation, sound, gap)
            continue
        one, other = str(mine[0].data(left.field)), str(theirs[0].data(right.field))
        if without_space(one) != without_space(other):
            region = next(r for r in sound.forms[left.form].regions if r.id == left.form)
            params = {"field": label_of(region, left.field), "diff": difference(one, other)}
            said = Said("", one, other, _described(relation, params, sound))
            yield from _found(relation, said, mine[0], left.field, sound)


def _no_text(record: Record, term: Term, sound: Sound) -> Gap | None:
    value = record.values.get(term.field)
    if value is None:
        return Gap(term.field, "no_column")
    if value.data is None or not (term.last or sound.usable((record,), term.field)):
        return Gap(term.field, "no_value" if value.problem in LOST else "in_error")
    return None


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


def same_keys(relation: Relation, sound: Sound) -> Iterator[Came]:
    """The same keys on both sides; each finding stands at the last field of the key that the other side lacks."""
    loose = sum(_groups(sound, (form, False), keys).loose for form, keys in _both(relation))
    if loose:
        yield _not_evaluated(relation, sound, Gap(relation.by[-1], "in_error"), loose)
    for one in unmatched(relation, sound):
        name = "/".join(str(one.record.data(key)) for key in one.keys[:-1])
        params = {"name": name, "dir": one.shown, "form": sound.forms[one.record.region].name}
        yield from _found(relation, Said("", one.shown, "", params), one.record, one.keys[-1], sound)


def unmatched(relation: Relation, sound: Sound) -> Iterator[Unmatched]:
    """The keys one side lacks. The last field of a key may list several (line break ；、), on either side: whole cell first."""
    left, right = _both(relation)
    mine, theirs = (_listed(sound, form, keys) for form, keys in (left, right))
    for keys, own, others, other in ((left[1], mine, theirs, right), (right[1], theirs, mine, left)):
        known = {(one.head, part) for one in others for part in (one.whole, *one.parts)}
        alone = [one for one in own if (one.head, one.whole) not in known]
        if not alone:
            continue
        heads = {one.head for one in others}
        open_heads = _open_heads(sound, *other)
        for one in alone:
            if None in open_heads or one.head in open_heads:
                continue
            lost = [part for part in one.parts if (one.head, part) not in known]
            if lost:
                whole = len(lost) == len(one.parts)
                shown = str(one.record.data(keys[-1])) if whole else "、".join(lost)
                yield Unmatched(one.record, keys, one.head, shown, "" if one.head in heads else other[0])


Keys = tuple[str, tuple[str, ...]]
"""A region and the fields of its key."""


def _both(relation: Relation) -> tuple[Keys, Keys]:
    left, right = ((side[0].form, relation.by) for side in (relation.left, relation.right))
    return left, right


def _listed(sound: Sound, form: str, keys: tuple[str, ...]) -> list[Listed]:
    listed = []
    for key, records in _groups(sound, (form, False), keys).by_key.items():
        for record in records:
            cell = str(record.data(keys[-1]))
            parts: tuple[str, ...] = ()
            if SPLIT.search(cell) is not None:
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


OPERATIONS: Mapping[str, Callable[[Relation, Sound], Iterator[Came]]] = {
    "=": compared,
    "<=": compared,
    "~": alike,
    "<=>": same_keys,
}
"""What a relation's sign means."""
