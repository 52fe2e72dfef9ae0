"""The command as a user meets it: another process, another folder, bytes on its streams."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


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
def xlsform(tmp_path: Path, environment: dict[str, str]) -> Command:
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


@pytest.fixture(scope="session")
def returns(checkout: Path) -> Path:
    """The sample district's returns: odd, but right or only warned."""
    return checkout / "samples" / "2019" / "returns"


@pytest.fixture(scope="session")
def faulty(checkout: Path) -> Path:
    """The same departments with one fault each."""
    return checkout / "samples" / "2019" / "faulty"
