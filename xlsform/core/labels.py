"""How label texts are compared: what people change in a label (spaces, line breaks, colons, brackets) does not count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.fuzz import ratio

LONGEST_LABEL = 80
"""Characters; a longer text is never a label."""

PARTIAL = "部分汇总："
"""Begins the note of a summary that lacks departments; before the unit it ends with NOTE_GAP, so that no line breaks inside “单位：万元”."""
NOTE_GAP = "\n"

TOTAL_WORDS = ("合计", "总计", "共计", "小计")
GRAND_TOTAL_WORDS = TOTAL_WORDS[:3]
LONGEST_TOTAL = 12
"""Characters; a longer text that ends in 合计 is a sentence."""

_LONGER_TOTALS = {f"{word}{tail}": word for word in TOTAL_WORDS for tail in ("数", "金额")}
_DROPPED = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"[(\[【〔<《{].*?[)\]】〕>》}]")
_NOTE = re.compile(
    r"(注|备注|说明|填报说明|填表说明|填表人|填报人|填表单位|填报单位|填报日期|填表日期|制表人?|制表单位|经办人?|审核人?|复核人?"
    r"|联系人|联系电话|联系方式|单位负责人|分管领导|单位盖章)\s*(\d{1,2}|\([^)]{0,6}\))?\s*([:：].*|$)",
    re.DOTALL,
)
_YEAR = r"(?P<year>\d{4}|[〇零一二三四五六七八九]{4})"
_YEAR_INSIDE = re.compile(r"(?<!\d)(?P<year>\d{4})\s*年")
_MONEY_UNIT = r"(?:人民币)?\s*(?P<unit>[十百千万亿]{0,2}\s*元)"
_UNIT_LINE = re.compile(rf"单位\s*:?\s*[(\[【]?\s*{_MONEY_UNIT}(?![一-鿿])")
_UNIT_IN_LABEL = re.compile(rf"[(\[【]\s*(?:金额)?\s*{_MONEY_UNIT}\s*[)\]】]")
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


def spoken(label: str) -> str:
    """What a clerk calls a label, without colons and 其中：: “其中：基本支出：” → 基本支出."""
    return re.split("[：:]", label.strip("：: "))[-1]


def is_note(text: str) -> bool:
    """Whether a line below a table is a note or a signature line (注：…, 填表人：…) rather than the begin of a record.

    The word must end there or be followed by a colon: 注册率 and 审核通过率 are indicators.
    """
    return _NOTE.match(unicodedata.normalize("NFKC", text).lstrip(" *※([【")) is not None


def total_word(text: str) -> str:
    """“学前教育 小计” → 小计, “合 计：” → 合计, “合计金额” → 合计; "" when the text does not call a row a total."""
    if len(text) > LONGEST_TOTAL:
        return ""
    key = label_key(text)
    return key[-2:] if key[-2:] in TOTAL_WORDS else _LONGER_TOTALS.get(key, "")


def is_grand_total(text: str) -> bool:
    """Whether the text calls a row the total of the whole table: 合计, 总计, 共计, with 数, 金额 or 专项 at most."""
    word = total_word(text)
    return word in GRAND_TOTAL_WORDS and label_key(text).strip("总数金额专项") == word.strip("总")


def unit_line(text: str) -> str:
    """“单位：万元” → 万元, “填报单位：某局　单位：元” → 元; "" when no unit of money is named. The note of a partial summary may precede."""
    return _unit(_UNIT_LINE, text.rpartition(NOTE_GAP)[2] if text.startswith(PARTIAL) else text)


def label_unit(text: str) -> str:
    """The unit of money in a label's brackets: “资金总额（元）” → 元; "" when there is none."""
    return _unit(_UNIT_IN_LABEL, text) or unit_line(text)


def _unit(pattern: re.Pattern[str], text: str) -> str:
    if "元" not in text or len(text) > LONGEST_LABEL:
        return ""
    found = pattern.search(unicodedata.normalize("NFKC", text))
    return without_space(found["unit"]) if found is not None else ""


def without_space(text: str) -> str:
    """The text without any white space: how long texts are compared."""
    return "".join(text.split())


@lru_cache(maxsize=256)
def title_pattern(title: str) -> re.Pattern[str]:
    """Matches a folded title; group `year` when the title carries one. `title` holds {year}, which a paper may lack.

    Before the year may stand whose title it is: 石峰区2019年度….
    """
    head, mark, tail = title.partition("{year}")
    if not mark:
        return re.compile(re.escape(label_key(title)))
    rest = label_key(tail).removeprefix("年")
    return re.compile(f"{re.escape(label_key(head))}.{{0,16}}?(?:{_YEAR}(?:年度?)?)?{re.escape(rest)}")


def title_year(title: str, text: str) -> tuple[bool, int | None]:
    """Whether `text` is the title, and the year in it, also when that stands in brackets behind it."""
    if len(text) > LONGEST_LABEL:
        return False, None
    found = title_pattern(title).fullmatch(label_key(text))
    if found is None:
        return False, None
    inside = _YEAR_INSIDE.search(unicodedata.normalize("NFKC", text)) if "{year}" in title else None
    year = found.groupdict().get("year") or (inside["year"] if inside is not None else None)
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
