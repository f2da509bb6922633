"""What the list of learners reads from the database. The number of queries never depends on the number of rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, select, true
from sqlalchemy.orm import Session

from records.tables import Account, Learner, Provider
from web_min.learners.filters import BY_LAST_NAME, NO_YEAR_GROUP, YEAR_CHOICES, Filters
from web_min.learners.searching import holds_word
from web_min.learners.states import STATES, LearnerState, join_asked
from web_min.paging import Page

MERGED_MOST = 50_000  # learners that are taken to make one page
FROM_LEARNERS_UP_TO = 50  # providers; the locked out of more are found among all who are locked
LIST_LIMIT = 10_000  # learners that the pages lead to; beyond that the list is to be narrowed down


class LookedUp(NamedTuple):
    """How many learners the list finds, up to one more than the limit, and who is on the page, where that is known."""

    found_count: int
    ids: list[int] | None


class Place(NamedTuple):
    """One of the things that decide who comes first in the list."""

    column: Any
    is_descending: bool

    def order(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Let a column that holds it decide."""
        return column.desc() if self.is_descending else column.asc()


class ShownLearner(NamedTuple):
    """One learner as the list shows it."""

    id: int
    provider_id: int
    first_name: str
    last_name: str
    email: str | None
    year_group: str | None
    username: str
    locked_at: datetime | None
    first_signed_in_at: datetime | None
    provider_name: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


SHOWN_COLUMNS = (
    Learner.id,
    Learner.provider_id,
    Learner.first_name,
    Learner.last_name,
    Learner.email,
    Learner.year_group,
    Account.username,
    Account.locked_at,
    Account.first_signed_in_at,
    Provider.name,
)

BY_NAME = (func.lower(Learner.last_name), func.lower(Learner.first_name), Learner.id)  # as the index has it
SORT_COLUMNS: dict[str, tuple[Any, ...]] = {
    "last_name": BY_NAME[:2],
    "first_name": (BY_NAME[1], BY_NAME[0]),
    "username": (func.lower(Account.username),),  # not its key, whose index would lead through everybody's accounts
    "email": (func.lower(Learner.email),),
    "year_group": (func.length(Learner.year_group), Learner.year_group, *BY_NAME[:2]),
    "provider": (func.lower(Provider.name), Provider.id, *BY_NAME[:2]),
}


def count_learners(session: Session, provider_ids: Sequence[int], filters: Filters, *, limit: int = LIST_LIMIT) -> int:
    """Count the learners that the list finds, up to one more than the limit."""
    counted = _find([literal(1).label("one")], provider_ids, filters).limit(limit + 1).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def look_up(session: Session, provider_ids: Sequence[int], filters: Filters, number: int, size: int) -> LookedUp:
    """Count the learners that the list finds, and where not all are wanted find the page's in the same go.

    To tell who is wanted every learner of the providers may have to be looked at: that is not done twice. Where more
    are found than the pages lead to, who comes first is not known yet, and found by an index as in the whole list.

    Args:
        session: only read.
        provider_ids: whose learners.
        filters: which of them, in what order.
        number: of the page, counted from 1; there may be none of that number.
        size: of a page.
    """
    if filters._replace(provider_id=None).is_empty:
        return LookedUp(count_learners(session, provider_ids, filters), None)
    places = _list_places(filters)
    named = [place.column.label(f"place_{index}") for index, place in enumerate(places)]
    found = (
        _find([Learner.id.label("learner_id"), *named], provider_ids, filters, *named).limit(LIST_LIMIT + 1).subquery()
    )
    of_page = select(found.c.learner_id, func.count().over()).order_by(
        *(place.order(found.c[column.name]) for place, column in zip(places, named, strict=True))
    )
    rows = session.execute(of_page.limit(size).offset((number - 1) * size)).all()
    count = rows[0][1] if rows else 0
    return LookedUp(count, None if count > LIST_LIMIT else [learner_id for learner_id, _ in rows])


