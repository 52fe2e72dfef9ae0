"""kill -9 at any moment of `collect`: the next run finishes it, and what is there is what an undisturbed run leaves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.laws.deaths import told_by


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows cannot fork")
def test_collect_killed_at_a_hundred_moments_loses_and_doubles_nothing(checkout: Path):
    told = told_by(checkout / "tests" / "laws" / "killing.py", "110")
    assert told["differences"] == []
    assert told["points"] >= 30, "steps of the work at which it died"
    assert told["killed"] >= 90
