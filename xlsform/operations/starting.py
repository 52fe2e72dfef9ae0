"""A new campaign: its folder with campaign.yaml, an empty roster, no waivers yet, and the folders that the commands work in."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO

from xlsform.core.errors import UsageError
from xlsform.resources import bundled
from xlsform.sources.folder import ROSTER_NAMES
from xlsform.specfiles.campaign import CAMPAIGN, INBOX, ISSUED, RETURNED, SUMMARIES, campaign_text
from xlsform.specfiles.roster import COLUMNS, REQUIRED
from xlsform.specfiles.waivers import WAIVERS, waivers_text
from xlsform.writers.place import put_in_place
from xlsform.writers.roster import write_roster


def init(
    folder: Path,
    year: int,
    district: str,
    *,
    form_set: str = "2019",
    deadline: date | None = None,
    dry_run: bool = False,
) -> tuple[Path, ...]:
    """Makes the folder; gives what was written. Nothing that is there is overwritten: then UsageError, and nothing is written."""
    if not district.strip():
        raise UsageError("请写出区县名称，如 --district 石峰区")
    bundled("mappings", form_set)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} 是文件，这里要文件夹")
    campaign, roster, waivers = files = folder / CAMPAIGN, folder / ROSTER_NAMES[0], folder / WAIVERS
    taken = [path for path in files if path.exists()]
    if taken:
        raise UsageError(f"{taken[0]} 已存在，不会覆盖；请换一个文件夹")
    folders = tuple(folder / name for name in (ISSUED, INBOX, RETURNED, SUMMARIES))
    if dry_run:
        return (*files, *folders)
    for place in folders:
        place.mkdir(parents=True, exist_ok=True)
    text = campaign_text(year, district.strip(), form_set, deadline.isoformat() if deadline is not None else "")
    put_in_place(campaign, partial(_write, text), force=False)
    put_in_place(roster, partial(write_roster, tuple(COLUMNS), REQUIRED), force=False)
    put_in_place(waivers, partial(_write, waivers_text()), force=False)
    return (*files, *folders)


def _write(text: str, out: BinaryIO) -> None:
    out.write(text.encode("utf-8"))
