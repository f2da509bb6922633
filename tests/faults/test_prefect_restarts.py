"""Prefect's server, a worker and an import run are killed while a run drains: the service goes on by itself."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from records.database import Database
from records.tables import Learner
from tests.faults.conftest import MakePlace
from tests.faults.ledger import reckon
from tests.faults.place import Place
from tests.faults.stem import ROOT
from tests.faults.tally import TALLY, add
from tests.notifications.mail_server import find_free_port

START_SECONDS, PATIENCE_SECONDS = 180, 300
FILES = 40


def start_service(place: Place) -> subprocess.Popen[bytes]:
    settings = {f"LEARNER_IMPORTS_{name.upper()}": str(value) for name, value in place.settings.items()}
    settings |= {
        "LEARNER_IMPORTS_PREFECT_PORT": str(find_free_port()),
        "LEARNER_IMPORTS_WEB_PORT": str(find_free_port()),
        "LEARNER_IMPORTS_SFTP_PORT": str(find_free_port()),
        "LEARNER_IMPORTS_LEASE_SECONDS": "10",
    }
    with (place.home.parent / "up.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "up"],
            cwd=ROOT,
            env=os.environ | settings | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@pytest.fixture
def place_with_service(make_place: MakePlace) -> Iterator[Place]:
    place = make_place(provider_count=10)
    service = start_service(place)
    try:
        wait_until(lambda: "Running." in (place.home.parent / "up.log").read_text(), START_SECONDS, place)
        yield place
    finally:
        service.send_signal(signal.SIGINT)
        service.wait(90)


def wait_until(condition: object, seconds: float, place: Place) -> None:
    assert callable(condition)
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, (place.home.parent / "up.log").read_text()[-4000:]
        time.sleep(0.2)


def find_processes(home: Path, *words: str) -> list[int]:
    """The processes of this home whose command line has these words."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("latin-1")
            if str(home).encode() in (entry / "environ").read_bytes() and all(word in command for word in words):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "victim",
    [("prefect", "server", "start"), ("prefect", "worker", "start"), ("flows.runs.engine",), ("cli", "collect")],
    ids=["Prefect's server", "the worker", "the import run", "the collector"],
)
def test_what_is_killed_while_a_run_drains_is_started_again_and_every_file_answered(
    place_with_service: Place, victim: tuple[str, ...]
) -> None:
    place = place_with_service
    for number in range(FILES):
        place.put_in(place.ukprns[number % len(place.ukprns)])
    wait_until(lambda: count_learners(place), PATIENCE_SECONDS, place)
    victims = find_processes(place.home, *victim)
    assert victims
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
        TALLY["kills"] += 1
    place.put_in()  # and it answers what comes afterwards
    wait_until(lambda: count_learners(place) == 4 * (FILES + 1), PATIENCE_SECONDS, place)
    wait_until(lambda: is_settled(place), PATIENCE_SECONDS, place)
    add(str(place.home), reckon(place))


def count_learners(place: Place) -> int:
    """Those loaded so far. The ledger is for when nothing moves: it goes through folders that the service empties."""
    database = Database(place.database_url)
    with database.read() as session:
        count = session.scalar(select(func.count()).select_from(Learner)) or 0
    database.close()
    return count


def is_settled(place: Place) -> bool:
    with suppress(FileNotFoundError):  # what was in a folder has just been let go
        return reckon(place).complaints == [] and len(list(place.outbox_folder.rglob("*.eml"))) > FILES
    return False
