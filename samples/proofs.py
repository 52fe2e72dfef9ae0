"""For every rule of the catalogue what proves it: a sample or test that raises it at its cell, and one that comes near and does not.

Most rules have a file in samples/2019/faulty (`samples.faults`) and a near miss (`samples.near`). What no single file can show (a
department that has not reported, the same form twice, a file under another name) is named here by its test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from samples.faults import FAULTS
from samples.near import NEAR

RAISED: Mapping[str, str] = {
    "T02": "tests/rules/test_proofs.py::test_a_workbook_under_another_extension",
    "T07": "tests/core/test_extract.py::test_inserted_column_is_reported_and_values_keep_their_fields",
    "S01": "tests/core/test_batch.py::test_file_that_bears_another_departments_name_than_its_card_is_said",
    "S02": "tests/core/test_batch.py::test_same_answers_twice_count_once_and_different_ones_not_at_all",
    "Z01": "tests/rules/test_district.py::test_a_total_that_was_typed_over",
    "Z02": "tests/operations/test_merging.py::test_an_unreadable_file_and_a_missing_department_do_not_stop_the_others",
}
"""Rules without a file of their own: the test that raises them."""

SPARED: Mapping[str, str] = {
    "T01": "tests/rules/test_proofs.py::test_the_clean_return_of_every_department",
    "T02": "tests/rules/test_proofs.py::test_a_workbook_under_another_extension",
    "T04": "tests/core/test_batch.py::test_forms_from_several_files_are_one_return",
    "T05": "tests/core/test_extract.py::test_changed_spelling_of_a_label",
    "T07": "tests/core/test_extract.py::test_blank_copy_with_numbered_rows_is_no_rival",
    "S01": "tests/core/test_batch.py::test_department_is_what_the_card_says_by_name_or_alias",
    "S02": "tests/core/test_batch.py::test_forms_from_several_files_are_one_return",
    "Z01": "tests/rules/test_district.py::test_a_total_is_the_sum_of_what_it_covers",
    "Z02": "tests/operations/test_merging.py::test_reads_back_as_the_returns_said",
}
"""Rules without a near miss of their own: the test that comes near and does not raise them."""


class Proof(NamedTuple):
    """One line of the table: where a rule is raised, and at which cells; `file` False for a test."""

    code: str
    source: str
    places: tuple[str, ...]
    file: bool


def raised() -> Iterator[Proof]:
    """What raises each rule, in the order of the faults, then the tests."""
    for fault in FAULTS:
        places = tuple("!".join(part for part in place if part) for place in fault.places)
        yield Proof(fault.code, fault.file, places, file=True)
    for code, test in RAISED.items():
        yield Proof(code, test, (), file=False)


def spared() -> Iterator[tuple[str, str]]:
    """What comes near each rule: its code, and what is right about it or which test shows it."""
    yield from ((near.code, f"{near.what}（{near.department}）") for near in NEAR)
    yield from ((code, f"`{test}`") for code, test in SPARED.items())
