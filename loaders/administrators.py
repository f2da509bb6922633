"""Who is an administrator, and that there always is an active one: without any, nobody could make another.

Owns that rule, which holds when two administrators act on each other at once. The caller commits.
"""

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from loaders.recording import Record
from loaders.staff import StaffError
from records.tables import Account


def disable(session: Session, account: Account, *, record: Record) -> None:
    """Let the account sign in no more. The caller ends its sessions.

    Raises:
        StaffError: it is the last active administrator's.
    """
    if account.is_administrator:
        _keep_another(session, account)
    account.is_active = False
    record("account disabled", account=account)


def enable(account: Account, *, record: Record) -> None:
    """Let the account sign in again."""
    account.is_active = True
    record("account enabled", account=account)


def make_administrator(account: Account, *, record: Record) -> None:
    """Make the account an administrator's."""
    account.is_administrator = True
    record("administrator made", account=account)


def unmake_administrator(session: Session, account: Account, *, record: Record) -> None:
    """Make an administrator a learner manager, who may do what the memberships say.

    Raises:
        StaffError: it is the last active one.
    """
    _keep_another(session, account)
    account.is_administrator = False
    record("administrator no more", account=account)


def _keep_another(session: Session, account: Account) -> None:
    """Refuse unless another administrator stays, and see to it that none is taken away meanwhile.

    The update changes nothing: it makes whoever else asks wait for our commit, on SQLite as on PostgreSQL.
    """
    administrators = update(Account).where(Account.is_administrator).values(is_administrator=True)
    session.execute(administrators, execution_options={"synchronize_session": False})
    others = exists().where(Account.is_administrator, Account.is_active, Account.id != account.id)
    if not session.scalar(select(others)):
        raise StaffError("This is the last active administrator. Make somebody else an administrator first.")
