"""Transfer encodings of a mail: bodies as they travel (base64, quoted-printable, uuencode) → bytes. What is broken is salvaged, and said."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_BLANKS: Final = b" \t\r\n"
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)
_END: Final = re.compile(rb"^end[ \t\r]*$", re.MULTILINE)


class Body(NamedTuple):
    """wrong: what was wrong with its encoding, for a clerk; "" when nothing was."""

    data: bytes
    wrong: str = ""


class Enclosed(NamedTuple):
    """A file that stands uuencoded in a text; raw_name: in an encoding that nobody says."""

    raw_name: bytes
    body: Body


def unwrapped(raw: bytes, encoding: str) -> Body:
    """The bytes that were sent. encoding: the Content-Transfer-Encoding, in small letters."""
    if encoding == "base64":
        return _base64(raw)
    if encoding == "quoted-printable":
        return Body(binascii.a2b_qp(raw))
    if encoding in {"", "7bit", "8bit", "binary"}:
        return Body(raw)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        inside = enclosed(raw)
        return inside[0].body if len(inside) == 1 else Body(raw, "uuencode 残缺")
    text = raw.translate(None, _BLANKS)
    if len(text) > 40 and _BASE64.fullmatch(text):
        return Body(_base64(raw).data, f"编码“{encoding}”不认识，按 base64 读取")
    return Body(raw, f"编码“{encoding}”不认识，按原样读取")


def _base64(raw: bytes) -> Body:
    text = raw.translate(None, _BLANKS)
    try:
        return Body(binascii.a2b_base64(text, strict_mode=True))
    except binascii.Error:
        pass
    return Body(base64_of(b"".join(_sound_lines(raw)).rstrip(b"=")), "base64 残缺或夹有其他内容")


def base64_of(signs: bytes) -> bytes:
    """The bytes of base64 without its padding, which may be missing or wrong; a last sign that makes no byte is dropped."""
    signs = signs[:-1] if len(signs) % 4 == 1 else signs
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))


def _sound_lines(raw: bytes) -> Iterator[bytes]:
    """The lines up to the first that is no base64: what a list or a virus scanner put below a file is no part of it."""
    longest, is_short = 0, False
    for line in raw.split(b"\n"):
        text = line.strip()
        if not _BASE64.fullmatch(text) or (is_short and not text):
            return
        yield text
        if text.endswith(b"="):
            return
        longest = max(longest, len(text))
        is_short = len(text) < longest


def enclosed(text: bytes) -> tuple[Enclosed, ...]:
    """The files that stand uuencoded in a text, as old mail programs sent them."""
    found: list[Enclosed] = []
    at = 0
    while (begin := _BEGIN.search(text, at)) is not None and (end := _END.search(text, begin.end())) is not None:
        found.append(Enclosed(begin[1].strip(), _uuencoded(text[begin.end() : end.start()])))
        at = end.end()
    return tuple(found)


def _uuencoded(lines: bytes) -> Body:
    out, wrong = [], ""
    for line in lines.split(b"\n"):
        try:
            out.append(binascii.a2b_uu(line.rstrip(b"\r")) if line.strip() else b"")
        except binascii.Error:
            wrong = "uuencode 残缺"
    return Body(b"".join(out), wrong)
