"""The four forms of 2019 drawn as blanks, and what reading sheets drawn on them gives. Pictures stand for workbooks, see `drawn`."""

from __future__ import annotations

from pathlib import Path

from tests.drawn import book, draw
from xlsform.core.catalogue import RULES
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
    fates = {(sheet, *at): fate for sheet, there in submission.fates.items() for at, fate in there.items()}
    assert set(fates) == cells, "every non-blank cell has exactly one fate"
    unmapped = {(u.ref.sheet, u.ref.row, u.ref.col) for u in submission.unmapped}
    assert unmapped == {place for place, fate in fates.items() if fate is Fate.UNMAPPED}
    return submission


def rows(submission: Submission, region: str, *keys: str) -> list[tuple[object, ...]]:
    return [tuple(r.data(key) for key in keys) for r in submission.records if r.region == region]


def codes(submission: Submission) -> list[tuple[str, str]]:
    return [(f.code, f.where.address) for f in submission.findings if RULES[f.code].on]
