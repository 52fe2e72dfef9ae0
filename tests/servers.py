"""Real mail servers on loopback: Dovecot (IMAP, with and without TLS) and aiosmtpd (SMTP), which delivers into Dovecot's mailboxes.

A test takes the fixture `post`, and a mailbox that no other test has: `name = post.mailbox()`. Every address has a mailbox, only mail to
gone…@ is refused; everybody may log in with either password. The servers of a worker lie in one folder of their own and need no network.
"""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import uuid
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

DOMAIN = "example.gov.cn"
PASSWORD = 'mima 1"2\\3'  # noqa: S105 - a blank, a quotation mark and a backslash: what clients quote wrongly
CHINESE_PASSWORD = "口令：9"  # noqa: S105 - what clients encode wrongly
GONE = "gone"
"""Mail to addresses that begin so is refused."""


def modified_utf7(name: str) -> str:
    """A folder name as IMAP and Maildir++ spell it (RFC 3501, 5.1.3)."""
    spelled, run = "", ""
    for char in f"{name}\0":
        if " " <= char <= "~" or char == "\0":
            if run:
                spelled += "&" + b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
                run = ""
            spelled += "&-" if char == "&" else char
        else:
            run += char
    return spelled[:-1]


class Dovecot:
    """One Dovecot. `imap` is its port; with a certificate that port has STARTTLS, and `imaps` is TLS from the first byte.

    capability: the words it says it knows, instead of all that it does know.
    """

    def __init__(self, folder: Path, mail: Path, certificate: Path | None = None, capability: str = "") -> None:
        self.folder, self.mail, self.certificate, self.capability = folder, mail, certificate, capability
        self.imap = _free_port()
        self.imaps = _free_port() if certificate is not None else 0
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(mode=0o755)

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        command = dovecot_command()
        told = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
        config = self.folder / "dovecot.conf"
        config.write_text(self._config_24() if told.startswith("2.4") else self._config_23(), encoding="utf-8")
        self._process = subprocess.Popen([command, "-F", "-c", str(config)], stdin=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not _listens(self.imap):
            log = self.folder / "log"
            if self._process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"dovecot does not start: {log.read_text('utf-8') if log.exists() else config}")
            time.sleep(0.02)

    def drop_clients(self) -> None:
        """Ends the connections that are logged in, as a server does that is busy or restarted; new ones are taken."""
        assert self._process is not None
        for child in psutil.Process(self._process.pid).children(recursive=True):
            if child.name() == "imap":
                child.kill()
                psutil.wait_procs([child], timeout=5)

    def shut(self) -> None:
        """Tells it to end, and does not wait."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """Ends it, with all its connections."""
        self.shut()
        if self._process is not None:
            self._process.wait(10)
            self._process = None

    def _common(self) -> list[str]:
        uid, gid = _owner()
        lines = [
            f"base_dir = {self.folder}/run",
            f"state_dir = {self.folder}/state",
            f"log_path = {self.folder}/log",
            "protocols = imap",
            "listen = 127.0.0.1",
            f"ssl = {'yes' if self.certificate else 'no'}",
            "auth_failure_delay = 0",
            "first_valid_uid = 1",
            "first_valid_gid = 1",
            f"mail_uid = {uid}",
            f"mail_gid = {gid}",
            "mail_fsync = never",
            "service imap-login {\n  chroot =",
            f"  inet_listener imap {{\n    port = {self.imap}\n  }}",
            f"  inet_listener imaps {{\n    port = {self.imaps}\n  }}\n}}",
            # No waiting after a wrong password.
            "service anvil {\n  chroot =\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}",
            "service stats {\n  unix_listener stats-writer {\n    mode = 0666\n  }\n}",
        ]
        if os.geteuid():  # nobody is root: all its processes are ours
            user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
            lines += [
                f"default_internal_user = {user}",
                f"default_login_user = {user}",
                f"default_internal_group = {group}",
            ]
        return lines

    def _config_23(self) -> str:
        uid, gid = _owner()
        lines = [*self._common(), "disable_plaintext_auth = no", "mail_location = maildir:~/Maildir"]
        if self.capability:
            lines.append(f"imap_capability = {self.capability}")
        if self.certificate:
            lines += [f"ssl_cert = <{self.certificate}", f"ssl_key = <{self.certificate}"]
        for number, password in enumerate((PASSWORD, CHINESE_PASSWORD)):
            passwords = self.folder / f"passwords-{number}"
            passwords.write_text(f"any:{{PLAIN.b64}}{b64encode(password.encode()).decode()}::::::\n", encoding="utf-8")
            lines.append(f"passdb {{\n  driver = passwd-file\n  args = username_format=any {passwords}\n}}")
        lines.append(f"userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={self.mail}/%Lu\n}}")
        return "\n".join(lines) + "\n"

    def _config_24(self) -> str:
        uid, gid = _owner()
        version = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0"
        lines = [
            version,
            *self._common(),
            "auth_allow_cleartext = yes",
            "mail_driver = maildir",
            "mail_path = ~/Maildir",
        ]
        if self.capability:
            lines.append("imap_capability {\n" + "".join(f"  {w} = yes\n" for w in self.capability.split()) + "}")
        if self.certificate:
            lines += [f"ssl_server_cert_file = {self.certificate}", f"ssl_server_key_file = {self.certificate}"]
        for number, password in enumerate((PASSWORD, CHINESE_PASSWORD)):
            quoted = password.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'passdb password{number} {{\n  driver = static\n  password = "{quoted}"\n}}')
        fields = f"    uid = {uid}\n    gid = {gid}\n    home = {self.mail}/%{{user | lower}}\n"
        lines.append(f"userdb static {{\n  fields {{\n{fields}  }}\n}}")
        return "\n".join(lines) + "\n"


class Postman:
    """What aiosmtpd calls for every mail: takes it in, or refuses it."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.refuse_data = ""
        """An answer such as `554 spam` to give to every mail instead of taking it."""
        self.drop_after = 0
        """So many recipients later the connection is cut, without a word; 0 for never."""

        self.drop_behind = False
        """Whether the connection is cut when a mail is in, before it is said that it is."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Takes or refuses one recipient."""
        if not session.authenticated:
            return "530 5.7.0 authentication required"
        if self.drop_after:
            self.drop_after -= 1
            if not self.drop_after:
                assert server.transport is not None
                server.transport.abort()
        if address.startswith(GONE):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Delivers a mail to all its recipients, byte for byte."""
        if self.refuse_data:
            return self.refuse_data
        assert isinstance(envelope.content, bytes)
        for address in envelope.rcpt_tos:
            self.post.deliver(address, envelope.content)
        if self.drop_behind:
            assert server.transport is not None
            server.transport.abort()
        return "250 2.0.0 delivered"


class Post:
    """The servers of a test session, each started when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mail = folder / "mail"
        self.mail.mkdir()
        os.chown(self.mail, *_owner())
        self.postman = Postman(self)
        self._running: list[Any] = []
        self._started: dict[str, Dovecot] = {}

    # ------------------------------------------------------------------------------------------------------ servers

    def another(self, name: str, *, tls: bool = False, capability: str = "") -> Dovecot:
        """A further Dovecot on the same mailboxes, started."""
        server = Dovecot(self.folder / name, self.mail, self.certificate if tls else None, capability)
        server.start()
        self._running.append(server)
        return server

    @cached_property
    def plain(self) -> Dovecot:
        """Without TLS."""
        return self.another("plain")

    @cached_property
    def tls(self) -> Dovecot:
        """With TLS; whoever trusts `authority` trusts it as localhost, and not as 127.0.0.1."""
        return self.another("tls", tls=True)

    @cached_property
    def smtp(self) -> int:
        """The port of an SMTP server that wants a password and has no TLS."""
        return self._smtp_server()

    @cached_property
    def smtp_starttls(self) -> int:
        """The port of one that wants STARTTLS before the password."""
        return self._smtp_server(tls_context=self._context(), require_starttls=True)

    @cached_property
    def smtps(self) -> int:
        """The port of one that is TLS from the first byte."""
        return self._smtp_server(ssl_context=self._context())

    def _smtp_server(self, **options: Any) -> int:
        from aiosmtpd.controller import Controller  # noqa: PLC0415 - only who sends mail needs it

        # Its own auth_required warns of passwords without TLS in the server's thread; the postman asks instead.
        controller = Controller(
            self.postman,
            hostname="127.0.0.1",
            port=_free_port(),
            authenticator=_authenticate,
            auth_require_tls="tls_context" in options,
            **options,
        )
        controller.start()
        self._running.append(controller)
        return controller.port

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context

    @cached_property
    def certificate(self) -> Path:
        """Key and certificate for localhost, made by `openssl`; it is its own authority."""
        place, key = self.folder / "certificate.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(place)],
            check=True, capture_output=True,
        )  # fmt: skip
        place.write_bytes(place.read_bytes() + key.read_bytes())
        return place

    @property
    def authority(self) -> Path:
        """What SSL_CERT_FILE must name for the servers with TLS to be trusted."""
        return self.certificate

    def stop(self) -> None:
        """Ends them all."""
        for server in self._running:
            if isinstance(server, Dovecot):
                server.shut()
        for server in self._running:
            server.stop()

    # ---------------------------------------------------------------------------------------------------- mailboxes

    def mailbox(self, name: str = "jixiao") -> str:
        """An address that nobody else uses."""
        return f"{name}-{uuid.uuid4().hex[:8]}@{DOMAIN}"

    def deliver(self, address: str, raw: bytes, folder: str = "", dated: datetime | None = None) -> Path:
        """Puts a mail into a mailbox as a delivery agent does: unseen, byte for byte. dated: when the server took it, else now."""
        box = self.mail / address.lower() / "Maildir"
        if folder:
            box /= f".{modified_utf7(folder.replace('/', '.'))}"
        for part in ("tmp", "new", "cur"):
            (box / part).mkdir(parents=True, exist_ok=True)
        name = f"{time.time():.6f}.{uuid.uuid4().hex}.test"
        (box / "tmp" / name).write_bytes(raw)
        if dated is not None:
            os.utime(box / "tmp" / name, (dated.timestamp(),) * 2)
        _give(self.mail / address.lower())
        return (box / "tmp" / name).rename(box / "new" / name)

    def mails(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """All mails of a folder as the server has them, oldest first; their flags stay as they are."""
        with self.client(address) as client:
            assert client.select(f'"{modified_utf7(folder)}"', readonly=True)[0] == "OK", folder
            numbers = client.search(None, "ALL")[1][0].split()
            return [client.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]  # type: ignore[index,misc]

    def flags(self, address: str, folder: str = "INBOX") -> list[str]:
        """The flags of each mail of a folder, in the order of their numbers, such as `\\Recent`."""
        with self.client(address) as client:
            client.select(f'"{modified_utf7(folder)}"', readonly=True)
            answers = client.fetch("1:*", "(FLAGS)")[1]
            return [
                " ".join(flag.decode() for flag in imaplib.ParseFlags(one)) for one in answers if isinstance(one, bytes)
            ]

    @contextmanager
    def client(self, address: str) -> Iterator[imaplib.IMAP4]:
        """A mail program of the mailbox's owner."""
        client = imaplib.IMAP4("127.0.0.1", self.plain.imap)
        try:
            client.login(address, PASSWORD)
            yield client
        finally:
            client.logout()


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> Any:
    from aiosmtpd.smtp import AuthResult  # noqa: PLC0415

    return AuthResult(success=data.password in {PASSWORD.encode(), CHINESE_PASSWORD.encode()}, handled=False)


def dovecot_command() -> str:
    """Where Dovecot is, "" where it is not installed."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def _owner() -> tuple[int, int]:
    """Whose the mails are: Dovecot reads no mail as root."""
    if os.geteuid():
        return os.geteuid(), os.getegid()
    return pwd.getpwnam("mail").pw_uid, grp.getgrnam("mail").gr_gid


def _give(folder: Path) -> None:
    uid, gid = _owner()
    for path in (folder, *folder.rglob("*")):
        if path.stat().st_uid != uid:
            os.chown(path, uid, gid)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def post() -> Iterator[Post]:
    """Mail servers and mailboxes. Without Dovecot its tests are skipped; with XLSFORM_REQUIRE_DOVECOT they fail."""
    if not dovecot_command():
        if os.environ.get("XLSFORM_REQUIRE_DOVECOT"):
            pytest.fail("Dovecot is not installed")
        pytest.skip("Dovecot is not installed")
    # pytest's own folders are closed to the user whom Dovecot reads mail as.
    folder = Path(tempfile.mkdtemp(prefix="xlsform-post-"))
    folder.chmod(0o755)
    made = Post(folder)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)
