"""Bundled data is found in a checkout and in an installed wheel alike."""

from __future__ import annotations

import pytest

from xlsform.core.errors import UsageError
from xlsform.resources import bundled


@pytest.mark.parametrize(
    "parts",
    [
        ("templates", "2019", "绩效目标申报.xlsx"),
        ("mappings", "2019", "formset.yaml"),
        ("samples", "2019", "departments.xlsx"),
    ],
)
def test_what_travels_with_the_package_is_there(parts: tuple[str, ...]):
    assert bundled(*parts).is_file()


def test_what_is_missing_is_said():
    with pytest.raises(UsageError, match="templates/1999"):
        bundled("templates", "1999")


def test_the_wheel_takes_the_data_along(xlsform, tmp_path):
    """Outside the checkout, with no path given, the command finds its own mapping and blanks."""
    done = xlsform("mapping", "check")
    assert done.returncode == 0
    assert "支出方向表" in done.stdout.decode()
    assert list(tmp_path.iterdir()) == []
