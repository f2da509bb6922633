"""Accounts of staff: what they need, that a username is one person's, and that an administrator always stays."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.administrators import disable, enable, make_administrator, unmake_administrator
from loaders.memberships import (
    ALL_BUT_USERS,
    Grant,
    MembershipError,
    add_membership,
    change_membership,
    list_permissions,
    remove_membership,
)
from loaders.recording import record_from_command_line
from loaders.staff import StaffError, UsernameTakenError, add_staff
from records.database import Database
from records.tables import Account, AuditEvent, Membership, Provider
from tests.loaders.beside import run_beside


def add(session: Session, username: str = "pat@example.org", **words: object) -> Account:
    given: dict[str, object] = {"email": "pat@example.org", "is_administrator": False, "grants": []} | words
    return add_staff(session, username, record=record_from_command_line(session), **given)  # type: ignore[arg-type]


def read_trail(database: Database) -> list[tuple[str, int | None, dict[str, object]]]:
    with database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(event.action, event.provider_id, event.details) for event in events]


def test_an_account_has_no_password_and_its_memberships_and_is_on_the_trail(
    database: Database, provider: Provider
) -> None:
    with database.write() as session:
        account = add(session, "Pat@Example.org", grants=[Grant(provider.id, ["can_import"])], first_name="Pat")
        membership = session.scalars(select(Membership)).one()
    assert (account.kind, account.username_key, account.password_hash) == ("staff", "pat@example.org", None)
    assert (account.first_name, account.last_name, account.confirmed_at) == ("Pat", None, None)
    assert list_permissions(membership) == ["can_view", "can_import"]
    assert read_trail(database) == [
        ("staff account added", None, {"is_administrator": False}),
        ("membership added", provider.id, {"permissions": ["can_view", "can_import"]}),
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("username", ["short", "pat example", "pat+x@example.org", "pat@exämple.org", "p" * 257, ""])
def test_what_is_no_username_is_refused(database: Database, username: str) -> None:
    with pytest.raises(StaffError, match="6 to 256"), database.write() as session:
        add(session, username)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "email", ["nowhere", "a b@example.org", "a@b@example.org", "a\x00@example.org", "a@" + "b" * 254]
)
def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(StaffError, match="full email address"), database.write() as session:
        add(session, email=email)


@pytest.mark.parametrize("other", ["pat@example.org", "PAT@example.ORG"])
def test_a_username_is_taken_in_capitals_or_not(database: Database, other: str) -> None:
    with database.write() as session:
        add(session)
    with pytest.raises(UsernameTakenError), database.write() as session:
        add(session, other)


def test_of_two_who_take_a_username_at_once_one_gets_it(database: Database) -> None:
    refused = run_beside(database, add, lambda session: add(session, "Pat@example.org"))
    assert isinstance(refused, UsernameTakenError)
    with database.read() as session:
        assert len(session.scalars(select(Account)).all()) == 1


@pytest.fixture
def administrators(database: Database) -> tuple[int, int]:
    """Two active administrators, by id."""
    with database.write() as session:
        return (
            add(session, "first@example.org", is_administrator=True).id,
            add(session, "second@example.org", is_administrator=True).id,
        )


def take_away(doing: Callable[..., None], account_id: int) -> Callable[[Session], None]:
    def take(session: Session) -> None:
        account = session.get_one(Account, account_id)
        doing(session, account, record=record_from_command_line(session))

    return take


def count_active_administrators(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(Account).where(Account.is_administrator, Account.is_active)).all())


@pytest.mark.parametrize("doing", [disable, unmake_administrator])
def test_the_last_active_administrator_stays(
    database: Database, administrators: tuple[int, int], doing: Callable[..., None]
) -> None:
    first, second = administrators
    with database.write() as session:
        take_away(disable, first)(session)
    with pytest.raises(StaffError, match="last active administrator"), database.write() as session:
        take_away(doing, second)(session)
    assert count_active_administrators(database) == 1
    with database.write() as session:
        enable(session.get_one(Account, first), record=record_from_command_line(session))
        take_away(doing, second)(session)
    assert count_active_administrators(database) == 1


@pytest.mark.parametrize("doing", [disable, unmake_administrator])
def test_two_administrators_who_take_each_other_away_at_once_leave_one(
    database: Database, administrators: tuple[int, int], doing: Callable[..., None]
) -> None:
    first, second = administrators
    refused = run_beside(database, take_away(doing, first), take_away(doing, second))
    assert "last active administrator" in str(refused)
    assert count_active_administrators(database) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_learner_manager_can_be_made_an_administrator_and_disabled(database: Database) -> None:
    with database.write() as session:
        account, record = add(session), record_from_command_line(session)
        disable(session, account, record=record)
        make_administrator(account, record=record)
    assert (account.is_active, account.is_administrator) == (False, True)
    assert [action for action, *_ in read_trail(database)] == [
        "staff account added",
        "account disabled",
        "administrator made",
    ]


def test_a_provider_is_given_to_a_person_once(database: Database, provider: Provider) -> None:
    with database.write() as session:
        account_id = add(session, grants=[Grant(provider.id, ["can_view"])]).id
    with pytest.raises(MembershipError, match="already"), database.write() as session:
        account = session.get_one(Account, account_id)
        add_membership(session, account, Grant(provider.id, []), record=record_from_command_line(session))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_change_of_permissions_takes_those_away_that_are_not_named(database: Database, provider: Provider) -> None:
    with database.write() as session:
        account, record = add(session, grants=[Grant(provider.id, ALL_BUT_USERS)]), record_from_command_line(session)
        membership = session.scalars(select(Membership)).one()
        for _ in range(2):  # the second changes nothing, and is not on the trail
            change_membership(account, membership, ["is_user_manager"], record=record)
        assert list_permissions(membership) == ["can_view", "is_user_manager"]
        remove_membership(session, account, membership, record=record)
    assert read_trail(database)[2:] == [
        (
            "membership changed",
            provider.id,
            {"permissions": ["can_view", "is_user_manager"], "permissions_before": list(ALL_BUT_USERS)},
        ),
        ("membership removed", provider.id, {"permissions_before": ["can_view", "is_user_manager"]}),
    ]
    with database.read() as session:
        assert session.scalars(select(Membership)).all() == []
