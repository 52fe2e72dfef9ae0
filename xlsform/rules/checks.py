"""The checks a mapping may name. Each turns one line of the mapping into probes: a test on a column or on the whole frame of a region,
and what is to be said of a record that fails it.

Tests answer True for what is right and for what they cannot judge (an empty value where another check asks for presence).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from xlsform.core.kinds import numeral, show_amount, years_of
from xlsform.core.labels import label_key, without_space
from xlsform.core.records import Record, Value
from xlsform.core.spec import Check, Field, Matrix, Prose, Region
from xlsform.rules.verdict import Said, Setting, called, has_variant

if TYPE_CHECKING:
    import pandas as pd

    Column = pd.Series[Any]
    Frame = pd.DataFrame
    Test = Callable[[Any], Column]

OWNER = "return"
"""Column of a frame: the number of the department's return in the batch."""


def problem_column(field: str) -> str:
    """The column that holds what the field's kind had to say of its values ("" when they were read as they stand)."""
    return f"{field}:problem"


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a mapping, put to one region: `records` are all departments', `owners` the number of each one's return."""

    check: Check
    region: Region
    records: Sequence[Record]
    owners: Sequence[int]
    setting: Setting

    def value(self, row: int, field: str) -> Value:
        """The value of a record that has it."""
        return self.records[row].values[field]


class Probe(NamedTuple):
    """A test on column `column` (the whole frame when ""); a record that fails it is spoken of by `say`, at `fields[0]` unless said.

    `fields` are those the test needs: where one of them has an error already, the record is not judged.
    """

    column: str
    fields: tuple[str, ...]
    test: Test
    say: Callable[[int], Said]


def label_of(region: Region, key: str) -> str:
    """What a clerk calls a field: its label without colons and 其中：; of a text block, that of the block."""
    if isinstance(region, Prose):
        return _bare(region.label[-1])
    return next((_bare(field.name) for field in fields_of(region) if field.key == key), key)


def _bare(label: str) -> str:
    return re.split("[：:]", label.strip("：: "))[-1]


def fields_of(region: Region) -> tuple[Field, ...]:
    """The fields of a region's records."""
    if isinstance(region, Matrix):
        return (*region.shared, *(field for band in region.bands for field in band.fields))
    return region.fields


def _filled(column: Column) -> Column:
    return column.notna() & (column != "")


def _each(column: Column, judge: Callable[[Any], bool]) -> Column:
    """The judgement of every value that is there; an empty one is right."""
    return column.map(lambda data: data is None or judge(data)).astype(bool)


def present(asked: Asked) -> Iterator[Probe]:
    """Every record has the field filled in."""
    for key in asked.check.fields:
        yield Probe(key, (key,), _filled, partial(_speak, asked, key, "empty"))


def _speak(asked: Asked, key: str, variant: str, row: int) -> Said:
    """The usual words: what stands there, the field's label, what the record is called, its row, its length."""
    value = asked.value(row, key)
    params = {
        "field": label_of(asked.region, key),
        "name": called(asked.records[row]),
        "n": str(value.row),
        "k": str(len(without_space(value.text))),
        "Y": str(asked.setting.year),
    }
    return Said(variant, value.text, params=params)


def amount(asked: Asked) -> Iterator[Probe]:
    """A number; negative ones and, where the rule minds them, zeros are told apart."""
    for key in asked.check.fields:
        yield Probe(key, (key,), _is_read, partial(_speak_unread, asked, key))
        yield Probe(key, (key,), partial(_each, judge=_not_negative), partial(_speak, asked, key, "negative"))
        if has_variant(asked.check.code, "zero"):
            yield Probe(key, (key,), partial(_each, judge=_not_zero), partial(_speak, asked, key, "zero"))


def _is_read(column: Column) -> Column:
    return column.notna()


def _not_negative(number: Decimal) -> bool:
    return number >= 0


def _not_zero(number: Decimal) -> bool:
    return number != 0


def _speak_unread(asked: Asked, key: str, row: int) -> Said:
    value = asked.value(row, key)
    return _speak(asked, key, value.problem or "empty", row)


def places(asked: Asked) -> Iterator[Probe]:
    """At most the field's decimals, and a number rather than a text, in the form's unit."""
    fields = {field.key: field for field in fields_of(asked.region)}
    for key in asked.check.fields:
        finest = Decimal(1).scaleb(-fields[key].places)
        for problem in ("unit", "text"):
            test = partial(_is_not, problem=problem)
            yield Probe(problem_column(key), (key,), test, partial(_speak_amount, asked, key, problem))
        test = partial(_each, judge=partial(_is_round, finest))
        yield Probe(key, (key,), test, partial(_speak_amount, asked, key, "places"))


