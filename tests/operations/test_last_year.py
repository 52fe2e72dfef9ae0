"""`--last-year`: the district summary of the year before, read back as what it is, and compared."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from samples.content import Content
from samples.package import EXCEL, save
from samples.workbook import fill, read_blank
from tools.make_samples import contents
from xlsform.cli import run
from xlsform.core.errors import UsageError
from xlsform.operations import check, load_settings, merge

SAMPLES = Path("samples/2019").resolve()
DEPARTMENT = "区财政局"
Returns = Callable[[str, Callable[[Content], Content]], Path]


@pytest.fixture
def returns(tmp_path: Path) -> Returns:
    """A folder with the roster and three returns, of which one is changed."""
    texts = contents(SAMPLES)
    blank = read_blank()

    def make(name: str, change: Callable[[Content], Content]) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(SAMPLES / "departments.xlsx", folder)
        for one in (DEPARTMENT, "区民政局", "区教育局"):
            said = change(texts[one]) if one == DEPARTMENT else texts[one]
            (folder / f"{one}.xlsx").write_bytes(save(fill(said, blank), EXCEL))
        return folder

    return make


def as_it_is(content: Content) -> Content:
    return content


def in_yuan(content: Content) -> Content:
    """Every amount of the return is in 元: the forms agree with each other; last year's amounts tell, and one cost that the return puts in
    words beside its amount.
    """

    def times(number: Decimal) -> Decimal:
        return number * 10_000

    card = content.overall
    return content._replace(
        funds=tuple(one._replace(total_amount=times(one.total_amount)) for one in content.funds),
        directions=tuple(one._replace(annual_amount=times(one.annual_amount)) for one in content.directions),
        overall=card._replace(
            total_amount=times(card.total_amount),
            basic_expenditure=times(card.basic_expenditure),
            project_expenditure=times(card.project_expenditure),
        ),
    )


@pytest.fixture
def last_year(tmp_path: Path, returns: Returns) -> Path:
    """The summary of three departments' returns."""
    folder = returns("上年", as_it_is)
    summary = tmp_path / "上年汇总.xlsx"
    assert merge([folder], summary, load_settings([folder])).merged == 3
    return summary


def test_the_same_returns_as_last_year(returns: Returns, last_year: Path):
    folder = returns("今年", as_it_is)
    settings = load_settings([folder])
    assert {one.why for one in check([folder], settings).unevaluated} == {"no_last_year"}
    report = check([folder], settings, last_year=last_year)
    assert report.unevaluated == ()
    assert "X05" not in {one.code for one in report.findings}


def test_amounts_in_yuan_are_seen_against_last_year(returns: Returns, last_year: Path):
    folder = returns("今年", in_yuan)
    report = check([folder], load_settings([folder]), last_year=last_year)
    found = [(one.department, one.where.sheet, one.where.address) for one in report.findings if one.code == "X05"]
    assert found == [(DEPARTMENT, "支出方向表", "E8"), *((DEPARTMENT, "汇总表", f"D{row}") for row in (4, 5, 6))]


def test_the_returns_of_last_year_do_as_well(returns: Returns, tmp_path: Path):
    before, folder = returns("上年", as_it_is), returns("今年", in_yuan)
    report = merge([folder], tmp_path / "汇总.xlsx", load_settings([folder]), last_year=before)
    assert [one.where.address for one in report.findings if one.code == "X05"] == ["E8", "D4", "D5", "D6"]
    assert report.merged == 3  # a warning blocks nothing


def test_departments_in_several_batches(
    returns: Returns, last_year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What is compared across departments and years does not end with a batch of departments."""
    monkeypatch.setattr("xlsform.operations.checking.BATCH", 1)
    shutil.copytree("mappings", tmp_path / "mappings")
    shutil.copytree("templates", tmp_path / "templates")
    path = tmp_path / "mappings" / "2019" / "fund_summary.yaml"
    line = '  - {code: Q01, check: unique_across, fields: [fund_name], level: hint, message: "与{other}重复"}\n'
    path.write_text(path.read_text(encoding="utf-8").replace("\nsummary:", f"{line}\nsummary:", 1), encoding="utf-8")
    shared = "绩效管理专项"

    def rename(content: Content) -> Content:
        funds = tuple(one._replace(fund_name=shared) for one in content.funds)
        return content._replace(funds=funds)

    folder = returns("今年", rename)
    texts = contents(SAMPLES)
    other = texts["区民政局"]
    (folder / "区民政局.xlsx").write_bytes(save(fill(rename(other), read_blank()), EXCEL))
    settings = load_settings([folder], tmp_path / "mappings" / "2019")
    report = check([folder], settings, last_year=last_year)
    told = [(one.department, one.where.address) for one in report.findings if one.code == "Q01"]
    assert told == [(DEPARTMENT, cell) for cell in ("B4", "B5", "B6")]  # 区民政局 stands before it in the roster
    assert all(one.params["other"] == "区民政局" for one in report.findings if one.code == "Q01")


def test_a_department_that_last_year_did_not_have(returns: Returns, last_year: Path):
    folder = returns("今年", as_it_is)
    (folder / "区应急管理局.xlsx").write_bytes(save(fill(contents(SAMPLES)["区应急管理局"], read_blank()), EXCEL))
    report = check([folder], load_settings([folder]), last_year=last_year)
    assert [(one.department, one.code, one.why) for one in report.unevaluated] == [
        ("区应急管理局", "X05", "not_last_year")
    ]


def test_what_is_no_summary_is_refused(returns: Returns, tmp_path: Path):
    folder = returns("今年", as_it_is)
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(b"")
    with pytest.raises(UsageError, match="读不出上年各部门的申报内容"):
        check([folder], load_settings([folder]), last_year=empty)


def test_the_command_says_what_was_not_evaluated(returns: Returns, last_year: Path, capfd: pytest.CaptureFixture[str]):
    folder = returns("今年", as_it_is)
    run(["check", str(folder)])
    shown = capfd.readouterr().out.splitlines()
    at = shown.index("未执行 3 项（不等于通过）：")
    assert shown[at + 1] == "  没有给出上年汇总（--last-year）：X05×3"
    run(["check", str(folder), "--lang", "en"])
    shown = capfd.readouterr().out
    assert "3 checks were not evaluated, which is not the same as passed:\n  no summary of last year was given" in shown
    run(["check", str(folder), "--last-year", str(last_year)])
    assert "未执行" not in capfd.readouterr().out
    run(["check", str(folder), "--format", "json"])
    told = json.loads(capfd.readouterr().out)["unevaluated"]
    assert {one["department"] for one in told} == {DEPARTMENT, "区民政局", "区教育局"}
    assert told[0] | {"department": ""} == {
        "code": "X05",
        "department": "",
        "form": "fund_summary",
        "field": None,
        "why": "no_last_year",
        "message": "没有给出上年汇总（--last-year）",
        "cases": 1,
    }
    run(["merge", str(folder), "-o", str(folder / "汇总.xlsx"), "--last-year", str(last_year)])
    assert "未执行" not in capfd.readouterr().out


def test_a_rule_that_is_off_is_not_missed(returns: Returns):
    folder = returns("今年", as_it_is)
    settings = load_settings([folder])
    off = replace(settings, formset=replace(settings.formset, levels={"X05": None}))
    assert check([folder], off).unevaluated == ()
