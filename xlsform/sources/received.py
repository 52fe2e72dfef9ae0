"""What sources hand over: things as they came in, and the files found in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import NamedTuple

from xlsform.core.inbox import Letter
from xlsform.sources.names import Remark

CHINA = timezone(timedelta(hours=8))
"""The one time zone of the country: every moment is written in it, so that moments compare as texts."""


class Received(NamedTuple):
    """One thing as it came in: a mail, an archive or a loose file, never opened yet.

    name: as it was found, without folders; way: how it came, in words a clerk understands (文件夹 D:/邮件, 邮箱 a@b.cn/INBOX);
    dated: a moment (`moment`), when the file was last changed or the server took the mail, "" when nobody knows;
    key: by what its place knows it, so that it is not fetched again; "" where fetching costs nothing.
    """

    name: str
    way: str
    data: bytes
    dated: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A place with things in it. `count` is how many there are before any is read; items are read one at a time."""

    count: int
    items: Iterator[Received]


class Kind(Enum):
    """What a file found in a mail or an archive is. SKIPPED: a leftover of some system (__MACOSX, ~$…), counted and not kept;
    REFUSED: it cannot be opened, `Found.reason` says why.
    """

    FILE = "file"
    SKIPPED = "skipped"
    REFUSED = "refused"


class Found(NamedTuple):
    """One file in a thing that came in (the thing itself where it is a loose file).

    name: as sent, without folders, made fit for any disk (`names.safe`); way: names from the thing on as they were sent, folders of
    archives included, with / between (回复.eml/附件.zip/2019/区委办.xlsx), invisible characters written out;
    letters: the mails it travelled in, innermost first; reason: of a REFUSED file an E-… key of the catalogue's rejections, with params;
    remarks: what was tolerated, W-… keys of the catalogue with their params, as in `Book.remarks`.
    """

    name: str
    way: str
    data: bytes
    kind: Kind = Kind.FILE
    letters: tuple[Letter, ...] = ()
    reason: str = ""
    params: Mapping[str, str] = {}
    remarks: tuple[Remark, ...] = ()


def moment(when: datetime) -> str:
    """2018-11-20T09:12:00+08:00; a time without a zone is taken as China's."""
    aware = when.replace(tzinfo=CHINA) if when.tzinfo is None else when.astimezone(CHINA)
    return aware.isoformat(timespec="seconds")


def now() -> str:
    """The moment that it is."""
    return moment(datetime.now(CHINA))
