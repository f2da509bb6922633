"""Reading the trail a page at a time, newest first: fast with a million events, for nothing counts them.

A page is found by the event that it comes before or after, and an index that begins with what is filtered by.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from records.tables import Account, AuditEvent


class Filters(NamedTuple):
    """Which events: those that agree with all that is not None. Moments are in UTC; `before_at` is left out itself."""

    action: str | None = None
    actor: str | None = None
    provider_id: int | None = None
    from_at: datetime | None = None
    before_at: datetime | None = None


class EventPage(NamedTuple):
    """Some events, newest first, and whether there are older and newer ones."""

    events: list[AuditEvent]
    has_older: bool
    has_newer: bool


class Place(NamedTuple):
    """Where an event stands in the order."""

    at: datetime
    id: int


def find_place(session: Session, event_id: int) -> Place | None:
    """Return where an event stands; None when there is none of this number."""
    row = session.execute(select(AuditEvent.at, AuditEvent.id).where(AuditEvent.id == event_id)).one_or_none()
    return Place(*row) if row else None


def list_newest(session: Session, filters: Filters, size: int) -> EventPage:
    """Return the newest events."""
    events = _fetch(session, _newest_first(session, filters), size)
    return EventPage(events[:size], len(events) > size, False)


def list_older(session: Session, filters: Filters, place: Place, size: int) -> EventPage:
    """Return the newest of the events that come before a place."""
    events = _fetch(session, _newest_first(session, filters).where(_is_older(place)), size)
    return EventPage(events[:size], len(events) > size, True)


def list_newer(session: Session, filters: Filters, place: Place, size: int) -> EventPage:
    """Return the oldest of the events that come after a place; the newest ones when these would not fill a page."""
    oldest_first = select(AuditEvent).where(_agrees(session, filters)).order_by(AuditEvent.at, AuditEvent.id)
    events = _fetch(session, oldest_first.where(_is_newer(place)), size)
    if len(events) <= size:
        return list_newest(session, filters, size)
    return EventPage(events[size - 1 :: -1], True, True)


def list_actions(session: Session) -> list[str]:
    """Return every action that there is on the trail, each found in the index by the one before it."""
    found = select(func.min(AuditEvent.action).label("action")).cte("found", recursive=True)
    following = select(func.min(AuditEvent.action)).where(AuditEvent.action > found.c.action).scalar_subquery()
    found = found.union_all(select(following).where(found.c.action.is_not(None)))
    return [action for action in session.scalars(select(found.c.action)) if action is not None]


def _newest_first(session: Session, filters: Filters) -> Select[AuditEvent]:
    newest_first = (AuditEvent.at.desc(), AuditEvent.id.desc())
    return select(AuditEvent).where(_agrees(session, filters)).order_by(*newest_first)


def _fetch(session: Session, chosen: Select[AuditEvent], size: int) -> list[AuditEvent]:
    return list(session.scalars(chosen.limit(size + 1)))


def _is_older(place: Place) -> ColumnElement[bool]:
    """Say it so that an index on the moment alone helps."""
    return and_(AuditEvent.at <= place.at, or_(AuditEvent.at < place.at, AuditEvent.id < place.id))


def _is_newer(place: Place) -> ColumnElement[bool]:
    return and_(AuditEvent.at >= place.at, or_(AuditEvent.at > place.at, AuditEvent.id > place.id))


def _agrees(session: Session, filters: Filters) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if filters.action is not None:
        conditions.append(AuditEvent.action == filters.action)
    if filters.actor is not None:
        conditions.append(_is_by(session, filters.actor))
    if filters.provider_id is not None:
        conditions.append(AuditEvent.provider_id == filters.provider_id)
    if filters.from_at is not None:
        conditions.append(AuditEvent.at >= filters.from_at)
    if filters.before_at is not None:
        conditions.append(AuditEvent.at < filters.before_at)
    return and_(*conditions)


def _is_by(session: Session, actor: str) -> ColumnElement[bool]:
    """Return the condition that the staff did it who now have this username, or whoever else is called so."""
    named = select(Account.id).where(Account.username_key == actor.lower(), Account.kind == "staff")
    account_id = session.scalars(named).one_or_none()
    return AuditEvent.actor == actor if account_id is None else AuditEvent.actor_account_id == account_id
