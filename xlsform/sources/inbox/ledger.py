"""收件/台账.sqlite: an index of what came in, made wholly of 原件, 登记.jsonl, the roster and the form set. Deleted, it is made again.

All of its SQL stands here. Times are ISO texts in China's time zone; what has parts (letters, forms) is JSON.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from xlsform.core.inbox import Evidence, Letter
from xlsform.sources.names import Remark

LEDGER = "台账.sqlite"
VERSION = 1
"""Of the tables; a ledger of another version is made again."""
PATIENCE = 120.0
"""Seconds that one command waits for another to finish writing."""

_TABLES = {
    "arrivals": """\
CREATE TABLE arrivals ( -- 台账：到达的每个文件一行；没有文件的来件也有一行
  taken TEXT NOT NULL,       -- 收取时间
  came TEXT NOT NULL,        -- 来路：从哪里收取的
  thing TEXT NOT NULL,       -- 来件名称
  original TEXT NOT NULL,    -- 来件的 SHA-256，原件按它存放
  way TEXT NOT NULL,         -- 文件在来件里的位置
  dated TEXT NOT NULL,       -- 来件的日期（文件修改时间，或服务器收到邮件的时间）
  sent TEXT NOT NULL,        -- 发信时间
  sender TEXT NOT NULL,      -- 发信人邮箱
  sender_name TEXT NOT NULL, -- 发信人姓名
  subject TEXT NOT NULL,     -- 邮件主题
  mail_id TEXT NOT NULL,     -- 邮件编号（Message-ID）
  name TEXT NOT NULL,        -- 文件名（发来时的）
  sha256 TEXT NOT NULL,      -- 文件的 SHA-256
  form_set TEXT NOT NULL,    -- 表册
  forms TEXT NOT NULL,       -- 文件里的表
  department TEXT NOT NULL,  -- 部门
  how TEXT NOT NULL,         -- 部门凭什么认出
  outcome TEXT NOT NULL      -- 结果
)""",
    "originals": """\
CREATE TABLE originals ( -- 索引：原件
  original TEXT PRIMARY KEY, -- SHA-256
  path TEXT NOT NULL,        -- 在 收件 里的位置
  size INTEGER NOT NULL,     -- 字节数
  skipped INTEGER NOT NULL,  -- 略过的系统文件个数
  letters TEXT NOT NULL      -- 来件自身的信头
)""",
    "files": """\
CREATE TABLE files ( -- 索引：原件里的文件
  original TEXT NOT NULL, -- 原件的 SHA-256
  number INTEGER NOT NULL, -- 第几个
  inside TEXT NOT NULL,   -- 在原件里的位置，散装的文件为空
  name TEXT NOT NULL,     -- 文件名
  sha256 TEXT NOT NULL,   -- SHA-256
  letters TEXT NOT NULL,  -- 装着它的邮件，从里到外
  remarks TEXT NOT NULL,  -- 拆取时容忍了什么
  PRIMARY KEY (original, number)
)""",
    "contents": """\
CREATE TABLE contents ( -- 索引：文件内容，相同的只有一行
  sha256 TEXT PRIMARY KEY,
  path TEXT NOT NULL,      -- 在 收件 里的位置，打不开的为空
  reading TEXT NOT NULL,   -- 用什么读的（表样说明的指纹），还没有读为空
  form_set TEXT NOT NULL,  -- 表册
  named TEXT NOT NULL,     -- 表内部门名称
  issued_to TEXT NOT NULL, -- 下发标记里的部门
  forms TEXT NOT NULL,     -- 里面的表
  answered TEXT NOT NULL,  -- 其中填了的表
  summary INTEGER NOT NULL, -- 是否区级汇总表
  reason TEXT NOT NULL,    -- 读不了的原因
  params TEXT NOT NULL     -- 原因的细节
)""",
}


class Row(NamedTuple):
    """One line of the table `arrivals`, whose columns tell what each is."""

    taken: str
    came: str
    thing: str
    original: str
    way: str
    dated: str
    sent: str = ""
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    mail_id: str = ""
    name: str = ""
    sha256: str = ""
    form_set: str = ""
    forms: str = ""
    department: str = ""
    how: str = ""
    outcome: str = ""


class Item(NamedTuple):
    """A file in a thing that came in. inside: its way from the thing on, "" for the thing itself; remarks: as in `Found`."""

    inside: str
    name: str
    sha256: str
    letters: tuple[Letter, ...] = ()
    remarks: tuple[Remark, ...] = ()


class Thing(NamedTuple):
    """What is in an original. path: below 收件; size: in bytes; skipped: leftovers of systems in it; letters: its own, when it is a mail."""

    original: str
    path: str
    size: int
    skipped: int
    letters: tuple[Letter, ...]
    items: tuple[Item, ...]


class Reading(NamedTuple):
    """A content: path below 收件 ("" when it could not be taken out), what it was read with ("" when not yet), and what it says.

    What could not be opened is read with UNOPENED, whatever the form set.
    """

    path: str
    reading: str
    evidence: Evidence


UNOPENED = "-"


class Index(NamedTuple):
    """All that the ledger knows of the files: originals and contents by their SHA-256."""

    things: dict[str, Thing]
    contents: dict[str, Reading]


@contextmanager
def failures_told(inbox: Path) -> Iterator[None]:
    """What SQLite cannot do (locked too long, disk full, no right to write) as an OSError that names the ledger; nothing is broken then."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(None, f"台账写不了：{error}", str(inbox / LEDGER)) from error


