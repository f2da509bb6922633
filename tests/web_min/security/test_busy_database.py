"""People sign in and look at pages while something large is written; who can't be served is told so on a page."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import event, select

from records.database import Database, begin_writing
from records.tables import Account, SignInSession
from tests.web_min.people import open_signed_in
from tests.web_min.security.attempts import PASSWORD, attempt, enter
from tests.web_min.security.conftest import Clock


@pytest.fixture
def database_kind() -> str:
    """SQLite has one writer; PostgreSQL's writers meet at rows, which `test_attempts_at_once` sees to."""
    return "sqlite"


@contextmanager
def importing(database: Database, seconds: float) -> Iterator[None]:
    """Hold the writer's lock for so long, as a large import does."""
    has_begun = threading.Event()

    def hold() -> None:
        with database.write():
            has_begun.set()
            time.sleep(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    has_begun.wait(10)
    yield
    thread.join()


def wait_no_longer_than(database: Database, seconds: float) -> None:
    """Let connections wait this long for the writer's lock, in place of half a minute."""
    database.engine.dispose()

    @event.listens_for(database.engine, "connect")
    def shorten(connection: object, _: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={round(seconds * 1000)}")  # type: ignore[attr-defined]


def test_who_signs_in_while_an_import_writes_waits_for_it(app: Flask, database: Database, staff: Account) -> None:
    start = time.monotonic()
    with importing(database, 1.5):
        client = enter(app, staff.username)
        assert time.monotonic() - start > 1
    assert client.get("/imports").status_code == 200


def test_pages_wait_for_no_import(app: Flask, database: Database, staff: Account, clock: Clock) -> None:
    client = open_signed_in(app, database, staff)
    clock.go_on(minutes=10)  # so that the session's use would be written down
    with importing(database, 2):
        start = time.monotonic()
        assert client.get("/imports").status_code == 200
        assert time.monotonic() - start < 1.5
    before = read_last_seen(database)
    assert client.get("/imports").status_code == 200
    assert read_last_seen(database) > before, "the next page writes it down"


def read_last_seen(database: Database) -> datetime:
    with database.read() as session:
        return session.scalars(select(SignInSession.last_seen_at)).one()


def test_who_can_not_be_served_is_told_so_and_nothing_is_half_done(
    app: Flask, database: Database, staff: Account, read: Callable[[Account], Account]
) -> None:
    wait_no_longer_than(database, 0.2)
    client = app.test_client()
    with importing(database, 1.5):
        answer = attempt(app, staff.username, PASSWORD, client=client)
    assert answer.status_code == 503
    assert "can’t be done just now" in answer.text and "Wait a minute" in answer.text
    assert answer.headers["Retry-After"] and answer.headers["Content-Security-Policy"]
    assert read(staff).failed_sign_in_count == 0
    assert attempt(app, staff.username, PASSWORD, client=client).status_code == 302


def test_nothing_of_the_fault_is_logged_but_its_kind_and_place(
    app: Flask, database: Database, staff: Account, caplog: pytest.LogCaptureFixture
) -> None:
    wait_no_longer_than(database, 0)
    with importing(database, 1):
        attempt(app, staff.username, PASSWORD)
    (record,) = [record for record in caplog.records if record.name == "learner_imports"]
    assert record.getMessage().startswith("the website could not use the database: OperationalError at ")
    assert staff.username not in caplog.text and PASSWORD not in caplog.text and "UPDATE" not in caplog.text


def test_a_lock_that_is_not_waited_for_leaves_the_session_as_it_was(database: Database) -> None:
    session = database.open_session()
    with database.write(), pytest.raises(Exception, match="database is locked"):
        begin_writing(session, wait_seconds=0)
    assert session.scalars(select(Account)).all() == []
    begin_writing(session)
    session.commit()
    session.close()


def test_a_savepoint_takes_the_writers_lock_first(database: Database) -> None:
    """One that began by reading could not write once another had."""
    session, other = database.open_session(), database.open_session()
    with session.begin_nested(), pytest.raises(Exception, match="database is locked"):
        begin_writing(other, wait_seconds=0)
    session.rollback()
    begin_writing(other, wait_seconds=0)
    for one in (session, other):
        one.close()


def test_eight_who_wait_are_all_served(app: Flask, database: Database, staff: Account) -> None:
    statuses: list[int] = []

    def sign_in() -> None:
        statuses.append(attempt(app, staff.username, PASSWORD).status_code)

    threads = [threading.Thread(target=sign_in) for _ in range(8)]
    with importing(database, 1):
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 8
