"""Many attempts at the same moment get no more tries than one after the other, and none ends in a fault."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.exceptions import Conflict

from records.database import Database
from records.tables import Account, AddressFailure, AuditEvent, Provider
from tests.web_min.conftest import KEY
from tests.web_min.people import make_learner
from tests.web_min.security.attempts import PASSWORD, QUICK_HASH, attempt, enter
from tests.web_min.security.conftest import change
from web_min.current import get_session
from web_min.signing_in import attempts
from web_min.signing_in.attempts import count_attempt
from web_min.signing_in.passwords import set_password

THREADS = 12
LIMIT = 5


def at_once(act: Callable[[int], int], count: int) -> list[int]:
    """Do something so many times in threads; return the answers' statuses."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(act, range(count)))


def test_wrong_passwords_at_once_get_no_more_tries_than_the_limit(
    app: Flask, database: Database, staff: Account, read: Callable[[Account], Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bool] = []

    def note(account: Account | None) -> bool:
        tried.append(count_attempt(account))
        return tried[-1]

    monkeypatch.setattr(attempts, "count_attempt", note)
    statuses = at_once(lambda number: int(attempt(app, staff.username, f"guess-{number}").status_code), 3 * THREADS)
    assert set(statuses) <= {400, 429}
    assert tried.count(True) == LIMIT
    kept = read(staff)
    assert kept.locked_at and kept.failed_sign_in_count == LIMIT
    with database.read() as session:
        locks = session.scalar(select(func.count()).where(AuditEvent.action == "account locked"))
        counted = session.scalars(select(AddressFailure.failure_count)).one()
    assert locks == 1
    assert counted > statuses.count(400) - 1, "each failure counts against the address"


def test_the_right_password_among_many_wrong_ones_is_found_by_luck_alone(app: Flask, staff: Account) -> None:
    """It stands behind more wrong ones than there are tries, so that whoever gets in got past the count."""
    at_once(lambda number: int(attempt(app, staff.username, f"guess-{number}").status_code), LIMIT)
    statuses = at_once(lambda _: int(attempt(app, staff.username, PASSWORD).status_code), THREADS)
    assert set(statuses) == {400}


def test_people_who_sign_in_fail_log_off_and_change_passwords_at_once_meet_no_fault(
    app: Flask, database: Database, provider: Provider
) -> None:
    """From one address, so that all of them want the rows of their accounts and the one of the address."""
    people = []
    for number in range(6):
        account, _ = make_learner(database, provider.id, f"learner.{number:02}", key=KEY)
        change(database, account, password_hash=QUICK_HASH)
        people.append(account)
    chance = random.Random(5)
    steps = [(chance.choice(people), chance.random()) for _ in range(60)]

    def act(number: int) -> int:
        account, draw = steps[number]
        if draw < 0.45:
            return int(attempt(app, account.username, PASSWORD).status_code)
        if draw < 0.9:
            return int(attempt(app, account.username, "wrong-password1").status_code)
        with app.test_request_context("/"), suppress(Conflict):
            set_password(get_session().get_one(Account, account.id), PASSWORD)
            get_session().commit()
        return 0

    outcomes = Counter(at_once(act, len(steps)))
    assert set(outcomes) <= {0, 302, 400, 429}, outcomes
    assert outcomes[302] and outcomes[400]


def test_first_failures_from_one_address_at_once_are_all_counted(app: Flask, database: Database) -> None:
    at_once(lambda number: int(attempt(app, f"nobody.{number}", PASSWORD).status_code), THREADS)
    with database.read() as session:
        assert session.scalars(select(AddressFailure.failure_count)).one() > THREADS - 1


def test_two_browsers_that_sign_in_at_once_are_both_signed_in(app: Flask, staff: Account) -> None:
    with ThreadPoolExecutor(4) as pool:
        clients = list(pool.map(lambda _: enter(app, staff.username), range(8)))
    assert all(client.get("/imports").status_code == 200 for client in clients)
