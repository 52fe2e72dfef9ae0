"""Scripts that kill what they start, run on a folder of their own; what they tell comes back."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

MEMORY = Path("/dev/shm")  # noqa: S108 - a kill takes nothing that was written, so that the test need not wait for a disk


def told_by(script: Path, argument: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        done = subprocess.run(
            [sys.executable, str(script), folder, argument], capture_output=True, text=True, check=False, timeout=300
        )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told
