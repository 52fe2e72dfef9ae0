"""kill -9 at any moment of `merge` and `merge --final`: the old summary is there or the new one, whole, and no record without its files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.laws.deaths import told_by


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_merge_killed_at_any_moment_leaves_the_old_summary_or_the_new(checkout: Path):
    told = told_by(checkout / "tests" / "laws" / "killing_merge.py", "1")
    assert told["wrong"] == []
    assert told["points"] >= 15, "steps of the work at which it died"
