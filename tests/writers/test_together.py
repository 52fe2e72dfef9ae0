"""Files that belong together: all whole before the first is in place; one that is open elsewhere goes beside its place."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from xlsform.core.errors import UsageError, VerificationError
from xlsform.writers.together import Output, discard, is_open, put_set_in_place, settle, stage


def says(text: str, out: BinaryIO) -> None:
    out.write(text.encode())


def wrong(path: Path) -> None:
    raise VerificationError(path.read_text())


def two(folder: Path, text: str) -> tuple[Output, Output]:
    return tuple(Output(folder / name, partial(says, text)) for name in ("甲.xlsx", "乙.xlsx"))  # type: ignore[return-value]


def test_all_are_there(tmp_path: Path):
    assert put_set_in_place(two(tmp_path, "new"), force=False) == (tmp_path / "甲.xlsx", tmp_path / "乙.xlsx")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"甲.xlsx": "new", "乙.xlsx": "new"}
    assert os.name == "nt" or (tmp_path / "甲.xlsx").stat().st_mode & 0o044, "others may read it as any file"


def test_one_that_fails_keeps_all_back(tmp_path: Path):
    (tmp_path / "甲.xlsx").write_text("old")
    first, second = two(tmp_path, "new")
    with pytest.raises(VerificationError):
        put_set_in_place((first, second._replace(verify=wrong)), force=True)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"甲.xlsx": "old"}


def test_other_bytes_are_not_overwritten_but_the_same_are_no_matter(tmp_path: Path):
    (tmp_path / "乙.xlsx").write_text("new")
    put_set_in_place(two(tmp_path, "new"), force=False)
    with pytest.raises(UsageError, match=r"甲\.xlsx 已存在"):
        put_set_in_place(two(tmp_path, "newer"), force=False)
    assert {path.read_text() for path in tmp_path.iterdir()} == {"new"}


@pytest.mark.parametrize("mark", ["~$甲.xlsx", ".~甲.xlsx", ".~lock.甲.xlsx#"])
def test_what_somebody_has_open_stays_and_the_new_one_goes_beside_it(tmp_path: Path, mark: str):
    (tmp_path / "甲.xlsx").write_text("old")
    (tmp_path / mark).touch()
    assert is_open(tmp_path / "甲.xlsx")
    places = put_set_in_place(two(tmp_path, "new"), force=True)
    assert (tmp_path / "甲.xlsx").read_text() == "old"
    assert [path.name[:3] for path in places] == ["甲-2", "乙.x"]
    assert {path.read_text() for path in places} == {"new"}


def test_windows_says_so_when_it_is_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "甲.xlsx").write_text("old")
    replace = os.replace

    def refused(source: str, to: str) -> None:
        if Path(to).name == "甲.xlsx":
            raise PermissionError(13, "in use", str(to))
        replace(source, to)

    monkeypatch.setattr(os, "replace", refused)
    places = put_set_in_place(two(tmp_path, "new"), force=True)
    assert (tmp_path / "甲.xlsx").read_text() == "old"
    assert [path.name[:3] for path in places] == ["甲-2", "乙.x"]
    staged = stage(two(tmp_path, "newer"))
    with pytest.raises(PermissionError):
        settle(staged, force=True, exact=True)
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]


def test_leftovers_of_a_run_that_was_killed_are_removed(tmp_path: Path):
    (tmp_path / ".甲.xlsx.abc.tmp").write_text("half")
    (tmp_path / ".丙.xlsx.abc.tmp").write_text("of another")
    discard(stage(two(tmp_path, "new")))
    assert [path.name for path in tmp_path.iterdir()] == [".丙.xlsx.abc.tmp"]
