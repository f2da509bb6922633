"""Signs of life: one row a process, written by many at once, and never a reason to fail."""

import logging
import multiprocessing
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from records.beats import FORGOTTEN_AFTER, Beating, beat, end_beats, list_beats, name_holder
from records.database import Database
from records.operating import PartBeat

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def read(database: Database) -> list[PartBeat]:
    with database.read() as session:
        return list_beats(session)


def test_a_second_beat_moves_the_first_and_keeps_its_start(database: Database) -> None:
    assert beat(database, "website", now=NOW, address="127.0.0.1:8000")
    assert beat(database, "website", now=NOW + timedelta(seconds=10), address="127.0.0.1:8001")
    (row,) = read(database)
    assert (row.part, row.holder, row.address) == ("website", name_holder(), "127.0.0.1:8001")
    assert (row.started_at, row.beat_at) == (NOW, NOW + timedelta(seconds=10))


def test_a_clean_end_removes_only_its_own_row(database: Database) -> None:
    beat(database, "website", now=NOW)
    beat(database, "collector", now=NOW)
    end_beats(database, "website")
    assert [row.part for row in read(database)] == ["collector"]


def beat_often(url: str) -> None:
    database = Database(url)
    assert all(beat(database, "import run", now=NOW) for _ in range(20))
    database.close()


def test_processes_that_beat_at_once_have_one_row_each(database: Database) -> None:
    context = multiprocessing.get_context("spawn")
    racers = [context.Process(target=beat_often, args=(database.url,)) for _ in range(2)]
    for racer in racers:
        racer.start()
    beat_often(database.url)
    for racer in racers:
        racer.join()
    assert [racer.exitcode for racer in racers] == [0, 0]
    assert len({row.holder for row in read(database)}) == len(read(database)) == 3


def test_a_database_that_does_not_answer_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    database = Database("sqlite:////nowhere/at/all.db")
    with caplog.at_level(logging.WARNING, "learner_imports"):
        assert not any(beat(database, "collector", now=NOW) for _ in range(3))
        assert not end_beats(database, "collector")
    assert [record.getMessage() for record in caplog.records] == [
        "collector: no sign of life can be given (OperationalError)"
    ]


def test_beating_goes_on_while_its_block_runs_and_leaves_nothing(database: Database) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    with Beating(database, "sftp", now=now, address="127.0.0.1:2222", beat_seconds=0.02):
        first = read(database)[0]
        give_up_at = time.monotonic() + 10
        while read(database)[0].beat_at == first.beat_at:
            assert time.monotonic() < give_up_at
            time.sleep(0.01)
    assert read(database) == []


def test_a_new_process_replaces_what_a_killed_one_left(database: Database) -> None:
    """The same number may come back (always, in a container); other numbers are forgotten after a day."""
    for holder, beat_at in (("old:1", NOW - FORGOTTEN_AFTER * 2), ("new:1", NOW), (name_holder(), NOW)):
        with database.write() as session:
            session.add(PartBeat(part="collector", holder=holder, started_at=beat_at, beat_at=beat_at))
    with database.write() as session:
        session.execute(
            update(PartBeat).where(PartBeat.holder == name_holder()).values(started_at=NOW - FORGOTTEN_AFTER)
        )
    with Beating(database, "collector", now=lambda: NOW):
        rows = {row.holder: row.started_at for row in read(database)}
    assert rows == {"new:1": NOW, name_holder(): NOW}
