"""What a learner does to the profile: filling in and submitting."""

from datetime import UTC, datetime
from typing import Any

import pytest

from loaders.single_learner.changing import Changes
from loaders.single_learner.profile import fill_in_profile, submit_profile
from loaders.single_learner.recording import Person
from records.database import Database
from records.tables import Account, Learner, ProfileStatus, Provider
from tests.web_min.people import make_learner

NOW = datetime(2026, 11, 23, 18, 55, tzinfo=UTC)
KEY = bytes(32)
S = ProfileStatus


class Trail:
    """A trail that is kept in memory."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    def record(self, action: str, *, details: dict[str, Any] | None = None, **_: Any) -> None:
        self.events.append((action, (details or {}).get("changes")))


def change(database: Database, learner: Learner, trail: Trail, **values: Any) -> Changes:
    with database.write() as session:
        stored = session.get_one(Learner, learner.id)
        person = Person(stored, session.get_one(Account, stored.account_id))
        return fill_in_profile(person, values, record=trail.record, now=NOW)


def fetch(database: Database, learner: Learner) -> Learner:
    with database.read() as session:
        return session.get_one(Learner, learner.id)


@pytest.mark.parametrize(
    ("status", "status_after"),
    [(S.DRAFT, S.DRAFT), (S.SUBMITTED, S.DRAFT), (S.APPROVED, S.DRAFT), (S.RETURNED, S.RETURNED)],
)
def test_a_change_makes_a_draft_of_what_was_settled(
    database: Database, provider: Provider, status: ProfileStatus, status_after: ProfileStatus
) -> None:
    learner = make_learner(database, provider.id, "zuzanna", key=KEY, profile_status=status)[1]
    trail = Trail()
    change(database, learner, trail, personal_statement="Maps.", date_of_birth="2009-03-01")
    stored = fetch(database, learner)
    assert stored.profile_status == status_after
    assert stored.version == learner.version + 1
    assert (stored.profile_changed_at == NOW) == (status != status_after)
    ((action, changes),) = trail.events
    assert action == "profile filled in"
    assert changes["personal_statement"] == [None, "Maps."]
    assert changes["date_of_birth"] == [None, "2009-03-01"]
    assert changes.get("profile_status") == (None if status == status_after else [status, status_after])


def test_what_is_saved_unchanged_leaves_an_approved_profile_approved(database: Database, provider: Provider) -> None:
    columns = {"profile_status": S.APPROVED, "gender": "Female"}
    learner = make_learner(database, provider.id, "zuzanna", key=KEY, **columns)[1]
    trail = Trail()
    assert change(database, learner, trail, gender="Female", street=None) == {}
    stored = fetch(database, learner)
    assert (stored.profile_status, stored.version, trail.events) == (S.APPROVED, learner.version, [])


@pytest.mark.parametrize(("is_required", "status"), [(True, S.SUBMITTED), (False, S.APPROVED)])
def test_a_submitted_profile_waits_only_where_approval_is_required(
    database: Database, provider: Provider, *, is_required: bool, status: ProfileStatus
) -> None:
    account, learner = make_learner(database, provider.id, "zuzanna", key=KEY, profile_status=S.RETURNED)
    trail = Trail()
    with database.write() as session:
        person = Person(session.get_one(Learner, learner.id), session.get_one(Account, account.id))
        submit_profile(person, is_approval_required=is_required, record=trail.record, now=NOW)
    stored = fetch(database, learner)
    assert (stored.profile_status, stored.profile_changed_at) == (status, NOW)
    assert trail.events == [("profile submitted", {"profile_status": [S.RETURNED, status]})]
