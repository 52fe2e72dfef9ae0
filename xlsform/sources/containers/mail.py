"""One mail as raw bytes: its letter, and the files in it.

Whatever is broken in a mail is salvaged as far as it goes, and every part comes out as exactly one `Piece`: nothing here raises on bad bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from xlsform.core.inbox import Letter
from xlsform.sources.containers.charsets import Text, guessed
from xlsform.sources.containers.headers import (
    Headers,
    address_of,
    date_of,
    headers_of,
    name_of,
    parameters,
    text_of,
    without_parameters,
)
from xlsform.sources.containers.pieces import Budget, Contents, Piece, named
from xlsform.sources.containers.transfer import Body, enclosed, unwrapped
from xlsform.sources.names import is_leftover, safe
from xlsform.sources.received import Kind

DEEPEST: Final = 30
"""Multiparts inside each other; mail programs make three or four."""
MOST_PARTS: Final = 2_000
"""Parts of one mail; those beyond it are not looked at, and said together."""

_HEAD: Final = 1 << 20
"""Bytes in which the headers of a mail are looked for."""
_TELLING: Final = frozenset({b"from", b"to", b"subject", b"date", b"received", b"content-type"})
_CONTENT_ID: Final = re.compile(rb"(?i)\bcid:([^\"'\s<>)]+)")
_GUESSED_BOUNDARY: Final = re.compile(
    rb"^--([^\r\n]{1,200}?)[ \t]{0,9}\r?\n(?=Content-[A-Za-z-]+:)", re.MULTILINE | re.IGNORECASE
)
_TRANSFER: Final = re.compile(rb"^Content-Transfer-Encoding:", re.MULTILINE | re.IGNORECASE)
_NO_TEXTS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!\x1a", b"%PDF-", b"\x78\x9f\x3e\x22")
_NO_FILES: Final = frozenset({"application/pgp-signature", "application/applefile"})
_DAEMONS: Final = ("mailer-daemon@", "postmaster@")
_SENT_BACK: Final = re.compile(r"(?i)退信|投递|undeliver|delivery|failure|returned mail")
_LINKS: Final = (
    (re.compile(rb"(?i)https?://[\w.]*mail\.qq\.com/(?:cgi-bin/ftnExs_|ftn/)"), "QQ 邮箱超大附件"),
    (re.compile(rb"(?i)https?://[\w.]*\b(?:163|126|yeah)\.(?:com|net)/(?:fs/display|html/cloud-attachment|large-attachment)"), "网易邮箱云附件"),
    (re.compile(rb"(?i)https?://(?:pan\.baidu\.com/s/|[\w.]*mail\.10086\.cn/\w*(?:disk|file|attach))"), "网盘链接"),
)  # fmt: skip
"""Links that stand for an attachment which the sender's mail service kept."""


class _Part(NamedTuple):
    """A leaf of a mail: its headers and where its body lies; is_report: it stands in what a mail server says of another mail.

    broken: why it could not be taken apart, "" for a sound one.
    """

    headers: Headers
    start: int
    stop: int
    is_report: bool = False
    broken: str = ""

    @property
    def media_type(self) -> str:
        """Its Content-Type without parameters; text/plain where nothing is said (RFC 2045, 5.2)."""
        return without_parameters(self.headers.get(b"content-type", b"")) or "text/plain"

    @property
    def is_text(self) -> bool:
        """Whether it is the letter's own text and no attachment."""
        if self.broken or not self.media_type.startswith("text/"):
            return False
        return (
            without_parameters(self.headers.get(b"content-disposition", b"")) != "attachment"
            and not name_of(self.headers).text
        )


