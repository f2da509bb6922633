"""What the pages of staff read. The number of queries never depends on the number of people."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from loaders.memberships import list_permissions
from records.tables import Account, Membership, Provider
from web_min.imports.statuses import Tag
from web_min.paging import Page
from web_min.staff.reach import Scope, is_in_scope, is_seen
from web_min.staff.words import STANDINGS, find_standing, name_person, word_permissions
from web_min.text_search import holds_text


class ShownStaff(NamedTuple):
    """One person as the list shows them. Providers out of the scope are not counted."""

    id: int
    name: str
    username: str
    role: str
    standing: Tag
    provider_name: str | None
    provider_count: int
    last_signed_in_at: datetime | None


class ShownMembership(NamedTuple):
    """One provider of a person, and what the person may do there."""

    provider_id: int
    provider_name: str
    ukprn: str
    permissions: list[str]
    words: str


def count_staff(session: Session, scope: Scope, *, search: str, standing: str) -> int:
    """Count the people of the scope whom a search finds."""
    return session.scalar(select(func.count()).select_from(Account).where(_is_found(scope, search, standing))) or 0


def list_staff(session: Session, scope: Scope, page: Page, *, search: str, standing: str) -> list[ShownStaff]:
    """Return one page of them, by last name, and of those without a name by username."""
    by_name = (
        func.lower(func.coalesce(Account.last_name, Account.username)),
        func.lower(func.coalesce(Account.first_name, "")),
        Account.id,
    )
    found = select(Account).where(_is_found(scope, search, standing)).order_by(*by_name)
    accounts = session.scalars(found.limit(page.size).offset(page.offset)).all()
    providers = _find_providers(session, scope, [account.id for account in accounts])
    return [_show(account, *providers.get(account.id, (None, 0, False))) for account in accounts]


def list_memberships(session: Session, scope: Scope, account_id: int) -> list[ShownMembership]:
    """Return a person's memberships at providers of the scope, by the provider's name."""
    held = (
        select(Membership, Provider.name, Provider.ukprn)
        .join(Provider, Provider.id == Membership.provider_id)
        .where(Membership.account_id == account_id, is_in_scope(scope))
        .order_by(func.lower(Provider.name), Provider.id)
    )
    shown = []
    for membership, name, ukprn in session.execute(held):
        permissions = list_permissions(membership)
        words = word_permissions(permissions)
        shown.append(ShownMembership(membership.provider_id, name, ukprn, permissions, words))
    return shown


def find_membership(session: Session, scope: Scope, account_id: int, provider_id: int) -> Membership | None:
    """Return a person's membership at a provider of the scope, or None."""
    one = select(Membership).where(
        Membership.account_id == account_id, Membership.provider_id == provider_id, is_in_scope(scope)
    )
    return session.scalars(one).one_or_none()


def list_providers(session: Session, provider_ids: list[int]) -> list[Provider]:
    """Return these providers by name."""
    chosen = select(Provider).where(Provider.id.in_(provider_ids))
    return list(session.scalars(chosen.order_by(func.lower(Provider.name), Provider.id)))


def _is_found(scope: Scope, search: str, standing: str) -> ColumnElement[bool]:
    conditions = [is_seen(scope)]
    if search:
        name = func.coalesce(Account.first_name, "") + " " + func.coalesce(Account.last_name, "")
        conditions.append(holds_text(search, (name, Account.username, Account.email)))
    if standing in STANDINGS:
        conditions.append(STANDINGS[standing].condition)
    return and_(*conditions)


def _find_providers(session: Session, scope: Scope, account_ids: list[int]) -> dict[int, tuple[str | None, int, bool]]:
    """Return of each account the first provider's name, how many there are, and whether it manages users at any."""
    grouped = (
        select(
            Membership.account_id,
            func.min(Provider.name),
            func.count(),
            func.count().filter(Membership.is_user_manager),
        )
        .join(Provider, Provider.id == Membership.provider_id)
        .where(Membership.account_id.in_(account_ids), is_in_scope(scope))
        .group_by(Membership.account_id)
    )
    return {number: (name, count, bool(managed)) for number, name, count, managed in session.execute(grouped)}


def _show(account: Account, provider_name: str | None, provider_count: int, is_user_manager: bool) -> ShownStaff:
    return ShownStaff(
        account.id,
        name_person(account),
        account.username,
        name_role(account, is_user_manager=is_user_manager),
        find_standing(account),
        provider_name,
        provider_count,
        account.last_signed_in_at,
    )


def name_role(account: Account, *, is_user_manager: bool) -> str:
    """Return what a person is, as far as the request may know it."""
    if account.is_administrator:
        return "Administrator"
    return "User manager" if is_user_manager else "Learner manager"
