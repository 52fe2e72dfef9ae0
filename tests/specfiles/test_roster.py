"""The roster as clerks keep it: read from real workbooks and CSV bytes, with the row of everything that is wrong."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from xlsform import readers
from xlsform.core.errors import SpecError
from xlsform.core.spec import Department
from xlsform.specfiles import load_roster

HEAD = ["部门代码", "部门名称", "别名", "主管部门", "邮箱", "联系人", "控制数"]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return path


def load(path: Path) -> tuple[Department, ...]:
    return load_roster(path, readers.read)


def faults(path: Path) -> list[str]:
    with pytest.raises(SpecError) as caught:
        load_roster(path, readers.read)
    assert all(fault.mark.file == str(path) for fault in caught.value.faults)
    return [f"{fault.mark.line} {fault.key}: {fault.what}" for fault in caught.value.faults]


def csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def test_a_line_break_in_a_cell_ends_no_name(tmp_path: Path):
    rows = [HEAD, ["001", "中共石峰区委\n办公室", "区委办\n党委办", "石峰\r\n 区委", "a@b.cn\n", "张\t三"]]
    (one,) = load(workbook(tmp_path / "名册.xlsx", rows))
    assert (one.name, one.aliases, one.parent) == ("中共石峰区委办公室", ("区委办", "党委办"), "石峰区委")
    assert (one.email, one.contact) == ("a@b.cn", "张三")


def test_names_that_no_file_name_holds_are_refused(tmp_path: Path):
    path = workbook(tmp_path / "名册.xlsx", [HEAD, ["001", "长" * 101, None, "石峰区委"]])
    assert faults(path) == ["2 部门名称: 最多 100 个字，现有 101 个"]


def test_a_workbook_with_a_title_line_and_further_columns(tmp_path: Path):
    path = workbook(
        tmp_path / "名册.xlsx",
        [
            ["石峰区部门名册"],
            [*HEAD, "电话"],
            ["001", "区委办本级", "区委办、区委办公室", "石峰区政府", "qwb@example.gov.cn", "张三", 400, "123"],
            [None, None],
            [102, " 区教育局 ", None, None, None, None, "1,200.50"],
            ["注：控制数单位为万元"],
        ],
    )
    first, second = load(path)
    assert (first.code, first.name, first.aliases, first.parent) == (
        "001",
        "区委办本级",
        ("区委办", "区委办公室"),
        "石峰区政府",
    )
    assert (first.email, first.contact, first.control, first.mark.line) == (
        "qwb@example.gov.cn",
        "张三",
        Decimal(400),
        3,
    )
    assert (second.code, second.name, second.control, second.mark.line) == ("102", "区教育局", Decimal("1200.5"), 5)


def test_codes_shown_with_leading_zeros_keep_them(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append([7, "区民政局"])
    book.active["A2"].number_format = "000"
    book.save(tmp_path / "名册.xlsx")
    assert load(tmp_path / "名册.xlsx")[0].code == "007"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_in_the_encodings_excel_writes(tmp_path: Path, encoding: str):
    path = csv(
        tmp_path / "名册.csv",
        '部门代码,部门名称,别名\r\n001,区委办本级,"区委办，办公室;区委\n办"\r\n\r\n002,区教育局,\r\n',
        encoding,
    )
    first, second = load(path)
    assert (first.code, first.aliases) == ("001", ("区委办", "办公室", "区委", "办"))
    assert (second.code, second.name, second.mark.line) == ("002", "区教育局", 5)


def test_headings_may_be_spelled_otherwise(tmp_path: Path):
    path = csv(tmp_path / "名册.csv", "单位编码,单位 名称,控制数（万元）\n1,区财政局,8万元\n")
    (one,) = load(path)
    assert (one.code, one.name, one.control) == ("1", "区财政局", Decimal(8))


def test_an_alias_that_is_the_name_itself_is_no_fault(tmp_path: Path):
    (one,) = load(csv(tmp_path / "名册.csv", "部门代码,部门名称,别名\n1,区财政局,区财政局、财政\n"))
    assert one.aliases == ("财政",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("部门代码,部门名称\n1,甲局\n1,乙局\n", ["3 部门代码: “1”与第 2 行重复"]),
        ("部门代码,部门名称\n1,甲局\n2,甲 局\n", ["3 部门名称: “甲 局”与第 2 行的名称或别名重复"]),
        ("部门代码,部门名称,别名\n1,甲局,丙\n2,乙局,丙\n", ["3 别名: “丙”与第 2 行的名称或别名重复"]),
        ("部门代码,部门名称,别名\n1,甲局,乙局\n2,乙局,\n", ["3 部门名称: “乙局”与第 2 行的名称或别名重复"]),
        ("部门代码,部门名称\n,甲局\n2,\n", ["2 部门代码: 没有填", "3 部门名称: 没有填"]),
        ("部门代码,部门名称,邮箱\n1,甲局,a.b.cn\n", ["2 邮箱: “a.b.cn”不是邮箱地址"]),
        ("部门代码,部门名称,控制数\n1,甲局,很多\n", ["2 控制数: “很多”应为不小于 0 的数字（万元）"]),
        ("部门代码,部门名称,控制数\n1,甲局,-5\n", ["2 控制数: “-5”应为不小于 0 的数字（万元）"]),
        ("部门代码,部门名称,联系\n1,甲局,张三\n", ["1 联系: 不认识的栏目，是否为“联系人”"]),
        ("部门代码,部门名称,单位名称\n1,甲局,甲\n", ["1 单位名称: 这一栏有两列"]),
        ("部门名称,别名\n甲局,甲\n", ["1 部门代码: 缺少这一栏"]),
        ("部门代码,部门名称\n", ["1 : 表头下面一个部门也没有"]),
        ("甲,乙\n1,2\n", ["0 : 找不到表头：应有一行写着 部门代码、部门名称、别名、主管部门、邮箱、联系人、控制数"]),
        ("", ["0 : 找不到表头：应有一行写着 部门代码、部门名称、别名、主管部门、邮箱、联系人、控制数"]),
    ],
)
def test_faults_name_their_row(tmp_path: Path, text: str, said: list[str]):
    assert faults(csv(tmp_path / "名册.csv", text)) == said


def test_an_error_value_is_no_control_figure(tmp_path: Path):
    path = workbook(tmp_path / "名册.xlsx", [HEAD, ["1", "甲局", None, None, None, None, "=1/0"]])
    assert faults(path) == ["2 控制数: “”应为不小于 0 的数字（万元）"]


def test_what_is_no_roster_at_all(tmp_path: Path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(b"not a workbook")
    assert "打不开名册" in faults(path)[0]
    path = tmp_path / "名册.csv"
    path.write_bytes(b"\xff\xff\xff")
    assert "请另存为" in faults(path)[0]
    assert "打不开名册" in faults(tmp_path / "无.csv")[0]
