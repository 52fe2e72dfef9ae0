"""Why a rule was not evaluated (未执行), in a clerk's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Cause(NamedTuple):
    """One cause, in both languages."""

    zh: str
    en: str


CAUSES: Mapping[str, Cause] = {
    "no_form": Cause("没有这张表，或报来的几份不一致", "the form is missing, or its copies differ"),
    "no_column": Cause("找不到栏目", "the column or row is missing"),
    "no_value": Cause("单元格没有有效结果", "the cell has no valid result"),
    "in_error": Cause("所需内容已有错误", "what it needs has an error already"),
    "several": Cause("有几条记录，不知以哪一条为准", "there are several records where one is needed"),
    "no_roster": Cause("没有部门名册", "there is no register of departments"),
    "not_in_roster": Cause("部门不在名册", "the department is not in the register"),
    "no_last_year": Cause("没有给出上年汇总（--last-year）", "no summary of last year was given (--last-year)"),
    "not_last_year": Cause("上年汇总中没有这个部门", "the department is not in last year's summary"),
}
"""By the key that `Unevaluated.why` holds."""
