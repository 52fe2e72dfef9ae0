"""LibreOffice as a clerk uses it: workbooks opened, typed into, rows inserted, saved as .xlsx; and what it sees in ours.

answers = work([Job(path, (("type", "汇总表", "D4", "8"), ("texts", "汇总表", "D4:D4")), save)], tmp_path)
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SCRIPT = Path(__file__).with_name("office_script.py")
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item></oor:items>"""
"""A Chinese clerk's: what looks like a date in Chinese becomes one; formulas are always calculated anew."""
PYTHON = "/usr/bin/python3"
"""The Python that `python3-uno` belongs to."""


class Job(NamedTuple):
    """One workbook: the steps (see `office_script.Sheet`), and where it is saved, None for nowhere."""

    source: Path
    steps: Sequence[tuple[Any, ...]]
    save: Path | None = None


def convert(files: Iterable[Path], target: Path) -> None:
    """The workbooks opened, calculated anew (fullCalcOnLoad alone does not move LibreOffice to it) and saved as .xlsx into `target`, in
    one LibreOffice with a profile of its own beside `target`. Needs no bridge.
    """
    profile = _profile(target.parent)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", str(target), *map(str, sorted(files))],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip


def _profile(folder: Path) -> Path:
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    if not settings.exists():
        settings.write_text(SETTINGS)
    return folder / "profile"


def has_bridge() -> bool:
    """Whether that Python can talk to LibreOffice."""
    asked = [PYTHON, "-c", "import uno"]
    return Path(PYTHON).exists() and subprocess.run(asked, capture_output=True, check=False).returncode == 0


def work(jobs: Sequence[Job], folder: Path) -> list[list[Any]]:
    """The jobs done one after another in one LibreOffice with a profile of its own below `folder`; what each step gave."""
    if not has_bridge() and not os.environ.get("XLSFORM_REQUIRE_LIBREOFFICE"):
        pytest.skip("python3-uno is not installed")
    asked = [
        {
            "open": str(job.source),
            "save": str(job.save) if job.save else "",
            "steps": [list(step) for step in job.steps],
        }
        for job in jobs
    ]
    done = subprocess.run(
        [PYTHON, str(SCRIPT), str(_profile(folder))],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answers: list[list[Any]] = json.loads(done.stdout)
    return answers
