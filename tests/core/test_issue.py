"""The plan of an issued workbook as data, and the reader's recognition of what issuing puts in."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.blanks import CARD, TARGETS
from tests.drawn import book, draw
from xlsform import readers
from xlsform.core.aids import LISTS_MARK, LISTS_SHEET, STAMP_MARK, STAMP_SHEET, STRIP_HEAD, check_lines, strip_texts
from xlsform.core.batch import Register, owner
from xlsform.core.cells import Cell, Grid
from xlsform.core.edits import AddSheet, Define, Formula, Highlight, Property, Protect, Put, Restyle, Validation
from xlsform.core.extract import extract
from xlsform.core.findings import Level
from xlsform.core.issue import Order, carry, issue
from xlsform.core.issue.answers import cut, shifted
from xlsform.core.issue.stamp import stamp_edits
from xlsform.core.issue.strip import _places
from xlsform.core.layout import Layouts
from xlsform.core.records import Fate, Record, Submission, Value
from xlsform.core.spec import Department, Relation, Term
from xlsform.operations.settings import Settings, load_settings

OFFICE = Department("001", "区委办本级", ("区委办",), "石峰区政府")
DRAWN = {"汇总表": 23, "支出方向表": 25, "部门整体": 11, "指标分解表": 43}


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([])


@pytest.fixture(scope="module")
def plan(settings: Settings):
    blank = readers.read("空白.xlsx", settings.template)
    return issue(settings.formset, settings.layouts.returns, blank, DRAWN, Order(OFFICE, "石峰区2019"))


def of(plan, kind, sheet: str = ""):
    return [edit for edit in plan if isinstance(edit, kind) and (not sheet or edit.sheet == sheet)]


# --------------------------------------------------------------------------------------------------------------- the plan


def test_every_spare_row_is_unlocked_whole_and_every_label_stays_locked(plan):
    rows = {(e.sheet, e.area.top, e.area.bottom) for e in of(plan, Restyle) if e.area.right == 16_384}
    assert rows == {("汇总表", 4, 23), ("支出方向表", 6, 25), ("指标分解表", 4, 43)}
    unlocked = [e.area for e in of(plan, Restyle, "部门整体") if e.look.locked is False]
    assert {(a.top, a.left) for a in unlocked} == {
        (2, 2),
        (3, 3),
        (5, 3),
        (6, 3),
        (7, 2),
        (8, 3),
        (9, 3),
        (10, 2),
        (11, 2),
    }
    assert {e.sheet for e in of(plan, Protect)} == {"汇总表", "支出方向表", "部门整体", "指标分解表", "编报说明"}


def test_indicator_cells_are_text_cells(plan):
    columns = {e.area.left for e in of(plan, Restyle, "支出方向表") if e.look.number_format == "@"}
    assert columns == {4, *range(8, 17)}


def test_name_and_authority_are_filled_in(plan):
    assert Put("部门整体", 2, 2, "区委办本级") in plan
    assert [e.row for e in of(plan, Put, "支出方向表") if e.value == "石峰区政府"] == list(range(6, 26))
    hidden = [e for e in of(plan, Highlight, "支出方向表") if e.look.color == "FFFFFF"]
    assert [(e.formula, str(e.areas[0])) for e in hidden] == [("COUNTA($B6:$P6)=0", "A6:A26")]


def test_prompts_and_limits(plan):
    validations = of(plan, Validation)
    assert all(len(e.prompt) <= 255 and len(e.prompt_title) <= 32 and len(e.error) <= 255 for e in validations)
    amount = next(e for e in validations if e.sheet == "汇总表" and e.areas[0].left == 4)
    assert (amount.kind, amount.formula, amount.operator, amount.strict) == ("decimal", "0", "greaterThanOrEqual", True)
    assert amount.prompt.startswith("资金总额：区级财政预算安排的专项资金总额")
    assert "万元" in amount.error
    goal = next(e for e in validations if e.sheet == "部门整体" and e.areas[0].top == 7)
    assert (goal.kind, goal.formula, goal.to, goal.strict) == ("textLength", "15", "800", False)
    lists = {(e.sheet, e.areas[0].left): e.formula for e in validations if e.kind == "list"}
    assert lists["支出方向表", 2] == "xlsform_list_fund_summary_direction"
    assert lists["支出方向表", 3] == lists["指标分解表", 1] == "xlsform_list_fund_summary_fund_name"
    assert not any(e.strict for e in validations if e.kind == "list"), "official free text may say something else"


def test_required_answers_get_a_red_frame_once_something_else_stands_there(plan):
    (frame,) = (e for e in of(plan, Highlight, "汇总表") if e.look.border)
    assert frame.formula == 'AND(TRIM(B4)="",COUNTA($B4:$F4)>0)'
    assert [str(area) for area in frame.areas] == ["B4:F24"]
    formulas = [e.formula for e in of(plan, Highlight, "支出方向表") if e.look.border]
    assert 'AND(TRIM($H6)="",TRIM($I6)="",TRIM($J6)="",TRIM($K6)="",COUNTA($B6:$P6)>0)' in formulas
    card = [e for e in of(plan, Highlight, "部门整体") if e.look.border]
    assert all("$B$2" not in e.formula.partition(",")[2] for e in card), "the name, filled in, does not begin a card"


def test_what_is_no_error_when_missing_is_not_required(settings: Settings):
    blank = readers.read("空白.xlsx", settings.template)

    def framed(**levels: Level | None) -> int:
        changed = replace(settings.formset, levels=levels)
        plan = issue(changed, settings.layouts.returns, blank, DRAWN, Order(OFFICE))
        return sum(bool(edit.look.border) for edit in of(plan, Highlight, "汇总表"))

    assert framed() == framed(A02=Level.ERROR) == framed(A02=None) == 1
    assert framed(A02=None, A03=Level.WARNING) == 0


def test_the_stamp_stands_in_three_places(plan):
    wanted = {"form_set": "2019", "kind": "return", "version": "1", "year": "2019", "campaign": "石峰区2019"}
    wanted |= {"department": "区委办本级", "code": "001", "authority": "石峰区政府"}
    names = {e.name: e.formula for e in of(plan, Define) if e.name.startswith("xlsform.")}
    assert names == {f"xlsform.{key}": f'"{text}"' for key, text in wanted.items()}
    assert {e.name: e.value for e in of(plan, Property)} == {f"xlsform.{key}": text for key, text in wanted.items()}
    (sheet,) = (e for e in of(plan, AddSheet) if e.name == STAMP_SHEET)
    assert sheet.state == "veryHidden"
    assert {row.cells[0][1]: row.cells[1][1] for row in sheet.rows[1:]} == wanted


def test_formulas_use_no_arrays_and_nothing_that_only_new_excels_know(plan):
    formulas = [e.value.text for e in of(plan, Put) if isinstance(e.value, Formula)]
    (lists,) = (e for e in of(plan, AddSheet) if e.name == LISTS_SHEET)
    formulas += [v.text for row in lists.rows for _, v, _ in row.cells if isinstance(v, Formula)]
    assert len(formulas) > 100
    known = {
        "IF",
        "IFERROR",
        "OR",
        "ABS",
        "ROUND",
        "SUM",
        "SUMIF",
        "SUMIFS",
        "SUMPRODUCT",
        "COUNT",
        "COUNTIF",
        "COUNTIFS",
        "ROW",
    }
    known |= {"MAX", "TEXT", "N", "ISNA", "ISERROR", "MATCH", "FIND", "CHAR", "INDEX", "SMALL"}
    used = {word for text in formulas for word in _functions(text)}
    assert used <= known
    assert max(map(len, formulas)) < 8_000


def _functions(text: str) -> set[str]:
    return set(re.findall(r"([A-Z]+)\(", re.sub(r'"[^"]*"|\'[^\']*\'', "", text)))


def test_what_a_strip_says_is_made_of_the_relations(settings: Settings):
    said = {form.id: [line.text for line in check_lines(settings.formset, form)] for form in settings.formset.forms}
    assert said["fund_summary"] == [
        "专项支出名称、支出方向与支出方向表对应",
        "支出方向年度金额合计（支出方向表） = 资金总额，按专项支出名称",
        "资金总额合计 = 项目支出（部门整体）",
        "必填栏目",
    ]
    assert said["department_overall"] == [
        "资金总额 = 基本支出 + 项目支出",
        "资金总额合计（汇总表） = 项目支出",
        "必填栏目",
    ]
    assert said["instructions"] == []


def test_a_relation_with_a_factor_or_with_last_years_summary(settings: Settings):
    now, before = (
        Term("fund_summary", "total_amount", total=True),
        Term("fund_summary", "total_amount", total=True, last=True),
    )
    card = Term("department_overall", "project_expenditure", times=Decimal("1.2"))
    formset = replace(
        settings.formset, relations=(Relation("X03", "<=", (now,), (card,)), Relation("X05", "<=", (now,), (before,)))
    )
    form = formset.form("department_overall")
    assert [line.text for line in check_lines(formset, form)][:-1] == ["资金总额合计（汇总表） ≤ 1.2×项目支出"]
    blank = readers.read("空白.xlsx", settings.template)
    plan = issue(formset, settings.layouts.returns, blank, DRAWN, Order(OFFICE))
    (line,) = (e.value.text for e in of(plan, Put, "部门整体") if (e.row, e.col) == (2, 5))
    assert "-(1.2*N($C$6))" in line
    assert '<=0.005,"✓"' in line


@pytest.mark.parametrize(
    ("count", "bottom", "places"),
    [
        (4, 3, [(2, 8), (3, 8), (2, 10), (3, 10)]),
        (3, 5, [(2, 8), (3, 8), (4, 8)]),
        (2, 1, [(1, 10), (1, 12)]),
    ],
)
def test_a_strip_stands_in_no_row_of_answers(count: int, bottom: int, places: list[tuple[int, int]]):
    assert _places(count, 8, bottom) == places


def test_another_years_blank_names_that_year(settings: Settings):
    blank = readers.read("空白.xlsx", settings.template)
    plan = issue(replace(settings.formset, year=2021), settings.layouts.returns, blank, DRAWN, Order(OFFICE))
    texts = {(e.sheet, e.row, e.col): e.value for e in of(plan, Put)}
    assert texts["汇总表", 1, 1] == "2021年区级专项资金预算绩效目标汇总表"
    assert texts["指标分解表", 2, 2] == "实施期（2021年-2023年）"
    assert texts["编报说明", 1, 1] == "2021年区级专项支出预算绩效目标汇总表"
    period = next(e for e in of(plan, Validation, "支出方向表") if e.areas[0].left == 4)
    assert "一般情况是2021年—2023年" in period.prompt


@pytest.mark.parametrize(
    ("text", "most", "wanted"),
    [
        ("一二三。四五六。七八", 8, "一二三。四五六。"),
        ("一二三四五六七八九", 5, "一二三四…"),
        ("短", 5, "短"),
        ("𠮷一二三四五", 5, "𠮷一二…"),
        ("一。二三四五六七八", 8, "一。二三四五六…"),
    ],
)
def test_prompts_are_cut_at_the_end_of_a_sentence(text: str, most: int, wanted: str):
    assert cut(text, most) == wanted


def test_document_numbers_are_no_years():
    assert shifted("〔2014〕14号，2019年—2021年，12019年", 1) == "〔2014〕14号，2020年—2022年，12019年"


# ------------------------------------------------------------------------------------------------------------ the reader

STAMP = {"department": "区委办本级", "authority": "石峰区政府", "kind": "return"}


def read(settings: Settings, *grids: Grid, layouts: Layouts | None = None, **stamp: str) -> Submission:
    return extract(book(*grids, **stamp), settings.formset, layouts or settings.layouts)


def with_strip(grid: Grid, settings: Settings, shift: int = 0) -> Grid:
    """The grid with a strip as issuing makes it, its formulas without stored values as openpyxl leaves them."""
    rows = {row: dict(cells) for row, cells in grid.rows.items()}
    rows[1 + shift][18] = Cell(STRIP_HEAD, STRIP_HEAD)
    rows[1 + shift][19] = Cell(None, "", "IF(1,2,3)")
    for index, line in enumerate(check_lines(settings.formset, settings.formset.form("direction_targets"))):
        rows[2 + shift + index][18] = Cell(None, "", "SUM(A1)")
        rows[2 + shift + index][19] = Cell(line.text, line.text)
    return Grid(grid.sheet, rows, grid.merges)


def test_a_strip_is_known_also_below_an_inserted_row(settings: Settings):
    for shift in (0, 1):
        picture = draw(TARGETS, "支出方向表", 1 + shift)
        submission = read(settings, with_strip(picture, settings, shift))
        assert submission.unmapped == ()
        assert [f for f in submission.findings if f.code in ("T05", "T08")] == []
        assert submission.fates["支出方向表"][1 + shift, 18] is Fate.LABEL


def test_what_somebody_types_beside_the_strip_is_unmapped(settings: Settings):
    grid = with_strip(draw(TARGETS, "支出方向表"), settings)
    grid.rows[2][21] = Cell("请看这里", "请看这里")  # type: ignore[index]
    submission = read(settings, grid)
    assert [(u.ref.address, u.text) for u in submission.unmapped] == [("U2", "请看这里")]


def test_lines_of_a_strip_are_known_when_its_heading_was_written_over(settings: Settings):
    grid = with_strip(draw(TARGETS, "支出方向表"), settings)
    grid.rows[1][18] = Cell("我的标题", "我的标题")  # type: ignore[index]
    submission = read(settings, grid)
    assert [(u.ref.address, u.text) for u in submission.unmapped] == [("R1", "我的标题")]
    assert submission.fates["支出方向表"][1, 19] is Fate.LABEL


def test_an_answer_that_reads_like_a_line_of_the_strip_stays_an_answer(settings: Settings):
    rows = TARGETS + f"{STRIP_HEAD} | 必填栏目 | 专项 | 2019年 | 8\n"
    (record,) = read(settings, draw(rows, "支出方向表")).records
    assert (record.data("authority"), record.data("direction")) == (STRIP_HEAD, "必填栏目")


def test_a_row_that_holds_only_what_was_filled_in_is_no_record(settings: Settings):
    rows = TARGETS + "石峰区政府\n石峰区政府 | 方向 | 专项 | 2019年 | 8\n别的部门\n"
    submission = read(settings, draw(rows, "支出方向表"), **STAMP)
    assert [r.data("authority") for r in submission.records] == ["石峰区政府"]
    assert submission.fates["支出方向表"][6, 1] is Fate.PREFILL
    assert [u.text for u in submission.unmapped] == ["别的部门"], (
        "another text alone in a row is as it was without a stamp"
    )


def test_without_its_stamp_what_was_filled_in_is_known_by_the_record_above(settings: Settings):
    """A sheet that somebody moved into another workbook: its spare rows still name the 主管部门."""
    rows = TARGETS + "石峰区政府 | 方向 | 专项 | 2019年 | 8\n石峰区政府\n石峰区政府\n别的部门\n"
    submission = read(settings, draw(rows, "支出方向表"))
    assert [r.data("authority") for r in submission.records] == ["石峰区政府"]
    assert [submission.fates["支出方向表"][row, 1] for row in (7, 8)] == [Fate.PREFILL] * 2
    assert [u.text for u in submission.unmapped] == ["别的部门"]


def test_a_stamp_has_no_line_breaks():
    defined = {edit.name: edit.formula for edit in stamp_edits({"campaign": "石\n峰2019"}) if isinstance(edit, Define)}
    assert defined["xlsform.campaign"] == '"石 峰2019"'


def test_our_hidden_sheets_are_known_and_what_else_stands_in_them_is_said(settings: Settings):
    stamp = draw(f"{STAMP_MARK}\ndepartment | 区委办本级\n我的备注", STAMP_SHEET)
    lists = draw(f"{LISTS_MARK}\n# | fund_summary.fund_name\n2 | 甲 | 多余", LISTS_SHEET)
    submission = read(settings, draw(TARGETS, "支出方向表"), stamp, lists)
    assert {(u.ref.sheet, u.ref.address, u.text) for u in submission.unmapped} == {
        (STAMP_SHEET, "A3", "我的备注"),
        (LISTS_SHEET, "C3", "多余"),
    }
    assert submission.fates[LISTS_SHEET][3, 2] is Fate.LABEL


def test_a_sheet_of_that_name_without_the_mark_is_not_ours(settings: Settings):
    submission = read(settings, draw(TARGETS, "支出方向表"), draw("department | 区委办本级", STAMP_SHEET))
    assert len(submission.unmapped) == 2


def test_the_stamp_says_whose_it_is_when_no_sheet_does(settings: Settings):
    register = Register([OFFICE, Department("002", "区教育局")])
    alone = read(settings, draw(TARGETS, "支出方向表"), **STAMP)
    assert (alone.department, alone.issued_to) == ("区委办本级", "区委办本级")
    assert owner(alone, register)[1:] == (OFFICE, ())
    other = read(settings, draw(CARD.replace("部门名称 | |", "部门名称 | 区教育局 |"), "部门整体"), **STAMP)
    assert [(f.code, f.variant) for f in owner(other, register).findings] == [("S01", "issued_to_other")]
    by_alias = read(settings, draw(CARD.replace("部门名称 | |", "部门名称 | 区委办 |"), "部门整体"), **STAMP)
    assert owner(by_alias, register).findings == ()


def test_texts_of_the_strip_are_known_to_the_layouts(settings: Settings):
    assert settings.layouts.strip_texts == strip_texts(settings.formset) != frozenset()


# ------------------------------------------------------------------------------------------------------------- carrying


def record(region: str, **data: object) -> Record:
    values = {key: Value(value, str(value), 4, 1) for key, value in data.items()}  # type: ignore[arg-type]
    return Record("x", region, 0, "某局", "旧.xlsx", "表", values)


def test_only_funds_whose_period_still_runs_are_carried(settings: Settings):
    said = ((1, "甲", "一", Decimal(8), "2019年"), (2, "乙", "二", Decimal(9), "2019年-2021年"))
    goals = {"period_goal": "远", "annual_goal": "近"}
    old = [
        *(
            record("fund_summary", seq=seq, fund_name=fund, direction=way, total_amount=amount, **goals)
            for seq, fund, way, amount, _ in said
        ),
        *(
            record(
                "direction_targets", authority="旧", direction=way, fund_name=fund, period=period, annual_amount=amount
            )
            for _, fund, way, amount, period in said
        ),
        record(
            "indicator_matrix",
            fund_name="乙 ",
            horizon="period",
            level1="产出指标",
            level2="数量指标",
            level3="所",
            value="5",
        ),
        record("department_overall", department="某局", total_amount=Decimal(17), overall_goal="好"),
    ]
    taken = carry(settings.formset, old, 2020)
    assert taken.records["fund_summary"] == ({"seq": 1, "fund_name": "乙", "direction": "二", "period_goal": "远"},)
    assert taken.records["direction_targets"] == ({"direction": "二", "fund_name": "乙", "period": "2019年-2021年"},)
    (row,) = taken.records["indicator_matrix"]
    assert row == {"fund_name": "乙 ", "horizon": "period", "level1": "产出指标", "level2": "数量指标", "level3": "所"}
    assert "department_overall" not in taken.records
    assert [(one.name, one.period) for one in taken.left] == [("甲/一", "2019年")]
