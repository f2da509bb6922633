"""Erasing for good the learners who were deleted long enough ago: rows, account, progress, and old values in the trail.

The trail keeps that something happened, when and by whom. The learner's number goes out of it, for the database may
give it to another learner; the account's number, which is never used again, stays.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from records.tables import Account, AuditEvent, Learner

ACTION, ACTOR = "deleted learners erased", "retention"


class ErasedBatch(NamedTuple):
    """What a batch came to: the highest learner's id looked at, None when there was none left, and how many went."""

    last_id: int | None
    erased_count: int


def erase_deleted(session: Session, *, before: datetime, last_id: int, limit: int, now: datetime) -> ErasedBatch:
    """Erase the next learners who were deleted before then. Call again with the `last_id` that comes back.

    Args:
        session: in a transaction of its own, which the caller commits.
        before: learners deleted later can still be restored.
        last_id: only learners with a higher id are looked at; 0 begins.
        limit: how many at most.
        now: the moment that is recorded.
    """
    old = (
        select(Learner.id, Learner.account_id, Learner.provider_id)
        .where(Learner.deleted_at < before, Learner.id > last_id)
        .order_by(Learner.id)
        .limit(limit)
        .with_for_update()
    )
    batch = session.execute(old).all()
    if not batch:
        return ErasedBatch(None, 0)
    account_ids: dict[int, int] = {learner_id: account_id for learner_id, account_id, _ in batch}
    _forget_in_trail(session, account_ids)
    session.execute(delete(Learner).where(Learner.id.in_(account_ids)))  # and the progress with it
    session.execute(delete(Account).where(Account.id.in_(account_ids.values())))  # and the sessions with it
    _record(session, [provider_id for _, _, provider_id in batch], now)
    return ErasedBatch(batch[-1][0], len(batch))


def _forget_in_trail(session: Session, account_ids: dict[int, int]) -> None:
    """Take out of the trail what it says of these learners: values, and the addresses that they signed in from."""
    of_them = or_(
        AuditEvent.learner_id.in_(account_ids),
        AuditEvent.account_id.in_(account_ids.values()),
    )
    for event in session.scalars(select(AuditEvent).where(of_them)):
        if event.learner_id is not None:
            event.account_id = account_ids.get(event.learner_id, event.account_id)
        event.learner_id = None
        event.details = _forget_details(event.details)


def _forget_details(details: dict[str, Any]) -> dict[str, Any]:
    """Keep of an event's details how many columns changed."""
    changes = details.get("changes")
    return {"changed_count": len(changes)} if changes else {}


def _record(session: Session, provider_ids: Sequence[int], now: datetime) -> None:
    """Record how many of each provider were erased."""
    for provider_id in sorted(set(provider_ids)):
        details = {"count": provider_ids.count(provider_id)}
        session.add(AuditEvent(at=now, action=ACTION, actor=ACTOR, provider_id=provider_id, details=details))
