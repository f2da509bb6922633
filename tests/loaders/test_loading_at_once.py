"""Loads at the same moment, each in a connection of its own."""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import text

from loaders import creating
from loaders.faults import TransientFault
from loaders.loading import LoadResult, load_learners
from records.database import Database
from tests.loaders.school import NOON, ON_POSTGRESQL, POSITIONS, SEALER, ZOE, Row, School, make_table, open_school

pytestmark = ON_POSTGRESQL

ROWS: list[Row] = [{**ZOE, "first_name": name} for name in ("Ann", "Zoë", "Siân")]
BYRNES: list[Row] = [{**row, "last_name": "Byrne"} for row in ROWS]


class SlowLoad:
    """A load that has done everything but commit, and waits for the word."""

    def __init__(self, school: School, rows: list[Row]) -> None:
        self.school, self.rows = school, rows
        self.import_id = school.request_import()
        self.is_loaded, self.may_commit = Event(), Event()
        self.thread = Thread(target=self._run)
        self.thread.start()
        assert self.is_loaded.wait(20)

    def _run(self) -> None:
        with self.school.database.write() as session:
            load_learners(
                session,
                make_table(self.rows),
                POSITIONS,
                provider_id=self.school.provider_id,
                import_id=self.import_id,
                sealer=SEALER,
                password_days=90,
                now=NOON,
            )
            self.is_loaded.set()
            self.may_commit.wait(20)

    def commit(self) -> None:
        self.may_commit.set()
        self.thread.join(20)


def run_beside(slow: SlowLoad, work: Callable[[], LoadResult]) -> LoadResult:
    """Start work that must wait for the slow load, let it wait, let the slow load commit, and return what came."""
    results: list[LoadResult] = []
    thread = Thread(target=lambda: results.append(work()))
    thread.start()
    wait_for_lock(slow.school.database)
    slow.commit()
    thread.join(20)
    return results[0]


def wait_for_lock(database: Database) -> None:
    deadline = monotonic() + 20
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while monotonic() < deadline:
        with database.read() as session:
            if session.scalar(query):
                return
        sleep(0.02)
    raise AssertionError("nobody waited for a lock")


def test_two_loads_of_one_provider_create_each_learner_once(school: School) -> None:
    slow = SlowLoad(school, ROWS)
    assert run_beside(slow, lambda: school.load(*ROWS))[:3] == (0, 0, 3)
    assert len(school.learners()) == len(school.accounts()) == 3


def test_two_providers_that_want_the_same_user_names_both_get_their_learners(school: School) -> None:
    other = open_school(school.database)
    slow = SlowLoad(school, BYRNES)
    assert run_beside(slow, lambda: other.load(*BYRNES))[:3] == (3, 0, 0)
    accounts = [*school.accounts(), *other.accounts()]
    names = {account.id: account.username for account in accounts}
    mine = [names[learner.account_id] for learner in school.learners()]
    theirs = [names[learner.account_id] for learner in other.learners()]
    assert mine == [f"{name}.byrne" for name in ("ann", "zoe", "sian")]
    assert [name.rstrip("0123456789") for name in theirs] == mine
    assert len(set(names.values())) == 6
    for account in accounts:
        assert account.initial_password_sealed and SEALER.open(account.id, account.initial_password_sealed)


def test_user_names_that_are_taken_again_and_again_are_a_fault_that_passes(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.load(ZOE)
    monkeypatch.setattr(creating, "assign_usernames", lambda stems, _find_taken: list(stems))
    with pytest.raises(TransientFault, match="user names"):
        school.load(ZOE | {"postcode": "M1 1AE", "date_of_birth": "2009-01-01"})
    assert len(school.accounts()) == 1
