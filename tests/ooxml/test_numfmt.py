"""What numbers show under their formats: against LibreOffice once (libreoffice.tsv), Excel's own rules, and laws."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.ooxml.numfmt import BUILTIN, compiled, general

ORACLE = Path(__file__).with_name("libreoffice.tsv")


def shown(number: str, code: str, *, date_1904: bool = False) -> str:
    return compiled(code, date_1904).number(Decimal(number))


def test_a_thousand_texts_that_libreoffice_shows():
    """format, number, text: recorded from LibreOffice 24, without those where Excel differs (see below)."""
    with ORACLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    assert len(rows) > 1000
    assert [(code, number, shown(number, code)) for code, number, _ in rows] == [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("336.06999999999999", "336.07"),
        ("0.30000000000000004", "0.3"),
        ("0.1", "0.1"),
        ("8.0", "8"),
        ("-0", "0"),
        ("0E-7", "0"),
        ("1E+2", "100"),
        ("1234567.891234", "1234567.891"),
        ("0.33333333333333331", "0.333333333"),
        ("12345678901.5", "12345678902"),
        ("123456789012345", "123456789012345"),
        ("430103199001011234", "430103199001011000"),
        ("99999999999.99999", "100000000000"),
        ("0.00001", "0.00001"),
        ("0.0000123456789", "1.23457E-05"),
        ("-0.00000999999999", "-1E-05"),
        ("1e21", "1E+21"),
        ("1.5e300", "1.5E+300"),
        ("100", "100"),
    ],
)
def test_general_shows_what_excel_shows(number: str, text: str):
    assert general(Decimal(number)) == text


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        ("1", "0%", "100%"),
        ("0.3", "0%", "30%"),
        ("1.005", "0%", "101%"),
        ("0.955", "0.0%", "95.5%"),
        ("8", '0"万元"', "8万元"),
        ("8", "0.##", "8."),
        ("80000", '0\\.0,"万元"', "8.0万元"),
        ("12345678.9", '[>=10000]0!.0,"万";0', "1234.6万"),
        ("336.07", "#,##0.00_ ", "336.07 "),
        ("5", ";;;", ""),
        ("0", "#,##0;-#,##0;", ""),
        ("-5", "0;0", "5"),
        ("-5", "0", "-5"),
        ("-0.001", "0.00", "0.00"),
        ("123", "[DBNum1]0", "一二三"),
        ("123", "[DBNum2][$-804]General", "壹佰贰拾叁"),
        ("10010", "[DBNum1]G/通用格式", "一万〇一十"),
        ("100000001", "[DBNum1]General", "一亿〇一"),
        ("20300", "[DBNum1]General", "二万〇三百"),
        ("3", "[红色]0.0", "3.0"),
        ("1", "", "1"),
        ("1", '"未闭合', "未闭合"),
        ("7", "[>5", "[>5"),
        ("7.5", "[Red]", "7.5"),
        ("7.5", '@"（盖章）"', "7.5（盖章）"),
        ("0.25", "# ?/8", "2/8"),
        ("1.999", "# ?/?", "2"),
        ("1000", "0E+0", "1E+3"),
        ("999999", "0.0E+00", "1.0E+06"),
        ("999999999999999000000000000", ".0", "999999999999999000000000000.0"),
        ("-123456789012345e20", "#,##0.000", "-12,345,678,901,234,500,000,000,000,000,000,000.000"),
    ],
)
def test_codes(number: str, code: str, text: str):
    assert shown(number, code) == text


def test_builtin_formats_of_a_chinese_excel():
    texts = {number: shown("43586.75", BUILTIN[number]) for number in (*range(27, 37), *range(50, 59), 14, 22)}
    assert texts == {
        27: "2019年5月", 28: "5月1日", 29: "5月1日", 30: "5-1-19", 31: "2019年5月1日", 32: "18时00分", 33: "18时00分00秒",
        34: "下午6时00分", 35: "下午6时00分00秒", 36: "2019年5月", 50: "2019年5月", 51: "5月1日", 52: "2019年5月", 53: "5月1日",
        54: "5月1日", 55: "下午6时00分", 56: "下午6时00分00秒", 57: "2019年5月", 58: "5月1日", 14: "2019/5/1", 22: "2019/5/1 18:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("serial", "date_1904", "text"),
    [
        ("0", False, "1900-1-0"),
        ("1", False, "1900-1-1"),
        ("59", False, "1900-2-28"),
        ("60", False, "1900-2-29"),
        ("61", False, "1900-3-1"),
        ("43586", False, "2019-5-1"),
        ("2958465", False, "9999-12-31"),
        ("0", True, "1904-1-1"),
        ("42124", True, "2019-5-1"),
        ("2957003", True, "9999-12-31"),
    ],
)
def test_both_date_systems(serial: str, date_1904: bool, text: str):
    assert shown(serial, "yyyy-m-d", date_1904=date_1904) == text


@pytest.mark.parametrize("serial", ["-1", "2958466", "1e30"])
def test_what_is_no_date_shows_as_a_number_instead_of_hashes(serial: str):
    assert shown(serial, "yyyy-m-d") == general(Decimal(serial))


def test_weekdays_by_excels_own_reckoning():
    assert [shown(serial, "ddd") for serial in ("1", "60", "61", "43586")] == ["Sun", "Wed", "Thu", "Wed"]
    assert shown("42124", "aaaa", date_1904=True) == "星期三"


@pytest.mark.parametrize(
    ("code", "text"), [('@"（盖章）"', "区委办（盖章）"), (";;;", ""), ("0;0;0;@", None), ("0", None), ("@", None)]
)
def test_what_a_format_does_to_a_text(code: str, text: str | None):
    show = compiled(code).text
    assert (show("区委办") if show is not None else None) == text


numbers = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=Decimal("-1e10"), max_value=Decimal("1e10"), places=4
)


@given(numbers)
def test_thousands_and_places_lose_nothing(number: Decimal):
    assert Decimal(shown(str(number), "#,##0.0000").replace(",", "")) == Decimal(f"{number:.15g}").quantize(
        Decimal("0.0001")
    )


@given(numbers)
def test_percent_is_a_hundredfold(number: Decimal):
    assert Decimal(shown(str(number), "0.##########%").rstrip("%").rstrip(".")) == Decimal(f"{number:.15g}") * 100


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_general_keeps_every_digit_of_a_whole_number(number: int):
    assert general(Decimal(number)) == str(number)


@given(
    st.text(alphabet='0#?.,%E+-/@ymdhsaAPM"\\_*[]$;<>=General年万 eg!红', max_size=14),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e300"), max_value=Decimal("1e300")),
)
def test_no_code_and_no_number_is_ever_an_exception(code: str, number: Decimal):
    fmt = compiled(code)
    assert isinstance(fmt.number(number), str)
    assert fmt.text is None or isinstance(fmt.text("文"), str)
