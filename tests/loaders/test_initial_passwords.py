"""Making new initial passwords for accounts that there are."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from loaders.initial_passwords import renew_initial_passwords
from loaders.sealing import Sealer, SealError
from records.database import Database
from records.tables import Account, Purpose, SignInSession

SEALER = Sealer(bytes(range(32)))
NOW = datetime(2026, 11, 23, 18, 55, tzinfo=UTC)
DAYS = 90


def make_accounts(database: Database, count: int = 1, **columns: Any) -> list[int]:
    with database.write() as session:
        accounts = [
            Account(
                session_key=secrets.token_hex(32),
                **{"kind": "learner", "username": f"learner.{secrets.token_hex(8)}"} | columns,
            )
            for _ in range(count)
        ]
        for account in accounts:
            account.username_key = account.username
        session.add_all(accounts)
        session.flush()
        for account in accounts:
            account.initial_password_sealed = SEALER.seal([account.id], ["old-password-1"])[0]
        return [account.id for account in accounts]


def renew(database: Database, account_ids: list[int], **options: Any) -> list[int]:
    with database.open_session() as session:
        renewed = renew_initial_passwords(session, account_ids, sealer=SEALER, days=DAYS, now=NOW, **options)
        session.commit()
        return renewed


def fetch(database: Database, account_id: int) -> Account:
    with database.read() as session:
        return session.get_one(Account, account_id)


def open_password(account: Account) -> str:
    assert account.initial_password_sealed
    return SEALER.open(account.id, account.initial_password_sealed)


def test_every_account_gets_a_password_of_its_own_with_its_life(database: Database) -> None:
    ids = make_accounts(database, 3)
    assert renew(database, ids) == ids
    accounts = [fetch(database, account_id) for account_id in ids]
    assert len({open_password(account) for account in accounts} | {"old-password-1"}) == 4
    assert {account.initial_password_created_at for account in accounts} == {NOW}
    assert {account.initial_password_expires_at for account in accounts} == {NOW + timedelta(days=DAYS)}


def test_a_password_of_ones_own_and_a_lock_are_gone(database: Database) -> None:
    (account_id,) = make_accounts(database, password_hash="hash", locked_at=NOW, failed_sign_in_count=5)
    renew(database, [account_id])
    account = fetch(database, account_id)
    assert (account.password_hash, account.locked_at, account.failed_sign_in_count) == (None, None, 0)
    assert account.has_to_change_password


def test_all_sessions_of_the_account_end_and_nobody_elses(database: Database) -> None:
    renewed_id, other_id = make_accounts(database, 2)
    keys = {account_id: fetch(database, account_id).session_key for account_id in (renewed_id, other_id)}
    with database.write() as session:
        for account_id, key in keys.items():
            session.add(
                SignInSession(
                    token_hash=secrets.token_hex(32), account_id=account_id, session_key=key, purpose=Purpose.FULL
                )
            )
    renew(database, [renewed_id])
    with database.read() as session:
        assert list(session.scalars(select(SignInSession.account_id))) == [other_id]
    assert fetch(database, renewed_id).session_key != keys[renewed_id]
    assert fetch(database, other_id).session_key == keys[other_id]
    assert open_password(fetch(database, other_id)) == "old-password-1"


def test_staff_are_passed_over(database: Database) -> None:
    ids = make_accounts(database, 1, kind="staff", password_hash="hash")
    assert renew(database, ids) == []
    assert fetch(database, ids[0]).password_hash == "hash"


def test_those_who_chose_a_password_in_the_meantime_can_be_spared(database: Database) -> None:
    (own,) = make_accounts(database, password_hash="hash")
    (unused,) = make_accounts(database)
    assert renew(database, [own, unused], spares_own=True) == [unused]
    assert fetch(database, own).password_hash == "hash"


def test_what_was_loaded_before_is_told_anew(database: Database) -> None:
    (account_id,) = make_accounts(database)
    with database.open_session() as session:
        account = session.get_one(Account, account_id)
        renew_initial_passwords(session, [account_id], sealer=SEALER, days=DAYS, now=NOW)
        assert open_password(account) != "old-password-1"


def test_nobody_at_all_is_no_fault(database: Database) -> None:
    assert renew(database, []) == []


def test_a_new_password_opens_for_its_own_account_only(database: Database) -> None:
    first, second = make_accounts(database, 2)
    renew(database, [first, second])
    sealed = fetch(database, first).initial_password_sealed
    assert sealed
    with pytest.raises(SealError):
        SEALER.open(second, sealed)


def test_a_thousand_take_as_many_statements_as_one(database: Database) -> None:
    ids = make_accounts(database, 1000)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    renew(database, ids[:1])
    count_for_one = len(statements)
    statements.clear()
    renew(database, ids)
    assert len(statements) == count_for_one
    with database.read() as session:
        assert session.scalar(select(func.count(func.distinct(Account.initial_password_sealed)))) == len(ids)
