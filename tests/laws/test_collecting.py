"""The law of collecting: in whatever order and in however many runs the same things are collected, the same counts, is said and is merged."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.inboxes import PDF, changed, elsewhere, mail, new_campaign, settings_of, workbook, zipped
from xlsform.core.edits import Put
from xlsform.operations import Settings, merge, status
from xlsform.operations.collecting import collect
from xlsform.operations.inbox import open_inbox
from xlsform.sources.received import CHINA
from xlsform.writers.xlsx import applied

OFFICE, SCHOOLS, STAFF = workbook("区委办本级"), workbook("区教育局"), "区人社局"
BLANK = applied(
    OFFICE,
    [
        Put(sheet, row, col, None)
        for sheet, rows, cols in (("汇总表", 20, 9), ("支出方向表", 20, 24), ("部门整体", 20, 9))
        for row in range(3, rows)
        for col in range(1, cols)
    ],
)


def version(number: int) -> bytes:
    return changed(OFFICE, ("汇总表", 4, 4, number))


def undated(made: bytes) -> bytes:
    return made.replace(b"\r\nDate: ", b"\r\nX-Date: ")


THINGS: tuple[tuple[str, int, bytes], ...] = (
    ("1.eml", 20, mail("qwb@example.cn", {"区委办.xlsx": OFFICE, "签字页.pdf": PDF}, sent="2018-11-20 08:00")),
    ("1.eml", 27, mail("qwb@example.cn", {"区委办.xlsx": OFFICE, "签字页.pdf": PDF}, sent="2018-11-20 08:00")),
    ("2.eml", 20, mail("qwb@example.cn", {"区委办.xlsx": version(9)}, sent="2018-11-22 08:00")),
    ("无日期.eml", 23, undated(mail("qwb@example.cn", {"区委办.xlsx": version(10)}))),
    ("无日期.eml", 19, undated(mail("qwb@example.cn", {"区委办.xlsx": version(10)}))),
    ("损坏.eml", 20, mail("qwb@example.cn", {"部门整体.xlsx": OFFICE[:4000]}, sent="2018-11-24 08:00")),
    ("又一次.eml", 20, mail("qwb@example.cn", {"区委办（新）.xlsx": OFFICE}, sent="2018-11-21 08:00")),
    ("未来.eml", 20, mail("jyj@example.cn", {"区教育局.xlsx": SCHOOLS}, sent="2099-01-01 08:00")),
    ("区教育局.xlsx", 25, changed(SCHOOLS, ("汇总表", 4, 4, 9))),
    ("区教育局.xlsx", 20, changed(SCHOOLS, ("汇总表", 4, 4, 9))),
    ("区教育局.xlsx", 22, changed(SCHOOLS, ("汇总表", 4, 4, 10))),
    ("区教育局（2d2e8b6e）.xlsx", 21, changed(SCHOOLS, ("汇总表", 4, 4, 11))),
    ("空白.eml", 20, mail("qwb@example.cn", {"不知道.xlsx": BLANK}, sent="2018-11-23 09:00")),
    ("错了.eml", 20, mail("jyj@example.cn", {"区财政局.xlsx": workbook("区财政局")})),
    ("转发.eml", 20, mail("boss@example.cn", {}, inside=[mail("qwb@example.cn", {"区委办.xlsx": version(11)}, sent="2018-11-19 08:00")])),
    ("两份.zip", 20, zipped({"a.xlsx": workbook("区农业农村局"), "b.xlsx": changed(workbook("区农业农村局"), ("汇总表", 4, 4, 9))})),
    ("分表一.zip", 20, zipped({f"{STAFF}-汇总表.xlsx": workbook(f"{STAFF}-汇总表"), "Thumbs.db": b"x"})),
    ("分表二.zip", 21, zipped({f"{STAFF}-{name}.xlsx": workbook(f"{STAFF}-{name}") for name in ("支出方向表", "部门整体", "指标分解表")})),
    ("空.eml", 20, mail("qwb@example.cn", {})),
)  # fmt: skip
"""What came: name, day of November on which it was last changed, content."""
NOW = "2018-12-03T09:00:00+08:00"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of(new_campaign(tmp_path_factory.mktemp("campaign") / "采集"))


def outcome(base: Settings, runs: Sequence[Sequence[int]]) -> list[object]:
    """All that is said of these things, collected in such runs, but for when and whence each was collected; and the summary's bytes."""
    with tempfile.TemporaryDirectory() as place:
        mine = elsewhere(base, new_campaign(Path(place) / "采集"))
        for run in runs:
            paths = []
            for number in run:
                name, day, data = THINGS[number]
                path = Path(place) / str(number) / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(data)
                os.utime(path, (datetime(2018, 11, day, 12, tzinfo=CHINA).timestamp(),) * 2)
                paths.append(path)
            collect(paths, mine)
        inbox = open_inbox(mine)
        assert inbox is not None
        told = status((), mine, NOW)
        merge((), Path(place) / "汇总.xlsx", mine)
        kept = [
            (one.department, [(taken.content.sha256, taken.content.name, taken.content.when, taken.forms) for taken in one.holding])
            for one in inbox.versions
        ]  # fmt: skip
        others = [
            (one.department, [[each.sha256 for each in some] for some in (one.former, one.unread, one.blank)], one.undecided)
            for one in inbox.versions
        ]  # fmt: skip
        return [
            kept,
            others,
            dict(inbox.results),
            told.turnout.lines,
            [(content.name, whose) for content, whose in told.turnout.held],
            told.findings,
            sorted(row._replace(taken="", came="") for row in inbox.rows),
            (Path(place) / "汇总.xlsx").read_bytes(),
        ]


@pytest.fixture(scope="module")
def wanted(base: Settings) -> list[object]:
    return outcome(base, [range(len(THINGS))])


def test_the_things_collected_are_of_every_kind(wanted: list[object]) -> None:
    results = wanted[2]
    assert isinstance(results, dict)
    assert {one.value for one in results.values()} == {"holds", "former", "held", "unread", "other", "blank"}


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a shorter order tells no more, and takes minutes to find
    suppress_health_check=[HealthCheck.too_slow],
)
@given(order=st.permutations(range(len(THINGS))), cuts=st.sets(st.integers(1, len(THINGS) - 1), max_size=3))
def test_order_and_runs_decide_nothing(base: Settings, wanted: list[object], order: list[int], cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(order)]
    runs = [order[start:end] for start, end in pairwise(edges)]
    for got, want in zip(outcome(base, runs), wanted, strict=True):
        assert got == want
