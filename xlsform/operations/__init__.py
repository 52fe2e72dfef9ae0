"""The verbs: the only place where pure steps meet files. Nothing is printed here; progress is reported through a callback."""

from __future__ import annotations

from xlsform.operations.checking import Outcome, Report, check, extract
from xlsform.operations.merging import MergeReport, merge
from xlsform.operations.reading import Progress, read_return
from xlsform.operations.settings import Settings, load_settings

__all__ = [
    "MergeReport",
    "Outcome",
    "Progress",
    "Report",
    "Settings",
    "check",
    "extract",
    "load_settings",
    "merge",
    "read_return",
]
