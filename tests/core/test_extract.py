"""Forms read from sheets that people have changed: every value comes out right, or it is said what was not read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.blanks import CARD, FORMSET, FUNDS, LAYOUTS, MATRIX, TARGETS, codes, read, rows
from tests.drawn import book, draw
from xlsform.core.cells import Area, Cell
from xlsform.core.extract import extract
from xlsform.core.findings import Level
from xlsform.core.records import Fate, Submission


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
    assert got.fates["Sheet1"][6, 1] is Fate.PREFILL


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
        """主管部门 | 支出方向 | 所 属专项名称 | 专项实施期 | 支出方向年度金额 | 实施期绩效目标 | 年度绩效目标 | 绩效指标 | | | | | | | |
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


WIDE_CARD = """
2019年部门整体支出绩效申报表 | < | < | <
部门名称 | 某局 | < | <
年度预算申请 | 资金总额： | | 336
^ | 按支出性质分： | |
^ | 其中：基本支出： | | 236
^ | 项目支出： | 备注 | 100
整体绩效目标 | 好 | < | <
部门整体支出年度绩效指标 | 产出指标 | | 指标1：率：1%
^ | 效益指标 | 备注 | 指标1：率：1%
财政部门审核意见 | 业务股室意见: | < | <
^ | 绩效股意见： | < | <
"""


def test_card_with_an_inserted_column_is_read_and_two_answers_beside_a_label_are_an_error() -> None:
    got = read(WIDE_CARD)
    keys = ("department", "total_amount", "basic_expenditure", "project_expenditure")
    assert rows(got, "department_overall", *keys) == [("某局", 336, 236, None)]
    assert rows(got, "output_indicators", "name") == [("率",)]
    assert rows(got, "benefit_indicators", "name") == []
    several = [(f.where.address, f.params["cells"]) for f in got.findings if f.variant == "several"]
    assert several == [("C6", "C6、D6"), ("C9", "C9、D9")]
    assert sorted(u.text for u in got.unmapped) == ["100", "备注", "备注", "指标1：率：1%"]


def test_notes_beside_a_card_are_no_answers() -> None:
    got = read(
        CARD.replace("整体绩效目标 | | <", "整体绩效目标 | | < | | 请核实").replace(
            "产出指标 |", "产出指标 | 指标1：率：1% | | 0.5"
        )
    )
    assert rows(got, "department_overall", "overall_goal") == [(None,)]
    assert rows(got, "output_indicators", "name", "value") == [("率", "1%")]
    assert codes(got) == [("T07", "E7"), ("T07", "E8")]


@pytest.mark.parametrize("second", ["50", ""])
def test_label_of_a_card_that_stands_twice_is_not_chosen(second: str) -> None:
    got = read(CARD.replace("^ | 项目支出： |", f"^ | 项目支出： | 100\n^ | 项目支出： | {second}"))
    assert rows(got, "department_overall", "basic_expenditure", "project_expenditure") == [(None, None)]
    assert ("T05", "") in codes(got)
    assert ("T07", "C6") in codes(got)


def test_opinion_that_stands_twice_in_its_label_cell_is_reported() -> None:
    got = read(CARD.replace("^ | 绩效股意见： | <", "^ | 绩效股意见：同意 | <\n^ | 绩效股意见：不同意 | <"))
    assert rows(got, "department_overall", "performance_section_opinion") == [(None,)]
    assert [u.text for u in got.unmapped] == ["绩效股意见：同意", "绩效股意见：不同意"]


def test_text_block_ends_where_the_next_label_was_deleted_or_doubled() -> None:
    filled = CARD.replace("产出指标 |", "产出指标 | 指标1：甲：1%").replace("效益指标 |", "效益指标 | 指标1：乙")
    got = read(filled.replace("^ | 效益指标", "^ | "))
    assert rows(got, "output_indicators", "name") == [("甲",)]
    assert [u.text for u in got.unmapped] == ["指标1：乙"]
    got = read(filled.replace("^ | 效益指标 | 指标1：乙", "^ | 效益指标 | 指标1：乙\n^ | 效益指标 | 指标1：丙"))
    assert rows(got, "output_indicators", "name") == [("甲",)]
    assert rows(got, "benefit_indicators", "name") == []
    assert [u.text for u in got.unmapped] == ["指标1：乙", "指标1：丙"]


def test_mistyped_label_of_a_card_is_said_at_its_cell() -> None:
    got = read(CARD.replace("绩效股意见：", "绩效股意见：同意").replace("业务股室意见:", "业务股室意见栏:同意"))
    assert ("T07", "B10") in codes(got)


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


