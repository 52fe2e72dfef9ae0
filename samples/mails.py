"""The mails of samples/2019/mails: how the sample district's departments answer by mail, and how they answer once more.

Written byte by byte, as mail programs in Chinese offices write them; what is attached are files of returns/ and faulty/.
"""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from io import BytesIO
from typing import NamedTuple

from samples.package import WHEN
from samples.workbook import CARD, DIRECTIONS, FUNDS, MATRIX

FIRST, AGAIN = "初报", "重报"
BUREAU = b"jixiao@example.cn"
CHINA = timezone(timedelta(hours=8))
PDF = "%PDF-1.4\n% 盖章扫描件\n%%EOF\n".encode()


def _percent(name: str) -> bytes:
    return b"filename*=UTF-8''" + "".join(f"%{byte:02X}" for byte in name.encode()).encode()


def _word(text: str, charset: str = "gb18030") -> bytes:
    return b"=?%s?B?%s?=" % (charset.encode(), base64.b64encode(text.encode(charset)))


NAMINGS: Mapping[str, Callable[[str], bytes]] = {
    "foxmail": _percent,
    "qq": lambda name: b'filename="%s"' % _word(name),
    "raw": lambda name: b'filename="%s"' % name.encode("gb18030"),
}
"""How a Chinese file name is written: after RFC 2231, as an encoded word, as bare GBK that no standard allows."""


class File(NamedTuple):
    """An attachment: a file of returns/ or faulty/, and what the department calls it."""

    source: str
    name: str


class Letter(NamedTuple):
    """One mail of a department. at: month, day and hour of 2018; part: behind the department in the file's name; packed: the archive in
    which the files are; forwarded: who forwarded the department's mail.
    """

    department: str
    sender: str
    at: tuple[int, int, int]
    files: tuple[File, ...]
    shows: str
    english: str
    naming: str = "foxmail"
    part: str = ""
    packed: str = ""
    forwarded: str = ""

    @property
    def file(self) -> str:
        """Its name in the samples."""
        return f"{self.department}{self.part}.eml"


def _return(name: str, source: str) -> tuple[File, ...]:
    """A return in one file."""
    return (File(f"{source}.xlsx", f"{name}.xlsx"),)


LETTERS: Mapping[str, tuple[Letter, ...]] = {
    FIRST: (
        Letter("区委办本级", "qwb@example.cn", (11, 19, 9), _return("2019年绩效目标申报表", "returns/区委办本级"), "文件名看不出部门，表内写着", "the file's name says nothing, its card does"),
        Letter("区政府办公室", "qzfb@example.cn", (11, 19, 10), _return("绩效目标（区府办）", "returns/区政府办公室"), "文件名按国标编码", "the name as an encoded word in GB18030", "qq"),
        Letter("区教育局", "jyj@example.cn", (11, 20, 9), _return("教育局2019绩效目标", "faulty/区教育局-C03-合计不符"), "部门整体表合计不符，要退回", "a total that does not add up: goes back"),
        Letter("区退役军人事务局", "tyj@example.cn", (11, 20, 10), _return("退役军人局", "returns/区退役军人事务局"), "文件名是未经编码的 GBK", "the name in bare GBK", "raw"),
        Letter("区民政局", "mzj@example.cn", (11, 20, 11), _return("民政局绩效", "returns/区民政局"), "一切照常", "nothing special", "qq"),
        Letter("区文化旅游体育局", "xiaoliu@mail.example.com", (11, 20, 14), _return("新建 Microsoft Excel 工作表", "returns/区文化旅游体育局"), "从个人邮箱发来", "from somebody's own mailbox"),
        Letter("区财政局", "czj@example.cn", (11, 21, 9), _return("财政局本级", "returns/区财政局"), "一切照常", "nothing special"),
        Letter("区人力资源和社会保障局", "rsj@example.cn", (11, 21, 10), tuple(File(f"returns/区人社局-{form}.xlsx", f"区人社局-{form}.xlsx") for form in (FUNDS, DIRECTIONS, CARD, MATRIX)), "四张表，四个附件", "a file for each form", "raw"),
        Letter("区卫生健康局", "wjj@example.cn", (11, 21, 15), _return("区卫健局/绩效目标申报表", "returns/区卫生健康局"), "压缩包，包内名称是 GBK", "an archive with names in GBK", packed="卫健局.zip"),
        Letter("区住房和城乡建设局", "zjj@example.cn", (11, 22, 9), (File("", "住建局盖章扫描件.pdf"),), "只有扫描件，不算报送", "a scan alone is no return"),
        Letter("区城市管理和综合执法局", "cgj@example.cn", (11, 22, 10), _return("区城管局-汇总表", "returns/区城管局-汇总表"), "分两封信报送", "in two mails", "qq", "-1"),
        Letter("区城市管理和综合执法局", "cgj@example.cn", (11, 23, 10), _return("区城管局-其余三表", "returns/区城管局-其余三表"), "其余三张表", "the other forms", "qq", "-2"),
        Letter("区农业农村局", "nyj@example.cn", (11, 23, 15), _return("农业农村局", "faulty/区农业农村局-X03-项目支出不符"), "初稿，有一笔金额不对", "a draft with a wrong amount", part="-1"),
        Letter("区农业农村局", "nyj@example.cn", (11, 26, 9), _return("农业农村局（以此为准）", "returns/区农业农村局"), "改稿，由别人转发；以它为准", "the next version, forwarded; it counts", part="-2", forwarded="caiwu@nyj.example.cn"),
        Letter("区科技和工业信息化局", "kgxj@example.cn", (11, 26, 10), _return("科工信局", "faulty/区科技和工业信息化局-X02-方向合计大于专项"), "各支出方向之和大于专项金额，要退回", "the parts exceed the whole: goes back", "qq"),
        Letter("田心街道办事处", "txjd@example.cn", (11, 26, 15), _return("田心街道", "returns/田心街道办事处"), "一切照常", "nothing special", "raw"),
        Letter("响石岭街道办事处", "xsljd@example.cn", (11, 27, 9), _return("田心街道绩效目标", "returns/响石岭街道办事处"), "文件名写成别的街道，要人认定", "the file is named as another's: the clerk decides"),
    ),
    AGAIN: (
        Letter("区教育局", "jyj@example.cn", (11, 28, 9), _return("教育局2019绩效目标（改）", "returns/区教育局"), "改正后重报", "corrected"),
        Letter("区科技和工业信息化局", "kgxj@example.cn", (11, 28, 10), _return("科工信局（改）", "returns/区科技和工业信息化局"), "改正后重报", "corrected", "qq"),
        Letter("区住房和城乡建设局", "zjj@example.cn", (11, 29, 16), _return("住建局", "returns/区住房和城乡建设局"), "补报工作簿", "the workbook at last"),
        Letter("区应急管理局", "yjj@example.cn", (12, 3, 9), _return("应急局", "returns/区应急管理局"), "过了截止日才报", "after the deadline", "raw"),
    ),
}  # fmt: skip
"""Folder of samples/2019/mails → its mails, in the order in which they were sent."""


