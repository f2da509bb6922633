"""Personal details: whose are kept where, what is refused, and what a change brings with it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.looking import list_actions, list_events, look_up
from tests.web_min.people import post
from tests.web_min.reading import read_words

PATH = "/my-account"
STAFF = {"first_name": "Morgan", "last_name": "Lee", "email": "morgan@example.org", "telephone": "01632 960001"}
LEARNER = {
    "first_name": "Zuzanna",
    "last_name": "Quillfeather",
    "email": "zuzanna@example.org",
    "telephone": "01632 960002",
}
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


def read_boxes(client: FlaskClient) -> dict[str, str]:
    page = BeautifulSoup(client.get(PATH).text, "html.parser")
    return {str(box["name"]): str(box.get("value", "")) for box in page.select("main input.govuk-input")}


def read_tabs(client: FlaskClient) -> list[tuple[str, str, bool]]:
    page = BeautifulSoup(client.get(PATH).text, "html.parser")
    return [
        (tab.text, str(tab["href"]), tab.get("aria-current") == "page")
        for tab in page.select("nav[aria-label='My account'] a")
    ]


def get_details(row: Account | Learner) -> dict[str, Any]:
    return {name: getattr(row, name) for name in STAFF}


@only_sqlite
def test_the_tabs_are_pages_and_only_staff_have_two_step_sign_in(
    staff_browser: FlaskClient, learner_browser: FlaskClient
) -> None:
    tabs = [
        ("Personal details", "/my-account", True),
        ("Username", "/my-account/username", False),
        ("Password", "/my-account/password", False),
    ]
    assert read_tabs(learner_browser) == tabs
    assert read_tabs(staff_browser) == [*tabs, ("Two-step sign-in", "/my-account/two-step", False)]
    for _, path, _ in read_tabs(staff_browser):
        page = BeautifulSoup(staff_browser.get(path).text, "html.parser")
        assert [tab["href"] for tab in page.select("nav [aria-current=page]")] == [path]


@only_sqlite
def test_the_boxes_hold_what_is_kept(staff_browser: FlaskClient, learner_browser: FlaskClient) -> None:
    assert read_boxes(staff_browser) == STAFF
    assert read_boxes(learner_browser) == LEARNER


def test_staff_change_their_account(staff_browser: FlaskClient, staff: Account, database: Database) -> None:
    typed = {"first_name": " Mo  ", "last_name": "", "email": "morgan@example.org", "telephone": "01632 960999"}
    response = post(staff_browser, PATH, typed)
    assert (response.status_code, response.location) == (302, PATH)
    assert "Your personal details are saved." in read_words(staff_browser.get(PATH).text)
    assert get_details(look_up(database, Account, staff.id)) == typed | {"first_name": "Mo", "last_name": None}
    (event,) = list_events(database)
    assert (event.action, event.actor, event.account_id) == ("own details changed", "morgan@example.org", staff.id)
    assert event.details["changes"] == {
        "first_name": ["Morgan", "Mo"],
        "last_name": ["Lee", None],
        "telephone": ["01632 960001", "01632 960999"],
    }


def test_learners_change_their_learners_row_as_an_import_does(
    learner_browser: FlaskClient, learner: tuple[Account, Learner], database: Database, provider: Provider
) -> None:
    before = datetime.now(UTC)
    typed = {"first_name": "Zuza", "last_name": "Quillfeather", "email": "zuza@example.org", "telephone": ""}
    assert post(learner_browser, PATH, typed).status_code == 302
    row = look_up(database, Learner, learner[1].id)
    assert get_details(row) == typed | {"telephone": None}
    assert row.version == learner[1].version + 1
    assert row.updated_at >= before
    assert get_details(look_up(database, Account, learner[0].id)) == dict.fromkeys(STAFF)
    (event,) = list_events(database)
    assert (event.action, event.actor) == ("learner updated", f"learner account {learner[0].id}")
    assert (event.learner_id, event.provider_id) == (learner[1].id, provider.id)
    assert event.details["changes"] == {
        "first_name": ["Zuzanna", "Zuza"],
        "email": ["zuzanna@example.org", "zuza@example.org"],
        "telephone": ["01632 960002", None],
    }


@only_sqlite
def test_saving_what_is_there_changes_nothing(
    learner_browser: FlaskClient, learner: tuple[Account, Learner], database: Database
) -> None:
    assert post(learner_browser, PATH, LEARNER).status_code == 302
    assert look_up(database, Learner, learner[1].id).version == learner[1].version
    assert list_events(database) == []


@only_sqlite
@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("first_name", "", "Enter your first name"),
        ("last_name", " ", "Enter your last name"),
        ("first_name", "x" * 101, "First name is too long. Shorten it"),
        ("last_name", "?", "Last name must have at least one letter"),
        ("email", "zuzanna", "Enter a full email address, for example name@example.org"),
        (
            "email",
            "zuzanna@example.con",
            "Enter a full email address, for example name@example.org. Did you mean zuzanna@example.com?",
        ),
        ("telephone", "0" * 101, "Telephone is too long. Shorten it"),
        ("telephone", "4.4163E+11", "Enter all digits of the telephone number"),
    ],
)
def test_a_learners_wrong_value_is_refused_beside_its_box(
    learner_browser: FlaskClient,
    learner: tuple[Account, Learner],
    database: Database,
    name: str,
    typed: str,
    message: str,
) -> None:
    response = post(learner_browser, PATH, LEARNER | {name: typed})
    assert response.status_code == 400
    page = BeautifulSoup(response.text, "html.parser")
    assert [error.text for error in page.select(".govuk-error-summary__list a")] == [message]
    beside = page.select_one(f"#{name}-error")
    assert beside is not None and message in beside.text
    assert get_details(look_up(database, Learner, learner[1].id)) == LEARNER


@only_sqlite
@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [("email", "", "Enter your email address"), ("email", "morgan@", "Enter a full email address")],
)
def test_staff_keep_an_email_address(
    staff_browser: FlaskClient, staff: Account, database: Database, name: str, typed: str, message: str
) -> None:
    response = post(staff_browser, PATH, STAFF | {name: typed})
    assert response.status_code == 400
    assert message in read_words(response.text)
    assert get_details(look_up(database, Account, staff.id)) == STAFF


@only_sqlite
@pytest.mark.parametrize(
    ("typed", "kept", "is_told"),
    [
        ("7700900123", "07700900123", False),
        ("+44 (0)7700 900123", "+44 (0)7700 900123", False),
        ("none", "none", True),
    ],
)
def test_a_telephone_number_is_put_right_or_remarked_upon_as_in_a_spreadsheet(
    staff_browser: FlaskClient, staff: Account, database: Database, typed: str, kept: str, is_told: bool
) -> None:
    assert post(staff_browser, PATH, STAFF | {"telephone": typed}).status_code == 302
    assert look_up(database, Account, staff.id).telephone == kept
    assert ("does not look like one that can be dialled" in staff_browser.get(PATH).text) == is_told


@only_sqlite
def test_nothing_but_the_four_details_can_be_set(
    staff_browser: FlaskClient,
    learner_browser: FlaskClient,
    staff: Account,
    learner: tuple[Account, Learner],
    database: Database,
) -> None:
    forged = {
        "id": "1",
        "username": "forged@example.org",
        "username_key": "forged@example.org",
        "kind": "staff",
        "is_administrator": "1",
        "is_active": "",
        "password_hash": "x",
        "two_step_secret": "x",
        "has_to_use_two_step": "1",
        "provider_id": "99",
        "year_group": "Year 7",
        "postcode": "SW1A 1AA",
        "uln": "1234567890",
        "version": "77",
    }
    changed = {"first_name": "Mo"}
    assert post(staff_browser, PATH, STAFF | changed | forged).status_code == 302
    assert post(learner_browser, PATH, LEARNER | changed | forged).status_code == 302
    for row, may_differ in (
        (staff, {"first_name"}),
        (learner[0], set()),
        (learner[1], {"first_name", "version", "updated_at"}),
    ):
        now = look_up(database, type(row), row.id)
        columns = [column.key for column in type(row).__table__.columns]
        assert {name for name in columns if getattr(now, name) != getattr(row, name)} == may_differ
    assert list_actions(database, staff) == ["own details changed"]


@only_sqlite
@pytest.mark.parametrize("path", ["/my-account", "/my-account/username", "/my-account/password"])
def test_strangers_are_led_to_sign_in(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.location) == (302, f"/sign-in?next={path}")
