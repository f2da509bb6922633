"""Creating one learner with an account [manual 5.1, 6.1]. Owns what is made; judging was the schemas'."""

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from loaders.faults import TransientFault
from loaders.passwords import make_passwords
from loaders.sealing import Sealer
from loaders.single_learner.changing import to_columns
from loaders.single_learner.recording import Person, Record, record_on
from loaders.usernames import assign_usernames, make_stems
from records.tables import Account, Learner

USERNAME = re.compile(r"[A-Za-z0-9@._-]{6,127}")  # manual 5.1 c
TRY_LIMIT = 5


class UsernameTakenError(ValueError):
    """Another account has the user name."""


class Credentials(NamedTuple):
    """What the learner signs in with for the first time; what is None is made."""

    username: str | None = None
    password: str | None = None


class PasswordMaking(NamedTuple):
    """How initial passwords are kept: sealed by whom, for how many days, from when."""

    sealer: Sealer
    days: int
    now: datetime


def create_learner(
    session: Session,
    values: Mapping[str, str | bool | None],
    *,
    provider_id: int,
    credentials: Credentials,
    making: PasswordMaking,
    record: Record,
) -> Person:
    """Create a learner and an account whose initial password must be changed at the first sign-in.

    Args:
        session: in which the provider is held (`hold_providers`), so that no import creates the same one.
        values: canonical, by columns of `Learner`.
        provider_id: of which provider.
        credentials: user name and password, checked by their rules.
        making: how the password is kept.
        record: writes the audit trail.

    Raises:
        UsernameTakenError: the chosen user name is taken. Nothing was written.
        TransientFault: names that were made were taken at this very moment, again and again.
    """
    account = _add_account(session, values, credentials, making)
    password = credentials.password or make_passwords(1)[0]
    (account.initial_password_sealed,) = making.sealer.seal([account.id], [password])
    learner = Learner(
        provider_id=provider_id,
        account_id=account.id,
        created_at=making.now,
        updated_at=making.now,
        **to_columns(values),
    )
    session.add(learner)
    session.flush()
    person = Person(learner, account)
    record_on(person, "learner created", record)
    return person


def _add_account(
    session: Session, values: Mapping[str, str | bool | None], credentials: Credentials, making: PasswordMaking
) -> Account:
    """Add the account. On PostgreSQL another's may take the name between our look and our write."""
    for _ in range(TRY_LIMIT):
        username = credentials.username or _make_username(session, values)
        if credentials.username and is_taken(session, username):
            raise UsernameTakenError
        account = _build_account(username, making)
        try:
            with session.begin_nested():
                session.add(account)
            return account
        except IntegrityError:
            continue
    raise TransientFault(f"user names were taken at the same moment {TRY_LIMIT} times")


def _build_account(username: str, making: PasswordMaking) -> Account:
    return Account(
        kind="learner",
        username=username,
        username_key=username.lower(),
        session_key=secrets.token_hex(32),
        has_to_change_password=True,
        initial_password_created_at=making.now,
        initial_password_expires_at=making.now + timedelta(days=making.days),
        created_at=making.now,
    )


def _make_username(session: Session, values: Mapping[str, str | bool | None]) -> str:
    stems = make_stems([str(values["first_name"])], [str(values["last_name"])])
    return assign_usernames(stems, lambda usernames: find_taken(session, usernames))[0]


def find_taken(session: Session, usernames: Iterable[str]) -> set[str]:
    """Return which of these user names, in small letters, accounts have already."""
    return set(session.scalars(select(Account.username_key).where(Account.username_key.in_(list(usernames)))))


def is_taken(session: Session, username: str, *, except_id: int | None = None) -> bool:
    """Tell whether another account than `except_id` has the user name, in capitals or not."""
    owner_id = session.scalars(select(Account.id).where(Account.username_key == username.lower())).one_or_none()
    return owner_id not in (None, except_id)