def mails(made: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The files of samples/2019/mails. made: the bytes of returns/ and faulty/, by their place in samples/2019."""
    for folder, letters in LETTERS.items():
        for letter in letters:
            yield f"{folder}/{letter.file}", _written(letter, made)


def _written(letter: Letter, made: Mapping[str, bytes]) -> bytes:
    files = {file.name: made[file.source] if file.source else PDF for file in letter.files}
    if letter.packed:
        files = {letter.packed: _archive(files)}
    parts = [_attachment(name, data, letter.naming) for name, data in files.items()]
    mail = _mail(letter, letter.sender, parts)
    if letter.forwarded:
        return _mail(letter, letter.forwarded, [b"Content-Type: message/rfc822\r\n\r\n" + mail])
    return mail


def _mail(letter: Letter, sender: str, parts: list[bytes]) -> bytes:
    month, day, hour = letter.at
    when = format_datetime(datetime(2018, month, day, hour, tzinfo=CHINA))
    boundary = sender.replace("@", ".").encode()
    head = (
        b"From: %s <%s>\r\n" % (_word(f"{letter.department}经办人", "utf-8"), sender.encode()),
        b"To: %s\r\n" % BUREAU,
        b"Subject: %s\r\n" % _word("2019年绩效目标申报", "utf-8"),
        b"Date: %s\r\n" % when.encode(),
        b"Message-ID: <2018%02d%02d%02d.%s>\r\n" % (month, day, hour, sender.encode()),
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_%s"\r\n\r\n' % boundary,
    )
    text = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n见附件，请查收。\r\n"
    body = [b"--=_%s\r\n%s\r\n" % (boundary, part) for part in (text.encode(), *parts)]
    return b"".join((*head, *body, b"--=_%s--\r\n" % boundary))


def _attachment(name: str, data: bytes, naming: str) -> bytes:
    return (
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; %s\r\n\r\n%s"
        % (NAMINGS[naming](name), base64.encodebytes(data).replace(b"\n", b"\r\n"))
    )


def _archive(files: Mapping[str, bytes]) -> bytes:
    """As Windows packs in Chinese: names in GBK, and nothing that says so. zipfile writes no such names; others of their length make room."""
    out = BytesIO()
    stand_ins = {name: f"{number}" * len(name.encode("gb18030")) for number, name in enumerate(files)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(stand_ins[name], WHEN), data)
    packed = out.getvalue()
    for name, stand_in in stand_ins.items():
        packed = packed.replace(stand_in.encode(), name.encode("gb18030"))
    return packed
