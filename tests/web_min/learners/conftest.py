"""A manager of two providers, a third one of others, and learners at all of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.conftest import KEY
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff
from web_min.permissions import Permission

AddLearner = Callable[..., Learner]
Browser = Callable[..., FlaskClient]


@pytest.fixture
def second_provider(database: Database) -> Provider:
    """Another provider of the same manager."""
    return add_provider(database, "10005678", "St Mary’s & All Saints’ “Free” School")


@pytest.fixture
def other_provider(database: Database) -> Provider:
    """A provider of which the manager knows nothing."""
    return add_provider(database, "10009999", "Other People’s College")


def add_provider(database: Database, ukprn: str, name: str) -> Provider:
    with database.write() as session:
        provider = Provider(ukprn=ukprn, name=name)
        session.add(provider)
    return provider


@pytest.fixture
def manager(database: Database, provider: Provider, second_provider: Provider) -> Account:
    """A learner manager who may do everything at both providers."""
    memberships = {provider.id: ALL_BUT_USERS, second_provider.id: ALL_BUT_USERS}
    return make_staff(database, "manager@example.org", memberships=memberships)


@pytest.fixture
def browser(sign_in: Callable[[Account], FlaskClient], manager: Account) -> FlaskClient:
    """The manager's browser."""
    return sign_in(manager)


@pytest.fixture
def browser_of(database: Database, provider: Provider, sign_in: Callable[[Account], FlaskClient]) -> Browser:
    """Give the browser of somebody with these permissions at the provider and none elsewhere."""

    def make(*permissions: Permission) -> FlaskClient:
        name = "-".join(permissions) or "none"
        return sign_in(make_staff(database, f"{name}@example.org", memberships={provider.id: permissions}))

    return make


@pytest.fixture
def add_learner(database: Database, provider: Provider) -> AddLearner:
    """Add a learner, Zuzanna Quillfeather at the provider unless told otherwise."""
    count = 0

    def add(username: str | None = None, *, provider_id: int = provider.id, **columns: Any) -> Learner:
        nonlocal count
        count += 1
        password = columns.pop("initial_password", None)
        return make_learner(
            database, provider_id, username or f"learner.{count}", key=KEY, initial_password=password, **columns
        )[1]

    return add


@pytest.fixture
def learner(add_learner: AddLearner) -> Learner:
    """A learner of whom much is known."""
    return add_learner(
        "zuzanna.q",
        date_of_birth=date(2009, 9, 1),
        year_group="Year 12",
        email="z@example.org",
        uln="1000000000",
        gender="Female",
        is_apply_enabled=True,
        personal_statement="I like\nmaps & “quotes”.",
        town="Cardiff",
    )
