"""The mark of Windows on files that came from outside (Zone.Identifier), for which Excel opens them in Protected View."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

STREAM: Final = ":Zone.Identifier"
"""The stream of NTFS beside a file's content that holds the mark."""
FROM_INTERNET: Final = b"[ZoneTransfer]\r\nZoneId=3\r\n"


def mark_from_outside(path: Path, *, has_streams: bool = os.name == "nt") -> None:
    """Marks a file that was taken out of a mail or an archive, or copied from a marked one, as from the internet.

    Writing a file anew loses its mark, and with it Protected View. Where there are no such streams (FAT, network drives, other systems)
    nothing happens: there is nothing that would heed it.
    """
    if not has_streams:
        return
    try:
        Path(f"{path}{STREAM}").write_bytes(FROM_INTERNET)
    except OSError:
        return


def carry_mark(source: Path, copy: Path, *, has_streams: bool = os.name == "nt") -> None:
    """Marks a copy of a file that bears the mark."""
    if not has_streams:
        return
    try:
        Path(f"{source}{STREAM}").read_bytes()
    except OSError:  # it bears none
        return
    mark_from_outside(copy, has_streams=True)