def list_learners(
    session: Session, provider_ids: Sequence[int], filters: Filters, page: Page, ids: Sequence[int] | None = None
) -> list[ShownLearner]:
    """Return one page of the learners. Whoever has nothing in the column sorted by comes last.

    Args:
        session: only read.
        provider_ids: whose learners.
        filters: which of them, in what order.
        page: which page.
        ids: of the page's learners, where they are known from `look_up`.
    """
    order = _order(filters)
    shown = select(*SHOWN_COLUMNS)
    if ids is not None:
        shown = shown.where(Learner.id.in_(ids))
    else:
        if _is_merged(session, provider_ids, filters, page):
            of_page = _merge(provider_ids, filters, page)
        else:
            found = _find([Learner.id], provider_ids, filters, *order).order_by(*order)
            of_page = found.limit(page.size).offset(page.offset).subquery()
        shown = shown.join(of_page, of_page.c.id == Learner.id)
    rows = session.execute(
        shown.join(Account, Account.id == Learner.account_id)
        .join(Provider, Provider.id == Learner.provider_id)
        .order_by(*order)
    )
    return [ShownLearner._make(row) for row in rows]


def list_ids(session: Session, provider_ids: Sequence[int], filters: Filters, limit: int) -> list[int]:
    """Return the ids of the learners that the list finds, up to a limit."""
    return list(session.scalars(_find([Learner.id], provider_ids, filters).limit(limit)))


def _is_merged(session: Session, provider_ids: Sequence[int], filters: Filters, page: Page) -> bool:
    """Tell whether to take each provider's first learners by the index of names and merge those.

    SQLite does so by itself; PostgreSQL would sort all learners of all the providers. Those locked out have an index of
    their own.
    """
    taken_count = len(_list_wanted(provider_ids, filters)) * (page.offset + page.size)
    is_by_name = filters.sort == BY_LAST_NAME and filters.state is not LearnerState.LOCKED_OUT
    return is_by_name and taken_count <= MERGED_MOST and session.get_bind().dialect.name == "postgresql"


def _merge(provider_ids: Sequence[int], filters: Filters, page: Page) -> Subquery:
    """Find the ids of a page by name: of each provider as many as could be on it, and of those the first."""
    own = select(Provider.id).where(Provider.id.in_(_list_wanted(provider_ids, filters))).subquery("own")
    last, first, learner_id = BY_NAME
    columns = [last.label("last"), first.label("first"), learner_id.label("id")]
    of_each = _narrow(select(*columns).select_from(Learner), filters).where(Learner.provider_id == own.c.id)
    nearest = of_each.order_by(*_order(filters)).limit(page.offset + page.size).lateral("nearest")
    places = [Place(column, filters.is_descending) for column in nearest.c]
    order = [place.order(place.column) for place in places]
    merged = select(nearest.c.id).select_from(own.join(nearest, true())).order_by(*order)
    return merged.limit(page.size).offset(page.offset).subquery()


def _find(
    chosen: Sequence[Any], provider_ids: Sequence[int], filters: Filters, *order: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    """Find the learners of these providers, and of these only those asked for."""
    wanted = _list_wanted(provider_ids, filters)
    query = _narrow(select(*chosen).select_from(Learner), filters, *order)
    if filters.state is LearnerState.LOCKED_OUT and len(wanted) > FROM_LEARNERS_UP_TO:
        # The sum keeps the index of names out of it: that of who is locked is shorter than those of so many providers.
        return query.where(Account.locked_at.is_not(None), (Learner.__table__.c.provider_id + 0).in_(wanted))
    return query.where(Learner.provider_id.in_(wanted))


def _list_wanted(provider_ids: Sequence[int], filters: Filters) -> list[int]:
    return [number for number in provider_ids if filters.provider_id in (None, number)]


def _narrow(query: Select[*tuple[Any, ...]], filters: Filters, *order: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Narrow a query of learners down to those asked for, and join it with what that and its order ask."""
    conditions = [STATES[filters.state].condition, *map(holds_word, filters.words)]
    if filters.year:
        is_none = filters.year == NO_YEAR_GROUP
        conditions.append(Learner.year_group.is_(None) if is_none else Learner.year_group == YEAR_CHOICES[filters.year])
    return join_asked(query, *conditions, *order).where(*conditions)


def _list_places(filters: Filters) -> list[Place]:
    """Return what decides who comes first."""
    columns = [*SORT_COLUMNS[filters.sort], Learner.id]
    places = [Place(column, filters.is_descending) for column in columns]
    is_blank = {"email": Learner.email.is_(None), "year_group": Learner.year_group.is_(None)}.get(filters.sort)
    return places if is_blank is None else [Place(is_blank, False), *places]


def _order(filters: Filters) -> list[ColumnElement[Any]]:
    return [place.order(place.column) for place in _list_places(filters)]
