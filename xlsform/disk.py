"""What is asked of the disk itself: that a file is there whole after a power cut, and that nobody else writes it meanwhile."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

TEMPORARY = ".tmp"
"""Ends the names of files that are not whole yet."""


def written_in(folder: Path, prefix: str, write: Callable[[BinaryIO], object]) -> Path:
    """A new file of its own in `folder`, hidden, for everybody to read, with what `write` writes flushed to the disk.

    Its name begins with `prefix` and ends with TEMPORARY. When `write` raises, nothing is left behind; OSError where the disk is full.
    """
    handle, name = tempfile.mkstemp(prefix=prefix, suffix=TEMPORARY, dir=folder)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        written.chmod(0o666 & ~_umask())  # mkstemp makes files that only their owner may read
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    return written


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def flush_folder(folder: Path) -> None:
    """Brings new names themselves to the disk, so that a power cut leaves the old file or the new one; Windows does so by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 40
    """Beyond the end of every file: Windows lets nobody else read what is locked."""

    def try_lock(file: BinaryIO) -> bool:
        """Locks the file unless somebody else has it locked; a process that dies lets go of it. Moves in the file."""
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def lock(file: BinaryIO) -> None:
        """As `try_lock`, and waits."""
        while True:
            file.seek(_FAR)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # tries for ten seconds
            except OSError as error:
                if error.errno != 36:  # EDEADLOCK: not got yet
                    raise
            else:
                return

    def unlock(file: BinaryIO) -> None:
        """Flushes the file and lets go of it."""
        file.flush()
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def try_lock(file: BinaryIO) -> bool:
        """Locks the file unless somebody else has it locked; a process that dies lets go of it. Moves in the file."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def lock(file: BinaryIO) -> None:
        """As `try_lock`, and waits."""
        fcntl.flock(file, fcntl.LOCK_EX)

    def unlock(file: BinaryIO) -> None:
        """Flushes the file and lets go of it."""
        file.flush()
        fcntl.flock(file, fcntl.LOCK_UN)
