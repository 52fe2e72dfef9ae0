"""Files and folders as a source of returns: what is to be read, in an order that does not depend on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from xlsform.core.errors import UsageError

NOT_RETURNS = frozenset(
    {".md", ".txt", ".json", ".jsonl", ".yaml", ".yml", ".log", ".tmp", ".py", ".ini", ".db", ".lnk"}
)
"""Suffixes of files beside the returns that nobody means as a return; every other file in a folder is read or reported."""

ROSTER_NAMES = ("departments.xlsx", "departments.csv")
"""The roster, when it lies in the folder of the returns."""


class ReturnFile(NamedTuple):
    """A file to be read as a return: the name under which findings know it, and where it lies.

    department: whose it is, where that was settled before (an inbox), else ""; forms: the only forms of it that count, None for all.
    """

    name: str
    path: Path
    department: str = ""
    forms: frozenset[str] | None = None


def return_files(paths: Sequence[Path]) -> tuple[ReturnFile, ...]:
    """The files named, and all files below the folders named, each once. Raises UsageError for a path that is not there.

    Lock files and leftovers of the system (~$…, .~…, dot files, Thumbs.db, __MACOSX) are passed over,
    and so is the roster.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(_below(path)):
                found.setdefault(file.resolve(), file.relative_to(path).as_posix())
        elif path.exists():
            found.setdefault(path.resolve(), path.name)
        else:
            raise UsageError(f"找不到 {path}")
    return tuple(ReturnFile(name, path) for path, name in sorted(found.items(), key=lambda item: (item[1], item[0])))


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "~$", "__MACOSX")) for part in parts) or path.suffix.lower() in NOT_RETURNS:
            continue
        if path.name in ROSTER_NAMES:
            continue
        if path.is_file():
            yield path
