"""Where the password of a mail account comes from."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from xlsform.accounts import account
from xlsform.core.errors import UsageError
from xlsform.sources.password import password_of

BUREAU = account("imaps://jixiao@example.gov.cn@imap.example.gov.cn", ["imaps"])
OTHER = account("imaps://jixiao@imap.example.gov.cn", ["imaps"])


class Kept(KeyringBackend):
    """A key store that holds one password, or is locked."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, *, locked: bool = False) -> None:
        super().__init__()
        self.locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("no prompt")
        return {("xlsform", "jixiao@example.gov.cn"): "from the store"}.get((service, username))

    def set_password(self, _service: str, _username: str, _password: str) -> None:
        raise AssertionError("nothing is kept")

    def delete_password(self, _service: str, _username: str) -> None:
        raise AssertionError("nothing is kept")


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("XLSFORM_MAIL_PASSWORD", raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    yield
    keyring.set_keyring(before)


def test_the_variable_comes_first_then_the_store_then_the_clerk(monkeypatch: pytest.MonkeyPatch):
    assert password_of(BUREAU, None) == "from the store"
    assert password_of(OTHER, lambda label: f"asked for {label}") == "asked for jixiao@imap.example.gov.cn"
    monkeypatch.setenv("XLSFORM_MAIL_PASSWORD", "from the variable\n")
    assert password_of(BUREAU, lambda _: "") == "from the variable"


def test_where_nobody_can_be_asked_it_is_said_how_to_give_it():
    with pytest.raises(UsageError, match=r"XLSFORM_MAIL_PASSWORD.*keyring set xlsform jixiao@imap\.example\.gov\.cn"):
        password_of(OTHER, None)


def test_a_locked_store_is_none():
    keyring.set_keyring(Kept(locked=True))
    assert password_of(BUREAU, lambda _: "asked") == "asked"


def test_without_keyring_it_goes_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "keyring", None)  # type: ignore[arg-type] - what makes an import fail
    assert password_of(BUREAU, lambda _: "asked") == "asked"
