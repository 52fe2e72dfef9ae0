"""`status`: what it says on the screen and in JSON, what it writes, its exit codes."""

from __future__ import annotations

import json
import os
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from xlsform.cli import run

FAULTY = "区应急管理局-C03-合计不符.xlsx"
NAMES = ("区委办本级", "区教育局", "区财政局", "区应急管理局")


@pytest.fixture
def few(tmp_path: Path, returns: Path, faulty: Path) -> Path:
    """Three returns and a roster of four departments."""
    folder = tmp_path / "收到的表"
    folder.mkdir()
    for path in (returns / "区委办本级.xlsx", returns / "区财政局.xlsx", faulty / FAULTY):
        shutil.copy(path, folder)
    book = openpyxl.load_workbook(returns.parent / "departments.xlsx")
    sheet = book.active
    for row in range(sheet.max_row, 1, -1):
        if sheet.cell(row, 2).value not in NAMES:
            sheet.delete_rows(row)
    book.save(tmp_path / "departments.xlsx")
    return folder


GOLDEN = """\
2019年预算绩效目标报送进度
截至 2018-12-03（北京时间）
应报 4 个部门：已报 2，重报 0，有错 1，退回 0，未报 1

已报         2  区委办本级（警告 6）、区财政局
有错         1  区应急管理局（错误 1）
未报         1  见催报名单

催报名单：
  区教育局  计财科科长  jyj@example.cn
"""
ENGLISH = """\
2019: returns of performance targets
As of 2018-12-03 (China time)
4 departments to report: reported 2, resent 0, faulty 1, returned 0, missing 1

reported     2  区委办本级 (warning 6), 区财政局
faulty       1  区应急管理局 (error 1)
missing      1  see below

To be reminded:
  区教育局  计财科科长  jyj@example.cn
"""


@pytest.mark.parametrize(("lang", "golden"), [("zh", GOLDEN), ("en", ENGLISH)])
def test_the_screen(few: Path, capsys, lang: str, golden: str):
    assert run(["--lang", lang, "status", str(few), "--today", "2018-12-03"]) == 1
    assert capsys.readouterr().out == golden


def test_zero_means_complete_and_clean(few: Path, returns: Path, capsys):
    (few / FAULTY).unlink()
    shutil.copy(returns / "区应急管理局.xlsx", few)
    assert run(["status", str(few)]) == 1, "one is missing"
    shutil.copy(returns / "区教育局.xlsx", few)
    assert run(["status", str(few)]) == 0
    assert run(["status", str(few), "--fail-level", "warning"]) == 1
    assert run(["status", str(few), "--fail-level", "warning", "--waivers", "nowhere.yaml"]) == 2
    capsys.readouterr()


def test_json(few: Path, capsys):
    assert run(["status", str(few), "--today", "2018-12-03", "--format", "json"]) == 1
    said = json.loads(capsys.readouterr().out, parse_float=Decimal)
    assert (said["schema_version"], said["as_of"], said["deadline"], said["complete"]) == (1, "2018-12-03", None, False)
    assert said["counts"] == {
        "missing": 1,
        "held": 0,
        "reported": 2,
        "faulty": 1,
        "returned": 0,
        "resent": 0,
        "resent_faulty": 0,
        "excused": 0,
    }
    assert (said["expected"], said["overdue"], said["held"]) == (4, 0, [])
    by_name = {one["department"]: one for one in said["departments"]}
    first = by_name["区委办本级"]
    assert (first["state"], first["amount"], first["table_amount"]) == ("reported", Decimal("336.07"), 100)
    assert first["by"] == [{"title": "党委办公室及相关机构事务", "amount": 100}]
    assert first["in_force"] == ["区委办本级.xlsx"]
    assert first["first_received"] is None
    assert by_name["区应急管理局"]["errors"] == 1
    assert {one["code"] for one in said["findings"]} >= {"Z02", "C03"}
    assert {one["code"]: one["open"] for one in said["rules"]}["C03"] == 1
    assert len(said["arrivals"]) == 3
    assert "reminders" not in said