TARGET = "政府 | 方向 | 甲 | 2019年 | 8 | 目标 | 年度 | 数 | 质 | 时 | 成 | 经 | 社 | 生 | 可 | 100%\n"
FUND = "一 | 甲 | 方向 | 8 | 目标 | 年度\n"


def totals(got: Submission) -> list[tuple[object, tuple[int, ...]]]:
    return [(total.value.data, total.items) for total in got.totals]


@pytest.mark.parametrize(
    "row",
    [
        "| 合计 | — | 8 | — | — |",
        "合　计 | | | 8 | | |",
        "| 合计（万元）： | / | 8 | / | / |",
        "| 合计金额 | | 8 | | |",
        "| 专项合计 | 合计 | 8 | 合计 | 合计 |",
        "二 | 总计 | | 8 | | |",
    ],
)
def test_total_row_is_never_a_record_whatever_stands_in_its_other_cells(row: str) -> None:
    for text in (FUND + row, row + "\n" + FUND):
        got = read(FUNDS + text)
        assert rows(got, "fund_summary", "fund_name") == [("甲",)]
        assert totals(got) == [(8, (0,))]
        assert not got.unmapped


def test_text_behind_a_total_is_not_lost() -> None:
    got = read(FUNDS + FUND + "| 甲专项 小计 | | 8 | 另有上级资金 | |")
    assert [u.text for u in got.unmapped] == ["另有上级资金"]
    assert codes(got) == [("T07", "E5")]
    assert [u.text for u in read(FUNDS + FUND + "乙专项 | 合计 | | 8 | |").unmapped] == ["乙专项"]


def test_subtotals_below_and_above_their_records() -> None:
    other = "二 | 乙 | 方向 | 2 | 目标 | 年度\n"
    below = read(FUNDS + FUND + "| 小计 | | 8 | |\n" + other + "| 小计 | | 2 | |\n| 合计 | | 10 | |\n")
    assert totals(below) == [(8, (0,)), (2, (1,)), (10, (0, 1))]
    above = read(FUNDS + "| 合计 | | 10 | |\n| 小计 | | 8 | |\n" + FUND + "| 小计 | | 2 | |\n" + other)
    assert totals(above) == [(10, (0, 1)), (8, (0,)), (2, (1,))]
    whole = read(FUNDS + FUND + "| 小计 | | 8 | |\n" + other + "| 小计 | | 2 | |\n| 本部门合计 | | 10 | |\n")
    assert totals(whole)[2] == (10, (0, 1))


def test_matrix_has_no_totals_an_indicator_may_be_called_so() -> None:
    got = read(MATRIX + "甲 | 产出指标 | 数量指标 | 合计 | 85人 | | |\n^ | ^ | ^ | 小计 | 3人 | | |")
    assert rows(got, "indicator_matrix", "level3", "value") == [("合计", "85人"), ("小计", "3人")]


def test_indicators_that_begin_like_notes_are_no_notes() -> None:
    names = ("审核通过率", "注册率", "联系群众次数", "说明会场次", "备注完整率", "经办件数")
    lines = [
        f"{'甲' if not i else '^'} | {'产出指标' if not i else '^'} | {'质量指标' if not i else '^'} | {n} | 9%"
        for i, n in enumerate(names)
    ]
    got = read(MATRIX + "\n".join(lines))
    assert rows(got, "indicator_matrix", "level3") == [(name,) for name in names]
    assert not got.findings


@pytest.mark.parametrize(
    "note",
    [
        "2018年11月20日",
        "以上数据含上级资金",
        "填表人：张三 | | 联系电话：0731",
        "单位负责人（签章）： | 李四 | 经办人",
        "注： | 以上含上级资金",
        "注：以上含上级资金 | < | < | <\n^ | ^ | ^ | ^",
    ],
)
def test_notes_below_a_table_are_unmapped_and_said(note: str) -> None:
    for head, record, region in (
        (TARGETS, TARGET, "direction_targets"),
        (MATRIX, "甲 | 产 | 数 | 率 | 1% | | |\n", "indicator_matrix"),
    ):
        got = read(head + record + note)
        assert len(rows(got, region)) == 1
        row = head.count("\n")
        assert {f.where.row for f in got.findings} == {row + 1}
        assert len(got.unmapped) == len(got.findings) > 0


def test_amount_beside_a_note_is_never_dropped_as_a_note() -> None:
    got = read(FUNDS + FUND + "| 注：上级资金 | | 5 | |")
    assert rows(got, "fund_summary", "total_amount") == [(8,), (5,)]


