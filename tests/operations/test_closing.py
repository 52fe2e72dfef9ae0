"""结账: refused while anything is missing, and recorded so that everything can be proved again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.inboxes import changed, settings_of
from tests.operations.campaigns import RETURNS, SAMPLES, campaign
from tests.sound import check_sound
from xlsform import __version__
from xlsform.core.errors import UsageError
from xlsform.core.findings import Level
from xlsform.core.waivers import Waiver
from xlsform.operations import Closing, check, close, load_settings, merge
from xlsform.operations.collecting import collect
from xlsform.sources.inbox.journal import Assigned, Closed, Journal, append

WHY = "本年机构改革，并入区委办本级申报"
FAULTY = SAMPLES / "faulty" / "区应急管理局-C03-合计不符.xlsx"
WRITTEN = ["区级汇总.xlsx", "结账记录.json", "结账记录.xlsx"]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Closing]:
    """A campaign that is closed; tests copy it before they change it."""
    folder = campaign(tmp_path_factory.mktemp("closed") / "2019年申报")
    return folder, close(settings_of(folder))


@pytest.fixture
def again(closed: tuple[Path, Closing], tmp_path: Path) -> Path:
    """A copy of the closed campaign."""
    return Path(shutil.copytree(closed[0], tmp_path / "2019年申报"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "汇总").iterdir())


def record(folder: Path) -> dict[str, Any]:
    said = json.loads((folder / "汇总" / "结账记录.json").read_bytes())
    assert isinstance(said, dict)
    return said


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def without(name: str) -> list[Path]:
    return [path for path in RETURNS if not path.name.startswith(name)]


# ---------------------------------------------------------------------------------------------------------------- all is well


def test_all_of_it_is_written_and_registered(closed: tuple[Path, Closing]) -> None:
    folder, closing = closed
    assert (closing.obstacles, closing.unchanged, closing.kept) == ((), False, ())
    assert names(folder) == WRITTEN
    assert [path.name for path in closing.report.written] == ["区级汇总.xlsx", "结账记录.xlsx", "结账记录.json"]
    (act,) = (one for one in Journal(folder / "收件").acts if isinstance(one, Closed))
    assert act.sha256 == hash_of(folder / "汇总" / "区级汇总.xlsx")
    assert sorted(act.inputs) == sorted(map(hash_of, RETURNS))


def test_every_hash_of_the_record_can_be_computed_again(closed: tuple[Path, Closing]) -> None:
    folder, _ = closed
    said = record(folder)
    there = {hash_of(path): path.name for path in (folder / "收件" / "原件").rglob("*") if path.is_file()}
    assert {one["sha256"]: one["name"] for one in said["inputs"]} == there
    assert {one["name"]: one["sha256"] for one in said["outputs"]} == {
        name: hash_of(folder / "汇总" / name) for name in ("区级汇总.xlsx", "结账记录.xlsx")
    }
    settings = settings_of(folder)
    assert said["reading"] == settings.reading
    roster = [(one.code, one.name, one.aliases, one.parent, one.control) for one in settings.roster]
    assert said["roster"] == hashlib.sha256(repr(roster).encode()).hexdigest()


def test_the_record_says_who_what_and_how_much(closed: tuple[Path, Closing]) -> None:
    folder, closing = closed
    said = record(folder)
    assert said["campaign"] == {"district": "石峰区", "year": 2019, "form_set": "2019"}
    assert said["software"] == f"jixiao-xlsform {__version__}"
    assert len({one["department"] for one in said["inputs"]}) == 16
    assert {one["how"] for one in said["inputs"]} == {"表内部门名称", "文件名"}
    assert said["counts"] | {"standing": 0} == {
        "due": 16, "merged": 16, "excused": 0, "records": closing.report.records, "explained": 0, "waived": 0, "standing": 0,
    }  # fmt: skip
    book = openpyxl.load_workbook(folder / "汇总" / "区级汇总.xlsx")
    funds = [row[3] for row in book["汇总表"].iter_rows(min_row=5, values_only=True) if row[0]]
    assert all(isinstance(one["amount"], str) for one in said["totals"])
    assert Decimal(said["totals"][0]["amount"]) == sum(Decimal(str(amount)) for amount in funds)


def test_the_page_says_the_same(closed: tuple[Path, Closing]) -> None:
    folder, _ = closed
    check_sound((folder / "汇总" / "结账记录.xlsx").read_bytes())
    (sheet,) = openpyxl.load_workbook(folder / "汇总" / "结账记录.xlsx").worksheets
    texts = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    assert sheet["A1"].value == "2019年区级预算绩效目标汇总结账记录"
    said = record(folder)
    assert {one["sha256"] for one in (*said["inputs"], said["outputs"][0])} <= texts
    assert {str(Decimal(one["amount"]).normalize()) for one in said["totals"]} <= texts
    assert any(text.startswith("应报 16 个部门，已汇总 16 个，免报 0 个") for text in texts)


def test_a_summary_that_is_closed_is_an_ordinary_one(closed: tuple[Path, Closing], tmp_path: Path) -> None:
    folder, _ = closed
    merge((), tmp_path / "区级汇总.xlsx", settings_of(folder))
    assert hash_of(tmp_path / "区级汇总.xlsx") == hash_of(folder / "汇总" / "区级汇总.xlsx")


def test_a_department_that_is_not_in_the_roster_is_asked_about(again: Path, tmp_path: Path) -> None:
    """A name spelt otherwise would count a department twice."""
    path = tmp_path / "绩效表.xlsx"
    path.write_bytes(changed((SAMPLES / "returns" / "区财政局.xlsx").read_bytes(), ("部门整体", 2, 2, "区财政厅")))
    collect([path], settings_of(again))
    (said,) = close(settings_of(again)).obstacles
    assert said.startswith("不在名册的部门 1 个：区财政厅。请补进名册")


# --------------------------------------------------------------------------------------------------------------------- again


def test_again_with_the_same_nothing_is_written(again: Path) -> None:
    before = {name: hash_of(again / "汇总" / name) for name in names(again)}
    closing = close(settings_of(again))
    assert closing.unchanged
    assert closing.obstacles == ()
    assert {name: hash_of(again / "汇总" / name) for name in names(again)} == before
    assert len([one for one in Journal(again / "收件").acts if isinstance(one, Closed)]) == 1


def test_a_line_lost_in_the_journal_is_written_again(again: Path) -> None:
    path = again / "收件" / "登记.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert close(settings_of(again)).unchanged
    assert len([one for one in Journal(again / "收件").acts if isinstance(one, Closed)]) == 1


def other_goal(data: bytes) -> bytes:
    """The workbook with another 整体绩效目标."""
    return changed(data, ("部门整体", 7, 2, "保障财政资金规范安全高效运行，全年预算执行率不低于百分之九十五。"))


def newer(folder: Path, tmp_path: Path) -> None:
    """A corrected return of 区财政局 comes in."""
    path = tmp_path / "区财政局.xlsx"
    path.write_bytes(other_goal((SAMPLES / "returns" / path.name).read_bytes()))
    os.utime(path, (2_000_000_000,) * 2)
    collect([path], settings_of(folder))


def test_other_content_is_refused_and_forced_keeps_the_former(again: Path, tmp_path: Path) -> None:
    before = {name: hash_of(again / "汇总" / name) for name in names(again)}
    newer(again, tmp_path)
    refused = close(settings_of(again))
    (said,) = refused.obstacles
    assert said.startswith(
        f"已于 {record(again)['closed'][:16].replace('T', ' ')} 结账，此后新增 1 个文件（区财政局.xlsx）；1 个文件不再采用"
    )
    assert {name: hash_of(again / "汇总" / name) for name in names(again)} == before
    assert close(settings_of(again), force=True, dry_run=True).obstacles == ()
    assert names(again) == WRITTEN
    forced = close(settings_of(again), force=True)
    assert forced.obstacles == ()
    assert not forced.unchanged
    assert sorted(path.name for path in forced.kept) == ["区级汇总.1.xlsx", "结账记录.1.json", "结账记录.1.xlsx"]
    assert {name: hash_of(again / "汇总" / f"{Path(name).stem}.1{Path(name).suffix}") for name in WRITTEN} == before
    assert hash_of(again / "汇总" / "区级汇总.xlsx") == record(again)["outputs"][0]["sha256"] != before["区级汇总.xlsx"]
    assert [one["why"] for one in record(again)["not_counted"]] == ["已有新版"]
    assert len([one for one in Journal(again / "收件").acts if isinstance(one, Closed)]) == 2
    assert close(settings_of(again)).unchanged


@pytest.mark.parametrize(("what", "said"), [("gone", "区级汇总.xlsx 不见了"), ("changed", "区级汇总.xlsx 被改动过")])
def test_a_summary_that_was_tampered_with_is_told(again: Path, what: str, said: str) -> None:
    path = again / "汇总" / "区级汇总.xlsx"
    path.unlink() if what == "gone" else path.write_bytes(path.read_bytes() + b"\0")
    (told,) = close(settings_of(again)).obstacles
    assert said in told


@pytest.mark.parametrize(
    ("key", "said"),
    [("waivers", "豁免已改"), ("roster", "名册已改"), ("formset", "年度或表样已改"), ("reading", "软件版本已改")],
)
def test_what_else_has_changed_is_told(again: Path, key: str, said: str) -> None:
    settings = settings_of(again)
    waiver = Waiver("A04", next(f.department for f in check((), settings).findings if f.code == "A04"), WHY)
    other = {
        "waivers": replace(settings, waivers=(waiver,)),
        "roster": replace(settings, roster=(replace(settings.roster[0], code="999"), *settings.roster[1:])),
        "formset": replace(settings, formset=replace(settings.formset, id="2020")),
        "reading": replace(settings, reading="0"),
    }[key]
    told = close(other, level=Level.ERROR).obstacles
    assert any(said in one for one in told)


def test_a_record_that_cannot_be_read_is_not_passed_over(again: Path) -> None:
    for text in (b'{"schema_version": 1', b"[]"):
        (again / "汇总" / "结账记录.json").write_bytes(text)
        with pytest.raises(UsageError, match="被改动过，读不出来"):
            close(settings_of(again))


def test_an_ordinary_merge_leaves_it_alone(again: Path) -> None:
    with pytest.raises(UsageError, match="已经结账，不再改动"):
        merge((), again / "汇总" / "区级汇总.xlsx", settings_of(again), force=True)
    merge((), again / "汇总" / "另一份.xlsx", settings_of(again))


# ------------------------------------------------------------------------------------------------------------------- refused


def test_all_that_stands_in_the_way_is_listed(tmp_path: Path) -> None:
    odd, broken, late = tmp_path / "区卫生健康局.xlsx", tmp_path / "区教育局.xlsx", tmp_path / "迟到.xlsx"
    shutil.copy(SAMPLES / "returns" / "区财政局.xlsx", odd)
    odd.write_bytes(odd.read_bytes())
    broken.write_bytes(b"PK\x03\x04 half a file")
    files = [
        path for path in without("区民政局") if path.name not in ("区教育局.xlsx", "区财政局.xlsx", "区应急管理局.xlsx")
    ]
    folder = campaign(tmp_path / "2019年申报", [*files, odd, broken, FAULTY])
    shutil.copy(SAMPLES / "returns" / "区民政局.xlsx", folder / "收件" / late.name)
    closing = close(settings_of(folder))
    assert names(folder) == []
    assert closing.obstacles == (
        "未报 3 个部门：区教育局、区民政局、区财政局",
        "收件 里还没有收取的文件 1 个：迟到.xlsx",
        "待认定部门的文件 1 个：区卫生健康局（" + hash_of(odd)[:8] + "）.xlsx",
        "无法读取的文件 1 个：区教育局.xlsx",
        "区应急管理局：还有 1 条问题没有解决（C03）",
    )
    assert closing.report.written == ()


def test_whoever_need_not_report_is_in_nobodys_way(tmp_path: Path) -> None:
    folder = campaign(tmp_path / "2019年申报", without("区民政局"))
    settings = settings_of(folder)
    assert close(settings).obstacles == ("未报 1 个部门：区民政局",)
    (folder / "waivers.yaml").write_text(
        f"waivers:\n  - {{code: Z02, department: 区民政局, reason: {WHY}}}\n", encoding="utf-8"
    )
    assert close(settings_of(folder)).obstacles == ()
    said = record(folder)
    assert (said["counts"]["due"], said["counts"]["excused"]) == (15, 1)
    assert said["waivers"] == [{"code": "Z02", "department": "区民政局", "sheet": "", "field": "", "reason": WHY}]


def test_the_level_may_be_stricter(closed: tuple[Path, Closing]) -> None:
    folder, _ = closed
    told = close(settings_of(folder), level=Level.WARNING).obstacles
    assert told
    assert all("条问题没有解决" in one for one in told)


def test_two_versions_of_one_moment_are_undecided(tmp_path: Path) -> None:
    two = [tmp_path / "1" / "区财政局.xlsx", tmp_path / "2" / "区财政局.xlsx"]
    for path in two:
        path.parent.mkdir()
    shutil.copy(SAMPLES / "returns" / "区财政局.xlsx", two[0])
    two[1].write_bytes(other_goal(two[0].read_bytes()))
    for path in two:
        os.utime(path, (1_543_000_000,) * 2)
    folder = campaign(tmp_path / "2019年申报", [*without("区财政局"), *two])
    assert any(one.startswith("版本未定：区财政局 《部门整体") for one in close(settings_of(folder)).obstacles)


def test_where_it_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="只用于采集文件夹"):
        close(load_settings([SAMPLES / "returns"]))
    folder = campaign(tmp_path / "2019年申报", ())
    shutil.rmtree(folder / "收件")
    (folder / "收件").mkdir()
    with pytest.raises(UsageError, match="还没有收取过文件"):
        close(settings_of(folder))
    with pytest.raises(UsageError, match="没有部门名册"):
        close(replace(settings_of(folder), roster=()))


def test_another_summary_is_not_overwritten_and_an_open_one_is_named(again: Path) -> None:
    (again / "汇总" / "结账记录.json").unlink()
    (again / "汇总" / "区级汇总.xlsx").write_bytes(b"mine")
    with pytest.raises(UsageError, match="要覆盖请加 --force"):
        close(settings_of(again))
    assert (again / "汇总" / "区级汇总.xlsx").read_bytes() == b"mine"
    (again / "汇总" / "~$区级汇总.xlsx").touch()
    with pytest.raises(UsageError, match=r"区级汇总\.xlsx 正被打开"):
        close(settings_of(again), force=True)
    assert sorted(path.name for path in (again / "汇总").iterdir() if path.suffix == ".tmp") == []


def test_a_decision_made_after_it_shows(again: Path) -> None:
    sha256 = hash_of(SAMPLES / "returns" / "区民政局.xlsx")
    append(again / "收件", [Assigned("2018-11-20T09:00:00+08:00", sha256, "区财政局")])
    assert close(settings_of(again)).obstacles
