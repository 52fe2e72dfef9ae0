"""Forms put on their blanks, and returned sheets aligned to them: where things stand, whatever was changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.blanks import BLANKS, CARD, FORMSET, FUNDS, LAYOUTS, MATRIX, TARGETS
from tests.drawn import book, draw
from xlsform.core.errors import SpecError
from xlsform.core.layout import Layout, align, keys_of, likeness, place, place_all
from xlsform.core.regions.table import Header, differences


def layout(form: str) -> Layout:
    return next(one for one in LAYOUTS.returns if one.form.id == form)


def header(picture: str, form: str) -> Header:
    return align(layout(form), draw(picture)).tables[0][1]


def at(header: Header) -> dict[str, int]:
    return {column.band + column.field.key: column.at for column in header.columns}


def test_blank_tells_title_unit_header_and_columns() -> None:
    funds = layout("fund_summary")
    assert funds.title is not None
    assert (funds.title.row, funds.title.year) == (1, 2019)
    assert funds.unit is not None
    assert (funds.unit.row, funds.unit.text) == (2, "万元")
    ((_, head),) = funds.tables
    assert (head.top, head.bottom) == (3, 3)
    assert list(at(head).values()) == [1, 2, 3, 4, 5, 6]
    ((_, head),) = layout("direction_targets").tables
    assert (head.top, head.bottom) == (3, 5)
    assert list(at(head).values()) == list(range(1, 17))


def test_bands_of_a_matrix_are_told_apart_by_the_labels_above() -> None:
    ((_, head),) = layout("indicator_matrix").tables
    assert at(head) == {
        "fund_name": 1,
        "level1": 2,
        "periodlevel2": 3,
        "periodlevel3": 4,
        "periodvalue": 5,
        "annuallevel2": 6,
        "annuallevel3": 7,
        "annualvalue": 8,
    }


def test_card_on_its_blank() -> None:
    card = layout("department_overall").card
    assert card is not None
    places = {answer.question.field.key: (answer.at, answer.inline) for answer in card.answers}
    assert places["department"] == ((2, 2), False)
    assert places["total_amount"] == ((3, 3), False)
    assert places["output_indicators"] == ((8, 3), False)
    assert places["performance_section_opinion"] == ((11, 2), True)
    assert card.right == 3


def test_label_that_the_blank_lacks_or_has_twice_is_missing() -> None:
    form = FORMSET.form("fund_summary")
    lacking = place(form, draw(FUNDS.replace("资金总额", "金额")))
    assert lacking.missing == (("total_amount", "资金总额"),)
    twice = place(form, draw(FUNDS.replace("支出方向", "资金总额")))
    assert {key for key, _ in twice.missing} == {"direction", "total_amount"}


def test_blanks_that_lack_a_sheet_or_a_label_are_refused_with_every_fault() -> None:
    grids = [draw(text, FORMSET.form(id_).sheet) for id_, text in BLANKS.items()]
    grids[0] = draw(FUNDS.replace("资金总额", "金额"), grids[0].sheet)
    only = replace(FORMSET, forms=tuple(FORMSET.form(id_) for id_ in BLANKS))
    with pytest.raises(SpecError) as error:
        place_all(only, book(*grids[:3]), book())
    said = str(error.value)
    assert "资金总额" in said
    assert "指标分解表" in said


def test_unchanged_header_is_the_blanks_own() -> None:
    aligned = align(layout("fund_summary"), draw(FUNDS + "一 | 甲 | | 8"))
    assert aligned.tables[0][1] is aligned.tables[0][2]


@pytest.mark.parametrize("above", ["附件2\n", "附件2\n\n填报单位：某局\n"])
def test_rows_above_move_the_header_down(above: str) -> None:
    head = header("\n" + above + TARGETS.lstrip(), "direction_targets")
    assert head.bottom == 5 + above.count("\n")
    assert head.found == tuple(c._replace(at=c.at) for c in layout("direction_targets").tables[0][1].columns)


def test_columns_inserted_moved_and_named_otherwise() -> None:
    head = header("序号 | 所属专项名称 | 经办 | 资金 总额 | 支出方向 | 本年度绩效目标 | 实施期绩效目标", "fund_summary")
    assert at(head) == {
        "seq": 1,
        "fund_name": 2,
        "direction": 5,
        "total_amount": 4,
        "period_goal": 7,
        "annual_goal": 6,
    }
    assert head.extra == (3,)
    assert head.moved == (4, 5, 6, 7)
    blank = layout("fund_summary").tables[0][1]
    assert differences(head, blank) == ("表头在第 1 行", "多出第 C 列", "栏目次序不同：第 D、E、F、G 列")


def test_merged_halves_of_a_matrix_that_changed_places_and_lost_their_merges() -> None:
    swapped = header(
        "所属专项名称 | 本年度 | | | 实施期（2019年-2021年） | | |\n"
        "| 二级指标 | 三级指标 | 指标值 | 一级指标 | 二级指标 | 三级指标 | 指标值",
        "indicator_matrix",
    )
    assert (at(swapped)["annuallevel2"], at(swapped)["periodlevel2"], at(swapped)["level1"]) == (2, 6, 5)
    bare = header(
        "所属专项名称 | 一级指标 | 二级指标 | 三级指标 | 指标值 | 二级指标 | 三级指标 | 指标值", "indicator_matrix"
    )
    assert at(bare) == at(layout("indicator_matrix").tables[0][1])


def test_one_of_two_labels_alike_is_deleted_the_other_is_told_by_its_place() -> None:
    head = header("所属专项名称 | 一级指标 | 二级指标 | 三级指标 | 指标值 | | 三级指标 | 指标值", "indicator_matrix")
    assert [(c.band, c.field.key) for c in head.missing] == [("annual", "level2")]
    assert [(one.column.band, one.column.at) for one in head.renamed] == [("period", 3)]


def test_header_with_less_than_half_of_its_labels_is_lost() -> None:
    aligned = align(layout("fund_summary"), draw("序号 | 专项支出名称 | 甲 | 乙 | 丙 | 丁"))
    assert [region.id for region in aligned.lost] == ["fund_summary"]


def test_label_words_in_many_records_do_not_become_the_header() -> None:
    words = "质量指标 | 数量指标 | 时效指标 | 成本指标 | 经济效益指标 | 社会效益指标 | 支出方向 | 主管部门\n"
    head = header(TARGETS + words * 3, "direction_targets")
    assert (head.top, head.bottom) == (3, 5)


def test_card_labels_follow_inserted_rows_and_columns() -> None:
    shifted = "\n".join(f"| {line}" for line in CARD.strip().splitlines())
    card = align(layout("department_overall"), draw("附件3\n" + shifted)).card
    assert card is not None
    assert not card.missing
    assert {answer.question.field.key: answer.at for answer in card.answers}["total_amount"] == (4, 4)
    assert card.right == 4


def test_likeness_counts_the_labels_that_a_sheet_shows() -> None:
    assert likeness(layout("fund_summary"), keys_of(draw(FUNDS))) == 1
    assert likeness(layout("fund_summary"), keys_of(draw(TARGETS))) == 0.5
    assert likeness(layout("indicator_matrix"), keys_of(draw(MATRIX.replace("指标值", "值")))) < 1
