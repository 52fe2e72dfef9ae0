"""The files of an inbox, each below the first digits of its content's SHA-256: 原件 as they came, 表格 as they were taken out of those.

A file appears whole or not at all and is never written again. What is read back is what was stored, or it is refused by name.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path
from typing import NamedTuple

from xlsform.core.errors import UsageError
from xlsform.disk import TEMPORARY, flush_folder, written_in
from xlsform.sources.inbox.zone import mark_from_outside
from xlsform.sources.names import safe

ORIGINALS, TABLES = "原件", "表格"
DIGITS = 16
"""Of a SHA-256, in the name of a folder; all 64 where two contents begin alike."""

CHANGED = (
    "与收取时不同，可能被改动过；要采用改动后的文件，请把它移到 收件 再收取，否则请把它删除（原件删除后要重新收取）"
)
"""What is said of a stored file that is not what it was."""


class Stored(NamedTuple):
    """A file in the store, and its size in bytes; digits: the name of its folder, with which its content's SHA-256 begins."""

    digits: str
    path: Path
    size: int


def sha256_of(data: bytes) -> str:
    """The hexadecimal SHA-256, by which a content is known."""
    return hashlib.sha256(data).hexdigest()


def keep(folder: Path, sha256: str, name: str, data: bytes, *, flush: bool) -> Path:
    """Stores a content below `folder` (原件 or 表格) and gives its place; one that is there is not written again.

    flush: bring also its name to the disk, so that a power cut cannot take the file; what can be made again needs none. A place that
    some other content has is left to it, and all digits of the hash name the folder. Raises OSError where the disk is full, UsageError
    when both places are taken: somebody has changed the files in them.
    """
    for digits in (sha256[:DIGITS], sha256):
        place = folder / digits
        there = _file_in(place)
        if there is None:
            return _write(folder, place / stored_name(name), data, flush=flush)
        if there.size == len(data) and sha256_of(there.path.read_bytes()) == sha256:
            return there.path
    raise UsageError(f"{folder / sha256} 里的文件被改动过，存不下新的；请把它移走")


def read_back(path: Path, digits: str) -> tuple[str, bytes]:
    """The SHA-256 of a stored file, which begins with these digits, and its content.

    Raises UsageError when it is not the one that was stored; OSError when it cannot be read.
    """
    data = path.read_bytes()
    sha256 = sha256_of(data)
    if not sha256.startswith(digits):
        raise UsageError(f"{path} {CHANGED}")
    return sha256, data


def stored(folder: Path) -> Iterator[Stored]:
    """All files in the store, in the order of their hashes."""
    if folder.is_dir():
        for place in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if place.is_dir() and (there := _file_in(Path(place.path))) is not None:
                yield there


def clear_leftovers(folder: Path) -> None:
    """Takes away what an interrupted run has left half written. Whoever calls keeps others from writing meanwhile."""
    for left in folder.glob(f".*{TEMPORARY}"):
        left.unlink(missing_ok=True)


def _file_in(place: Path) -> Stored | None:
    """The file in a folder of the store."""
    try:
        with os.scandir(place) as entries:
            files = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Stored(place.name, place / files[0].name, files[0].stat().st_size) if files else None


def stored_name(name: str) -> str:
    """Under what name a file is stored that came as `name`."""
    fit = safe(name) or "未命名"
    return f"_{fit}" if fit.startswith(".") else fit


def _write(folder: Path, path: Path, data: bytes, *, flush: bool) -> Path:
    """Writes beside the folders and moves into place, so that a folder never holds a file that is not whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = written_in(folder, ".", methodcaller("write", data))
    try:
        mark_from_outside(written)
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    if flush:
        flush_folder(path.parent)
        flush_folder(folder)
    return path