def test_it_writes_a_page_or_a_workbook_once(few: Path, tmp_path: Path, capsys):
    page, book = tmp_path / "进度.html", tmp_path / "进度.xlsx"
    assert run(["status", str(few), "--today", "2018-12-03", "-o", str(page), "--dry-run"]) == 1
    assert not page.exists()
    assert "试运行，未写出" in capsys.readouterr().err
    for path in (page, book):
        assert run(["status", str(few), "--today", "2018-12-03", "-o", str(path)]) == 1
        assert str(path) in capsys.readouterr().err
        before = path.read_bytes()
        assert run(["status", str(few), "-o", str(path)]) == 2
        assert run(["status", str(few), "--today", "2018-12-03", "-o", str(path), "--force"]) == 1
        assert path.read_bytes() == before, "the same input gives the same bytes"
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert openpyxl.load_workbook(book).sheetnames[0] == "部门进度"
    assert run(["status", str(few), "-o", str(tmp_path / "进度.pdf")]) == 2
    assert "进度只能写成 .html 或 .xlsx" in capsys.readouterr().err


def test_drafts_are_said_and_written(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["status", str(few), "--today", "2018-12-03", "--mail"]
    assert run([*asked, "--dry-run"]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"试运行，未写出 {Path('催报/催报-区教育局.eml')} → jyj@example.cn",
        f"试运行，未写出 {Path('退回/退回通知-区应急管理局.eml')} → yjj@example.cn",
    ]
    assert not (tmp_path / "催报").exists()
    assert run(asked) == 1
    assert {path.name for path in (tmp_path / "催报").iterdir()} == {"催报-区教育局.eml"}
    assert {path.name for path in (tmp_path / "退回").iterdir()} == {"退回通知-区应急管理局.eml", FAULTY}
    capsys.readouterr()
    assert run([*asked, "--format", "json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert [(one["department"], one["state"]) for one in said["reminders"]] == [("区教育局", "same")]
    assert [(one["department"], one["state"]) for one in said["notices"]] == [("区应急管理局", "other")]
    assert run(["--lang", "en", *asked]) == 1
    assert "there already" in capsys.readouterr().out


def test_a_held_file_comes_with_the_command_to_type(
    tmp_path: Path, returns: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert run(["init", "采集", "--year", "2019", "--district", "石峰区", "--deadline", "2018-11-30"]) == 0
    shutil.copy(returns.parent / "departments.xlsx", tmp_path / "采集")
    sent = tmp_path / "区教育局 （终稿）.xlsx"
    shutil.copy(returns / "区应急管理局.xlsx", sent)
    os.utime(sent, (1542684000,) * 2)
    monkeypatch.chdir(tmp_path / "采集")
    assert run(["collect", str(sent)]) == 1
    capsys.readouterr()
    assert run(["status", "--today", "2018-12-03"]) == 1
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("待认定的来件（认定后才计入）：")
    assert lines[at + 1 : at + 6] == [
        "  区教育局 （终稿）.xlsx (2018-11-20 11:20)",
        "    表内部门名称“区应急管理局”：区应急管理局",
        "    文件名“区教育局 （终稿）.xlsx”：区教育局",
        '    认定：xlsform assign "区教育局 （终稿）.xlsx" 区应急管理局',
        '    或者：xlsform assign "区教育局 （终稿）.xlsx" 区教育局',
    ]
    assert run(["assign", "区教育局 （终稿）.xlsx", "区应急管理局"]) == 0
    capsys.readouterr()
    assert run(["status", "--today", "2018-12-03"]) == 1
    shown = capsys.readouterr().out
    assert "待认定" not in shown
    assert "已报         1  区应急管理局" in shown
    assert "逾期 3 天" in shown


def test_wrong_days_and_no_roster(few: Path, tmp_path: Path, capsys):
    assert run(["status", str(few), "--today", "12月3日"]) == 2
    assert "2018-12-03 这样的日期" in capsys.readouterr().err
    (tmp_path / "departments.xlsx").unlink()
    assert run(["status", str(few)]) == 2
    assert "没有部门名册" in capsys.readouterr().err
