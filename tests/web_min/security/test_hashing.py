"""Passwords are hashed as slowly whoever is asked for, and a few at a time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import extract_parameters
from flask import Flask
from flask_security.utils import verify_password

from records.database import Database
from records.tables import Account
from settings import Settings
from tests.web_min.conftest import KEY
from tests.web_min.security.attempts import PASSWORD, attempt
from web_min.app import create_app
from web_min.signing_in import hashing
from web_min.signing_in.hashing import AT_ONCE, make_hash, matches_hash


@pytest.fixture
def database_kind() -> str:
    """One kind is enough here."""
    return "sqlite"


@pytest.fixture
def real_app(database: Database) -> Flask:
    """The website with the hashing that it has outside of tests."""
    return create_app(Settings.model_validate({}), database, KEY)


def test_a_password_is_kept_as_argon2id_with_todays_parameters(real_app: Flask) -> None:
    with real_app.app_context():
        kept, other = make_hash(PASSWORD), make_hash(PASSWORD)
        assert kept != other and PASSWORD not in kept
        assert matches_hash(PASSWORD, kept) and not matches_hash(PASSWORD.lower(), kept)
    parameters = extract_parameters(kept)
    assert kept.startswith("$argon2id$")
    # OWASP's least is 19 MiB and 2 rounds, or 46 MiB and 1.
    assert parameters.memory_cost >= 46 * 1024 and parameters.time_cost >= 2 and parameters.salt_len >= 16


def test_one_hash_is_worked_out_whether_or_not_there_is_anybody(
    app: Flask, staff: Account, newcomer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def note(typed: str, kept: str) -> bool:
        hashed.append(kept)
        return bool(verify_password(typed, kept))

    monkeypatch.setattr(hashing, "verify_password", note)
    for name in (staff.username, newcomer.username, "nobody.at.all"):
        hashed.clear()
        attempt(app, name, "wrong-password1")
        assert len(hashed) == 1 and hashed[0].startswith("$argon2id$"), name


def test_whoever_has_no_password_is_nobody_whatever_is_typed(app: Flask) -> None:
    with app.app_context():
        assert not matches_hash("nobody's password 0", None)
        assert not matches_hash("", None)


def test_hashes_are_worked_out_a_few_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    now, most, lock = [0], [0], threading.Lock()

    def take_long(_: str, __: str) -> bool:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return True

    monkeypatch.setattr(hashing, "verify_password", take_long)
    with ThreadPoolExecutor(4 * AT_ONCE) as pool:
        assert all(pool.map(lambda _: matches_hash(PASSWORD, "kept"), range(8 * AT_ONCE)))
    assert most[0] == AT_ONCE