def is_mail(name: str, data: bytes, *, is_said: bool = False) -> bool:
    """Whether the bytes are a mail: by their headers; few are enough where it is said or the name ends so (.eml).

    A saved web page (.mht) is none, though it has some.
    """
    headers, _ = headers_of(data, 0, min(len(data), _HEAD))
    suffix = name.lower().rpartition(".")[2]
    if is_said or suffix == "eml":
        return not headers.keys().isdisjoint(_TELLING)
    if suffix in {"mht", "mhtml", "xls"}:
        return False
    return b"from" in headers and not headers.keys().isdisjoint({b"received", b"message-id", b"to"})


def letter_of(data: bytes) -> Letter:
    """Who wrote a mail, and when."""
    return letter_from(headers_of(data, 0, min(len(data), _HEAD))[0])


def contents(data: bytes, budget: Budget) -> Contents:
    """The letter and the files of a mail."""
    headers, body = headers_of(data, 0, len(data))
    letter = letter_from(headers)
    return Contents(_pieces(data, headers, body, letter, budget), letter)


def letter_from(headers: Headers) -> Letter:
    """Who wrote a mail with such headers, and when."""
    address, name = "", ""
    for header in (b"from", b"sender", b"reply-to", b"return-path"):
        said, display = address_of(headers.get(header, b""))
        name = name or display
        if said:
            address = said
            break
    mail_id = guessed(headers.get(b"message-id", b"").strip().strip(b"<>")).text
    subject = " ".join(text_of(headers.get(b"subject", b"")).text.split())
    return Letter(address, name, subject, mail_id, date_of(headers.get(b"date", b"")))


def _pieces(data: bytes, headers: Headers, start: int, letter: Letter, budget: Budget) -> Iterator[Piece]:
    is_bounce = _is_bounce(headers, letter)
    walk = _parts(data, headers, start, len(data), is_report=is_bounce, salvage=not is_bounce)
    parts = [(part, _own_text(data, part)) for part in islice(walk, MOST_PARTS)]
    texts = [(part, text) for part, text in parts if text is not None]
    identities = {
        unquote_to_bytes(one[1])
        for part, text in texts
        if part.media_type == "text/html"
        for one in _CONTENT_ID.finditer(text)
    }
    any_file = False
    for part, text in parts:
        if text is None:
            piece = _piece(data, part, identities, budget)
            any_file |= piece.kind is not Kind.SKIPPED
            yield piece
    if next(walk, None) is not None:
        yield Piece("其余附件", "其余附件", b"").refused("E-BOMB", limit=f"{MOST_PARTS:,} 个附件")
    for part, text in texts:
        for inside in () if part.is_report else enclosed(text):
            any_file = True
            yield _file(guessed(inside.raw_name), inside.body, "", budget)
    if not any_file and not is_bounce:
        yield from _links(text for _, text in texts)


def _is_bounce(headers: Headers, letter: Letter) -> bool:
    """Whether a mail server sends back what it could not deliver: our own blank, maybe, and nobody's return."""
    return letter.sender.startswith(_DAEMONS) and (
        headers.get(b"return-path", b"").strip() == b"<>"
        or not headers.keys().isdisjoint({b"auto-submitted", b"x-failed-recipients"})
        or _SENT_BACK.search(letter.subject) is not None
    )


def _own_text(data: bytes, part: _Part) -> bytes | None:
    """The letter's own text; None for a part that is an attachment, also where it has neither name nor type of one."""
    if not part.is_text:
        return None
    text = _body(data, part).data
    return None if text.startswith(_NO_TEXTS) else text


def _links(texts: Iterator[bytes]) -> Iterator[Piece]:
    """An attachment that stayed with the sender's mail service, once a mail."""
    for text in texts:
        for pattern, found in _LINKS:
            if pattern.search(text):
                yield Piece(found, found, b"").refused("E-LINK", found=found)
                return


