"""The list of staff and a person's page show what the one who looks may know, and nothing of other providers."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Provider, now
from tests.web_min.counting import count_queries
from tests.web_min.people import make_learner, make_staff
from tests.web_min.plans import note_plans
from tests.web_min.reading import read_rows, read_words
from tests.web_min.staff.conftest import People, SignIn
from web_min.permissions import Permission

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def read_names(page: str) -> list[str]:
    return [row[0] for row in read_rows(page)]


def test_a_user_manager_sees_who_works_for_their_provider_and_nothing_of_another(
    user_manager: FlaskClient, people: People
) -> None:
    page = user_manager.get("/staff").text
    assert read_rows(page) == [
        ["bert@both.example", "Learner manager", "Northfield Sixth Form", "Active", "Never"],
        ["boss@north.example", "Administrator", "Northfield Sixth Form", "Active", "Never"],
        ["Carl Ek carl@north.example", "Learner manager", "Northfield Sixth Form", "Active", "Never"],
        ["ulla@north.example", "User manager", "Northfield Sixth Form", "Active", "Never"],
    ]
    assert "4 people" in read_words(page)
    assert "Southfield" not in page


def test_an_administrator_sees_all_staff_and_no_learner(
    admin: FlaskClient, people: People, learner_account: Account
) -> None:
    page = admin.get("/staff").text
    assert len(read_names(page)) == 6
    assert learner_account.username not in page
    rows = {row[0]: row for row in read_rows(page)}
    assert rows["bert@both.example"][1:3] == ["User manager", "Northfield Sixth Form and 1 more"]
    assert rows["admin@example.org"][1:3] == ["Administrator", "None"]


@pytest.fixture
def learner_account(database: Database, provider: Provider) -> Account:
    return make_learner(database, provider.id, "zuzanna.q", key=bytes(32))[0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=carl", ["Carl Ek carl@north.example"]),
        ("search=CARL+EK", ["Carl Ek carl@north.example"]),
        ("search=north.example", ["boss@north.example", "Carl Ek carl@north.example", "ulla@north.example"]),
        ("search=%25", []),
        ("search=olga", []),  # who works elsewhere
        ("standing=invited", []),
        ("standing=active&search=bert", ["bert@both.example"]),
    ],
)
def test_a_search_finds_names_usernames_and_standings(user_manager: FlaskClient, query: str, found: list[str]) -> None:
    page = user_manager.get(f"/staff?{query}").text
    assert read_names(page) == found if found else "Nobody found" in page


@pytest.mark.parametrize("query", ["standing=evil", f"search={'x' * 257}"])
def test_a_search_that_no_form_sends_is_said_to_be_wrong(user_manager: FlaskClient, query: str) -> None:
    response = user_manager.get(f"/staff?{query}")
    assert response.status_code == 400
    assert "There is a problem" in response.text


@pytest.mark.parametrize(
    ("columns", "label"),
    [
        ({"is_active": False, "locked_at": now()}, "Disabled"),
        ({"locked_at": now()}, "Locked"),
        ({"confirmed_at": None}, "Not confirmed"),
        ({}, "Active"),
    ],
)
def test_a_persons_standing_is_told_and_found(
    admin: FlaskClient, database: Database, columns: dict[str, Any], label: str
) -> None:
    account = make_staff(database, "nora@example.org", **({"confirmed_at": now()} | columns))
    (row,) = read_rows(admin.get("/staff?search=nora").text)
    assert row[3] == label
    assert f"{label} Learner manager" in read_words(admin.get(f"/staff/{account.id}").text)
    for key in ("disabled", "locked", "invited", "active"):
        is_found = "nora@example.org" in admin.get(f"/staff?search=nora&standing={key}").text.partition("<table")[2]
        assert is_found == (key == {"Not confirmed": "invited"}.get(label, label.lower()))


def test_staff_come_in_pages_that_keep_the_search(admin: FlaskClient, database: Database) -> None:
    for number in range(52):
        make_staff(database, f"person{number:02d}@example.org")
    first = admin.get("/staff?search=person").text
    assert len(read_names(first)) == 50
    assert "People 1 to 50 of 52" in read_words(first)
    assert 'href="/staff?page=2&amp;search=person"' in first
    assert read_names(admin.get("/staff?page=2&search=person").text) == ["person50@example.org", "person51@example.org"]


def test_more_staff_need_no_more_queries(admin: FlaskClient, database: Database, provider: Provider) -> None:
    make_staff(database, "first@example.org", memberships={provider.id: (Permission.VIEW,)})
    with count_queries(database) as few:
        admin.get("/staff")
    for number in range(20):
        make_staff(database, f"person{number:02d}@example.org", memberships={provider.id: (Permission.VIEW,)})
    with count_queries(database) as many:
        admin.get("/staff")
    assert len(few) == len(many)


def test_staff_are_found_among_all_accounts_by_an_index(admin: FlaskClient, database: Database) -> None:
    """Most accounts are learners', of whom there may be a million."""
    with note_plans(database, "account") as plans:
        admin.get("/staff?search=carl&standing=active")
    assert [plan for plan in plans if "ix_account_staff" in plan]


