"""Changing one's own username: the rules, one for each account whatever the capitals, and signing out."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner
from tests.web_min.known_password import PASSWORD
from tests.web_min.looking import list_events, look_up
from tests.web_min.people import open_signed_in, post
from tests.web_min.reading import read_words
from tests.web_min.security.mails import read_mails
from web_min.signing_in.passwords import LinkKind, find_account_of_link, make_link

PATH = "/my-account/username"
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


def test_a_changed_username_signs_out_everywhere_and_signs_in(
    app: Flask, database: Database, staff: Account, staff_browser: FlaskClient
) -> None:
    other = open_signed_in(app, database, staff)
    with app.test_request_context():
        token = make_link(staff, LinkKind.RESET).rpartition("/")[2]
    response = post(staff_browser, PATH, {"username": " Morgan_Lee-7 "})
    assert (response.status_code, response.location) == (302, "/sign-in")
    assert "Your username is changed. Sign in with the new one." in read_words(staff_browser.get("/sign-in").text)
    assert staff_browser.get(PATH).status_code == 302
    assert other.get(PATH).status_code == 302
    with app.test_request_context():
        assert find_account_of_link(token, LinkKind.RESET) is None
    account = look_up(database, Account, staff.id)
    assert (account.username, account.username_key) == ("Morgan_Lee-7", "morgan_lee-7")
    signed_in = post(staff_browser, "/sign-in", {"username": "MORGAN_lee-7", "password": PASSWORD})
    assert (signed_in.status_code, signed_in.location) == (302, "/")


@only_sqlite
def test_the_trail_has_the_names_of_staff_and_none_of_a_learner(
    staff_browser: FlaskClient, learner_browser: FlaskClient, learner: tuple[Account, Learner], database: Database
) -> None:
    post(staff_browser, PATH, {"username": "morgan.lee"})
    post(learner_browser, PATH, {"username": "zuza.q"})
    of_staff, of_learner = list_events(database)
    assert (of_staff.action, of_staff.actor) == ("username changed", "morgan@example.org")
    assert of_staff.details["changes"] == {"username": ["morgan@example.org", "morgan.lee"]}
    assert (of_learner.action, of_learner.actor) == ("username changed", f"learner account {learner[0].id}")
    assert (of_learner.account_id, of_learner.learner_id) == (learner[0].id, learner[1].id)
    assert set(of_learner.details) == {"address"}


LETTERS = "Username must have only letters a to z, numbers and the characters @ . - _"


@only_sqlite
@pytest.mark.parametrize(
    ("username", "message"),
    [
        ("", "Enter a username"),
        ("abcde", "Username must be 6 characters or more"),
        ("morgan lee", LETTERS),
        ("morgan+lee", LETTERS),
        ("mörgan.lee", LETTERS),
        ("morgan\u0661", LETTERS),
        ("morgan.lee\n@", LETTERS),
    ],
)
def test_a_username_outside_the_rules_is_refused(
    staff_browser: FlaskClient, staff: Account, database: Database, username: str, message: str
) -> None:
    response = post(staff_browser, PATH, {"username": username})
    assert response.status_code == 400
    assert message in read_words(response.text)
    assert look_up(database, Account, staff.id).username == staff.username
    assert list_events(database) == []


@only_sqlite
@pytest.mark.parametrize(
    ("is_staff", "length", "is_taken_on"),
    [(True, 6, True), (True, 256, True), (True, 257, False), (False, 6, True), (False, 127, True), (False, 128, False)],
)
def test_learners_usernames_are_shorter_than_those_of_staff(
    sign_in: Callable[[Account], FlaskClient],
    staff: Account,
    learner: tuple[Account, Learner],
    database: Database,
    is_staff: bool,
    length: int,
    is_taken_on: bool,
) -> None:
    account = staff if is_staff else learner[0]
    browser = sign_in(account)
    longest = 256 if is_staff else 127
    assert f"6 to {longest} characters" in read_words(browser.get(PATH).text)
    response = post(browser, PATH, {"username": "x" * length})
    assert (look_up(database, Account, account.id).username == "x" * length) == is_taken_on
    assert (response.status_code == 302) == is_taken_on
    assert (f"Username must be {longest} characters or fewer" in response.text) != is_taken_on


@pytest.mark.parametrize("username", ["zuzanna.quillfeather", "Zuzanna.QUILLFEATHER"])
def test_a_username_that_another_account_has_is_refused_by_the_database_itself(
    staff_browser: FlaskClient, staff: Account, learner: tuple[Account, Learner], database: Database, username: str
) -> None:
    """Nothing is asked beforehand, so that two who want a name at one moment can't both get it."""
    response = post(staff_browser, PATH, {"username": username})
    assert response.status_code == 400
    assert "That username is taken. Choose another one" in read_words(response.text)
    assert look_up(database, Account, staff.id).username == staff.username
    assert list_events(database) == []
    assert post(staff_browser, PATH, {"username": "free.one"}).status_code == 302
    assert look_up(database, Account, staff.id).username == "free.one"


@only_sqlite
def test_ones_own_username_in_other_capitals_is_a_change_and_the_same_is_none(
    staff_browser: FlaskClient, staff: Account, database: Database
) -> None:
    assert post(staff_browser, PATH, {"username": "morgan@example.org"}).location == PATH
    assert "Nothing was changed." in read_words(staff_browser.get(PATH).text)
    assert post(staff_browser, PATH, {"username": "Morgan@example.org"}).location == "/sign-in"
    assert look_up(database, Account, staff.id).username == "Morgan@example.org"


@only_sqlite
def test_nothing_but_the_username_can_be_set(staff_browser: FlaskClient, staff: Account, database: Database) -> None:
    post(staff_browser, PATH, {"username": "morgan.lee", "is_administrator": "1", "id": "99", "kind": "learner"})
    account = look_up(database, Account, staff.id)
    assert (account.username, account.is_administrator, account.kind) == ("morgan.lee", False, "staff")


@only_sqlite
def test_a_changed_username_is_told_by_mail(
    staff: Account, staff_browser: FlaskClient, learner_browser: FlaskClient, database: Database
) -> None:
    post(staff_browser, PATH, {"username": "morgan.lee"})
    post(learner_browser, PATH, {"username": "zuza.q"})
    of_staff, of_learner = read_mails(database)
    assert (of_staff.kind, of_staff.to_email) == ("details_changed", staff.email)
    assert (of_learner.kind, of_learner.to_email) == ("details_changed", "zuzanna@example.org")
    assert of_staff.subject == "Your Learner imports username was changed"
    assert "morgan.lee" in of_staff.body_text
    assert "/forgotten-password" in of_staff.body_text


@only_sqlite
def test_a_username_that_is_taken_is_told_to_nobody(
    staff_browser: FlaskClient, learner: tuple[Account, Learner], database: Database
) -> None:
    post(staff_browser, PATH, {"username": learner[0].username.upper()})
    assert read_mails(database) == []
