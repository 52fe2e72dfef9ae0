"""Checks of what stands in a record, and of records one after the other. Each turns one line of the mapping into probes.

Tests answer True for what is right and for what they cannot judge (an empty value where another check asks for presence).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from xlsform.core.kinds import numeral, years_of
from xlsform.core.labels import label_key, without_space
from xlsform.core.spec import Matrix, Prose
from xlsform.rules.asking import Asked, Probe, each, filled, is_read, label_of, series, speak, speak_unread
from xlsform.rules.verdict import Said, called

if TYPE_CHECKING:
    from xlsform.rules.asking import Column, Frame


def present(asked: Asked) -> Iterator[Probe]:
    """Every record has the field filled in."""
    for key in asked.check.fields:
        yield Probe(key, (key,), filled, partial(speak, asked, key, "empty"))


def blank(asked: Asked) -> Iterator[Probe]:
    """The field is empty: the bureau writes there. A district summary has been written in."""
    for key in asked.check.fields:
        yield Probe(key, (key,), _empty, partial(speak, asked, key, ""))


def _empty(column: Column) -> Column:
    return ~filled(column)


def period(asked: Asked) -> Iterator[Probe]:
    """“2019年” or “2019年-2021年”."""
    for key in asked.check.fields:
        yield Probe(key, (key,), is_read, partial(speak_unread, asked, key))


def contains_year(asked: Asked) -> Iterator[Probe]:
    """The period ends no earlier than it begins, and the budget year lies in it."""
    for key in asked.check.fields:
        yield Probe(key, (key,), partial(each, judge=_in_order), partial(speak, asked, key, "order"))
        test = partial(each, judge=partial(_spans, asked.setting.year))
        yield Probe(key, (key,), test, partial(speak, asked, key, ""))


def _in_order(data: str) -> bool:
    first, last = years_of(data)
    return first <= last


def _spans(year: int, data: str) -> bool:
    first, last = years_of(data)
    return first <= year <= last


def years(asked: Asked) -> Iterator[Probe]:
    """The period has at least `min` and at most `max` years; one that ends before it begins is the business of `contains_year`."""
    least, most = asked.number("min") or 1, asked.number("max") or 9999

    def fits(data: str) -> bool:
        return _count(data) < 1 or least <= _count(data) <= most

    def say(key: str, row: int) -> Said:
        return speak(asked, key, "", row)._replace(params={"k": str(_count(str(asked.value(row, key).data)))})

    for key in asked.check.fields:
        yield Probe(key, (key,), partial(each, judge=fits), partial(say, key))


def _count(data: str) -> int:
    first, last = years_of(data)
    return last - first + 1


def serial(asked: Asked) -> Iterator[Probe]:
    """Numerals from 一, without gap or repeat. Right is what follows the number before it, and also what its own position asks for:
    so one slip is one finding.
    """
    (key,) = asked.check.fields
    expected: dict[int, int] = {}

    def test(frame: Frame) -> Column:
        right = [True] * len(frame)
        where: tuple[object, ...] = ()
        cell: tuple[int, int] | None = None
        last = position = 0
        for row, (record, own) in enumerate(zip(asked.records, asked.owners, strict=True)):
            value = record.values.get(key)
            if value is None:
                continue
            if (own, record.file, record.sheet) != where:
                where, cell, last, position = (own, record.file, record.sheet), None, 0, 0
            if (value.row, value.col) == cell:  # one number merged down over several rows
                continue
            cell = (value.row, value.col)
            position += 1
            number = value.data if isinstance(value.data, int) else None
            right[row] = not value.problem and number in (last + 1, position)
            expected[row] = position
            last = number if number is not None else last + 1
        return series(frame, right)

    def say(row: int) -> Said:
        text = asked.value(row, key).text
        return Said("" if text.strip() else "empty", text, numeral(expected[row]))

    yield Probe("", (key,), test, say)


def unique(asked: Asked) -> Iterator[Probe]:
    """The fields together stand once in a department; of a repeated key every record but the first fails."""
    keys = asked.check.fields
    twins: dict[int, list[int]] = {}

    def test(frame: Frame) -> Column:
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        columns = [frame[key].tolist() for key in keys]
        plain = cache(without_space)  # the same few words and names in nearly every row
        for row, (own, *parts) in enumerate(zip(asked.owners, *columns, strict=True)):
            if parts[-1] is not None and (isinstance(asked.region, Matrix) or None not in parts):
                groups[own, *[plain(str(part)) for part in parts]].append(row)
        right = [True] * len(frame)
        for rows in groups.values():
            for row in rows[1:]:
                right[row] = False
                twins[row] = rows
        return series(frame, right)

    def say(row: int) -> Said:
        record = asked.records[row]
        lines = [str(asked.value(twin, keys[-1]).row) for twin in twins[row]]
        name, last = (asked.value(row, key).text for key in (keys[0], keys[-1]))
        return Said(
            "",
            record.values[keys[-1]].text,
            params={"name": name, "dir": last, "rows": "、".join(lines)},
            field=keys[-1],
        )

    yield Probe("", keys, test, say)


def one_of(asked: Asked) -> Iterator[Probe]:
    """At least one of the fields is filled in."""
    keys = asked.check.fields
    label = str(asked.check.params.get("label", ""))

    def test(frame: Frame) -> Column:
        return frame[list(keys)].notna().any(axis=1)

    def say(row: int) -> Said:
        return Said("", "", params={"name": called(asked.records[row]), "field": label})

    yield Probe("", keys, test, say)


def numbered(asked: Asked) -> Iterator[Probe]:
    """The items of a text block are numbered 1, 2, 3 …; one finding a block, at the first that is not."""
    (key,) = asked.check.fields
    expected: dict[int, int] = {}

    def test(frame: Frame) -> Column:
        due: dict[int, int] = {}
        right = []
        for row, (own, number) in enumerate(zip(asked.owners, frame[key], strict=True)):
            wanted = due.get(own, 1)
            fits = wanted in (0, number)
            if not fits:
                expected[row] = wanted
            due[own] = wanted + 1 if wanted and fits else 0
            right.append(fits)
        return series(frame, right)

    def say(row: int) -> Said:
        number = asked.records[row].data(key)
        label = asked.region.label[-1] if isinstance(asked.region, Prose) else key
        got = "" if number is None else str(number)
        return Said("" if got else "empty", got, str(expected[row]), {"field": label})

    yield Probe("", (key,), test, say)


def tree(asked: Asked) -> Iterator[Probe]:
    """Both levels are filled in, the first is known and the second belongs to it, by the form set's indicator tree."""
    first, second = asked.check.fields
    members = {label_key(one): frozenset(map(label_key, two)) for one, two in asked.setting.formset.tree.items()}
    said: dict[int, Said] = {}

    def judge(row: int) -> bool:
        one, two = (asked.records[row].data(key) for key in (first, second))
        for key, data in ((first, one), (second, two)):
            if data is None and key in asked.records[row].values:
                value = asked.value(row, key)
                said[row] = Said(
                    "empty", "", params={"field": label_of(asked.region, key), "n": str(value.row)}, field=key
                )
                return False
        under = members.get(label_key(str(one)))
        params = {"l1": str(one), "l2": str(two)}
        if under is None:
            known = "、".join(asked.setting.formset.tree)
            said[row] = Said("unknown", str(one), known, {**params, "best": known}, first)
        elif label_key(str(two)) not in under:
            said[row] = Said("", str(two), "", params, second)
        return row not in said

    def test(frame: Frame) -> Column:
        return series(frame, [not members or judge(row) for row in range(len(frame))])

    yield Probe("", (second, first), test, said.__getitem__)


def paired(asked: Asked) -> Iterator[Probe]:
    """Name and value are both there or both not; the finding stands at the empty one."""
    name, value = asked.check.fields

    def test(frame: Frame) -> Column:
        return filled(frame[name]) == filled(frame[value])

    def say(row: int) -> Said:
        if asked.records[row].data(name) is None:
            return Said("name", "", params={"name": asked.value(row, value).text}, field=name)
        return Said("value", "", params={"name": asked.value(row, name).text}, field=value)

    yield Probe("", (name, value), test, say)
