"""Collecting: what came is stored, written down and recognised, once, whatever happens on the way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.inboxes import (
    FAULTY,
    PDF,
    changed,
    dump,
    elsewhere,
    journal,
    mail,
    new_campaign,
    put,
    tree,
    workbook,
    zipped,
)
from xlsform.core.errors import UsageError
from xlsform.operations import Settings
from xlsform.operations.collecting import Collected, collect
from xlsform.sources.inbox.store import ORIGINALS


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "采集" / "收件"


def collected(tmp_path: Path, settings: Settings, files: Mapping[str, bytes]) -> Collected:
    return collect([put(tmp_path / "来件", files)], settings)


def outcomes(told: Collected) -> dict[str, str]:
    """Every thing and every file in it with its one outcome."""
    found = {thing.name: thing.outcome for thing in told.things}
    return found | {file.way: file.outcome for thing in told.things for file in thing.files}


def test_everything_that_came_has_one_outcome(tmp_path: Path, settings: Settings):
    school = workbook("区教育局")
    told = collected(
        tmp_path,
        settings,
        {
            "1.eml": mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级"), "签字页.pdf": PDF}),
            "2.eml": mail("jyj@example.cn", {}),
            "3.zip": zipped({"局/区教育局.xlsx": school, "__MACOSX/._x": b"x", "Thumbs.db": b"x"}),
            "4.eml": mail("x@qq.com", {}, inside=[mail("txjd@example.cn", {"田心.xlsx": workbook("田心街道办事处")})]),
            "区教育局(1).xlsx": school,
            "区财政局.xlsx": workbook("区财政局"),
            "坏.xlsx": school[:2000],
            "谁的.xlsx": changed(workbook("区财政局"), ("部门整体", 2, 2, "某某单位")),
            "空.zip": zipped({"desktop.ini": b"x"}),
        },
    )
    assert outcomes(told) == {
        "1.eml": "新收",
        "1.eml/区委办.xlsx": "新收",
        "1.eml/签字页.pdf": "附件（不是表格）",
        "2.eml": "没有附件",
        "3.zip": "新收",
        "3.zip/局/区教育局.xlsx": "新收",
        "4.eml": "新收",
        "4.eml/转发.eml/田心.xlsx": "新收",
        "区教育局(1).xlsx": "内容重复",
        "区财政局.xlsx": "新收",
        "坏.xlsx": "无法读取",
        "谁的.xlsx": "新收",
        "空.zip": "没有文件",
    }
    assert {thing.name: thing.skipped for thing in told.things if thing.skipped} == {"3.zip": 2, "空.zip": 1}
    found = {file.way: (file.department, file.how) for thing in told.things for file in thing.files}
    assert found["1.eml/区委办.xlsx"] == ("区委办本级", "表内部门名称")
    assert found["4.eml/转发.eml/田心.xlsx"] == ("田心街道办事处", "表内部门名称")
    assert found["谁的.xlsx"] == ("某某单位", "表内部门名称"), "not in the roster, which check reports"


def test_collecting_twice_changes_no_byte(tmp_path: Path, settings: Settings, inbox: Path):
    """Arrival 23: the same things again."""
    files = {
        "1.eml": mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级")}),
        "2.eml": mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级")}, sent="2018-11-22 08:00"),
        "区财政局.xlsx": workbook("区财政局"),
        "附本.xlsx": workbook("区财政局"),
    }
    first = collected(tmp_path, settings, files)
    assert [thing.outcome for thing in first.things] == ["新收", "新收", "新收", "内容重复"]
    assert [file.outcome for thing in first.things[:2] for file in thing.files].count("内容重复") == 1
    before = tree(inbox)
    again = collected(tmp_path, settings, files)
    assert [thing.outcome for thing in again.things] == ["已收过"] * 4
    assert tree(inbox) == before
    assert [len(content.arrivals) for content, _ in again.inbox.whose] == [2, 2]


def test_a_newer_file_of_a_department_replaces_and_never_doubles(tmp_path: Path, settings: Settings):
    """Arrival 24."""
    old = workbook("区委办本级")
    told = collected(
        tmp_path,
        settings,
        {
            "1.eml": mail(
                "qwb@example.cn", {"区委办.xlsx": changed(old, ("汇总表", 4, 4, 9))}, sent="2018-11-21 08:00"
            ),
            "2.eml": mail("qwb@example.cn", {"区委办.xlsx": old}, sent="2018-11-20 08:00"),
        },
    )
    (one,) = told.inbox.versions
    (taken,) = one.holding
    assert taken.content.when.startswith("2018-11-21"), "by the date of the mail, not the order of collecting"
    assert [content.when[:10] for content in one.former] == ["2018-11-20"]
    assert {row.outcome for row in told.inbox.rows} == {"采用", "已有新版"}


def test_clues_that_disagree_hold_the_file_back(tmp_path: Path, settings: Settings):
    """Arrival 25."""
    told = collected(tmp_path, settings, {"1.eml": mail("jyj@example.cn", {"区财政局.xlsx": workbook("区委办本级")})})
    (file,) = told.things[0].files
    assert (file.outcome, file.department) == ("待认定", "")
    assert file.finding is not None
    assert "发件邮箱“jyj@example.cn”：区教育局" in file.finding.params["clues"]
    assert "文件名“区财政局.xlsx”：区财政局" in file.finding.params["clues"]
    assert told.inbox.versions == ()
    assert told.held == 1


def test_originals_are_what_came_and_tables_what_was_in_them(tmp_path: Path, settings: Settings, inbox: Path):
    letter, loose = mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级")}), workbook("区财政局")
    collected(tmp_path, settings, {"回复.eml": letter, "区财政局.xlsx": loose})
    originals, tables = tree(inbox / "原件"), tree(inbox / "表格")
    assert {Path(way).name: data for way, data in originals.items()} == {"回复.eml": letter, "区财政局.xlsx": loose}
    assert {Path(way).name: data for way, data in tables.items()} == {"区委办.xlsx": workbook("区委办本级")}
    assert all(len(Path(way).parent.name) == 16 for way in (*originals, *tables))


def test_the_journal_tells_how_things_came(tmp_path: Path, settings: Settings, inbox: Path):
    collected(tmp_path, settings, {"回复.eml": mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级")})})
    (came,) = journal(inbox)
    assert came["act"] == "came"
    assert came["name"] == "回复.eml"
    assert came["way"] == f"文件夹 {(tmp_path / '来件').as_posix()}"
    assert came["dated"] == "2018-11-20T08:00:00+08:00"


def test_inputs_are_never_touched(tmp_path: Path, settings: Settings):
    """Crash safety 8."""
    source = put(
        tmp_path / "来件",
        {"1.eml": mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级")}), "坏.xlsx": b"PK\x03\x04x"},
    )
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in source.iterdir()}
    collect([source], settings)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in source.iterdir()} == before


def test_a_file_that_was_still_being_copied_is_taken_again_when_it_is_whole(tmp_path: Path, settings: Settings):
    """Crash safety 7."""
    whole = workbook("区委办本级")
    half = collected(tmp_path, settings, {"区委办.xlsx": whole[: len(whole) // 2]})
    assert [thing.outcome for thing in half.things] == ["无法读取"]
    assert half.unread == 1
    done = collected(tmp_path, settings, {"区委办.xlsx": whole})
    assert [thing.outcome for thing in done.things] == ["新收"]
    (one,) = done.inbox.versions
    assert [taken.content.sha256 for taken in one.holding] == [done.things[0].original]


def test_nothing_temporary_is_left_also_of_a_run_that_was_killed(tmp_path: Path, settings: Settings, inbox: Path):
    """Crash safety 11."""
    for name in ("原件", "表格"):
        (inbox / name).mkdir()
        (inbox / name / ".tmpabc.tmp").write_bytes(b"half a file")
    collected(tmp_path, settings, {"1.eml": mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级")})})
    assert sorted(path.name for path in inbox.iterdir()) == ["原件", "台账.sqlite", "登记.jsonl", "表格"]
    assert [way for way in tree(inbox) if ".tmp" in way] == []


def test_one_bad_file_never_stops_the_others(tmp_path: Path, settings: Settings):
    """Crash safety 12."""
    files = {path.name: path.read_bytes() for path in sorted(FAULTY.glob("*-T01-*"))}
    files |= {
        "乱.eml": b"From: x@y.z\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\xff\xfe",
        "乱.zip": b"PK\x05\x06",
    }
    told = collected(tmp_path, settings, files | {"区委办.xlsx": workbook("区委办本级")})
    assert len(told.things) == len(files) + 1
    assert outcomes(told)["区委办.xlsx"] == "新收"
    assert told.files["无法读取"] >= len(files) - 2


COMMAND = "import sys; from xlsform.cli import run; sys.exit(run(sys.argv[1:]))"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Forty mails of different contents."""
    base = workbook("区委办本级")
    files = {
        f"{number:02}.eml": mail("qwb@example.cn", {"区委办.xlsx": changed(base, ("汇总表", 4, 4, number))}, sent=f"2018-11-20 10:{number:02}")
        for number in range(40)
    }  # fmt: skip
    return put(tmp_path / "来件", files)


