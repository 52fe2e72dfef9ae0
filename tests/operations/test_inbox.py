"""The inbox as the commands see it: what counts, what is said of the rest, made again from the originals whenever it is needed."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.inboxes import (
    FAULTY,
    PDF,
    changed,
    dump,
    mail,
    put,
    tree,
    workbook,
    zipped,
)
from xlsform.core.catalogue import message
from xlsform.core.errors import UsageError
from xlsform.core.findings import Finding, Level
from xlsform.core.inbox import evidence_of
from xlsform.operations import Settings, issue, read_return
from xlsform.operations.assigning import Wanted, assign
from xlsform.operations.collecting import collect
from xlsform.operations.inbox import Inbox, aside, intake, open_inbox
from xlsform.sources.inbox.journal import Used, append
from xlsform.sources.inbox.ledger import LEDGER, Row, open_ledger
from xlsform.sources.inbox.store import sha256_of
from xlsform.sources.received import CHINA

FORMS = frozenset({"fund_summary", "direction_targets", "department_overall", "indicator_matrix"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "采集" / "收件"


def collected(tmp_path: Path, settings: Settings, files: Mapping[str, bytes]) -> Inbox:
    return collect([put(tmp_path / "来件", files)], settings).inbox


def opened(settings: Settings) -> Inbox:
    inbox = open_inbox(settings)
    assert inbox is not None
    return inbox


def found(inbox: Inbox, settings: Settings, code: str) -> list[Finding]:
    return [finding for finding in intake(inbox, settings)[1] if finding.code == code]


OLD = workbook("区委办本级")
NEW = changed(OLD, ("汇总表", 4, 4, 9))
THINGS = {
    "1.eml": mail("qwb@example.cn", {"区委办.xlsx": OLD, "签字页.pdf": PDF}, sent="2018-11-20 08:00"),
    "2.eml": mail("qwb@example.cn", {"区委办.xlsx": NEW}, sent="2018-11-21 08:00"),
    "3.zip": zipped({"区教育局.xlsx": workbook("区教育局")}),
    "4.eml": mail("jyj@example.cn", {}, subject="忘了附件"),
    "5.eml": mail("jyj@example.cn", {"区财政局.xlsx": workbook("区财政局")}),
    "6.rar": b"Rar!\x1a\x07\x00" + b"x" * 50,
    "田心街道.xlsx": workbook("田心街道办事处")[:4000],
}


# ---------------------------------------------------------------------------------------------------------------- what counts


def test_the_versions_that_hold_are_handed_on_under_names_of_their_own(tmp_path: Path, settings: Settings):
    inbox = collected(tmp_path, settings, THINGS)
    files, _ = intake(inbox, settings)
    assert all(file.forms is not None and file.forms >= FORMS for file in files)
    names = {file.department: file.name for file in files}
    assert names == {"区教育局": "区教育局.xlsx", "区委办本级": f"区委办（{sha256_of(NEW)[:8]}）.xlsx"}
    assert {file.department: file.path.read_bytes() for file in files}["区委办本级"] == NEW


def test_what_does_not_count_is_said(tmp_path: Path, settings: Settings):
    inbox = collected(tmp_path, settings, THINGS)
    (held,) = found(inbox, settings, "S01")
    assert (held.where.file, held.variant, held.level) == ("区财政局.xlsx", "held", Level.ERROR)
    unread = {finding.where.file: (finding.department, finding.variant) for finding in found(inbox, settings, "T01")}
    assert unread == {"6.rar": ("", "E-ARCHIVE"), "田心街道.xlsx": ("田心街道办事处", "E-DAMAGED")}
    assert {file.name: file.department for file in aside(inbox)} == {
        "6.rar": "",
        "区财政局.xlsx": "",
        "田心街道.xlsx": "田心街道办事处",
    }
    assert all(file.path.is_file() for file in aside(inbox))


def test_a_new_version_is_told_with_the_amounts_that_changed(tmp_path: Path, settings: Settings):
    inbox = collected(tmp_path, settings, {name: THINGS[name] for name in ("1.eml", "2.eml")})
    (finding,) = found(inbox, settings, "S02")
    assert (finding.department, finding.level, finding.variant) == ("区委办本级", Level.WARNING, "")
    assert finding.got.endswith("→ 9（+1）")
    assert "已有 2 个版本，采用 区委办（" in message(finding)
    assert "金额变动 1 处：" in message(finding)


def test_a_new_version_with_the_same_amounts_is_a_hint(tmp_path: Path, settings: Settings):
    other = changed(OLD, ("汇总表", 4, 6, "改了一句话的年度绩效目标，比原来写得更具体"))
    mails = {"1.eml": THINGS["1.eml"], "2.eml": mail("qwb@example.cn", {"区委办.xlsx": other}, sent="2018-11-21 08:00")}
    (finding,) = found(collected(tmp_path, settings, mails), settings, "S02")
    assert (finding.level, finding.variant) == (Level.HINT, "amounts_kept")


def test_what_comes_after_a_pin_is_told(tmp_path: Path, settings: Settings):
    collected(tmp_path, settings, {"1.eml": THINGS["1.eml"]})
    append(tmp_path / "采集" / "收件", [Used("2018-11-20T10:00:00+08:00", sha256_of(OLD))])
    inbox = collected(tmp_path, settings, {"2.eml": THINGS["2.eml"]})
    (file,), findings = intake(inbox, settings)
    assert file.path.read_bytes() == OLD
    assert [(one.code, one.variant, one.department) for one in findings] == [("S02", "overlooked", "区委办本级")]


def test_a_blank_workbook_is_told_and_cannot_be_pinned(tmp_path: Path, settings: Settings):
    issue(tmp_path / "下发", settings, names=("区委办",))
    blank = next((tmp_path / "下发").glob("*.xlsx")).read_bytes()
    mails = {"1.eml": THINGS["1.eml"], "2.eml": mail("qwb@example.cn", {"空.xlsx": blank}, sent="2018-11-25 08:00")}
    inbox = collected(tmp_path, settings, mails)
    (file,), findings = intake(inbox, settings)
    assert file.path.read_bytes() == OLD
    assert [(one.code, one.variant, one.where.file) for one in findings] == [("S02", "blank", "空.xlsx")]
    with pytest.raises(UsageError, match=r"空\.xlsx 是空白表，不能固定采用"):
        assign("空.xlsx", Wanted(use=True), settings)


def test_a_mail_from_the_future_decides_nothing_unasked(tmp_path: Path, settings: Settings):
    mails = {"1.eml": THINGS["1.eml"], "2.eml": mail("qwb@example.cn", {"区委办.xlsx": NEW}, sent="2099-11-21 08:00")}
    inbox = collected(tmp_path, settings, mails)
    said = [(one.variant, one.level) for one in found(inbox, settings, "S02")]
    assert said == [("", Level.WARNING), ("misdated", Level.ERROR)]
    assign(sha256_of(OLD)[:8], Wanted(use=True), settings)
    assert found(opened(settings), settings, "S02") == []


def test_of_the_dates_of_a_file_the_first_counts_whichever_was_collected_first(tmp_path: Path, settings: Settings):
    for day, data in ((25, OLD), (20, OLD), (22, NEW)):
        path = tmp_path / str(day) / "区委办.xlsx"
        path.parent.mkdir()
        path.write_bytes(data)
        os.utime(path, (datetime(2018, 11, day, tzinfo=CHINA).timestamp(),) * 2)
        inbox = collect([path], settings).inbox
    assert len(inbox.acts) == 3
    ((file,), _) = intake(inbox, settings)
    assert file.path.read_bytes() == NEW
    before = len(inbox.acts)
    assert len(collect([tmp_path / "25", tmp_path / "20"], settings).inbox.acts) == before


def test_what_the_clerk_pinned_is_not_asked_about(tmp_path: Path, settings: Settings):
    inbox = collected(tmp_path, settings, {name: THINGS[name] for name in ("1.eml", "2.eml")})
    old = next(
        content for content, _ in inbox.whose if content.when.startswith("2018-11-20") and content.evidence.forms
    )
    assign(old.sha256[:8], Wanted(use=True), settings)
    inbox = opened(settings)
    (file,), findings = intake(inbox, settings)
    assert file.path.read_bytes() == OLD
    assert findings == ()


def test_parts_in_several_mails_are_one_return(tmp_path: Path, settings: Settings):
    parts = {
        f"{number}.eml": mail("rsj@example.cn", {f"{name}.xlsx": workbook(name)}, sent=f"2018-11-2{number} 08:00")
        for number, name in enumerate(
            ("区人社局-汇总表", "区人社局-支出方向表", "区人社局-部门整体", "区人社局-指标分解表")
        )
    }
    inbox = collected(tmp_path, settings, parts)
    files, findings = intake(inbox, settings)
    assert findings == ()
    assert {file.department for file in files} == {"区人力资源和社会保障局"}
    assert sorted(form for file in files for form in file.forms or ()) == sorted(FORMS)


def test_what_was_tolerated_on_the_way_is_a_hint(tmp_path: Path, settings: Settings):
    made = mail("qwb@example.cn", {"区委办.xlsx": OLD}).replace(b"filename*=utf-8''", b"filename=")
    inbox = collected(tmp_path, settings, {"区委办\u202e.xlsx": workbook("区委办本级"), "1.eml": made})
    told = found(inbox, settings, "T02")
    assert {finding.params["remark"] for finding in told} >= {"W-UNSAFENAME"}
    assert all(finding.level is Level.HINT and finding.department == "区委办本级" for finding in told)


# ------------------------------------------------------------------------------------------------------------- made again


def test_a_ledger_that_was_deleted_is_the_same_again(tmp_path: Path, settings: Settings, folder: Path):
    inbox = collected(tmp_path, settings, THINGS)
    before = dump(folder)
    assert len(before["arrivals"]) == 8
    (folder / LEDGER).unlink()
    assert opened(settings).rows == inbox.rows
    assert dump(folder) == before


def test_tables_that_were_deleted_are_taken_out_again(tmp_path: Path, settings: Settings, folder: Path):
    collected(tmp_path, settings, THINGS)
    before, ledger = tree(folder / "表格"), dump(folder)
    shutil.rmtree(folder / "表格")
    inbox = opened(settings)
    assert tree(folder / "表格") == before
    assert dump(folder) == ledger
    assert len(intake(inbox, settings)[0]) == 2


def test_an_unchanged_inbox_is_not_written_to(tmp_path: Path, settings: Settings, folder: Path):
    collected(tmp_path, settings, THINGS)
    before = tree(folder)
    opened(settings)
    assert tree(folder) == before


def test_originals_that_nobody_indexed_are_indexed_by_the_next_command(
    tmp_path: Path, settings: Settings, folder: Path
):
    collected(tmp_path, settings, THINGS)
    before = dump(folder)
    (folder / LEDGER).unlink()
    with open_ledger(folder):
        pass
    shutil.rmtree(folder / "表格")
    opened(settings)
    assert dump(folder) == before


def test_an_original_whose_line_in_the_journal_is_lost_still_counts(tmp_path: Path, settings: Settings, folder: Path):
    collected(tmp_path, settings, THINGS)
    (folder / "登记.jsonl").unlink()
    inbox = opened(settings)
    assert {file.department for file in intake(inbox, settings)[0]} == {"区委办本级", "区教育局"}
    assert {row.came for row in inbox.rows} == {"（登记里没有）"}


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_ledger_that_cannot_be_written_is_named_and_nothing_lost(tmp_path: Path, settings: Settings, folder: Path):
    import resource  # noqa: PLC0415 - not on every system

    collected(tmp_path, settings, THINGS)
    before = dump(folder)
    roster = tuple(replace(one, name=f"{one.name}（新）", aliases=()) for one in settings.roster)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(OSError, match=r"台账写不了.*台账\.sqlite"):
            open_inbox(replace(settings, roster=roster))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    opened(settings)
    assert dump(folder) == before


def test_an_original_that_is_gone_is_missed_aloud(tmp_path: Path, settings: Settings, folder: Path):
    inbox = collected(tmp_path, settings, THINGS)
    (path,) = (folder / "原件").rglob("3.zip")
    path.unlink()
    inbox = opened(settings)
    assert [file.department for file in intake(inbox, settings)[0]] == ["区委办本级"]
    (said,) = inbox.remarks
    assert said.startswith("有 1 件来件的原件不见了，不再计入：3.zip；请重新收取，确实找不回来的，")
    lines = [line for line in (folder / "登记.jsonl").read_bytes().splitlines(keepends=True) if b"3.zip" not in line]
    (folder / "登记.jsonl").write_bytes(b"".join(lines))
    assert opened(settings).remarks == (), "as it says"


def test_an_original_that_was_changed_is_refused_by_name(tmp_path: Path, settings: Settings, folder: Path):
    collected(tmp_path, settings, {"区委办.xlsx": OLD})
    (path,) = (folder / "原件").rglob("区委办.xlsx")
    path.write_bytes(OLD + b"x")
    with pytest.raises(UsageError, match=r"区委办\.xlsx 与收取时不同"):
        open_inbox(settings)
    path.write_bytes(bytes([*OLD[:-1], OLD[-1] ^ 1]))
    with pytest.raises(UsageError, match=r"区委办\.xlsx 与收取时不同"):
        intake(opened(settings), settings)


def test_a_table_that_somebody_corrected_is_not_used_unseen(tmp_path: Path, settings: Settings, folder: Path):
    collected(tmp_path, settings, {"1.eml": THINGS["1.eml"]})
    (path,) = (folder / "表格").rglob("区委办.xlsx")
    path.write_bytes(NEW)
    with pytest.raises(UsageError, match="要采用改动后的文件，请把它移到 收件 再收取"):
        intake(opened(settings), settings)
    path.unlink()
    ((file,), _) = intake(opened(settings), settings)
    assert file.path.read_bytes() == OLD


def test_workbooks_are_not_read_again_unless_they_are_read_otherwise(tmp_path: Path, settings: Settings, folder: Path):
    collected(tmp_path, settings, THINGS)
    for path in (folder / "表格").rglob("*.xlsx"):
        path.write_bytes(b"?" * path.stat().st_size)
    assert opened(settings).versions, "what they say is in the ledger"
    with pytest.raises(UsageError, match="与收取时不同"):
        open_inbox(replace(settings, reading="another mapping"))


def test_a_line_of_a_later_version_is_remarked_on(tmp_path: Path, settings: Settings, folder: Path):
    collected(tmp_path, settings, {"区委办.xlsx": OLD})
    with (folder / "登记.jsonl").open("ab") as file:
        file.write(b'{"act": "weighed"}\n')
    (said,) = opened(settings).remarks
    assert said.startswith("登记.jsonl 第 2 行看不懂，没有采用（可能是新版软件写的；若是损坏了，")


def test_another_roster_settles_what_was_held(tmp_path: Path, settings: Settings):
    inbox = collected(tmp_path, settings, {"5.eml": THINGS["5.eml"]})
    assert len(found(inbox, settings, "S01")) == 1
    roster = tuple(one if one.name != "区教育局" else replace(one, email="") for one in settings.roster)
    other = replace(settings, roster=roster)
    assert [file.department for file in intake(opened(other), other)[0]] == ["区财政局"]


def test_no_campaign_and_no_collecting_is_no_inbox(settings: Settings, folder: Path):
    assert open_inbox(settings) is None
    put(folder, {"区委办.xlsx": OLD})
    assert open_inbox(settings) is None
    assert open_inbox(replace(settings, campaign=None)) is None
    append(folder, [])
    assert opened(settings).loose == (folder / "区委办.xlsx",)


# ------------------------------------------------------------------------------------------------------- what a file says


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("区财政局", FORMS),
        ("区委办本级", FORMS - {"indicator_matrix"}),
        ("区人社局-汇总表", {"fund_summary"}),
        ("区城管局-其余三表", FORMS - {"fund_summary"}),
    ],
)
def test_evidence_names_the_forms_that_are_answered(name: str, forms: frozenset[str], settings: Settings):
    said = evidence_of(read_return(name, workbook(name), settings), settings.formset)
    assert said.answered == forms
    assert said.forms >= forms
    assert (said.form_set, said.summary, said.reason) == ("2019", False, "")


def test_an_issued_workbook_sent_back_empty_answers_nothing(tmp_path: Path, settings: Settings):
    issue(tmp_path / "下发", settings, names=("区委办", "田心街道"))
    issued = sorted((tmp_path / "下发").glob("*.xlsx"))
    assert len(issued) == 2
    for path in issued:
        said = evidence_of(read_return(path.name, path.read_bytes(), settings), settings.formset)
        assert said.forms >= FORMS
        assert said.answered == frozenset(), path.name
        assert said.issued_to in path.name


def test_a_workbook_without_the_forms_is_no_return(settings: Settings):
    roster = (Path(str(settings.campaign.folder)) / "departments.xlsx").read_bytes()  # type: ignore[union-attr]
    assert evidence_of(read_return("x.xlsx", roster, settings), settings.formset).reason == "E-NOFORM"


def test_what_cannot_be_read_keeps_its_reason(settings: Settings):
    data = next(FAULTY.glob("*-T01-打开密码.xlsx")).read_bytes()
    assert evidence_of(read_return("x.xlsx", data, settings), settings.formset).reason == "E-PASSWORD"


def test_two_commands_that_read_otherwise_do_not_keep_each_other_busy(tmp_path: Path, settings: Settings, folder: Path):
    """Each goes by what it has read itself; the ledger has the readings of who came last."""
    collected(tmp_path, settings, THINGS)
    other = replace(settings, reading="another mapping")
    assert opened(other).results == opened(settings).results
    assert {reading for _, _, reading, *_ in dump(folder)["contents"]} == {settings.reading}


def test_the_reference_page_names_every_column(checkout: Path):
    page = (checkout / "docs" / "reference" / "ledger.md").read_text(encoding="utf-8")
    assert [field for field in Row._fields if f"`{field}`" not in page] == []
