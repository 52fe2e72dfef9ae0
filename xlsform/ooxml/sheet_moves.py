"""What stands in a sheet part outside its rows and speaks of rows: validations, conditional formats, filters, views, extensions…

Every element stays as it is but for the addresses and formulas in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from xlsform.core.cells import LAST_ROW, column_letters
from xlsform.ooxml.areas import parse_areas, show_areas
from xlsform.ooxml.markup import unescaped
from xlsform.ooxml.moves import (
    NO_MOVES,
    Moves,
    RowMoves,
    Runs,
    fold,
    move_formula,
    parse_cell,
    rename_sheet,
)
from xlsform.ooxml.xmltext import Element, attributes, escape_content, nodes

Anchor = tuple[int, int] | None
"""(old, new) top row of the rule that a formula belongs to, see `move_formula`."""

_FORMULAS = frozenset({"f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula"})
_RULES = frozenset({"dataValidation", "conditionalFormatting", "sparkline"})
_LISTS = frozenset({"dataValidations", "conditionalFormattings", "sparklines", "sparklineGroup", "sparklineGroups"})
_AREAS = frozenset({"ref", "sqref"})
_OF_CELLS = frozenset({"selection", "location"})
"""Their areas stay with the cells they are: what is selected, and where a pivot table lies."""
_CELLS = frozenset({"activeCell", "topLeftCell"})
_ADDRESSED_BY_R = frozenset({"cellWatch", "inputCells"})
_ANCHORS = frozenset({"from", "to"})


@dataclass(frozen=True, slots=True)
class Moved:
    """One sheet's point of view: its name, all that moves in the workbook, and where its own prototypes' copies went.

    alone: the sheet will bear other names, so what refers to it by name refers to it without one.
    """

    own: str
    moves: Moves
    runs: Runs
    alone: bool = False

    @property
    def rows(self) -> RowMoves:
        """How this sheet's own rows move."""
        return self.moves.get(fold(self.own), NO_MOVES)

    def plain(self, formula: str, anchor: Anchor = None) -> str:
        """A formula of this sheet, moved."""
        moved = move_formula(formula, self.own, self.moves, anchor)
        return rename_sheet(moved, self.own, "") if self.alone else moved

    def formula(self, formula: str, anchor: Anchor = None) -> str:
        """A formula as XML content, moved; the very same text when nothing in it moves."""
        plain = unescaped(formula)
        changed = self.plain(plain, anchor)
        return formula if changed == plain else escape_content(changed)

    @property
    def still(self) -> Moved:
        """The point of view of what belongs to cells, see `RowMoves.still`."""
        return replace(self, moves={**self.moves, fold(self.own): self.rows.still})

    def sqref(self, sqref: str) -> str:
        """A list of areas, each the hull of where it went."""
        return show_areas(map(self.rows.area, parse_areas(sqref)))

    def cell(self, address: str) -> str:
        """One cell; of replaced rows the nearest that is left."""
        row, col = parse_cell(address)
        return f"{column_letters(col)}{self.rows.span(row, row)[0]}"

    def rule_areas(self, sqref: str, *, alone: bool = False) -> tuple[str, Anchor]:
        """A rule's areas, exactly; "" when none is left. The anchor is that of the first area. alone: it does not hold for copies."""
        areas = parse_areas(sqref)
        moved = [piece for area in areas for piece in self.rows.areas(area, {} if alone else self.runs)]
        if not moved:
            return "", None
        return show_areas(moved), (areas[0].top, moved[0].top)


def moved_element(element: Element, moved: Moved, anchor: Anchor = None) -> Element | str:
    """The element with every address and formula in it moved; "" when it held for nothing but rows that are no more."""
    if element.local in _RULES:
        return _moved_rule(element, moved)
    if element.local in _LISTS:
        return _moved_list(element, moved)
    if element.local == "rowBreaks":
        return _moved_breaks(element, moved.rows)
    if element.local in _ANCHORS and "row>" in element.content:
        return element.with_content(_moved_children(element.content, partial(_moved_anchor, rows=moved.rows)))
    changed = _moved_tag(element, moved)
    if "<" in element.content:
        return changed.with_content(moved_content(element.content, moved, anchor))
    if element.local in _FORMULAS and element.content:
        return changed.with_content(moved.formula(element.content, anchor))
    if element.local == "sqref" and moved.rows.blocks and element.content:
        return changed.with_content(moved.sqref(element.content))
    return changed


def moved_content(content: str, moved: Moved, anchor: Anchor = None) -> str:
    """All elements of `content` moved."""
    return _moved_children(content, lambda child: moved_element(child, moved, anchor))


def _moved_children(content: str, change: Callable[[Element], Element | str]) -> str:
    return "".join(str(change(node)) if isinstance(node, Element) else node for node in nodes(content))


def _moved_tag(element: Element, moved: Moved) -> Element:
    if moved.rows.blocks:
        areas = moved.still if element.local in _OF_CELLS else moved
        for name, address in attributes(element.tag).items():
            if name in _AREAS:
                element = element.with_attribute(name, areas.sqref(address))
            elif name in _CELLS or (name == "r" and element.local in _ADDRESSED_BY_R):
                element = element.with_attribute(name, moved.cell(address))
    if element.local == "cfvo" and (value := element.get("val")):
        element = element.with_attribute("val", moved.plain(value))
    return element


def _moved_rule(rule: Element, moved: Moved) -> Element | str:
    if not moved.rows.blocks:
        return rule.with_content(moved_content(rule.content, moved))
    inside = next(iter(rule.children("sqref")), None)
    sqref = inside.content if inside is not None else rule.get("sqref")
    areas, anchor = moved.rule_areas(sqref, alone=rule.local == "sparkline")
    if not areas:
        return ""
    if inside is None:
        return rule.with_attribute("sqref", areas).with_content(moved_content(rule.content, moved, anchor))

    def child(element: Element) -> Element | str:
        return element.with_content(areas) if element.local == "sqref" else moved_element(element, moved, anchor)

    return rule.with_content(_moved_children(rule.content, child))


def _moved_list(rules: Element, moved: Moved) -> Element | str:
    """A list that may not be empty, and whose count, if it gives one, is that of its rules."""
    before = len(rules.children(*_RULES, *_LISTS))
    changed = rules.with_content(moved_content(rules.content, moved))
    left = len(changed.children(*_RULES, *_LISTS))
    if before and not left:
        return ""
    return changed.with_attribute("count", str(left)) if rules.get("count") else changed


def _moved_breaks(breaks: Element, rows: RowMoves) -> Element | str:
    """Page breaks below rows; those between replaced rows are gone, the one below the last replaced row stays below it."""

    def moved(brk: Element) -> Element | str:
        row = int(brk.get("id", "0"))
        block, growth = rows.place(row)
        if block is not None and row != block.last:
            return ""
        new = row + growth + (block.growth if block is not None else 0)
        return brk.with_attribute("id", str(new)) if new < LAST_ROW else ""

    changed = breaks.with_content(_moved_children(breaks.content, moved))
    left = changed.children("brk")
    if not left:
        return ""
    manual = sum(brk.get("man") in {"1", "true"} for brk in left)
    return changed.with_attribute("count", str(len(left))).with_attribute("manualBreakCount", str(manual))


def anchor_row(row: int, rows: RowMoves) -> int:
    """The 0-based row of a drawing's anchor after the moves."""
    return rows.span(row + 1, row + 1)[0] - 1 if row < LAST_ROW else row


def _moved_anchor(part: Element, rows: RowMoves) -> Element:
    return part.with_content(str(anchor_row(int(part.content), rows))) if part.local == "row" else part
