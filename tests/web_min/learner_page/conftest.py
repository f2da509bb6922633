"""A learner who is signed in."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Learner, Provider
from tests.web_min.conftest import KEY
from tests.web_min.people import make_learner, open_signed_in

PATH = "/my-page"
COMPLETE: dict[str, Any] = {
    "date_of_birth": date(2009, 3, 1),
    "email": "zuzanna@example.org",
    "gender": "Female",
    "ethnicity": "Irish",
    "personal_statement": "I like maps.",
}

OpenPage = Callable[..., tuple[FlaskClient, Learner]]


@pytest.fixture
def open_page(app: Flask, database: Database, provider: Provider) -> OpenPage:
    """Sign a learner of these columns in."""

    def start(**columns: Any) -> tuple[FlaskClient, Learner]:
        account, learner = make_learner(database, provider.id, "zuzanna.quillfeather", key=KEY, **columns)
        return open_signed_in(app, database, account), learner

    return start
