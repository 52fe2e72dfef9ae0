"""What is taken out of a container, before it is known what it is: the types that mail, archive, tnef and msg share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from xlsform.core.errors import Rejected
from xlsform.core.inbox import Letter
from xlsform.sources.containers.charsets import Text
from xlsform.sources.names import Remark, safe, settled, shown, unnamed
from xlsform.sources.received import Kind

MEGABYTE: Final = 1 << 20


class Piece(NamedTuple):
    """One entry of a container. name: safe for a disk; shown: as it was called, folders included, for the way (see `Found.way`).

    kind, reason, params, remarks: as in `Found`; is_mail: whether the container says that it is a mail; opened: what is in it,
    where the container has opened it already (a mail inside an Outlook message is no file).
    """

    name: str
    shown: str
    data: bytes
    kind: Kind = Kind.FILE
    reason: str = ""
    params: Mapping[str, str] = {}
    remarks: tuple[Remark, ...] = ()
    is_mail: bool = False
    opened: Contents | None = None

    def refused(self, reason: str, **params: str) -> Piece:
        """The same, as something that cannot be opened."""
        return self._replace(kind=Kind.REFUSED, reason=reason, params=params)

    def rejected(self, why: Rejected) -> Piece:
        """The same, refused for what was raised."""
        return self.refused(why.reason, **{key: str(value) for key, value in why.params.items()})

    def counted(self, budget: Budget) -> Piece:
        """The same, its bytes taken off the budget; refused (E-BOMB), and without them, where that is used up."""
        try:
            budget.spend(len(self.data))
        except Rejected as rejected:
            return self._replace(data=b"").rejected(rejected)
        return self


class Contents(NamedTuple):
    """What is in a container, taken out one at a time. letter: when it is a mail."""

    pieces: Iterator[Piece]
    letter: Letter | None = None


class Budget:
    """Bytes that may still be taken out of one thing that came in, and files; it only gets less."""

    def __init__(self, room: int, files: int) -> None:
        self._room, self._left = room, room
        self._files, self._files_left = files, files

    def spend(self, count: int) -> None:
        """Raises Rejected (E-BOMB) once more was taken than there was."""
        self._left -= count
        if self._left < 0:
            raise Rejected("E-BOMB", limit=f"{self._room // MEGABYTE:,} MB")

    def spend_file(self) -> None:
        """Raises Rejected (E-BOMB) once more files were taken than there may be, or no byte is left for this one."""
        self.spend(0)
        self._files_left -= 1
        if self._files_left < 0:
            raise Rejected("E-BOMB", limit=f"{self._files:,} 个文件")


def named(
    content: bytes, name: Text, budget: Budget | None = None, *, content_type: str = "", wrong: str = "", raw: str = ""
) -> Piece:
    """A file taken out of a container, with all that is to be said of its name.

    budget: where the content was not counted yet; beyond it the piece is refused (E-BOMB), without content. wrong: what was wrong with
    its encoding; raw: a guessed name as it would be shown otherwise.
    """
    fallback = "" if safe(name.text) else unnamed(content, content_type)  # hashes the content, which few files need
    fit, remarks = settled(name.text, fallback)
    if name.guessed:
        remarks = (("W-NAMEGUESSED", {"name": name.text, "raw": raw, "charset": name.charset}), *remarks)
    if wrong:
        remarks = (*remarks, ("W-SALVAGED", {"what": wrong}))
    piece = Piece(fit, shown(name.text.replace("\\", "/").strip("/")) or fit, content, remarks=remarks)
    return piece.counted(budget) if budget is not None else piece
