"""The code after the password: whose and when it is good, that it works once, and that nobody guesses it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Purpose
from tests.web_min.known_password import PASSWORD
from tests.web_min.looking import find_session, list_actions, look_up
from tests.web_min.people import open_signed_in, post
from tests.web_min.reading import read_words
from tests.web_min.two_step.phone import Phone, make_two_step_staff, wait_for_room
from web_min.access import Role
from web_min.signing_in.codes import use_code

PATH = "/sign-in/code"
ACCOUNT = "/my-account"
LIMIT = 5
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def person(app: Flask, database: Database) -> tuple[Account, Phone]:
    """A member of staff whose two-step sign-in is on, and their phone."""
    return make_two_step_staff(app, database)


@pytest.fixture
def browser(app: Flask, database: Database, person: tuple[Account, Phone]) -> FlaskClient:
    """A browser in which the person's password was right."""
    return open_signed_in(app, database, person[0], Purpose.GIVE_CODE)


def give_password(client: FlaskClient, going_to: str = "") -> Any:
    data = {"username": "morgan@example.org", "password": PASSWORD, "next": going_to}
    return post(client, "/sign-in", data)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get(ACCOUNT).status_code == 200


def test_password_and_code_lead_to_where_the_person_was_going(
    client: FlaskClient, person: tuple[Account, Phone], database: Database
) -> None:
    account, phone = person
    assert give_password(client, going_to="/my-account/username").location == "/"
    assert client.get("/").location == PATH
    assert look_up(database, Account, account.id).first_signed_in_at is None
    page = read_words(client.get(PATH).text)
    assert "Lost your phone? Ask an administrator to reset two-step sign-in." in page
    code = phone.show_code()
    assert post(client, PATH, {"code": f"{code[:3]} {code[3:]}"}).location == "/"
    assert client.get("/").location == "/my-account/username"
    assert is_signed_in(client)
    assert look_up(database, Account, account.id).first_signed_in_at is not None
    assert list_actions(database, account) == ["signed in"]


def test_a_right_code_begins_a_new_session_and_ends_the_half_one(
    app: Flask, browser: FlaskClient, person: tuple[Account, Phone], database: Database
) -> None:
    """Whoever planted or saw the cookie of before has nothing of it."""
    before = browser.get_cookie("session")
    half = find_session(database, browser)
    assert before is not None
    assert post(browser, PATH, {"code": person[1].show_code()}).status_code == 302
    after = find_session(database, browser)
    assert after.token_hash != half.token_hash
    assert after.purpose == Purpose.FULL
    planted = app.test_client()
    planted.set_cookie("session", before.value)
    assert planted.get(PATH).location.startswith("/sign-in?")
    assert not is_signed_in(planted)


@only_sqlite
@pytest.mark.parametrize(
    ("steps_later", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False), (100, False)]
)
def test_a_code_is_good_for_its_step_and_the_two_beside_it(
    browser: FlaskClient, person: tuple[Account, Phone], steps_later: int, is_good: bool
) -> None:
    wait_for_room()
    response = post(browser, PATH, {"code": person[1].show_code(steps_later=steps_later)})
    assert response.status_code == (302 if is_good else 400)
    assert is_signed_in(browser) == is_good


def test_a_code_works_once(app: Flask, browser: FlaskClient, person: tuple[Account, Phone], database: Database) -> None:
    account, phone = person
    code, earlier = phone.show_code(), phone.show_code(steps_later=-1)
    assert post(browser, PATH, {"code": code}).status_code == 302
    again = open_signed_in(app, database, account, Purpose.GIVE_CODE)
    for used in (code, earlier):  # one from before is used up with it
        response = post(again, PATH, {"code": used})
        assert response.status_code == 400
        assert "That code is wrong or was used already" in read_words(response.text)
    assert not is_signed_in(again)
    assert post(again, PATH, {"code": phone.show_code(steps_later=1)}).status_code == 302


def test_of_two_who_use_a_code_at_one_moment_one_gets_in(
    app: Flask, person: tuple[Account, Phone], database: Database
) -> None:
    stale, phone = person
    code = phone.show_code()
    with app.test_request_context():
        first = look_up(database, Account, stale.id)
        second = look_up(database, Account, stale.id)
        assert [use_code(first, code), use_code(second, code)] == [True, False]


@only_sqlite
def test_another_accounts_code_is_wrong(app: Flask, browser: FlaskClient, database: Database) -> None:
    _, phone = make_two_step_staff(app, database, "ada.other@example.org")
    assert post(browser, PATH, {"code": phone.show_code()}).status_code == 400
    assert not is_signed_in(browser)


@only_sqlite
@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345"])
def test_what_is_no_code_is_no_try(
    browser: FlaskClient, person: tuple[Account, Phone], database: Database, code: str
) -> None:
    response = post(browser, PATH, {"code": code})
    assert response.status_code == 400
    assert "Enter the 6 digits that your app shows" in read_words(response.text)
    assert look_up(database, Account, person[0].id).failed_sign_in_count == 0


