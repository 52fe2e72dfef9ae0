"""A campaign from its first day to the summary, on the command line and inside its folder."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from xlsform.cli import run

FILES = {"campaign.yaml", "departments.xlsx", "waivers.yaml", "下发", "收件", "退回", "汇总"}
ROSTER = [
    ["001", "区委办本级", "区委办", "石峰区政府", "bgs@example.gov.cn", "张三", 400],
    ["002", "区教育局", None, "区教育局", None, None, None],
]


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A campaign whose roster a clerk has filled in with Excel; the command runs inside it."""
    monkeypatch.chdir(tmp_path)
    assert run(["init", "采集", "--year", "2019", "--district", "石峰区", "--deadline", "2018-11-30"]) == 0
    folder = tmp_path / "采集"
    book = openpyxl.load_workbook(folder / "departments.xlsx")
    for row, line in enumerate(ROSTER, 2):
        for col, value in enumerate(line, 1):
            book.active.cell(row, col, value)
    book.save(folder / "departments.xlsx")
    monkeypatch.chdir(folder)
    capsys.readouterr()
    return folder


def test_init_makes_the_folder_and_says_what_comes_next(tmp_path: Path, capsys):
    folder = tmp_path / "采集"
    assert run(["init", str(folder), "--year", "2019", "--district", "石峰区"]) == 0
    shown = capsys.readouterr()
    assert {path.name for path in folder.iterdir()} == FILES
    assert [Path(line).name for line in shown.out.splitlines()] == [
        "campaign.yaml", "departments.xlsx", "waivers.yaml", "下发", "收件", "退回", "汇总"
    ]  # fmt: skip
    assert "xlsform issue" in shown.err
    sheet = openpyxl.load_workbook(folder / "departments.xlsx").active
    assert [cell.value for cell in sheet[1]] == ["部门代码", "部门名称", "别名", "主管部门", "邮箱", "联系人", "控制数"]
    assert sheet["A2"].number_format == "@", "001 keeps its zeros"
    assert all(cell.comment for cell in sheet[1])


def test_the_new_waivers_pass_nothing_until_their_lines_are_made_to_count(campaign: Path, checkout: Path, capsys):
    """Untouched it lets nothing pass; from “waivers:” on it is a right example when the # is taken away."""
    faulty = checkout / "samples" / "2019" / "faulty" / "区应急管理局-A03-金额不是数字.xlsx"
    shutil.copy(faulty, campaign / "收件")
    assert run(["check"]) == 1
    assert "错误 A03" in capsys.readouterr().out
    text = (campaign / "waivers.yaml").read_text(encoding="utf-8")
    assert all(line == "" or line.startswith("#") for line in text.splitlines())
    lines = text.splitlines()
    first = lines.index("#waivers:")
    lines[first:] = [line.removeprefix("#") for line in lines[first:]]
    roster = campaign / "departments.xlsx"
    book = openpyxl.load_workbook(roster)
    for line in (["003", "区科学技术协会"], ["004", "区应急管理局"]):
        book.active.append(line)
    book.save(roster)
    said = "\n".join(lines).replace("区教育局", "区应急管理局")
    (campaign / "waivers.yaml").write_text(said, encoding="utf-8")
    assert run(["check"]) == 0
    assert "错误（已豁免） A03" in capsys.readouterr().out


def test_init_overwrites_nothing(campaign: Path, capsys):
    before = {path: path.read_bytes() for path in campaign.iterdir() if path.is_file()}
    assert run(["init", ".", "--year", "2020", "--district", "石峰区"]) == 2
    assert "不会覆盖" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in campaign.iterdir() if path.is_file()} == before


@pytest.mark.usefixtures("campaign")
def test_what_was_not_carried_is_said_in_either_language(checkout: Path, capsys):
    carry = ["issue", "--carry", str(checkout / "samples" / "2019" / "returns"), "--dry-run"]
    assert run(carry) == 0
    assert "：不知道是名册里哪个部门的" in capsys.readouterr().out
    assert run([*carry, "--lang", "en"]) == 0
    assert ": whose of the roster it is is not known" in capsys.readouterr().out


def test_init_with_dry_run_or_a_wrong_date_writes_nothing(tmp_path: Path, capsys):
    folder = tmp_path / "采集"
    assert run(["init", str(folder), "--year", "2019", "--district", "石峰区", "--dry-run"]) == 0
    assert {Path(line).name for line in capsys.readouterr().out.splitlines()} == FILES
    assert run(["init", str(folder), "--year", "2019", "--district", "石峰区", "--deadline", "11月30日"]) == 2
    assert run(["init", str(folder), "--year", "2019", "--district", "石峰区", "--form-set", "1999"]) == 2
    assert not folder.exists()
    assert "2018-11-30" in capsys.readouterr().err


def test_issue_needs_no_arguments_in_a_campaign(campaign: Path, capsys):
    assert run(["issue", "--mail"]) == 0
    shown = capsys.readouterr().out
    assert "2 个部门，带入上年记录 0 条" in shown
    assert "名册里没有邮箱的：区教育局" in shown
    name = "001-区委办本级-绩效目标申报"
    assert {path.name for path in (campaign / "下发").iterdir()} == {
        f"{name}.xlsx", f"{name}.eml", "002-区教育局-绩效目标申报.xlsx", "002-区教育局-绩效目标申报.eml"
    }  # fmt: skip
    mail = email.message_from_bytes((campaign / "下发" / f"{name}.eml").read_bytes(), policy=email.policy.default)
    body = mail.get_body().get_content()
    assert mail["To"] == "bgs@example.gov.cn"
    assert mail["Subject"] == "关于报送2019年区级预算绩效目标的通知"
    assert body.startswith("区委办本级（张三）：")
    assert "2018年11月30日前" in body
    assert body.rstrip().endswith("石峰区财政局")
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == f"{name}.xlsx"
    assert attached.get_content() == (campaign / "下发" / f"{name}.xlsx").read_bytes()


