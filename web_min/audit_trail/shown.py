"""How an event is shown: in words, with whom it was about by number, and with nothing of a learner.

A detail is shown when it is a number, yes or no, or one of the few texts that `TEXTS` allows; of changed values only
the columns are named. Learners' accounts go by number, because their usernames hold their names.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import Account, AuditEvent, Provider
from web_min.staff.words import word_permissions

LISTS = {"permissions": "Permissions", "permissions_before": "Permissions before"}
TEXTS = {"signed_in_with": "Signed in with", "fingerprint": "Key", "ended_by": "Ended by"}
ADDRESSES_SHOWN = 5


class Names(NamedTuple):
    """What accounts and providers are called, by id; of accounts that are gone nothing is known."""

    staff: Mapping[int, str]
    learner_accounts: frozenset[int]
    providers: Mapping[int, str]


class Subject(NamedTuple):
    """Whom or what an event was about: words, and where they lead, if anywhere."""

    words: str
    endpoint: str | None = None
    values: Mapping[str, int] = {}


class ShownEvent(NamedTuple):
    """One event as the page shows it."""

    at: datetime
    action: str
    actor: str
    details: list[str]
    subjects: list[Subject]
    address: str | None


def show_events(session: Session, events: Iterable[AuditEvent]) -> list[ShownEvent]:
    """Return events as they are shown. Two queries, whatever their number."""
    events = list(events)
    names = _find_names(session, events)
    return [
        ShownEvent(
            event.at,
            word_action(event.action),
            _name_actor(event, names),
            describe_details(event.details),
            _find_subjects(event, names),
            _find_address(event.details),
        )
        for event in events
    ]


def word_action(action: str) -> str:
    """Write an action as the start of a sentence."""
    return (action[:1].upper() + action[1:]).replace("Sftp", "SFTP")


def describe_details(details: Mapping[str, Any]) -> list[str]:
    """Say in words what may be shown of an event's details."""
    return [words for key, value in details.items() if (words := _describe(key, value))]


def _describe(key: str, value: object) -> str | None:
    label = key.replace("_", " ").capitalize()
    if key == "changes" and isinstance(value, Mapping):
        return "Changed: " + ", ".join(str(column).replace("_", " ") for column in value)
    if key == "addresses" and isinstance(value, Mapping):
        shown = [f"{address} ({count})" for address, count in list(value.items())[:ADDRESSES_SHOWN]]
        return "From " + ", ".join(shown + ["others"] * (len(value) > ADDRESSES_SHOWN))
    if key in LISTS and isinstance(value, list):
        return f"{LISTS[key]}: {word_permissions(value)}"
    if key in TEXTS and isinstance(value, str):
        return f"{TEXTS[key]}: {value}"
    if isinstance(value, bool):
        return f"{label}: {'yes' if value else 'no'}"
    return f"{label}: {value:,}" if isinstance(value, int | float) else None


def _find_names(session: Session, events: list[AuditEvent]) -> Names:
    account_ids = {number for event in events for number in (event.account_id, event.actor_account_id) if number}
    provider_ids = {event.provider_id for event in events if event.provider_id}
    accounts = session.execute(
        select(Account.id, Account.kind, Account.username).where(Account.id.in_(account_ids))
    ).all()
    providers = session.execute(select(Provider.id, Provider.name).where(Provider.id.in_(provider_ids))).all()
    return Names(
        {row.id: row.username for row in accounts if row.kind == "staff"},
        frozenset(row.id for row in accounts if row.kind != "staff"),
        {row.id: row.name for row in providers},
    )


def _name_actor(event: AuditEvent, names: Names) -> str:
    if event.actor_account_id in names.learner_accounts:
        return f"Learner account {event.actor_account_id}"
    return event.actor


def _find_subjects(event: AuditEvent, names: Names) -> list[Subject]:
    subjects = []
    if event.account_id is not None:
        subjects.append(_name_account(event.account_id, names))
    if event.provider_id is not None:
        subjects.append(_name_provider(event.provider_id, names))
    if event.import_id is not None:
        subjects.append(Subject(f"Import {event.import_id}", "imports.show", {"import_id": event.import_id}))
    if event.learner_id is not None:
        subjects.append(Subject(f"Learner {event.learner_id}"))
    return subjects


def _name_account(account_id: int, names: Names) -> Subject:
    if username := names.staff.get(account_id):
        return Subject(username, "staff.show", {"account_id": account_id})
    return Subject(f"{'Learner account' if account_id in names.learner_accounts else 'Account'} {account_id}")


def _name_provider(provider_id: int, names: Names) -> Subject:
    if name := names.providers.get(provider_id):
        return Subject(name, "providers.show", {"provider_id": provider_id})
    return Subject(f"Provider {provider_id}")


def _find_address(details: Mapping[str, Any]) -> str | None:
    address = details.get("address")
    return address if isinstance(address, str) else None
