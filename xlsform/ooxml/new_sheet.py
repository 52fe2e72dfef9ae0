"""A worksheet part made from nothing: what `AddSheet` says, as XML that the ordinary edits can then be applied to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlsform.core.cells import LAST_COLUMN, Area, column_letters
from xlsform.core.edits import AddSheet, CellValue, Look, NewRow
from xlsform.ooxml.areas import meet
from xlsform.ooxml.columns_out import WIDEST
from xlsform.ooxml.heights import Fit, fit
from xlsform.ooxml.looks import rgb
from xlsform.ooxml.moves import show_area
from xlsform.ooxml.parts_out import DECLARATION, Dialect
from xlsform.ooxml.rows_out import Form, Links, Slot, filled, form, points
from xlsform.ooxml.styles_out import Styles
from xlsform.ooxml.xmltext import escape

_DEFAULT_WIDTH = Decimal("9.14")
"""Characters of a column that nobody set, margins included."""
_DEFAULT_HEIGHT = 15.0
_A4 = 9
_MARGINS = '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
_FOOTER = "<headerFooter><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter>"


def new_sheet(edit: AddSheet, styles: Styles, dialect: Dialect) -> bytes:
    """The worksheet part. Its cell styles are variants of the base's style 0.

    Raises ValueError for rows whose cells are not in ascending columns, merges that hide values or meet, and impossible widths.
    """
    links: Links = []
    _check(edit)
    rows = "".join(_rows(edit, styles, links))
    return "".join(
        (
            f'{DECLARATION}<worksheet xmlns="{dialect.main}" xmlns:r="{dialect.relationships}">',
            _head(edit),
            f"<sheetData>{rows}</sheetData>" if rows else "<sheetData/>",
            _merges(edit.merges),
            _hyperlinks(links),
            _MARGINS,
            f'<pageSetup paperSize="{_A4}" orientation="{"landscape" if edit.landscape else "portrait"}" fitToHeight="0"/>',
            _FOOTER,
            "</worksheet>",
        )
    ).encode()


def _hyperlinks(links: Links) -> str:
    listed = "".join(
        f'<hyperlink ref="{column_letters(col)}{row}" location="{escape(target)}"/>' for row, col, target in links
    )
    return f"<hyperlinks>{listed}</hyperlinks>" if links else ""


def print_titles(edit: AddSheet, qualifier: str) -> str:
    """The formula of the name _xlnm.Print_Titles, "" when no rows are repeated; `qualifier` is the sheet's, with its "!"."""
    return f"{qualifier}${edit.repeated[0]}:${edit.repeated[1]}" if edit.repeated is not None else ""


def _check(edit: AddSheet) -> None:
    for row in edit.rows:
        cols = [col for col, _, _ in row.cells]
        if cols != sorted(set(cols)) or (cols and not 1 <= cols[0] <= cols[-1] <= LAST_COLUMN):
            raise ValueError(f"the cells of a row of {edit.name!r} are not in ascending columns: {cols}")
    if any(not 0 <= width <= WIDEST for width in edit.widths):
        raise ValueError(f"a column of {edit.name!r} is not between 0 and {WIDEST} characters wide")
    if edit.repeated is not None and not 1 <= edit.repeated[0] <= edit.repeated[1]:
        raise ValueError(f"rows {edit.repeated} of {edit.name!r} cannot be repeated")
    for at, one in enumerate(edit.merges):
        for other in edit.merges[:at]:
            if meet(one, other):
                raise ValueError(f"the merges {other} and {one} of {edit.name!r} meet")


# --- around the rows ---------------------------------------------------------------------------------------------------


def _head(edit: AddSheet) -> str:
    color = f"<tabColor {rgb(edit.tab_color)}/>" if edit.tab_color else ""
    last_col = max((row.cells[-1][0] for row in edit.rows if row.cells), default=1)
    size = show_area(Area(1, 1, max(len(edit.rows), 1), last_col))
    view = '<sheetView workbookViewId="0"/>'
    if edit.repeated is not None:
        top = edit.repeated[1]
        view = (
            f'<sheetView workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="A{top + 1}" sqref="A{top + 1}"/></sheetView>'
        )
    return (
        f'<sheetPr>{color}<pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="{size}"/><sheetViews>{view}</sheetViews>'
        f'<sheetFormatPr defaultRowHeight="{points(_DEFAULT_HEIGHT)}"/>{_columns(edit)}'
    )


