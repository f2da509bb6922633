"""Creating accounts of staff: learner managers and administrators."""

import re
import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.providers import ProviderError, check_ukprn, find_provider
from records.tables import Account, AuditEvent, Membership

USERNAME = re.compile(r"[A-Za-z0-9@._-]{6,256}")  # manual 3.3
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class StaffError(ValueError):
    """An account can't be made as asked; the text says what to do."""


def add_staff(
    session: Session, username: str, *, email: str, is_administrator: bool, ukprns: Sequence[str] = ()
) -> Account:
    """Make an account without a password, and give it every permission at each provider named.

    Raises:
        StaffError: the user name is taken or not one, or the email address is not one.
        ProviderError: a provider is not registered.
    """
    if not USERNAME.fullmatch(username):
        raise StaffError("Choose a user name of 6 to 256 letters, digits or the characters @ . - _")
    if not EMAIL.fullmatch(email) or len(email) > 254:
        raise StaffError("Write a full email address, for example name@example.org.")
    if session.scalars(select(Account.id).where(Account.username_key == username.lower())).one_or_none():
        raise StaffError("That user name is taken. Choose another one.")
    account = Account(
        kind="staff",
        username=username,
        username_key=username.lower(),
        session_key=secrets.token_hex(32),
        email=email,
        is_administrator=is_administrator,
    )
    session.add(account)
    session.flush()
    for ukprn in dict.fromkeys(ukprns):
        session.add(_make_membership(session, account.id, ukprn))
    session.add(AuditEvent(action="staff account added", actor="command line", account_id=account.id))
    session.flush()
    return account


def _make_membership(session: Session, account_id: int, ukprn: str) -> Membership:
    check_ukprn(ukprn)
    provider = find_provider(session, ukprn)
    if provider is None:
        raise ProviderError(
            f"No provider with UKPRN {ukprn} is registered. Add it first: learner-imports providers add {ukprn} NAME"
        )
    return Membership(
        account_id=account_id,
        provider_id=provider.id,
        can_view=True,
        can_create=True,
        can_edit=True,
        can_delete=True,
        can_import=True,
    )
