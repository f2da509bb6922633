"""Two providers and the people around them: a user manager of the first, colleagues there, at the other, at both."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from records.database import Database
from records.tables import Account, AuditEvent, Membership, Provider, now
from tests.web_min.people import ALL, make_staff
from web_min.permissions import Permission

SignIn = Callable[[Account], FlaskClient]


class People(NamedTuple):
    """Who works where."""

    north: Provider
    south: Provider
    user_manager: Account  # of north
    colleague: Account  # at north
    other: Account  # at south
    both: Account  # at north and south
    boss: Account  # an administrator who works at north too


@pytest.fixture
def people(database: Database, provider: Provider) -> People:
    with database.write() as session:
        south = Provider(ukprn="10005678", name="Southfield School")
        session.add(south)
        session.flush()
    north, view = provider.id, (Permission.VIEW,)

    def make(username: str, memberships: dict[int, tuple[Permission, ...]], **columns: object) -> Account:
        return make_staff(database, username, memberships=memberships, confirmed_at=now(), **columns)

    return People(
        provider,
        south,
        user_manager=make("ulla@north.example", {north: ALL}),
        colleague=make("carl@north.example", {north: view}, first_name="Carl", last_name="Ek"),
        other=make("olga@south.example", {south.id: view}),
        both=make("bert@both.example", {north: view, south.id: ALL}),
        boss=make("boss@north.example", {north: view}, is_administrator=True),
    )


@pytest.fixture
def user_manager(sign_in: SignIn, people: People) -> FlaskClient:
    """The browser of the user manager of north."""
    return sign_in(people.user_manager)


@pytest.fixture
def admin(sign_in: SignIn, administrator: Account) -> FlaskClient:
    """The browser of an administrator."""
    return sign_in(administrator)


def reload(database: Database, account: Account) -> Account:
    """Return the account as it stands in the database."""
    with database.read() as session:
        return session.get_one(Account, account.id)


def find(database: Database, username: str) -> Account | None:
    """Return the account of this username, or None."""
    with database.read() as session:
        return session.scalars(select(Account).where(Account.username == username)).one_or_none()


def read_permissions(database: Database, account: Account) -> dict[int, set[str]]:
    """Return what the account may do, by provider."""
    with database.read() as session:
        held = session.scalars(select(Membership).where(Membership.account_id == account.id))
        return {one.provider_id: {str(name) for name in ALL if getattr(one, name)} for one in held}


def read_actions(database: Database) -> list[tuple[str, str, int | None]]:
    """Return what the trail says: action, actor, account."""
    with database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(event.action, event.actor, event.account_id) for event in events]
