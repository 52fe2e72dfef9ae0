"""A file appears whole or not at all: written beside its place, flushed to the disk, then put in place in one step."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from xlsform.core.errors import UsageError


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raises UsageError when `path` is a folder or lies in none, or exists and force is not given."""
    if path.is_dir():
        raise UsageError(f"{path} 是文件夹，请写出文件名")
    if not path.parent.is_dir():
        raise UsageError(f"文件夹 {path.parent} 不存在")
    if path.exists() and not force:
        raise UsageError(f"{path} 已存在；要覆盖请加 --force")


@contextmanager
def whole_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A stream whose bytes become `path` when the block ends well; otherwise nothing is left behind.

    Raises UsageError as `refuse_existing` does, OSError when the disk is full or the place may not be written.
    """
    refuse_existing(path, force=force)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _plain_mode(name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain_mode(name: str) -> None:
    """mkstemp makes files that only their owner may read; a report is an ordinary file."""
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)
