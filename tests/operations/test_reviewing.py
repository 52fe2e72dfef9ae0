"""Returns given back: what is written and what is not, reasons taken over, marks taken out, whatever happened to the copy meanwhile."""

from __future__ import annotations

import email
import email.policy
import io
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.office import Job, work
from tests.ooxml.parts import unpacked
from xlsform import readers
from xlsform.core.edits import DropSheet, Edit, Grow, Line, Plan, Put
from xlsform.core.errors import UsageError
from xlsform.core.findings import Level
from xlsform.core.marks import FORMULAS, NOTE, REASON, is_list
from xlsform.operations import ReviewReport, Settings, check, clean_marks, load_settings, merge, review
from xlsform.writers.xlsx import applied

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "2019"
RETURNS, FAULTY = SAMPLES / "returns", SAMPLES / "faulty"
AMOUNT = FAULTY / "区应急管理局-C03-合计不符.xlsx"
"""One error: C03 at 部门整体!C3."""
NUMBERS = FAULTY / "区财政局-C06-指标编号跳号.xlsx"
"""One warning: C06 at 部门整体!C8."""
WARNED = RETURNS / "田心街道办事处.xlsx"
CUT, PAGE = FAULTY / "区教育局-T01-文件截断.xlsx", FAULTY / "区财政局-T01-网页另存.xls"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([RETURNS])


def with_parts(data: bytes, added: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, part in (unpacked(data) | dict(added)).items():
            package.writestr(name, part)
    return out.getvalue()


def edited(data: bytes, *plan: Edit) -> bytes:
    return applied(data, plan)


def reviewed(path: Path, out: Path, settings: Settings) -> bytes:
    """The copy of one return."""
    report = review([path], out, settings, force=True)
    (written,) = report.written
    return written.read_bytes()


# --- what is written ----------------------------------------------------------------------------------------------------


def test_each_file_with_findings_comes_back_under_its_name(settings: Settings, tmp_path: Path) -> None:
    inbox = tmp_path / "收件"
    for folder in ("甲", "乙"):
        (inbox / folder).mkdir(parents=True)
    shutil.copy(AMOUNT, inbox / "甲" / "区应急管理局.xlsx")
    shutil.copy(NUMBERS, inbox / "乙" / "区财政局.xlsx")
    shutil.copy(RETURNS / "区卫生健康局.xlsx", inbox / "乙")
    report = review([inbox], tmp_path / "退回", settings)
    assert {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "退回").rglob("*") if path.is_file()} == {
        "退回/甲/区应急管理局.xlsx",
        "退回/乙/区财政局.xlsx",
    }
    assert {one.file: (one.written, one.marked) for one in report.returned} == {
        "甲/区应急管理局.xlsx": ("甲/区应急管理局.xlsx", 1),
        "乙/区财政局.xlsx": ("乙/区财政局.xlsx", 1),
        "乙/区卫生健康局.xlsx": ("", 0),
    }
    assert [path.read_bytes() for path in inbox.rglob("区应急管理局.xlsx")] == [AMOUNT.read_bytes()]


def test_others_see_the_marks(settings: Settings, tmp_path: Path) -> None:
    """openpyxl: the colour, the note, the list with its link, the room for reasons."""
    book = openpyxl.load_workbook(io.BytesIO(reviewed(AMOUNT, tmp_path / "退回", settings)))
    assert book.sheetnames[0] == book.active.title == "需修改"
    card = book["部门整体"]
    rules = {str(area.sqref): rule.formula for area in card.conditional_formatting for rule in area.rules}
    assert [FORMULAS[level] for level in FORMULAS if [FORMULAS[level]] in rules.values()] == ['N("xlsform:error")=0']
    assert any("C3" in area for area in rules)
    note = card["C3"].comment.text.split("\n")
    assert note[0] == NOTE
    assert note[1] == "错误 C03：资金总额 450.25 ≠ 基本支出 246.81 + 项目支出 234"
    listed = book["需修改"]
    assert listed["E5"].value == "C3"
    assert listed["E5"].hyperlink.location == "'部门整体'!C3"
    assert listed.protection.sheet
    assert listed["A5"].protection.locked
    assert not listed["K5"].protection.locked
    assert all(listed.column_dimensions[letter].hidden for letter in "LMN")


def test_a_file_that_cannot_be_read_goes_back_as_a_list(settings: Settings, tmp_path: Path) -> None:
    report = review([CUT, PAGE], tmp_path / "退回", settings)
    assert [path.name for path in report.written] == [
        "区教育局-T01-文件截断-需修改.xlsx",
        "区财政局-T01-网页另存-需修改.xlsx",
    ]
    assert all(one.alone and one.marked == 0 for one in report.returned)
    for path in report.written:
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["需修改"]
        assert [book["需修改"].cell(5, col).value for col in (2, 3)] == ["错误", "T01"]
        (grid,) = readers.read(path.name, path.read_bytes()).grids
        assert is_list(grid)


