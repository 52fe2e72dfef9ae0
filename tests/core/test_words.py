"""Changed words: true of both texts, readable, and never slow."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.words import changed_words

chinese = st.text("甲乙的，。1290万元%ab \n", max_size=40)


def marked(old: str, new: str) -> str:
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(signs[span.op].format(span.text) for span in changed_words(old, new))


@given(chinese, chinese)
def test_the_pieces_give_both_texts(old: str, new: str):
    spans = changed_words(old, new)
    assert "".join(span.text for span in spans if span.op != "added") == old
    assert "".join(span.text for span in spans if span.op != "removed") == new
    assert all(span.text for span in spans)
    assert all(one.op != other.op for one, other in pairwise(spans))


@given(chinese)
def test_an_unchanged_text_has_no_changed_piece(text: str):
    assert [span.op for span in changed_words(text, text)] == (["same"] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("投入120万元", "投入100万元", "投入[-120万元-]{+100万元+}"),
        ("支持20个村", "支持25个村", "支持[-20个-]{+25个+}村"),
        ("覆盖率≥95%", "覆盖率≥9.5%", "覆盖率≥[-95%-]{+9.5%+}"),
        ("Excel 2016 表", "Excel 2019 表", "Excel [-2016-]{+2019+} 表"),
        ("the Quick fox", "the quick fox", "the [-Quick-]{+quick+} fox"),
        ("完成十处工程", "完成工程", "完成[-十处-]工程"),
        ("一、甲\n二、乙", "一、甲\n二、丙\n三、乙", "一、甲\n二、{+丙\n三、+}乙"),
        ("", "新", "{+新+}"),
        ("旧", "", "[-旧-]"),
        ("发放补助金", "收回结余款", "[-发放补助金-]{+收回结余款+}"),
        ("发放补助金给户主", "收回补助款给户主", "[-发放-]{+收回+}补助[-金-]{+款+}给户主"),
    ],
)
def test_words_are_marked_as_people_read_them(old: str, new: str, shown: str):
    assert marked(old, new) == shown


def test_long_texts_are_compared_by_clauses_and_then_more_finely():
    clauses = [f"第{n}项，完成任务{n}个" for n in range(1200)]
    new = [*clauses[:600], clauses[600].replace("任务", "工作"), *clauses[601:700], *clauses[720:]]
    shown = marked("。".join(clauses), "。".join(new))
    assert "[-任务-]{+工作+}600个" in shown
    assert shown.count("[-") == 2


@pytest.mark.parametrize("kind", ["clauses", "one sign", "few signs", "many signs"])
def test_the_longest_texts_take_no_time(kind: str):
    dice = random.Random(1)  # noqa: S311
    old, new = {
        "clauses": ("甲。" * 15_000, "乙甲。" * 10_000),
        "one sign": ("甲" * 30_000, "甲" * 15_000 + "乙" + "甲" * 15_000),
        "few signs": tuple("".join(dice.choices("的一是在不", k=30_000)) for _ in range(2)),
        "many signs": tuple("".join(chr(dice.randrange(0x4E00, 0x5A00)) for _ in range(30_000)) for _ in range(2)),
    }[kind]
    start = time.perf_counter()
    changed_words(old, new)
    assert time.perf_counter() - start < 2
