"""Eight workers at once, in processes of their own: each import is taken once, and a provider's in their order."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from records.database import Database
from records.queue import QueueError, finish_import, lease_import, put_back, request_again, request_import
from records.stored_file import StoredFile
from records.tables import ImportSource, ImportStatus, LearnerImport, Provider

ROOT = Path(__file__).parents[2]
WORKER_COUNT, PROVIDER_COUNT, FILES_EACH = 8, 3, 8
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

# Forks eight workers. Each takes, "works" for a moment and finishes until nothing is left, and writes what it held and
# when.
WORKERS = """
import os, sys, time
from datetime import UTC, datetime
from sqlalchemy import select
from records.database import Database
from records.queue import finish_import, lease_import
from records.stored_file import StoredFile
from records.tables import ImportStatus, LearnerImport

def work():
    database = Database(sys.argv[1])
    left = True
    while left:
        with database.write() as session:
            lease = lease_import(session, now=datetime.now(UTC), lease_seconds=60)
        if lease:
            began = time.monotonic_ns()
            time.sleep(0.002)
            with database.write() as session:
                finish_import(session, lease, ImportStatus.SUCCESSFUL, now=datetime.now(UTC))
                ended = time.monotonic_ns()
            os.write(1, f"{lease.import_id} {began} {ended}\\n".encode())
        with database.read() as session:
            left = session.scalar(select(LearnerImport.id).where(LearnerImport.processed_at.is_(None)).limit(1))

for _ in range(int(sys.argv[2])):
    if os.fork() == 0:
        work()
        os._exit(0)
statuses = [os.wait()[1] for _ in range(int(sys.argv[2]))]
sys.exit(any(statuses))
"""


def request(database: Database, provider_id: int, name: str) -> int:
    with database.write() as session:
        stored = StoredFile(name, f"{name}.xls", 10, "0" * 64)
        return request_import(session, stored, provider_id=provider_id, source=ImportSource.FOLDER, now=NOON).id


def make_backlog(database: Database) -> dict[int, int]:
    """Queue files of several providers in turns. Gives each import's provider."""
    with database.write() as session:
        providers = [Provider(ukprn=str(10002000 + number), name="Another") for number in range(PROVIDER_COUNT)]
        session.add_all(providers)
        session.flush()
        ids = [provider.id for provider in providers]
    return {
        request(database, provider_id, f"{turn}-{provider_id}"): provider_id
        for turn in range(FILES_EACH)
        for provider_id in ids
    }


def test_eight_workers_take_each_import_once_and_a_providers_in_order(database: Database) -> None:
    provider_of = make_backlog(database)
    command = [sys.executable, "-c", WORKERS, database.url, str(WORKER_COUNT)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    held = sorted(tuple(map(int, line.split())) for line in done.stdout.splitlines())
    assert [import_id for import_id, _, _ in held] == sorted(provider_of)
    for provider_id in set(provider_of.values()):
        times = [(began, ended) for import_id, began, ended in held if provider_of[import_id] == provider_id]
        assert all(before[1] <= after[0] for before, after in pairwise(times)), "two at a time, or in another order"


def test_an_older_import_put_back_by_hand_waits_while_a_newer_one_is_worked_on(
    database: Database, provider: Provider
) -> None:
    older, newer = request(database, provider.id, "older"), request(database, provider.id, "newer")
    with database.write() as session:
        lease = lease_import(session, now=NOON, lease_seconds=60)
        assert lease and lease.import_id == older
        finish_import(session, lease, ImportStatus.FAILED, now=NOON)
        lease = lease_import(session, now=NOON, lease_seconds=60)
        assert lease and lease.import_id == newer
        request_again(session, older, now=NOON)
        assert lease_import(session, now=NOON, lease_seconds=60) is None
    with database.write() as session:  # the newer one's worker has died: the older goes first
        taken = lease_import(session, now=NOON + timedelta(seconds=61), lease_seconds=60)
        assert taken and taken.import_id == older


@pytest.fixture
def failed_id(database: Database, provider: Provider) -> int:
    import_id = request(database, provider.id, "failed")
    with database.write() as session:
        lease = lease_import(session, now=NOON, lease_seconds=60)
        assert lease
        finish_import(session, lease, ImportStatus.FAILED, now=NOON, fault="load: OperationalError")
        session.get_one(LearnerImport, import_id).outcome_returned_at = NOON
    return import_id


def test_a_failed_import_is_put_back_with_all_its_attempts_and_its_fault_on_record(
    database: Database, failed_id: int
) -> None:
    later = NOON + timedelta(hours=1)
    with database.write() as session:
        back = request_again(session, failed_id, now=later)
        assert (back.status, back.attempt_count, back.fault) == ("requested", 0, "load: OperationalError")
        assert back.outcome_returned_at is None and back.processed_at is None
    with database.write() as session:
        taken = lease_import(session, now=later, lease_seconds=60)
        assert taken and taken == (failed_id, taken.token, 1)


def test_only_a_failed_import_whose_file_is_kept_is_put_back(database: Database, failed_id: int) -> None:
    with database.write() as session:
        session.get_one(LearnerImport, failed_id).erased_at = NOON
    with pytest.raises(QueueError, match="was erased"), database.write() as session:
        request_again(session, failed_id, now=NOON)
    with database.write() as session:
        session.get_one(LearnerImport, failed_id).status = ImportStatus.SUCCESSFUL
    with pytest.raises(QueueError, match="is successful; only a failed one"), database.write() as session:
        request_again(session, failed_id, now=NOON)
    with pytest.raises(QueueError, match="There is no import 999"), database.write() as session:
        request_again(session, 999, now=NOON)


def test_a_worker_that_is_asked_to_stop_uses_up_no_attempt(database: Database, provider: Provider) -> None:
    import_id = request(database, provider.id, "stopped")
    with database.write() as session:
        lease = lease_import(session, now=NOON, lease_seconds=60)
        assert lease
        put_back(session, lease, next_attempt_at=NOON, is_counted=False)
    with database.read() as session:
        assert session.scalars(select(LearnerImport.attempt_count).where(LearnerImport.id == import_id)).one() == 0
