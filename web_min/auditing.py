"""Writing the audit trail from the website: who did what to whom, and from where."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import request
from flask_login import current_user

from loaders.bulk import insert_rows, table_of
from records.tables import Account, AuditEvent
from web_min.current import get_now, get_session

STRANGER = "somebody who is not signed in"


def record(
    action: str,
    *,
    account: Account | None = None,
    actor: Account | None = None,
    provider_id: int | None = None,
    learner_id: int | None = None,
    import_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add an event to the trail, in the request's transaction. The caller commits.

    Args:
        action: what happened, in the past tense, 50 characters at most.
        account: whom it was done to.
        actor: who did it, where that is not who is signed in.
        provider_id: whose record it was.
        learner_id: which learner's.
        import_id: which import's.
        details: what else is worth knowing: no password, and of a learner nothing but `changes`.
    """
    if actor is None and current_user.is_authenticated:
        actor = current_user
    get_session().add(
        AuditEvent(
            at=get_now(),
            action=action,
            actor=name_actor(actor),
            actor_account_id=actor.id if actor else None,
            account_id=account.id if account else None,
            provider_id=provider_id,
            learner_id=learner_id,
            import_id=import_id,
            details={"address": request.remote_addr} | (details or {}),
        )
    )


class Touched(NamedTuple):
    """A learner to whom something was done."""

    learner_id: int
    provider_id: int
    account_id: int


def record_many(action: str, touched: Sequence[Touched], *, details: dict[str, Any] | None = None) -> None:
    """Add the same event to the trail of each of many learners, by who is signed in. The caller commits.

    Args:
        action: what happened, in the past tense, 50 characters at most.
        touched: to whom. On SQLite the transaction must have written something already, which takes the writer's lock.
        details: as of `record`; the same of all.
    """
    insert_rows(
        get_session(),
        table_of(AuditEvent),
        dict(zip(Touched._fields, zip(*touched, strict=True), strict=True)) if touched else {},
        {
            "at": get_now(),
            "action": action,
            "actor": name_actor(current_user),
            "actor_account_id": current_user.id,
            "details": {"address": request.remote_addr} | (details or {}),
        },
    )


def name_actor(actor: Account | None) -> str:
    """Return who did it, as the trail keeps it for good: a learner's username, which holds a name, is left out."""
    if actor is None:
        return STRANGER
    return actor.username if actor.is_staff else f"learner account {actor.id}"