def _parts(
    data: bytes,
    headers: Headers,
    start: int,
    stop: int,
    depth: int = 0,
    *,
    is_report: bool = False,
    salvage: bool = False,
) -> Iterator[_Part]:
    """The leaves, in their order. salvage: also take apart a text that shows the parts of a mail whose headers got lost."""
    part = _Part(headers, start, stop, is_report)
    if not part.media_type.startswith("multipart/"):
        lost = _GUESSED_BOUNDARY.search(data, start, stop) if salvage and part.is_text else None
        if lost is None or not _TRANSFER.search(data, start, stop):
            yield part
            return
        boundary: bytes | None = lost[1]
    elif depth >= DEEPEST:
        yield part._replace(broken="分段套得太深")
        return
    else:
        boundary = _boundary(data, part)
        is_report = is_report or part.media_type == "multipart/report"
    if boundary is None:
        if data[start:stop].strip():
            yield part._replace(broken="找不到分段标记", is_report=is_report)
        return
    for inner_start, inner_stop in _segments(data, boundary, start, stop):
        inner, body = headers_of(data, inner_start, inner_stop)
        if part.media_type == "multipart/digest":
            inner = {b"content-type": b"message/rfc822", **inner}
        yield from _parts(data, inner, body, inner_stop, depth + 1, is_report=is_report)


def _boundary(data: bytes, part: _Part) -> bytes | None:
    """What stands between the parts: what the header says, or, when that occurs nowhere, what stands there."""
    said = parameters(part.headers[b"content-type"]).get("boundary")
    if said is not None and said.raw.strip() and _delimiter(said.raw).search(data, part.start, part.stop):
        return said.raw
    there = _GUESSED_BOUNDARY.search(data, part.start, part.stop)
    return there[1] if there is not None else None


def _delimiter(boundary: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"^--%s(--)?[ \t]*\r?(?:\n|\Z)" % re.escape(boundary.rstrip()), re.MULTILINE)


def _segments(data: bytes, boundary: bytes, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Where the parts lie; the line break before a boundary belongs to the boundary. The last may lack its end."""
    before, was_last = -1, True
    for line in _delimiter(boundary).finditer(data, start, stop):
        if not was_last:
            yield before, max(before, _without_break(data, before, line.start()))
        before, was_last = line.end(), line[1] is not None
    if not was_last:
        yield before, stop


def _without_break(data: bytes, start: int, stop: int) -> int:
    if data[stop - 2 : stop] == b"\r\n" and stop - 2 >= start:
        return stop - 2
    return stop - 1 if data[stop - 1 : stop] == b"\n" and stop > start else stop


def _body(data: bytes, part: _Part) -> Body:
    return unwrapped(
        data[part.start : part.stop], without_parameters(part.headers.get(b"content-transfer-encoding", b""))
    )


def _piece(data: bytes, part: _Part, identities: set[bytes], budget: Budget) -> Piece:
    if part.broken:
        piece = Piece("邮件内容", "邮件内容", data[part.start : part.stop]).refused("E-DAMAGED", what=part.broken)
    else:
        body, name = _body(data, part), name_of(part.headers)
        if part.media_type == "message/rfc822" and not name.text:
            name = Text(f"{safe(letter_of(body.data).subject)[:40] or '转发的邮件'}.eml")
        piece = _file(name, body, part.media_type, budget)._replace(is_mail=part.media_type == "message/rfc822")
        if part.media_type == "message/partial":
            piece = piece.refused("E-DAMAGED", what="邮件被拆成几封发送")
        elif part.media_type == "message/external-body":
            piece = piece.refused("E-LINK", found="外部附件")
    identity = part.headers.get(b"content-id", b"").strip().strip(b"<>")
    is_inline = part.media_type.startswith("image/") and identity in identities
    if part.is_report or is_inline or is_leftover(piece.shown) or part.media_type in _NO_FILES:
        return piece._replace(kind=Kind.SKIPPED, reason="", params={})
    return piece


def _file(name: Text, body: Body, content_type: str, budget: Budget) -> Piece:
    raw = name.text.encode(name.charset, "replace").decode("latin-1") if name.guessed else ""
    return named(body.data, name, budget, content_type=content_type, wrong=body.wrong, raw=raw)
