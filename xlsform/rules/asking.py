"""What every check is made of: a line of a mapping put to a region with all departments' records, and the probes it is turned into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from xlsform.core.labels import spoken, without_space
from xlsform.core.records import Record, Value
from xlsform.core.spec import Check, Prose, Region, fields_of
from xlsform.rules.verdict import Said, Setting, called

if TYPE_CHECKING:
    import pandas as pd

    from xlsform.core.batch import Return

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
    """One line of a mapping, put to one region: `records` are all departments', `owners` the number of each one's return in `returns`."""

    check: Check
    region: Region
    records: Sequence[Record]
    owners: Sequence[int]
    returns: Sequence[Return]
    setting: Setting

    def value(self, row: int, field: str) -> Value:
        """The value of a record that has it."""
        return self.records[row].values[field]

    def department(self, row: int) -> str:
        """Whose a record is."""
        return self.returns[self.owners[row]].department

    def number(self, name: str) -> int | None:
        """A parameter of the line that is a whole number."""
        given = self.check.params.get(name)
        return None if given is None else int(str(given))


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
        return spoken(region.label[-1])
    return next((spoken(field.name) for field in fields_of(region) if field.key == key), key)


def words(check: Check, name: str) -> tuple[str, ...]:
    """A parameter of the line that is a list of words, () when it is not given."""
    given = check.params.get(name, ())
    return tuple(map(str, given)) if isinstance(given, Sequence) else ()


def filled(column: Column) -> Column:
    return column.notna() & (column != "")


def each(column: Column, judge: Callable[[Any], bool]) -> Column:
    """The judgement of every value that is there; an empty one is right."""
    return series(column, [data is None or judge(data) for data in column.tolist()])


def speak(asked: Asked, key: str, variant: str, row: int) -> Said:
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


def has_not(problem: str, column: Column) -> Column:
    """Whether the field's kind had something else, or nothing, to say of each value; for a `problem_column`."""
    return column != problem


def is_read(column: Column) -> Column:
    return column.notna()


def speak_unread(asked: Asked, key: str, row: int) -> Said:
    value = asked.value(row, key)
    return speak(asked, key, value.problem or "empty", row)


def series(frame: Frame | Column, right: Sequence[bool]) -> Column:
    import numpy as np  # noqa: PLC0415 - see rules.evaluation
    import pandas as pd  # noqa: PLC0415

    return pd.Series(np.fromiter(right, bool, len(right)), index=frame.index)
