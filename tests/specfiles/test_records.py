"""Records from JSON, JSON Lines, CSV and Python objects: exact amounts, provenance passed over, every fault with its place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.blanks import FORMSET
from xlsform.core.errors import RecordsError, UsageError
from xlsform.specfiles.records import RecordSet, read_records, records_of


def one(text: str) -> RecordSet:
    (found,) = read_records(text.encode(), FORMSET)
    return found


def faults(text: str) -> list[str]:
    try:
        return [str(fault) for found in read_records(text.encode(), FORMSET) for fault in found.faults]
    except RecordsError as error:
        return [str(fault) for fault in error.faults]


def fund(**fields: object) -> str:
    return json.dumps({"records": {"fund_summary": [fields]}}, ensure_ascii=False)


def test_amounts_have_exactly_the_digits_that_stand_there():
    found = one(
        '{"fund_summary": [{"total_amount": 336.07}, {"total_amount": 0.10}, {"total_amount": 100000000000000}]}'
    )
    amounts = [row["total_amount"] for row in found.records["fund_summary"]]
    assert amounts == [Decimal("336.07"), Decimal("0.1"), None]
    assert "15 位有效数字" in found.faults[0].what


@pytest.mark.parametrize("written", ["8", "8.0", "8.00", "80e-1", '"8"', '"8.00"'])
def test_a_number_may_be_written_in_several_ways(written: str):
    found = one(f'{{"fund_summary": [{{"total_amount": {written}}}]}}')
    assert (found.records["fund_summary"], found.faults) == ([{"total_amount": Decimal(8)}], ())


def test_what_extract_prints_besides_the_records_is_provenance():
    found = one(
        '{"schema_version": 1, "file": "甲/区委办.xlsx", "sha256": "0", "department": "区委办", "year": 2020, "unmapped": [], "findings": [],'
        ' "records": {"fund_summary": [{"fund_name": "甲", "_sheet": "汇总表", "_cells": {"fund_name": "B4"}, "_department": "区委办"}]}}'
    )
    assert found == RecordSet({"fund_summary": [{"fund_name": "甲"}]}, found.mark, "records", "甲/区委办.xlsx", 2020)


def test_half_a_character_is_refused():
    """JSON can say one half of a pair, which no file can hold."""
    assert faults('{"fund_summary": [{"fund_name": "甲\\ud83d"}]}') == [
        "<stdin>: fund_summary[0].fund_name: 第 2 个字符不完整（\\ud83d），单元格里写不了"
    ]


def test_blank_texts_are_absent_and_line_breaks_are_one_sign():
    found = one(fund(fund_name=" \n", direction="", period_goal="一\r\n二\r三", annual_goal=None, seq=3))
    expected = {"fund_name": None, "direction": None, "period_goal": "一\n二\n三", "annual_goal": None, "seq": 3}
    assert found.records["fund_summary"] == [expected]


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"total_amount": "八万"}, "应为数字，现为 “八万”"),
        ({"total_amount": "8万元"}, "应为数字"),
        ({"total_amount": True}, "应为数字"),
        ({"total_amount": [1]}, "应为数字"),
        ({"total_amount": "1e3"}, "应为数字"),
        ({"total_amount": 1.234567890123456789}, "15 位有效数字"),
        ({"fund_name": {"a": 1}}, "应为文字"),
        ({"fund_name": 1.5, "seq": 100_000}, "序号应在"),
        ({"annual_goal": "长" * 32_768}, "最多 32,767 个字符，现有 32,768 个"),
        ({"annual_goal": "𠮷" * 16_384}, "最多 32,767 个字符"),
        ({"fundname": "甲"}, "没有字段“fundname”，是否为“fund_name”"),
    ],
)
def test_a_wrong_value_is_named_with_its_path(fields: dict[str, object], what: str):
    found = faults(fund(**fields))
    assert len(found) == 1
    assert found[0].startswith(f"<stdin>: records.fund_summary[0].{list(fields)[-1]}: ")
    assert what in found[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "<stdin>:1: 不是正确的 JSON（第 1 个字符处：Expecting value）"),
        ("[]", "<stdin>: 应为对象 {区域: [记录…]}"),
        ("3", "<stdin>: 应为对象 {区域: [记录…]}"),
        ('{"records": []}', "<stdin>: records: 应为对象 {区域: [记录…]}"),
        ('{"records": {}, "recrods": {}}', "<stdin>: recrods: 不认识的键，是否为“records”"),
        ('{"fund_sumary": []}', "<stdin>: fund_sumary: 没有区域“fund_sumary”，是否为“fund_summary”"),
        ('{"fund_summary": {}}', "<stdin>: fund_summary: 应为记录的清单 […]"),
        ('{"fund_summary": ["甲"]}', "<stdin>: fund_summary[0]: 应为一条记录 {字段: 值…}"),
        ('{"fund_summary": [{"seq": NaN}]}', "<stdin>: NaN 不是数字"),
        ('{"fund_summary": [{"seq": 1, "seq": 2}]}', "<stdin>: 键“seq”写了两次"),
        (
            '{"fund_summary": [{"total_amount": 1e999999999}]}',
            "<stdin>: fund_summary[0].total_amount: 应为数字，现为 “1E+999999999”",
        ),
        (
            '{"fund_summary": [{"fund_name": 1e-999999999}]}',
            "<stdin>: fund_summary[0].fund_name: 应为文字，现为 “1E-999999999”",
        ),
        ('{"records": {}, "year": "去年"}', "<stdin>: year: 应为四位年份，如 2019，现为 “去年”"),
        ("[" * 100_000, "<stdin>: JSON 套得太深"),
    ],
)
def test_a_wrong_file_is_named(text: str, said: str):
    assert faults(text) == [said]


def test_all_faults_are_named_at_once():
    text = (
        '{"fund_sumary": [], "fund_summary": [{"total_amount": "x"}, {"nmae": 1}], "output_indicators": [{"no": 1.5}]}'
    )
    assert [line.split(": ")[1] for line in faults(text)] == [
        "fund_sumary", "fund_summary[0].total_amount", "fund_summary[1].nmae", "output_indicators[0].no"
    ]  # fmt: skip


def test_lines_are_one_workbook_each_and_faults_name_the_line():
    text = '{"file": "甲.xlsx", "records": {}}\n\n{"file": "乙.xlsx", "records": {"fund_summary": [{"seqq": 1}]}}\n'
    first, second = read_records(text.encode(), FORMSET)
    assert (first.name, second.name) == ("甲.xlsx", "乙.xlsx")
    assert [str(fault) for fault in second.faults] == [
        "<stdin>:3: records.fund_summary[0].seqq: 没有字段“seqq”，是否为“seq”"
    ]
    assert faults('{"records": {}}\n{"records": }\n{')[0].startswith("<stdin>:2: 不是正确的 JSON")
    assert len(faults('{"records": {}}\n{"records": }\n{')) == 2


def test_records_of_several_departments_do_not_go_into_one_workbook():
    text = '{"fund_summary": [{"_department": "甲局"}, {"_department": "乙局"}]}'
    assert faults(text) == ["<stdin>: 有 2 个部门的记录（乙局、甲局……），一个工作簿只填一个部门"]


def test_not_utf8_and_not_there(tmp_path: Path):
    (tmp_path / "a.json").write_bytes("{“".encode("gbk"))
    with pytest.raises(RecordsError, match="不是 UTF-8"):
        read_records(tmp_path / "a.json", FORMSET)
    with pytest.raises(UsageError, match="找不到"):
        read_records(tmp_path / "b.json", FORMSET)


def tables(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    return folder


def test_tables_are_sorted_by_file_and_apostrophes_taken_off(tmp_path: Path):
    tables(
        tmp_path,
        fund_summary="_file,_department,fund_name,total_amount,_row\n甲.xlsx,甲局,'=1+1,8.50,4\n乙.xlsx,乙局,''-x,,4\n甲.xlsx,甲局,'甲,-3,5\n",
        output_indicators='_file,no,name\n乙.xlsx,2,"一\n二"\n',
        findings="file,code\nx,T01\n",
    )
    first, second = read_records(tmp_path, FORMSET)
    assert (first.name, second.name) == ("甲.xlsx", "乙.xlsx")
    assert first.records == {
        "fund_summary": [
            {"fund_name": "=1+1", "total_amount": Decimal("8.5")},
            {"fund_name": "'甲", "total_amount": Decimal(-3)},
        ],
        "output_indicators": [],
    }
    assert second.records == {
        "fund_summary": [{"fund_name": "'-x", "total_amount": None}],
        "output_indicators": [{"no": 2, "name": "一\n二"}],
    }


def test_faults_of_tables_name_file_and_line(tmp_path: Path):
    tables(tmp_path, fund_summary="_file,total_amount\na,x\na,1,2\n", fund_sumary="a\n")
    (found,) = read_records(tmp_path, FORMSET)
    assert [str(fault) for fault in found.faults] == [
        "fund_sumary.csv: 没有区域“fund_sumary”，是否为“fund_summary”",
        "fund_summary.csv:2: total_amount: 应为数字，现为 “x”",
        "fund_summary.csv:3: 有 3 格，表头有 2 格",
    ]
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordsError, match=r"没有 \.csv"):
        read_records(tmp_path / "empty", FORMSET)


def test_a_column_that_stands_twice_is_refused(tmp_path: Path):
    tables(tmp_path, fund_summary="_file,total_amount,total_amount\na,1,2\n", output_indicators="_file,no\na,1\n")
    (found,) = read_records(tmp_path, FORMSET)
    assert [str(fault) for fault in found.faults] == ["fund_summary.csv:1: 栏目“total_amount”写了两次"]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_table_without_commas_is_refused(tmp_path: Path, sign: str):
    tables(tmp_path, fund_summary=f"_file{sign}total_amount\na{sign}1\n", output_indicators="_file,no\na,1\n")
    (found,) = read_records(tmp_path, FORMSET)
    assert [str(fault) for fault in found.faults] == ["fund_summary.csv:1: 各栏应以逗号分隔"]


def test_a_table_that_excel_saved_as_gbk(tmp_path: Path):
    (tmp_path / "fund_summary.csv").write_bytes("_file,fund_name\n甲.xlsx,深改小康经费\n".encode("gbk"))
    (found,) = read_records(tmp_path, FORMSET)
    assert found.records["fund_summary"] == [{"fund_name": "深改小康经费"}]
    with pytest.raises(UsageError, match="文件夹"):
        read_records(tmp_path / "fund_summary.csv", FORMSET)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(336.07, "336.07"), (1e3, "1000"), (0.1 + 0.2, None), (float("nan"), None), (8.0, "8"), (Decimal("8.50"), "8.5")],
)
def test_a_float_counts_as_the_shortest_decimal_that_means_it(given: object, kept: str | None):
    found = records_of({"fund_summary": [{"total_amount": given}]}, FORMSET)
    expected = Decimal(kept) if kept is not None else None
    assert found.records["fund_summary"] == [{"total_amount": expected}]
    assert bool(found.faults) == (kept is None)
