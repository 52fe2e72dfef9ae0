"""One run at a time writes a file: whoever comes second is told who was first."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from xlsform.core.errors import UsageError
from xlsform.disk import try_lock


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Nobody else writes `path` meanwhile. A lock that a process of this computer left behind when it died does not count.

    The lock is a hidden file beside `path` that says host, process and time. Raises UsageError naming the run that has it.
    """
    lock = path.with_name(f".{path.name}.lock")
    file = _taken(lock)
    if file is None:
        raise UsageError(_refusal(path, lock, _holder(lock)))
    try:
        holder = _holder(lock)
        if holder.get("host", socket.gethostname()) != socket.gethostname():
            raise UsageError(_refusal(path, lock, holder))  # locks of the system need not reach over a network
        said = {
            "host": socket.gethostname(),
            "process": str(os.getpid()),
            "since": f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S}",
        }
        file.truncate(0)
        file.write(json.dumps(said, ensure_ascii=False).encode())
        file.flush()
        try:
            yield
        finally:
            _remove(lock, file)
    finally:
        file.close()


def _taken(lock: Path) -> BinaryIO | None:
    """The lock file, open and ours; None when somebody has it. One that its owner removed at this very moment is made anew."""
    while True:
        file = lock.open("a+b")
        try:
            if not try_lock(file):
                file.close()
                return None
            file.seek(0)
            mine, there = os.fstat(file.fileno()), lock.stat()
        except FileNotFoundError:
            file.close()
            continue
        except BaseException:
            file.close()
            raise
        if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino):
            return file
        file.close()


def _holder(lock: Path) -> dict[str, str]:
    """What the lock file says of its owner; {} when it says nothing yet."""
    try:
        said = json.loads(lock.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return {str(key): str(value) for key, value in said.items()} if isinstance(said, dict) else {}


def _refusal(path: Path, lock: Path, holder: dict[str, str]) -> str:
    host, process, since = (holder.get(key, "？") for key in ("host", "process", "since"))
    return (
        f"另一次汇总正在写 {path}（计算机 {host}，进程 {process}，{since} 开始），请等它结束；"
        f"如果它早已不在运行，请删除 {lock} 后重试"
    )


def _remove(lock: Path, file: BinaryIO) -> None:
    if sys.platform == "win32":
        file.close()  # what is open cannot be removed
    with suppress(FileNotFoundError, PermissionError):  # somebody has taken it already
        lock.unlink()
