"""`merge --final` and what merging into a campaign's 汇总 says on the way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.operations.campaigns import RETURNS, campaign
from xlsform.cli import run
from xlsform.writers.lock import locked


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A campaign of the sample district in which all but 区民政局 are in; the working directory."""
    folder = campaign(tmp_path / "2019年申报", [path for path in RETURNS if path.name != "区民政局.xlsx"])
    monkeypatch.chdir(folder)
    return folder


def comes_in(folder: Path, checkout: Path) -> None:
    shutil.copy(checkout / "samples" / "2019" / "returns" / "区民政局.xlsx", folder / "收件")
    assert run(["collect", "收件", "-q"]) == 0


def test_from_the_refusal_to_the_record(inside: Path, checkout: Path, capfd):
    assert run(["merge", "--final"]) == 1
    said = capfd.readouterr().out.splitlines()
    assert said[-2:] == ["不能结账：", "  未报 1 个部门：区民政局"]
    assert list((inside / "汇总").iterdir()) == []
    comes_in(inside, checkout)
    capfd.readouterr()
    assert run(["merge", "--final", "--dry-run"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "可以结账"
    assert list((inside / "汇总").iterdir()) == []
    assert run(["merge", "--final"]) == 0
    said = capfd.readouterr().out.splitlines()
    assert said[-4:] == [
        *(f"已写出 {inside.resolve() / '汇总' / name}" for name in ("区级汇总.xlsx", "结账记录.xlsx", "结账记录.json")),
        "已结账",
    ]
    assert run(["merge", "--final"]) == 0
    assert capfd.readouterr().out == "已结账，内容一致\n"
    assert run(["merge", "--force"]) == 2
    assert "已经结账，不再改动" in capfd.readouterr().err


@pytest.mark.usefixtures("inside")
def test_as_json_and_in_english(capfd):
    assert run(["merge", "--final", "--format", "json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert (told["closed"], told["unchanged"], told["written"]) == (False, False, [])
    assert told["obstacles"] == ["未报 1 个部门：区民政局"]
    assert run(["merge", "--final", "--lang", "en"]) == 1
    assert capfd.readouterr().out.splitlines()[-2:] == [
        "cannot be closed:",
        "  1 departments have not reported: 区民政局",
    ]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("more", [["收件"], ["-o", "另.xlsx"], ["--unit", "亿元"]])
def test_it_is_of_the_whole_campaign(more: list[str], capfd):
    assert run(["merge", "--final", *more]) == 2
    assert "--final 汇总采集文件夹里采用的全部文件" in capfd.readouterr().err


def test_outside_a_campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert run(["merge", "--final"]) == 2
    assert "结账只用于采集文件夹" in capfd.readouterr().err


def test_what_nobody_collected_is_remarked_by_every_verb(inside: Path, checkout: Path, capfd):
    shutil.copy(checkout / "samples" / "2019" / "returns" / "区民政局.xlsx", inside / "收件")
    for verb in (["extract"], ["check"], ["merge", "--dry-run"], ["review", "--dry-run"]):
        run(verb)
        assert "收件 里有 1 个文件还没有收取，不计在内：区民政局.xlsx" in capfd.readouterr().err
    run(["check", "--lang", "en"])
    assert "1 files in the inbox were not collected" in capfd.readouterr().err


def test_a_summary_that_is_open_is_saved_beside_it(inside: Path, capfd):
    assert run(["merge", "-q"]) == 1
    before = (inside / "汇总" / "区级汇总.xlsx").read_bytes()
    (inside / "汇总" / "~$区级汇总.xlsx").touch()
    assert run(["merge", "--force"]) == 1
    printed = capfd.readouterr()
    (beside,) = (path for path in (inside / "汇总").glob("区级汇总-2*.xlsx"))
    assert beside.read_bytes() == before == (inside / "汇总" / "区级汇总.xlsx").read_bytes()
    assert f"区级汇总.xlsx 正被打开，汇总表已另存为 {beside.resolve()}" in printed.err
    assert printed.out.splitlines()[-1] == f"已写出 {beside.resolve()}"


def test_two_at_once(inside: Path, capfd):
    with locked(inside / "汇总" / "区级汇总.xlsx"):
        assert run(["merge"]) == 2
        assert "另一次汇总正在写" in capfd.readouterr().err
        assert run(["merge", "--lang", "en"]) == 2
        assert "another run is writing" in capfd.readouterr().err
        assert run(["merge", "--dry-run"]) == 1, "a dry run is in nobody's way"
    assert run(["merge", "-q"]) == 1
