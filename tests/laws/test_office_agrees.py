"""LibreOffice as a judge: rows that we grow are rows that it inserts; what it opens of ours it sees whole, and saves whole."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.blanks_rich import CARD, EXTRA, FUNDS, TARGETS, UNPREFIXED, rich_blank
from tests.office import Job, work
from xlsform.cli import run
from xlsform.core.edits import Grow, Line
from xlsform.operations.reading import read_return
from xlsform.operations.settings import load_settings
from xlsform.writers.xlsx import applied

FEATURES_SEEN = tuple(name for name in UNPREFIXED if name != "macros")
GROWTHS = ((FUNDS, 12, 3), (TARGETS, 10, 2))
"""Sheet, row, new rows: inside of the tables. Where a range ends with the row, LibreOffice leaves it as it is and we let it grow."""

QUESTIONS: list[tuple[Any, ...]] = [
    ("names",),
    ("tables",),
    ("recalculate",),
    *(("print_areas", sheet) for sheet in (FUNDS, TARGETS, CARD)),
    *(("notes", sheet) for sheet in (FUNDS, CARD)),
    *(("formats", sheet) for sheet in (FUNDS, TARGETS)),
    *(("anchors", sheet) for sheet in (FUNDS, TARGETS, CARD, EXTRA)),
    ("charts", EXTRA),
    ("formulas", EXTRA, "A1:A15"),
    ("texts", EXTRA, "A1:A15"),
    ("formulas", FUNDS, "A1:J36"),
    ("formulas", TARGETS, "A1:P32"),
    ("merges", FUNDS, "A1:A36"),
    ("merges", TARGETS, "A1:A32"),
    ("heights", FUNDS, 1, 36),
    ("heights", TARGETS, 1, 32),
    *(("validation", FUNDS, f"{col}{row}") for col in "ACDE" for row in (3, 4, 12, 13, 15, 16, 26, 27, 28)),
    *(("validation", TARGETS, f"{col}{row}") for col in "BCD" for row in (5, 6, 10, 12, 27, 28)),
]


@pytest.mark.libreoffice
def test_growing_is_inserting(tmp_path: Path):
    base, ours = tmp_path / "base.xlsx", tmp_path / "ours.xlsx"
    base.write_bytes(rich_blank(*FEATURES_SEEN))
    plan = tuple(Grow(sheet, row, tuple(Line(row, ()) for _ in range(count))) for sheet, row, count in GROWTHS)
    ours.write_bytes(applied(base.read_bytes(), plan))
    inserted = [("insert_rows_plainly", sheet, row + 1, count) for sheet, row, count in GROWTHS]
    one, other = work([Job(ours, QUESTIONS), Job(base, [*inserted, *QUESTIONS])], tmp_path)
    for question, told, wanted in zip(QUESTIONS, one, other[len(inserted) :], strict=True):
        assert told == wanted, question


FAULTY = Path("samples/2019/faulty").resolve()
FEW = ("区教育局-C03-合计不符", "区应急管理局-A04-金额为文本", "区财政局-A01-序号重复")
ROSTER = Path("samples/2019/departments.xlsx").resolve()


def notes_of(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        sheet.title: {
            (one.row, one.column): one.comment.text for line in sheet.iter_rows() for one in line if one.comment
        }
        for sheet in book
    }


def answers_of(data: bytes) -> list[tuple[object, ...]]:
    """What a department's workbook says: its records by their values' data, what nothing claims, the reasons it gives."""
    read = read_return("表.xlsx", data, load_settings([]))
    records = [(one.region, {key: value.data for key, value in one.values.items()}) for one in read.records]
    return [tuple(records), tuple(one.text for one in read.unmapped), tuple(one.text for one in read.reasons)]


@pytest.mark.libreoffice
def test_reviewed_and_issued_workbooks_are_opened_and_saved_without_loss(tmp_path: Path):
    """LibreOffice sees the notes, the drop-downs and the colours; what it saves says the same, and no cell of ours has become foreign."""
    assert run(["review", *(str(FAULTY / f"{name}.xlsx") for name in FEW), "-o", str(tmp_path / "退回"), "-q"]) == 1
    assert run(["issue", "--roster", str(ROSTER), "--department", "区教育局", "-o", str(tmp_path / "下发"), "-q"]) == 0
    ours = sorted([*(tmp_path / "退回").glob("*.xlsx"), *(tmp_path / "下发").glob("*.xlsx")])
    assert len(ours) == len(FEW) + 1
    jobs = []
    for path in ours:
        sheets = [sheet for sheet, _ in notes_of(path.read_bytes()).items() if not sheet.startswith("_")]
        steps = [("sheets",), ("active",), *((ask, sheet) for sheet in sheets for ask in ("notes", "formats"))]
        jobs.append(Job(path, steps, tmp_path / f"{path.stem}-另存.xlsx"))
    for job, told in zip(jobs, work(jobs, tmp_path), strict=True):
        data = job.source.read_bytes()
        seen = dict(zip(job.steps, told, strict=True))
        notes = notes_of(data)
        for sheet, wanted in notes.items():
            if ("notes", sheet) in seen:
                assert {(row, col): text for row, col, text in seen["notes", sheet]} == wanted
        formats = [
            formula
            for (ask, *_), answer in seen.items()
            if ask == "formats"
            for _, found in answer
            for formula in found
        ]
        if "退回" in str(job.source):
            assert any(notes.values())
            assert any("xlsform:" in str(formula) for formula in formats)
            assert seen["active",] == "需修改"
        else:
            assert formats
        assert job.save is not None
        assert answers_of(job.save.read_bytes()) == answers_of(data)
        assert (
            notes_of(job.save.read_bytes()).items() >= {sheet: found for sheet, found in notes.items() if found}.items()
        )
