"""Memberships are given, changed and taken away by whoever may, and by nobody to themselves."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from records.database import Database
from records.tables import Account, AuditEvent, Provider
from tests.web_min.people import post
from tests.web_min.reading import read_words
from tests.web_min.staff.conftest import People, read_permissions

VIEW = {"can_view"}


def add(
    client: FlaskClient, account: Account, provider: Provider, *permissions: str, form_at: str | None = None
) -> int:
    sent = {"provider": provider.ukprn, "permissions": list(permissions or ["can_view"])}
    path = f"/staff/{account.id}/providers/new"
    return int(post(client, path, sent, form_at=form_at).status_code)


def change(client: FlaskClient, account: Account, provider: Provider, *permissions: str) -> int:
    path = f"/staff/{account.id}/providers/{provider.id}"
    return int(post(client, path, {"permissions": list(permissions)}, form_at="/staff/new").status_code)


def remove(client: FlaskClient, account: Account, provider: Provider) -> int:
    path = f"/staff/{account.id}/providers/{provider.id}/remove"
    return int(post(client, path, form_at="/staff/new").status_code)


def test_an_administrator_gives_changes_and_takes_a_provider_away(
    admin: FlaskClient, people: People, database: Database
) -> None:
    account, north, south = people.colleague, people.north, people.south
    assert add(admin, account, south, "can_import") == 302
    assert read_permissions(database, account) == {north.id: VIEW, south.id: {"can_view", "can_import"}}
    page = admin.get(f"/staff/{account.id}/providers/{south.id}").text
    assert page.count(" checked") == 2
    assert change(admin, account, south, "is_user_manager") == 302
    assert read_permissions(database, account)[south.id] == {"can_view", "is_user_manager"}
    assert remove(admin, account, south) == 302
    assert read_permissions(database, account) == {north.id: VIEW}
    with database.read() as session:
        trail = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.action, event.provider_id, event.account_id, event.actor) for event in trail] == [
        (f"membership {done}", south.id, account.id, "admin@example.org") for done in ("added", "changed", "removed")
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_user_manager_rules_over_their_own_provider_only(
    user_manager: FlaskClient, people: People, database: Database
) -> None:
    assert change(user_manager, people.both, people.north, "can_edit") == 302
    assert change(user_manager, people.both, people.south, "can_view") == 404
    assert remove(user_manager, people.both, people.south) == 404
    assert add(user_manager, people.colleague, people.south, "can_view") == 400
    assert add(user_manager, people.other, people.north) == 404, "one who is not seen"
    assert len(read_permissions(database, people.both)[people.south.id]) == 6
    assert read_permissions(database, people.both)[people.north.id] == {"can_view", "can_edit"}
    assert list(read_permissions(database, people.colleague)) == [people.north.id]
    assert list(read_permissions(database, people.other)) == [people.south.id]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_user_manager_changes_an_administrators_membership_at_their_provider(
    user_manager: FlaskClient, people: People, database: Database
) -> None:
    assert change(user_manager, people.boss, people.north, "can_edit") == 302
    assert read_permissions(database, people.boss) == {people.north.id: {"can_view", "can_edit"}}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_whom_a_user_manager_takes_their_provider_from_is_seen_no_more(
    user_manager: FlaskClient, people: People
) -> None:
    path = f"/staff/{people.both.id}/providers/{people.north.id}/remove"
    response = post(user_manager, path, form_at="/staff/new")
    assert response.location == "/staff"
    assert "bert@both.example no longer works for Northfield Sixth Form." in read_words(user_manager.get("/staff").text)
    assert user_manager.get(f"/staff/{people.both.id}").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_changes_their_own_rights(
    user_manager: FlaskClient, admin: FlaskClient, administrator: Account, people: People, database: Database
) -> None:
    for client, account in ((user_manager, people.user_manager), (admin, administrator)):
        before = read_permissions(database, account)
        assert client.get(f"/staff/{account.id}/providers/new").status_code == 403
        assert add(client, account, people.south) == 403
        assert change(client, account, people.north, "can_view") == 403
        assert remove(client, account, people.north) == 403
        assert read_permissions(database, account) == before


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"provider": "10001234", "permissions": "can_edit"}, "works for that provider already"),
        ({"provider": "", "permissions": "can_edit"}, "Say at which provider the person works"),
        ({"provider": "10009999", "permissions": "can_edit"}, "No provider has this UKPRN"),
        ({"provider": "10005678"}, "Choose at least one permission"),
        ({"provider": "10005678", "permissions": "is_administrator"}, "not"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    admin: FlaskClient, people: People, database: Database, sent: dict[str, str], message: str
) -> None:
    response = post(admin, f"/staff/{people.colleague.id}/providers/new", sent)
    assert response.status_code == 400
    assert message in read_words(response.text)
    assert read_permissions(database, people.colleague) == {people.north.id: VIEW}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_membership_has_at_least_one_permission(admin: FlaskClient, people: People, database: Database) -> None:
    assert change(admin, people.colleague, people.north) == 400
    assert read_permissions(database, people.colleague) == {people.north.id: VIEW}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "extra",
    [
        {"is_administrator": "1"},
        {"account_id": "1", "provider_id": "2"},
        {"email": "mine@evil.example", "username": "mine@evil.example"},
        {"can_delete": "1", "is_user_manager": "on"},
    ],
)
def test_a_form_takes_its_own_fields_only(
    user_manager: FlaskClient, people: People, database: Database, extra: dict[str, str]
) -> None:
    path = f"/staff/{people.colleague.id}/providers/{people.north.id}"
    post(user_manager, path, {"permissions": ["can_create"]} | extra)
    assert read_permissions(database, people.colleague) == {people.north.id: {"can_view", "can_create"}}
    with database.read() as session:
        account = session.get_one(Account, people.colleague.id)
    assert (account.is_administrator, account.email, account.username) == (
        False,
        "carl@north.example",
        "carl@north.example",
    )
