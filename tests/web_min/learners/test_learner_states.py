"""Each state holds exactly the learners that it says, and a profile's missing parts are the same in SQL and on one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from records.database import Database
from records.tables import Account, Learner, LearnerProgress, Provider
from tests.web_min.conftest import KEY
from tests.web_min.people import make_learner
from web_min.learners.profile_parts import IS_INCOMPLETE, PROFILE_PARTS, list_missing_parts
from web_min.learners.states import STATES, LearnerState, join_states

AT = datetime(2026, 11, 23, tzinfo=UTC)
COMPLETE: dict[str, Any] = {
    "date_of_birth": date(2009, 3, 1),
    "email": "z@example.org",
    "telephone": "01632 960001",
    "gender": "Female",
    "ethnicity": "Not provided",
    "personal_statement": "I like maps.",
}
S = LearnerState


def add(database: Database, provider_id: int, username: str = "zuzanna", **columns: Any) -> Learner:
    return make_learner(database, provider_id, username, key=KEY, **columns)[1]


def find_states(database: Database, learner_id: int) -> set[LearnerState]:
    with database.read() as session:
        return {
            name
            for name, state in STATES.items()
            if session.scalars(join_states(select(Learner.id)).where(state.condition, Learner.id == learner_id)).all()
        }


def test_there_is_a_row_for_each_state_in_the_dashboards_order() -> None:
    assert list(STATES) == list(LearnerState)


def test_a_new_learner_awaits_everything_but_what_the_provider_does_not_ask_for(
    database: Database, provider: Provider
) -> None:
    learner = add(database, provider.id)
    assert find_states(database, learner.id) == {
        S.ALL,
        S.NEVER_SIGNED_IN,
        S.INCOMPLETE_PROFILE,
        S.AWAITING_QUALIFICATIONS,
        S.WITHOUT_APPLICATIONS,
        S.WITHOUT_OFFERS,
    }


def test_a_learner_with_everything_done_is_in_none_but_those_that_ask_for_nothing(
    database: Database, provider: Provider
) -> None:
    learner = add(database, provider.id, is_reference_required=True, profile_status="approved", **COMPLETE)
    with database.write() as session:
        session.get_one(Account, learner.account_id).first_signed_in_at = AT
        session.add(
            LearnerProgress(
                learner_id=learner.id, has_qualifications=True, has_reference=True, application_count=2, offer_count=1
            )
        )
    assert find_states(database, learner.id) == {S.ALL, S.WITH_APPLICATIONS}


def test_a_learner_of_whose_progress_only_zeros_are_known_awaits_all_of_it(
    database: Database, provider: Provider
) -> None:
    learner = add(database, provider.id, is_reference_required=True)
    with database.write() as session:
        session.add(LearnerProgress(learner_id=learner.id))
    found = find_states(database, learner.id)
    assert found >= {S.AWAITING_QUALIFICATIONS, S.AWAITING_REFERENCE, S.WITHOUT_APPLICATIONS, S.WITHOUT_OFFERS}
    assert S.WITH_APPLICATIONS not in found


@pytest.mark.parametrize(
    ("own", "default", "is_awaited"),
    [
        (None, True, True),
        (None, False, False),
        (True, False, True),
        (False, True, False),
    ],
)
def test_approval_and_references_are_awaited_as_the_learner_has_it_else_as_the_provider_has(
    database: Database, provider: Provider, *, own: bool | None, default: bool, is_awaited: bool
) -> None:
    learner = add(
        database,
        provider.id,
        profile_status="submitted",
        is_profile_approval_required=own,
        is_reference_required=own,
    )
    with database.write() as session:
        stored = session.get_one(Provider, provider.id)
        stored.is_profile_approval_required = stored.is_reference_required = default
    awaited = {S.AWAITING_APPROVAL, S.AWAITING_REFERENCE}
    assert find_states(database, learner.id) & awaited == (awaited if is_awaited else set())


def test_a_profile_that_was_not_submitted_awaits_no_approval(database: Database, provider: Provider) -> None:
    learner = add(database, provider.id, is_profile_approval_required=True, profile_status="returned")
    assert S.AWAITING_APPROVAL not in find_states(database, learner.id)


def test_a_locked_account_is_locked_out(database: Database, provider: Provider) -> None:
    learner = add(database, provider.id)
    with database.write() as session:
        session.get_one(Account, learner.account_id).locked_at = AT
    assert S.LOCKED_OUT in find_states(database, learner.id)


def test_a_deleted_learner_is_in_no_state(database: Database, provider: Provider) -> None:
    learner = add(database, provider.id, deleted_at=AT)
    assert find_states(database, learner.id) == set()


PARTS = [
    ({}, []),
    ({"email": None}, []),
    ({"telephone": None}, []),
    ({"email": None, "telephone": None}, ["Email address or telephone"]),
    ({"email": "", "telephone": ""}, ["Email address or telephone"]),
    ({"date_of_birth": None}, ["Date of birth"]),
    ({"gender": None, "ethnicity": ""}, ["Gender", "Ethnicity"]),
    ({"personal_statement": None}, ["Personal statement"]),
    ({"first_name": ""}, ["First name"]),
    ({"postcode": "", "last_name": ""}, ["Last name", "Postcode"]),
]


@pytest.mark.parametrize(("columns", "missing"), PARTS)
def test_missing_parts_are_the_same_of_one_learner_and_in_the_database(
    database: Database, provider: Provider, columns: dict[str, Any], missing: list[str]
) -> None:
    learner = add(database, provider.id, **COMPLETE | columns)
    with database.read() as session:
        incomplete = session.scalars(select(Learner.id).where(IS_INCOMPLETE)).all()
        assert [part.label for part in list_missing_parts(session.get_one(Learner, learner.id))] == missing
    assert incomplete == ([learner.id] if missing else [])


def test_every_required_part_is_a_column_of_a_learner() -> None:
    assert {name for part in PROFILE_PARTS for name in part.columns} <= set(Learner.__table__.c.keys())
