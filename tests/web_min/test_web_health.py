"""`/health` says that the website lives, `/ready` that it can work, and neither says more."""

import socket
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from records.database import Database
from settings import Settings
from tests.web_min.conftest import KEY
from web_min.app import create_app
from web_min.health import find_disk_fault


def find_dead_address(kind: str, tmp_path: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}"  # a folder is no database
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"postgresql+psycopg://nobody:secret@127.0.0.1:{probe.getsockname()[1]}/learners"


@pytest.fixture
def ready_client(database: Database, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path), database, KEY).test_client()


@pytest.fixture
def client_without_database(database_kind: str, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(home=tmp_path), Database(find_dead_address(database_kind, tmp_path)), KEY).test_client()


def test_it_is_ready_when_database_and_disk_are(ready_client: FlaskClient) -> None:
    response = ready_client.get("/ready")
    assert (response.status_code, response.json) == (200, {"status": "ready"})
    assert ready_client.get("/health").json == {"status": "ok"}


def test_without_its_database_it_lives_and_is_not_ready(client_without_database: FlaskClient) -> None:
    assert client_without_database.get("/health").status_code == 200
    response = client_without_database.get("/ready")
    assert (response.status_code, response.json) == (503, {"status": "database does not answer"})


def test_a_database_of_another_version_is_not_ready(ready_client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    response = ready_client.get("/ready")
    assert (response.status_code, response.json) == (503, {"status": "database is not at this version"})


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_disk_that_cannot_be_written_is_not_ready(database: Database, tmp_path: Path) -> None:
    response = create_app(Settings(home=tmp_path / "missing"), database, KEY).test_client().get("/ready")
    assert (response.status_code, response.json) == (503, {"status": "disk can't be written"})


def test_asking_leaves_nothing_behind(tmp_path: Path) -> None:
    assert find_disk_fault(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_only_reading_is_answered(ready_client: FlaskClient, method: str, path: str) -> None:
    assert getattr(ready_client, method)(path).status_code == 405
