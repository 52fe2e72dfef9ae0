"""A campaign with an inbox, the mails that reach it, and everything that its folder and ledger hold, to be compared."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from zlib import crc32

from xlsform.core.edits import Put
from xlsform.operations import Settings, load_settings
from xlsform.sources.inbox.ledger import LEDGER
from xlsform.sources.received import CHINA
from xlsform.specfiles.campaign import campaign_text
from xlsform.writers.xlsx import applied

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "2019"
RETURNS, FAULTY = SAMPLES / "returns", SAMPLES / "faulty"
FOLDERS = ("下发", "收件", "退回", "汇总")
PDF = b"%PDF-1.4\nscanned page\n%%EOF\n"


def new_campaign(folder: Path) -> Path:
    """An empty campaign with the roster of the samples."""
    folder.mkdir(parents=True)
    (folder / "campaign.yaml").write_text(campaign_text(2019, "石峰区", "2019", ""), encoding="utf-8")
    shutil.copy(SAMPLES / "departments.xlsx", folder)
    for name in FOLDERS:
        (folder / name).mkdir()
    return folder


def settings_of(campaign: Path) -> Settings:
    return load_settings([campaign])


def elsewhere(settings: Settings, campaign: Path) -> Settings:
    """The same settings for another folder of the same kind, without reading the mapping files again."""
    assert settings.campaign is not None
    return replace(settings, campaign=replace(settings.campaign, folder=campaign))


def workbook(name: str) -> bytes:
    """A sample return: 区委办本级."""
    return (RETURNS / f"{name}.xlsx").read_bytes()


def changed(data: bytes, *cells: tuple[str, int, int, str | int]) -> bytes:
    """The workbook with other values in some cells: sheet, row, column, value."""
    return applied(data, [Put(*cell) for cell in cells])


def mail(
    sender: str,
    attachments: Mapping[str, bytes],
    *,
    sent: str = "2018-11-20 09:00",
    subject: str = "绩效目标申报表",
    inside: Sequence[bytes] = (),
    mail_id: str = "",
) -> bytes:
    """A mail as a department sends it; inside: mails that it forwards."""
    made = EmailMessage(policy=SMTP)
    made["From"] = f"经办人 <{sender}>"
    made["To"] = "jixiao@example.cn"
    made["Subject"] = subject
    made["Date"] = format_datetime(datetime.strptime(sent, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA))
    made["Message-ID"] = mail_id or f"<{crc32(repr((sender, sent, subject, *attachments)).encode())}@example.cn>"
    made.set_content("见附件。\n")
    for name, data in attachments.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    for one in inside:
        made.add_attachment(one, maintype="application", subtype="octet-stream", filename="转发.eml")
    made.set_boundary("=_boundary")
    return made.as_bytes()


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Files in a folder, each a minute younger than the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    for minute, (name, data) in enumerate(files.items()):
        (folder / name).write_bytes(data)
        changed_at = datetime(2018, 11, 20, 8, minute, tzinfo=CHINA).timestamp()
        os.utime(folder / name, (changed_at, changed_at))
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below, by its way."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def journal(inbox: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (inbox / "登记.jsonl").read_bytes().splitlines()]


def dump(inbox: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of the ledger, sorted."""
    connection = sqlite3.connect(inbox / LEDGER)
    try:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}  # noqa: S608
    finally:
        connection.close()
