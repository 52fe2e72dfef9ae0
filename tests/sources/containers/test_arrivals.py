"""What real mailboxes bring, each by its number in the list of arrivals: real bytes go through `unpack` and, where they are files, the reader.

Not here: 24 and 25 (which version counts, whose it is) are the ledger's.
"""

from __future__ import annotations

import binascii
import stat
import struct
import sys
import zipfile
from functools import cache

import pytest

from tests.ooxml.packages import packed, parts, sheet
from tests.sources.archives import Item, unicode_name, zipped
from tests.sources.mails import (
    NAMINGS,
    Attachment,
    attached,
    b64,
    continued,
    forwarded,
    mail,
    multipart,
    percent,
    text,
    word,
    words,
)
from tests.sources.outlook import File, message, msg, tnef
from xlsform import readers
from xlsform.core.catalogue import REJECTIONS, REMARKS
from xlsform.core.errors import Rejected
from xlsform.sources.containers import unpack as unpacking
from xlsform.sources.containers.unpack import letter_of, unpack
from xlsform.sources.received import Found, Kind, Received

BOOK = packed(parts(sheet('<row r="1"><c r="A1"><v>8</v></c></row>')))
NAME = "区委办2019年绩效目标申报表.xlsx"


def found(data: bytes, name: str = "来件.eml") -> list[Found]:
    """What comes out; every reason and remark has its sentence, every name is fit for a disk."""
    out = list(unpack(Received(name, "文件夹 D:/邮件", data)))
    for one in out:
        assert (one.kind is Kind.REFUSED) == bool(one.reason)
        assert one.reason in {"", *REJECTIONS}
        assert {key for key, _ in one.remarks} <= set(REMARKS)
        assert one.name == one.way.rpartition("/")[2] or "W-UNSAFENAME" in remarks(one) or one.kind is Kind.SKIPPED
        assert not set(one.name) & set('<>:"/\\|?*\u202e\0')
    return out


def only(data: bytes, name: str = "来件.eml") -> Found:
    out = found(data, name)
    assert len(out) == 1, out
    return out[0]


def remarks(one: Found) -> dict[str, dict[str, str]]:
    return {key: dict(params) for key, params in one.remarks}


def reason(one: Found) -> str:
    """Why it is refused, by `unpack` or by the reader; "" for a workbook."""
    if one.kind is not Kind.FILE:
        return one.reason
    try:
        readers.read(one.name, one.data)
    except Rejected as rejected:
        return rejected.reason
    return ""


@cache
def zeros(megabytes: int) -> bytes:
    return b"\0" * (megabytes << 20)


def test_a_loose_workbook_is_itself():
    assert found(BOOK, NAME) == [Found(NAME, NAME, BOOK)]


def test_arrival_01_zip_bomb(monkeypatch: pytest.MonkeyPatch):
    """Counted while inflating: the headers claim one kilobyte. What comes before the bomb is kept, what comes after is said."""
    monkeypatch.setattr(unpacking, "ROOM", 3 << 20)
    data = zipped([Item(b"a.xlsx", BOOK), Item(b"bomb.xlsx", zeros(8), size=1000), Item(b"b.xlsx", BOOK)])
    assert [(one.name, one.reason) for one in found(data, "包.zip")] == [
        ("a.xlsx", ""),
        ("bomb.xlsx", "E-BOMB"),
        ("b.xlsx", "E-BOMB"),
    ]
    assert only(zipped([Item(b"bomb.xlsx", zeros(2), size=1000)]), "包.zip").reason == "E-DAMAGED"


def test_arrival_01_too_many_files(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unpacking, "MOST_FILES", 5)
    out = found(zipped([Item(b"%d.txt" % at) for at in range(9)]), "包.zip")
    assert [one.reason for one in out] == [""] * 5 + ["E-BOMB"] * 4
    assert out[-1].params == {"limit": "5 个文件"}


