"""Creating a learner by hand: the spreadsheet's rules, beside the box; a way in for the learner; nobody twice."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.conftest import KEY
from tests.web_min.learners.conftest import AddLearner, Browser
from tests.web_min.looking import list_events, look_up
from tests.web_min.people import post
from tests.web_min.reading import read_words
from web_min.permissions import Permission

CREATE = "/learners/create"
SETTINGS = ("is_apply_enabled", "is_profile_approval_required", "is_reference_required")
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def filled_in(provider: Provider) -> dict[str, Any]:
    """A form in which all is right."""
    return {
        "credentials": "generated",
        "first_name": "Siân",
        "last_name": "O’Brien",
        "date_of_birth": ["1", "9", "2009"],
        "year_group": "Year 12",
        "provider_id": str(provider.id),
        "postcode": "sw1a1aa",
        "is_apply_enabled": "yes",
        "is_reference_required": "no",
        "save": "Save",
    }


def read_only_learner(database: Database) -> Learner:
    with database.read() as session:
        return session.scalars(select(Learner)).one()


def count_learners(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Learner)) or 0


def test_a_learner_is_created_with_credentials_made_and_leads_to_the_learners_page(
    database: Database, browser: FlaskClient, provider: Provider, filled_in: dict[str, Any]
) -> None:
    answer = post(browser, CREATE, filled_in)
    learner = read_only_learner(database)
    assert answer.location == f"/learners/{learner.id}"
    assert (learner.first_name, learner.last_name, learner.postcode) == ("Siân", "O’Brien", "SW1A 1AA")
    assert str(learner.date_of_birth) == "2009-09-01" and learner.year_group == "Year 12"
    assert [getattr(learner, name) for name in SETTINGS] == [True, None, False]
    account = look_up(database, Account, learner.account_id)
    assert account.username == "sian.obrien" and account.has_to_change_password
    assert account.initial_password_sealed and Sealer(KEY).open(account.id, account.initial_password_sealed)
    (event,) = [event for event in list_events(database) if event.action == "learner created"]
    assert (event.learner_id, event.provider_id, event.actor) == (learner.id, provider.id, "manager@example.org")
    assert "Siân" not in str(event.details)


def test_additional_information_is_kept(database: Database, browser: FlaskClient, filled_in: dict[str, Any]) -> None:
    more = {
        "email": "sian@example.org",
        "house_name_or_number": "12",
        "street": "Castle Street",
        "locality": "Canton",
        "town": "Cardiff",
        "telephone": "01632 960123",
        "uln": "1000000000",
        "upn": "N820000000001",
        "ccis": "C 17",
        "gender": "Female",
        "ethnicity": "Irish",
    }
    post(browser, CREATE, filled_in | more)
    learner = read_only_learner(database)
    assert {name: getattr(learner, name) for name in more} == more


@ON_SQLITE
@pytest.mark.parametrize("password", ["maps&river7", " maps&river7 ", "maps½river", "riverm²maps", "mapse\u0301river7"])
def test_the_learner_signs_in_with_the_password_chosen_and_must_choose_another(
    browser: FlaskClient, client: FlaskClient, filled_in: dict[str, Any], password: str
) -> None:
    chosen = {"credentials": "chosen", "username": "Sian.2009", "initial_password": password}
    post(browser, CREATE, filled_in | chosen)
    signed_in = post(client, "/sign-in", {"username": "sian.2009", "password": password})
    assert client.get(signed_in.location).location == "/first-password"


@ON_SQLITE
@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"first_name": ""}, "first_name", "Enter the first name."),
        ({"last_name": "?"}, "last_name", "This Last name has no letter in it."),
        ({"postcode": ""}, "postcode", "Enter the postcode."),
        ({"postcode": "5W1A 1AA"}, "postcode", "Did you mean SW1A 1AA?"),
        ({"email": "sian@example,org"}, "email", "Did you mean sian@example.org?"),
        ({"uln": "1234567890"}, "uln", "Did you mean 1234567899?"),
        ({"upn": "x"}, "upn", "Write the UPN as 13 characters"),
        ({"date_of_birth": ["30", "2", "2009"]}, "date_of_birth-day", "There is no such date."),
        ({"date_of_birth": ["1", "", "2009"]}, "date_of_birth-day", "Write the day, the month and the year"),
        ({"date_of_birth": ["1", "9", "09"]}, "date_of_birth-day", "The year has only two digits."),
        ({"date_of_birth": ["1"]}, "date_of_birth-day", "Write the day, the month and the year"),
        ({"ccis": "x" * 51}, "ccis", "This must be 50 characters or fewer."),
        ({"provider_id": ""}, "provider_id", "Choose the provider that the learner attends"),
        ({"provider_id": "999"}, "provider_id", "Choose the provider that the learner attends"),
        ({"credentials": "chosen", "initial_password": "maps&river7"}, "username", "Enter a username"),
        ({"credentials": "chosen", "username": "abc"}, "username", "Username must be 6 to 127 letters"),
        ({"credentials": "chosen", "username": "zoë.obrien"}, "username", "Username must be 6 to 127 letters"),
        ({"credentials": "chosen", "username": "sian.o"}, "initial_password", "Enter a password"),
        (
            {"credentials": "chosen", "username": "sian.o", "initial_password": "  ab1  "},
            "initial_password",
            "Password must be 6 characters or more",
        ),
        (
            {"credentials": "chosen", "username": "sian.o", "initial_password": "abc1"},
            "initial_password",
            "Password must be 6 characters or more",
        ),
        (
            {"credentials": "chosen", "username": "sian.o", "initial_password": "password1"},
            "initial_password",
            "too easy to guess",
        ),
    ],
)
def test_what_is_wrong_is_told_beside_its_box_and_in_the_summary_and_nothing_is_saved(
    database: Database,
    browser: FlaskClient,
    filled_in: dict[str, Any],
    changed: dict[str, Any],
    field: str,
    message: str,
) -> None:
    answer = post(browser, CREATE, filled_in | changed)
    assert answer.status_code == 400
    summary, _, rest = answer.text.partition("<h1")
    assert re.search(rf'href="#{field}"[^<]*>[^<]*{re.escape(message)}', summary)
    assert f'id="{field}"' in rest and message in read_words(rest)
    assert "<title>Error: Create learner" in answer.text
    assert 'value="O’Brien"' in answer.text or "last_name" in changed, "what was typed is still there"
    assert count_learners(database) == 0


@ON_SQLITE
def test_all_that_is_wrong_is_told_at_once(browser: FlaskClient, filled_in: dict[str, Any]) -> None:
    wrong = {"first_name": "", "postcode": "", "provider_id": "", "credentials": "chosen", "username": ""}
    summary = post(browser, CREATE, filled_in | wrong).text.partition("<h1")[0]
    told = re.findall(r'href="#([\w-]+)"', summary)
    assert [name for name in told if name != "main"] == ["username", "first_name", "provider_id", "postcode"]


@ON_SQLITE
def test_a_password_that_was_typed_is_not_sent_back(browser: FlaskClient, filled_in: dict[str, Any]) -> None:
    chosen = {"credentials": "chosen", "username": "sian.o", "initial_password": "maps&river7", "postcode": ""}
    assert "maps&amp;river7" not in post(browser, CREATE, filled_in | chosen).text


@ON_SQLITE
def test_a_warning_is_shown_after_saving(browser: FlaskClient, filled_in: dict[str, Any]) -> None:
    answer = post(browser, CREATE, filled_in | {"date_of_birth": ["1", "9", "1980"], "telephone": "12"})
    page = read_words(browser.get(answer.location).text)
    assert "Please look again: By this date of birth the learner is younger than 11 or older than 25" in page
    assert "Please look again: This does not look like a telephone number" in page


@ON_SQLITE
def test_a_username_that_is_taken_is_told_whatever_its_capitals(
    database: Database, browser: FlaskClient, add_learner: AddLearner, filled_in: dict[str, Any]
) -> None:
    add_learner("taken.name")
    chosen = {"credentials": "chosen", "username": "Taken.Name", "initial_password": "maps&river7"}
    answer = post(browser, CREATE, filled_in | chosen)
    assert answer.status_code == 400 and "This username is taken" in answer.text
    assert count_learners(database) == 1


def test_who_is_there_already_by_an_identifier_is_told_with_a_link(
    database: Database, browser: FlaskClient, add_learner: AddLearner, filled_in: dict[str, Any]
) -> None:
    known = add_learner(uln="1000000000", first_name="<b>Amy</b>")
    answer = post(browser, CREATE, filled_in | {"uln": "1000000000"})
    assert answer.status_code == 400
    assert "A learner with this ULN is already there" in answer.text.partition("<h1")[0]
    assert (
        f'<a href="/learners/{known.id}"><bdi>&lt;b&gt;Amy&lt;/b&gt; Quillfeather</bdi></a> has this ULN.'
        in answer.text
    )
    assert count_learners(database) == 1


@ON_SQLITE
def test_a_learner_of_another_provider_is_nobody_who_is_there(
    database: Database,
    browser: FlaskClient,
    add_learner: AddLearner,
    other_provider: Provider,
    filled_in: dict[str, Any],
) -> None:
    add_learner(provider_id=other_provider.id, uln="1000000000")
    assert post(browser, CREATE, filled_in | {"uln": "1000000000"}).status_code == 302
    assert count_learners(database) == 2


@ON_SQLITE
def test_somebody_else_of_the_same_name_is_let_in_when_the_person_says_so(
    database: Database, browser: FlaskClient, filled_in: dict[str, Any]
) -> None:
    post(browser, CREATE, filled_in)
    asked = post(browser, CREATE, filled_in)
    assert asked.status_code == 400 and "No, somebody else with the same name" in asked.text
    assert post(browser, CREATE, filled_in | {"is_someone_else": "yes"}).status_code == 302
    assert count_learners(database) == 2


@ON_SQLITE
def test_add_another_keeps_provider_and_year_group_and_says_who_was_created(
    database: Database, browser: FlaskClient, second_provider: Provider, filled_in: dict[str, Any]
) -> None:
    del filled_in["save"]
    asked = {"save_and_add": "yes", "provider_id": str(second_provider.id)}
    answer = post(browser, CREATE, filled_in | asked)
    assert "Brien" not in answer.location
    page = browser.get(answer.location).text
    assert f'<a href="/learners/{read_only_learner(database).id}"><bdi>Siân O’Brien</bdi></a> is created' in page
    assert f'<option value="{second_provider.id}" selected>' in page and '<option value="Year 12" selected>' in page
    assert 'value="Siân"' not in page


@ON_SQLITE
def test_one_comes_from_a_providers_list_with_that_provider_chosen(
    browser: FlaskClient, second_provider: Provider
) -> None:
    page = browser.get(f"{CREATE}?provider={second_provider.id}").text
    assert f'<option value="{second_provider.id}" selected>' in page


@ON_SQLITE
def test_only_providers_where_one_may_create_are_offered(
    browser_of: Browser, second_provider: Provider, other_provider: Provider, filled_in: dict[str, Any]
) -> None:
    browser = browser_of(Permission.VIEW, Permission.CREATE)
    page = browser.get(CREATE).text
    assert second_provider.name not in page and other_provider.name not in page
    for provider in (second_provider, other_provider):
        assert post(browser, CREATE, filled_in | {"provider_id": str(provider.id)}).status_code == 400


@ON_SQLITE
@pytest.mark.parametrize("permissions", [[Permission.VIEW], [Permission.VIEW, Permission.EDIT, Permission.DELETE]])
def test_who_may_create_nowhere_is_refused(
    database: Database, browser_of: Browser, permissions: list[Permission], filled_in: dict[str, Any]
) -> None:
    browser = browser_of(*permissions)
    assert browser.get(CREATE).status_code == 403
    assert post(browser, CREATE, filled_in, form_at="/learners").status_code == 403
    assert count_learners(database) == 0


@ON_SQLITE
def test_without_its_token_the_form_does_nothing(
    database: Database, browser: FlaskClient, filled_in: dict[str, Any]
) -> None:
    assert browser.post(CREATE, data=filled_in).status_code == 400
    assert count_learners(database) == 0
