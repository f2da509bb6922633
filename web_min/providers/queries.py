"""What the pages of providers read. The number of queries never depends on the number of providers."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from loaders.memberships import list_permissions
from records.tables import Account, Membership, Provider, ProviderContact
from web_min.paging import Page
from web_min.staff.words import name_person, word_permissions
from web_min.text_search import holds_text

Scope = list[int] | None  # ids of providers; None is every provider


class ShownProvider(NamedTuple):
    """One provider as the list shows it."""

    id: int
    name: str
    ukprn: str
    postcode: str | None
    staff_count: int
    contact_count: int


class ShownColleague(NamedTuple):
    """Somebody who works for a provider, and what they may do there."""

    account_id: int
    name: str
    is_active: bool
    words: str


def count_providers(session: Session, scope: Scope, *, search: str) -> int:
    """Count the providers of the scope that a search finds."""
    return session.scalar(select(func.count()).select_from(Provider).where(_is_found(scope, search))) or 0


def list_providers(session: Session, scope: Scope, page: Page, *, search: str) -> list[ShownProvider]:
    """Return one page of them, by name."""
    by_name = (func.lower(Provider.name), Provider.id)
    found = (
        select(Provider.id, Provider.name, Provider.ukprn, Provider.postcode)
        .where(_is_found(scope, search))
        .order_by(*by_name)
        .limit(page.size)
        .offset(page.offset)
    )
    rows = session.execute(found).all()
    ids = [row.id for row in rows]
    staff_counts = _count_by_provider(session, Membership, ids)
    contact_counts = _count_by_provider(session, ProviderContact, ids)
    return [ShownProvider(*row, staff_counts.get(row.id, 0), contact_counts.get(row.id, 0)) for row in rows]


def find_provider(session: Session, scope: Scope, provider_id: int) -> Provider | None:
    """Return one provider, or None when there is none of that number within the scope."""
    one = select(Provider).where(Provider.id == provider_id, _is_within(scope))
    return session.scalars(one).one_or_none()


def list_staff(session: Session, provider_id: int) -> list[ShownColleague]:
    """Return who works for a provider, by name."""
    held = (
        select(Account, Membership)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.provider_id == provider_id)
    )
    shown = [
        ShownColleague(account.id, name_person(account), account.is_active, word_permissions(list_permissions(held)))
        for account, held in session.execute(held)
    ]
    return sorted(shown, key=lambda one: (one.name.lower(), one.account_id))


def _count_by_provider(
    session: Session, table: type[Membership] | type[ProviderContact], provider_ids: list[int]
) -> dict[int, int]:
    counted = select(table.provider_id, func.count()).where(table.provider_id.in_(provider_ids))
    return dict(iter(session.execute(counted.group_by(table.provider_id))))


def _is_within(scope: Scope) -> ColumnElement[bool]:
    return true() if scope is None else Provider.id.in_(scope)


def _is_found(scope: Scope, search: str) -> ColumnElement[bool]:
    if not search:
        return _is_within(scope)
    in_name = holds_text(search, [Provider.name])
    return and_(_is_within(scope), or_(in_name, Provider.ukprn.startswith(search, autoescape=True)))
