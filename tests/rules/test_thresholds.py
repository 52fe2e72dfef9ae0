"""Just this side and just that side of every threshold; rules that a form set has to turn on; what looks like a fault and is none."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.rules.forms import FORMSET, ROSTER, A, B, C, brief, judged, spoil, submission
from xlsform.core.catalogue import message
from xlsform.core.findings import Level
from xlsform.core.spec import Department

S1, S2, S3 = "汇总表", "支出方向表", "部门整体"


def on(code: str):
    return replace(FORMSET, levels={code: Level.HINT})


def amounts(*numbers: str):
    """A return whose three funds have these amounts, in all forms alike."""
    total = sum(map(Decimal, numbers))
    a = [(*row[:3], number, *row[4:]) for row, number in zip(A, numbers, strict=True)]
    b = [(*row[:4], number, *row[5:]) for row, number in zip(B[:2], numbers, strict=False)]
    rest = Decimal(numbers[2]) / 2
    b += [(*row[:4], str(part), *row[5:]) for row, part in zip(B[2:], (rest, Decimal(numbers[2]) - rest), strict=True)]
    return {"a": a, "b": b, "c": {**C, "C6": str(total), "C3": str(total + 100)}}


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (("10000", "100", "2"), []),  # not above 100 times the median
        (("10000.02", "100", "2"), ["D4"]),
        (("9999.98", "2", "2"), []),  # below 10,000
        (("10000", "2", "2"), ["D4"]),
        (("20000", "30000", "2"), []),  # the median is large too
    ],
)
def test_an_amount_that_may_be_in_yuan(numbers: tuple[str, ...], found: list[str]):
    assert brief(judged(submission(**amounts(*numbers)))) == [("A05", "warning", S1, cell) for cell in found]


@pytest.mark.parametrize(
    ("text", "found"), [("好" * 10, 0), ("好 " * 10, 0), ("好" * 9, 1), ("好" * 600, 0), ("好" * 601, 1)]
)
def test_goals_of_10_to_600_characters(text: str, found: int):
    assert brief(judged(submission(a=spoil(A, 4, F6=text)))) == [("A06", "warning", S1, "F6")] * found


def test_one_goal_for_both_is_right_in_a_single_year():
    same = {"a": spoil(A, 4, F5=A[1][4]), "b": spoil(B, 6, G7=A[1][4])}
    assert brief(judged(submission(**same))) == []
    several = {"a": same["a"], "b": spoil(same["b"], 6, D7="2019年-2020年")}
    assert brief(judged(submission(**several))) == [("A07", "warning", S1, "F5")]
    spaced = {"a": spoil(several["a"], 4, F5=A[1][4].replace("，", "，\\n")), "b": several["b"]}
    assert brief(judged(submission(**spaced))) == [("A07", "warning", S1, "F5")]


@pytest.mark.parametrize(
    "text",
    [
        "1、新增幼儿园5所；2、改造2所",
        "1.新增幼儿园5所\\n2.改造2所\\n3.培训",
        "（一）新增幼儿园5所。（二）改造2所",
        "一、新增：（1）公办2所；（2）民办3所。二、改造：（1）公办1所；（2）民办1所",
        "新增幼儿园1.5万平方米；2.4万人受益",
        "3、4号楼维修",
        "新增3、4号园；5、6号园",
        "3、4号楼维修；5、6号楼加固",
        "1、2019年新增5所；2、2020年新增6所",
        "2019年1、3月开工",
        "１、新增。２、改造",
    ],
)
def test_items_that_run(text: str):
    assert "A08" not in [one.code for one in judged(submission(b=spoil(B, 6, H6=text)))]


@pytest.mark.parametrize(
    ("text", "got", "expected"),
    [
        ("1、新增；2、改造；2、培训", "2", "2"),
        ("2、新增；3、改造", "2", "1"),
        ("一、新增。三、改造", "3", "2"),
        ("1．新增\\n３．改造", "3", "2"),
        ("一、新增（见附件）。（1）公办；（3）民办", "3", "2"),
    ],
)
def test_items_that_do_not_run(text: str, got: str, expected: str):
    (found,) = judged(submission(b=spoil(B, 6, H6=text)), formset=replace(FORMSET, levels={"B13": None}))
    assert brief([found]) == [("A08", "hint", S2, "H6")]
    if (got, expected) != ("2", "2"):
        assert (found.got, found.expected) == (got, expected)


def test_names_that_the_roster_has():
    parent = (Department("201", "区教育局", ("教育局",), "石峰区政府"), *ROSTER[2:])
    for name in ("区教育局", " 区教育 局", "石峰区政府"):
        assert brief(judged(submission(b=[(name, *row[1:]) for row in B]), roster=parent)) == []
    found = judged(submission(b=spoil(B, 6, A6="教育局")), roster=parent)
    assert brief(found) == [("B02", "hint", S2, "A6")]


def test_an_unrelated_authority_is_said_once():
    found = judged(submission(b=[("区民政局", *row[1:]) for row in B]))
    assert brief(found) == [("X06", "hint", S2, "A6")]


@pytest.mark.parametrize(
    ("period", "found"), [("2019年", 1), ("2019年-2020年", 1), ("2019年-2021年", 0), ("2018年-2021年", 1)]
)
def test_three_years(period: str, found: int):
    read = submission(b=[(*row[:3], "2019年-2021年" if number else period, *row[4:]) for number, row in enumerate(B)])
    assert brief(judged(read)) == []
    assert brief(judged(read, formset=on("B05"))) == [("B05", "hint", S2, "D6")] * found


def test_quality_is_asked_for_when_a_bureau_wants_it():
    filled = [(*row[:8], row[8] or "合格率≥95%", *row[9:]) for row in B]
    assert brief(judged(submission(b=filled), formset=on("B09"))) == []
    assert brief(judged(submission(b=spoil(filled, 6, I7="")), formset=on("B09"))) == [("B09", "hint", S2, "I7")]


@pytest.mark.parametrize(("text", "found"), [("好" * 200, 0), ("好\\n" * 200, 0), ("好" * 201, 1)])
def test_indicators_of_200_characters(text: str, found: int):
    assert brief(judged(submission(b=spoil(B, 6, M7=text)))) == [("B10", "warning", S2, "M7")] * found


def test_the_same_text_on_several_rows():
    text = "推动各项工作落到实处"
    twice = submission(b=spoil(B, 6, O6=text, O8=text + " ", O9=text))
    assert brief(judged(twice)) == []
    (found,) = judged(twice, formset=on("B11"))
    assert brief([found]) == [("B11", "hint", S2, "O8")]
    assert message(found) == "“推动各项工作落到实处”在 3 个专项中重复"
    for cells in ({"O6": text[1:], "O8": text[1:]}, {"O6": text, "N8": text}):  # nine characters; two columns
        assert brief(judged(submission(b=spoil(B, 6, **cells)), formset=on("B11"))) == []


def test_a_copy_is_said_as_a_copy_only():
    goal = "完善校园安防设施，" * 30
    found = judged(submission(a=spoil(A, 4, F5=goal), b=spoil(B, 6, G7=goal, M7=goal)))
    assert brief(found) == [("B12", "warning", S2, "M7")]
    assert brief(judged(submission(b=spoil(B, 6, M7=A[1][5] + "等")))) == []


def test_left_over_sample_text_is_said_as_that_only():
    short = {"a": spoil(A, 4, E4="XX专项"), "b": spoil(B, 6, F6="XX专项")}
    assert brief(judged(submission(**short))) == [("T10", "warning", S2, "F6"), ("T10", "warning", S1, "E4")]


@pytest.mark.parametrize(("figure", "found"), [("150", 0), ("149.99", 1), ("0", 1), (None, 0)])
def test_a_control_figure(figure: str | None, found: int):
    control = Decimal(figure) if figure is not None else None
    said = judged(submission(), roster=(Department("201", "区教育局", control=control),))
    assert brief(said) == [("Z03", "warning", S3, "C3")] * found
    if found:
        assert message(said[0]) == f"区教育局 申报 150，超过控制数 {figure}"


def test_opinions_are_the_bureau_s():
    assert brief(judged(submission(c={**C, "B10": "  "}))) == []
