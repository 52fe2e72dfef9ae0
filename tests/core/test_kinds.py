"""Kinds of values: what people write comes out right or as a problem, and what is shown reads back as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsform.core.cells import Cell, CellError, Raw
from xlsform.core.kinds import KINDS, PROBLEMS, Datum, number_of, numeral, years_of
from xlsform.core.kinds.formats import faithful
from xlsform.core.spec import Field

FIELD = Field("x", ("栏",))
D = Decimal


def written(text: str) -> Cell:
    return Cell(text, text)


def stored(number: str, shown_as: str = "", text: str = "") -> Cell:
    return Cell(D(number), text or number, None, shown_as)


def cell_of(shown: Datum) -> Cell | None:
    """The cell that holds what `show` gave, as a reader finds it."""
    if shown is None:
        return None
    return Cell(D(shown), str(shown)) if isinstance(shown, int) else Cell(shown, str(shown))


def read_back(kind: str, data: Datum, field: Field = FIELD) -> Datum:
    cell = cell_of(KINDS[kind].show(data, field))
    if cell is None:
        return None
    again, problem = KINDS[kind].parse(cell, field)
    assert problem == ""
    return again


# ---------------------------------------------------------------------------------------------------------------- money

AMOUNTS = [
    ("8", "8", "text"),
    ("８", "8", "text"),
    (" 8 ", "8", "text"),
    ("\u00a08\u3000", "8", "text"),
    ("8万元", "8", "text"),
    ("8 万元", "8", "text"),
    ("８.０万", "8", "text"),
    ("８．０万元整", "8", "text"),
    ("80000元", "8", "unit"),
    ("80,000.00 元", "8", "unit"),
    ("0.5亿元", "5000", "unit"),
    ("3千元", "0.3", "unit"),
    ("1,200.50", "1200.5", "text"),
    ("1，200.50", "1200.5", "text"),
    ("1,234,567", "1234567", "text"),
    ("¥8", "8", "text"),
    ("￥ 8.00", "8", "text"),
    ("人民币8万元", "8", "text"),
    ("−5", "-5", "text"),
    ("－5", "-5", "text"),
    ("-¥5", "-5", "text"),
    ("(5)", "-5", "text"),
    ("（5.50）", "-5.5", "text"),
    ("0", "0", "text"),
    ("336.07", "336.07", "text"),
    ("100.00", "100", "text"),
]


@pytest.mark.parametrize(("text", "amount", "problem"), AMOUNTS)
def test_an_amount_written_as_text(text: str, amount: str, problem: str):
    data, said = KINDS["money"].parse(written(text), FIELD)
    assert (str(data), said) == (amount, problem)


@pytest.mark.parametrize(
    "text",
    ["1_000", "nan", "NaN", "inf", "-inf", "Infinity", "0x10", "٣", "۸", "1e400", "1e5", "8E2", "7万x", "8 20", "8,20", "1,2345", "8-20",
     "8～20", "无", "—", "-", "/", "\\", "约8", "8左右", "八万", "8万元/项", "8%", "5.", "1.2.3", "--5", "(-5)", "8万万", "8美元", "$8", "*", "①",
     "²", "8²", "½", "9" * 40],
)  # fmt: skip
def test_no_amount_is_never_a_number(text: str):
    assert KINDS["money"].parse(written(text), FIELD) == (None, "unreadable")


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u00a0\n"])
def test_a_blank_amount_is_none_and_no_problem(text: str):
    assert KINDS["money"].parse(written(text), FIELD) == (None, "")


@pytest.mark.parametrize(
    ("number", "amount"),
    [("8", "8"), ("8.0", "8"), ("336.06999999999999", "336.07"), ("236.06999999999997", "236.07"), ("1E+2", "100"), ("1E2", "100"),
     ("5.5511151231257827E-17", "0"), ("-0", "0"), ("0.1", "0.1"), ("1234567.89", "1234567.89"), ("0.30000000000000004", "0.3")],
)  # fmt: skip
def test_a_stored_amount_loses_the_noise_of_binary_arithmetic(number: str, amount: str):
    data, problem = KINDS["money"].parse(stored(number), FIELD)
    assert (str(data), problem) == (amount, "")


@pytest.mark.parametrize("number", ["1E+400", "1E+300", "NaN", "Infinity", "-Infinity", "99999999999999"])
def test_a_stored_number_that_is_no_amount(number: str):
    assert KINDS["money"].parse(stored(number), FIELD) == (None, "unreadable")


@pytest.mark.parametrize(
    "shown_as",
    ["0", "0.00", "#,##0", "#,##0.00", "#,##0.00_ ", "#,##0.00_);(#,##0.00)", "#,##0.00_);[Red]\\(#,##0.00\\)", "0.00_ ;[红色]\\-0.00\\ ",
     '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', '_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', "¥#,##0.00",
     "[$¥-804]#,##0.00", "[$￥-804]#,##0.00", '0"万元"', '0.00"万"', "0.00E+00", "General", "G/通用格式", "[>=100]0.0;0.00"],
)  # fmt: skip
def test_a_format_that_shows_what_is_stored(shown_as: str):
    assert KINDS["money"].parse(stored("8", shown_as), FIELD) == (D(8), "")
    assert faithful(shown_as, -1, "万元")
    assert faithful(shown_as, 0, "万元")


@pytest.mark.parametrize(
    "shown_as",
    ['0"元"', 'General"元"', "0%", "0.00%", "yyyy-mm-dd", 'yyyy"年"m"月"', "m/d/yy", "h:mm", "[h]:mm", ";;;", '""', "0,", "#,##0,,", "0!.0000",
     '0!.0,"万元"', "0\\.0,", '0"."0000', '0"亿元"', '0"千元"', "[$$-409]#,##0.00", "$0.00", "[$€-2]0.00", "[DBNum1]0", '0"0000"',
     '[>=10000]0!.0,"万";0', "# ?/?", "@", "0;0;0;@ 0"],
)  # fmt: skip
def test_a_format_that_shows_something_else(shown_as: str):
    if shown_as == "0;0;0;@ 0":
        assert faithful(shown_as, 1, "万元"), "the section for text does not concern a number"
        return
    assert KINDS["money"].parse(stored("80000", shown_as, "8"), FIELD) == (None, "format")


def test_a_field_held_in_another_unit():
    held = Field("x", ("栏",), unit="元")
    assert KINDS["money"].parse(written("8万元"), held) == (D(80000), "unit")
    assert KINDS["money"].parse(written("8元"), held) == (D(8), "text")
    assert KINDS["money"].parse(stored("8", '0"元"'), held) == (D(8), "")


amounts = st.decimals(
    min_value=D("-999999999"), max_value=D("999999999"), places=4, allow_nan=False, allow_infinity=False
)


@given(amounts)
def test_a_shown_amount_reads_back(number: Decimal):
    data, problem = KINDS["money"].parse(Cell(number, str(number)), FIELD)
    assert (data, problem) == (number, "")
    assert isinstance(data, Decimal)
    assert str(data) == str(read_back("money", data))


@given(amounts, st.sampled_from(["", "万元", "万", " 万元"]), st.booleans(), st.booleans())
def test_a_written_amount_is_the_same_number(number: Decimal, unit: str, grouped: bool, wide: bool):
    text = f"{number:,f}" if grouped else f"{number:f}"
    if wide:
        text = text.translate(str.maketrans("0123456789.,-", "０１２３４５６７８９．，－"))
    assert KINDS["money"].parse(written(text + unit), FIELD) == (number, "text")


@given(st.text(max_size=12))
def test_no_text_crashes_an_amount_or_becomes_zero_by_default(text: str):
    data, problem = KINDS["money"].parse(written(text), FIELD)
    assert problem in {"", *PROBLEMS}
    assert data is None or isinstance(data, Decimal)
    if data is not None and data == 0:
        assert any(sign in "0０" for sign in text)


# ----------------------------------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    "text", ["无", "/", "—", "深改小康经费", " 前后有空格 ", "一\n二", "=SUM(A1)", "100%", "\u200b零宽"]
)
def test_text_stays_to_the_letter(text: str):
    assert KINDS["text"].parse(written(text), FIELD) == (text, "")


def test_text_takes_what_the_cell_shows_and_one_kind_of_line_end():
    assert KINDS["text"].parse(Cell(D(1), "100%", None, "0%"), FIELD) == ("100%", "")
    assert KINDS["text"].parse(Cell(D(43466), "2019年1月", None, 'yyyy"年"m"月"'), FIELD) == ("2019年1月", "")
    assert KINDS["text"].parse(written("一\r\n二"), FIELD) == ("一\n二", "")
    assert KINDS["text"].parse(written(" \u3000\n"), FIELD) == (None, "")
    assert KINDS["text"].parse(Cell(True, "TRUE"), FIELD) == ("TRUE", "")


@pytest.mark.parametrize(
    ("raw", "text", "code", "problem"),
    [
        (D(43466), "2019年1月", 'yyyy"年"m"月"', "date"),
        (D(43529), "3月5日", 'm"月"d"日"', "date"),
        (D("0.5"), "12:00", "h:mm", "date"),
        (D("0.9"), "90%", "0%", "percent"),
        (D("0.925"), "92.5%", "0.0%;[Red]-0.0%", "percent"),
        (D(100), "100", "", ""),
        (D(8), "8万元", '0"万元"', ""),
        (D(5), "5 days", '0" days"', ""),
        (D(1200), "1,200", "#,##0_ ;[Red]-#,##0", ""),
        ("2019年1月", "2019年1月", "yyyy", ""),
        ("90%", "90%", "0%", ""),
    ],
)
def test_a_value_that_the_spreadsheet_has_converted_says_so(raw: Raw, text: str, code: str, problem: str):
    assert KINDS["indicator"].parse(Cell(raw, text, None, code), FIELD) == (text, problem)


@given(st.text(min_size=1).filter(lambda text: not text.isspace() and "\r\n" not in text))
def test_shown_text_reads_back(text: str):
    assert read_back("text", text) == text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_cell_without_value_is_no_blank(kind: str):
    assert KINDS[kind].parse(Cell(CellError("#REF!"), "#REF!"), FIELD) == (None, "error")
    assert KINDS[kind].parse(Cell(None, "", "A1+A2"), FIELD) == (None, "uncalculated")
    assert KINDS[kind].show(None, FIELD) is None


# --------------------------------------------------------------------------------------------------------------- serial


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (100, "一百"), (101, "一百零一"), (110, "一百一十"), (360, "三百六十"),
     (1001, "一千零一"), (1010, "一千零一十"), (10_000, "一万"), (20_020, "二万零二十"), (99_999, "九万九千九百九十九")],
)  # fmt: skip
def test_numerals_of_official_papers(number: int, text: str):
    assert numeral(number) == text
    assert KINDS["serial"].parse(written(text), FIELD) == (number, "")


def test_every_serial_number_reads_back():
    assert all(number_of(numeral(number)) == number for number in range(1, 100_000))
    assert len({numeral(number) for number in range(1, 100_000)}) == 99_999


@pytest.mark.parametrize("text", ["(一)", "（一）", "一、", "一.", "第一", "1", "１", "01", "1、", "(1)", "壹", " 一 "])
def test_other_ways_to_write_one(text: str):
    assert KINDS["serial"].parse(written(text), FIELD) == (1, "text")


@pytest.mark.parametrize(
    "text", ["零", "0", "一二", "十百", "二零百", "abc", "1a", "一百零", "一百一", "1.5", "-1", "一十一百", "123456"]
)
def test_no_serial_number(text: str):
    assert KINDS["serial"].parse(written(text), FIELD) == (None, "unreadable")


def test_a_stored_serial_number():
    assert KINDS["serial"].parse(stored("3"), FIELD) == (3, "text")
    assert KINDS["serial"].parse(stored("3.5"), FIELD) == (None, "unreadable")
    assert KINDS["serial"].parse(stored("43466", "yyyy-mm-dd", "2019-01-01"), FIELD) == (None, "unreadable")
    with pytest.raises(ValueError, match="100000"):
        numeral(100_000)


@given(st.integers(1, 99_999))
def test_a_shown_serial_number_reads_back(number: int):
    assert read_back("serial", number) == number


# ------------------------------------------------------------------------------------------------- integer and percent


def test_integers():
    parse = KINDS["integer"].parse
    assert parse(stored("7"), FIELD) == (7, "")
    assert parse(written("７"), FIELD) == (7, "text")
    for bad in ("7.5", "1e3", "1_000", "٣", "七", "nan"):
        assert parse(written(bad), FIELD) == (None, "unreadable")
    assert parse(stored("7.5"), FIELD) == (None, "unreadable")


@given(st.integers(-(10**11), 10**11))
def test_a_shown_integer_reads_back(number: int):
    assert read_back("integer", number) == number


def test_percentages():
    parse = KINDS["percent"].parse
    assert parse(written("95%"), FIELD) == (D(95), "")
    assert parse(written("９５％"), FIELD) == (D(95), "")
    assert parse(stored("0.95", "0%", "95%"), FIELD) == (D(95), "")
    assert parse(stored("1", "0%", "100%"), FIELD) == parse(written("100%"), FIELD)
    assert parse(stored("0.28999999999999998", "0%"), FIELD) == (D(29), "")
    assert parse(stored("95"), FIELD) == (D(95), "unit")
    assert parse(stored("1"), FIELD) == (None, "format"), "1 may mean 1% or 100%"
    assert parse(written("≥95%"), FIELD) == (None, "unreadable")


@given(st.decimals(min_value=D(-1000), max_value=D(1000), places=2))
def test_a_shown_percentage_reads_back(number: Decimal):
    assert read_back("percent", number) == number


# --------------------------------------------------------------------------------------------------------------- period


@pytest.mark.parametrize("dash", "-‐‑–—―−－～~至到")
def test_any_dash_makes_a_period(dash: str):
    assert KINDS["period"].parse(written(f"2019年{dash}2021年"), FIELD) == ("2019年-2021年", "")
    assert KINDS["period"].parse(written(f" ２０１９年 {dash}\n2021 年"), FIELD) == ("2019年-2021年", "")


@pytest.mark.parametrize(
    "text",
    [
        "2019",
        "2019-2021年",
        "2019-21",
        "19年",
        "三年",
        "2019.1-2021.12",
        "2019年底",
        "2019年-",
        "0019年",
        "2019年、2020年",
    ],
)
def test_no_period(text: str):
    assert KINDS["period"].parse(written(text), FIELD) == (None, "unreadable")


def test_a_period_that_is_a_number_or_a_date():
    assert KINDS["period"].parse(stored("2019"), FIELD) == (None, "unreadable")
    assert KINDS["period"].parse(stored("43466", "yyyy-mm-dd", "2019-01-01"), FIELD) == (None, "unreadable")
    assert KINDS["period"].parse(stored("43466", 'yyyy"年"', "2019年"), FIELD) == ("2019年", "format")


@given(st.integers(1990, 2100), st.integers(1990, 2100))
def test_a_shown_period_reads_back(first: int, last: int):
    text = f"{first}年-{last}年"
    assert read_back("period", text) == text
    assert years_of(text) == (first, last)
    assert years_of(f"{first}年") == (first, first)
