"""Zip archives byte by byte: names in any encoding, claims that are not true, kinds of entries that no library writes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import NamedTuple


class Item(NamedTuple):
    """One entry. crc, size: what the headers claim, None for the truth; mode: st_mode of a Unix program, 0 for one of Windows."""

    name: bytes
    data: bytes = b"data"
    flags: int = 0
    method: int = 8
    mode: int = 0
    extra: bytes = b""
    crc: int | None = None
    size: int | None = None
    local_name: bytes | None = None


def zipped(items: Iterable[Item], comment: bytes = b"") -> bytes:
    out, directory, count = bytearray(), bytearray(), 0
    for item in items:
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = machine.compress(item.data) + machine.flush() if item.method == 8 else item.data
        crc = zlib.crc32(item.data) if item.crc is None else item.crc
        size = len(item.data) if item.size is None else item.size
        common = (20, item.flags, item.method, 0, 33, crc, len(packed), size)
        name = item.name if item.local_name is None else item.local_name
        offset = len(out)
        out += struct.pack("<4s5H3L2H", b"PK\3\4", *common, len(name), len(item.extra)) + name + item.extra + packed
        head = struct.pack("<4sH5H3L", b"PK\1\2", 0x031E if item.mode else 20, *common)
        tail = struct.pack("<5H2L", len(item.name), len(item.extra), 0, 0, 0, item.mode << 16, offset)
        directory += head + tail + item.name + item.extra
        count += 1
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(out), len(comment))
    return bytes(out + directory) + end + comment


def unicode_name(raw: bytes, name: str) -> bytes:
    """The extra field 0x7075, by which Info-ZIP says a name in UTF-8."""
    body = struct.pack("<BL", 1, zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(body)) + body
