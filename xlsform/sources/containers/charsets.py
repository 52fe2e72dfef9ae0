"""Bytes of a name or a subject → text, whatever their label says: UTF-8 where they are UTF-8, else GB18030, else what the label says.

Chinese mail programs write GBK raw, under the label of GB2312 or ISO-8859-1, or under labels of their own (x-gbk).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

GB18030: Final = "GB18030"
UTF_8: Final = "UTF-8"

_GB: Final = re.compile(
    r"(?:x-)?(?:cs)?(?:gb[-_]?(?:k|2312(?:-?80)?|18030)(?:[-_]\d+)?|cp-?936|ms936|windows-936|euc-cn|chinese)"
)
_BIG5: Final = re.compile(r"(?:x-)?(?:cn-|cs)?big-?5.*|cp950")
_OTHERS: Final = re.compile(
    r"utf-?7|utf-?16(?:le|be)?|iso-?8859-?\d+|latin-?\d+|windows-?\d+|cp-?\d+|koi8-[ru]|shift[-_]?jis|sjis|euc-(?:jp|kr)"
    r"|iso-2022-(?:jp|kr)|hz(?:-gb-2312)?|macintosh"
)
"""Labels that Python may be asked for; it knows others that are no encodings of mail (unicode_escape, idna)."""
_WESTERN: Final = re.compile(r"iso-?8859-?1|latin-?1|windows-?1252|cp-?1252")
"""The label that programs write which know no better."""
_ALL_ASCII: Final = ("utf-7", "utf7", "utf-16", "utf16", "hz", "iso-2022")
"""Labels of encodings whose bytes may all be ASCII without being it."""
_COMMON_HANZI: Final = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])*")
"""ASCII, and characters of GB 2312 in GBK."""
_TWO_HANZI: Final = re.compile("[\u4e00-\u9fff]{2}")
_CHINESE: Final = re.compile("[\u0800-\uffff]")
"""Characters that UTF-8 writes in three bytes, as it does those of Chinese."""


class Text(NamedTuple):
    """charset: what it was read as, for a clerk; guessed: whether nobody said so, or it said otherwise."""

    text: str
    charset: str = ""
    guessed: bool = False


def decoded(raw: bytes, label: str = "") -> Text:
    """The text of the bytes; `label` is the charset they claim. Never fails: in the end what cannot be read becomes U+FFFD."""
    label = label.strip(" \"'").lower().partition("*")[0]
    if raw.isascii() and not label.startswith(_ALL_ASCII):
        return Text(raw.decode("ascii"))
    codec = _codec(label)
    text = _strict(raw, codec) if codec else None
    if text is None or _is_mislabelled(raw, label, codec):
        return guessed(raw, codec if codec == UTF_8 else GB18030)._replace(guessed=True)
    return Text(text, codec)


def guessed(raw: bytes, last: str = "cp437") -> Text:
    """The text of bytes that nobody labelled: strictly UTF-8 (which is no guess), then GB18030, else read as `last`.

    Two bytes of UTF-8 may also be one Chinese character in GBK (“··” and 路路), four may be two: where UTF-8 has nothing Chinese and
    GBK two characters in a row, it is GBK.
    """
    if raw.isascii():
        return Text(raw.decode("ascii"))
    utf_8 = _strict(raw, UTF_8)
    if utf_8 is not None and (_CHINESE.search(utf_8) or not _is_chinese(raw)):
        return Text(utf_8, UTF_8)
    gb = _strict(raw, GB18030)
    return Text(gb, GB18030, guessed=True) if gb is not None else Text(raw.decode(last, "replace"), last, guessed=True)


def _codec(label: str) -> str:
    """The codec of a label, "" when it says nothing."""
    if label in {"utf-8", "utf8"}:
        return UTF_8
    if _GB.fullmatch(label):
        return GB18030
    if _BIG5.fullmatch(label):
        return "big5hkscs"
    return label if _OTHERS.fullmatch(label) else ""


def _is_mislabelled(raw: bytes, label: str, codec: str) -> bool:
    """Whether bytes that can be read as their label says are rather something else: UTF-8 called GBK, Chinese called Western.

    A single Chinese character of UTF-8 is no reason to doubt GBK, whose characters now and then look like one.
    """
    utf_8 = _strict(raw, UTF_8) if codec == GB18030 or _WESTERN.fullmatch(label) else None
    if utf_8 is not None and len(_CHINESE.findall(utf_8)) > (codec == GB18030):
        return True
    return codec != GB18030 and _WESTERN.fullmatch(label) is not None and _is_chinese(raw)


def _is_chinese(raw: bytes) -> bool:
    """Whether the bytes are ASCII and common Chinese characters in GBK, two of them in a row at least."""
    return _COMMON_HANZI.fullmatch(raw) is not None and _TWO_HANZI.search(raw.decode("gbk", "replace")) is not None


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, LookupError):
        return None
