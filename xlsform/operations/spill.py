"""A list that goes to disk when it grows, so that a province needs no more memory than a district."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Iterator
from typing import IO, Generic, TypeVar

T = TypeVar("T")


class Spill(Generic[T]):
    """Appended once, read often. Up to `keep` items stay in memory; when more come, all lie in a temporary file that vanishes with it.

    The file holds only what this process wrote itself a moment ago; nothing that came from outside is ever unpickled.
    """

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._near: list[T] = []
        self._offsets: list[int] = []
        self._file: IO[bytes] | None = None

    def append(self, item: T) -> None:
        """Adds an item at the end."""
        self._near.append(item)
        if self._file is None:
            if len(self._near) <= self._keep:
                return
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the list
            weakref.finalize(self, self._file.close)
        for one in self._near:
            self._offsets.append(self._file.seek(0, 2))
            pickle.dump(one, self._file, pickle.HIGHEST_PROTOCOL)
        self._near.clear()

    def __len__(self) -> int:
        return len(self._near) + len(self._offsets)

    def __getitem__(self, index: int) -> T:
        if self._file is None:
            return self._near[index]
        self._file.seek(self._offsets[index])
        item: T = pickle.load(self._file)  # noqa: S301 - written by this process
        return item

    def __iter__(self) -> Iterator[T]:
        for index in range(len(self)):
            yield self[index]
