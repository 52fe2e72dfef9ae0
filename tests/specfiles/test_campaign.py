"""campaign.yaml as init writes it and as a clerk spoils it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from xlsform.core.errors import SpecError
from xlsform.specfiles import load_formset
from xlsform.specfiles.campaign import CAMPAIGN, campaign_text, check_choices, find_campaign, load_campaign


def write(folder: Path, text: str) -> Path:
    (folder / CAMPAIGN).write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_campaign(write(folder, text))
    return [str(fault).removeprefix(str(folder / CAMPAIGN)) for fault in caught.value.faults]


def test_what_init_writes_is_read_back(tmp_path: Path):
    campaign = load_campaign(write(tmp_path, campaign_text(2019, "石峰区", "2019", "2018-11-30")))
    assert (campaign.year, campaign.district, campaign.form_set) == (2019, "石峰区", "2019")
    assert campaign.deadline == date(2018, 11, 30)
    assert campaign.name == "石峰区2019"
    assert (campaign.mail.sender, campaign.choices) == ("", {})


def test_the_commented_examples_are_right_when_they_are_uncommented(tmp_path: Path):
    lines = campaign_text(2019, "石峰区", "2019", "").splitlines()
    starts = ("#deadline:", "#mail:", "#  ", "#choices:")
    text = "\n".join(line.removeprefix("#") if line.startswith(starts) else line for line in lines)
    campaign = load_campaign(write(tmp_path, text))
    assert campaign.mail.sender == "石峰区财政局绩效股 <jixiao@example.gov.cn>"
    assert campaign.mail.subject == "关于报送{year}年区级预算绩效目标的通知"
    assert campaign.mail.imap == "imaps://jixiao@example.gov.cn@imap.example.gov.cn"
    assert campaign.mail.smtp == "smtps://jixiao@example.gov.cn@smtp.example.gov.cn"
    assert campaign.choices == {"fund_summary.direction": ("学前教育", "小学教育")}
    assert campaign.deadline == date(2018, 11, 30)


@pytest.mark.parametrize("district", ["石峰区: 一", "# 区", "{区}", '"区"', "- 区"])
def test_a_district_of_any_characters_stays_text(tmp_path: Path, district: str):
    assert load_campaign(write(tmp_path, campaign_text(2019, district, "2019", ""))).district == district


def test_every_fault_has_its_line_and_the_right_word(tmp_path: Path):
    text = "yeer: 2019\ndistrict: 石峰区\ndeadline: 2018-11-31\nmail:\n  fron: 财政局\n  subject: 通知\n"
    assert faults(tmp_path, text) == [
        ":1: year: 缺少这一项",
        ":1: yeer: 不认识的键“yeer”，是否为“year”",
        ":3: deadline: 应写作 2018-11-30 这样的日期，现为“2018-11-31”",
        ":5: fron: 不认识的键“fron”，是否为“from”",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("year: 二〇一九", "不是整数“二〇一九”"),
        ("year: 20199", "不能大于 2100"),
        ("deadline: 11月30日", "应写作 2018-11-30 这样的日期"),
        ("choices: {direction: [甲]}", "不合写法"),
        ("choices: {fund_summary.direction: 甲}", "应为清单"),
    ],
)
def test_values_that_cannot_be(tmp_path: Path, line: str, says: str):
    base = {"year": "year: 2019", "district": "district: 区"}
    lines = base | {line.partition(":")[0]: line}
    assert any(says in fault for fault in faults(tmp_path, "\n".join(lines.values())))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("imap: smtps://a@b.cn", "imap: 应写作 imaps://用户名@服务器"),
        ("imap: a@b.cn", "imap: 应写作 imaps://用户名@服务器"),
        ("smtp: imaps://a@b.cn", "smtp: 应写作 smtps://用户名@服务器"),
        ("smtp: smtps://a@b.cn:99999", "smtp: 端口 99999 不对"),
        ("imap: imaps://a@b.cn:geheim@c.cn", "imap: 地址里不要写密码"),
        ("password: geheim", "password: 文件里不能写密码"),
        ("密码: geheim", "密码: 文件里不能写密码"),
    ],
)
def test_servers_are_addresses_and_passwords_stay_out(tmp_path: Path, line: str, says: str):
    (fault,) = faults(tmp_path, f"year: 2019\ndistrict: 区\nmail:\n  from: 财政局\n  {line}\n")
    assert fault.startswith(f":5: {says}")
    assert "geheim" not in fault


def test_choices_for_a_field_that_no_form_has(tmp_path: Path):
    campaign = load_campaign(write(tmp_path, "year: 2019\ndistrict: 区\nchoices:\n  fund_summary.directon: [甲]\n"))
    with pytest.raises(SpecError) as caught:
        check_choices(campaign, load_formset(Path("mappings/2019")))
    (fault,) = caught.value.faults
    assert fault.mark.line == 4
    assert "是否为“fund_summary.direction”" in fault.what


def test_a_campaign_is_found_from_any_folder_in_it(tmp_path: Path):
    inner = tmp_path / "收件" / "第一批"
    inner.mkdir(parents=True)
    write(tmp_path, campaign_text(2019, "石峰区", "2019", ""))
    assert find_campaign(inner) == find_campaign(tmp_path) == tmp_path.resolve()
    assert find_campaign(tmp_path.parent) is None
