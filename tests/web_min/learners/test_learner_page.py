"""A learner's page tells all that is known, decides on profiles, and takes application progress by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, AuditEvent, Learner, LearnerImport, LearnerProgress, Provider
from tests.web_min.learners.conftest import AddLearner, Browser
from tests.web_min.learners.form_of import open_form
from tests.web_min.looking import list_events, look_up
from tests.web_min.people import post
from tests.web_min.reading import read_words
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
AT = datetime(2026, 11, 23, 18, 55, tzinfo=UTC)
SUBMITTED = {"profile_status": "submitted", "is_profile_approval_required": True}


def read_page(browser: FlaskClient, learner: Learner) -> str:
    answer = browser.get(f"/learners/{learner.id}")
    assert answer.status_code == 200
    return read_words(answer.text)


@ON_SQLITE
def test_key_information_profile_additional_information_and_progress_are_there(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    learner = add_learner(
        "zuzanna.q",
        first_name="Zoë & <i>Ann</i>",
        date_of_birth=date(2009, 9, 1),
        year_group="Year 12",
        email="z@example.org",
        house_name_or_number="12",
        street="Castle Street",
        telephone="01632 960001",
        uln="1000000000",
        gender="Female",
        is_apply_enabled=True,
        personal_statement="First line\n<script>second</script>",
    )
    with database.write() as session:
        session.add(LearnerProgress(learner_id=learner.id, has_qualifications=True, application_count=3, offer_count=1))
    page = browser.get(f"/learners/{learner.id}").text
    assert "<i>Ann" not in page and "<script>second" not in page
    words = read_words(page)
    for told in (
        "Zoë & <i>Ann</i> Quillfeather",
        "Username zuzanna.q",
        "Date of birth 1 September 2009",
        "Year group Year 12",
        "Email address z@example.org",
        "Can apply Yes",
        "Reference needed No (provider default)",
        "Complete 7 of 8 parts. Missing: ethnicity",
        "12 Castle Street ZZ99 3VZ",
        "ULN 1000000000",
        "CCIS Not said",
        "Qualifications Received",
        "Reference Not needed",
        "Applications 3",
        "Offers 1",
        "First line <script>second</script>",
        "Last signed in Never",
    ):
        assert told in words, told


@ON_SQLITE
def test_history_tells_who_did_what_when_newest_first(
    database: Database, browser: FlaskClient, add_learner: AddLearner, make_import: Any, other_provider: Provider
) -> None:
    own_import = make_import()
    learner = add_learner(created_import_id=own_import.id)
    changes = {"email": [None, "<z@x.org>"], "has_reference": [False, True], "provider_id": [other_provider.id, 1]}
    events = [
        AuditEvent(action="learner updated", actor=f"import {own_import.id}", import_id=own_import.id, details={}),
        AuditEvent(action="profile changed", actor="learner account 7", details={"changes": changes}),
    ]
    with database.write() as session:
        for event in events:
            event.learner_id, event.at = learner.id, AT
            session.add(event)
    page = browser.get(f"/learners/{learner.id}").text
    words = read_words(page)
    assert "Email address nothing → became <z@x.org>" in words
    assert "Reference Awaiting → became Received" in words
    assert "Provider another provider → became Northfield Sixth Form" in words, "others' names are not told"
    assert "Profile changed 23 November 2026 at 18:55 , The learner" in words
    assert words.index("Profile changed") < words.index("Learner updated") < words.index("Created")
    assert page.count(f'href="/imports/{own_import.id}"') == 2


@ON_SQLITE
def test_imports_of_others_are_named_and_not_linked(
    database: Database, browser: FlaskClient, add_learner: AddLearner, make_import: Any, other_provider: Provider
) -> None:
    foreign: LearnerImport = make_import(provider_id=other_provider.id)
    learner = add_learner(created_import_id=foreign.id)
    page = browser.get(f"/learners/{learner.id}").text
    assert f"Import {foreign.id}" in page and f'href="/imports/{foreign.id}"' not in page


@ON_SQLITE
@pytest.mark.parametrize(
    ("permissions", "shown"),
    [
        ((Permission.VIEW,), set()),
        ((Permission.VIEW, Permission.EDIT), {"Edit", "Reset password", "Change the progress", "Approve profile"}),
        ((Permission.VIEW, Permission.DELETE), {"Delete"}),
    ],
)
def test_what_one_may_not_do_is_not_there(
    browser_of: Browser, add_learner: AddLearner, permissions: tuple[Permission, ...], shown: set[str]
) -> None:
    page = browser_of(*permissions).get(f"/learners/{add_learner(**SUBMITTED).id}").text
    offered = {"Edit", "Reset password", "Delete", "Change the progress", "Approve profile"}
    assert {words for words in offered if f">{words}<" in page.replace("\n", "").replace("  ", "")} == shown


def decide(browser: FlaskClient, learner: Learner, **pressed: str) -> Any:
    form = open_form_of_decision(browser, learner)
    return browser.post(f"/learners/{learner.id}/profile", data=form | pressed)


def open_form_of_decision(browser: FlaskClient, learner: Learner) -> dict[str, Any]:
    return open_form(browser, f"/learners/{learner.id}")


def test_a_submitted_profile_is_approved(database: Database, browser: FlaskClient, add_learner: AddLearner) -> None:
    learner = add_learner(**SUBMITTED)
    answer = decide(browser, learner, approve="yes")
    assert answer.location == f"/learners/{learner.id}"
    assert look_up(database, Learner, learner.id).profile_status == "approved"
    assert "Profile Awaiting approval → became Approved" in read_page(browser, learner)
    assert [event.action for event in list_events(database)] == ["profile approved"]


@ON_SQLITE
def test_a_profile_is_returned_with_a_comment_and_not_without(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    learner = add_learner(**SUBMITTED)
    refused = decide(browser, learner, send_back="yes", comment="  ")
    assert refused.status_code == 400 and "Say what the learner should change" in refused.text
    decide(browser, learner, send_back="yes", comment="Say more\r\nof maps.")
    after = look_up(database, Learner, learner.id)
    assert (after.profile_status, after.profile_comment) == ("returned", "Say more\nof maps.")


@ON_SQLITE
@pytest.mark.parametrize(
    "columns",
    [
        {"profile_status": "draft", "is_profile_approval_required": True},
        {"profile_status": "approved", "is_profile_approval_required": True},
        {"profile_status": "submitted", "is_profile_approval_required": False},
    ],
)
def test_a_profile_that_awaits_no_approval_can_not_be_decided_on(
    browser: FlaskClient, add_learner: AddLearner, columns: dict[str, Any]
) -> None:
    page = browser.get(f"/learners/{add_learner(**columns).id}").text
    assert "Approve profile" not in page


@ON_SQLITE
def test_a_profile_that_changed_meanwhile_is_not_approved_unseen(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    learner = add_learner(**SUBMITTED)
    form = open_form_of_decision(browser, learner)
    with database.write() as session:
        session.get_one(Learner, learner.id).version += 1
    answer = browser.post(f"/learners/{learner.id}/profile", data=form | {"approve": "yes"})
    assert "Somebody changed this learner at the same moment" in browser.get(answer.location).text
    assert look_up(database, Learner, learner.id).profile_status == "submitted"


def test_progress_is_saved_by_hand_with_its_history(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    learner = add_learner()
    path = f"/learners/{learner.id}/progress"
    changed = {"has_qualifications": "yes", "application_count": "4", "offer_count": "1"}
    answer = browser.post(path, data=open_form(browser, path) | changed)
    assert answer.location == f"/learners/{learner.id}"
    progress = look_up(database, LearnerProgress, learner.id)
    assert (progress.has_qualifications, progress.has_reference) == (True, False)
    assert (progress.application_count, progress.offer_count) == (4, 1)
    assert "Applications 0 → became 4" in read_page(browser, learner)
    shown = open_form(browser, path)
    assert (shown["has_qualifications"], shown["has_reference"], shown["application_count"]) == ("yes", "", "4")


@ON_SQLITE
@pytest.mark.parametrize("count", ["", "-1", "x", "1.5", "100", "9" * 30, "²"])
def test_only_whole_numbers_up_to_99_are_counts(
    database: Database, browser: FlaskClient, add_learner: AddLearner, count: str
) -> None:
    learner = add_learner()
    path = f"/learners/{learner.id}/progress"
    answer = browser.post(path, data=open_form(browser, path) | {"offer_count": count})
    assert answer.status_code == 400 and "Offers must be a whole number from 0 to 99" in answer.text
    assert list_events(database) == []


@ON_SQLITE
def test_more_offers_than_applications_are_saved_and_asked_about(browser: FlaskClient, add_learner: AddLearner) -> None:
    path = f"/learners/{add_learner().id}/progress"
    answer = browser.post(path, data=open_form(browser, path) | {"offer_count": "2"})
    assert "there are more offers than applications" in browser.get(answer.location).text


@ON_SQLITE
def test_progress_changed_meanwhile_is_not_overwritten(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    learner = add_learner()
    path = f"/learners/{learner.id}/progress"
    form = open_form(browser, path)
    browser.post(path, data=form | {"application_count": "4"})
    answer = browser.post(path, data=form | {"application_count": "9"})
    assert "Somebody else changed this learner" in browser.get(answer.location).text
    assert look_up(database, LearnerProgress, learner.id).application_count == 4


@ON_SQLITE
@pytest.mark.parametrize("path", ["progress", "profile"])
def test_who_may_only_look_changes_nothing(
    database: Database, browser_of: Browser, add_learner: AddLearner, path: str
) -> None:
    learner = add_learner(**SUBMITTED)
    data = {"application_count": "4", "offer_count": "0", "approve": "yes", "version": "1"}
    viewer = browser_of(Permission.VIEW)
    assert post(viewer, f"/learners/{learner.id}/{path}", data, form_at="/learners").status_code == 403
    assert list_events(database) == []


@ON_SQLITE
def test_a_learner_who_is_locked_out_can_be_unlocked_here(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    learner = add_learner()
    assert ">Unlock<" not in browser.get(f"/learners/{learner.id}").text
    with database.write() as session:
        session.get_one(Account, learner.account_id).locked_at = AT
    assert ">Unlock<" in browser.get(f"/learners/{learner.id}").text


@ON_SQLITE
@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", "x"])
@pytest.mark.parametrize("page", ["progress", "profile"])
def test_a_version_that_no_page_sends_changes_nothing(
    database: Database, browser: FlaskClient, add_learner: AddLearner, page: str, version: str
) -> None:
    learner = add_learner(**SUBMITTED)
    data = {"application_count": "4", "offer_count": "0", "approve": "yes", "version": version}
    form_at = f"/learners/{learner.id}/progress"
    assert post(browser, f"/learners/{learner.id}/{page}", data, form_at=form_at).status_code == 302
    assert look_up(database, Learner, learner.id).version == learner.version
