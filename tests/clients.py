"""The departments' side of a collection by mail. Each reads what the bureau sent it over IMAP, fills in the workbook that was attached,
and answers as mail programs in Chinese offices do: names in every encoding, archives, forwarded mails, mistakes.

What a department means is samples/2019/expected.json, which was made from its texts and not by reading workbooks.
"""

from __future__ import annotations

import email
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from openpyxl import load_workbook

from tests.inboxes import PDF, changed
from tests.servers import Post
from tests.sources.mails import Attachment, attached, forwarded, text, word
from xlsform import readers
from xlsform.core.edits import Put
from xlsform.core.extract import extract
from xlsform.core.fill import fill
from xlsform.core.identify import identify
from xlsform.core.marks import CODE, REASON, SHEET
from xlsform.ooxml.borders import bordered_cells
from xlsform.operations import Settings
from xlsform.specfiles.records import records_of
from xlsform.writers.xlsx import applied

Records = dict[str, list[dict[str, Any]]]
"""Region → records → field → what the department means."""

MEANT: Mapping[str, Records] = {
    name: said["records"]
    for name, said in json.loads(
        (Path(__file__).parents[1] / "samples" / "2019" / "expected.json").read_text("utf-8"), parse_float=Decimal
    ).items()
}

GOVERNMENT, SCHOOLS, VETERANS, CIVIL, CULTURE, FINANCE = (
    "区政府办公室", "区教育局", "区退役军人事务局", "区民政局", "区文化旅游体育局", "区财政局",
)  # fmt: skip
HEALTH, HOUSING, CITY, FARMING, SCIENCE, EMERGENCY, STREET, LABOUR = (
    "区卫生健康局", "区住房和城乡建设局", "区城市管理和综合执法局", "区农业农村局", "区科技和工业信息化局", "区应急管理局",
    "响石岭街道办事处", "区人力资源和社会保障局",
)  # fmt: skip
NAMES = (
    GOVERNMENT, SCHOOLS, VETERANS, CIVIL, CULTURE, FINANCE, LABOUR, HEALTH, HOUSING, CITY, FARMING, SCIENCE, EMERGENCY, STREET,
)  # fmt: skip
"""The departments of the story, in the order of the roster."""

XLSX = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_AMOUNT, FIRST_VALUE = ("汇总表", 4, 4), ("指标分解表", 4, 8)
"""Sheet, row and column of a return's first 资金总额 and its first annual 指标值."""
WRONG_AMOUNT = Decimal(2999)
"""What 区教育局 first writes as its 资金总额."""
FORMER_AMOUNT = Decimal("1.11")
"""What 区民政局 first writes for one of its funds, and takes back."""
REASON_GIVEN = "指标4为市级考核指标，沿用市里的编号，见株财绩〔2018〕9号"
"""What 区财政局 writes into 审核说明."""


class Mail(NamedTuple):
    """A letter of the bureau, as a mail program shows it: files by name."""

    subject: str
    mail_id: str
    answer_to: str
    body: str
    files: dict[str, bytes]


class File(NamedTuple):
    """A file that a department sent, in which of the eight ways its name (or that of its archive) was written, and its bytes."""

    department: str
    name: str
    naming: str
    data: bytes


