"""收件/登记.jsonl: acts come back as they were written, whatever happened to the file meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.inbox import Decisions
from xlsform.sources.inbox.journal import (
    JOURNAL,
    Act,
    Assigned,
    Came,
    Closed,
    Ignored,
    Journal,
    Returned,
    Sent,
    Used,
    append,
    decisions,
    parse,
    show,
)

TEXTS = st.text(st.characters())  # half characters too
MANY = st.lists(TEXTS, max_size=3).map(tuple)
ON = st.booleans()
ACTS = st.one_of(
    st.builds(Came, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    st.builds(Assigned, TEXTS, TEXTS, TEXTS),
    st.builds(Used, TEXTS, TEXTS, ON),
    st.builds(Ignored, TEXTS, TEXTS, ON),
    st.builds(Returned, TEXTS, TEXTS, MANY, ON),
    st.builds(Sent, at=TEXTS, department=TEXTS, to=MANY, subject=TEXTS, mail_id=TEXTS, sha256=TEXTS, on=ON),
    st.builds(Closed, TEXTS, TEXTS, TEXTS, MANY, ON),
)
ONE = Came("2018-11-20T09:00:00+08:00", "a" * 64, "区委办.eml", "文件夹 D:/邮件", "2018-11-20T08:59:00+08:00")
TWO = Assigned("2018-11-20T10:00:00+08:00", "b" * 64, "区教育局")


@given(ACTS)
def test_an_act_is_one_line_and_comes_back(act: Act):
    line = show(act)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert parse(line) == act


def test_a_clerk_can_read_it(tmp_path: Path):
    append(tmp_path, [TWO])
    assert "区教育局" in (tmp_path / JOURNAL).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        '{"act": "forwarded", "at": "2031-01-01T00:00:00+08:00"}',
        '{"act": "used", "at": "x", "sha256": "y", "on": true, "until": "2031"}',
        '{"act": "used", "at": "x", "sha256": "y", "on": 1}',
        '{"act": "assigned", "at": "x", "sha256": ["y"], "department": "z"}',
        '{"act": "assigned", "at": "x", "sha256": "y"}',
        '{"act": ["came"]}',
        '["came"]',
        "杂乱",
    ],
)
def test_a_line_that_is_not_understood_stays_and_is_reported(line: str, tmp_path: Path):
    append(tmp_path, [ONE])
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(line.encode() + b"\n")
    append(tmp_path, [TWO])
    journal = Journal(tmp_path)
    assert journal.acts == [ONE, TWO]
    assert [(one.number, one.line) for one in journal.unknown] == [(2, line)]


@pytest.mark.parametrize("cut", range(2, len(show(TWO)), 7))
def test_a_line_that_was_cut_off_does_not_count_and_goes_with_the_next(cut: int, tmp_path: Path):
    append(tmp_path, [ONE])
    with (tmp_path / JOURNAL).open("ab") as file:
        file.write(show(TWO)[:-cut])
    journal = Journal(tmp_path)
    assert (journal.acts, journal.unknown) == ([ONE], [])
    append(tmp_path, [TWO])
    assert (tmp_path / JOURNAL).read_bytes() == show(ONE) + show(TWO)


def test_a_last_line_without_its_end_counts_as_an_editor_saves_it(tmp_path: Path):
    append(tmp_path, [ONE, TWO])
    whole = (tmp_path / JOURNAL).read_bytes()
    (tmp_path / JOURNAL).write_bytes(b"\xef\xbb\xbf" + whole[:-1])
    journal = Journal(tmp_path)
    assert (journal.acts, journal.unknown) == ([ONE, TWO], [])
    append(tmp_path, [ONE])
    assert (tmp_path / JOURNAL).read_bytes() == b"\xef\xbb\xbf" + whole + show(ONE)
    journal.read_on()
    assert journal.acts == Journal(tmp_path).acts == [ONE, TWO, ONE]


def test_who_reads_on_sees_what_others_wrote(tmp_path: Path):
    journal = Journal(tmp_path)
    append(tmp_path, [ONE])
    with journal.locked() as write:
        assert journal.acts == [ONE]
        write(TWO)
    assert journal.acts == [ONE, TWO] == Journal(tmp_path).acts
    assert journal.came == {ONE.original: {ONE.name}}


def test_two_processes_write_whole_lines(tmp_path: Path, checkout: Path):
    script = (
        "import sys; from pathlib import Path; from xlsform.sources.inbox.journal import Used, append\n"
        "for n in range(40): append(Path(sys.argv[1]), [Used(sys.argv[2], str(n) * 300)])"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), who], env=os.environ | {"PYTHONPATH": str(checkout)}
        )
        for who in ("甲", "乙")
    ]
    assert [process.wait(60) for process in started] == [0, 0]
    journal = Journal(tmp_path)
    assert journal.unknown == []
    for who in ("甲", "乙"):
        assert [act.sha256 for act in journal.acts if isinstance(act, Used) and act.at == who] == [
            str(n) * 300 for n in range(40)
        ]


def test_of_decisions_the_last_word_holds():
    acts: list[Act] = [
        Assigned("1", "a", "区教育局"),
        Assigned("2", "a", "区财政局"),
        Assigned("2", "b", "区财政局"),
        Assigned("3", "b", ""),
        Used("4", "a"),
        Used("4", "b"),
        Used("5", "b", on=False),
        Ignored("6", "c"),
    ]
    assert decisions(acts) == Decisions({"a": "区财政局"}, frozenset("a"), frozenset("c"), {"a": "4"})


def test_keys_of_later_versions_are_not_dropped_in_silence():
    assert parse(json.dumps({"act": "ignored", "at": "x", "sha256": "y"}).encode()) == Ignored("x", "y")
