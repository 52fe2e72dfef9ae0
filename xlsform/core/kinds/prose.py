"""Text blocks of numbered items, “指标N：名称：值”, one a line: taken apart into items and put together again.

`parse_items(show_items(items, word), word) == items` holds for every list of items in which
- a name has no leading or trailing white space and no blank line; no line of it looks like the head of an item (“指标3：”) nor, where
  no item is numbered, like “3、”;
- a value is one line without leading or trailing white space, without a colon outside of digits (8:30), and is at most one sentence;
- a name without value has no colon that could end it and no percentage at its end (that would be its value);
- items without number come first, each on one line and not empty.
Every list that `parse_items` gives lies in this domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from xlsform.core.kinds.serial import FULL_WIDTH, number_of


class Item(NamedTuple):
    """One item: its printed number (None: none stood there), its name whole, the value that stood at its right end."""

    no: int | None
    name: str
    value: str | None


NUMERAL = r"[0-9０-９]{1,4}|[一二三四五六七八九十百零]{1,7}"
BARE = re.compile(
    r"[ \t\u3000\u00a0]*[(（]?(?P<no>[0-9０-９]{1,3})(?:[)）、．]|\.(?![0-9０-９]))(?P<body>.*)", re.DOTALL
)
COLON = re.compile(r"(?<![0-9０-９])[：:]|[：:](?![0-9０-９])")
SHARE = re.compile(
    r"(?:[≥≤≧≦＞＜＝><=]|不低于|不少于|不高于|不超过|达到|至少)? *[-−－+＋]?"
    r"(?:[0-9０-９][0-9０-９.．]* *[%％‰]? *[-—–~～至到] *)?[0-9０-９][0-9０-９.．]* *[%％‰](?:以上|以下|以内|左右)?$"
)


@lru_cache(maxsize=64)
def _head(word: str) -> re.Pattern[str]:
    return re.compile(
        rf"[ \t\u3000\u00a0]*{re.escape(word)}[ \u3000]*(?P<no>{NUMERAL})[ \u3000]*(?:[：:、．.]|[ \u3000]|$)(?P<body>.*)",
        re.DOTALL,
    )


@lru_cache(maxsize=64)
def _inline(word: str) -> re.Pattern[str]:
    return re.compile(
        rf"[；;。]?[ \u3000]*(?<=[；;。 \u3000])(?={re.escape(word)}[ \u3000]*(?:{NUMERAL})[ \u3000]*[：:])"
    )


def parse_items(text: str, word: str = "指标") -> tuple[Item, ...]:
    """The items of a block, in order. Lines without number behind an item belong to it (joined by a line break).

    Where no line carries `word`, lines numbered 1、 2、 … are items; where there are none of these either, every line is one.
    """
    head = _head(word)
    lines = [
        part
        for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for part in _inline(word).split(line)
        if part and not part.isspace()
    ]
    if not any(head.fullmatch(line) for line in lines):
        head = BARE
    return tuple(_items(lines, head))


def _items(lines: Iterable[str], head: re.Pattern[str]) -> Iterator[Item]:
    no: int | None = None
    body: list[str] = []
    for line in lines:
        start = head.fullmatch(line)
        if start is None and no is not None:
            body.append(line)
            continue
        if no is not None:
            yield _item(no, "\n".join(body))
            no = None
        if start is None:
            yield _item(None, line)
        else:
            no, body = _number(start["no"]), [start["body"]]
    if no is not None:
        yield _item(no, "\n".join(body))


def _number(text: str) -> int:
    digits = text.translate(FULL_WIDTH)
    return int(digits) if digits.isdecimal() else number_of(digits) or 0


def _item(no: int | None, body: str) -> Item:
    body = body.strip()
    at = _last_colon(body)
    if at >= 0:
        value = body[at + 1 :].strip()
        if not value:  # a colon with nothing behind it
            name = body.rstrip("：: \t\n\u3000\u00a0")
            return _item(no, name) if name else Item(no, body if no is None else "", None)
        if "\n" not in value and not re.search("[。；;](?!$)", value):
            return Item(no, body[:at].rstrip(), value)
        return Item(no, body, None)
    share = SHARE.search(body)
    if share is not None and share.start() > 0:
        return Item(no, body[: share.start()].rstrip(), share[0].strip())
    return Item(no, body, None)


def _last_colon(body: str) -> int:
    at = -1
    for match in COLON.finditer(body):
        at = match.start()
    return at


def show_items(items: Iterable[Item], word: str = "指标") -> str:
    """The block, one item a line, with full-width colons."""
    return "\n".join(_line(item, word) for item in items)


def _line(item: Item, word: str) -> str:
    front = "" if item.no is None else f"{word}{item.no}："
    if item.value is None:
        return f"{front}{item.name}"
    gap = (
        " " if item.name[-1:].isdecimal() and item.value[:1].isdecimal() else ""
    )  # else 覆盖率2：30% would read as a ratio
    return f"{front}{item.name}：{gap}{item.value}"
