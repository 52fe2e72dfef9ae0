"""The mutation engine: deterministic, every kind applies, and its expectation tells the truth about the workbook it made."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText

from samples.generator import truth
from samples.mutations import Mutation, mutated
from samples.package import EXCEL, OPENPYXL

REFORMED = {  # kinds after which a cell shows its value in another form than the record has it
    Mutation.AMOUNT_AS_TEXT,
    Mutation.FORMULA,
    Mutation.SERIAL_FORM,
    Mutation.PERIOD_FORM,
    Mutation.PERCENT_NUMBER,
}


def test_the_same_seed_gives_the_same_change() -> None:
    assert mutated(5, 3) == mutated(5, 3)
    assert mutated(5, 3).data != mutated(6, 3).data


def test_without_changes_the_expectation_is_the_truth() -> None:
    done = mutated(8, 0)
    assert done.applied == ()
    assert done.expected.records == truth(8, 0)
    assert not done.expected.unreadable | done.expected.excused
    filled = sum(
        value is not None for records in truth(8, 0).values() for record in records for value in record.values()
    )
    prose = [item for region in ("output_indicators", "benefit_indicators") for item in truth(8, 0)[region]]
    horizons = len(truth(8, 0)["indicator_matrix"])  # not a cell's value but its column's
    assert len(done.expected.places) == filled + sum(item["value"] is None for item in prose) - horizons


@pytest.mark.parametrize("kind", Mutation, ids=lambda kind: kind.name)
def test_every_kind_applies_and_leaves_a_workbook_in_which_every_value_stands_where_it_is_said_to(
    kind: Mutation,
) -> None:
    done = next(done for done in (mutated(seed, 1, [kind], OPENPYXL) for seed in range(20)) if done.applied)
    book = openpyxl.load_workbook(BytesIO(done.data), rich_text=True)
    expected = done.expected
    for key, place in expected.places.items():
        value = expected.records[key.region][key.item].get(key.field)
        if value is None or key.region.endswith("indicators") or key.field == "seq":
            continue
        shown = book[place.sheet].cell(place.row, place.col).value
        if isinstance(value, Decimal) and isinstance(shown, (int, float)):
            assert Decimal(str(shown)) == value
        elif kind not in REFORMED:
            assert (str(shown) if isinstance(shown, CellRichText) else shown) == value, (kind, key, place)


def test_foreign_cells_are_listed_with_their_text() -> None:
    done = mutated(1, 1, [Mutation.INSERT_REMARKS], EXCEL)
    book = openpyxl.load_workbook(BytesIO(done.data))
    assert len(done.expected.foreign) == 2
    for place, text in done.expected.foreign:
        assert book[place.sheet].cell(place.row, place.col).value == text


def test_an_unreadable_amount_is_none_and_has_a_place() -> None:
    done = mutated(1, 1, [Mutation.TEXT_IN_AMOUNT], EXCEL)
    (key,) = done.expected.unreadable
    assert done.expected.records[key.region][key.item][key.field] is None
    assert key in done.expected.places


def test_deleted_and_copied_rows_change_the_number_of_records() -> None:
    for kind, difference in ((Mutation.DELETE_DATA_ROW, -1), (Mutation.DUPLICATE_ROW, 1)):
        for seed in range(20):
            done = mutated(seed, 1, [kind], EXCEL)
            before, after = (
                Counter({region: len(records) for region, records in said.items()})
                for said in (truth(seed, 0), done.expected.records)
            )
            if done.applied and before["indicator_matrix"] == after["indicator_matrix"]:
                assert after.total() - before.total() == difference
