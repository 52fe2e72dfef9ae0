"""Times: 2019年年底前, 每月5日前, 2019年1-12月, 第四季度, 2019-12-31. In: folded text; out: a value without its raw text, or None."""

from __future__ import annotations

import re
from typing import NamedTuple

from xlsform.core.values.indicator import Indicator
from xlsform.core.values.numerals import YEAR as YEAR_DIGITS
from xlsform.core.values.numerals import count_of
from xlsform.core.values.words import DOING

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Before 年 only these are years; 20000年 is a count of years, and a doubtful one (V04)."""

UNSAID = "--"
_QUARTER_END = "--Q-end"
_FEBRUARY = "--02"

_Y = r"(?:(?:19|20)[0-9]{2}|2100|二[零〇][零〇一二三四五六七八九]{2})"
_M = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_D = r"(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_Q = r"(?:[1-4一二三四])"
_SEP = r"(?:-{1,2}|~{1,2}|至|到)"


def _part(n: str) -> str:
    """The pattern of one moment; its groups end in `n`."""
    return (
        rf"(?:(?:(?P<y{n}>{_Y})年|(?P<this{n}>[本今当]年))(?P<du{n}>度)?)?"
        rf"(?:(?P<m{n}>{_M})月份?(?:(?P<d{n}>{_D})[日号]|(?P<third{n}>[上中下])旬|(?P<mend{n}>[底末]))?"
        rf"|(?:第?(?P<q{n}>{_Q})季度|Q(?P<qq{n}>[1-4]))(?P<qend{n}>[底末])?"
        rf"|(?P<h{n}>[上下])半年(?P<hend{n}>[底末])?|(?P<yend{n}>年?[底末终])|(?P<whole{n}>全年|年度内|年内|年度|内))?"
    )


_NUMERIC = (
    r"(?P<ny>(?:19|20)[0-9]{2})(?P<sep>[-/.])(?P<nm>1[0-2]|0?[1-9])(?:(?P=sep)(?P<nd>3[01]|[12][0-9]|0?[1-9]))?日?"
)
_MOMENT = re.compile(rf"(?:{_NUMERIC}|{_part('')})")
_NUMERIC_TWO = re.compile(
    rf"(?P<ya>{_Y})\.(?P<ma>{_M})(?:\.(?P<da>{_D}))?{_SEP}(?:(?P<yb>{_Y})\.(?P<mb>{_M})(?:\.(?P<db>{_D}))?)"
)
_RANGES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<ya>{_Y})年?度?{_SEP}(?P<yb>{_Y})年度?",
        rf"(?P<ya>{_Y})(?P<bare>{_SEP})(?P<yb>{_Y})(?![0-9./年月])",
        rf"(?:(?P<ya>{_Y})年)?(?P<ma>{_M})月?{_SEP}(?:(?P<yb>{_Y})年)?(?P<mb>{_M})月份?(?![0-9])",
        rf"(?:(?P<ya>{_Y})年)?(?P<ma>{_M})月(?P<da>{_D})[日号]?{_SEP}(?:(?:(?P<yb>{_Y})年)?(?P<mb>{_M})月)?(?P<db>{_D})[日号]",
        rf"(?:(?P<ya>{_Y})年)?第?(?P<qa>{_Q})(?:季度)?{_SEP}(?:(?P<yb>{_Y})年)?第?(?P<qb>{_Q})季度",
    )
)
_LEAD = re.compile(r"(?:于|在|自|从|预计|计划|力争|确保|原则上|应|须|应于|须于|拟|拟于|务必于)*")
_SIGN = re.compile(r"(?P<le>至|到|截至|截止到?|截止至|不晚于|不迟于|最迟|最晚|≤|<=)|(?P<ge>不早于|最早|≥|>=)")
_PERIOD = re.compile(r"(?P<every>每年度?|每个?月|每个?季度?|每个?学期|每半年)?(?P<next>次月|当月|本月)?")
_EVERY = {
    "每年度": "每年",
    "每个月": "每月",
    "每个季度": "每季度",
    "每季": "每季度",
    "每个季": "每季度",
    "每个学期": "每学期",
}
_RECURRING = re.compile(rf"(?:(?P<d>{_D})[日号]|月?(?P<end>[底末]))")
_MARK = re.compile(
    r"(?P<before>(?:底|\(含\))?(?:之|以)?前)|(?P<until>为?止)|(?P<within>之内|以内|内|期间)|(?P<from>起|开始|以后|之后|以来|后)"
)
_TAIL = re.compile(r"[一-鿿()、A-Za-z]{0,24}")
_MAY_BE = re.compile(r"[年月季]|(?:19|20)[0-9]{2}(?:[-/.~]|至|到)")
_SUBJECT = re.compile(r"(?P<subject>[一-鿿]{0,16}(?:时间|时限|期限|日期|节点)|[一-鿿]{1,16}(?=:)):?为?")
_LONGEST_PLAN = 10
"""Years: 2019-2021 without 年 is a plan, 2000-2050 rather a range of numbers."""
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 0)}


class Moment(NamedTuple):
    """A stretch of time, first and last day or both the same month, quarter or year; `exact`: 前 behind it includes its last day."""

    start: str
    end: str
    exact: bool
    flags: frozenset[str] = frozenset()


def parse_time(text: str, year: int | None) -> Indicator | None:
    """The time that the folded text says, None when it says none or more than a time."""
    if not _MAY_BE.search(text):
        return None
    subject = ""
    named = _SUBJECT.match(text)
    if named is not None and (named["subject"] or named.end()):
        subject, text = named["subject"], text[named.end() :]
    at = _LEAD.match(text).end()  # type: ignore[union-attr]  # matches the empty text
    sign_word = _SIGN.match(text, at)
    at = sign_word.end() if sign_word is not None else at
    found = _PERIOD.match(text, at)
    every = _EVERY.get(found["every"] or "", found["every"] or "") if found is not None else ""
    following = (found["next"] or "") if found is not None else ""
    behind = found.end() if found is not None else at
    value = None
    if every or following:
        value = _recurring(text, behind, every + following)
    if value is None and not following and every in {"", "每年"}:
        value = _dated(text, behind, every)
    if value is None:
        return None
    return _finished(value, sign_word, subject, year)


class _Read(NamedTuple):
    moment: Moment
    mark: str
    tail: str
    period: str


def _recurring(text: str, at: int, period: str) -> _Read | None:
    """每月5日前, 每季度次月15日前, 每月底, 每季度末."""
    found = _RECURRING.match(text, at)
    if found is None or period == "每年":
        return None
    if found["end"] is not None:
        last = "---31" if period.endswith("月") else _QUARTER_END if period == "每季度" else ""
    elif period.endswith("月"):
        last = f"---{count_of(found['d']):02}"
    else:
        last = ""
    return _ended(text, found.end(), Moment(last, last, exact=True), period) if last else None


def _dated(text: str, at: int, period: str) -> _Read | None:
    for pattern in (_NUMERIC_TWO, *_RANGES):
        two = pattern.match(text, at)
        if two is not None:
            moment = _between(two.groupdict())
            read = _ended(text, two.end(), moment, period) if moment is not None else None
            if read is not None:
                return read if not read.mark else None
    found = _MOMENT.match(text, at)
    if found is None or found.end() == at:
        return None
    if found["ny"] is not None:
        flags = frozenset({"V08"}) if found["sep"] in "-/" else frozenset[str]()
        if found["sep"] == "." and found["nd"] is None:
            flags = frozenset({"ambiguous"})
        moment = _day(int(found["ny"]), int(found["nm"]), int(found["nd"] or 0), flags)
    else:
        moment = _single(found)
    return _ended(text, found.end(), moment, period) if moment is not None else None


def _ended(text: str, at: int, moment: Moment, period: str) -> _Read | None:
    """What stands behind the moment: 前, 内, 起, and what is to be done."""
    mark = _MARK.match(text, at)
    name = (mark.lastgroup or "") if mark is not None else ""
    tail = text[mark.end() if mark is not None else at :]
    if not _TAIL.fullmatch(tail) or "百分之" in tail:
        return None
    if tail and name not in {"before", "until"} and not DOING.match(tail):
        return None
    if mark is not None and mark[0].startswith("底"):
        return None  # what ends with 底 is part of the moment
    return _Read(moment, name, tail, period)


def _finished(read: _Read, sign_word: re.Match[str] | None, subject: str, year: int | None) -> Indicator | None:
    moment, _, tail, period = read
    bounds = _bounds(moment, read.mark, "" if sign_word is None else "≤" if sign_word["le"] else "≥")
    if bounds is None:
        return None
    sign, start, end = bounds
    flags = set(moment.flags)
    if sign in {"=", "<"}:
        flags.add("implied" if sign == "=" else "ambiguous")  # before June may mean by its end
    if read.mark == "before":
        flags.discard("V08")
    if year is not None and not period:
        whole = (_in_year(start, year), _in_year(end, year) if start or end != _FEBRUARY else _last_of_february(year))
        if whole != (start, end):
            start, end = whole
            flags.add("budget_year")
    if start and end and start > end:
        return None
    return Indicator("", "time", sign, period=period, start=start, end=end, text=subject + tail, flags=frozenset(flags))


def _bounds(moment: Moment, mark: str, said: str) -> tuple[str, str, str] | None:
    """Sign, start and end, by the word before (不晚于) and the word behind (前, 起); None when they contradict each other."""
    if (mark, said) in {("before", "≥"), ("until", "≥"), ("from", "≤")}:
        return None
    if mark == "before":
        return "≤" if moment.exact else "<", "", moment.end
    if mark == "until" or said == "≤":
        return "≤", "", moment.end
    if not moment.start:
        return None  # February's end without a year is a limit and nothing else
    if mark == "from" or said == "≥":
        return "≥", moment.start, ""
    return "=", moment.start, moment.end


def _last_of_february(year: int) -> str:
    return f"{year}-02-{last_day(year, 2)}"


def _in_year(moment: str, year: int) -> str:
    if not moment.startswith(UNSAID) or moment.startswith("---") or moment == _QUARTER_END:
        return moment
    if moment == UNSAID:
        return str(year)
    return f"{year}-{moment.removeprefix(UNSAID)}"


def _year(text: str) -> int:
    return int(text.translate(YEAR_DIGITS))


def last_day(year: int | None, month: int) -> int:
    """The last day of a month; 0 for a February of no year."""
    if month != 2:
        return _DAYS[month - 1]
    if year is None:
        return 0
    return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28


def _day(year: int | None, month: int, day: int, flags: frozenset[str] = frozenset()) -> Moment | None:
    """A day, or a month for day 0; None for one that no calendar has."""
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if day > (last_day(year, month) or 29):
        return None
    front = UNSAID if year is None else f"{year}-"
    text = f"{front}{month:02}" + (f"-{day:02}" if day else "")
    return Moment(text, text, bool(day), flags)


def _single(found: re.Match[str]) -> Moment | None:
    """One moment from the groups of `_part`."""
    year = _year(found["y"]) if found["y"] else None
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    front = UNSAID if year is None else f"{year}-"
    if found["m"]:
        return _in_month(found, year, count_of(found["m"]))
    if found["q"] or found["qq"]:
        quarter = count_of(found["q"] or found["qq"])
        return (
            _day(year, quarter * 3, _DAYS[quarter * 3 - 1])
            if found["qend"]
            else Moment(f"{front}Q{quarter}", f"{front}Q{quarter}", exact=False)
        )
    if found["h"]:
        half = 1 if found["h"] == "上" else 2
        return (
            _day(year, half * 6, _DAYS[half * 6 - 1])
            if found["hend"]
            else Moment(f"{front}H{half}", f"{front}H{half}", exact=False)
        )
    if found["yend"]:
        # a bare 底 or 末 needs its year before it
        return _day(year, 12, 31) if len(found["yend"]) == 2 or found["y"] or found["this"] else None
    if found["y"] is None and found["this"] is None and found["whole"] in {None, "内", "年度"}:
        return None
    whole = UNSAID if year is None else str(year)
    return Moment(whole, whole, exact=False)


def _in_month(found: re.Match[str], year: int | None, month: int) -> Moment | None:
    if found["d"]:
        return _day(year, month, count_of(found["d"]))
    if not found["mend"] and not found["third"]:
        return _day(year, month, 0)
    last = last_day(year, month)
    if found["mend"]:
        # without a year nobody knows February's last day: 2月底前 is by the end of that month
        return _day(year, month, last) if last else Moment("", f"{UNSAID}{month:02}", exact=True)
    first, end = _THIRDS[found["third"]]
    one, two = _day(year, month, first), _day(year, month, end or last)
    return Moment(one.start, two.end, exact=True) if one and two and (end or last) else None


def _between(groups: dict[str, str | None]) -> Moment | None:
    """A stretch from the groups of `_RANGES`; what one side leaves out is the other's."""
    ya, yb = groups.get("ya"), groups.get("yb")
    year_a = _year(ya) if ya else None
    year_b = _year(yb) if yb else year_a
    if any(year is not None and not FIRST_YEAR <= year <= LAST_YEAR for year in (year_a, year_b)):
        return None
    if year_a is None and year_b is not None:
        return None
    if groups.get("qa"):
        fronts = [UNSAID if year is None else f"{year}-" for year in (year_a, year_b)]
        return Moment(
            f"{fronts[0]}Q{count_of(groups['qa'] or '')}", f"{fronts[1]}Q{count_of(groups['qb'] or '')}", exact=False
        )
    if groups.get("ma") is None:
        if groups.get("bare") and int(yb or 0) - int(ya or 0) > _LONGEST_PLAN:
            return None
        return Moment(str(year_a), str(year_b), exact=False)
    month_a = count_of(groups["ma"] or "")
    month_b = count_of(groups.get("mb") or "") if groups.get("mb") else month_a
    one = _day(year_a, month_a, count_of(groups.get("da") or "0") if groups.get("da") else 0)
    two = _day(year_b, month_b, count_of(groups.get("db") or "0") if groups.get("db") else 0)
    if one is None or two is None or one.exact != two.exact:
        return None
    return Moment(one.start, two.end, exact=False)


