"""收件/登记.jsonl: what was done with an inbox and cannot be told from its files, one act a line, written behind each other only.

An act that this program does not know stays where it is and is reported. A last line that was cut off while it was written does not count,
and is taken away by whoever writes next.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, get_args, get_type_hints

from xlsform.core.inbox import Decisions
from xlsform.disk import flush_folder, lock, unlock

JOURNAL = "登记.jsonl"


class Came(NamedTuple):
    """A thing came in. original: sha256 of its bytes; name, way, dated, key: as in `Received`; taken: the moment when it was collected."""

    taken: str
    original: str
    name: str
    way: str
    dated: str = ""
    key: str = ""


class Assigned(NamedTuple):
    """The clerk said whose a content is; department "" takes that back."""

    at: str
    sha256: str
    department: str


class Used(NamedTuple):
    """The clerk pinned a content: it holds whatever comes later. on: False takes that back."""

    at: str
    sha256: str
    on: bool = True


class Ignored(NamedTuple):
    """The clerk said that a content does not count. on: False takes that back."""

    at: str
    sha256: str
    on: bool = True


class Returned(NamedTuple):
    """A department got contents back for correction. contents: their sha256; on: False takes that back."""

    at: str
    department: str
    contents: tuple[str, ...]
    on: bool = True


class Sent(NamedTuple):
    """A mail went out. subject: its headline; sha256: of the draft, by which nothing goes out twice; on: False: it came back;
    kind: 下发, 退回 or 催报, "" where it is none of them.
    """

    at: str
    department: str
    to: tuple[str, ...]
    subject: str
    mail_id: str
    sha256: str
    on: bool = True
    kind: str = ""


class Closed(NamedTuple):
    """The summary was closed. file: its name; sha256: of its bytes; inputs: sha256 of all contents in it; on: False reopens."""

    at: str
    file: str
    sha256: str
    inputs: tuple[str, ...]
    on: bool = True


Act = Came | Assigned | Used | Ignored | Returned | Sent | Closed

ACTS: Mapping[str, type[Act]] = {act.__name__.lower(): act for act in get_args(Act)}
"""The word that begins a line → what it holds."""


_TYPES: Mapping[type[Act], Mapping[str, object]] = {act: get_type_hints(act) for act in get_args(Act)}


class Unknown(NamedTuple):
    """A line that says nothing this program knows. number: from 1 on."""

    number: int
    line: str


def show(act: Act) -> bytes:
    """The line of an act. Text stays readable; only a lone half of a character is escaped."""
    said = {"act": type(act).__name__.lower(), **act._asdict()}
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def parse(line: bytes) -> Act | None:
    """The act of a line, None when it is none that is known to the letter."""
    try:
        said = json.loads(line)
    except ValueError:  # no JSON, or no UTF-8
        return None
    kind = ACTS.get(said.pop("act", "")) if isinstance(said, dict) and isinstance(said.get("act"), str) else None
    if kind is None or not said.keys() <= set(kind._fields):
        return None
    said = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    if not all(_fits(_TYPES[kind][key], value) for key, value in said.items()):
        return None
    missing = set(kind._fields) - said.keys() - kind._field_defaults.keys()
    return None if missing else kind(**said)


def _fits(wanted: object, value: object) -> bool:
    if isinstance(value, tuple):
        return wanted not in (str, bool) and all(isinstance(part, str) for part in value)
    return type(value) is wanted


class Journal:
    """The journal of one inbox, read as far as it goes; `read_on` takes in what others have written since.

    acts: in their order; unknown: lines that could not be understood; came: sha256 of every thing that came → the names under which
    it did; dated: its earliest date by sha256 and name; keys: those of `Came.key`.
    """

    def __init__(self, inbox: Path) -> None:
        """Reads the journal of the folder 收件; one that is not there has no acts."""
        self.path = inbox / JOURNAL
        self.acts: list[Act] = []
        self.unknown: list[Unknown] = []
        self.came: dict[str, set[str]] = {}
        self.dated: dict[tuple[str, str], str] = {}
        self.keys: set[str] = set()
        self._lines = 0
        self._end = 0
        self._open = False
        self.read_on()

    def read_on(self) -> None:
        """Takes in the lines written since the last time."""
        if self.path.exists():
            with self.path.open("rb") as file:
                self._read(file)

    @contextmanager
    def locked(self) -> Iterator[Callable[[Act], None]]:
        """Nobody else writes meanwhile. Gives what appends an act and brings it to the disk; `acts` is up to date.

        Raises OSError where the disk is full or the folder may not be written.
        """
        new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file, _held(file):
            if new:
                flush_folder(self.path.parent)
            self._read(file)
            if file.seek(0, os.SEEK_END) > self._end:  # a line that was cut off
                file.truncate(self._end)

            def append(act: Act) -> None:
                file.write((b"\n" if self._open else b"") + show(act))
                file.flush()
                os.fsync(file.fileno())
                self._end = file.tell()
                self._lines += 1
                self._open = False
                self._note(act)

            yield append

    def _read(self, file: BinaryIO) -> None:
        file.seek(self._end)
        data = file.read()
        if self._open and data[:1] == b"\n":
            data = data[1:]
            self._end += 1
            self._open = False
        whole = data[: data.rfind(b"\n") + 1]
        if parse(data[len(whole) :]) is not None:  # whole but for its end: an editor has saved it so
            whole = data
            self._open = True
        for line in whole.splitlines(keepends=True):
            self._lines += 1
            act = parse(line)
            if act is not None:
                self._note(act)
            elif line.strip():
                self.unknown.append(Unknown(self._lines, line.decode("utf-8", "replace").strip()))
        self._end += len(whole)

    def _note(self, act: Act) -> None:
        self.acts.append(act)
        if isinstance(act, Came):
            self.came.setdefault(act.original, set()).add(act.name)
            known = self.dated.setdefault((act.original, act.name), act.dated)
            self.dated[act.original, act.name] = min(known, act.dated) or known or act.dated
            self.keys |= {act.key} if act.key else set()


def append(inbox: Path, acts: Iterable[Act]) -> None:
    """Writes acts into the journal of the folder 收件. Raises OSError."""
    with Journal(inbox).locked() as write:
        for act in acts:
            write(act)


def decisions(acts: Iterable[Act]) -> Decisions:
    """What the clerk has decided: of each content the last word."""
    assigned: dict[str, str] = {}
    used: dict[str, bool] = {}
    used_at: dict[str, str] = {}
    ignored: dict[str, bool] = {}
    for act in acts:
        match act:
            case Assigned():
                assigned[act.sha256] = act.department
            case Used():
                used[act.sha256] = act.on
                used_at[act.sha256] = act.at
            case Ignored():
                ignored[act.sha256] = act.on
            case _:
                pass
    return Decisions(
        {sha256: department for sha256, department in assigned.items() if department},
        frozenset(sha256 for sha256, on in used.items() if on),
        frozenset(sha256 for sha256, on in ignored.items() if on),
        {sha256: used_at[sha256] for sha256, on in used.items() if on},
    )


def gone(acts: Iterable[Act]) -> frozenset[str]:
    """The drafts that went out and did not come back, by their hash."""
    last = {act.sha256: act.on for act in acts if isinstance(act, Sent)}
    return frozenset(sha256 for sha256, on in last.items() if on)


@contextmanager
def _held(file: BinaryIO) -> Iterator[None]:
    """Waits until nobody else has the file locked, and has it locked meanwhile."""
    lock(file)
    try:
        yield
    finally:
        unlock(file)
