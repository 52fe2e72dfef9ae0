"""Checks of names against the roster of departments. Likeness suggests a name, it never decides."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import partial
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from xlsform.core.batch import Register
from xlsform.core.labels import without_space
from xlsform.rules.asking import Asked, Probe, each, series, speak
from xlsform.rules.verdict import Said

if TYPE_CHECKING:
    from xlsform.core.batch import Return
    from xlsform.rules.asking import Column

LIKE = 50
"""Likeness (0 to 100) from which a registered name is worth suggesting."""


def registered(asked: Asked) -> Iterator[Probe]:
    """The name, or an alias, is in the roster; without a roster nothing is asked."""
    names = asked.setting.names
    for key in asked.check.fields if names else ():
        yield Probe(key, (key,), partial(each, judge=partial(_named, names)), partial(speak, asked, key, ""))


def full_name(asked: Asked) -> Iterator[Probe]:
    """The name is the full one of a department or of a parent in the roster; an alias is told apart; without a roster nothing is asked."""
    full = asked.setting.full
    for key in asked.check.fields if full else ():
        yield Probe(key, (key,), partial(each, judge=partial(_named, full)), partial(_speak_full_name, asked, key))


def _named(names: Container[str], name: str) -> bool:
    return without_space(name) in names


def _speak_full_name(asked: Asked, key: str, row: int) -> Said:
    text = asked.value(row, key).text
    known = asked.setting.register.find(text)
    if known is not None:
        return Said("alias", text, known.name, {"best": known.name})
    near = process.extractOne(without_space(text), list(asked.setting.full), scorer=fuzz.ratio, score_cutoff=LIKE)
    if near is None:
        return Said("unlike", text)
    best = asked.setting.full[near[0]]
    return Said("", text, best, {"best": best})


def authority(asked: Asked) -> Iterator[Probe]:
    """The name is the department's own, that of its registered parent, or the one that its workbook was issued with; said once for each
    name a department gives.

    A name that is no full one is the business of `full_name`, a department that it does not know that of `registered`.
    """
    (key,) = asked.check.fields
    setting = asked.setting

    def fits(name: str, ret: Return) -> bool:
        known = setting.register.find(ret.department)
        if known is None and setting.full:
            return True
        strange = bool(setting.full) and without_space(name) not in setting.full
        parents = (ret.authority, *((ret.department,) if known is None else (known.name, known.parent)))
        return strange or any(_same(setting.register, name, other) for other in parents)

    def test(column: Column) -> Column:
        told: set[tuple[int, str]] = set()
        right = []
        for own, name in zip(asked.owners, column, strict=True):
            fine = name is None or (own, name) in told or fits(name, asked.returns[own])
            if not fine:
                told.add((own, name))
            right.append(fine)
        return series(column, right)

    def say(row: int) -> Said:
        text, department = asked.value(row, key).text, asked.department(row)
        return Said("", text, department, {"b": text, "c": department})

    yield Probe(key, (key,), test, say)


def _same(register: Register, one: str, other: str) -> bool:
    known = register.find(one)
    return without_space(one) == without_space(other) or (known is not None and known == register.find(other))
