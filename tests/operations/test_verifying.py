"""What was written and reads back otherwise is never put in place."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from xlsform.core.errors import VerificationError
from xlsform.core.merge import Part
from xlsform.operations import intake, load_settings, merge
from xlsform.operations.merging import _accept
from xlsform.operations.reading import gather
from xlsform.operations.verifying import verify_summary

RETURNS = Path("samples/2019/returns")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Part, ...]]:
    settings = load_settings([RETURNS])
    out = tmp_path_factory.mktemp("verify") / "汇总.xlsx"
    merge([RETURNS], out, settings)
    return out, _accept(gather(intake([RETURNS], settings), settings), settings).parts


def text(cell: str, said: str) -> tuple[str, str]:
    """What replaces a cell by one that says something else."""
    return rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', f'<c r="{cell}" t="inlineStr"><is><t>{said}</t></is></c>'


def number(cell: str, amount: str) -> tuple[str, str]:
    return rf'(<c r="{cell}"[^>]*>.*?<v>)[^<]*', rf"\g<1>{amount}"


def nothing(cell: str) -> tuple[str, str]:
    return rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)', f'<c r="{cell}"/>'


def test_a_sound_summary_passes(written: tuple[Path, tuple[Part, ...]]) -> None:
    verify_summary(*written)


@pytest.mark.parametrize(
    ("sheet", "change", "where"),
    [
        (1, text("E6", "别的目标"), "汇总表 第 6 行: period_goal"),
        (1, number("D6", "8.01"), "汇总表 第 6 行: total_amount"),
        (1, number("D6", "8.000000000000001"), "汇总表 第 6 行: total_amount"),
        (1, number("D5", "101"), "汇总表 第 5 行: total_amount 合计"),
        (1, number("D4", "1"), "汇总表 第 4 行: total_amount 合计"),
        (1, text("B5", "别的局"), "汇总表 第 5 行: 部门"),
        (1, text("D3", "别的栏目"), "汇总表: 表头"),
        (2, nothing("M8"), "支出方向表 第 8 行: social"),
        (2, (r'<row r="9".*?</row>', ""), "支出方向表 第 10 行"),
        (3, text("G5", "指标1：别的：1%"), "部门整体汇总 第 5 行: output_indicators"),
        (4, (r'<mergeCell ref="A5:A8"/>', ""), "指标分解表 第 6 行: fund_name"),
        (4, nothing("E6"), "指标分解表 第 6 行: value"),
        (4, text("A6", "遮住的话"), "指标分解表 第 6 行: 合并单元格下有内容"),
    ],
)
def test_a_difference_is_named(
    written: tuple[Path, tuple[Part, ...]], tmp_path: Path, sheet: int, change: tuple[str, str], where: str
) -> None:
    with zipfile.ZipFile(written[0]) as package, zipfile.ZipFile(tmp_path / "坏.xlsx", "w") as spoiled:
        for info in package.infolist():
            part = package.read(info).decode()
            if info.filename == f"xl/worksheets/sheet{sheet}.xml":
                part, count = re.subn(change[0], change[1], part, count=1, flags=re.DOTALL)
                assert count == 1
            spoiled.writestr(info.filename, part)
    with pytest.raises(VerificationError) as caught:
        verify_summary(tmp_path / "坏.xlsx", written[1])
    assert where in str(caught.value)
