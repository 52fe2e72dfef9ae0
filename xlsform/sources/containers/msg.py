"""Mails as Outlook saves them (.msg). [MS-OXMSG] Read with olefile where it is installed (extra `mail`)."""

from __future__ import annotations

import importlib
import io
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from xlsform.core.errors import Rejected
from xlsform.core.inbox import Letter
from xlsform.sources.containers import mapi
from xlsform.sources.containers.charsets import Text, decoded
from xlsform.sources.containers.headers import headers_of
from xlsform.sources.containers.mail import letter_from
from xlsform.sources.containers.pieces import Budget, Contents, Piece, named
from xlsform.sources.names import safe
from xlsform.sources.received import Kind, moment

FOUND: Final = "Outlook 邮件 .msg"

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CLASS: Final = bytes.fromhex("0b0d020000000000c000000000000046")
"""What the root of an Outlook message says it is."""
_PROPERTIES: Final = "__properties_version1.0"
_ATTACHMENT: Final = "__attach_version1.0_#"
_EMBEDDED: Final = "__substg1.0_3701000D/"
_ROOT_HEADER, _INNER_HEADER, _ATTACHMENT_HEADER = 32, 24, 8
_SUBJECT, _SENT, _DELIVERED, _HEADERS, _MESSAGE_ID = 0x0037, 0x0039, 0x0E06, 0x007D, 0x1035
_SENDER_NAME, _SENDER_SMTP, _SENDER, _REPRESENTED = 0x0C1A, 0x5D01, 0x0C1F, 0x0065
_METHOD: Final = 0x3705
_CODEPAGES: Final = (0x3FFD, 0x3FDE)
_BY_REFERENCE: Final = frozenset({2, 3, 4, 7})
"""Ways of attaching that leave the file where it is."""
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)

_Streams = Mapping[str, bytes]
"""Every stream of the file by its way from the root, with / between."""


def is_msg(name: str, data: bytes) -> bool:
    """Whether the bytes are a message of Outlook's: by the class in the directory's root, else by its name."""
    if not data.startswith(_OLE) or len(data) < 1024:
        return False
    root = (int.from_bytes(data[48:52], "little") + 1) << min(int.from_bytes(data[30:32], "little"), 16)
    return data[root + 80 : root + 96] == _CLASS or name.lower().endswith(".msg")


def contents(data: bytes, budget: Budget) -> Contents:
    """The letter and the files of a message. Raises Rejected: E-OUTLOOK when olefile is not installed, E-DAMAGED."""
    return _message(_streams(data), "", _ROOT_HEADER, budget)


def _streams(data: bytes) -> _Streams:
    try:
        olefile = importlib.import_module("olefile")
    except ImportError as error:
        raise Rejected("E-OUTLOOK", found=FOUND) from error
    found: dict[str, bytes] = {}
    room = 4 * len(data)  # streams that share their bytes would grow beyond all bounds
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as tree:
            for way in tree.listdir():
                room -= tree.get_size(way)
                if room < 0:
                    break
                found["/".join(way)] = tree.openstream(way).read()
    except Exception as error:  # bad bytes lead it anywhere
        raise Rejected("E-DAMAGED", what=f"{FOUND} 无法解析") from error
    if room < 0 or _PROPERTIES not in found:
        raise Rejected("E-DAMAGED", what=f"{FOUND} 的内容不全")
    return found


def _message(streams: _Streams, prefix: str, header: int, budget: Budget) -> Contents:
    fixed = _fixed(streams.get(f"{prefix}{_PROPERTIES}", b"")[header:])
    codepage = next(
        (mapi.charset_of(int.from_bytes(fixed[key][:4], "little")) for key in _CODEPAGES if key in fixed), ""
    )
    depth = len(prefix)
    folders = dict.fromkeys(
        way[: way.find("/", depth) + 1]
        for way in streams
        if way.startswith(f"{prefix}{_ATTACHMENT}") and "/" in way[depth:]
    )
    return Contents(
        (_piece(streams, folder, codepage, budget) for folder in folders), _letter(streams, prefix, fixed, codepage)
    )


def _letter(streams: _Streams, prefix: str, fixed: Mapping[int, bytes], codepage: str) -> Letter:
    """What the mail's own headers say, else what Outlook noted."""

    def noted(key: int) -> str:
        return _text(streams, prefix, key, codepage).text.strip("\0\x01 ")

    raw = noted(_HEADERS).encode("utf-8")
    said = letter_from(headers_of(raw, 0, len(raw))[0])
    sender = next((address for key in (_SENDER_SMTP, _SENDER, _REPRESENTED) if "@" in (address := noted(key))), "")
    sent = next((_moment(fixed[key]) for key in (_SENT, _DELIVERED) if key in fixed), "")
    return Letter(
        said.sender or sender.lower(),
        said.sender_name or noted(_SENDER_NAME),
        said.subject or " ".join(noted(_SUBJECT).split()),
        said.mail_id or noted(_MESSAGE_ID).strip("<>"),
        said.sent or sent,
    )


def _piece(streams: _Streams, folder: str, codepage: str, budget: Budget) -> Piece:
    names = (_text(streams, folder, key, codepage) for key in (mapi.LONG_NAME, mapi.SHORT_NAME, mapi.DISPLAY_NAME))
    name = next((text for text in names if text.text), Text(""))
    fixed = _fixed(streams.get(f"{folder}{_PROPERTIES}", b"")[_ATTACHMENT_HEADER:])
    inner = f"{folder}{_EMBEDDED}"
    if f"{inner}{_PROPERTIES}" in streams:
        opened = _message(streams, inner, _INNER_HEADER, budget)
        subject = opened.letter.subject if opened.letter is not None else ""
        called = f"{safe(name.text or subject)[:40] or '转发的邮件'}.msg"
        return Piece(called, called, b"", opened=opened)
    content = streams.get(f"{folder}__substg1.0_37010102")
    piece = named(content or b"", name, budget, raw=name.text)
    if content is None:
        if int.from_bytes(fixed.get(_METHOD, b"")[:4], "little") in _BY_REFERENCE:
            return piece.refused("E-LINK", found=name.text)
        return piece.refused("E-DAMAGED", what=f"{FOUND} 中的附件没有内容")
    is_inside = any(fixed.get(mapi.HIDDEN, b"")) or _text(streams, folder, mapi.CONTENT_ID, codepage).text
    return piece._replace(kind=Kind.SKIPPED) if is_inside and mapi.is_image(content) else piece


def _text(streams: _Streams, folder: str, key: int, codepage: str) -> Text:
    wide = streams.get(f"{folder}__substg1.0_{key:04X}001F")
    if wide is not None:
        return Text(wide.decode("utf-16-le", "replace").rstrip("\0"))
    return decoded(streams.get(f"{folder}__substg1.0_{key:04X}001E", b"").rstrip(b"\0"), codepage)


def _fixed(entries: bytes) -> dict[int, bytes]:
    """The values that stand in a list of properties themselves, eight bytes each, by their tag."""
    whole = range(0, len(entries) - 15, 16)
    return {int.from_bytes(entries[at + 2 : at + 4], "little"): entries[at + 8 : at + 16] for at in whole}


def _moment(ticks: bytes) -> str:
    """The moment of a FILETIME: tenths of a microsecond since 1601."""
    try:
        return moment(_EPOCH + timedelta(microseconds=int.from_bytes(ticks, "little") // 10))
    except (OverflowError, ValueError):
        return ""
