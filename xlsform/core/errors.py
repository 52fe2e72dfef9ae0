"""What can go wrong by our fault or the operator's; what a department did wrong is a Finding, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Mark(NamedTuple):
    """A place in a text file that a person wrote (mapping, relations, roster): 1-based line, 0 when the whole file is meant."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Fault(NamedTuple):
    """One thing wrong in a mapping, relations, campaign or roster file: where, which key, what, and the nearest right word."""

    mark: Mark
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.mark}: {self.key}: {self.what}" if self.key else f"{self.mark}: {self.what}"


class XlsformError(Exception):
    """Base of every exception this package raises on purpose."""


class UsageError(XlsformError):
    """The command cannot be carried out as asked (output exists, no such folder); exit code 2."""


class SpecError(XlsformError):
    """Mapping, relations, campaign or roster files are wrong; carries every fault found, exit code 2."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class RecordsError(SpecError):
    """Records that cannot be filled in: unknown fields, amounts that are no number, more than a form has room for; exit code 2.

    The faults' marks name the file with the records, their keys the place in it as a JSON path.
    """


class Rejected(XlsformError):  # noqa: N818 - a verdict on a file, no error of ours
    """A file that cannot be taken as a workbook. `reason` is an E-… key of the catalogue's rejection table (T01).

    Raised inside `ooxml` and `readers` only; `operations` turns it into a finding, so that one bad file never stops the others.
    """

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params: Mapping[str, object] = params


class VerificationError(XlsformError):
    """What was written does not read back as what was meant: our fault, nothing is put in place."""
