"""A thing that came in → the files in it: mails, mailboxes, archives, winmail.dat and Outlook's messages opened, whatever lies in which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from xlsform.core.errors import Rejected
from xlsform.core.inbox import Letter
from xlsform.sources.containers import archive, mail, mbox, msg, tnef
from xlsform.sources.containers.pieces import MEGABYTE, Budget, Contents, Piece
from xlsform.sources.names import settled, shown
from xlsform.sources.received import Found, Kind, Received

DEEPEST: Final = 3
"""Containers inside the thing that came in, one in the other."""
ROOM: Final = 1024 * MEGABYTE
"""Bytes that may be taken out of one thing, all levels together."""
MOST_FILES: Final = 20_000
"""Files that may be taken out of one thing's archives, all levels together."""

_Opener = Callable[[bytes, Budget], Contents]


def unpack(received: Received) -> Iterator[Found]:
    """Every file in it, one `Found` each: a loose file itself, of a mail or an archive what is in it. A mail without files gives none.

    Never raises on what it finds: a file or container that cannot be opened is REFUSED, with the reason; a mail inside that holds
    no file is SKIPPED.
    """
    name, remarks = settled(received.name, "文件")
    piece = Piece(name, shown(received.name) or name, received.data, remarks=remarks)
    yield from _found(piece, "", (), 0, Budget(ROOM, MOST_FILES))


def letter_of(received: Received) -> Letter | None:
    """The letter, when the thing is a mail; None for anything else, and for a mail that cannot be opened."""
    opener = _opener(Piece(received.name, received.name, received.data))
    try:
        return opener(received.data, Budget(ROOM, MOST_FILES)).letter if opener is not None else None
    except Rejected:
        return None


def _found(piece: Piece, outer: str, letters: tuple[Letter, ...], depth: int, budget: Budget) -> Iterator[Found]:
    way = f"{outer}/{piece.shown}" if outer else piece.shown
    try:
        opened = _opened(piece, depth, budget)
    except Rejected as rejected:
        yield _as_found(piece.rejected(rejected), way, letters)
        return
    if opened is None:
        yield _as_found(piece, way, letters)
        return
    inside = letters if opened.letter is None else (opened.letter, *letters)
    is_empty = True
    for one in opened.pieces:
        is_empty = False
        yield from _found(one, way, inside, depth + 1, budget)
    if is_empty and (depth > 0 or opened.letter is None):
        yield _as_found(piece._replace(kind=Kind.SKIPPED), way, letters)


def _opened(piece: Piece, depth: int, budget: Budget) -> Contents | None:
    """What is in a piece, None for a file. Raises Rejected: E-NEST, and those of the openers."""
    opener = _opener(piece) if piece.kind is Kind.FILE and piece.opened is None else None
    if opener is None and piece.opened is None:
        return None
    if depth > DEEPEST:
        raise Rejected("E-NEST", limit=DEEPEST)
    return piece.opened if opener is None else opener(piece.data, budget)


def _opener(piece: Piece) -> _Opener | None:
    """What opens it, by content; None for a file, also for what no one here opens (rar, 7z), which the reader refuses."""
    data = piece.data
    if archive.is_zip(data):
        return None if archive.is_document(data) else archive.contents
    if data.startswith(tnef.SIGNATURE):
        return tnef.contents
    if msg.is_msg(piece.name, data):
        return msg.contents
    if mbox.is_mbox(data):
        return mbox.contents
    return mail.contents if mail.is_mail(piece.name, data, is_said=piece.is_mail) else None


def _as_found(piece: Piece, way: str, letters: tuple[Letter, ...]) -> Found:
    return Found(piece.name, way, piece.data, piece.kind, letters, piece.reason, piece.params, piece.remarks)
