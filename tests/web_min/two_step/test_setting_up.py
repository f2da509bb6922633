"""Turning two-step sign-in on and off: what proves it, what is kept, who may, and what an administrator requires."""

import base64
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Provider, Purpose
from tests.web_min.conftest import KEY
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.looking import find_session, list_actions, look_up, read_cookie
from tests.web_min.people import make_learner, make_staff, open_signed_in, post
from tests.web_min.reading import read_words
from tests.web_min.two_step.phone import SET_UP, Phone, make_two_step_staff, scan
from web_min.app import create_app

PATH = "/my-account/two-step"
CODE = "/sign-in/code"
LIMIT = 5
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def staff(database: Database) -> Account:
    """A member of staff who signs in with a password only."""
    return make_staff(database, "morgan@example.org", password_hash=PASSWORD_HASH)


@pytest.fixture
def browser(app: Flask, database: Database, staff: Account) -> FlaskClient:
    """A browser in which they are signed in."""
    return open_signed_in(app, database, staff)


def turn_on(client: FlaskClient, phone: Phone) -> str:
    code = phone.show_code()
    response = post(client, SET_UP, {"current_password": PASSWORD, "code": code})
    assert (response.status_code, response.location) == (302, PATH)
    return code


def test_a_first_code_turns_it_on_and_the_next_sign_in_asks_for_one(
    app: Flask, browser: FlaskClient, staff: Account, database: Database
) -> None:
    other, before = open_signed_in(app, database, staff), find_session(database, browser)
    assert "Off You sign in with your username and password only." in read_words(browser.get(PATH).text)
    phone = scan(browser)
    first_code = turn_on(browser, phone)
    assert "On After your password you enter a code" in read_words(browser.get(PATH).text)
    after = find_session(database, browser)
    assert after.token_hash != before.token_hash
    assert other.get(PATH).status_code == 302, "what was signed in without a code is signed in no more"
    assert list_actions(database, staff) == ["two-step sign-in turned on"]
    stranger = app.test_client()
    post(stranger, "/sign-in", {"username": staff.username, "password": PASSWORD})
    assert stranger.get("/").location == CODE
    assert post(stranger, CODE, {"code": first_code}).status_code == 400, "it is used up"
    assert post(stranger, CODE, {"code": phone.show_code(steps_later=1)}).status_code == 302
    assert stranger.get(PATH).status_code == 200


def test_the_key_is_kept_encrypted_and_only_once_a_code_has_proved_it(
    app: Flask, browser: FlaskClient, staff: Account, database: Database
) -> None:
    phone = scan(browser)
    assert phone.key not in str(read_cookie(browser))
    assert look_up(database, Account, staff.id).two_step_secret is None
    turn_on(browser, phone)
    secret = look_up(database, Account, staff.id).two_step_secret
    assert secret is not None and phone.key not in secret
    assert app.extensions["codes"].get_totp_b32_key(secret) == phone.key
    other_key = create_app(app.extensions["settings"], database, bytes(32))
    assert other_key.extensions["codes"].get_totp_b32_key(secret) != phone.key
    assert "two_step_secret" not in read_cookie(browser)


