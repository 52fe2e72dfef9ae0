"""The progress report (报送进度) as JSON: what `status --format json` prints."""

from __future__ import annotations

from xlsform.core.progress import Reporting, State
from xlsform.writers.json_lines import findings_object
from xlsform.writers.progress_words import ProgressListing, by_rule


def progress_object(progress: ProgressListing) -> dict[str, object]:
    """Departments in the order of the roster, then those that are not in it; the counts are of the roster's. Amounts in 万元, moments in
    China's time, what is not known null.
    """
    turnout, listing = progress.turnout, progress.listing
    calendar = turnout.calendar
    return findings_object(listing.findings, listing.unevaluated, listing.lang, listing.unused) | {
        "as_of": calendar.now,
        "deadline": calendar.deadline or None,
        "days_over": calendar.over,
        "complete": turnout.complete,
        "expected": turnout.expected,
        "counts": {state.value: turnout.counts[state] for state in State},
        "overdue": turnout.overdue,
        "departments": [_department(line) for line in turnout.lines],
        "held": [
            {
                "file": content.name,
                "sha256": content.sha256 if content.sha256 != content.name else None,
                "clues": [
                    {"by": clue.how.value, "said": clue.said, "departments": list(clue.departments)}
                    for clue in whose.clues
                ],
            }
            for content, whose in turnout.held
        ],
        "arrivals": [{key: value or None for key, value in one._asdict().items()} for one in turnout.came],
        "rules": [
            {
                "code": one.code,
                "level": one.level.key,
                "open": one.open,
                "departments": one.departments,
                "passed": one.passed,
            }
            for one in by_rule(listing.findings)
        ],
    }


def _department(line: Reporting) -> dict[str, object]:
    known, amounts = line.known, line.amounts
    return {
        "department": line.department,
        "code": (known.code if known is not None else "") or None,
        "registered": known is not None,
        "state": line.state.value,
        "overdue": line.overdue,
        "late": line.late,
        "first_received": line.first or None,
        "last_received": line.last or None,
        "files_received": line.number,
        "in_force": list(line.files),
        "errors": line.errors,
        "warnings": line.warnings,
        "hints": line.hints,
        "amount": amounts.overall,
        "table_amount": amounts.table,
        "by": [{"title": title, "amount": amount} for title, amount in amounts.by],
        "returned_at": line.returned or None,
        "reminded_at": line.reminded or None,
        "held": line.held,
        "scans": line.scans,
        "excused": line.excused or None,
    }
