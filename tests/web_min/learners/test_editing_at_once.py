"""Editing a learner whom somebody else changes at the same time: the second is told, and loses nothing typed."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.learners.editing import edit_path, save
from tests.web_min.learners.form_of import open_form, read_form
from tests.web_min.looking import look_up
from tests.web_min.people import make_staff, post
from tests.web_min.reading import read_words
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
EDITOR = (Permission.VIEW, Permission.EDIT)


def test_of_two_people_the_second_is_told_and_both_changes_can_be_kept(
    database: Database, browser: FlaskClient, learner: Learner, sign_in: Any, provider: Provider
) -> None:
    first = sign_in(make_staff(database, "first@example.org", memberships={provider.id: EDITOR}))
    form = open_form(browser, edit_path(learner))
    save(first, learner, last_name="Smyth", town="Swansea", date_of_birth=["3", "9", "2009"])
    form |= {"town": "Newport", "email": "new@example.org"}
    told = browser.post(edit_path(learner), data=form)
    assert told.status_code == 409
    words = read_words(told.text)
    assert "Somebody else changed this learner while you had the form open" in words
    assert "first@example.org saved this on" in words
    assert "Last name: Quillfeather became Smyth" in words and "Town: Cardiff became Swansea" in words
    assert "Saved meanwhile: Swansea ." in words
    assert look_up(database, Learner, learner.id).email == "z@example.org", "nothing of the second is saved yet"

    merged = read_form(told.text)
    assert (merged["last_name"], merged["town"], merged["email"]) == ("Smyth", "Newport", "new@example.org")
    assert merged["date_of_birth"] == ["3", "9", "2009"]
    assert browser.post(edit_path(learner), data=merged).status_code == 302
    after = look_up(database, Learner, learner.id)
    assert (after.last_name, after.town, after.email) == ("Smyth", "Newport", "new@example.org")
    assert after.date_of_birth == date(2009, 9, 3)


@ON_SQLITE
def test_a_third_change_while_one_looks_at_the_second_is_told_again(
    database: Database, browser: FlaskClient, learner: Learner
) -> None:
    form = open_form(browser, edit_path(learner))
    save(browser, learner, town="Swansea")
    merged = read_form(browser.post(edit_path(learner), data=form | {"street": "Mine"}).text)
    save(browser, learner, town="Barry")
    again = browser.post(edit_path(learner), data=merged)
    assert again.status_code == 409 and read_form(again.text)["town"] == "Barry"
    assert "Town: Swansea became Barry" in read_words(again.text)


@ON_SQLITE
def test_a_form_whose_version_was_spoilt_overwrites_nothing(
    database: Database, browser: FlaskClient, learner: Learner
) -> None:
    for version in ("", "x", "0", "9" * 30, "-1"):
        assert save(browser, learner, town="Swansea", version=version).status_code == 409
    assert look_up(database, Learner, learner.id).town == "Cardiff"


@ON_SQLITE
def test_a_learner_deleted_meanwhile_is_not_found(database: Database, browser: FlaskClient, learner: Learner) -> None:
    form = open_form(browser, edit_path(learner))
    post(
        browser,
        "/learners/chosen",
        {"action": "delete", "learner": learner.id, "confirmed": "yes"},
        form_at="/learners",
    )
    assert browser.post(edit_path(learner), data=form).status_code == 404


@ON_SQLITE
@pytest.mark.parametrize(("typed", "kept"), [(None, "zuzanna.own"), ("zuzanna.mine", "zuzanna.mine")])
def test_a_username_that_the_learner_changed_meanwhile_is_not_undone_unseen(
    database: Database, browser: FlaskClient, learner: Learner, sign_in: Any, typed: str | None, kept: str
) -> None:
    form = open_form(browser, edit_path(learner))
    learners_own = sign_in(look_up(database, Account, learner.account_id))
    assert post(learners_own, "/my-account/username", {"username": "zuzanna.own"}).location == "/sign-in"
    answer = browser.post(edit_path(learner), data=form | {"town": "Newport"} | ({"username": typed} if typed else {}))
    assert answer.status_code == 409
    assert ("Saved meanwhile: zuzanna.own" in read_words(answer.text)) == bool(typed)
    merged = read_form(answer.text)
    assert (merged["username"], merged["town"]) == (kept, "Newport")
    assert browser.post(edit_path(learner), data=merged).status_code == 302
    assert look_up(database, Account, learner.account_id).username == kept
    assert look_up(database, Learner, learner.id).town == "Newport"
