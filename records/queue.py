"""The queue of imports: asking for one, leasing it, finishing it or putting it back.

The import's row is the queue. A lease is held by a token for a limited time; whoever finishes an import must still hold
it, so that no import is ever finished twice. Owns the changes of status; does not read files or load learners.
"""

import socket
from datetime import datetime, timedelta
from os import getpid
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from records.tables import ImportSource, ImportStatus, LearnerImport


class LeaseLostError(Exception):
    """Another worker holds this import now, so what this one did was rolled back. Trying again is not this worker's."""


class StoredFile(NamedTuple):
    """An original in private storage: its name there, the provider's name for it, its size and SHA-256 in hex."""

    storage_name: str
    file_name: str
    file_bytes: int
    sha256: str


class Lease(NamedTuple):
    """The right to finish one import, for a limited time. `attempt_count` counts this attempt too."""

    import_id: int
    token: str
    attempt_count: int


def request_import(
    session: Session,
    stored: StoredFile,
    *,
    provider_id: int,
    source: ImportSource,
    now: datetime,
    requested_by_account_id: int | None = None,
) -> LearnerImport:
    """Put one stored file in the queue. The same `storage_name` twice is refused by the database."""
    learner_import = LearnerImport(
        provider_id=provider_id,
        source=source,
        requested_by_account_id=requested_by_account_id,
        requested_at=now,
        next_attempt_at=now,
        **stored._asdict(),
    )
    session.add(learner_import)
    session.flush()
    return learner_import


def is_waiting(now: datetime) -> ColumnElement[bool]:
    """The condition for imports that a worker may take: requested and due, or left behind by a worker that died."""
    return or_(
        and_(LearnerImport.status == ImportStatus.REQUESTED, LearnerImport.next_attempt_at <= now),
        and_(LearnerImport.status == ImportStatus.PROCESSING, LearnerImport.lease_until_at <= now),
    )


def is_next_of_provider() -> ColumnElement[bool]:
    """The condition for imports before which no other of the same provider is unfinished."""
    earlier = aliased(LearnerImport)
    return ~exists().where(
        earlier.provider_id == LearnerImport.provider_id,
        earlier.id < LearnerImport.id,
        earlier.status.in_((ImportStatus.REQUESTED, ImportStatus.PROCESSING)),
    )


def lease_import(
    session: Session, *, now: datetime, lease_seconds: float, import_id: int | None = None
) -> Lease | None:
    """Take the import that has waited longest, or the named one. None when there is none to take.

    One statement on both databases: workers that ask at the same moment get different imports. A provider's files are
    taken one after the other, so that an older one never overwrites a newer; only a named import may go ahead.
    """
    waiting = and_(is_waiting(now), is_next_of_provider() if import_id is None else LearnerImport.id == import_id)
    first = (
        select(LearnerImport.id)
        .where(waiting)
        .order_by(LearnerImport.next_attempt_at, LearnerImport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    token = str(uuid4())
    row = session.execute(
        update(LearnerImport)
        .where(LearnerImport.id == first)
        .values(
            status=ImportStatus.PROCESSING,
            attempt_count=LearnerImport.attempt_count + 1,
            lease_token=token,
            lease_holder=f"{socket.gethostname()}:{getpid()}"[:100],
            leased_at=now,
            lease_until_at=now + timedelta(seconds=lease_seconds),
        )
        .returning(LearnerImport.id, LearnerImport.attempt_count)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return row and Lease(row.id, token, row.attempt_count)


def renew_lease(session: Session, lease: Lease, *, now: datetime, lease_seconds: float) -> None:
    """Hold the import longer.

    Raises:
        LeaseLostError: it ran out and another worker took it.
    """
    _change_held(session, lease, lease_until_at=now + timedelta(seconds=lease_seconds))


def finish_import(session: Session, lease: Lease, status: ImportStatus, *, now: datetime, **counts: Any) -> None:
    """Give the import its final status and counts, in the transaction that loads its learners.

    Raises:
        LeaseLostError: another worker holds it; the caller's transaction must not be committed.
    """
    _change_held(session, lease, status=status, processed_at=now, lease_token=None, lease_until_at=None, **counts)


def put_back(session: Session, lease: Lease, *, next_attempt_at: datetime, fault: str | None = None) -> None:
    """Let another worker take the import, from `next_attempt_at` on. `fault` holds no values.

    Raises:
        LeaseLostError: another worker holds it already.
    """
    _change_held(
        session,
        lease,
        status=ImportStatus.REQUESTED,
        next_attempt_at=next_attempt_at,
        fault=fault,
        lease_token=None,
        lease_until_at=None,
    )


def find_repeated(session: Session, learner_import: LearnerImport) -> LearnerImport | None:
    """Return the provider's successful import of the same bytes, or None."""
    return session.scalars(
        select(LearnerImport)
        .where(
            LearnerImport.provider_id == learner_import.provider_id,
            LearnerImport.sha256 == learner_import.sha256,
            LearnerImport.status == ImportStatus.SUCCESSFUL,
            LearnerImport.repeats_import_id.is_(None),
            LearnerImport.id != learner_import.id,
        )
        .order_by(LearnerImport.id)
        .limit(1)
    ).one_or_none()


def _change_held(session: Session, lease: Lease, **values: Any) -> None:
    result = session.execute(
        update(LearnerImport)
        .where(
            LearnerImport.id == lease.import_id,
            LearnerImport.status == ImportStatus.PROCESSING,
            LearnerImport.lease_token == lease.token,
        )
        .values(values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells mypy what an UPDATE returns
    if result.rowcount != 1:
        raise LeaseLostError(f"import {lease.import_id} is no longer leased by this worker")


def has_waiting(session: Session, now: datetime) -> bool:
    """Tell whether there is an import to take, without taking it."""
    return session.scalar(select(LearnerImport.id).where(is_waiting(now), is_next_of_provider()).limit(1)) is not None
