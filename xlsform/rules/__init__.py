"""The rules: mapping checks as pandera schemas, relations between forms, and the district's own."""

from __future__ import annotations

from xlsform.rules.checks import CHECKS
from xlsform.rules.district import district_totals
from xlsform.rules.evaluation import evaluate
from xlsform.rules.verdict import RuleError

__all__ = ["CHECKS", "RuleError", "district_totals", "evaluate"]
