"""Headers of a mail from their raw bytes, as libraries lose what is not ASCII in them: words, parameters, addresses, dates."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from xlsform.sources.containers.charsets import GB18030, UTF_8, Text, decoded, guessed
from xlsform.sources.containers.transfer import base64_of
from xlsform.sources.received import CHINA, moment

Headers = Mapping[bytes, bytes]
"""Raw values by name in small letters, unfolded; of a header that is there twice the first."""
LONGEST: Final = 1 << 16
"""Bytes of a header that are looked at; a mail with a thousand receivers has fewer."""

_LINE: Final = re.compile(rb"[^\n]*\n?")
_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_WORD: Final = re.compile(rb"=\?([^?\s]{1,75})\?([BbQq])\?([^?]*)\?=")
_PARAMETER: Final = rb"(?:;|(?<!\s)\s)\s*+([A-Za-z0-9_-]+)(?:\*(\d+))?(\*?)\s*=\s*(?:\"(%s)\"|([^;]*))"
_PARAMETER_PLAIN: Final = re.compile(_PARAMETER % rb"(?:\\.|[^\"\\])*", re.DOTALL)
# The second byte of a character in GBK may be a backslash, which escapes nothing then.
_PARAMETER_GBK: Final = re.compile(_PARAMETER % rb"(?:[\x81-\xfe][@-~\x80-\xfe]|\\.|[^\"\\])*", re.DOTALL)
_TOKEN: Final = re.compile(rb"\s*[^;\s]*")
_PERCENT: Final = re.compile(rb"%[0-9A-Fa-f]{2}")
_ESCAPED: Final = re.compile(rb"\\([\"\\])")
_ESCAPED_GBK: Final = re.compile(rb"([\x81-\xfe][@-~\x80-\xfe])|\\([\"\\])")
_ANGLE: Final = re.compile(rb"<\s*([^<>@\s]+@[^<>\s]+)\s*>")
_BARE: Final = re.compile(rb"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+")
_QUOTED: Final = re.compile(rb'"[^"]*"')
_ZONE: Final = re.compile(r"[+-]\d{4}\b|\b(?:UTC?|GMT|Z|E[SD]T|C[D]T|M[SD]T|P[SD]T)\b")


class Parameter(NamedTuple):
    """A parameter as it stands: with charset and percent signs where extended (RFC 2231), escapes undone."""

    raw: bytes
    charset: str = ""
    is_extended: bool = False


def headers_of(data: bytes, start: int, stop: int) -> tuple[Headers, int]:
    """The headers of what stands between two offsets, and where its body begins."""
    fields: dict[bytes, bytes] = {}
    name, value, at = b"", [b""], start
    for line in _LINE.finditer(data, start, stop):
        text = line[0]
        if not text.strip(b"\r\n"):
            at = line.end()
            break
        if text[:1] in b" \t":
            value.append(text.rstrip(b"\r\n"))
        elif (field := _FIELD.match(text)) is not None:
            fields.setdefault(name, b"".join(value)[:LONGEST])
            name, value = field[1].lower(), [field[2].rstrip(b"\r\n")]
        elif at > start or not text.lstrip(b">").startswith(b"From "):  # that would be the line of a mailbox
            break  # no header and no blank line: the body begins here
        at = line.end()
    fields.setdefault(name, b"".join(value)[:LONGEST])
    fields.pop(b"", None)
    return fields, at


def text_of(raw: bytes) -> Text:
    """A header's text with its encoded words (RFC 2047) read.

    The bytes of neighbouring words of one charset are joined before they are read, as a character may lie across two of them.
    """
    texts: list[Text] = []
    held, charset, at = b"", "", 0
    for word in _WORD.finditer(raw):
        between = raw[at : word.start()]
        label = word[1].decode("ascii", "replace").lower()
        if held and (between.strip() or label != charset):
            texts.append(decoded(held, charset))
            held = b""
        if between.strip():
            texts.append(guessed(_unfolded(between)))
        held, charset, at = held + _word(word[2], word[3]), label, word.end()
    if held:
        texts.append(decoded(held, charset))
    if raw[at:].strip():
        texts.append(guessed(_unfolded(raw[at:])))
    said = next((text.charset for text in texts if text.guessed), "") or next(
        (text.charset for text in texts if text.charset), ""
    )
    return Text("".join(text.text for text in texts).strip(), said, any(text.guessed for text in texts))


def _unfolded(raw: bytes) -> bytes:
    return re.sub(rb"[\r\n\t]+", b" ", raw)


def _word(kind: bytes, payload: bytes) -> bytes:
    if kind in b"Qq":
        return binascii.a2b_qp(payload, header=True)
    return base64_of(re.sub(rb"[^A-Za-z0-9+/]", b"", payload))


def without_parameters(raw: bytes) -> str:
    """A header's value without its parameters, in small letters: text/html of a Content-Type, attachment of a Content-Disposition."""
    first = _TOKEN.match(raw)
    return first[0].strip().strip(b'"').decode("ascii", "replace").lower() if first is not None else ""