@only_sqlite
def test_the_page_shows_one_picture_and_one_key_until_it_is_proved(browser: FlaskClient, staff: Account) -> None:
    page = browser.get(SET_UP).text
    picture = re.search(r'<img class="qr-code" src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert picture and base64.b64decode(picture[1]).startswith(b"<?xml")
    first = scan(browser)
    post(browser, SET_UP, {"current_password": PASSWORD, "code": first.show_wrong_code()})
    assert scan(browser).key == first.key
    assert re.fullmatch("[A-Z2-7]{32}", first.key)


@only_sqlite
@pytest.mark.parametrize(
    ("password", "is_code_right", "message"),
    [
        (PASSWORD, False, "That code is wrong or was used already"),
        ("Wrong-1", True, "That is not your current password"),
        ("", True, "Enter your current password"),
    ],
)
def test_without_password_and_right_code_it_stays_off(
    browser: FlaskClient, staff: Account, database: Database, password: str, is_code_right: bool, message: str
) -> None:
    phone = scan(browser)
    code = phone.show_code() if is_code_right else phone.show_wrong_code()
    response = post(browser, SET_UP, {"current_password": password, "code": code})
    assert response.status_code == 400
    assert message in read_words(response.text)
    account = look_up(database, Account, staff.id)
    assert (account.two_step_secret, account.two_step_counter) == (None, None)


@only_sqlite
def test_a_code_of_another_key_proves_nothing(
    app: Flask, browser: FlaskClient, staff: Account, database: Database
) -> None:
    _, phone = make_two_step_staff(app, database, "ada.other@example.org")
    data = {"current_password": PASSWORD, "code": phone.show_code(), "two_step_secret": phone.key, "secret": phone.key}
    assert post(browser, SET_UP, data).status_code == 400
    assert look_up(database, Account, staff.id).two_step_secret is None


@only_sqlite
@pytest.mark.parametrize("path", [PATH, SET_UP])
def test_wrong_passwords_lock_the_account(app: Flask, database: Database, path: str) -> None:
    account, _ = make_two_step_staff(app, database)
    browser = open_signed_in(app, database, account)
    for _ in range(LIMIT - 1):
        assert post(browser, path, {"current_password": "Wrong-1", "code": "123456"}).status_code == 400
    assert post(browser, path, {"current_password": "Wrong-1", "code": "123456"}).location == "/sign-in"
    assert look_up(database, Account, account.id).locked_at is not None
    assert browser.get(PATH).status_code == 302


@only_sqlite
def test_a_new_phone_takes_the_place_of_the_old_one(app: Flask, database: Database) -> None:
    account, old = make_two_step_staff(app, database, two_step_counter=2**40)
    browser = open_signed_in(app, database, account)
    new = scan(browser)
    assert new.key != old.key
    assert post(browser, SET_UP, {"current_password": PASSWORD, "code": old.show_code()}).status_code == 400
    row = look_up(database, Account, account.id)
    assert (row.two_step_secret, row.two_step_counter) == (account.two_step_secret, 2**40)
    turn_on(browser, new)
    half = open_signed_in(app, database, look_up(database, Account, account.id), Purpose.GIVE_CODE)
    assert post(half, CODE, {"code": old.show_code(steps_later=1)}).status_code == 400
    assert post(half, CODE, {"code": new.show_code(steps_later=1)}).status_code == 302


def test_the_password_turns_it_off(app: Flask, database: Database) -> None:
    account, _ = make_two_step_staff(app, database, two_step_counter=7)
    browser = open_signed_in(app, database, account)
    response = post(browser, PATH, {"current_password": "Wrong-1"})
    assert response.status_code == 400
    assert "That is not your current password" in read_words(response.text)
    assert look_up(database, Account, account.id).two_step_secret == account.two_step_secret
    assert post(browser, PATH, {"current_password": PASSWORD}).location == PATH
    row = look_up(database, Account, account.id)
    assert (row.two_step_secret, row.two_step_counter, row.failed_sign_in_count) == (None, None, 0)
    assert "Two-step sign-in is off." in read_words(browser.get(PATH).text)
    assert list_actions(database, account) == ["wrong current password", "two-step sign-in turned off"]


def test_who_is_required_to_use_it_sets_it_up_before_anything_else(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    account = make_staff(database, "morgan@example.org", password_hash=PASSWORD_HASH, has_to_use_two_step=True)
    data = {"username": account.username, "password": PASSWORD, "next": "/my-account/username"}
    post(client, "/sign-in", data)
    assert client.get("/").location == SET_UP
    assert client.get(PATH).location == "/"
    page = client.get(SET_UP).text
    assert "Your administrator requires it." in read_words(page)
    assert 'name="current_password"' not in page
    assert 'aria-label="My account"' not in page
    half = find_session(database, client)
    phone = scan(client)
    assert post(client, SET_UP, {"code": phone.show_wrong_code()}).status_code == 400
    assert look_up(database, Account, account.id).failed_sign_in_count == 0, "the page shows the key: no guess"
    assert post(client, SET_UP, {"code": phone.show_code()}).location == "/"
    assert client.get("/").location == "/my-account/username"
    full = find_session(database, client)
    assert full.token_hash != half.token_hash
    assert full.purpose == Purpose.FULL


@only_sqlite
def test_who_set_it_up_first_ends_the_sessions_that_had_only_the_password(app: Flask, database: Database) -> None:
    account = make_staff(database, "morgan@example.org", password_hash=PASSWORD_HASH, has_to_use_two_step=True)
    first, second = (open_signed_in(app, database, account, Purpose.SET_UP_TWO_STEP) for _ in range(2))
    scan(second)
    assert post(first, SET_UP, {"code": scan(first).show_code()}).status_code == 302
    assert second.get(SET_UP).location.startswith("/sign-in?")


@only_sqlite
def test_what_is_required_is_not_turned_off(app: Flask, database: Database) -> None:
    account, _ = make_two_step_staff(app, database, has_to_use_two_step=True)
    browser = open_signed_in(app, database, account)
    page = browser.get(PATH).text
    assert "Your administrator requires it, so it can’t be turned off." in read_words(page)
    assert "Turn off" not in read_words(page)
    assert post(browser, PATH, {"current_password": PASSWORD}, form_at="/my-account").status_code == 403
    assert look_up(database, Account, account.id).two_step_secret == account.two_step_secret


@only_sqlite
def test_learners_have_none(app: Flask, database: Database, provider: Provider) -> None:
    account, _ = make_learner(database, provider.id, "zuzanna.quillfeather", key=KEY)
    browser = open_signed_in(app, database, account)
    for path in (PATH, SET_UP):
        assert browser.get(path).status_code == 403
    assert post(browser, PATH, {"current_password": PASSWORD}, form_at="/my-account").status_code == 403
    assert "Two-step" not in browser.get("/my-account").text