def test_arrival_02_overlapping_entries():
    """CVE-2024-0450: a later entry claims to begin where an earlier one does."""
    data = bytearray(zipped([Item(b"a.xlsx", BOOK), Item(b"b.xlsx", BOOK)]))
    second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 1)
    struct.pack_into("<L", data, second + 42, 0)
    one = only(bytes(data), "包.zip")
    assert (one.reason, one.params["what"]) == ("E-DAMAGED", "部件互相重叠")
    assert one.data == bytes(data)


def nested(levels: int, data: bytes = BOOK) -> bytes:
    for level in range(levels, 0, -1):
        data = zipped([Item(f"{level}.zip".encode() if level < levels else b"a.xlsx", data)])
    return data


def test_arrival_03_nesting_and_one_budget(monkeypatch: pytest.MonkeyPatch):
    assert only(nested(4), "0.zip").way == "0.zip/1.zip/2.zip/3.zip/a.xlsx"
    deep = only(nested(5), "0.zip")
    assert (deep.way, deep.reason) == ("0.zip/1.zip/2.zip/3.zip/4.zip", "E-NEST")
    assert only(deep.data, "4.zip").data == BOOK
    mails = mail(forwarded(mail(forwarded(mail(attached(zipped([Item(b"a.xlsx", BOOK)]), "包.zip"))))))
    assert only(mails).way == "来件.eml/report.eml/report.eml/包.zip/a.xlsx"
    assert only(mail(forwarded(mails))).reason == "E-NEST"
    monkeypatch.setattr(unpacking, "ROOM", 1 << 20)
    twice = zipped([Item(b"%d.zip" % at, zipped([Item(b"a.txt", zeros(1)[: 600 << 10])])) for at in range(3)])
    assert [one.reason for one in found(twice, "包.zip")] == ["", "E-BOMB", "E-BOMB"]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"../../a.xlsx", "a.xlsx"),
        (b"/etc/a.xlsx", "a.xlsx"),
        (b"C:\\Users\\a.xlsx", "a.xlsx"),
        (b"C:a.xlsx", "a.xlsx"),
        (b"\\\\server\\share\\a.xlsx", "a.xlsx"),
        (b"dir\\..\\..\\a.xlsx", "a.xlsx"),
        (b"..", "附件-"),
    ],
)
def test_arrival_04_names_are_never_paths(raw: bytes, name: str):
    one = only(zipped([Item(raw, BOOK)]), "包.zip")
    assert one.name.startswith(name)
    assert remarks(one)["W-UNSAFENAME"] == {"raw": raw.decode(), "name": one.name}
    assert one.data == BOOK
    by_mail = only(mail(Attachment(b64(BOOK), disposition=b'attachment; filename="%s"' % raw.replace(b"\\", b"\\\\"))))
    assert (by_mail.name, by_mail.data) == (one.name, BOOK)
    assert "W-UNSAFENAME" in remarks(by_mail)


def test_arrival_04_a_folder_in_an_archive_is_no_danger():
    one = only(zipped([Item(b"2019/a.xlsx", BOOK)]), "包.zip")
    assert (one.name, one.way, one.remarks) == ("a.xlsx", "包.zip/2019/a.xlsx", ())


@pytest.mark.parametrize(
    "mode", [stat.S_IFLNK | 0o777, stat.S_IFBLK | 0o600, stat.S_IFCHR | 0o600, stat.S_IFIFO | 0o600]
)
def test_arrival_05_links_and_devices(mode: int):
    data = zipped([Item(b"a.xlsx", b"/etc/passwd", mode=mode), Item(b"b.xlsx", BOOK, mode=stat.S_IFREG | 0o644)])
    assert [(one.name, one.reason, one.data) for one in found(data, "包.zip")] == [
        ("a.xlsx", "E-UNSAFE", b""),
        ("b.xlsx", "", BOOK),
    ]


