"""A clock that tests move, and people with passwords of their own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from itsdangerous import TimestampSigner

import web_min.current
from records.database import Database
from records.tables import Account, Provider
from tests.web_min.conftest import KEY, make_quick
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff
from tests.web_min.security.attempts import INITIAL, QUICK_HASH


class Clock:
    """What the website takes for now: the real time, and what was added to it."""

    def __init__(self) -> None:
        self.added = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.added

    def go_on(self, **time: float) -> None:
        self.added += timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of sessions, lockouts and links."""
    clock = Clock()
    monkeypatch.setattr(web_min.current, "now", clock)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(clock().timestamp()))
    return clock


@pytest.fixture
def staff(database: Database, provider: Provider) -> Account:
    """A learner manager whose password is `PASSWORD`."""
    return make_staff(
        database, "jane.smith@example.org", memberships={provider.id: ALL_BUT_USERS}, password_hash=QUICK_HASH
    )


@pytest.fixture
def learner(database: Database, provider: Provider) -> Account:
    """A learner whose own password is `PASSWORD`."""
    account, _ = make_learner(database, provider.id, "zuzanna.quillfeather", key=KEY, email="zuzanna@example.org")
    change(database, account, password_hash=QUICK_HASH)
    return account


@pytest.fixture
def newcomer(database: Database, provider: Provider) -> Account:
    """A learner who has but the initial password `INITIAL`."""
    account, _ = make_learner(database, provider.id, "ada.newcomer", key=KEY, initial_password=INITIAL)
    return account


@pytest.fixture
def read(database: Database) -> Callable[[Account], Account]:
    """Read an account as it is in the database."""

    def read_account(account: Account) -> Account:
        with database.read() as session:
            return session.get_one(Account, account.id)

    return read_account


def change(database: Database, account: Account, **columns: Any) -> None:
    """Change an account behind the website's back."""
    with database.write() as session:
        kept = session.get_one(Account, account.id)
        for name, value in columns.items():
            setattr(kept, name, value)


@pytest.fixture
def open_app(database: Database, tmp_path: Any) -> Callable[..., Flask]:
    """Make the website anew with other settings."""
    from settings import Settings
    from web_min.app import create_app

    def make(**settings: Any) -> Flask:
        app = create_app(Settings(home=tmp_path, **settings), database, KEY)
        app.testing = True
        make_quick(app)
        return app

    return make
