"""How label texts are compared: what people change in a label (spaces, line breaks, colons, brackets) does not count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.fuzz import ratio

LONGEST_LABEL = 80
"""Characters; a longer text is never a label."""

TOTAL_WORDS = frozenset({"合计", "总计", "小计", "共计", "合计数", "本页小计", "本页合计"})
GRAND_TOTAL_WORDS = TOTAL_WORDS - {"小计", "本页小计", "本页合计"}

_DROPPED = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"[(\[【〔<《{].*?[)\]】〕>》}]")
_NOTE = re.compile(
    r"^(注|备注|说明|填报说明|填表说明|填表人|填报人|填表单位|填报单位|填报日期|填表日期|制表|经办|审核|联系|单位负责人|单位盖章)"
)
_YEAR = r"(?P<year>\d{4}|[〇零一二三四五六七八九]{4})"
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


@lru_cache(maxsize=1 << 16)
def label_key(text: str) -> str:
    """The text folded for comparison: NFKC, no white space or punctuation, no bracketed part; "" when too long for a label.

    A label that is all brackets keeps what stands in them: “（一）” → 一.
    """
    if len(text) > LONGEST_LABEL:
        return ""
    plain = unicodedata.normalize("NFKC", text)
    return _DROPPED.sub("", _BRACKETED.sub("", plain)) or _DROPPED.sub("", plain)


def is_note(text: str) -> bool:
    """Whether a line below a table is a note or a signature line (注：…, 填表人：…) rather than the begin of a record."""
    return _NOTE.match(unicodedata.normalize("NFKC", text).lstrip(" *※(【[")) is not None


def without_space(text: str) -> str:
    """The text without any white space: how long texts are compared."""
    return "".join(text.split())


@lru_cache(maxsize=256)
def title_pattern(title: str) -> re.Pattern[str]:
    """Matches a folded title; group `year` when the title carries one. `title` holds {year}, which a paper may lack."""
    head, mark, tail = title.partition("{year}")
    if not mark:
        return re.compile(re.escape(label_key(title)))
    rest = label_key(tail)
    return re.compile(
        f"{re.escape(label_key(head))}(?:{_YEAR})?{re.escape(rest)}|{re.escape(label_key(head) + rest.removeprefix('年'))}"
    )


def title_year(title: str, text: str) -> tuple[bool, int | None]:
    """Whether `text` is the title, and the year in it."""
    if len(text) > LONGEST_LABEL:
        return False, None
    found = title_pattern(title).fullmatch(label_key(text))
    if found is None:
        return False, None
    year = found.groupdict().get("year")
    return True, int(year.translate(_DIGITS)) if year else None


def likeness(one: str, other: str) -> float:
    """0..100, of folded labels."""
    return ratio(one, other)


def nearest(key: str, wanted: dict[str, str]) -> str | None:
    """The one entry of `wanted` (folded label → what it stands for) that a mistyped label must mean, or None.

    Only labels of six and more characters, a score of 85 and 10 above the next different one: 数量指标 ~ 质量指标 score as high as a real typo.
    """
    if len(key) < 6:
        return None
    best: dict[str, float] = {}
    for label, meaning in wanted.items():
        if len(label) >= 6:
            best[meaning] = max(best.get(meaning, 0.0), ratio(key, label))
    ranked = sorted(best.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < 85 or (len(ranked) > 1 and ranked[1][1] > ranked[0][1] - 10):
        return None
    return ranked[0][0]
