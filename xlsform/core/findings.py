"""A finding is what a person did wrong: a code, a place and parameters. The sentence is made by the catalogue when it is shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

from xlsform.core.cells import Ref


class Level(IntEnum):
    """错误 blocks the merge of that form, 警告 passes once a reason is given, 提示 informs."""

    HINT = 1
    WARNING = 2
    ERROR = 3

    @property
    def key(self) -> str:
        """The word in JSON and on the command line: hint, warning, error."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """The word a clerk reads."""
        return {Level.HINT: "提示", Level.WARNING: "警告", Level.ERROR: "错误"}[self]


class Standing(Enum):
    """Whether a finding still stands against its department. EXPLAINED: a reason is given and taken; REFUSED: what was given is no
    reason; WAIVED: the bureau lets it pass.
    """

    OPEN = "open"
    EXPLAINED = "explained"
    REFUSED = "refused"
    WAIVED = "waived"

    @property
    def label(self) -> str:
        """The word a clerk reads, "" for a finding that nobody has spoken of."""
        return {
            Standing.OPEN: "",
            Standing.EXPLAINED: "已说明",
            Standing.REFUSED: "说明未采纳",
            Standing.WAIVED: "已豁免",
        }[self]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place. `params` fill the catalogue's message; `variant` picks one of a code's messages ("" is the usual one).

    form: the form's id, "" when the whole file or batch is meant; got and expected are texts as a clerk would write them;
    reason: what the department says about it in 审核说明; ruling: for a refused reason why (a key of `core.reasons.REFUSALS`), for a
    waived finding the bureau's reason.
    """

    code: str
    level: Level
    where: Ref
    form: str = ""
    department: str = ""
    field: str = ""
    got: str = ""
    expected: str = ""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
    variant: str = ""
    reason: str = ""
    standing: Standing = Standing.OPEN
    ruling: str = ""

    @property
    def passed(self) -> bool:
        """Whether it no longer counts: explained, or waived. It stays in every report."""
        return self.standing in (Standing.EXPLAINED, Standing.WAIVED)

    @property
    def order(self) -> tuple[str, str, str, int, int, str]:
        """Sorts findings by department, file, sheet, cell, code: the order of every report."""
        return (self.department, self.where.file, self.where.sheet, self.where.row, self.where.col, self.code)


class Unevaluated(NamedTuple):
    """A rule that could not be evaluated (未执行, which is not 通过), once for each rule, department, form, field and cause.

    why: a key of `core.catalogue.CAUSES`; cases: how many records or keys were not judged, 1 for the form as a whole.
    """

    code: str
    department: str
    form: str
    field: str
    why: str
    cases: int = 1
