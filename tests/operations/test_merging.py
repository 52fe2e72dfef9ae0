"""The district summary, made of the sample district's returns and read back."""

from __future__ import annotations

import re
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.office import convert
from xlsform.core.errors import UsageError
from xlsform.core.findings import Level
from xlsform.core.records import Submission
from xlsform.operations import MergeReport, Settings, extract, load_settings, merge

RETURNS = Path("samples/2019/returns")
FAULTY = Path("samples/2019/faulty")
FORM_SHEETS = ("汇总表", "支出方向表", "部门整体汇总", "指标分解表")
TOTALS = {"汇总表": ("D",), "支出方向表": ("E",), "部门整体汇总": ("C", "D", "E")}


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([RETURNS])


@pytest.fixture(scope="module")
def summary(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MergeReport]:
    out = tmp_path_factory.mktemp("merge") / "区级汇总.xlsx"
    return out, merge([RETURNS], out, settings)


def read(path: Path, settings: Settings) -> list[Submission]:
    return list(extract([path], settings, jobs=1))


def said(submissions: list[Submission], settings: Settings) -> dict[tuple[str, str], list[dict[str, object]]]:
    """Region and department → data of their records, 序号 left out: it is new in a summary."""
    aliases = {alias: d.name for d in settings.roster for alias in (d.name, *d.aliases)}
    by_file = {s.file: s.department for s in submissions}
    named = {"区城管局": "区城市管理和综合执法局", "区人社局": "区人力资源和社会保障局"}
    out: dict[tuple[str, str], list[dict[str, object]]] = {}
    for submission in submissions:
        for record in submission.records:
            name = record.department or by_file[record.file] or named[record.file.partition("-")[0]]
            data = {key: value.data for key, value in record.values.items() if key != "seq"}
            out.setdefault((record.region, aliases.get(name, name)), []).append(data)
    return out


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def test_reads_back_as_the_returns_said(summary: tuple[Path, MergeReport], settings: Settings) -> None:
    path, report = summary
    assert (report.files, report.read, report.departments, report.merged) == (20, 20, 16, 16)
    assert all(finding.level < Level.ERROR for finding in report.findings)
    back = read(path, settings)
    assert back[0].unmapped == ()
    assert back[0].findings == ()
    assert said(back, settings) == said(list(extract([RETURNS], settings, jobs=1)), settings)


def test_merging_summaries_equals_merging_all_at_once(
    summary: tuple[Path, MergeReport], settings: Settings, tmp_path: Path
) -> None:
    files = sorted(RETURNS.iterdir())
    first = [path for path in files if path.name.startswith(("区委", "区人社", "区民政", "田心"))]
    for name, part in (("甲区.xlsx", first), ("乙区.xlsx", [path for path in files if path not in first])):
        merge(part, tmp_path / name, settings)
    merge([tmp_path / "甲区.xlsx", tmp_path / "乙区.xlsx"], tmp_path / "市.xlsx", settings)
    once, twice = members(summary[0]), members(tmp_path / "市.xlsx")
    names = re.findall(r'<sheet name="([^"]+)"', once["xl/workbook.xml"].decode())
    for sheet in FORM_SHEETS:
        part = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
        assert once[part] == twice[part], sheet


def test_same_input_gives_the_same_bytes_in_any_order(
    summary: tuple[Path, MergeReport], settings: Settings, tmp_path: Path
) -> None:
    copies = tmp_path / "收件"
    copies.mkdir()
    for path in sorted(RETURNS.iterdir(), reverse=True):
        shutil.copy(path, copies)
    merge(sorted(copies.iterdir(), reverse=True), tmp_path / "再次.xlsx", settings, jobs=2)
    assert (tmp_path / "再次.xlsx").read_bytes() == summary[0].read_bytes()


def test_untouched_parts_of_the_blank_stay_byte_identical(summary: tuple[Path, MergeReport]) -> None:
    blank = members(Path("templates/2019/区级汇总.xlsx"))
    written = members(summary[0])
    changed = {name for name in blank if blank[name] != written.get(name)}
    sheets = {name for name in blank if name.startswith("xl/worksheets/")}
    assert changed <= sheets | {
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
        "docProps/app.xml",
    }


