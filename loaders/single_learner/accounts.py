"""What a person does to learners' accounts: new initial passwords, and unlocking [manual 5.2 b]."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from loaders.initial_passwords import renew_initial_passwords
from loaders.single_learner.creating import PasswordMaking
from loaders.single_learner.recording import Person, Record, record_on


def reset_passwords(session: Session, people: Sequence[Person], making: PasswordMaking, record: Record) -> int:
    """Give learners new initial passwords in place of what they had; unlocks them, and ends their sessions.

    They are among those with an unused initial password again. That they have signed in before stays known.

    Returns:
        How many there are.
    """
    for person in people:
        was_locked = person.account.locked_at is not None
        record_on(person, "initial password renewed", record)
        if was_locked:
            record_on(person, "account unlocked", record)
    session.flush()
    account_ids = [person.account.id for person in people]
    renewed = renew_initial_passwords(session, account_ids, sealer=making.sealer, days=making.days, now=making.now)
    return len(renewed)


def unlock(people: Sequence[Person], record: Record) -> int:
    """Let learners who locked themselves out try again; passes over those who are not.

    Returns:
        How many were locked.
    """
    locked = [person for person in people if person.account.locked_at is not None]
    for person in locked:
        person.account.locked_at = None
        person.account.failed_sign_in_count = 0
        record_on(person, "account unlocked", record)
    return len(locked)
