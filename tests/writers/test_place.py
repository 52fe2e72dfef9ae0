"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import pytest

from xlsform.core.errors import UsageError, VerificationError
from xlsform.writers.place import put_files_in_place, put_in_place, refuse_taken


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


def test_files_come_into_their_folders_together_or_not_at_all(tmp_path: Path):
    out = tmp_path / "退回"
    names = ["甲/表.xlsx", "乙.xlsx"]

    def write(folder: Path) -> None:
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(name)

    put_files_in_place(out, names, write, force=False)
    (out / "别的.txt").write_text("留着")
    assert {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()} == {
        "甲/表.xlsx": "甲/表.xlsx",
        "乙.xlsx": "乙.xlsx",
        "别的.txt": "留着",
    }
    with pytest.raises(UsageError, match="已存在"):
        put_files_in_place(out, names, write, force=False)
    put_files_in_place(out, names, write, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["退回"]


def test_nothing_of_many_files_stays_when_one_fails(tmp_path: Path):
    def fail(folder: Path) -> None:
        (folder / "乙.xlsx").write_text("一半")
        raise OSError("满了")

    with pytest.raises(OSError, match="满了"):
        put_files_in_place(tmp_path / "退回", ["乙.xlsx"], fail, force=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("names", [["a.xlsx", "A.xlsx"], ["占.xlsx"], ["夹"]])
def test_names_that_are_one_or_taken_are_refused(tmp_path: Path, names: list[str]):
    (tmp_path / "占.xlsx").write_text("")
    (tmp_path / "夹").mkdir()
    with pytest.raises(UsageError):
        refuse_taken(tmp_path, names, force=False)
    for folder in (tmp_path / "占.xlsx", tmp_path / "没有" / "退回"):
        with pytest.raises(UsageError):
            refuse_taken(folder, ["b.xlsx"], force=True)
