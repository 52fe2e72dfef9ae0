"""The closed table of checks: the names a mapping may use, and the functions behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from xlsform.rules import amounts, checks, names, texts, values
from xlsform.rules.asking import Asked, Probe
from xlsform.rules.returns import WHOLE

PROBES: Mapping[str, Callable[[Asked], Iterator[Probe]]] = {
    "present": checks.present,
    "blank": checks.blank,
    "amount": amounts.amount,
    "places": amounts.places,
    "outlier": amounts.outlier,
    "control": amounts.control,
    "period": checks.period,
    "contains_year": checks.contains_year,
    "years": checks.years,
    "registered": names.registered,
    "full_name": names.full_name,
    "authority": names.authority,
    "sample_text": texts.sample_text,
    "not_copied": texts.not_copied,
    "length": texts.length,
    "valued": values.valued,
    "items": texts.items,
    "repeated": texts.repeated,
    "serial": checks.serial,
    "unique": checks.unique,
    "unique_across": texts.unique_across,
    "one_of": checks.one_of,
    "numbered": checks.numbered,
    "tree": checks.tree,
    "paired": checks.paired,
    "has_number": values.has_number,
    "has_time": values.has_time,
    "in_period": values.in_period,
    "is_cost": values.is_cost,
    "cost_within": values.cost_within,
    "cost_equals": values.cost_equals,
    "cost_slip": values.cost_slip,
    "no_lower_bound": values.no_lower_bound,
    "percentage": values.percentage,
    "reachable": values.reachable,
    "rate": values.rate,
    "has_unit": values.has_unit,
    "known_unit": values.known_unit,
    "sound_unit": values.sound_unit,
    "sound_years": values.sound_years,
    "within_whole": values.within_whole,
    "not_negative": values.not_negative,
    "measurable": values.measurable,
    "as_typed": values.as_typed,
    "sign_fits": values.sign_fits,
    "same_name": values.same_name,
    "same_unit": values.same_unit,
    "within_total": values.within_total,
    "not_called": values.not_called,
    "not_rising": values.not_rising,
}
"""Checks on records; those of one column come before those of whole records."""

WORDING = frozenset({"sample_text", "not_copied", "length", "items", "repeated"})
"""Checks on how a text is worded: of a text that one of them has found fault with, those below it say nothing more."""

OF_ROSTER = frozenset({"registered", "full_name", "control"})
"""Checks that ask the roster: without one they are not evaluated."""

OF_KNOWN = frozenset({"control", "authority"})
"""Checks that ask for the department's own line in the roster: they are not evaluated for a department that has none."""

CHECKS = frozenset((*PROBES, *WHOLE))
"""Every check a mapping may name."""
