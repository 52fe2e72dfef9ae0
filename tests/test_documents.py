"""Every command that the documents show is run, in a folder that holds only the samples; every link leads somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/tutorial/first-summary.md")
FIRST = "pip install . && xlsform merge samples/2019/returns -o 区级汇总.xlsx"
SECOND = "pip install '.[test]' && pytest"


def blocks(page: str) -> list[str]:
    return re.findall(
        r"^```console\n(.*?)^```", (CHECKOUT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def commands(page: str) -> list[tuple[list[str], int]]:
    """The xlsform commands of a page with their exit codes (`# 退出码 1`, 0 when none is given); .ci/run runs what pip does."""
    found = []
    for line in "".join(blocks(page)).splitlines():
        command, _, note = line.partition("  # 退出码 ")
        for part in command.split(" && "):
            words = shlex.split(part)
            if words[0] == "xlsform":
                found.append((words[1:], int(note or 0)))
            else:
                assert words[0] in {"pip", "pytest"}, line
    return found


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_begins_with_the_two_commands(page: str):
    assert [block.strip() for block in blocks(page)[:2]] == [FIRST, SECOND]


def test_both_readmes_show_the_same_commands():
    assert blocks("README.zh-CN.md") == blocks("README.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_does_what_the_page_says(page: str, tmp_path: Path, xlsform):
    for folder in ("samples", "mappings", "templates"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shown = commands(page)
    assert len(shown) >= 6
    for words, code in shown:
        done = xlsform(*words)
        assert done.returncode == code, (words, done.stdout.decode()[-2000:], done.stderr.decode()[-2000:])
    assert (tmp_path / "区级汇总.xlsx").stat().st_size > 10_000


def documents() -> list[Path]:
    return [*sorted(CHECKOUT.glob("*.md")), *sorted((CHECKOUT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", documents(), ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_link_leads_to_a_file(page: Path):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)):
        if "://" not in target and not target.startswith("#"):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_every_decision_is_listed_and_numbered_once():
    folder = CHECKOUT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("0*.md") if path.name != "0000-template.md")
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^- \[\d{4}\. .*\]\((.*)\)$", index, re.MULTILINE) == pages
    assert len({name[:4] for name in pages}) == len(pages)
    for name in pages:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.startswith(f"# {name[:4]}. ")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], name
