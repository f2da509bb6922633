"""The list of learners who have not logged in: who is in it, and what narrows it down."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from records.database import Database
from records.tables import Account, LearnerImport, Provider
from tests.web_min.conftest import KEY
from tests.web_min.credentials.conftest import PASSWORD, PATH, AddLearner
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff, post
from tests.web_min.reading import read_rows, read_words
from web_min.permissions import Permission

SignIn = Callable[[Account], FlaskClient]
AT = datetime(2026, 11, 23, tzinfo=UTC)


def list_names(client: FlaskClient, path: str = PATH) -> list[str]:
    page = client.get(path).text
    return [" ".join(row[1].split(" ")[:2]) for row in read_rows(page)] if "<tbody" in page else []


def find(client: FlaskClient, **fields: object) -> list[str]:
    answer = post(client, f"{PATH}/find", fields, form_at=PATH)
    assert answer.status_code == 302
    return list_names(client, answer.location)


def test_a_learner_is_shown_with_details_and_without_the_password(
    sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    add_learner(
        first_name="<b>Zoë</b>",
        last_name="O'Neill",
        year_group="Year 12",
        date_of_birth=date(2009, 3, 1),
        email="zoe@example.org",
        username="zoe.oneill",
    )
    page = sign_in(manager).get(PATH)
    (row,) = read_rows(page.text)
    assert row[1] == "O'Neill, <b>Zoë</b> Year 12, born 1 March 2009 zoe@example.org"
    assert row[2] == "zoe.oneill"
    assert row[3] == "Show password of O'Neill, <b>Zoë</b>"
    assert PASSWORD not in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("columns", "is_listed"),
    [
        ({}, True),
        ({"account_password_hash": "own", "account_first_signed_in_at": AT}, False),
        ({"account_password_hash": "chosen by mail"}, True),
        ({"account_first_signed_in_at": AT}, True),  # a manager reset the password since
        ({"deleted_at": AT}, False),
    ],
)
def test_who_has_still_to_log_in_is_listed(
    sign_in: SignIn, manager: Account, add_learner: AddLearner, columns: dict[str, object], *, is_listed: bool
) -> None:
    add_learner(last_name="Khan", first_name="Aisha", **columns)
    assert list_names(sign_in(manager)) == (["Khan, Aisha"] if is_listed else [])


def test_learners_of_other_providers_are_not_there(
    sign_in: SignIn, manager: Account, add_learner: AddLearner, other_provider: Provider
) -> None:
    add_learner(provider_id=other_provider.id)
    client = sign_in(manager)
    assert list_names(client) == []
    assert "Ravenscourt" not in client.get(PATH).text
    assert client.get(f"{PATH}?provider={other_provider.id}").status_code == 404


@pytest.mark.parametrize("query", ["provider=x", "year=99", "import=-1", "import=1e3", "page=2", "page=0"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_address_that_says_nothing_is_not_found(sign_in: SignIn, manager: Account, query: str) -> None:
    assert sign_in(manager).get(f"{PATH}?{query}").status_code == 404


@pytest.mark.parametrize("permissions", [[], [Permission.CREATE, Permission.EDIT, Permission.IMPORT]])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_may_not_view_learners_is_refused(
    database: Database, provider: Provider, sign_in: SignIn, permissions: list[Permission]
) -> None:
    staff = make_staff(database, "none@example.org", memberships={provider.id: permissions})
    assert sign_in(staff).get(PATH).status_code == 403


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_administrators_and_learners_are_refused(
    database: Database, provider: Provider, sign_in: SignIn, administrator: Account
) -> None:
    learner = make_learner(database, provider.id, "zuzanna", key=KEY)[0]
    for account in (administrator, learner):
        assert sign_in(account).get(PATH).status_code == 403


def test_the_list_is_narrowed_down(
    database: Database,
    sign_in: SignIn,
    add_learner: AddLearner,
    provider: Provider,
    other_provider: Provider,
    make_import: Callable[..., LearnerImport],
) -> None:
    manager = make_staff(
        database, "both@example.org", memberships={provider.id: ALL_BUT_USERS, other_provider.id: ALL_BUT_USERS}
    )
    learner_import = make_import(created_count=1)
    add_learner(last_name="Adams", first_name="Ann", year_group="Year 12", created_import_id=learner_import.id)
    add_learner(last_name="brown", first_name="Ben", year_group="Year 13", expires_in=-1)
    add_learner(last_name="Clark", first_name="Cat", provider_id=other_provider.id, email="cat_c@example.org")
    client = sign_in(manager)
    assert list_names(client) == ["Adams, Ann", "brown, Ben", "Clark, Cat"]
    assert find(client, provider=provider.id) == ["Adams, Ann", "brown, Ben"]
    assert find(client, provider=other_provider.id, year="none") == ["Clark, Cat"]
    assert find(client, year="13") == ["brown, Ben"]
    assert find(client, **{"import": learner_import.id}) == ["Adams, Ann"]
    assert find(client, password="expired") == ["brown, Ben"]
    assert find(client, search="ben BROWN") == ["brown, Ben"]
    assert find(client, search="cat_c@") == ["Clark, Cat"]
    assert find(client, search="learner.1") == ["Adams, Ann"]
    assert find(client, search="a%") == []
    assert "Nobody of those has still to log in" in client.get(f"{PATH}?year=9").text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_searched_for_stands_in_no_address(sign_in: SignIn, manager: Account, add_learner: AddLearner) -> None:
    add_learner(last_name="Quillfeather")
    client = sign_in(manager)
    answer = post(client, f"{PATH}/find", {"search": "Quillfeather"}, form_at=PATH)
    assert "uillfeather" not in answer.location
    page = client.get(answer.location).text
    assert 'value="Quillfeather"' in page
    links = [part.partition('"')[0] for part in page.replace('action="', 'href="').split('href="')[1:]]
    assert not [link for link in links if "uillfeather" in link]
    assert list_names(client, f"{PATH}?search=forged") == ["Quillfeather, Zuzanna"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_pages_hold_fifty_and_keep_what_was_asked_for(
    sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    for number in range(52):
        add_learner(last_name=f"Quill{number:02}", year_group="Year 12")
    client = sign_in(manager)
    page = client.get(f"{PATH}?year=12")
    assert len(read_rows(page.text)) == 50
    assert "Learners 1 to 50 of 52" in read_words(page.text)
    assert list_names(client, f"{PATH}?year=12&page=2") == ["Quill50, Zuzanna", "Quill51, Zuzanna"]
    assert "page=2&amp;year=12" in page.text


def test_the_number_of_queries_does_not_grow(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    client = sign_in(manager)
    counts = []
    for count in (1, 30):
        for _ in range(count):
            add_learner()
        statements: list[str] = []

        def note(*told: object, statements: list[str] = statements) -> None:
            statements.append(str(told[2]))

        event.listen(database.engine, "before_cursor_execute", note)
        client.get(PATH)
        event.remove(database.engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"expires_in": -1}, "Expired Tick it and make a new one."),
        ({"password": None}, "There is no initial password. Make a new password."),
        ({"account_password_hash": "own"}, "Chose a password of their own by email, and has not signed in since."),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_has_no_password_to_use_is_told_what_to_do(
    sign_in: SignIn, manager: Account, add_learner: AddLearner, columns: dict[str, object], words: str
) -> None:
    add_learner(**columns)
    (row,) = read_rows(sign_in(manager).get(PATH).text)
    assert row[3] == words
