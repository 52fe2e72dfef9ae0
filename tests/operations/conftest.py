"""What tests of a campaign's inbox begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inboxes import elsewhere, new_campaign, settings_of
from xlsform.operations import Settings


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of(new_campaign(tmp_path_factory.mktemp("campaign") / "采集"))


@pytest.fixture
def settings(loaded: Settings, tmp_path: Path) -> Settings:
    """A new campaign below tmp_path."""
    return elsewhere(loaded, new_campaign(tmp_path / "采集"))
