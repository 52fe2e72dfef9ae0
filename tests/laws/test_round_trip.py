"""Put-get and get-put through the command's own files: extract prints records, fill writes them, extract prints the same ones again."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.blanks_rich import FEATURES, rich_blank
from tests.ooxml.parts import differences, may_differ
from tests.ooxml.schema_order import problems
from xlsform import operations, readers
from xlsform.core.edits import Formula, Grow, Plan, Put
from xlsform.core.extract import extract
from xlsform.core.fill import fill, title_years
from xlsform.core.identify import identify
from xlsform.core.records import Data
from xlsform.ooxml.borders import bordered_cells
from xlsform.operations.settings import Settings
from xlsform.specfiles.records import RecordSet, read_records, records_of
from xlsform.writers.json_lines import json_line, submission_object
from xlsform.writers.tables import write_tables
from xlsform.writers.xlsx import applied

SAMPLES = Path("samples/2019")
FILES = sorted(
    path
    for folder in ("returns", "faulty")
    for path in (SAMPLES / folder).iterdir()
    if path.suffix == ".xlsx" and "-T01-" not in path.name
)
CARDS = {"department_overall"}


@pytest.fixture(scope="module")
def official() -> Settings:
    return operations.load_settings([SAMPLES])


def told(name: str, data: bytes, official: Settings) -> dict[str, list[Mapping[str, object]]]:
    """What extract prints of the records, without provenance; a card that says nothing is as good as none."""
    submission = operations.read_return(name, data, official)
    printed = submission_object(submission, official.formset, "zh", provenance=False)["records"]
    assert isinstance(printed, dict)
    return {
        region: [row for row in rows if region not in CARDS or any(row.values())] for region, rows in printed.items()
    }


def plan_for(base: bytes, given: RecordSet, official: Settings) -> Plan:
    book = readers.read("空白.xlsx", base)
    sheets = identify(book, official.layouts).aligned
    plan = fill(sheets, extract(book, official.formset, official.layouts), given.records, bordered_cells(base))
    return plan + tuple(title_years(sheets, given.year or official.formset.year))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sample_is_given_back_by_the_blank_and_left_alone_by_itself(path: Path, official: Settings, tmp_path):
    data = path.read_bytes()
    submission = operations.read_return(path.name, data, official)
    printed = tmp_path / "记录.json"
    printed.write_bytes(json_line(submission_object(submission, official.formset, "zh")))
    sets = read_records(printed, official.formset)
    (blank,) = operations.fill(sets, tmp_path / "填好.xlsx", official, operations.blank_base(official))
    assert told("填好.xlsx", blank.path.read_bytes(), official) == told(path.name, data, official)
    operations.fill(sets, tmp_path / "原样.xlsx", official, operations.workbook_base(path))
    assert (tmp_path / "原样.xlsx").read_bytes() == data


def test_tables_of_several_returns_give_back_each(official: Settings, tmp_path):
    returns = SAMPLES / "returns"
    some = sorted(returns.iterdir())[::4]
    submissions = list(operations.extract(some, official))
    tables, out = tmp_path / "表", tmp_path / "填好"
    tables.mkdir()
    write_tables(iter(submissions), official.formset, tables, "zh")
    sets = read_records(tables, official.formset)
    done = operations.fill(sets, out, official, operations.blank_base(official))
    assert {one.path.name for one in done} == {path.name for path in some}
    for one in done:
        expected = told(one.path.name, (returns / one.path.name).read_bytes(), official)
        assert told(one.path.name, one.path.read_bytes(), official) == expected


# --- generated records -------------------------------------------------------------------------------------------------

signs = st.sampled_from(list("率目标年8%：；=+-'@, \n\t\r\x0b_x0041_<&>\"𠮷（）、。A"))
text = st.text(st.one_of(st.sampled_from(list("甲乙丙丁")), signs), min_size=1, max_size=14).filter(
    lambda t: not t.isspace()
)
maybe = st.none() | text
amount = st.none() | st.decimals(-10_000, 999_999_999, places=2) | st.integers(0, 10**12)
name = st.text("甲乙丙丁", min_size=1, max_size=6)
item = st.fixed_dictionaries(
    {"no": st.integers(1, 9999), "name": name, "value": st.none() | st.sampled_from(["1%", "好", "≥79%", "8:30"])}
)


def rows(keyed: Sequence[str], free: Mapping[str, st.SearchStrategy[Data]], most: int = 6):
    return st.lists(
        st.fixed_dictionaries(dict.fromkeys(keyed, name.map(lambda t: f"专{t}项")) | dict(free)), max_size=most
    )


funds = {"total_amount": amount, "seq": st.none() | st.sampled_from(["一", "（2）", "3", 4])}
goals = dict.fromkeys(("period_goal", "annual_goal"), maybe)
indicators = dict.fromkeys(("quantity", "quality", "cost", "economic", "satisfaction"), maybe)
everything = st.fixed_dictionaries(
    {},
    optional={
        "fund_summary": rows(("fund_name", "direction"), funds | goals, 30),
        "direction_targets": rows(
            ("authority", "direction", "fund_name"),
            goals
            | indicators
            | {"annual_amount": amount, "period": st.sampled_from([None, "2019年", "2019 年—2021年", "三年"])},
        ),
        "department_overall": rows(
            ("department",),
            {"total_amount": amount, "overall_goal": maybe, "business_section_opinion": st.none() | name},
            1,
        ),
        "output_indicators": st.lists(item, max_size=4),
        "benefit_indicators": st.lists(item, max_size=4),
        "indicator_matrix": rows(
            ("fund_name", "level3"),
            {"horizon": st.sampled_from(["period", "annual"]), "level1": maybe, "level2": maybe, "value": text},
        ),
    },
)


def printed_as(row: Mapping[str, object]) -> dict[str, object]:
    """A record as extract prints it, without empty fields: a 序号 given as a number stands as its numeral, a line break is one sign."""
    out: dict[str, object] = {}
    for key, value in row.items():
        if isinstance(value, Decimal):
            out[key] = value
        elif isinstance(value, str):
            out[key] = value.replace("\r\n", "\n").replace("\r", "\n")
        elif value is not None:
            out[key] = "四" if key == "seq" else value
    return out


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=everything, second=everything)
@example(
    first={"fund_summary": [{"fund_name": f"专{n}项", "direction": "甲"} for n in range(45)]},
    second={"fund_summary": []},
)
def test_generated_records_are_read_back_from_the_blank_and_from_what_was_filled_before(first, second, official):
    base = official.template
    for wanted in (first, second):
        given_ = records_of(wanted, official.formset)
        assert given_.faults == ()
        base = applied(base, plan_for(base, given_, official))
        found = told("填好.xlsx", base, official)
        for region, asked in wanted.items():
            assert [printed_as(row) for row in found[region]] == [printed_as(row) for row in asked], region
        again = records_of(found, official.formset)
        assert plan_for(base, again, official) == (), "what stands there is not written again"


# --- blanks with everything that departments leave in a workbook -------------------------------------------------------


def long_records(official: Settings) -> RecordSet:
    """A sample's records and so many more that both tables must grow."""
    path = SAMPLES / "returns" / "区教育局.xlsx"
    records = told(path.name, path.read_bytes(), official)
    for region, amount_key in (("fund_summary", "total_amount"), ("direction_targets", "annual_amount")):
        row = records[region][0]
        more = ({**row, "direction": f"方向{n}", amount_key: Decimal(n) / 4} for n in range(30))
        records[region] = [*records[region], *more]
    return records_of(records, official.formset)


