"""Filling and reviewing workbooks that carry everything a department may have put into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.blanks_rich import FEATURES, FUNDS, RICH, TARGETS, rich_blank
from tests.ooxml.growing import after_growth, parts_after
from tests.ooxml.parts import differences, may_differ, unpacked
from tests.ooxml.schema_order import problems
from tests.plain import data_of
from xlsform import readers
from xlsform.core.edits import Grow, Plan, Put
from xlsform.core.extract import extract
from xlsform.core.fill import fill
from xlsform.core.identify import identify
from xlsform.core.records import Data
from xlsform.ooxml.borders import bordered_cells
from xlsform.operations import clean_marks, review
from xlsform.operations.settings import Settings, load_settings
from xlsform.writers.xlsx import applied

SAMPLE = Path("samples/2019/returns/区委办本级.xlsx")
BLANKS = {"bare": (), **RICH}
TIMES = 6
"""The sample's six funds and six directions so many times over: more than the blank's rows."""

BLOCKS = frozenset({"output_indicators", "benefit_indicators"})
Records = Mapping[str, Sequence[Mapping[str, Data]]]


@cache
def settings() -> Settings:
    return load_settings([])


def get(data: bytes) -> dict[str, list[Mapping[str, Data]]]:
    book = readers.read("表.xlsx", data)
    return {
        region: list(rows) for region, rows in data_of(extract(book, settings().formset, settings().layouts)).items()
    }


def said(records: Records) -> dict[str, list[dict[str, Data]]]:
    """What the records say; a text block is said by its items."""
    return {
        region: [{key: data for key, data in row.items() if key not in BLOCKS} for row in rows]
        for region, rows in records.items()
        if rows
    }


def plan_of(data: bytes, wanted: Records) -> Plan:
    book = readers.read("表.xlsx", data)
    current = extract(book, settings().formset, settings().layouts)
    return fill(identify(book, settings().layouts).aligned, current, wanted, bordered_cells(data))


@cache
def many() -> Records:
    """The sample's records, its tables several times over, each row with a fund of its own."""
    records = get(SAMPLE.read_bytes())
    tables = ("fund_summary", "direction_targets")
    return records | {
        region: [
            row | {"fund_name": f"{row['fund_name']}{time}"} | ({"seq": time * 6 + at} if "seq" in row else {})
            for time in range(TIMES)
            for at, row in enumerate(records[region], 1)
        ]
        for region in tables
    }


@pytest.mark.parametrize("features", BLANKS.values(), ids=BLANKS)
def test_many_records_are_filled_in_and_read_again_and_everything_else_stays(features: tuple[str, ...]):
    base = rich_blank(*features)
    plan = plan_of(base, many())
    filled = applied(base, plan)
    assert problems(filled) == []
    assert differences(base, filled, may_differ(base, plan)) == []
    assert said(get(filled)) == said(many())
    assert plan_of(filled, many()) == ()
    assert plan_of(filled, get(filled)) == ()
    growths = {edit.sheet: edit for edit in plan if isinstance(edit, Grow)}
    assert growths.keys() == {FUNDS, TARGETS}


@pytest.mark.parametrize("feature", FEATURES)
def test_growing_by_fill_moves_what_a_feature_hangs_on_the_rows(feature: str):
    """The growths of the plan alone, one after the other: each as the oracle says."""
    data = rich_blank(feature)
    for edit in plan_of(data, many()):
        if isinstance(edit, Grow):
            grown = applied(data, (edit,))
            count = len(edit.lines)
            assert parts_after(grown, edit.sheet, edit.row, count) == after_growth(data, edit.sheet, edit.row, count)


@pytest.mark.parametrize("features", BLANKS.values(), ids=BLANKS)
def test_a_review_leaves_a_rich_return_unharmed_and_cleaning_gives_it_back(features: tuple[str, ...], tmp_path: Path):
    base = rich_blank(*features)
    faulty = applied(
        applied(base, plan_of(base, get(SAMPLE.read_bytes()))), (Put(FUNDS, 4, 4, "八万"), Put("部门整体", 3, 3, 1))
    )
    came, back, clean = (tmp_path / name for name in ("收件", "退回", "原样"))
    came.mkdir()
    name = "区委办本级.xlsm" if "macros" in features else "区委办本级.xlsx"
    (came / name).write_bytes(faulty)
    report = review([came], back, settings())
    assert {"A03", "C03"} <= {finding.code for finding in report.findings}
    marked = (back / name).read_bytes()
    assert problems(marked) == []
    before, after = unpacked(faulty), unpacked(marked)
    untouched = {part for part in before if before[part] == after.get(part)}
    assert {
        part
        for part in before
        if part.startswith(("xl/media", "xl/drawings/drawing", "xl/charts", "xl/printerSettings"))
    } <= untouched
    assert {
        "xl/vbaProject.bin",
        "xl/cellimages.xml",
        "xl/sharedStrings.xml",
        "customXml/item1.xml",
    } & before.keys() <= untouched
    clean_marks([back], clean)
    given_back = unpacked((clean / name).read_bytes())
    assert given_back.keys() == before.keys()
    assert {part for part in before if given_back[part] != before[part]} <= {"xl/styles.xml", "xl/workbook.xml"}
    assert get((clean / name).read_bytes()) == get(faulty)
