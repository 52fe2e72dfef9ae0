"""Workbooks as they go out: opened by openpyxl and LibreOffice, filled in, and read back."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.office import Job, work
from tests.ooxml.schema_order import problems
from tests.plain import data_of
from tests.specfiles.test_new_form import devices as devices  # noqa: PLC0414 - a fixture is taken over by its name
from xlsform.core.aids import LISTS_SHEET, STAMP_SHEET
from xlsform.core.errors import Mark, UsageError
from xlsform.core.records import Fate, Submission
from xlsform.core.spec import Department
from xlsform.operations import Issued, check, issue, load_settings, read_return
from xlsform.operations.issuing import file_name
from xlsform.operations.settings import Settings

FUNDS, TARGETS, CARD, MATRIX = "汇总表", "支出方向表", "部门整体", "指标分解表"
OFFICE = Department("001", "区委办本级", ("区委办",), "石峰区政府", "bgs@example.gov.cn", "张三")
SCHOOLS = Department("002", "区教育局", (), "区教育局")
RETURNS = Path("samples/2019/returns")


@pytest.mark.parametrize(
    ("department", "name"),
    [
        (OFFICE, "001-区委办本级-绩效目标申报.xlsx"),
        (Department("", "甲/乙局"), "甲_乙局-绩效目标申报.xlsx"),
        (Department("7", 'a:b*c?"<>|\\'), "7-a_b_c______-绩效目标申报.xlsx"),
    ],
)
def test_file_names_are_safe(department: Department, name: str):
    assert file_name(department) == name


@pytest.fixture(scope="module")
def settings() -> Settings:
    return replace(load_settings([]), roster=(OFFICE, SCHOOLS))


@pytest.fixture(scope="module")
def issued(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("下发")
    report = issue(folder, settings, mail=True)
    assert report.departments == ("区委办本级", "区教育局")
    assert report.without_mail == ("区教育局",)
    assert [path.name for path in report.written] == sorted(
        (path.name for path in folder.iterdir()), key=lambda name: (name.endswith(".eml"), name)
    )
    return folder / "001-区委办本级-绩效目标申报.xlsx"


def read(path: Path, settings: Settings) -> Submission:
    submission = read_return(path.name, path.read_bytes(), settings)
    everything = {(s, *at): fate for s, fates in submission.fates.items() for at, fate in fates.items()}
    assert not [at for at, fate in everything.items() if fate is Fate.UNMAPPED]
    assert submission.unmapped == ()
    return submission


def table_rows(submission: Submission) -> dict[str, int]:
    return {region: len(rows) for region, rows in data_of(submission).items() if region != "department_overall"}


def type_in(path: Path, saved: Path, cells: Iterable[tuple[str, str, object]]) -> Path:
    book = openpyxl.load_workbook(path)
    for sheet, place, value in cells:
        book[sheet][place] = value
    book.save(saved)
    return saved


FILLED = [
    *((FUNDS, f"{col}{row}", value) for row, line in enumerate(
        [("一", "甲专项", "方向一", 8, "远", "近"), ("二", "乙专项", "方向二", 20.5, "远", "近")], 4
    ) for col, value in zip("ABCDEF", line, strict=True)),
    *((TARGETS, f"{col}{row}", value) for row, line in enumerate(
        [("方向一", "甲专项", "2019年", 8, "远", "近", "5个"), ("方向二", "乙专项", "2019年-2021年", 20.5, "远", "近", "6个")], 6
    ) for col, value in zip("BCDEFGH", line, strict=True)),
    (TARGETS, "P6", "≥90%"), (TARGETS, "L7", "增收"),
    (CARD, "C3", 128.5), (CARD, "C5", 100), (CARD, "C6", 28.5), (CARD, "B7", "保障机关正常运转，完成年度各项工作任务"),
    (CARD, "C8", "指标1：支出进度：100%"), (CARD, "C9", "指标1：满意度：≥90%"),
]  # fmt: skip


def test_an_issued_blank_says_nothing_yet(issued: Path, settings: Settings):
    submission = read(issued, settings)
    assert submission.findings == ()
    assert submission.department == "区委办本级"
    assert table_rows(submission) == {}
    assert [{k: v for k, v in row.items() if v} for row in data_of(submission)["department_overall"]] == [
        {"department": "区委办本级"}
    ]
    assert set(submission.fates[LISTS_SHEET].values()) == set(submission.fates[STAMP_SHEET].values()) == {Fate.LABEL}
    assert {fate for (row, _), fate in submission.fates[TARGETS].items() if row > 5} == {Fate.PREFILL}


def test_it_is_what_the_schema_asks_for(issued: Path):
    assert problems(issued.read_bytes()) == []


def test_two_runs_are_byte_identical(issued: Path, settings: Settings, tmp_path: Path):
    issue(tmp_path / "再", settings, mail=True)
    for path in sorted(issued.parent.iterdir()):
        assert (tmp_path / "再" / path.name).read_bytes() == path.read_bytes()


def test_openpyxl_sees_prompts_choices_formats_and_locks(issued: Path):
    book = openpyxl.load_workbook(issued)
    assert [sheet.sheet_state for sheet in book] == ["visible"] * 5 + ["veryHidden"] * 2
    funds, targets = book[FUNDS], book[TARGETS]
    assert [funds.protection.sheet, funds.protection.password, funds.protection.insertRows] == [True, None, False]
    assert (funds["B4"].protection.locked, funds["B3"].protection.locked, funds["H2"].protection.locked) == (
        False,
        True,
        True,
    )
    assert funds.row_dimensions[4].s == funds.row_dimensions[23].s != 0, "a row is unlocked as a whole"
    assert targets["H6"].number_format == "@"
    lists = [one for one in targets.data_validations.dataValidation if one.type == "list"]
    assert {one.errorStyle for one in lists} == {"warning"}
    assert "xlsform_list_fund_summary_fund_name" in book.defined_names
    assert funds.print_area == "'汇总表'!$A$1:$F$23"
    assert {prop.name: prop.value for prop in book.custom_doc_props.props}["xlsform.department"] == "区委办本级"


def test_filled_in_by_openpyxl_it_reads_back(issued: Path, settings: Settings, tmp_path: Path):
    submission = read(type_in(issued, tmp_path / "填好.xlsx", FILLED), settings)
    assert submission.findings == ()
    assert table_rows(submission) == {
        "fund_summary": 2, "direction_targets": 2, "output_indicators": 1, "benefit_indicators": 1
    }  # fmt: skip
    rows = data_of(submission)["direction_targets"]
    assert [row["authority"] for row in rows] == ["石峰区政府", "石峰区政府"]


def related(file: Path, settings: Settings) -> list[tuple[str, str]]:
    """What X06 says of a file: the cell and the 主管部门 in it."""
    report = check([file], settings)
    return [(one.where.address, one.got) for one in report.findings if one.code == "X06"]


def test_an_authority_that_was_filled_in_at_issue_is_none_to_ask_about(
    issued: Path, settings: Settings, tmp_path: Path
):
    """The stamp remembers what the roster said, also where the roster is no longer at hand or says otherwise by now."""
    filled = type_in(issued, tmp_path / "填好.xlsx", FILLED)
    without = replace(settings, roster=())
    assert related(filled, settings) == related(filled, without) == []
    moved = replace(settings, roster=(replace(OFFICE, parent="区教育局"), SCHOOLS, Department("003", "石峰区政府")))
    assert related(filled, moved) == []


def test_an_authority_that_was_typed_over_is_asked_about(issued: Path, settings: Settings, tmp_path: Path):
    cells = [*FILLED, (TARGETS, "A7", "区教育局")]
    file = type_in(issued, tmp_path / "改过.xlsx", cells)
    assert related(file, settings) == related(file, replace(settings, roster=())) == [("A7", "区教育局")]


def test_what_was_filled_in_for_another_department_proves_nothing(issued: Path, settings: Settings, tmp_path: Path):
    file = type_in(issued, tmp_path / "他人的.xlsx", [*FILLED, (CARD, "B2", "区教育局")])
    assert related(file, replace(settings, roster=())) == [("A6", "石峰区政府")]


def test_the_real_return_filled_into_it_says_the_same(issued: Path, settings: Settings, tmp_path: Path):
    from xlsform.operations import fill, workbook_base  # noqa: PLC0415 - only here
    from xlsform.specfiles.records import RecordSet  # noqa: PLC0415

    source = RETURNS / "区委办本级.xlsx"
    wanted = data_of(read_return(source.name, source.read_bytes(), settings))
    given = RecordSet(wanted, Mark("区委办本级.json"), name="区委办本级.xlsx", year=2019)
    fill([given], tmp_path / "填好.xlsx", settings, workbook_base(issued))
    said = data_of(read(tmp_path / "填好.xlsx", settings))
    for row in (*wanted["department_overall"], *said["department_overall"]):
        # the blocks whole, which filling writes anew item by item
        del row["output_indicators"], row["benefit_indicators"]
    assert said == wanted


def test_without_names_the_stamp_is_read_from_properties_and_without_these_from_its_sheet(
    issued: Path, settings: Settings, tmp_path: Path
):
    book = openpyxl.load_workbook(issued)
    for name in [name for name in book.defined_names if name.startswith("xlsform.")]:
        del book.defined_names[name]
    book[CARD]["B2"] = None
    book.save(tmp_path / "无名称.xlsx")
    assert read(tmp_path / "无名称.xlsx", settings).department == "区委办本级"
    for prop in list(book.custom_doc_props.names):
        del book.custom_doc_props[prop]
    book.save(tmp_path / "只有表.xlsx")
    assert read(tmp_path / "只有表.xlsx", settings).issued_to == "区委办本级"


STRIPS = (("texts", FUNDS, "H1:K3"), ("texts", TARGETS, "R1:S4"), ("texts", CARD, "E1:F4"), ("texts", MATRIX, "J1:K2"))
RIGHT = [
    [["填报检查（不打印）", "✓ 没有不符", "", ""],
     ["✓", "专项支出名称、支出方向与支出方向表对应", "✓", "资金总额合计 = 项目支出（部门整体）"],
     ["✓", "支出方向年度金额合计（支出方向表） = 资金总额，按专项支出名称", "✓", "必填栏目"]],
    [["填报检查（不打印）", "✓ 没有不符"], ["✓", "所属专项名称、支出方向与汇总表对应"],
     ["✓", "支出方向年度金额合计 = 资金总额（汇总表），按所属专项名称"], ["✓", "必填栏目"]],
    [["填报检查（不打印）", "✓ 没有不符"], ["✓", "资金总额 = 基本支出 + 项目支出"],
     ["✓", "资金总额合计（汇总表） = 项目支出"], ["✓", "必填栏目"]],
    [["填报检查（不打印）", "—"], ["—", "必填栏目"]],
]  # fmt: skip


@pytest.mark.libreoffice
def test_libreoffice_keeps_the_strip_alive_while_a_clerk_types(issued: Path, settings: Settings, tmp_path: Path):
    right = type_in(issued, tmp_path / "填好.xlsx", FILLED)
    wrong = [
        ("type", CARD, "C6", "20"), ("texts", CARD, "E2:E4"),
        ("type", TARGETS, "E7", "20"), ("texts", TARGETS, "R2:R4"), ("texts", FUNDS, "H3:H3"),
        ("type", FUNDS, "B5", "丙专项"), ("erase", FUNDS, "E4"), ("texts", FUNDS, "H2:K3"), ("texts", LISTS_SHEET, "C3:D5"),
        ("insert_rows", FUNDS, 5, 1), ("type", FUNDS, "B5", "丁专项"), ("texts", FUNDS, "H2:K3"), ("texts", LISTS_SHEET, "D3:D6"),
        ("delete_rows", FUNDS, 6, 1), ("texts", FUNDS, "A4:C6"),
        ("insert_rows", FUNDS, 24, 1), ("type", FUNDS, "B24", "末专项"), ("texts", FUNDS, "B24:B24"),
    ]  # fmt: skip
    saved = tmp_path / "存回.xlsx"
    blank, full = work(
        [Job(issued, (*STRIPS, ("sheets",), ("print_areas", FUNDS))), Job(right, (*STRIPS, *wrong), saved)], tmp_path
    )
    assert {row[0][:1] for strip in blank[:4] for row in strip[1:]} == {"—"}
    assert [protected for _, _, protected in blank[4][:5]] == [True] * 5
    assert blank[5] == [[1, 1, 23, 6]]
    assert full[:4] == RIGHT
    told = full[4:]
    assert told[1] == [["✗ 相差 8.5"], ["✗ 相差 8.5"], ["✓"]]
    assert told[3] == [["✓"], ["✗ 见汇总表第 5 行"], ["✓"]]
    assert told[4] == [["✗ 见第 5 行"]]
    assert told[7] == [["✗ 见第 5 行", "专项支出名称、支出方向与支出方向表对应", "✗ 相差 8.5", "资金总额合计 = 项目支出（部门整体）"],
                       ["✓", "支出方向年度金额合计（支出方向表） = 资金总额，按专项支出名称", "✗ 1 处未填", "必填栏目"]]  # fmt: skip
    assert told[8] == [["2", "甲专项"], ["3", "丙专项"], ["", ""]]
    assert told[11][1][2] == "✗ 5 处未填", "the inserted row lacks four answers more"
    assert told[12] == [["甲专项"], ["丁专项"], ["丙专项"], [""]]
    assert told[14] == [["一", "甲专项", "方向一"], ["", "丁专项", ""], ["", "", ""]]
    assert told[17] == [["末专项"]], "a row inserted below the last one is unlocked too"
    submission = read(saved, settings)
    assert [row["fund_name"] for row in data_of(submission)["fund_summary"]] == ["甲专项", "丁专项", "末专项"]
    assert submission.department == "区委办本级"


def test_another_form_set_is_issued_too(devices: Path, tmp_path: Path):
    settings = load_settings((), devices / "mappings" / "devices")
    settings = replace(settings, roster=(Department("1", "甲局"),))
    issue(tmp_path / "下发", settings)
    (path,) = (tmp_path / "下发").iterdir()
    assert problems(path.read_bytes()) == []
    submission = read(path, settings)
    assert (submission.department, submission.findings) == ("甲局", ())
    cells = [
        ("购置计划", f"{col}5", value) for col, value in zip("ABCDE", ("一", "计算机", 3, 15000, "更新"), strict=True)
    ]
    filled = type_in(
        path, tmp_path / "填好.xlsx", [*cells, ("单位情况", "B3", 15000), ("单位情况", "B4", "目标1：完成率：100%")]
    )
    submission = read(filled, settings)
    assert submission.findings == ()
    assert [row["device"] for row in data_of(submission)["plan"]] == ["计算机"]
    texts = [cell.value for row in openpyxl.load_workbook(path)["购置计划"]["G1:H4"] for cell in row if cell.value]
    assert texts[0] == "填报检查（不打印）"
    assert openpyxl.load_workbook(path)["购置计划"].print_area == "'购置计划'!$A$1:$E$24"


# -------------------------------------------------------------------------------------------------------------- last year


@pytest.fixture(scope="module")
def next_year(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Issued, Settings]:
    folder = tmp_path_factory.mktemp("明年")
    later = replace(settings, formset=replace(settings.formset, year=2020), roster=load_settings([RETURNS]).roster)
    return folder, issue(folder, later, last_year=RETURNS), later


def test_what_lasts_is_carried_and_what_ended_is_said(next_year: tuple[Path, Issued, Settings]):
    folder, report, settings = next_year
    submission = read(folder / "003-区教育局-绩效目标申报.xlsx", settings)
    rows = data_of(submission)
    names = {row["fund_name"] for row in rows["fund_summary"]}
    assert names
    assert names == {row["fund_name"] for row in rows["direction_targets"]}
    assert (
        {row["total_amount"] for row in rows["fund_summary"]}
        == {row["annual_goal"] for row in rows["fund_summary"]}
        == {None}
    )
    assert all(row["period_goal"] for row in rows["fund_summary"])
    assert {row["value"] for row in rows["indicator_matrix"]} == {None}
    assert all(row["level3"] for row in rows["indicator_matrix"])
    assert {row["authority"] for row in rows["direction_targets"]} == {
        d.parent for d in settings.roster if d.name == "区教育局"
    }
    ended = {(one.department, one.name) for one in report.left}
    assert ("区教育局", "义务教育薄弱环节改善资金/校舍维修改造") in ended
    assert not {name for _, name in ended} & {
        f"{row['fund_name']}/{row['direction']}" for row in rows["direction_targets"]
    }
    assert report.carried > 100


def test_a_department_whose_funds_all_ended_gets_a_plain_blank(next_year: tuple[Path, Issued, Settings]):
    folder, report, settings = next_year
    assert table_rows(read(folder / "001-区委办本级-绩效目标申报.xlsx", settings)) == {}
    assert sum(one.department == "区委办本级" for one in report.left) == 6


def test_choices_are_there_before_anything_is_calculated(next_year: tuple[Path, Issued, Settings]):
    folder, _, settings = next_year
    path = folder / "003-区教育局-绩效目标申报.xlsx"
    stored = [cell.value for cell in openpyxl.load_workbook(path, data_only=True)[LISTS_SHEET]["D"][2:] if cell.value]
    assert stored == list(dict.fromkeys(str(row["fund_name"]) for row in data_of(read(path, settings))["fund_summary"]))


# ------------------------------------------------------------------------------------------------------------- refusals


def test_nothing_is_overwritten_and_nothing_half_done(settings: Settings, tmp_path: Path):
    issue(tmp_path / "下发", settings, names=["区教育局"])
    before = {path: path.read_bytes() for path in (tmp_path / "下发").iterdir()}
    with pytest.raises(UsageError, match="已存在"):
        issue(tmp_path / "下发", settings)
    assert {path: path.read_bytes() for path in (tmp_path / "下发").iterdir()} == before
    issue(tmp_path / "下发", settings, force=True)
    assert len(list((tmp_path / "下发").iterdir())) == 2


def test_a_dry_run_writes_nothing(settings: Settings, tmp_path: Path):
    report = issue(tmp_path / "下发", settings, dry_run=True, mail=True)
    assert len(report.written) == 4
    assert not (tmp_path / "下发").exists()


def test_departments_are_chosen_by_name_or_alias(settings: Settings, tmp_path: Path):
    assert issue(tmp_path / "一", settings, names=["区委办"]).departments == ("区委办本级",)
    with pytest.raises(UsageError, match="名册里没有“区教委”"):
        issue(tmp_path / "二", settings, names=["区教委"])
    with pytest.raises(UsageError, match="没有部门名册"):
        issue(tmp_path / "三", replace(settings, roster=()))


def test_last_years_files_that_cannot_be_used_are_named(settings: Settings, tmp_path: Path):
    (tmp_path / "旧").mkdir()
    (tmp_path / "旧" / "坏.xlsx").write_bytes(b"no workbook")
    shutil.copy(RETURNS / "区财政局.xlsx", tmp_path / "旧")
    report = issue(tmp_path / "下发", settings, last_year=tmp_path / "旧")
    assert {(one.file, one.why) for one in report.left} == {
        ("坏.xlsx", "读不出申报表"),
        ("区财政局.xlsx", "不知道是名册里哪个部门的"),
    }
