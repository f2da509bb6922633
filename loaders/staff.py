"""Creating accounts of staff: learner managers and administrators. What they may do where is in `loaders.memberships`.

The website and the command line share these rules. Whoever calls commits, and rolls back after a refusal.
"""

import re
import secrets
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.memberships import Grant, add_membership
from loaders.recording import Record
from loaders.uniqueness import is_kept
from records.tables import Account

USERNAME = re.compile(r"[A-Za-z0-9@._-]{6,256}")  # manual 3.3
EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")
EMAIL_LIMIT = 254


class StaffError(ValueError):
    """An account can't be made or changed as asked; the text says what to do."""


class UsernameTakenError(StaffError):
    """Somebody has that username, staff or learner; nothing tells who."""

    def __init__(self) -> None:
        super().__init__("That user name is taken. Choose another one.")


def add_staff(
    session: Session,
    username: str,
    *,
    email: str,
    is_administrator: bool,
    record: Record,
    grants: Iterable[Grant] = (),
    first_name: str | None = None,
    last_name: str | None = None,
) -> Account:
    """Make an account without a password, with a membership for each grant.

    Raises:
        UsernameTakenError: also when somebody else takes it at this very moment.
        StaffError: the user name or the email address is not one.
        MembershipError: a provider is granted twice.
    """
    if not USERNAME.fullmatch(username):
        raise StaffError("Choose a user name of 6 to 256 letters, digits or the characters @ . - _")
    if not EMAIL.fullmatch(email) or len(email) > EMAIL_LIMIT:
        raise StaffError("Write a full email address, for example name@example.org.")
    account = Account(
        kind="staff",
        username=username,
        username_key=username.lower(),
        session_key=secrets.token_hex(32),
        email=email,
        first_name=first_name,
        last_name=last_name,
        is_administrator=is_administrator,
    )
    if is_taken(session, username) or not is_kept(session, account):
        raise UsernameTakenError
    record("staff account added", account=account, details={"is_administrator": is_administrator})
    for grant in grants:
        add_membership(session, account, grant, record=record)
    session.flush()
    return account


def is_taken(session: Session, username: str) -> bool:
    """Tell whether an account has this user name, written in capitals or not."""
    taken = select(Account.id).where(Account.username_key == username.lower())
    return session.scalars(taken).one_or_none() is not None
