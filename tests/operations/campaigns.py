"""A campaign of the sample district in which something was collected already."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.inboxes import new_campaign, settings_of
from xlsform.operations.collecting import collect

SAMPLES = Path("samples/2019")
RETURNS = sorted((SAMPLES / "returns").iterdir())


def campaign(folder: Path, files: Iterable[Path] = RETURNS) -> Path:
    """A campaign folder with the sample's roster, in whose inbox these files were collected."""
    collect(list(files), settings_of(new_campaign(folder)))
    return folder
