"""Drafts made ready and handed in at a real server, which delivers into real mailboxes."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest

from tests.servers import CHINESE_PASSWORD, DOMAIN, GONE, PASSWORD, Post
from xlsform.accounts import Account, account
from xlsform.core.errors import UsageError
from xlsform.writers.mail import draft
from xlsform.writers.outgoing import address_in, read_draft, ready
from xlsform.writers.smtp import SCHEMES, NotTakenError, Outbox, UnknownError

FROM = f"caizheng@{DOMAIN}"
WHEN = datetime(2018, 11, 20, 1, 2, 3, tzinfo=UTC)
RAW = b"From: a@b.cn\r\nSubject: " + "退回".encode("gbk") + b"\r\n\r\n.\r\n..\r\n\xd6\xd0\xff\r\n"


def plain(post: Post) -> Account:
    return account(f"smtp://{FROM}@127.0.0.1:{post.smtp}", SCHEMES)


@pytest.fixture
def trusted(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(post.authority))


# ------------------------------------------------------------------------------------------------------------- drafts


def test_a_draft_says_what_it_is():
    data = draft("a@b.cn", "通知", "正文", [("表.xlsx", b"x" * 2000)], department="区教育局", kind="下发")
    said = read_draft(data)
    assert said is not None
    assert (said.to, said.wrong, said.subject, said.sender) == (("a@b.cn",), (), "通知", "")
    assert said.attachments == (("表.xlsx", 2000),)
    assert (said.department, said.kind, said.is_draft, said.is_mail) == ("区教育局", "下发", True, False)


@pytest.mark.parametrize(
    ("header", "to", "wrong"),
    [
        ("a@b.cn, 张三 <c@d.cn>", ("a@b.cn", "c@d.cn"), ()),
        ("a@b.cn；c@d.cn", ("a@b.cn", "c@d.cn"), ()),
        ('"a@b.cn, x" <c@d.cn>', ("c@d.cn",), ()),
        ("张三, c@d.cn", ("c@d.cn",), ("张三",)),
        ("a@b", (), ("a@b",)),
        ("a@中国.cn", (), ("a@中国.cn",)),
        ("<a@b.cn>\r\n\tc@d.cn", (), ("<a@b.cn> c@d.cn",)),
        ("", (), ()),
    ],
)
def test_no_receiver_is_passed_over(header: str, to: tuple[str, ...], wrong: tuple[str, ...]):
    said = read_draft(f"To: {header}\r\nSubject: x\r\n\r\ny".encode())
    assert said is not None
    assert (said.to, said.wrong) == (to, wrong)


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", "表".encode()])
def test_what_is_no_mail_is_none(data: bytes):
    assert read_draft(data) is None


def test_a_draft_becomes_a_mail_and_stays_the_same_beside():
    data = draft("a@b.cn", "通知", "正文", [("表.xlsx", b"x")])
    mail = email.message_from_bytes(ready(data, "财政局 <c@d.cn>", WHEN, "<1@d.cn>"), policy=email.policy.default)
    assert (mail["X-Unsent"], mail["From"], mail["Message-ID"]) == (None, "财政局 <c@d.cn>", "<1@d.cn>")
    assert mail["Date"].datetime == WHEN
    rest = data.replace(b"X-Unsent: 1\r\n", b"")
    assert ready(data, "财政局 <c@d.cn>", WHEN, "<1@d.cn>").endswith(rest)


def test_what_a_mail_program_saved_becomes_a_mail_with_one_of_each_header():
    saved = b"x-unsent: 1\nFrom: c@d.cn\nTo: a@b.cn\nBcc:\n boss@b.cn\nDate: Mon, 1 Jan 2018 00:00:00 +0800\nMessage-ID: <old@d.cn>\n\nhi\n.\n"
    made = ready(saved, "other@d.cn", WHEN, "<new@d.cn>")
    mail = email.message_from_bytes(made, policy=email.policy.default)
    assert [mail.get_all(name) for name in ("From", "Date", "Message-ID", "Bcc")] == [
        ["c@d.cn"], ["Tue, 20 Nov 2018 01:02:03 +0000"], ["<new@d.cn>"], None
    ]  # fmt: skip
    assert made.endswith(b"\r\n\r\nhi\r\n.\r\n")
    said = read_draft(saved)
    assert said is not None
    assert said.to == ("a@b.cn", "boss@b.cn")


def test_a_sender_may_be_a_name_without_address():
    assert address_in("石峰区财政局") == ""
    assert address_in("石峰区财政局 <c@d.cn>") == "c@d.cn"


# ------------------------------------------------------------------------------------------------------------- servers


def test_many_go_over_one_connection_byte_for_byte(post: Post):
    boxes = [post.mailbox() for _ in range(3)]
    with Outbox(plain(post), PASSWORD) as outbox:
        first = outbox._client
        for box in boxes:
            assert outbox.hand_in(FROM, [box], RAW) == {}
        assert outbox._client is first
    assert [post.mails(box) for box in boxes] == [[RAW]] * 3


def test_a_refused_recipient_stops_neither_the_others_nor_the_next_mail(post: Post):
    box, gone = post.mailbox(), f"{GONE}@{DOMAIN}"
    with Outbox(plain(post), PASSWORD) as outbox:
        assert outbox.hand_in(FROM, [gone, box], RAW) == {gone: "550 5.1.1 no such user"}
        with pytest.raises(NotTakenError, match=r"550 5\.1\.1 no such user"):
            outbox.hand_in(FROM, [gone], RAW)
        assert outbox.hand_in(FROM, [box], RAW) == {}
    assert len(post.mails(box)) == 2


def test_a_mail_that_the_server_does_not_like(post: Post, monkeypatch: pytest.MonkeyPatch):
    box = post.mailbox()
    with Outbox(plain(post), PASSWORD) as outbox:
        monkeypatch.setattr(post.postman, "refuse_data", "554 DT:SPM")
        with pytest.raises(NotTakenError, match="554 DT:SPM"):
            outbox.hand_in(FROM, [box], RAW)
        monkeypatch.setattr(post.postman, "refuse_data", "")
        outbox.hand_in(FROM, [box], RAW)
    assert len(post.mails(box)) == 1


def test_a_connection_cut_before_the_mail_has_gone_is_made_again(post: Post, monkeypatch: pytest.MonkeyPatch):
    box = post.mailbox()
    with Outbox(plain(post), PASSWORD) as outbox:
        monkeypatch.setattr(post.postman, "drop_after", 1)
        assert outbox.hand_in(FROM, [box], RAW) == {}
    assert len(post.mails(box)) == 1


def test_a_connection_cut_behind_the_mail_is_not_tried_again(post: Post, monkeypatch: pytest.MonkeyPatch):
    box = post.mailbox()
    with Outbox(plain(post), PASSWORD) as outbox:
        monkeypatch.setattr(post.postman, "drop_behind", True)
        with pytest.raises(UnknownError):
            outbox.hand_in(FROM, [box], RAW)
        monkeypatch.setattr(post.postman, "drop_behind", False)
        outbox.hand_in(FROM, [post.mailbox()], RAW)
    assert len(post.mails(box)) == 1, "it had gone"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("password", [PASSWORD, CHINESE_PASSWORD])
@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_encrypted(post: Post, scheme: str, password: str):
    box = post.mailbox()
    port = post.smtps if scheme == "smtps" else post.smtp_starttls
    with Outbox(account(f"{scheme}://{FROM}@localhost:{port}", SCHEMES), password) as outbox:
        outbox.hand_in(FROM, [box], RAW)
    assert post.mails(box) == [RAW]


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_a_certificate_nobody_knows_gets_no_password(post: Post, scheme: str):
    port = post.smtps if scheme == "smtps" else post.smtp_starttls
    with (
        pytest.raises(UsageError, match="证书不可信"),
        Outbox(account(f"{scheme}://{FROM}@localhost:{port}", SCHEMES), PASSWORD),
    ):
        pass


@pytest.mark.parametrize("password", ["wrong-secret", "错的密码"])
def test_a_wrong_password_is_said_and_not_shown(post: Post, password: str):
    with pytest.raises(UsageError, match=r"登录不了.*授权码") as caught, Outbox(plain(post), password):
        pass
    assert password not in str(caught.value)


def test_a_server_elsewhere_gets_no_password_in_plain(post: Post, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Account, "is_loopback", property(lambda _: False))
    with pytest.raises(UsageError, match="不提供加密"), Outbox(plain(post), PASSWORD):
        pass


def test_a_server_that_is_not_there():
    with pytest.raises(UsageError, match="连不上"), Outbox(account("smtp://127.0.0.1:9", SCHEMES), ""):
        pass
