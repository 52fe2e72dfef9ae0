"""Runs `merge` and `merge --final` in children that are killed, looks at what is there at that moment, finishes each with a run of its own
and looks again. Prints one line of JSON: how many were killed while they worked, and everything that was wrong.

    python killing_merge.py FOLDER KILLS

A process of its own, with one thread, because it forks: each child begins with everything imported and the mapping files read.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.inboxes import changed, elsewhere, new_campaign, settings_of, workbook  # noqa: E402
from tests.laws.killing import dying, in_child  # noqa: E402
from xlsform.operations import Settings, close, merge  # noqa: E402
from xlsform.operations.collecting import collect  # noqa: E402
from xlsform.sources.inbox.journal import Closed, Journal  # noqa: E402

SUMMARY, RECORD = "区级汇总.xlsx", "结账记录.json"
EVERY = 5
"""Of so many steps of the work, one is its last."""
MINE = ("区委办本级", "田心街道办事处")


class Job(NamedTuple):
    """Something that is killed. begin: the campaign it begins with; work: what it does; again: what finishes it."""

    name: str
    begin: Path
    work: Callable[[Settings], object]
    again: Callable[[Settings], object]


def summary_of(settings: Settings) -> Path:
    assert settings.campaign is not None
    return settings.campaign.folder / "汇总" / SUMMARY


def merged(settings: Settings, *, force: bool = False) -> object:
    return merge((), summary_of(settings), settings, force=force, cards=1)


def closed(settings: Settings, *, force: bool = False) -> object:
    closing = close(settings, force=force, cards=1)
    assert closing.obstacles == (), closing.obstacles
    return closing


def jobs(folder: Path, settings: Settings) -> Iterator[Job]:
    """A summary where there is none, over an older one, closed for the first time, and closed anew."""
    empty = new_campaign(folder / "空")
    put = folder / "来件"
    put.mkdir()
    for name in MINE:
        (put / f"{name}.xlsx").write_bytes(workbook(name))
    collect([put], elsewhere(settings, empty), jobs=1)
    yield Job("merge", empty, merged, lambda known: merged(known, force=True))
    yield Job("final", empty, closed, lambda known: closed(known, force=True))
    later = shutil.copytree(empty, folder / "后来")
    new = folder / "改" / f"{MINE[0]}.xlsx"
    new.parent.mkdir()
    new.write_bytes(
        changed(
            workbook(MINE[0]), ("部门整体", 7, 2, "统筹协调全区改革任务，年度重点改革事项完成率不低于百分之九十五。")
        )
    )
    older = shutil.copytree(later, folder / "已汇总")
    merged(elsewhere(settings, older))
    collect([new], elsewhere(settings, older), jobs=1)
    yield Job("merge --force", older, lambda known: merged(known, force=True), lambda known: merged(known, force=True))
    done = shutil.copytree(later, folder / "已结账")
    closed(elsewhere(settings, done))
    collect([new], elsewhere(settings, done), jobs=1)
    yield Job("final --force", done, lambda known: closed(known, force=True), lambda known: closed(known, force=True))


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wrong_at_any_moment(place: Path, allowed: set[str]) -> Iterator[str]:
    """What may never be seen: a summary that is neither the old nor the new one, a record without the very files it speaks of."""
    if (place / SUMMARY).exists():
        if hash_of(place / SUMMARY) not in allowed:
            yield "another summary"
    elif "" not in allowed:
        yield "no summary"
    for record in place.glob("结账记录*.json"):
        number = record.name.removeprefix("结账记录").removesuffix(".json")
        for output in json.loads(record.read_bytes())["outputs"]:
            there = place / output["name"].replace(".xlsx", f"{number}.xlsx")
            page_to_come = number and output["name"] == "结账记录.xlsx" and not there.exists()
            if not page_to_come and (not there.exists() or hash_of(there) != output["sha256"]):
                yield f"{record.name} without its {there.name}"


def wrong_in_the_end(place: Path, wanted: dict[str, str], job: Job) -> Iterator[str]:
    """What differs after a run that nobody disturbed."""
    names = {path.name for path in place.iterdir()}
    if names - wanted.keys() or any(name not in names for name in wanted if ".1." not in name):
        yield f"files {sorted(names)}"
    for name in (SUMMARY, "区级汇总-部门整体.xlsx"):
        if (place / name).exists() and hash_of(place / name) != wanted[name]:
            yield f"{name} differs"
    if "final" in job.name:
        acts = [act for act in Journal(place.parent / "收件").acts if isinstance(act, Closed)]
        if not acts or acts[-1].sha256 != wanted[SUMMARY]:
            yield "not registered as closed"


def before(place: Path) -> set[str]:
    return {hash_of(place / SUMMARY) if (place / SUMMARY).exists() else ""}


def main() -> None:
    folder, kills = Path(sys.argv[1]), int(sys.argv[2])
    settings = settings_of(new_campaign(folder / "名册"))
    settings = replace(settings, roster=tuple(one for one in settings.roster if one.name in MINE))
    chance = random.Random(2019)  # noqa: S311
    points = killed = 0
    wrong: list[str] = []
    for job in jobs(folder, settings):
        undisturbed = shutil.copytree(job.begin, folder / f"{job.name} 不受打扰")
        known, place = elsewhere(settings, undisturbed), undisturbed / "汇总"
        begun = time.perf_counter()
        assert in_child(lambda known=known, job=job: job.work(known))  # type: ignore[misc]
        takes = time.perf_counter() - begun
        wanted = {path.name: hash_of(path) for path in place.iterdir()}
        allowed = before(job.begin / "汇总") | {wanted[SUMMARY]}
        number, late, dies = 0, 0, True
        while dies or late < kills:
            number += 1
            campaign = shutil.copytree(job.begin, folder / f"{job.name} {number}")
            known, place = elsewhere(settings, campaign), campaign / "汇总"

            def work(known: Settings = known, job: Job = job) -> None:
                job.work(known)

            if dies:
                dies = not in_child(dying(work, str(place), chance.randint(1, EVERY) + EVERY * (number - 1)))
                points += dies
                killed += dies
            else:
                killed += not in_child(work, kill_after=chance.uniform(0, takes))
                late += 1
            wrong += (f"{job.name} {number}: {said}" for said in wrong_at_any_moment(place, allowed))
            assert in_child(lambda known=known, job=job: job.again(known))  # type: ignore[misc]
            wrong += (f"{job.name} {number} then: {said}" for said in wrong_at_any_moment(place, allowed))
            wrong += (f"{job.name} {number} then: {said}" for said in wrong_in_the_end(place, wanted, job))
            shutil.rmtree(campaign)
    print(json.dumps({"points": points, "killed": killed, "wrong": wrong}, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
