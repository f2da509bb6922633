"""A session begins anew at each sign-in, ends in time and when its account changes, and can't be brought back."""

from collections.abc import Callable
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

import web_min.signing_in.sessions
from records.database import Database, begin_writing
from records.tables import Account, AuditEvent, Provider, Purpose, SignInSession
from tests.web_min.people import open_signed_in, post
from tests.web_min.security.attempts import OTHER_PASSWORD, PASSWORD, attempt, enter, is_signed_in
from tests.web_min.security.conftest import Clock
from web_min.current import get_session
from web_min.permissions import Permission, list_provider_ids
from web_min.signing_in.attempts import lock
from web_min.signing_in.passwords import set_password
from web_min.signing_in.sessions import BY_ITSELF, TOKEN, end_all_sessions, hash_token

SignIn = Callable[[Account], FlaskClient]
COOKIE = "session"


def count_sessions(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(SignInSession)) or 0


def read_cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    assert cookie
    return cookie.value


def do(app: Flask, account: Account, act: Callable[[Account], object]) -> None:
    """Do something to an account as a view does."""
    with app.test_request_context("/"):
        kept = get_session().get_one(Account, account.id)
        act(kept)
        get_session().commit()


def change_username(account: Account) -> None:
    account.username = account.username_key = "another.name"
    end_all_sessions(account)


def disable(account: Account) -> None:
    account.is_active = False


ENDINGS: dict[str, Callable[[Account], object]] = {
    "its password is changed": lambda account: set_password(account, OTHER_PASSWORD),
    "it is locked": lock,
    "it is disabled": disable,
    "its username is changed": change_username,
}


def test_sign_in_gives_a_new_session_and_a_new_csrf_token(app: Flask, staff: Account) -> None:
    client = app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as cookie:
        before = dict(cookie)
    assert attempt(app, staff.username, PASSWORD, client=client).status_code == 302
    with client.session_transaction() as cookie:
        assert TOKEN not in before
        assert cookie.get("csrf_token") != before["csrf_token"]
    assert is_signed_in(client)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_an_attacker_planted_before_sign_in_is_worthless(app: Flask, database: Database, staff: Account) -> None:
    victim, attacker = app.test_client(), app.test_client()
    attacker.get("/sign-in")
    planted = read_cookie(attacker)
    victim.set_cookie(COOKIE, planted)
    assert attempt(app, staff.username, PASSWORD, client=victim).status_code == 302
    attacker.set_cookie(COOKIE, planted)
    assert is_signed_in(victim) and not is_signed_in(attacker)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_signing_in_where_somebody_is_signed_in_ends_that_session(
    app: Flask, database: Database, staff: Account, learner: Account
) -> None:
    client = enter(app, learner.username)
    old = read_cookie(client)
    answer = post(client, "/sign-in", {"username": staff.username, "password": PASSWORD}, form_at="/nothing")
    assert answer.status_code == 302
    assert staff.username in client.get("/imports").text
    client.set_cookie(COOKIE, old)
    assert not is_signed_in(client)
    assert count_sessions(database) == 1


def test_the_database_holds_no_token_that_a_cookie_does(app: Flask, database: Database, staff: Account) -> None:
    client = enter(app, staff.username)
    with client.session_transaction() as cookie:
        token = cookie[TOKEN]
    with database.read() as session:
        row = session.scalars(select(SignInSession)).one()
    assert row.token_hash == hash_token(token) and token not in repr(vars(row))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_log_off_kills_the_cookie_itself_and_only_a_post_does_it(
    app: Flask, database: Database, staff: Account
) -> None:
    client = enter(app, staff.username)
    stolen = read_cookie(client)
    assert client.get("/log-off").status_code == 405
    assert is_signed_in(client)
    assert post(client, "/log-off", form_at="/imports").status_code == 302
    assert "You have logged off." in client.get("/").text
    client.set_cookie(COOKIE, stolen)
    assert not is_signed_in(client)
    assert count_sessions(database) == 0
    with database.read() as session:
        assert session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()[-1] == "logged off"


