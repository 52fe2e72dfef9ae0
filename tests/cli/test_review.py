"""`review`: what it says on the screen and in JSON, its exit codes, and reasons on the screen of `check`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from xlsform.cli import run

AMOUNT, NUMBERS = "区应急管理局-C03-合计不符.xlsx", "区财政局-C06-指标编号跳号.xlsx"
CUT = "区教育局-T01-文件截断.xlsx"


def test_it_says_what_goes_back_and_what_does_not(faulty: Path, returns: Path, tmp_path: Path, capfd):
    out = tmp_path / "退回"
    paths = [str(faulty / NUMBERS), str(returns / "区卫生健康局.xlsx")]
    assert run(["review", *paths, "-o", str(out)]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "共 2 个文件，读取 2 个，2 个部门；错误 0，警告 1，提示 0"
    assert f"已写出 {out / NUMBERS}" in lines
    assert "没有问题，不退 区卫生健康局.xlsx" in lines
    assert [path.name for path in out.iterdir()] == [NUMBERS]
    assert run(["review", *paths, "-o", str(out), "--force", "--fail-level", "warning"]) == 1
    assert run(["review", *paths, "-o", str(out)]) == 2
    assert "--force" in capfd.readouterr().err


def test_a_list_alone_is_said(faulty: Path, tmp_path: Path, capfd):
    out = tmp_path / "退回"
    assert run(["review", str(faulty / CUT), "-o", str(out)]) == 3
    assert "区教育局-T01-文件截断-需修改.xlsx（文件读不了，只有清单）" in capfd.readouterr().out
    assert run(["--lang", "en", "review", str(faulty / CUT), "-o", str(out), "--force"]) == 3
    assert "-需修改.xlsx (cannot be read, list alone)" in capfd.readouterr().out


def test_json_says_the_same(faulty: Path, tmp_path: Path, capfd):
    out = tmp_path / "退回"
    paths = [str(faulty / name) for name in (AMOUNT, NUMBERS, CUT)]
    assert run(["review", *paths, "-o", str(out), "--format", "json", "--mail"]) == 1
    said = json.loads(capfd.readouterr().out)
    assert {
        one["file"]: (one["list_only"], one["marked_cells"], one["errors"], one["warnings"]) for one in said["returned"]
    } == {
        AMOUNT: (False, 1, 1, 0),
        NUMBERS: (False, 1, 0, 1),
        CUT: (True, 0, 1, 0),
    }
    written = [one["written"] for one in said["returned"] + said["drafts"]]
    assert {Path(path) for path in written} == set(out.iterdir())
    assert {one["department"] for one in said["drafts"]} == {"区应急管理局", "区教育局", "区财政局"}
    assert {finding["reason"] for finding in said["findings"]} == {None}


def test_a_dry_run_says_it_and_writes_nothing(faulty: Path, tmp_path: Path, capfd):
    out = tmp_path / "退回"
    assert run(["review", str(faulty / AMOUNT), "-o", str(out), "--dry-run"]) == 1
    assert f"试运行，未写出 {out / AMOUNT}" in capfd.readouterr().out
    assert not out.exists()


def test_without_an_output_the_folder_is_called_back(faulty: Path, tmp_path: Path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert run(["review", str(faulty / AMOUNT)]) == 1
    assert (tmp_path / "退回" / AMOUNT).is_file()
    assert "退回" in capfd.readouterr().out


def test_a_reason_is_shown_wherever_findings_are(faulty: Path, tmp_path: Path, capfd):
    run(["review", str(faulty / NUMBERS), "-o", str(tmp_path / "退回"), "-q"])
    book = load_workbook(tmp_path / "退回" / NUMBERS)
    book["需修改"]["K5"] = "指标3按要求单列"
    inbox = tmp_path / "收件"
    inbox.mkdir()
    book.save(inbox / "区财政局.xlsx")
    capfd.readouterr()
    workbook = tmp_path / "问题清单.xlsx"
    run(["check", str(inbox), "-o", str(workbook)])
    line = next(line for line in capfd.readouterr().out.splitlines() if " C06 " in line)
    assert line.endswith("［审核说明：指标3按要求单列］")
    run(["check", str(inbox), "--format", "json"])
    found = json.loads(capfd.readouterr().out)["findings"]
    assert [one["reason"] for one in found if one["code"] == "C06"] == ["指标3按要求单列"]
    rows = list(load_workbook(workbook)["问题清单"].iter_rows(min_row=4, values_only=True))
    assert [row[9] for row in rows if row[1] == "C06"] == ["指标3按要求单列"]


def test_clean_says_which_files_bore_marks(faulty: Path, returns: Path, tmp_path: Path, capfd):
    run(["review", str(faulty / AMOUNT), "-o", str(tmp_path / "退回"), "-q"])
    shutil.copy(returns / "区委办本级.xlsx", tmp_path / "退回")
    capfd.readouterr()
    out = tmp_path / "原样"
    assert run(["review", "--clean", str(tmp_path / "退回"), "-o", str(out)]) == 0
    assert sorted(capfd.readouterr().out.splitlines()) == sorted(
        [f"已写出 {out / '区委办本级.xlsx'} （没有标记，原样）", f"已写出 {out / AMOUNT}"]
    )
    shutil.copy(faulty / CUT, tmp_path / "退回")
    assert run(["review", "--clean", str(tmp_path / "退回"), "-o", str(out), "--force", "--format", "json"]) == 1
    cleaned = {
        one["file"]: (one["written"] is not None, one["marked"])
        for one in json.loads(capfd.readouterr().out)["cleaned"]
    }
    assert cleaned == {AMOUNT: (True, True), "区委办本级.xlsx": (True, False), CUT: (False, False)}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["--clean", "--mail", "x", "-o", "y"], "--clean 不能与 --mail 一起用"),
        (["--clean", "x"], "--clean 要写出文件或文件夹，并用 -o 指定写到哪个文件夹"),
        (["--clean"], "--clean 要写出文件或文件夹"),
        (["nowhere"], "找不到 nowhere"),
        ([], "这里不是采集文件夹"),
    ],
)
def test_wrong_use_is_said(line: list[str], says: str, tmp_path: Path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert run(["review", *line]) == 2
    assert says in capfd.readouterr().err


def test_the_returns_own_folder_is_refused_in_both_languages(faulty: Path, tmp_path: Path, capfd):
    shutil.copy(faulty / AMOUNT, tmp_path)
    assert run(["review", str(tmp_path), "-o", str(tmp_path)]) == 2
    assert "是报送文件所在的文件夹" in capfd.readouterr().err
    assert run(["--lang", "en", "review", str(tmp_path), "-o", str(tmp_path)]) == 2
    assert "is the folder of the returns" in capfd.readouterr().err
