"""A learner fills in details and personal statement, by the rules for a spreadsheet's cells."""

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from records.database import Database
from records.tables import AuditEvent, Learner
from tests.web_min.learner_page.conftest import COMPLETE, PATH, OpenPage
from tests.web_min.people import post
from tests.web_min.reading import read_words

DETAILS, STATEMENT = f"{PATH}/details", f"{PATH}/statement"


def fetch(database: Database, learner: Learner) -> Learner:
    with database.read() as session:
        return session.get_one(Learner, learner.id)


def fill_in(client: FlaskClient, learner: Learner, born: tuple[str, ...] = ("1", "3", "2009"), **fields: str) -> Any:
    filled = {"version": learner.version, "date_of_birth": list(born), "postcode": "ZZ99 3VZ"}
    return post(client, DETAILS, filled | fields)


def test_details_are_kept_in_their_canonical_form_and_recorded(database: Database, open_page: OpenPage) -> None:
    client, learner = open_page()
    answer = fill_in(
        client,
        learner,
        gender="Female",
        ethnicity="Irish",
        house_name_or_number=" 12 ",
        street="Long   Lane",
        town="Leeds",
        postcode="sw1a1aa",
    )
    assert answer.location == PATH
    stored = fetch(database, learner)
    assert stored.date_of_birth == date(2009, 3, 1)
    assert (stored.gender, stored.ethnicity) == ("Female", "Irish")
    assert (stored.house_name_or_number, stored.street, stored.town) == ("12", "Long Lane", "Leeds")
    assert (stored.postcode, stored.version) == ("SW1A 1AA", 2)
    with database.read() as session:
        (told,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "profile filled in"))
    assert told.actor == f"learner account {learner.account_id}"
    assert (told.learner_id, told.provider_id) == (learner.id, learner.provider_id)
    assert told.details["changes"]["date_of_birth"] == [None, "2009-03-01"]
    assert told.details["changes"]["street"] == [None, "Long Lane"]
    words = read_words(client.get(PATH).text)
    assert "Your details are saved." in words
    assert "12, Long Lane, Leeds, SW1A 1AA" in words


