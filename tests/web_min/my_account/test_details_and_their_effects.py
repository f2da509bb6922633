"""What a change of personal details brings with it: for a page that was open, a profile, links, sessions and mail."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from records.database import Database
from records.tables import Account, Learner
from tests.web_min.learners.form_of import open_form
from tests.web_min.looking import find_session, look_up
from tests.web_min.my_account.test_personal_details import LEARNER, PATH, STAFF, only_sqlite, read_boxes
from tests.web_min.people import open_signed_in, post
from tests.web_min.reading import read_words
from tests.web_min.security.mails import read_mails
from web_min.signing_in.passwords import LinkKind, find_account_of_link, make_link


@only_sqlite
@pytest.mark.parametrize("is_staff", [True, False])
def test_what_somebody_else_saved_while_the_page_was_open_is_not_undone(
    *,
    is_staff: bool,
    staff_browser: FlaskClient,
    learner_browser: FlaskClient,
    staff: Account,
    learner: tuple[Account, Learner],
    database: Database,
) -> None:
    browser, row = (staff_browser, staff) if is_staff else (learner_browser, learner[1])
    form = open_form(browser, PATH)
    with database.write() as session:
        session.execute(update(type(row)).where(type(row).id == row.id).values(last_name="Corrected"))
    answer = browser.post(PATH, data=form | {"telephone": "01632 960888"})
    assert "Nothing was saved: somebody else changed your details" in read_words(browser.get(answer.location).text)
    after = look_up(database, type(row), row.id)
    assert (after.last_name, after.telephone) == ("Corrected", row.telephone)
    assert browser.post(PATH, data=open_form(browser, PATH) | {"telephone": "01632 960888"}).status_code == 302
    assert look_up(database, type(row), row.id).telephone == "01632 960888"


@only_sqlite
@pytest.mark.parametrize(
    ("before", "after"), [("approved", "draft"), ("submitted", "draft"), ("returned", "returned"), ("draft", "draft")]
)
def test_a_profile_that_was_settled_is_a_draft_again_when_its_details_change(
    learner_browser: FlaskClient, learner: tuple[Account, Learner], database: Database, before: str, after: str
) -> None:
    with database.write() as session:
        session.get_one(Learner, learner[1].id).profile_status = before
    post(learner_browser, PATH, LEARNER)
    assert look_up(database, Learner, learner[1].id).profile_status == before, "nothing was changed"
    post(learner_browser, PATH, LEARNER | {"telephone": ""})
    assert look_up(database, Learner, learner[1].id).profile_status == after
    told = "Your profile is a draft again" in read_words(learner_browser.get(PATH).text)
    assert told == (before != after)


def test_a_new_email_address_spoils_mailed_links_and_ends_other_sessions_but_not_this_one(
    app: Flask, database: Database, staff: Account
) -> None:
    browser, other = open_signed_in(app, database, staff), open_signed_in(app, database, staff)
    began = datetime.now(UTC) - timedelta(hours=3)
    with database.write() as session:
        before = session.merge(find_session(database, browser))
        before.started_at = began
    with app.test_request_context():
        token = make_link(staff, LinkKind.RESET).rpartition("/")[2]
        assert find_account_of_link(token, LinkKind.RESET) is not None
    assert post(browser, PATH, STAFF | {"email": "new@example.org"}).status_code == 302
    with app.test_request_context():
        assert find_account_of_link(token, LinkKind.RESET) is None
    assert other.get(PATH).location == "/sign-in?next=/my-account"
    assert read_boxes(browser)["email"] == "new@example.org"
    after = find_session(database, browser)
    assert after.token_hash != before.token_hash
    assert after.started_at == began, "it lasts no longer than before"


@only_sqlite
def test_other_details_end_no_session(app: Flask, database: Database, staff: Account) -> None:
    browser, other = open_signed_in(app, database, staff), open_signed_in(app, database, staff)
    assert post(browser, PATH, STAFF | {"first_name": "Mo"}).status_code == 302
    assert other.get(PATH).status_code == 200


@only_sqlite
@pytest.mark.parametrize("is_staff", [True, False])
def test_a_new_email_address_is_told_to_the_old_one_and_to_no_other(
    *,
    is_staff: bool,
    staff_browser: FlaskClient,
    learner_browser: FlaskClient,
    learner: tuple[Account, Learner],
    database: Database,
) -> None:
    typed = (STAFF if is_staff else LEARNER) | {"email": "somebody.else@example.org"}
    post(staff_browser if is_staff else learner_browser, PATH, typed)
    (mail,) = read_mails(database)
    assert (mail.kind, mail.to_email) == ("details_changed", (STAFF if is_staff else LEARNER)["email"])
    assert mail.subject == "Your Learner imports email address was changed"
    told = mail.body_text + mail.body_html
    assert "somebody.else" not in told
    assert ("morgan@example.org" in told) == is_staff
    assert learner[0].username not in told, "the old address may be a stranger's, and a learner's username is a name"


@only_sqlite
def test_details_saved_with_the_same_email_address_are_told_to_nobody(
    staff_browser: FlaskClient, database: Database
) -> None:
    post(staff_browser, PATH, STAFF | {"last_name": "Leigh"})
    assert read_mails(database) == []
