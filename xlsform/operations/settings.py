"""What a command works with: the form set on its official blanks, the roster, and the campaign."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlsform import __version__, readers
from xlsform.core.cells import Book
from xlsform.core.errors import UsageError
from xlsform.core.layout import Layouts, place_all
from xlsform.core.letters import Sender
from xlsform.core.spec import Department, FormSet
from xlsform.core.waivers import Waiver
from xlsform.resources import bundled
from xlsform.sources.folder import ROSTER_NAMES
from xlsform.specfiles import load_formset, load_roster
from xlsform.specfiles.campaign import CAMPAIGN, Campaign, check_choices, find_campaign, load_campaign
from xlsform.specfiles.waivers import WAIVERS, load_waivers


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command works with: the form set on its blanks, the roster (empty when there is none), the campaign it serves, and what
    the bureau lets pass.

    reading: a hash of all that decides how a file is read, so that what was read with the same need not be read again.
    """

    formset: FormSet
    roster: tuple[Department, ...]
    template: bytes
    summary_template: bytes
    layouts: Layouts
    summary_blank: Book
    campaign: Campaign | None = None
    waivers: tuple[Waiver, ...] = ()
    reading: str = ""

    @property
    def sender(self) -> Sender:
        """Who writes the letters, as campaign.yaml says it."""
        if self.campaign is None:
            return Sender()
        mail = self.campaign.mail
        return Sender(self.campaign.office, self.campaign.due, mail.reply, mail.contact, mail.sender)


def load_settings(
    paths: Sequence[Path],
    mapping: Path | None = None,
    roster: Path | None = None,
    year: int | None = None,
    waivers: Path | None = None,
) -> Settings:
    """The form set (`mapping`, else the campaign's, else the bundled one) with its blanks, the roster (`roster`, else one beside or
    above the paths, else the campaign's), and the waivers (`waivers`, else the campaign's waivers.yaml when it has one).

    The campaign is that of the folder in which the paths lie, else of the working directory; its year holds unless another is given.
    Blanks lie in templates/<form set> beside the folder of mappings, else among the bundled ones. Raises SpecError, UsageError.
    """
    campaign = nearby_campaign(paths)
    folder = mapping if mapping is not None else _mapping(campaign)
    formset = load_formset(folder)
    wanted = year if year is not None or campaign is None else campaign.year
    if wanted is not None:
        formset = replace(formset, year=wanted)
    if campaign is not None and mapping is None:
        check_choices(campaign, formset)
    template = _blank(folder, formset, formset.template)
    summary_template = _blank(folder, formset, formset.summary_template)
    summary_blank = readers.read(formset.summary_template, summary_template)
    layouts = place_all(formset, readers.read(formset.template, template), summary_blank)
    places = [*paths, campaign.folder] if campaign is not None else paths
    found = roster if roster is not None else nearby_roster(places)
    departments = load_roster(found, readers.read) if found is not None else ()
    passing = waivers if waivers is not None else _own_waivers(campaign)
    let_pass = load_waivers(passing, formset, departments) if passing is not None else ()
    reading = _reading(folder, formset.year, (template, summary_template))
    return Settings(
        formset, departments, template, summary_template, layouts, summary_blank, campaign, let_pass, reading
    )


def _reading(mapping: Path, year: int, blanks: Sequence[bytes]) -> str:
    """A hash of this program's version, the year, the mapping files and the blanks."""
    told = hashlib.sha256(f"{__version__} {year}".encode())
    for file in sorted(path for path in mapping.rglob("*") if path.is_file()):
        told.update(f"\0{file.relative_to(mapping).as_posix()}\0".encode())
        told.update(file.read_bytes())
    for blank in blanks:
        told.update(b"\0")
        told.update(blank)
    return told.hexdigest()[:32]


def _own_waivers(campaign: Campaign | None) -> Path | None:
    file = campaign.folder / WAIVERS if campaign is not None else None
    return file if file is not None and file.is_file() else None


def nearby_campaign(paths: Sequence[Path]) -> Campaign | None:
    """The campaign in whose folder a path lies, else the one of the working directory. Raises SpecError."""
    places = (find_campaign(path) for path in (*paths, Path.cwd()))
    folder = next((place for place in places if place is not None), None)
    return load_campaign(folder) if folder is not None else None


def campaign_folder(name: str) -> Path:
    """A folder of the working directory's campaign (收件, 汇总…). Raises UsageError where there is no campaign."""
    folder = find_campaign(Path.cwd())
    if folder is None:
        raise UsageError(f"这里不是采集文件夹（没有 {CAMPAIGN}），请写出文件或文件夹")
    return folder / name


def _mapping(campaign: Campaign | None) -> Path:
    if campaign is None:
        return bundled("mappings", "2019")
    own = campaign.folder / "mappings" / campaign.form_set
    return own if own.is_dir() else bundled("mappings", campaign.form_set)


def load_mapping(mapping: Path | None = None) -> FormSet:
    """The form set of a folder, else that of the working directory's campaign, else the bundled one. Raises SpecError."""
    return load_formset(mapping if mapping is not None else _mapping(nearby_campaign(())))


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


def nearby_roster(paths: Sequence[Path]) -> Path | None:
    """departments.xlsx or .csv in the folder of the returns or the one above it."""
    for path in paths:
        folder = path.resolve() if path.is_dir() else path.resolve().parent
        for place in (folder, folder.parent):
            for name in ROSTER_NAMES:
                if (place / name).is_file():
                    return place / name
    return None
