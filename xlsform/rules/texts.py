"""Checks of how texts are worded: left-over examples, copies, length, numbering, and the same text again and again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from xlsform.core.kinds import number_of
from xlsform.core.labels import without_space
from xlsform.core.spec import Prose
from xlsform.rules.asking import OWNER, Asked, Probe, each, filled, series, speak, words
from xlsform.rules.verdict import Said, called

if TYPE_CHECKING:
    from xlsform.rules.asking import Column, Frame


def length(asked: Asked) -> Iterator[Probe]:
    """At least `min` and at most `max` characters, white space not counted."""
    least, most = (asked.number(name) for name in ("min", "max"))
    for key in asked.check.fields:
        if least is not None:
            test = partial(each, judge=partial(_has, least))
            yield Probe(key, (key,), test, partial(speak, asked, key, "short"))
        if most is not None:
            test = partial(each, judge=partial(_has_no_more_than, most))
            yield Probe(key, (key,), test, partial(speak, asked, key, "long"))


def _has(least: int, text: str) -> bool:
    return len(without_space(text)) >= least


def _has_no_more_than(most: int, text: str) -> bool:
    return len(text) <= most or len(without_space(text)) <= most


SAMPLES = re.compile(
    r"(?<![A-Za-z])(?:[XxＸｘ]{2,}|[×○●]{2,})(?![A-Za-z])|该指标仅用于|仅用于解释说明|（部门名称）|[（(]?(?:填写)?(?:示例|样例|例子)[）)：:]"
    r"|^(?:请填写|请在此|此处填写|点击输入)"
)
_TRACES = (
    "XX",
    "xx",
    "ＸＸ",
    "ｘｘ",
    "Xx",
    "××",
    "○○",
    "●●",
    "仅用于",
    "（部门名称）",
    "示例",
    "样例",
    "例子",
    "请填写",
    "请在此",
    "此处填写",
    "点击输入",
)


def sample_text(asked: Asked) -> Iterator[Probe]:
    """No text of the instructions' examples is left: XX, 该指标仅用于解释说明…, an item “指标1：” that says nothing."""

    def test(column: Column) -> Column:
        whole = "\0".join({data for data in column.tolist() if isinstance(data, str)})
        if not any(trace in whole for trace in _TRACES):  # one search over all departments instead of one a cell
            return series(column, [True] * len(column))
        return column.map(lambda data: not isinstance(data, str) or SAMPLES.search(data) is None).astype(bool)

    for key in asked.check.fields:
        yield Probe(key, (key,), test, partial(_speak_sample, asked, key))
    if isinstance(asked.region, Prose) and "name" in asked.check.fields:
        yield _empty_items(asked, asked.region.word)


def _speak_sample(asked: Asked, key: str, row: int) -> Said:
    text = asked.value(row, key).text
    return Said("", text, params={"text": text})


def _empty_items(asked: Asked, word: str) -> Probe:
    """Items without text beside items that have one (a block without any is what C05 asks about)."""

    def test(frame: Frame) -> Column:
        said = filled(frame["name"]) | filled(frame["value"])
        return said | ~said.groupby(frame[OWNER]).transform("any")

    def say(row: int) -> Said:
        text = f"{word}{asked.records[row].data('no')}："
        return Said("", text, params={"text": text})

    return Probe("", ("name", "value"), test, say)


def not_copied(asked: Asked) -> Iterator[Probe]:
    """The text is not, but for white space, that of one of the fields named by `of`."""
    models = words(asked.check, "of")

    @cache
    def plain() -> Sequence[tuple[int, Mapping[str, str]]]:
        """The texts that may have been copied, by row, and the length of the shortest: folded once for all columns."""
        folded = [
            {model: without_space(str(data)) for model in models if (data := record.data(model)) is not None}
            for record in asked.records
        ]
        return [(min(map(len, goals.values()), default=0), goals) for goals in folded]

    def test(key: str, column: Column) -> Column:
        right = [
            text is None
            or len(text) < shortest
            or not any(model != key and copied == without_space(text) for model, copied in goals.items())
            for (shortest, goals), text in zip(plain(), column.tolist(), strict=True)
        ]
        return series(column, right)

    for key in asked.check.fields:
        yield Probe(key, (key, *models), partial(test, key), partial(speak, asked, key, ""))


