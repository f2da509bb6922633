"""What managers' pages of providers read. The number of queries does not depend on the number of providers."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from records.tables import Learner, Provider
from web_min.paging import Page
from web_min.text_search import holds_text


class ManagedProvider(NamedTuple):
    """A provider as the list shows it, with the number of its learners."""

    id: int
    name: str
    ukprn: str
    learner_count: int


def count_managed(session: Session, provider_ids: Sequence[int], search: str) -> int:
    """Count those of the providers that a search finds."""
    return session.scalar(select(func.count()).select_from(Provider).where(_is_found(provider_ids, search))) or 0


def list_managed(
    session: Session, provider_ids: Sequence[int], page: Page, *, search: str, year_group: str | None
) -> list[ManagedProvider]:
    """Return one page of the providers by name; their learners are counted, or those of one year group."""
    found = (
        select(Provider.id, Provider.name, Provider.ukprn)
        .where(_is_found(provider_ids, search))
        .order_by(func.lower(Provider.name), Provider.id)
    )
    rows = session.execute(found.limit(page.size).offset(page.offset)).all()
    counts = count_learners_of(session, [row.id for row in rows], year_group)
    return [ManagedProvider(*row, counts.get(row.id, 0)) for row in rows]


def count_learners_of(session: Session, provider_ids: Sequence[int], year_group: str | None = None) -> dict[int, int]:
    """Count learners by provider, those of one year group where it is given."""
    counted = select(Learner.provider_id, func.count()).where(
        Learner.provider_id.in_(provider_ids), Learner.deleted_at.is_(None)
    )
    if year_group:
        counted = counted.where(Learner.year_group == year_group)
    return dict(iter(session.execute(counted.group_by(Learner.provider_id))))


def _is_found(provider_ids: Sequence[int], search: str) -> ColumnElement[bool]:
    is_own = Provider.id.in_(provider_ids)
    if not search:
        return is_own
    in_name = holds_text(search, [Provider.name])
    return and_(is_own, or_(in_name, Provider.ukprn.startswith(search, autoescape=True)))
