"""The sample district, for the tests of the commands."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def returns(checkout: Path) -> Path:
    """The sample district's returns: odd, but right or only warned."""
    return checkout / "samples" / "2019" / "returns"


@pytest.fixture(scope="session")
def faulty(checkout: Path) -> Path:
    """The same departments with one fault each."""
    return checkout / "samples" / "2019" / "faulty"
