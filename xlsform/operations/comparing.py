"""Two workbooks read and compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xlsform.core.diff import RecordChange, compare
from xlsform.core.errors import UsageError
from xlsform.core.findings import Finding, Level
from xlsform.core.records import Submission
from xlsform.operations.reading import read_return
from xlsform.operations.settings import Settings

UNREAD = frozenset({"T01", "T04", "T05"})
"""Findings that say that something of a file was not read: the file, a form, a column or an answer."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between an older and a newer workbook, and what of either could not be read and so was not compared."""

    old: Submission
    new: Submission
    changes: tuple[RecordChange, ...]
    unread: tuple[Finding, ...]

    @property
    def read(self) -> bool:
        """Whether forms were found in both."""
        return bool(self.old.sightings and self.new.sightings)


def diff(old: Path, new: Path, settings: Settings) -> Comparison:
    """Compares two returns, two summaries, a return and the blank it was made of, or a return and its part of a summary.

    Raises UsageError when a file is not there, or the summary holds nothing of the return's department.
    """
    for path in (old, new):
        if path.is_dir():
            raise UsageError(f"{path} 是文件夹，diff 比对两个文件")
        if not path.is_file():
            raise UsageError(f"找不到 {path}")
    before, after = (read_return(path.name, path.read_bytes(), settings) for path in (old, new))
    both = bool(before.sightings and after.sightings)
    changes = compare(before, after, settings.formset) if both else ()
    findings = (*before.findings, *after.findings)
    unread = tuple(one for one in findings if one.code in UNREAD and one.level is Level.ERROR)
    return Comparison(before, after, changes, unread)
