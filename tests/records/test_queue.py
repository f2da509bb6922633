"""The queue: an import is taken by one worker at a time and finished once, whoever dies in between."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from records.database import Database
from records.queue import (
    Lease,
    LeaseLostError,
    finish_import,
    has_waiting,
    lease_import,
    put_back,
    renew_lease,
    request_import,
)
from records.repeats import find_repeated
from records.stored_file import StoredFile
from records.tables import ImportSource, ImportStatus, LearnerImport, Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEASE_SECONDS = 60


def request(database: Database, provider: Provider, name: str, *, sha256: str = "0" * 64) -> int:
    with database.write() as session:
        stored = StoredFile(name, f"{name}.xls", 10, sha256)
        return request_import(session, stored, provider_id=provider.id, source=ImportSource.FOLDER, now=NOON).id


def take(database: Database, *, seconds: float = 0, import_id: int | None = None) -> Lease | None:
    with database.write() as session:
        now = NOON + timedelta(seconds=seconds)
        return lease_import(session, now=now, lease_seconds=LEASE_SECONDS, import_id=import_id)


@pytest.fixture
def import_id(database: Database, provider: Provider) -> Iterator[int]:
    yield request(database, provider, "first")


def read_import(database: Database, import_id: int) -> LearnerImport:
    with database.read() as session:
        return session.get_one(LearnerImport, import_id)


def make_providers(database: Database, count: int) -> list[Provider]:
    with database.write() as session:
        others = [Provider(ukprn=str(10002000 + number), name="Another") for number in range(count)]
        session.add_all(others)
        session.flush()
    return others


def test_the_import_that_waited_longest_is_taken_first(database: Database, import_id: int) -> None:
    (other,) = make_providers(database, 1)
    second = request(database, other, "second")
    leases = [take(database), take(database)]
    assert [lease and lease.import_id for lease in leases] == [import_id, second]
    assert take(database) is None


def test_a_providers_files_are_taken_one_after_the_other(
    database: Database, provider: Provider, import_id: int
) -> None:
    """An older file must never overwrite what a newer one brought, even when the older has to be tried again."""
    second = request(database, provider, "second")
    lease = take(database)
    assert lease and lease.import_id == import_id
    assert take(database) is None
    with database.write() as session:
        put_back(session, lease, next_attempt_at=NOON + timedelta(seconds=5))
    assert take(database) is None
    lease = take(database, seconds=5)
    assert lease and lease.import_id == import_id
    with database.write() as session:
        assert not has_waiting(session, NOON)
        finish_import(session, lease, ImportStatus.FAILED, now=NOON)
    with database.read() as session:
        assert has_waiting(session, NOON)
    lease = take(database)
    assert lease and lease.import_id == second


def test_a_named_import_is_taken_only_while_it_waits(database: Database, provider: Provider, import_id: int) -> None:
    second = request(database, provider, "second")
    assert (lease := take(database, import_id=second)) and lease.import_id == second
    assert take(database, import_id=second) is None


def test_a_lease_that_ran_out_is_taken_over_and_the_first_worker_can_no_longer_finish(
    database: Database, import_id: int
) -> None:
    first = take(database)
    assert first
    assert take(database, seconds=LEASE_SECONDS - 1) is None
    second = take(database, seconds=LEASE_SECONDS)
    assert second and second.import_id == import_id and second.attempt_count == 2
    with pytest.raises(LeaseLostError), database.write() as session:
        finish_import(session, first, ImportStatus.SUCCESSFUL, now=NOON)
    with database.write() as session:
        finish_import(session, second, ImportStatus.SUCCESSFUL, now=NOON, created_count=3)
    assert read_import(database, import_id).created_count == 3


def test_a_renewed_lease_is_held_longer(database: Database, import_id: int) -> None:
    lease = take(database)
    assert lease
    with database.write() as session:
        renew_lease(session, lease, now=NOON + timedelta(seconds=50), lease_seconds=LEASE_SECONDS)
    assert take(database, seconds=70) is None
    assert take(database, seconds=110)


def test_an_import_is_finished_once(database: Database, import_id: int) -> None:
    lease = take(database)
    assert lease
    with database.write() as session:
        finish_import(session, lease, ImportStatus.UNSUCCESSFUL, now=NOON, error_count=2)
    with pytest.raises(LeaseLostError), database.write() as session:
        finish_import(session, lease, ImportStatus.SUCCESSFUL, now=NOON)
    kept = read_import(database, import_id)
    assert (kept.status, kept.error_count, kept.processed_at) == (ImportStatus.UNSUCCESSFUL, 2, NOON)
    assert take(database, seconds=1000) is None


def test_what_was_put_back_waits_for_its_next_attempt(database: Database, import_id: int) -> None:
    lease = take(database)
    assert lease
    with database.write() as session:
        put_back(session, lease, next_attempt_at=NOON + timedelta(seconds=5), fault="OperationalError")
    assert take(database, seconds=4) is None
    again = take(database, seconds=5)
    assert again and again.attempt_count == 2


def test_the_same_stored_file_is_queued_once(database: Database, provider: Provider, import_id: int) -> None:
    with pytest.raises(IntegrityError):
        request(database, provider, "first")


def test_only_a_successful_import_of_the_same_provider_and_bytes_is_repeated(
    database: Database, provider: Provider
) -> None:
    with database.write() as session:
        other = Provider(ukprn="10005678", name="Riverside College")
        session.add(other)
    ids = {
        "refused": request(database, provider, "refused", sha256="a" * 64),
        "loaded": request(database, provider, "loaded", sha256="a" * 64),
        "elsewhere": request(database, other, "elsewhere", sha256="a" * 64),
        "again": request(database, provider, "again", sha256="a" * 64),
    }
    for name, status in (("refused", ImportStatus.UNSUCCESSFUL), ("loaded", ImportStatus.SUCCESSFUL)):
        lease = take(database, import_id=ids[name])
        assert lease
        with database.write() as session:
            finish_import(session, lease, status, now=NOON)
    with database.read() as session:
        again = find_repeated(session, session.get_one(LearnerImport, ids["again"]))
        assert again and again.id == ids["loaded"]
        assert find_repeated(session, session.get_one(LearnerImport, ids["elsewhere"])) is None


def test_workers_that_ask_at_the_same_moment_get_different_imports(database: Database) -> None:
    ids = {request(database, other, f"file{number}") for number, other in enumerate(make_providers(database, 12))}
    taken: list[int] = []
    barrier = Barrier(4)

    def work() -> None:
        barrier.wait()
        while lease := take(database):
            taken.append(lease.import_id)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(ids)
    with database.read() as session:
        assert session.scalars(select(LearnerImport.attempt_count)).all() == [1] * 12
