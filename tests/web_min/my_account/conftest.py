"""People whose account it is."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.conftest import KEY
from tests.web_min.known_password import PASSWORD_HASH
from tests.web_min.people import make_learner, make_staff


@pytest.fixture
def staff(database: Database) -> Account:
    """A member of staff with details and a password of their own."""
    return make_staff(
        database,
        "morgan@example.org",
        first_name="Morgan",
        last_name="Lee",
        telephone="01632 960001",
        password_hash=PASSWORD_HASH,
    )


@pytest.fixture
def learner(database: Database, provider: Provider) -> tuple[Account, Learner]:
    """A learner with details and a password of their own."""
    account, learner = make_learner(
        database, provider.id, "zuzanna.quillfeather", key=KEY, email="zuzanna@example.org", telephone="01632 960002"
    )
    with database.write() as session:
        account = session.merge(account)
        account.password_hash = PASSWORD_HASH
    return account, learner


@pytest.fixture
def staff_browser(sign_in: Callable[[Account], FlaskClient], staff: Account) -> FlaskClient:
    """A browser in which the member of staff is signed in."""
    return sign_in(staff)


@pytest.fixture
def learner_browser(sign_in: Callable[[Account], FlaskClient], learner: tuple[Account, Learner]) -> FlaskClient:
    """A browser in which the learner is signed in."""
    return sign_in(learner[0])
