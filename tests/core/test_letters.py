"""The letters to the departments: what they ask for, by when, and from whom."""

from __future__ import annotations

from xlsform.core.cells import Ref
from xlsform.core.findings import Finding, Level
from xlsform.core.letters import Sender, issued, notice, reminder
from xlsform.core.spec import Department, Field, Form, FormSet, Table

FILE = "收件/区委办.xlsx"
FORMSET = FormSet(
    "试",
    2019,
    (Form("funds", "{year}年表", "表", (Table("funds", (Field("total_amount", ("资金总额：",), "money"),)),)),),
    "a.xlsx",
    "b.xlsx",
    ("funds", "total_amount"),
)
DEPARTMENT = Department("001", "区委办", contact="李四")
SENDER = Sender("石峰区财政局", "2018年11月30日", "jixiao@example.cn", "张三")


def finding(code: str, row: int, col: int, level: Level = Level.ERROR) -> Finding:
    return Finding(code, level, Ref(FILE, "表", row, col), form="funds", field="total_amount")


def test_the_letter_names_the_worst_first_and_how_many_more() -> None:
    found = [finding("C06", row, 4, level=Level.WARNING) for row in range(5, 20)] + [finding("C03", 4, 4)]
    subject, body = notice("区委办", 2019, ["区委办.xlsx"], found, Sender("石峰区财政局", "2018年12月31日"))
    assert "2019年" in subject
    assert "区委办" in subject
    lines = body.split("\n")
    assert lines[0] == "区委办："
    assert "错误 1 条，警告 15 条" in body
    assert next(line for line in lines if line.startswith("1. ")).startswith("1. 〔错误〕表 D4 ")
    assert "其余 6 条见附件“需修改”工作表。" in lines
    assert "请于2018年12月31日前将修改后的工作簿" in body
    assert "石峰区财政局" in lines[-2]
    assert "请尽快将修改后的工作簿" in notice("区委办", 2019, ["a.xlsx"], found, Sender())[1]


def test_the_letter_says_of_a_list_that_it_is_no_workbook() -> None:
    found = [finding("C03", 4, 4)]
    alone = notice("区委办", 2019, [], found, Sender(), ["a-需修改.xlsx"])[1]
    assert "1. 附件（a-需修改.xlsx）是问题清单" in alone
    assert "原工作簿" not in alone
    assert f"〔错误〕{FILE} " not in alone
    both = notice("区委办", 2019, ["b.xlsx"], found, Sender(), ["a-需修改.xlsx"])[1]
    assert "附件（b.xlsx）是贵单位报送的原工作簿" in both
    assert "4. 附件（a-需修改.xlsx）是问题清单" in both
    assert f"1. 〔错误〕{FILE} 表 D4 " in both, "which of the files it is that a finding speaks of"


def test_what_is_issued_says_by_when_and_where_to() -> None:
    subject, body = issued(DEPARTMENT, FORMSET, SENDER, "石峰区", "{district}{year}年报送（{department}）")
    assert subject == "石峰区2019年报送（区委办）"
    lines = body.splitlines()
    assert lines[0] == "区委办（李四）："
    assert "填报内容。《表》。" in body
    assert "请于2018年11月30日前将填好的工作簿发送至 jixiao@example.cn" in body
    assert lines[-1].strip() == "石峰区财政局"
    plain = issued(Department("001", "区委办"), FORMSET, Sender(office=""))
    assert plain[0] == "关于报送2019年区级预算绩效目标的通知"
    assert plain[1].startswith("区委办：\n")
    assert "请在规定时间内将填好的工作簿按原渠道报送" in plain[1]
    assert plain[1].endswith("请与我们联系。\n"), "nobody signs it"


def test_a_reminder_counts_the_days_only_when_there_are_any() -> None:
    subject, body = reminder(DEPARTMENT, FORMSET, SENDER, "2018-12-03", 3)
    assert subject == "关于催报2019年预算绩效目标申报材料的通知（区委办）"
    assert "应于2018年11月30日前报送" in body
    assert "截至2018年12月3日，我们尚未收到贵单位填好的工作簿，已逾期3天。" in body
    assert "请务必尽快报送" in body
    assert [line.strip() for line in body.splitlines()[-2:]] == ["石峰区财政局", "2018年12月3日"]
    early = reminder(DEPARTMENT, FORMSET, SENDER, "2018-11-20")[1]
    assert "逾期" not in early
    assert "请于2018年11月30日前报送" in early
    assert "发送至本邮箱" in reminder(DEPARTMENT, FORMSET, Sender(), "2018-11-20")[1]
