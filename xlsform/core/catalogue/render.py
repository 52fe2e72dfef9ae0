"""A finding's sentence, in Chinese or English. Never crashes: what is missing reads “?”, what could deceive a reader is escaped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from xlsform.core.catalogue.rule import Lang, Rule
from xlsform.core.findings import Finding

LONGEST = 80
"""Characters of one parameter in a sentence; the finding itself keeps the whole text."""
REMARKED = "remark"
"""Variant of a finding that only passes on a remark of the reader, whose key is its parameter `remark`."""
MESSAGE = "message"
"""Parameter that holds a bureau's own sentence for its own check."""

_HOLE = re.compile(r"\{(\w+)\}")
_BREAKS = re.compile(r"[\t\r\n\u2028\u2029]+")
_DECEIVING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def harmless(text: str) -> str:
    """On one line, cut to LONGEST, with control, bidirectional and invisible characters shown by their code point."""
    text = _BREAKS.sub(" ", text)
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    if text.isprintable():  # none of _DECEIVING, nor any blank but the plain one
        return text
    return "".join(f"\\u{ord(sign):04x}" if unicodedata.category(sign) in _DECEIVING else sign for sign in text)


def fill(template: str, params: Mapping[str, object]) -> str:
    """The template with {…} filled; a missing parameter reads “?”."""
    return _HOLE.sub(lambda hole: harmless(str(params[hole[1]])) if hole[1] in params else "?", template)


def message(finding: Finding, rules: Mapping[str, Rule], lang: Lang = "zh") -> str:
    """The sentence of a finding: the bureau's own, else the catalogue's for its variant."""
    params: dict[str, object] = {
        "got": finding.got,
        "exp": finding.expected,
        "cell": finding.where.address or "?",
        "sheet": finding.where.sheet or "?",
        "file": finding.where.file or "?",
        "n": finding.where.row or "?",
        "dept": finding.department or "?",
        "field": finding.field or "?",
    }
    params.update(finding.params)
    own = params.get(MESSAGE)
    if own:
        return fill(str(own), params)
    rule = rules.get(finding.code)
    if rule is None:
        return fill("{got} → {exp}", params)
    variant = str(params["remark"]) if finding.variant == REMARKED and "remark" in params else finding.variant
    said = rule.messages[rule.variant(variant)]
    return fill(said.zh if lang == "zh" else said.en, params)