@dataclass
class Departments:
    """All of them, with their mailboxes. clock: when the last of them wrote; each writes a minute after the other.

    mails: what was delivered into the bureau's mailbox; files: all that was in them.
    """

    post: Post
    settings: Settings = field(repr=False)
    addresses: Mapping[str, str]
    clock: datetime
    mails: list[bytes] = field(default_factory=list, repr=False)
    files: list[File] = field(default_factory=list, repr=False)

    # ---------------------------------------------------------------------------------------------------- reading mail

    def letters(self, name: str) -> list[Mail]:
        """All that the bureau sent to a department, oldest first."""
        return [_mail(raw) for raw in self.post.mails(self.addresses[name])]

    def issued(self, name: str) -> bytes:
        """The workbook that was issued to it, as it came by mail."""
        (data,) = (data for data in self.letters(name)[0].files.values())
        return data

    # -------------------------------------------------------------------------------------------------------- answering

    def reply(
        self,
        name: str,
        *parts: Attachment,
        sender: str = "",
        body: str = "领导好：\r\n　　绩效目标申报表见附件，请查收。\r\n",
    ) -> None:
        """Answers the last letter: the mail is delivered into the bureau's mailbox byte for byte."""
        letter = self.letters(name)[-1]
        raw = self._written(name, letter, parts, sender or self.addresses[name], body)
        self.post.deliver(letter.answer_to, raw, dated=self.clock)
        self.mails.append(raw)

    def file(self, name: str, data: bytes, called: str, naming: str, kind: bytes = XLSX) -> Attachment:
        """A file to be attached, and remembered."""
        self.files.append(File(name, called, naming, data))
        return attached(data, called, naming, kind)

    def _written(self, name: str, letter: Mail, parts: Sequence[Attachment], sender: str, body: str) -> bytes:
        self.clock += timedelta(minutes=1)
        shown = word(f"{name}财务".encode("gb18030"), "gb18030")
        subject = word(f"回复：{letter.subject}".encode(), "utf-8")
        mark = f"{crc32(f'{name}{self.clock}'.encode()):08x}"
        head = (
            b"From: %s <%s>\r\n" % (shown, sender.encode()),
            b"To: %s\r\n" % letter.answer_to.encode(),
            b"Subject: %s\r\n" % subject,
            b"Date: %s\r\n" % format_datetime(self.clock).encode(),
            b"Message-ID: <%s@foxmail.example.cn>\r\n" % mark.encode(),
            b"In-Reply-To: %s\r\nReferences: %s\r\n" % ((letter.mail_id.encode(),) * 2),
            b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_%s"\r\n\r\n' % mark.encode(),
        )
        all_ = [text(body.encode()), *parts]
        return b"".join(
            [*head, *(b"--=_%s\r\n%s\r\n" % (mark.encode(), one.raw) for one in all_), b"--=_%s--\r\n" % mark.encode()]
        )

    def answer(self) -> None:
        """The first answers: twelve departments, of one a scan alone; 区应急管理局 and 区人力资源和社会保障局 say nothing."""
        self._send(GOVERNMENT, self.filled(GOVERNMENT), "绩效目标申报表（区政府办）.xlsx", "RFC 2231 in UTF-8")
        card = MEANT[SCHOOLS]["department_overall"][0] | {"total_amount": WRONG_AMOUNT}
        wrong = self.filled(SCHOOLS, department_overall=[card])
        self._send(SCHOOLS, wrong, "教育局2019绩效申报最终版.xlsx", "RFC 2231 in GBK, continued inside characters")
        self._send(VETERANS, self.filled(VETERANS), "退役军人事务局.xlsx", "RFC 2047 in UTF-8, cut inside characters")
        self._answer_twice()
        self._answer_from_home()
        self._send(FINANCE, self.filled(FINANCE, **_misnumbered()), "财政局（本级）绩效目标.xlsx", "raw UTF-8")
        self._answer_in_parts()
        self.reply(HOUSING, self.file(HOUSING, PDF, "住建局盖章扫描件.pdf", "raw GBK", b"application/pdf"))
        self._answer_in_an_archive()
        self._answer_through_a_colleague()
        faulty = changed(self.filled(SCIENCE), (*FIRST_AMOUNT, "捌拾万元左右"), (*FIRST_VALUE, ""))
        self._send(SCIENCE, faulty, "科工信局绩效目标申报表.xlsx", "only in Content-Type, raw GBK")
        # It has lost its own workbook and fills in one that it got from another department.
        self._send(STREET, self.filled(STREET, into=GOVERNMENT), "响石岭街道.xlsx", "raw UTF-8")

    def correct(self) -> None:
        """Those who got their return back correct what is marked in it, or say why it is right; 区住房和城乡建设局 sends a workbook at last."""
        card = MEANT[SCHOOLS]["department_overall"][0]
        better = changed(self.returned(SCHOOLS), ("部门整体", 3, 3, card["total_amount"]))
        self._send(SCHOOLS, better, "教育局（改）.xlsx", "raw GBK")
        self._send(
            FINANCE, explained(self.returned(FINANCE), {"C06": REASON_GIVEN}), "财政局（已说明）.xlsx", "raw GBK"
        )
        amount = MEANT[SCIENCE]["fund_summary"][0]["total_amount"]
        value = next(one["value"] for one in MEANT[SCIENCE]["indicator_matrix"] if one["horizon"] == "annual")
        better = changed(self.returned(SCIENCE), (*FIRST_AMOUNT, amount), (*FIRST_VALUE, value))
        self._send(SCIENCE, better, "科工信局.xlsx", "RFC 2231 in UTF-8")
        self._send(HOUSING, self.filled(HOUSING), "住建局.xlsx", "raw GBK")

    def answer_late(self) -> None:
        """区应急管理局 answers the reminder, with the workbook of the first letter."""
        self._send(EMERGENCY, self.filled(EMERGENCY), "应急局.xlsx", "raw GBK")

    def _send(self, name: str, data: bytes, called: str, naming: str) -> None:
        self.reply(name, self.file(name, data, called, naming))

    def _answer_twice(self) -> None:
        """区民政局 sends its return, an hour later another in which one amount differs, and then the same again under another name."""
        fund, *funds = MEANT[CIVIL]["fund_summary"]
        row, *rows = MEANT[CIVIL]["direction_targets"]
        (card,) = MEANT[CIVIL]["department_overall"]
        more = FORMER_AMOUNT - fund["total_amount"]
        former = self.filled(
            CIVIL,
            fund_summary=[fund | {"total_amount": FORMER_AMOUNT}, *funds],
            direction_targets=[row | {"annual_amount": FORMER_AMOUNT}, *rows],
            department_overall=[card | {key: card[key] + more for key in ("total_amount", "project_expenditure")}],
        )
        now = self.filled(CIVIL)
        for data, called in ((former, "民政局.xlsx"), (now, "民政局（修改）.xlsx"), (now, "民政局 最终.xlsx")):
            self._send(CIVIL, data, called, "RFC 2047 in GB2312 that carries GBK")
            self.clock += timedelta(hours=1)

    def _answer_from_home(self) -> None:
        """The clerk of 区文化旅游体育局 answers from a mailbox of his own, with a file whose name says nothing."""
        called, naming = "新建 Microsoft Excel 工作表（终稿）.xlsx", "RFC 2047 quoted, in x-gbk"
        self.reply(
            CULTURE, self.file(CULTURE, self.filled(CULTURE), called, naming), sender="xiaoliu2008@qq.example.com"
        )

    def _answer_in_parts(self) -> None:
        """Two people of 区卫生健康局 have filled in two forms each, and both workbooks go in one mail."""
        first = {region: MEANT[HEALTH][region] for region in ("fund_summary", "direction_targets")}
        rest = {region: records for region, records in MEANT[HEALTH].items() if region not in first}
        parts = (
            self.file(HEALTH, filled(self.issued(HEALTH), answers, self.settings), called, "raw GBK")
            for answers, called in ((first, "卫健局表一表二.xlsx"), (rest, "卫健局表三表四.xlsx"))
        )
        self.reply(HEALTH, *parts)

    def _answer_in_an_archive(self) -> None:
        """区城市管理和综合执法局 packs a folder with its workbook."""
        called, data = "绩效目标申报表.xlsx", self.filled(CITY)
        self.files.append(File(CITY, called, "raw GBK", data))
        self.reply(CITY, attached(gbk_zip({f"城管局/{called}": data}), "城管局.zip", "raw GBK", b"application/zip"))

    def _answer_through_a_colleague(self) -> None:
        """The clerk of 区农业农村局 mails the workbook to a colleague, who forwards that mail to the bureau."""
        letter, address = self.letters(FARMING)[-1], self.addresses[FARMING]
        part = self.file(FARMING, self.filled(FARMING), "农业农村局绩效目标.xlsx", "raw GBK")
        inner = self._written(FARMING, letter, [part], address, "请转报财政局。\r\n")
        self.reply(FARMING, forwarded(inner), sender=f"renshi@{address.partition('@')[2]}")

    # ---------------------------------------------------------------------------------------------------------- workbooks

    def filled(self, name: str, into: str = "", **instead: list[dict[str, Any]]) -> bytes:
        """The workbook issued to a department (or to `into`), filled in with what it means, but for the regions in `instead`."""
        return filled(self.issued(into or name), MEANT[name] | instead, self.settings)

    def returned(self, name: str) -> bytes:
        """The marked workbook that came with the last letter to a department."""
        (data,) = self.letters(name)[-1].files.values()
        return data


