"""Giving an import's outcome back in its provider's folder: the receipt, and the provider's own workbook marked up.

What they say comes from the database, so that an outcome that a killed process did not return is returned later. The
sheet itself comes from whoever has it at hand or can read it again.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intake.outcome_folder import OutcomeFolder, open_outcome_folder
from intake.receipt import write_receipt
from records.database import Database
from records.tables import ImportFinding, ImportSource, ImportStatus, LearnerImport
from schemas.findings import Finding
from schemas.outcome_names import RECEIPT_ENDING, name_marked_up, name_outcome
from schemas.table import SheetTable

logger = logging.getLogger("learner_imports")

GRACE = timedelta(seconds=60)  # in which whoever processed an import returns its outcome
FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)

FindTable = Callable[[LearnerImport], SheetTable | None]
FINDING_COLUMNS = tuple(getattr(ImportFinding, name) for name in Finding._fields)


def find_unreturned(database: Database, *, now: datetime) -> list[int]:
    """Return the ids of imports from drop folders that finished a while ago and whose outcome is not in its folder."""
    with database.read() as session:
        return list(
            session.scalars(
                select(LearnerImport.id).where(
                    LearnerImport.source == ImportSource.FOLDER,
                    LearnerImport.status.in_(FINISHED),
                    LearnerImport.processed_at < now - GRACE,
                    LearnerImport.outcome_returned_at.is_(None),
                )
            )
        )


def return_outcome(
    database: Database,
    import_id: int,
    *,
    drop_folder: Path,
    find_table: FindTable,
    now: Callable[[], datetime],
) -> list[Path]:
    """Write an import's outcome to its provider's `outcomes/`, whole or not at all. Twice makes no second copy.

    Args:
        database: where the import and its findings are.
        import_id: of a finished import.
        drop_folder: that holds the providers' folders.
        find_table: gives the sheet that was read, or None when there is none to be had; asked only when it is needed.
        now: the clock.

    Returns:
        The files written: the receipt last, since who waits for it may then open the workbook.

    Raises:
        OSError: the folder can't be written to, is a link, or `find_table` raised it; trying again later may help.
    """
    with database.read() as session:
        learner_import = session.get_one(LearnerImport, import_id, options=[joinedload(LearnerImport.provider)])
        chosen = select(*FINDING_COLUMNS).where(ImportFinding.import_id == import_id).order_by(ImportFinding.id)
        findings = [Finding._make(row) for row in session.execute(chosen)]
    status, is_repeat = learner_import.status, learner_import.repeats_import_id is not None
    table = find_table(learner_import) if findings else None
    workbook = name_marked_up(import_id, status)
    with open_outcome_folder(drop_folder / learner_import.provider.ukprn) as folder:
        written = _mark_up(folder, workbook, learner_import, table, findings) if table else []
        is_there = bool(written) or folder.has(workbook)  # one who was killed may have written it before
        text = write_receipt(learner_import, findings, workbook=workbook if is_there else None)
        receipt = name_outcome(import_id, status, is_repeat=is_repeat) + RECEIPT_ENDING
        written.append(folder.write(receipt, lambda file: file.write(text.encode())))
    with database.write() as session:
        session.get_one(LearnerImport, import_id).outcome_returned_at = now()
    return written


def _mark_up(
    folder: OutcomeFolder, name: str, learner_import: LearnerImport, table: SheetTable, findings: Sequence[Finding]
) -> list[Path]:
    """Write the marked-up workbook and return its path; nothing if it fails: the receipt is returned in any case."""
    from schemas.marked_up import write_marked_up  # brings pandas, which nobody waits for before a file is read

    def write(file: BinaryIO) -> None:
        write_marked_up(file, table, findings, file_name=learner_import.file_name)

    try:
        return [folder.write(name, write)]
    except OSError:
        raise
    except Exception as fault:  # a fault of ours that would come back at each try, and its text may hold values
        logger.error("import %s: no marked-up workbook: %s", learner_import.id, type(fault).__name__)
        return []