def show_time(value: Indicator) -> str:
    """2019年12月31日前, 每年12月31日前, 2019年1月~2019年12月, 2019年第4季度: what `parse_time` reads as the same value."""
    unsaid = "budget_year" in value.flags
    start, end = (_shown(moment, unsaid=unsaid) for moment in (value.start, value.end))
    dotted = "ambiguous" in value.flags and value.sign != "<"
    if dotted or "V08" in value.flags:
        start, end = (one.replace("-", ".") if dotted else one for one in (value.start, value.end))
    if value.sign in {"≤", "<"}:
        moment = _limit(value, f"{value.period}{end}")
    elif value.sign == "≥":
        moment = f"{value.period}{start}起"
    else:
        moment = value.period + (start if value.start == value.end else f"{start}~{end}")
    if DOING.match(value.text):
        return f"{moment}{value.text}"
    return f"{value.text}:{moment}" if value.text else moment


def _limit(value: Indicator, end: str) -> str:
    if value.sign == "<" or end.endswith("日") or value.end == _QUARTER_END:
        return f"{end}前"
    return f"不晚于{end}"


_ISO = re.compile(r"(?:(?P<y>[0-9]{4})|--)(?:-?(?:Q(?P<q>[1-4])|H(?P<h>[12])|(?P<m>[0-9]{2})(?:-(?P<d>[0-9]{2}))?))?")


def _shown(moment: str, *, unsaid: bool) -> str:
    if not moment or moment == _QUARTER_END:
        return "末" if moment else ""
    if moment.startswith("---"):
        return f"{int(moment[3:])}日"
    found = _ISO.fullmatch(moment)
    if found is None:
        raise ValueError(f"no moment {moment!r}")
    year = f"{found['y']}年" if found["y"] and not unsaid else ""
    if found["q"]:
        return f"{year}第{found['q']}季度"
    if found["h"]:
        return f"{year}{'上' if found['h'] == '1' else '下'}半年"
    if found["m"]:
        return f"{year}{int(found['m'])}月" + (f"{int(found['d'])}日" if found["d"] else "")
    return year or "本年度"
