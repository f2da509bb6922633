"""What is done to learners who were picked: to exactly those, after a question where it matters, where allowed."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.conftest import KEY
from tests.web_min.learners.conftest import AddLearner, Browser
from tests.web_min.learners.form_of import read_form
from tests.web_min.looking import list_events, look_up
from tests.web_min.people import make_staff, post
from tests.web_min.reading import read_words
from web_min.learners import chosen_routes
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
AT = datetime(2026, 11, 23, tzinfo=UTC)
CHOSEN = "/learners/chosen"


def ask(browser: FlaskClient, action: str, *learner_ids: int, **more: Any) -> Any:
    """Tick learners in the list and press a button below it."""
    data = {"action": action, "learner": [str(number) for number in learner_ids], "back": "/learners?year=12"}
    return post(browser, CHOSEN, data | more, form_at="/learners")


def confirm(browser: FlaskClient, question: Any) -> Any:
    """Press the button below the question."""
    assert question.status_code == 200
    return browser.post(CHOSEN, data=read_form(question.text))


def sign_in_once(database: Database, learner: Learner, **columns: Any) -> None:
    with database.write() as session:
        account = session.get_one(Account, learner.account_id)
        account.password_hash, account.first_signed_in_at = "hash", AT
        for name, value in columns.items():
            setattr(account, name, value)


def count_deleted(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Learner.deleted_at.is_not(None))) or 0


def test_passwords_of_those_ticked_are_reset_after_a_question_that_names_them(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    learners = [add_learner(first_name=name) for name in ("Amy", "<b>Ben</b>", "Cal")]
    for learner in learners:
        sign_in_once(database, learner, locked_at=AT)
    question = ask(browser, "reset", learners[0].id, learners[1].id)
    words = read_words(question.text)
    assert "Reset the passwords of 2 learners?" in words
    assert "Amy Quillfeather" in words and "&lt;b&gt;Ben&lt;/b&gt; Quillfeather" in question.text and "Cal" not in words
    assert look_up(database, Account, learners[0].account_id).password_hash == "hash", "nothing is done yet"

    answer = confirm(browser, question)
    assert answer.location == "/learners?year=12"
    assert "2 learners have new initial passwords." in browser.get(answer.location).text
    for learner in learners[:2]:
        account = look_up(database, Account, learner.account_id)
        assert account.password_hash is None and account.locked_at is None and account.initial_password_sealed
        password = Sealer(KEY).open(account.id, account.initial_password_sealed)
        assert password not in question.text + browser.get("/learners").text + str(list_events(database))
    assert look_up(database, Account, learners[2].account_id).password_hash == "hash"
    renewed = [event.learner_id for event in list_events(database) if event.action == "initial password renewed"]
    assert set(renewed) == {learners[0].id, learners[1].id}


def test_those_locked_out_are_unlocked_at_once(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    locked, free = add_learner(), add_learner()
    sign_in_once(database, locked, locked_at=AT, failed_sign_in_count=5)
    answer = ask(browser, "unlock", locked.id, free.id)
    assert answer.status_code == 302
    assert "1 learner is unlocked." in browser.get(answer.location).text
    account = look_up(database, Account, locked.account_id)
    assert (account.locked_at, account.failed_sign_in_count, account.password_hash) == (None, 0, "hash")
    assert "Nobody of those was locked out." in browser.get(ask(browser, "unlock", free.id).location).text


def test_learners_are_deleted_after_a_question_and_signed_out(
    database: Database, browser: FlaskClient, add_learner: AddLearner, sign_in: Any
) -> None:
    gone, kept = add_learner(first_name="Gone"), add_learner(first_name="Kept")
    own = sign_in(look_up(database, Account, gone.account_id))
    question = ask(browser, "delete", gone.id)
    assert "Delete this learner? Gone Quillfeather" in read_words(question.text) and "Kept" not in question.text
    assert "For 30 days you can restore them" in question.text
    assert count_deleted(database) == 0
    page = browser.get(confirm(browser, question).location).text
    assert "1 learner is deleted. Until" in page and '<a href="/learners/deleted">Recently deleted</a>' in page
    assert "Gone" not in page and "Kept" in page
    assert browser.get(f"/learners/{gone.id}").status_code == 404
    assert look_up(database, Account, gone.account_id).is_active is False
    assert "/sign-in" in own.get("/my-account").location
    assert look_up(database, Learner, kept.id).deleted_at is None


@ON_SQLITE
def test_all_that_a_search_found_can_be_picked_beyond_the_page(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    leavers = [add_learner(year_group="Year 13", last_name=f"Leaver {number:02}") for number in range(51)]
    add_learner(year_group="Year 12", last_name="Stays")
    page = browser.get("/learners?year=13").text
    assert "all 51 that were found" in page
    (action,) = re.findall(r'action="(/learners/chosen\?[^"]*)"', page)
    data = read_form(page) | {"which": "all", "action": "delete", "learner": str(leavers[0].id)}
    question = browser.post(action, data=data)
    assert "Delete 51 learners?" in question.text and "Leaver 50" in question.text and "Stays" not in question.text
    confirm(browser, question)
    assert count_deleted(database) == 51


@ON_SQLITE
def test_more_than_can_be_done_at_once_is_refused(
    database: Database, browser: FlaskClient, add_learner: AddLearner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen_routes, "MOST_AT_ONCE", 2)
    ids = [add_learner().id for _ in range(3)]
    for asked in ({"learner": [str(number) for number in ids]}, {"which": "all"}):
        answer = ask(browser, "delete", confirmed="yes", **asked)
        assert "more than 2 learners at once" in browser.get(answer.location).text
    assert count_deleted(database) == 0


@ON_SQLITE
def test_nobody_ticked_is_told_and_nothing_done(browser: FlaskClient, add_learner: AddLearner) -> None:
    add_learner()
    for ticked in ([], ["x"], [""], ["9" * 40]):
        answer = post(browser, CHOSEN, {"action": "delete", "learner": ticked}, form_at="/learners")
        assert "Tick the learners first" in browser.get(answer.location).text


@ON_SQLITE
def test_an_action_that_there_is_not_is_not_found(browser: FlaskClient, add_learner: AddLearner) -> None:
    learner = add_learner()
    assert ask(browser, "promote", learner.id).status_code == 404


@ON_SQLITE
@pytest.mark.parametrize("action", ["reset", "unlock", "delete"])
def test_learners_of_others_are_as_if_there_were_none(
    database: Database, browser: FlaskClient, add_learner: AddLearner, other_provider: Provider, action: str
) -> None:
    own, foreign = add_learner(), add_learner(provider_id=other_provider.id)
    for learner in (own, foreign):
        sign_in_once(database, learner, locked_at=AT)
    assert ask(browser, action, foreign.id, confirmed="yes").status_code == 404
    assert ask(browser, action, own.id, foreign.id, confirmed="yes").status_code == 302
    account = look_up(database, Account, foreign.account_id)
    assert (account.password_hash, account.locked_at, account.is_active) == ("hash", AT, True)
    assert {event.learner_id for event in list_events(database)} == {own.id}


@ON_SQLITE
@pytest.mark.parametrize(
    ("permission", "action", "is_allowed"),
    [
        (Permission.EDIT, "reset", True),
        (Permission.EDIT, "unlock", True),
        (Permission.EDIT, "delete", False),
        (Permission.DELETE, "delete", True),
        (Permission.DELETE, "reset", False),
        (Permission.CREATE, "unlock", False),
        (Permission.IMPORT, "delete", False),
    ],
)
def test_each_deed_takes_its_permission(
    database: Database,
    browser_of: Browser,
    add_learner: AddLearner,
    permission: Permission,
    action: str,
    *,
    is_allowed: bool,
) -> None:
    learner = add_learner()
    sign_in_once(database, learner, locked_at=AT)
    answer = ask(browser_of(Permission.VIEW, permission), action, learner.id, confirmed="yes")
    assert answer.status_code == (302 if is_allowed else 403)
    assert bool(list_events(database)) is is_allowed


@ON_SQLITE
def test_of_a_mixed_choice_only_those_are_touched_for_whom_one_has_the_permission(
    database: Database, sign_in: Any, add_learner: AddLearner, provider: Provider, second_provider: Provider
) -> None:
    memberships = {provider.id: [Permission.VIEW, Permission.DELETE], second_provider.id: [Permission.VIEW]}
    browser = sign_in(make_staff(database, "mixed@example.org", memberships=memberships))
    mine, seen = add_learner(), add_learner(provider_id=second_provider.id)
    question = ask(browser, "delete", mine.id, seen.id)
    assert "1 of those you ticked is left out" in read_words(question.text)
    confirm(browser, question)
    assert look_up(database, Learner, mine.id).deleted_at and look_up(database, Learner, seen.id).deleted_at is None


@ON_SQLITE
@pytest.mark.parametrize("back", ["https://evil.example/learners", "//evil.example", "/staff", "/learners\\evil", ""])
def test_one_is_led_back_to_pages_of_learners_only(browser: FlaskClient, add_learner: AddLearner, back: str) -> None:
    assert ask(browser, "unlock", add_learner().id, back=back).location == "/learners"


@ON_SQLITE
def test_without_its_token_nothing_is_done(database: Database, browser: FlaskClient, add_learner: AddLearner) -> None:
    data = {"action": "delete", "learner": str(add_learner().id), "confirmed": "yes"}
    assert browser.post(CHOSEN, data=data).status_code == 400
    assert count_deleted(database) == 0
