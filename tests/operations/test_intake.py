"""What the verbs work on in a campaign: the versions in force, under names that are told apart, and all that is in their way."""

from __future__ import annotations

import os
import shutil
from email import message_from_bytes, policy
from pathlib import Path

import openpyxl
import pytest

from tests.inboxes import settings_of
from tests.operations.campaigns import RETURNS, SAMPLES, campaign
from xlsform.core.errors import UsageError
from xlsform.core.findings import Level
from xlsform.operations import Intake, Settings, check, extract, intake, links_from, load_settings, merge, review
from xlsform.operations.collecting import collect
from xlsform.operations.reading import gather
from xlsform.sources.folder import ReturnFile
from xlsform.sources.inbox.journal import Assigned, Journal, Returned, append

MINE = [path for path in RETURNS if path.name.startswith("区委办")]
CORRECTED = SAMPLES / "returns" / "区应急管理局.xlsx"
FAULTY = SAMPLES / "faulty" / "区应急管理局-C03-合计不符.xlsx"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([SAMPLES / "returns"])


def dated(path: Path, name: Path, day: int) -> Path:
    """A copy of a file that was last changed on that day of November 2018."""
    name.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, name)
    os.utime(name, (1541030400 + 86400 * day,) * 2)
    return name


def only(path: Path, *sheets: str, to: Path) -> Path:
    """A workbook with these of its sheets."""
    book = openpyxl.load_workbook(path)
    for sheet in book.sheetnames:
        if sheet not in sheets:
            del book[sheet]
    book.save(to)
    return to


# ---------------------------------------------------------------------------------------------------------- files as they are


def test_plain_files_are_what_they_were(settings: Settings) -> None:
    batch = intake([SAMPLES / "returns"], settings)
    assert [file.name for file in batch.files] == [path.name for path in RETURNS]
    assert (batch.findings, batch.aside, batch.inbox) == ((), (), None)
    assert all(file.department == "" and file.forms is None for file in batch.files)
    assert intake(batch, settings) is batch


def test_only_the_forms_that_count_are_read(settings: Settings) -> None:
    file = ReturnFile("区委办本级.xlsx", MINE[0], "区委办本级", frozenset({"fund_summary"}))
    (submission,) = extract(Intake((file,)), settings)
    assert {sighting.form for sighting in submission.sightings} == {"fund_summary"}
    assert {record.form for record in submission.records} == {"fund_summary"}
    sheets = {sighting.sheet for sighting in submission.sightings}
    assert {one.ref.sheet for one in submission.unmapped} <= sheets
    assert {finding.where.sheet for finding in submission.findings} <= {*sheets, ""}
    report = check(Intake((file,)), settings)
    assert {f.form for f in report.findings if f.code == "T04"} >= {"direction_targets", "department_overall"}


def test_forms_of_two_files_make_one_return(settings: Settings) -> None:
    all_forms = frozenset(form.id for form in settings.formset.forms)
    first = ReturnFile("甲.xlsx", MINE[0], "区委办本级", frozenset({"fund_summary"}))
    rest = ReturnFile("乙.xlsx", MINE[0], "区委办本级", all_forms - {"fund_summary"})
    gathered = gather(Intake((first, rest)), settings)
    assert [(name, len(parts)) for name, _, parts in gathered.departments] == [("区委办本级", 2)]
    assert not [f for f in check(Intake((first, rest)), settings).findings if f.code in ("T04", "S02")]


def test_whose_a_file_is_stays_settled(settings: Settings) -> None:
    file = ReturnFile("区财政局.xlsx", MINE[0], "区教育局")
    report = check(Intake((file,)), settings)
    assert [outcome.department for outcome in report.outcomes] == ["区教育局"]
    assert not [f for f in report.findings if f.code == "S01"]
    assert {f.department for f in report.findings} <= {"区教育局"}


# ------------------------------------------------------------------------------------------------------------- a campaign


def test_a_campaign_in_which_nothing_was_collected_reads_its_folder(tmp_path: Path) -> None:
    folder = campaign(tmp_path / "2019年申报", ())
    shutil.rmtree(folder / "收件")
    shutil.copytree(SAMPLES / "returns", folder / "收件")
    batch = intake((), settings_of(folder))
    assert batch.inbox is None
    assert len(batch.files) == len(RETURNS)


def test_the_campaigns_own_folder_means_what_was_collected(tmp_path: Path) -> None:
    """Not its originals, the issued workbooks and the copies that went back, each as one more return."""
    folder = campaign(tmp_path / "2019年申报", MINE)
    settings = settings_of(folder)
    shutil.copy(MINE[0], folder / "退回")
    assert intake([folder], settings) == intake((), settings)
    assert len(intake([folder], settings).files) == len(MINE)
    empty = campaign(tmp_path / "空", ())
    shutil.rmtree(empty / "收件")
    shutil.copytree(folder / "退回", empty / "收件")
    shutil.copy(MINE[0], empty / "下发")
    assert [file.path.parent.name for file in intake([empty], settings_of(empty)).files] == ["收件"]