def open_ledger(inbox: Path) -> sqlite3.Connection:
    """The ledger of the folder 收件, made when it is not there; one that is broken or of another version is emptied.

    It has no write-ahead log, which folders on a network do not bear.
    """
    path = inbox / LEDGER
    try:
        return _opened(path)
    except sqlite3.DatabaseError as error:
        # Locked too long, disk full, no right to write: nothing is broken.
        if isinstance(error, sqlite3.OperationalError):
            raise OSError(None, f"台账打不开：{error}", str(path)) from error
        for file in (path, path.with_name(f"{LEDGER}-journal")):
            file.unlink(missing_ok=True)
        return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        if _version(connection) != VERSION:
            with writing(connection):
                _make(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection) -> int:
    """Of the tables; 0 of a new ledger. Raises DatabaseError for a file that is broken or none of SQLite's."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version and connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("quick_check")
    return version


def _make(connection: sqlite3.Connection) -> None:
    if _version(connection) == VERSION:  # another command was faster
        return
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'DROP TABLE "{name}"')
    for table in _TABLES.values():
        connection.execute(table)
    connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, and nobody else writes meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def load(connection: sqlite3.Connection) -> Index:
    """The whole index."""
    items: dict[str, list[Item]] = {}
    for original, inside, name, sha256, letters, remarks in connection.execute(
        "SELECT original, inside, name, sha256, letters, remarks FROM files ORDER BY original, number"
    ):
        told = tuple((key, params) for key, params in json.loads(remarks))
        items.setdefault(original, []).append(Item(inside, name, sha256, _letters(letters), told))
    things = {
        original: Thing(original, path, size, skipped, _letters(letters), tuple(items.get(original, ())))
        for original, path, size, skipped, letters in connection.execute(
            "SELECT original, path, size, skipped, letters FROM originals"
        )
    }
    contents = {
        sha256: Reading(
            path,
            reading,
            Evidence(
                form_set,
                named,
                issued_to,
                frozenset(json.loads(forms)),
                frozenset(json.loads(answered)),
                bool(summary),
                reason,
                json.loads(params),
            ),
        )
        for sha256, path, reading, form_set, named, issued_to, forms, answered, summary, reason, params in (
            connection.execute("SELECT * FROM contents")
        )
    }
    return Index(things, contents)


def put_thing(connection: sqlite3.Connection, thing: Thing) -> None:
    """What is in an original, in place of what was known of it."""
    drop_things(connection, [thing.original])
    connection.execute(
        "INSERT INTO originals VALUES (?, ?, ?, ?, ?)",
        (thing.original, thing.path, thing.size, thing.skipped, _json(thing.letters)),
    )
    connection.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                thing.original,
                number,
                _text(one.inside),
                _text(one.name),
                one.sha256,
                _json(one.letters),
                _json(one.remarks),
            )
            for number, one in enumerate(thing.items)
        ],
    )


def drop_things(connection: sqlite3.Connection, originals: Iterable[str]) -> None:
    """Forgets originals with their files."""
    for original in originals:
        connection.execute("DELETE FROM files WHERE original = ?", (original,))
        connection.execute("DELETE FROM originals WHERE original = ?", (original,))


def add_contents(connection: sqlite3.Connection, contents: Mapping[str, Reading]) -> None:
    """Contents by their SHA-256. Of those that are there only the path is put in place of the old one: what they say stays."""
    connection.executemany(
        "INSERT INTO contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET path = excluded.path",
        [_content_row(sha256, reading) for sha256, reading in contents.items()],
    )


def put_readings(connection: sqlite3.Connection, contents: Mapping[str, Reading]) -> None:
    """What contents say, in place of what was known of them."""
    connection.executemany(
        "INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_content_row(sha256, reading) for sha256, reading in contents.items()],
    )


def _content_row(sha256: str, reading: Reading) -> tuple[str | bool, ...]:
    said = reading.evidence
    forms, answered = _json(sorted(said.forms)), _json(sorted(said.answered))
    whose = (said.form_set, _text(said.named), _text(said.issued_to))
    return (
        sha256,
        reading.path,
        reading.reading,
        *whose,
        forms,
        answered,
        said.summary,
        said.reason,
        _json(said.params),
    )


def drop_unused(connection: sqlite3.Connection) -> None:
    """Forgets contents that are in no original any more."""
    connection.execute("DELETE FROM contents WHERE sha256 NOT IN (SELECT sha256 FROM files)")


def put_rows(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Makes these the lines of `arrivals`; nothing is written when they are."""
    rows = [Row(*map(_text, row)) for row in rows]
    if rows_of(connection) == rows:
        return
    with writing(connection):
        connection.execute("DELETE FROM arrivals")
        connection.executemany(f"INSERT INTO arrivals VALUES ({', '.join('?' * len(Row._fields))})", rows)  # noqa: S608


def rows_of(connection: sqlite3.Connection) -> list[Row]:
    """The lines of `arrivals`, in their order."""
    return [Row(*row) for row in connection.execute("SELECT * FROM arrivals ORDER BY rowid")]


def _text(text: str) -> str:
    """Text that SQLite can hold: half a character is escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _json(value: object) -> str:
    return _text(json.dumps(value, ensure_ascii=False))


def _letters(text: str) -> tuple[Letter, ...]:
    return tuple(Letter(*parts) for parts in json.loads(text)) if text != "[]" else ()
