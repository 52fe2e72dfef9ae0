"""What the catalogue knows of a rule. Codes never change and are never used again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from xlsform.core.findings import Level

Lang = Literal["zh", "en"]

DIMENSIONS = {"完": "完整性", "相": "相关性", "适": "适当性", "勾": "勾稽关系", "格": "格式"}
"""The dimensions of a review of performance targets; 可行性 needs last year's results and has no rule."""


class Message(NamedTuple):
    """One sentence, with the level at which it is said. {…} is filled from the finding's params."""

    level: Level
    zh: str
    en: str


def error(zh: str, en: str) -> Message:
    """错误: blocks the merge of that form."""
    return Message(Level.ERROR, zh, en)


def warning(zh: str, en: str) -> Message:
    """警告: passes once a reason is given."""
    return Message(Level.WARNING, zh, en)


def hint(zh: str, en: str) -> Message:
    """提示: informs."""
    return Message(Level.HINT, zh, en)


class Rule(NamedTuple):
    """One rule of the catalogue.

    messages: by variant, "" the usual one; a variant a rule lacks is said with "". why: the clause or practice behind it;
    bad, good: what a clerk would write; fix: what to do in Excel. on: evaluated unless a form set turns it on or off;
    evaluated: False as long as no code raises it. basis: "" 编报说明, "practice" (2015/2021 papers), "technical".
    """

    code: str
    dimension: str
    title: str
    title_en: str
    messages: Mapping[str, Message]
    why: str
    bad: str
    good: str
    fix: str
    on: bool = True
    evaluated: bool = True
    basis: str = ""

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels it may have, highest first."""
        return tuple(sorted({message.level for message in self.messages.values()}, reverse=True))

    def variant(self, wanted: str) -> str:
        """`wanted` when the rule has such a message, else ""."""
        return wanted if wanted in self.messages else ""

    @property
    def another_level(self) -> str:
        """The word by which a bureau most likely changes its level: on for a rule that is off, else one step milder."""
        milder = {Level.ERROR: "warning", Level.WARNING: "hint", Level.HINT: "off"}
        return milder[self.levels[0]] if self.on else self.levels[0].key

    @property
    def anchor(self) -> str:
        """Where the reference speaks of it, from the top of the documentation."""
        return f"docs/reference/rules.md#{self.code.lower()}"
