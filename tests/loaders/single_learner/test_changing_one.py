"""Changes to one learner are kept with old and new values; of two people who change at once the second is refused."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from loaders.single_learner.changing import VersionError, change_progress, decide_on_profile, hold_version
from records.tables import LearnerProgress
from tests.loaders.school import FULL, NOON, ZOE
from tests.loaders.single_learner.person_at_work import PersonAtWork, find_person, record_into


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        ({"last_name": "Smyth"}, {"last_name": ["O'Brien", "Smyth"]}),
        ({"date_of_birth": "2008-09-02"}, {"date_of_birth": ["2008-09-01", "2008-09-02"]}),
        ({"date_of_birth": None}, {"date_of_birth": ["2008-09-01", None]}),
        ({"email": None, "town": "Cardiff\t\\N"}, {"email": ["zoe@example.org", None]}),
        ({"is_apply_enabled": False}, {"is_apply_enabled": [None, False]}),
        ({"personal_statement": "I like\nmaps."}, {"personal_statement": [None, "I like\nmaps."]}),
    ],
)
def test_what_changes_is_written_with_old_and_new_value(
    at_work: PersonAtWork, values: dict[str, Any], changes: dict[str, Any]
) -> None:
    learner_id = at_work.create(FULL).learner.id
    assert at_work.change(learner_id, values) == changes
    learner = at_work.read(learner_id).learner
    for name, (_, new) in changes.items():
        stored = getattr(learner, name)
        assert (stored.isoformat() if isinstance(stored, date) else stored) == new
    event = at_work.events(learner_id)[-1]
    assert (event.action, event.details) == ("learner changed", {"changes": changes})
    assert (learner.version, learner.updated_at) == (2, NOON)


def test_saving_what_is_there_already_changes_and_records_nothing(at_work: PersonAtWork) -> None:
    learner_id = at_work.create(FULL).learner.id
    assert at_work.change(learner_id, FULL) == {}
    assert at_work.read(learner_id).learner.version == 1
    assert [event.action for event in at_work.events(learner_id)] == ["learner created"]


def test_a_user_name_is_the_accounts_and_is_found_in_small_letters(at_work: PersonAtWork) -> None:
    person = at_work.create()
    at_work.change(person.learner.id, {"username": f"Zoe.New.{person.learner.id}"})
    account = at_work.read(person.learner.id).account
    assert (account.username, account.username_key) == (
        f"Zoe.New.{person.learner.id}",
        f"zoe.new.{person.learner.id}",
    )


def test_who_looked_at_an_older_version_is_refused(at_work: PersonAtWork) -> None:
    learner_id = at_work.create().learner.id
    at_work.change(learner_id, {"last_name": "First"})
    with pytest.raises(VersionError):
        at_work.change(learner_id, {"last_name": "Second"})
    assert at_work.read(learner_id).learner.last_name == "First"


def test_a_learner_who_was_deleted_meanwhile_can_not_be_held(at_work: PersonAtWork) -> None:
    learner_id = at_work.create().learner.id
    at_work.change(learner_id, {"deleted_at": NOON})
    assert at_work.do(lambda session: hold_version(session, learner_id, 2)) is None
    assert at_work.do(lambda session: hold_version(session, 10**9, 1)) is None


@pytest.mark.parametrize(
    ("is_approved", "comment", "status", "action"),
    [
        (True, None, "approved", "profile approved"),
        (False, "Say more of maps.", "returned", "profile returned"),
    ],
)
def test_a_profile_is_approved_or_returned_with_a_comment(
    at_work: PersonAtWork, *, is_approved: bool, comment: str | None, status: str, action: str
) -> None:
    learner_id = at_work.create(ZOE | {"profile_status": "submitted", "profile_comment": None}).learner.id

    def work(session: Session) -> None:
        person = find_person(session, learner_id)
        decide_on_profile(person, is_approved=is_approved, comment=comment, record=record_into(session), now=NOON)

    at_work.do(work)
    learner = at_work.read(learner_id).learner
    assert (learner.profile_status, learner.profile_comment, learner.profile_changed_at) == (status, comment, NOON)
    event = at_work.events(learner_id)[-1]
    assert (event.action, event.details["changes"]["profile_status"]) == (action, ["submitted", status])


def change_progress_of(at_work: PersonAtWork, learner_id: int, **values: int) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        person = find_person(session, learner_id)
        return change_progress(session, person, values, record=record_into(session), now=NOON)

    return at_work.do(work)


def test_progress_is_written_for_one_of_whom_nothing_was_said_and_changed_after(at_work: PersonAtWork) -> None:
    learner_id = at_work.create().learner.id
    everything = {"has_qualifications": True, "has_reference": False, "application_count": 2, "offer_count": 0}
    first = change_progress_of(at_work, learner_id, **everything)
    assert first == {"has_qualifications": [0, True], "application_count": [0, 2]}
    second = change_progress_of(at_work, learner_id, **everything | {"offer_count": 1})
    assert second == {"offer_count": [0, 1]}
    with at_work.database.read() as session:
        progress = session.get_one(LearnerProgress, learner_id)
        stored = {name: getattr(progress, name) for name in everything}
    assert stored == everything | {"offer_count": 1}
    assert [event.details.get("changes") for event in at_work.events(learner_id)[1:]] == [first, second]
    assert at_work.read(learner_id).learner.version == 3


def test_progress_that_is_what_was_known_is_not_written(at_work: PersonAtWork) -> None:
    learner_id = at_work.create().learner.id
    assert change_progress_of(at_work, learner_id, application_count=0, has_reference=False) == {}
    with at_work.database.read() as session:
        assert session.get(LearnerProgress, learner_id) is None
