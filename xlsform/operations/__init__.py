"""The verbs: the only place where pure steps meet files. Nothing is printed here; progress is reported through a callback."""

from __future__ import annotations

from xlsform.core.shown_unit import Shown
from xlsform.operations.checking import Outcome, Report, check, extract, links_from, listing_of
from xlsform.operations.closing import Closing, close
from xlsform.operations.comparing import Comparison, diff
from xlsform.operations.drafting import Drafts, draft_mails
from xlsform.operations.filling import Base, Filled, blank_base, fill, workbook_base
from xlsform.operations.intake import Intake, intake
from xlsform.operations.issuing import Issued, NotCarried, issue
from xlsform.operations.merging import MergeReport, merge, refuse_summary
from xlsform.operations.reading import Progress, read_return
from xlsform.operations.reviewing import Cleaned, Returned, ReviewReport, clean_marks, review
from xlsform.operations.settings import Settings, campaign_folder, load_mapping, load_settings
from xlsform.operations.starting import init
from xlsform.operations.status import StatusReport, progress_listing, status

__all__ = [
    "Base",
    "Cleaned",
    "Closing",
    "Comparison",
    "Drafts",
    "Filled",
    "Intake",
    "Issued",
    "MergeReport",
    "NotCarried",
    "Outcome",
    "Progress",
    "Report",
    "Returned",
    "ReviewReport",
    "Settings",
    "Shown",
    "StatusReport",
    "blank_base",
    "campaign_folder",
    "check",
    "clean_marks",
    "close",
    "diff",
    "draft_mails",
    "extract",
    "fill",
    "init",
    "intake",
    "issue",
    "links_from",
    "listing_of",
    "load_mapping",
    "load_settings",
    "merge",
    "progress_listing",
    "read_return",
    "refuse_summary",
    "review",
    "status",
    "workbook_base",
]
