"""The catalogue of rules: wording, level, reason and advice of every finding, as data.

Adding a rule: one `Rule` in the module of its letter. A code keeps its meaning for ever.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlsform.core.catalogue import across, directions, files, fund_summary, indicators, overall, pages, render
from xlsform.core.catalogue.causes import CAUSES, Cause
from xlsform.core.catalogue.rejections import REJECTIONS, REMARKS, Rejection, Remark
from xlsform.core.catalogue.rule import DIMENSIONS, Lang, Message, Rule
from xlsform.core.findings import Finding

RULES: Mapping[str, Rule] = {
    rule.code: rule
    for module in (files, fund_summary, directions, overall, indicators, across)
    for rule in module.RULES
}
"""Every rule by its code, in the order of the catalogue."""


def message(finding: Finding, lang: Lang = "zh") -> str:
    """The sentence of a finding; never crashes."""
    return render.message(finding, RULES, lang)


def reference_page() -> str:
    """The text of docs/reference/rules.md."""
    return pages.reference_page(RULES.values())


__all__ = [
    "CAUSES",
    "DIMENSIONS",
    "REJECTIONS",
    "REMARKS",
    "RULES",
    "Cause",
    "Lang",
    "Message",
    "Rejection",
    "Remark",
    "Rule",
    "message",
    "reference_page",
]