def test_two_at_once_do_not_hurt_each_other(
    tmp_path: Path, settings: Settings, inbox: Path, many: Path, environment: dict[str, str]
):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", COMMAND, "collect", str(many), "-q"],
            cwd=inbox.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=120)[0].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert len(journal(inbox)) == 40
    assert len(tree(inbox / "原件")) == len(tree(inbox / "表格")) == 40
    alone = new_campaign(tmp_path / "独自")
    collect([many], elsewhere(settings, alone))
    assert [row[1:] for row in dump(inbox)["files"]] == [row[1:] for row in dump(alone / "收件")["files"]]
    assert {row[2] for row in dump(inbox)["arrivals"]} == {f"{number:02}.eml" for number in range(40)}
    assert len(dump(inbox)["arrivals"]) == 40


@pytest.mark.skipif(os.name != "posix", reason="signals are posix")
def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(
    settings: Settings, inbox: Path, many: Path, environment: dict[str, str]
):
    """Crash safety 12: exit code 130."""
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "collect", str(many)],
        cwd=inbox.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not len(list((inbox / "原件").glob("*/*"))) > 3 and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "再运行一次就接着收" in errors.decode()
    assert "Traceback" not in errors.decode()
    before = len(journal(inbox))
    assert 0 < before < 40
    told = collect([many], settings)
    assert [thing.outcome for thing in told.things].count("已收过") == before
    assert len(told.inbox.whose) == len(journal(inbox)) == 40


