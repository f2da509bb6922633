"""A server that the tests of a module share, and one of a test's own with limits of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from intake.sftp.limits import SftpLimits
from records.database import Database
from records.tables import now
from tests.intake.sftp.serving import Served, prepare, running

Serve = Callable[..., Served]


@pytest.fixture(scope="session", autouse=True)
def brisk() -> Iterator[None]:
    """Servers look after their connections more often, so that no test waits for it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("intake.sftp.server.TENDING_SECONDS", 0.05)
        yield


@pytest.fixture
def serve(sqlite_template: Path, tmp_path: Path) -> Iterator[Serve]:
    """Start a server; its limits are given by name."""
    with ExitStack() as stack:

        def start(**limits: float) -> Served:
            path = shutil.copy(sqlite_template, tmp_path / "learners.db")
            database = Database(f"sqlite:///{path}")
            stack.callback(database.close)
            return stack.enter_context(running(prepare(tmp_path / "home", database, SftpLimits(**limits))))  # type: ignore[arg-type]

        yield start


@pytest.fixture(scope="session")
def shared_server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with the ordinary limits, for all tests."""
    home = tmp_path_factory.mktemp("sftp")
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, home / 'learners.db')}")
    with running(prepare(home, database, SftpLimits())) as served:
        yield served
    database.close()


@pytest.fixture
def served(shared_server: Served) -> Served:
    """That server, with empty folders; of the audit trail only what comes after now is looked at."""
    for folder in shared_server.place.drop_folder.glob("*"):
        folder.unlink() if folder.is_symlink() else shutil.rmtree(folder)
    shared_server.since = now()
    return shared_server
