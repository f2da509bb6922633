"""Giving learners who have accounts a new initial password, many at once.

Owns what an account is after that. Does not decide who may do it, and leaves the audit trail to its caller.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, LargeBinary, String, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from loaders.bulk import is_one_of, is_sqlite, run_many, table_of
from loaders.passwords import make_passwords
from loaders.sealing import Sealer
from records.tables import Account, SignInSession

KEY_BYTES = 32


def renew_initial_passwords(
    session: Session, account_ids: Sequence[int], *, sealer: Sealer, days: int, now: datetime, spares_own: bool = False
) -> list[int]:
    """Give each learner's account a new initial password in place of what it had. The caller commits.

    The accounts have no password of their own afterwards, must choose one at the next sign-in, and are unlocked: a
    slip with the new password works. All their sessions end, and links that were mailed to them are good for nothing.
    What the session had loaded of them is loaded anew when next asked for.

    Args:
        session: the number of statements does not grow with the accounts.
        account_ids: of whom; those that are no learner's are passed over.
        sealer: seals the passwords.
        days: how long the passwords are good for.
        now: from when.
        spares_own: whether to pass over learners who chose a password of their own in the meantime.

    Returns:
        The ids of the accounts that have a new password, ascending.

    Source: manual 5.2 b, 7.3.
    """
    renewed = _clear(session, account_ids, days=days, now=now, spares_own=spares_own)
    if not renewed:
        return []
    keys = [secrets.token_hex(KEY_BYTES) for _ in renewed]
    sealed = sealer.seal(renewed, make_passwords(len(renewed)))
    if is_sqlite(session):
        statement = "UPDATE account SET initial_password_sealed = ?, session_key = ? WHERE id = ?"
        run_many(session, statement, [sealed, keys, renewed])
    else:
        _write_by_arrays(session, renewed, sealed, keys)
    session.execute(
        delete(SignInSession)
        .where(is_one_of(session, SignInSession.account_id, renewed))
        .execution_options(synchronize_session=False)
    )
    _forget_loaded(session, set(renewed))
    return renewed


def _clear(session: Session, account_ids: Sequence[int], *, days: int, now: datetime, spares_own: bool) -> list[int]:
    """Take away what the accounts had and return whose it was.

    The rows are locked in the order of their ids, so that of two who renew the same accounts one waits for the other.
    """
    chosen = select(Account.id).where(is_one_of(session, Account.id, list(account_ids)), Account.kind == "learner")
    if spares_own:
        chosen = chosen.where(Account.password_hash.is_(None))
    cleared = session.scalars(
        update(Account)
        .where(Account.id.in_(chosen.order_by(Account.id).with_for_update()))
        .values(
            password_hash=None,
            has_to_change_password=True,
            failed_sign_in_count=0,
            locked_at=None,
            initial_password_created_at=now,
            initial_password_expires_at=now + timedelta(days=days),
        )
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(cleared)


def _write_by_arrays(session: Session, account_ids: list[int], sealed: list[bytes], keys: list[str]) -> None:
    """One statement for PostgreSQL, which takes each column as one array."""
    table = table_of(Account)
    arrays: list[Any] = [
        bindparam(None, values, type_=ARRAY(kind))
        for values, kind in ((account_ids, table.c.id.type), (sealed, LargeBinary()), (keys, String()))
    ]
    given = func.unnest(*arrays).table_valued("id", "sealed", "key", name="given").render_derived()
    session.execute(
        update(table)
        .where(table.c.id == given.c.id)
        .values(initial_password_sealed=given.c.sealed, session_key=given.c.key)
    )


def _forget_loaded(session: Session, account_ids: set[int]) -> None:
    for loaded in list(session.identity_map.values()):
        if isinstance(loaded, Account) and loaded.id in account_ids:
            session.expire(loaded)
