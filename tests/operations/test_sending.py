"""Drafts of a campaign sent through a real server, each once, each in the journal the moment it has gone."""

from __future__ import annotations

import email
import email.policy
from itertools import islice
from pathlib import Path

import pytest

from tests.servers import DOMAIN, GONE, PASSWORD, Post
from xlsform.core.errors import UsageError
from xlsform.operations.sending import Delivered, Failed, mailing, send
from xlsform.sources.inbox.journal import Came, Journal, Sent, append
from xlsform.specfiles.campaign import CAMPAIGN, INBOX, ISSUED, REMINDERS, RETURNED, campaign_text
from xlsform.writers.mail import draft

FROM = f"caizheng@{DOMAIN}"


@pytest.fixture
def folder(tmp_path: Path, post: Post, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign whose mails go out through the test's server."""
    for name in (ISSUED, INBOX, RETURNED):
        (tmp_path / name).mkdir()
    mail = f"mail:\n  from: 石峰区财政局 <{FROM}>\n  smtp: smtp://{FROM}@127.0.0.1:{post.smtp}\n"
    (tmp_path / CAMPAIGN).write_text(campaign_text(2019, "石峰区", "2019", "") + mail, encoding="utf-8")
    (tmp_path / "departments.csv").write_text(
        "部门代码,部门名称,邮箱\n001,区委办,wb@example.gov.cn\n002,区教育局,both@example.gov.cn\n003,区体育局,both@example.gov.cn\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder: Path, name: str, to: str, *, kind: str = ISSUED, department: str = "区教育局", **more: str) -> Path:
    path = folder / kind / f"{name}.eml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(draft(to, f"通知 {name}", "正文", [("表.xlsx", b"x")], department=department, **more))
    return path


def sent(folder: Path) -> list[Sent]:
    return [act for act in Journal(folder / INBOX).acts if isinstance(act, Sent)]


def test_all_drafts_go_out_and_are_recorded(folder: Path, post: Post):
    boxes = [post.mailbox() for _ in range(3)]
    for box, kind in zip(boxes, (ISSUED, RETURNED, REMINDERS), strict=True):
        put(folder, "一", box, kind=kind, department=f"部门{kind}")
    append(folder / INBOX, [Came("2018-11-20T00:00:00+08:00", "0" * 64, "x.eml", "文件夹")])
    results = list(send(mailing([]), PASSWORD))
    assert [type(one) for one in results] == [Delivered] * 3
    assert [(act.kind, act.department, act.to, act.subject) for act in sent(folder)] == [
        (kind, f"部门{kind}", (box,), "通知 一") for box, kind in zip(boxes, (ISSUED, RETURNED, REMINDERS), strict=True)
    ]
    for box, result in zip(boxes, results, strict=True):
        (raw,) = post.mails(box)
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert mail["From"] == f"石峰区财政局 <{FROM}>"
        assert (mail["X-Unsent"], mail["Message-ID"]) == (None, result.mail_id)
        assert mail["Date"].datetime.isoformat() == result.at
        assert next(mail.iter_attachments()).get_content() == b"x"
    assert all(one.is_sent for one in mailing([]).drafts)
    assert list(send(mailing([]), PASSWORD)) == []


def test_the_department_is_the_headers_else_that_of_the_only_one_with_the_address(folder: Path):
    put(folder, "a", "WB@example.gov.cn", department="")
    put(folder, "b", "both@example.gov.cn", department="")
    put(folder, "c", "both@example.gov.cn", department="区体育局")
    assert [one.department for one in mailing([]).drafts] == ["区委办", "", "区体育局"]


def test_what_is_recorded_is_not_sent_again_unless_it_is_asked_for(folder: Path, post: Post):
    box = post.mailbox()
    put(folder, "一", box)
    (first,) = send(mailing([]), PASSWORD)
    (second,) = send(mailing([]), PASSWORD, again=True)
    assert isinstance(first, Delivered)
    assert isinstance(second, Delivered)
    assert first.mail_id != second.mail_id
    assert len(post.mails(box)) == len(sent(folder)) == 2
    put(folder, "一", box, sender="张三 <zs@example.gov.cn>")
    assert mailing([]).due(again=False), "another draft under the same name"


def test_whoever_breaks_off_goes_on_where_it_was(folder: Path, post: Post):
    box = post.mailbox()
    for number in range(4):
        put(folder, f"m{number}", box)
    going = send(mailing([]), PASSWORD)
    list(islice(going, 2))
    going.close()
    assert [act.subject for act in sent(folder)] == ["通知 m0", "通知 m1"]
    assert len(list(send(mailing([]), PASSWORD))) == 2
    subjects = [email.message_from_bytes(one, policy=email.policy.default)["Subject"] for one in post.mails(box)]
    assert subjects == ["通知 m0", "通知 m1", "通知 m2", "通知 m3"]


def test_two_at_the_same_time_send_each_mail_once(folder: Path, post: Post):
    box = post.mailbox()
    for number in range(3):
        put(folder, f"m{number}", box)
    one, other = send(mailing([]), PASSWORD), send(mailing([]), PASSWORD)
    assert isinstance(next(one), Delivered)
    assert len(list(other)) == 2
    assert list(one) == []
    assert len(post.mails(box)) == 3


def test_those_that_cannot_go_are_said_and_the_others_go(folder: Path, post: Post):
    box = post.mailbox()
    put(folder, "a", "")
    put(folder, "b", "张三")
    (folder / ISSUED / "c.eml").write_bytes(b"no mail")
    (folder / ISSUED / "d.eml").write_bytes(b"Received: from x\r\nX-Unsent: 1\r\nTo: a@b.cn\r\n\r\n")
    (folder / ISSUED / "e.eml").write_bytes(b"Subject: kept\r\nTo: a@b.cn\r\n\r\n")
    put(folder, "f", f"{GONE}@{DOMAIN}")
    put(folder, "g", f"{GONE}@{DOMAIN}, {box}")
    put(folder, "h", box)
    what = mailing([])
    assert [one.fault[:6] for one in what.drafts if one.fault] == [
        "没有收件人：",
        "收件人地址不",
        "不是邮件，读",
        "是收到的邮件",
        "没有草稿标记",
    ]
    refused, partly, whole = send(what, PASSWORD)
    assert isinstance(refused, Failed)
    assert "550 5.1.1 no such user" in refused.why
    assert isinstance(partly, Delivered)
    assert partly.refused == {f"{GONE}@{DOMAIN}": "550 5.1.1 no such user"}
    assert isinstance(whole, Delivered)
    assert [act.to for act in sent(folder)] == [(box,), (box,)]


def test_a_file_named_by_itself_needs_no_mark(folder: Path):
    path = folder / "mine.eml"
    path.write_bytes(b"Subject: saved by Foxmail\r\nTo: a@b.cn\r\n\r\nx")
    (one,) = mailing([path]).drafts
    assert (one.fault, one.kind) == ("", "")


def test_a_draft_changed_after_it_was_shown_stays(folder: Path, post: Post):
    box = post.mailbox()
    put(folder, "a", box)
    what = mailing([])
    put(folder, "a", box, sender="x@example.gov.cn")
    (failed,) = send(what, PASSWORD)
    assert isinstance(failed, Failed)
    assert post.mails(box) == []


def test_a_mail_of_which_nobody_knows_is_not_recorded(folder: Path, post: Post, monkeypatch: pytest.MonkeyPatch):
    put(folder, "a", post.mailbox())
    monkeypatch.setattr(post.postman, "drop_behind", True)
    (failed,) = send(mailing([]), PASSWORD)
    assert isinstance(failed, Failed)
    assert failed.is_unknown
    assert sent(folder) == []


def test_outside_a_campaign_the_server_is_named_and_nothing_is_recorded(tmp_path: Path, post: Post, monkeypatch):
    monkeypatch.chdir(tmp_path)
    box = post.mailbox()
    path = put(tmp_path, "a", box)
    (done,) = send(mailing([path.parent], f"smtp://{FROM}@127.0.0.1:{post.smtp}"), PASSWORD)
    assert isinstance(done, Delivered)
    (raw,) = post.mails(box)
    assert email.message_from_bytes(raw)["From"] == FROM
    assert {one.name for one in tmp_path.rglob("*")} == {ISSUED, "a.eml"}


def test_what_is_missing_is_said(folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch):
    put(folder, "a", "a@b.cn")
    with pytest.raises(UsageError, match="登录不了"):
        list(send(mailing([]), "wrong"))
    with pytest.raises(UsageError, match="--smtp：应写作"):
        mailing([], "imaps://a@b.cn")
    with pytest.raises(UsageError, match="找不到"):
        mailing([folder / "nowhere"])
    (folder / CAMPAIGN).write_text(campaign_text(2019, "石峰区", "2019", ""), encoding="utf-8")
    with pytest.raises(UsageError, match="不知道从哪里发"):
        list(send(mailing([]), PASSWORD))
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(UsageError, match="这里不是采集文件夹"):
        mailing([])
