"""`fill`: extract's output in, official workbooks out; faults with file and path, exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from xlsform.cli import run


@pytest.fixture
def printed(returns: Path, tmp_path: Path, capfd) -> Path:
    assert run(["extract", str(returns / "区教育局.xlsx"), "-q"]) == 0
    (tmp_path / "记录.json").write_text(capfd.readouterr().out, encoding="utf-8")
    return tmp_path / "记录.json"


def test_what_is_filled_in_is_extracted_again(printed: Path, tmp_path: Path, capfd):
    out = tmp_path / "填好.xlsx"
    assert run(["fill", str(printed), "-o", str(out)]) == 0
    assert capfd.readouterr() == (f"已写出 {out}（25 条记录）\n", "")
    assert run(["extract", str(out), "--no-provenance", "-q"]) == 0
    again = json.loads(capfd.readouterr().out)["records"]
    for rows in (before := json.loads(printed.read_text(encoding="utf-8"))["records"]).values():
        for row in rows:
            del row["_sheet"], row["_cells"]
    assert again == before


def test_records_come_through_a_pipe(printed: Path, tmp_path: Path, environment: dict[str, str]):
    command = [sys.executable, "-m", "xlsform", "fill", "-", "-o", "a.xlsx"]
    with printed.open("rb") as stream:
        done = subprocess.run(command, stdin=stream, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, "已写出 a.xlsx（25 条记录）\n", b"")
    assert (tmp_path / "a.xlsx").exists()


def test_several_returns_go_into_a_folder(returns: Path, tmp_path: Path, capfd):
    lines = tmp_path / "记录.jsonl"
    assert run(["extract", str(returns), "-o", str(lines), "-q"]) == 0
    assert run(["fill", str(lines), "-o", str(tmp_path / "填好")]) == 0
    assert capfd.readouterr().out.count("已写出") == 20
    assert {path.name for path in (tmp_path / "填好").iterdir()} == {path.name for path in returns.iterdir()}
    assert run(["fill", str(lines), "-o", str(tmp_path / "一份.xlsx")]) == 2
    assert "有 20 份表，-o 要用文件夹" in capfd.readouterr().err


def test_faults_are_all_named_and_nothing_is_written(printed: Path, tmp_path: Path, capfd):
    record = json.loads(printed.read_text(encoding="utf-8"))
    record["records"]["fund_summary"][0]["total_amount"] = "八万"
    record["records"]["fund_summary"].append({"fund_nam": "甲"})
    record["records"]["department_overall"] *= 2
    wrong = tmp_path / "错.json"
    wrong.write_text(json.dumps(record), encoding="utf-8")
    assert run(["fill", str(wrong), "-o", str(tmp_path / "a.xlsx")]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "错.json: records.fund_summary[0].total_amount: 应为数字，现为 “八万”",
        "错.json: records.fund_summary[4].fund_nam: 没有字段“fund_nam”，是否为“fund_name”",
        "错.json: records.department_overall[1]: 部门整体 只有一张卡片，填不下 2 条",
        "请按上面的位置修改记录后重试",
    ]
    assert not (tmp_path / "a.xlsx").exists()


def test_into_a_workbook_what_is_not_mentioned_stays(returns: Path, tmp_path: Path):
    (tmp_path / "改.json").write_text(
        '{"department_overall": [{"department": "区教育局", "total_amount": 1}]}', encoding="utf-8"
    )
    own, out = returns / "区教育局.xlsx", tmp_path / "改好.xlsx"
    assert run(["fill", str(tmp_path / "改.json"), "--into", str(own), "-o", str(out), "-q"]) == 0
    before, after = load_workbook(own), load_workbook(out)
    assert after["部门整体"]["C3"].value == 1
    assert after["部门整体"]["B7"].value is None, "a field that the record does not name is empty"
    assert [c.value for c in after["汇总表"][4]] == [c.value for c in before["汇总表"][4]]


def test_dry_run_template_and_what_excludes_what(printed: Path, checkout: Path, tmp_path: Path, capfd):
    blank = checkout / "templates" / "2019" / "绩效目标申报.xlsx"
    target = tmp_path / "a.xlsx"
    assert run(["fill", str(printed), "-o", str(target), "--template", str(blank), "--dry-run"]) == 0
    assert capfd.readouterr().out == f"试运行，未写出 {target}（25 条记录）\n"
    assert not target.exists()
    assert run(["fill", str(printed), "-o", str(target), "--template", str(blank), "--into", str(blank)]) == 2
    assert run(["fill", str(printed), "-o", str(target), "--year", "2022", "--template", str(blank)]) == 0
    assert load_workbook(target)["汇总表"]["A1"].value.startswith("2022年")
