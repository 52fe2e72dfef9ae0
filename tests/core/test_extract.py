"""Forms read from sheets that people have changed: every value comes out right, or it is said what was not read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.drawn import book, draw
from xlsform.core.extract import extract
from xlsform.core.layout import Layouts, place
from xlsform.core.records import Fate, Submission
from xlsform.specfiles import load_formset

FORMSET = load_formset(Path("mappings/2019"))

FUNDS = """
2019年区级专项资金预算绩效目标汇总表 | < | < | < | < | <
单位：万元 | < | < | < | < | <
序号 | 专项支出名称 | 支出方向 | 资金总额 | 实施期绩效目标 | 年度绩效目标
"""
TARGETS = """
2019年区级专项资金支出方向绩效目标表 | < | < | < | < | < | < | < | < | < | < | < | < | < | < | <
单位：万元 | < | < | < | < | < | < | < | < | < | < | < | < | < | < | <
主管部门 | 支出方向 | 所属专项名称 | 专项实施期 | 支出方向年度金额 | 实施期绩效目标 | 年度绩效目标 | 绩效指标 | < | < | < | < | < | < | < | <
^ | ^ | ^ | ^ | ^ | ^ | ^ | 产出指标 | < | < | < | 效益指标 | < | < | < | <
^ | ^ | ^ | ^ | ^ | ^ | ^ | 数量指标 | 质量指标 | 时效指标 | 成本指标 | 经济效益指标 | 社会效益指标 | 生态效益指标 | 可持续影响指标 | 社会公益或服务对象满意度指标
"""
CARD = """
2019年部门整体支出绩效申报表 | < | <
部门名称 | | <
年度预算申请 | 资金总额： |
^ | 按支出性质分： |
^ | 其中：基本支出： |
^ | 项目支出： |
整体绩效目标 | | <
部门整体支出年度绩效指标 | 产出指标 |
^ | 效益指标 |
财政部门审核意见 | 业务股室意见: | <
^ | 绩效股意见： | <
"""
MATRIX = """
2019年区级专项资金绩效指标分解表 | < | < | < | < | < | < | <
所属专项名称 | 实施期（2019年-2021年） | < | < | < | 本年度 | < | <
^ | 一级指标 | 二级指标 | 三级指标 | 指标值 | 二级指标 | 三级指标 | 指标值
"""
BLANKS = {"fund_summary": FUNDS, "direction_targets": TARGETS, "department_overall": CARD, "indicator_matrix": MATRIX}
LAYOUTS = Layouts(
    tuple(place(FORMSET.form(id_), draw(text, FORMSET.form(id_).sheet)) for id_, text in BLANKS.items()), ()
)


def read(*pictures: str, names: tuple[str, ...] = ()) -> Submission:
    grids = [draw(text, names[i] if names else f"Sheet{i + 1}") for i, text in enumerate(pictures)]
    submission = extract(book(*grids), FORMSET, LAYOUTS)
    cells = {(g.sheet, row, col) for g in grids for row, col, _ in g}
    assert set(submission.fates) == cells, "every non-blank cell has exactly one fate"
    unmapped = {(u.ref.sheet, u.ref.row, u.ref.col) for u in submission.unmapped}
    assert unmapped == {place for place, fate in submission.fates.items() if fate is Fate.UNMAPPED}
    return submission


def rows(submission: Submission, region: str, *keys: str) -> list[tuple[object, ...]]:
    return [tuple(r.data(key) for key in keys) for r in submission.records if r.region == region]


def codes(submission: Submission) -> list[tuple[str, str]]:
    return [(f.code, f.where.address) for f in submission.findings if f.code != "T06"]


def test_blanks_place_without_fault() -> None:
    assert [layout.missing for layout in LAYOUTS.returns] == [()] * 4


def test_plain_table() -> None:
    got = read(FUNDS + "一 | 甲经费 | 方向一 | 8 | 目标甲 | 年度甲\n二 | 乙经费 | 方向二 | 20.5 | 目标乙 | 年度乙")
    assert rows(got, "fund_summary", "seq", "fund_name", "total_amount") == [
        (1, "甲经费", Decimal(8)),
        (2, "乙经费", Decimal("20.5")),
    ]
    assert not got.findings
    assert not got.unmapped
    assert str(got.records[0].ref("total_amount")) == "某局.xlsx!Sheet1!D4"


def test_blank_rows_total_row_and_note() -> None:
    got = read(
        FUNDS
        + """一 | 甲 | 方向 | 8 | 目标 | 年度

        三 | | | | |
        二 | 乙 | 方向 | 2 | 目标 | 年度
        | 合  计 | | 10 | |
        注：以上为区级资金 | | | | |"""
    )
    assert rows(got, "fund_summary", "fund_name", "total_amount") == [("甲", 8), ("乙", 2)]
    assert [(t.field, t.value.data, t.items) for t in got.totals] == [("total_amount", Decimal(10), (0, 1))]
    assert [u.text for u in got.unmapped] == ["注：以上为区级资金"]
    assert codes(got) == [("T07", "A9")]
    assert got.fates["Sheet1", 6, 1] is Fate.PREFILL


def test_inserted_column_is_reported_and_values_keep_their_fields() -> None:
    head = FUNDS.replace("支出方向 | 资金总额", "支出方向 | 备注栏 | 资金总额").replace("< | <\n", "< | < | <\n")
    got = read(head + "一 | 甲 | 方向 | 添加的话 | 8 | 目标 | 年度")
    assert rows(got, "fund_summary", "direction", "total_amount", "annual_goal") == [("方向", 8, "年度")]
    assert [u.text for u in got.unmapped] == ["备注栏", "添加的话"]
    assert ("T07", "D4") in codes(got)


def test_moved_column() -> None:
    head = FUNDS.replace("支出方向 | 资金总额", "资金总额 | 支出方向")
    got = read(head + "一 | 甲 | 8 | 方向 | 目标 | 年度")
    assert rows(got, "fund_summary", "direction", "total_amount") == [("方向", 8)]
    assert [f.params["detail"] for f in got.findings] == ["栏目次序不同：第 C、D 列"]


@pytest.mark.parametrize("label", ["资 金 总 额", "资金\\n总额", "资金总额：", "资金总额（万元）"])
def test_changed_spelling_of_a_label(label: str) -> None:
    got = read(FUNDS.replace("资金总额", label) + "一 | 甲 | 方向 | 8 | 目标 | 年度")
    assert rows(got, "fund_summary", "total_amount") == [(8,)]
    assert not got.findings


def test_deleted_label_is_an_error_and_its_column_is_not_guessed() -> None:
    got = read(FUNDS.replace("| 资金总额 |", "| |") + "一 | 甲 | 方向 | 8 | 目标 | 年度")
    assert rows(got, "fund_summary", "fund_name", "total_amount") == [("甲", None)]
    assert ("T05", "") in codes(got)
    assert [u.text for u in got.unmapped] == ["8"]


def test_label_that_stands_twice_is_not_chosen() -> None:
    got = read(FUNDS.replace("| 支出方向 |", "| 资金总额 |") + "一 | 甲 | 7 | 8 | 目标 | 年度")
    assert rows(got, "fund_summary", "total_amount") == [(None,)]
    assert sorted(f.params["label"] for f in got.findings if f.code == "T05") == ["支出方向", "资金总额"]


def test_label_words_typed_into_cells() -> None:
    got = read(FUNDS + "一 | 资金总额 | 支出方向 | 8 | 合计 | 年度绩效目标\n二 | 乙 | 小计 | 9 | 目标 | 年度")
    assert rows(got, "fund_summary", "fund_name", "direction", "period_goal") == [
        ("资金总额", "支出方向", "合计"),
        ("乙", "小计", "目标"),
    ]


def test_header_of_three_rows_with_merges_undone_and_rows_above() -> None:
    got = read(
        "\n"
        "2019年区级专项资金支出方向绩效目标表\n填报单位：某局\n单位：万元\n"
        + """主管部门 | 支出方向 | 所 属专项名称 | 专项实施期 | 支出方向年度金额 | 实施期绩效目标 | 年度绩效目标 | 绩效指标 | | | | | | | |
        | | | | | | | 产出指标 | | | | 效益指标 | | | |
        | | | | | | | 数量\\n指标 | 质量指标 | 时效指标 | 成本 指标 | 经济效益指标 | 社会效益指标 | 生态效益指标 | 可持续影响指标 | 社会公众或服务对象满意度指标
        政府 | 方向 | 甲 | 2019年 | 8 | 目标 | 年度 | 数 | 质 | 时 | 成 | 经 | 社 | 生 | 可 | 100%"""
    )
    assert rows(
        got, "direction_targets", "authority", "annual_amount", "quantity", "cost", "economic", "satisfaction"
    ) == [("政府", 8, "数", "成", "经", "100%")]
    assert [u.text for u in got.unmapped] == ["填报单位：某局"]


def test_text_merged_down_belongs_to_every_row_but_an_amount_does_not() -> None:
    got = read(
        TARGETS
        + """政府 | 方向一 | 甲 | 2019年 | 8 | 目标 | 年度 | 数 | | | | 经 | | | |
        ^ | 方向二 | ^ | 2019年 | ^ | 目标 | 年度 | 数 | | | | 经 | | | |
        ^ | 方向三 | ^ | 2019年 | ^ | 目标 | 年度 | 数 | | | | 经 | | | |"""
    )
    assert rows(got, "direction_targets", "authority", "fund_name", "direction", "annual_amount") == [
        ("政府", "甲", "方向一", 8),
        ("政府", "甲", "方向二", None),
        ("政府", "甲", "方向三", None),
    ]
    assert str(got.records[2].ref("authority")) == "某局.xlsx!Sheet1!A6"


def test_card_as_issued() -> None:
    got = read(
        CARD.replace("部门名称 | | <", "部门名称 | 区委办本级 | <")
        .replace("资金总额： |", "资金总额： | 336.07")
        .replace("基本支出： |", "基本支出： | 236.07")
        .replace("^ | 项目支出： |", "^ | 项目支出： | 100")
        .replace("整体绩效目标 | | <", "整体绩效目标 | 围绕中心工作 | <")
        .replace("产出指标 |", "产出指标 | 指标1：办结率：100%\\n指标2：增减率: -10%")
        .replace("绩效股意见：", "绩效股意见：同意 上报")
    )
    keys = ("department", "total_amount", "project_expenditure", "overall_goal", "performance_section_opinion")
    assert rows(got, "department_overall", *keys) == [
        ("区委办本级", Decimal("336.07"), 100, "围绕中心工作", "同意 上报")
    ]
    assert rows(got, "output_indicators", "no", "name", "value") == [(1, "办结率", "100%"), (2, "增减率", "-10%")]
    assert got.department == "区委办本级"
    assert not got.findings


def test_card_with_rows_inserted_labels_typed_in_answers_and_label_with_answer_in_one_cell() -> None:
    got = read(
        """部门整体支出绩效申报表 | < | <
        填表人：张 | |
        部门名称 | 项目支出 | <
        年度预算申请 | 资金总额：336.07 |
        ^ | 按支出性质分： |
        ^ | 其中：基本支出： | 236.07
        ^ | 项目支出： | 100
        | |
        整体绩效目标 | 产出指标 | <
        部门整体支出年度绩效指标 | 产出指标 | 指标1：办结率：100%
        ^ | | 指标2：增减率：-10%
        ^ | 效益指标 | 指标1：好
        财政部门审核意见 | 业务股室意见: | <
        ^ | 绩效股意见： | <"""
    )
    keys = ("department", "total_amount", "basic_expenditure", "project_expenditure", "overall_goal")
    assert rows(got, "department_overall", *keys) == [
        ("项目支出", Decimal("336.07"), Decimal("236.07"), 100, "产出指标")
    ]
    assert rows(got, "output_indicators", "no", "value") == [(1, "100%"), (2, "-10%")]
    assert [u.text for u in got.unmapped] == ["填表人：张"]


def test_card_with_an_inserted_column_that_holds_a_rival_answer() -> None:
    got = read(
        CARD.replace("项目支出： |", "项目支出： | | 100 | 备注").replace(
            "其中：基本支出： |", "其中：基本支出： | | 236"
        )
    )
    assert rows(got, "department_overall", "basic_expenditure", "project_expenditure") == [(236, None)]
    assert sorted(u.text for u in got.unmapped) == ["100", "备注"]


def test_matrix_with_merged_row_headers() -> None:
    got = read(
        MATRIX
        + """学前教育 | 产出指标 | 数量指标 | 毛入园率 | 85% | 数量指标 | 毛入园率 | ≥79%
        ^ | ^ | ^ | 覆盖率 | 80% | ^ | 覆盖率 | ≥69%
        ^ | ^ | 质量指标 | 合格率 | 90% | | |"""
    )
    keys = ("fund_name", "level1", "level2", "level3", "value", "horizon")
    assert rows(got, "indicator_matrix", *keys) == [
        ("学前教育", "产出指标", "数量指标", "毛入园率", "85%", "period"),
        ("学前教育", "产出指标", "数量指标", "毛入园率", "≥79%", "annual"),
        ("学前教育", "产出指标", "数量指标", "覆盖率", "80%", "period"),
        ("学前教育", "产出指标", "数量指标", "覆盖率", "≥69%", "annual"),
        ("学前教育", "产出指标", "质量指标", "合格率", "90%", "period"),
    ]
    assert not got.unmapped


def test_matrix_whose_two_halves_changed_places() -> None:
    got = read(
        """2019年区级专项资金绩效指标分解表
        所属专项名称 | 本年度 | < | < | 实施期（2019年-2021年） | < | < | <
        ^ | 二级指标 | 三级指标 | 指标值 | 一级指标 | 二级指标 | 三级指标 | 指标值
        甲 | 数量指标 | 年 | 1 | 产出指标 | 数量指标 | 期 | 3"""
    )
    assert rows(got, "indicator_matrix", "horizon", "level3", "value") == [("period", "期", "3"), ("annual", "年", "1")]


def test_value_under_a_merge_is_reported() -> None:
    grid = draw(FUNDS + "一 | 甲 | 方向 | 8 | 目标 | <", "汇总表")
    hidden = dict(grid.rows)
    hidden[4] = {**hidden[4], 6: draw("被遮住").rows[1][1]}
    got = extract(book(type(grid)(grid.sheet, hidden, grid.merges)), FORMSET, LAYOUTS)
    assert rows(got, "fund_summary", "annual_goal") == [(None,)]
    assert codes(got) == [("T09", "F4")]
    assert [u.text for u in got.unmapped] == ["被遮住"]


def test_sheets_renamed_reordered_and_copied() -> None:
    filled = FUNDS + "一 | 甲 | 方向 | 8 | 目标 | 年度"
    got = read(CARD, filled, FUNDS, "随手记 | 12", names=("x", "y", "y (2)", "z"))
    assert rows(got, "fund_summary", "fund_name") == [("甲",)]
    assert [(f.code, f.variant, f.where.sheet) for f in got.findings] == [
        ("T07", "sheet", "z"),
        ("T07", "copy", "y (2)"),
    ]
    rivals = read(filled, filled.replace("甲", "乙"))
    assert rows(rivals, "fund_summary", "fund_name") == []
    assert [(f.code, f.variant) for f in rivals.findings] == [("T04", "twice")]


def test_repeated_header_within_the_table() -> None:
    got = read(
        FUNDS
        + "一 | 甲 | 方向 | 8 | 目标 | 年度\n序号 | 专项支出名称 | 支出方向 | 资金总额 | 实施期绩效目标 | 年度绩效目标\n二 | 乙 | 方向 | 9 | 目标 | 年度"
    )
    assert rows(got, "fund_summary", "fund_name") == [("甲",), ("乙",)]
    assert not got.unmapped


def test_last_years_title_is_seen() -> None:
    got = read(FUNDS.replace("2019年", "2018年") + "一 | 甲 | 方向 | 8 | 目标 | 年度")
    assert [(s.form, s.year, s.unit) for s in got.sightings] == [("fund_summary", 2018, "万元")]
