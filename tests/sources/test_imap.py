"""A mailbox on a real server as a source: what it gives, what it leaves alone, and what it says when it cannot."""

from __future__ import annotations

import socket
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.servers import CHINESE_PASSWORD, PASSWORD, Post
from xlsform.accounts import Account, account
from xlsform.core.errors import UsageError
from xlsform.sources.imap import SCHEMES, decode_folder, encode_folder, mailbox
from xlsform.sources.received import Received

RAW_GBK = b"From: a@b.cn\r\nSubject: " + "石峰区教育局报送".encode("gbk") + b"\r\n\r\n\xb1\xe3\r\n.\r\n\xff\x80\r\n"
NOON = datetime(2018, 11, 20, 12, tzinfo=UTC)


def plain(post: Post, box: str, folder: str = "") -> Account:
    return account(f"imap://{box}@127.0.0.1:{post.plain.imap}/{folder}", SCHEMES)


def encrypted(post: Post, box: str, host: str = "localhost") -> Account:
    return account(f"imaps://{box}@{host}:{post.tls.imaps}", SCHEMES)


def mail(subject: str) -> bytes:
    return f"From: a@b.cn\r\nSubject: {subject}\r\n\r\nbody\r\n".encode()


def taken(place: Account, **options) -> list[Received]:
    return list(mailbox(place, PASSWORD, **options).items)


@pytest.fixture
def trusted(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(post.authority))


def test_mails_arrive_byte_for_byte_and_the_mailbox_stays_as_it_was(post: Post):
    box = post.mailbox()
    post.deliver(box, RAW_GBK, dated=NOON)
    post.deliver(box, b"Subject: \r\n\r\n\x00-free but odd\r\n".replace(b"\x00", b"\x01"))
    before = post.flags(box)
    source = mailbox(plain(post, box), PASSWORD)
    assert source.count == 2
    first, second = source.items
    assert first.data == RAW_GBK
    assert first.name == "石峰区教育局报送.eml"
    assert first.way == f"邮箱 {box}/INBOX"
    assert first.dated == "2018-11-20T20:00:00+08:00"
    assert second.name == "2.eml"
    assert post.flags(box) == before == ["\\Recent", "\\Recent"]


def test_what_was_taken_is_not_fetched_again(post: Post):
    box = post.mailbox()
    post.deliver(box, mail("one"))
    keys = {one.key for one in taken(plain(post, box))}
    post.deliver(box, mail("two"))
    source = mailbox(plain(post, box), PASSWORD, taken=keys)
    assert source.count == 1
    assert [one.name for one in source.items] == ["two.eml"]


def test_a_key_is_one_of_a_mailbox(post: Post):
    boxes = [post.mailbox(), post.mailbox()]
    for box in boxes:
        post.deliver(box, mail("one"))
    (here,), (there,) = (taken(plain(post, box)) for box in boxes)
    assert here.key != there.key


def test_since_counts_days_in_china(post: Post):
    box = post.mailbox()
    for subject, when in (
        ("before", datetime(2018, 11, 19, 15, 59, tzinfo=UTC)),
        ("first", datetime(2018, 11, 19, 16, 0, tzinfo=UTC)),
        ("later", datetime(2018, 12, 1, tzinfo=UTC)),
    ):
        post.deliver(box, mail(subject), dated=when)
    source = mailbox(plain(post, box), PASSWORD, since=date(2018, 11, 20))
    assert source.count == 2
    assert [one.name for one in source.items] == ["first.eml", "later.eml"]


@pytest.mark.parametrize("folder", ["绩效 & 申报", "部门/已收", "a%26b"])
def test_folders_of_any_name(post: Post, folder: str):
    box = post.mailbox()
    post.deliver(box, mail("elsewhere"))
    post.deliver(box, mail("here"), folder.replace("%26", "&"))
    assert [one.name for one in taken(plain(post, box, folder))] == ["here.eml"]


def test_a_mail_moves_when_the_next_is_asked_for(post: Post):
    box = post.mailbox()
    for subject in ("one", "two", "three"):
        post.deliver(box, mail(subject))
    items = mailbox(plain(post, box), PASSWORD, move_to="已收/2019").items
    next(items)
    second = next(items)
    items.close()  # type: ignore[attr-defined] - who stores it has failed
    assert post.mails(box, "已收.2019") == [mail("one")]
    assert post.mails(box) == [mail("two"), mail("three")]
    # It was stored after all, and its place is known the next time.
    assert [one.name for one in taken(plain(post, box), taken={second.key}, move_to="已收/2019")] == ["three.eml"]
    assert post.mails(box) == []
    assert post.mails(box, "已收.2019") == [mail("one"), mail("two"), mail("three")]
    assert not any("Seen" in flags for flags in post.flags(box, "已收.2019"))


@pytest.mark.parametrize("words", ["IMAP4rev1 UIDPLUS", "IMAP4rev1"])
def test_a_server_that_cannot_move(post: Post, words: str):
    server = post.another(words.replace(" ", "-"), capability=words)
    try:
        box = post.mailbox()
        for subject in ("deleted by the clerk", "one"):
            post.deliver(box, mail(subject))
        with post.client(box) as client:
            client.select()
            client.store("1", "+FLAGS", "\\Deleted")
        place = account(f"imap://{box}@127.0.0.1:{server.imap}", SCHEMES)
        assert [one.name for one in taken(place, move_to="已收")] == ["one.eml"]
        assert post.mails(box, "已收") == [mail("one")]
        left = [mail("deleted by the clerk")] + ([] if "UIDPLUS" in words else [mail("one")])
        assert post.mails(box) == left, "what others have deleted is not erased"
        assert taken(place, move_to="已收") == []
        assert post.mails(box, "已收") == [mail("one")]
    finally:
        server.stop()


