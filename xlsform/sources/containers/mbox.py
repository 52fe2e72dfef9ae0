"""Mailbox files (mbox): many mails in one file, each behind a line “From …”. [RFC 4155, mboxrd]"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from xlsform.sources.containers.headers import date_of
from xlsform.sources.containers.pieces import Budget, Contents, Piece

_SEPARATOR: Final = re.compile(rb"From ([^\r\n]*)\r?\n(?=[!-9;-~]+[ \t]*:|>From )")
_DATED: Final = re.compile(rb"\d{1,2}:\d\d.*\b\d{4}\b")
_QUOTED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_DAY: Final = re.compile(
    rb"([A-Z][a-z]{2}) +([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d\d(?::\d\d)?)(?: +([+-]\d{4}|[A-Z]{3,4}))? +(\d{4})(?: +([+-]\d{4}))?"
)


class Place(NamedTuple):
    """Where a mail lies in a mailbox file; dated: the moment in its From line, "" when there is none."""

    start: int
    stop: int
    dated: str


def is_mbox(data: bytes | mmap.mmap) -> bool:
    """Whether the bytes begin with the line that separates mails."""
    return data[:5] == b"From " and _SEPARATOR.match(data) is not None


def places(data: bytes | mmap.mmap) -> Iterator[Place]:
    """Where the mails lie. A line of a text that looks like a separator is taken for one only where it is dated as the first one is."""
    lines = list(_separators(data))
    for at, (start, said, _) in enumerate(lines):
        stop = lines[at + 1][2] if at + 1 < len(lines) else len(data)
        yield Place(start, stop, _dated(said))


def _separators(data: bytes | mmap.mmap) -> Iterator[tuple[int, bytes, int]]:
    """(where the mail begins, what the line says, where the line begins)."""
    is_dated = None
    at = 0
    while at >= 0:
        line = _SEPARATOR.match(data, at)
        if line is not None:
            dated = _DATED.search(line[1]) is not None
            is_dated = dated if is_dated is None else is_dated
            if dated or not is_dated:
                yield line.end(), line[1], at
        at = data.find(b"\nFrom ", at) + 1 or -1


def mail_at(data: bytes | mmap.mmap, place: Place) -> bytes:
    """The mail as it was before it was put into the file: without the blank line behind it, quoted From lines as they were."""
    mail = data[place.start : place.stop]
    if mail.endswith(b"\n\n"):
        mail = mail[:-1]
    elif mail.endswith(b"\n\r\n"):
        mail = mail[:-2]
    return _QUOTED.sub(rb"\1", mail) if b"\n>" in mail or mail.startswith(b">") else mail


def contents(data: bytes, budget: Budget) -> Contents:
    """The mails of a mailbox file that lies in an archive."""
    return Contents(_pieces(data, budget))


def _pieces(data: bytes, budget: Budget) -> Iterator[Piece]:
    for number, place in enumerate(places(data), 1):
        mail = mail_at(data, place)
        name = mail_name(number)
        yield Piece(name, name, mail, is_mail=True).counted(budget)


def mail_name(number: int) -> str:
    """What a mail of a mailbox file is called, which gives it no name."""
    return f"邮件{number:05}.eml"


def _dated(said: bytes) -> str:
    """The moment in a From line: Tue Nov 20 09:12:00 2018, with or without a zone; without one it is taken as China's."""
    found = _DAY.search(said)
    if found is None:
        return ""
    _, month, day, time, before, year, behind = found.groups()
    return date_of(b" ".join((day, month, year, time, behind or before or b"")))