def test_every_value_has_its_source(summary: tuple[Path, MergeReport]) -> None:
    book = openpyxl.load_workbook(summary[0])
    sources = {(row[0], row[1]): row for row in book["来源"].iter_rows(min_row=4, values_only=True)}
    opened = {
        path.name: openpyxl.load_workbook(path, data_only=True)
        for path in RETURNS.iterdir()
        if "响石岭" not in path.name
    }
    for name in FORM_SHEETS:
        for row in book[name].iter_rows():
            for cell in row:
                source = sources.pop((name, cell.coordinate), None)
                if source is None:
                    continue
                _, _, _, _, file, sheet, address, raw = source
                assert cell.value is not None
                if file in opened and name != "部门整体汇总":
                    there = opened[file][sheet][address].value
                    assert (
                        raw is not None or str(there).replace("\r\n", "\n") == str(cell.value) or "%" in str(cell.value)
                    )
    assert not sources, "来源 names a cell that shows nothing"


def test_every_amount_on_the_forms_is_traced_or_is_a_total(summary: tuple[Path, MergeReport]) -> None:
    book = openpyxl.load_workbook(summary[0])
    traced = {(row[0], row[1]) for row in book["来源"].iter_rows(min_row=4, values_only=True)}
    for name, columns in TOTALS.items():
        for letters in columns:
            amounts = [cell for cell in book[name][letters] if isinstance(cell.value, int | float)]
            assert amounts
            assert {(name, cell.coordinate) for cell in amounts} <= traced


@pytest.mark.libreoffice
def test_libreoffice_recalculates_every_total_to_the_last_digit(
    summary: tuple[Path, MergeReport], tmp_path: Path, settings: Settings
) -> None:
    bare = tmp_path / "无存值.xlsx"
    with zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members(summary[0]).items():
            out.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data))
    convert([bare], tmp_path / "lo-out")
    calculated = openpyxl.load_workbook(tmp_path / "lo-out" / bare.name, data_only=True)
    formulas = openpyxl.load_workbook(summary[0])
    returns = said(list(extract([RETURNS], settings, jobs=1)), settings)
    fields = {"汇总表": ("fund_summary", ("total_amount",)), "支出方向表": ("direction_targets", ("annual_amount",))}
    fields["部门整体汇总"] = ("department_overall", ("total_amount", "basic_expenditure", "project_expenditure"))
    for name, (region, keys) in fields.items():
        for letters, key in zip(TOTALS[name], keys, strict=True):
            sums = {dept: sum((d[key] for d in rows), Decimal(0)) for (r, dept), rows in returns.items() if r == region}
            for cell in formulas[name][letters]:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    label = next(c.value for c in formulas[name][cell.row] if c.value)
                    want = sum(sums.values(), Decimal(0)) if label == "合计" else sums[label]
                    assert Decimal(str(calculated[name][cell.coordinate].value)) == want, (name, cell.coordinate)