def test_the_newest_version_counts_and_the_others_are_told(tmp_path: Path) -> None:
    came = [
        dated(FAULTY, tmp_path / "1" / "区应急管理局.xlsx", 1),
        dated(CORRECTED, tmp_path / "2" / "区应急管理局.xlsx", 2),
    ]
    folder = campaign(tmp_path / "2019年申报", came)
    settings = settings_of(folder)
    batch = intake([folder / "收件"], settings)
    (file,) = batch.files
    assert file.path.read_bytes() == CORRECTED.read_bytes()
    assert file.path.is_relative_to(folder / "收件" / "原件")
    assert file.name.startswith("区应急管理局（")
    assert file.name.endswith("）.xlsx")
    report = check(batch, settings)
    assert [(f.code, f.where.file) for f in report.findings if f.code in ("S02", "C03")] == [("S02", file.name)]
    assert links_from(folder / "问题清单.xlsx", batch)[file.name].startswith("收件/原件/")
    merged = merge(batch, folder / "汇总" / "试.xlsx", settings)
    assert (merged.merged, merged.files, merged.read) == (1, 1, 1)


def test_what_is_held_counts_for_nothing_but_is_in_every_report(tmp_path: Path) -> None:
    odd = tmp_path / "区财政局.xlsx"
    shutil.copy(MINE[0], odd)
    folder = campaign(tmp_path / "2019年申报", [odd, CORRECTED])
    settings = settings_of(folder)
    batch = intake((), settings)
    assert [file.name for file in batch.files] == ["区应急管理局.xlsx"]
    report = merge(batch, folder / "汇总" / "试.xlsx", settings)
    assert [(one.file, one.state) for one in report.outcomes] == [
        ("区应急管理局.xlsx", "已汇总"),
        ("区财政局.xlsx", "待认定"),
    ]
    assert [f.level for f in report.findings if f.code == "S01"] == [Level.ERROR]
    held = [one for one in extract(batch, settings) if one.file == "区财政局.xlsx"]
    assert [(one.records, [f.code for f in one.findings]) for one in held] == [((), ["S01"])]
    back = review(batch, folder / "退回", settings)
    assert "区财政局.xlsx" not in {one.file for one in back.returned}, "nobody knows whom to give it back to"

    sha256 = next(content.sha256 for content, _ in batch.inbox.whose if content.name == odd.name) if batch.inbox else ""
    append(folder / "收件", [Assigned("2018-11-20T09:00:00+08:00", sha256, "区财政局")])
    again = intake((), settings)
    assert {file.name: file.department for file in again.files}["区财政局.xlsx"] == "区财政局"
    assert again.aside == ()


def test_files_that_nobody_collected_are_known(tmp_path: Path) -> None:
    folder = campaign(tmp_path / "2019年申报", [CORRECTED])
    shutil.copy(MINE[0], folder / "收件" / "区委办本级.xlsx")
    shutil.copy(CORRECTED, folder / "收件" / "又一份.xlsx")
    batch = intake((), settings_of(folder))
    assert batch.inbox is not None
    assert [path.name for path in batch.inbox.loose] == ["区委办本级.xlsx"], "the other's content is in"
    collect([folder / "收件"], settings_of(folder))
    batch = intake((), settings_of(folder))
    assert batch.inbox is not None
    assert batch.inbox.loose == ()


# ---------------------------------------------------------------------------------------------------------------- giving back


def test_what_goes_back_is_registered_once_and_named_as_it_came(tmp_path: Path) -> None:
    came = [
        dated(CORRECTED, tmp_path / "1" / "区应急管理局.xlsx", 1),
        dated(FAULTY, tmp_path / "2" / "区应急管理局.xlsx", 2),
        dated(Path(SAMPLES / "faulty") / "区应急管理局-C03-合计不符.xlsx", tmp_path / "2" / "副本.xlsx", 2),
    ]
    folder = campaign(tmp_path / "2019年申报", came)
    settings = settings_of(folder)
    report = review((), folder / "退回", settings, mail=True)
    (going,) = (one for one in report.returned if one.written)
    assert going.department == "区应急管理局"
    assert (folder / "退回" / going.file).is_file()
    (draft,) = report.drafts
    mail = message_from_bytes((folder / "退回" / draft.written).read_bytes(), policy=policy.default)
    assert [part.get_filename() for part in mail.iter_attachments()] == [going.sent]  # type: ignore[attr-defined]
    assert "（" not in going.sent

    def acts() -> list[Returned]:
        return [act for act in Journal(folder / "收件").acts if isinstance(act, Returned)]

    (act,) = acts()
    assert act.department == "区应急管理局"
    assert len(act.contents) == 1
    review((), folder / "退回", settings, mail=True, force=True)
    assert acts() == [act], "giving it back again is no other act"
    append(folder / "收件", [act._replace(on=False)])
    review((), folder / "退回", settings, force=True)
    assert len(acts()) == 3, "what was taken back may be given back anew"


def test_a_dry_run_registers_nothing(tmp_path: Path) -> None:
    folder = campaign(tmp_path / "2019年申报", [FAULTY])
    review((), folder / "退回", settings_of(folder), dry_run=True)
    assert not [act for act in Journal(folder / "收件").acts if isinstance(act, Returned)]


def test_the_inbox_is_no_place_for_what_goes_back(tmp_path: Path) -> None:
    folder = campaign(tmp_path / "2019年申报", [FAULTY])
    with pytest.raises(UsageError, match="是报送文件所在的文件夹"):
        review((), folder / "收件" / "退回", settings_of(folder))
