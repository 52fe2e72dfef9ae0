"""Where the official blanks, mapping files and samples lie: in xlsform/data of a wheel, at the top of a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from xlsform.core.errors import UsageError


def bundled(*parts: str) -> Path:
    """The path of bundled data, e.g. bundled("templates", "2019"). Raises UsageError when it is not there."""
    package = Path(str(files("xlsform")))
    for root in (package / "data", package.parent):
        place = root.joinpath(*parts)
        if place.exists():
            return place
    raise UsageError(f"找不到随软件附带的 {'/'.join(parts)}，请重新安装 jixiao-xlsform")
