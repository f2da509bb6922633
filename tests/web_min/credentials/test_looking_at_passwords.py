"""Looking at initial passwords, and the trail that each look leaves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, AuditEvent, Learner, Provider
from tests.web_min.credentials.conftest import MADE_AT, PASSWORD, PATH, AddLearner
from tests.web_min.people import make_staff, post
from tests.web_min.reading import read_rows
from web_min.credentials.scope import write_numbers
from web_min.permissions import Permission

SignIn = Callable[[Account], FlaskClient]
SHOW = f"{PATH}/passwords"
OTHER_KEY = bytes(32)


def list_looks(database: Database) -> list[AuditEvent]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == "initial passwords shown")))


def show(client: FlaskClient, learner: Learner | None = None, query: str = "") -> list[str]:
    answer = post(client, SHOW + query, {"learner": learner.id} if learner else {}, form_at=PATH)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return [row[3] for row in read_rows(answer.text)]


def test_one_password_is_shown_and_the_look_recorded(
    database: Database, sign_in: SignIn, manager: Account, provider: Provider, add_learner: AddLearner
) -> None:
    learner = add_learner(last_name="Adams")[1]
    add_learner("bbbb-2222-cccc", last_name="Brown")
    assert show(sign_in(manager), learner) == [PASSWORD, "Show password of Brown, Zuzanna"]
    (look,) = list_looks(database)
    assert (look.actor, look.provider_id, look.learner_id) == (manager.username, provider.id, learner.id)
    assert look.details["learner_ids"] == str(learner.id)
    assert PASSWORD not in str(look.details)


def test_a_look_at_a_page_is_one_event_that_lists_whose_passwords_were_told(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    told = [add_learner(f"bbbb-22{number}2-cccc")[1].id for number in range(3, 6)]
    expired = add_learner(expires_in=-1, last_name="Zzz")[1].id
    shown = show(sign_in(manager))
    assert shown == ["bbbb-2232-cccc", "bbbb-2242-cccc", "bbbb-2252-cccc", "Expired Tick it and make a new one."]
    (look,) = list_looks(database)
    assert look.learner_id is None
    assert look.details["count"] == 3
    assert look.details["learner_ids"] == f"{told[0]}-{told[-1]}"
    assert str(expired) not in look.details["learner_ids"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_password_sealed_under_another_key_is_said_plainly_and_the_others_are_shown(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    sealed_elsewhere = add_learner(last_name="Adams")[0]
    readable = add_learner(last_name="Brown")[1]
    with database.write() as session:
        account = session.get_one(Account, sealed_elsewhere.id)
        account.initial_password_sealed = Sealer(OTHER_KEY).seal([account.id], ["bbbb-2222-cccc"])[0]
    words = "Can’t be opened: it was sealed under another key. Make a new password."
    assert show(sign_in(manager)) == [words, PASSWORD]
    (look,) = list_looks(database)
    assert look.learner_id == readable.id


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_elses_password_is_told_by_asking_for_its_number(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner, other_provider: Provider
) -> None:
    add_learner()
    others = add_learner("bbbb-2222-cccc", provider_id=other_provider.id)[1]
    assert show(sign_in(manager), others) == ["Show password of Quillfeather, Zuzanna"]
    assert list_looks(database) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_look_needs_a_forms_token_and_is_no_address(
    sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    add_learner()
    client = sign_in(manager)
    assert client.post(SHOW).status_code == 400
    assert client.get(SHOW).status_code == 405


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_may_only_view_may_look_but_gets_no_ticks(
    database: Database, provider: Provider, sign_in: SignIn, add_learner: AddLearner
) -> None:
    add_learner(expires_in=-1)
    viewer = make_staff(database, "view@example.org", memberships={provider.id: [Permission.VIEW]})
    client = sign_in(viewer)
    page = client.get(PATH).text
    assert "Make new passwords" not in page
    assert "Ask someone who may edit learners for a new one." in page
    add_learner()
    assert PASSWORD in post(client, SHOW, form_at=PATH).text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_was_narrowed_down_is_recorded_without_the_words(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    add_learner(year_group="Year 12")
    client = sign_in(manager)
    found = post(client, f"{PATH}/find", {"search": "Quillfeather", "year": "12"}, form_at=PATH).location
    post(client, SHOW + "?" + found.partition("?")[2], form_at=PATH)
    (look,) = list_looks(database)
    assert look.details["list"] == {"year": "12", "search": True}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_password_is_hidden_from_the_moment_it_expires(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    account = add_learner()[0]
    with database.write() as session:
        session.get_one(Account, account.id).initial_password_expires_at = MADE_AT + timedelta(seconds=1)
    assert PASSWORD not in show(sign_in(manager))
    assert list_looks(database) == []


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([4], "4"), ([3, 1, 2], "1-3"), ([1, 2, 5, 7, 8], "1-2, 5, 7-8")]
)
def test_numbers_are_written_in_short(numbers: list[int], text: str) -> None:
    assert write_numbers(numbers) == text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("number", ["²", "9" * 5000, "-1"])
def test_a_number_that_no_page_sends_is_refused(sign_in: SignIn, manager: Account, number: str) -> None:
    assert post(sign_in(manager), SHOW, {"learner": number}, form_at=PATH).status_code == 400
