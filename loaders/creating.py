"""Making accounts and learners for the rows that are nobody known yet.

Owns what a new account looks like and what happens when its user name is taken at the same moment elsewhere.
"""

import secrets
from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from loaders.bulk import insert_rows, is_one_of, is_sqlite, reserve_ids, table_of
from loaders.faults import TransientFault
from loaders.passwords import make_passwords
from loaders.sealing import Sealer
from loaders.usernames import assign_usernames, make_stems
from records.tables import Account, AuditEvent, Learner
from schemas.columns import LEARNER_NAMES

TRY_LIMIT = 5
SESSION_KEY_DIGITS = 32  # hexadecimal: 128 random bits
USERNAME_CONSTRAINT = "uq_account_username_key"


def create_learners(
    session: Session,
    learners: pd.DataFrame,
    *,
    provider_id: int,
    import_id: int,
    sealer: Sealer,
    password_days: int,
    now: datetime,
) -> None:
    """Create an account and a learner for each row, in the rows' order, and one audit event for them all.

    Raises:
        TransientFault: other imports took the same user names again and again.
    """
    account_ids = _create_accounts(session, learners, sealer=sealer, password_days=password_days, now=now)
    columns = {name: learners[name].tolist() for name in LEARNER_NAMES}
    filled = {name: cells for name, cells in columns.items() if any(cell is not None for cell in cells)}
    insert_rows(
        session,
        table_of(Learner),
        {"account_id": account_ids} | filled,
        {"provider_id": provider_id, "created_import_id": import_id, "created_at": now, "updated_at": now},
    )
    session.execute(
        insert(AuditEvent).values(
            at=now,
            action="learners created",
            actor=f"import {import_id}",
            provider_id=provider_id,
            import_id=import_id,
            details={"count": len(learners)},
        )
    )


def _create_accounts(
    session: Session, learners: pd.DataFrame, *, sealer: Sealer, password_days: int, now: datetime
) -> list[int]:
    """Create an account for each row and return their ids.

    On PostgreSQL another provider's import may take the same user name between our look and our insert; then the
    accounts are taken back and made once more with other names. On SQLite there is one writer at a time.
    """
    stems = make_stems(learners["first_name"].tolist(), learners["last_name"].tolist())
    if is_sqlite(session):
        return _insert_accounts(session, stems, sealer=sealer, password_days=password_days, now=now)
    import psycopg  # which SQLite does without

    for _ in range(TRY_LIMIT):
        try:
            with session.begin_nested():
                return _insert_accounts(session, stems, sealer=sealer, password_days=password_days, now=now)
        except psycopg.errors.UniqueViolation as error:
            if error.diag.constraint_name != USERNAME_CONSTRAINT:
                raise
    raise TransientFault(f"other imports took the same user names {TRY_LIMIT} times")


def _insert_accounts(
    session: Session, stems: list[str], *, sealer: Sealer, password_days: int, now: datetime
) -> list[int]:
    """Insert in the order of user names: of two imports that want the same names one waits, and none deadlocks."""
    count = len(stems)

    def find_taken(usernames: list[str]) -> set[str]:
        return set(
            session.scalars(select(Account.username_key).where(is_one_of(session, Account.username_key, usernames)))
        )

    usernames = assign_usernames(stems, find_taken)
    rows = sorted(range(count), key=usernames.__getitem__)
    ordered = [usernames[row] for row in rows]
    ids = reserve_ids(session, table_of(Account), count)
    insert_rows(
        session,
        table_of(Account),
        {
            "id": ids,
            "username": ordered,
            "username_key": ordered,
            "session_key": _make_session_keys(count, now),
            "initial_password_sealed": sealer.seal(ids, make_passwords(count)),
        },
        {
            "kind": "learner",
            "has_to_change_password": True,
            "initial_password_created_at": now,
            "initial_password_expires_at": now + timedelta(days=password_days),
            "created_at": now,
        },
    )
    account_ids = [0] * count
    for row, account_id in zip(rows, ids, strict=True):
        account_ids[row] = account_id
    return account_ids


def _make_session_keys(count: int, now: datetime) -> list[str]:
    """Make keys that nobody can guess, ascending, and behind those made before: an index of millions grows at its end.

    Placed at random, each would need a page of the index that is seldom in memory.
    """
    digits = secrets.token_hex(count * SESSION_KEY_DIGITS // 2)
    moment = f"{int(now.timestamp()):08x}"
    starts = range(0, len(digits), SESSION_KEY_DIGITS)
    return sorted(moment + digits[start : start + SESSION_KEY_DIGITS] for start in starts)
