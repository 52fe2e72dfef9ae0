"""value: one JSON object a value, the keys of the contract, from arguments and from standard input."""

from __future__ import annotations

import io
import json
import sys
from decimal import Decimal

import pytest

from xlsform.cli import run

KEYS = ["raw", "kind", "sign", "number", "to", "unit", "period", "direction", "flags"]


def objects(capsys, *words: str) -> list[dict]:
    assert run(["value", *words]) == 0
    return [json.loads(line, parse_float=Decimal) for line in capsys.readouterr().out.splitlines()]


def test_the_keys_are_the_contract_s(capsys):
    found = objects(capsys, "≥79%", "1:1.5", "无")
    assert [list(one) for one in found] == [KEYS] * 3
    assert found[0] == dict(zip(KEYS, ["≥79%", "number", "≥", 79, None, "%", None, None, []], strict=True))
    assert found[1] == dict(
        zip(KEYS, ["1:1.5", "ratio", "=", 1, Decimal("1.5"), None, None, None, ["implied"]], strict=True)
    )
    assert found[2] == dict(zip(KEYS, ["无", "empty", None, None, None, None, None, None, []], strict=True))


def test_numbers_keep_their_digits(capsys):
    assert run(["value", "336.07万元", "100000000000000000000.1元"]) == 0
    shown = capsys.readouterr().out
    assert '"number": 336.07,' in shown
    assert '"number": 100000000000000000000.1,' in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-10%", {"kind": "number", "number": -10, "unit": "%"}),
        ("85%-95%", {"kind": "range", "number": 85, "to": 95}),
        ("同比增长8%", {"period": "同比", "direction": "增长"}),
        ("每年年底前", {"kind": "time", "sign": "≤", "period": "每年 --12-31"}),
        ("2019年1-12月", {"kind": "time", "sign": "=", "period": "2019-01/2019-12"}),
        ("收到申请后15日内", {"kind": "deadline", "number": 15, "unit": "日", "period": "收到申请后"}),
        ("平均每年1000万元人次", {"unit": "万元人次", "period": "年均", "flags": ["V03", "implied"]}),
        ("不超过预算", {"kind": "reference", "sign": "≤", "number": None}),
    ],
)
def test_how_values_are_understood(text: str, expected: dict, capsys):
    (found,) = objects(capsys, text)
    assert found["raw"] == text
    assert {key: found[key] for key in expected} == expected


def test_the_year_completes_a_time(capsys):
    (found,) = objects(capsys, "12月底前", "--year", "2019")
    assert (found["period"], found["flags"]) == ("2019-12-31", ["budget_year"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_lines_of_standard_input(encoding: str, capsys, monkeypatch):
    lines = "≥90%\r\n\r\n每季度1次".encode(encoding)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    found = objects(capsys, "8万元/项", "-")
    assert [one["raw"] for one in found] == ["8万元/项", "≥90%", "", "每季度1次"]
    assert [one["kind"] for one in found] == ["number", "number", "empty", "number"]


def test_what_is_no_option_is_said(capsys):
    assert run(["value", "100%", "--yaer", "2019"]) == 2
    assert "没有选项 --yaer" in capsys.readouterr().err
    assert run(["value", "100%", "--year", "19"]) == 2


def test_the_command_as_a_process(xlsform):
    done = xlsform("value", "≥９５％", "党员\x07")
    assert done.returncode == 0
    assert [json.loads(line)["raw"] for line in done.stdout.decode().splitlines()] == ["≥９５％", "党员\x07"]
