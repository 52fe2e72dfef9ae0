"""The shipped table of units, for the tests of values."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlsform.core.values import Units
from xlsform.specfiles import load_units


@pytest.fixture(scope="session")
def units(checkout: Path) -> Units:
    return load_units(checkout / "mappings" / "units.yaml")