def _is_not(column: Column, problem: str) -> Column:
    return column != problem


def _is_round(finest: Decimal, number: Decimal) -> bool:
    return number == number.quantize(finest)


def _speak_amount(asked: Asked, key: str, variant: str, row: int) -> Said:
    """Names the amount as it is stored: a number format may hide its decimals."""
    value = asked.value(row, key)
    read = show_amount(value.data) if isinstance(value.data, Decimal) else ""
    got = read if variant == "places" else value.text
    return _speak(asked, key, variant, row)._replace(got=got, expected="" if variant == "places" else read)


def period(asked: Asked) -> Iterator[Probe]:
    """“2019年” or “2019年-2021年”."""
    for key in asked.check.fields:
        yield Probe(key, (key,), _is_read, partial(_speak_unread, asked, key))


def contains_year(asked: Asked) -> Iterator[Probe]:
    """The period ends no earlier than it begins, and the budget year lies in it."""
    for key in asked.check.fields:
        yield Probe(key, (key,), partial(_each, judge=_in_order), partial(_speak, asked, key, "order"))
        test = partial(_each, judge=partial(_spans, asked.setting.year))
        yield Probe(key, (key,), test, partial(_speak, asked, key, ""))


def _in_order(data: str) -> bool:
    first, last = years_of(data)
    return first <= last


def _spans(year: int, data: str) -> bool:
    first, last = years_of(data)
    return first <= year <= last


def registered(asked: Asked) -> Iterator[Probe]:
    """The name, or an alias, is in the roster; without a roster nothing is asked."""
    names = asked.setting.names
    for key in asked.check.fields if names else ():
        yield Probe(key, (key,), partial(_each, judge=partial(_named, names)), partial(_speak, asked, key, ""))


def _named(names: frozenset[str], name: str) -> bool:
    return without_space(name) in names


def length(asked: Asked) -> Iterator[Probe]:
    """Between `min` and `max` characters, white space not counted."""
    least = int(str(asked.check.params.get("min", 0)))
    most = int(str(asked.check.params.get("max", 1_000_000)))
    for key in asked.check.fields:
        for variant, shortest, longest in (("short", least, 1_000_000), ("long", 0, most)):
            test = partial(_each, judge=partial(_is_long, shortest, longest))
            yield Probe(key, (key,), test, partial(_speak, asked, key, variant))


def _is_long(shortest: int, longest: int, text: str) -> bool:
    return shortest <= len(without_space(text)) <= longest


_LEVEL_WORD = re.compile(r"(?:优秀?|良好?|合格|达标|及时|满意|全覆盖|完成|公开|到位|零[一-鿿]{2,4})[。；;]?$")


def valued(asked: Asked) -> Iterator[Probe]:
    """Every item of a text block has a value, or a name that ends in a level word (优, 合格, 全覆盖)."""
    (key,) = asked.check.fields

    def test(frame: Frame) -> Column:
        return _filled(frame[key]) | frame["name"].map(lambda name: not name or _LEVEL_WORD.search(name) is not None)

    def say(row: int) -> Said:
        record = asked.records[row]
        return Said("", "", params={"n": str(record.data("no") or "?"), "name": called(record)})

    yield Probe("", (key, "name"), test, say)


SAMPLES = re.compile(
    r"(?<![A-Za-z])(?:[XxＸｘ]{2,}|[×○●]{2,})(?![A-Za-z])|该指标仅用于|仅用于解释说明|（部门名称）|[（(]?(?:填写)?(?:示例|样例|例子)[）)：:]"
    r"|^(?:请填写|请在此|此处填写|点击输入)"
)
_TRACES = (
    "XX",
    "xx",
    "ＸＸ",
    "ｘｘ",
    "Xx",
    "××",
    "○○",
    "●●",
    "仅用于",
    "（部门名称）",
    "示例",
    "样例",
    "例子",
    "请填写",
    "请在此",
    "此处填写",
    "点击输入",
)


def sample_text(asked: Asked) -> Iterator[Probe]:
    """No text of the instructions' examples is left: XX, 该指标仅用于解释说明…, an item “指标1：” that says nothing."""

    def test(column: Column) -> Column:
        texts = [data if isinstance(data, str) else "" for data in column]
        whole = "\0".join(texts)
        if not any(trace in whole for trace in _TRACES):  # one search over all departments instead of one a cell
            return column.map(lambda _: True).astype(bool)
        return column.map(lambda data: not isinstance(data, str) or SAMPLES.search(data) is None).astype(bool)

    for key in asked.check.fields:
        yield Probe(key, (key,), test, partial(_speak_sample, asked, key))
    if isinstance(asked.region, Prose) and "name" in asked.check.fields:
        yield _empty_items(asked, asked.region.word)


