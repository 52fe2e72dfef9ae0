"""Help in two languages, and what the command says when it is used wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from tools.cli_page import COMMANDS, page
from xlsform.cli import app, run, take_language
from xlsform.core.errors import UsageError
from xlsform.helppages import width, wrap
from xlsform.wording import ENGLISH, SENTENCES, translate

CHINESE = re.compile(r"[一-鿿]")


def texts(command: Any) -> Iterator[str]:
    yield from (text for text in (command.help, command.short_help, command.epilog) if text)
    for param in command.params:
        yield from (text for text in (param.help, param.metavar) if text)
    for name, inner in getattr(command, "commands", {}).items():
        assert inner.help, name
        yield from texts(inner)


def test_every_text_of_the_help_pages_has_its_english():
    missing = [text for text in texts(typer.main.get_command(app)) if CHINESE.search(text) and text not in ENGLISH]
    assert missing == []


def test_every_text_that_the_command_line_says_has_its_english(checkout: Path):
    """What is passed to translate() or raised as a UsageError there is in the table."""
    missing = []
    for path in (checkout / "xlsform").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for text in re.findall(r'(?:translate|UsageError)\(\s*f?"([^"]*)"', source):
            sample = re.sub(r"\{[^}]*\}", "x", text)
            if CHINESE.search(text) and text not in ENGLISH and CHINESE.search(translate(sample, "en")):
                missing.append(f"{path.stem}: {text}")
    assert missing == []


def test_no_english_is_left_over(checkout: Path):
    """A table entry that no code uses would be a text nobody sees."""
    code = "".join(
        path.read_text(encoding="utf-8") for path in (checkout / "xlsform").rglob("*.py") if path.name != "wording.py"
    )
    code = re.sub(r'"\n\s*f?"', "", code)
    unused = [text for text in ENGLISH if text.replace("\n", "\\n") not in code]
    assert unused == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_carry_over_what_stands_in_their_holes(sentence: str):
    holes = re.findall(r"\{(\w+)\}", sentence)
    english = translate(sentence.format(**{hole: f"<{hole}/区委办 1>" for hole in holes}), "en")
    assert not CHINESE.search(english.replace("区委办", ""))
    assert all(f"<{hole}/区委办 1>" in english for hole in holes)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_has_a_chinese_page_with_two_or_three_examples(command: tuple[str, ...], capsys):
    assert run([*command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("用法：xlsform")
    examples = shown.split("示例：\n")[1].strip().splitlines()
    assert 2 <= len(examples) <= 3
    assert all(line.strip().startswith("xlsform ") for line in examples)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_english_page_has_no_chinese_but_the_forms_own_terms(command: tuple[str, ...], capsys):
    assert run(["--lang", "en", *command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Usage: xlsform")
    for term in ("审核结果", "万元", "亿元", "千元", "元"):
        shown = shown.replace(term, "")
    assert CHINESE.findall(shown) == []


def test_the_reference_page_is_what_the_code_prints(checkout: Path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    printed = (checkout / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert printed == page(), "python tools/cli_page.py > docs/reference/cli.md"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["merg"], "没有命令 merg，是否为 merge"),
        (["check", "--fromat", "json", "x"], "没有选项 --fromat，是否为 --format"),
        (["check"], "这里不是采集文件夹"),
        (["merge", "x"], "这里不是采集文件夹"),
        (["merge", "x", "-o"], "选项 -o 用得不对"),
        (["mapping"], "缺少命令"),
        (["check", "x", "--jobs", "many"], "--jobs 的值不对"),
        (["check", "x", "--jobs", "0"], "--jobs 的值不对"),
        (["check", "x", "--fail-level", "fatal"], "--fail-level 的值不对，应为 error|warning|hint"),
        (["explain", "A99"], "没有规则 A99，是否为 A09"),
        (["explain", "hello"], "没有规则 HELLO，全部规则见 xlsform rules"),
        (["extract", "x", "--format", "csv"], "--format csv 要用 -o 指定文件夹"),
        (["check", "x", "-o", "a.pdf"], "问题清单只能写成 .xlsx、.html、.json 或 .sarif"),
        (["merge", "x", "-o", "a.xls"], "要以 .xlsx 结尾"),
        (["--lang", "fr"], "--lang 只能是 zh 或 en"),
        (["mapping", "check", "nowhere"], "没有 nowhere"),
        (["check", "nowhere"], "nowhere"),
    ],
    ids=" ".join,
)
def test_wrong_use_says_what_is_right_and_ends_with_2(line: list[str], says: str, capsys):
    assert run(line) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert says in shown.err
    assert "--help" in shown.err.splitlines()[-1]


def test_help_without_a_command(capsys):
    assert run([]) == 0
    assert capsys.readouterr().out.startswith("用法：xlsform")


def test_the_language_is_taken_wherever_it_stands():
    assert take_language(["check", "--lang", "en", "x"]) == ("en", ["check", "x"])
    assert take_language(["--lang=en", "rules"]) == ("en", ["rules"])
    assert take_language(["check", "--", "--lang", "en"]) == ("zh", ["check", "--", "--lang", "en"])
    with pytest.raises(UsageError):
        take_language(["rules", "--lang"])


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("中文字", 4, ["中文", "字"]),
        ("中，文", 4, ["中，", "文"]),
        ("one two", 5, ["one", "two"]),
        ("a\n\nb", 10, ["a", "", "b"]),
        ("departments.xlsx", 4, ["departments.xlsx"]),
    ],
)
def test_lines_are_wrapped_by_display_width(text: str, columns: int, lines: list[str]):
    assert list(wrap(text, columns)) == lines
    assert width("中a") == 3
