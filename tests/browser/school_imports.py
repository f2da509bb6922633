"""Imports of every kind and outcome: samples that were really imported, and rows for what no sample comes to."""

import uuid

from data.samples.make_samples import FOLDER
from flows.processing import process_import
from flows.steps import take_within
from flows.workplace import Workplace, open_workplace
from records.database import Database
from records.queue import request_import
from records.tables import ImportSource, ImportStatus, LearnerImport, Provider, now
from settings import Settings

IMPORTED = (
    "01-clean-small.xls",
    "03-every-error.xls",
    "11-warnings.xls",
    "12-not-a-workbook.xls",
    "01-clean-small.xls",
)
ONLY_CHECKED = ("08-update.xls", "13-errors.xlsx")


def import_samples(settings: Settings, database: Database, provider: Provider) -> None:
    """Import samples as if they had been dropped, have others only checked, and add what no sample comes to."""
    workplace = open_workplace(settings)
    for name in IMPORTED:
        import_sample(workplace, name, provider, is_check=False)
    for name in ONLY_CHECKED:
        import_sample(workplace, name, provider, is_check=True)
    workplace.close()
    with database.write() as session:
        for status in (ImportStatus.FAILED, ImportStatus.PROCESSING, ImportStatus.REQUESTED):
            session.add(
                LearnerImport(
                    provider_id=provider.id,
                    source=ImportSource.COMMAND,
                    file_name="learners.xls",
                    file_bytes=100,
                    sha256="0" * 64,
                    storage_name=status,
                    status=status,
                    processed_at=now() if status is ImportStatus.FAILED else None,
                )
            )


def import_sample(workplace: Workplace, name: str, provider: Provider, *, is_check: bool) -> None:
    """Have one sample processed, from a drop folder, or as uploaded to be checked only."""
    stored = workplace.storage.keep(FOLDER / name, storage_name=uuid.uuid4().hex)
    source = ImportSource.UPLOAD if is_check else ImportSource.FOLDER
    with workplace.database.write() as session:
        requested = request_import(
            session, stored, provider_id=provider.id, source=source, now=workplace.now(), is_check=is_check
        )
        work = take_within(session, workplace, requested.id)
    assert work is not None
    process_import(workplace, work, is_retried=False)