@pytest.mark.parametrize(
    ("born", "fields", "message"),
    [
        (("30", "2", "2009"), {}, "There is no such date."),
        (("1", "3", "09"), {}, "The year has only two digits."),
        (("x", "3", "2009"), {}, "day, the month and the year in numbers"),
        (("1", "", ""), {}, "day, the month and the year in numbers"),
        (("1", "3", "2099"), {}, "lies in the future"),
        (("1", "3", "2009"), {"postcode": ""}, "Enter the postcode."),
        (("1", "3", "2009"), {"postcode": "nowhere"}, "Write a full UK postcode"),
        (("1", "3", "2009"), {"street": "x" * 101}, "100 characters or fewer"),
        (("1", "3", "2009"), {"gender": "Other"}, "Not a valid choice"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_breaks_a_rule_is_told_beside_the_box_and_at_the_top(
    database: Database, open_page: OpenPage, born: tuple[str, ...], fields: dict[str, str], message: str
) -> None:
    client, learner = open_page()
    answer = fill_in(client, learner, born, **fields)
    assert answer.status_code == 400
    words = read_words(answer.text)
    assert words.count(message) == 2
    assert "There is a problem" in words
    assert fetch(database, learner).version == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_boxes_show_what_is_kept_and_what_was_typed(open_page: OpenPage) -> None:
    client, learner = open_page(date_of_birth=date(2009, 3, 1), town="<Leeds>")
    page = client.get(DETAILS).text
    boxes = re.findall(r'<input[^>]*name="date_of_birth"[^>]*>', page)
    assert [re.findall(r'value="(\d+)"', box) for box in boxes] == [["1"], ["3"], ["2009"]]
    assert 'value="&lt;Leeds&gt;"' in page
    page = fill_in(client, learner, ("99", "3", "2009")).text
    assert 'value="99"' in page
    assert 'href="#date_of_birth-day"' in page


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_details_can_be_emptied_but_for_the_postcode(database: Database, open_page: OpenPage) -> None:
    client, learner = open_page(**COMPLETE, town="Leeds")
    fill_in(client, learner, ("", "", ""), gender="", ethnicity="")
    stored = fetch(database, learner)
    assert (stored.date_of_birth, stored.gender, stored.town) == (None, None, None)


@pytest.mark.parametrize("missing", [{}, {"date_of_birth": ["1"]}])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_form_that_lacks_boxes_is_no_fault_of_ours(open_page: OpenPage, missing: dict[str, list[str]]) -> None:
    client, learner = open_page()
    data = {"version": learner.version, "postcode": "bad"} | missing
    assert post(client, DETAILS, data).status_code == 400


@pytest.mark.parametrize("status", ["approved", "submitted"])
def test_a_settled_profile_is_a_draft_again_after_a_change_and_that_is_said_before(
    database: Database, open_page: OpenPage, status: str
) -> None:
    client, learner = open_page(**COMPLETE, profile_status=status)
    assert f"Your profile is {status}. When you save a change it becomes a draft again" in client.get(STATEMENT).text
    assert "becomes a draft again" in client.get(DETAILS).text
    post(client, STATEMENT, {"version": learner.version, "personal_statement": "I like rivers."})
    assert fetch(database, learner).profile_status == "draft"
    assert "Your profile is a draft again: submit it when you are ready." in read_words(client.get(PATH).text)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_saving_without_a_change_leaves_an_approved_profile_alone(database: Database, open_page: OpenPage) -> None:
    client, learner = open_page(**COMPLETE, profile_status="approved")
    post(client, STATEMENT, {"version": learner.version, "personal_statement": "I like maps."})
    stored = fetch(database, learner)
    assert (stored.profile_status, stored.version) == ("approved", 1)
    assert "Nothing was changed." in read_words(client.get(PATH).text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("One.\r\n\r\nTwo.", "One.\n\nTwo."),
        ("  <b>Zoë</b> 😀  ", "<b>Zoë</b> 😀"),
        ("ab\x07c", "abc"),
        ("from\ta\u00a0word processor", "from a word processor"),
        ("👩\u200d🎓", "👩\u200d🎓"),
        ("   ", None),
        ("x" * 4000, "x" * 4000),
    ],
)
def test_a_statement_is_kept_as_it_was_written(
    database: Database, open_page: OpenPage, typed: str, kept: str | None
) -> None:
    client, learner = open_page(personal_statement="Before.")
    assert post(client, STATEMENT, {"version": learner.version, "personal_statement": typed}).status_code == 302
    assert fetch(database, learner).personal_statement == kept


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_statement_that_is_too_long_is_told(database: Database, open_page: OpenPage) -> None:
    client, learner = open_page()
    answer = post(client, STATEMENT, {"version": learner.version, "personal_statement": "x" * 4001})
    assert answer.status_code == 400
    assert "Personal statement must be 4,000 characters or fewer" in read_words(answer.text)
    assert 'data-maxlength="4000"' in answer.text
    assert fetch(database, learner).personal_statement is None


def test_the_second_of_two_changes_is_told_what_is_kept_and_may_replace_it(
    database: Database, open_page: OpenPage
) -> None:
    client, learner = open_page(town="Leeds")
    with database.write() as session:
        stored = session.get_one(Learner, learner.id)
        stored.town, stored.version = "York", 2
    answer = fill_in(client, learner, ("", "", ""), town="Hull")
    assert answer.status_code == 400
    words = read_words(answer.text)
    assert "Somebody else changed your details while you were writing. Kept at present: York." in words
    assert 'value="Hull"' in answer.text
    assert fetch(database, learner).town == "York"
    assert 'name="version" type="hidden" value="2"' in answer.text
    fill_in(client, fetch(database, learner), ("", "", ""), town="Hull")
    assert fetch(database, learner).town == "Hull"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_change_elsewhere_is_told_too(database: Database, open_page: OpenPage) -> None:
    client, learner = open_page(personal_statement="Same.")
    with database.write() as session:
        session.get_one(Learner, learner.id).version = 2
    answer = post(client, STATEMENT, {"version": 1, "personal_statement": "Same."})
    assert answer.status_code == 400
    assert "Somebody else changed your details while you were writing. Save again" in read_words(answer.text)
