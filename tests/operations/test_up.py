"""The main job, as a person sees it: `learner-imports up --demo` answers every sample, and stops cleanly."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload

from records.database import Database
from records.tables import Account, Alert, ImportStatus, Learner, LearnerImport, PartBeat

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "samples"
PATIENCE_SECONDS = 420  # a first start makes Prefect's database: most of a minute, and more on a busy machine
EXPECTED = {path.name.split(".")[0]: json.loads(path.read_text()) for path in SAMPLES.glob("*.expected.json")}
PARTS = {"collector", "sftp", "supervisor", "website"}
FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)


class Service:
    """A running `up --demo` in a home of its own, and what it printed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.output = home.parent / "output.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up", "--demo"],
                cwd=ROOT,
                env=os.environ | {"LEARNER_IMPORTS_HOME": str(home), "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.database = Database(f"sqlite:///{home / 'learners.db'}")

    def read_imports(self) -> list[LearnerImport]:
        with self.database.read() as session:
            finished = select(LearnerImport).where(LearnerImport.status.in_(FINISHED))
            return list(session.scalars(finished.options(joinedload(LearnerImport.provider))))

    def read_parts(self) -> set[str]:
        with self.database.read() as session:
            return set(session.scalars(select(PartBeat.part)))

    def has_tables(self) -> bool:
        """Whether the database is made: its file is there a moment before its tables are."""
        return (self.home / "learners.db").exists() and inspect(self.database.engine).has_table("part_beat")

    def wait_for(self, count: int) -> dict[str, LearnerImport]:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not self.has_tables() or len(imports := self.read_imports()) < count:
            assert self.process.poll() is None and time.monotonic() < give_up_at, self.output.read_text()
            time.sleep(0.5)
        return {Path(done.file_name).stem: done for done in imports}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def processes_of(home: Path) -> list[str]:
    """The command lines of living processes that have this home in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(home).encode() in (entry / "environ").read_bytes() and entry.name != str(os.getpid()):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("up") / "home")
    yield service
    if service.process.poll() is None:
        service.stop()
    service.database.close()


def test_every_sample_comes_to_its_expected_outcome(service: Service) -> None:
    done = service.wait_for(len(EXPECTED))
    keys = ("status", "row_count", "created_count", "updated_count", "unchanged_count")
    found = {name: {key: getattr(done[name], key) for key in keys} for name in EXPECTED}
    assert found == {name: {key: expected[key] for key in keys} for name, expected in EXPECTED.items()}


def test_each_is_told_on_the_console_in_the_folder_and_by_mail(service: Service) -> None:
    done = service.wait_for(len(EXPECTED))
    wanted = {f"{one.provider.ukprn}/outcomes/import-{one.id}-{one.status}.txt" for one in done.values()}
    give_up_at = time.monotonic() + 30
    while time.monotonic() < give_up_at:
        mails = list((service.home / "outbox").glob("*.eml"))
        receipts = {str(path.relative_to(service.home / "drop")) for path in service.home.glob("drop/*/outcomes/*.txt")}
        if len(mails) >= len(EXPECTED) and receipts >= wanted:
            break
        time.sleep(0.2)
    assert (len(mails), receipts) == (len(EXPECTED), wanted)
    lines = [f"{one.provider.ukprn} · import {one.id} · {name}" for name, one in done.items()]
    while time.monotonic() < give_up_at and not all(line in service.output.read_text() for line in lines):
        time.sleep(0.2)
    assert [line for line in lines if line not in service.output.read_text()] == []


def test_the_website_and_prefect_answer_where_it_says(service: Service) -> None:
    service.wait_for(len(EXPECTED))
    urls = {line.split()[-1] for line in service.output.read_text().splitlines() if "http://" in line}
    assert len(urls) == 2
    for url in urls:
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.status == 200


def test_the_sftp_server_answers_where_it_says(service: Service) -> None:
    service.wait_for(len(EXPECTED))
    (line,) = [line for line in service.output.read_text().splitlines() if line.startswith("  SFTP server")]
    host, port = line.split()[2].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        assert connection.recv(8) == b"SSH-2.0-"


def test_every_part_gives_signs_of_life(service: Service) -> None:
    service.wait_for(len(EXPECTED))
    give_up_at = time.monotonic() + 30
    while (parts := service.read_parts()) < PARTS and time.monotonic() < give_up_at:
        time.sleep(0.2)
    assert parts >= PARTS


def test_a_part_that_is_killed_is_started_again_told_and_an_alert(service: Service) -> None:
    service.wait_for(len(EXPECTED))
    with service.database.read() as session:
        holder = session.scalars(select(PartBeat.holder).where(PartBeat.part == "collector")).one()
    os.kill(int(holder.rpartition(":")[2]), signal.SIGKILL)
    give_up_at = time.monotonic() + 30
    while "The collector was started again." not in service.output.read_text():
        assert time.monotonic() < give_up_at, service.output.read_text()
        time.sleep(0.1)
    assert "The collector has died (signal 9)" in service.output.read_text()
    with service.database.read() as session:
        assert session.scalars(select(Alert.kind).where(Alert.cause == "part died: collector")).one() == "part_died"


def test_logs_are_for_their_owner_only(service: Service) -> None:
    logs = service.home / "logs"
    assert stat.S_IMODE(logs.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in logs.iterdir()} == {0o600}


def test_a_file_dropped_later_is_answered(service: Service) -> None:
    before = len(service.wait_for(len(EXPECTED)))
    dropped = service.home / "drop" / "10001234" / "again.xls"
    dropped.write_bytes((SAMPLES / "01-clean-small.xls").read_bytes())
    again = service.wait_for(before + 1)["again"]
    assert again.repeats_import_id and again.created_count == 0


def test_stopping_leaves_no_process_and_says_so(service: Service) -> None:
    service.wait_for(len(EXPECTED))
    assert service.stop() == 0
    assert "Stopped. Everything is kept" in service.output.read_text()
    give_up_at = time.monotonic() + 10
    while processes_of(service.home) and time.monotonic() < give_up_at:
        time.sleep(0.2)
    assert processes_of(service.home) == []


@pytest.mark.slow
def test_a_service_that_is_killed_outright_leaves_nothing_and_starts_again_at_once(service: Service) -> None:
    """Its import run too, which is a process of the worker's."""
    assert service.process.poll() is not None
    for ends_cleanly in (False, True):
        second = Service(service.home)
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while "Running." not in second.output.read_text():
            assert second.process.poll() is None and time.monotonic() < give_up_at, second.output.read_text()
            time.sleep(0.2)
        if ends_cleanly:
            assert second.stop() == 0
        else:
            (service.home / "drop" / "10001234" / "late.xls").write_bytes((SAMPLES / "08-update.xls").read_bytes())
            while not any("flows.runs.engine" in command for command in processes_of(service.home)):
                assert time.monotonic() < give_up_at
                time.sleep(0.1)
            second.process.kill()
            second.process.wait()
        second.database.close()
    give_up_at = time.monotonic() + 20
    while processes_of(service.home) and time.monotonic() < give_up_at:
        time.sleep(0.2)
    assert processes_of(service.home) == []


def test_no_value_of_a_learner_is_in_the_logs(service: Service) -> None:
    """Runs last: it searches the logs of everything above."""
    logs = "".join(path.read_text(errors="replace") for path in (service.home / "logs").glob("*.log"))
    values: set[Any] = set()
    with service.database.read() as session:
        for learner in session.scalars(select(Learner)):
            values |= {learner.uln, learner.upn, learner.email, learner.street, str(learner.date_of_birth)}
        values |= set(session.scalars(select(Account.username)))
    assert [value for value in values - {None, "None"} if value in logs] == []
