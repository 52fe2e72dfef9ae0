"""Whatever a command writes is a sound workbook, and openpyxl reads in it what we read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sound import check_sound
from xlsform.cli import run

SAMPLES = Path("samples/2019").resolve()
RETURNS, FAULTY, ROSTER = SAMPLES / "returns", SAMPLES / "faulty", SAMPLES / "departments.xlsx"
THE_RETURN = RETURNS / "区委办本级.xlsx"
FEW = (
    "区教育局-C03-合计不符.xlsx",
    "区农业农村局-T04-缺支出方向表.xlsx",
    "区财政局-T08-公式未计算.xlsx",
    "区应急管理局-A04-金额为文本.xlsx",
)


def command(*arguments: object) -> None:
    """A command that works, whether or not it finds faults in what it reads, or can read it at all."""
    assert run([*map(str, arguments), "-q"]) in {0, 1, 3}


def carried(out: Path) -> None:
    command("issue", "--roster", ROSTER, "-o", out, "--carry", RETURNS, "--department", "区教育局")


def filled(out: Path) -> None:
    command("extract", THE_RETURN, "-o", out / "记录.json")
    command("fill", out / "记录.json", "-o", out / "填好.xlsx")


def issued_and_filled(out: Path) -> None:
    command("issue", "--roster", ROSTER, "-o", out / "下发", "--department", "区委办本级")
    command("extract", THE_RETURN, "-o", out / "记录.json")
    command("fill", out / "记录.json", "--into", next((out / "下发").glob("*.xlsx")), "-o", out / "填好.xlsx")


def reviewed_twice_and_cleaned(out: Path) -> None:
    command("review", *(FAULTY / name for name in FEW), "-o", out / "退回")
    command("review", out / "退回", "-o", out / "再退回")
    command("review", "--clean", out / "再退回", "-o", out / "原样")


def list_alone(out: Path) -> None:
    command("review", FAULTY / "区教育局-T01-文件截断.xlsx", "-o", out / "退回")
    command("review", out / "退回", "-o", out / "再退回")
    command("review", "--clean", out / "退回", "-o", out / "原样")


def merged(out: Path) -> None:
    command("merge", RETURNS, "-o", out / "汇总.xlsx", "--cards", "3")


def listed(out: Path) -> None:
    command("check", *(FAULTY / name for name in FEW), "-o", out / "问题清单.xlsx")


def compared(out: Path) -> None:
    command("diff", THE_RETURN, RETURNS / "区教育局.xlsx", "-o", out / "差异.xlsx")


def started(out: Path) -> None:
    command("init", out / "采集", "--year", "2019", "--district", "石峰区")


WRITERS: tuple[Callable[[Path], None], ...] = (
    carried, filled, issued_and_filled, reviewed_twice_and_cleaned, list_alone, merged, listed, compared, started,
)  # fmt: skip


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_what_is_written_is_sound(write: Callable[[Path], None], tmp_path: Path):
    """Every workbook that a way of working leaves behind, the first steps' as well as the last."""
    write(tmp_path)
    workbooks = sorted(tmp_path.rglob("*.xlsx"))
    assert workbooks
    for path in workbooks:
        assert path.stat().st_size < 300_000, f"{path.name} is large"
        check_sound(path.read_bytes())
