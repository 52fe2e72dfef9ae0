"""What the whole suite shares: where the checkout is, and when a test that needs LibreOffice is skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without LibreOffice its tests are skipped; XLSFORM_REQUIRE_LIBREOFFICE makes them run, and so fail, all the same."""
    if shutil.which("soffice") or os.environ.get("XLSFORM_REQUIRE_LIBREOFFICE"):
        return
    for item in items:
        if item.get_closest_marker("libreoffice"):
            item.add_marker(pytest.mark.skip(reason="LibreOffice (soffice) is not installed"))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top folder of the source tree."""
    return CHECKOUT