@pytest.mark.parametrize("features", [*(list(FEATURES)[first::4] for first in range(4)), list(FEATURES)], ids="-".join)
def test_rich_blanks_keep_all_they_carry_when_their_tables_grow(features: list[str], official: Settings):
    base = rich_blank(*features)
    given_ = long_records(official)
    plan = plan_for(base, given_, official)
    assert sum(isinstance(edit, Grow) for edit in plan) == 2
    written = applied(base, plan)
    assert problems(written) == problems(base)
    assert differences(base, written, may_differ(base, plan)) == []
    found = told("填好.xlsx", written, official)
    assert {region: found[region] for region in given_.records} == given_.records
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says what it cannot keep; here it only has to open the file
        book = load_workbook(BytesIO(written))
    assert [book["汇总表"].cell(row, 4).value for row in (4, 37)] == [360, 7.25]


def test_a_second_fill_into_a_rich_workbook_changes_not_a_byte(official: Settings, tmp_path):
    given_ = long_records(official)
    path = tmp_path / "富.xlsx"
    base = rich_blank("seal", "notes", "validations")
    path.write_bytes(applied(base, plan_for(base, given_, official)))
    operations.fill([given_], tmp_path / "再.xlsx", official, operations.workbook_base(path))
    assert (tmp_path / "再.xlsx").read_bytes() == path.read_bytes()


def test_an_issued_workbook_takes_records_and_grows_and_nothing_in_it_is_foreign(official: Settings, tmp_path):
    school = next(one for one in operations.load_settings([SAMPLES / "returns"]).roster if one.name == "区教育局")
    operations.issue(tmp_path / "下发", replace(official, roster=(school,)))
    (issued,) = (tmp_path / "下发").glob("*.xlsx")
    given_ = long_records(official)
    operations.fill([given_], tmp_path / "填好.xlsx", official, operations.workbook_base(issued))
    written = (tmp_path / "填好.xlsx").read_bytes()
    assert problems(written) == []
    found = told("填好.xlsx", written, official)
    assert {region: found[region] for region in given_.records} == given_.records
    assert operations.read_return("填好.xlsx", written, official).unmapped == ()


def test_a_total_a_note_and_what_is_merged_down_move_with_the_rows_that_grow(official: Settings):
    given_ = records_of(
        {"fund_summary": [{"fund_name": f"专{n}项", "direction": "甲", "total_amount": n} for n in (1, 2)]},
        official.formset,
    )
    base = applied(official.template, plan_for(official.template, given_, official))
    total = (
        Put("汇总表", 6, 2, "合计"),
        Put("汇总表", 6, 4, Formula("SUM(D4:D5)", Decimal(3))),
        Put("汇总表", 7, 1, "注：略"),
    )
    base = applied(base, total)
    rows_wanted = [
        *given_.records["fund_summary"],
        *({"fund_name": f"专{n}项", "direction": "乙", "total_amount": n} for n in (3, 4)),
    ]
    more = records_of({"fund_summary": rows_wanted}, official.formset)
    plan = plan_for(base, more, official)
    assert [(edit.row, len(edit.lines)) for edit in plan if isinstance(edit, Grow)] == [(5, 2)]
    written = applied(base, plan)
    sheet = load_workbook(BytesIO(written))["汇总表"]
    assert [sheet.cell(row, 2).value for row in range(4, 10)] == ["专1项", "专2项", "专3项", "专4项", "合计", None]
    assert (sheet["D8"].value, sheet["A9"].value) == ("=SUM(D4:D7)", "注：略")
    back = operations.read_return("填好.xlsx", written, official)
    funds = [record for record in back.records if record.region == "fund_summary"]
    assert [record.data("total_amount") for record in funds] == [1, 2, 3, 4]
    assert [lost.text for lost in back.unmapped] == ["注：略"]
