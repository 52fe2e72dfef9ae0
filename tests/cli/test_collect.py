"""collect and assign on the command line, inside a campaign's folder and beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.inboxes import PDF, changed, mail, new_campaign, put, tree, workbook
from xlsform.cli import run

OLD = workbook("区委办本级")
NEW = changed(OLD, ("汇总表", 4, 4, 9))
MAILS = {
    "1.eml": mail("qwb@example.cn", {"区委办.xlsx": OLD, "签字页.pdf": PDF}, sent="2018-11-20 08:00"),
    "2.eml": mail("jyj@example.cn", {"区财政局.xlsx": workbook("区财政局")}),
    "3.eml": mail("mzj@example.cn", {}, subject="忘了附件"),
}


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = new_campaign(tmp_path / "采集")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return put(tmp_path / "来件", MAILS)


@pytest.mark.usefixtures("campaign")
def test_collect_says_first_how_much_came_then_what_became_of_each(source: Path, capsys):
    assert run(["collect", str(source)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown == [
        "来件 3 件：新收 3，已收过 0，内容重复 0；新收的件里有 1 个部门的文件",
        "文件：新收 1，附件（不是表格） 1，待认定 1",
        "收件里共有 1 个部门的表；待认定 1 个文件，无法读取 0 个文件",
        "",
        "新收 1.eml（经办人 <qwb@example.cn>）",
        "  新收 区委办.xlsx → 区委办本级（表内部门名称）",
        "  附件（不是表格） 签字页.pdf → 区委办本级（发件邮箱）",
        "新收 2.eml（经办人 <jyj@example.cn>）",
        "  待认定 区财政局.xlsx：表内部门名称“区财政局”：区财政局；发件邮箱“jyj@example.cn”：区教育局；文件名“区财政局.xlsx”：区财政局",
        "没有附件 3.eml（经办人 <mzj@example.cn>）",
    ]


def test_a_second_time_nothing_is_new(campaign: Path, source: Path, capsys):
    run(["collect", str(source)])
    before = tree(campaign)
    capsys.readouterr()
    assert run(["collect", str(source)]) == 1, "something is still held"
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "来件 3 件：新收 0，已收过 3，内容重复 0；新收的件里有 0 个部门的文件"
    assert shown[-3:] == ["已收过 1.eml", "已收过 2.eml", "已收过 3.eml"]
    assert tree(campaign) == before


@pytest.mark.usefixtures("campaign")
def test_collect_as_json(source: Path, capsys):
    assert run(["collect", str(source), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["inbox"] == {"departments": 1, "held": 1, "unread": 0}
    assert [thing["outcome"] for thing in told["things"]] == ["新收", "新收", "没有附件"]
    file, pdf = told["things"][0]["files"]
    assert (file["department"], file["recognised_by"], file["result"]) == ("区委办本级", "表内部门名称", "holds")
    assert (pdf["outcome"], pdf["result"]) == ("附件（不是表格）", "other")
    assert "xlsform assign" in told["things"][1]["files"][0]["message"]


def test_collect_in_english(campaign: Path, source: Path, capsys):
    assert run(["collect", str(source), "--lang", "en"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[:3] == [
        "3 things: 3 new, 0 known, 0 repeated; something of 1 departments is new",
        "Files: 1 new; 1 attachment, no workbook; 1 held",
        "The inbox has returns of 1 departments; 1 files are held, 0 cannot be read",
    ]
    assert "  new 区委办.xlsx → 区委办本级 (department in the form)" in shown
    assert run(["assign", "区财政局.xlsx", "区财政局", "--lang", "en"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "Noted: 区财政局.xlsx: belongs to 区财政局",
        "区财政局.xlsx → 区财政局, holds",
    ]
    assert run(["collect", str(campaign.parent / "没有"), "--lang", "en"]) == 2


def test_dry_run_writes_nothing(campaign: Path, source: Path, capsys):
    before = tree(campaign)
    assert run(["collect", str(source), "--dry-run"]) == 1
    assert capsys.readouterr().out.startswith("试运行，什么也没有收：来件 3 件")
    assert tree(campaign) == before


def test_without_sources_what_lies_in_the_inbox_is_collected(campaign: Path, capsys):
    put(campaign / "收件", {"区委办.xlsx": OLD})
    assert run(["collect"]) == 0
    assert "新收 区委办.xlsx → 区委办本级" in capsys.readouterr().out
    assert run(["collect"]) == 0
    assert "已收过 区委办.xlsx" in capsys.readouterr().out


def test_beside_a_campaign_its_own_files_lead_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    folder = new_campaign(tmp_path / "采集")
    put(folder / "收件", {"区委办.xlsx": OLD})
    monkeypatch.chdir(tmp_path)
    assert run(["collect", str(folder / "收件")]) == 0
    assert "新收 区委办.xlsx" in capsys.readouterr().out
    assert run(["collect"]) == 2
    assert "xlsform init" in capsys.readouterr().err


@pytest.mark.usefixtures("campaign")
def test_where_nothing_that_came_can_be_read_the_exit_code_is_three(tmp_path: Path):
    assert run(["collect", str(put(tmp_path / "坏", {"区委办.xlsx": OLD[:500]}))]) == 3
    assert run(["collect", str(put(tmp_path / "好", {"签字页.pdf": PDF, "区委办.xlsx": OLD}))]) == 0
    assert run(["collect", str(put(tmp_path / "空", {}))]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["collect", "来件", "--since", "2018-11-01"], "只用于邮箱"),
        (["collect", "imaps://a@example.cn", "--since", "11月"], "2018-11-01"),
        (["collect", "imaps://example.cn"], "缺少用户名"),
        (["collect", "imap://u:p@example.cn"], "不要写密码"),
        (["assign", "x.xlsx", "区教育局"], "还没有收过件"),
    ],
)
def test_wrong_use_is_explained(arguments: list[str], said: str, campaign: Path, capsys):
    (campaign / "来件").mkdir()
    assert run(arguments) == 2
    assert said in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------------------------- assign


@pytest.fixture
def held(campaign: Path, source: Path, capsys) -> Path:
    """A campaign with a held file (区财政局.xlsx) and two versions of one department."""
    put(source, {"4.eml": mail("qwb@example.cn", {"区委办.xlsx": NEW}, sent="2018-11-21 08:00")})
    run(["collect", str(source)])
    capsys.readouterr()
    return campaign


@pytest.mark.usefixtures("held")
def test_assign_settles_and_takes_back(capsys):
    assert run(["assign", "区财政局.xlsx", "财政局"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "已登记：区财政局.xlsx：归 区财政局",
        "区财政局.xlsx → 区财政局，采用",
        "",
        "区财政局",
        "  采用 区财政局.xlsx 2018-11-20 09:00",
    ]
    assert run(["assign", "区财政局.xlsx", "区财政局"]) == 0
    assert capsys.readouterr().out.startswith("原来就是这样，没有改动：区财政局.xlsx")
    assert run(["assign", "区财政局.xlsx", "--undo"]) == 0
    assert "区财政局.xlsx → （部门不明），待认定" in capsys.readouterr().out


def test_assign_pins_a_version_and_ignores_one(held: Path, capsys):
    assert run(["assign", "区委办.xlsx", "--use"]) == 2
    error = capsys.readouterr().err
    assert "“区委办.xlsx”有 2 个" in error
    old, new = sorted(name for name in error.replace("：", "、").replace("\n", "、").split("、") if "区委办（" in name)
    names = {name.split("（")[1][:8]: name for name in (old, new)}
    sha_of = {part: next((held / "收件" / "表格").glob(f"{part}*/*")).read_bytes() for part in names}
    pinned = next(part for part, data in sha_of.items() if data == OLD)
    assert run(["assign", pinned, "--use"]) == 0
    shown = capsys.readouterr().out
    assert f"已登记：区委办（{pinned}）.xlsx：固定采用" in shown
    assert f"  采用 区委办（{pinned}）.xlsx" in shown
    assert run(["assign", f"区委办（{pinned}）.xlsx", "--no-use", "--ignore"]) == 0
    shown = capsys.readouterr().out
    assert f"区委办（{pinned}）.xlsx → 区委办本级，不计" in shown
    assert run(["assign", pinned, "--use"]) == 2
    assert "--no-ignore" in capsys.readouterr().err
    assert run(["assign", pinned, "--no-ignore"]) == 0
    assert "恢复计入" in capsys.readouterr().out


def test_assign_with_dry_run_writes_nothing(held: Path, capsys):
    before = tree(held)
    assert run(["assign", "区财政局.xlsx", "区财政局", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "试运行，未登记：区财政局.xlsx：归 区财政局",
        "区财政局.xlsx → 区财政局，采用",
    ]
    assert tree(held) == before


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["没有.xlsx", "区财政局"], "收到的文件里没有“没有.xlsx”；待认定的有：区财政局.xlsx（"),
        (["区财政厅.xlsx", "区财政局"], "是否为“区财政局.xlsx”"),
        (["区财政局.xlsx", "区财政厅"], "名册里没有部门“区财政厅”，是否为“区财政局”"),
        (["区财政局.xlsx"], "请写出部门"),
        (["区财政局.xlsx", "--use"], "请同时写出部门"),
        (["区财政局.xlsx", "区财政局", "--ignore"], "不能与部门"),
        (["区财政局.xlsx", "区财政局", "--undo"], "不能与其他决定一起用"),
        (["签字页.pdf", "--use"], "读不了"),
    ],
)
def test_what_cannot_be_decided_is_explained(arguments: list[str], said: str, capsys):
    assert run(["assign", *arguments]) == 2
    assert said in capsys.readouterr().err
