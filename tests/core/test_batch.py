"""Files put together by department: never guessed, never counted twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.blanks import CARD, FORMSET, FUNDS, MATRIX, TARGETS, read
from xlsform.core.batch import Register, Return, of_department, owner, put_together
from xlsform.core.findings import Finding, Level
from xlsform.core.records import Submission
from xlsform.core.spec import Department

OFFICE = Department("101", "区委办本级", ("区委办",))
SCHOOLS = Department("205", "区教育局", ("教育局", "教育"))
LABOUR = Department("208", "区人力资源和社会保障局", ("区人社局", "人社局"))
REGISTER = Register((OFFICE, SCHOOLS, LABOUR))
FUND = "一 | 甲 | 方向 | 8 | 目标 | 年度\n"


def from_file(name: str, *pictures: str) -> Submission:
    got = read(*pictures)
    records = tuple(record._replace(file=name) for record in got.records)
    return replace(got, file=name, records=records)


def card(name: str) -> str:
    return CARD.replace("部门名称 | | <", f"部门名称 | {name} | <")


def said(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(f.code, f.variant, f.level.key) for f in findings]


def together(*parts: Submission) -> tuple[Return, tuple[Finding, ...]]:
    return put_together("区委办本级", OFFICE, parts, FORMSET)


@pytest.mark.parametrize("name", ["区委办本级", "区委办", "区委办\\n本 级", " 区委办 "])
def test_department_is_what_the_card_says_by_name_or_alias(name: str) -> None:
    whose = owner(from_file("x.xlsx", card(name)), REGISTER)
    assert (whose.department, whose.known, whose.findings) == ("区委办本级", OFFICE, ())


def test_department_that_nobody_registered_keeps_its_name_however_it_is_spaced() -> None:
    for name in ("区档案馆", "区 档案馆", "区档案\\n馆"):
        assert owner(from_file("区委办.xlsx", card(name)), REGISTER)[:2] == ("区档案馆", None)


def test_file_that_bears_another_departments_name_than_its_card_is_said() -> None:
    whose = owner(from_file("报送/区教育局.xlsx", card("区委办")), REGISTER)
    assert whose.department == "区委办本级"
    assert said(whose.findings) == [("S01", "", "warning")]
    assert not owner(from_file("区委办报教育局.xlsx", card("区委办")), REGISTER).findings


def test_file_without_card_goes_by_its_name_and_that_is_said() -> None:
    whose = owner(from_file("区人社局-汇总表.xlsx", FUNDS + FUND), REGISTER)
    assert whose.department == LABOUR.name
    assert said(whose.findings) == [("S01", "by_name", "warning")]


@pytest.mark.parametrize("name", ["汇总表.xlsx", "区委办和教育局.xlsx", "区卫健局.xlsx"])
def test_file_that_names_nobody_or_two_is_nobodys(name: str) -> None:
    whose = owner(from_file(name, FUNDS + FUND), REGISTER)
    assert (whose.department, said(whose.findings)) == ("", [("C01", "nobody", "error")])


def test_longer_name_wins_over_the_one_inside_it() -> None:
    assert REGISTER.in_file_name("2019 区教育局 v2.xlsx") == (SCHOOLS,)
    assert (
        Register((Department("1", "教育局"), Department("2", "区教育局"))).in_file_name("区教育局.xlsx")[0].code == "2"
    )


def test_order_is_the_rosters_and_strangers_come_last() -> None:
    names = ["区档案馆", "区教育局", "区妇联", "区委办本级"]
    assert sorted(names, key=REGISTER.order) == ["区委办本级", "区教育局", "区妇联", "区档案馆"]


def test_forms_from_several_files_are_one_return() -> None:
    whole, findings = together(
        from_file("1.xlsx", FUNDS + FUND), from_file("2.xlsx", card("区委办"), MATRIX), from_file("3.xlsx", TARGETS)
    )
    assert whole.files == ("1.xlsx", "2.xlsx", "3.xlsx")
    assert whole.forms == {"fund_summary", "department_overall", "indicator_matrix", "direction_targets"}
    assert [r.data("fund_name") for r in whole.records["fund_summary"]] == ["甲"]
    assert not findings


def test_missing_forms_are_named_and_the_instructions_are_no_form_to_miss() -> None:
    _, findings = together(from_file("1.xlsx", FUNDS, card("区委办")))
    assert [(f.code, f.form) for f in findings] == [("T04", "direction_targets"), ("T04", "indicator_matrix")]


def test_same_answers_twice_count_once_and_different_ones_not_at_all() -> None:
    others = (TARGETS, card("区委办"), MATRIX)
    first = from_file("1.xlsx", FUNDS + FUND, *others)
    whole, findings = together(first, from_file("2.xlsx", FUNDS.replace("2019年", "2019 年") + "\n" + FUND))
    assert len(whole.records["fund_summary"]) == 1
    assert said(findings) == [("S02", "same", "hint")]
    whole, findings = together(first, from_file("2.xlsx", FUNDS + FUND.replace("8", "9")))
    assert "fund_summary" not in whole.records
    assert said(findings) == [("S02", "undecided", "error")]


def test_amount_that_cannot_be_read_differs_from_another_that_cannot() -> None:
    parts = [from_file(f"{i}.xlsx", FUNDS + FUND.replace("8", text)) for i, text in enumerate(("待定", "另报"))]
    _, findings = together(*parts)
    assert ("S02", "undecided", "error") in said(findings)


def test_form_that_stands_twice_in_a_file_is_not_handed_in_and_is_not_said_to_be_missing_as_well() -> None:
    twice = from_file("1.xlsx", FUNDS + FUND, FUNDS + FUND, TARGETS, card("区委办"), MATRIX)
    assert [(f.code, f.variant, f.level) for f in twice.findings] == [("T04", "twice", Level.ERROR)]
    whole, findings = together(twice)
    assert "fund_summary" not in whole.forms
    assert findings == ()
    without = from_file("1.xlsx", TARGETS, card("区委办"), MATRIX)
    assert [(f.code, f.level) for f in together(without)[1]] == [("T04", Level.ERROR)]


def test_part_of_a_summary_holds_only_what_stands_under_a_departments_names() -> None:
    got = read(FUNDS + FUND)
    mixed = replace(
        got, records=tuple(r._replace(department=name) for r in got.records for name in ("区委办", "区教育局"))
    )
    assert [r.department for r in of_department(mixed, {"区委办本级", "区委办"}).records] == ["区委办"]
