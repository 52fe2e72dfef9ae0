"""Files that people write: mappings, relations, indicator trees, units, the roster. In: paths; out: specs, or every fault with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xlsform.core.cells import Book
from xlsform.core.spec import Department, FormSet
from xlsform.core.values import Units


def load_formset(folder: Path) -> FormSet:
    """The form set of a mapping folder such as mappings/2019. Raises SpecError with all faults of all its files."""
    from xlsform.specfiles.formset import load_formset as load  # noqa: PLC0415 - pydantic and ruamel.yaml only when they are needed

    return load(folder)


def load_roster(path: Path, read: Callable[[str, bytes], Book]) -> tuple[Department, ...]:
    """The departments of a roster, .xlsx (read by `read`, which is `readers.read`) or .csv. Raises SpecError with all faults."""
    from xlsform.specfiles.roster import load_roster as load  # noqa: PLC0415

    return load(path, read)


def load_units(path: Path) -> Units:
    """The units of measurement in a file such as mappings/units.yaml. Raises SpecError with all its faults."""
    from xlsform.specfiles.units import load_units as load  # noqa: PLC0415

    return load(path)