@pytest.mark.parametrize(
    ("raw", "name", "shown"),
    [
        ("CON.xlsx", "_CON.xlsx", "CON.xlsx"),
        ("nul", "_nul", "nul"),
        ("Com1.表.xlsx", "_Com1.表.xlsx", "Com1.表.xlsx"),
        ("申报\u202excod.xlsx", "申报xcod.xlsx", "申报\\u202excod.xlsx"),
        ("表.xlsx. . .", "表.xlsx", "表.xlsx. . ."),
        ("a\x07\tb?.xlsx", "a__b_.xlsx", "a\\u0007\\u0009b?.xlsx"),
        ("区" * 300 + ".xlsx", "区" * 65 + ".xlsx", "区" * 300 + ".xlsx"),
    ],
)
def test_arrival_06_reserved_long_and_deceiving_names(raw: str, name: str, shown: str):
    one = only(zipped([Item(raw.encode(), BOOK, flags=0x800)]), "包.zip")
    assert (one.name, one.way) == (name, f"包.zip/{shown}")
    assert remarks(one) == {"W-UNSAFENAME": {"raw": raw, "name": name}}
    loose = only(BOOK, raw)
    assert (loose.name, loose.way) == (name, shown)


def test_arrival_07_gbk_entry_names():
    gbk = NAME.encode("gbk")
    one = only(zipped([Item(gbk, BOOK)]), "包.zip")
    assert one.name == NAME
    assert remarks(one) == {"W-NAMEGUESSED": {"name": NAME, "raw": gbk.decode("cp437"), "charset": "GB18030"}}
    for item in (
        Item(NAME.encode(), BOOK, flags=0x800),
        Item(b"?", BOOK, extra=unicode_name(b"?", NAME)),
        Item(NAME.encode(), BOOK),
    ):
        assert only(zipped([item]), "包.zip") == Found(NAME, f"包.zip/{NAME}", BOOK)
    stale = Item(
        b"other.xlsx", BOOK, extra=unicode_name(b"?", NAME)
    )  # the name was changed since: the field's checksum says so
    assert only(zipped([stale]), "包.zip").name == "other.xlsx"
    western = only(zipped([Item(b"\xff\x82.xlsx", BOOK)]), "包.zip")
    assert (western.name, remarks(western)["W-NAMEGUESSED"]["charset"]) == ("\u00a0é.xlsx".strip(), "cp437")


def test_arrival_07_one_program_wrote_all_names():
    """路路 in GBK is also “··” in UTF-8; beside other names in GBK it is GBK, and beside UTF-8 it is UTF-8."""
    names = [
        one.name for one in found(zipped([Item("路.xlsx".encode("gbk")), Item("区委办.xlsx".encode("gbk"))]), "包.zip")
    ]
    assert names == ["路.xlsx", "区委办.xlsx"]
    names = [one.name for one in found(zipped([Item("·.xlsx".encode()), Item("区委办.xlsx".encode())]), "包.zip")]
    assert names == ["·.xlsx", "区委办.xlsx"]
    for name in ("路路.xlsx", "窀丁.xlsx"):
        assert only(zipped([Item(name.encode("gbk"))]), "包.zip").name == name


def test_arrival_08_same_name_twice():
    out = found(zipped([Item(b"a.xlsx", BOOK), Item(b"a.xlsx", BOOK + b" "), Item(b"A.XLSX", BOOK + b"  ")]), "包.zip")
    assert [(one.name, len(one.data) - len(BOOK)) for one in out] == [("a.xlsx", 0), ("a.xlsx", 1), ("A.XLSX", 2)]
    content = parts(sheet(""))
    content["xl/Workbook.XML"] = content["xl/workbook.xml"]
    assert reason(only(packed(content), "a.xlsx")) == "E-DUPPART"


LEFTOVERS = (
    "__MACOSX/._a.xlsx",
    "x/._a.xlsx",
    ".DS_Store",
    "x/Thumbs.db",
    "desktop.ini",
    "~$a.xlsx",
    ".~lock.a.xlsx#",
    ".~a.xlsx",
)


