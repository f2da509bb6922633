"""The queue of imports: asking for one, leasing it, finishing it or putting it back.

The import's row is the queue. A lease is held by a token for a limited time; whoever finishes an import must still hold
it, so that no import is ever finished twice. Owns the changes of status; does not read files or load learners.
"""

import socket
from datetime import datetime, timedelta
from functools import cache
from os import getpid
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    Select,
    UpdateBase,
    and_,
    bindparam,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from records.stored_file import StoredFile
from records.tables import ImportSource, ImportStatus, LearnerImport, Provider


class LeaseLostError(Exception):
    """Another worker holds this import now, so what this one did was rolled back. Trying again is not this worker's."""


class QueueError(Exception):
    """What was asked of the queue can't be done; the text says why, in a sentence for whoever asked."""


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
    is_check: bool = False,
    corrects_import_id: int | None = None,
) -> LearnerImport:
    """Put one stored file in the queue. The same `storage_name` twice is refused by the database."""
    learner_import = LearnerImport(
        provider_id=provider_id,
        source=source,
        requested_by_account_id=requested_by_account_id,
        is_check=is_check,
        corrects_import_id=corrects_import_id,
        requested_at=now,
        next_attempt_at=now,
        **stored._asdict(),
    )
    session.add(learner_import)
    session.flush()
    return learner_import


def is_waiting(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition for imports that a worker may take: requested and due, or left behind by a worker that died."""
    return or_(
        and_(LearnerImport.status == ImportStatus.REQUESTED, LearnerImport.next_attempt_at <= now),
        and_(LearnerImport.status == ImportStatus.PROCESSING, LearnerImport.lease_until_at <= now),
    )


def is_next_of_provider(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition for imports before which no other of the same provider is unfinished, beside which none is held.

    A later one is held beside it when this one was put back by an operator after the later one had been taken.
    """
    other = aliased(LearnerImport)
    is_unfinished = other.status.in_((ImportStatus.REQUESTED, ImportStatus.PROCESSING))
    is_held = and_(other.status == ImportStatus.PROCESSING, other.lease_until_at > now)
    return ~exists().where(
        other.provider_id == LearnerImport.provider_id,
        is_unfinished,
        or_(other.id < LearnerImport.id, and_(other.id > LearnerImport.id, is_held)),
    )


def lease_import(
    session: Session, *, now: datetime, lease_seconds: float, import_id: int | None = None
) -> Lease | None:
    """Take the import that has waited longest, or the named one. None when there is none to take just now.

    Workers that ask at the same moment get different imports. A provider's files are taken one after the other, so that
    an older one never overwrites a newer; only a named import may go ahead. On PostgreSQL two workers may still see two
    files of one provider as the next while a third puts an older one in: so the provider is locked, and the choice is
    confirmed by a statement that begins after that.
    """
    is_named = import_id is not None
    chosen_id = session.scalar(_choosing(is_named=is_named), {"now": now, "named_id": import_id})
    if chosen_id is None:
        return None
    token = str(uuid4())
    leased = {
        "now": now,
        "chosen_id": chosen_id,
        "new_token": token,
        "holder": f"{socket.gethostname()}:{getpid()}"[:100],
        "until": now + timedelta(seconds=lease_seconds),
    }
    row = session.execute(_leasing(is_named=is_named), leased).one_or_none()
    return Lease(row.id, token, row.attempt_count) if row else None


# Building these statements takes longer than running them, so each is built once.
_NOW: BindParameter[datetime] = bindparam("now", type_=LearnerImport.next_attempt_at.type)


def _may_be_taken(*, is_named: bool) -> ColumnElement[bool]:
    return is_waiting(_NOW) if is_named else and_(is_waiting(_NOW), is_next_of_provider(_NOW))


@cache
def _choosing(*, is_named: bool) -> Select[int]:
    choosing = select(LearnerImport.id).join(LearnerImport.provider).where(_may_be_taken(is_named=is_named))
    if is_named:
        choosing = choosing.where(LearnerImport.id == bindparam("named_id"))
    locked = (LearnerImport,) if is_named else (LearnerImport, Provider)
    return (
        choosing.order_by(LearnerImport.next_attempt_at, LearnerImport.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True, of=locked)
    )


@cache
def _leasing(*, is_named: bool) -> UpdateBase:
    return (
        update(LearnerImport)
        .where(LearnerImport.id == bindparam("chosen_id"), _may_be_taken(is_named=is_named))
        .values(
            status=ImportStatus.PROCESSING,
            attempt_count=LearnerImport.attempt_count + 1,
            lease_token=bindparam("new_token"),
            lease_holder=bindparam("holder"),
            leased_at=_NOW,
            lease_until_at=bindparam("until"),
        )
        .returning(LearnerImport.id, LearnerImport.attempt_count)
        .execution_options(synchronize_session=False)
    )


@cache
def _finding_waiting() -> Select[int]:
    return select(LearnerImport.id).where(_may_be_taken(is_named=False)).limit(1)


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


def put_back(
    session: Session, lease: Lease, *, next_attempt_at: datetime, fault: str | None = None, is_counted: bool = True
) -> None:
    """Let another worker take the import, from `next_attempt_at` on.

    Args:
        session: the caller commits.
        lease: that is given back.
        next_attempt_at: when it may be taken again.
        fault: why, without values.
        is_counted: whether this was an attempt; a worker that was asked to stop does not use one up.

    Raises:
        LeaseLostError: another worker holds it already.
    """
    _change_held(
        session,
        lease,
        status=ImportStatus.REQUESTED,
        attempt_count=LearnerImport.attempt_count - (0 if is_counted else 1),
        next_attempt_at=next_attempt_at,
        fault=fault,
        lease_token=None,
        lease_until_at=None,
    )


def request_again(session: Session, import_id: int, *, now: datetime) -> LearnerImport:
    """Put a failed import back in the queue, with all its attempts before it. The caller commits.

    Its fault stays on record until it is done; its outcome will be returned and mailed anew.

    Raises:
        QueueError: there is no such import, it has not failed, or its original was erased.
    """
    changed = session.execute(
        update(LearnerImport)
        .where(
            LearnerImport.id == import_id,
            LearnerImport.status == ImportStatus.FAILED,
            LearnerImport.erased_at.is_(None),
        )
        .values(
            status=ImportStatus.REQUESTED,
            attempt_count=0,
            next_attempt_at=now,
            processed_at=None,
            outcome_returned_at=None,
            outcome_removed_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    assert isinstance(changed, CursorResult)  # noqa: S101 - tells mypy what an UPDATE returns
    learner_import = session.get(LearnerImport, import_id, populate_existing=True)
    if learner_import is None:
        raise QueueError(f"There is no import {import_id}.")
    if changed.rowcount:
        return learner_import
    if learner_import.status != ImportStatus.FAILED:
        raise QueueError(f"Import {import_id} is {learner_import.status}; only a failed one can be put back.")
    raise QueueError(f"The file of import {import_id} was erased: ask the provider to send it again.")


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
    return session.scalar(_finding_waiting(), {"now": now}) is not None