def test_wrong_codes_lock_the_account_whatever_session_they_come_in(
    app: Flask, person: tuple[Account, Phone], database: Database
) -> None:
    account, phone = person
    wrong = phone.show_wrong_code()
    for count in range(1, LIMIT):
        browser = open_signed_in(app, database, account, Purpose.GIVE_CODE)
        assert post(browser, PATH, {"code": wrong}).status_code == 400
        assert look_up(database, Account, account.id).failed_sign_in_count == count
    other = open_signed_in(app, database, account, Purpose.GIVE_CODE)
    response = post(browser, PATH, {"code": wrong})
    assert (response.status_code, response.location) == (302, "/sign-in")
    assert "Your account is locked" in read_words(browser.get("/sign-in").text)
    for client in (browser, other):
        assert client.get(PATH).location.startswith("/sign-in?")
    assert look_up(database, Account, account.id).locked_at is not None
    assert list_actions(database, account) == ["wrong code"] * LIMIT + ["account locked"]
    assert give_password(app.test_client()).status_code == 400


@only_sqlite
def test_a_right_code_comes_too_late_when_tries_at_the_same_moment_were_the_last(
    browser: FlaskClient, person: tuple[Account, Phone], database: Database
) -> None:
    account, phone = person
    with database.write() as session:  # counted, and not locked yet
        session.get_one(Account, account.id).failed_sign_in_count = LIMIT
    assert post(browser, PATH, {"code": phone.show_code()}).location == "/sign-in"
    assert look_up(database, Account, account.id).locked_at is not None


@only_sqlite
def test_a_right_password_forgives_no_wrong_code(app: Flask, person: tuple[Account, Phone], database: Database) -> None:
    account, phone = person
    for count in range(1, LIMIT + 1):
        client = app.test_client()
        assert give_password(client).status_code == 302
        post(client, PATH, {"code": phone.show_wrong_code()})
        assert look_up(database, Account, account.id).failed_sign_in_count == count
    assert look_up(database, Account, account.id).locked_at is not None


@only_sqlite
def test_a_right_password_without_a_code_is_no_failure(app: Flask, person: tuple[Account, Phone]) -> None:
    for _ in range(LIMIT + 1):
        client = app.test_client()
        assert give_password(client).status_code == 302
    assert post(client, PATH, {"code": person[1].show_code()}).status_code == 302
    assert is_signed_in(client)


@only_sqlite
def test_a_right_code_forgives_wrong_ones(
    browser: FlaskClient, person: tuple[Account, Phone], database: Database
) -> None:
    account, phone = person
    post(browser, PATH, {"code": phone.show_wrong_code()})
    assert post(browser, PATH, {"code": phone.show_code()}).status_code == 302
    assert look_up(database, Account, account.id).failed_sign_in_count == 0


@only_sqlite
@pytest.mark.parametrize(
    ("purpose", "own"), [(Purpose.GIVE_CODE, PATH), (Purpose.SET_UP_TWO_STEP, "/my-account/two-step/set-up")]
)
def test_half_a_session_reaches_its_own_page_and_nothing_else(
    app: Flask, person: tuple[Account, Phone], database: Database, purpose: Purpose, own: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # only whom a page is for is asked here
    browser = open_signed_in(app, database, person[0], purpose)
    assert browser.get("/").location == own
    asked = 0
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        if view.role is Role.ANYONE or rule.rule == own:
            continue
        values: dict[str, Any] = dict.fromkeys(rule.arguments, 1)
        path = app.url_map.bind("localhost").build(
            rule.endpoint, values | ({"format": "xls"} if "format" in values else {})
        )
        for method in (rule.methods or set()) & {"GET", "POST"}:
            response = browser.open(path, method=method)
            assert (response.status_code, response.location) == (302, "/"), f"{method} {path}"
            asked += 1
    assert asked > 10
    assert find_session(database, browser).purpose == purpose, "it was never given up"


@only_sqlite
def test_a_full_session_is_asked_for_no_code(app: Flask, person: tuple[Account, Phone], database: Database) -> None:
    assert open_signed_in(app, database, person[0]).get(PATH).location == "/"


@only_sqlite
def test_when_an_administrator_has_reset_it_in_between_one_signs_in_again(
    client: FlaskClient, person: tuple[Account, Phone], database: Database
) -> None:
    give_password(client)
    with database.write() as session:
        session.get_one(Account, person[0].id).two_step_secret = None
    response = post(client, PATH, {"code": "123456"}, form_at="/sign-in")
    assert (response.status_code, response.location) == (302, "/sign-in")
    assert not is_signed_in(client)
    give_password(client)
    assert is_signed_in(client)


@only_sqlite
def test_whoever_has_to_choose_a_password_still_gives_a_code(
    app: Flask, person: tuple[Account, Phone], database: Database
) -> None:
    account, phone = person
    with database.write() as session:
        session.get_one(Account, account.id).has_to_change_password = True
    client = app.test_client()
    give_password(client)
    assert client.get("/").location == "/first-password"
    chosen = {"new_password": "Quiet-lantern4", "confirm_password": "Quiet-lantern4"}
    assert post(client, "/first-password", chosen).status_code == 302
    assert client.get("/").location == PATH
    assert not is_signed_in(client)
    post(client, PATH, {"code": phone.show_code()})
    assert is_signed_in(client)
