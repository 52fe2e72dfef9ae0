"""How fast, and in how much memory, a district summary is made: ours against what one would write with the libraries.

    python benchmarks/merge.py              500 returns, three rounds, then memory at 500 and at 5,000
    python benchmarks/merge.py --quick      120 returns, one round, the bounds on time half as strict

Every run is a process of its own; the contestants take turns, so that a busy machine is unfair to all alike. Imports and a first
merge of two returns happen before the clock starts, for all of them; what a cold command takes is printed apart. All must have
merged the same records, else nothing is measured. Ends with 1 and a sentence when a bound is missed. See benchmarks/README.md.
"""

# ruff: noqa: PLC0415 - a contestant imports what it needs itself, before its clock starts

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SEED = 7
TIMES_PLAIN = 15.0
"""Ours is at least so many times as fast as the plain script; and it is never slower than the library stack doing the same job."""
QUICK_SLACK = 2.0
"""One round of 120 returns on a shared machine is an alarm, no measurement: --quick lets the bounds on time slip by so much."""
MEGABYTE = 1024 * 1024
PEAK_MB = 300
GROWTH_MB = 50

OURS, SAME, PLAIN, WHOLE, STACK = "ours", "same", "plain", "whole", "stack"
LABELS = {
    OURS: "ours: xlsform merge, all rules",
    SAME: "ours, with the rules that (b) has",
    PLAIN: "(a) plain script, forms only",
    WHOLE: "(b) library stack, the same job",
    STACK: "    library stack, forms only",
}
STAGES = {
    "gather": "read, align, extract",
    "_accept": "check, choose",
    "verify_summary": "read back",
    "put_set_in_place": "write",
}
"""Functions of operations.merging → what their time is called. `put_set_in_place` holds `verify_summary`."""


class Run(NamedTuple):
    """One timed merge: seconds, and for ours the seconds of its stages."""

    seconds: float
    stages: dict[str, float]


# --- one contestant in a process of its own ---------------------------------------------------------------------------------------


def contestant(name: str, jobs: int | None) -> Callable[[Path, Path], object]:
    """Imports what it needs and gives its merge of a folder of returns."""
    if name == PLAIN:
        from benchmarks.plain import merge as plain

        return plain
    if name == STACK:
        from benchmarks.stack import merge as stack

        return stack
    if name == WHOLE:
        from benchmarks.whole import merge as whole

        return whole
    from xlsform import readers
    from xlsform.operations import load_settings, merge
    from xlsform.specfiles import load_roster

    # The mapping files are to ours what schemas and positions are to the others, which have them once they are imported.
    settings = load_settings([])
    if name == SAME:
        settings = replace(settings, formset=replace(settings.formset, levels=rules_beyond_the_stack()))

    def ours(folder: Path, out: Path) -> object:
        roster = load_roster(folder.parent / "departments.xlsx", readers.read)
        return merge([folder], out, replace(settings, roster=roster), jobs=jobs, force=True)

    return ours


def rules_beyond_the_stack() -> dict[str, None]:
    """The levels of a form set in which every rule that (b) does not check is off: above all those that understand indicator values."""
    from benchmarks.official import RULES_CHECKED
    from xlsform.core.catalogue import RULES

    return dict.fromkeys(RULES.keys() - RULES_CHECKED)


@contextmanager
def stopwatch(names: Sequence[str]) -> Iterator[dict[str, float]]:
    """The seconds spent in these functions of operations.merging while the block runs."""
    from xlsform.operations import merging

    spent = dict.fromkeys(names, 0.0)

    def timed(name: str) -> Callable[..., object]:
        function = getattr(merging, name)

        def call(*args: object, **kwargs: object) -> object:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[name] += time.perf_counter() - start

        return call

    with patch.multiple(merging, **{name: timed(name) for name in names}):
        yield spent


def run_once(name: str, folder: Path, out: Path, jobs: int | None) -> Run:
    """Warms up on two returns, then merges the folder against the clock."""
    merge = contestant(name, jobs)
    with tempfile.TemporaryDirectory() as scratch:
        merge(first_returns(folder, Path(scratch), 2), Path(scratch) / "warm.xlsx")
    if name not in {OURS, SAME}:
        start = time.perf_counter()
        merge(folder, out)
        return Run(time.perf_counter() - start, {})
    with stopwatch(list(STAGES)) as spent:
        start = time.perf_counter()
        merge(folder, out)
        seconds = time.perf_counter() - start
    spent["put_set_in_place"] -= spent["verify_summary"]
    stages = {STAGES[key]: value for key, value in spent.items()}
    return Run(seconds, stages | {"everything else": seconds - sum(stages.values())})


