"""Places with things in them: loose files, mailbox files, Maildir folders; what of a campaign is never collected."""

from __future__ import annotations

import mailbox
import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.ooxml.packages import packed, parts, sheet
from tests.sources.mails import attached, mail, text
from xlsform.core.errors import UsageError
from xlsform.sources.containers.unpack import unpack
from xlsform.sources.local import on_disk
from xlsform.sources.received import Received

BOOK = packed(parts(sheet("")))
NOON = 1542686400  # 2018-11-20 12:00 in China


def put(folder: Path, names: Iterable[str], data: bytes = b"x") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (NOON, NOON))


def taken(*paths: Path, **kept: list[Path]) -> list[Received]:
    source = on_disk(paths, **kept)
    items = list(source.items)
    assert source.count == len(items)
    return items


def test_files_and_folders(tmp_path: Path):
    kept = ["乙局.xlsx", "信/回复.eml", "包.zip", "邮件.msg", "说明.txt", "信/winmail.dat"]
    put(tmp_path, kept)
    put(
        tmp_path,
        [
            "~$乙局.xlsx",
            ".~lock.乙局.xlsx#",
            ".DS_Store",
            "__MACOSX/a",
            "Thumbs.db",
            "departments.xlsx",
            "desktop.ini",
            ".git/a",
        ],
    )
    items = taken(tmp_path)
    assert sorted(item.name for item in items) == sorted(Path(name).name for name in kept)
    assert {item.way for item in items} == {f"文件夹 {tmp_path.as_posix()}", f"文件夹 {tmp_path.as_posix()}/信"}
    assert {item.dated for item in items} == {"2018-11-20T12:00:00+08:00"}
    assert [item.name for item in taken(tmp_path / "departments.xlsx", tmp_path / "包.zip", tmp_path / "包.zip")] == [
        "departments.xlsx",
        "包.zip",
    ]
    assert [item.name for item in taken(tmp_path)] == [item.name for item in items], (
        "an order that does not depend on the disk"
    )
    with pytest.raises(UsageError, match="找不到"):
        on_disk([tmp_path / "没有"])


def test_folders_of_the_campaign(tmp_path: Path):
    put(tmp_path, ["下发/甲局.xlsx", "收件/原件/ab/甲局.xlsx", "收件/登记.jsonl", "收件/新.xlsx", "别处/a.xlsx"])
    own, inbox = [tmp_path / "下发"], tmp_path / "收件"
    skip = [inbox / "原件", inbox / "登记.jsonl"]
    for wrong in (tmp_path, tmp_path / "下发", tmp_path / "下发/甲局.xlsx", tmp_path / "别处" / ".."):
        with pytest.raises(UsageError, match="请指定部门报来的文件所在的文件夹"):
            on_disk([wrong], own=own, skip=skip)
    for wrong in (inbox / "原件", inbox / "原件/ab/甲局.xlsx"):
        with pytest.raises(UsageError, match="不必再收"):
            on_disk([wrong], own=own, skip=skip)
    assert [item.name for item in taken(inbox, tmp_path / "别处", own=own, skip=skip)] == ["新.xlsx", "a.xlsx"]


def mails(count: int) -> list[bytes]:
    return [
        mail(
            text(b"From the office\n>From here\n\nFrom a\n\nx"), attached(BOOK, f"{at}.xlsx"), subject=b"%d" % at
        ).replace(b"\r\n", b"\n")
        for at in range(count)
    ]


def quoted(data: bytes) -> bytes:
    """As mboxrd puts a mail into a file."""
    lines = data.split(b"\n")
    return b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)


@pytest.mark.parametrize(
    ("line", "dated"),
    [
        (b"From a@b.cn Tue Nov 20 09:12:00 2018", "2018-11-20T09:12:00+08:00"),
        (b"From - Tue Nov  6 09:12:00 2018", "2018-11-06T09:12:00+08:00"),
        (b"From 16@xxx Tue Nov 20 01:12:00 +0000 2018", "2018-11-20T09:12:00+08:00"),
        (b"From ???@??? Tue Nov 20 09:12:00 2018", "2018-11-20T09:12:00+08:00"),
        (b"From a@b.cn", "2018-11-20T12:00:00+08:00"),
    ],
)
@pytest.mark.parametrize("name", ["Inbox", "收件箱.mbox"])
def test_a_mailbox_file(name: str, line: bytes, dated: str, tmp_path: Path):
    """Each mail comes out byte for byte as it was before it was put in."""
    wanted = mails(3)
    put(tmp_path, [name], b"".join(line + b"\n" + quoted(one) + b"\n" for one in wanted))
    items = taken(tmp_path)
    assert [item.data for item in items] == wanted
    assert [item.dated for item in items] == [dated] * 3
    assert [item.name for item in items] == [f"{Path(name).stem}-邮件{at:05}.eml" for at in (1, 2, 3)]
    assert {item.way for item in items} == {f"邮箱文件 {(tmp_path / name).as_posix()}"}
    assert [found.name for item in items for found in unpack(item)] == ["0.xlsx", "1.xlsx", "2.xlsx"]


