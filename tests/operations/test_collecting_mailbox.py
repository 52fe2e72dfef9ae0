"""Collecting from a mailbox on a real server: nothing is fetched twice, and nothing is moved that was not stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inboxes import journal, mail, new_campaign, tree, workbook
from tests.servers import PASSWORD, Post
from xlsform.accounts import account
from xlsform.cli import run
from xlsform.operations import Settings
from xlsform.operations.collecting import Box, collect
from xlsform.sources.imap import SCHEMES
from xlsform.sources.inbox.store import keep, sha256_of


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "采集" / "收件"


ONE = mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级")}, subject="区委办报表")
TWO = mail("jyj@example.cn", {"区教育局.xlsx": workbook("区教育局")}, subject="教育局报表")


def address(post: Post, box: str) -> str:
    return f"imap://{box}@127.0.0.1:{post.plain.imap}"


def box_of(post: Post, name: str, move_to: str = "") -> Box:
    return Box(account(address(post, name), SCHEMES), PASSWORD, move_to=move_to)


def test_a_mail_is_fetched_once_and_the_mailbox_stays_as_it_was(post: Post, settings: Settings, inbox: Path):
    name = post.mailbox()
    post.deliver(name, ONE)
    first = collect([], settings, boxes=[box_of(post, name)])
    assert [(thing.name, thing.outcome) for thing in first.things] == [("区委办报表.eml", "新收")]
    assert first.things[0].files[0].department == "区委办本级"
    assert ONE in tree(inbox / "原件").values()
    before = tree(inbox)
    again = collect([], settings, boxes=[box_of(post, name)])
    assert again.things == (), "it is not even fetched"
    assert tree(inbox) == before
    post.deliver(name, TWO)
    third = collect([], settings, boxes=[box_of(post, name)])
    assert [thing.name for thing in third.things] == ["教育局报表.eml"]
    assert sorted(post.mails(name)) == sorted([ONE, TWO])


def test_a_mail_that_came_by_another_way_before_is_known_and_not_fetched_a_third_time(
    post: Post, settings: Settings, inbox: Path, tmp_path: Path
):
    name = post.mailbox()
    post.deliver(name, ONE)
    (tmp_path / "区委办报表.eml").write_bytes(post.mails(name)[0])
    collect([tmp_path / "区委办报表.eml"], settings)
    told = collect([], settings, boxes=[box_of(post, name)])
    assert [thing.outcome for thing in told.things] == ["已收过"]
    assert collect([], settings, boxes=[box_of(post, name)]).things == ()
    assert len(told.inbox.whose) == 1
    assert [act["name"] for act in journal(inbox)] == ["区委办报表.eml"] * 2


def test_mails_are_moved_when_they_are_stored_and_written_down(post: Post, settings: Settings, inbox: Path):
    name = post.mailbox()
    for one in (ONE, TWO):
        post.deliver(name, one)
    told = collect([], settings, boxes=[box_of(post, name, "已收")])
    assert [thing.outcome for thing in told.things] == ["新收", "新收"]
    assert post.mails(name) == []
    assert len(post.mails(name, "已收")) == 2
    assert len(journal(inbox)) == 2


def test_a_mail_that_could_not_be_stored_is_not_moved(post: Post, settings: Settings, inbox: Path):
    name = post.mailbox()
    post.deliver(name, ONE)
    raw = post.mails(name)[0]
    for digits in (sha256_of(raw)[:16], sha256_of(raw)):
        (inbox / "原件" / digits).mkdir(parents=True)
        (inbox / "原件" / digits / "占位").write_bytes(b"something else")
    with pytest.raises(Exception, match="存不下新的"):
        keep(inbox / "原件", sha256_of(raw), "x.eml", raw, flush=True)
    with pytest.raises(Exception, match="存不下新的"):
        collect([], settings, boxes=[box_of(post, name, "已收")])
    assert len(post.mails(name)) == 1
    assert not (inbox / "登记.jsonl").exists() or journal(inbox) == []


def test_a_mail_written_down_by_a_run_that_was_killed_is_moved_by_the_next(post: Post, settings: Settings, inbox: Path):
    name = post.mailbox()
    post.deliver(name, ONE)
    collect([], settings, boxes=[box_of(post, name)])
    assert len(post.mails(name)) == 1
    collect([], settings, boxes=[box_of(post, name, "已收")])
    assert post.mails(name) == []
    assert len(post.mails(name, "已收")) == 1
    assert len(journal(inbox)) == 1


def test_without_sources_the_campaigns_mailbox_is_collected(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    name = post.mailbox()
    post.deliver(name, ONE)
    campaign = new_campaign(tmp_path / "采集")
    with (campaign / "campaign.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\nmail:\n  imap: {address(post, name)}\n")
    monkeypatch.chdir(campaign)
    monkeypatch.setenv("XLSFORM_MAIL_PASSWORD", PASSWORD)
    before = tree(campaign)
    assert run(["collect", "--dry-run", "--move-to", "已收"]) == 0
    assert "新收 区委办报表.eml" in capsys.readouterr().out
    assert tree(campaign) == before
    assert len(post.mails(name)) == 1
    assert run(["collect", "--since", "2018-01-01"]) == 0
    assert "新收 区委办报表.eml" in capsys.readouterr().out
    assert PASSWORD.encode() not in b"".join(tree(campaign).values())
