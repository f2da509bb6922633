"""An initial password leads to choosing another one and to nothing else, and is gone once that is done."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from records.database import Database
from records.tables import Account, Purpose, SignInSession
from tests.web_min.people import open_signed_in, post, read_token
from tests.web_min.security.attempts import INITIAL, PASSWORD, QUICK_HASH, attempt, is_signed_in
from tests.web_min.security.conftest import change
from tests.web_min.security.mails import read_mails

Read = Callable[[Account], Account]


@pytest.fixture
def database_kind() -> str:
    """One kind is enough here."""
    return "sqlite"


def enter_with_initial(app: Flask, account: Account) -> FlaskClient:
    client = app.test_client()
    assert attempt(app, account.username, INITIAL, client=client).status_code == 302
    return client


def choose(client: FlaskClient, password: str = PASSWORD, again: str | None = None, **more: str) -> int:
    data = {"new_password": password, "confirm_password": password if again is None else again} | more
    return int(post(client, "/first-password", data).status_code)


def test_it_leads_to_choosing_a_password_and_nowhere_else(app: Flask, newcomer: Account) -> None:
    client = enter_with_initial(app, newcomer)
    assert client.get("/").headers["Location"] == "/first-password"
    assert client.get("/imports").headers["Location"] == "/"
    page = client.get("/first-password").text
    assert newcomer.username in page and "Choose a new password" in page and INITIAL not in page
    assert not is_signed_in(client)


def test_choosing_signs_in_and_destroys_the_sealed_one(
    app: Flask, database: Database, newcomer: Account, read: Read
) -> None:
    client = enter_with_initial(app, newcomer)
    assert choose(client) == 302
    kept = read(newcomer)
    assert kept.initial_password_sealed is None and kept.password_hash
    assert not kept.has_to_change_password and kept.first_signed_in_at
    assert PASSWORD not in kept.password_hash and kept.password_hash.startswith("$argon2id$")
    assert is_signed_in(client)
    assert attempt(app, newcomer.username, INITIAL).status_code == 400
    assert attempt(app, newcomer.username, PASSWORD).status_code == 302


def test_it_is_good_until_one_is_chosen_in_one_browser_at_a_time(app: Flask, newcomer: Account) -> None:
    first = enter_with_initial(app, newcomer)
    second = enter_with_initial(app, newcomer)
    assert first.get("/first-password").headers["Location"].startswith("/sign-in")
    assert choose(second) == 302


def test_a_page_left_open_elsewhere_saves_nothing_any_more(app: Flask, newcomer: Account, read: Read) -> None:
    first = enter_with_initial(app, newcomer)
    token = read_token(first.get("/first-password").text)
    enter_with_initial(app, newcomer)
    answer = first.post(
        "/first-password", data={"csrf_token": token, "new_password": PASSWORD, "confirm_password": PASSWORD}
    )
    assert answer.headers["Location"].startswith("/sign-in")
    assert read(newcomer).password_hash is None


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        (INITIAL, None, "Choose another password than the one you were given"),
        (INITIAL.upper(), None, "Choose another password than the one you were given"),
        (PASSWORD, "blue-kettle7", "Enter the same password again"),
        (PASSWORD, "", "Enter the same password again"),
        ("", None, "Enter a password"),
        ("short", None, "Password must be 6 characters or more"),
        ("password1", None, "too easy to guess"),
        ("x1" * 60_000, None, "Password must be 20 characters or fewer"),
    ],
)
def test_what_can_not_be_chosen_changes_nothing(
    app: Flask, newcomer: Account, read: Read, password: str, again: str | None, says: str
) -> None:
    client = enter_with_initial(app, newcomer)
    data = {"new_password": password, "confirm_password": password if again is None else again}
    answer = post(client, "/first-password", data)
    assert answer.status_code == 400 and says in answer.text
    assert password not in answer.text if password else True
    kept = read(newcomer)
    assert kept.password_hash is None and kept.initial_password_sealed and kept.first_signed_in_at is None


def test_fields_that_the_form_has_not_change_nothing(app: Flask, newcomer: Account, read: Read) -> None:
    client = enter_with_initial(app, newcomer)
    assert choose(client, is_administrator="1", kind="staff", username="taken-over", account="1", id="1") == 302
    kept = read(newcomer)
    assert (kept.kind, kept.username, kept.is_administrator) == ("learner", newcomer.username, False)


def test_who_is_fully_signed_in_has_no_business_there(app: Flask, database: Database, staff: Account) -> None:
    client = open_signed_in(app, database, staff)
    assert client.get("/first-password").headers["Location"] == "/"


def test_choosing_a_password_does_not_make_up_for_the_second_step(
    app: Flask, database: Database, staff: Account, read: Read
) -> None:
    change(database, staff, has_to_change_password=True, two_step_secret="sealed")
    client = app.test_client()
    assert attempt(app, staff.username, PASSWORD, client=client).status_code == 302
    assert choose(client, "Teapot.under9") == 302
    with database.read() as session:
        assert [row.purpose for row in session.scalars(select(SignInSession))] == [Purpose.GIVE_CODE]
    assert read(staff).last_signed_in_at is None and read(staff).failed_sign_in_count == 0
    assert not is_signed_in(client)


def test_who_is_required_to_set_up_the_second_step_comes_to_that_next(
    app: Flask, database: Database, staff: Account
) -> None:
    change(database, staff, has_to_use_two_step=True)
    attempt(app, staff.username, PASSWORD)
    with database.read() as session:
        assert [row.purpose for row in session.scalars(select(SignInSession))] == [Purpose.SET_UP_TWO_STEP]


def test_a_changed_password_is_told_by_mail_without_a_secret(app: Flask, database: Database, staff: Account) -> None:
    change(database, staff, has_to_change_password=True, password_hash=QUICK_HASH)
    client = app.test_client()
    attempt(app, staff.username, PASSWORD, client=client)
    assert choose(client, "Teapot.under9") == 302
    (mail,) = read_mails(database)
    assert (mail.kind, mail.to_email) == ("password_changed", staff.email)
    assert "Teapot" not in mail.body_text + mail.body_html and "/choose-password/" not in mail.body_text
