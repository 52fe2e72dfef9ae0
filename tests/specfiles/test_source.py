"""YAML as people write it: text stays text, every line is known, and every slip is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlsform.core.errors import Fault
from xlsform.specfiles.source import read_source


def read(tmp_path: Path, text: str | bytes):
    path = tmp_path / "表.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    source, faults = read_source(path)
    assert all(fault.mark.file == str(path) for fault in faults)
    return source, faults


def only(faults: tuple[Fault, ...]) -> Fault:
    (fault,) = faults
    return fault


def test_scalars_are_text_whatever_yaml_makes_of_them(tmp_path: Path):
    source, faults = read(
        tmp_path, "a: no\nb: 010\nc: 12:30\nd: 1e3\ne: ~\nf:\ng: 2019-01-01\nh: yes\ni: 0x1F\nno: 1\n"
    )
    assert faults == ()
    assert source is not None
    assert source.data == {
        "a": "no", "b": "010", "c": "12:30", "d": "1e3", "e": "~", "f": "", "g": "2019-01-01", "h": "yes", "i": "0x1F", "no": "1",
    }  # fmt: skip


def test_a_yaml_1_1_directive_changes_nothing(tmp_path: Path):
    source, faults = read(tmp_path, "%YAML 1.1\n---\na: no\nb: 010\n")
    assert source is not None
    assert (source.data, faults) == ({"a": "no", "b": "010"}, ())


def test_every_key_and_item_knows_its_line(tmp_path: Path):
    source, _ = read(tmp_path, "a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n")
    assert source is not None
    assert source.mark("a", "b").line == 2
    assert source.mark("a", "c", 1).line == 5
    assert source.mark("a", "c", 1, "d").line == 5
    assert source.mark("a", "c", 9, "nothing").line == 3
    assert source.mark().line == 1


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "写了两次，前一次在第 1 行"),
        ("x:\n  a: 1\n  a: 1\n", 3, "写了两次，前一次在第 2 行"),
        ("a:\n\tb: 1\n", 2, "制表符"),
        ("a: 1\nb:\n  - x\n\t- y\n", 4, "制表符"),
        ("a: b: c\n", 1, "这里不该有“: ”"),
        ("a: {year}年\n", 1, "请加引号"),
        ("a: [x, y\n", 2, "检查缩进、引号和括号"),
        ("a: 'x\n", 2, "检查缩进、引号和括号"),
        ("a: @x\n", 1, "@"),
        ("a: &x [1]\nb: 1\n", 1, "锚点"),
        ("a: *x\n", 1, "*名字"),
        ("a: !!python/object:os.system 1\n", 1, "标记"),
        ("a: !x 1\n", 1, "标记"),
        ("---\na: 1\n---\nb: 2\n", 3, "一个文件只能有一份内容"),
        ("? [a]\n: b\n", 1, "键应当是一个词"),
        ("a: 1\nb: \x01\n", 2, "U+0001"),
        ("", 0, "空的"),
        ("# 只有说明\n", 0, "空的"),
        ("a: " + "[" * 500, 0, "太深"),
        (b"a: 1\nb: \xd6\xd0\xce\xc4\n", 2, "UTF-8"),
        ("a: 1\n".encode("utf-16"), 1, "UTF-8"),
    ],
)
def test_a_slip_is_one_fault_with_its_line(tmp_path: Path, text: str | bytes, line: int, said: str):
    _, faults = read(tmp_path, text)
    fault = only(faults)
    assert fault.mark.line == line
    assert said in fault.what


def test_an_alias_that_grows_without_end_is_not_followed(tmp_path: Path):
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}, *{chr(97 + n)}, *{chr(97 + n)}]\n"
        for n in range(20)
    )
    source, faults = read(tmp_path, bomb)
    assert source is not None
    assert len(faults) < 200


def test_an_anchor_that_holds_itself_is_a_fault(tmp_path: Path):
    _, faults = read(tmp_path, "a: &a\n  b: *a\n")
    assert {fault.key for fault in faults} == {"a", "b"}


def test_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path):
    source, faults = read(tmp_path, b"\xef\xbb\xbf" + "a: 甲\r\nb: 乙\r\n".encode())
    assert source is not None
    assert (source.data, faults) == ({"a": "甲", "b": "乙"}, ())


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path):
    source, faults = read_source(tmp_path / "无.yaml")
    assert source is None
    assert "打不开" in only(faults).what
