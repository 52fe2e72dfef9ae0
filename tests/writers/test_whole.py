"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlsform.core.errors import UsageError
from xlsform.writers.whole import whole_file


def test_what_was_written_is_there(tmp_path: Path):
    place = tmp_path / "问题清单.json"
    with whole_file(place, force=False) as out:
        out.write(b"new")
        assert not place.exists()
    assert place.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["问题清单.json"]


def test_a_fault_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    place = tmp_path / "a.json"
    place.write_bytes(b"old")
    with pytest.raises(RuntimeError), whole_file(place, force=True) as out:
        out.write(b"half")
        raise RuntimeError
    assert place.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize(("name", "sentence"), [("there.json", "--force"), (".", "文件夹"), ("none/a.json", "不存在")])
def test_places_that_cannot_be_written_are_refused_before_anything_is(tmp_path: Path, name: str, sentence: str):
    (tmp_path / "there.json").write_bytes(b"old")
    with pytest.raises(UsageError, match=sentence), whole_file(tmp_path / name, force=False):
        pytest.fail("the block must not begin")
    assert (tmp_path / "there.json").read_bytes() == b"old"


@pytest.mark.skipif(os.name != "posix", reason="file modes are posix")
def test_others_may_read_it_as_any_file(tmp_path: Path):
    (tmp_path / "ordinary").touch()
    with whole_file(tmp_path / "a", force=False):
        pass
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "ordinary").stat().st_mode
