"""One run at a time writes a file."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from xlsform.core.errors import UsageError
from xlsform.writers.lock import locked

HOLDER = """
import sys, time
from pathlib import Path
from xlsform.writers.lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "区级汇总.xlsx"


def lock_of(place: Path) -> Path:
    return place.with_name(f".{place.name}.lock")


def holder(place: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    return process


def test_the_second_is_told_who_was_first(place: Path):
    with holder(place) as process:
        with pytest.raises(UsageError) as refused, locked(place):
            raise AssertionError("two at once")
        said = str(refused.value)
        assert f"计算机 {socket.gethostname()}，进程 {process.pid}，20" in said
        assert str(place) in said
        assert str(lock_of(place)) in said
        process.communicate("")
    with locked(place):
        assert json.loads(lock_of(place).read_bytes())["process"] == str(os.getpid())
    assert not lock_of(place).exists()


def test_who_was_killed_is_in_nobodys_way(place: Path):
    with holder(place) as process:
        process.kill()
    assert lock_of(place).exists()
    with locked(place):
        pass
    assert not lock_of(place).exists()


def test_a_lock_of_another_computer_holds(place: Path):
    lock_of(place).write_text('{"host": "另一台", "process": "7", "since": "2018-11-30 09:15:00"}')
    with pytest.raises(UsageError, match="计算机 另一台，进程 7，2018-11-30 09:15:00 开始"), locked(place):
        raise AssertionError("two at once")
    assert lock_of(place).exists()


def test_a_lock_file_that_was_cut_off_is_nobodys(place: Path):
    lock_of(place).write_text('{"host": "另')
    with locked(place):
        pass


def test_a_failing_run_lets_go(place: Path):
    with pytest.raises(ValueError, match="wrong"), locked(place):
        raise ValueError("wrong")
    with locked(place):
        pass