def first_returns(folder: Path, target: Path, count: int) -> Path:
    """A district of the first returns of another."""
    small = target / "returns"
    small.mkdir()
    (target / "departments.xlsx").write_bytes((folder.parent / "departments.xlsx").read_bytes())
    for path in sorted(folder.glob("*.xlsx"))[:count]:
        (small / path.name).write_bytes(path.read_bytes())
    return small


# --- the measuring process --------------------------------------------------------------------------------------------------------


def measure(name: str, folder: Path, out: Path, jobs: int | None = None) -> Run:
    """`run_once` in a fresh process."""
    command = [sys.executable, __file__, "--one", name, "--folder", str(folder), "--out", str(out)]
    command += ["--jobs", str(jobs)] if jobs else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{LABELS[name]} failed:\n{done.stderr}")
    seconds, stages = json.loads(done.stdout.splitlines()[-1])
    return Run(seconds, stages)


def peak_of(command: Sequence[str]) -> tuple[float, float]:
    """(MB, seconds): the largest sum of the resident sizes of a process and all its children, sampled every 10 ms.

    Pages that forked children share are counted once for each of them: the figure is never too small.
    """
    import psutil

    start = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = 0
    while process.poll() is None:
        total = 0
        for one in (process, *_children(process)):
            try:
                total += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        peak = max(peak, total)
        time.sleep(0.01)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{process.stderr.read().decode()}")
    return peak / MEGABYTE, time.perf_counter() - start


def _children(process: Any) -> list[Any]:
    import psutil

    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def command_line(folder: Path, out: Path) -> list[str]:
    """The merge as a clerk types it."""
    return [sys.executable, "-m", "xlsform", "merge", str(folder), "-o", str(out), "--force", "-q"]


def records_of(out: Path) -> dict[str, list[tuple[object, ...]]]:
    """The records on the forms of a summary, group rows, totals and 序号 aside; amounts in cents of a 万元."""
    from python_calamine import CalamineWorkbook

    from benchmarks.official import TABLES

    book = CalamineWorkbook.from_path(str(out))
    found = {}
    for name, table in TABLES.items():
        skip = 1 if table.fields[0] == "seq" else 0
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)[table.first - 1 :]
        found[name] = [
            tuple(round(value * 100) if isinstance(value, float) else value for value in row[skip : len(table.fields)])
            for row in rows
            if not {"小计", "合计"} & set(row) and not str(row[0]).startswith("部门：")
        ]
    return found


def same_records(outs: dict[str, Path]) -> None:
    """Raises SystemExit unless all summaries hold the same records in the same order."""
    ours = records_of(outs[OURS])
    for name in LABELS.keys() - {OURS}:
        for sheet, rows in records_of(outs[name]).items():
            if rows != ours[sheet]:
                differ = next((pair for pair in zip(rows, ours[sheet], strict=False) if pair[0] != pair[1]), None)
                raise SystemExit(
                    f"{LABELS[name]} and ours differ on {sheet}: {differ or (len(rows), len(ours[sheet]))}"
                )


def district(work: Path, count: int) -> Path:
    """A folder of generated returns, with their roster beside it; made unless it is there."""
    from samples.generator import write_district

    folder = work / str(count)
    if not (folder / "departments.xlsx").exists():
        write_district(folder, SEED, count)
    return folder / "returns"


def race(folder: Path, work: Path, rounds: int) -> dict[str, list[Run]]:
    """The contestants by turns."""
    runs: dict[str, list[Run]] = {name: [] for name in LABELS}
    outs = {name: work / f"{name}.xlsx" for name in LABELS}
    for _ in range(rounds):
        for name in LABELS:
            runs[name].append(measure(name, folder, outs[name]))
    same_records(outs)
    return runs


