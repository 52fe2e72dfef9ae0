"""winmail.dat (TNEF) and .msg (a compound file) byte by byte, after [MS-OXTNEF], [MS-CFB] and [MS-OXMSG]."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MESSAGE_CLASS = bytes.fromhex("0b0d020000000000c000000000000046")
IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")


class File(NamedTuple):
    """An attachment; long_name: "" for none; hidden: shown inside the text; ansi: names in GBK and not in Unicode."""

    data: bytes
    long_name: str
    hidden: bool = False
    ansi: bool = False


def _attribute(level: int, key: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHL", level, key, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _property(kind: int, key: int, data: bytes) -> bytes:
    if kind == 0xB:
        return struct.pack("<HH", kind, key) + data.ljust(4, b"\0")
    padded = data + b"\0" * (-len(data) % 4)
    return struct.pack("<HHLL", kind, key, 1, len(data)) + padded


def tnef(files: Sequence[File], *, embedded: bytes = b"", codepage: int = 936) -> bytes:
    """A winmail.dat with such files, and a message inside it."""
    out = b"\x78\x9f\x3e\x22\x01\x00" + _attribute(1, 0x9006, 8, struct.pack("<L", 0x10000))
    out += _attribute(1, 0x9007, 6, struct.pack("<LL", codepage, 0))
    for file in files:
        short = file.long_name[:8].encode("gb18030") + b"\0"
        named = _property(0x1F, 0x3707, (file.long_name + "\0").encode("utf-16-le"))
        if file.ansi:
            named = _property(0x1E, 0x3707, file.long_name.encode("gb18030") + b"\0")
        properties = [_property(3, 0x3705, struct.pack("<L", 1))[:4] + struct.pack("<L", 1), named]
        if file.hidden:
            properties.append(_property(0xB, 0x7FFE, b"\1\0"))
        body = struct.pack("<L", len(properties)) + b"".join(properties)
        out += _attribute(2, 0x9002, 6, b"\0" * 14) + _attribute(2, 0x8010, 1, short)
        out += _attribute(2, 0x800F, 6, file.data) + _attribute(2, 0x9005, 6, body)
    if embedded:
        inner = _property(0xD, 0x3701, IMESSAGE + embedded)
        out += _attribute(2, 0x9002, 6, b"\0" * 14) + _attribute(2, 0x9005, 6, struct.pack("<L", 1) + inner)
    return out


Storage = Mapping[str, "bytes | Storage"]

SECTOR, SMALL, SMALLEST = 512, 64, 4096
"""Bytes of a sector, of a sector in the mini stream, and of the smallest stream that lies outside of it."""
END, NONE, OF_TABLE = -2, -1, -3


class _Entry(NamedTuple):
    name: str
    kind: int
    child: int
    right: int
    start: int
    size: int

    def packed(self, identity: bytes = b"\0" * 16) -> bytes:
        raw = (self.name + "\0").encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBBiii", len(raw), self.kind, 1, NONE, self.right, self.child)
        return head + identity + b"\0" * 20 + struct.pack("<iLL", self.start, self.size, 0)


class _Compound:
    """A compound file that grows: sectors, the table that chains them, the same of the mini stream, and the directory."""

    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.table: list[int] = []
        self.small = bytearray()
        self.small_table: list[int] = []
        self.entries: list[_Entry] = [_Entry("Root Entry", 5, NONE, NONE, END, 0)]

    def chained(self, data: bytes, filler: bytes = b"\0") -> tuple[int, int]:
        """Where data begins in sectors, and how many it takes."""
        start, count = len(self.table), -(-len(data) // SECTOR)
        if not count:
            return END, 0
        self.table += [*range(start + 1, start + count), END]
        padded = data.ljust(count * SECTOR, filler)
        self.sectors += (padded[at : at + SECTOR] for at in range(0, len(padded), SECTOR))
        return start, count

    def stream(self, data: bytes) -> int:
        """Where a stream begins."""
        if not data or len(data) >= SMALLEST:
            return self.chained(data)[0]
        start, count = len(self.small_table), -(-len(data) // SMALL)
        self.small_table += [*range(start + 1, start + count), END]
        self.small += data.ljust(count * SMALL, b"\0")
        return start

    def storage(self, storage: Storage) -> int:
        """Its entries as a chain to the right; the number of the first."""
        first = NONE
        for name in sorted(storage, key=lambda name: (len(name), name.upper()), reverse=True):
            value = storage[name]
            if isinstance(value, bytes):
                entry = _Entry(name, 2, NONE, first, self.stream(value), len(value))
            else:
                entry = _Entry(name, 1, self.storage(value), first, 0, 0)
            first = len(self.entries)
            self.entries.append(entry)
        return first


def compound(root: Storage, identity: bytes = b"\0" * 16) -> bytes:
    """A compound file; identity: what its root says it is."""
    file = _Compound()
    child = file.storage(root)
    start, _ = file.chained(bytes(file.small))
    small_start, small_count = file.chained(struct.pack(f"<{len(file.small_table)}i", *file.small_table), b"\xff")
    file.entries[0] = file.entries[0]._replace(child=child, start=start, size=len(file.small))
    directory, _ = file.chained(file.entries[0].packed(identity) + b"".join(one.packed() for one in file.entries[1:]))
    count = 1
    while count * SECTOR // 4 < len(file.table) + count:
        count += 1
    assert count <= 109, "no room for longer files"
    at = len(file.table)
    table = struct.pack(f"<{at + count}i", *file.table, *[OF_TABLE] * count).ljust(count * SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<LLiLLiLiL", 0, count, directory, 0, SMALLEST, small_start, small_count, END, 0)
    header += struct.pack("<109i", *range(at, at + count), *[NONE] * (109 - count))
    return header + b"".join(file.sectors) + table


def _texts(texts: Mapping[int, str], ansi: bool) -> dict[str, bytes]:
    kind, encoding = (0x1E, "gb18030") if ansi else (0x1F, "utf-16-le")
    return {f"__substg1.0_{key:04X}{kind:04X}": text.encode(encoding) for key, text in texts.items()}


def message(
    files: Sequence[File],
    texts: Mapping[int, str],
    *,
    inside: Sequence[Storage] = (),
    header: int = 32,
    sent: int = 131871211200000000,
) -> Storage:
    """The storage of a message. texts: properties by tag; sent: FILETIME; inside: messages attached to it."""
    fixed = struct.pack("<HHLQ", 0x40, 0x0039, 6, sent) + struct.pack("<HHLQ", 3, 0x3FFD, 6, 936)
    storage: dict[str, bytes | Storage] = {
        "__properties_version1.0": b"\0" * header + fixed,
        **_texts(texts, ansi=False),
    }
    for number, file in enumerate(files):
        properties = struct.pack("<HHLQ", 3, 0x3705, 6, 1) + struct.pack("<HHLQ", 0xB, 0x7FFE, 6, int(file.hidden))
        storage[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": b"\0" * 8 + properties,
            "__substg1.0_37010102": file.data,
            **_texts({0x3707: file.long_name} if file.long_name else {}, file.ansi),
        }
    for number, one in enumerate(inside, len(files)):
        storage[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": b"\0" * 8 + struct.pack("<HHLQ", 3, 0x3705, 6, 5),
            "__substg1.0_3701000D": one,
        }
    return storage


def msg(files: Sequence[File], texts: Mapping[int, str], *, inside: Sequence[Storage] = ()) -> bytes:
    """A .msg file."""
    return compound(message(files, texts, inside=inside), MESSAGE_CLASS)
