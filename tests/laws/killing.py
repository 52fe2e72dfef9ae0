"""Runs `collect` in children that are killed, finishes each with a run of its own, and compares what is there with what an undisturbed
run leaves. Prints one line of JSON: how many were killed while they worked, and every difference.

    python killing.py FOLDER KILLS

A process of its own, with one thread, because it forks: each child begins with everything imported and the mapping files read.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.inboxes import (  # noqa: E402
    PDF,
    changed,
    dump,
    elsewhere,
    journal,
    mail,
    new_campaign,
    put,
    settings_of,
    tree,
    workbook,
    zipped,
)
from xlsform.operations import Settings  # noqa: E402
from xlsform.operations.collecting import collect  # noqa: E402

EVERY = 3
"""Of so many steps of the work, one is its last."""


def things() -> dict[str, bytes]:
    """A little of everything: mails with two files, with none, one in the other; an archive; loose files, one of them sent twice."""
    first = workbook("区委办本级")
    second = changed(first, ("汇总表", 4, 4, 9))
    school, street = workbook("区教育局"), workbook("田心街道办事处")
    return {
        "1.eml": mail("qwb@example.cn", {"区委办.xlsx": first, "盖章页.pdf": PDF}),
        "2.eml": mail("qwb@example.cn", {"区委办（修改）.xlsx": second}, sent="2018-11-21 10:00"),
        "3.eml": mail("jyj@example.cn", {}, subject="没有附件"),
        "4.zip": zipped({"教育局/表.xlsx": school, "__MACOSX/._表.xlsx": b"x", "说明.pdf": PDF}),
        "5.eml": mail("x@example.cn", {}, inside=[mail("txjd@example.cn", {"田心.xlsx": street})]),
        "田心.xlsx": street,
        "坏.xlsx": school[:3000],
    }


def run(settings: Settings, source: Path) -> None:
    collect([source], settings, jobs=1)


def in_child(work: Callable[[], None], kill_after: float | None = None) -> bool:
    """Whether the work was done; the child is killed after so many seconds, or kills itself."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)  # whatever happens, the child must not go on with the parent's work
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def dying(work: Callable[[], None], place: str, number: int) -> Callable[[], None]:
    """Does the work and dies at the `number`th time that a file below `place` is opened, moved, made or brought to the disk."""
    left = number

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, args: tuple[object, ...]) -> None:
        if event in {"open", "os.rename", "os.mkdir", "os.remove"} and str(args[0]).startswith(place):
            count()

    def child() -> None:
        fsync = os.fsync

        def watched(handle: int) -> None:
            count()
            fsync(handle)
            count()

        os.fsync = watched
        sys.addaudithook(heard)
        work()

    return child


def state(inbox: Path) -> dict[str, object]:
    """What counts of an inbox: files and journal whatever their order, the ledger, all without the moments of collecting."""
    files = {name: data for name, data in tree(inbox).items() if not name.startswith(("台账.sqlite", "登记.jsonl"))}
    came = sorted(json.dumps({key: text for key, text in act.items() if key != "taken"}) for act in journal(inbox))
    tables = dump(inbox)
    tables["arrivals"] = sorted(row[1:] for row in tables["arrivals"])
    return {"files": files, "journal": came, "ledger": tables, "names": sorted(path.name for path in inbox.iterdir())}


def main() -> None:
    folder, kills = Path(sys.argv[1]), int(sys.argv[2])
    source = put(folder / "来件", things())
    template = new_campaign(folder / "空")
    settings = settings_of(template)

    def fresh(name: str) -> tuple[Path, Callable[[], None]]:
        campaign = shutil.copytree(template, folder / name)
        return campaign / "收件", lambda: run(elsewhere(settings, campaign), source)

    inbox, work = fresh("不受打扰")
    begun = time.perf_counter()
    assert in_child(work)
    takes = time.perf_counter() - begun
    wanted = state(inbox)
    chance = random.Random(2019)  # noqa: S311
    points = killed = 0
    differences: list[str] = []
    number = 0
    points_left = True
    while points_left or number < kills:
        inbox, work = fresh(str(number))
        if points_left:
            done = in_child(dying(work, str(inbox), 1 + EVERY * number + chance.randrange(EVERY)))
            points_left = not done
            points = number
        else:
            done = in_child(work, kill_after=chance.uniform(0, takes))
        killed += not done
        assert in_child(work)
        if state(inbox) != wanted:
            differences.append(f"{number}: {[part for part, there in state(inbox).items() if there != wanted[part]]}")
        shutil.rmtree(inbox.parent)
        number += 1
    print(json.dumps({"points": points, "killed": killed, "differences": differences}))  # noqa: T201


if __name__ == "__main__":
    main()