def table(runs: dict[str, list[Run]]) -> dict[str, float]:
    """Prints medians and ratios; gives the medians."""
    medians = {name: median(run.seconds for run in mine) for name, mine in runs.items()}
    for name, seconds in medians.items():
        spread = " ".join(f"{run.seconds:.2f}" for run in runs[name])
        print(f"  {LABELS[name]:38} {seconds:8.2f} s  {seconds / medians[OURS]:6.2f} × ours   ({spread})")
    print("  stages of ours (medians):")
    for stage in runs[OURS][0].stages:
        print(f"    {stage:36} {median(run.stages[stage] for run in runs[OURS]):8.2f} s")
    return medians


def sweep(folder: Path, work: Path, rounds: int) -> None:
    """Ours with one process and with as many as it takes by itself."""
    runs: dict[int | None, list[float]] = {1: [], None: []}
    for _ in range(rounds):
        for jobs, mine in runs.items():
            mine.append(measure(OURS, folder, work / "jobs.xlsx", jobs).seconds)
    print(
        f"  ours, --jobs 1: {median(runs[1]):.2f} s; without --jobs on {os.cpu_count()} cores: {median(runs[None]):.2f} s"
    )


def cold(work: Path) -> None:
    """What a clerk waits for, from the key to the prompt."""
    commands = {
        "xlsform --help": [sys.executable, "-m", "xlsform", "--help"],
        "xlsform merge samples/2019/returns": command_line(ROOT / "samples" / "2019" / "returns", work / "cold.xlsx"),
    }
    for said, command in commands.items():
        print(f"  cold: {said:36} {median(peak_of(command)[1] for _ in range(3)):8.2f} s")


def missed_ratios(medians: dict[str, float], slack: float) -> Iterator[str]:
    if medians[PLAIN] < TIMES_PLAIN * medians[OURS] / slack:
        yield f"ours must be {TIMES_PLAIN / slack:g} times as fast as (a) and is {medians[PLAIN] / medians[OURS]:.1f} times"
    if medians[WHOLE] < medians[SAME] / slack:
        said = f"{medians[SAME] / medians[WHOLE]:.2f} times as long"
        yield f"ours, with the same rules, may take {slack:g} times as long as (b) and takes {said}"


def missed_memory(peaks: dict[int, float]) -> Iterator[str]:
    few, *many = peaks
    if peaks[few] > PEAK_MB:
        yield f"{few} returns need {peaks[few]:.0f} MB, more than {PEAK_MB}"
    for count in many:
        growth = peaks[count] - peaks[few]
        if growth >= GROWTH_MB:
            yield f"from {few} to {count} returns the memory grows by {growth:.0f} MB, {GROWTH_MB} or more"


def benchmark(counts: Sequence[int], rounds: int, work: Path, slack: float) -> int:
    """Races on the first count, memory on all of them; prints the tables and gives the exit code."""
    folders = {count: district(work, count) for count in counts}
    print(f"{counts[0]} returns, {rounds} round(s), medians; imports and a first merge of two returns before the clock")
    medians = table(race(folders[counts[0]], work, rounds))
    sweep(folders[counts[0]], work, rounds)
    cold(work)
    peaks = {}
    for count in counts:
        peaks[count], seconds = peak_of(command_line(folders[count], work / "memory.xlsx"))
        print(
            f"  peak memory of the whole command at {count:6} returns: {peaks[count]:6.0f} MB  (cold, {seconds:.1f} s)"
        )
    missed = [*missed_ratios(medians, slack), *missed_memory(peaks)]
    for sentence in missed:
        print(f"MISSED: {sentence}.")
    if not missed:
        print("All bounds hold.")
    return 1 if missed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="120 returns, one round, no large district")
    parser.add_argument("--rounds", type=int, help="how often each contestant runs")
    parser.add_argument("--work", type=Path, help="keep the districts and summaries here (default: a temporary folder)")
    parser.add_argument("--one", choices=LABELS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--jobs", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(run_once(asked.one, asked.folder, asked.out, asked.jobs)))
        return 0
    counts = (120,) if asked.quick else (500, 5000)
    rounds = asked.rounds or (1 if asked.quick else 3)
    slack = QUICK_SLACK if asked.quick else 1.0
    if asked.work:
        asked.work.mkdir(parents=True, exist_ok=True)
        return benchmark(counts, rounds, asked.work, slack)
    with tempfile.TemporaryDirectory() as folder:
        return benchmark(counts, rounds, Path(folder), slack)


if __name__ == "__main__":
    sys.exit(main())
