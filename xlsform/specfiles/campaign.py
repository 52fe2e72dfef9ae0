"""campaign.yaml: what a folder of one year's collection says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xlsform.core.errors import Fault, Mark, SpecError
from xlsform.core.spec import FormSet
from xlsform.specfiles.faults import instead, validated
from xlsform.specfiles.mapping import keys_of
from xlsform.specfiles.models import CampaignFile
from xlsform.specfiles.source import read_source

CAMPAIGN = "campaign.yaml"
ISSUED, INBOX, RETURNED, SUMMARIES = "下发", "收件", "退回", "汇总"
"""The folders of a campaign."""

REMINDERS = "催报"
"""The folder of the letters to those who have not reported; it is made when there are any."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How drafts are written, and by which servers mail comes and goes (`xlsform.accounts`); "" where the file says nothing."""

    sender: str = ""
    subject: str = ""
    reply: str = ""
    office: str = ""
    contact: str = ""
    imap: str = ""
    smtp: str = ""


@dataclass(frozen=True, slots=True)
class Campaign:
    """One year's collection. `folder` holds campaign.yaml; choices: words offered in a field, by region.field."""

    folder: Path
    year: int
    district: str
    form_set: str
    deadline: date | None
    mail: MailSettings
    choices: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        """What the stamp of an issued workbook calls it."""
        return f"{self.district}{self.year}"

    @property
    def office(self) -> str:
        """Who signs letters."""
        return self.mail.office or f"{self.district}财政局"

    @property
    def due(self) -> str:
        """The deadline in words (2018年11月30日), "" when none is set."""
        day = self.deadline
        return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def load_campaign(folder: Path) -> Campaign:
    """The campaign of a folder. Raises SpecError with every fault, its line and the nearest right word."""
    source, faults = read_source(folder / CAMPAIGN)
    if source is None:
        raise SpecError(faults)
    file, source, refused, _ = validated(CampaignFile, source)
    if file is None or faults or refused:
        raise SpecError(tuple(sorted({*faults, *refused}, key=lambda fault: (fault.mark.line, fault.key))))
    mail = file.mail
    said = (mail.sender, mail.subject, mail.reply, mail.office, mail.contact, mail.imap, mail.smtp) if mail else ()
    settings = MailSettings(*(text or "" for text in said))
    return Campaign(folder, file.year, file.district, file.form_set, file.deadline, settings, file.choices)


def check_choices(campaign: Campaign, formset: FormSet) -> None:
    """Raises SpecError when choices are given for a field that the forms do not have."""
    faults = tuple(_choice_faults(campaign, formset))
    if faults:
        raise SpecError(faults)


def _choice_faults(campaign: Campaign, formset: FormSet) -> Iterator[Fault]:
    known = [
        f"{region.id}.{key}"
        for form in formset.forms
        for region in form.regions
        for key, fields in keys_of(region).items()
        if fields
    ]
    wrong = [name for name in campaign.choices if name not in known]
    source = read_source(campaign.folder / CAMPAIGN)[0] if wrong else None
    for name in wrong:
        mark = source.mark("choices", name) if source is not None else Mark(str(campaign.folder / CAMPAIGN))
        yield Fault(mark, name, f"没有“区域.字段”{name}{instead(name, known)}")


def find_campaign(start: Path) -> Path | None:
    """The folder with campaign.yaml that `start` is or lies in."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / CAMPAIGN).is_file()), None)


def campaign_text(year: int, district: str, form_set: str, deadline: str) -> str:
    """A new campaign.yaml, with a line of explanation to every key."""
    due = f"deadline: {deadline}" if deadline else "#deadline: 2018-11-30"
    return f"""\
# {district}{year}年预算绩效目标申报。本文件是 UTF-8 编码的文本，# 后面是说明，可以用记事本修改。

# 预算年度：各表表题里的年份。
year: {year}

# 区县名称。
district: {json.dumps(district, ensure_ascii=False)}

# 用哪一套表：软件自带的代号；自己做的表样放在本文件夹的 mappings/ 下，这里写文件夹名。
form_set: "{form_set}"

# 报送截止日，写进通知。
{due}

# 邮件草稿（xlsform issue --mail、xlsform review --mail）的写法和收发邮件的服务器，都可以不写。去掉行首的 # 就生效。
#mail:
#  from: {district}财政局绩效股 <jixiao@example.gov.cn>
#  subject: 关于报送{{year}}年区级预算绩效目标的通知
#  reply: jixiao@example.gov.cn
#  office: {district}财政局
#  contact: 张三，0731-00000000
#  # 收件邮箱（xlsform collect 从这里收）：imaps://用户名@服务器/文件夹，不写文件夹就是收件箱。
#  imap: imaps://jixiao@example.gov.cn@imap.example.gov.cn
#  # 发件服务器（xlsform send 从这里发）：smtps:// 直接加密（465），smtp:// 先明后密（587）。
#  smtp: smtps://jixiao@example.gov.cn@smtp.example.gov.cn
#  # 密码不写在文件里：用环境变量 XLSFORM_MAIL_PASSWORD 或系统的密码库（keyring set xlsform 邮箱），不设则在终端上询问。

# 某一栏的下拉选项，写作“区域.字段: [甲, 乙]”；“支出方向”等不写就取汇总表已填的内容。
#choices:
#  fund_summary.direction: [学前教育, 小学教育]
"""
