"""Zip containers that strangers sent, whether a workbook's or a plain archive: headers are claims, compared with what the bytes say."""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import IO, Final, NamedTuple

from xlsform.core.errors import Rejected

Bytes = bytes | mmap.mmap

CHUNK: Final = 256 * 1024
"""Bytes inflated at a time."""

_LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")
_COUNTED_ELSEWHERE: Final = 0xFFFF
"""The end record of a zip64 archive, whose own record counts the entries."""
# What zipfile raises on bytes that are no sound archive, seen with mutated files.
_UNSOUND: Final = (
    zipfile.BadZipFile,
    struct.error,
    UnicodeDecodeError,
    NotImplementedError,
    EOFError,
    OverflowError,
    ValueError,
)


class Entry(NamedTuple):
    """One part where it lies: `start` is the offset of its packed bytes, 0 when it lies in no container."""

    name: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool


def directory(file: IO[bytes], data: Bytes) -> tuple[list[zipfile.ZipInfo], int]:
    """What the central directory lists, and where it begins. Raises Rejected (E-DAMAGED) when it is cut off or its count is wrong."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            start = archive.start_dir
    except _UNSOUND as error:
        raise Rejected("E-DAMAGED", what="文件目录损坏或内容被截断") from error
    if _counted_entries(data) not in (len(infos), _COUNTED_ELSEWHERE):
        raise Rejected("E-DAMAGED", what="文件目录损坏或内容被截断")
    return infos, start


def _counted_entries(data: Bytes) -> int:
    """How many entries the end record counts: one whose length is damaged hides those behind it from zipfile."""
    at = data.rfind(b"PK\x05\x06")
    count: int = struct.unpack_from("<H", data, at + 10)[0]
    return count


def local_header(info: zipfile.ZipInfo, data: Bytes) -> tuple[int, bytes]:
    """Where an entry's packed bytes begin, and its name as the local header has it. Raises Rejected (E-DAMAGED) when there is none."""
    offset = info.header_offset
    header = data[offset : offset + _LOCAL_HEADER.size] if offset >= 0 else b""
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise Rejected("E-DAMAGED", what=f"部件 {info.filename} 找不到")
    name_length, extra_length = header[26] | header[27] << 8, header[28] | header[29] << 8
    name_at = offset + _LOCAL_HEADER.size
    return name_at + name_length + extra_length, data[name_at : name_at + name_length]


def refuse_overlaps(spans: Iterable[tuple[int, int]], end: int) -> None:
    """Raises Rejected (E-DAMAGED) when two entries (offset of header, end of bytes) share bytes or reach into the directory at `end`."""
    for (_, stop), (start, _) in pairwise([*sorted(spans), (end, end)]):
        if stop > start:
            raise Rejected("E-DAMAGED", what="部件互相重叠")


def inflate(data: Bytes, entry: Entry) -> Iterator[bytes]:
    """An entry in chunks, however large it turns out to be; size and CRC are compared with the entry's claims at the end.

    Raises Rejected (E-DAMAGED).
    """
    size = crc = 0
    for chunk in _chunks(data, entry):
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if size != entry.size or crc != entry.crc:
        raise Rejected("E-DAMAGED", what=f"部件 {entry.name} 校验不符")


def _chunks(data: Bytes, entry: Entry) -> Iterator[bytes]:
    stop = entry.start + entry.packed
    if not entry.deflated:
        for at in range(entry.start, stop, CHUNK):
            yield data[at : min(at + CHUNK, stop)]
        return
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    at, pending = entry.start, b""
    while True:
        if not pending:
            pending, at = data[at : min(at + CHUNK, stop)], min(at + CHUNK, stop)
        try:
            chunk = machine.decompress(pending, CHUNK)
        except zlib.error as error:
            raise Rejected("E-DAMAGED", what=f"部件 {entry.name} 无法解压") from error
        pending = machine.unconsumed_tail
        if chunk:
            yield chunk
        if machine.eof:
            break
        if not chunk and not pending and at == stop:
            raise Rejected("E-DAMAGED", what=f"部件 {entry.name} 不完整")
    if machine.unused_data or at != stop:
        raise Rejected("E-DAMAGED", what=f"部件 {entry.name} 校验不符")
