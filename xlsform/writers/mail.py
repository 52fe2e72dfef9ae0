"""Mail as drafts: .eml files that Outlook, Foxmail and Thunderbird open ready to be sent. Nothing is sent from here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SUBTYPES = {".xlsx": XLSX, ".xlsm": "vnd.ms-excel.sheet.macroEnabled.12", ".xls": "vnd.ms-excel", ".pdf": "pdf"}


DEPARTMENT, KIND = "X-Xlsform-Department", "X-Xlsform-Kind"
"""What a draft says of itself: whose it is, as addresses may be shared, and which letter (下发, 退回, 催报)."""


def draft(
    to: str,
    subject: str,
    body: str,
    attachments: Sequence[tuple[str, bytes]] = (),
    sender: str = "",
    *,
    department: str = "",
    kind: str = "",
) -> bytes:
    """One draft: UTF-8 text, file names after RFC 2231, no date and no message id, so that the same mail is the same bytes.

    attachments: (name that the receiver sees, bytes). `to` and `sender` are addresses, or several with commas between; either may be "".
    department, kind: for DEPARTMENT and KIND. X-Unsent makes Outlook open it for editing. Line breaks in a header become blanks.
    """
    from email.message import EmailMessage  # noqa: PLC0415 - only who writes mail needs it
    from email.policy import SMTP  # noqa: PLC0415

    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"
    if sender:
        mail["From"] = _one_line(sender)
    if to:
        mail["To"] = _one_line(to)
    mail["Subject"] = _one_line(subject)
    for header, said in ((DEPARTMENT, department), (KIND, kind)):
        if said:
            mail[header] = _one_line(said)
    mail.set_content(body if body.endswith("\n") else body + "\n", charset="utf-8", cte="base64")
    for name, data in attachments:
        suffix = name[name.rfind(".") :].lower() if "." in name else ""
        mail.add_attachment(
            data, maintype="application", subtype=_SUBTYPES.get(suffix, "octet-stream"), filename=_one_line(name)
        )
    if attachments:
        told = hashlib.sha256()
        for part in (to, subject, body, *(name for name, _ in attachments)):
            told.update(part.encode("utf-8", "surrogatepass") + b"\0")
        for _, data in attachments:
            told.update(data)
        mail.set_boundary(f"=_xlsform_{told.hexdigest()[:32]}")
    return mail.as_bytes()


def _one_line(text: str) -> str:
    return " ".join(text.split())
