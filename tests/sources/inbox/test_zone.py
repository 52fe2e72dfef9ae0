"""The mark of files that came from outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlsform.sources.inbox.store import keep, sha256_of
from xlsform.sources.inbox.zone import carry_mark, mark_from_outside


def test_arrival_26_mark_of_the_web(tmp_path: Path):
    """On NTFS the stream is opened by this very name; elsewhere the same name is a file of its own, which shows what is written."""
    path = tmp_path / "区委办.xlsx"
    path.write_bytes(b"book")
    mark_from_outside(path, has_streams=True)
    assert Path(f"{path}:Zone.Identifier").read_bytes() == b"[ZoneTransfer]\r\nZoneId=3\r\n"
    assert path.read_bytes() == b"book"


def test_no_mark_where_there_are_no_streams(tmp_path: Path):
    path = tmp_path / "区委办.xlsx"
    path.write_bytes(b"book")
    mark_from_outside(path, has_streams=False)
    assert list(tmp_path.iterdir()) == [path]
    mark_from_outside(tmp_path / "no folder" / "a.xlsx", has_streams=True)  # a disk that knows no streams refuses them
    assert list(tmp_path.iterdir()) == [path]


def test_a_copy_is_marked_as_its_original_is(tmp_path: Path):
    marked, plain, copy = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.xlsx"))
    for path in (marked, plain, copy):
        path.write_bytes(b"book")
    mark_from_outside(marked, has_streams=True)
    stream = Path(f"{copy}:Zone.Identifier")
    carry_mark(plain, copy, has_streams=True)
    carry_mark(marked, copy, has_streams=False)
    assert not stream.exists()
    carry_mark(marked, copy, has_streams=True)
    assert stream.read_bytes() == Path(f"{marked}:Zone.Identifier").read_bytes()


@pytest.mark.skipif(os.name != "nt", reason="NTFS has the stream")
def test_the_mark_is_there_by_default_on_windows(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"book")
    mark_from_outside(path)
    assert Path(f"{path}:Zone.Identifier").read_bytes().endswith(b"ZoneId=3\r\n")


@pytest.mark.skipif(os.name != "nt", reason="NTFS has the stream")
def test_what_is_stored_bears_the_mark(tmp_path: Path):
    path = keep(tmp_path / "表格", sha256_of(b"book"), "区委办.xlsx", b"book", flush=False)
    assert Path(f"{path}:Zone.Identifier").read_bytes().endswith(b"ZoneId=3\r\n")
