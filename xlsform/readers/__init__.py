"""Bytes → Book: what arrives is known by its content; the file name only adds a remark when it says otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from xlsform.core.cells import Book
from xlsform.core.errors import Rejected
from xlsform.readers import xlsx

Reader = Callable[[str, bytes], Book]


class Format(NamedTuple):
    """One thing a file can be.

    suffixes: the names it goes by; magic: a pattern for its first bytes; reader: None when it is refused, then with `reason`.
    """

    name: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes]
    reader: Reader | None = None
    reason: str = "E-NOTXLSX"


def _format(name: str, suffixes: str, magic: bytes, reader: Reader | None = None, reason: str = "E-NOTXLSX") -> Format:
    return Format(name, tuple(suffixes.split()), re.compile(magic, re.DOTALL | re.IGNORECASE), reader, reason)


_OLE = rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_START = rb"(?:\xef\xbb\xbf)?\s*"

FORMATS: Final = (
    _format("Excel 工作簿", ".xlsx .xlsm .xltx .xltm", rb"PK(?:\x03\x04|\x05\x06)", xlsx.read),
    _format("加密的工作簿", "", _OLE + rb".*E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", reason="E-PASSWORD"),
    _format("Word 97-2003 文档", ".doc .wps", _OLE + rb".*W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t\x00"),
    _format("Excel 97-2003 工作簿或 WPS 表格", ".xls .et .xlt .ett", _OLE, reason="E-XLS"),
    _format("早期版本的 Excel 工作表", ".xls", rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00"),
    _format("RAR 压缩包", ".rar", rb"Rar!\x1a\x07", reason="E-ARCHIVE"),
    _format("7z 压缩包", ".7z", rb"7z\xbc\xaf\x27\x1c", reason="E-ARCHIVE"),
    _format("gzip 压缩包", ".gz .tgz", rb"\x1f\x8b\x08", reason="E-ARCHIVE"),
    _format("PDF 文件", ".pdf", rb"%PDF-"),
    _format("图片", ".jpg .jpeg .png .gif .bmp", rb"\xff\xd8\xff|\x89PNG|GIF8|BM"),
    _format("RTF 文档", ".rtf .doc", rb"\{\\rtf"),
    _format("网页", ".html .htm .xls", _START + rb"(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype html|html|head|body|table|meta|style)\b"),
    _format("单个文件网页（MHT）", ".mht .mhtml .xls", rb"(?:MIME-Version|From|Content-Type|Subject|Date):"),
    _format("XML 文件（如 XML 表格 2003）", ".xml .xls", _START + rb"<\?xml|" + _START + rb"<Workbook"),
    _format("SYLK 文件", ".slk .xls", rb"ID;P"),
    _format("dBASE 数据库", ".dbf", rb"[\x03\x30\x31\x83\x8b\xf5][\x00-\xff][\x01-\x0c][\x01-\x1f].{4}[\x21-\xff]\x00"),
    _format("Lotus 工作表", ".wk1 .wks .wk3", rb"\x00\x00[\x02\x1a]\x00"),
)  # fmt: skip
"""The one table of formats; the first whose magic fits is the one."""


def read(file: str, data: bytes) -> Book:
    """Read a workbook. `file` is its name as it came in (return.zip/区委办.xlsx), kept in every place; it is not opened.

    Raises Rejected with the reason, an E-… key: E-EMPTY, E-NOTXLSX, E-XLS, E-PASSWORD, E-ARCHIVE, and those of `xlsx.read`.
    """
    if not data:
        raise Rejected("E-EMPTY")
    for form in FORMATS:
        if form.magic.match(data):
            break
    else:
        raise _unknown(data)
    if form.reader is None:
        raise Rejected(form.reason, found=form.name)
    return form.reader(file, data)


def _unknown(data: bytes) -> Rejected:
    if not data.strip(b"\0"):
        return Rejected("E-DAMAGED", what="内容全部是空字节")
    is_text = b"\0" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return Rejected("E-NOTXLSX", found="文本（如 CSV）" if is_text else "不能识别的格式")
