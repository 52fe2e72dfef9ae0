"""What collecting costs: 1,000 mails against 250, and what a command pays for an inbox in which nothing is new.

    python benchmarks/collect.py             250 and 1,000 mails
    python benchmarks/collect.py --quick     50 and 200 mails, the bounds half as strict

Each mail holds a generated return of its own. Each round is a process of its own, with one process for reading. Ends with 1 and a
sentence when a bound is missed. See benchmarks/README.md.
"""

# ruff: noqa: PLC0415 - xlsform is imported by the process that measures

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.merge import district  # noqa: E402

FEW, MANY = 250, 1000
LINEAR = 1.25
"""How much more a mail may cost, in processor time, when there are four times as many."""
GROWTH = 40.0
"""MB that four times as many mails may add to the memory."""
OPENING = 0.6
"""Seconds of processor time for opening an inbox of MANY mails in which nothing is new."""


class Times(NamedTuple):
    """Of so many mails: seconds of processor time and of the clock for collecting them, seconds of processor time for opening the inbox
    afterwards, and the most memory in MB.
    """

    mails: int
    collecting: float
    clock: float
    opening: float
    memory: float


def mails_of(returns: Path, out: Path, count: int) -> Path:
    """A mail for each of the first so many returns."""
    out.mkdir()
    files = sorted(returns.iterdir())[:count]
    for number, path in enumerate(files):
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"{number}@example.cn"
        mail["Subject"] = path.stem
        mail["Date"] = "Tue, 20 Nov 2018 09:00:00 +0800"
        mail.set_content("见附件\n")
        mail.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name)
        (out / f"{number:04}.eml").write_bytes(mail.as_bytes())
    return out


def once(mails: Path, roster: Path) -> Times:
    """Collects into a new campaign, then opens it."""
    import psutil

    from xlsform.operations import load_settings
    from xlsform.operations.collecting import collect
    from xlsform.operations.inbox import open_inbox
    from xlsform.specfiles.campaign import campaign_text

    with tempfile.TemporaryDirectory() as folder:
        campaign = Path(folder)
        (campaign / "campaign.yaml").write_text(campaign_text(2019, "石峰区", "2019", ""), encoding="utf-8")
        shutil.copy(roster, campaign)
        (campaign / "收件").mkdir()
        settings = load_settings([campaign])
        clock, begun = time.perf_counter(), time.process_time()
        collected = collect([mails], settings, jobs=1)
        ended = time.process_time()
        taken = time.perf_counter() - clock
        open_inbox(settings)
        opened = time.process_time()
    if len(collected.inbox.whose) != len(collected.things):
        raise SystemExit("some mails were not collected, or two hold the same return")
    process = psutil.Process(os.getpid())
    most = getattr(process.memory_info(), "peak_wset", None) or _most()
    return Times(len(collected.things), ended - begun, taken, opened - ended, most / 2**20)


def _most() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(mails: Path, roster: Path) -> Times:
    """One round in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--one", str(mails), "--roster", str(roster)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Times(*json.loads(done.stdout))


def missed(few: Times, many: Times, slack: float) -> Iterator[str]:
    """A plain sentence for each bound that does not hold."""
    ratio = (many.collecting / many.mails) / (few.collecting / few.mails)
    if ratio > 1 + (LINEAR - 1) * slack:
        yield f"a mail of {many.mails} costs {ratio:.2f} times what one of {few.mails} costs, more than {1 + (LINEAR - 1) * slack:g}"
    growth = many.memory - few.memory
    if growth > GROWTH * slack:
        yield f"from {few.mails} to {many.mails} mails the memory grows by {growth:.0f} MB, more than {GROWTH * slack:g}"
    bound = OPENING * slack * many.mails / MANY
    if many.opening > bound:
        yield f"opening an inbox of {many.mails} mails takes {many.opening:.2f} s, more than {bound:g}"


def report(few: Times, many: Times, slack: float) -> int:
    """Prints the times and gives the exit code."""
    print("mails   collecting (processor)   (clock)   a mail     opening   memory")
    for one in (few, many):
        print(
            f"{one.mails:5}   {one.collecting:20.2f} s {one.clock:8.2f} s {one.collecting / one.mails * 1000:7.1f} ms "
            f"{one.opening:7.3f} s {one.memory:5.0f} MB"
        )
    sentences: Sequence[str] = list(missed(few, many, slack))
    for sentence in sentences:
        print(f"MISSED: {sentence}.")
    if not sentences:
        print("The bounds hold.")
    return 1 if sentences else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="50 and 200 mails, the bounds half as strict")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--roster", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(once(asked.one, asked.roster)))
        return 0
    counts = (FEW // 5, MANY // 5) if asked.quick else (FEW, MANY)
    with tempfile.TemporaryDirectory() as folder:
        returns = district(Path(folder), counts[1])
        roster = next(returns.parent.glob("departments.*"))
        few, many = (measure(mails_of(returns, Path(folder) / f"mails-{count}", count), roster) for count in counts)
    return report(few, many, 2.0 if asked.quick else 1.0)


if __name__ == "__main__":
    sys.exit(main())
