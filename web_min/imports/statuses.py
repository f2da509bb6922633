"""Status → the word and the colour that people see. One table; an unknown status fails loudly."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_

from records.tables import ImportSource, ImportStatus, LearnerImport

ALREADY_IMPORTED = "already_imported"
CHECKED = "checked"  # only checked, and could be imported


class Tag(NamedTuple):
    """How a status is shown; each colour is a class in main.css."""

    label: str
    colour: str


TAGS: dict[str, Tag] = {
    ImportStatus.REQUESTED: Tag("Waiting", "grey"),
    ImportStatus.PROCESSING: Tag("Being processed", "blue"),
    ImportStatus.SUCCESSFUL: Tag("Successful", "green"),
    CHECKED: Tag("Can be imported", "olive"),
    ALREADY_IMPORTED: Tag("Already imported", "teal"),
    ImportStatus.UNSUCCESSFUL: Tag("Unsuccessful", "red"),
    ImportStatus.FAILED: Tag("Failed", "purple"),
}
UNFINISHED = {ImportStatus.REQUESTED, ImportStatus.PROCESSING}

SOURCES: dict[str, str] = {
    ImportSource.FOLDER: "Drop folder",
    ImportSource.UPLOAD: "Upload",
    ImportSource.COMMAND: "Command line",
}


def find_shown_status(status: str, *, is_repeat: bool, is_check: bool) -> str:
    """Return the status as people see it, a key of `TAGS`: a repeat counts as already imported, a check is no import.

    Args:
        status: the import's own.
        is_repeat: whether the same bytes were loaded before, so that nothing was done.
        is_check: whether it was only to be checked.
    """
    if is_repeat:
        return ALREADY_IMPORTED
    return CHECKED if is_check and status == ImportStatus.SUCCESSFUL else str(status)


def is_shown_as(shown_status: str) -> ColumnElement[bool]:
    """Make the condition for imports that `find_shown_status` gives this status."""
    is_repeat = LearnerImport.repeats_import_id.is_not(None)
    if shown_status == ALREADY_IMPORTED:
        return is_repeat
    if shown_status == CHECKED:
        return and_(LearnerImport.status == ImportStatus.SUCCESSFUL, LearnerImport.is_check, ~is_repeat)
    if shown_status == ImportStatus.SUCCESSFUL:
        return and_(LearnerImport.status == shown_status, LearnerImport.is_check.is_(False), ~is_repeat)
    return LearnerImport.status == shown_status
