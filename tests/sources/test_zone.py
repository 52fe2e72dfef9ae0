"""The mark of files that came from outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlsform.sources.zone import mark_from_outside


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


@pytest.mark.skipif(os.name != "nt", reason="NTFS has the stream")
def test_the_mark_is_there_by_default_on_windows(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"book")
    mark_from_outside(path)
    assert Path(f"{path}:Zone.Identifier").read_bytes().endswith(b"ZoneId=3\r\n")
