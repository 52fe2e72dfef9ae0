"""收件/台账.sqlite: what is put in comes out, and a ledger that is broken or of another time is begun anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from xlsform.core.inbox import Evidence, Letter
from xlsform.sources.inbox.ledger import (
    LEDGER,
    UNOPENED,
    Item,
    Reading,
    Row,
    Thing,
    add_contents,
    drop_things,
    drop_unused,
    load,
    open_ledger,
    put_readings,
    put_rows,
    put_thing,
    rows_of,
    writing,
)

LETTER = Letter("qwb@example.cn", "张三", "申报表", "1@example.cn", "2018-11-20T09:00:00+08:00")
ITEMS = (
    Item("/区委办.xlsx", "区委办.xlsx", "b" * 64, (LETTER, LETTER), (("W-UNNAMED", {"name": "x"}),)),
    Item("/半\udc80.pdf", "半\udc80.pdf", "c" * 64),
)
THING = Thing("a" * 64, "原件/aaaaaaaaaaaaaaaa/1.eml", 1234, 2, (), ITEMS)
SAID = Reading(
    "表格/x/区委办.xlsx", "f" * 32, Evidence("2019", "区委办", "区委办本级", frozenset({"a", "b"}), frozenset({"a"}))
)
NOT_READ = Reading("表格/x/区委办.xlsx", "", Evidence(""))
REFUSED = Reading("", UNOPENED, Evidence("", reason="E-ARCHIVE", params={"found": "RAR 压缩包"}))
ROW = Row("t", "文件夹", "1.eml", "a" * 64, "1.eml/区委办.xlsx", "", outcome="采用")


def test_what_is_put_in_comes_out(tmp_path: Path):
    with closing(open_ledger(tmp_path)) as ledger:
        with writing(ledger):
            put_thing(ledger, THING)
            put_thing(ledger, THING)
            add_contents(ledger, {"b" * 64: NOT_READ, "c" * 64: REFUSED, "d" * 64: REFUSED})
            put_readings(ledger, {"b" * 64: SAID})
            add_contents(ledger, {"b" * 64: NOT_READ})
            drop_unused(ledger)
        index = load(ledger)
    first, second = index.things[THING.original].items
    assert first == ITEMS[0]
    assert second.name == "半\\udc80.pdf", "SQLite holds no half characters"
    assert index.contents == {"b" * 64: SAID, "c" * 64: REFUSED}
    with closing(open_ledger(tmp_path)) as ledger, writing(ledger):
        drop_things(ledger, [THING.original])
        drop_unused(ledger)
        assert load(ledger) == ({}, {})


def test_lines_that_are_there_are_not_written_again(tmp_path: Path):
    path = tmp_path / LEDGER
    with closing(open_ledger(tmp_path)) as ledger:
        put_rows(ledger, [ROW, ROW._replace(outcome="内容重复")])
        before = path.read_bytes()
        put_rows(ledger, [ROW, ROW._replace(outcome="内容重复")])
        assert path.read_bytes() == before
        put_rows(ledger, [ROW])
        assert rows_of(ledger) == [ROW]


def test_what_fails_half_way_leaves_nothing(tmp_path: Path):
    with closing(open_ledger(tmp_path)) as ledger:
        with pytest.raises(KeyboardInterrupt), writing(ledger):  # noqa: PT012 - what was done before must be undone
            put_thing(ledger, THING)
            raise KeyboardInterrupt
        assert load(ledger).things == {}


def test_a_broken_ledger_is_begun_anew(tmp_path: Path):
    for broken in (b"no database at all, but long enough to be one" * 100, b"SQLite format 3\0" + b"\xff" * 5000):
        (tmp_path / LEDGER).write_bytes(broken)
        with closing(open_ledger(tmp_path)) as ledger:
            assert load(ledger) == ({}, {})


def test_a_page_that_was_spoilt_is_noticed(tmp_path: Path):
    with closing(open_ledger(tmp_path)) as ledger, writing(ledger):
        for number in range(200):
            put_thing(ledger, THING._replace(original=f"{number:064}"))
    data = bytearray((tmp_path / LEDGER).read_bytes())
    data[8192:16384] = bytes(8192)
    (tmp_path / LEDGER).write_bytes(data)
    with closing(open_ledger(tmp_path)) as ledger:
        assert load(ledger) == ({}, {})


def test_a_ledger_of_another_version_is_begun_anew(tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / LEDGER)) as other:
        other.execute("CREATE TABLE arrivals (x)")
        other.execute("CREATE TABLE sums (y)")
        other.execute("PRAGMA user_version = 99")
    with closing(open_ledger(tmp_path)) as ledger:
        assert load(ledger) == ({}, {})
        names = {name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names == {"arrivals", "originals", "files", "contents"}


def test_every_column_says_in_chinese_what_it_holds(tmp_path: Path):
    with closing(open_ledger(tmp_path)) as ledger:
        (table,) = ledger.execute("SELECT sql FROM sqlite_master WHERE name = 'arrivals'").fetchone()
    lines = table.splitlines()[1:-1]
    assert len(lines) == len(Row._fields)
    for field, line in zip(Row._fields, lines, strict=True):
        assert line.split()[0] == field
        assert not line.rpartition("-- ")[2].isascii()