def test_a_dropped_connection_is_made_again(post: Post):
    box = post.mailbox()
    for number in range(4):
        post.deliver(box, mail(f"m{number}"))
    names = []
    for one in mailbox(plain(post, box), PASSWORD, move_to="已收").items:
        names.append(one.name)
        if len(names) == 2:
            post.plain.drop_clients()
    assert names == ["m0.eml", "m1.eml", "m2.eml", "m3.eml"]
    assert post.mails(box) == []
    assert len(post.mails(box, "已收")) == 4


def test_a_server_that_has_gone_for_good_is_said(post: Post):
    server = post.another("going")
    box = post.mailbox()
    for number in range(2):
        post.deliver(box, mail(f"m{number}"))
    items = mailbox(account(f"imap://{box}@127.0.0.1:{server.imap}", SCHEMES), PASSWORD).items
    next(items)
    server.drop_clients()
    server.stop()
    with pytest.raises(UsageError, match=f"连不上 127.0.0.1:{server.imap}"):
        next(items)


def test_a_mail_that_somebody_took_away_meanwhile_is_passed_over(post: Post):
    box = post.mailbox()
    for number in range(3):
        post.deliver(box, mail(f"m{number}"))
    names = []
    for one in mailbox(plain(post, box), PASSWORD).items:
        names.append(one.name)
        if len(names) == 1:
            with post.client(box) as client:
                client.select()
                client.store("2", "+FLAGS", "\\Deleted")
                client.expunge()
    assert names == ["m0.eml", "m2.eml"]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("password", [PASSWORD, CHINESE_PASSWORD])
def test_encrypted_from_the_first_byte(post: Post, password: str):
    box = post.mailbox()
    post.deliver(box, mail("one"))
    assert [one.data for one in mailbox(encrypted(post, box), password).items] == [mail("one")]


@pytest.mark.usefixtures("trusted")
def test_encrypted_by_starttls(post: Post):
    box = post.mailbox()
    post.deliver(box, mail("one"))
    assert len(taken(account(f"imap://{box}@localhost:{post.tls.imap}", SCHEMES))) == 1


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_certificate_nobody_knows_gets_no_password(post: Post, scheme: str):
    port = post.tls.imaps if scheme == "imaps" else post.tls.imap
    with pytest.raises(UsageError, match=r"证书不可信.*SSL_CERT_FILE"):
        mailbox(account(f"{scheme}://{post.mailbox()}@localhost:{port}", SCHEMES), PASSWORD)


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_name_gets_no_password(post: Post):
    with pytest.raises(UsageError, match=r"127\.0\.0\.1 的证书不可信"):
        mailbox(encrypted(post, post.mailbox(), "127.0.0.1"), PASSWORD)


def test_encryption_where_there_is_none(post: Post):
    with pytest.raises(UsageError, match="建立不了加密连接"):
        mailbox(account(f"imaps://{post.mailbox()}@127.0.0.1:{post.plain.imap}", SCHEMES), PASSWORD)


def test_a_server_elsewhere_gets_no_password_in_plain(post: Post, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Account, "is_loopback", property(lambda _: False))
    with pytest.raises(UsageError, match="不提供加密（STARTTLS），密码不会用明文传送"):
        mailbox(plain(post, post.mailbox()), PASSWORD)


@pytest.mark.parametrize("password", ["wrong-secret", "错的密码", "two\r\nlines"])
def test_a_wrong_password_is_said_and_not_shown(post: Post, password: str):
    box = post.mailbox()
    with pytest.raises(UsageError, match=f"{box} 登录不了.*授权码") as caught:
        mailbox(plain(post, box), password)
    assert password not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_unknown_folder_is_said_with_those_that_there_are(post: Post):
    box = post.mailbox()
    post.deliver(box, mail("one"), "绩效申报")
    with pytest.raises(UsageError, match=r"打不开 .* 的文件夹“绩效申抱”.*现有文件夹：.*绩效申报"):
        mailbox(plain(post, box, "绩效申抱"), PASSWORD)


def test_a_host_that_cannot_be_reached():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    with pytest.raises(UsageError, match=f"连不上 127.0.0.1:{port}"):
        mailbox(account(f"imap://a@127.0.0.1:{port}", SCHEMES), PASSWORD)
    with pytest.raises(UsageError, match=r"找不到邮件服务器 nowhere\.invalid"):
        mailbox(account("imaps://a@nowhere.invalid", SCHEMES), PASSWORD)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [("INBOX", "INBOX"), ("收件", "&ZTZO9g-"), ("a&b", "a&-b"), ("~peter/台北", "~peter/&U,BTFw-"), ("😀", "&2D3eAA-")],
)
def test_names_of_folders_are_spelled_as_the_standard_says(name: str, spelled: str):
    assert encode_folder(name) == spelled
    assert decode_folder(spelled) == name


def test_an_odd_name_of_a_folder_is_shown_as_it_is():
    assert decode_folder("&A-") == "&A-"


def test_nothing_of_it_is_written(post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    box = post.mailbox()
    post.deliver(box, mail("one"))
    taken(plain(post, box))
    assert list(tmp_path.iterdir()) == []
