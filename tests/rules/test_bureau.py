"""What a bureau may do in one line of YAML, without Python: change a level or a threshold, turn a rule off, add one; for checks within a
form (表内), across forms (表间), against last year (跨期) and across departments (跨单位).
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.rules.forms import FORMSET, ROSTER, A, B, C, Rows, brief, returned, spoil, submission
from xlsform.core.batch import Return
from xlsform.core.catalogue import message
from xlsform.core.findings import Finding
from xlsform.core.spec import FormSet
from xlsform.rules import evaluate
from xlsform.specfiles import load_formset

S1, S2, S3 = "汇总表", "支出方向表", "部门整体"
A06 = "{code: A06, check: length, fields: [period_goal, annual_goal], min: 10, max: 600}"
X03 = "- X03: sum(fund_summary.total_amount) = department_overall.project_expenditure"
X05 = "- X05: fund_summary.total_amount ~ last.fund_summary.total_amount by fund_name, direction within 1000 to 100000"
OFF = "levels: {}"


@pytest.fixture
def edited(tmp_path: Path):
    def edit(name: str, old: str, new: str, *further: tuple[str, str, str]) -> FormSet:
        folder = tmp_path / "mappings" / "2019"
        shutil.copytree("mappings", tmp_path / "mappings", dirs_exist_ok=True)
        for file, before, after in ((name, old, new), *further):
            path = folder / file
            text = path.read_text(encoding="utf-8")
            assert text.count(before) == 1, before
            path.write_text(text.replace(before, after), encoding="utf-8")
        return load_formset(folder)

    return edit


def found(formset: FormSet, *returns: Return, last: Return | None = None) -> tuple[Finding, ...]:
    past = {last.department: last} if last is not None else None
    return evaluate(returns, formset, ROSTER, 2019, past, {}).findings


def education(a: Rows = A, b: Rows = B, **card: str) -> Return:
    return returned(submission(a, b, {**C, **card}))


def civil_affairs(a: Rows = A, b: Rows = B) -> Return:
    targets = [("区民政局", *row[1:]) for row in b]
    return returned(submission(a, targets, {**C, "B2": "区民政局"}, file="区民政局.xlsx"))


# ---------------------------------------------------------------------------------------------------------------- 表内

SHORT = {"a": spoil(A, 4, F6="完善安防。")}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("fund_summary.yaml", A06, A06, [("A06", "warning", S1, "F6")]),
        ("fund_summary.yaml", A06, A06[:-1] + ", level: error}", [("A06", "error", S1, "F6")]),
        ("formset.yaml", OFF, "levels: {A06: hint}", [("A06", "hint", S1, "F6")]),
        ("fund_summary.yaml", A06, A06.replace("min: 10", "min: 5"), []),
        ("formset.yaml", OFF, "levels: {A06: off}", []),
        ("fund_summary.yaml", f"  - {A06}\n", "", []),
    ],
)
def test_within_a_form(edited, file: str, old: str, new: str, expected: list[tuple[str, ...]]):
    assert brief(found(edited(file, old, new), education(**SHORT))) == expected


def test_a_rule_of_its_own_within_a_form(edited):
    own = "{code: Q01, check: length, fields: [fund_name], max: 6, level: hint, message: '“{name}”有 {k} 字'}"
    formset = edited("fund_summary.yaml", f"- {A06}", f"- {A06}\n  - {own}")
    (one,) = found(formset, education())
    assert brief([one]) == [("Q01", "hint", S1, "B4")]
    assert message(one) == "“学前教育发展资金”有 8 字"


# ---------------------------------------------------------------------------------------------------------------- 表间

OTHER = {"C6": "60", "C3": "160"}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("relations.yaml", X03, X03, [("X03", "warning", S3, "C6")]),
        ("relations.yaml", X03, f"{X03}\n    level: hint", [("X03", "hint", S3, "C6")]),
        ("formset.yaml", OFF, "levels: {X03: error}", [("X03", "error", S3, "C6")]),
        ("relations.yaml", X03, f"{X03}\n    tolerance: 10", []),
        ("formset.yaml", OFF, "levels: {X03: off}", []),
        ("relations.yaml", f"  {X03}\n", "", []),
    ],
)
def test_across_forms(edited, file: str, old: str, new: str, expected: list[tuple[str, ...]]):
    assert brief(found(edited(file, old, new), education(**OTHER))) == expected


def test_a_rule_of_its_own_across_forms(edited):
    own = "- {Q02: 10 * department_overall.project_expenditure <= department_overall.basic_expenditure, level: hint, message: '十倍 {left}'}"
    formset = edited("relations.yaml", X03, f"{X03}\n  {own}")
    (one,) = found(formset, education())
    assert brief([one]) == [("Q02", "hint", S3, "C6")]
    assert message(one) == "十倍 500"


# ---------------------------------------------------------------------------------------------------------------- 跨期

SMALL = education([(*A[0][:3], "0.02", *A[0][4:]), *A[1:]])  # last year; this year it is 1,500 times as much


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("relations.yaml", X05, X05, [("X05", "warning", S1, "D4")]),
        ("relations.yaml", X05, f"{X05}\n    level: error", [("X05", "error", S1, "D4")]),
        ("formset.yaml", OFF, "levels: {X05: hint}", [("X05", "hint", S1, "D4")]),
        ("relations.yaml", X05, X05.replace("within 1000", "within 1500.5"), []),
        ("relations.yaml", X05, X05.replace("to 100000", "to 1499.9"), []),
        ("formset.yaml", OFF, "levels: {X05: off}", []),
        ("relations.yaml", f"  {X05}\n", "", []),
    ],
)
def test_against_last_year(edited, file: str, old: str, new: str, expected: list[tuple[str, ...]]):
    assert brief(found(edited(file, old, new), education(), last=SMALL)) == expected


def test_a_rule_of_its_own_against_last_year(edited):
    own = "- {Q03: fund_summary.total_amount <= 1.2 * last.fund_summary.total_amount by fund_name, level: warning, message: '“{name}”增长超过两成'}"
    formset = edited("relations.yaml", f"  {X05}\n", f"  {own}\n")
    past = education(spoil(A, 4, D4="25", D5="10.4"))
    (one,) = found(formset, education(), last=past)
    assert brief([one]) == [("Q03", "warning", S1, "D5")]
    assert message(one) == "“校舍维修资金”增长超过两成"


# -------------------------------------------------------------------------------------------------------------- 跨单位

Q04 = "{code: Q04, check: unique_across, fields: [fund_name, direction], level: warning, message: '“{text}”与{other}重复'}"
KEY = "  - {code: A09, check: unique, fields: [fund_name, direction]}\n"
ADD = ("fund_summary.yaml", KEY, f"{KEY}  - {Q04}\n")
DOUBLE = [("Q04", "warning", S1, f"C{row}") for row in (4, 5, 6)]


def test_nothing_is_compared_across_departments_unless_a_bureau_asks():
    assert found(FORMSET, education(), civil_affairs()) == ()


def test_a_rule_of_its_own_across_departments(edited):
    told = found(edited(*ADD), education(), civil_affairs())
    assert brief(told) == DOUBLE
    assert {one.department for one in told} == {"区民政局"}
    assert message(told[1]) == "“校舍维修资金/义务教育”与区教育局重复"


@pytest.mark.parametrize(
    ("new", "expected"),
    [("levels: {Q04: error}", [(code, "error", *at) for code, _, *at in DOUBLE]), ("levels: {Q04: off}", [])],
)
def test_its_level_is_the_bureau_s(edited, new: str, expected: list[tuple[str, ...]]):
    assert brief(found(edited(*ADD, ("formset.yaml", OFF, new)), education(), civil_affairs())) == expected


def test_its_threshold_is_the_bureau_s(edited):
    long = ADD[2].replace("level:", "min: 12, level:")
    told = found(edited(ADD[0], ADD[1], long), education(), civil_affairs())
    assert brief(told) == [DOUBLE[0], DOUBLE[2]]  # 校舍维修资金/义务教育 has ten characters


def test_long_goals_that_two_departments_share(edited):
    line = (
        "{code: Q05, check: unique_across, fields: [annual_goal], min: 14, level: hint, message: '与{other}的目标相同'}"
    )
    formset = edited("fund_summary.yaml", KEY, f"{KEY}  - {line}\n")
    assert brief(found(formset, education(), civil_affairs())) == [("Q05", "hint", S1, "F4")]
    own = spoil(A, 4, F4="新增幼儿园，扩大公办园资源。"), spoil(B, 6, G6="新增幼儿园，扩大公办园资源。")
    assert found(formset, education(), civil_affairs(*own)) == ()


def test_one_department_may_repeat_itself(edited):
    assert found(edited(*ADD), education(), education()) == ()


def in_batches(formset: FormSet, batches: Sequence[Sequence[Return]]) -> list[tuple[str, str, str, str]]:
    seen: dict[tuple[object, ...], str] = {}
    return [one for batch in batches for one in brief(evaluate(batch, formset, ROSTER, 2019, None, seen).findings)]


def test_departments_of_different_batches_are_compared(edited):
    formset = edited(*ADD)
    assert in_batches(formset, [[education()], [civil_affairs()]]) == DOUBLE
    assert evaluate([education(), civil_affairs()], formset, ROSTER, 2019).findings == ()  # files looked at one by one


def test_a_level_of_a_rule_that_nobody_has_is_refused(edited):
    with pytest.raises(Exception, match="规则目录里没有 Q09"):
        edited("formset.yaml", OFF, "levels: {Q09: off}")
