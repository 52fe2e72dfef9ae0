"""Z01: the totals that stand in a district summary against the departments' records in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from xlsform.core.cells import Ref
from xlsform.core.findings import Finding
from xlsform.core.kinds import show_amount
from xlsform.core.records import Record, Submission
from xlsform.core.spec import FormSet, Relation
from xlsform.rules.returns import covered, sum_of
from xlsform.rules.verdict import LOST, TOLERANCE, Said, guarded, verdict

TOTALS = Relation("Z01", "=", (), ())


def district_totals(summary: Submission, formset: FormSet) -> tuple[Finding, ...]:
    """Every 小计 and 合计 of a summary, as it was read, equals the sum of the records it covers.

    Somebody may have typed over a total before the summary goes on to the city. A total whose records have a value that cannot be
    read is not judged.
    """
    return guarded("Z01", partial(_compared, summary, formset))


def _compared(summary: Submission, formset: FormSet) -> tuple[Finding, ...]:
    regions: dict[str, list[Record]] = {}
    for record in summary.records:
        regions.setdefault(record.region, []).append(record)
    return tuple(_differing(summary, regions, formset))


def _differing(summary: Submission, regions: dict[str, list[Record]], formset: FormSet) -> Iterator[Finding]:
    for total in summary.totals:
        value = total.value
        expected = sum_of(covered(total, regions.get(total.region, [])), total.field)
        if expected is None or value.problem in LOST:
            continue
        if isinstance(value.data, Decimal) and abs(value.data - expected) <= TOLERANCE:
            continue
        got = show_amount(value.data) if isinstance(value.data, Decimal) else value.text
        said = Said("", got, show_amount(expected), {"z": got, "s": show_amount(expected)})
        where = Ref(total.file, total.sheet, value.row, value.col)
        found = verdict(TOTALS, said, where, (total.form, ""), formset, total.field)
        if found is not None:
            yield found
