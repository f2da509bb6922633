"""Editing a learner: what is changed is saved with its history; of two people at once the second loses nothing."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.learners.conftest import AddLearner, Browser
from tests.web_min.learners.editing import edit_path, save
from tests.web_min.learners.form_of import open_form, read_form
from tests.web_min.looking import list_events, look_up
from tests.web_min.people import make_staff
from tests.web_min.reading import read_words
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
EDITOR = (Permission.VIEW, Permission.EDIT)


def test_the_form_shows_what_is_stored_and_saving_it_untouched_changes_nothing(
    database: Database, browser: FlaskClient, learner: Learner
) -> None:
    answer = save(browser, learner)
    assert answer.location == f"/learners/{learner.id}"
    assert "Nothing was changed." in browser.get(answer.location).text
    after = look_up(database, Learner, learner.id)
    assert after.version == 1 and list_events(database) == []
    for column in Learner.__table__.c:
        assert getattr(after, column.name) == getattr(learner, column.name), column.name


def test_what_is_changed_is_saved_and_stands_in_the_history(
    database: Database, browser: FlaskClient, learner: Learner
) -> None:
    changed = {
        "last_name": "Smyth",
        "date_of_birth": ["2", "9", "2009"],
        "email": "",
        "is_apply_enabled": "",
        "is_reference_required": "no",
        "personal_statement": "I like\r\nrivers.",
        "gender": "",
    }
    save(browser, learner, **changed)
    after = look_up(database, Learner, learner.id)
    assert (after.last_name, after.date_of_birth, after.email, after.gender) == ("Smyth", date(2009, 9, 2), None, None)
    assert (after.is_apply_enabled, after.is_reference_required) == (None, False)
    assert (after.personal_statement, after.version) == ("I like\nrivers.", 2)
    page = read_words(browser.get(f"/learners/{learner.id}").text)
    for told in (
        "Learner changed",
        "manager@example.org",
        "Last name Quillfeather → became Smyth",
        "Date of birth 1 September 2009 → became 2 September 2009",
        "Email address z@example.org → became nothing",
        "Can apply Yes → became Use provider default",
        "Reference needed Use provider default → became No",
    ):
        assert told in page


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("from\ta\u00a0word\u202fprocessor\x07", "from a word processor"),
        ("👩\u200d🎓 reads <b>שָׁלוֹם</b>\u200f & “x”", "👩\u200d🎓 reads <b>שָׁלוֹם</b>\u200f & “x”"),
    ],
)
def test_a_statement_is_rid_of_what_was_pasted_along_and_keeps_all_that_is_writing(
    database: Database, browser: FlaskClient, learner: Learner, typed: str, kept: str
) -> None:
    assert save(browser, learner, personal_statement=typed).status_code == 302
    assert look_up(database, Learner, learner.id).personal_statement == kept


@ON_SQLITE
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"first_name": ""}, "Enter the first name."),
        ({"uln": "123"}, "Write the ULN as 10 digits"),
        ({"username": "abc"}, "Username must be 6 to 127 letters"),
        ({"username": ""}, "Enter a username"),
        ({"personal_statement": "x" * 4001}, "Personal statement must be 4,000 characters or fewer"),
        ({"provider_id": "999"}, "Choose the provider that the learner attends"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(
    database: Database, browser: FlaskClient, learner: Learner, changed: dict[str, Any], message: str
) -> None:
    answer = save(browser, learner, **changed | {"town": "Swansea"})
    assert answer.status_code == 400 and message in answer.text.partition("<h1")[0]
    assert read_form(answer.text)["town"] == "Swansea"
    assert look_up(database, Learner, learner.id).town == "Cardiff"


@ON_SQLITE
def test_an_identifier_of_another_learner_is_refused_with_a_link(
    database: Database, browser: FlaskClient, learner: Learner, add_learner: AddLearner
) -> None:
    other = add_learner(first_name="Amy", upn="N820000000001")
    answer = save(browser, learner, upn="N820000000001")
    assert answer.status_code == 400 and f'href="/learners/{other.id}"' in answer.text
    assert "A learner with this UPN is already there" in answer.text
    assert look_up(database, Learner, learner.id).upn is None


@ON_SQLITE
def test_a_namesake_who_was_let_in_is_asked_about_no_more(
    database: Database, browser: FlaskClient, learner: Learner, add_learner: AddLearner
) -> None:
    twin = add_learner(date_of_birth=date(2009, 9, 1))
    assert save(browser, twin, town="Swansea").status_code == 302
    assert look_up(database, Learner, twin.id).town == "Swansea"
    assert save(browser, twin, postcode="SW1A 1AA").status_code == 400
    assert save(browser, twin, postcode="SW1A 1AA", is_someone_else="yes").status_code == 302


@ON_SQLITE
def test_a_new_username_is_signed_in_with_and_ends_what_the_learner_is_signed_in_to(
    database: Database, browser: FlaskClient, learner: Learner, add_learner: AddLearner, sign_in: Any
) -> None:
    learners_own = sign_in(look_up(database, Account, learner.account_id))
    save(browser, learner, username="Zuzanna.New")
    account = look_up(database, Account, learner.account_id)
    assert (account.username, account.username_key) == ("Zuzanna.New", "zuzanna.new")
    assert "/sign-in" in learners_own.get("/my-account").location
    add_learner("taken.name")
    refused = save(browser, learner, username="TAKEN.name")
    assert refused.status_code == 400 and "This username is taken" in refused.text


def test_a_learner_moves_where_one_may_edit_here_and_create_there(
    database: Database, browser: FlaskClient, learner: Learner, second_provider: Provider
) -> None:
    assert save(browser, learner, provider_id=str(second_provider.id)).status_code == 302
    assert look_up(database, Learner, learner.id).provider_id == second_provider.id
    (event,) = list_events(database)
    assert event.details["changes"] == {"provider_id": [learner.provider_id, second_provider.id]}
    assert second_provider.name in read_words(browser.get(f"/learners/{learner.id}").text)


@ON_SQLITE
@pytest.mark.parametrize("there", [EDITOR, (Permission.VIEW, Permission.DELETE), ()])
def test_a_learner_does_not_move_where_one_may_not_create(
    database: Database,
    sign_in: Any,
    learner: Learner,
    provider: Provider,
    second_provider: Provider,
    there: tuple[Permission, ...],
) -> None:
    memberships = {provider.id: EDITOR} | ({second_provider.id: there} if there else {})
    browser = sign_in(make_staff(database, "mover@example.org", memberships=memberships))
    assert second_provider.name not in browser.get(edit_path(learner)).text
    assert save(browser, learner, provider_id=str(second_provider.id)).status_code == 400
    assert look_up(database, Learner, learner.id).provider_id == provider.id


@ON_SQLITE
def test_a_learner_with_an_identifier_that_is_taken_there_does_not_move(
    database: Database, browser: FlaskClient, learner: Learner, add_learner: AddLearner, second_provider: Provider
) -> None:
    add_learner(provider_id=second_provider.id, first_name="Amy", uln="1000000000")
    answer = save(browser, learner, provider_id=str(second_provider.id))
    assert answer.status_code == 400 and "A learner with this ULN is already there" in answer.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("permissions", "status"), [((Permission.VIEW,), 403), ((Permission.VIEW, Permission.CREATE), 403), ((), 404)]
)
def test_who_may_not_edit_is_refused(
    database: Database,
    browser: FlaskClient,
    browser_of: Browser,
    learner: Learner,
    permissions: tuple[Permission, ...],
    status: int,
) -> None:
    form = open_form(browser, edit_path(learner))
    other = browser_of(*permissions)
    assert other.get(edit_path(learner)).status_code == status
    token = read_form(other.get("/my-account").text)["csrf_token"]
    assert other.post(edit_path(learner), data=form | {"csrf_token": token, "town": "Swansea"}).status_code == status
    assert look_up(database, Learner, learner.id).town == "Cardiff"


@ON_SQLITE
def test_learners_of_others_and_deleted_ones_are_not_found(
    browser: FlaskClient, add_learner: AddLearner, other_provider: Provider, learner: Learner
) -> None:
    foreign = add_learner(provider_id=other_provider.id)
    for path in ("", "/edit", "/progress"):
        assert browser.get(f"/learners/{foreign.id}{path}").status_code == 404
        assert browser.get(f"/learners/{2**63}{path}").status_code == 404
        assert browser.get(f"/learners/999999{path}").status_code == 404
