"""Learners who have not logged in, to be shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.conftest import KEY
from tests.web_min.people import make_learner

PATH = "/learners/not-logged-in"
PASSWORD = "mkrt-7384-wdcn"
MADE_AT = datetime.now(UTC) - timedelta(days=2)

AddLearner = Callable[..., tuple[Account, Learner]]


@pytest.fixture
def add_learner(database: Database, provider: Provider) -> AddLearner:
    """Add a learner who has not logged in, with an initial password of 90 days; account's columns begin "account_"."""
    made: list[int] = []

    def add(password: str | None = PASSWORD, *, expires_in: int = 88, **columns: Any) -> tuple[Account, Learner]:
        of_account = {name[8:]: columns.pop(name) for name in [*columns] if name.startswith("account_")}
        made.append(1)
        account, learner = make_learner(
            database,
            columns.pop("provider_id", provider.id),
            columns.pop("username", f"learner.{len(made)}"),
            key=KEY,
            initial_password=password,
            **columns,
        )
        moments = {
            "initial_password_created_at": MADE_AT,
            "initial_password_expires_at": MADE_AT + timedelta(days=2 + expires_in),
        }
        with database.write() as session:
            stored = session.get_one(Account, account.id)
            for name, value in (moments | of_account).items():
                setattr(stored, name, value)
        return stored, learner

    return add


@pytest.fixture
def other_provider(database: Database) -> Provider:
    """Another registered provider, at which the manager does not work."""
    with database.write() as session:
        provider = Provider(ukprn="10005678", name="Ravenscourt College")
        session.add(provider)
        session.flush()
    return provider