@pytest.mark.parametrize("name", LEFTOVERS)
def test_arrival_09_leftovers(name: str):
    kinds = {one.way: one.kind for one in found(zipped([Item(name.encode(), b"x"), Item(b"b.xlsx", BOOK)]), "包.zip")}
    assert kinds == {f"包.zip/{name}": Kind.SKIPPED, "包.zip/b.xlsx": Kind.FILE}
    assert only(mail(attached(b"x", name.rpartition("/")[2]))).kind is Kind.SKIPPED


@pytest.mark.parametrize("lock", ["~$区委办.xlsx", "~$办.xlsx", ".~lock.区委办.xlsx#", ".~区委办.xlsx"])
def test_arrival_09_a_workbook_that_is_still_open(lock: str):
    book, other = "2019/区委办.xlsx", "2018/区委办.xlsx"
    out = found(zipped([Item(name.encode(), BOOK, flags=0x800) for name in (book, f"2019/{lock}", other)]), "包.zip")
    assert [(one.kind, remarks(one)) for one in out] == [
        (Kind.FILE, {"W-STILLOPEN": {"name": lock}}),
        (Kind.SKIPPED, {}),
        (Kind.FILE, {}),
    ]


def test_arrival_10_zero_bytes():
    for one in (
        only(b"", NAME),
        only(zipped([Item(b"a.xlsx", b"")]), "包.zip"),
        only(mail(Attachment(b"", disposition=b'attachment; filename="a.xlsx"'))),
    ):
        assert reason(one) == "E-EMPTY"
    assert reason(only(b"", "来件.eml")) == "E-EMPTY"
    assert reason(only(b"", "包.zip")) == "E-EMPTY"


