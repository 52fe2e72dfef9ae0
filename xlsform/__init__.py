"""xlsform (published as jixiao-xlsform): official Excel forms of a district finance bureau, issued, read, checked, merged.

Not ODK's XLSForm. The verbs are functions here, loaded when they are first used: `xlsform.read`, `extract`, `check`, `fill`, `status`,
`merge`, `diff`, `to_frames` (see `xlsform.api`); the command line is `xlsform.cli`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsform.api import check, diff, extract, fill, merge, read, status, to_frames

__version__ = "0.1.0"
__all__ = ["__version__", "check", "diff", "extract", "fill", "merge", "read", "status", "to_frames"]


def __getattr__(name: str) -> Any:
    """The verbs of `xlsform.api`, so that `import xlsform` alone loads neither pandas nor anything else that is slow."""
    if name not in __all__:
        raise AttributeError(f"module 'xlsform' has no attribute {name!r}")
    from xlsform import api  # noqa: PLC0415

    return getattr(api, name)
