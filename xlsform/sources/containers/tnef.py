"""winmail.dat (TNEF), which Outlook sends instead of attachments. [MS-OXTNEF]

Read here and not with a library: it takes a few lines, and the one there is (tnefparse 1.4) counts as far as a hostile file tells it to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from xlsform.core.errors import Rejected
from xlsform.sources.containers import mapi
from xlsform.sources.containers.charsets import Text, decoded
from xlsform.sources.containers.pieces import Budget, Contents, Piece, named
from xlsform.sources.received import Kind

SIGNATURE: Final = b"\x78\x9f\x3e\x22"

_HEAD: Final = 6
_FRAME: Final = 11
"""Bytes of an attribute around its data: level, id, type and length before it, a checksum behind."""
_CODEPAGE, _NEW_ATTACHMENT, _TITLE, _DATA, _PROPERTIES = 0x9007, 0x9002, 0x8010, 0x800F, 0x9005
_OF_ATTACHMENT: Final = 2
_OBJECT: Final = 0x3701
_SIZES: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of a value by the type of its property, padding included; values of other types say their length."""
_UNICODE: Final = 0x1F
_SEVERAL, _CUSTOM = 0x1000, 0x8000
_INTERFACE: Final = 16
"""Bytes before an embedded object that say what it is."""


class _Attribute(NamedTuple):
    level: int
    key: int
    data: bytes
    is_sound: bool


class _Value(NamedTuple):
    data: bytes
    is_unicode: bool = False


class _Cursor:
    """Reads on in bytes; raises EOFError where they end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        self._at += count
        if self._at > len(self._data):
            raise EOFError
        return self._data[self._at - count : self._at]

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def padded(self, count: int) -> bytes:
        """As many bytes, and those that fill up to a multiple of four."""
        value = self.take(count)
        self.take(-count % 4)
        return value


def contents(data: bytes, budget: Budget) -> Contents:
    """The files in it. Raises Rejected (E-DAMAGED) when it is cut off."""
    codepage = ""
    attachments: list[list[_Attribute]] = []
    for attribute in _attributes(data):
        if attribute.key == _CODEPAGE:
            codepage = mapi.charset_of(int.from_bytes(attribute.data[:4], "little"))
        elif attribute.level == _OF_ATTACHMENT:
            if attribute.key == _NEW_ATTACHMENT or not attachments:
                attachments.append([])
            attachments[-1].append(attribute)
    return Contents(_piece(attributes, codepage, budget) for attributes in attachments)


def _attributes(data: bytes) -> Iterator[_Attribute]:
    at = _HEAD
    while at + _FRAME <= len(data):
        stop = at + _FRAME + int.from_bytes(data[at + 5 : at + 9], "little")
        if stop > len(data):
            break
        value = data[at + 9 : stop - 2]
        is_sound = sum(value) & 0xFFFF == int.from_bytes(data[stop - 2 : stop], "little")
        yield _Attribute(data[at], int.from_bytes(data[at + 1 : at + 3], "little"), value, is_sound)
        at = stop
    if data[at:].strip(b"\0"):
        raise Rejected("E-DAMAGED", what="winmail.dat 被截断")


def _piece(attributes: Sequence[_Attribute], codepage: str, budget: Budget) -> Piece:
    parts = {attribute.key: attribute.data for attribute in attributes}
    found = _properties(parts.get(_PROPERTIES, b""))
    content = parts.get(_DATA) or found.get(_OBJECT, _Value(b"")).data[_INTERFACE:]
    titles = [
        found.get(mapi.LONG_NAME),
        _Value(parts.get(_TITLE, b"")),
        found.get(mapi.SHORT_NAME),
        found.get(mapi.DISPLAY_NAME),
    ]
    texts = [_text(title, codepage) for title in titles if title is not None]
    unnamed = Text("转发的邮件" if content.startswith(SIGNATURE) else "")
    name = next((text for text in texts if text.text), unnamed)
    wrong = "" if all(attribute.is_sound for attribute in attributes) else "winmail.dat 校验不符"
    piece = named(content, name, budget, wrong=wrong, raw=parts.get(_TITLE, b"").decode("latin-1"))
    if not content:
        return piece.refused("E-DAMAGED", what="winmail.dat 中的附件没有内容")
    is_inside = mapi.CONTENT_ID in found or any(found.get(mapi.HIDDEN, _Value(b"")).data)
    return piece._replace(kind=Kind.SKIPPED) if is_inside and mapi.is_image(content) else piece


def _text(value: _Value, codepage: str) -> Text:
    if value.is_unicode:
        return Text(value.data.decode("utf-16-le", "replace").partition("\0")[0])
    return decoded(value.data.partition(b"\0")[0], codepage)


def _properties(data: bytes) -> dict[int, _Value]:
    """The properties of an attachment by their tag, those before the first that is cut off."""
    found: dict[int, _Value] = {}
    cursor = _Cursor(data)
    try:
        for _ in range(cursor.number()):
            kind, key = cursor.number(2), cursor.number(2)
            if key >= _CUSTOM:
                cursor.take(16)
                is_called = cursor.number()
                cursor.padded(cursor.number()) if is_called else cursor.number()
            several = cursor.number() if kind & _SEVERAL or kind & ~_SEVERAL not in _SIZES else 1
            for _ in range(several):
                size = _SIZES.get(kind & ~_SEVERAL)
                value = cursor.padded(cursor.number()) if size is None else cursor.take(size)
                found.setdefault(key, _Value(value, kind & ~_SEVERAL == _UNICODE))
    except EOFError:
        pass
    return found
