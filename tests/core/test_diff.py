"""What differs between two workbooks: records paired by their key, cells compared, order no difference."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from tests.blanks import CARD, FORMSET, FUNDS, MATRIX, TARGETS, read
from xlsform.core.diff import Change, RecordChange, compare
from xlsform.core.errors import UsageError
from xlsform.core.records import Record, Sighting, Submission, Value
from xlsform.core.spec import Form, FormSet, Table

TWO = "一 | 甲 | 方向 | 8 | 目标 | 年度\n二 | 乙 | 方向 | 9 | 目标 | 年度\n"


def funds(*lines: str) -> Submission:
    return read(FUNDS + "\n".join(lines))


def told(change: RecordChange) -> tuple[object, ...]:
    """Change, name, and of each cell: field, old, new, difference."""
    cells = [
        (cell.field, cell.old.text if cell.old else None, cell.new.text if cell.new else None, cell.delta)
        for cell in change.cells
    ]
    return (change.change.value, change.name, *cells)


def differing(old: Submission, new: Submission, formset: FormSet = FORMSET) -> list[tuple[object, ...]]:
    return [told(change) for change in compare(old, new, formset)]


def test_a_file_does_not_differ_from_itself():
    one = read(
        FUNDS + TWO, TARGETS + "局 | 方向 | 甲 | 2019年 | 8", CARD, MATRIX + "甲 | 产出指标 | 数量指标 | 率 | 1%"
    )
    assert compare(one, one, FORMSET) == ()


def test_amounts_with_their_difference_and_texts_with_their_words():
    (change,) = compare(funds(TWO), funds(TWO.replace("9 | 目标", "12.5 | 目标2个")), FORMSET)
    assert told(change) == (
        "changed", "乙 / 方向", ("total_amount", "9", "12.5", Decimal("3.5")), ("period_goal", "目标", "目标2个", None)
    )  # fmt: skip
    assert [(span.op, span.text) for span in change.cells[1].words] == [("same", "目标"), ("added", "2个")]
    assert change.title == "区级专项资金预算绩效目标汇总表"
    assert change.old is not None
    assert str(change.old.ref("total_amount")) == "某局.xlsx!Sheet1!D5"


def test_an_amount_is_compared_by_its_value_and_a_text_to_the_letter():
    assert differing(funds("一 | 甲 | x | 8 | 目标"), funds("一 | 甲 | x | '8.00万元' | 目标")) == []
    assert differing(funds("一 | 甲 | x | 8 | 目标"), funds("一 | 甲 | x | 8 | 目 标")) != []


@pytest.mark.parametrize(
    ("old", "new", "change", "delta"),
    [
        ("", "8", "added", Decimal(8)),
        ("8", "", "removed", Decimal(-8)),
        ("待定", "8", "changed", None),
        ("待定", "另议", "changed", None),
        ("0", "", "removed", Decimal(0)),
    ],
)
def test_an_empty_cell_counts_as_nothing_and_an_unreadable_one_not_at_all(old, new, change, delta):
    (found,) = compare(funds(f"一 | 甲 | x | {old} | 目"), funds(f"一 | 甲 | x | {new} | 目"), FORMSET)
    assert [(cell.change.value, cell.delta) for cell in found.cells] == [(change, delta)]


def test_moved_records_are_no_difference_whatever_their_number_is():
    lines = [f"{n} | {name} | 方向 | 8 | 目标 | 年度" for n, name in zip("一二三", "甲乙丙", strict=True)]
    for order in permutations(lines):
        numbered = [f"{n}{line[1:]}" for n, line in zip("一二三", order, strict=True)]
        assert differing(funds(*lines), funds(*numbered)) == []


def test_a_wrong_number_is_a_difference_where_nothing_moved():
    assert differing(funds(TWO), funds(TWO.replace("二", "三"))) == [
        ("changed", "乙 / 方向", ("seq", "二", "三", None))
    ]


def test_added_and_removed_records_show_all_that_they_say():
    found = differing(funds(TWO), funds("一 | 乙 | 方向 | 9 | 目标 | 年度", "二 | 丙 | 方向 | 1 |"))
    assert found == [
        (
            "removed", "甲 / 方向", ("seq", "一", None, None), ("fund_name", "甲", None, None),
            ("direction", "方向", None, None), ("total_amount", "8", None, Decimal(-8)),
            ("period_goal", "目标", None, None), ("annual_goal", "年度", None, None),
        ),
        (
            "added", "丙 / 方向", ("seq", None, "二", None), ("fund_name", None, "丙", None),
            ("direction", None, "方向", None), ("total_amount", None, "1", Decimal(1)),
        ),
    ]  # fmt: skip


def test_a_renamed_key_is_one_gone_and_one_new():
    assert [name for name, *_ in differing(funds(TWO), funds(TWO.replace("乙", "丁")))] == ["removed", "added"]
    assert differing(funds(TWO), funds(TWO.replace("乙", "乙 "))) == []


def test_a_key_that_only_lost_a_blank_is_the_same_record():
    found = differing(funds("一 | 甲 专项 | x | 8"), funds("一 | 甲专项 | x | 8"))
    assert found == [("changed", "甲专项 / x", ("fund_name", "甲 专项", "甲专项", None))]


def test_duplicates_of_a_key_are_paired_in_their_order():
    one, other = "一 | 甲 | x | 8 | 目标", "二 | 甲 | x | 9 | 目标"
    assert differing(funds(one, other), funds(one, other.replace("9", "7"))) == [
        ("changed", "甲 / x", ("total_amount", "9", "7", Decimal(-2)))
    ]
    assert [name for name, *_ in differing(funds(one, other), funds(one))] == ["removed"]


def test_without_a_key_records_are_paired_by_their_place():
    form = FORMSET.form("fund_summary")
    (region,) = form.regions
    assert isinstance(region, Table)
    bare = replace(FORMSET, forms=(replace(form, regions=(replace(region, key=()),)),))
    found = differing(funds(TWO), funds(TWO.replace("甲", "丁")), bare)
    assert found == [("changed", "第 1 条", ("fund_name", "甲", "丁", None))]


def test_matrix_records_are_named_by_their_band_in_a_clerks_words():
    old = read(MATRIX + "甲 | 产出指标 | 数量指标 | 率 | 1% | 数量指标 | 率 | 2%")
    new = read(MATRIX + "甲 | 产出指标 | 数量指标 | 率 | 1% | 数量指标 | 率 | 3%")
    (change,) = compare(old, new, FORMSET)
    assert change.name == "甲 / 本年度 / 产出指标 / 数量指标 / 率"
    assert dict(change.key)["horizon"] == "annual"
    assert [cell.field for cell in change.cells] == ["value"]


def card(items: str) -> Submission:
    return read(CARD.replace("产出指标 |", f"产出指标 | {items}").replace("部门名称 | | <", "部门名称 | 某局 | <"))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("指标1：甲：1%\\n指标2：乙：2%", "指标1：乙：2%\\n指标2：甲：1%", []),
        ("指标1：甲：1%", "指标1：甲：2%", [("changed", "甲", ("value", "1%", "2%", None))]),
        ("指标1：甲：1%", "指标1：丁：1%", [("changed", "丁", ("name", "甲", "丁", None))]),
        ("指标1：甲：1%", "指标2：甲：1%", [("changed", "甲", ("no", "1", "2", None))]),
        (
            "指标1：甲：1%",
            "指标1：丁：3%\\n指标2：甲：1%",
            [("added", "丁", ("no", None, "1", None), ("name", None, "丁", None), ("value", None, "3%", None))],
        ),
    ],
)
def test_items_of_a_text_block_are_known_by_name_and_then_by_number(old, new, found):
    changes = compare(card(old), card(new), FORMSET)
    assert [told(change) for change in changes] == found
    assert {change.title for change in changes} <= {"产出指标"}


def test_a_return_against_the_blank_it_was_made_of():
    found = compare(
        read(FUNDS, CARD), read(FUNDS + TWO, CARD.replace("部门名称 | | <", "部门名称 | 某局 | <")), FORMSET
    )
    assert [(change.change, change.region, change.department) for change in found] == [
        (Change.ADDED, "fund_summary", "某局"),
        (Change.ADDED, "fund_summary", "某局"),
        (Change.CHANGED, "department_overall", "某局"),
    ]
    assert [cell.change for cell in found[2].cells] == [Change.ADDED]


def summary(*records: tuple[str, str, str]) -> Submission:
    """A district summary: department, fund, amount."""
    sighting = Sighting("fund_summary", "汇总表", 2019, None, "", None, summary=True)

    def record(item: int, department: str, fund: str, amount: str) -> Record:
        values = {"seq": Value(item + 1, str(item + 1), item + 5, 1), "fund_name": Value(fund, fund, item + 5, 2)}
        values["direction"] = Value("方向", "方向", item + 5, 3)
        values["total_amount"] = Value(Decimal(amount), amount, item + 5, 4)
        return Record("fund_summary", "fund_summary", item, department, "汇总.xlsx", "汇总表", values)

    found = tuple(record(item, *said) for item, said in enumerate(records))
    return Submission("汇总.xlsx", "0" * 64, "", (sighting,), found, (), (), (), {})


def test_two_summaries_are_compared_department_by_department():
    old = summary(("教育局", "甲", "8"), ("民政局", "甲", "5"))
    new = summary(("财政局", "乙", "1"), ("民政局", "甲", "6"), ("教育局", "甲", "8"))
    assert [(c.department, *told(c)[:2]) for c in compare(old, new, FORMSET)] == [
        ("民政局", "changed", "甲 / 方向"),
        ("财政局", "added", "乙 / 方向"),
    ]


def test_a_return_against_its_part_of_a_summary():
    one = replace(funds("一 | 甲 | 方向 | 8"), department="教育局")
    found = compare(one, summary(("民政局", "甲", "5"), ("教育局", "甲", "9")), FORMSET)
    assert [(c.department, told(c)) for c in found] == [
        ("教育局", ("changed", "甲 / 方向", ("total_amount", "8", "9", Decimal(1))))
    ]
    with pytest.raises(UsageError, match="没有部门“教育局”"):
        compare(one, summary(("民政局", "甲", "5")), FORMSET)


def test_the_difference_the_other_way_round_is_the_opposite():
    old, new = funds(TWO), funds("一 | 甲 | 方向 | 7.25 | 目标 | 年度", "二 | 丙 | 方向 | 1 |")
    there, back = (
        sum((cell.delta or Decimal(0) for c in compare(*pair, FORMSET) for cell in c.cells), Decimal(0))
        for pair in ((old, new), (new, old))
    )
    assert there == -back == Decimal("-8.75")


def test_forms_are_compared_in_the_order_of_the_form_set():
    ids = [form.id for form in FORMSET.forms if isinstance(form, Form)]
    found = compare(read(FUNDS, TARGETS), read(TARGETS + "局 | 方向 | 甲", FUNDS + TWO), FORMSET)
    assert [ids.index(change.form) for change in found] == sorted(ids.index(change.form) for change in found)


def test_another_unit_or_year_is_a_difference_though_no_figure_changed():
    old, new = funds(TWO), read(FUNDS.replace("单位：万元", "单位：元").replace("2019年区级", "2020年区级") + TWO)
    (change,) = compare(old, new, FORMSET)
    assert (change.region, change.form, change.name) == ("", "fund_summary", "表头")
    assert told(change)[2:] == (("year", "2019", "2020", None), ("unit", "万元", "元", None))
    assert change.cells[1].old is not None
    assert (change.cells[1].old.row, change.cells[1].old.col) == (2, 1)


def test_a_form_that_came_or_went_is_said_also_when_it_is_empty():
    assert [told(change) for change in compare(read(FUNDS, MATRIX), read(FUNDS), FORMSET)] == [
        ("removed", "表头", ("sheet", "Sheet2", None, None))
    ]
    assert [change.form for change in compare(read(FUNDS), read(FUNDS, MATRIX), FORMSET)] == ["indicator_matrix"]


def test_texts_outside_the_form_are_compared_wherever_they_stand():
    old = funds(TWO + "注：甲\n注：乙\n注：乙")
    assert differing(old, funds(TWO + "\n注：乙\n注：甲\n注：乙")) == []
    assert differing(old, funds(TWO + "注：乙\n注：丙")) == [
        ("removed", "表外文字", ("text", "注：甲", None, None)),
        ("removed", "表外文字", ("text", "注：乙", None, None)),
        ("added", "表外文字", ("text", None, "注：丙", None)),
    ]
