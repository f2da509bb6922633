"""Putting a failed import back in the queue at somebody's wish: whether that may overwrite newer data, and the record.

Owns that question for all who ask it: command line, Prefect's UI. What is set in the row is `records.queue`'s.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.queue import QueueError, request_again
from records.tables import AuditEvent, ImportStatus, LearnerImport


class OverwritesNewerError(QueueError):
    """A newer file of the same provider has been loaded since, and this older one would overwrite it."""


def put_failed_back(session: Session, import_id: int, *, actor: str, is_meant: bool, now: datetime) -> None:
    """Put a failed import back with all its attempts before it, and record that. The caller commits.

    Args:
        session: from `Database.write()`.
        import_id: the import.
        actor: who wants it, for the audit trail.
        is_meant: also where a newer file of the provider has been loaded since.
        now: the moment, in UTC.

    Raises:
        OverwritesNewerError: there is such a file, and `is_meant` was not said.
        QueueError: there is no such import, it has not failed, or its original was erased.
    """
    learner_import = request_again(session, import_id, now=now)
    newer_id = find_newer_loaded(session, learner_import)
    if newer_id and not is_meant:
        raise OverwritesNewerError(
            f"Import {import_id} was not put back: import {newer_id}, a newer file of the same provider, has been "
            "loaded since, and this older one would overwrite it."
        )
    session.add(
        AuditEvent(
            at=now,
            action="import put back",
            actor=actor,
            provider_id=learner_import.provider_id,
            import_id=import_id,
            details={"newer_import_id": newer_id} if newer_id else {},
        )
    )


def find_newer_loaded(session: Session, learner_import: LearnerImport) -> int | None:
    """Return the newest import of the same provider and kind that came later and was loaded, or None."""
    newer = select(LearnerImport.id).where(
        LearnerImport.provider_id == learner_import.provider_id,
        LearnerImport.kind == learner_import.kind,
        LearnerImport.id > learner_import.id,
        LearnerImport.status == ImportStatus.SUCCESSFUL,
        LearnerImport.is_check.is_(False),
        LearnerImport.repeats_import_id.is_(None),
    )
    return None if learner_import.is_check else session.scalar(newer.order_by(LearnerImport.id.desc()).limit(1))