def test_issue_works_from_a_folder_below(campaign: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(campaign / "收件")
    assert run(["issue", "--department", "区委办"]) == 0
    assert [path.name for path in (campaign / "下发").iterdir()] == ["001-区委办本级-绩效目标申报.xlsx"]


def test_issue_as_json_and_never_over_what_is_there(campaign: Path, capsys):
    assert run(["issue", "--format", "json", "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["departments"] == ["区委办本级", "区教育局"]
    assert len(told["written"]) == 2
    assert list((campaign / "下发").iterdir()) == []
    assert run(["issue"]) == 0
    assert run(["issue"]) == 2
    assert "--force" in capsys.readouterr().err
    assert run(["issue", "--force"]) == 0


def test_mail_settings_are_the_clerks_own(campaign: Path):
    text = (campaign / "campaign.yaml").read_text(encoding="utf-8")
    mail = "mail:\n  from: 财政局 <a@b.cn>\n  subject: '{district}{year}：{department}'\n  reply: in@b.cn\n  office: 绩效股\n"
    (campaign / "campaign.yaml").write_text(text + mail, encoding="utf-8")
    assert run(["issue", "--mail"]) == 0
    data = (campaign / "下发" / "002-区教育局-绩效目标申报.eml").read_bytes()
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert (message["Subject"], message["From"], message["To"]) == ("石峰区2019：区教育局", "财政局 <a@b.cn>", None)
    assert "发送至 in@b.cn" in message.get_body().get_content()


def test_a_list_of_the_campaign_is_offered(campaign: Path):
    text = (campaign / "campaign.yaml").read_text(encoding="utf-8")
    words = [f"支出方向{n}，名称很长很长很长很长很长" for n in range(30)]
    lists = f"choices:\n  fund_summary.direction: [{', '.join(words)}]\n"
    (campaign / "campaign.yaml").write_text(text + lists, encoding="utf-8")
    assert run(["issue"]) == 0
    book = openpyxl.load_workbook(campaign / "下发" / "002-区教育局-绩效目标申报.xlsx")
    (direction,) = [one for one in book["汇总表"].data_validations.dataValidation if "C4" in one.sqref]
    name = book.defined_names[direction.formula1].attr_text
    column = name.partition("!$")[2][0]
    assert [cell.value for cell in book["_列表"][column][2:32]] == words


def test_a_fault_in_the_campaign_names_its_line(campaign: Path, capsys):
    text = (campaign / "campaign.yaml").read_text(encoding="utf-8")
    (campaign / "campaign.yaml").write_text(text.replace("district:", "distrikt:"), encoding="utf-8")
    assert run(["issue"]) == 2
    assert "不认识的键“distrikt”，是否为“district”" in capsys.readouterr().err


def test_what_came_back_is_checked_and_merged_without_arguments(campaign: Path, checkout: Path, capsys):
    assert run(["issue"]) == 0
    shutil.copy(checkout / "samples" / "2019" / "returns" / "区委办本级.xlsx", campaign / "收件")
    assert run(["extract"]) == 0
    assert '"department": "区委办本级"' in capsys.readouterr().out
    assert run(["check"]) == 0
    assert "读取 1 个" in capsys.readouterr().out
    assert run(["merge"]) == 1, "区教育局 has not reported"
    assert (campaign / "汇总" / "区级汇总.xlsx").exists()
    assert "Z02" in capsys.readouterr().out


def test_a_blank_sent_back_has_only_what_is_missing(campaign: Path, capsys):
    assert run(["issue", "--department", "区委办本级"]) == 0
    shutil.copy(campaign / "下发" / "001-区委办本级-绩效目标申报.xlsx", campaign / "收件")
    capsys.readouterr()
    assert run(["check", "--format", "json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["code"] for finding in findings} == {"C02", "C04", "C05"}
    assert {finding["department"] for finding in findings} == {"区委办本级"}


def test_last_years_answers_by_the_command_line(campaign: Path, checkout: Path, capsys):
    text = (campaign / "campaign.yaml").read_text(encoding="utf-8")
    (campaign / "campaign.yaml").write_text(text.replace("year: 2019", "year: 2020"), encoding="utf-8")
    old = checkout / "samples" / "2019" / "returns" / "区教育局.xlsx"
    assert run(["issue", "--carry", str(old)]) == 0
    shown = capsys.readouterr().out
    assert (
        "没有带入的：\n  区教育局，区教育局.xlsx，义务教育薄弱环节改善资金/校舍维修改造：实施期 2019年 不含 2020 年"
        in shown
    )
    sheet = openpyxl.load_workbook(campaign / "下发" / "002-区教育局-绩效目标申报.xlsx")["汇总表"]
    assert sheet["A1"].value == "2020年区级专项资金预算绩效目标汇总表"
    assert sheet["B4"].value == "学前教育发展资金"


@pytest.mark.parametrize("command", [["issue"], ["check"], ["extract"], ["merge"]], ids=" ".join)
def test_outside_a_campaign_arguments_are_asked_for(command: list[str], tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(command) == 2
    assert "这里不是采集文件夹（没有 campaign.yaml）" in capsys.readouterr().err