def _columns(edit: AddSheet) -> str:
    hidden = frozenset(edit.hidden_columns)
    out = []
    for col in sorted({*range(1, len(edit.widths) + 1), *hidden}):
        unseen = ' hidden="1"' if col in hidden else ""
        out.append(f'<col min="{col}" max="{col}" width="{_width(edit, col)}"{unseen} customWidth="1"/>')
    return f"<cols>{''.join(out)}</cols>" if out else ""


def _width(edit: AddSheet, col: int) -> Decimal:
    return edit.widths[col - 1] if col <= len(edit.widths) else _DEFAULT_WIDTH


def _merges(merges: tuple[Area, ...]) -> str:
    listed = "".join(f'<mergeCell ref="{area}"/>' for area in merges)
    return f'<mergeCells count="{len(merges)}">{listed}</mergeCells>' if merges else ""


# --- rows --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Made:
    """What is known while rows are made; `known` keeps the slots of single cells by column and look."""

    edit: AddSheet
    styles: Styles
    inside: Mapping[int, list[Area]]
    known: dict[tuple[int, Look], Slot] = field(default_factory=dict)

    def slot(self, col: int, look: Look) -> Slot:
        """A single cell whose row is as high as its text."""
        slot = self.known.get((col, look))
        if slot is None:
            style = self.styles.variant(0, look)
            slot = self.known[col, look] = Slot("", col, style, self.fit(style, col, col), covered=False)
        return slot

    def fit(self, style: int, left: int, right: int) -> Fit | None:
        """How text runs in these columns; None when it does not wrap. What other rows of a merge add is not counted on."""
        shown = self.styles.text(style)
        seen = [col for col in range(left, right + 1) if col not in self.edit.hidden_columns] if shown.wrap else []
        width = sum(_width(self.edit, col) for col in seen)
        return fit(float(width), shown.size) if width else None


def _rows(edit: AddSheet, styles: Styles, links: Links) -> Iterator[str]:
    forms: dict[tuple[tuple[Slot, ...], Decimal | None], Form] = {}
    made = _Made(edit, styles, _inside(edit))
    for number, row in enumerate(edit.rows, 1):
        if not row.cells and row.height is None:
            continue
        slots = tuple(_slots(row, number, made))
        key = (slots, row.height)
        ready = forms.get(key)
        if ready is None:
            ready = forms[key] = form("", "", _height(row, slots, styles), slots, "")
        values: list[CellValue] = [value for _, value, _ in row.cells]
        yield filled(ready, number, values, styles, links)


def _inside(edit: AddSheet) -> Mapping[int, list[Area]]:
    """The merges by row."""
    inside: dict[int, list[Area]] = {}
    for area in edit.merges:
        for row in range(area.top, area.bottom + 1):
            inside.setdefault(row, []).append(area)
    return inside


def _slots(row: NewRow, number: int, made: _Made) -> Iterator[Slot]:
    inside = made.inside.get(number, ())
    for col, _, look in row.cells:
        area = next((one for one in inside if one.holds(number, col)), None)
        if area is None and row.height is None:
            yield made.slot(col, look)
            continue
        is_covered = area is not None and (area.top, area.left) != (number, col)
        style = made.styles.variant(0, look)
        ends = (col, col) if area is None else (area.left, area.right)
        yield Slot("", col, style, None if is_covered or row.height is not None else made.fit(style, *ends), is_covered)


def _height(row: NewRow, slots: tuple[Slot, ...], styles: Styles) -> tuple[str, float]:
    """(the attributes ht and customHeight, the points they mean): as the row says, else one line of its largest font."""
    if row.height is not None:
        tall = float(row.height)
        return f' ht="{points(tall)}" customHeight="1"', tall
    size = max((styles.text(slot.style).size for slot in slots), default=11.0)
    tall = size * 1.3 + 4
    return (f' ht="{points(tall)}" customHeight="1"', tall) if size > 11 else ("", _DEFAULT_HEIGHT)
