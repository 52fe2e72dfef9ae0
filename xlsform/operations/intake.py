"""What a verb works on: the files that count and what is to be said of those that came in and don't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsform.core.findings import Finding
from xlsform.operations import inbox as inboxes
from xlsform.operations.settings import Settings, load_settings
from xlsform.sources.folder import ReturnFile, return_files
from xlsform.specfiles.campaign import INBOX, find_campaign


@dataclass(frozen=True, slots=True)
class Intake:
    """The files to be read and what is known of them before.

    files: in the order of their names; findings: of the way they came (held, replaced, tolerated) and of the files in `aside`;
    aside: files that came in and are not to be read, with their department where it is known; places: files and folders where all
    of it lies; inbox: the campaign's, when its versions in force are among the files.
    """

    files: tuple[ReturnFile, ...]
    findings: tuple[Finding, ...] = ()
    aside: tuple[ReturnFile, ...] = ()
    places: tuple[Path, ...] = ()
    inbox: inboxes.Inbox | None = None


Sources = Intake | Sequence[Path]
"""What a verb takes: files and folders, or an intake that was made of them."""


def intake(sources: Sources, settings: Settings) -> Intake:
    """The files named and all files below the folders named; for the campaign's own folder or its 收件, and where nothing is named in a
    campaign, the versions in force, once anything was collected.

    Raises UsageError for a path that is not there, and for an original that is not what was collected.
    """
    if isinstance(sources, Intake):
        return sources
    places = tuple(sources)
    if settings.campaign is None:
        return Intake(return_files(places), places=places)
    own = settings.campaign.folder / INBOX
    ours = {own.resolve(), settings.campaign.folder.resolve()}
    others = tuple(path for path in places if path.resolve() not in ours)
    if places and len(others) == len(places):
        return Intake(return_files(places), places=places)
    inbox = inboxes.open_inbox(settings)
    if inbox is None:
        named = (own, *others)
        return Intake(return_files(named), places=named)
    files, findings = inboxes.intake(inbox, settings)
    together = sorted((*files, *return_files(others)), key=lambda file: file.name)
    return Intake(tuple(together), findings, inboxes.aside(inbox), (own, *others), inbox)


def last_years(path: Path) -> Intake:
    """What another year left at `path`: a file, a folder with files, or a campaign, of which its own versions in force count.

    Raises as `intake` does, and SpecError for faults in the other campaign's files.
    """
    if find_campaign(path) is None:
        return Intake(return_files((path,)), places=(path,))
    return intake((path,), load_settings((path,)))
