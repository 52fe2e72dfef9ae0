"""A reviewed copy is the department's workbook with marks: nothing else differs, marks change no answer, and they go without a trace."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from samples.mutations import mutated
from xlsform import readers
from xlsform.core.cells import Ref
from xlsform.core.edits import Put
from xlsform.core.findings import Finding, Level
from xlsform.core.marks import REASON, is_list
from xlsform.core.records import Fate, Submission
from xlsform.operations import extract as extract_all
from xlsform.operations import load_settings
from xlsform.operations.reading import read_return
from xlsform.operations.reviewing import Returned, marked_copy, unmarked
from xlsform.operations.settings import Settings
from xlsform.writers.xlsx import applied

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "2019"
MAY_DIFFER = frozenset(
    {"[content_types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "docprops/app.xml"}
)
"""Parts that name sheets, styles or parts. Besides them the sheets that are marked, the one that was in front, and their notes."""
STYLES = "xl/styles.xml"
APPENDED = frozenset({"numFmts", "fonts", "fills", "borders", "cellXfs"})
"""Lists of styles.xml to which the sheet 需修改 may have added; what it needs of them stays behind when it goes, used by nothing."""


@cache
def settings() -> Settings:
    return load_settings([SAMPLES / "returns"])


@cache
def samples() -> Mapping[str, tuple[bytes, Submission]]:
    """Every readable sample return with what it says of itself."""
    found = {}
    for folder in ("returns", "faulty"):
        for submission in extract_all([SAMPLES / folder], settings(), jobs=1):
            if all(finding.code != "T01" for finding in submission.findings):
                found[submission.file] = ((SAMPLES / folder / submission.file).read_bytes(), submission)
    return found


NAMES = sorted(
    path.name
    for folder in ("returns", "faulty")
    for path in (SAMPLES / folder).glob("*.xls*")
    if "-T01-" not in path.name
)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {info.filename.lower(): package.read(info) for info in package.infolist()}


def assert_only_more_styles(before: bytes, after: bytes) -> None:
    """Styles of the list's own may stay behind, unused; every style that was there has its number still."""
    lists = [{etree.QName(one).localname: one for one in etree.fromstring(part)} for part in (before, after)]
    for name, old in lists[0].items():
        new = lists[1][name]
        assert [etree.tostring(one) for one in new][: len(old)] == [etree.tostring(one) for one in old]
        if name not in APPENDED:
            assert etree.tostring(new) == etree.tostring(old)
    assert lists[1].keys() - lists[0].keys() <= APPENDED


def copy_of(name: str, data: bytes, findings: Sequence[Finding]) -> bytes:
    return marked_copy(Returned(name, "某部门", tuple(findings)), data, settings())


def with_marks(submission: Submission, seed: int = 0) -> tuple[Finding, ...]:
    """The return's own findings, and some more anywhere on its sheets."""
    random = Random(seed)  # noqa: S311 - no secret
    cells = [(record.sheet, value.row, value.col) for record in submission.records for value in record.values.values()]
    chosen = random.sample(cells, min(len(cells), random.randint(1, 9)))
    more = (Finding("A02", random.choice(list(Level)), Ref(submission.file, *cell), field="x") for cell in chosen)
    return (*submission.findings, *more)


