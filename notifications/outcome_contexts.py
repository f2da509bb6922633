"""What each outcome email says, as data for its templates: one function per kind, returning only its context.

Holds no value of a learner: causes carry places and messages, never what stood in a cell.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from records.tables import ImportSource, LearnerImport
from schemas.causes import AnyFinding, Cause, find_headline, group_causes
from schemas.dates_shown import format_moment
from schemas.outcome_names import name_marked_up
from schemas.rules import ERROR, WARNING

CAUSES_SHOWN = 30

FIND_CELLS = "Open the list at the link below. It names every cell."
FIND_CELLS_ON_PAGE = (
    "Open the page at the link below. It shows every cell to correct, and has your own workbook with those cells in "
    "colour to download."
)
FIND_MARKED_CELLS = (
    "Open the marked-up workbook {workbook} in the folder outcomes/, beside where you dropped the file. It is your own "
    "workbook with every cell to correct in colour and a comment on it that says what to write. If it is not there, "
    "the receipt in that folder says why: then correct your own file by the list at the link below."
)
CORRECT_MARKED_CELLS = "Correct those cells and save the workbook."
SEND_MARKED_AGAIN = (
    "Drop it in the same folder as before; colours and comments can stay. Or correct your own file and drop that one "
    "again."
)
CORRECT_CELLS = "Correct the cells in your file and save it."
CORRECT_FILE = "Correct the file as described above."
SEND_AGAIN: dict[str, str] = {
    ImportSource.FOLDER: "Drop the whole corrected file in the same folder as before.",
    ImportSource.UPLOAD: "Upload the whole corrected file on the page at the link below.",
    ImportSource.COMMAND: "Import the whole corrected file with the same command as before.",
}


class CauseList(NamedTuple):
    """The causes of one severity: those a mail shows, how many more there are, of how many findings; the headline."""

    shown: list[Cause]
    hidden_cause_count: int
    finding_count: int
    headline: str | None


def list_causes(findings: Sequence[AnyFinding], severity: str) -> CauseList:
    """Group the findings of one severity, the largest cause first."""
    chosen = [finding for finding in findings if finding.severity == severity]
    causes = group_causes(chosen)
    return CauseList(causes[:CAUSES_SHOWN], len(causes[CAUSES_SHOWN:]), len(chosen), find_headline(causes))


def import_context(learner_import: LearnerImport, *, web_url: str) -> dict[str, Any]:
    """What every outcome email shows: provider, file, moments, link."""
    assert learner_import.processed_at is not None  # noqa: S101 - the kind has been found, so there is an outcome
    return {
        "import_id": learner_import.id,
        "provider_name": learner_import.provider.name,
        "ukprn": learner_import.provider.ukprn,
        "file_name": learner_import.file_name,
        "requested": format_moment(learner_import.requested_at),
        "processed": format_moment(learner_import.processed_at),
        "link": f"{web_url}/imports/{learner_import.id}",
    }


def successful_context(learner_import: LearnerImport, findings: Sequence[AnyFinding]) -> dict[str, Any]:
    """Counts, and warnings if any."""
    warnings = list_causes(findings, WARNING)
    return {
        "kind": learner_import.kind,
        "row_count": learner_import.row_count,
        "created_count": learner_import.created_count,
        "updated_count": learner_import.updated_count,
        "unchanged_count": learner_import.unchanged_count,
        "warnings": warnings,
        "workbook": find_workbook(learner_import) if warnings.finding_count else None,
    }


def unsuccessful_context(learner_import: LearnerImport, findings: Sequence[AnyFinding]) -> dict[str, Any]:
    """Causes, errors before warnings, and what to do next."""
    has_cells = any(finding.row_number is not None for finding in findings if finding.severity == ERROR)
    has_rows = any(finding.row_number is not None for finding in findings)
    errors = list_causes(findings, ERROR)
    return {
        "row_count": learner_import.row_count,
        "headline": errors.headline,
        "errors": errors,
        "warnings": list_causes(findings, WARNING),
        "has_rows": has_rows,
        "next_steps": list_next_steps(learner_import, has_cells=has_cells),
    }


def find_workbook(learner_import: LearnerImport) -> str | None:
    """Return the name of the marked-up workbook in outcomes/, if it could be made there.

    None when the file was not read or came otherwise. Whether it could be made is not known here.
    """
    if learner_import.source != ImportSource.FOLDER or not learner_import.row_count:
        return None
    return name_marked_up(learner_import.id, learner_import.status)


def list_next_steps(learner_import: LearnerImport, *, has_cells: bool) -> list[str]:
    """Say how to correct the file and send it again, by the way it came. Without cells the whole file is at fault."""
    if workbook := find_workbook(learner_import):
        return [FIND_MARKED_CELLS.format(workbook=workbook), CORRECT_MARKED_CELLS, SEND_MARKED_AGAIN]
    again = SEND_AGAIN[learner_import.source]
    find_cells = FIND_CELLS_ON_PAGE if learner_import.source == ImportSource.UPLOAD else FIND_CELLS
    return [find_cells, CORRECT_CELLS, again] if has_cells else [CORRECT_FILE, again]


def already_imported_context(first: LearnerImport, *, web_url: str) -> dict[str, Any]:
    """The import that the same bytes came with before."""
    return {
        "first_import_id": first.id,
        "first_processed": format_moment(first.processed_at or first.requested_at),
        "first_link": f"{web_url}/imports/{first.id}",
    }
