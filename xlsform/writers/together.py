"""Files that belong together: all are written beside their places and verified before the first is put in place, in their order."""

from __future__ import annotations

import filecmp
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from xlsform.disk import TEMPORARY, flush_folder
from xlsform.writers.place import refuse_existing, written_beside


class Output(NamedTuple):
    """A file to be: its place, what writes it, and what looks at it before anybody else does."""

    path: Path
    write: Callable[[BinaryIO], object]
    verify: Callable[[Path], None] | None = None


class Staged(NamedTuple):
    """A file that stands whole and verified beside its place."""

    path: Path
    written: Path


def put_set_in_place(outputs: Sequence[Output], *, force: bool) -> tuple[Path, ...]:
    """All of them or none, until the first is put in place; gives the places they really got. See `stage` and `settle`."""
    return settle(stage(outputs), force=force)


def stage(outputs: Iterable[Output]) -> tuple[Staged, ...]:
    """Writes every file beside its place, on the disk and verified. What an interrupted run left there is removed first.

    Raises OSError when the disk is full or the place may not be written, and whatever the outputs raise; then nothing is left behind.
    Whoever calls keeps others from writing the same files.
    """
    staged: list[Staged] = []
    try:
        for output in outputs:
            clear_leftovers(output.path)
            staged.append(Staged(output.path, written_beside(*output)))
    except BaseException:
        discard(staged)
        raise
    return tuple(staged)


def settle(staged: Sequence[Staged], *, force: bool, exact: bool = False) -> tuple[Path, ...]:
    """Puts them in place, in their order; one whose place somebody has open goes beside it under the name of the day.

    exact: their very names are wanted, and PermissionError says that one is open. Raises UsageError when a place is taken by other bytes
    and not `force`; then nothing is left behind.
    """
    try:
        for one in staged:
            if not (one.path.is_file() and filecmp.cmp(one.path, one.written, shallow=False)):
                refuse_existing(one.path, force=force)
        places = tuple(_settled(one, exact=exact) for one in staged)
        for folder in {one.path.parent for one in staged}:
            flush_folder(folder)
    except BaseException:
        discard(staged)
        raise
    return places


def discard(staged: Iterable[Staged]) -> None:
    """Takes away what was written beside its place and never put there."""
    for one in staged:
        one.written.unlink(missing_ok=True)


def _settled(one: Staged, *, exact: bool) -> Path:
    if exact or not is_open(one.path):
        try:
            one.written.replace(one.path)
        except PermissionError:  # Windows: somebody has it open
            if exact or not one.path.is_file():
                raise
        else:
            return one.path
    beside = dated(one.path)
    one.written.replace(beside)
    return beside


def is_open(path: Path) -> bool:
    """Whether Excel (~$…), WPS (.~…) or LibreOffice has the file open, by the marks they leave beside it."""
    marks = (f"~${path.name}", f"~${path.name[2:]}", f".~{path.name}", f".~lock.{path.name}#")
    return path.exists() and any((path.parent / mark).exists() for mark in marks)


def dated(path: Path) -> Path:
    """区级汇总.xlsx → 区级汇总-20181130-091500.xlsx, a name that nothing has."""
    stem = f"{path.stem}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    free = (place for name in names if not (place := path.with_name(f"{name}{path.suffix}")).exists())
    return next(free)


def clear_leftovers(path: Path) -> None:
    """Takes away what an interrupted run left beside the place of a file. Whoever calls keeps others from writing it meanwhile."""
    for left in path.parent.iterdir():
        if left.name.startswith(f".{path.name}.") and left.name.endswith(TEMPORARY):
            left.unlink(missing_ok=True)
