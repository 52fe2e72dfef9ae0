"""A district summary that shows its amounts in another unit: read in the unit they are held in, and said to be rounded (A11)."""

from __future__ import annotations

from decimal import Decimal

from xlsform.core.extract.harvest import Sheet
from xlsform.core.findings import Level
from xlsform.core.kinds import plain
from xlsform.core.kinds.money import HELD_IN, UNITS
from xlsform.core.records import Record, Submission, Total, Value
from xlsform.core.spec import Matrix, kinds_of

ROUNDED = "rounded"
"""Variant of A11 for such a summary."""


def read_other_unit(sheet: Sheet, records: int, totals: int) -> bool:
    """Takes the amounts read from this sheet (the harvest's records and totals from these numbers on) for what its unit line says.

    False when the sheet belongs to no summary or its line names the unit the amounts are held in, True when A11 has been said.
    """
    aligned, harvest = sheet.aligned, sheet.harvest
    unit = aligned.unit
    held_in = _held_in(sheet)
    if not aligned.layout.summary or unit is None or unit.text == held_in or not unit.text:
        return False
    said = {"u": unit.text, "got": unit.text, "expected": held_in}
    sheet.find("A11", Level.ERROR, (unit.row, unit.col), ROUNDED, **said)
    if unit.text in UNITS:
        scale = UNITS[unit.text] / UNITS[held_in]
        money = {
            (region.id, key)
            for region, _, _ in aligned.tables
            for key, kind in kinds_of(region).items()
            if kind == "money"
        }
        harvest.records[records:] = [_scaled(one, money, scale) for one in harvest.records[records:]]
        harvest.totals[totals:] = [_scaled_total(one, scale) for one in harvest.totals[totals:]]
    return True


def is_rounded(submission: Submission) -> bool:
    """Whether the file is a summary in another unit: its amounts are those printed, good to look at and not to be merged."""
    return any(finding.code == "A11" and finding.variant == ROUNDED for finding in submission.findings)


def _held_in(sheet: Sheet) -> str:
    """The unit the form's amounts are held in, "" when it has none."""
    layout = sheet.aligned.layout
    fields = [field for region, _ in layout.tables if not isinstance(region, Matrix) for field in region.fields]
    money = [field.unit or layout.form.unit or HELD_IN for field in fields if field.kind == "money"]
    return next(iter(money), "")


def _scaled(record: Record, money: set[tuple[str, str]], scale: Decimal) -> Record:
    values = {
        key: _in_held_unit(value, scale) if (record.region, key) in money else value
        for key, value in record.values.items()
    }
    return record._replace(values=values)


def _scaled_total(total: Total, scale: Decimal) -> Total:
    return total._replace(value=_in_held_unit(total.value, scale))


def _in_held_unit(value: Value, scale: Decimal) -> Value:
    """An amount that names its own unit was read by it already."""
    if not isinstance(value.data, Decimal) or value.problem == "unit":
        return value
    return value._replace(data=plain(value.data * scale))
