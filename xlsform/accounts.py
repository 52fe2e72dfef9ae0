"""Accounts on mail servers: how their addresses are written, whom a connection trusts, and what it means when it fails."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from xlsform.core.errors import UsageError

if TYPE_CHECKING:
    import ssl

PORTS: Mapping[str, int] = {"imap": 143, "imaps": 993, "smtp": 587, "smtps": 465}
"""The kinds of address and their usual ports. Those that end in s are encrypted from the first byte, the others by STARTTLS."""

TIMEOUT = 60
"""Seconds that a server may stay silent."""

_ADDRESS = re.compile(
    r"([A-Za-z]+)://(?:([^/]*)@)?(\[[0-9A-Fa-f:.]+\]|[^/:@\[\]\s]+)(?::(\d{1,5}))?(?:/(.*))?", re.DOTALL
)
_UNSPOKEN = re.compile(r"[\x00-\x1f\x7f]")
INBOX = "INBOX"


class Account(NamedTuple):
    """Where mail is fetched or handed in. scheme: one of PORTS; user: "" for a server that asks for none; folder: of a mailbox."""

    scheme: str
    user: str
    host: str
    port: int
    folder: str = ""

    @property
    def label(self) -> str:
        """By what a clerk knows it, and passwords are kept: the mail address, else user@host."""
        return self.user if "@" in self.user else f"{self.user}@{self.host}"

    @property
    def server(self) -> str:
        """host:port"""
        return f"{self.host}:{self.port}"

    @property
    def encrypted(self) -> bool:
        """From the first byte on."""
        return self.scheme.endswith("s")

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine: nobody listens in between, so that a password may go in plain."""
        if self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def account(address: str, schemes: Collection[str]) -> Account:
    """`imaps://user@host:port/文件夹` or `smtp://user@host`, taken apart. The last @ ends the user; %40 and the like are read.

    Raises ValueError with what is wrong, in words that do not repeat the address: somebody may have written a password into it.
    """
    wanted = "、".join(f"{scheme}://" for scheme in schemes)
    match = _ADDRESS.fullmatch(address.strip())
    if match is None or match[1].lower() not in schemes:
        raise ValueError(f"应写作 {next(iter(schemes))}://用户名@服务器，开头可用 {wanted}")
    scheme, user, host, port = match[1].lower(), match[2] or "", match[3].strip("[]"), int(match[4] or 0)
    if ":" in user:
        raise ValueError(
            "地址里不要写密码：密码放在环境变量 XLSFORM_MAIL_PASSWORD 或系统的密码库里，不写则在终端上询问"
        )
    user, folder = unquote(user), unquote(match[5] or "").strip("/")
    if _UNSPOKEN.search(user + folder):
        raise ValueError("用户名和文件夹里不能有换行等控制字符")
    if scheme.startswith("imap"):
        if not user:
            raise ValueError("缺少用户名，应写作 imaps://用户名@服务器")
        folder = folder or INBOX
    elif folder:
        raise ValueError("服务器后面不能再写文件夹")
    if match[4] and not 0 < port < 65536:
        raise ValueError(f"端口 {port} 不对，应在 1 到 65535 之间")
    return Account(scheme, user, host, port or PORTS[scheme], folder)


def trusting() -> ssl.SSLContext:
    """Whom a connection trusts: the authorities of the system, or those of the file that SSL_CERT_FILE names."""
    import ssl  # noqa: PLC0415 - only who opens a connection needs it

    return ssl.create_default_context()


def said(answer: object) -> str:
    """A server's answer as one line that is safe to show."""
    if isinstance(answer, Exception) and len(answer.args) == 1 and isinstance(answer.args[0], bytes):
        answer = answer.args[0]
    if isinstance(answer, tuple | list):
        return " ".join(filter(None, map(said, answer)))
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer or "")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@contextmanager
def reaching(place: Account) -> Iterator[None]:
    """What keeps a connection from being made or going on, as a UsageError that says what to do about it."""
    import socket  # noqa: PLC0415 - only who opens a connection needs it
    import ssl  # noqa: PLC0415

    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise UsageError(
            f"{place.host} 的证书不可信（{said(error.verify_message)}），没有登录；服务器名称要与证书一致，单位自建的证书请向管理员要根证书文件，用环境变量 SSL_CERT_FILE 指明"
        ) from error
    except ssl.SSLError as error:
        raise UsageError(
            f"与 {place.server} 建立不了加密连接（{said(error.reason or error)}），请检查端口：直接加密一般是 {place.scheme[:4]}s:// 的 {PORTS[place.scheme[:4] + 's']}，先明后密是 {place.scheme[:4]}:// 的 {PORTS[place.scheme[:4]]}"
        ) from error
    except socket.gaierror as error:
        raise UsageError(f"找不到邮件服务器 {place.host}，请检查地址和网络") from error
    except UnicodeError as error:  # a name that cannot be one of a host
        raise UsageError(f"“{place.host}”不是服务器名称，请检查地址") from error
    except OSError as error:
        raise UsageError(
            f"连不上 {place.server}（{said(error.strerror or error)}），请检查地址、端口和网络，稍后再试"
        ) from error


def refused_login(place: Account, answer: object) -> UsageError:
    """What to say when the server does not take user and password; neither stands in it."""
    return UsageError(
        f"{place.label} 登录不了（{said(answer)}）：请检查用户名和密码；QQ、163 等邮箱要在网页上开启 IMAP/SMTP，并用“授权码”作密码"
    )


def not_encrypted(place: Account) -> UsageError:
    """What to say when a server that is not this machine offers no encryption."""
    return UsageError(
        f"{place.server} 不提供加密（STARTTLS），密码不会用明文传送；请改用 {place.scheme[:4]}s://，或请管理员开启加密"
    )
