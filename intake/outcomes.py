"""Giving an import's outcome back in its provider's folder: the receipt, and the spreadsheet of findings.

Both are made from the database, so that an outcome that a killed process did not return is returned later.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intake.drop_folders import OUTCOMES
from intake.receipt import write_receipt
from records.database import Database
from records.tables import ImportFinding, ImportSource, ImportStatus, LearnerImport
from schemas.findings_workbook import write_findings_workbook

FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)


def find_unreturned(database: Database) -> list[int]:
    """Return the ids of finished imports from drop folders whose outcome is not in its folder yet."""
    with database.read() as session:
        return list(
            session.scalars(
                select(LearnerImport.id).where(
                    LearnerImport.source == ImportSource.FOLDER,
                    LearnerImport.status.in_(FINISHED),
                    LearnerImport.outcome_returned_at.is_(None),
                )
            )
        )


def return_outcome(database: Database, import_id: int, *, drop_folder: Path, now: Callable[[], datetime]) -> list[Path]:
    """Write an import's outcome to its provider's `outcomes/`, whole or not at all. Twice makes no second copy.

    Returns:
        The files written: the receipt last, since who waits for it may then read the spreadsheet.

    Raises:
        OSError: the folder can't be written to; trying again later may help.
    """
    with database.read() as session:
        learner_import = session.get_one(LearnerImport, import_id, options=[joinedload(LearnerImport.provider)])
        findings = session.scalars(
            select(ImportFinding).where(ImportFinding.import_id == import_id).order_by(ImportFinding.id)
        ).all()
    folder = drop_folder / learner_import.provider.ukprn / OUTCOMES
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"import-{import_id}-{'already-imported' if learner_import.repeats_import_id else learner_import.status}"
    written = []
    workbook = folder / f"{stem}-findings.xlsx" if findings else None
    if workbook:
        _write_whole(workbook, lambda path: write_findings_workbook(path, findings))
        written.append(workbook)
    text = write_receipt(learner_import, findings, workbook=workbook.name if workbook else None)
    receipt = folder / f"{stem}.txt"
    _write_whole(receipt, lambda path: path.write_text(text, encoding="utf-8"))
    with database.write() as session:
        session.get_one(LearnerImport, import_id).outcome_returned_at = now()
    return [*written, receipt]


def _write_whole(path: Path, write: Callable[[Path], object]) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    write(partial)
    partial.replace(path)
