"""Mails byte by byte, as Chinese mail programs write them: file names in every encoding, and what is broken in the wild."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import NamedTuple

CRLF = b"\r\n"


def word(raw: bytes, charset: str, *, quoted: bool = False) -> bytes:
    """An encoded word (RFC 2047)."""
    if quoted:
        text = "".join(f"={byte:02X}" for byte in raw).encode()
        return b"=?%s?Q?%s?=" % (charset.encode(), text)
    return b"=?%s?B?%s?=" % (charset.encode(), base64.b64encode(raw))


def words(raw: bytes, charset: str, every: int, *, quoted: bool = False) -> bytes:
    """Encoded words of `every` bytes each, whether or not a character ends there, folded."""
    cut = [word(raw[at : at + every], charset, quoted=quoted) for at in range(0, len(raw), every)]
    return b"\r\n ".join(cut)


def percent(raw: bytes) -> bytes:
    return "".join(f"%{byte:02X}" for byte in raw).encode()


def continued(name: str, encoding: str, charset: str, every: int = 5) -> bytes:
    """filename*0*=…; filename*1*=… (RFC 2231), cut inside characters."""
    raw = name.encode(encoding)
    cut = [percent(raw[at : at + every]) for at in range(0, len(raw), every)]
    lines = [
        b" filename*%d*=%s%s" % (at, charset.encode() + b"''" if at == 0 else b"", one) for at, one in enumerate(cut)
    ]
    return b";\r\n".join(lines)


NAMINGS: dict[str, Callable[[str], tuple[bytes, bytes]]] = {
    "RFC 2231 in UTF-8": lambda name: (b"", b"; filename*=UTF-8''" + percent(name.encode())),
    "RFC 2231 in GBK, continued inside characters": lambda name: (b"", b";\r\n" + continued(name, "gb18030", "gbk")),
    "RFC 2047 in UTF-8, cut inside characters": lambda name: (
        b"",
        b'; filename="%s"' % words(name.encode(), "utf-8", 7),
    ),
    "RFC 2047 in GB2312 that carries GBK": lambda name: (
        b"",
        b'; filename="%s"' % words(name.encode("gb18030"), "gb2312", 9),
    ),
    "RFC 2047 quoted, in x-gbk": lambda name: (
        b"",
        b'; filename="%s"' % words(name.encode("gb18030"), "x-gbk", 9, quoted=True),
    ),
    "raw UTF-8": lambda name: (b"", b'; filename="%s"' % name.encode()),
    "raw GBK": lambda name: (b"", b'; filename="%s"' % name.encode("gb18030")),
    "only in Content-Type, raw GBK": lambda name: (b'; name="%s"' % name.encode("gb18030"), b""),
}
"""Eight ways to write a Chinese file name: what stands behind Content-Type, and behind Content-Disposition."""


class Attachment(NamedTuple):
    """kind, disposition: the raw headers with all parameters, b"" for no such header; encoding: as the header says; body: as it travels."""

    body: bytes
    kind: bytes = b"application/octet-stream"
    disposition: bytes = b"attachment"
    encoding: bytes = b"base64"
    more: bytes = b""

    @property
    def raw(self) -> bytes:
        named = [(b"Content-Type", self.kind), (b"Content-Disposition", self.disposition)]
        named += [(b"Content-Transfer-Encoding", self.encoding)]
        lines = b"".join(b"%s: %s\r\n" % (name, value) for name, value in named if value)
        return lines + self.more + CRLF + self.body


def b64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", CRLF)


def attached(
    data: bytes, name: str = "", naming: str = "RFC 2231 in UTF-8", kind: bytes = b"application/octet-stream"
) -> Attachment:
    """A file as an attachment, named one of the eight ways."""
    in_kind, in_disposition = NAMINGS[naming](name) if name else (b"", b"")
    return Attachment(b64(data), kind + in_kind, b"attachment" + in_disposition)


def text(body: bytes = b"see attachment", kind: bytes = b"text/plain; charset=utf-8") -> Attachment:
    """The letter itself."""
    return Attachment(body, kind, b"", b"8bit")


def mail(
    *parts: Attachment | bytes,
    sender: bytes = b"=?utf-8?B?5Yy65aeU5Yqe?= <Qwb@ShiFeng.GOV.cn>",
    subject: bytes = b"report",
    date: bytes = b"Tue, 20 Nov 2018 09:12:00 +0800",
    more: bytes = b"",
    boundary: bytes = b"=_next",
    kind: bytes = b'multipart/mixed; boundary="=_next"',
) -> bytes:
    """A mail of such parts."""
    head = b"Received: from a by b; %s\r\nFrom: %s\r\nTo: jx@czj.gov.cn\r\nSubject: %s\r\nDate: %s\r\n" % (
        date,
        sender,
        subject,
        date,
    )
    head += b"Message-ID: <1@shifeng>\r\nMIME-Version: 1.0\r\nContent-Type: %s\r\n%s\r\n" % (kind, more)
    raws = [part if isinstance(part, bytes) else part.raw for part in parts]
    return head + b"".join(b"--%s\r\n%s\r\n" % (boundary, raw) for raw in raws) + b"--%s--\r\n" % boundary


def multipart(parts: Sequence[Attachment], kind: bytes, boundary: bytes) -> bytes:
    """A multipart inside a mail."""
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, part.raw) for part in parts)
    return b'Content-Type: %s; boundary="%s"\r\n\r\n%s--%s--\r\n' % (kind, boundary, body, boundary)


def forwarded(inner: bytes) -> Attachment:
    """A mail inside a mail, as it is forwarded; its boundary is not that of the mail around it."""
    inner = inner.replace(b"=_next", b"=_%d" % len(inner))
    return Attachment(inner, b"message/rfc822", b"", b"8bit")
