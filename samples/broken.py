"""Files that are no workbooks, as mailboxes bring them: cut off, password-protected, a web page, nothing at all."""

from __future__ import annotations

import struct

SECTOR = 512
FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
HEADER = "<8s16sHHHHH6sIIIIIIIII109I"
ENTRY = "<64sHBBIII16sIQQIQ"


def cut_off(workbook: bytes) -> bytes:
    """The first three fifths: a download that broke off."""
    return workbook[: len(workbook) * 3 // 5]


def web_page(title: str) -> bytes:
    """What some systems export as .xls: an HTML table, in GBK."""
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gbk"></head><body><table border="1">'
        f'<tr><td colspan="6">{title}</td></tr><tr><td>序号</td><td>专项支出名称</td><td>资金总额</td></tr>'
        "<tr><td>一</td><td>会议经费</td><td>8</td></tr></table></body></html>"
    )
    return page.encode("gb18030")


def password_protected(secret: bytes) -> bytes:
    """An OLE compound file with the two streams of an encrypted workbook; `secret` stands for the enciphered package.

    The container is valid (header, one FAT sector, one directory sector); what it holds cannot be deciphered by anybody.
    """
    package = struct.pack("<Q", len(secret)) + secret
    package = package.ljust(max(4096, len(package)), b"\0")
    streams = {"EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40).ljust(4096, b"\0"), "EncryptedPackage": package}
    chains: list[int] = [FAT, END]
    body = b""
    starts: dict[str, int] = {}
    for name, data in streams.items():
        padded = data + b"\0" * (-len(data) % SECTOR)
        count = len(padded) // SECTOR
        starts[name] = len(chains)
        chains += [*range(len(chains) + 1, len(chains) + count), END]
        body += padded
    if len(chains) > SECTOR // 4:
        raise ValueError("one FAT sector holds 128 sectors")
    fat = struct.pack(f"<{SECTOR // 4}I", *chains, *[FREE] * (SECTOR // 4 - len(chains)))
    directory = _entry("Root Entry", 5, child=1, start=END, size=0)
    directory += _entry("EncryptionInfo", 2, right=2, start=starts["EncryptionInfo"], size=4096)
    directory += _entry("EncryptedPackage", 2, start=starts["EncryptedPackage"], size=len(package))
    directory += _entry("", 0, start=0, size=0)
    return _header() + fat + directory + body


def _header() -> bytes:
    fields = (9, 6, b"\0" * 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    return struct.pack(
        HEADER, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0" * 16, 0x3E, 3, 0xFFFE, *fields, 0, *[FREE] * 108
    )


def _entry(name: str, kind: int, *, right: int = NONE, child: int = NONE, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0" if name else b""
    return struct.pack(ENTRY, wide, len(wide), kind, 1, NONE, right, child, b"\0" * 16, 0, 0, 0, start, size)