@pytest.mark.parametrize(
    ("picture", "record", "region"), [(FUNDS, FUND, "fund_summary"), (TARGETS, TARGET, "direction_targets")]
)
def test_header_title_and_unit_repeated_for_a_second_page(picture: str, record: str, region: str) -> None:
    header = picture.split("\n", 3)[3]
    assert len(rows(read(picture + record + header + record), region)) == 2
    assert not read(picture + record + header + record).findings
    got = read(picture + record + picture.lstrip() + record)
    assert len(rows(got, region)) == 2
    assert len(got.unmapped) == 2


def test_header_that_is_damaged_where_it_stands_first_is_still_the_header() -> None:
    got = read(FUNDS.replace("专项支出名称", "名目") + FUND + FUNDS.split("\n", 3)[3] + FUND)
    assert rows(got, "fund_summary", "fund_name", "total_amount") == [(None, 8), (None, 8)]
    assert [u.text for u in got.unmapped] == ["名目", "甲", "专项支出名称", "甲"]
    assert ("T05", "") in codes(got)


@pytest.mark.parametrize("line", ["1 | 2 | 3 | 4 | 5 | 6", "甲 | 乙 | 1 | 2 | 3 | 4", "栏次 | 1 | 2 | 3 | 4 | 5"])
def test_line_that_numbers_the_columns_is_no_record(line: str) -> None:
    got = read(FUNDS + line + "\n" + FUND)
    assert rows(got, "fund_summary", "total_amount") == [(8,)]
    assert not got.findings


def test_line_that_only_begins_with_a_number_is_a_record() -> None:
    got = read(FUNDS + "1 | 2 | 方向 | 4 | 长期 | 年度")
    assert rows(got, "fund_summary", "fund_name", "total_amount") == [("2", 4)]


@pytest.mark.parametrize(
    "label", ["资金总额（元）", "资金总额(单位：元)", "资金总额【人民币元】", "资金总额\\n（千元）"]
)
def test_unit_in_a_label_that_is_not_the_forms_is_an_error(label: str) -> None:
    got = read(FUNDS.replace("资金总额", label) + FUND)
    assert codes(got) == [("A11", "D3")]
    card = read(CARD.replace("资金总额：", f"{label}："))
    assert codes(card) == [("A11", "B3")]


def test_unit_line_that_is_read_out_of_other_text() -> None:
    units = {
        "填报单位：某局　　单位：元": "元",
        "单位：某局": "",
        "填报单位：元宝山街道": "",
        "金额单位: 人民币万 元": "万元",
        "单位：千元  填表人：张": "千元",
    }
    for line, unit in units.items():
        got = read(FUNDS.replace("单位：万元", line) + FUND)
        assert [s.unit for s in got.sightings] == [unit], line
        assert [u.text for u in got.unmapped] == ([] if unit else [line])


def test_unit_line_added_to_a_form_that_has_none() -> None:
    line = "部门名称 | | <"
    assert codes(read(CARD.replace(line, f"单位：元 | < | <\n{line}"))) == [("A11", "A2")]
    assert codes(read(CARD.replace(line, f"单位：万元 | < | <\n{line}"))) == []


@pytest.mark.parametrize(
    "title",
    [
        "石峰区2018年区级专项资金预算绩效目标汇总表",
        "2018年度区级专项资金预算绩效目标汇总表",
        "区级专项资金预算绩效目标汇总表（2018年）",
        "２０１８年 区级专项支出预算绩效目标汇总表（单位：万元）",
        "二〇一八年区级专项资金预算绩效目标汇总表",
    ],
)
def test_last_years_title_is_seen_in_any_writing(title: str) -> None:
    got = read(FUNDS.replace("2019年区级专项资金预算绩效目标汇总表", title) + FUND)
    assert [s.year for s in got.sightings] == [2018]


def test_label_with_another_meaning_is_not_taken_by_its_place() -> None:
    got = read(FUNDS.replace("资金总额", "上年资金") + FUND)
    assert rows(got, "fund_summary", "total_amount") == [(None,)]
    assert ("T05", "") in codes(got)
    assert ("T07", "D4") in codes(got)


def test_mistyped_label_is_read_and_said_at_its_cell() -> None:
    got = read(FUNDS.replace("资金总额", "资金总颔") + FUND)
    assert rows(got, "fund_summary", "total_amount") == [(8,)]
    assert [(f.code, f.variant, f.where.address) for f in got.findings if f.code == "T07"] == [("T07", "renamed", "D3")]


def test_long_label_that_stands_twice_is_not_chosen_by_likeness() -> None:
    got = read(FUNDS.replace("专项支出名称", "年度绩效目标") + FUND)
    assert rows(got, "fund_summary", "annual_goal") == [(None,)]
    assert {u.text for u in got.unmapped} >= {"甲", "年度"}


