"""What learners do to their own profile: fill it in and submit it. Deciding on it is in `changing`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loaders.single_learner.changing import Changes, change_learner, to_columns
from loaders.single_learner.recording import Person, Record
from records.tables import ProfileStatus

# What becomes a draft again when something in it changes. A profile that was returned stays so, with its comment.
SETTLED = (ProfileStatus.SUBMITTED, ProfileStatus.APPROVED)


def fill_in_profile(
    person: Person, values: Mapping[str, Any], *, action: str = "profile filled in", record: Record, now: datetime
) -> Changes:
    """Write what a learner filled in. A profile that was submitted or approved is a draft again when that changes it.

    Args:
        person: held at the version that the learner looked at (`changing.hold_version`).
        values: canonical, by columns of `Learner`.
        action: what it is called in the trail.
        record: writes the audit trail.
        now: the moment of the change.

    Returns:
        The columns that changed, with old and new value.
    """
    learner = person.learner
    given = to_columns(values)
    is_changed = any(getattr(learner, name) != value for name, value in given.items())
    if is_changed and learner.profile_status in SETTLED:
        given["profile_status"] = ProfileStatus.DRAFT
        learner.profile_changed_at = now
    return change_learner(person, given, action=action, record=record, now=now)


def submit_profile(person: Person, *, is_approval_required: bool, record: Record, now: datetime) -> Changes:
    """Submit a complete profile. Where no approval is required it is approved at once.

    Args:
        person: held at the version that the learner looked at.
        is_approval_required: whether somebody has to look at it.
        record: writes the audit trail.
        now: the moment.

    Returns:
        The columns that changed; none where it has that status already.
    """
    status = ProfileStatus.SUBMITTED if is_approval_required else ProfileStatus.APPROVED
    changes = change_learner(person, {"profile_status": status}, action="profile submitted", record=record, now=now)
    if changes:
        person.learner.profile_changed_at = now
    return changes
