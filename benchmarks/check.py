"""What all rules cost beside reading: checking a district's returns against only reading them, in processor time of one process.

    python benchmarks/check.py              500 returns, three rounds
    python benchmarks/check.py --quick      120 returns, two rounds, the bound twice as wide

Each round is a process of its own: values that a process has once understood it does not read again. Imports, mapping files and a first
check of two returns happen before the clock. Ends with 1 and a sentence when the bound is missed. See benchmarks/README.md.
"""

# ruff: noqa: PLC0415 - xlsform is imported by the process that measures

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.merge import district  # noqa: E402

BOUND = 1.5
"""Seconds of processor time that all rules may cost over 500 returns."""
AT = 500
QUICK_SLACK = 2.0
"""Two rounds on a shared machine are an alarm, no measurement."""


class Times(NamedTuple):
    """Seconds of processor time: reading alone, reading and all rules; and how many findings there were."""

    reading: float
    checking: float
    findings: int

    @property
    def rules(self) -> float:
        return self.checking - self.reading


def once(returns: Path, warm: Path) -> Times:
    """Reads the folder, then checks it, after a warm-up on another folder."""
    from xlsform.operations import check, load_settings
    from xlsform.operations.garbage import seldom_collected
    from xlsform.operations.intake import intake
    from xlsform.operations.reading import gather

    settings = load_settings([returns])
    check([warm], settings, jobs=1)
    start = time.process_time()
    with seldom_collected():
        gathered = gather(intake([returns], settings), settings, jobs=1)
    middle = time.process_time()
    report = check([returns], settings, jobs=1)
    end = time.process_time()
    if report.read != gathered.read:
        raise SystemExit("check has read other files than gather")
    return Times(middle - start, end - middle, len(report.findings))


def measure(returns: Path, warm: Path) -> Times:
    """One round in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--one", str(returns), "--warm", str(warm)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Times(*json.loads(done.stdout))


def report(rounds: Sequence[Times], count: int, slack: float) -> int:
    """Prints the medians and gives the exit code."""
    bound = BOUND * count / AT * slack
    rules = median(one.rules for one in rounds)
    spread = " ".join(f"{one.rules:.2f}" for one in rounds)
    print(f"{count} returns, {len(rounds)} round(s), processor time of one process, medians")
    print(f"  reading                {median(one.reading for one in rounds):8.2f} s")
    print(f"  reading and all rules  {median(one.checking for one in rounds):8.2f} s")
    print(f"  all rules              {rules:8.2f} s   ({spread}), {rounds[0].findings} finding(s)")
    if rules > bound:
        print(f"MISSED: all rules may cost {bound:g} s beside reading {count} returns and cost {rules:.2f} s.")
        return 1
    print("The bound holds.")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="120 returns, two rounds, the bound twice as wide")
    parser.add_argument("--rounds", type=int, help="how often it is measured")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--warm", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(once(asked.one, asked.warm)))
        return 0
    count = 120 if asked.quick else AT
    with tempfile.TemporaryDirectory() as folder:
        returns, warm = district(Path(folder), count), district(Path(folder), 2)
        rounds = [measure(returns, warm) for _ in range(asked.rounds or (2 if asked.quick else 3))]
    return report(rounds, count, QUICK_SLACK if asked.quick else 1.0)


if __name__ == "__main__":
    sys.exit(main())
