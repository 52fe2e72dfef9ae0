"""A file appears whole or not at all: written beside its place, flushed to the disk, verified, then put in place in one step."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from xlsform.core.errors import UsageError
from xlsform.disk import flush_folder, written_in


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raises UsageError when `path` is a folder or lies in none, or exists and force is not given."""
    if path.is_dir():
        raise UsageError(f"{path} 是文件夹，请写出文件名")
    if not path.parent.is_dir():
        raise UsageError(f"文件夹 {path.parent} 不存在")
    if path.exists() and not force:
        raise UsageError(f"{path} 已存在；要覆盖请加 --force")


def put_in_place(
    path: Path, write: Callable[[BinaryIO], object], verify: Callable[[Path], None] | None = None, *, force: bool
) -> None:
    """What `write` writes becomes `path`, once `verify` has looked at it and raised nothing. Otherwise nothing is left behind.

    Raises UsageError as `refuse_existing` does (also when the file appeared meanwhile), OSError when the disk is full or the
    place may not be written, and whatever `write` and `verify` raise.
    """
    refuse_existing(path, force=force)
    written = written_beside(path, write, verify)
    try:
        refuse_existing(path, force=force)
        written.replace(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def written_beside(
    path: Path, write: Callable[[BinaryIO], object], verify: Callable[[Path], None] | None = None
) -> Path:
    """A file that stands whole and verified beside its place, under a hidden name. When `write` or `verify` raises,
    nothing is left behind.
    """
    written = written_in(path.parent, f".{path.name}.", write)
    try:
        if verify is not None:
            verify(written)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    return written


def refuse_homeless(folder: Path) -> None:
    """Raises UsageError when `folder` is a file or lies nowhere."""
    if folder.is_file():
        raise UsageError(f"{folder} 是文件，这里要文件夹")
    if not folder.parent.is_dir():
        raise UsageError(f"文件夹 {folder.parent} 不存在")


def refuse_filled(folder: Path, *, force: bool) -> None:
    """Raises UsageError when `folder` is a file or lies nowhere, or holds something and force is not given."""
    refuse_homeless(folder)
    if folder.is_dir() and not force and any(folder.iterdir()):
        raise UsageError(f"{folder} 已存在；要覆盖请加 --force")


def put_folder_in_place(folder: Path, write: Callable[[Path], None], *, force: bool) -> None:
    """The files that `write` writes into an empty folder become those of `folder`, once all are there.

    With force, files of the same names are replaced and others stay. Raises as `refuse_filled` does, and what `write` raises.
    """
    refuse_filled(folder, force=force)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent) as name:
        write(Path(name))
        refuse_filled(folder, force=force)
        folder.mkdir(exist_ok=True)
        for file in sorted(Path(name).iterdir()):
            file.replace(folder / file.name)


def safe_name(text: str) -> str:
    """The text as a part of a file name, without what some file system refuses."""
    return re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]', "_", text).strip(" .")


def refuse_taken(folder: Path, names: Iterable[str], *, force: bool) -> None:
    """Raises UsageError when `folder` is a file or lies nowhere, two of the names (ways below it) are one, or one is there already.

    Names that differ only in capitals are one file on Windows and macOS.
    """
    refuse_homeless(folder)
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise UsageError(f"有两个文件都要写成 {folder / name}")
        seen.add(name.casefold())
        place = folder / name
        if place.is_dir() or (place.exists() and not force):
            raise UsageError(f"{place} 已存在；要覆盖请加 --force")


def put_files_in_place(folder: Path, names: Sequence[str], write: Callable[[Path], None], *, force: bool) -> None:
    """The files that `write` writes below an empty folder, under these names, come below `folder` once all are there.

    Other files in `folder` stay. Raises as `refuse_taken` does, and what `write` raises; then nothing is left behind.
    """
    refuse_taken(folder, names, force=force)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent) as name:
        write(Path(name))
        refuse_taken(folder, names, force=force)
        for file in names:
            place = folder / file
            place.parent.mkdir(parents=True, exist_ok=True)
            (Path(name) / file).replace(place)
