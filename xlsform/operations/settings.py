"""What a command works with: the form set on its official blanks, and the roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlsform import readers
from xlsform.core.cells import Book
from xlsform.core.layout import Layouts, place_all
from xlsform.core.spec import Department, FormSet
from xlsform.resources import bundled
from xlsform.sources.folder import ROSTER_NAMES
from xlsform.specfiles import load_formset, load_roster


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command works with: the form set on its blanks, and the roster (empty when there is none)."""

    formset: FormSet
    roster: tuple[Department, ...]
    template: bytes
    summary_template: bytes
    layouts: Layouts
    summary_blank: Book


def load_settings(
    paths: Sequence[Path], mapping: Path | None = None, roster: Path | None = None, year: int | None = None
) -> Settings:
    """The form set (`mapping`, else the bundled one) with its blanks, and the roster (`roster`, else one beside or above the paths).

    Blanks lie in templates/<form set> beside the folder of mappings, else among the bundled ones. Raises SpecError, UsageError.
    """
    folder = mapping if mapping is not None else bundled("mappings", "2019")
    formset = load_formset(folder)
    if year is not None:
        formset = replace(formset, year=year)
    template = _blank(folder, formset, formset.template)
    summary_template = _blank(folder, formset, formset.summary_template)
    summary_blank = readers.read(formset.summary_template, summary_template)
    layouts = place_all(formset, readers.read(formset.template, template), summary_blank)
    found = roster if roster is not None else _nearby_roster(paths)
    departments = load_roster(found, readers.read) if found is not None else ()
    return Settings(formset, departments, template, summary_template, layouts, summary_blank)


def load_blanks(mapping: Path | None = None) -> tuple[FormSet, Book, Book]:
    """The form set with its two blanks as they are, not yet put on each other: what `mapping check` and `mapping show` look at."""
    folder = mapping if mapping is not None else bundled("mappings", "2019")
    formset = load_formset(folder)
    template, summary = (
        readers.read(name, _blank(folder, formset, name)) for name in (formset.template, formset.summary_template)
    )
    return formset, template, summary


def _blank(folder: Path, formset: FormSet, name: str) -> bytes:
    beside = folder.resolve().parent.parent / "templates" / formset.id / name
    return (beside if beside.exists() else bundled("templates", formset.id, name)).read_bytes()


def _nearby_roster(paths: Sequence[Path]) -> Path | None:
    """departments.xlsx or .csv in the folder of the returns or the one above it."""
    for path in paths:
        folder = path.resolve() if path.is_dir() else path.resolve().parent
        for place in (folder, folder.parent):
            for name in ROSTER_NAMES:
                if (place / name).is_file():
                    return place / name
    return None