def parameters(raw: bytes) -> dict[str, Parameter]:
    """The parameters of a Content-Type or Content-Disposition by name; those in pieces (RFC 2231) are joined as bytes."""
    is_gbk = not raw.isascii() and guessed(raw).charset != UTF_8
    found: dict[str, dict[int, tuple[bytes, bool]]] = {}
    first = _TOKEN.match(raw)
    for one in (_PARAMETER_GBK if is_gbk else _PARAMETER_PLAIN).finditer(raw, first.end() if first is not None else 0):
        value = one[5].strip().strip(b'"') if one[4] is None else _unescaped(one[4], is_gbk)
        name = one[1].decode("ascii").lower()
        if one[2] is None:
            name += one[3].decode("ascii")
        found.setdefault(name, {}).setdefault(int(one[2] or 0), (value, bool(one[3])))
    return {name: _joined(pieces) for name, pieces in found.items()}


def _unescaped(raw: bytes, is_gbk: bool) -> bytes:
    if b"\\" not in raw:
        return raw
    return _ESCAPED_GBK.sub(lambda one: one[1] or one[2], raw) if is_gbk else _ESCAPED.sub(rb"\1", raw)


def _joined(pieces: Mapping[int, tuple[bytes, bool]]) -> Parameter:
    charset, out, any_extended = "", b"", False
    for at in sorted(pieces):
        value, is_extended = pieces[at]
        if is_extended:
            if not any_extended and value.count(b"'") >= 2:
                label, _, value = value.split(b"'", 2)
                charset = label.decode("ascii", "replace")
            value = unquote_to_bytes(value)
            any_extended = True
        out += value
    return Parameter(out, charset, any_extended)


def name_of(headers: Headers) -> Text:
    """The file name of a part: that of its disposition, else that of its type; of several readings one that is not guessed."""
    texts: list[Text] = []
    for header, name in ((b"content-disposition", "filename"), (b"content-type", "name")):
        found = parameters(headers.get(header, b""))
        texts += (_name(found[key]) for key in (f"{name}*", name) if key in found)
    texts = [text for text in texts if text.text]
    return next((text for text in texts if not text.guessed), texts[0] if texts else Text(""))


def _name(parameter: Parameter) -> Text:
    if parameter.is_extended:
        return decoded(parameter.raw, parameter.charset)
    text = text_of(parameter.raw)
    if _PERCENT.search(parameter.raw) and parameter.raw.isascii():  # percent signs of RFC 2231 without its star
        bare = guessed(unquote_to_bytes(parameter.raw))
        return bare._replace(guessed=True) if bare.charset in {UTF_8, GB18030} else text
    return text


def address_of(raw: bytes) -> tuple[str, str]:
    """(address in small letters, display name) of a From header; "" for what is not there."""
    bare = _QUOTED.sub(lambda quoted: b" " * len(quoted[0]), raw)
    found = _ANGLE.search(bare)
    if found is not None:
        return _address(found[1]), text_of(raw[: found.start()]).text.strip(" \"'")
    single = _BARE.search(bare)
    if single is not None:
        rest = raw[: single.start()] + raw[single.end() :]
        return _address(single[0]), text_of(rest).text.strip(" \"'()<>")
    text = text_of(raw).text
    if "@" in text and text.encode("utf-8") != raw.strip():  # all of it in encoded words, which is not allowed
        return address_of(text.encode("utf-8"))
    return "", text.strip(" \"'")


def _address(raw: bytes) -> str:
    return decoded(raw).text.lower()


def date_of(raw: bytes) -> str:
    """The moment of a Date header, "" when it cannot be read. Without a zone, or as CST, it is China's."""
    text = " ".join(raw.decode("latin-1").split())
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            return moment(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            return ""
    if not _ZONE.search(text.rpartition(":")[2]):
        when = when.replace(tzinfo=CHINA)
    elif when.tzinfo is None:  # -0000: universal time, from nobody knows where
        when = when.replace(tzinfo=UTC)
    try:
        return moment(when)
    except (ValueError, OverflowError):
        return ""
