"""A worksheet part, in: its cells row by row without holding the sheet, its merges, what is hidden.

The text is in the plain dialect (see `markup`), so tags are found by pattern. Blank cells, most of any form, are passed over inside
the pattern and cost next to nothing. Everything the file claims about itself (dimension, spans, counts) is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from xlsform.core.cells import Area, Cell, CellError, address
from xlsform.core.errors import Rejected
from xlsform.ooxml.markup import LAST_COLUMN, LAST_ROW, column_number, cut_before, plain_part, unescaped, xstring
from xlsform.ooxml.numfmt import GENERAL, NumberFormat, compiled, general
from xlsform.ooxml.package import Limits, Package
from xlsform.ooxml.serials import serial_of
from xlsform.ooxml.strings import INVISIBLE, Strings, rich_text, text_cell
from xlsform.ooxml.styles import Styles

_TOKEN = re.compile(
    r'<(?:row r="([^"]*+)"([^>]*+)>'
    r'|c r="([A-Z]*+)([^"]*+)"([^>]*+)(?<!/)>(?!</c>)'
    r'(?:<v>([^<]++)</v></c>|<is><t(?: xml:space="preserve")?>([^<]++)</t></is></c>|((?:[^<]++|<(?!/c\s*>))*+)</c\s*>))'
)
_BODY = re.compile(
    r"\s*(?:<f([^>]*?)(?:/>|>([^<]*+)</f\s*>))?\s*(<v[^>]*?(?:/>|>([^<]*+)</v\s*>))?"
    r"\s*(?:<is\s*/>|<is\s*>(.*?)</is\s*>)?\s*(?:<extLst.*)?",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([A-Za-z0-9:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DATA = re.compile(r"<sheetData\s*(/?)>")
_COLUMN = re.compile(r"<col\s([^>]*)>")
_MERGE = re.compile(r"<mergeCell\s([^>]*)>")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,7})(?:\.[0-9]{0,1}[1-9])?")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LONGEST_NUMBER: Final = 400
_HEAD: Final = 16 * 1024 * 1024
_BOOLEANS: Final = {"1": True, "true": True, "0": False, "false": False}
_PLAIN_FORMAT: Final = NumberFormat(GENERAL, general, None, True)


class _Kind(NamedTuple):
    """What a cell's attributes say: its t=, its number format; fast is True for General without any text section."""

    type: str
    format: NumberFormat


@dataclass(slots=True)
class Notes:
    """What was seen in passing while a sheet was read. Addresses are kept for the first few cells, all are counted."""

    hidden_rows: list[int] = field(default_factory=list)
    blanks: int = 0
    cells: int = 0
    formulas: int = 0
    struck: list[tuple[int, int]] = field(default_factory=list)
    invisible: list[tuple[int, int]] = field(default_factory=list)


class SheetPart(NamedTuple):
    """A worksheet, not read yet, and what is needed to read it."""

    name: str
    hidden: bool
    part: str
    package: Package
    strings: Strings
    styles: Styles
    date_1904: bool
    limits: Limits

    def _blocks(self) -> Iterator[str]:
        return plain_part(self.package, self.part, (b"row", b"c"))

    def rows(self, notes: Notes | None = None) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Every row that has a non-blank cell, in order: its number and its cells by column. Memory: one block of the part.

        Raises Rejected: E-CELL for a value or address that cannot be, E-DUPCELL, E-XML, E-COMPLEX above the limit of cells.
        """
        scan = _Scan(self, notes if notes is not None else Notes())
        for text in _sheet_data(self._blocks(), self.part):
            yield from scan.rows(text)
        yield from scan.last()
