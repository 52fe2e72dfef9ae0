"""What the disk is asked for: whole files, and locks that only one has."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from xlsform.disk import TEMPORARY, flush_folder, try_lock, unlock, written_in


def test_a_file_is_there_whole_and_hidden(tmp_path: Path):
    path = written_in(tmp_path, ".a.xlsx.", lambda out: out.write(b"book"))
    assert path.read_bytes() == b"book"
    assert path.name.startswith(".a.xlsx.")
    assert path.suffix == TEMPORARY
    flush_folder(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_others_may_read_it_as_any_new_file(tmp_path: Path):
    (tmp_path / "usual").write_bytes(b"")
    path = written_in(tmp_path, ".", lambda out: out.write(b"book"))
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "usual").stat().st_mode)


def test_what_could_not_be_written_leaves_nothing(tmp_path: Path):
    def fail(out: BinaryIO) -> None:
        out.write(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        written_in(tmp_path, ".", fail)
    assert list(tmp_path.iterdir()) == []


def test_one_at_a_time_has_a_file_locked(tmp_path: Path):
    path = tmp_path / "lock"
    with path.open("a+b") as mine, path.open("a+b") as theirs:
        assert try_lock(mine)
        assert not try_lock(theirs)
        unlock(mine)
        assert try_lock(theirs)
