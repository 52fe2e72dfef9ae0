"""A small, faultless return, drawn as text; a test spoils one cell of it and sees what the rules say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.drawn import book, draw
from xlsform.core.batch import Register, Return, owner, put_together
from xlsform.core.extract import extract
from xlsform.core.findings import Finding
from xlsform.core.layout import Layouts, place
from xlsform.core.records import Submission
from xlsform.core.spec import Department, FormSet
from xlsform.rules import evaluate
from xlsform.specfiles import load_formset

FORMSET = load_formset(Path("mappings/2019"))
ROSTER = (
    Department("101", "区委办本级", ("区委办公室",), "石峰区政府"),
    Department("201", "区教育局"),
    Department("301", "区民政局"),
)

FUNDS = """
{year}年区级专项资金预算绩效目标汇总表 | < | < | < | < | <
{unit} | < | < | < | < | <
序号 | 专项支出名称 | 支出方向 | 资金总额 | 实施期绩效目标 | 年度绩效目标
"""
TARGETS = """
{year}年区级专项资金支出方向绩效目标表 | < | < | < | < | < | < | < | < | < | < | < | < | < | < | <
{unit} | < | < | < | < | < | < | < | < | < | < | < | < | < | < | <
主管部门 | 支出方向 | 所属专项名称 | 专项实施期 | 支出方向年度金额 | 实施期绩效目标 | 年度绩效目标 | 绩效指标 | < | < | < | < | < | < | < | <
^ | ^ | ^ | ^ | ^ | ^ | ^ | 产出指标 | < | < | < | 效益指标 | < | < | < | <
^ | ^ | ^ | ^ | ^ | ^ | ^ | 数量指标 | 质量指标 | 时效指标 | 成本指标 | 经济效益指标 | 社会效益指标 | 生态效益指标 | 可持续影响指标 | 社会公益或服务对象满意度指标
"""
CARD = """
{year}年部门整体支出绩效申报表 | < | <
部门名称 | {B2} | <
年度预算申请 | 资金总额： | {C3}
^ | 按支出性质分： |
^ | 其中：基本支出： | {C5}
^ | 项目支出： | {C6}
整体绩效目标 | {B7} | <
部门整体支出年度绩效指标 | 产出指标 | {C8}
^ | 效益指标 | {C9}
财政部门审核意见 | 业务股室意见:{B10} | <
^ | 绩效股意见： | <
"""
MATRIX = """
{year}年区级专项资金绩效指标分解表 | < | < | < | < | < | < | <
所属专项名称 | 实施期（2019年-2021年） | < | < | < | 本年度 | < | <
^ | 一级指标 | 二级指标 | 三级指标 | 指标值 | 二级指标 | 三级指标 | 指标值
"""
UNIT = "单位：万元"
SHEETS = {
    "fund_summary": "汇总表",
    "direction_targets": "支出方向表",
    "department_overall": "部门整体",
    "indicator_matrix": "指标分解表",
}
EMPTY_CARD = dict.fromkeys(("B2", "C3", "C5", "C6", "B7", "C8", "C9", "B10"), "")

LAYOUTS = Layouts(
    tuple(
        place(FORMSET.form(form), draw(text.format(year=2019, unit=UNIT, **EMPTY_CARD), SHEETS[form]))
        for form, text in zip(SHEETS, (FUNDS, TARGETS, CARD, MATRIX), strict=True)
    ),
    (),
)

Rows = Sequence[Sequence[str]]

A = (
    (
        "一",
        "学前教育发展资金",
        "学前教育",
        "30",
        "普及学前教育，三年毛入园率达到百分之八十五。",
        "新增幼儿园，扩大普惠性资源。",
    ),
    ("二", "校舍维修资金", "义务教育", "12.5", "消除中小学危房，改善办学条件。", "完成年度校舍维修任务。"),
    ("三", "校园安全经费", "义务教育\\n学前教育", "7.5", "建成平安校园，师生安全有保障。", "完善各校的安防设施。"),
)
B = (
    (
        "区教育局",
        "学前教育",
        "学前教育发展资金",
        "2019年-2021年",
        "30",
        A[0][4],
        A[0][5],
        "新增幼儿园5所",
        "",
        "2019年度",
        "6万元/所",
        "",
        "",
        "",
        "",
        "≥90%",
    ),
    (
        "区教育局",
        "义务教育",
        "校舍维修资金",
        "2019年",
        "12.5",
        A[1][4],
        A[1][5],
        "维修校舍8栋",
        "",
        "",
        "",
        "",
        "改善办学条件",
        "",
        "",
        "",
    ),
    (
        "区教育局",
        "义务教育",
        "校园安全经费",
        "2019年—2021年",
        "5",
        "中小学安防。",
        "中小学安防达标。",
        "",
        "安防达标率100%",
        "",
        "",
        "",
        "",
        "",
        "",
        "≥95%",
    ),
    (
        "区教育局",
        "学前教育",
        "校园安全经费",
        "2019年-2021年",
        "2.5",
        "幼儿园安防。",
        "幼儿园安防达标。",
        "",
        "安防达标率100%",
        "",
        "",
        "",
        "",
        "",
        "",
        "≥95%",
    ),
)
C = {
    "B2": "区教育局",
    "C3": "150",
    "C5": "100",
    "C6": "50",
    "B7": "办好人民满意的教育，推进义务教育优质均衡发展。",
    "C8": "指标1：资金支付进度：100%\\n指标2：重点工作办结率：100%",
    "C9": "指标1：教育公平进一步落实。\\n指标2：群众满意度：≥90%",
}
M = (
    ("学前教育发展资金", "产出指标", "数量指标", "新增幼儿园数量", "20所", "数量指标", "新增幼儿园数量", "5所"),
    ("^", "^", "质量指标", "毛入园率", "85%", "质量指标", "毛入园率", "≥79%"),
)


def spoil(rows: Rows, first: int, **cells: str) -> Rows:
    """The rows with some cells changed, named as on the sheet (D4); `first` is the sheet row of the first."""
    changed = [list(row) for row in rows]
    for name, text in cells.items():
        changed[int(name[1:]) - first]["ABCDEFGHIJKLMNOP".index(name[0])] = text
    return changed


def picture(head: str, rows: Rows = ()) -> str:
    return head.strip("\n") + "\n" + "\n".join(" | ".join(row) for row in rows)


def submission(
    a: Rows | None = A,
    b: Rows | None = B,
    c: Mapping[str, str] | None = C,
    m: Rows | None = M,
    *,
    year: int = 2019,
    units: tuple[str, str] = (UNIT, UNIT),
    file: str = "区教育局.xlsx",
) -> Submission:
    """A return read from drawn sheets; a form that is None is left out."""
    drawn = {
        "fund_summary": None if a is None else picture(FUNDS.format(year=year, unit=units[0]), a),
        "direction_targets": None if b is None else picture(TARGETS.format(year=year, unit=units[1]), b),
        "department_overall": None if c is None else CARD.format(**{"B10": "", "year": year, **c}),
        "indicator_matrix": None if m is None else picture(MATRIX.format(year=year), m),
    }
    grids = [draw(text, SHEETS[form]) for form, text in drawn.items() if text is not None]
    return extract(book(*grids, file=file), FORMSET, LAYOUTS)


def returned(read: Submission, roster: Sequence[Department] = ROSTER, formset: FormSet = FORMSET) -> Return:
    """The department's return that one file makes."""
    whose = owner(read, Register(roster))
    return put_together(whose.department, whose.known, [read], formset)[0]


def judged(
    read: Submission, roster: Sequence[Department] = ROSTER, formset: FormSet = FORMSET, year: int = 2019
) -> tuple[Finding, ...]:
    """What the rules say of one file."""
    return evaluate([returned(read, roster, formset)], formset, roster, year).findings


def brief(findings: Sequence[Finding]) -> list[tuple[str, str, str, str]]:
    """(code, level, sheet, cell) of each finding."""
    return [(one.code, one.level.key, one.where.sheet, one.where.address) for one in findings]
