"""The zip container of a workbook, read with limits: every part is inflated once, counted and checked before anything looks at it.

Headers are claims (see `container`), and so is everything else a department sends.
"""

from __future__ import annotations

import io
import mmap
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, NamedTuple
from urllib.parse import unquote

from xlsform.core.errors import Rejected
from xlsform.ooxml.container import Bytes, Entry, directory, inflate, local_header, refuse_overlaps

Source = bytes | Path

KEPT_PART: Final = 8 * 1024 * 1024
"""A part up to this size stays in memory after its check, so that it is not inflated twice."""
KEPT_ALL: Final = 32 * 1024 * 1024
"""All parts kept in memory together; what goes beyond is inflated again when it is read."""

_MEMO: Final = 64 * 1024
_ENCRYPTED: Final = 0x1
_WIDE_DOCTYPES: Final = ("<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_XML_SUFFIXES: Final = (".xml", ".rels", ".vml")


class Limits(NamedTuple):
    """How much one workbook may cost; beyond it the file is Rejected (E-BOMB, E-COMPLEX). Bytes are inflated bytes."""

    inflated: int = 256 * 1024 * 1024
    parts: int = 4096
    sheets: int = 512
    cells: int = 1_000_000
    merges: int = 20_000
    styles: int = 65_490
    text: int = 10 * 1024 * 1024


RETURN: Final = Limits()
"""For whatever a department sent."""
OWN: Final = Limits(inflated=1 << 40, parts=1 << 20, sheets=1 << 16, cells=1 << 40, merges=1 << 24, text=1 << 40)
"""For a summary that this program wrote itself and reads back."""


@dataclass(frozen=True, slots=True)
class Package:
    """A checked container. Parts are found by their normal name: forward slashes, no leading slash, lower case.

    plain: whether a part is in the plain dialect, for those that were looked at (`markup.plain_part`).
    """

    entries: Mapping[str, Entry]
    _data: Bytes
    _kept: Mapping[str, bytes]
    plain: dict[str, bool] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def kept(self, name: str) -> bytes | None:
        """The part if it is in memory, else None."""
        return self._kept.get(name)

    def read(self, name: str) -> bytes:
        """The whole part. Raises Rejected (E-DAMAGED) when there is none of that name."""
        kept = self._kept.get(name)
        return kept if kept is not None else b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part piece by piece, whole when it is in memory. Raises Rejected (E-DAMAGED) when there is none of that name."""
        kept = self._kept.get(name)
        if kept is not None:
            yield kept
            return
        entry = self.entries.get(name)
        if entry is None:
            raise Rejected("E-DAMAGED", what=f"缺少部件 {name}")
        yield from inflate(self._data, entry)

    def packed(self, name: str) -> bytes | None:
        """The bytes of a part as they lie in the container, None for one that came to be since (`overlaid`)."""
        entry = self.entries[name]
        return self._data[entry.start : entry.start + entry.packed] if entry.start else None

    def overlaid(self, changed: Mapping[str, bytes | None], behind: str = "") -> Package:
        """The package with other bytes in some parts; None leaves a part out, new parts stand behind the part `behind`, or last.

        changed: by name as it is written; that of a part which is there already stays as it was.
        """
        known = {normal_name(name): (name, part) for name, part in changed.items()}
        new = {
            key: Entry(name, 0, 0, len(part), 0, False)
            for key, (name, part) in known.items()
            if part is not None and key not in self.entries
        }
        entries: dict[str, Entry] = {}
        for key, entry in self.entries.items():
            if key not in known or known[key][1] is not None:
                entries[key] = entry if key not in known else entry._replace(start=0)
            if key == behind:
                entries |= new
        kept = {key: part for key, part in self._kept.items() if key not in known}
        kept |= {key: part for key, (_, part) in known.items() if part is not None}
        return Package(entries | new, self._data, kept)


def normal_name(name: str) -> str:
    r"""The key of a part: `\xl\Workbook.xml`, `/xl/workbook.xml` and `xl/workbook.xml` are one part."""
    return name.replace("\\", "/").lstrip("/").lower()


def resolve(base: str, target: str) -> str:
    """A relationship's target, seen from the part (normal name) that owns the relationship, as a normal name."""
    target = unquote(target.replace("\\", "/"))
    if not target.startswith("/"):
        target = posixpath.join(posixpath.dirname(base), target)
    return normal_name(posixpath.normpath(target))


def relations_of(name: str) -> str:
    """The normal name of the part that holds a part's relationships."""
    folder, _, leaf = name.rpartition("/")
    return f"{folder}/_rels/{leaf}.rels" if folder else f"_rels/{leaf}.rels"


def open_package(source: Source, limits: Limits = RETURN) -> Package:
    """Open and check a container: structure, overlaps, sizes, CRC of every part, no DOCTYPE anywhere.

    A Path is mapped, not read whole, for as long as the package or a sheet of it is alive; it must not change meanwhile.
    Raises Rejected: E-EMPTY, E-DAMAGED, E-PASSWORD, E-DUPPART, E-BOMB, E-COMPLEX, E-XML; OSError for a Path.
    """
    if not (source if isinstance(source, bytes) else source.stat().st_size):
        raise Rejected("E-EMPTY")
    if isinstance(source, bytes):
        data: Bytes = source
        entries = _directory(io.BytesIO(source), data, limits)
    else:
        with source.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            entries = _directory(file, data, limits)
    return Package(entries, data, _checked(entries, data, limits))


def _directory(file: IO[bytes], data: Bytes, limits: Limits) -> dict[str, Entry]:
    """The central directory's entries by normal name, each compared with its local header; overlaps refused."""
    infos, end = directory(file, data)
    if len(infos) > limits.parts:
        raise Rejected("E-COMPLEX", what="部件数量", limit=str(limits.parts))
    entries: dict[str, Entry] = {}
    spans: list[tuple[int, int]] = []
    for info in infos:
        entry = _entry(info, data)
        spans.append((info.header_offset, entry.start + entry.packed))
        if info.is_dir():
            continue
        name = normal_name(info.filename)
        if name in entries:
            raise Rejected("E-DUPPART", part=info.filename)
        entries[name] = entry
    refuse_overlaps(spans, end)
    return entries


def _entry(info: zipfile.ZipInfo, data: Bytes) -> Entry:
    if info.flag_bits & _ENCRYPTED:
        raise Rejected("E-PASSWORD")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Rejected("E-DAMAGED", what=f"部件 {info.filename} 的压缩方式不能识别")
    start, raw_name = local_header(info, data)
    name = raw_name.decode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
    if name != info.orig_filename:
        raise Rejected("E-DAMAGED", what=f"部件 {info.filename} 的名称前后不一致")
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    return Entry(info.filename, start, info.compress_size, info.file_size, info.CRC, deflated)


def _checked(entries: Mapping[str, Entry], data: Bytes, limits: Limits) -> dict[str, bytes]:
    """Inflate every part once, counting; keep the XML parts that are small. Raises Rejected on the first unsound one."""
    kept: dict[str, bytes] = {}
    room, budget = KEPT_ALL, limits.inflated
    for name, entry in entries.items():
        is_xml = name.endswith(_XML_SUFFIXES)
        if is_xml and entry.size <= min(KEPT_PART, room):
            inflate_whole = _remembered if entry.size <= _MEMO else _inflate_small
            part, has_doctype = inflate_whole(data[entry.start : entry.start + entry.packed], *entry[3:])
            if part is not None:
                kept[name] = part
                room -= entry.size
                budget -= entry.size
                if budget < 0:
                    raise Rejected("E-BOMB", limit=f"{limits.inflated >> 20} MB")
                if has_doctype:
                    raise _doctype(name)
                continue
        tail, is_wide = b"", False
        for chunk in inflate(data, entry):
            budget -= len(chunk)
            if budget < 0:
                raise Rejected("E-BOMB", limit=f"{limits.inflated >> 20} MB")
            if is_xml:
                is_wide = is_wide or b"\0" in chunk[:8]
                if _has_doctype(tail + chunk, is_wide):
                    raise _doctype(name)
                tail = chunk[-32:]
    return kept


def _doctype(name: str) -> Rejected:
    return Rejected("E-XML", part=name, what="含有 DOCTYPE 声明")


def _has_doctype(part: bytes, is_wide: bool) -> bool:
    return any(mark in part for mark in _WIDE_DOCTYPES) if is_wide else b"<!DOCTYPE" in part


def _inflate_small(packed: bytes, size: int, crc: int, deflated: bool) -> tuple[bytes | None, bool]:
    """A whole part in one call, bounded by its claimed size, and whether it has a DOCTYPE; None when it is not what it claims."""
    part = packed
    if deflated:
        machine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            part = machine.decompress(packed, size + 1)
        except zlib.error:
            return None, False
        if not machine.eof or machine.unused_data:
            return None, False
    if len(part) != size or zlib.crc32(part) != crc:
        return None, False
    return part, _has_doctype(part, b"\0" in part[:8])


_remembered = lru_cache(maxsize=128)(_inflate_small)
"""Half the parts of a return come back byte for byte from every department: theme, styles, pages that nobody fills in."""
