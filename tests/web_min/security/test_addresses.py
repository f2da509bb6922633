"""Addresses that wrong passwords come from are slowed down: nobody locks a school, and no school is kept waiting."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.database import Database
from records.tables import Account, AddressFailure, now
from tests.web_min.security.attempts import INITIAL, PASSWORD, attempt, enter
from tests.web_min.security.conftest import Clock
from web_min.signing_in.addresses import (
    HALF_LIFE,
    LONGEST_PAUSE,
    TAKEN_BACK,
    count_failure,
    find_network,
    find_pause,
    take_back_failures,
)

LIMIT = 20
START = datetime.fromisoformat("2026-11-30T09:00:00+00:00")
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
HOME = "192.0.2.1"


@contextmanager
def writing(database: Database) -> Iterator[Session]:
    session = database.open_session()
    try:
        yield session
        session.commit()
    finally:
        session.close()


def pause_after(database: Database, moment: datetime) -> float:
    with database.read() as session:
        return find_pause(session, HOME, now=moment, limit=LIMIT).total_seconds()


def fail_at(database: Database, moment: datetime, times: int = 1) -> None:
    for _ in range(times):
        with writing(database) as session:
            count_failure(session, HOME, now=moment)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("no address" * 9, ("no address" * 9)[:40]),
    ],
)
def test_an_address_counts_as_itself_or_as_its_ipv6_network(address: str, network: str) -> None:
    assert find_network(address) == network


def test_some_failures_are_free_and_each_further_one_doubles_the_pause(database: Database) -> None:
    fail_at(database, START, LIMIT - 1)
    assert pause_after(database, START) == 0
    pauses = []
    for _ in range(12):
        fail_at(database, START)
        pauses.append(pause_after(database, START))
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert pause_after(database, START + LONGEST_PAUSE) == 0


def test_failures_are_forgotten_by_half_each_hour(database: Database) -> None:
    fail_at(database, START, LIMIT)
    fail_at(database, START + HALF_LIFE)
    with database.read() as session:
        assert session.scalars(select(AddressFailure.failure_count)).one() == pytest.approx(LIMIT / 2 + 1)


def test_a_success_takes_back_failures_at_what_they_count_by_then(database: Database) -> None:
    fail_at(database, START, LIMIT)
    for _ in range(2):
        with writing(database) as session:
            take_back_failures(session, HOME, now=START + HALF_LIFE)
    fail_at(database, START + HALF_LIFE)
    with database.read() as session:
        kept = session.scalars(select(AddressFailure.failure_count)).one()
    assert kept == pytest.approx(LIMIT / 2 - 2 * TAKEN_BACK + 1)


@SQLITE
def test_a_success_takes_back_no_more_than_there_is(database: Database) -> None:
    with writing(database) as session:
        take_back_failures(session, HOME, now=START)
    fail_at(database, START)
    for _ in range(5):
        with writing(database) as session:
            take_back_failures(session, HOME, now=START)
    with database.read() as session:
        assert session.scalars(select(AddressFailure.failure_count)).one() == 0


@SQLITE
def test_a_clock_that_was_set_back_is_no_fault(database: Database) -> None:
    fail_at(database, START, LIMIT)
    fail_at(database, START - timedelta(days=1))
    assert pause_after(database, START - timedelta(days=1)) == 2


@SQLITE
def test_an_address_that_has_to_pause_is_told_for_how_long_and_nothing_is_looked_at(
    app: Flask, staff: Account, clock: Clock, read: Callable[[Account], Account]
) -> None:
    for number in range(LIMIT + 3):
        attempt(app, f"nobody.{number}", "wrong-password1")
        clock.go_on(seconds=20)
    attempt(app, "nobody.9", "wrong-password1")
    answer = attempt(app, staff.username, PASSWORD)
    assert answer.status_code == 429
    assert "Too many wrong passwords have come from your network. Wait " in answer.text
    assert attempt(app, "nobody.at.all", PASSWORD).status_code == 429
    assert read(staff).failed_sign_in_count == 0
    assert attempt(app, staff.username, PASSWORD, address="192.0.2.2").status_code == 302
    clock.go_on(minutes=5)
    assert attempt(app, staff.username, PASSWORD).status_code == 302


@SQLITE
def test_somebody_with_an_initial_password_can_not_buy_guesses_with_it(
    app: Flask, database: Database, newcomer: Account
) -> None:
    """Signing in with it again and again, and never choosing another, takes back nothing."""
    for number in range(LIMIT + 1):
        attempt(app, f"nobody.{number}", "wrong-password1")
        attempt(app, newcomer.username, INITIAL)
    assert attempt(app, "nobody.x", "wrong-password1").status_code == 429


@SQLITE
def test_somebody_with_an_account_can_not_buy_guesses_with_it(app: Flask, learner: Account) -> None:
    for number in range(LIMIT + 3):
        assert attempt(app, f"nobody.{number}", "wrong-password1").status_code in (400, 429)
        attempt(app, learner.username, PASSWORD)
    assert attempt(app, "nobody.x", "wrong-password1").status_code == 429


@SQLITE
def test_one_address_locks_no_school_in_a_night(database: Database) -> None:
    """A script of a stranger tries as fast as it may for twelve hours, to lock accounts one after the other."""
    moment, until, failures = START, START + timedelta(hours=12), 0
    session = database.open_session()
    while moment < until:
        count_failure(session, HOME, now=moment)
        failures += 1
        moment += find_pause(session, HOME, now=moment, limit=LIMIT) + timedelta(seconds=0.1)
    session.close()
    assert failures // 5 <= 60, "accounts locked, with five wrong passwords each"


@SQLITE
@pytest.mark.parametrize("mistakes", [0.2, 0.6])
def test_a_school_of_a_thousand_behind_one_address_is_hardly_ever_kept_waiting(
    database: Database, mistakes: float
) -> None:
    """Thirty learners every ten minutes sign in for the first time; so many of what they type is wrong."""
    chance, waits, now = random.Random(7), [], START
    session = database.open_session()
    for number in range(1000):
        now = START + timedelta(minutes=10 * (number // 30), seconds=(number % 30) * 5 + chance.random())
        waited = timedelta()
        for _ in range(5):
            pause = find_pause(session, HOME, now=now, limit=LIMIT)
            waited, now = waited + pause, now + pause
            if chance.random() >= mistakes:
                take_back_failures(session, HOME, now=now)
                break
            count_failure(session, HOME, now=now)
        waits.append(waited.total_seconds())
    session.close()
    assert sum(wait > 0 for wait in waits) <= 10
    assert max(waits) < 30


@SQLITE
def test_signing_in_counts_for_its_own_address(app: Flask, database: Database, staff: Account) -> None:
    attempt(app, "nobody.at.all", "x", address="198.51.100.7")
    enter(app, staff.username)
    assert [row.address for row in read_rows(database)] == ["198.51.100.7"]


def read_rows(database: Database) -> list[AddressFailure]:
    with database.read() as session:
        return list(session.scalars(select(AddressFailure).where(AddressFailure.last_failure_at <= now())))