def test_a_mailbox_file_with_line_ends_of_windows(tmp_path: Path):
    wanted = [one.replace(b"\n", b"\r\n") for one in mails(2)]
    put(
        tmp_path, ["a.mbox"], b"".join(b"From a Tue Nov 20 09:12:00 2018\r\n" + quoted(one) + b"\r\n" for one in wanted)
    )
    assert [item.data for item in taken(tmp_path)] == wanted


def test_a_mailbox_that_python_wrote(tmp_path: Path):
    box = mailbox.mbox(tmp_path / "a.mbox")
    for one in mails(2):
        box.add(one)
    box.close()
    names = [[found.name for found in unpack(item)] for item in taken(tmp_path / "a.mbox")]
    assert names == [["0.xlsx"], ["1.xlsx"]]


def test_a_line_of_a_text_does_not_end_a_mail(tmp_path: Path):
    """Some programs do not quote; what looks like a separator must be followed by a header, and be dated where the first is."""
    one = mail(
        text(b"From now on we write\nNote: to you\n\nFrom 9:00 to 2018\n\nend"), attached(BOOK, "a.xlsx")
    ).replace(b"\r\n", b"\n")
    put(tmp_path, ["a.mbox"], b"From a Tue Nov 20 09:12:00 2018\n" + one + b"\n")
    assert [item.data for item in taken(tmp_path)] == [one]


def test_a_mailbox_file_in_an_archive_or_attached():
    box = b"".join(b"From a Tue Nov 20 09:12:00 2018\n" + quoted(one) + b"\n" for one in mails(2))
    out = list(unpack(Received("来件.eml", "", mail(attached(box, "收件箱.mbox")))))
    assert [one.way for one in out] == [f"来件.eml/收件箱.mbox/邮件0000{at + 1}.eml/{at}.xlsx" for at in (0, 1)]
    assert out[1].letters[0].subject == "1"


def test_text_that_begins_with_from_is_no_mailbox(tmp_path: Path):
    put(tmp_path, ["a.txt"], b"From the beginning\n\nit was a text\n")
    assert [item.name for item in taken(tmp_path)] == ["a.txt"]


def test_maildir(tmp_path: Path):
    """cur and new, also of folders in it; tmp and the server's own files are none of ours."""
    first, second, third = mails(3)
    root = tmp_path / "Maildir"
    put(root, ["cur/1543.M1P1.host,S=9:2,S"], first)
    put(root, ["new/1544.M1P1.host"], second)
    put(root, [".&U9F0Z5CuTvY-/cur/1545.M1P1.host;2,RS"], third)
    put(root, ["tmp/half", "dovecot-uidlist", "dovecot.index.log", "subscriptions", ".&U9F0Z5CuTvY-/maildirfolder"])
    (root / "new").mkdir(exist_ok=True)
    (root / ".&U9F0Z5CuTvY-" / "new").mkdir()
    for path in (root, tmp_path):
        items = taken(path)
        assert [item.data for item in items] == [first, second, third]
        assert [item.name for item in items] == ["1543.M1P1.host,S=9.eml", "1544.M1P1.host.eml", "1545.M1P1.host.eml"]
        assert items[0].way == f"邮箱文件夹 {root.as_posix()}"
        assert [found.name for item in items for found in unpack(item)] == ["0.xlsx", "1.xlsx", "2.xlsx"]


def test_a_maildir_that_python_wrote(tmp_path: Path):
    box = mailbox.Maildir(tmp_path / "M")
    for one in mails(2):
        box.add(one)
    box.add_folder("子").add(mails(1)[0])
    assert sorted(found.name for item in taken(tmp_path / "M") for found in unpack(item)) == [
        "0.xlsx",
        "0.xlsx",
        "1.xlsx",
    ]


def test_mails_are_read_one_at_a_time(tmp_path: Path):
    """The count is known before any is read, and the file may be larger than memory."""
    put(tmp_path, ["a.mbox"], b"".join(b"From a Tue Nov 20 09:12:00 2018\n" + one + b"\n" for one in mails(50)))
    source = on_disk([tmp_path])
    assert source.count == 50
    assert next(source.items).data == mails(1)[0].replace(b"\n>From here", b"\nFrom here")


@pytest.mark.benchmark
def test_a_thousand_mails_take_seconds(tmp_path: Path):
    """About 1 ms each; ten times that would be said here."""
    put(tmp_path, ["a.mbox"], b"".join(b"From a Tue Nov 20 09:12:00 2018\n" + one + b"\n" for one in mails(1000)))
    start = time.perf_counter()
    count = sum(1 for item in on_disk([tmp_path]).items for _ in unpack(item))
    assert count == 1000
    assert time.perf_counter() - start < 10
