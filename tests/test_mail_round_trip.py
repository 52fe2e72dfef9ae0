"""A year's collection with real mail servers, from the blank to the closed summary: the bureau's clerk types commands, the departments
answer by mail as tests/clients.py says, and at the end everything that a department means stands in the summary once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from samples.roster import roster_workbook
from samples.written import read_yaml
from tests.clients import (
    CITY,
    CIVIL,
    CULTURE,
    EMERGENCY,
    FARMING,
    FINANCE,
    FORMER_AMOUNT,
    GOVERNMENT,
    HEALTH,
    HOUSING,
    LABOUR,
    NAMES,
    REASON_GIVEN,
    SCHOOLS,
    SCIENCE,
    STREET,
    VETERANS,
    WRONG_AMOUNT,
    Departments,
    meant,
)
from tests.inboxes import SAMPLES, dump, journal, tree
from tests.servers import PASSWORD, Post
from tests.sources.mails import NAMINGS
from xlsform.cli import run
from xlsform.operations import load_settings
from xlsform.sources.received import CHINA

WAIVER = "本年专项资金由区财政局代编，区政府同意不单独申报"
AMOUNTS = (
    ("fund_summary", "total_amount"),
    ("direction_targets", "annual_amount"),
    ("department_overall", "total_amount"),
    ("department_overall", "basic_expenditure"),
    ("department_overall", "project_expenditure"),
)
"""What the summary adds up, in the order of its forms."""


class Said(NamedTuple):
    """What a command answered. code: its exit code."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed, as JSON; amounts as the digits that stand there."""
        return json.loads(self.out, parse_float=Decimal)