def _speak_sample(asked: Asked, key: str, row: int) -> Said:
    text = asked.value(row, key).text
    return Said("", text, params={"text": text})


def _empty_items(asked: Asked, word: str) -> Probe:
    """Items without text beside items that have one (a block without any is what C05 asks about)."""

    def test(frame: Frame) -> Column:
        filled = _filled(frame["name"]) | _filled(frame["value"])
        return filled | ~filled.groupby(frame[OWNER]).transform("any")

    def say(row: int) -> Said:
        text = f"{word}{asked.records[row].data('no')}："
        return Said("", text, params={"text": text})

    return Probe("", ("name", "value"), test, say)


def serial(asked: Asked) -> Iterator[Probe]:
    """Numerals from 一, without gap or repeat. Right is what follows the number before it, and also what its own position asks for:
    so one slip is one finding.
    """
    (key,) = asked.check.fields
    expected: dict[int, int] = {}

    def test(frame: Frame) -> Column:
        right = [True] * len(frame)
        series: tuple[object, ...] = ()
        cell: tuple[int, int] | None = None
        last = position = 0
        for row, (record, own) in enumerate(zip(asked.records, asked.owners, strict=True)):
            value = record.values.get(key)
            if value is None:
                continue
            if (own, record.file, record.sheet) != series:
                series, cell, last, position = (own, record.file, record.sheet), None, 0, 0
            if (value.row, value.col) == cell:  # one number merged down over several rows
                continue
            cell = (value.row, value.col)
            position += 1
            number = value.data if isinstance(value.data, int) else None
            right[row] = not value.problem and number in (last + 1, position)
            expected[row] = last + 1
            last = number if number is not None else last + 1
        return _series(frame, right)

    def say(row: int) -> Said:
        text = asked.value(row, key).text
        return Said("" if text.strip() else "empty", text, numeral(expected[row]))

    yield Probe("", (key,), test, say)


def _series(frame: Frame, right: Sequence[bool]) -> Column:
    import pandas as pd  # noqa: PLC0415 - see rules.evaluation

    return pd.Series(right, index=frame.index, dtype=bool)


def unique(asked: Asked) -> Iterator[Probe]:
    """The fields together stand once in a department; of a repeated key every record but the first fails."""
    keys = asked.check.fields
    twins: dict[int, list[int]] = {}

    def test(frame: Frame) -> Column:
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        columns = [frame[key] for key in keys]
        for row, (own, *parts) in enumerate(zip(asked.owners, *columns, strict=True)):
            if parts[-1] is not None and (isinstance(asked.region, Matrix) or None not in parts):
                groups[own, *(without_space(str(part)) for part in parts)].append(row)
        right = [True] * len(frame)
        for rows in groups.values():
            for row in rows[1:]:
                right[row] = False
                twins[row] = rows
        return _series(frame, right)

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
        return _series(frame, right)

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
        return _series(frame, [not members or judge(row) for row in range(len(frame))])

    yield Probe("", (second, first), test, said.__getitem__)


def paired(asked: Asked) -> Iterator[Probe]:
    """Name and value are both there or both not; the finding stands at the empty one."""
    name, value = asked.check.fields

    def test(frame: Frame) -> Column:
        return _filled(frame[name]) == _filled(frame[value])

    def say(row: int) -> Said:
        if asked.records[row].data(name) is None:
            return Said("name", "", params={"name": asked.value(row, value).text}, field=name)
        return Said("value", "", params={"name": asked.value(row, name).text}, field=value)

    yield Probe("", (name, value), test, say)


PROBES: Mapping[str, Callable[[Asked], Iterator[Probe]]] = {
    "present": present,
    "amount": amount,
    "places": places,
    "period": period,
    "contains_year": contains_year,
    "registered": registered,
    "length": length,
    "sample_text": sample_text,
    "valued": valued,
    "serial": serial,
    "unique": unique,
    "one_of": one_of,
    "numbered": numbered,
    "tree": tree,
    "paired": paired,
}
"""Checks on records; those of one column come before those of whole records."""

WHOLE = frozenset({"total", "unit"})
"""Checks on a return as a whole (`rules.returns`)."""

CHECKS = frozenset(PROBES) | WHOLE
"""Every check a mapping may name."""
