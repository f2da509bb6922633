"""What has befallen a learner, from the audit trail, in words [manual 5.2 c and the design's "Two people editing"]."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from records.tables import AuditEvent
from schemas.columns import COLUMN_BY_NAME
from schemas.dates_shown import format_date
from web_min.learners.profile_settings import PROFILE_SETTINGS
from web_min.learners.words import PROFILE_TAGS
from web_min.paging import Page

NOTHING = "nothing"
OTHERS = "another provider"
LABELS = {
    **{column.name: column.heading for column in COLUMN_BY_NAME.values()},
    **{setting.name: setting.label for setting in PROFILE_SETTINGS},
    "date_of_birth": "Date of birth",
    "year_group": "Year group",
    "provider_id": "Provider",
    "personal_statement": "Personal statement",
    "profile_status": "Profile",
    "profile_comment": "Comment on the profile",
}
SETTINGS = frozenset(setting.name for setting in PROFILE_SETTINGS)
STATES = frozenset(("has_qualifications", "has_reference"))


class Change(NamedTuple):
    """One value that changed, in words."""

    label: str
    old: str
    new: str


class Event(NamedTuple):
    """One thing that happened."""

    at: datetime
    actor: str
    action: str
    import_id: int | None
    changes: list[Change]


class Since(NamedTuple):
    """What changed since a moment, by whom, with the first old and the last new value of each column."""

    actors: list[str]
    at: datetime | None
    changes: dict[str, list[Any]]


def count_events(session: Session, learner_id: int) -> int:
    """Count what is known to have happened."""
    return session.scalar(select(func.count()).where(AuditEvent.learner_id == learner_id)) or 0


def list_events(session: Session, learner_id: int, page: Page, providers: Mapping[int, str]) -> list[Event]:
    """Return one page of what happened, newest first.

    Args:
        session: which is only read.
        learner_id: to whom.
        page: which of the events.
        providers: names of those that the person may know of, by id.
    """
    newest = select(AuditEvent).where(AuditEvent.learner_id == learner_id).order_by(AuditEvent.id.desc())
    events = session.scalars(newest.limit(page.size).offset(page.offset))
    return [
        Event(
            event.at,
            name_actor(event.actor),
            event.action[:1].upper() + event.action[1:],
            event.import_id,
            word_changes(event.details, providers),
        )
        for event in events
    ]


def find_last_event(session: Session, learner_id: int) -> int:
    """Return the number of the last event so far, 0 where there is none."""
    return session.scalar(select(func.max(AuditEvent.id)).where(AuditEvent.learner_id == learner_id)) or 0


def find_since(session: Session, learner_id: int, event_id: int) -> Since:
    """Return what changed after an event."""
    later: Select[AuditEvent] = (
        select(AuditEvent).where(AuditEvent.learner_id == learner_id, AuditEvent.id > event_id).order_by(AuditEvent.id)
    )
    actors: dict[str, None] = {}
    at: datetime | None = None
    changes: dict[str, list[Any]] = {}
    for event in session.scalars(later):
        for name, (old, new) in event.details.get("changes", {}).items():
            actors[name_actor(event.actor)], at = None, event.at
            changes[name] = [changes[name][0] if name in changes else old, new]
    return Since(list(actors), at, changes)


def word_changes(details: Mapping[str, Any], providers: Mapping[int, str]) -> list[Change]:
    """Return an event's changes in words."""
    return [
        Change(LABELS.get(name, name), word_value(name, old, providers), word_value(name, new, providers))
        for name, (old, new) in details.get("changes", {}).items()
    ]


def word_value(name: str, value: Any, providers: Mapping[int, str]) -> str:
    """Return a value in words; `NOTHING` for none."""
    if name == "provider_id":
        return providers.get(value, OTHERS)
    if name in SETTINGS:
        return {True: "Yes", False: "No"}.get(value, "Use provider default")
    if name in STATES:
        return "Received" if value else "Awaiting"
    if name == "date_of_birth" and value:
        return format_date(date.fromisoformat(value))
    if name == "profile_status":
        return PROFILE_TAGS[value].label if value in PROFILE_TAGS else str(value)
    return NOTHING if value in (None, "") else str(value)


def name_actor(actor: str) -> str:
    """Return who did it: an import by its number, and the learner, whose account it is, as that."""
    if actor.startswith("learner account "):
        return "The learner"
    return f"I{actor[1:]}" if actor.startswith("import ") else actor