@pytest.mark.parametrize("what", ENDINGS)
def test_all_sessions_of_an_account_end_when(
    what: str, app: Flask, database: Database, staff: Account, learner: Account, sign_in: SignIn
) -> None:
    browsers, other = [sign_in(staff), enter(app, staff.username)], sign_in(learner)
    assert all(map(is_signed_in, browsers))
    do(app, staff, ENDINGS[what])
    assert not any(map(is_signed_in, browsers))
    assert is_signed_in(other)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_session_that_does_nothing_ends_and_one_in_use_goes_on(
    app: Flask, staff: Account, sign_in: SignIn, clock: Clock
) -> None:
    idle, used = sign_in(staff), sign_in(staff)
    for _ in range(7):
        clock.go_on(minutes=5)
        assert is_signed_in(used)
    assert not is_signed_in(idle)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_short_idle_limit_counts_from_the_last_page_too(
    open_app: Callable[..., Flask], database: Database, staff: Account, clock: Clock
) -> None:
    client = open_signed_in(open_app(session_idle_seconds=30), database, staff)
    for _ in range(5):
        clock.go_on(seconds=20)
        assert is_signed_in(client)
    clock.go_on(seconds=31)
    assert not is_signed_in(client)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_page_that_refreshes_itself_keeps_no_session_alive(
    app: Flask, staff: Account, sign_in: SignIn, clock: Clock
) -> None:
    client = sign_in(staff)
    for minutes in range(0, 30, 5):
        assert client.get("/imports", headers={BY_ITSELF: "1"}).status_code == 200, minutes
        clock.go_on(minutes=5, seconds=1)
    assert client.get("/imports", headers={BY_ITSELF: "1"}).status_code == 302


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_script_that_refreshes_pages_says_that_it_does(app: Flask) -> None:
    with closing(app.test_client().get("/static/refresh.js")) as answer:
        assert f'"{BY_ITSELF}"' in answer.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_no_session_outlives_the_longest_one(app: Flask, staff: Account, sign_in: SignIn, clock: Clock) -> None:
    client = sign_in(staff)
    for _ in range(12 * 3 - 1):
        clock.go_on(minutes=20)
        assert is_signed_in(client)
    clock.go_on(minutes=20, seconds=1)
    assert not is_signed_in(client)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.FULL])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_half_a_session_opens_no_other_page(
    purpose: Purpose, app: Flask, database: Database, staff: Account, administrator: Account
) -> None:
    for account in (staff, administrator):
        client = open_signed_in(app, database, account, purpose)
        assert client.get("/imports").headers.get("Location") == "/"
        assert "Imports" not in client.get("/forgotten-password").text  # nor is it in the menu


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_half_a_session_gives_no_permission_even_on_a_page_for_anyone(
    purpose: Purpose, app: Flask, database: Database, staff: Account, provider: Provider
) -> None:
    with open_signed_in(app, database, staff, purpose) as client:
        client.get("/forgotten-password")
        assert list_provider_ids(Permission.VIEW) == ([provider.id] if purpose is Purpose.FULL else [])


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("made_up", ["", "abc", 5, ["a"], None])
def test_a_token_that_we_did_not_make_is_nobodys(made_up: object, app: Flask, staff: Account) -> None:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update({TOKEN: made_up, "_user_id": staff.session_key})
    assert not is_signed_in(client)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("value", ["", "x", "a.b.c", "1|0123", "é", "A" * 4000])
@pytest.mark.parametrize("name", [COOKIE, "remember_token"])
def test_a_forged_cookie_is_a_strangers(name: str, value: str, app: Flask, staff: Account) -> None:
    client = app.test_client()
    client.set_cookie(name, value)
    assert client.get("/imports").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_one_accounts_token_is_no_good_with_anothers_key(
    app: Flask, staff: Account, learner: Account, sign_in: SignIn
) -> None:
    client = sign_in(learner)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = staff.session_key
    assert not is_signed_in(client)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_two_processes_share_sessions(open_app: Callable[..., Flask], staff: Account) -> None:
    first, second = open_app(), open_app()
    stolen = read_cookie(enter(first, staff.username))
    client = second.test_client()
    client.set_cookie(COOKIE, stolen)
    assert is_signed_in(client)


def test_a_session_that_is_ended_while_its_page_is_made_is_no_fault(
    app: Flask, database: Database, staff: Account, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_first(session: Session, **options: float) -> None:
        with database.write() as other:
            other.execute(delete(SignInSession))
        begin_writing(session, **options)

    monkeypatch.setattr(web_min.signing_in.sessions, "begin_writing", end_first)
    client = sign_in(staff)
    clock.go_on(minutes=10)
    assert client.get("/imports").status_code == 200
    assert client.get("/imports").status_code == 302
