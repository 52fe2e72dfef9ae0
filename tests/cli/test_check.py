"""`check` on the sample district: the screen, the JSON and the problem list say the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from xlsform.cli import run
from xlsform.screen import MOST


def test_the_complete_district_has_no_error(returns: Path, capfd):
    assert run(["check", str(returns)]) == 0
    shown = capfd.readouterr()
    assert shown.out.splitlines()[0].startswith("共 20 个文件，读取 20 个，16 个部门；错误 0，警告 ")
    assert "\n\n田心街道办事处\n  警告 B06 田心街道办事处.xlsx!支出方向表!E6 " in shown.out
    assert shown.err == ""


def test_warnings_count_when_asked_to(returns: Path, capfd):
    assert run(["check", str(returns), "--fail-level", "warning", "--lang", "en"]) == 1
    shown = capfd.readouterr().out
    assert shown.startswith("20 files, 20 read, 16 departments; 0 errors, ")
    assert "  warning B06 " in shown


def expected_faults(checkout: Path) -> dict:
    return json.loads((checkout / "samples" / "2019" / "faulty" / "expected.json").read_text(encoding="utf-8"))


def test_each_faulty_return_is_found_out(faulty: Path, checkout: Path, capfd):
    """The finding that samples/2019/faulty/expected.json names, at its cell, and an exit code that says its level."""
    wanted = expected_faults(checkout)
    assert len(wanted) >= 30
    for name in sorted(wanted)[::6]:
        code = run(["check", str(faulty / name), "--format", "json"])
        found = json.loads(capfd.readouterr().out)
        assert found["schema_version"] == 1
        places = {(f["code"], f["level"], f["sheet"] or "", f["cell"] or "") for f in found["findings"]}
        for fault in wanted[name]["findings"]:
            assert (fault["code"], fault["level"], fault["sheet"], fault["cell"]) in places, name
        if "T01" in name:
            assert code == 3
        elif any(f["level"] == "error" for f in found["findings"]):
            assert code == 1


def test_problem_list_and_json_hold_every_finding(faulty: Path, tmp_path: Path, capfd):
    workbook, list_file = tmp_path / "问题清单.xlsx", tmp_path / "问题清单.json"
    assert run(["check", str(faulty), "-o", str(workbook)]) == 1
    screen = capfd.readouterr()
    assert f"已写出 {workbook}" in screen.err
    assert run(["check", str(faulty), "-o", str(list_file), "--format", "json", "-q"]) == 1
    printed = capfd.readouterr()
    assert printed.err == ""
    findings = json.loads(list_file.read_text(encoding="utf-8"))["findings"]
    assert json.loads(printed.out)["findings"] == findings
    rows = list(load_workbook(workbook)["问题清单"].iter_rows(min_row=4, values_only=True))
    assert [(row[1], row[3], row[4], row[5], row[6]) for row in rows] == [
        (finding["code"], finding["file"], finding["sheet"], finding["cell"], finding["message"])
        for finding in findings
    ]


def test_at_most_twenty_of_a_code_are_shown_and_the_rest_is_counted(faulty: Path, returns: Path, capfd):
    run(["check", str(faulty), str(returns)])
    shown = capfd.readouterr().out
    run(["check", str(faulty), str(returns), "--format", "json"])
    codes = [finding["code"] for finding in json.loads(capfd.readouterr().out)["findings"]]
    most = max(set(codes), key=codes.count)
    assert codes.count(most) > MOST
    assert sum(f" {most} " in line for line in shown.splitlines() if line.startswith("  ")) == MOST
    assert f"{most}×{codes.count(most) - MOST}" in shown.splitlines()[-1]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_number_of_processes_changes_nothing(faulty: Path, jobs: str, capfd):
    run(["check", str(faulty), "--format", "json", "--jobs", jobs])
    one = capfd.readouterr().out
    run(["check", str(faulty), "--format", "json"])
    assert capfd.readouterr().out == one


def test_an_empty_folder_is_nothing_read(tmp_path: Path, capfd):
    assert run(["check", str(tmp_path)]) == 3
    assert "一个报送文件也没有读到" in capfd.readouterr().err