def test_arrival_11_truncated():
    whole = zipped([Item(b"a.xlsx", BOOK), Item(b"b.xlsx", BOOK)])
    for cut in (40, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        assert reason(only(whole[:cut], "包.zip")) == "E-DAMAGED"
        assert reason(only(mail(attached(whole[:cut], "包.zip")))) == "E-DAMAGED"
    for cut in (40, len(BOOK) // 2, len(BOOK) - 1):
        assert reason(only(BOOK[:cut], NAME)) == "E-DAMAGED"
    hidden = bytearray(whole)  # the directory's end counts three files
    hidden[-12:-10] = b"\3\0"
    assert only(bytes(hidden), "包.zip").reason == "E-DAMAGED"
    assert only(zipped([]), "包.zip").reason == "E-DAMAGED"


def test_arrival_12_a_wrong_checksum():
    out = found(zipped([Item(b"a.png", b"\x89PNG", crc=1), Item(b"a.xlsx", BOOK)]), "包.zip")
    assert [(one.reason, one.data) for one in out] == [("E-DAMAGED", b""), ("", BOOK)]
    content = {**parts(sheet("")), "xl/media/image1.png": b"\x89PNG" + bytes(range(256))}
    broken = packed(content, zipfile.ZIP_STORED).replace(bytes(range(100)), bytes(range(1, 101)))
    assert reason(only(zipped([Item(b"a.xlsx", broken)]), "包.zip")) == "E-DAMAGED"


@pytest.mark.parametrize(
    ("name", "magic"),
    [("包.rar", b"Rar!\x1a\x07\x01\0"), ("包.7z", b"7z\xbc\xaf\x27\x1c\0\4"), ("包.gz", b"\x1f\x8b\x08\0")],
)
def test_arrival_13_other_archives(name: str, magic: bytes):
    for one in (only(magic + b"x" * 64, name), only(mail(attached(magic + b"x" * 64, name)))):
        assert (one.kind, reason(one)) == (Kind.FILE, "E-ARCHIVE")


@pytest.mark.parametrize("method", [9, 12, 14, 93])
def test_arrival_13_zip_packed_in_ways_of_its_own(method: int):
    one = only(zipped([Item(b"a.xlsx", BOOK, method=method)]), "包.zip")
    assert one.reason == "E-ARCHIVE"


def test_arrival_14_encrypted():
    out = found(zipped([Item(b"a.xlsx", BOOK, flags=1), Item(b"b.xlsx", BOOK)]), "包.zip")
    assert [one.reason for one in out] == ["E-ZIPPASSWORD", ""]


OUTLOOK = [
    File(BOOK, NAME),
    File(b"\x89PNG", "image001.png", hidden=True),
    File(BOOK + b" ", "区财政局.xlsx", ansi=True),
]


def test_arrival_15_winmail_dat():
    dat = tnef(OUTLOOK, embedded=tnef([File(BOOK, "转发.xlsx")]))
    kind = b"application/ms-tnef; name=winmail.dat"
    for way, out in (
        ("winmail.dat", found(dat, "winmail.dat")),
        ("来件.eml/winmail.dat", found(mail(text(), Attachment(b64(dat), kind, b"")))),
    ):
        assert [(one.way, one.kind, one.data) for one in out] == [
            (f"{way}/{NAME}", Kind.FILE, BOOK),
            (f"{way}/image001.png", Kind.SKIPPED, b"\x89PNG"),
            (f"{way}/区财政局.xlsx", Kind.FILE, BOOK + b" "),
            (f"{way}/转发的邮件/转发.xlsx", Kind.FILE, BOOK),
        ]
    assert only(dat[:-40], "winmail.dat").reason == "E-DAMAGED"
    changed = dat.replace(BOOK[:-4], BOOK[:-5] + b"?", 1)
    assert "W-SALVAGED" in remarks(found(changed, "winmail.dat")[0])
    assert only(tnef([]), "winmail.dat").kind is Kind.SKIPPED


def test_arrival_15_winmail_dat_that_counts_too_far():
    """A property that claims four thousand million values."""
    properties = struct.pack("<LHHL", 0xFFFFFFFF, 0x1002, 0x3707, 0xFFFFFFFF)
    frame = (
        struct.pack("<BHHL", 2, 0x9005, 6, len(properties)) + properties + struct.pack("<H", sum(properties) & 0xFFFF)
    )
    one = only(tnef([File(BOOK, "")]) + frame, "winmail.dat")
    assert one.data == BOOK


LETTER = {0x37: "报送绩效目标", 0x0C1A: "区委办", 0x5D01: "Qwb@ShiFeng.gov.cn", 0x1035: "<7@shifeng>"}


def test_arrival_16_msg():
    pytest.importorskip("olefile")
    data = msg(OUTLOOK, LETTER, inside=[message([File(BOOK, "转发.xlsx")], {0x37: "内"}, header=24)])
    for way, out in (
        ("来件.msg", found(data, "来件.msg")),
        ("来件.eml/来件.msg", found(mail(attached(data, "来件.msg")))),
    ):
        assert [(one.way, one.kind, one.data) for one in out] == [
            (f"{way}/{NAME}", Kind.FILE, BOOK),
            (f"{way}/image001.png", Kind.SKIPPED, b"\x89PNG"),
            (f"{way}/区财政局.xlsx", Kind.FILE, BOOK + b" "),
            (f"{way}/内.msg/转发.xlsx", Kind.FILE, BOOK),
        ]
    letter = letter_of(Received("来件.msg", "", data))
    assert letter is not None
    assert letter == found(data, "来件.msg")[0].letters[0]
    assert (letter.sender, letter.sender_name, letter.subject) == ("qwb@shifeng.gov.cn", "区委办", "报送绩效目标")
    assert (letter.mail_id, letter.sent) == ("7@shifeng", "2018-11-20T01:12:00+08:00")
    assert found(data, "来件.msg")[3].letters[0].subject == "内"
    assert only(data[: len(data) // 2], "来件.msg").reason == "E-DAMAGED"


def test_arrival_16_msg_without_what_reads_it(monkeypatch: pytest.MonkeyPatch):
    """Never “no attachment”: the file is refused with how to resend, and kept."""
    monkeypatch.setitem(sys.modules, "olefile", None)
    data = msg(OUTLOOK, LETTER)
    one = only(mail(attached(data, "来件.msg")))
    assert (one.kind, one.reason, one.data) == (Kind.REFUSED, "E-OUTLOOK", data)
    assert "重新发送" in REJECTIONS["E-OUTLOOK"].step
    assert letter_of(Received("来件.msg", "", data)) is None


def test_arrival_17_raw_gbk_headers():
    data = mail(
        attached(BOOK, NAME, "raw GBK"),
        subject="关于报送绩效目标的报告".encode("gbk"),
        sender="区委办 <q@x.cn>".encode("gbk"),
    )
    one = only(data)
    assert one.name == NAME
    assert remarks(one)["W-NAMEGUESSED"]["charset"] == "GB18030"
    assert one.letters[0][:3] == ("q@x.cn", "区委办", "关于报送绩效目标的报告")


def test_arrival_17_gbk_characters_whose_second_byte_is_a_backslash():
    name = "乗俓孃.xlsx"
    assert b"\\" in name.encode("gbk")
    assert only(mail(attached(BOOK, name, "raw GBK"))).name == name


@pytest.mark.parametrize("every", [1, 2, 3, 5, 100])
def test_arrival_18_rfc_2231_in_gbk(every: int):
    line = b"attachment;\r\n" + continued(NAME, "gb18030", "gb2312", every)
    assert only(mail(Attachment(b64(BOOK), disposition=line))).name == NAME
    raw = NAME.encode("gbk")
    loose = b"attachment; " + b"; ".join(
        b'filename*%d="%s"' % (at // 7, raw[at : at + 7]) for at in range(0, len(raw), 7)
    )
    assert only(mail(Attachment(b64(BOOK), disposition=loose))).name == NAME


@pytest.mark.parametrize("every", [1, 2, 3, 5, 100])
@pytest.mark.parametrize(
    ("charset", "encoding"), [("utf-8", "utf-8"), ("gbk", "gbk"), ("GB2312", "gb18030"), ("big5", "big5")]
)
def test_arrival_19_words_split_inside_a_character(every: int, charset: str, encoding: str):
    name = "區委辦.xlsx" if encoding == "big5" else NAME
    for quoted in (False, True):
        line = b'attachment; filename="%s"' % words(name.encode(encoding), charset, every, quoted=quoted)
        one = only(mail(Attachment(b64(BOOK), disposition=line)))
        assert (one.name, one.remarks) == (name, ())


@pytest.mark.parametrize(
    ("charset", "encoding", "is_guess"),
    [
        ("x-gbk", "gbk", False),
        ("gb2312", "gb18030", False),
        ("GB_2312-80", "gbk", False),
        ("cp936", "gbk", False),
        ("utf-8", "gbk", True),
        ("gb2312", "utf-8", True),
        ("iso-8859-1", "gbk", True),
        ("unknown-8bit", "gbk", True),
        ("x-unheard-of", "utf-8", True),
        ("unicode_escape", "gbk", True),
        ("us-ascii", "gb18030", True),
    ],
)
def test_arrival_20_unknown_and_wrong_charset_labels(charset: str, encoding: str, is_guess: bool):
    for line in (
        b'attachment; filename="%s"' % word(NAME.encode(encoding), charset),
        b"attachment; filename*=%s''%s" % (charset.encode(), percent(NAME.encode(encoding))),
    ):
        one = only(mail(Attachment(b64(BOOK), disposition=line)))
        assert one.name == NAME
        assert ("W-NAMEGUESSED" in remarks(one)) is is_guess


def test_arrival_20_a_western_name_stays_western():
    line = b'attachment; filename="%s"' % word("Übersicht.xlsx".encode("latin-1"), "iso-8859-1")
    assert only(mail(Attachment(b64(BOOK), disposition=line))).name == "Übersicht.xlsx"


def test_arrival_21_no_name_a_name_in_content_type_inline():
    unnamed = only(mail(text(), Attachment(b64(BOOK), b"application/octet-stream", b"")))
    assert (unnamed.name[:3], unnamed.name[-5:], list(remarks(unnamed))) == ("附件-", ".xlsx", ["W-UNNAMED"])
    assert only(mail(text(), attached(BOOK, NAME, "only in Content-Type, raw GBK"))).name == NAME
    inline = Attachment(b64(BOOK), b"application/octet-stream", b'inline; filename="a.xlsx"')
    assert only(mail(text(), inline)).name == "a.xlsx"
    nothing_said = Attachment(b64(BOOK), b"", b"")
    assert only(mail(text(), nothing_said)).data == BOOK
    whole = mail(kind=b'application/octet-stream; name="a.xlsx"', more=b"Content-Transfer-Encoding: base64\r\n").split(
        b"--=_next"
    )[0]
    assert only(whole + b64(BOOK)).data == BOOK


BROKEN: dict[str, tuple[bytes, str]] = {
    "the boundary is another": (mail(text(), attached(BOOK, "a.xlsx"), boundary=b"=_other"), ""),
    "no boundary is said": (mail(text(), attached(BOOK, "a.xlsx"), kind=b"multipart/mixed"), ""),
    "the end is missing": (mail(text(), attached(BOOK, "a.xlsx"))[: -len(b"--=_next--\r\n")], ""),
    "the headers got lost": (
        b"From: a@b.cn\r\n\r\n" + mail(text(), attached(BOOK, "a.xlsx")).split(b"\r\n\r\n", 1)[1],
        "",
    ),
    "a footer below base64": (
        mail(
            Attachment(b64(BOOK) + b"\r\n-- \r\nchecked by Virus Wall\r\n", disposition=b"attachment; filename=a.xlsx")
        ),
        "W-SALVAGED",
    ),
    "base64 without padding": (
        mail(
            Attachment(
                b64(BOOK + b"\0" * (1 + len(BOOK) % 3)).rstrip(b"=\r\n"), disposition=b"attachment; filename=a.xlsx"
            )
        ),
        "W-SALVAGED",
    ),
    "an unknown encoding": (
        mail(Attachment(b64(BOOK), disposition=b"attachment; filename=a.xlsx", encoding=b"x-base64")),
        "W-SALVAGED",
    ),
    "line feeds only": (mail(text(), attached(BOOK, "a.xlsx")).replace(b"\r\n", b"\n"), ""),
}


@pytest.mark.parametrize("case", BROKEN)
def test_arrival_22_broken_mime_is_salvaged(case: str):
    data, remark = BROKEN[case]
    one = only(data)
    assert one.data.rstrip(b"\0") == BOOK.rstrip(b"\0")
    assert list(remarks(one)) == ([remark] if remark else [])


def test_arrival_22_broken_mime_that_cannot_be_salvaged():
    bad = b64(BOOK)[:200] + b"\x00\xff!!\r\n" + b64(BOOK)[200:]
    damaged = only(mail(text(), Attachment(bad, disposition=b"attachment; filename=a.xlsx")))
    assert (reason(damaged), list(remarks(damaged))) == ("E-DAMAGED", ["W-SALVAGED"])
    no_parts = only(mail(kind=b'multipart/mixed; boundary="nowhere"').split(b"--=_next")[0] + b"no parts here")
    assert (no_parts.reason, no_parts.params["what"]) == ("E-DAMAGED", "找不到分段标记")
    for junk in (b"\0" * 100, b"\xff" * 100, b"From", b"::\r\n\r\n"):
        assert reason(only(junk, "来件.eml")) in {"E-NOTXLSX", "E-DAMAGED"}
    letter = letter_of(Received("来件.eml", "", mail(text())))
    assert letter is not None
    assert letter.sender == "qwb@shifeng.gov.cn"


def test_arrival_23_the_same_bytes_by_many_ways():
    archive = zipped([Item(b"b.xlsx", BOOK)])
    ways = (
        only(BOOK, NAME),
        only(archive, "包.zip"),
        only(mail(attached(BOOK, NAME))),
        only(mail(attached(BOOK, NAME, "raw GBK"))),
        only(mail(forwarded(mail(attached(archive, "包.zip"))))),
        *(found(tnef([File(BOOK, NAME)]), "winmail.dat")),
    )
    assert {one.data for one in ways} == {BOOK}


def test_the_eight_ways_to_write_a_name():
    for naming in NAMINGS:
        assert only(mail(text(), attached(BOOK, NAME, naming))).name == NAME


def test_inline_images_are_skipped_and_others_kept():
    def image(identity: bytes) -> Attachment:
        return Attachment(
            b64(b"\x89PNG"), b'image/png; name="image001.png"', b"inline", more=b"Content-ID: <%s>\r\n" % identity
        )

    html = Attachment(b'<img src=3D"cid:a@b">', b"text/html", b"", b"quoted-printable")
    inner = multipart([html, image(b"a@b"), image(b"c@d")], b"multipart/related", b"inner")
    out = found(mail(inner, attached(BOOK, NAME)))
    assert [one.kind for one in out] == [Kind.SKIPPED, Kind.FILE, Kind.FILE]


def test_what_a_mail_server_sends_back_is_nobodys_return():
    back = multipart(
        [text(), Attachment(b"Status: 5.1.1", b"message/delivery-status", b""), forwarded(mail(attached(BOOK, NAME)))],
        b"multipart/report; report-type=delivery-status",
        b"inner",
    )
    assert {one.kind for one in found(mail(back))} == {Kind.SKIPPED}


def test_a_bounce_that_says_so_only_in_its_subject():
    """As QQ sends it back: no report, the mail attached. A person who writes from such an address is heard."""
    inside = forwarded(mail(attached(BOOK, NAME)))
    bounce = mail(text(), inside, sender=b"PostMaster@qq.com", subject="系统退信".encode("gbk"))
    assert {one.kind for one in found(bounce)} == {Kind.SKIPPED}
    assert only(mail(text(), attached(BOOK, NAME), sender=b"postmaster@shifeng.gov.cn")).kind is Kind.FILE


def test_a_mail_attached_as_a_file():
    inner = mail(attached(BOOK, NAME))
    for one in (
        attached(inner, "回复.eml"),
        attached(inner, "回复", kind=b"message/rfc822"),
        attached(inner, "无后缀"),
    ):
        assert only(mail(text(), one)).data == BOOK
    assert reason(only(mail(Attachment(b"no mail at all", b"message/rfc822", b"", b"8bit")))) == "E-NOTXLSX"


def test_an_attachment_that_stayed_on_a_server():
    link = text(b"https://wx.mail.qq.com/ftn/download?func=3&key=1")
    one = only(mail(link))
    assert (one.reason, one.params["found"]) == ("E-LINK", "QQ 邮箱超大附件")
    assert only(mail(link, attached(BOOK, NAME))).kind is Kind.FILE


def test_a_mail_without_files():
    assert found(mail(text())) == []
    assert only(mail(text(), forwarded(mail(text())))).kind is Kind.SKIPPED


def test_a_saved_web_page_is_no_mail():
    page = b"From: <Saved by Blink>\r\nSubject: x\r\nDate: Tue, 20 Nov 2018 09:12:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    assert reason(only(page, "a.mht")) == "E-NOTXLSX"
    assert reason(only(page, "a.xls")) == "E-NOTXLSX"
    assert reason(only(page, "a")) == "E-NOTXLSX"


def test_uuencoded_attachments():
    lines = b"".join(binascii.b2a_uu(BOOK[at : at + 45]) for at in range(0, len(BOOK), 45))
    data = mail(text(b"hello\n\nbegin 644 a.xlsx\n" + lines + b"`\nend\n"))
    assert (only(data).name, only(data).data) == ("a.xlsx", BOOK)
