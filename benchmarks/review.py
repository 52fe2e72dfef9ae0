"""How fast a return is marked up, against what openpyxl takes to load and save the same file and changes nothing.

    python benchmarks/review.py             60 returns, five rounds
    python benchmarks/review.py --quick     15 returns, two rounds, the bound half as strict

Ours is given what a check has already: the workbook as read, and its findings (those of the rules, and more, so that every return has
at least twelve on two levels). Its time is that of the plan and of applying it. Both work from bytes to bytes in one process, round by
round in turns, in processor time, after a first return of each. Ends with 1 and a sentence when the bound is missed.
"""

# ruff: noqa: PLC0415 - imports before the clock, and only where they are needed

from __future__ import annotations

import argparse
import gc
import io
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from xlsform.core.cells import Book
    from xlsform.core.findings import Finding
    from xlsform.operations import Settings

from benchmarks.merge import district  # noqa: E402

TIMES = 10.0
"""Marking up one return is at least so many times as fast as openpyxl's load and save of it."""
QUICK_SLACK = 2.0
"""Few returns on a shared machine are an alarm, no measurement: --quick lets the bound slip by so much."""
FEWEST = 12


class Task(NamedTuple):
    """One return: its bytes, and what a check knows of it."""

    data: bytes
    book: Book
    findings: tuple[Finding, ...]


class Times(NamedTuple):
    """Seconds of processor time for one return: ours (plan, apply, and apart what reading it takes), and openpyxl."""

    plan: float
    apply: float
    read: float
    openpyxl: float

    @property
    def ours(self) -> float:
        return self.plan + self.apply


def tasks(folder: Path, settings: Settings) -> Iterator[Task]:
    """The returns of a folder with at least FEWEST findings each."""
    from xlsform import readers
    from xlsform.core.cells import Ref
    from xlsform.core.findings import Finding, Level
    from xlsform.operations import extract

    for submission in extract([folder], settings, jobs=1):
        data = (folder / submission.file).read_bytes()
        cells = dict.fromkeys(
            (record.sheet, value.row, value.col) for record in submission.records for value in record.values.values()
        )
        more = [
            Finding(
                "A02", Level.WARNING if number % 3 else Level.ERROR, Ref(submission.file, *cell), field="annual_goal"
            )
            for number, cell in enumerate(list(cells)[:: max(len(cells) // FEWEST, 1)])
        ]
        findings = (*submission.findings, *more)
        if len(findings) < FEWEST:
            raise SystemExit(f"{submission.file} has only {len(findings)} findings")
        yield Task(data, readers.read(submission.file, data), findings)


def ours(task: Task, settings: Settings) -> tuple[float, float, float]:
    """Seconds of plan, apply, and reading."""
    from xlsform import readers
    from xlsform.core.review import mark_up
    from xlsform.writers.xlsx import apply

    start = time.process_time()
    plan = mark_up(task.book, task.findings, "部门", settings.formset)
    planned = time.process_time()
    apply(task.data, plan, io.BytesIO())
    applied = time.process_time()
    readers.read(task.book.file, task.data)
    return planned - start, applied - planned, time.process_time() - applied


def load_and_save(task: Task) -> float:
    """Seconds that openpyxl takes."""
    import openpyxl

    start = time.process_time()
    openpyxl.load_workbook(io.BytesIO(task.data)).save(io.BytesIO())
    return time.process_time() - start


def round_of(made: Sequence[Task], settings: Settings) -> list[Times]:
    """All returns by ours, one after the other as the command does it, then all by openpyxl."""
    gc.collect()
    mine = [ours(task, settings) for task in made]
    gc.collect()
    return [Times(*seconds, load_and_save(task)) for seconds, task in zip(mine, made, strict=True)]


def benchmark(count: int, rounds: int, slack: float) -> int:
    """Prints the medians and gives the exit code."""
    from xlsform.operations import load_settings

    with tempfile.TemporaryDirectory() as work:
        returns = district(Path(work), count)
        settings = load_settings([returns])
        made = list(tasks(returns, settings))
    round_of(made[:1], settings)
    times = [one for _ in range(rounds) for one in round_of(made, settings)]
    return report(times, sum(len(task.findings) for task in made) / len(made), slack)


def report(times: Sequence[Times], findings: float, slack: float) -> int:
    """The table, the verdict, the exit code."""
    ratio = median(one.openpyxl / one.ours for one in times)
    print(f"{len(times)} times one return, {findings:.0f} findings each on average; medians")
    print(f"  ours: plan                       {median(one.plan for one in times) * 1000:8.2f} ms")
    print(f"  ours: apply                      {median(one.apply for one in times) * 1000:8.2f} ms")
    print(f"  ours: plan and apply             {median(one.ours for one in times) * 1000:8.2f} ms")
    print(f"  (reading it, which a check does) {median(one.read for one in times) * 1000:8.2f} ms")
    print(f"  openpyxl: load and save          {median(one.openpyxl for one in times) * 1000:8.2f} ms")
    print(f"  openpyxl takes {ratio:.1f} times as long as ours (median of the ratios return by return)")
    if ratio < TIMES / slack:
        must = f"{TIMES / slack:g} times as fast as openpyxl's load and save"
        print(f"MISSED: marking up a return must be {must} and is {ratio:.1f} times.")
        return 1
    print("The bound holds.")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="15 returns, two rounds")
    arguments = parser.parse_args()
    return benchmark(15, 2, QUICK_SLACK) if arguments.quick else benchmark(60, 5, 1.0)


if __name__ == "__main__":
    sys.exit(main())
