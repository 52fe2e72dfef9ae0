"""Files and folders as a source of whatever came in: loose files, archives, saved mails, mailbox files, Maildir folders."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from xlsform.core.errors import UsageError
from xlsform.sources.containers import mbox
from xlsform.sources.folder import ROSTER_NAMES
from xlsform.sources.names import is_leftover
from xlsform.sources.received import Received, Source, moment

_MAILDIR: Final = ("cur", "new", "tmp")
_ATTEMPTS: Final = 3


class _Place(NamedTuple):
    """A file to be taken; mails: where its mails lie, when it is a mailbox file; is_mail: one file of a Maildir."""

    path: Path
    mails: tuple[mbox.Place, ...] = ()
    is_mail: bool = False


def on_disk(paths: Sequence[Path], *, own: Sequence[Path] = (), skip: Sequence[Path] = ()) -> Source:
    """All that lies in the files and below the folders named, each file once, each mail of a mailbox by itself.

    own: folders of the campaign that nothing is collected from; skip: files and folders that are passed over below a folder.
    Raises UsageError for a path that is not there, that is, lies in or holds one of `own`, or is or lies in one of `skip`. Leftovers
    of the system (~$…, .~…, Thumbs.db, __MACOSX), hidden folders and the roster are passed over.
    """
    found: dict[Path, _Place] = {}
    passed = {path.resolve() for path in skip}
    for path in paths:
        if not path.exists():
            raise UsageError(f"找不到 {path}")
        _refuse(path, own, skip)
        for place in _places(path, passed) if path.is_dir() else (_place(path),):
            found.setdefault(place.path.resolve(), place)
    places = tuple(found.values())
    return Source(sum(len(place.mails) if place.mails else 1 for place in places), _items(places))


def _refuse(path: Path, own: Sequence[Path], skip: Sequence[Path]) -> None:
    here = path.resolve()
    for folder in own:
        if here.is_relative_to(folder.resolve()):
            raise UsageError(
                f"{path} 是本次采集自己的文件夹（{folder.name}），不能从这里收件；请指定部门报来的文件所在的文件夹"
            )
        if folder.resolve().is_relative_to(here):
            raise UsageError(
                f"{path} 里有本次采集自己的文件夹（{folder.name}），不能整个收件；请指定部门报来的文件所在的文件夹"
            )
    for folder in skip:
        if here.is_relative_to(folder.resolve()):
            raise UsageError(f"{path} 是已经收到的文件，不必再收")


def _places(folder: Path, passed: set[Path]) -> Iterator[_Place]:
    """What is below a folder, in the order of names."""
    if _is_maildir(folder):
        yield from _of_maildir(folder, passed)
        return
    for path in sorted(folder.iterdir()):
        if is_leftover(path.name) or path.name in ROSTER_NAMES or path.resolve() in passed:
            continue
        if path.is_dir():
            if not path.is_symlink() and (not path.name.startswith(".") or _is_maildir(path)):
                yield from _places(path, passed)
        elif path.is_file() and not path.name.startswith("."):
            yield _place(path)


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


def _of_maildir(folder: Path, passed: set[Path]) -> Iterator[_Place]:
    """The mails of a Maildir and of the folders in it; what else lies there is the server's own."""
    for name in ("cur", "new"):
        yield from (_Place(path, is_mail=True) for path in sorted((folder / name).iterdir()) if path.is_file())
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink() and path.name not in _MAILDIR and path.resolve() not in passed:
            yield from _places(path, passed)


def _place(path: Path) -> _Place:
    with path.open("rb") as file:
        if file.read(5) != b"From ":
            return _Place(path)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _Place(path, tuple(mbox.places(data)) if mbox.is_mbox(data) else ())


def _items(places: Sequence[_Place]) -> Iterator[Received]:
    for place in places:
        if place.mails:
            yield from _mails(place)
        else:
            yield _file(place)


def _file(place: _Place) -> Received:
    """One file, read again while it is still being written."""
    path = place.path
    data, attempts = path.read_bytes(), 1
    while attempts < _ATTEMPTS and len(data) != path.stat().st_size:
        data, attempts = path.read_bytes(), attempts + 1
    dated = _changed(path)
    if place.is_mail:  # 1543.M2P1.host,S=4542:2,S
        name = f"{path.name.replace(';2,', ':2,').replace('!2,', ':2,').split(':2,')[0]}.eml"
        return Received(name, f"邮箱文件夹 {path.parent.parent.as_posix()}", data, dated)
    return Received(path.name, f"文件夹 {path.parent.as_posix()}", data, dated)


def _mails(place: _Place) -> Iterator[Received]:
    """The mails of a mailbox file, of which only one at a time is in memory."""
    way = f"邮箱文件 {place.path.as_posix()}"
    with place.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for number, mail in enumerate(place.mails, 1):
            name = f"{place.path.stem}-{mbox.mail_name(number)}"
            yield Received(name, way, mbox.mail_at(data, mail), mail.dated or _changed(place.path))


def _changed(path: Path) -> str:
    return moment(datetime.fromtimestamp(path.stat().st_mtime, UTC))