def said(submission: Submission) -> tuple[object, ...]:
    """All that a workbook says, but for the sheet that a review adds."""
    fates = {sheet: fates for sheet, fates in submission.fates.items() if sheet != "需修改"}
    return (
        submission.department,
        submission.records,
        submission.totals,
        submission.sightings,
        submission.unmapped,
        submission.findings,
        fates,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_review_changes_nothing_else_and_leaves_no_trace(name: str) -> None:
    data, submission = samples()[name]
    findings = with_marks(submission)
    copy = copy_of(name, data, findings)
    before, after = parts(data), parts(copy)
    marked = {finding.where.sheet for finding in findings if finding.where.address}
    sheets = {part for part in before if before[part] != after.get(part)} - MAY_DIFFER
    assert before.keys() <= after.keys()
    assert len([part for part in sheets if part.startswith("xl/worksheets/sheet")]) <= len(marked) + 1
    assert all(part.startswith(("xl/worksheets/", "xl/comments", "xl/drawings/vml")) for part in sheets), sheets
    assert said(read_return(name, copy, settings())) == said(read_return(name, data, settings()))
    again = copy_of(name, copy, findings)
    assert parts(again) == after
    clean = parts(unmarked(name, copy))
    assert clean.keys() == before.keys()
    assert {part for part in before if clean[part] != before[part]} <= {STYLES}
    assert_only_more_styles(before[STYLES], clean[STYLES])


@pytest.mark.parametrize("name", NAMES[::5])
def test_every_cell_of_the_list_is_known(name: str) -> None:
    data, submission = samples()[name]
    read = read_return(name, copy_of(name, data, with_marks(submission)), settings())
    fates = read.fates["需修改"]
    assert set(fates.values()) == {Fate.LABEL}
    book = readers.read(name, copy_of(name, data, with_marks(submission)))
    assert set(fates) == {(row, col) for row, col, _ in book.grids[0]}
    assert book.active == "需修改"


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_reviewing_twice_is_reviewing_once_and_cleaning_undoes_it(seed: int, chosen: int) -> None:
    """On returns as clerks and their programs change them."""
    data = mutated(seed=seed, changes=2).data
    submission = read_return("一份申报.xlsx", data, settings())
    findings = with_marks(submission, chosen)
    copy = copy_of("一份申报.xlsx", data, findings)
    assert parts(copy_of("一份申报.xlsx", copy, findings)) == parts(copy)
    clean, before = parts(unmarked("一份申报.xlsx", copy)), parts(data)
    assert clean.keys() == before.keys()
    assert {part for part in before if clean[part] != before[part]} <= {STYLES}
    assert_only_more_styles(before[STYLES], clean[STYLES])
    assert said(read_return("一份申报.xlsx", copy, settings())) == said(submission)


@hypothesis_settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1), max_size=4),
)
def test_no_reason_is_lost(seed: int, chosen: int, texts: list[str]) -> None:
    """Whatever is typed under 审核说明 comes back as it stands, and stays in the next list."""
    data = mutated(seed=seed, changes=1).data
    findings = with_marks(read_return("一份申报.xlsx", data, settings()), chosen)
    copy = copy_of("一份申报.xlsx", data, findings)
    given_texts = [text for text in texts if text.strip()][: len(findings)]
    sent = applied(copy, tuple(Put("需修改", 5 + at, REASON, text) for at, text in enumerate(given_texts)))
    read = read_return("一份申报.xlsx", sent, settings())
    assert [reason.text for reason in read.reasons] == given_texts
    assert not [lost for lost in read.unmapped if lost.ref.sheet == "需修改"]
    book = readers.read("一份申报.xlsx", sent)
    assert [grid.sheet for grid in book.grids if is_list(grid)] == ["需修改"]


def saved_by_openpyxl(data: bytes, front: int = 0) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        sheet.sheet_view.tabSelected = False
    book.active = front
    book.active.sheet_view.tabSelected = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def spaced(data: bytes) -> bytes:
    """White space and comments between rows, as programs that indent write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            part = source.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                part = part.replace(b"<row ", b"\n  <!-- <row> --><row ").replace(b"</sheetData>", b"\n</sheetData>")
            target.writestr(info.filename, part)
    return out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        saved_by_openpyxl,
        lambda data: saved_by_openpyxl(data, 2),
        spaced,
        lambda data: spaced(saved_by_openpyxl(data)),
    ],
    ids=["openpyxl", "openpyxl, third sheet in front", "indented", "openpyxl, indented"],
)
def test_other_hands_leave_no_trace_either(change: Callable[[bytes], bytes]) -> None:
    """An explicit activeTab="0", another sheet in front, text between rows: all as it was once the marks are out."""
    name = "区委办本级.xlsx"
    data = change(samples()[name][0])
    submission = read_return(name, data, settings())
    copy = copy_of(name, data, with_marks(submission))
    assert said(read_return(name, copy, settings())) == said(submission)
    clean, before = parts(unmarked(name, copy)), parts(data)
    assert {part for part in clean.keys() | before.keys() if clean.get(part) != before.get(part)} <= {STYLES}
    assert readers.read(name, copy).active == "需修改"
