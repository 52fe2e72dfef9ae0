"""Streams: data on stdout, remarks on stderr, every encoding, pipes that close, files whose names lie."""

from __future__ import annotations

import errno
import io
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from xlsform.console import Console, exit_code_of, explain_error, one_line
from xlsform.core.errors import Fault, Mark, SpecError, UsageError, VerificationError


@pytest.fixture
def some(returns: Path) -> list[Path]:
    """Three of the returns: enough to count."""
    return sorted(returns.iterdir())[:3]


def test_python_m_and_version(xlsform):
    done = xlsform("--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, b"xlsform 0.1.0", b"")


@pytest.mark.parametrize(("number", "said"), [(errno.ENOSPC, "磁盘空间不够"), (errno.EROFS, "不能写入")])
def test_what_a_clerk_can_mend_is_said_in_chinese(number: int, said: str):
    error = OSError(number, os.strerror(number), "D:/采集/收件")
    (line,) = explain_error(error, "zh")
    assert said in line
    assert line.endswith("：D:/采集/收件")
    assert all(ord(letter) < 128 for letter in explain_error(error, "en")[0].partition("：")[0])
    assert exit_code_of(error) == 2


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp437"])
def test_a_console_that_lacks_characters_never_fails(xlsform, encoding: str):
    done = xlsform("explain", "A02", env={"PYTHONIOENCODING": encoding})
    assert done.returncode == 0
    assert done.stderr == b""
    assert "A02" in done.stdout.decode(encoding)


def test_json_loses_nothing_on_such_a_console(xlsform, returns: Path):
    ascii_out = xlsform("extract", returns / "区委办本级.xlsx", env={"PYTHONIOENCODING": "gbk"})
    utf8_out = xlsform("extract", returns / "区委办本级.xlsx")
    assert json.loads(ascii_out.stdout.decode("gbk")) == json.loads(utf8_out.stdout.decode("utf-8"))
    assert ascii_out.stdout.isascii()


def test_pipes_and_files_are_utf8_whatever_the_locale(xlsform):
    done = xlsform("rules", env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert "勾稽关系" in done.stdout.decode("utf-8")


def test_no_progress_on_a_pipe_and_a_line_a_file_with_v(xlsform, some: list[Path]):
    assert xlsform("extract", *some).stderr == b""
    told = xlsform("extract", *some, "-v").stderr.decode().splitlines()
    assert len(told) == 3
    assert told[0].startswith("1/3 ")


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_bar_on_a_terminal_only(environment: dict[str, str], some: list[Path], tmp_path: Path):
    def on_terminal(*options: str) -> bytes:
        main, side = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "xlsform", "extract", *some, "-o", tmp_path / "o.jsonl", "--force", *options],
            stdout=subprocess.DEVNULL,
            stderr=side,
            env=environment | {"TERM": "xterm", "COLUMNS": "100"},
        ) as process:
            os.close(side)
            shown = b""
            try:
                while chunk := os.read(main, 4096):
                    shown += chunk
            except OSError:  # how a pseudo-terminal says that the other side is gone
                pass
            assert process.wait() == 0
        os.close(main)
        return shown

    assert "3/3" in on_terminal().decode()
    assert on_terminal("-q") == b""


@pytest.mark.skipif(os.name != "posix", reason="head is posix")
def test_a_reader_that_stops_early_ends_it_quietly(environment: dict[str, str], returns: Path):
    with subprocess.Popen(
        [sys.executable, "-m", "xlsform", "extract", returns],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 130


@pytest.mark.skipif(os.name != "posix", reason="signals are posix")
def test_ctrl_c_ends_with_130_and_leaves_no_file(environment: dict[str, str], returns: Path, tmp_path: Path):
    many = [str(returns)] * 40
    with subprocess.Popen(
        [sys.executable, "-m", "xlsform", "extract", *many, "-o", str(tmp_path / "o.jsonl"), "-v", "--jobs", "1"],
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read().decode()
        assert process.wait() == 130
    assert "已中断，没有留下不完整的文件" in rest
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("区委办.xlsx", "区委办.xlsx"),
        ("a\x1b[31mred", "a\\u001b[31mred"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("报\u202exslx.exe", "报\\u202exslx.exe"),
        ("\ud83d", "\\ud83d"),
    ],
)
def test_names_cannot_play_with_the_terminal(text: str, shown: str):
    assert one_line(text) == shown


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (UsageError("a 已存在；要覆盖请加 --force"), 2, ("a 已存在；要覆盖请加 --force", "用法见 xlsform --help")),
        (SpecError((Fault(Mark("a.yaml", 3), "kind", "没有 mony"),)), 2, ("a.yaml:3: kind: 没有 mony", None)),
        (VerificationError("D7"), 70, ("写出的文件与预期不符，未放到位：D7", None)),
        (PermissionError(13, "Permission denied", "a.xlsx"), 2, ("没有权限或文件正被打开：a.xlsx", "请关闭后重试")),
        (OSError(5, "Input/output error", "a.xlsx"), 2, ("Input/output error：a.xlsx",)),
        (KeyboardInterrupt(), 130, ("已中断，没有留下不完整的文件",)),
        (BrokenPipeError(), 130, ()),
        (ZeroDivisionError("x"), 70, ("程序内部错误：ZeroDivisionError('x')", None)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_every_exception_has_its_code_and_words(error: BaseException, code: int, says: tuple[str | None, ...]):
    assert exit_code_of(error) == code
    lines = explain_error(error, "zh")
    assert len(lines) == len(says)
    assert all(wanted is None or wanted == line for wanted, line in zip(says, lines, strict=True))


def test_quiet_says_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    Console("zh", quiet=True).remark("x")
    with Console("zh", quiet=True).progress("读取") as progress:
        assert progress is None
    Console("zh").remark("y")
    assert sys.stderr.getvalue() == "y\n"