def test_lists_of_two_files_that_differ_in_their_suffix_have_two_names(settings: Settings, tmp_path: Path) -> None:
    inbox = tmp_path / "收件"
    inbox.mkdir()
    for name in ("甲.xlsx", "甲.xls", "甲-需修改.xlsx"):
        shutil.copy(CUT, inbox / name)
    report = review([inbox], tmp_path / "退回", settings)
    assert len({path.name for path in report.written}) == 3
    assert {path.suffix for path in report.written} == {".xlsx"}


def test_nothing_is_written_where_it_must_not_be(settings: Settings, tmp_path: Path) -> None:
    inbox = tmp_path / "收件"
    inbox.mkdir()
    shutil.copy(AMOUNT, inbox)
    (tmp_path / "别处").mkdir()
    shutil.copy(NUMBERS, tmp_path / "别处" / AMOUNT.name)
    for paths, out in (
        ([inbox], inbox),
        ([inbox / AMOUNT.name], inbox),
        ([inbox], inbox / "退回"),
        ([inbox / AMOUNT.name], tmp_path / "没有" / "退回"),
    ):
        with pytest.raises(UsageError):
            review(paths, out, settings)
    with pytest.raises(UsageError, match="同名"):
        review([inbox / AMOUNT.name, tmp_path / "别处" / AMOUNT.name], tmp_path / "退回", settings)
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(["收件", "别处", AMOUNT.name, AMOUNT.name])


def test_nothing_is_written_over_and_a_dry_run_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "退回"
    planned = review([AMOUNT, NUMBERS], out, settings, dry_run=True)
    assert not out.exists()
    done = review([AMOUNT], out, settings)
    assert planned.written[:1] == done.written
    (out / AMOUNT.name).write_text("别动")
    for dry_run in (True, False):
        with pytest.raises(UsageError, match="--force"):
            review([AMOUNT, NUMBERS], out, settings, dry_run=dry_run)
    assert [path.name for path in out.iterdir()] == [AMOUNT.name]
    assert (out / AMOUNT.name).read_text() == "别动"
    review([AMOUNT, NUMBERS], out, settings, force=True)
    assert len(list(out.iterdir())) == 2


def test_macros_and_signatures_keep_their_bytes(settings: Settings, tmp_path: Path) -> None:
    inbox = tmp_path / "收件"
    inbox.mkdir()
    added = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro", "_xmlsignatures/sig1.xml": b"<Signature/>"}
    (inbox / "区教育局.xlsm").write_bytes(with_parts(AMOUNT.read_bytes(), added))
    report = review([inbox], tmp_path / "退回", settings)
    (one,) = report.returned
    assert one.signed
    assert one.written == "区教育局.xlsm"
    copy = unpacked((tmp_path / "退回" / "区教育局.xlsm").read_bytes())
    assert {name: copy[name] for name in added} == added


