"""`diff`: text, JSON, workbook, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook

from xlsform.cli import run


def test_no_difference_is_zero_and_a_difference_one(returns: Path, faulty: Path, capfd):
    old, new = returns / "区教育局.xlsx", faulty / "区教育局-C03-合计不符.xlsx"
    assert run(["diff", str(old), str(old)]) == 0
    assert capfd.readouterr().out.splitlines() == ["原：区教育局.xlsx", "现：区教育局.xlsx", "没有差异"]
    assert run(["diff", str(old), str(new)]) == 1
    shown = capfd.readouterr().out.splitlines()
    assert shown[2:6] == [
        "新增 0 条，删除 2 条，修改 1 条（1 格）",
        "",
        "区教育局",
        "  修改 部门整体支出绩效申报表",
    ]
    assert shown[6].startswith("    资金总额 ")
    assert shown[6].endswith("[部门整体!C3]")


def test_json_and_english(returns: Path, faulty: Path, capfd):
    old, new = returns / "区教育局.xlsx", faulty / "区教育局-C03-合计不符.xlsx"
    assert run(["diff", str(old), str(new), "--format", "json"]) == 1
    told = json.loads(capfd.readouterr().out)
    (cell,) = told["differences"][0]["cells"]
    assert [one["region"] for one in told["differences"]] == ["department_overall", None, None]
    assert told["schema_version"] == 1
    assert cell["field"] == "total_amount"
    assert cell["difference"] == cell["new"] - cell["old"]
    assert run(["--lang", "en", "diff", str(old), str(new)]) == 1
    assert "0 added, 2 removed, 1 changed (1 cells)" in capfd.readouterr().out


def test_the_blank_against_a_return_and_the_workbook(returns: Path, checkout: Path, tmp_path: Path, capfd):
    blank = checkout / "templates" / "2019" / "绩效目标申报.xlsx"
    out = tmp_path / "差异.xlsx"
    assert run(["diff", str(blank), str(returns / "区教育局.xlsx"), "-o", str(out)]) == 1
    sheet = load_workbook(out)["差异"]
    assert sheet["A2"].value.startswith("原：绩效目标申报.xlsx  现：区教育局.xlsx  新增 ")
    words = {row[4] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert words == {"新增记录", "新增"}
    assert run(["diff", str(blank), str(blank), "-o", str(out)]) == 2
    assert run(["diff", str(blank), str(blank), "-o", str(tmp_path / "a.csv")]) == 2
    assert "--force" in capfd.readouterr().err


def test_a_file_that_cannot_be_read_is_no_empty_return(returns: Path, faulty: Path, tmp_path: Path, capfd):
    broken = next(faulty.glob("*T01*"))
    assert run(["diff", str(returns / "区教育局.xlsx"), str(broken)]) == 3
    said = capfd.readouterr()
    assert said.out == ""
    assert "T01" in said.err
    assert "没有比对" in said.err
    assert run(["diff", str(broken), str(tmp_path / "none.xlsx")]) == 2


def test_what_was_not_read_is_a_difference_nobody_may_overlook(faulty: Path, capfd):
    lost = next(faulty.glob("*T05*"))
    assert run(["diff", str(lost), str(lost)]) == 1
    assert "T05" in capfd.readouterr().err
