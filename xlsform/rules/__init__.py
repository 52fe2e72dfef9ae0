"""The rules: mapping checks as pandera schemas, relations between forms, and the district's own."""

from __future__ import annotations

from xlsform.rules.district import district_totals
from xlsform.rules.evaluation import Evaluation, evaluate
from xlsform.rules.named import CHECKS
from xlsform.rules.verdict import LastYear, RuleError, Seen

__all__ = ["CHECKS", "Evaluation", "LastYear", "RuleError", "Seen", "district_totals", "evaluate"]
