"""Drafts on their way out: what one says, and the mail it becomes. What its writer or a clerk put in stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from xlsform.writers.mail import DEPARTMENT, KIND

_LINE_END = re.compile(rb"\r\n|\r|\n")
_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ENTRY = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^,;，；"])+')
_ANGLE = re.compile(r"<([^<>]*)>\s*$")
_UNSENT = b"x-unsent"
_NOT_SENT = frozenset({_UNSENT, b"date", b"message-id", b"bcc", b"return-path"})


class Said(NamedTuple):
    """What a draft says. to: all who get it, as addresses or, in `wrong`, as what is none; attachments: name and size in bytes;
    sender: the address in From, "" when there is none; is_draft: it says that it was not sent yet; is_mail: it is one that came.
    """

    to: tuple[str, ...]
    wrong: tuple[str, ...]
    subject: str
    attachments: tuple[tuple[str, int], ...]
    sender: str
    department: str
    kind: str
    is_draft: bool
    is_mail: bool


def read_draft(data: bytes) -> Said | None:
    """What a draft says, None when the bytes are no mail."""
    from email import message_from_bytes  # noqa: PLC0415 - slow to import, and few send mail
    from email.policy import default  # noqa: PLC0415

    mail = message_from_bytes(data, policy=default)
    if not {"to", "from", "subject"} & {name.lower() for name, _ in mail.raw_items()}:
        return None
    raw = [(name.lower(), value) for name, value in mail.raw_items()]
    entries = _addresses(value for name, value in raw if name in {"to", "cc", "bcc"})
    attachments = []
    for part in mail.walk():
        if not part.is_multipart() and (part.get_filename() or part.get_content_disposition() == "attachment"):
            content = part.get_payload(decode=True)
            attachments.append((part.get_filename() or "", len(content) if isinstance(content, bytes) else 0))
    senders = [one for one in _addresses(value for name, value in raw if name == "from") if is_address(one)]
    return Said(
        tuple(one for one in entries if is_address(one)),
        tuple(one for one in entries if not is_address(one)),
        _text(mail["Subject"]),
        tuple(attachments),
        senders[0] if senders else "",
        _text(mail[DEPARTMENT]),
        _text(mail[KIND]),
        mail["X-Unsent"] is not None,
        mail["Received"] is not None,
    )


def is_address(text: str) -> bool:
    """Whether a server can be asked to deliver to it."""
    return _MAIL_ADDRESS.fullmatch(text) is not None


def ready(draft: bytes, sender: str, sent: datetime, mail_id: str) -> bytes:
    """The mail that a draft becomes: From (`sender`, unless it has a right one), Date and Message-ID, without what only drafts have.

    Line ends become CRLF, as mail has them. sent: with its zone; mail_id: with its angle brackets.
    """
    from email.utils import format_datetime  # noqa: PLC0415 - slow to import, and few send mail

    head, between, body = _LINE_END.sub(b"\r\n", draft).partition(b"\r\n\r\n")
    said = read_draft(draft)
    dropped = _NOT_SENT | ({b"from"} if said is None or not said.sender else set())
    fields = [field for field in _FIELD_END.split(head) if _name(field) not in dropped]
    new = [f"Date: {format_datetime(sent)}".encode(), f"Message-ID: {mail_id}".encode()]
    if b"from" in dropped:
        new.append(b"From: " + _encoded(sender))
    return b"\r\n".join([*new, *(field for field in fields if field)]) + (between or b"\r\n\r\n") + body


def _encoded(sender: str) -> bytes:
    """A sender such as 财政局 <a@b.cn> in the letters that headers have."""
    from email.utils import formataddr, parseaddr  # noqa: PLC0415 - slow to import, and few send mail

    return formataddr(parseaddr(" ".join(sender.split()))).encode("ascii")


def address_in(sender: str) -> str:
    """The address in 财政局 <a@b.cn>, "" when there is none."""
    return next((one for one in _addresses([sender]) if is_address(one)), "")


def _addresses(headers: Iterable[str]) -> list[str]:
    """All that stands in headers of addresses, each once, names cut off; what is no address comes as it is.

    The library passes over what it does not understand, such as a second address behind a semicolon, and nobody would know.
    """
    found = []
    for header in headers:
        text = header.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        for entry in _ENTRY.findall(" ".join(text.split())):
            angle = _ANGLE.search(entry)
            found.append((angle[1] if angle is not None else entry).strip())
    return list(dict.fromkeys(one for one in found if one))


def _name(field: bytes) -> bytes:
    match = _NAME.match(field)
    return match[1].lower() if match is not None else b""


def _text(value: object) -> str:
    return " ".join(str(value or "").split())