class Bureau:
    """The clerk of the bureau, at the command line in the campaign's folder."""

    def __init__(self, folder: Path, post: Post, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.post, self.capsys = folder, post, capsys
        self.inbox = folder / "收件"
        self.mailbox = post.mailbox()
        self.deadline = (datetime.now(CHINA) - timedelta(days=2)).date()

    def __call__(self, *typed: object) -> Said:
        """Types a command."""
        self.capsys.readouterr()
        code = run([str(word) for word in typed])
        shown = self.capsys.readouterr()
        assert code in {0, 1, 2, 3}, shown.err
        return Said(code, shown.out, shown.err)

    @property
    def states(self) -> dict[str, str]:
        """What `status` says of each department."""
        return {one["department"]: one["state"] for one in self("status", "--format", "json").data["departments"]}

    @property
    def findings(self) -> dict[str, set[str]]:
        """The codes of open errors and warnings by department."""
        found: dict[str, set[str]] = {}
        for one in self("check", "--format", "json").data["findings"]:
            if one["level"] != "hint" and one["standing"] == "open":
                found.setdefault(one["department"], set()).add(one["code"])
        return found


@pytest.fixture
def bureau(tmp_path: Path, post: Post, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bureau:
    """A new campaign with fourteen departments in its roster, and the clerk in its folder."""
    clerk = Bureau(tmp_path / "采集", post, capsys)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XLSFORM_MAIL_PASSWORD", PASSWORD)
    assert clerk("init", "采集", "--year", "2019", "--district", "石峰区", "--deadline", clerk.deadline).code == 0
    monkeypatch.chdir(clerk.folder)
    entries = [one for one in read_yaml(SAMPLES / "content" / "departments.yaml") if one["name"] in NAMES]
    (clerk.folder / "departments.xlsx").write_bytes(
        roster_workbook(one | {"email": post.mailbox(one["email"].partition("@")[0])} for one in entries)
    )
    user = quote(clerk.mailbox)
    with (clerk.folder / "campaign.yaml").open("a", encoding="utf-8") as settings:
        settings.write(
            f"mail:\n  from: 石峰区财政局绩效股 <{clerk.mailbox}>\n  imap: imap://{user}@127.0.0.1:{post.plain.imap}\n"
            f"  smtp: smtp://{user}@127.0.0.1:{post.smtp}\n"
        )
    return clerk


@pytest.fixture
def departments(bureau: Bureau, post: Post) -> Departments:
    settings = load_settings([bureau.folder])
    addresses = {one.name: one.email for one in settings.roster}
    assert tuple(addresses) == NAMES
    return Departments(post, settings, addresses, datetime.now(CHINA).replace(microsecond=0) - timedelta(days=4))


def test_from_the_blank_to_the_closed_summary(bureau: Bureau, departments: Departments):
    blanks_go_out(bureau, departments)
    departments.answer()
    assert {file.naming for file in departments.files} == set(NAMINGS)
    answers_are_collected(bureau, departments)
    the_clerk_decides(bureau)
    progress_is_written(bureau)
    faulty_returns_go_back(bureau, departments)
    departments.clock = datetime.now(CHINA).replace(microsecond=0)
    departments.correct()
    corrections_are_collected(bureau)
    a_partial_summary_says_so(bureau)
    what_is_missing_is_not_closed(bureau)
    departments.answer_late()
    assert bureau("collect").code == 0
    (bureau.folder / "waivers.yaml").write_text(
        f"waivers:\n  - code: Z02\n    department: {LABOUR}\n    reason: {WAIVER}\n", encoding="utf-8"
    )
    the_summary_is_closed(bureau, departments)
    nothing_is_lost_or_doubled(bureau)
    the_inbox_holds_what_came(bureau, departments)


def blanks_go_out(bureau: Bureau, departments: Departments) -> None:
    assert bureau("issue", "--mail").code == 0
    assert bureau("send").code == 2, "nobody was asked"
    assert [departments.letters(name) for name in NAMES] == [[]] * len(NAMES)
    assert bureau("send", "--yes").out.splitlines()[-1] == f"已发出 {len(NAMES)} 封，没有发出 0 封"
    assert bureau("send", "--yes").code == 0
    for name in NAMES:
        (letter,) = departments.letters(name)
        ((called, data),) = letter.files.items()
        assert (bureau.folder / "下发" / called).read_bytes() == data
        assert name in called
        assert letter.answer_to == bureau.mailbox


def answers_are_collected(bureau: Bureau, departments: Departments) -> None:
    flags = bureau.post.flags(bureau.mailbox)
    assert len(flags) == len(departments.mails)
    assert bureau("collect", "--dry-run").code == 1
    assert not (bureau.inbox / "原件").exists()
    told = bureau("collect", "--format", "json")
    assert told.code == 1, "a file waits for the clerk"
    collected = {(file["name"], file["sha256"]): file for thing in told.data["things"] for file in thing["files"]}
    assert {key: (file["department"], file["recognised_by"]) for key, file in collected.items()} == {
        (one.name, hashed(one.data)): {
            STREET: (None, None),
            HOUSING: (HOUSING, "发件邮箱"),
        }.get(one.department, (one.department, "下发标记"))
        for one in departments.files
    }
    assert bureau.post.flags(bureau.mailbox) == flags, "collecting marks nothing in the mailbox"
    before = tree(bureau.inbox / "原件"), journal(bureau.inbox), dump(bureau.inbox)
    assert bureau("collect", "--format", "json").data["things"] == []
    assert bureau("collect").out.startswith("没有新来件\n")
    assert (tree(bureau.inbox / "原件"), journal(bureau.inbox), dump(bureau.inbox)) == before
    reported = (GOVERNMENT, VETERANS, CIVIL, CULTURE, FINANCE, HEALTH, CITY, FARMING)
    assert bureau.states == {
        **dict.fromkeys(NAMES, "missing"),
        **dict.fromkeys(reported, "reported"),
        **dict.fromkeys((SCHOOLS, SCIENCE), "faulty"),
        STREET: "held",
    }
    found = bureau.findings
    assert {name: codes & {"C03", "M02", "A03", "C06", "S02", "S01"} for name, codes in found.items()} == {
        SCHOOLS: {"C03"},
        SCIENCE: {"M02", "A03"},
        FINANCE: {"C06"},
        CIVIL: {"S02"},
        None: {"S01"},
    }
    (said,) = (one for one in bureau("check", "--format", "json").data["findings"] if one["code"] == "S02")
    assert said["file"] == "民政局（修改）.xlsx"
    assert f"资金总额 {FORMER_AMOUNT} → {meant(CIVIL)['fund_summary'][0]['total_amount']}" in said["message"]


def the_clerk_decides(bureau: Bureau) -> None:
    """Both departments that a clue names are offered, and neither is taken without her word."""
    shown = bureau("status").out
    assert "来过 1 份附件，都不是表格" in next(line for line in shown.splitlines() if line.startswith(f"  {HOUSING}"))
    for name in (GOVERNMENT, STREET):
        assert f"xlsform assign 响石岭街道.xlsx {name}" in shown
    assert bureau("assign", "响石岭街道.xlsx", "响石岭街道").code == 0, "by its alias"
    assert bureau.states[STREET] == "reported"


def progress_is_written(bureau: Bureau) -> None:
    folder = bureau.folder.parent
    for suffix in (".html", ".xlsx"):
        assert bureau("status", "-o", folder / f"进度{suffix}").code == 1, "there are errors"
    page = (folder / "进度.html").read_text("utf-8")
    assert "://" not in page
    sheet = load_workbook(folder / "进度.xlsx").worksheets[0]
    texts = {str(cell.value) for row in sheet for cell in row if cell.value is not None}
    for name in NAMES:
        assert name in page
        assert name in texts
    assert {"已报", "有错", "未报"} <= texts


def faulty_returns_go_back(bureau: Bureau, departments: Departments) -> None:
    """`status` reminds and hands back what has errors; `review` hands back every return with findings that its department can mend."""
    before = {name: len(departments.letters(name)) for name in NAMES}
    assert bureau("status", "--mail").code == 1
    assert {path.name for path in (bureau.folder / "催报").iterdir()} == {
        f"催报-{name}.eml" for name in (HOUSING, LABOUR, EMERGENCY)
    }
    assert {path.name for path in (bureau.folder / "退回").glob("*.eml")} == {
        f"退回通知-{name}.eml" for name in (SCHOOLS, SCIENCE)
    }
    assert bureau("review", "--mail", "--force").code == 1
    assert bureau("send", "--yes").code == 0
    written = {name: departments.letters(name)[before[name] :] for name in NAMES}
    assert {name for name, letters in written.items() if letters} == {
        SCHOOLS, SCIENCE, FINANCE, HOUSING, LABOUR, EMERGENCY,
    }, "STREET has nothing but a hint"  # fmt: skip
    assert all(len(letters) <= 1 for letters in written.values())
    (letter,) = written[SCHOOLS]
    assert f"资金总额 {WRONG_AMOUNT} ≠" in letter.body
    assert f"请于{bureau.deadline.year}年" not in letter.body, "the deadline is past"
    (letter,) = written[HOUSING]
    assert letter.files == {}
    assert "我们尚未收到贵单位填好的工作簿，已逾期2天" in letter.body, "its scan is none"
    assert bureau("send", "--yes").out.splitlines()[0] == "没有要发的邮件"
    assert {bureau.states[name] for name in (SCHOOLS, SCIENCE, FINANCE)} == {"returned"}


def corrections_are_collected(bureau: Bureau) -> None:
    assert bureau("collect").code == 0
    assert bureau.states == {
        **dict.fromkeys(NAMES, "reported"),
        **dict.fromkeys((SCHOOLS, SCIENCE, FINANCE), "resent"),
        **dict.fromkeys((LABOUR, EMERGENCY), "missing"),
    }
    (said,) = (one for one in bureau("check", "--format", "json").data["findings"] if one["code"] == "C06")
    assert (said["standing"], said["reason"]) == ("explained", REASON_GIVEN)


def a_partial_summary_says_so(bureau: Bureau) -> None:
    summary = bureau.folder / "汇总" / "区级汇总.xlsx"
    assert bureau("merge").code == 1
    texts = [
        str(cell.value) for row in load_workbook(summary)["汇总表"].iter_rows(max_row=2) for cell in row if cell.value
    ]
    assert any(f"部分汇总：已汇总 12／应报 14，缺：{LABOUR}、{EMERGENCY}" in text for text in texts)
    assert amounts(bureau) == sums(name for name in NAMES if name not in {LABOUR, EMERGENCY})


def what_is_missing_is_not_closed(bureau: Bureau) -> None:
    before = tree(bureau.folder / "汇总")
    told = bureau("merge", "--final", "--force")
    assert told.code == 1
    assert f"未报 2 个部门：{LABOUR}、{EMERGENCY}" in told.out
    assert tree(bureau.folder / "汇总") == before


def the_summary_is_closed(bureau: Bureau, departments: Departments) -> None:
    folder = bureau.folder / "汇总"
    assert bureau("merge", "--final").code == 2, "the partial summary is in its place"
    assert bureau("merge", "--final", "--force").code == 0
    record = json.loads((folder / "结账记录.json").read_text("utf-8"), parse_float=Decimal)
    assert (record["counts"]["due"], record["counts"]["merged"], record["counts"]["excused"]) == (13, 13, 1)
    assert [one["reason"] for one in record["waivers"]] == [WAIVER]
    sent = {(one.department, one.name): hashed(one.data) for one in departments.files}
    inputs = {(one["department"], one["name"]): one["sha256"] for one in record["inputs"]}
    assert {name for name, _ in inputs} == set(NAMES) - {LABOUR}
    assert inputs == {key: sent[key] for key in inputs}
    former = {one["sha256"] for one in record["not_counted"]}
    assert {*inputs.values(), *former} == set(sent.values()), "every file is accounted for"
    outputs = {one["name"]: one["sha256"] for one in record["outputs"]}
    assert {*outputs} == {"区级汇总.xlsx", "结账记录.xlsx"}
    assert outputs == {name: hashed((folder / name).read_bytes()) for name in outputs}
    closing = sums(set(NAMES) - {LABOUR})
    assert [Decimal(one["amount"]) for one in record["totals"]] == [closing[key] for key in AMOUNTS]
    again = bureau("merge", "--final")
    assert (again.code, again.out) == (0, "已结账，内容一致\n")


def nothing_is_lost_or_doubled(bureau: Bureau) -> None:
    """The summary's records are those that the departments mean, each once, in the order of the roster."""
    (said,) = (json.loads(line, parse_float=Decimal) for line in extracted(bureau).splitlines())
    expected = [(name, meant(name)) for name in NAMES if name != LABOUR]
    assert {*said["records"]} == {*meant(GOVERNMENT)}
    for region, records in said["records"].items():
        assert [without_place(one) for one in records] == [
            without_place(one | {"_department": name}) for name, answers in expected for one in answers[region]
        ], region


def the_inbox_holds_what_came(bureau: Bureau, departments: Departments) -> None:
    originals = {path.parent.name: path.read_bytes() for path in (bureau.inbox / "原件").glob("*/*")}
    assert originals == {hashed(mail)[:16]: mail for mail in departments.mails}
    assert bureau.post.mails(bureau.mailbox) == departments.mails
    before, counted = dump(bureau.inbox), bureau.states
    (bureau.inbox / "台账.sqlite").unlink()
    assert bureau("status").code == 0
    assert dump(bureau.inbox) == before
    assert bureau.states == counted


def extracted(bureau: Bureau) -> str:
    told = bureau("extract", bureau.folder / "汇总" / "区级汇总.xlsx", "--no-provenance")
    assert told.code == 0
    return told.out


def amounts(bureau: Bureau) -> dict[tuple[str, str], Decimal]:
    """What the summary's records add up to."""
    said = json.loads(extracted(bureau), parse_float=Decimal)["records"]
    return {(region, key): sum((one[key] for one in said[region]), Decimal(0)) for region, key in AMOUNTS}


def sums(names: Iterable[str]) -> dict[tuple[str, str], Decimal]:
    """What these departments' amounts come to."""
    all_ = [meant(name) for name in names]
    return {
        (region, key): sum((one[key] for answers in all_ for one in answers[region]), Decimal(0))
        for region, key in AMOUNTS
    }


def without_place(record: dict[str, Any]) -> dict[str, Any]:
    """A record without its number in the table, which is another in the summary."""
    return {key: value for key, value in record.items() if key != "seq"}


def hashed(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
