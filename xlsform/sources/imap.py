"""A live mailbox as a source: mails one at a time, as the server has them. It stays as it was, unless they are to be moved."""

from __future__ import annotations

import imaplib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from xlsform.accounts import TIMEOUT, Account, not_encrypted, reaching, refused_login, said, trusting
from xlsform.core.errors import UsageError
from xlsform.sources.containers.mail import letter_of
from xlsform.sources.received import CHINA, Received, Source, moment

SCHEMES = ("imaps", "imap")
"""Addresses of mailboxes."""

CLIENT = '("name" "xlsform" "vendor" "jixiao-xlsform" "version" "1.0")'
"""163.com and its sisters open no folder for a client that has not said its name (RFC 2971)."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AT_ONCE: Final = 500
_LISTED: Final = re.compile(rb'\([^)]*\) (?:"(\\?.)"|NIL) (.*)', re.DOTALL)
_ARRIVED: Final = re.compile(rb'INTERNALDATE "([^"]+)"')
_UID: Final = re.compile(rb"\bUID (\d+)")

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


class Mail(NamedTuple):
    """A mail in its folder: its UID, and when the server took it."""

    uid: str
    arrived: datetime


def mailbox(
    place: Account, password: str, *, since: date | None = None, taken: Container[str] = (), move_to: str = ""
) -> Source:
    """The mails of a folder, oldest first, without those marked as deleted. since: the first day, in China, on which they came.

    taken: keys (`Received.key`) of mails that need not be fetched again. Nothing changes in the mailbox: the folder is opened
    for reading only, no mail becomes seen. With move_to, a mail goes into that folder (made if there is none) when the next one
    is asked for: whoever asks has stored it; of `taken` those still here go too. A connection that breaks is made once more.

    Raises UsageError, now or while items are read: no such server or folder, not encrypted, not trusted, wrong password.
    """
    session = _Session(place, password, is_moving=bool(move_to))
    try:
        session.open()
        mails = session.again(session.mails, since)
        left = [mail.uid for mail in mails if move_to and session.key(mail.uid) in taken]
        new = [mail for mail in mails if session.key(mail.uid) not in taken]
        if move_to:
            session.again(session.make, move_to)
    finally:
        session.close()  # who counts several places before the first is read would hold idle connections
    return Source(len(new), _items(session, new, left, move_to))


def _items(session: _Session, new: list[Mail], left: list[str], move_to: str) -> Iterator[Received]:
    if not new and not left:
        return
    try:
        session.open()
        for uid in left:
            session.again(session.move, uid, move_to)
        for mail in new:
            data = session.again(session.fetch, mail.uid)
            if data is None:
                continue
            name = letter_of(data).subject or mail.uid
            way = f"邮箱 {session.place.label}/{session.place.folder}"
            yield Received(f"{name}.eml", way, data, moment(mail.arrived), session.key(mail.uid))
            if move_to:
                session.again(session.move, mail.uid, move_to)
    finally:
        session.close()


class _Session:
    """A connection with its folder open, made again when it breaks."""

    def __init__(self, place: Account, password: str, *, is_moving: bool) -> None:
        self.place = place
        self._password = password
        self._is_moving = is_moving
        self._client: imaplib.IMAP4 | None = None
        self._capabilities: frozenset[str] = frozenset()
        self._delimiter = "/"
        self._validity = ""

    # ---------------------------------------------------------------------------------------------------- connection

    def open(self) -> None:
        """Connects, logs in and opens the folder. Raises UsageError."""
        with reaching(self.place):
            try:
                self._client = client = self._connected()
                self._log_in(client)
                self._capabilities = frozenset(said(client.capability()[1]).upper().split())
                if "ID" in self._capabilities:
                    client.xatom("ID", CLIENT)
                self._delimiter = self._listed('""')[0][0]
                validity = self._select(client)
            except imaplib.IMAP4.abort as error:
                raise ConnectionAbortedError(said(error)) from error
            except imaplib.IMAP4.error as error:
                raise UsageError(f"{self.place.server} 不接受连接（{said(error)}），请检查地址和端口") from error
        if self._validity not in {"", validity}:
            raise UsageError(f"邮箱文件夹 {self.place.folder} 在收取时被服务器重建了，请再运行一次")
        self._validity = validity

    def _connected(self) -> imaplib.IMAP4:
        place = self.place
        if place.encrypted:
            return imaplib.IMAP4_SSL(place.host, place.port, ssl_context=trusting(), timeout=TIMEOUT)
        client = imaplib.IMAP4(place.host, place.port, timeout=TIMEOUT)
        if "STARTTLS" in client.capabilities:
            self._client = client  # to be closed when the handshake fails
            client.starttls(ssl_context=trusting())
        elif not place.is_loopback:
            client.shutdown()
            raise not_encrypted(place)
        return client

    def _log_in(self, client: imaplib.IMAP4) -> None:
        user, password = self.place.user, self._password
        try:
            if user.isascii() and password.isascii():
                client.login(user, password)
            else:  # LOGIN knows no other characters (RFC 3501, 9)
                client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, ValueError) as error:
            # A ValueError is a control character in the password; its text may repeat the line.
            raise refused_login(self.place, error if isinstance(error, imaplib.IMAP4.error) else "") from None

    def _select(self, client: imaplib.IMAP4) -> str:
        """Opens the folder and gives its UIDVALIDITY."""
        answer, data = client.select(self._quoted(self.place.folder), readonly=not self._is_moving)
        if answer != "OK":
            folders = "、".join(name for _, name in self._listed('"*"'))
            raise UsageError(
                f"打不开 {self.place.label} 的文件夹“{self.place.folder}”（{said(data)}）；现有文件夹：{folders}"
            )
        return said(client.response("UIDVALIDITY")[1])

    def again(self, step: Callable[_Asked, _Answer], *args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        """What the step gives; when the connection breaks in it, it is made anew and the step is done once more. Raises UsageError."""
        try:
            return step(*args, **kwargs)
        except (imaplib.IMAP4.abort, OSError):
            self.close()
        self.open()
        with reaching(self.place):
            try:
                return step(*args, **kwargs)
            except imaplib.IMAP4.abort as error:
                raise ConnectionAbortedError(said(error)) from error

    def close(self) -> None:
        """Leaves without CLOSE, which would erase what others have marked as deleted."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(imaplib.IMAP4.error, OSError):  # a server that has gone needs no farewell
                client.logout()
            with suppress(OSError):
                client.shutdown()

    # --------------------------------------------------------------------------------------------------------- mails

    def key(self, uid: str) -> str:
        """By what the server knows a mail, for as long as it keeps its word (RFC 3501, 2.3.1.1)."""
        place = self.place
        return f"{place.user}@{place.host}/{place.folder};UIDVALIDITY={self._validity};UID={uid}"

    def mails(self, since: date | None) -> list[Mail]:
        """What is in the folder, by UID."""
        criteria = ["UNDELETED"]
        if since is not None:
            # Servers count days in zones of their own.
            day = since - timedelta(days=1)
            criteria += ["SINCE", f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"]
        found = b" ".join(filter(None, self._told("SEARCH", *criteria)))
        uids = sorted({int(uid) for uid in found.split()})
        mails = [mail for at in range(0, len(uids), _AT_ONCE) for mail in self._arrivals(uids[at : at + _AT_ONCE])]
        return [mail for mail in mails if since is None or mail.arrived.astimezone(CHINA).date() >= since]

    def _arrivals(self, uids: list[int]) -> list[Mail]:
        answers = self._told("FETCH", ",".join(map(str, uids)), "(UID INTERNALDATE)")
        found: dict[int, Mail] = {}
        for answer in answers:
            uid, arrived = _UID.search(answer or b""), _ARRIVED.search(answer or b"")
            if uid is not None and arrived is not None:
                found[int(uid[1])] = Mail(uid[1].decode(), parsedate_to_datetime(arrived[1].decode("ascii", "replace")))
        return [found[uid] for uid in uids if uid in found]

    def fetch(self, uid: str) -> bytes | None:
        """The bytes of a mail, None when somebody has taken it away meanwhile. It stays unseen."""
        answers = self._told("FETCH", uid, "(UID BODY.PEEK[])")
        bodies = (answer[1] for answer in answers if isinstance(answer, tuple) and b"BODY[]" in answer[0])
        body: bytes | None = next(bodies, None)
        return body

    def make(self, folder: str) -> None:
        """Makes a folder where there is none, and shows it to the clerk's mail program."""
        client, name = self._live(), self._quoted(folder)
        if self._listed(name):
            return
        answer, data = client.create(name)
        if answer != "OK":
            raise UsageError(f"在 {self.place.label} 里建不了文件夹“{folder}”（{said(data)}），请先在邮箱里建好")
        client.subscribe(name)

    def move(self, uid: str, folder: str) -> None:
        """Moves a mail; one that has gone meanwhile stays gone.

        A server that cannot move gets a copy and erases this one mail; one that cannot erase a single mail keeps it marked as deleted.
        """
        name = self._quoted(folder)
        if "MOVE" in self._capabilities:
            self._told("MOVE", uid, name)
            return
        self._told("COPY", uid, name)
        self._told("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._capabilities:
            self._told("EXPUNGE", uid)

    # ------------------------------------------------------------------------------------------------------- protocol

    def _live(self) -> imaplib.IMAP4:
        if self._client is None:
            raise ConnectionAbortedError(self.place.server)
        return self._client

    def _told(self, command: str, *arguments: str) -> list[Any]:
        """What the server says to a UID command. Raises UsageError when it refuses."""
        try:
            answer, data = self._live().uid(command, *arguments)
        except (imaplib.IMAP4.abort, OSError):
            raise
        except imaplib.IMAP4.error as error:
            answer, data = "BAD", [said(error).encode()]
        if answer != "OK":
            raise UsageError(f"{self.place.label} 的服务器不肯执行 {command}（{said(data)}）")
        return data

    def _listed(self, pattern: str) -> list[tuple[str, str]]:
        """Folders by a pattern, each with its delimiter."""
        _, answers = self._live().list('""', pattern)
        found = []
        for answer in answers:
            head, name = answer if isinstance(answer, tuple) else (answer or b"", None)
            match = _LISTED.fullmatch(head)
            if match is not None:
                raw = name if name is not None else match[2].strip().strip(b'"').replace(b'\\"', b'"')
                found.append(((match[1] or b"/").decode()[-1], decode_folder(raw.decode("ascii", "replace"))))
        return found or ([("/", "")] if pattern == '""' else [])

    def _quoted(self, folder: str) -> str:
        """A folder's name as the server spells it, with its own sign between folders."""
        name = encode_folder(folder.replace("/", self._delimiter))
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def encode_folder(name: str) -> str:
    """A folder's name in modified UTF-7 (RFC 3501, 5.1.3): 收件 → &ZTZO9g-"""

    def spelled(match: re.Match[str]) -> str:
        signs = b64encode(match[0].encode("utf-16-be", "surrogatepass")).decode().rstrip("=")
        return f"&{signs.replace('/', ',')}-"

    return re.sub(r"[^ -~]+", spelled, name.replace("&", "&-"))


def decode_folder(name: str) -> str:
    """The name that `encode_folder` spells; what is no modified UTF-7 stays as it is."""

    def read(match: re.Match[str]) -> str:
        signs = match[1].replace(",", "/")
        try:
            return b64decode(signs + "=" * (-len(signs) % 4)).decode("utf-16-be") if signs else "&"
        except ValueError:
            return match[0]

    return re.sub(r"&([A-Za-z0-9+,]*)-", read, name)
