"""From a failed test to a finding: its level, its words' parameters, its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from xlsform.core.batch import Register, Return
from xlsform.core.catalogue import RULES
from xlsform.core.cells import Ref
from xlsform.core.errors import XlsformError
from xlsform.core.findings import Finding, Level
from xlsform.core.labels import without_space
from xlsform.core.records import Record, Value
from xlsform.core.spec import Check, Department, Form, FormSet, Relation

LOST = frozenset({"broken", "error", "uncalculated"})
"""Problems of cells that hold no value at all; T08 has said so, and no other rule speaks of them."""

NAMES = ("fund_name", "name", "department")
"""The fields a record is called by in a message, the first that is filled."""

TOLERANCE = Decimal("0.005")
"""Amounts in 万元 have two decimals: what lies below is rounding."""

ITEM = "item"
"""Parameter of a finding about an item of a text block: its number in the block. All items stand in one cell."""

T = TypeVar("T")

LastYear = Mapping[str, Return]
"""What each department reported last year, as its summary has it, by the department's name."""

Seen = dict[tuple[object, ...], str]
"""Which department said a key first, by the rule and the key: what is compared across departments outlives a batch of them."""


class RuleError(XlsformError):
    """A rule crashed: our fault, never to be read as a fault of a department. Names the rule."""

    def __init__(self, code: str, cause: BaseException) -> None:
        super().__init__(f"规则 {code} 自身出错（{type(cause).__name__}: {cause}），不是填报错误")
        self.code = code


class Said(NamedTuple):
    """What a test says of one record: which message, what it found and expected, further parameters, and at which field.

    beside: the number of another record that it speaks of as well.
    """

    variant: str = ""
    got: str | None = None
    expected: str = ""
    params: Mapping[str, str] = {}
    field: str = ""
    beside: int | None = None


class Setting(NamedTuple):
    """What rules know besides the records.

    names: registered names and aliases without white space, empty without a roster; full: registered full names, of departments and of
    their parents, as the roster writes them, by their text without white space; last: last year's returns by department, None when there
    is no summary of last year; seen: what departments said first, by rule and key; None where departments are looked at one by one.
    memo: what several checks of one run need and only one reckons out, by what it is and the region.
    """

    formset: FormSet
    year: int
    register: Register
    names: frozenset[str]
    full: Mapping[str, str]
    last: LastYear | None
    seen: Seen | None
    memo: dict[tuple[str, ...], Any]

    @classmethod
    def of(
        cls,
        formset: FormSet,
        roster: Sequence[Department],
        year: int,
        last: LastYear | None = None,
        seen: Seen | None = None,
    ) -> Setting:
        """The setting of one run."""
        names = frozenset(without_space(name) for one in roster for name in (one.name, *one.aliases))
        full = {without_space(name): name for one in roster for name in (one.parent, one.name) if name}
        return cls(formset, year, Register(roster), names, full, last, seen, {})


def level_of(rule: Check | Relation, variant: str, formset: FormSet) -> Level | None:
    """The level of a finding, None when the rule is off: the form set's word, else the mapping's, else the catalogue's."""
    if rule.code in formset.levels:
        return formset.levels[rule.code]
    known = RULES.get(rule.code)
    if known is not None and not known.on:
        return None
    if rule.level is not None or known is None:
        return rule.level or Level.ERROR
    return known.messages[known.variant(variant)].level


def is_on(rule: Check | Relation, formset: FormSet) -> bool:
    """Whether the rule is asked at all."""
    return level_of(rule, "", formset) is not None


def has_variant(code: str, variant: str) -> bool:
    """Whether a rule speaks of this case at all (C02 does not mind a zero); a bureau's own code does not."""
    rule = RULES.get(code)
    return rule is not None and variant in rule.messages


def verdict(
    rule: Check | Relation, said: Said, where: Ref, owner: tuple[str, str], formset: FormSet, field: str = ""
) -> Finding | None:
    """The finding, or None when the rule is off. `owner` is (form id, department)."""
    known = RULES.get(rule.code)
    variant = known.variant(said.variant) if known is not None else ""
    level = level_of(rule, variant, formset)
    if level is None:
        return None
    params = {**said.params, "message": rule.message} if rule.message else dict(said.params)
    return Finding(rule.code, level, where, *owner, field, said.got or "", said.expected, params, variant)


def called(record: Record) -> str:
    """What a message calls the record: its 专项, its indicator or its department; “第 N 行” when none is filled."""
    for key in NAMES:
        data = record.data(key)
        if data:
            return str(data)
    row = next((value.row for value in record.values.values()), 0)
    return f"第 {row} 行"


def place(record: Record, field: str) -> Ref:
    """The field's cell; the sheet when the record has no such field."""
    return record.ref(field) if field in record.values else Ref(record.file, record.sheet)


def cells_once(records: Iterable[Record], field: str) -> Iterator[Value]:
    """The field's values, a cell merged over several records only once: it holds one amount, not one for each."""
    seen: set[tuple[str, str, int, int]] = set()
    for record in records:
        value = record.values[field]
        key = (record.file, record.sheet, value.row, value.col)
        if key not in seen:
            seen.add(key)
            yield value


def has(ret: Return, form: str) -> bool:
    """Whether the department handed in this form."""
    return any(sighting.form == form for sighting in ret.sightings)


def holders(block: str, form: Form, ret: Return) -> list[Record]:
    """The department's records of a form in which the cell of a text block stands, that of its card as a rule."""
    return [one for region in form.regions for one in ret.records.get(region.id, ()) if block in one.values]


def guarded(code: str, rule: Callable[[], T]) -> T:
    """Runs a rule; whatever it raises comes out as a RuleError that names it."""
    try:
        return rule()
    except RuleError:
        raise
    except Exception as cause:
        raise RuleError(code, cause) from cause
