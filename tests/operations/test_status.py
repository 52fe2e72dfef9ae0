"""`status` on real workbooks: of files that lie in a folder, and of the inbox of a campaign from the first mail to the last correction."""

from __future__ import annotations

import email
import email.policy
import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from tests.operations.campaigns import SAMPLES
from xlsform.core.errors import Mark, UsageError
from xlsform.core.findings import Level, Standing
from xlsform.core.progress import State
from xlsform.core.waivers import Waiver
from xlsform.operations import (
    Drafts,
    Settings,
    StatusReport,
    draft_mails,
    init,
    load_settings,
    progress_listing,
    review,
    status,
)
from xlsform.operations.collecting import collect
from xlsform.operations.drafting import Kept
from xlsform.sources.inbox.journal import Journal, Sent, append
from xlsform.sources.inbox.store import sha256_of
from xlsform.specfiles.campaign import INBOX, load_campaign

NOW = "2018-12-03T09:30:00+08:00"
RETURNS, FAULTY = SAMPLES / "returns", SAMPLES / "faulty"
ROSTER = SAMPLES / "departments.xlsx"
GOOD, BAD = RETURNS / "区应急管理局.xlsx", FAULTY / "区应急管理局-C03-合计不符.xlsx"
CUT = FAULTY / "区教育局-T01-文件截断.xlsx"
YJ = "区应急管理局"


@cache
def loaded() -> Settings:
    return load_settings([RETURNS], roster=ROSTER)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return loaded()


def settings_of(folder: Path) -> Settings:
    """Those of a campaign with the sample's roster; the form set is read once."""
    return replace(loaded(), campaign=load_campaign(folder))


def campaign(folder: Path, files: Iterable[Path]) -> Path:
    """A campaign folder with the sample's roster, in whose inbox these files were collected."""
    init(folder, 2019, "石峰区")
    shutil.copy(ROSTER, folder / "departments.xlsx")
    collect(list(files), settings_of(folder))
    return folder