def test_a_person_at_two_providers_is_shown_with_ones_own_only(user_manager: FlaskClient, people: People) -> None:
    page = user_manager.get(f"/staff/{people.both.id}").text
    assert read_rows(page) == [
        ["Northfield Sixth Form UKPRN 10001234", "View", "Change or remove at Northfield Sixth Form"]
    ]
    assert "Southfield" not in page and "10005678" not in page
    assert "Learner manager" in read_words(page), "that they manage users elsewhere is not told"


@pytest.mark.parametrize("who", ["other", "learner", "nobody"])
@pytest.mark.parametrize("path", ["", "/providers/new", "/providers/1"])
def test_whom_a_user_manager_may_not_see_is_not_found(
    user_manager: FlaskClient, people: People, learner_account: Account, who: str, path: str
) -> None:
    numbers = {"other": people.other.id, "learner": learner_account.id, "nobody": 9999}
    assert user_manager.get(f"/staff/{numbers[who]}{path}").status_code == 404


def test_a_learners_account_is_no_staff_to_an_administrator_either(
    admin: FlaskClient, learner_account: Account
) -> None:
    assert admin.get(f"/staff/{learner_account.id}").status_code == 404
    assert admin.get(f"/staff/{2**63 - 1}").status_code == 404
    assert admin.get(f"/staff/{2**63}").status_code == 404


def read_buttons(client: FlaskClient, account: Account) -> list[str]:
    page = client.get(f"/staff/{account.id}").text.partition("<main")[2]
    return re.findall(r"<button[^>]*>([^<]*)</button>", page)


def test_each_is_offered_what_they_may_do(
    admin: FlaskClient, user_manager: FlaskClient, people: People, administrator: Account, database: Database
) -> None:
    new = make_staff(database, "new@north.example", memberships={people.north.id: (Permission.VIEW,)})
    assert read_buttons(user_manager, people.colleague) == ["Disable"]
    assert read_buttons(user_manager, new) == ["Send the invitation again", "Disable"]
    assert read_buttons(user_manager, people.both) == []
    assert read_buttons(user_manager, people.boss) == []
    assert read_buttons(user_manager, people.user_manager) == []
    assert read_buttons(admin, people.both) == ["Require two-step sign-in", "Make an administrator", "Disable"]
    assert read_buttons(admin, people.boss) == ["Require two-step sign-in", "Make a learner manager", "Disable"]
    assert read_buttons(admin, administrator) == []


def test_ones_own_page_leads_to_my_account_and_changes_nothing(user_manager: FlaskClient, people: People) -> None:
    page = user_manager.get(f"/staff/{people.user_manager.id}").text
    assert 'href="/my-account"' in page.partition("<main")[2]
    assert "Change or remove" not in page and "Add a provider" not in page


@pytest.mark.parametrize("path", ["/staff", "/staff/new", "/staff/1"])
def test_others_have_no_business_with_staff(sign_in: SignIn, people: People, manager: Account, path: str) -> None:
    assert sign_in(manager).get(path).status_code == 403


@pytest.mark.parametrize("search", ["łukasz", "Łukasz Nowak", "ŁUKASZ NOWAK"])
def test_a_name_with_other_than_english_letters_is_found(admin: FlaskClient, database: Database, search: str) -> None:
    make_staff(database, "lukasz@north.example", first_name="Łukasz", last_name="Nowak")
    page = admin.get("/staff", query_string={"search": search}).text
    assert read_names(page) == ["Łukasz Nowak lukasz@north.example"]
