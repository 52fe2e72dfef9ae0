"""`merge` on the sample district: exit codes, what is written, and what is not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from xlsform.cli import run

SHEETS = ["汇总表", "支出方向表", "部门整体汇总", "指标分解表"]


@pytest.fixture(scope="module")
def summary(returns: Path, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("merge") / "区级汇总.xlsx"
    assert run(["merge", str(returns), "-o", str(out), "-q"]) == 0
    return out


def test_the_summary_has_the_official_sheets(summary: Path):
    names = load_workbook(summary).sheetnames
    assert names[:4] == SHEETS
    assert names[-3:] == ["报送情况", "审核结果", "来源"]


def test_two_runs_are_byte_identical(summary: Path, returns: Path, tmp_path: Path):
    again = tmp_path / "again.xlsx"
    assert run(["merge", str(returns), "-o", str(again), "-q", "--jobs", "2"]) == 0
    assert again.read_bytes() == summary.read_bytes()


def test_it_is_not_overwritten_without_force(summary: Path, returns: Path, capfd):
    before = summary.read_bytes()
    assert run(["merge", str(returns), "-o", str(summary)]) == 2
    assert "--force" in capfd.readouterr().err
    assert run(["merge", str(returns), "-o", str(summary), "--force"]) == 0
    assert summary.read_bytes() == before


def test_a_dry_run_writes_nothing_and_says_what_it_would(returns: Path, tmp_path: Path, capfd):
    assert run(["merge", str(returns), "-o", str(tmp_path / "区级汇总.xlsx"), "--dry-run"]) == 0
    assert list(tmp_path.iterdir()) == []
    shown = capfd.readouterr().out.splitlines()
    assert shown[-1] == f"试运行，未写出 {tmp_path / '区级汇总.xlsx'}"
    assert shown[-2].startswith("已汇总 16 个部门、")


def test_an_error_leaves_the_form_out_and_says_so(returns: Path, faulty: Path, checkout: Path, tmp_path: Path, capfd):
    folder = tmp_path / "收件"
    shutil.copytree(returns, folder)
    (folder / "区教育局.xlsx").unlink()
    shutil.copy(faulty / "区教育局-C03-合计不符.xlsx", folder)
    shutil.copy(checkout / "samples" / "2019" / "departments.xlsx", tmp_path)
    out = tmp_path / "汇总.xlsx"
    assert run(["merge", str(folder), "-o", str(out), "--format", "json"]) == 1
    printed = json.loads(capfd.readouterr().out)
    assert printed["written"] == [str(out)]
    assert ("C03", "error") in {(finding["code"], finding["level"]) for finding in printed["findings"]}
    rows = list(load_workbook(out)["审核结果"].iter_rows(min_row=4, values_only=True))
    assert ("错误", "C03", "区教育局") in {row[:3] for row in rows}


def test_a_missing_department_is_an_error(returns: Path, checkout: Path, tmp_path: Path, capfd):
    folder = tmp_path / "收件"
    shutil.copytree(returns, folder)
    (folder / "区财政局.xlsx").unlink()
    roster = checkout / "samples" / "2019" / "departments.xlsx"
    assert run(["merge", str(folder), "-o", str(tmp_path / "a.xlsx"), "--roster", str(roster)]) == 1
    assert "未报部门：区财政局" in capfd.readouterr().out


def test_nothing_readable_writes_nothing(faulty: Path, tmp_path: Path):
    broken = [str(path) for path in faulty.glob("*T01*")]
    assert run(["merge", *broken, "-o", str(tmp_path / "a.xlsx"), "-q"]) == 3
    assert list(tmp_path.iterdir()) == []


def test_many_departments_have_their_cards_beside(returns: Path, tmp_path: Path, capfd):
    out = tmp_path / "区级汇总.xlsx"
    assert run(["merge", str(returns), "-o", str(out), "--cards", "3", "-q"]) == 0
    companion = tmp_path / "区级汇总-部门整体.xlsx"
    assert sorted(tmp_path.iterdir()) == sorted([companion, out])
    assert len(load_workbook(companion).sheetnames) == 16
    assert capfd.readouterr().out.endswith(f"已写出 {out}\n已写出 {companion}\n")


def test_the_summary_is_read_back_with_its_departments(summary: Path, returns: Path, capfd):
    assert run(["extract", str(summary), "--no-provenance"]) == 0
    merged = json.loads(capfd.readouterr().out)["records"]["fund_summary"]
    assert run(["extract", str(returns), "--no-provenance"]) == 0
    separate = [
        record for line in capfd.readouterr().out.splitlines() for record in json.loads(line)["records"]["fund_summary"]
    ]
    assert len({record.pop("_department") for record in merged}) == 16
    for records in (merged, separate):
        for record in records:
            del record["seq"]  # renumbered
    order = str
    assert sorted(merged, key=order) == sorted(separate, key=order)


def test_another_unit_is_written_and_refused_as_a_source(returns: Path, tmp_path: Path, capfd):
    out = tmp_path / "亿元.xlsx"
    assert run(["merge", str(returns), "-o", str(out), "--unit", "亿元", "--digits", "4", "-q"]) == 0
    capfd.readouterr()
    assert run(["merge", str(out), "-o", str(tmp_path / "再汇总.xlsx"), "-q"]) == 1
    assert "汇总表以“亿元”为单位，数字已经舍位，不能再用来汇总" in capfd.readouterr().out


def test_digits_go_with_a_unit(returns: Path, tmp_path: Path, capfd):
    assert run(["merge", str(returns), "-o", str(tmp_path / "a.xlsx"), "--digits", "0"]) == 2
    assert "--digits 要和 --unit 一起用" in capfd.readouterr().err
    assert run(["merge", str(returns), "-o", str(tmp_path / "a.xlsx"), "--unit", "万元"]) == 2
    capfd.readouterr()
