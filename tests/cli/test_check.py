"""`check` on the sample district: the screen, the JSON and the problem list say the same."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html
from openpyxl import load_workbook

from xlsform.cli import run
from xlsform.core.catalogue import RULES
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
    asked = [name for name in sorted(wanted) if all(RULES[fault["code"]].on for fault in wanted[name]["findings"])]
    for name in asked[::6]:
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


WAIVERS = "waivers:\n  - {code: C03, department: 区应急管理局, reason: 原按旧口径报送，区政府常务会议同意沿用}\n"


def test_a_waived_error_stays_in_the_report_and_not_in_the_exit_code(faulty: Path, tmp_path: Path, capfd):
    file = faulty / "区应急管理局-C03-合计不符.xlsx"
    assert run(["check", str(file)]) == 1
    capfd.readouterr()
    waivers = tmp_path / "豁免.yaml"
    waivers.write_text(WAIVERS, encoding="utf-8")
    assert run(["check", str(file), "--waivers", str(waivers)]) == 0
    shown = capfd.readouterr().out
    assert shown.splitlines()[0].endswith("错误 0，警告 0，提示 0，已豁免 1")
    assert "已豁免：C03×1" in shown
    assert "  错误（已豁免） C03 区应急管理局-C03-合计不符.xlsx!部门整体!C3 " in shown
    assert "［豁免：原按旧口径报送，区政府常务会议同意沿用］" in shown
    assert run(["check", str(file), "--waivers", str(waivers), "--format", "json"]) == 0
    (finding,) = json.loads(capfd.readouterr().out)["findings"]
    assert (finding["standing"], finding["ruling"]) == ("waived", "原按旧口径报送，区政府常务会议同意沿用")
    assert run(["merge", str(file), "-o", str(tmp_path / "a.xlsx"), "--waivers", str(waivers), "--dry-run"]) == 1
    assert "Z02" in capfd.readouterr().out, "only who is missing stands against it"


def test_a_waiver_that_lets_nothing_pass_is_said(faulty: Path, tmp_path: Path, capfd):
    waivers = tmp_path / "豁免.yaml"
    waivers.write_text(WAIVERS.replace("C03", "A02"), encoding="utf-8")
    file = faulty / "区应急管理局-C03-合计不符.xlsx"
    assert run(["check", str(file), "--waivers", str(waivers)]) == 1
    assert "没有用到的豁免：豁免.yaml:2 A02 区应急管理局" in capfd.readouterr().out


def test_a_waiver_without_a_reason_is_a_fault_of_the_file(faulty: Path, tmp_path: Path, capfd):
    waivers = tmp_path / "豁免.yaml"
    waivers.write_text("waivers:\n  - {code: C03, department: 区应急管理局, reason: 同意}\n", encoding="utf-8")
    assert run(["check", str(faulty / "区应急管理局-C03-合计不符.xlsx"), "--waivers", str(waivers)]) == 2
    assert "豁免.yaml:2: reason: 理由“同意”没有写明理由" in capfd.readouterr().err


@pytest.mark.parametrize("suffix", ["xlsx", "html", "sarif", "json"])
def test_the_same_returns_make_the_same_list_byte_for_byte(faulty: Path, tmp_path: Path, suffix: str, capfd):
    one, other = tmp_path / f"1.{suffix}", tmp_path / f"2.{suffix}"
    file = str(faulty / "区应急管理局-C03-合计不符.xlsx")
    for out in (one, other):
        assert run(["check", file, "-o", str(out), "-q"]) == 1
    assert one.read_bytes() == other.read_bytes()
    assert "C03" in capfd.readouterr().out


def test_the_list_leads_to_the_files(returns: Path, tmp_path: Path, capfd):
    out = tmp_path / "问题清单.html"
    assert run(["check", str(returns), "-o", str(out), "-q"]) == 0
    page = html.document_fromstring(out.read_text(encoding="utf-8"))
    targets = {target for target in page.xpath("//table[@id='findings']//a/@href") if not target.startswith("#")}
    assert targets
    for target in targets:
        assert (tmp_path / unquote(target)).resolve().is_file()
    capfd.readouterr()


def test_explain_says_where_the_thresholds_stand_and_how_to_change_the_level(capfd):
    assert run(["explain", "A05", "B05", "T01"]) == 0
    shown = capfd.readouterr().out
    assert "    - {code: A05, check: outlier, fields: [total_amount], min: 10000, times: 100}" in shown
    assert "  levels: {A05: hint}" in shown
    assert "现为 不查" in shown
    assert "  levels: {B05: hint}" in shown
    assert "门槛：没有可调的参数" in shown


def test_explain_speaks_of_the_mapping_it_is_given(checkout: Path, tmp_path: Path, capfd):
    shutil.copytree(checkout / "mappings", tmp_path / "mappings")
    own = tmp_path / "mappings" / "2019"
    text = (own / "fund_summary.yaml").read_text(encoding="utf-8")
    (own / "fund_summary.yaml").write_text(text.replace("times: 100", "times: 50"), encoding="utf-8")
    assert run(["explain", "A05", "--mapping", str(own)]) == 0
    assert "times: 50}" in capfd.readouterr().out


def test_rules_as_json_are_complete(capfd):
    assert run(["rules", "--format", "json"]) == 0
    rules = {rule["code"]: rule for rule in json.loads(capfd.readouterr().out)["rules"]}
    assert list(rules) == list(RULES)
    for rule in rules.values():
        assert all(
            rule[key] for key in ("title", "title_en", "dimension", "levels", "messages", "why", "bad", "good", "fix")
        )
        assert rule["docs"] == f"docs/reference/rules.md#{rule['code'].lower()}"
        assert rule["set_level"].startswith(f"levels: {{{rule['code']}: ")
    assert [(one["file"], one["region"]) for one in rules["A05"]["asked"]] == [("fund_summary.yaml", "fund_summary")]
    assert "min: 10000" in rules["A05"]["asked"][0]["text"]
    assert rules["T01"]["asked"] == []


INTERNAL = re.compile("[EW]-[A-Z]{2,}")
"""The program's own keys for why a file could not be taken."""


def test_a_file_that_cannot_be_read_is_told_in_a_sentence_and_no_key(faulty: Path, tmp_path: Path, capfd):
    inbox = tmp_path / "收件"
    inbox.mkdir()
    for name in ("区民政局-T01-打开密码.xlsx", "区教育局-T01-文件截断.xlsx"):
        shutil.copy(faulty / name, inbox)
    told = []
    for suffix in ("html", "json", "sarif", "xlsx"):
        out = tmp_path / f"问题清单.{suffix}"
        assert run(["check", str(inbox), "-o", str(out)]) == 3
        told += [out.read_text(encoding="utf-8")] if suffix != "xlsx" else []
        told.append(capfd.readouterr().out)
    rows = list(load_workbook(tmp_path / "问题清单.xlsx")["问题清单"].iter_rows(min_row=4, values_only=True))
    assert [row[7] for row in rows] == [None, None], "there is no 现值 of a file"
    told.append(str(rows))
    for text in told:
        assert "设有打开密码" in text
        assert INTERNAL.findall(text) == []
