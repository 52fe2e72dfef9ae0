"""A list that goes to disk when it grows, and the records that go there and between processes."""

from __future__ import annotations

import pickle
from decimal import Decimal

import pytest

from xlsform.core.records import Record, Value
from xlsform.operations.spill import Spill


@pytest.mark.parametrize("count", [0, 1, 3, 4, 9])
def test_gives_back_what_was_appended_as_often_as_asked(count: int) -> None:
    spill: Spill[tuple[int, str]] = Spill(3)
    items = [(number, f"第{number}份") for number in range(count)]
    for item in items:
        spill.append(item)
    assert len(spill) == count
    assert list(spill) == items
    assert [spill[index] for index in reversed(range(count))] == items[::-1]
    spill.append((99, "末"))
    assert list(spill) == [*items, (99, "末")]


def test_keeps_nothing_in_memory_once_there_is_too_much() -> None:
    spill: Spill[list[int]] = Spill(2)
    first = [1]
    spill.append(first)
    assert spill[0] is first
    spill.append([2])
    spill.append([3])
    assert spill[0] == first
    assert spill[0] is not first


def test_a_record_comes_back_from_another_process_as_it_went() -> None:
    values = {
        "fund_name": Value("深改小康经费", "深改小康经费", 4, 2),
        "total_amount": Value(Decimal("336.07"), "336.07 ", 4, 4, "text"),
        "annual_goal": Value(None, "", 4, 6),
    }
    record = Record("fund_summary", "fund_summary", 0, "区委办本级", "区委办.xlsx", "汇总表", values)
    back = pickle.loads(pickle.dumps(record, pickle.HIGHEST_PROTOCOL))  # noqa: S301 - made a moment ago
    assert back == record
    assert back.ref("total_amount").address == "D4"
    assert list(back.values) == list(values)
    assert all(type(value) is Value for value in back.values.values())
