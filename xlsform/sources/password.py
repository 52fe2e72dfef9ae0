"""Passwords of mail accounts: asked of the environment, the system's key store and the clerk, kept nowhere, shown nowhere."""

from __future__ import annotations

import os
from collections.abc import Callable

from xlsform.accounts import Account
from xlsform.core.errors import UsageError

VARIABLE = "XLSFORM_MAIL_PASSWORD"
SERVICE = "xlsform"
"""Under which name the key store has it: `keyring set xlsform 用户@服务器`."""


def password_of(place: Account, ask: Callable[[str], str] | None) -> str:
    """The password of an account: of the variable, else the key store's, else what `ask` brings for its label.

    ask: None where nobody can be asked. Raises UsageError, which says how to give it, when there is none.
    """
    found = os.environ.get(VARIABLE, "").strip("\r\n") or _kept(place.label)
    if not found and ask is not None:
        found = ask(place.label)
    if not found:
        raise UsageError(
            f"需要 {place.label} 的邮箱密码：请设置环境变量 XLSFORM_MAIL_PASSWORD，或先运行 keyring set xlsform {place.label} 存进系统密码库，或在终端里运行本命令"
        )
    return found


def _kept(label: str) -> str:
    """What the key store has; nothing where there is no key store, or it stays locked."""
    try:
        import keyring  # noqa: PLC0415 - an optional extra, slow to import
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, label) or ""
    except KeyringError:
        return ""
