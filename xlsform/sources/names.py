"""Names as they came: told apart from system leftovers, shown without what deceives, made fit for any disk. A name is never a path."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

LONGEST: Final = 100
"""Characters of a safe name, the suffix included."""
LONGEST_BYTES: Final = 200
"""Bytes of a safe name in UTF-8; most file systems take 255, an encrypted home 143 characters."""

Remark = tuple[str, Mapping[str, str]]
"""A W-… key of the catalogue with its parameters."""

_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_RESERVED: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(?:\.|$)")
_LEADS_OUT: Final = re.compile(r"^/|^[A-Za-z]:|\\|(?:^|/)\.\.(?:/|$)")
"""A way that is no plain one downwards."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LEFTOVERS: Final = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "icon\r", "smime.p7s"})
_LEFTOVER_SUFFIXES: Final = (".msf", ".lnk", ".tmp")
_LEFTOVER: Final = re.compile(r"(?i)\._|~\$|\.~|~wrl\d+|att\d{5}\.(?:txt|html?)$")
_MAGIC: Final = (
    (b"%PDF-", ".pdf"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"\xd0\xcf\x11\xe0", ".xls"),
    (b"Rar!", ".rar"),
    (b"7z\xbc\xaf", ".7z"),
)


def last_part(name: str) -> str:
    r"""The name without folders: ../a/b.xlsx, C:\a\b.xlsx and \\server\a\b.xlsx are b.xlsx."""
    parts = [part for part in re.split(r"[/\\]", name) if part not in {"", ".", ".."}]
    return re.sub(r"^[A-Za-z]:", "", parts[-1]) if parts else ""


def is_leftover(name: str) -> bool:
    """Whether a file (its name with folders) is something that a system or an editor left lying about: __MACOSX, ~$…, Thumbs.db."""
    last = last_part(name)
    folded = last.lower()
    return (
        "__MACOSX" in re.split(r"[/\\]", name)
        or folded in _LEFTOVERS
        or folded.endswith(_LEFTOVER_SUFFIXES)
        or _LEFTOVER.match(last) is not None
    )


def lock_beside(name: str, others: Collection[str]) -> str:
    """The lock file of Excel, WPS or LibreOffice that stands beside the file `name` (all with folders, / between), "" if there is none."""
    folder, last = name[: len(name) - len(last_part(name))], last_part(name)
    # Excel leaves out the first two characters of a long name, and writes "~$" instead.
    locks = (f"~${last}", f"~${last[2:]}", f".~lock.{last}#", f".~{last}")
    return next((lock for lock in locks if folder + lock in others and lock != "~$"), "")


def shown(name: str) -> str:
    r"""The name with control, bidirectional and other invisible characters written out (\u202e)."""
    if name.isprintable():
        return name
    return "".join(f"\\u{ord(sign):04x}" if unicodedata.category(sign) in _INVISIBLE else sign for sign in name)


def safe(name: str) -> str:
    """The last part of the name as any file system takes it; "" when nothing of it is left. Safe names stay as they are."""
    text = "".join(sign for sign in last_part(name) if unicodedata.category(sign) not in _INVISIBLE or sign < " ")
    text = _FORBIDDEN.sub("_", text).strip().rstrip(". ")
    text = f"_{text}" if _RESERVED.match(text) else text
    return _shortened(text)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST and len(text.encode("utf-8")) <= LONGEST_BYTES:
        return text
    stem, dot, suffix = text.rpartition(".")
    if not dot or not stem or len(suffix) > 8:
        stem, dot, suffix = text, "", ""
    room = LONGEST_BYTES - len(f"{dot}{suffix}".encode())
    kept = stem[: LONGEST - len(suffix) - 1].encode("utf-8")[:room].decode("utf-8", "ignore")
    return kept.rstrip(". ") + dot + suffix


def unnamed(data: bytes, content_type: str = "") -> str:
    """A name for a file that came without one, after its type and hash."""
    return f"附件-{hashlib.sha256(data).hexdigest()[:8]}{_suffix(data, content_type)}"


def _suffix(data: bytes, content_type: str) -> str:
    if data.startswith(b"PK\x03\x04"):
        return ".xlsx" if b"[Content_Types].xml" in data[:4096] or b"xl/" in data[:4096] else ".zip"
    for magic, suffix in _MAGIC:
        if data.startswith(magic):
            return suffix
    return {"text/plain": ".txt", "text/html": ".html", "text/csv": ".csv", "message/rfc822": ".eml"}.get(
        content_type, ".bin"
    )


def settled(name: str, fallback: str) -> tuple[str, tuple[Remark, ...]]:
    """The safe name of a file that is called `name`, `fallback` where nothing of it is left, and what is to be said about it."""
    if not name.strip():
        return fallback, (("W-UNNAMED", {"name": fallback}),)
    fit = safe(name) or fallback
    is_sound = fit == last_part(name) and not _LEADS_OUT.search(name)
    return fit, () if is_sound else (("W-UNSAFENAME", {"raw": name, "name": fit}),)
