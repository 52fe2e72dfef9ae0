"""kill -9 at any moment of `merge` and `merge --final`: the old summary is there or the new one, whole, and no record without its files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108 - a kill takes nothing that was written, so that the test need not wait for a disk


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_merge_killed_at_any_moment_leaves_the_old_summary_or_the_new(checkout: Path):
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        script = checkout / "tests" / "laws" / "killing_merge.py"
        done = subprocess.run(
            [sys.executable, str(script), folder, "1"], capture_output=True, text=True, check=False, timeout=300
        )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert told["points"] >= 15, "steps of the work at which it died"