def test_row_inserted_into_the_header() -> None:
    first, rest = TARGETS.split("^ |", 1)
    blank = " | ".join(["^"] * 7) + " |\n"
    got = read(first + blank + "^ |" + rest + TARGET)
    assert rows(got, "direction_targets", "authority", "annual_amount", "satisfaction") == [("政府", 8, "100%")]


def test_text_under_a_merged_label_is_no_label() -> None:
    grid = draw(TARGETS + TARGET)
    below = dict(grid.rows)
    below[4] = {**below[4], 1: draw("年度绩效目标").rows[1][1]}
    got = extract(book(type(grid)(grid.sheet, below, grid.merges)), FORMSET, LAYOUTS)
    assert rows(got, "direction_targets", "authority", "annual_goal") == [("政府", "年度")]
    assert ("T07", "A4") in codes(got)


def test_answer_typed_over_a_label_of_the_header_is_said() -> None:
    got = read(TARGETS.replace("| 产出指标 |", "| 办公用房标准 |") + TARGET)
    assert ("T07", "H4") in codes(got)
    assert rows(got, "direction_targets", "quantity") == [("数",)]


def test_whole_column_merge_and_merge_over_header_and_records() -> None:
    grid = draw(FUNDS + FUND + "二 | 乙 | 方向 | 2 | 目标 | 年度")
    whole = type(grid)(grid.sheet, grid.rows, (*grid.merges, Area(1, 9, 1_048_576, 9), Area(3, 3, 5, 3)))
    got = extract(book(whole), FORMSET, LAYOUTS)
    assert rows(got, "fund_summary", "fund_name", "direction", "total_amount") == [("甲", None, 8), ("乙", None, 2)]
    assert codes(got) == [("T09", "C4"), ("T09", "C5")]


def test_merged_name_whose_first_row_says_nothing_else_still_names_the_rows_below() -> None:
    got = read(MATRIX + "学前教育 | | | | | | |\n^ | 产出指标 | 数量指标 | 率 | 1% | | |")
    assert rows(got, "indicator_matrix", "fund_name", "level3") == [("学前教育", None), ("学前教育", "率")]


def test_blank_copy_with_numbered_rows_is_no_rival() -> None:
    got = read(FUNDS + FUND, FUNDS.replace("2019年", "2018年") + "一\n二\n三")
    assert rows(got, "fund_summary", "fund_name") == [("甲",)]
    assert [(f.code, f.variant, f.where.sheet) for f in got.findings] == [("T07", "copy", "Sheet2")]


def test_file_without_any_form_is_an_error() -> None:
    got = read("随便 | 12")
    assert [(f.code, f.variant) for f in got.findings if f.level is Level.ERROR] == [("T04", "none")]


def test_structured_references_are_of_this_file_and_numbered_ones_of_another() -> None:
    for formula, whole in (("SUM(表1[金额])", True), ("[1]Sheet1!A1", False), ("'C:\\\\[a.xlsx]b'!A1", False)):
        grid = draw(FUNDS + FUND)
        cells = {**grid.rows[4], 4: Cell(Decimal(8), "8", formula)}
        got = extract(book(type(grid)(grid.sheet, {**grid.rows, 4: cells}, grid.merges)), FORMSET, LAYOUTS)
        assert rows(got, "fund_summary", "total_amount") == [(8 if whole else None,)]
        assert codes(got) == ([] if whole else [("T08", "D4")])


def test_header_repeated_where_a_label_was_deleted() -> None:
    lacking = TARGETS.replace("| 经济效益指标 |", "| |")
    got = read(lacking + TARGET + lacking.split("\n", 3)[3] + TARGET)
    assert rows(got, "direction_targets", "quantity") == [("数",), ("数",)]
    assert ("T05", "") in codes(got)


def test_a_label_in_another_spelling_of_the_mapping_is_a_hint() -> None:
    got = read(FUNDS.replace("年度绩效目标", "本年度绩效目标") + "一 | 甲 | 方向 | 8 | 目标 | 年度")
    assert rows(got, "fund_summary", "annual_goal") == [("年度",)]
    assert codes(got) == []  # off by default
    assert [(one.code, one.where.address, one.params["label"]) for one in got.findings] == [
        ("T06", "F3", "年度绩效目标")
    ]


def test_a_label_of_a_card_in_another_spelling_is_a_hint() -> None:
    got = read(CARD.replace("其中：基本支出：", "基本支出"))
    assert [(one.code, one.where.address) for one in got.findings] == [("T06", "B5")]
