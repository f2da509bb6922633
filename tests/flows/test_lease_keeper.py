"""The lease is renewed while a slow step runs, and the keeper disturbs nobody."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.lease_keeper import LeaseKeeper
from flows.steps import take_import
from flows.workplace import Workplace
from records.queue import has_waiting, put_back
from records.tables import LearnerImport
from tests.flows.conftest import Queue, read_import


def shorten_lease(workplace: Workplace, seconds: float) -> Workplace:
    return replace(workplace, settings=workplace.settings.model_copy(update={"lease_seconds": seconds}))


def count_keepers() -> int:
    return sum(thread.name.startswith("lease of import") for thread in threading.enumerate())


def wait_until(condition: object, seconds: float = 10) -> None:
    assert callable(condition)
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_a_slow_step_keeps_its_import(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small")
    workplace = shorten_lease(workplace, 0.6)
    work = take_import(workplace)
    assert work
    began = read_import(workplace, import_id).lease_until_at
    assert began
    with LeaseKeeper(workplace, work.lease):
        wait_until(lambda: (read_import(workplace, import_id).lease_until_at or began) > began + timedelta(seconds=0.6))
        assert take_import(workplace) is None
    wait_until(lambda: count_keepers() == 0)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_even_a_lease_of_less_than_a_second_never_runs_out_while_it_is_kept(workplace: Workplace, queue: Queue) -> None:
    queue("01-clean-small")
    workplace = shorten_lease(workplace, 0.9)
    work = take_import(workplace)
    assert work
    leave_at = time.monotonic() + 1.3
    with LeaseKeeper(workplace, work.lease):
        while time.monotonic() < leave_at:
            with workplace.database.read() as session:
                assert not has_waiting(session, workplace.now())
            time.sleep(0.02)


def test_a_keeper_whose_import_was_taken_over_ends_and_takes_nothing_back(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small")
    workplace = shorten_lease(workplace, 0.06)
    work = take_import(workplace)
    assert work
    with workplace.database.write() as session:
        put_back(session, work.lease, next_attempt_at=workplace.now())
    with LeaseKeeper(workplace, work.lease):
        wait_until(lambda: count_keepers() == 0)
    assert read_import(workplace, import_id).lease_until_at is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_keeper_waits_while_the_step_itself_holds_the_one_writer(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small")
    workplace = shorten_lease(workplace, 0.3)
    work = take_import(workplace)
    assert work
    with LeaseKeeper(workplace, work.lease):
        with workplace.database.write() as session:  # as the load does, for longer than the lease
            time.sleep(0.5)
            session.get_one(LearnerImport, import_id).row_count = 12
        until = read_import(workplace, import_id).lease_until_at
        wait_until(lambda: (read_import(workplace, import_id).lease_until_at or until) != until)
    assert read_import(workplace, import_id).row_count == 12


def test_a_database_that_is_away_for_a_moment_is_outlived(
    workplace: Workplace, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    import_id = queue("01-clean-small")
    workplace = shorten_lease(workplace, 0.06)
    work = take_import(workplace)
    assert work
    away = replace(workplace, database=type(workplace.database)("sqlite:////nowhere/learners.db"))
    with LeaseKeeper(away, work.lease):
        wait_until(lambda: f"import {import_id}: lease not renewed: OperationalError" in caplog.text)
        assert count_keepers() == 1
    wait_until(lambda: count_keepers() == 0)
    away.close()
