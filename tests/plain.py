"""The records of a file as plain data, to be compared and filled in again."""

from __future__ import annotations

from xlsform.core.fill import Rows
from xlsform.core.records import Submission


def data_of(submission: Submission) -> dict[str, list[Rows]]:
    """The records by region, as `fill` takes them."""
    out: dict[str, list[Rows]] = {}
    for record in submission.records:
        out.setdefault(record.region, []).append({key: value.data for key, value in record.values.items()})
    return out
