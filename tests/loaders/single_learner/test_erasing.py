"""Learners who were deleted long enough ago are gone for good; that and how many is all that is left."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from loaders.single_learner.changing import change_progress
from loaders.single_learner.deleting import delete_learners
from loaders.single_learner.erasing import ErasedBatch, erase_deleted
from records.tables import AuditEvent, Base, Learner, LearnerProgress
from tests.loaders.school import FULL, NOON, ZOE, School
from tests.loaders.single_learner.person_at_work import PersonAtWork, find_person, record_into

CANARY = "Canaryname"
NOBODY = ErasedBatch(None, 0)


def add_deleted(at_work: PersonAtWork, *, days_ago: int, name: str = CANARY) -> int:
    """Add a learner with a history and progress, deleted so many days before noon."""
    person = at_work.create(FULL | {"last_name": name, "uln": None, "upn": None, "ccis": None})
    learner_id = person.learner.id
    at_work.change(learner_id, {"town": f"{name}ville", "email": f"{name}@example.org"})

    def work(session: Session) -> None:
        record = record_into(session)
        record("signed in", account=person.account, details={"address": "203.0.113.9"})
        found = find_person(session, learner_id)
        change_progress(session, found, {"application_count": 2}, record=record, now=NOON)
        delete_learners(session, [found], record=record, now=NOON - timedelta(days=days_ago))

    at_work.do(work)
    return learner_id


def erase(at_work: PersonAtWork, *, days: int = 30, limit: int = 10, last_id: int = 0) -> ErasedBatch:
    with at_work.database.write() as session:
        before = NOON - timedelta(days=days)
        return erase_deleted(session, before=before, last_id=last_id, limit=limit, now=NOON)


def dump(at_work: PersonAtWork) -> str:
    """Everything that stands in any table."""
    with at_work.database.read() as session:
        rows = [
            [str(value) for value in row]
            for table in Base.metadata.sorted_tables
            for row in session.execute(text(f"SELECT * FROM {table.name}"))
        ]
    return json.dumps(rows)


@pytest.fixture
def at_work(at_work: PersonAtWork) -> PersonAtWork:
    """Nobody is left to erase of other tests of the module."""
    last_id: int | None = 0
    while last_id is not None:
        last_id = erase(at_work, days=-36_000, last_id=last_id).last_id
    return at_work


def test_nothing_that_was_known_of_an_erased_learner_stands_anywhere(at_work: PersonAtWork) -> None:
    learner_id = add_deleted(at_work, days_ago=31)
    assert CANARY in dump(at_work)
    assert erase(at_work) == ErasedBatch(learner_id, 1)
    left = dump(at_work)
    assert CANARY not in left and CANARY.lower() not in left and "203.0.113.9" not in left
    with at_work.database.read() as session:
        assert session.get(Learner, learner_id) is None and session.get(LearnerProgress, learner_id) is None


def test_the_trail_keeps_what_happened_when_and_by_whom(at_work: PersonAtWork) -> None:
    learner_id = add_deleted(at_work, days_ago=31)
    account_id = at_work.read(learner_id).account.id
    erase(at_work)
    with at_work.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.account_id == account_id).order_by(AuditEvent.id))
        kept = [(event.action, event.actor, event.learner_id, event.details) for event in events]
    actor = "pat@example.org"
    assert kept == [
        ("learner created", actor, None, {}),
        ("learner changed", actor, None, {"changed_count": 2}),
        ("signed in", actor, None, {}),
        ("learner progress changed", actor, None, {"changed_count": 1}),
        ("learner deleted", actor, None, {}),
    ]


def test_the_trail_says_how_many_were_erased(at_work: PersonAtWork) -> None:
    for _ in range(2):
        add_deleted(at_work, days_ago=31)
    erase(at_work)
    with at_work.database.read() as session:
        of_school = select(AuditEvent).where(
            AuditEvent.action == "deleted learners erased", AuditEvent.provider_id == at_work.provider_id
        )
        event = session.scalars(of_school.order_by(AuditEvent.id.desc()).limit(1)).one()
    assert (event.actor, event.details, event.at) == ("retention", {"count": 2}, NOON)


def test_who_can_still_be_restored_or_was_never_deleted_is_left_whole(at_work: PersonAtWork) -> None:
    kept = at_work.create(ZOE | {"first_name": "Kept"}).learner.id
    recent = add_deleted(at_work, days_ago=29)
    assert erase(at_work) == NOBODY
    assert at_work.read(kept).learner.first_name == "Kept" and at_work.read(recent).learner.last_name == CANARY
    assert any(event.details.get("changes") for event in at_work.events(recent))


def test_batches_go_on_from_each_other_until_nobody_is_left(at_work: PersonAtWork) -> None:
    first, second, third = (add_deleted(at_work, days_ago=31) for _ in range(3))
    assert erase(at_work, limit=2) == ErasedBatch(second, 2)
    assert erase(at_work, limit=2, last_id=second) == ErasedBatch(third, 1)
    assert erase(at_work, limit=2, last_id=third) == NOBODY
    assert first < second < third


def test_other_peoples_events_are_left_as_they_were(at_work: PersonAtWork, school: School) -> None:
    other = at_work.create(ZOE | {"first_name": "Other"}).learner.id
    at_work.change(other, {"town": "Cardiff"})
    add_deleted(at_work, days_ago=31)
    erase(at_work)
    assert at_work.events(other)[-1].details == {"changes": {"town": [None, "Cardiff"]}}
