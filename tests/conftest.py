"""What the whole suite shares: where the checkout is, and when a test that needs LibreOffice is skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.servers import post  # noqa: F401 - a fixture of the whole suite, as there is one set of servers a worker

XlsformCommand = Callable[..., "subprocess.CompletedProcess[bytes]"]

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without LibreOffice its tests are skipped; XLSFORM_REQUIRE_LIBREOFFICE makes them run, and so fail, all the same."""
    if shutil.which("soffice") or os.environ.get("XLSFORM_REQUIRE_LIBREOFFICE"):
        return
    for item in items:
        if item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.skip(reason="LibreOffice (soffice) is not installed"))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top folder of the source tree."""
    return CHECKOUT


@pytest.fixture(scope="session")
def environment(checkout: Path) -> dict[str, str]:
    """Variables of a process that runs the command: the installed one, else the checkout's."""
    ours = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHONIO", "LC_", "LANG", "NO_COLOR"))
    }
    try:
        distribution("jixiao-xlsform")
    except PackageNotFoundError:
        ours["PYTHONPATH"] = str(checkout)
    return ours


@pytest.fixture
def xlsform(tmp_path: Path, environment: dict[str, str]) -> XlsformCommand:
    """Runs `xlsform …` in an empty folder and returns exit code, stdout and stderr as bytes."""

    def run(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "xlsform", *map(str, arguments)],
            cwd=tmp_path,
            env=environment | (env or {}),
            capture_output=True,
            check=False,
            timeout=120,
        )

    return run
