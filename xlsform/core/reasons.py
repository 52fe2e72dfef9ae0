"""审核说明: whether what a department says of a finding gives a reason at all, and how a reason or a waiver is quoted in reports."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from xlsform.core.catalogue import RULES, Lang, message
from xlsform.core.findings import Finding, Level, Standing

LEAST = 6
"""Signs of substance a reason has, without punctuation, white space and the phrases of HOLLOW."""
LEAST_KINDS = 4
"""Different signs among them: “正常正常正常” says no more than once."""

HOLLOW = (
    "确认无误", "核实无误", "核对无误", "检查无误", "审核无误", "填报无误", "数据无误", "经核实", "已核实", "已核对", "已确认", "已检查",
    "已审核", "已知悉", "情况属实", "内容属实", "数据属实", "确属实际情况", "确属实际", "符合实际情况", "实际情况", "符合实际", "符合规定",
    "符合要求", "按要求填报", "按规定填报", "按实际填报", "据实填报", "如实填报", "填报正确", "数据准确", "数据正确", "没有问题", "没问题",
    "已按要求修改", "已按要求改正", "已修改", "已改正", "请予通过", "请予审核", "请通过", "请审核", "不需要修改", "不需修改", "无需修改", "不用修改", "不做修改", "维持不变", "特此说明", "情况说明", "无误", "属实", "正确", "准确", "正常",
    "同意", "知悉", "收到", "核实", "核对", "确认", "无异议", "不适用", "暂无", "没有", "已阅", "同上", "见上", "如上", "好的", "可以",
    "noproblem", "confirmed", "checked", "correct", "agreed", "none", "okay", "yes", "ok", "na",
)  # fmt: skip
"""Phrases that confirm and explain nothing; matched after NFKC, in lower case, without punctuation."""
_EMPTY = frozenset({"", "无", "有", "是", "对", "否", "略", "y", "n"})
"""Single signs that are as hollow."""
_PHRASES = tuple(sorted(HOLLOW, key=len, reverse=True))


class Refusal(NamedTuple):
    """Why a reason is not taken, in both languages."""

    zh: str
    en: str


REFUSALS: Mapping[str, Refusal] = {
    "hollow": Refusal("没有写明理由", "it gives no reason"),
    "copy": Refusal("照抄了问题本身", "it repeats the finding"),
    "short": Refusal("过于简短", "it is too short"),
}
"""By the key that `Finding.ruling` holds when its standing is REFUSED."""


def refused(reason: str, finding: Finding | None = None) -> str:
    """A key of REFUSALS when the text is no reason, "" when it is one. With the finding, its own words do not count as a reason either."""
    said = _bare(reason)
    own = _own_words(finding) if finding is not None else ()
    for text in own:
        if text and text in said:
            said = said.replace(text, "")
            if not _substance(said):
                return "copy"
        elif len(said) >= LEAST and said in text:
            return "copy"
    if _substance(said):
        return ""
    left = _without_phrases(said)
    return "hollow" if said in _EMPTY or (len(left) < len(said) and len(left) < LEAST_KINDS) else "short"


def _substance(said: str) -> bool:
    left = _without_phrases(said)
    return len(left) >= LEAST and len(set(left)) >= LEAST_KINDS


def _without_phrases(said: str) -> str:
    for phrase in _PHRASES:
        said = said.replace(phrase, "")
    return said


def _bare(text: str) -> str:
    """Letters, digits and signs of value alone: “ 核实 无误。” → 核实无误, “≥90%” → ≥90%."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "PZC" or sign == "%")


def _own_words(finding: Finding) -> tuple[str, ...]:
    """The finding's sentence in both languages, what it found, and the rule's title and advice: the longest first."""
    rule = RULES.get(finding.code)
    texts = [message(finding, "zh"), message(finding, "en")]
    texts += [text for text in (finding.got, finding.expected) if len(text) >= LEAST]
    texts += [rule.title, rule.fix] if rule is not None else []
    return tuple(sorted({_bare(text) for text in texts}, key=lambda text: (-len(text), text)))


def weighed(finding: Finding) -> Finding:
    """The finding with its standing by the reason it has: a warning or hint passes (已说明), or its reason is refused. An error stays."""
    if not finding.reason or finding.level is Level.ERROR or finding.standing is Standing.WAIVED:
        return finding
    why = refused(finding.reason, finding)
    return replace(finding, standing=Standing.REFUSED if why else Standing.EXPLAINED, ruling=why)


def standing_text(finding: Finding, lang: Lang = "zh") -> str:
    """已说明, 已豁免, or why the reason is not taken: “说明未采纳：没有写明理由”. "" for a finding that nobody has spoken of."""
    if finding.standing is Standing.REFUSED:
        refusal = REFUSALS[finding.ruling]
        return f"reason refused: {refusal.en}" if lang == "en" else f"说明未采纳：{refusal.zh}"
    return finding.standing.value if lang == "en" and finding.standing is not Standing.OPEN else finding.standing.label


def demand(finding: Finding) -> str:
    """What to tell a department whose reason is refused, "" for any other finding."""
    if finding.standing is not Standing.REFUSED:
        return ""
    return f"审核说明“{finding.reason}”{REFUSALS[finding.ruling].zh}，请写明具体原因（依据、数据或特殊情况）"


def quoted(finding: Finding, lang: Lang = "zh") -> str:
    """What stands under 审核说明 in a report that leaves the department's hands: the reason, who gives it and in which file; the
    bureau's waiver, and where it stands. "" when there is neither.
    """
    told = []
    if finding.reason:
        who = _who(finding.department, finding.where.file)
        refusal = f"；{standing_text(finding, lang)}" if finding.standing is Standing.REFUSED else ""
        told.append(f"{finding.reason}（{who}{refusal}）")
    if finding.standing is Standing.WAIVED:
        told.append(f"{standing_text(finding, lang)}{': ' if lang == 'en' else '：'}{finding.ruling}")
    return "\n".join(told)


class Heard(NamedTuple):
    """What a text under 审核说明 says: the reason as it was given ("" for a waiver without one), its standing, and the ruling."""

    reason: str
    standing: Standing
    ruling: str = ""


def unquoted(told: str, department: str, file: str) -> Heard | None:
    """The inverse of `quoted` in Chinese, for a finding of this department in this file; None for what it would not have written.

    A department can write nothing that is read as a waiver: its own words are always followed by its name.
    """
    who = _who(department, file)
    if told.endswith(f"（{who}）"):
        return Heard(told[: -len(f"（{who}）")], Standing.EXPLAINED)
    for key, refusal in REFUSALS.items():
        tail = f"（{who}；{Standing.REFUSED.label}：{refusal.zh}）"
        if told.endswith(tail):
            return Heard(told[: -len(tail)], Standing.REFUSED, key)
    waived = f"{Standing.WAIVED.label}："
    if told.startswith(waived):
        return Heard("", Standing.WAIVED, told[len(waived) :])
    reason, found, ruling = told.partition(f"（{who}）\n{waived}")
    return Heard(reason, Standing.WAIVED, ruling) if found else None


def _who(department: str, file: str) -> str:
    return "，".join(part for part in (department, file) if part)
