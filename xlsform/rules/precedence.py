"""Which finding is not said because another one at the same value says it better: one fault, one finding. All of it stands here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level, Unevaluated


class Silence(NamedTuple):
    """Where one of `loud` is said of a value, none of `quiet` is said of the same value; `why`."""

    loud: frozenset[str]
    quiet: frozenset[str]
    why: str


def _silence(loud: str, quiet: str, why: str) -> Silence:
    return Silence(frozenset(loud.split()), frozenset(quiet.split()), why)


OF_VALUES = "B13 B14 B15 B16 B17 B18 B19 B20 B21 C07 C08 C09 C10 M03 M04 M05 M06 V01 V02 V03 V04 V05 V06 V07 V09"
"""Rules that look at what a value says."""

SILENCES = (
    _silence("T10 B10 B12", OF_VALUES, "a left-over example, a whole paragraph or a copied goal is no value yet"),
    _silence("A09", "M03", "an indicator that stands twice in one half has no counterpart in the other"),
    _silence("V08", OF_VALUES, "what the spreadsheet program made of the value is not what was typed"),
    _silence("V03", "B16", "元人次 says what is wrong with the cost: one 元 too many"),
    _silence("B13", "V07", "without a number, vague words need no further mention"),
    _silence("B14", "V01 V02 V04 V07", "a number that is no time is asked for a time, not for its unit"),
    _silence("B15", "V04", "a year outside the period, not a count of years"),
    _silence("B16", "V01 V02 V04 V05 V07", "what is no amount is asked for an amount, not for its unit"),
    _silence("B20", "V01 V02 V04 V05 V06 V07 V09", "what is no percentage of 0 to 100 is told what it should be"),
    _silence("B17", "B19", "a cost above the amount differs from it too"),
    _silence("B18", "V09", "both speak of the sign"),
    _silence("C08", "V05 V06 B21", "both speak of what lies outside 0 to 100%"),
    _silence("C09", "C08", "the share that the form's own amounts give is the better hint"),
    _silence("V05", "M05", "a lost ≥ makes any number too large"),
)
"""A silence only counts where the louder finding is at least as grave: what a bureau has made a hint hides no error."""

_SILENCED: Mapping[str, frozenset[str]] = {
    quiet: frozenset(loud for one in SILENCES if quiet in one.quiet for loud in one.loud)
    for quiet in frozenset(code for one in SILENCES for code in one.quiet)
}

AMOUNTS_OF: Mapping[str, frozenset[str]] = {"C09": frozenset({"C02", "C03", "X03", "X05"})}
"""A rule that reckons with a department's amounts → the rules that leave these amounts in doubt where they find anything graver than a hint."""


class Placed(NamedTuple):
    """A finding with the number of the record it speaks of (the items of a text block all stand in one cell), and of another one that it
    speaks of as well, else its own again.
    """

    row: int
    beside: int
    finding: Finding


def heard(placed: Iterable[Placed]) -> Iterator[Finding]:
    """The findings that nothing silences, in their order. Name and value of an item stand in one cell and count as one value."""
    placed = tuple(placed)
    here: dict[tuple[int, Ref], list[Finding]] = {}
    there: dict[tuple[int, str], list[Finding]] = {}
    for row, _, finding in placed:
        here.setdefault((row, finding.where), []).append(finding)
        there.setdefault((row, finding.field), []).append(finding)
    for row, beside, finding in placed:
        louder = _SILENCED.get(finding.code, frozenset())
        others = [*here[row, finding.where], *(there.get((beside, finding.field), ()) if beside != row else ())]
        if not any(_hides(one, finding, louder) for one in others):
            yield finding


def founded(findings: Iterable[Finding]) -> tuple[list[Finding], list[Unevaluated]]:
    """The findings that stand, and for those that reckon with amounts in doubt that they could not be evaluated."""
    findings = list(findings)
    doubts = {(one.department, one.code) for one in findings if one.level > Level.HINT}
    lost = [one for one in findings if any((one.department, code) in doubts for code in AMOUNTS_OF.get(one.code, ()))]
    kept = [one for one in findings if one not in lost] if lost else findings
    return kept, [Unevaluated(one.code, one.department, one.form, one.field, "in_error") for one in lost]


def _hides(one: Finding, other: Finding, louder: frozenset[str]) -> bool:
    return one.code in louder and one.level >= other.level
