"""Mail handed in at a server, many over one connection; of each is known whether it was taken."""

from __future__ import annotations

import re
import smtplib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from xlsform.accounts import TIMEOUT, Account, not_encrypted, reaching, refused_login, said, trusting
from xlsform.core.errors import UsageError

SCHEMES = ("smtps", "smtp")
"""Addresses of servers that take mail."""

_DOT = re.compile(rb"^\.", re.MULTILINE)
_CLOSING = 421
_GO_ON = 354


class NotTakenError(Exception):
    """The server did not take a mail: its words."""


class UnknownError(Exception):
    """The connection broke after the mail had gone and before the server said whether it takes it."""


class Outbox:
    """A connection to the server that takes mail, made when the first goes out and again when it breaks."""

    def __init__(self, place: Account, password: str) -> None:
        """password: "" for a server that asks for none."""
        self.place = place
        self._password = password
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Connects and logs in. Raises UsageError."""
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Takes leave."""
        self._close()

    def hand_in(self, sender: str, recipients: Sequence[str], data: bytes) -> Mapping[str, str]:
        """Hands a mail in for all recipients; gives those that the server refused, with its words. data: with CRLF line ends.

        A connection that breaks before the mail has gone is made again, once. Raises NotTakenError when nobody gets it,
        UnknownError when it may have gone, UsageError when there is no connection.
        """
        for attempt in (1, 2):
            if self._client is None:
                self._open()
            try:
                return self._handed_in(sender, recipients, data)
            except (smtplib.SMTPServerDisconnected, OSError) as error:
                self._close()
                if attempt == 2:
                    raise NotTakenError(f"连接断开（{said(error)}）") from error
        raise AssertionError("two attempts end one way or the other")

    def _handed_in(self, sender: str, recipients: Sequence[str], data: bytes) -> Mapping[str, str]:
        client = self._live()
        options = ["BODY=8BITMIME"] if not data.isascii() and client.has_extn("8bitmime") else []
        if client.has_extn("size"):
            options.append(f"SIZE={len(data)}")
        self._checked(client.mail(sender, options), 250)
        refused: dict[str, str] = {}
        for recipient in recipients:
            code, answer = client.rcpt(recipient)
            if code == _CLOSING:
                raise smtplib.SMTPServerDisconnected(said(answer))
            if code not in {250, 251}:
                refused[recipient] = f"{code} {said(answer)}"
        if len(refused) == len(recipients):
            client.rset()
            raise NotTakenError("；".join(f"{recipient}：{why}" for recipient, why in refused.items()))
        self._checked(client.docmd("DATA"), _GO_ON)
        try:
            client.send(_DOT.sub(b"..", data if data.endswith(b"\r\n") else data + b"\r\n") + b".\r\n")
            taken = client.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._close()
            raise UnknownError(said(error)) from error
        self._checked(taken, 250)
        return refused

    def _checked(self, answer: tuple[int, bytes], wanted: int) -> None:
        """Raises NotTakenError for another answer; a server that is closing counts as gone."""
        code, words = answer
        if code == _CLOSING:
            raise smtplib.SMTPServerDisconnected(said(words))
        if code != wanted:
            self._live().rset()
            raise NotTakenError(f"{code} {said(words)}")

    def _live(self) -> smtplib.SMTP:
        if self._client is None:
            raise smtplib.SMTPServerDisconnected(self.place.server)
        return self._client

    def _open(self) -> None:
        try:
            with reaching(self.place), _answering(self.place):
                self._client = self._connected()
                if self.place.user:
                    self._log_in(self._client)
        except BaseException:
            self._close()
            raise

    def _connected(self) -> smtplib.SMTP:
        place = self.place
        if place.encrypted:
            return smtplib.SMTP_SSL(place.host, place.port, timeout=TIMEOUT, context=trusting())
        self._client = client = smtplib.SMTP(place.host, place.port, timeout=TIMEOUT)
        client.ehlo_or_helo_if_needed()
        if client.has_extn("starttls"):
            client.starttls(context=trusting())
        elif not place.is_loopback:
            raise not_encrypted(place)
        return client

    def _log_in(self, client: smtplib.SMTP) -> None:
        user, password = self.place.user, self._password
        client.ehlo_or_helo_if_needed()
        try:
            if user.isascii() and password.isascii():
                client.login(user, password)
                return
            # smtplib knows no other characters; what it raises then has the password in it.
            code, answer = client.docmd("AUTH", "PLAIN " + b64encode(f"\0{user}\0{password}".encode()).decode())
        except smtplib.SMTPAuthenticationError as error:
            code, answer = error.smtp_code, _as_bytes(error.smtp_error)
        if code not in {235, 503}:
            raise refused_login(self.place, answer)

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(smtplib.SMTPException, OSError):  # a server that has gone needs no farewell
                client.quit()
            client.close()


@contextmanager
def _answering(place: Account) -> Iterator[None]:
    """What a server says when it does not want us. smtplib's exceptions are OSErrors too, but no fault of the network."""
    try:
        yield
    except smtplib.SMTPServerDisconnected as error:
        raise ConnectionAbortedError(said(error)) from error
    except smtplib.SMTPNotSupportedError:
        raise UsageError(f"{place.server} 不要求登录，请在 smtp 地址里去掉用户名") from None
    except smtplib.SMTPException as error:
        raise UsageError(f"{place.server} 不接受连接（{said(error)}），请检查地址和端口") from error


def _as_bytes(words: bytes | str) -> bytes:
    return words.encode() if isinstance(words, str) else words
