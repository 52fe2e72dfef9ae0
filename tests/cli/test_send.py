"""`send` as a clerk meets it: what it shows, that it asks, that it never sends unasked."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import DOMAIN, GONE, PASSWORD, Post
from xlsform.cli import run
from xlsform.sources.inbox.journal import Journal

FROM = f"caizheng@{DOMAIN}"


@pytest.fixture
def campaign(tmp_path: Path, post: Post, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A campaign with three departments, one of them without an address, and the drafts that `issue --mail` wrote."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XLSFORM_MAIL_PASSWORD", PASSWORD)
    assert run(["init", "采集", "--year", "2019", "--district", "石峰区"]) == 0
    folder = tmp_path / "采集"
    (folder / "departments.xlsx").unlink()
    boxes = [post.mailbox(), post.mailbox()]
    (folder / "departments.csv").write_text(
        f"部门代码,部门名称,邮箱\n001,区委办,{boxes[0]}\n002,区教育局,{boxes[1]}\n003,区体育局,\n", encoding="utf-8"
    )
    text = (folder / "campaign.yaml").read_text(encoding="utf-8")
    mail = f"mail:\n  from: 石峰区财政局 <{FROM}>\n  smtp: smtp://{FROM}@127.0.0.1:{post.smtp}\n"
    (folder / "campaign.yaml").write_text(text + mail, encoding="utf-8")
    monkeypatch.chdir(folder)
    assert run(["issue", "--mail"]) == 0
    capsys.readouterr()
    return folder


def boxes_of(folder: Path) -> list[str]:
    lines = (folder / "departments.csv").read_text(encoding="utf-8").splitlines()[1:3]
    return [line.rpartition(",")[2] for line in lines]


def test_without_a_terminal_nothing_goes_unasked(campaign: Path, post: Post, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert run(["send"]) == 2
    shown = capsys.readouterr()
    assert "要发出 2 封：" in shown.out
    assert "没有发送：这里不是终端" in shown.err
    assert [post.mails(box) for box in boxes_of(campaign)] == [[], []]


def test_what_will_go_out_is_shown_then_it_goes(campaign: Path, post: Post, capsys):
    assert run(["send", "--yes"]) == 1, "one draft has no receiver"
    shown = capsys.readouterr().out.splitlines()
    first = boxes_of(campaign)[0]
    assert shown[0] == "要发出 2 封："
    assert shown[1].startswith(
        f"  下发 区委办 <{first}> 关于报送2019年区级预算绩效目标的通知 [001-区委办-绩效目标申报.xlsx ("
    )
    assert shown[3:5] == [
        "发不了 1 封：",
        f"  {campaign / '下发' / '003-区体育局-绩效目标申报.eml'}：没有收件人：请在名册里填好邮箱后重新写草稿，或在草稿里填上",
    ]
    assert shown[-1] == "已发出 2 封，没有发出 0 封"
    assert [len(post.mails(box)) for box in boxes_of(campaign)] == [1, 1]
    assert run(["send", "--yes"]) == 1
    assert "已发过 2 封，不再发（要再发一次请加 --again）" in capsys.readouterr().out
    assert [len(post.mails(box)) for box in boxes_of(campaign)] == [1, 1]


def test_dry_run_sends_nothing_and_needs_no_password(campaign: Path, post: Post, monkeypatch, capsys):
    monkeypatch.delenv("XLSFORM_MAIL_PASSWORD")
    assert run(["send", "--dry-run", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["department"] for one in told["to_send"]] == ["区委办", "区教育局"]
    assert [one["department"] for one in told["failed"]] == ["区体育局"]
    assert post.mails(boxes_of(campaign)[0]) == []
    assert Journal(campaign / "收件").acts == []


def test_json_tells_what_became_of_each(campaign: Path, capsys):
    (campaign / "下发" / "003-区体育局-绩效目标申报.eml").unlink()
    draft = campaign / "下发" / "002-区教育局-绩效目标申报.eml"
    draft.write_bytes(draft.read_bytes().replace(b"To: ", f"To: {GONE}@{DOMAIN}, ".encode()))
    assert run(["send", "--yes", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["refused"] for one in told["sent"]] == [{}, {f"{GONE}@{DOMAIN}": "550 5.1.1 no such user"}]
    assert run(["send", "--yes", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sent_before"]) == 2


def test_one_draft_alone_and_a_clean_end(campaign: Path, post: Post, capsys):
    assert run(["send", "下发/001-区委办-绩效目标申报.eml", "--yes"]) == 0
    assert [len(post.mails(box)) for box in boxes_of(campaign)] == [1, 0]
    assert run(["send", "下发/001-区委办-绩效目标申报.eml", "--yes", "--again", "--lang", "en"]) == 0
    assert "1 sent, 0 not sent" in capsys.readouterr().out


def test_a_wrong_password_ends_with_2_and_is_not_shown(campaign: Path, monkeypatch, capsys):
    monkeypatch.setenv("XLSFORM_MAIL_PASSWORD", "geheim-1")
    assert run(["send", "--yes"]) == 2
    shown = capsys.readouterr()
    assert "登录不了" in shown.err
    assert "geheim" not in shown.out + shown.err
    assert not any(b"geheim" in path.read_bytes() for path in campaign.rglob("*") if path.is_file())


@pytest.mark.usefixtures("campaign")
def test_without_drafts_nothing_was_to_be_sent(tmp_path: Path, capsys):
    (tmp_path / "empty").mkdir()
    assert run(["send", str(tmp_path / "empty"), "--yes"]) == 3
    assert "xlsform issue --mail" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of our own")
@pytest.mark.parametrize(("answer", "count"), [("y\n", 1), ("\n", 0), ("n\n", 0)])
def test_on_a_terminal_the_clerk_is_asked(campaign: Path, post: Post, environment, answer: str, count: int):
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    done = subprocess.run(
        [sys.executable, "-m", "xlsform", "send", "下发/001-区委办-绩效目标申报.eml", "-q"],
        stdin=theirs, capture_output=True, text=True, encoding="utf-8", cwd=campaign, check=False, timeout=60,
        env=environment | {"XLSFORM_MAIL_PASSWORD": PASSWORD},
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert "确认发送这 1 封邮件吗" in done.stderr
    assert done.returncode == (0 if count else 1), done.stderr
    assert len(post.mails(boxes_of(campaign)[0])) == count
