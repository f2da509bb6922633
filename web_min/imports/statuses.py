"""Status → the word and the colour that people see. One table; an unknown status fails loudly."""

from typing import NamedTuple

from records.tables import ImportSource, ImportStatus

ALREADY_IMPORTED = "already_imported"


class Tag(NamedTuple):
    """How a status is shown; each colour is a class in main.css."""

    label: str
    colour: str


TAGS: dict[str, Tag] = {
    ImportStatus.REQUESTED: Tag("Waiting", "grey"),
    ImportStatus.PROCESSING: Tag("Being processed", "blue"),
    ImportStatus.SUCCESSFUL: Tag("Successful", "green"),
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


def find_shown_status(status: str, repeats_import_id: int | None) -> str:
    """Return the status as people see it, a key of `TAGS`: a repeat counts as already imported."""
    return ALREADY_IMPORTED if repeats_import_id is not None else str(status)
