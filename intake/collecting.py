"""Collecting: complete files in the drop folders become imports in the queue.

The order makes it safe to die at any point: claim (rename), keep (copy, sync, hash), queue (one row, unique by the
claim's token), let go. What was claimed and not let go is taken up again, and its row is found by its token.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from intake.drop_folders import ClaimedFile, DropFolders, Notice, let_go
from intake.storage import ChangedWhileReadError, PrivateStorage
from records.database import Database
from records.queue import request_import
from records.tables import ImportSource, LearnerImport, Provider


class Collected(NamedTuple):
    """What one look at the drop folders brought: the new imports' ids, and notices of what was left."""

    import_ids: list[int]
    notices: list[Notice]


def collect(
    folders: DropFolders, storage: PrivateStorage, database: Database, *, now: Callable[[], datetime]
) -> Collected:
    """Look once at the drop folders of all registered providers and queue every complete file."""
    with database.read() as session:
        provider_ids = {ukprn: id_ for id_, ukprn in session.execute(select(Provider.id, Provider.ukprn))}
    claimed_files, notices = folders.claim_complete(set(provider_ids))
    import_ids = []
    for claimed in claimed_files:
        try:
            import_ids.append(_queue(claimed, provider_ids[claimed.ukprn], storage, database, now()))
        except ChangedWhileReadError:
            continue  # it is looked at again next time, from where it was claimed
        except OSError as fault:
            notices.append(
                Notice(claimed.ukprn, f"holds a file that can't be copied ({fault.strerror}). It is kept there.")
            )
    return Collected(import_ids, notices)


def _queue(claimed: ClaimedFile, provider_id: int, storage: PrivateStorage, database: Database, now: datetime) -> int:
    with database.read() as session:
        queued = session.scalar(select(LearnerImport.id).where(LearnerImport.storage_name == claimed.token))
    if queued is None:
        stored = storage.keep(claimed.path, storage_name=claimed.token)
        with database.write() as session:
            queued = request_import(session, stored, provider_id=provider_id, source=ImportSource.FOLDER, now=now).id
    let_go(claimed)
    return queued
