"""Every command that the documents show is run, in a folder that holds what the page speaks of; every link leads somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.inboxes import RETURNS, SAMPLES, new_campaign, settings_of, zipped
from xlsform.accounts import account
from xlsform.cli import run
from xlsform.operations.collecting import collect
from xlsform.sources.imap import SCHEMES

CHECKOUT = Path(__file__).resolve().parent.parent
FIRST = "pip install . && xlsform merge samples/2019/returns -o 区级汇总.xlsx"
SECOND = "pip install '.[test]' && pytest"
MAILS = SAMPLES / "mails" / "初报"


class Line(NamedTuple):
    """A command that a page shows, its words, and its exit code (`# 退出码 1`, 0 when none is given)."""

    words: list[str]
    code: int

    @property
    def mailbox(self) -> bool:
        """Whether it speaks to a mailbox on the network."""
        return any("imaps://" in word for word in self.words)

    @property
    def written(self) -> list[str]:
        """The file or folder that is to be there afterwards."""
        pairs = zip(self.words, self.words[1:], strict=False)
        return [] if "--dry-run" in self.words else [path for option, path in pairs if option in {"-o", "--output"}]


# ------------------------------------------------------------------------------------------------- what a page speaks of


def checkout(folder: Path) -> Path:
    """What is beside the README."""
    for name in ("samples", "mappings", "templates"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def issued(folder: Path) -> Path:
    """A campaign that has its roster."""
    return new_campaign(folder / "2019年申报")


def collected(folder: Path) -> Path:
    """A campaign in which the first mails were collected."""
    campaign = issued(folder)
    collect([MAILS], settings_of(campaign))
    return campaign


def last_year(folder: Path) -> Path:
    """Last year's campaign, and this year's mails."""
    collected(folder).rename(folder / "2018年申报")
    shutil.copytree(MAILS, folder / "绩效邮件")
    return folder


def mails_beside(folder: Path) -> Path:
    """A campaign, with what came in beside it."""
    campaign = issued(folder)
    shutil.copytree(MAILS, folder / "绩效邮件")
    shutil.copy(MAILS / "区教育局.eml", campaign / "回复.eml")
    (campaign / "区民政局.zip").write_bytes(zipped({"民政局.xlsx": (RETURNS / "区民政局.xlsx").read_bytes()}))
    return campaign


def two_versions(folder: Path) -> Path:
    """Returns and summaries of which there are two."""
    for pair in (("初报.xlsx", "重报.xlsx"), ("下发/区委办本级.xlsx", "收件/区委办本级.xlsx")):
        for name, source in zip(pair, ("区民政局.xlsx", "区财政局.xlsx"), strict=True):
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(RETURNS / source, folder / name)
    for name in ("汇总1.xlsx", "汇总2.xlsx"):
        shutil.copy(SAMPLES / "batches" / "Z01-区级合计被改" / "区级汇总.xlsx", folder / name)
    return folder


def one_return(folder: Path) -> Path:
    shutil.copy(RETURNS / "区委办本级.xlsx", folder)
    return folder


PAGES: dict[str, Callable[[Path], Path]] = {
    "README.md": checkout,
    "docs/tutorial/first-summary.md": checkout,
    "docs/tutorial/first-campaign.md": checkout,
    "docs/how-to/campaign.md": last_year,
    "docs/how-to/collect.md": mails_beside,
    "docs/how-to/diff.md": two_versions,
    "docs/how-to/fill.md": one_return,
    "docs/how-to/mail.md": issued,
    "docs/how-to/review.md": collected,
    "docs/how-to/status.md": collected,
}
"""Page → what makes the folder in which its reader is, below an empty one."""


# ------------------------------------------------------------------------------------------------------------- reading


def blocks(page: str, language: str = "console") -> list[str]:
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    fences = re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [block for said, block in fences if said == language]


def lines(page: str) -> Iterator[Line]:
    """The commands of a page in their order; what pip and keyring do is .ci/run's and the system's business."""
    for shown in "".join(blocks(page)).splitlines():
        command, _, note = shown.removeprefix("$ ").partition("  # 退出码 ")
        for part in command.split(" && "):
            words = shlex.split(part)
            assert words[0] in {"xlsform", "cd", "cp", "pip", "pytest", "keyring"}, shown
            if words[0] in {"xlsform", "cd", "cp"}:
                yield Line(words, int(note or 0))


def documents() -> list[Path]:
    return [*sorted(CHECKOUT.glob("*.md")), *sorted((CHECKOUT / "docs").rglob("*.md"))]


# ------------------------------------------------------------------------------------------------------------- running


@pytest.mark.parametrize("page", PAGES)
def test_every_command_does_what_the_page_says(page: str, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(PAGES[page](tmp_path))
    shown = list(lines(page))
    printed = {"…"}
    assert len(shown) >= 2
    for line in shown:
        name, *words = line.words
        if name == "cd":
            monkeypatch.chdir(words[0])
        elif name == "cp":
            shutil.copy(*words)
        elif line.mailbox:
            well_written(words)
        else:
            # The addresses of the samples are nobody's: what is sent is shown only.
            dry = ["--dry-run"] if words[0] == "send" and "--dry-run" not in words else []
            code = run([*words, *dry])
            said = capsys.readouterr()
            assert code == line.code, (words, *said)
            assert all(Path(written).exists() for written in line.written), (words, *said)
            printed |= set(said.out.splitlines())
    if "tutorial" in page:  # what a reader who follows it sees; elsewhere it is an example
        assert [one for block in blocks(page, "") for one in block.splitlines() if one not in printed] == []


def well_written(words: list[str]) -> None:
    """A command that would speak to a mailbox: its address, and that it has these options. tests/operations reads real ones."""
    (address,) = (word for word in words if "://" in word)
    account(address, SCHEMES)
    assert run([*words, "--help"]) == 0


@pytest.mark.parametrize("page", documents(), ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_command_named_in_the_text_exists_with_its_options(page: Path, capsys):
    """What stands in a sentence, a table or a picture of the screen, and so is not run."""
    text = re.sub(r"^```console\n.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    fenced = "".join(re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    named = re.findall(r"`(xlsform [^`\n]+)`", text) + re.findall(
        r"^\s*(?:认定：|或者：)?(xlsform .*)", fenced, re.MULTILINE
    )
    for command in named:
        for part in re.split(r" \| | && ", re.sub(r"  # .*", "", command)):
            words = part.split()[1:]
            assert run([*words, "--help"]) == 0, (part, capsys.readouterr().err)


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_begins_with_the_two_commands(page: str):
    assert [block.strip() for block in blocks(page)[:2]] == [FIRST, SECOND]


def test_both_readmes_show_the_same_commands():
    assert blocks("README.zh-CN.md") == blocks("README.md")


def test_every_page_that_shows_commands_is_run():
    shown = {page.relative_to(CHECKOUT).as_posix() for page in documents() if "```console" in page.read_text("utf-8")}
    # CONTRIBUTING.md shows what .ci/run does; the other README has the same commands.
    assert shown - {"CONTRIBUTING.md", "README.zh-CN.md"} == set(PAGES)


# -------------------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize("page", documents(), ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_link_leads_to_a_file(page: Path):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)):
        if "://" not in target and not target.startswith("#"):
            assert (page.parent / target.partition("#")[0]).exists(), target


def test_both_readmes_link_the_same_pages():
    english, chinese = (
        set(re.findall(r"\]\((docs/[^)\s]+)\)", (CHECKOUT / page).read_text(encoding="utf-8")))
        for page in ("README.md", "README.zh-CN.md")
    )
    assert english == chinese
    how_to = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "docs" / "how-to").glob("*.md")}
    tutorials = {path.relative_to(CHECKOUT).as_posix() for path in (CHECKOUT / "docs" / "tutorial").glob("*.md")}
    assert how_to | tutorials <= english


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
