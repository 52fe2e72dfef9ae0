"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from xlsform.core.errors import UsageError, VerificationError
from xlsform.writers.place import put_in_place


def new(out: BinaryIO) -> None:
    out.write(b"new")


def full_disk(out: BinaryIO) -> None:
    out.write(b"half")
    raise OSError(28, "No space left on device")


def wrong(path: Path) -> None:
    raise VerificationError(path.read_text())


def test_what_was_written_is_there(tmp_path: Path):
    place = tmp_path / "问题清单.json"
    put_in_place(
        place,
        new,
        lambda path: None if path.read_bytes() == b"new" and not place.exists() else wrong(path),
        force=False,
    )
    assert place.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize(("write", "verify", "error"), [(full_disk, None, OSError), (new, wrong, VerificationError)])
def test_a_fault_leaves_the_old_file_and_nothing_else(tmp_path: Path, write, verify, error):
    place = tmp_path / "a.json"
    place.write_bytes(b"old")
    with pytest.raises(error):
        put_in_place(place, write, verify, force=True)
    assert place.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize(("name", "sentence"), [("there.json", "--force"), (".", "文件夹"), ("none/a.json", "不存在")])
def test_places_that_cannot_be_written_are_refused_before_anything_is(tmp_path: Path, name: str, sentence: str):
    (tmp_path / "there.json").write_bytes(b"old")
    with pytest.raises(UsageError, match=sentence):
        put_in_place(tmp_path / name, lambda out: pytest.fail("written"), force=False)
    assert (tmp_path / "there.json").read_bytes() == b"old"


def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path):
    place = tmp_path / "a.json"
    with pytest.raises(UsageError, match="--force"):
        put_in_place(place, new, lambda path: place.touch(), force=False)
    assert place.read_bytes() == b""
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.skipif(os.name != "posix", reason="file modes are posix")
def test_others_may_read_it_as_any_file(tmp_path: Path):
    (tmp_path / "ordinary").touch()
    put_in_place(tmp_path / "a", new, force=False)
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "ordinary").stat().st_mode
