"""Drafts sent to the departments, each once, and written into the journal the moment the server has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from xlsform import readers
from xlsform.accounts import Account, account
from xlsform.core.errors import UsageError
from xlsform.core.spec import Department
from xlsform.operations.reading import Progress
from xlsform.operations.settings import nearby_campaign, nearby_roster
from xlsform.sources.inbox.journal import Journal, Sent, gone
from xlsform.sources.inbox.store import sha256_of
from xlsform.sources.received import CHINA, moment
from xlsform.specfiles import load_roster
from xlsform.specfiles.campaign import CAMPAIGN, INBOX, ISSUED, REMINDERS, RETURNED, Campaign
from xlsform.writers.outgoing import address_in, read_draft, ready
from xlsform.writers.smtp import SCHEMES, NotTakenError, Outbox, UnknownError

KINDS = (ISSUED, RETURNED, REMINDERS)
"""The folders of a campaign that hold drafts: which letter a draft is."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A draft, looked at. to: the addresses of all who get it; attachments: names and sizes in bytes; kind: one of KINDS, "" for others;
    fault: why it cannot go, "" when it can; is_sent: the journal says that these very bytes have gone.
    """

    path: Path
    sha256: str
    to: tuple[str, ...] = ()
    subject: str = ""
    attachments: tuple[tuple[str, int], ...] = ()
    department: str = ""
    kind: str = ""
    fault: str = ""
    is_sent: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail that the server took. refused: recipients that it did not take, with its words; at: the moment."""

    draft: Outgoing
    mail_id: str
    at: str
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """A mail that did not go, and why. is_unknown: the connection broke so late that it may have gone."""

    draft: Outgoing
    why: str
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Mailing:
    """What is to go out: the drafts with the campaign they belong to (None when none does), and the server that takes mail."""

    drafts: tuple[Outgoing, ...]
    campaign: Campaign | None
    server: Account | None

    @property
    def sender(self) -> str:
        """Whom a draft without From is from."""
        said = self.campaign.mail.sender if self.campaign is not None else ""
        return said if address_in(said) else (self.server.label if self.server is not None else "")

    def due(self, *, again: bool) -> tuple[Outgoing, ...]:
        """The drafts that can go, without those that went before unless `again`."""
        return tuple(draft for draft in self.drafts if not draft.fault and (again or not draft.is_sent))


def mailing(paths: Sequence[Path], smtp: str = "") -> Mailing:
    """The drafts given (files, or folders of .eml), else all of a campaign's 下发, 退回 and 催报. smtp: an address of the server that takes
    mail, else the campaign's. Raises UsageError for a path that is not there, a wrong address, and where there is neither path nor campaign.
    """
    campaign = nearby_campaign(paths)
    if not paths and campaign is None:
        raise UsageError(f"这里不是采集文件夹（没有 {CAMPAIGN}），请写出文件或文件夹")
    address = smtp or (campaign.mail.smtp if campaign is not None else "")
    try:
        server = account(address, SCHEMES) if address else None
    except ValueError as error:
        raise UsageError(f"--smtp：{error}") from None
    sent = gone(Journal(campaign.folder / INBOX).acts) if campaign is not None else frozenset()
    found = _given(paths) if paths else _of_campaign(campaign) if campaign is not None else ()
    roster = _roster(campaign)
    drafts = tuple(_looked_at(path, campaign, roster, sent, is_named=is_named) for path, is_named in found)
    return Mailing(drafts, campaign, server)


def send(
    what: Mailing, password: str, *, again: bool = False, progress: Progress | None = None
) -> Iterator[Delivered | Failed]:
    """Sends what is due, one by one, and gives what became of each at once: it is in the journal then, so that whoever breaks off and
    comes again goes on where it was. A mail that is refused does not stop the others; a server that has gone does.

    Raises UsageError when nothing can be sent: no server given, unreachable, wrong password.
    """
    if what.server is None:
        raise UsageError(f"不知道从哪里发：请在 {CAMPAIGN} 的 mail 里写 smtp: smtps://用户名@服务器，或用 --smtp 写出")
    if not address_in(what.sender):
        raise UsageError(f"不知道发件人的邮箱：请在 {CAMPAIGN} 的 mail 里写 from: 名称 <邮箱>")
    due = what.due(again=again)
    journal = Journal(what.campaign.folder / INBOX) if what.campaign is not None else None
    stopped = ""
    with Outbox(what.server, password) as outbox:
        for done, draft in enumerate(due, 1):
            if progress is not None:
                progress(done - 1, len(due), draft.path.name)
            try:
                result = Failed(draft, stopped) if stopped else _sent(draft, what, outbox, journal, again=again)
            except UsageError as error:
                stopped = str(error)
                result = Failed(draft, stopped)
            if result is not None:
                yield result
        if progress is not None:
            progress(len(due), len(due), "")


