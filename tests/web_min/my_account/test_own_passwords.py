"""Changing one's own password: who knows the current one may, and nobody can guess on."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.looking import find_session, list_actions, look_up
from tests.web_min.people import open_signed_in, post
from tests.web_min.reading import read_words

PATH = "/my-account/password"
NEW = "Quiet-lantern4"
FORM = {"current_password": PASSWORD, "new_password": NEW, "confirm_password": NEW}
LIMIT = 5
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


def test_a_new_password_ends_every_other_session_and_begins_this_one_anew(
    app: Flask, database: Database, learner: tuple[Account, Learner]
) -> None:
    account = learner[0]
    browser, other = open_signed_in(app, database, account), open_signed_in(app, database, account)
    before = find_session(database, browser)
    response = post(browser, PATH, FORM)
    assert (response.status_code, response.location) == (302, PATH)
    assert "Your new password is saved." in read_words(browser.get(PATH).text)
    assert other.get(PATH).status_code == 302
    after = find_session(database, browser)
    assert after.token_hash != before.token_hash
    assert look_up(database, Account, account.id).password_hash != PASSWORD_HASH
    assert list_actions(database, account) == ["password chosen"]
    stranger = app.test_client()
    assert post(stranger, "/sign-in", {"username": account.username, "password": PASSWORD}).status_code == 400
    assert post(stranger, "/sign-in", {"username": account.username, "password": NEW}).status_code == 302


@only_sqlite
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"current_password": ""}, "Enter your current password"),
        ({"new_password": "ab1", "confirm_password": "ab1"}, "Password must be 6 characters or more"),
        ({"new_password": "a1" * 11, "confirm_password": "a1" * 11}, "Password must be 20 characters or fewer"),
        ({"new_password": "123456", "confirm_password": "123456"}, "Password must have at least one letter"),
        ({"new_password": "lanterns", "confirm_password": "lanterns"}, "at least one number or symbol"),
        ({"new_password": "password1", "confirm_password": "password1"}, "too easy to guess"),
        ({"new_password": "Zuzanna1", "confirm_password": "Zuzanna1"}, "must not have your name"),
        ({"confirm_password": "Quiet-lantern5"}, "Enter the same password again"),
    ],
)
def test_what_is_outside_the_rules_is_refused_and_is_no_try(
    learner_browser: FlaskClient,
    learner: tuple[Account, Learner],
    database: Database,
    typed: dict[str, str],
    message: str,
) -> None:
    response = post(learner_browser, PATH, FORM | typed)
    assert response.status_code == 400
    assert message in read_words(response.text)
    account = look_up(database, Account, learner[0].id)
    assert (account.password_hash, account.failed_sign_in_count) == (PASSWORD_HASH, 0)


@only_sqlite
def test_errors_are_told_from_the_top_down_and_no_password_comes_back(staff_browser: FlaskClient) -> None:
    page = post(staff_browser, PATH, {"current_password": "", "new_password": "Ab1", "confirm_password": "x"}).text
    assert page.index('href="#current_password"') < page.index('href="#new_password"')
    assert "Ab1" not in page


def test_wrong_current_passwords_lock_the_account_and_end_its_sessions(
    app: Flask, database: Database, staff: Account
) -> None:
    browser, other = open_signed_in(app, database, staff), open_signed_in(app, database, staff)
    for count in range(1, LIMIT):
        response = post(browser, PATH, FORM | {"current_password": f"Wrong-{count}"})
        assert response.status_code == 400
        assert "That is not your current password" in read_words(response.text)
        assert look_up(database, Account, staff.id).failed_sign_in_count == count
    response = post(browser, PATH, FORM | {"current_password": "Wrong-5"})
    assert (response.status_code, response.location) == (302, "/sign-in")
    words = read_words(browser.get("/sign-in").text)
    assert "Your account is locked" in words and "Use “Forgotten your password?” to unlock it." in words
    assert look_up(database, Account, staff.id).locked_at is not None
    assert other.get(PATH).status_code == 302
    assert list_actions(database, staff) == ["wrong current password"] * LIMIT + ["account locked"]


@only_sqlite
def test_wrong_passwords_at_sign_in_and_here_are_counted_together_until_one_is_right(
    app: Flask, database: Database, staff: Account
) -> None:
    browser, stranger = open_signed_in(app, database, staff), app.test_client()
    for _ in range(2):
        post(stranger, "/sign-in", {"username": staff.username, "password": "Wrong-1"})
    post(browser, PATH, FORM | {"current_password": "Wrong-2"})
    assert look_up(database, Account, staff.id).failed_sign_in_count == 3
    assert post(browser, PATH, FORM).status_code == 302
    assert look_up(database, Account, staff.id).failed_sign_in_count == 0


@only_sqlite
def test_right_passwords_at_sign_in_are_not_counted(app: Flask, database: Database, staff: Account) -> None:
    for _ in range(LIMIT + 1):
        stranger = app.test_client()
        assert post(stranger, "/sign-in", {"username": staff.username, "password": PASSWORD}).status_code == 302
        assert look_up(database, Account, staff.id).failed_sign_in_count == 0
