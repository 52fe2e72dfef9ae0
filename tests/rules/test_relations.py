"""Relations: what is compared, what is not because something else was wrong, and relations a bureau writes itself."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.rules.forms import FORMSET, A, B, C, brief, judged, returned, spoil, submission
from xlsform.core.catalogue import message
from xlsform.core.findings import Level
from xlsform.core.records import Submission
from xlsform.core.spec import Relation, Term
from xlsform.rules import RuleError, evaluate

S1, S2, S3 = "汇总表", "支出方向表", "部门整体"


def with_relation(relation: Relation):
    return replace(FORMSET, relations=(relation,))


def test_a_fund_missing_in_the_targets_is_said_once():
    assert brief(judged(submission(b=[B[0], *B[2:]]))) == [("X01", "error", S1, "C5")]


def test_a_fund_missing_in_the_summary_is_said_once():
    assert brief(judged(submission(a=[A[0], ("二", *A[2][1:])]))) == [("X01", "error", S2, "B7")]


def test_one_of_two_directions_missing_is_said_once():
    found = judged(submission(b=B[:3]))
    assert brief(found) == [("X01", "error", S1, "C6")]
    assert message(found[0]) == "“校园安全经费/学前教育”只在《区级专项资金预算绩效目标汇总表》中出现"


@pytest.mark.parametrize(
    "listed", ["义务教育；学前教育", "学前教育、义务教育", "义务教育\\n学前教育", "义务教育;学前教育；"]
)
def test_one_cell_may_list_all_directions(listed: str):
    assert brief(judged(submission(a=spoil(A, 4, C6=listed)))) == []


def test_a_direction_whose_name_holds_a_separator_is_taken_whole():
    both = {"a": spoil(A, 4, C5="义务教育、特殊教育"), "b": spoil(B, 6, B7="义务教育、特殊教育")}
    assert brief(judged(submission(**both))) == []


def test_a_fund_may_have_a_row_for_each_direction():
    rows = [*A[:2], (*A[2][:2], "义务教育", "5", *A[2][4:]), ("四", A[2][1], "学前教育", "2.5", *A[2][4:])]
    assert brief(judged(submission(a=rows))) == []


def carried(read: Submission, field: str, above: int, below: int) -> Submission:
    """The reading when a mapping says `carry: true` of an amount that is merged down over two records."""
    value = next(one for one in read.records if one.region == "fund_summary" and one.item == above).values[field]
    records = tuple(
        one._replace(values={**one.values, field: value}) if (one.region, one.item) == ("fund_summary", below) else one
        for one in read.records
    )
    return replace(read, records=records)


def test_an_amount_merged_over_two_rows_counts_once():
    rows = [*A[:2], (*A[2][:2], "义务教育", "7.5", *A[2][4:]), ("四", "^", "学前教育", "", *A[2][4:])]
    read = submission(a=[*rows, ("", "合计", "", "50", "", "")])
    assert brief(judged(carried(read, "total_amount", 2, 3))) == []


def test_a_merged_cell_is_accused_once():
    rows = [*A[:2], (*A[2][:2], "义务教育", "7万x", *A[2][4:]), ("四", "^", "学前教育", "", *A[2][4:])]
    assert brief(judged(carried(submission(a=rows), "total_amount", 2, 3))) == [("A03", "error", S1, "D6")]


def test_a_serial_number_merged_over_two_rows_counts_once():
    rows = [*A[:2], (*A[2][:2], "义务教育", "5", *A[2][4:]), ("^", "^", "学前教育", "2.5", *A[2][4:])]
    assert brief(judged(submission(a=rows))) == []


def test_forms_that_were_not_handed_in_are_not_compared():
    assert brief(judged(submission(b=None))) == []
    assert brief(judged(submission(c=None, file="区教育局.xlsx"))) == []


def test_a_department_without_funds():
    assert brief(judged(submission([], [], {**C, "C6": "0", "C3": "100"}, []))) == []


def test_a_doubled_row_is_said_once():
    found = judged(submission(a=[*A, ("四", *A[1][1:])]))
    assert brief(found) == [("A09", "error", S1, "C7")]
    assert message(found[0]) == "“校舍维修资金/义务教育”重复出现在第 5、7 行"


def test_a_missing_amount_stops_all_that_needs_it():
    assert brief(judged(submission(b=spoil(B, 6, E7="/")))) == [("B06", "error", S2, "E7")]


def test_text_is_compared_without_white_space():
    assert brief(judged(submission(b=spoil(B, 6, F6="普及学前教育，\\n三年毛入园率 达到百分之八十五。")))) == []


def test_decimals_compare_exactly():
    card = {**C, "C5": "0.1", "C6": "0.2", "C3": "0.3"}
    only = with_relation(FORMSET.relations[0])
    assert brief(judged(submission(c=card), formset=only)) == []
    assert brief(judged(submission(c={**card, "C3": "0.31"}), formset=only)) == [("C03", "error", S3, "C3")]


def test_a_bureau_s_own_relation():
    own = Relation(
        "L01", "<=", (Term("department_overall", "project_expenditure"),), (Term("department_overall", "basic_expenditure"),),
        level=Level.HINT,
    )  # fmt: skip
    found = judged(submission(c={**C, "C6": "120", "C3": "220"}), formset=with_relation(own))
    assert brief(found) == [("L01", "hint", S3, "C6")]
    assert message(found[0]) == "《部门整体支出绩效申报表》项目支出 120 与 《部门整体支出绩效申报表》基本支出 100 不符"
    assert brief(judged(submission(), formset=with_relation(own))) == []
    said = replace(own, message="项目支出 {left} 超过基本支出 {right}")
    found = judged(submission(c={**C, "C6": "120", "C3": "220"}), formset=with_relation(said))
    assert message(found[0]) == "项目支出 120 超过基本支出 100"


def test_tolerance_is_the_relation_s_own():
    loose = replace(FORMSET.relations[0], tolerance=Decimal(10))
    assert brief(judged(submission(c={**C, "C3": "160"}), formset=with_relation(loose))) == []
    assert brief(judged(submission(c={**C, "C3": "160.01"}), formset=with_relation(loose))) == [
        ("C03", "error", S3, "C3")
    ]


def test_departments_do_not_mix():
    good, bad = (
        returned(submission()),
        returned(
            submission(
                b=[("区民政局", *row[1:]) for row in spoil(B, 6, E6="31")],
                c={**C, "B2": "区民政局"},
                file="区民政局.xlsx",
            )
        ),
    )
    found = evaluate([good, bad], FORMSET, (), 2019).findings
    assert [(one.department, one.code, one.where.file) for one in found] == [("区民政局", "X02", "区民政局.xlsx")]


def test_a_crashing_rule_is_not_read_as_bad_data():
    wrong = replace(
        FORMSET, relations=(Relation("X99", "=", (Term("fund_summary", "no_such_field", total=True),), ()),)
    )
    # a relation that names what is not there is refused by specfiles; here it must neither accuse nor pass for evaluated
    assert brief(judged(submission(), formset=wrong)) == []
    broken = replace(FORMSET, relations=(Relation("X98", "~", (), ()),))
    with pytest.raises(RuleError, match="X98"):
        judged(submission(), formset=broken)
