"""The marked-up workbook for download, made on request from the original. It is never kept, and each is recorded.

It holds learners' data: whoever asks for it must be allowed to see the learners.
"""

from io import BytesIO
from threading import BoundedSemaphore

from sqlalchemy.orm import Session

from intake.outcomes import read_findings
from schemas.findings import FileError
from schemas.reading import ReadingLimits, start_reading
from settings import Settings
from web_min.imports.queries import ShownImport
from web_min.imports.uploading import get_storage

AT_A_TIME = 2  # a large workbook takes seconds and hundreds of megabytes
WAIT_SECONDS = 20.0

_places = BoundedSemaphore(AT_A_TIME)


class NoWorkbookError(Exception):
    """The workbook can't be made now, or ever; the text says why, in a sentence for the person."""


def make_workbook(session: Session, shown: ShownImport, settings: Settings) -> BytesIO:
    """Make the marked-up workbook of an import, an .xlsx.

    Raises:
        NoWorkbookError: it can't be made.
    """
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise NoWorkbookError("Several workbooks are being made just now. Try again in a minute.")
    try:
        return _make(session, shown, settings)
    finally:
        _places.release()


def _make(session: Session, shown: ShownImport, settings: Settings) -> BytesIO:
    limits = ReadingLimits.of(
        seconds=settings.read_seconds, memory_bytes=settings.read_memory_bytes, learner_count=settings.learner_limit
    )
    try:
        reading = start_reading(get_storage().path_of(shown.storage_name), limits)
        from schemas.marked_up import TooLargeToMarkError, write_marked_up  # brings pandas: not before it is needed

        findings = read_findings(session, shown.id)
        table = reading.result()
    except FileNotFoundError:
        raise NoWorkbookError("The file is kept no more, so it can’t be marked up.") from None
    except FileError:
        raise NoWorkbookError("The file can’t be read again, so it can’t be marked up.") from None
    made = BytesIO()
    try:
        write_marked_up(made, table, findings, file_name=shown.file_name)
    except TooLargeToMarkError:
        raise NoWorkbookError(
            "The sheet has too many cells to be marked up. Split the learners over several files."
        ) from None
    made.seek(0)
    return made
