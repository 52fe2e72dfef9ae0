"""原件 and 表格: files appear whole, once, under names that any disk takes, and are told from what somebody made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlsform.core.errors import UsageError
from xlsform.sources.inbox.store import DIGITS, clear_leftovers, keep, read_back, sha256_of, stored

DATA = b"what came"
HASH = sha256_of(DATA)


def test_the_same_content_is_stored_once_whatever_it_is_called(tmp_path: Path):
    first = keep(tmp_path, HASH, "区委办.xlsx", DATA, flush=True)
    assert keep(tmp_path, HASH, "区委办(1).xlsx", DATA, flush=True) == first == tmp_path / HASH[:DIGITS] / "区委办.xlsx"
    assert [(one.digits, one.path, one.size) for one in stored(tmp_path)] == [(HASH[:DIGITS], first, len(DATA))]
    assert read_back(first, HASH[:DIGITS]) == (HASH, DATA)
    assert [path.name for path in tmp_path.iterdir()] == [HASH[:DIGITS]], "nothing temporary is left"


def test_another_content_with_the_same_first_digits_is_told_apart(tmp_path: Path):
    """Sixteen digits are no proof: the place may hold what begins alike, or what somebody has changed."""
    other = tmp_path / HASH[:DIGITS] / "别的.xlsx"
    other.parent.mkdir()
    other.write_bytes(b"other bytes")
    kept = keep(tmp_path, HASH, "区委办.xlsx", DATA, flush=False)
    assert kept == tmp_path / HASH / "区委办.xlsx"
    assert keep(tmp_path, HASH, "区委办.xlsx", DATA, flush=False) == kept
    assert other.read_bytes() == b"other bytes"
    kept.write_bytes(b"changed")
    with pytest.raises(UsageError, match="改动"):
        keep(tmp_path, HASH, "区委办.xlsx", DATA, flush=False)


def test_a_file_that_was_changed_is_refused_by_name(tmp_path: Path):
    path = keep(tmp_path, HASH, "区委办.xlsx", DATA, flush=True)
    path.write_bytes(b"What came")
    with pytest.raises(UsageError, match=r"区委办\.xlsx 与收取时不同"):
        read_back(path, HASH)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\Windows\\x.xlsx",
        "CON.xlsx",
        "com1",
        "区委办\u202exslx.exe",
        "a\x00b\n.xlsx",
        "尾巴. . ",
        ".xlsx",
        "",
        "长" * 300 + ".xlsx",
        "😀" * 100,
        "\udcff.xlsx",
    ],
)
def test_no_name_is_a_path_or_a_trap(name: str, tmp_path: Path):
    path = keep(tmp_path / "原件", HASH, name, DATA, flush=False)
    assert path.parent == tmp_path / "原件" / HASH[:DIGITS]
    assert path.name.isprintable()
    assert len(path.name) <= 100
    assert len(path.name.encode()) <= 255
    assert not path.name.startswith(".")
    assert path.name == path.name.rstrip(". ")
    assert path.name.partition(".")[0].upper() not in {"CON", "COM1"}
    assert [one.path for one in stored(tmp_path / "原件")] == [path]


def test_what_was_half_written_is_no_file_and_goes(tmp_path: Path):
    (tmp_path / ".x1.tmp").write_bytes(b"half")
    (tmp_path / HASH[:DIGITS]).mkdir()
    assert list(stored(tmp_path)) == []
    clear_leftovers(tmp_path)
    assert not (tmp_path / ".x1.tmp").exists()
    assert keep(tmp_path, HASH, "区委办.xlsx", DATA, flush=True).read_bytes() == DATA
