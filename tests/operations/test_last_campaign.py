"""Another year's campaign as last year: of what its departments sent, the versions in force count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.inboxes import changed, mail, new_campaign, put, settings_of, workbook
from xlsform.operations import check, issue, load_settings
from xlsform.operations.checking import reported_in
from xlsform.operations.collecting import collect

DEPARTMENT = "区委办本级"
OLDER, NEWER = "深改小康经费（作废）", "深改小康经费（更正）"


@pytest.fixture
def last_campaign(tmp_path: Path) -> Path:
    """A campaign with two versions of one department's funds, and a later file that cannot be read."""
    campaign = new_campaign(tmp_path / "上年申报")
    version = {name: changed(workbook(DEPARTMENT), ("汇总表", 4, 2, name)) for name in (OLDER, NEWER)}
    mails = {
        "1.eml": mail("a@example.cn", {"旧.xlsx": version[OLDER]}, sent="2018-11-20 09:00"),
        "2.eml": mail("a@example.cn", {"新.xlsx": version[NEWER]}, sent="2018-11-21 09:00"),
        "3.eml": mail("a@example.cn", {f"{DEPARTMENT}.xlsx": b"no workbook"}, sent="2018-11-22 09:00"),
    }
    collect([put(tmp_path / "来件", mails)], settings_of(campaign))
    return campaign


@pytest.mark.parametrize("place", ["收件", "."])
def test_the_version_in_force_is_last_years(last_campaign: Path, tmp_path: Path, place: str):
    before = reported_in(last_campaign / place, load_settings([tmp_path]))
    assert list(before) == [DEPARTMENT]
    (file,) = {one.file for one in before[DEPARTMENT].records["fund_summary"]}
    assert file == "新.xlsx"
    assert before[DEPARTMENT].records["fund_summary"][0].data("fund_name") == NEWER
    report = check([last_campaign], settings_of(last_campaign), last_year=last_campaign / place)
    assert "no_last_year" not in {one.why for one in report.unevaluated}


def test_the_version_in_force_is_carried(last_campaign: Path, tmp_path: Path):
    settings = replace(settings_of(last_campaign), campaign=None)
    report = issue(tmp_path / "下发", settings, last_year=last_campaign / "收件")
    assert report.carried
    assert {(one.department, one.file, one.why) for one in report.left if not one.name} == {
        (DEPARTMENT, f"{DEPARTMENT}.xlsx", "待认定或者读不出，没有采用")
    }
