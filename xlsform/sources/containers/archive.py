"""A zip archive: every entry comes out as exactly one `Piece`. Names are never paths, headers are never trusted (see `ooxml.container`)."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from xlsform.core.errors import Rejected
from xlsform.ooxml.container import Entry, directory, inflate, local_header, refuse_overlaps
from xlsform.ooxml.package import normal_name
from xlsform.sources.containers.charsets import GB18030, UTF_8, Text, guessed
from xlsform.sources.containers.pieces import MEGABYTE, Budget, Contents, Piece, named
from xlsform.sources.names import is_leftover, lock_beside
from xlsform.sources.received import Kind

LARGEST: Final = 256 * MEGABYTE
"""Bytes of one file in an archive; it is in memory as a whole."""

_NOTHING_DEFLATED: Final = 2
_ENCRYPTED: Final = 0x1
_UTF_8_FLAG: Final = 0x800
_UNICODE_NAME: Final = 0x7075
_DOCUMENT_PARTS: Final = ("[content_types].xml", "meta-inf/manifest.xml", "_rels/.rels")
_METHODS: Final = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "zstd", 95: "xz", 98: "PPMd"}
_KINDS: Final = {
    stat.S_IFLNK: "符号链接",
    stat.S_IFBLK: "设备",
    stat.S_IFCHR: "设备",
    stat.S_IFIFO: "管道",
    stat.S_IFSOCK: "套接字",
}


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip archive does, a workbook or any other."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_document(data: bytes) -> bool:
    """Whether a zip is one document (.xlsx, .docx, .ods) and no archive of files: by what it holds, also where it is cut off."""
    try:
        infos, _ = directory(io.BytesIO(data), data)
    except Rejected:
        first = data[30 : 30 + int.from_bytes(data[26:28], "little")]
        return normal_name(first.decode("cp437")).startswith((*_DOCUMENT_PARTS, "xl/", "docprops/", "mimetype"))
    names = {normal_name(info.filename) for info in infos}
    return not names.isdisjoint(_DOCUMENT_PARTS)


def contents(data: bytes, budget: Budget) -> Contents:
    """The files in an archive. Raises Rejected (E-DAMAGED) when its directory is, when entries overlap, or when there are none."""
    infos, end = directory(io.BytesIO(data), data)
    spans: list[tuple[int, int]] = []
    for info in infos:
        start, _ = local_header(info, data)
        spans.append((info.header_offset, start + info.compress_size))
    refuse_overlaps(spans, end)
    files = [info for info in infos if not info.is_dir() or info.file_size or info.compress_size > _NOTHING_DEFLATED]
    if not files:
        raise Rejected("E-DAMAGED", what="压缩包里没有文件")
    return Contents(_pieces(files, data, budget))


def _pieces(files: Sequence[zipfile.ZipInfo], data: bytes, budget: Budget) -> Iterator[Piece]:
    names = _names(files)
    ways = [name.text.replace("\\", "/") for name in names]
    together = frozenset(ways)
    for info, name, whole in zip(files, names, ways, strict=True):
        content, reason = b"", None
        try:
            budget.spend_file()
            content = b"" if is_leftover(whole) else _content(info, name.text, data, budget)
        except Rejected as rejected:
            reason = rejected
        raw = _raw_name(info).decode("cp437") if name.guessed else ""
        piece = named(content, name, raw=raw)
        if is_leftover(whole):
            yield piece._replace(kind=Kind.SKIPPED)
        elif reason is not None:
            yield piece.rejected(reason)
        else:
            lock = lock_beside(whole, together)
            yield piece._replace(remarks=(*piece.remarks, ("W-STILLOPEN", {"name": lock}))) if lock else piece


def _content(info: zipfile.ZipInfo, name: str, data: bytes, budget: Budget) -> bytes:
    """An entry's bytes. Raises Rejected: E-ZIPPASSWORD, E-UNSAFE, E-ARCHIVE, E-DAMAGED, E-BOMB."""
    if info.flag_bits & _ENCRYPTED:
        raise Rejected("E-ZIPPASSWORD")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Rejected("E-UNSAFE", name=name, kind=_KINDS.get(kind, "特殊文件"))
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Rejected("E-ARCHIVE", found=f"zip，压缩方式 {_METHODS.get(info.compress_type, info.compress_type)}")
    start, raw_name = local_header(info, data)
    if raw_name != _raw_name(info):
        raise Rejected("E-DAMAGED", what="文件名前后不一致")
    entry = Entry(name, start, info.compress_size, info.file_size, info.CRC, info.compress_type == zipfile.ZIP_DEFLATED)
    content = bytearray()
    for chunk in inflate(data, entry):
        budget.spend(len(chunk))
        content += chunk
        if len(content) > LARGEST:
            raise Rejected("E-BOMB", limit=f"{LARGEST // MEGABYTE} MB")
    return bytes(content)


def _names(files: Sequence[zipfile.ZipInfo]) -> list[Text]:
    """The entries' names: as their flag or the extra field 0x7075 says, else strictly UTF-8, else GB18030, else cp437.

    One program packed all of them: where all unlabelled names are GB18030 together, a short one is not taken for UTF-8.
    """
    said = [_said(info) for info in files]
    unsaid = b"\n".join(_raw_name(info) for info, name in zip(files, said, strict=True) if name is None)
    together = guessed(unsaid).charset
    return [
        name if name is not None else _unsaid(_raw_name(info), together) for info, name in zip(files, said, strict=True)
    ]


def _unsaid(raw: bytes, together: str) -> Text:
    if raw.isascii() or together != GB18030:
        return guessed(raw)
    return Text(raw.decode(GB18030), GB18030, guessed=True)


def _said(info: zipfile.ZipInfo) -> Text | None:
    if info.flag_bits & _UTF_8_FLAG:
        return Text(info.orig_filename, UTF_8)
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_NAME and len(field) > 5 and field[0] == 1:
            try:
                name = field[5:].decode(UTF_8)
            except UnicodeDecodeError:
                continue
            if int.from_bytes(field[1:5], "little") == zlib.crc32(_raw_name(info)):
                return Text(name, UTF_8)
    return None


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    """The name as it stands in the archive; zipfile reads it as cp437, in which every byte is a character."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF_8_FLAG else "cp437")