def test_a_note_that_is_there_stays_above_ours(settings: Settings, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(AMOUNT)
    book["部门整体"]["C3"].comment = Comment("已与预算股核对", "张三")
    source = tmp_path / "区教育局.xlsx"
    book.save(source)
    copy = reviewed(source, tmp_path / "退回", settings)
    text = openpyxl.load_workbook(io.BytesIO(copy))["部门整体"]["C3"].comment.text
    assert text.startswith(f"已与预算股核对\n{NOTE}\n错误 C03")
    (cleaned,) = clean_marks([tmp_path / "退回" / source.name], tmp_path / "原样")
    assert cleaned.written is not None
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(cleaned.written)
    assert after["部门整体"]["C3"].comment.text == before["部门整体"]["C3"].comment.text == "已与预算股核对"


def test_a_thread_of_comments_is_left_alone_and_said(settings: Settings, tmp_path: Path) -> None:
    """Excel makes the note of a thread itself (its author begins with tc=) and would throw away what is added to it."""
    book = openpyxl.load_workbook(AMOUNT)
    book["部门整体"]["C3"].comment = Comment("[线程批注]", "tc={0B8A3F5E-0000-4000-8000-000000000000}")
    source = tmp_path / "区教育局.xlsx"
    book.save(source)
    report = review([source], tmp_path / "退回", settings)
    (one,) = report.returned
    assert (one.marked, one.threads) == (1, 1)
    copy = openpyxl.load_workbook(report.written[0])["部门整体"]
    assert copy["C3"].comment.text == "[线程批注]"
    assert copy.conditional_formatting


# --- reasons ------------------------------------------------------------------------------------------------------------


def test_a_reason_goes_with_its_finding_everywhere(settings: Settings, tmp_path: Path) -> None:
    copy = reviewed(NUMBERS, tmp_path / "退回", settings)
    inbox = tmp_path / "收件"
    inbox.mkdir()
    (inbox / "区财政局.xlsx").write_bytes(edited(copy, Put("需修改", 5, REASON, "指标3按要求单列")))
    report = check([inbox], settings)
    assert [(f.code, f.reason) for f in report.findings] == [("C06", "指标3按要求单列")]
    merge([inbox], tmp_path / "汇总.xlsx", settings)
    rows = list(openpyxl.load_workbook(tmp_path / "汇总.xlsx")["审核结果"].iter_rows(min_row=4, values_only=True))
    assert [row[9] for row in rows if row[1] == "C06"] == ["指标3按要求单列（区财政局，区财政局.xlsx）"]
    again = review([inbox], tmp_path / "再退", settings)
    assert (again.written, [one.file for one in again.returned]) == ((), ["区财政局.xlsx"]), "explained: not sent back"


def test_a_reason_that_says_nothing_is_sent_back_with_it(settings: Settings, tmp_path: Path) -> None:
    copy = reviewed(NUMBERS, tmp_path / "退回", settings)
    inbox = tmp_path / "收件"
    inbox.mkdir()
    (inbox / "区财政局.xlsx").write_bytes(edited(copy, Put("需修改", 5, REASON, "核实无误。")))
    again = review([inbox], tmp_path / "再退", settings)
    listed = openpyxl.load_workbook(again.written[0])["需修改"]
    assert [listed.cell(5, col).value for col in (2, 3, REASON)] == ["警告", "C06", "核实无误。"]
    assert str(listed.cell(5, 9).value).endswith(
        "。审核说明“核实无误。”没有写明理由，请写明具体原因（依据、数据或特殊情况）"
    )
    assert listed.cell(6, 1).value is None
    assert openpyxl.load_workbook(again.written[0]).sheetnames.count("需修改") == 1


def test_what_is_explained_is_listed_last_and_not_marked(settings: Settings, tmp_path: Path) -> None:
    """A second fault of the same return brings it back; the explained one is there as 已说明, without colour and note."""
    copy = reviewed(NUMBERS, tmp_path / "退回", settings)
    inbox = tmp_path / "收件"
    inbox.mkdir()
    spoilt = edited(copy, Put("需修改", 5, REASON, "指标3按要求单列"), Put("汇总表", 4, 5, None))
    (inbox / "区财政局.xlsx").write_bytes(spoilt)
    again = review([inbox], tmp_path / "再退", settings)
    book = openpyxl.load_workbook(again.written[0])
    rows = [[book["需修改"].cell(row, col).value for col in (2, 3, 10, REASON)] for row in (5, 6)]
    assert (rows[0][:2], rows[0][3]) == (["错误", "A02"], None)
    assert rows[1] == ["已说明", "C06", "审核说明已采纳，不必修改。", "指标3按要求单列"]
    assert book["部门整体"]["C8"].comment is None
    assert book["汇总表"]["E4"].comment is not None
    assert again.returned[0].marked == 1


def test_reasons_find_their_finding_though_rows_were_inserted_above(settings: Settings, tmp_path: Path) -> None:
    """Two findings of one code in one column: only the formula beside the reason says which is meant."""
    data = edited(WARNED.read_bytes(), Put("汇总表", 4, 5, None), Put("汇总表", 5, 5, None))
    source = tmp_path / WARNED.name
    source.write_bytes(data)
    report = review([source], tmp_path / "退回", settings)
    places = [f.where for f in report.findings if f.code == "A02"]
    assert len(places) >= 2
    copy = report.written[0].read_bytes()
    grid = readers.read("x.xlsx", copy).grids[0]
    row = next(row for row in grid.rows if grid.text(row, 3) == "A02" and grid.text(row, 5) == places[1].address)
    at = places[1].row
    moved = edited(copy, Put("需修改", row, REASON, "跨年项目"), Grow("汇总表", 3, (Line(3, ()),)))
    (tmp_path / "收件").mkdir()
    (tmp_path / "收件" / WARNED.name).write_bytes(moved)
    found = check([tmp_path / "收件"], settings).findings
    assert [(f.where.row, f.reason) for f in found if f.reason] == [(at + 1, "跨年项目")]


def test_a_reason_whose_finding_was_mended_is_said(settings: Settings, tmp_path: Path) -> None:
    copy = reviewed(NUMBERS, tmp_path / "退回", settings)
    mended = openpyxl.load_workbook(NUMBERS)["部门整体"]["C8"].value.replace("指标4", "指标3")
    done = edited(copy, Put("需修改", 5, REASON, "已改"), Put("部门整体", 8, 3, mended))
    (tmp_path / "收件").mkdir()
    (tmp_path / "收件" / "区财政局.xlsx").write_bytes(done)
    (lost,) = check([tmp_path / "收件"], settings).findings
    assert (lost.code, lost.variant, lost.reason, lost.department) == ("T07", "reason", "已改", "区财政局")


# --- marks taken out ----------------------------------------------------------------------------------------------------


def test_clean_gives_a_file_without_marks_back_byte_for_byte(settings: Settings, tmp_path: Path) -> None:
    copy = reviewed(AMOUNT, tmp_path / "退回", settings)
    cleaned = clean_marks([tmp_path / "退回", RETURNS / "区委办本级.xlsx", CUT], tmp_path / "原样")
    assert {one.file: (one.readable, one.marked) for one in cleaned} == {
        AMOUNT.name: (True, True),
        "区委办本级.xlsx": (True, False),
        CUT.name: (False, False),
    }
    assert sorted(path.name for path in (tmp_path / "原样").iterdir()) == sorted(["区委办本级.xlsx", AMOUNT.name])
    assert (tmp_path / "原样" / "区委办本级.xlsx").read_bytes() == (RETURNS / "区委办本级.xlsx").read_bytes()
    assert copy != AMOUNT.read_bytes()
    before = readers.read("x.xlsx", AMOUNT.read_bytes())
    assert replace(readers.read("x.xlsx", (tmp_path / "原样" / AMOUNT.name).read_bytes()), sha256="") == replace(
        before, sha256=""
    )


def test_a_dry_run_of_clean_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    reviewed(AMOUNT, tmp_path / "退回", settings)
    (cleaned,) = clean_marks([tmp_path / "退回"], tmp_path / "原样", dry_run=True)
    assert cleaned.marked
    assert not (tmp_path / "原样").exists()


def test_marks_whose_list_was_deleted_do_not_pile_up(settings: Settings, tmp_path: Path) -> None:
    copy = reviewed(AMOUNT, tmp_path / "退回", settings)
    source = tmp_path / "区教育局.xlsx"
    source.write_bytes(edited(copy, DropSheet("需修改")))
    again = openpyxl.load_workbook(io.BytesIO(reviewed(source, tmp_path / "再退", settings)))["部门整体"]
    ours = [rule for area in again.conditional_formatting for rule in area.rules if rule.formula == [FORMULAS[3]]]
    assert len(ours) == 1
    assert again["C3"].comment.text.count(NOTE) == 1


# --- drafts -------------------------------------------------------------------------------------------------------------


def test_one_draft_a_department_with_its_files(settings: Settings, tmp_path: Path) -> None:
    roster = tuple(replace(one, email=f"{one.code}@example.gov.cn") for one in settings.roster)
    ours = replace(settings, roster=roster)
    empty = FAULTY / "区应急管理局-T01-空文件.xlsx"
    report: ReviewReport = review([AMOUNT, NUMBERS, empty], tmp_path / "退回", ours, mail=True)
    assert {draft.department for draft in report.drafts} == {"区应急管理局", "区财政局"}
    emails = {one.name: one.email for one in roster}
    for draft in report.drafts:
        data = (tmp_path / "退回" / draft.written).read_bytes()
        message = email.message_from_bytes(data, policy=email.policy.default)
        assert message["To"] == draft.email == emails[draft.department]
        assert draft.department in message["Subject"]
        body = message.get_body().get_content()
        assert body.startswith(f"{draft.department}：")
        attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
        mine = [one.written for one in report.returned if one.department == draft.department]
        assert attached == {name: (tmp_path / "退回" / name).read_bytes() for name in mine}
    assert len([path for path in report.written if path.suffix == ".eml"]) == 2


def test_two_files_of_one_name_are_attached_under_two(settings: Settings, tmp_path: Path) -> None:
    for folder in ("第一批", "第二批"):
        (tmp_path / "收件" / folder).mkdir(parents=True)
        shutil.copy(AMOUNT, tmp_path / "收件" / folder / "区教育局.xlsx")
    report: ReviewReport = review([tmp_path / "收件"], tmp_path / "退回", settings, mail=True)
    (draft,) = report.drafts
    data = (tmp_path / "退回" / draft.written).read_bytes()
    message = email.message_from_bytes(data, policy=email.policy.default)
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["第一批-区教育局.xlsx", "第二批-区教育局.xlsx"]


def test_clean_passes_over_the_drafts_of_a_review(settings: Settings, tmp_path: Path) -> None:
    review([AMOUNT], tmp_path / "退回", settings, mail=True)
    cleaned = clean_marks([tmp_path / "退回"], tmp_path / "原样")
    assert [(one.file, one.readable) for one in cleaned] == [(AMOUNT.name, True)]


# --- other programs -----------------------------------------------------------------------------------------------------


def marks_seen(data: bytes) -> tuple[object, ...]:
    """What there is in a workbook that a review could have left: values, notes, conditional formats, sheets."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return tuple(
        (
            sheet.title,
            [[(cell.value, cell.comment.text if cell.comment else None) for cell in row] for row in sheet.iter_rows()],
            sorted(
                (str(area.sqref), rule.type, *rule.formula)
                for area in sheet.conditional_formatting
                for rule in area.rules
            ),
        )
        for sheet in book
    )


@pytest.mark.libreoffice
def test_libreoffice_fills_in_a_reason_inserts_a_row_and_saves(settings: Settings, tmp_path: Path) -> None:
    """A clerk's round: type a reason, insert a row above the finding, save; it is read as meant, and the marks still come out."""
    source = tmp_path / WARNED.name
    source.write_bytes(edited(WARNED.read_bytes(), Put("汇总表", 4, 5, None), Put("汇总表", 5, 5, None)))
    report = review([source], tmp_path / "退回", settings)
    copy = report.written[0]
    grid = readers.read("x.xlsx", copy.read_bytes()).grids[0]
    row = next(row for row in grid.rows if grid.text(row, 3) == "A02" and grid.text(row, 5) == "E5")
    inbox, plain = tmp_path / "收件", tmp_path / "原件"
    inbox.mkdir()
    plain.mkdir()
    steps: Plan | tuple[tuple[object, ...], ...] = (
        ("type", "需修改", f"K{row}", "跨年项目，目标见上年批复"),
        ("insert_rows_plainly", "汇总表", 4, 1),
    )
    work(
        [
            Job(copy, steps, inbox / WARNED.name),
            Job(copy, (), tmp_path / "存过.xlsx"),
            Job(source, (), plain / WARNED.name),
        ],
        tmp_path,
    )
    report = review([inbox], tmp_path / "再退", settings)
    assert [(f.code, f.where.row, f.reason) for f in report.findings if f.reason] == [
        ("A02", 6, "跨年项目，目标见上年批复")
    ]
    assert not [f for f in report.findings if f.where.sheet == "需修改"]
    assert openpyxl.load_workbook(report.written[0]).sheetnames.count("需修改") == 1
    clean_marks([tmp_path / "存过.xlsx"], tmp_path / "原样")
    cleaned = (tmp_path / "原样" / "存过.xlsx").read_bytes()
    assert marks_seen(cleaned) == marks_seen((plain / WARNED.name).read_bytes())
    assert readers.read("x", cleaned).active in {"汇总表", ""}


def test_openpyxl_saves_a_copy_and_all_of_it_is_still_known(settings: Settings, tmp_path: Path) -> None:
    """openpyxl throws stored values of formulas away; the formulas themselves say where a finding stands."""
    book = openpyxl.load_workbook(io.BytesIO(reviewed(NUMBERS, tmp_path / "退回", settings)))
    book["需修改"]["K5"] = "按要求单列"
    (tmp_path / "收件").mkdir()
    book.save(tmp_path / "收件" / "区财政局.xlsx")
    report = review([tmp_path / "收件"], tmp_path / "再退", settings)
    assert [f.reason for f in report.findings if f.code == "C06"] == ["按要求单列"]
    assert not [f for f in report.findings if f.where.sheet == "需修改"]
    copy = readers.read("x.xlsx", report.written[0].read_bytes())
    assert sum(map(is_list, copy.grids)) == 1


def test_nobody_gets_a_file_back_for_hints_alone(tmp_path: Path):
    path = RETURNS / "响石岭街道办事处.xlsx"
    settings = load_settings([path])
    report = review([path], tmp_path / "退回", settings)
    assert {(one.code, one.level) for one in report.findings} == {("C12", Level.HINT)}
    assert [(one.file, one.written) for one in report.returned] == [(path.name, "")]
    stricter = replace(
        settings, formset=replace(settings.formset, levels={**settings.formset.levels, "C12": Level.WARNING})
    )
    assert [one.written for one in review([path], tmp_path / "退回", stricter).returned] == [path.name]
