"""Z: the district's summary against the departments' returns, and the roster against who has reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlsform.core.batch import Return
from xlsform.core.cells import Ref
from xlsform.core.findings import Finding
from xlsform.core.kinds import show_amount
from xlsform.core.records import Total
from xlsform.core.spec import Department, FormSet, Relation
from xlsform.rules.returns import TOLERANCE, sum_of
from xlsform.rules.verdict import Said, guarded, verdict

TOTALS = Relation("Z01", "=", (), ())
MISSING = Relation("Z02", "", (), ())


def unreported(roster: Sequence[Department], reported: Sequence[str], formset: FormSet) -> tuple[Finding, ...]:
    """Z02: one finding that names the departments of the roster that are not among `reported` (roster names), in roster order."""
    missing = [one.name for one in roster if one.name not in set(reported)]
    if not missing:
        return ()
    names = "、".join(missing)
    found = verdict(MISSING, Said("", "", names, {"names": names}), Ref(""), ("", ""), formset)
    return (found,) if found is not None else ()


def district_totals(returns: Sequence[Return], totals: Sequence[Total], formset: FormSet) -> tuple[Finding, ...]:
    """Z01: every 合计 of the summary as it was read back equals the sum over the returns, to the last digit within 0.005 万元.

    `totals` are those that cover all departments. A field of which some return has no readable value is not judged.
    """

    def compare() -> Iterator[Finding]:
        for total in totals:
            records = [record for ret in returns for record in ret.records.get(total.region, ())]
            expected = sum_of(records, total.field)
            stored = total.value.data
            if expected is None or (isinstance(stored, Decimal) and abs(stored - expected) <= TOLERANCE):
                continue
            got = show_amount(stored) if isinstance(stored, Decimal) else total.value.text
            said = Said("", got, show_amount(expected), {"z": got, "s": show_amount(expected)})
            where = Ref(total.file, total.sheet, total.value.row, total.value.col)
            found = verdict(TOTALS, said, where, (total.form, ""), formset, total.field)
            if found is not None:
                yield found

    return guarded("Z01", lambda: tuple(compare()))