_MARK = re.compile(
    r"(?:^|[\n。；;：:])\s*(?:(?P<plain>[0-9０-９]{1,2})(?:、|[.．](?![0-9０-９]))|[（(](?P<round>[0-9０-９]{1,2})[)）]"
    r"|(?P<han>[一二三四五六七八九十]{1,3})、|[（(](?P<inner>[一二三四五六七八九十]{1,3})[)）])"
)


def items(asked: Asked) -> Iterator[Probe]:
    """Items that a text numbers (1、 2、 …; 一、; （1）; （一）) run from the first without gap or repeat; each style for itself, and from
    the first again below an item of another style.
    """
    for key in asked.check.fields:
        test = partial(each, judge=_runs)
        yield Probe(key, (key,), test, partial(_speak_items, asked, key))


_SIGNS = re.compile("[、.．)）]")
_SEVERAL = re.compile(r"[0-9０-９]{1,2}、[0-9０-９]{1,3}(?![0-9０-９年])")
"""3、4号楼: two numbers side by side, which are no items."""


def _runs(text: str) -> bool:
    return _SIGNS.search(text) is None or _SEVERAL.search(text) is not None or _misnumbered(text) is None


def _misnumbered(text: str) -> tuple[int, int] | None:
    """The first number that does not follow, and what should stand there; a text with a single number has no items."""
    marks = [
        (style, _numeral(found[style])) for found in _MARK.finditer(text) if (style := found.lastgroup) is not None
    ]
    if len(marks) < 2:
        return None
    last: dict[str, int] = {}
    before = ""
    for style, number in marks:
        due = last.get(style, 0) + 1
        if number != due and not (number == 1 and before != style):
            return number, due
        last[style], before = number, style
    return None


def _numeral(text: str) -> int:
    return int(text) if text.isdecimal() else number_of(text) or 0


def _speak_items(asked: Asked, key: str, row: int) -> Said:
    found = _misnumbered(asked.value(row, key).text)
    got, due = found if found is not None else ("", "")
    return speak(asked, key, "", row)._replace(got=str(got), expected=str(due))


def repeated(asked: Asked) -> Iterator[Probe]:
    """No text of `min` or more characters stands in the same column of several records; one finding a text, where it stands again."""
    for key in asked.check.fields:
        yield _repeated(asked, key, asked.number("min") or 1)


def _repeated(asked: Asked, key: str, least: int) -> Probe:
    counts: dict[int, int] = {}  # in the closure: what a partial holds, pandera copies

    def test(column: Column) -> Column:
        groups: dict[tuple[int, str], list[int]] = defaultdict(list)
        for row, (own, text) in enumerate(zip(asked.owners, column, strict=True)):
            if text is not None and len(text) >= least and len(plain := without_space(text)) >= least:
                groups[own, plain].append(row)
        counts.update({rows[1]: len(rows) for rows in groups.values() if len(rows) > 1})
        return series(column, [row not in counts for row in range(len(column))])

    def say(row: int) -> Said:
        text = asked.value(row, key).text
        return Said("", text, params={"text": text, "k": str(counts[row])})

    return Probe(key, (key,), test, say)


def unique_across(asked: Asked) -> Iterator[Probe]:
    """The fields together, of `min` or more characters, are said by one department only; every department but the first fails.

    Not asked where single files are looked at (`Setting.seen` is None).
    """
    keys, seen = asked.check.fields, asked.setting.seen
    least = asked.number("min") or 1
    if seen is None:
        return
    others: dict[int, str] = {}

    def test(frame: Frame) -> Column:
        plain = cache(without_space)
        columns = [frame[key] for key in keys]
        for row, parts in enumerate(zip(*columns, strict=True)):
            if None in parts:
                continue
            said = tuple(plain(str(part)) for part in parts)
            department = asked.department(row)
            if sum(map(len, said)) >= least:
                first = seen.setdefault((asked.check.code, asked.region.id, keys, said), department)
                if first != department:
                    others[row] = first
        return series(frame, [row not in others for row in range(len(frame))])

    def say(row: int) -> Said:
        record = asked.records[row]
        text = "/".join(asked.value(row, key).text for key in keys)
        params = {"name": called(record), "other": others[row], "text": text}
        return Said("", asked.value(row, keys[-1]).text, params=params, field=keys[-1])

    yield Probe("", keys, test, say)