def test_an_original_that_is_gone_is_stored_when_it_comes_again(tmp_path: Path, settings: Settings, inbox: Path):
    files = {"1.eml": mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级")})}
    collected(tmp_path, settings, files)
    before = tree(inbox)
    shutil.rmtree(inbox / ORIGINALS)
    empty = collected(tmp_path, settings, {})
    assert empty.things[0].outcome == "已收过"
    assert {way: data for way, data in tree(inbox).items() if way.startswith("原件")} == {
        way: data for way, data in before.items() if way.startswith("原件")
    }


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path, settings: Settings, inbox: Path):
    source = put(
        tmp_path / "来件",
        {
            "1.eml": mail("qwb@example.cn", {"区委办.xlsx": workbook("区委办本级"), "签字页.pdf": PDF}),
            "2.xlsx": workbook("区委办本级"),
            "3.xlsx": workbook("区教育局"),
            "4.xlsx": workbook("区教育局"),
            "坏.xlsx": b"PK",
        },
    )
    tried = collect([source], settings, dry_run=True)
    assert tree(inbox) == {}
    done = collect([source], settings)
    assert tried.things == done.things
    before = tree(inbox)
    (source / "5.xlsx").write_bytes(workbook("区财政局"))
    assert [thing.outcome for thing in collect([source], settings, dry_run=True).things] == [
        *["已收过"] * 4,
        "新收",
        "已收过",
    ]
    assert tree(inbox) == before


def test_without_a_campaign_nothing_is_collected(loaded: Settings, tmp_path: Path):
    from dataclasses import replace  # noqa: PLC0415

    with pytest.raises(UsageError, match="xlsform init"):
        collect([tmp_path], replace(loaded, campaign=None))


def test_the_campaigns_own_folders_are_no_source(settings: Settings, inbox: Path):
    for own in (inbox.parent, inbox.parent / "下发", inbox / "原件"):
        own.mkdir(exist_ok=True)
        with pytest.raises(UsageError):
            collect([own], settings)


def test_what_lies_loose_in_the_inbox_is_collected_from_there(settings: Settings, inbox: Path):
    put(inbox, {"区委办.xlsx": workbook("区委办本级")})
    put(inbox / "第二批", {"区教育局.xlsx": workbook("区教育局")})
    told = collect([inbox], settings)
    assert [thing.outcome for thing in told.things] == ["新收", "新收"]
    assert told.inbox.loose == ()
    (inbox / "区财政局.xlsx").write_bytes(workbook("区财政局"))
    again = collect([put(inbox.parent.parent / "空", {})], settings)
    assert [path.name for path in again.inbox.loose] == ["区财政局.xlsx"]


def test_more_processes_read_the_same(tmp_path: Path, settings: Settings, inbox: Path, many: Path):
    collect([many], settings, jobs=2)
    alone = new_campaign(tmp_path / "独自")
    collect([many], elsewhere(settings, alone), jobs=1)
    assert dump(inbox)["contents"] == dump(alone / "收件")["contents"]
