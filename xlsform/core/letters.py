"""The three letters of a campaign to its departments: 下发通知, 退回通知 and 催报, each a subject and a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xlsform.core import marks
from xlsform.core.catalogue import message
from xlsform.core.catalogue.render import harmless
from xlsform.core.findings import Finding
from xlsform.core.review import counts
from xlsform.core.spec import Department, FormSet


class Sender(NamedTuple):
    """Who writes, by when an answer is wanted (a date in words) and where to; "" for what is not known."""

    office: str = "区财政局"
    deadline: str = ""
    reply: str = ""
    contact: str = ""
    address: str = ""


_HOW = (
    "请在附件上直接填写，不要改动表题、栏目和工作表名称；行数不够时，可以在两行之间插入整行。各表右侧“填报检查”显示 ✗ 的，"
    "请核对后再报；红框的单元格为必填。"
)


def issued(
    department: Department, formset: FormSet, sender: Sender, district: str = "", subject: str = ""
) -> tuple[str, str]:
    """Subject and text of the 下发通知: what to fill in, by when, how to return it. subject: the bureau's own, with {year}, {district}
    and {department}.
    """
    words = {"year": str(formset.year), "district": district, "department": department.name}
    subject = subject or "关于报送{year}年区级预算绩效目标的通知"
    for hole, word in words.items():
        subject = subject.replace(f"{{{hole}}}", word)
    when = f"请于{sender.deadline}前" if sender.deadline else "请在规定时间内"
    how = f"发送至 {sender.reply}" if sender.reply else "按原渠道报送"
    lines = [
        _greeting(department),
        "",
        f"　　按照{formset.year}年区级预算编制工作安排，现将《预算绩效目标申报》工作簿（见附件）发给贵单位，请认真组织填报。",
        f"　　一、填报内容。{_asked(formset)}。填报要求见工作簿“编报说明”，点到单元格时也有提示；金额单位均为万元。",
        f"　　二、填报方法。{_HOW}",
        f"　　三、报送时间和方式。{when}将填好的工作簿{how}，文件名请不要修改。",
        _thanks(sender),
        "",
        f"　　　　　　　　　　　　{sender.office}",
    ]
    return subject, "\n".join(lines).rstrip() + "\n"


def reminder(department: Department, formset: FormSet, sender: Sender, today: str, over: int = 0) -> tuple[str, str]:
    """Subject and text of a 催报: what is missing, by when it was wanted, how to send it, whom to ask. today: 2018-12-03; over: days
    since the deadline.
    """
    year = formset.year
    due = f"应于{sender.deadline}前" if sender.deadline else "应"
    late = f"，已逾期{over}天" if over else ""
    until = "请务必尽快报送" if over or not sender.deadline else f"请于{sender.deadline}前报送"
    day = _in_words(today)
    lines = (
        _greeting(department),
        "",
        (
            f"　　按照{year}年区级预算编制工作安排，各部门{due}报送{year}年预算绩效目标申报材料。截至{day}，"
            f"我们尚未收到贵单位填好的工作簿{late}。为不影响全区汇总，现提请贵单位抓紧办理："
        ),
        f"　　一、应报材料。{_asked(formset)}。请填写下发给贵单位的工作簿，不要改动表题、栏目和工作表名称；扫描件、图片不能代替工作簿。",
        f"　　二、报送时间和方式。{until}，将填好的工作簿发送至{sender.reply or '本邮箱'}。",
        "　　三、如已经报送，请告知发送时间和发件邮箱，以便我们查找；本年确无申报事项的，请书面说明理由。",
        _thanks(sender),
        "",
        f"　　　　　　　　　　　　{sender.office}",
        f"　　　　　　　　　　　　{day}",
    )
    return f"关于催报{year}年预算绩效目标申报材料的通知（{department.name}）", "\n".join(lines) + "\n"


def _greeting(department: Department) -> str:
    return department.name + (f"（{department.contact}）" if department.contact else "") + "："


def _asked(formset: FormSet) -> str:
    """《财政支出绩效目标汇总表》、《…》: the forms that every department hands in."""
    return "、".join(f"《{form.name}》" for form in formset.forms if form.required and form.regions)


def _thanks(sender: Sender) -> str:
    return f"　　感谢贵单位的支持与配合。如有疑问，请与我们联系{'：' + sender.contact if sender.contact else ''}。"


def _in_words(day: str) -> str:
    """2018年12月3日 of 2018-12-03."""
    year, month, number = day.split("-")
    return f"{year}年{int(month)}月{int(number)}日"


NAMED = 10
"""Findings that a 退回通知 names; the workbook lists all."""


def notice(
    department: str,
    year: int,
    files: Sequence[str],
    findings: Sequence[Finding],
    sender: Sender,
    lists: Sequence[str] = (),
) -> tuple[str, str]:
    """Subject and text of the 退回通知 to one department: what is wrong, what to do, and by when.

    files: the marked copies that are attached, lists: the lists of files that could not be opened.
    """
    worst_first = sorted(findings, key=lambda finding: -finding.level)
    several = len(files) + len(lists) > 1
    named = [
        f"{number}. 〔{f.level.label}〕{f'{harmless(f.where.file)} ' if several else ''}{_spot(f)}{message(f)}（{f.code}）"
        for number, f in enumerate(worst_first[:NAMED], 1)
    ]
    if len(findings) > NAMED:
        named.append(f"其余 {len(findings) - NAMED} 条见附件“{marks.SHEET}”工作表。")
    until = f"请于{sender.deadline}前" if sender.deadline else "请尽快"
    body = (
        f"{department}：",
        "",
        f"　　贵单位报送的{year}年预算绩效目标申报材料收悉。经审核，共有{counts(findings)}，现予退回，请修改完善后重新报送。",
        "",
        "一、主要问题",
        *named,
        "",
        "二、修改办法",
        *(f"{number}. {way}" for number, way in enumerate(_ways(files, lists), 1)),
        "",
        "三、报送时间",
        f"{until}将修改后的工作簿发送至{sender.reply or '本邮箱'}。",
        "",
        _thanks(sender),
        "",
        f"　　　　　　　　　　　　{sender.office}",
        "",
    )
    return f"关于退回修改{year}年预算绩效目标申报材料的通知（{department}）", "\n".join(body)


def _ways(files: Sequence[str], lists: Sequence[str]) -> Iterator[str]:
    """What to do with what is attached."""
    if files:
        yield (
            f"附件（{'、'.join(files)}）是贵单位报送的原工作簿，填报内容未作改动；有问题的单元格已标色并加批注，"
            f"首页“{marks.SHEET}”工作表列有全部问题和修改方法。"
        )
        yield "标红的为错误，须改正后才能汇总；标黄的为警告，请核对，确属实际情况的，在“审核说明”栏写明理由；标蓝的为提示，供参考。"
        yield "请直接在附件上修改、保存，批注和首页不必删除。"
    if lists:
        yield f"附件（{'、'.join(lists)}）是问题清单，所列文件无法打开，请按清单处理后重新报送完整的工作簿；清单不必报回。"


def _spot(finding: Finding) -> str:
    where = finding.where
    return f"{harmless(where.sheet)} {where.address} ".lstrip() if where.sheet else ""