def dated(path: Path, to: Path, day: int) -> Path:
    """A copy of a file that was last changed at noon (in China) on that day of November 2018."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, to)
    os.utime(to, (1541044800 + 86400 * (day - 1),) * 2)
    return to


def states(report: StatusReport) -> dict[str, State]:
    return {line.department: line.state for line in report.turnout.lines}


def of(folder: Path, now: str = NOW) -> StatusReport:
    settings = settings_of(folder)
    return status([folder / INBOX], settings, now)


def drafts(folder: Path, now: str = NOW, *, force: bool = False, dry_run: bool = False) -> Drafts:
    return draft_mails(of(folder, now), settings_of(folder), force=force, dry_run=dry_run)


def in_time(folder: Path) -> Path:
    """The deadline of a campaign set to 2018-11-30."""
    file = folder / "campaign.yaml"
    file.write_text(file.read_text("utf-8").replace("#deadline: 2018-11-30", "deadline: 2018-11-30"), "utf-8")
    assert "\ndeadline: 2018-11-30" in file.read_text("utf-8")
    return folder


# ------------------------------------------------------------------------------------------------------------ plain files


def test_all_is_in_and_the_amounts_are_those_of_the_forms(settings: Settings):
    report = status([RETURNS], settings, NOW)
    assert set(states(report).values()) == {State.REPORTED}
    assert report.turnout.complete
    assert not [finding for finding in report.standing if finding.level is Level.ERROR]
    by_name = {line.department: line for line in report.turnout.lines}
    first = by_name["区委办本级"]
    assert (first.amounts.overall, first.amounts.table) == (Decimal("336.07"), Decimal(100))
    assert first.amounts.by == (("党委办公室及相关机构事务", Decimal(100)),)
    for line in report.turnout.lines:
        assert line.amounts.table == sum((value for _, value in line.amounts.by), Decimal(0))
    assert by_name["区人力资源和社会保障局"].number == 4, "four files, a form each"
    assert {line.first for line in report.turnout.lines} == {""}, "nobody knows when a file in a folder came"
    assert (report.labels.overall, report.labels.overall_of, report.labels.by) == ("资金总额", "部门整体", "支出方向")


def test_faults_missing_ones_and_strangers(settings: Settings):
    report = status([FAULTY], settings, NOW)
    found = states(report)
    assert found["区委办本级"] is State.MISSING
    assert found["石峰区文广新中心"] is State.REPORTED
    assert found[YJ] is State.FAULTY
    assert [(f.department, f.level) for f in report.standing if f.code == "Z02"] == [("区委办本级", Level.ERROR)]
    assert {line.department for line in report.turnout.lines if line.known is None} == {"石峰区文广新中心"}
    assert {one.outcome for one in report.turnout.came} >= {"采用", "无法读取"}


def test_a_file_that_cannot_be_read_is_that_of_the_department_in_its_name(settings: Settings):
    report = status([CUT], settings, NOW)
    (line,) = (line for line in report.turnout.lines if line.department == "区教育局")
    assert (line.state, line.errors, line.files) == (State.FAULTY, 1, (CUT.name,))
    assert report.turnout.counts[State.MISSING] == len(settings.roster) - 1


def test_nothing_at_all_is_a_state_too(settings: Settings, tmp_path: Path):
    report = status([tmp_path], settings, NOW)
    assert set(states(report).values()) == {State.MISSING}
    assert len(report.standing) == len(settings.roster)


def test_without_a_roster_nobody_is_expected(settings: Settings):
    with pytest.raises(UsageError, match="没有部门名册"):
        status([RETURNS], replace(settings, roster=()), NOW)


def test_a_waiver_of_z02_excuses(settings: Settings):
    excusing = replace(
        settings, waivers=(Waiver("Z02", "区委办本级", "本年机构撤并，不报", mark=Mark("waivers.yaml", 2)),)
    )
    report = status([FAULTY], excusing, NOW)
    assert states(report)["区委办本级"] is State.EXCUSED
    (finding,) = (finding for finding in report.findings if finding.code == "Z02")
    assert finding.standing is Standing.WAIVED
    assert report.turnout.expected == len(settings.roster) - 1


# --------------------------------------------------------------------------------------------------------------- an inbox


def test_from_the_first_mail_to_the_correction(tmp_path: Path):
    folder = in_time(campaign(tmp_path / "采集", [dated(BAD, tmp_path / "1" / "区应急管理局.xlsx", 20)]))
    line = next(line for line in of(folder).turnout.lines if line.department == YJ)
    assert (line.state, line.errors, line.first, line.late) == (State.FAULTY, 1, "2018-11-20T12:00:00+08:00", False)
    assert line.files == ("区应急管理局.xlsx",)

    settings = settings_of(folder)
    review([folder / INBOX], folder / "退回", settings)
    assert states(of(folder))[YJ] is State.RETURNED

    again = tmp_path / "2" / "区应急管理局.xlsx"
    shutil.copy(FAULTY / "区应急管理局-A03-金额不是数字.xlsx", tmp_path / "x.xlsx")
    collect([dated(tmp_path / "x.xlsx", again, 27)], settings)
    assert states(of(folder))[YJ] is State.RESENT_FAULTY

    collect([dated(GOOD, tmp_path / "3" / "区应急管理局.xlsx", 28)], settings)
    line = next(line for line in of(folder).turnout.lines if line.department == YJ)
    assert (line.state, line.errors, line.number) == (State.RESENT, 0, 3)
    assert (line.first[:10], line.last[:10]) == ("2018-11-20", "2018-11-28")
    assert [one.outcome for one in of(folder).turnout.came].count("采用") == 1


def test_the_day_after_the_deadline(tmp_path: Path):
    folder = in_time(campaign(tmp_path / "采集", []))
    assert not any(line.overdue for line in of(folder, "2018-11-30T23:59:00+08:00").turnout.lines)
    report = of(folder, "2018-12-01")
    assert all(line.overdue for line in report.turnout.lines)
    assert (report.turnout.calendar.over, report.turnout.calendar.deadline) == (1, "2018-11-30")


def test_what_is_unclear_is_held_with_the_command_to_type(tmp_path: Path):
    other = dated(GOOD, tmp_path / "1" / "区教育局.xlsx", 20)
    folder = campaign(tmp_path / "采集", [other])
    report = of(folder)
    found = states(report)
    assert (found[YJ], found["区教育局"]) == (State.HELD, State.HELD)
    assert len(report.turnout.held) == 1
    assert any(finding.code == "S01" and finding.level is Level.ERROR for finding in report.standing)
    assert not report.turnout.complete


# ----------------------------------------------------------------------------------------------------------------- drafts


def test_reminders_are_polite_complete_and_the_same_all_day(tmp_path: Path):
    folder = in_time(campaign(tmp_path / "采集", [dated(GOOD, tmp_path / "1" / "区应急管理局.xlsx", 20)]))
    made = drafts(folder)
    assert {one.kept for one in made.reminders} == {Kept.WRITTEN}
    names = {path.name for path in (folder / "催报").iterdir()}
    assert len(names) == len(settings_of(folder).roster) - 1
    assert "催报-区应急管理局.eml" not in names
    data = (folder / "催报" / "催报-区教育局.eml").read_bytes()
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert mail["To"] == "jyj@example.cn"
    assert mail["Subject"] == "关于催报2019年预算绩效目标申报材料的通知（区教育局）"
    body = mail.get_content()
    for words in (
        "应于2018年11月30日前报送",
        "截至2018年12月3日，我们尚未收到贵单位填好的工作簿，已逾期3天",
        "《区级专项资金预算绩效目标汇总表》",
        "石峰区财政局",
    ):
        assert words in body

    again = drafts(folder, "2018-12-03T17:00:00+08:00")
    assert {one.kept for one in again.reminders} == {Kept.SAME}
    assert (folder / "催报" / "催报-区教育局.eml").read_bytes() == data


def test_the_next_day_what_nobody_touched_is_renewed_and_what_somebody_altered_stays(tmp_path: Path):
    folder = in_time(campaign(tmp_path / "采集", []))
    drafts(folder)
    for path in (folder / "催报").iterdir():
        os.utime(path, (1543800000,) * 2)  # 2018-12-03 in China
    altered = folder / "催报" / "催报-区教育局.eml"
    altered.write_bytes(altered.read_bytes() + b"\r\n")
    os.utime(altered, (1543800000,) * 2)
    before = altered.read_bytes()
    kept = {one.department: one.kept for one in drafts(folder, "2018-12-05").reminders}
    assert kept.pop("区教育局") is Kept.OTHER
    assert set(kept.values()) == {Kept.WRITTEN}
    assert altered.read_bytes() == before
    forced = {one.department: one.kept for one in drafts(folder, "2018-12-05", force=True).reminders}
    assert forced["区教育局"] is Kept.WRITTEN
    assert altered.read_bytes() != before


def test_who_was_reminded_today_is_not_again_and_tomorrow_is(tmp_path: Path):
    folder = in_time(campaign(tmp_path / "采集", []))
    drafts(folder)
    path = folder / "催报" / "催报-区教育局.eml"
    sent = Sent(
        NOW, "区教育局", ("jyj@example.cn",), "关于催报2019年…", "<1@x>", sha256_of(path.read_bytes()), kind="催报"
    )
    append(folder / INBOX, [sent])
    line = next(line for line in of(folder).turnout.lines if line.department == "区教育局")
    assert line.reminded == NOW
    assert {one.kept for one in drafts(folder).reminders if one.department == "区教育局"} == {Kept.TODAY}
    assert {one.kept for one in drafts(folder, "2018-12-05").reminders if one.department == "区教育局"} == {
        Kept.WRITTEN
    }
    append(folder / INBOX, [sent._replace(on=False)])
    assert not next(line for line in of(folder).turnout.lines if line.department == "区教育局").reminded


def test_a_reminder_of_who_has_reported_is_taken_away_unless_somebody_altered_it(tmp_path: Path):
    folder = in_time(campaign(tmp_path / "采集", []))
    drafts(folder)
    for path in (folder / "催报").iterdir():
        os.utime(path, (1543800000,) * 2)
    mine, other = (folder / "催报" / f"催报-{name}.eml" for name in (YJ, "区财政局"))
    other.write_bytes(other.read_bytes() + b"x")
    collect(
        [
            dated(GOOD, tmp_path / "1" / "区应急管理局.xlsx", 20),
            dated(RETURNS / "区财政局.xlsx", tmp_path / "1" / "b.xlsx", 20),
        ],
        settings_of(folder),
    )
    dry = drafts(folder, dry_run=True)
    assert (dry.stale, dry.altered, mine.exists()) == ((mine,), (other,), True)
    done = drafts(folder)
    assert (done.stale, done.altered) == ((mine,), (other,))
    assert not mine.exists()
    assert other.exists()


def test_what_has_errors_goes_back_once_for_every_version(tmp_path: Path):
    folder = campaign(tmp_path / "采集", [dated(BAD, tmp_path / "1" / "区应急管理局.xlsx", 20)])
    dry = drafts(folder, dry_run=True)
    assert [one.department for one in dry.notices] == [YJ]
    assert not list((folder / "退回").iterdir())
    first = drafts(folder)
    assert [(one.department, one.kept) for one in first.notices] == [(YJ, Kept.WRITTEN)]
    assert {path.name for path in (folder / "退回").iterdir()} == {"退回通知-区应急管理局.eml", "区应急管理局.xlsx"}
    assert states(of(folder))[YJ] is State.RETURNED, "the journal knows"
    assert drafts(folder).notices == ()

    again = FAULTY / "区应急管理局-A03-金额不是数字.xlsx"
    collect([dated(again, tmp_path / "2" / "区应急管理局.xlsx", 27)], settings_of(folder))
    before = (folder / "退回" / "退回通知-区应急管理局.eml").read_bytes()
    assert [one.department for one in drafts(folder).notices] == [YJ], "the notice of the version before gives way"
    assert (folder / "退回" / "退回通知-区应急管理局.eml").read_bytes() != before
    assert states(of(folder))[YJ] is State.RETURNED


def test_a_notice_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings = load_settings([dated(BAD, tmp_path / "in" / "区应急管理局.xlsx", 20)], roster=ROSTER)
    monkeypatch.chdir(tmp_path)
    report = status([tmp_path / "in"], settings, NOW)
    assert [one.department for one in draft_mails(report, settings).notices] == [YJ]
    before = {path: path.read_bytes() for path in (tmp_path / "退回").iterdir()}
    again = draft_mails(report, settings)
    assert [(one.department, one.kept) for one in again.notices] == [(YJ, Kept.OTHER)]
    assert {path: path.read_bytes() for path in (tmp_path / "退回").iterdir()} == before
    assert len(list((tmp_path / "催报").iterdir())) == len(settings.roster) - 1


def test_the_journal_alone_knows_what_was_done(tmp_path: Path):
    """A state is stored nowhere: without the ledger, all is as it was."""
    folder = campaign(tmp_path / "采集", [dated(BAD, tmp_path / "1" / "区应急管理局.xlsx", 20)])
    drafts(folder)
    before = of(folder).turnout
    (folder / INBOX / "台账.sqlite").unlink()
    assert of(folder).turnout == before
    assert len(Journal(folder / INBOX).acts) == 2


def test_the_title_names_the_district(tmp_path: Path, settings: Settings):
    folder = campaign(tmp_path / "采集", [])
    assert progress_listing(of(folder), settings_of(folder), "zh").title == "石峰区2019年预算绩效目标报送进度"
    assert progress_listing(status([RETURNS], settings, NOW), settings, "zh").title == "2019年预算绩效目标报送进度"
