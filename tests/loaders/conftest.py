"""A school for the tests of loading, in each kind of database.

Loading never looks beyond its provider but for user names, so one database serves all tests of a module: making one for
each would take longer than the tests.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from records.database import Database
from tests.conftest import KINDS, run_on_server
from tests.loaders.school import School, open_school


@pytest.fixture(scope="module", params=KINDS)
def shared_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database for one module's tests."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, tmp_path_factory.mktemp('shared'))}"
    else:
        address, name = request.getfixturevalue("postgresql_address"), f"test_{os.urandom(6).hex()}"
        run_on_server(address, f"CREATE DATABASE {name} TEMPLATE template")
        url = make_url(address).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def school(shared_database: Database) -> School:
    """A provider without learners."""
    return open_school(shared_database)