def meant(name: str) -> Records:
    """What a department ends up with in the summary: what it means, and of 区财政局 the number that it gave a reason for."""
    return MEANT[name] | (_misnumbered() if name == FINANCE else {})


def _misnumbered() -> Records:
    """区财政局's indicators, of which the last number jumps."""
    *items, last = MEANT[FINANCE]["output_indicators"]
    return {"output_indicators": [*items, last | {"no": last["no"] + 1}]}


def _mail(raw: bytes) -> Mail:
    mail = email.message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    files = {part.get_filename() or "": part.get_content() for part in mail.iter_attachments()}
    body = mail.get_body(("plain",))
    assert body is not None
    answer_to = parseaddr(mail["Reply-To"] or mail["From"])[1]
    return Mail(mail["Subject"], mail["Message-ID"], answer_to, body.get_content(), files)


def filled(blank: bytes, answers: Records, settings: Settings) -> bytes:
    """The workbook with the answers typed into it."""
    book = readers.read("下发.xlsx", blank)
    given = records_of(answers, settings.formset)
    assert not given.faults, given.faults
    sheets = identify(book, settings.layouts).aligned
    return applied(
        blank, fill(sheets, extract(book, settings.formset, settings.layouts), given.records, bordered_cells(blank))
    )


def explained(returned: bytes, reasons: Mapping[str, str]) -> bytes:
    """A workbook that came back, with reasons typed into 审核说明 beside every finding of these codes."""
    listed = load_workbook(io.BytesIO(returned))[SHEET]
    rows = {row: str(listed.cell(row, CODE).value) for row in range(1, listed.max_row + 1)}
    assert set(reasons) <= set(rows.values())
    return applied(returned, [Put(SHEET, row, REASON, reasons[code]) for row, code in rows.items() if code in reasons])


def gbk_zip(files: Mapping[str, bytes]) -> bytes:
    """An archive as Windows in Chinese makes it: names in GBK, and nothing that says so."""
    out = io.BytesIO()
    plain = {f"{number}" * len(name.encode("gb18030")): name for number, name in enumerate(files)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for placeholder, name in plain.items():
            archive.writestr(zipfile.ZipInfo(placeholder, (2018, 11, 20, 9, 0, 0)), files[name])
    data = out.getvalue()
    for placeholder, name in plain.items():
        data = data.replace(placeholder.encode(), name.encode("gb18030"))
    return data
