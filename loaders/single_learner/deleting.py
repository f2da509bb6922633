"""Deleting learners so that they can be restored for a while [manual 5.2 b]. Erasing for good is in `erasing`."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from loaders.single_learner.changing import touch
from loaders.single_learner.recording import Person, Record, record_on
from records.tables import SignInSession


def delete_learners(session: Session, people: Sequence[Person], *, record: Record, now: datetime) -> None:
    """Delete learners: they are in no list and no import's match any more, and can't sign in. All is kept so far.

    Args:
        session: in which their providers are held.
        people: not deleted yet.
        record: writes the audit trail.
        now: from when the time runs in which they can be restored.
    """
    for person in people:
        person.learner.deleted_at = now
        touch(person.learner, now)
        person.account.is_active = False
        record_on(person, "learner deleted", record)
    end_sessions(session, people)


def restore_learner(person: Person, *, record: Record, now: datetime) -> None:
    """Bring a deleted learner back, with the user name and the password of before.

    Args:
        person: of whom `find_duplicates` found nobody with the same identifiers at the provider, which is held.
        record: writes the audit trail.
        now: the moment.
    """
    person.learner.deleted_at = None
    touch(person.learner, now)
    person.account.is_active = True
    record_on(person, "learner restored", record)


def end_sessions(session: Session, people: Sequence[Person]) -> None:
    """End all that learners are signed in to, and spoil links that were mailed to them."""
    for person in people:
        person.account.session_key = secrets.token_hex(32)
    account_ids = [person.account.id for person in people]
    session.execute(delete(SignInSession).where(SignInSession.account_id.in_(account_ids)))
