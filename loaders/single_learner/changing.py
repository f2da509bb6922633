"""Changing one learner's details, account name, profile and progress, each change with old and new value.

Owns what counts as a change and the version that grows with it. Unlike an import, a person can empty a value.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from loaders.single_learner.recording import Person, Record, record_on
from records.tables import Account, Learner, LearnerProgress, ProfileStatus

PROGRESS = ("has_qualifications", "has_reference", "application_count", "offer_count")

Changes = dict[str, list[Any]]  # {column: [old, new]}, as the audit trail keeps it


class VersionError(Exception):
    """Someone else has changed the learner since the person looked. Nothing was written."""


def to_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return canonical values as the table's columns take them."""
    columns = dict(values)
    if isinstance(columns.get("date_of_birth"), str):
        columns["date_of_birth"] = date.fromisoformat(columns["date_of_birth"])
    return columns


def to_text(value: Any) -> Any:
    """Return a column's value as the audit trail keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def hold_version(session: Session, learner_id: int, version: int) -> Person | None:
    """Read a learner anew and hold the row, for a change by someone who looked at this version.

    Args:
        session: in which the provider is held.
        learner_id: who; None is returned where there is no such learner any more.
        version: that was looked at.

    Raises:
        VersionError: it is another one by now.
    """
    learner = session.get(Learner, learner_id, populate_existing=True, with_for_update=True)
    if learner is None or learner.deleted_at is not None:
        return None
    if learner.version != version:
        raise VersionError
    return Person(learner, session.get_one(Account, learner.account_id, populate_existing=True))


def change_learner(
    person: Person, values: Mapping[str, Any], *, action: str = "learner changed", record: Record, now: datetime
) -> Changes:
    """Give a learner these values. Nothing is written or recorded where nothing changes.

    Args:
        person: held (`hold_version`).
        values: canonical, by columns of `Learner`; and `username`, which is the account's.
        action: what it is called in the trail.
        record: writes the audit trail.
        now: the moment of the change.

    Returns:
        The columns that changed, with old and new value.
    """
    changes: Changes = {}
    for name, new in to_columns(values).items():
        owner = person.account if name == "username" else person.learner
        old = getattr(owner, name)
        if old != new:
            setattr(owner, name, new)
            changes[name] = [to_text(old), to_text(new)]
    if "username" in changes:
        person.account.username_key = person.account.username.lower()
    if changes:
        touch(person.learner, now)
        record_on(person, action, record, changes)
    return changes


def decide_on_profile(
    person: Person, *, is_approved: bool, comment: str | None, record: Record, now: datetime
) -> Changes:
    """Approve a profile that was submitted, or return it to the learner with a comment."""
    status = ProfileStatus.APPROVED if is_approved else ProfileStatus.RETURNED
    values = {"profile_status": status, "profile_comment": comment or None}
    action = "profile approved" if is_approved else "profile returned"
    changes = change_learner(person, values, action=action, record=record, now=now)
    person.learner.profile_changed_at = now
    return changes


def change_progress(
    session: Session, person: Person, values: Mapping[str, bool | int], *, record: Record, now: datetime
) -> Changes:
    """Write how a learner's applications stand. A learner of whom nothing was said so far gets a row."""
    progress = session.get(LearnerProgress, person.learner.id, populate_existing=True)
    known = {name: getattr(progress, name) if progress else 0 for name in PROGRESS}
    changes: Changes = {name: [known[name], new] for name, new in values.items() if known[name] != new}
    if not changes:
        return {}
    if progress is None:
        progress = LearnerProgress(learner_id=person.learner.id)
        session.add(progress)
    for name, (_, new) in changes.items():
        setattr(progress, name, new)
    progress.updated_at, progress.updated_import_id = now, None
    touch(person.learner, now)
    record_on(person, "learner progress changed", record, changes)
    return changes


def touch(learner: Learner, now: datetime) -> None:
    """Count a change, so that whoever looked at the learner before it is told."""
    learner.version += 1
    learner.updated_at = now
