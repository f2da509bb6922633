"""A new account: an invitation by mail, memberships where the maker may give them, and no rights beyond."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from records.database import Database
from records.tables import Account, OutboxMail, Provider
from tests.web_min.people import ALL, make_learner, make_staff, post
from tests.web_min.reading import read_words
from tests.web_min.staff.conftest import People, SignIn, find, read_actions, read_permissions
from web_min.permissions import Permission

EMAIL = "Nora.New@north.example"
CREATE = "/staff/new"


def fill(provider: Provider | None = None, *permissions: str, **fields: object) -> dict[str, object]:
    """What the form sends: one provider with these permissions."""
    filled: dict[str, object] = {"email": EMAIL}
    if provider:
        filled |= {"grants-0-provider": provider.ukprn, "grants-0-permissions": list(permissions or ["can_view"])}
    return filled | fields


def read_link(database: Database) -> str:
    with database.read() as session:
        mail = session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc())).first()
    assert mail and mail.kind == "invitation"
    return str(re.findall(r"https?://\S+(/invitation/\S+)", mail.body_text)[0])


def test_a_user_manager_makes_an_account_whose_owner_chooses_a_password(
    app: Flask, user_manager: FlaskClient, people: People, database: Database
) -> None:
    sent = fill(people.north, "can_create", "is_user_manager", first_name=" Nora ", last_name="")
    response = post(user_manager, CREATE, sent)
    account = find(database, EMAIL)
    assert account and response.location == f"/staff/{account.id}"
    assert (account.email, account.first_name, account.last_name) == (EMAIL, "Nora", None)
    assert not account.is_administrator
    assert read_permissions(database, account) == {people.north.id: {"can_view", "can_create", "is_user_manager"}}
    page = read_words(user_manager.get(response.location).text)
    assert f"The invitation is on its way to {EMAIL}." in page and "Not confirmed" in page
    with database.read() as session:
        assert [mail.to_email for mail in session.scalars(select(OutboxMail))] == [EMAIL]
    stranger = app.test_client()
    chosen = {"new_password": "blue-heron 7", "confirm_password": "blue-heron 7"}
    assert post(stranger, read_link(database), chosen).location == "/sign-in"
    signed_in = {"username": EMAIL.lower(), "password": "blue-heron 7"}
    assert post(stranger, "/sign-in", signed_in).location == "/"
    assert stranger.get("/staff").status_code == 200, "the new one is a user manager"
    actions = [(action, actor) for action, actor, _ in read_actions(database)[:2]]
    assert actions == [("staff account added", "ulla@north.example"), ("membership added", "ulla@north.example")]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_administrator_gives_several_providers_at_once(
    admin: FlaskClient, people: People, database: Database
) -> None:
    ukprn = people.south.ukprn
    second = {"grants-1-provider": f" {ukprn[:4]} {ukprn[4:]}", "grants-1-permissions": ["can_import"]}
    empty = {"grants-2-provider": "", "grants-2-permissions": ["can_view"]}
    post(admin, CREATE, fill(people.north, "can_edit", role="manager", **second, **empty))
    account = find(database, EMAIL)
    assert account and read_permissions(database, account) == {
        people.north.id: {"can_view", "can_edit"},
        people.south.id: {"can_view", "can_import"},
    }


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_another_provider_can_be_asked_for_without_losing_what_is_typed(
    user_manager: FlaskClient, people: People, database: Database
) -> None:
    page = post(user_manager, CREATE, fill(people.north, "can_edit", add_provider="1"))
    assert page.status_code == 200
    assert f'value="{EMAIL}"' in page.text
    assert 'name="grants-1-provider"' in page.text and 'name="grants-2-provider"' not in page.text
    assert find(database, EMAIL) is None
    full = {f"grants-{number}-provider": "" for number in range(40)}
    assert 'name="grants-20-provider"' not in post(user_manager, CREATE, full | {"add_provider": "1"}).text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_administrator_makes_an_administrator_who_needs_no_provider(admin: FlaskClient, database: Database) -> None:
    post(admin, CREATE, fill(role="administrator"))
    account = find(database, EMAIL)
    assert account and account.is_administrator
    assert read_permissions(database, account) == {}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "extra",
    [{"role": "administrator"}, {"is_administrator": "1"}, {"is_administrator": "on", "kind": "learner"}, {"id": "1"}],
)
def test_a_user_manager_makes_no_administrator_whatever_is_sent(
    user_manager: FlaskClient, people: People, database: Database, extra: dict[str, str]
) -> None:
    assert "Administrator" not in user_manager.get(CREATE).text
    post(user_manager, CREATE, fill(people.north, **extra))
    account = find(database, EMAIL)
    assert account and (account.is_administrator, account.kind) == (False, "staff")
    assert account.id > people.boss.id


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("ukprn", ["10005678", "10009999", "1"])
def test_a_provider_of_others_is_refused_like_one_that_there_is_not(
    user_manager: FlaskClient, people: People, database: Database, ukprn: str
) -> None:
    response = post(user_manager, CREATE, fill() | {"grants-0-provider": ukprn, "grants-0-permissions": ["can_view"]})
    assert response.status_code == 400
    assert read_words(response.text).count("Choose one of your providers") == 2, "in the summary and beside the field"
    assert "Southfield" not in response.text
    assert find(database, EMAIL) is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_user_manager_gives_nothing_where_they_only_work(people: People, database: Database, sign_in: SignIn) -> None:
    """One who manages users at north, and does everything else at south."""
    mixed = make_staff(database, "mixed@example.org", memberships={people.north.id: ALL, people.south.id: ALL[:-1]})
    client = sign_in(mixed)
    assert people.south.ukprn not in client.get(CREATE).text
    assert post(client, CREATE, fill(people.south)).status_code == 400
    assert client.get(f"/staff/{people.other.id}").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"email": ""}, "Enter an email address"),
        ({"email": "nowhere"}, "Enter a full email address"),
        ({"email": "nora@example.con"}, "Did you mean nora@example.com?"),
        ({"email": "a@" + ".".join(["b" * 60] * 5) + ".example"}, "Email address is too long"),
        ({"first_name": "N" * 101}, "First name is too long"),
        ({"last_name": "?"}, "Last name must have at least one letter"),
        ({"grants-0-provider": ""}, "Say at which provider the person works"),
        ({"grants-0-provider": "1234"}, "Enter the UKPRN as 8 digits"),
        ({"grants-0-provider": "10009999"}, "No provider has this UKPRN"),
        ({"grants-0-permissions": []}, "Choose at least one permission"),
        ({"grants-0-permissions": ["is_administrator"]}, "not"),
        ({"grants-1-provider": "10001234", "grants-1-permissions": ["can_view"]}, "This provider is there twice"),
        ({"role": "boss"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    admin: FlaskClient, people: People, database: Database, fields: dict[str, object], message: str
) -> None:
    with database.read() as session:
        before = session.scalar(select(func.count()).select_from(Account))
    response = post(admin, CREATE, fill(people.north, **({"role": "manager"} | fields)))
    assert response.status_code == 400
    assert message in read_words(response.text) and "There is a problem" in response.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == before
        assert session.scalars(select(OutboxMail)).all() == []


def test_a_taken_username_is_refused_without_a_word_of_whose_it_is(
    user_manager: FlaskClient, people: People, database: Database
) -> None:
    """Staff of others, learners and oneself look alike, and the form still works afterwards."""
    make_learner(database, people.south.id, "zuzanna@school.example", key=bytes(32))
    pages = set()
    for taken in ("OLGA@south.example", "zuzanna@school.example", "ulla@north.example"):
        response = post(user_manager, CREATE, fill(people.north, email=taken))
        assert response.status_code == 400
        form = response.text.partition("<main")[2]
        pages.add(re.sub(r'name="csrf_token"[^>]*>', "", form).replace(taken, ""))
    (page,) = pages
    assert "This username is taken" in page
    for trace in ("Southfield", "Zuzanna", "Quillfeather"):
        assert trace not in page
    assert post(user_manager, CREATE, fill(people.north)).status_code == 302


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_form_is_filled_in_with_the_provider_one_comes_from_or_the_only_one(
    admin: FlaskClient, user_manager: FlaskClient, people: People
) -> None:
    assert 'value="10005678"' in admin.get(f"{CREATE}?ukprn=10005678").text
    assert '<option value="10001234" selected>' in user_manager.get(CREATE).text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_permission_can_be_given(admin: FlaskClient, people: People, database: Database) -> None:
    post(admin, CREATE, fill(people.north, *Permission, role="manager"))
    account = find(database, EMAIL)
    assert account and read_permissions(database, account) == {people.north.id: set(map(str, Permission))}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("email", "username"),
    [("o'brien@north.example", "o_brien@north.example"), ("a+b@north.example", "a_b@north.example")],
)
def test_an_address_with_what_no_username_may_have_gives_one_without(
    admin: FlaskClient, people: People, database: Database, email: str, username: str
) -> None:
    post(admin, CREATE, fill(people.north, role="manager", email=email))
    account = find(database, username)
    assert account and account.email == email


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("index", ["²", "٣", "9" * 5000])
def test_blocks_that_no_browser_sends_are_passed_over(
    admin: FlaskClient, people: People, database: Database, index: str
) -> None:
    post(admin, CREATE, fill(people.north, role="manager", **{f"grants-{index}-provider": "10009999"}))
    assert find(database, EMAIL)
