"""Several worker processes at the same files: each is taken once, and a provider's files in the order they came."""

import time
from itertools import pairwise

import pytest
from sqlalchemy import select

from records.database import Database
from records.tables import LearnerImport
from tests.faults.conftest import MakePlace
from tests.faults.jobs import EVERYTHING, Job
from tests.faults.ledger import reckon
from tests.faults.place import Place
from tests.faults.recovery import read_log, settle
from tests.faults.stem import Stem

HEAD_START_SECONDS = 0.5


def race(stem: Stem, place: Place, count: int, *, parts: tuple[str, ...] = EVERYTHING, rounds: int = 1) -> None:
    """Let so many workers begin at the same moment, and wait until all are done."""
    start_at = time.monotonic() + HEAD_START_SECONDS
    job = Job(place.settings, parts=parts, rounds=rounds, start_at=start_at, pause_seconds=0.1, is_patient=True)
    pids = [stem.start(job) for _ in range(count)]
    assert [stem.wait(pid) for pid in pids] == [0] * count, read_log(job)


def read_imports(place: Place) -> list[LearnerImport]:
    database = Database(place.database_url)
    with database.read() as session:
        imports = list(session.scalars(select(LearnerImport).order_by(LearnerImport.id)))
    database.close()
    return imports


@pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
@pytest.mark.parametrize("count", [pytest.param(2, marks=pytest.mark.slow), 8])
def test_workers_that_race_for_one_file_take_it_once(stem: Stem, place: Place, count: int) -> None:
    place.put_in()
    race(stem, place, count, rounds=5)
    (only,) = read_imports(place)
    assert only.attempt_count == 1
    settle(stem, place)


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 8])
def test_workers_take_forty_files_of_ten_providers_once_each_and_in_order(
    stem: Stem, make_place: MakePlace, count: int
) -> None:
    place = make_place(provider_count=10)
    for _ in range(4):
        for ukprn in place.ukprns:
            place.put_in(ukprn)
    race(stem, place, count, rounds=20)
    assert reckon(place).waiting == 0
    imports = read_imports(place)
    assert len(imports) == 40
    assert {done.attempt_count for done in imports} == {1}
    for provider_id in {done.provider_id for done in imports}:
        own = [done for done in imports if done.provider_id == provider_id]
        assert sorted(own, key=lambda done: done.leased_at or done.requested_at) == own, "in the order they were queued"
        for earlier, later in pairwise(own):
            assert earlier.processed_at and later.leased_at and earlier.processed_at <= later.leased_at
    settle(stem, place)
