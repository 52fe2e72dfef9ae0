"""kill -9 at any moment of `collect`: the next run finishes it, and what is there is what an undisturbed run leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108 - a kill takes nothing that was written, so that the test need not wait for a disk


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_collect_killed_at_a_hundred_moments_loses_and_doubles_nothing(checkout: Path):
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        script = checkout / "tests" / "laws" / "killing.py"
        done = subprocess.run(
            [sys.executable, str(script), folder, "110"], capture_output=True, text=True, check=False, timeout=300
        )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["differences"] == []
    assert told["points"] >= 30, "steps of the work at which it died"
    assert told["killed"] >= 90