def _sent(
    draft: Outgoing, what: Mailing, outbox: Outbox, journal: Journal | None, *, again: bool
) -> Delivered | Failed | None:
    """Hands one in. The journal is held meanwhile, so that of two who send at the same time only one sends it (None for the other)."""
    if journal is None:
        return _handed_in(draft, what, outbox, lambda _: None, again=again)
    with journal.locked() as write:
        if not again and draft.sha256 in gone(journal.acts):
            return None
        return _handed_in(draft, what, outbox, write, again=again)


def _handed_in(
    draft: Outgoing, what: Mailing, outbox: Outbox, record: Callable[[Sent], None], *, again: bool
) -> Delivered | Failed:
    data = draft.path.read_bytes()
    if sha256_of(data) != draft.sha256:
        return Failed(draft, "草稿刚被改动，没有发；请核对后再发")
    now = datetime.now(CHINA)
    said = read_draft(data)
    sender = (said.sender if said is not None else "") or address_in(what.sender)
    # The same draft has the same id, so that a mail that went twice because its entry was lost is told as one by mail programs.
    mark = f".{now:%Y%m%d%H%M%S}" if again and draft.is_sent else ""
    mail_id = f"<{draft.sha256[:32]}{mark}@{sender.rpartition('@')[2]}>"
    login = what.server.user if what.server is not None else ""
    try:
        refused = outbox.hand_in(address_in(login) or sender, draft.to, ready(data, what.sender, now, mail_id))
    except NotTakenError as error:
        return Failed(draft, f"服务器没有收下：{error}")
    except UnknownError as error:
        return Failed(draft, f"发出后连接断开，不知道是否送到（{error}）；请在邮箱里核对后再发", is_unknown=True)
    taken = tuple(one for one in draft.to if one not in refused)
    record(Sent(moment(now), draft.department, taken, draft.subject, mail_id, draft.sha256, kind=draft.kind))
    return Delivered(draft, mail_id, moment(now), refused)


def _given(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """The files, each with whether it was named itself."""
    for path in paths:
        if path.is_dir():
            yield from ((file, False) for file in _eml_below(path))
        elif path.exists():
            yield path, True
        else:
            raise UsageError(f"找不到 {path}")


def _of_campaign(campaign: Campaign) -> Iterator[tuple[Path, bool]]:
    for kind in KINDS:
        yield from ((file, False) for file in _eml_below(campaign.folder / kind))


def _eml_below(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.suffix.lower() == ".eml" and path.is_file())
    return sorted(path for path in found if not path.name.startswith("."))


def _roster(campaign: Campaign | None) -> tuple[Department, ...]:
    """For drafts that do not say whose they are."""
    if campaign is None:
        return ()
    found = nearby_roster([campaign.folder])
    return load_roster(found, readers.read) if found is not None else ()


def _looked_at(
    path: Path, campaign: Campaign | None, roster: Sequence[Department], sent: frozenset[str], *, is_named: bool
) -> Outgoing:
    data = path.read_bytes()
    sha256 = sha256_of(data)
    said = read_draft(data)
    if said is None:
        return Outgoing(path, sha256, fault="不是邮件，读不出收件人和标题")
    kind = said.kind if said.kind in KINDS else _folder(path, campaign)
    whose = {one.name for one in roster if one.email and one.email.lower() in {to.lower() for to in said.to}}
    department = said.department or (whose.pop() if len(whose) == 1 else "")
    fault = ""
    if said.is_mail:
        fault = "是收到的邮件，不是草稿"
    elif not said.is_draft and not is_named:
        fault = "没有草稿标记（X-Unsent），要发请单独写出这个文件"
    elif said.wrong:
        fault = f"收件人地址不对：{'、'.join(said.wrong)}"
    elif not said.to:
        fault = "没有收件人：请在名册里填好邮箱后重新写草稿，或在草稿里填上"
    return Outgoing(
        path, sha256, said.to, said.subject, said.attachments, department, kind, fault, sha256 in sent and not fault
    )


def _folder(path: Path, campaign: Campaign | None) -> str:
    if campaign is None or not path.resolve().is_relative_to(campaign.folder.resolve()):
        return ""
    top = path.resolve().relative_to(campaign.folder.resolve()).parts[0]
    return top if top in KINDS else ""