def test_an_error_leaves_out_that_form_only(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "收件"
    shutil.copytree(RETURNS, folder)
    (folder / "区教育局.xlsx").unlink()
    shutil.copy(FAULTY / "区教育局-C03-合计不符.xlsx", folder)
    out = tmp_path / "汇总.xlsx"
    report = merge([folder], out, settings)
    assert [(f.code, f.department) for f in report.findings if f.level is Level.ERROR] == [("C03", "区教育局")]
    back = said(read(out, settings), settings)
    assert ("department_overall", "区教育局") not in back
    assert ("fund_summary", "区教育局") in back
    book = openpyxl.load_workbook(out)
    state = next(row for row in book["报送情况"].iter_rows(values_only=True) if row[2] == "区教育局")
    assert state[3] == "部分汇总（有错误）"
    assert state[7] == "未汇总"
    assert "区教育局" not in book.sheetnames
    assert any(row[1] == "C03" for row in book["审核结果"].iter_rows(values_only=True))


def test_an_unreadable_file_and_a_missing_department_do_not_stop_the_others(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "收件"
    shutil.copytree(RETURNS, folder)
    (folder / "区民政局.xlsx").unlink()
    shutil.copy(FAULTY / "区教育局-T01-文件截断.xlsx", folder / "附件.xlsx")
    report = merge([folder], tmp_path / "汇总.xlsx", settings)
    assert {f.code for f in report.findings if f.level is Level.ERROR} == {"T01", "Z02"}
    assert report.merged == 15
    assert next(o.state for o in report.outcomes if o.file == "附件.xlsx") == "无法读取"
    assert len(report.outcomes) == report.files


def test_the_same_form_twice_counts_once_or_not_at_all(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "收件"
    folder.mkdir()
    shutil.copy(RETURNS / "区教育局.xlsx", folder / "区教育局.xlsx")
    shutil.copy(RETURNS / "区教育局.xlsx", folder / "区教育局（最终版）.xlsx")
    report = merge([folder], tmp_path / "一.xlsx", settings)
    assert len(said(read(tmp_path / "一.xlsx", settings), settings)["fund_summary", "区教育局"]) == 4
    assert {f.variant for f in report.findings if f.code == "S02"} == {"same"}
    shutil.copy(FAULTY / "区教育局-C03-合计不符.xlsx", folder / "区教育局（最终版）.xlsx")
    report = merge([folder], tmp_path / "二.xlsx", settings)
    back = said(read(tmp_path / "二.xlsx", settings), settings)
    assert ("department_overall", "区教育局") not in back
    assert [f.form for f in report.findings if f.code == "S02" and f.level is Level.ERROR] == ["department_overall"]


def test_many_cards_go_into_a_companion(settings: Settings, tmp_path: Path) -> None:
    report = merge([RETURNS], tmp_path / "汇总.xlsx", settings, cards=3)
    assert [path.name for path in report.written] == ["汇总.xlsx", "汇总-部门整体.xlsx"]
    companion = openpyxl.load_workbook(tmp_path / "汇总-部门整体.xlsx")
    assert len(companion.sheetnames) == 16
    assert companion["区委办本级"]["C3"].value == 336.07
    assert openpyxl.load_workbook(tmp_path / "汇总.xlsx").sheetnames == [*FORM_SHEETS, "报送情况", "审核结果", "来源"]


def test_never_overwrites_unless_told_and_dry_run_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "汇总.xlsx"
    assert merge([RETURNS], out, settings, dry_run=True).written == (out,)
    assert not list(tmp_path.iterdir())
    out.write_bytes(b"mine")
    with pytest.raises(UsageError):
        merge([RETURNS], out, settings)
    assert out.read_bytes() == b"mine"
    merge([RETURNS], out, settings, force=True)
    assert out.read_bytes() != b"mine"


def test_text_that_looks_like_a_formula_stays_text(settings: Settings, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(RETURNS / "区政府办公室.xlsx")
    cell = book["汇总表"]["E4"]
    cell.value = '=HYPERLINK("http://example.org","点我")这是一段足够长的目标文字'
    cell.data_type = "s"
    book.save(tmp_path / "区政府办公室.xlsx")
    merge([tmp_path / "区政府办公室.xlsx"], tmp_path / "汇总.xlsx", settings)
    written = next(
        c
        for row in openpyxl.load_workbook(tmp_path / "汇总.xlsx")["汇总表"].iter_rows()
        for c in row
        if "HYPERLINK" in str(c.value)
    )
    assert (written.data_type, written.value, written.quotePrefix) == ("s", cell.value, True)


def test_a_summary_whose_total_was_changed_by_hand_is_found(
    summary: tuple[Path, MergeReport], settings: Settings, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(summary[0], data_only=True)
    book["汇总表"]["D5"].value = 101
    book.save(tmp_path / "改过.xlsx")
    report = merge([tmp_path / "改过.xlsx"], tmp_path / "市.xlsx", settings)
    assert [
        (f.code, f.where.sheet, f.where.address, f.got, f.expected) for f in report.findings if f.code == "Z01"
    ] == [("Z01", "汇总表", "D5", "101", "100")]
