"""A learner's own page: what it shows, and submitting the profile."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from records.database import Database
from records.tables import Account, AuditEvent, Learner, LearnerProgress, Provider
from tests.web_min.conftest import KEY
from tests.web_min.learner_page.conftest import COMPLETE, PATH, OpenPage
from tests.web_min.people import make_learner, open_signed_in, post
from tests.web_min.reading import read_words

SignIn = Callable[[Account], FlaskClient]


def fetch(database: Database, learner: Learner) -> Learner:
    with database.read() as session:
        return session.get_one(Learner, learner.id)


def require_approval(database: Database, provider: Provider) -> None:
    with database.write() as session:
        session.get_one(Provider, provider.id).is_profile_approval_required = True


def read_page(client: FlaskClient) -> str:
    page = client.get(PATH)
    assert page.status_code == 200
    return read_words(page.text)


def test_learners_begin_on_it(open_page: OpenPage) -> None:
    client, _ = open_page(first_name="<b>Zoë</b>", year_group="Year 12", email="zoe@example.org")
    answer = client.get("/")
    assert answer.location == PATH
    words = read_page(client)
    for part in ("<b>Zoë</b> Quillfeather", "Northfield Sixth Form", "Year 12", "zoe@example.org", "zuzanna.quillf"):
        assert part in words


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_staff_have_no_such_page_and_strangers_sign_in_first(
    client: FlaskClient, sign_in: SignIn, manager: Account
) -> None:
    assert sign_in(manager).get(PATH).status_code == 403
    assert client.get(PATH).location.startswith("/sign-in")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_shows_ones_own_details_only(
    app: Flask, database: Database, provider: Provider, open_page: OpenPage
) -> None:
    make_learner(database, provider.id, "other.one", key=KEY, first_name="Othername", personal_statement="Otherwords")
    page = open_page()[0].get(PATH).text
    assert "Othername" not in page
    assert "Otherwords" not in page


def test_missing_parts_are_to_do_and_there_is_no_button(open_page: OpenPage) -> None:
    client, _ = open_page(**COMPLETE | {"gender": None, "personal_statement": None})
    words = read_page(client)
    assert "6 of 8 parts are filled in" in words
    assert "Gender To do Ethnicity Done Personal statement To do" in words
    assert "Submit" not in words.partition("parts are filled in")[0].replace("submit", "")
    page = client.get(PATH).text
    assert f'href="{PATH}/details#gender"' in page
    assert f'href="{PATH}/statement#personal_statement"' in page


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_incomplete_profile_is_not_submitted_by_hand_either(database: Database, open_page: OpenPage) -> None:
    client, learner = open_page()
    post(client, f"{PATH}/submit", {"version": 1}, form_at=PATH)
    assert fetch(database, learner).profile_status == "draft"
    assert "Your profile is not complete." in read_page(client)


def test_a_profile_that_needs_no_approval_is_approved_at_once(database: Database, open_page: OpenPage) -> None:
    client, learner = open_page(**COMPLETE)
    post(client, f"{PATH}/submit", {"version": learner.version}, form_at=PATH)
    stored = fetch(database, learner)
    assert (stored.profile_status, stored.version) == ("approved", 2)
    words = read_page(client)
    assert "Your profile is submitted and approved." in words
    assert "Your profile is approved since" in words
    with database.read() as session:
        (told,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "profile submitted"))
    assert (told.learner_id, told.actor) == (learner.id, f"learner account {learner.account_id}")


@pytest.mark.parametrize("own_setting", [None, True])
def test_a_profile_that_needs_approval_waits(
    database: Database, provider: Provider, open_page: OpenPage, *, own_setting: bool | None
) -> None:
    if own_setting is None:
        require_approval(database, provider)
    client, learner = open_page(**COMPLETE, is_profile_approval_required=own_setting)
    assert "Submit for approval" in read_page(client)
    post(client, f"{PATH}/submit", {"version": learner.version}, form_at=PATH)
    assert fetch(database, learner).profile_status == "submitted"
    words = read_page(client)
    assert "Northfield Sixth Form will look at it." in words
    assert "Submit for approval" not in words


def test_a_returned_profile_shows_the_comment_and_can_be_submitted_again(
    database: Database, provider: Provider, open_page: OpenPage
) -> None:
    require_approval(database, provider)
    comment = "Say <more> about\nyour work."
    client, learner = open_page(**COMPLETE, profile_status="returned", profile_comment=comment)
    assert "Returned to the learner Northfield Sixth Form has looked" in read_page(client)
    assert "Say &lt;more&gt; about\nyour work." in client.get(PATH).text
    post(client, f"{PATH}/submit", {"version": learner.version}, form_at=PATH)
    assert fetch(database, learner).profile_status == "submitted"
    assert "Say <more>" not in read_page(client)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_submitting_over_someone_elses_change_is_told(database: Database, open_page: OpenPage) -> None:
    client, learner = open_page(**COMPLETE)
    post(client, f"{PATH}/submit", {"version": learner.version - 1}, form_at=PATH)
    assert fetch(database, learner).profile_status == "draft"
    assert "Somebody else changed your details in the meantime." in read_page(client)


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (None, "Qualifications Not received so far Applications 0 Offers 0"),
        (
            {"has_qualifications": True, "application_count": 3, "offer_count": 1},
            "Qualifications Received Applications 3 Offers 1",
        ),
    ],
)
def test_applications_are_shown_as_the_provider_told(
    database: Database, open_page: OpenPage, progress: dict[str, Any] | None, words: str
) -> None:
    client, learner = open_page()
    if progress:
        with database.write() as session:
            session.add(LearnerProgress(learner_id=learner.id, updated_at=datetime(2026, 7, 1, tzinfo=UTC), **progress))
    assert words in read_page(client)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_reference_is_shown_where_one_is_required(open_page: OpenPage) -> None:
    assert "Reference Not received so far" in read_page(open_page(is_reference_required=True)[0])


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_deleted_learner_has_no_page(app: Flask, database: Database, provider: Provider) -> None:
    account = make_learner(database, provider.id, "zuzanna", key=KEY, deleted_at=datetime(2026, 7, 1, tzinfo=UTC))[0]
    assert open_signed_in(app, database, account).get(PATH).status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_takes_few_queries(database: Database, open_page: OpenPage) -> None:
    client, _ = open_page(**COMPLETE)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    client.get(PATH)
    assert len(statements) <= 4
