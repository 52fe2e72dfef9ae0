"""What an issued workbook says of itself, in three places, because every program keeps others: names, properties, a hidden sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xlsform.core.aids import STAMP_KEYS, STAMP_MARK, STAMP_SHEET
from xlsform.core.edits import AddSheet, Define, Edit, Look, NewRow, Property

_PLAIN = Look()
_LONGEST = 255
"""Characters of a text constant in a defined name."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
"""What no defined name can hold."""


def stamp_edits(stamp: Mapping[str, str]) -> Iterator[Edit]:
    """The edits that write it. Every key stands in every place, be it empty."""
    rows = [NewRow(((1, STAMP_MARK, _PLAIN),))]
    for key in STAMP_KEYS:
        text = _CONTROLS.sub(" ", stamp.get(key, ""))[:_LONGEST]
        quoted = text.replace('"', '""')
        yield Define(f"xlsform.{key}", f'"{quoted}"')
        yield Property(f"xlsform.{key}", text)
        rows.append(NewRow(((1, key, _PLAIN), (2, text, _PLAIN))))
    yield AddSheet(STAMP_SHEET, tuple(rows), state="veryHidden")
